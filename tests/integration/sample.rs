//! A small release, published the way `build` publishes one, and a look at what a folder holds.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use letterpress::digest::Digest;
use letterpress::release::{
    Attempt, ColumnRecord, Failure, Finding, Kind, ManifestFields, Output, Published, Refusal, TableFile,
    TableRecord,
};
use letterpress::staging::Stage;
use letterpress::{Report, VerifyOptions, verify};
use semver::Version;

/// The files of the sample release, beside those that every release has.
pub(crate) const FILES: &[(&str, &str, &str)] = &[
    ("README.md", "text/markdown", "# Sample\n"),
    ("data/csv/events.csv", "text/csv", "id,name\r\n1,one\r\n2,two\r\n"),
    ("data/jsonld/events.jsonld", "application/ld+json", "{\"@graph\": []}\n"),
];

/// How a test publishes: what to publish as, and what to change in the sample.
#[derive(Clone, Copy)]
pub(crate) struct Build<'a> {
    pub(crate) version: &'a str,
    pub(crate) is_draft: bool,
    /// Appended to the CSV file.
    pub(crate) addition: &'a str,
}

/// Version `version` of the sample.
pub(crate) fn version(version: &str) -> Build<'_> {
    Build { version, is_draft: false, addition: "" }
}

impl<'a> Build<'a> {
    pub(crate) fn adding(self, addition: &'a str) -> Build<'a> {
        Build { addition, ..self }
    }

    pub(crate) fn draft(self) -> Build<'a> {
        Build { is_draft: true, ..self }
    }

    /// Publishes into `out`, step by step.
    pub(crate) fn publish(self, out: &Path) -> Attempt<Published> {
        let version = Version::parse(self.version).expect("the test names a version");
        let out = Output::open(out)?;
        let history = out.history()?;
        let target = if self.is_draft {
            history.draft("sample", &version)?
        } else {
            history.target("sample", &version)?
        };
        let stage = target.stage()?;
        self.fill(&stage);
        target.seal(stage, manifest_fields(), 2)?.publish()
    }

    /// Writes the sample's files.
    pub(crate) fn fill(self, stage: &Stage) {
        for (path, media_type, text) in FILES {
            let mut file = stage.file(path, media_type).expect("the stage takes a file");
            file.write_all(text.as_bytes()).expect("the file takes text");
            if path.ends_with(".csv") {
                file.write_all(self.addition.as_bytes()).expect("the file takes text");
            }
            file.finish().expect("the file ends");
        }
    }
}

/// The sample's part of the manifest.
pub(crate) fn manifest_fields() -> ManifestFields {
    ManifestFields {
        title: Some("A sample".to_owned()),
        created: "2026-02-28".parse().expect("it is a date"),
        tables: vec![TableRecord {
            columns: vec![ColumnRecord::new("id", "text")],
            files: vec![
                TableFile::new("data/csv/events.csv", "csv"),
                TableFile::new("data/jsonld/events.jsonld", "jsonld"),
            ],
            ..TableRecord::new("events", 2, Digest::of(b"rows"))
        }],
        spanning: Vec::new(),
    }
}

/// An empty folder, and the path of an output folder in it that does not exist.
pub(crate) fn new_output() -> (tempfile::TempDir, PathBuf) {
    let home = tempfile::tempdir().expect("there is room for a folder");
    let out = home.path().join("dist");
    (home, out)
}

/// A published sample: its folder.
pub(crate) fn published() -> (tempfile::TempDir, PathBuf) {
    let (home, out) = new_output();
    let path = version("1.0.0").publish(&out).expect("the sample is published").path;
    (home, path)
}

/// The same, with the file that makes a folder a bag.
pub(crate) fn published_bag() -> (tempfile::TempDir, PathBuf) {
    let (home, path) = new_output();
    let out = Output::open(&path).expect("nobody holds it");
    let history = out.history().expect("there is none");
    let target = history.target("sample", &Version::new(1, 0, 0)).expect("the version is free");
    let stage = target.stage().expect("there is room");
    version("1.0.0").fill(&stage);
    let mut bag = stage.file("bagit.txt", "text/plain").expect("the stage takes a file");
    bag.write_all(b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n").expect("the file takes text");
    bag.finish().expect("the file ends");
    let sealed = target.seal(stage, manifest_fields(), 2).expect("the stage is whole");
    let release = sealed.publish().expect("the place is free").path;
    (home, release)
}

/// What `verify` says of a folder.
pub(crate) fn report(path: &Path) -> Report {
    verify(path, &VerifyOptions::default().jobs(2)).expect("the folder can be verified")
}

/// The findings on a folder, as path and kind.
pub(crate) fn findings(path: &Path) -> Vec<(String, Kind)> {
    report(path).findings.into_iter().map(|finding| (finding.path, finding.kind)).collect()
}

/// The only finding on a folder.
#[track_caller]
pub(crate) fn only_finding(path: &Path) -> Finding {
    let mut findings = report(path).findings;
    assert_eq!(findings.len(), 1, "{findings:#?}");
    findings.remove(0)
}

/// The refusal that publishing came to.
#[track_caller]
pub(crate) fn refusal<T: std::fmt::Debug>(attempt: Attempt<T>) -> Refusal {
    match attempt {
        Err(Failure::Refused(refusal)) => refusal,
        other => unreachable!("not refused: {other:?}"),
    }
}

/// The findings of a refusal, as path and kind.
pub(crate) fn refused_paths(refusal: &Refusal) -> Vec<(&str, Kind)> {
    refusal.findings.iter().map(|finding| (finding.path.as_str(), finding.kind)).collect()
}

/// Inode, mode, modification time and content of everything below `root`; a changed byte or a rewritten file shows.
pub(crate) fn snapshot(root: &Path) -> BTreeMap<PathBuf, (u64, u32, i64, Vec<u8>)> {
    let mut entries = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder can be listed") {
            let path = entry.expect("the entry can be read").path();
            let metadata = path.symlink_metadata().expect("the entry is there");
            let bytes =
                if metadata.is_file() { fs::read(&path).expect("the file can be read") } else { Vec::new() };
            let seen = (metadata.ino(), metadata.mode(), metadata.mtime_nsec(), bytes);
            if metadata.is_dir() {
                folders.push(path.clone());
            }
            entries.insert(path, seen);
        }
    }
    entries
}

/// The names in a folder, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder can be listed");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
