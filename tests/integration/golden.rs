//! The starter project in every format and every document about it, byte for byte: `golden/<format>/`,
//! `golden/<descriptor>/`.
//!
//! The same tool makes the same bytes from the same project, for good. `UPDATE_GOLDEN=1` rewrites the files; what changed
//! is reviewed like code, and a change of Parquet alone mostly means that a dependency writes it otherwise.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::scratch::starter;
use letterpress::digest::Digest;
use letterpress::formats::FORMATS;
use letterpress::publish;
use tempfile::TempDir;

/// Path and bytes of every file below a folder.
type Files = BTreeMap<String, Vec<u8>>;

fn files(folder: &Path) -> Files {
    let mut found = Files::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for entry in entries {
        let path = entry.expect("the folder can be listed").path();
        let name = path.file_name().expect("an entry has a name").to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(files(&path).into_iter().map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
        } else {
            found.insert(name, fs::read(&path).expect("the file can be read"));
        }
    }
    found
}

/// The files of a release that are no table.
fn documents(release: &Path) -> Files {
    let mut documents = files(release);
    documents.retain(|path, _| !path.starts_with("data/"));
    documents
}

/// Publishes the starter project and returns the release's folder.
fn publish_starter(home: &TempDir, jobs: usize) -> PathBuf {
    let project = starter(home.path());
    let options = publish::PublishOptions::default().resources(publish::Resources::of_jobs(jobs));
    let publish::Build { checked, outcome, .. } =
        publish::publish(&project, &options, &()).expect("the machine works");
    assert!(checked.diagnostics.is_empty(), "{:#?}", checked.diagnostics);
    assert!(matches!(outcome, publish::Outcome::Published(_)), "{outcome:?}");
    project.join("dist/0.1.0")
}

#[test]
fn the_starter_is_published_as_it_always_was() {
    let home = TempDir::new().expect("a temporary folder can be made");
    let release = publish_starter(&home, 1);
    let mut differing = Vec::new();
    let folders = FORMATS.iter().map(|f| (f.facts().name, files(&release.join("data").join(f.facts().name))));
    for (name, found) in folders.chain([("documents", documents(&release))]) {
        assert!(!found.is_empty(), "the release has no {name}");
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            rewrite(&golden, &found);
        }
        differing.extend(differences(name, &files(&golden), &found));
    }
    assert!(
        differing.is_empty(),
        "these files are not what they were; if they are meant to change, UPDATE_GOLDEN=1 rewrites them, and \
         CHANGELOG.md says why:\n{}",
        differing.join("\n")
    );
}

fn rewrite(golden: &Path, found: &Files) {
    // It may not be there yet.
    let _ = fs::remove_dir_all(golden);
    fs::create_dir_all(golden).expect("tests/golden can be written");
    for (name, bytes) in found {
        let path = golden.join(name);
        fs::create_dir_all(path.parent().expect("it is below golden")).expect("tests/golden can be written");
        fs::write(path, bytes).expect("tests/golden can be written");
    }
}

/// What differs, one line per file: digests for all, and the first differing line for text.
fn differences(format: &str, golden: &Files, found: &Files) -> Vec<String> {
    let mut lines = Vec::new();
    for name in golden.keys().filter(|name| !found.contains_key(*name)) {
        lines.push(format!("{format}/{name}: no longer written"));
    }
    for (name, bytes) in found {
        let Some(expected) = golden.get(name) else {
            lines.push(format!("{format}/{name}: written, but not in tests/golden"));
            continue;
        };
        if Digest::of(expected) == Digest::of(bytes) {
            continue;
        }
        lines.push(format!(
            "{format}/{name}: expected {} ({} bytes), found {} ({} bytes){}",
            Digest::of(expected).to_id(),
            expected.len(),
            Digest::of(bytes).to_id(),
            bytes.len(),
            first_difference(expected, bytes)
        ));
    }
    lines
}

fn first_difference(expected: &[u8], found: &[u8]) -> String {
    let (Ok(expected), Ok(found)) = (str::from_utf8(expected), str::from_utf8(found)) else {
        let at = expected.iter().zip(found).take_while(|(a, b)| a == b).count();
        return format!("; they part at byte {at}: did a dependency that writes this format change?");
    };
    let pairs = (1..).zip(expected.lines().zip(found.lines()));
    match pairs.into_iter().find(|(_, (a, b))| a != b) {
        Some((number, (a, b))) => format!("; line {number}:\n  - {a}\n  + {b}"),
        None => "; one has more lines than the other".to_owned(),
    }
}

#[test]
fn folder_and_number_of_threads_do_not_show() {
    let (one, other) = (TempDir::new(), TempDir::new());
    let one = one.expect("a temporary folder can be made");
    let other = other.expect("a temporary folder can be made");
    let (one_release, other_release) = (publish_starter(&one, 1), publish_starter(&other, 4));
    for name in ["manifest.json", "SHA256SUMS"] {
        let read = |release: &Path| fs::read(release.join(name)).expect("the release has it");
        assert!(read(&one_release) == read(&other_release), "{name} differs");
    }
}
