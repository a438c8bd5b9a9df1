//! A release as one file: whole, the same bytes wherever it is made, and never in the place of something else.

use std::fs::{self, File};
use std::io::Read as _;

use crate::sample::{self, new_output, refusal, refused_paths, version};
use letterpress::digest::Digest;
use letterpress::publish::archive;
use letterpress::release::{Kind, Published};
use zip::{CompressionMethod, DateTime, ZipArchive};

fn sample() -> (tempfile::TempDir, Published) {
    let (home, out) = new_output();
    let published = version("1.0.0").publish(&out).expect("the sample is published");
    (home, published)
}

/// The names in the folder that holds the releases.
fn names(published: &Published) -> Vec<String> {
    sample::names(published.path.parent().expect("a release lies in a folder"))
}

#[test]
fn an_archive_holds_every_file_of_the_release_in_order_and_nothing_of_the_machine() {
    let (_home, published) = sample();
    let made = archive(&published).expect("the place is free");
    assert!(made.is_new);
    let mut zip = ZipArchive::new(File::open(&made.path).expect("it is there")).expect("it is a zip");
    let paths: Vec<String> = (0..zip.len())
        .map(|index| zip.by_index(index).expect("it is listed").name().expect("it is text").into_owned())
        .collect();
    let expected =
        ["README.md", "SHA256SUMS", "data/csv/events.csv", "data/jsonld/events.jsonld", "manifest.json"];
    assert_eq!(paths, expected);
    for path in paths {
        let mut file = zip.by_name(&path).expect("it is listed");
        let day = DateTime::from_date_and_time(2026, 2, 28, 0, 0, 0).expect("a date that a zip knows");
        assert_eq!((file.last_modified(), file.compression()), (Some(day), CompressionMethod::Deflated));
        assert_eq!(file.unix_mode(), Some(0o100_644));
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("it can be read");
        assert_eq!(bytes, fs::read(published.path.join(&path)).expect("it is there"));
    }
    let (_other_home, other) = sample();
    let other = archive(&other).expect("the place is free");
    assert_eq!((made.sha256, made.bytes), (other.sha256, other.bytes));
}

#[test]
fn an_archive_has_its_digest_beside_it_and_leaves_nothing_else() {
    let (_home, published) = sample();
    let made = archive(&published).expect("the place is free");
    assert_eq!(made.sha256, Digest::of(&fs::read(&made.path).expect("it is there")));
    let line = fs::read_to_string(made.path.with_extension("zip.sha256")).expect("it is there");
    assert_eq!(line, format!("{}  sample-1.0.0.zip\n", made.sha256));
    let expected = [".lock", "1.0.0", "index.json", "sample-1.0.0.zip", "sample-1.0.0.zip.sha256"];
    assert_eq!(names(&published), expected);
    let again = archive(&published).expect("the same bytes are there");
    assert!(!again.is_new);
    assert_eq!(names(&published), expected);
}

#[test]
fn what_lies_in_the_place_of_an_archive_is_not_replaced() {
    let (_home, published) = sample();
    let place = published.path.with_file_name("sample-1.0.0.zip");
    fs::write(&place, "mine").expect("there is room");
    let refusal = refusal(archive(&published));
    assert!(refusal.message.contains("something else lies at"), "{}", refusal.message);
    assert_eq!(fs::read(&place).expect("it is there"), b"mine");
    assert_eq!(names(&published), [".lock", "1.0.0", "index.json", "sample-1.0.0.zip"]);
}

#[test]
fn a_release_that_is_not_whole_is_not_archived() {
    let (_home, published) = sample();
    fs::write(published.path.join("README.md"), "# Simple\n").expect("it can be damaged");
    let refusal = refusal(archive(&published));
    assert_eq!(refused_paths(&refusal), [("1.0.0/README.md", Kind::ChangedFile)]);
    assert_eq!(names(&published), [".lock", "1.0.0", "index.json"]);
}
