//! Seeds that are compressed are read like those that are not, and damaged ones are told of.

use std::fs;
use std::io::Write;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::scratch::Scratch;
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

const TABLE: &str = "{fields: [{name: id, type: string}, {name: size, type: integer}], primaryKey: [id]}";

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

fn zstd(text: &str) -> Vec<u8> {
    zstd::encode_all(text.as_bytes(), 3).expect("memory takes it")
}

fn project(seed: &str, bytes: &[u8]) -> Scratch {
    Scratch::project().table("t", TABLE).file(seed, bytes)
}

fn published(seed: &str, bytes: &[u8]) -> Vec<u8> {
    let home = project(seed, bytes);
    let (checked, _) = home.draft();
    assert!(checked.diagnostics.is_empty(), "{seed}: {:#?}", checked.diagnostics);
    home.drafted("csv/t.csv")
}

#[test]
fn a_compressed_seed_is_the_seed_that_is_in_it() {
    let csv: String = (0..40_000).fold("id,size\n".to_owned(), |text, n| text + &format!("k-{n:05},{n}\n"));
    let ndjson: String = (0..40_000).map(|n| format!("{{\"id\":\"k-{n:05}\",\"size\":{n}}}\n")).collect();
    let expected = published("seeds/t.csv", csv.as_bytes());
    assert_eq!(published("seeds/t.csv.gz", &gzip(&csv)), expected);
    assert_eq!(published("seeds/t/all.csv.zst", &zstd(&csv)), expected);
    assert_eq!(published("seeds/t.ndjson.zst", &zstd(&ndjson)), expected);
    assert_eq!(published("seeds/t/1.jsonl.gz", &gzip(&ndjson)), expected);
    assert_eq!(
        published(
            "seeds/t.yaml.gz",
            &gzip(&ndjson.lines().fold(String::new(), |text, line| text + "- " + line + "\n"))
        ),
        expected
    );
}

#[test]
fn a_problem_has_its_place_in_the_text_that_was_compressed() {
    for (seed, bytes) in
        [("seeds/t.csv.gz", gzip("id,size\na,1\nb,x\n")), ("seeds/t.csv.zst", zstd("id,size\na,1\nb,x\n"))]
    {
        let home = project(seed, &bytes);
        let found = home.problems();
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!((&*found[0].code, found[0].place.to_string()), ("wrong-type", format!("{seed}:3:3")));
    }
}

#[test]
fn a_damaged_file_is_told_of_and_ends_nothing() {
    let text: String =
        (0..5_000).map(|n| format!("{{\"id\":\"k-{n:05}\",\"size\":{}}}\n", n * 7919)).collect();
    for (seed, bytes) in [("seeds/t.ndjson.gz", gzip(&text)), ("seeds/t.ndjson.zst", zstd(&text))] {
        for damaged in [&bytes[..bytes.len() / 2], &bytes[1..], b"", b"{}"] {
            let home = project(seed, damaged);
            let found = home.problems();
            assert_eq!(found.len(), 1, "{seed} {found:#?}");
            assert_eq!(found[0].code, "unreadable-file", "{seed}");
        }
    }
}

#[test]
fn nothing_stays_in_the_temporary_folder_whatever_ends_the_program() {
    let csv: String = (0..400_000).fold("id,size\n".to_owned(), |text, n| text + &format!("k-{n:06},{n}\n"));
    let home = project("seeds/t.csv.gz", &gzip(&csv));
    let folder = TempDir::new().expect("a temporary folder");
    let mut check = Command::new(env!("CARGO_BIN_EXE_letterpress"))
        .args(["check", "--quiet"])
        .current_dir(home.path())
        .env("TMPDIR", folder.path())
        .spawn()
        .expect("it runs");
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(200) {
        let names = fs::read_dir(folder.path()).expect("it is there").count();
        assert_eq!(names, 0, "a copy of a seed has a name, and would stay behind");
    }
    assert_eq!(check.try_wait().expect("it is ours"), None, "it was over before it could be killed");
    check.kill().expect("it runs");
    check.wait().expect("it was killed");
    assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 0);
}

/// What `check` prints of a project.
fn printed(home: &Scratch) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_letterpress"));
    let output = command.args(["check", "--quiet"]).current_dir(home.path()).output();
    String::from_utf8(output.expect("it runs").stdout).expect("output is UTF-8")
}

#[test]
fn what_is_wrong_is_shown_in_the_text_that_was_read() {
    let text = "id,size\nKöln,1\nKøbenhavn,x\n";
    let shown = "  |\n3 | København,x\n  |           ^\n";
    for (seed, bytes) in [("t.csv.gz", gzip(text)), ("t.csv.zst", zstd(text))] {
        let found = printed(&project(&format!("seeds/{seed}"), &bytes));
        assert!(found.contains(&format!("seeds/{seed}:3:11: error[wrong-type]")), "{found}");
        assert!(found.contains(shown), "{found}");
    }
    let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let latin_1: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("it is Latin-1")).collect();
    let mut marked = vec![0xff, 0xfe];
    marked.extend(&utf_16);
    for (encoding, bytes) in [("utf-16le", utf_16), ("utf-16le", marked), ("iso-8859-1", latin_1)] {
        let resource = format!(
            "resources: [{{name: t, schema: tables/t.yaml, path: ../seeds/t.csv, encoding: {encoding}}}]"
        );
        let dataset = format!("name: t\nversion: 1.0.0\ncreated: 2026-11-22\n{resource}\n");
        let (dataset, table) = (dataset.as_bytes(), TABLE.as_bytes());
        let files =
            [("schema/dataset.yaml", dataset), ("schema/tables/t.yaml", table), ("seeds/t.csv", &bytes)];
        let found = printed(&Scratch::of(&files));
        assert!(found.starts_with("seeds/t.csv:3:11: error[wrong-type]"), "{encoding}: {found}");
        assert!(found.contains(shown), "{encoding}: {found}");
    }
}
