//! A release is a project: read back, it is published as the same files.

use std::fs;
use std::path::{Path, PathBuf};

use crate::scratch::{Scratch, repository, starter};
use letterpress::publish::{self, Build, BuildOptions, Outcome, Resources};

/// Choices of formats that each hold every row.
const FORMATS: [&[&str]; 4] = [&["csv", "parquet", "jsonld"], &["csv"], &["parquet"], &["jsonld"]];

/// Drafts what is at `path`, in the place of a release; the draft's folder, and the codes of what was said.
fn published(path: &Path, out: &Path, formats: Option<&[&str]>) -> (PathBuf, Vec<String>) {
    let options = BuildOptions::default().out(out).resources(Resources::of_jobs(2));
    let options = match formats {
        Some(names) => options.formats(names.iter().copied()),
        None => options,
    };
    let Build { checked, outcome, .. } = publish::build(path, &options, &()).expect("the machine works");
    let codes = checked.diagnostics.iter().map(|problem| problem.code.to_string()).collect();
    match outcome {
        Outcome::Draft(draft) => (draft.path, codes),
        other => unreachable!("it is written: {other:?}, {:#?}", checked.diagnostics),
    }
}

/// Paths below a folder of a release, sorted.
fn paths(release: &Path, folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(release.join(folder)).expect("a folder") {
        let entry = entry.expect("an entry");
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        match entry.path().is_dir() {
            true => found.extend(paths(release, &path)),
            false => found.push(path),
        }
    }
    found.sort();
    found
}

/// What documents say of tables is said again, but for the rules of checks, which no release holds.
const DOCUMENTS: [&str; 3] = ["datapackage.json", "croissant.json", "README.md"];

/// Publishes a project in each choice of formats, and each release once more; the codes of what was said of the releases.
fn assert_same_when_read_back(project: &Path) -> Vec<String> {
    let mut told = Vec::new();
    for formats in FORMATS {
        let scratch = Scratch::empty();
        let (first, _) = published(project, &scratch.path().join("first"), Some(formats));
        let (second, codes) =
            published(&first.join("datapackage.json"), &scratch.path().join("second"), None);
        told.extend(codes);
        let data = paths(&first, "data");
        assert_eq!(paths(&second, "data"), data, "{formats:?}");
        let read = |release: &Path, path: &str| fs::read(release.join(path)).ok();
        for path in data.iter().map(String::as_str).chain(DOCUMENTS) {
            assert!(read(&first, path) == read(&second, path), "{formats:?}: {path} differs");
        }
        let tables = |release: &Path| {
            let manifest = fs::read(release.join("manifest.json")).expect("a manifest");
            let manifest: serde_json::Value = serde_json::from_slice(&manifest).expect("JSON");
            manifest["tables"].clone()
        };
        assert_eq!(tables(&first), tables(&second), "{formats:?}");
    }
    told
}

#[test]
fn the_starter_is_published_again() {
    let home = Scratch::empty();
    let project = starter(home.path());
    assert!(assert_same_when_read_back(&project).is_empty());
}

#[test]
fn every_type_is_published_again() {
    let told = assert_same_when_read_back(&repository().join("tests/every-type"));
    let of_data = ["formula-text", "invisible-text"];
    assert!(told.iter().all(|code| of_data.contains(&code.as_str())), "{told:?}");
}

#[test]
fn the_bundled_data_set_is_published_again() {
    let scratch = Scratch::empty();
    let first = repository().join("dist/0.1.0");
    let (second, told) = published(&first.join("datapackage.json"), scratch.path(), None);
    assert!(told.is_empty(), "{told:?}");
    for path in paths(&first, "data") {
        let [first, second] = [&first, &second].map(|release| fs::read(release.join(&path)).ok());
        assert!(first == second, "{path} differs");
    }
}

/// Texts that readers of CSV take for others, and more rows than the smallest part holds; without a key, so that the order of rows is that of the file.
fn traps(options: &str) -> Scratch {
    let dataset = format!("{{name: t, version: 1.0.0, created: 2026-11-22, letterpress: {options}}}");
    let table = "fields: [{name: n, type: integer}, {name: text}, {name: list, type: list}, \
                 {name: days, type: list, itemType: date}, {name: kind, letterpress: {vocabulary: kind}}]";
    let rows = [
        r#"{"n": 3, "text": "'=1+1", "list": [" a", "b  ", "''"], "days": ["2026-11-22", "0001-01-01"]}"#,
        r#"{"n": 1, "text": "", "list": [], "kind": "a b"}"#,
        r#"{"n": 2, "text": "=1+1", "list": ["=1", "2"], "days": []}"#,
        r#"{"n": 2, "text": "n/a", "kind": "x"}"#,
        r#"{"n": 2, "text": " \"quoted\" \r\n, ", "list": ["null"]}"#,
    ];
    let more = (0..2048).map(|n| format!(r#"{{"n": {}, "text": "{n}"}}"#, n % 7));
    let rows: Vec<String> = rows.into_iter().map(str::to_owned).chain(more).collect();
    Scratch::project()
        .dataset(&dataset)
        .table("t", &format!("{{{table}, missingValues: [nothing]}}"))
        .vocabulary(
            "kind",
            "codes: [{code: a b, label: A}, {code: x, broader: a b, exact_match: [\"https://x.example/\"]}]",
        )
        .seed("t.ndjson", rows.join("\n"))
}

#[test]
fn texts_and_parts_are_read_back_as_they_were() {
    for options in [
        "{part_rows: 2048, base_iri: \"https://t.example/id#\"}",
        "{csv: {bom: false, eol: lf, quote: necessary}, base_iri: \"https://t.example/id/\"}",
        "{csv: {quote: all, formula_guard: true}, prefixes: {e: \"https://e.example/\"}}",
    ] {
        let project = traps(options);
        let told = assert_same_when_read_back(project.path());
        assert!(told.iter().all(|code| *code == "formula-text"), "{options}: {told:?}");
    }
}

#[test]
fn a_changed_file_of_a_release_is_not_read() {
    for (formats, path) in
        [("csv", "data/csv/t.csv"), ("parquet", "data/parquet/t.parquet"), ("jsonld", "data/jsonld/t.jsonld")]
    {
        let project = traps("{}");
        let (release, _) = published(project.path(), &project.path().join("out"), Some(&[formats]));
        let mut bytes = fs::read(release.join(path)).expect("the file");
        let at = bytes.len() - 10;
        bytes[at] ^= 1;
        fs::write(release.join(path), bytes).expect("it can be written");
        let checked = publish::check(&release, Resources::of_jobs(1), &()).expect("the machine works");
        let told: Vec<(&str, &str)> =
            checked.diagnostics.iter().map(|problem| (&*problem.code, &*problem.place.file)).collect();
        assert_eq!(told, [("changed-file", path)]);
    }
}

#[test]
fn a_part_that_the_descriptor_does_not_name_is_missed() {
    let project = traps("{part_rows: 2048}");
    let (release, _) = published(project.path(), &project.path().join("out"), Some(&["parquet"]));
    let path = release.join("datapackage.json");
    let mut package: serde_json::Value =
        serde_json::from_slice(&fs::read(&path).expect("a descriptor")).expect("JSON");
    package["resources"].as_array_mut().expect("a list").remove(1);
    fs::write(&path, package.to_string()).expect("it can be written");
    let checked = publish::check(&release, Resources::of_jobs(1), &()).expect("the machine works");
    let told: Vec<&str> = checked.diagnostics.iter().map(|problem| problem.message.as_str()).collect();
    assert!(told.contains(&"part 2 of the table `t` is missing, or there twice"), "{told:?}");
}
