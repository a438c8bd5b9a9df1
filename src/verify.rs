//! Whether a folder is still what was published.

#![cfg_attr(not(test), deny(clippy::indexing_slicing))]

mod sums;

use std::num::NonZeroUsize;
use std::path::Path;

use rustix::io::Errno;
use semver::Version;
use serde::{Serialize, Serializer};

use crate::diagnostic::{Error, Result};
use crate::digest::Digest;
use crate::release::{Finding, Findings, Inspection, MANIFEST, SUMS, inspect};
use crate::staging::Folder;

/// Options of verifying.
///
/// ```
/// let options = letterpress::VerifyOptions::default().jobs(2);
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Options {
    /// Number of threads that hash.
    pub jobs: usize,
}

impl Default for Options {
    /// As many threads as the machine has processors.
    fn default() -> Options {
        Options { jobs: std::thread::available_parallelism().map_or(1, NonZeroUsize::get) }
    }
}

impl Options {
    /// With so many threads.
    pub fn jobs(self, jobs: usize) -> Options {
        Options { jobs, ..self }
    }
}

/// What a folder was checked against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The manifest of a release: names, sizes and digests of all its files.
    Manifest,
    /// `SHA256SUMS` alone: names and digests, but no sizes, so that the time it takes is not bounded.
    Sums,
}

/// Report on a folder: what was seen of it.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let project = folder.path().join("floods");
/// # letterpress::init(&project, Some("river-floods"))?;
/// let build = letterpress::publish(&project, &letterpress::PublishOptions::default(), &())?;
/// let release = build.outcome.release().ok_or("nothing was published")?;
/// std::fs::write(release.path.join("README.md"), "changed")?;
/// let report = letterpress::verify(&release.path, &letterpress::VerifyOptions::default())?;
/// assert!(!report.is_whole());
/// assert!(report.findings.iter().any(|finding| finding.path == "README.md"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Serialize)]
pub struct Report {
    /// What it was checked against.
    pub basis: Basis,
    /// Name of the data set, as the manifest has it.
    pub name: Option<String>,
    /// The version, as the manifest has it.
    #[serde(serialize_with = "version_or_null")]
    pub version: Option<Version>,
    /// The release id: the digest of `manifest.json`, or of `SHA256SUMS` where there is nothing else. Whoever knows it
    /// from elsewhere knows whose release this is.
    #[serde(serialize_with = "id_or_null")]
    pub id: Option<Digest>,
    /// Whether it is a draft: it was made to be looked at and is no release.
    pub draft: bool,
    /// Whether a signature lies beside the manifest. Nobody has looked into it.
    pub has_signature: bool,
    /// Number of files there should be.
    pub files: u64,
    /// Their size; unknown where only digests are recorded.
    pub bytes: Option<u64>,
    /// What is wrong, by path; the first thousand.
    pub findings: Vec<Finding>,
    /// How many more things are wrong.
    pub more_findings: u64,
}

impl Report {
    /// Whether every file is what the folder's own documents say.
    pub fn is_whole(&self) -> bool {
        self.findings.is_empty() && self.more_findings == 0
    }

    /// The verdict in a sentence, without any text from the folder.
    pub fn verdict(&self) -> &'static str {
        match (self.is_whole(), self.draft, self.basis) {
            (false, _, _) => "not what was published",
            (true, true, _) => "whole, but a draft: it was made to be looked at and is no release",
            (true, false, Basis::Manifest) => {
                "whole, but nobody vouches for it: compare the id with one you know from elsewhere"
            }
            (true, false, Basis::Sums) => {
                "every listed digest holds, but nobody vouches for the list, and it records no sizes"
            }
        }
    }

    fn of(inspection: Inspection) -> Report {
        let (findings, more_findings) = inspection.findings.into_parts();
        let record = inspection.record.as_ref();
        let manifest = record.map(|record| &record.manifest);
        Report {
            basis: Basis::Manifest,
            name: manifest.map(|manifest| manifest.name.clone()),
            version: manifest.map(|manifest| manifest.version.clone()),
            id: record.map(|record| record.id),
            draft: manifest.is_some_and(|manifest| manifest.draft),
            has_signature: inspection.has_signature,
            files: record.map_or(0, |record| record.files),
            bytes: record.map(|record| record.bytes),
            findings,
            more_findings,
        }
    }

    fn of_sums(id: Option<Digest>, files: u64, findings: Findings) -> Report {
        let (findings, more_findings) = findings.into_parts();
        Report {
            basis: Basis::Sums,
            name: None,
            version: None,
            id,
            draft: false,
            has_signature: false,
            files,
            bytes: None,
            findings,
            more_findings,
        }
    }
}

/// Verifies the release in the folder at `path`, or the folder that others described by `SHA256SUMS`.
///
/// Fails if `path` is no such folder, or if the machine does; whatever is wrong inside the folder is a finding.
pub fn verify(path: &Path, options: &Options) -> Result<Report> {
    let folder = Folder::open_following(path).map_err(|errno| match errno {
        Errno::NOENT => Error::Usage(format!("there is nothing at `{}`", path.display())),
        Errno::NOTDIR => Error::Usage(format!("`{}` is not a folder", path.display())),
        errno => Error::machine("open", path, errno),
    })?;
    if folder.look(MANIFEST)?.is_some() {
        return Ok(Report::of(inspect(&folder, options.jobs)?));
    }
    if folder.look(SUMS)?.is_some() {
        return sums::verify_sums(&folder, options.jobs);
    }
    let shown = path.display();
    Err(Error::Usage(format!("`{shown}` is no release: it has neither `{MANIFEST}` nor `{SUMS}`")))
}

fn id_or_null<S: Serializer>(id: &Option<Digest>, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    id.map(Digest::to_id).serialize(serializer)
}

fn version_or_null<S: Serializer>(
    version: &Option<Version>,
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    version.as_ref().map(ToString::to_string).serialize(serializer)
}
