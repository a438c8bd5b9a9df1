//! What is wrong with a release.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::diagnostic::escape;
use crate::digest::Digest;
use crate::staging::Unopened;

/// Findings kept; more are counted.
const KEPT_FINDINGS: usize = 1000;

/// One thing that is wrong with a release, or with the folder that holds releases.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// Path in the folder looked at, with `/`; empty for the folder itself. It may hold anything: escape it to print it.
    pub path: String,
    /// What kind of thing is wrong.
    pub kind: Kind,
    /// What was found, and what was expected: lower case, no full stop.
    pub message: String,
    /// What the file should be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<Fingerprint>,
    /// What the file is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<Fingerprint>,
    /// The next step, when it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// What tells one file's bytes from another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fingerprint {
    /// Size in bytes; unknown where only digests are recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// SHA-256; unknown where a file was too large to be worth reading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Digest>,
}

/// The kinds of things that can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A file's bytes are not those that were published.
    ChangedFile,
    /// A file is not there.
    MissingFile,
    /// A file is there that was not published.
    ExtraFile,
    /// A published file is there under another name.
    RenamedFile,
    /// A symlink, pipe, socket, device or folder stands where only a file may.
    NotARegularFile,
    /// Something other than a folder stands where a release should.
    NotAFolder,
    /// This user may not read it.
    UnreadableFile,
    /// A folder with nothing in it.
    EmptyFolder,
    /// A name that is none in a release.
    UnsafePath,
    /// Two names that some file systems take for one.
    CaseTwin,
    /// `manifest.json` is not one.
    BadManifest,
    /// `SHA256SUMS` does not follow from the manifest, or is not one.
    BadChecksums,
    /// There is more in the folder than any release holds.
    TooManyFiles,
    /// A release is not the successor it says it is.
    BrokenChain,
    /// A release that was published is not there.
    MissingRelease,
}

impl Kind {
    /// Every kind, in the order in which findings on one path are listed.
    pub const ALL: &[Kind] = &[
        Kind::ChangedFile,
        Kind::MissingFile,
        Kind::ExtraFile,
        Kind::RenamedFile,
        Kind::NotARegularFile,
        Kind::NotAFolder,
        Kind::UnreadableFile,
        Kind::EmptyFolder,
        Kind::UnsafePath,
        Kind::CaseTwin,
        Kind::BadManifest,
        Kind::BadChecksums,
        Kind::TooManyFiles,
        Kind::BrokenChain,
        Kind::MissingRelease,
    ];

    /// The kind as words: `changed-file`.
    pub fn word(self) -> &'static str {
        match self {
            Kind::ChangedFile => "changed-file",
            Kind::MissingFile => "missing-file",
            Kind::ExtraFile => "extra-file",
            Kind::RenamedFile => "renamed-file",
            Kind::NotARegularFile => "not-a-regular-file",
            Kind::NotAFolder => "not-a-folder",
            Kind::UnreadableFile => "unreadable-file",
            Kind::EmptyFolder => "empty-folder",
            Kind::UnsafePath => "unsafe-path",
            Kind::CaseTwin => "case-twin",
            Kind::BadManifest => "bad-manifest",
            Kind::BadChecksums => "bad-checksums",
            Kind::TooManyFiles => "too-many-files",
            Kind::BrokenChain => "broken-chain",
            Kind::MissingRelease => "missing-release",
        }
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl Finding {
    /// A finding with neither fingerprints nor help.
    pub fn new(kind: Kind, path: impl Into<String>, message: impl Into<String>) -> Finding {
        let (path, message) = (path.into(), message.into());
        Finding { path, kind, message, expected: None, found: None, help: None }
    }

    /// The same, with a next step.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Finding {
        self.help = Some(help.into());
        self
    }

    /// The same, with what the file should be and what it is.
    #[must_use]
    pub fn with_fingerprints(mut self, expected: Option<Fingerprint>, found: Option<Fingerprint>) -> Finding {
        (self.expected, self.found) = (expected, found);
        self
    }
}

impl fmt::Display for Finding {
    /// `path: kind: message (expected …, found …)`, on one line, free of control characters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "." } else { &self.path };
        write!(f, "{}: {}: {}", escape(path), self.kind.word(), escape(&self.message))?;
        match (&self.expected, &self.found) {
            (Some(expected), Some(found)) => write!(f, " (expected {expected}, found {found})"),
            (Some(expected), None) => write!(f, " (expected {expected})"),
            (None, Some(found)) => write!(f, " (found {found})"),
            (None, None) => Ok(()),
        }
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.bytes, self.sha256) {
            (Some(bytes), Some(sha256)) => write!(f, "{bytes} bytes, sha256 {sha256}"),
            (Some(bytes), None) => write!(f, "{bytes} bytes"),
            (None, Some(sha256)) => write!(f, "sha256 {sha256}"),
            (None, None) => f.write_str("nothing known"),
        }
    }
}

/// Findings, sorted by path, without repeats. Of a flood the first thousand are kept and the rest counted.
#[derive(Debug, Default, Clone)]
pub struct Findings {
    kept: BTreeSet<Finding>,
    dropped: u64,
}

impl Findings {
    /// Adds one.
    pub fn push(&mut self, finding: Finding) {
        self.kept.insert(finding);
        if self.kept.len() > KEPT_FINDINGS {
            self.kept.pop_last();
            self.dropped += 1;
        }
    }

    /// Adds all of `other`, each path below the folder `folder`.
    pub fn extend_below(&mut self, folder: &str, other: Findings) {
        self.dropped += other.dropped;
        for mut finding in other.kept {
            finding.path = if finding.path.is_empty() {
                folder.to_owned()
            } else {
                format!("{folder}/{}", finding.path)
            };
            self.push(finding);
        }
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// How many there are, those not kept included.
    pub fn count(&self) -> u64 {
        self.kept.len() as u64 + self.dropped
    }

    /// The first thousand, by path.
    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.kept.iter()
    }

    /// The findings kept, and the number of those that were not.
    pub fn into_parts(self) -> (Vec<Finding>, u64) {
        (self.kept.into_iter().collect(), self.dropped)
    }
}

impl Extend<Finding> for Findings {
    fn extend<I: IntoIterator<Item = Finding>>(&mut self, findings: I) {
        findings.into_iter().for_each(|finding| self.push(finding));
    }
}

/// What to say of something that is not a regular file.
pub(crate) fn special_message(word: &str) -> String {
    format!("{word} has no place in a release; not opened")
}

/// What to say of a file that was seen a moment ago and cannot be opened now, or must not be.
pub(crate) fn unopened_finding(path: &str, unopened: Unopened) -> crate::diagnostic::Result<Finding> {
    match unopened {
        Unopened::Missing => Ok(Finding::new(Kind::MissingFile, path, "the file is not there")),
        Unopened::Special(word) => Ok(Finding::new(Kind::NotARegularFile, path, special_message(word))),
        Unopened::Denied => Ok(Finding::new(Kind::UnreadableFile, path, "this user may not read the file")),
        Unopened::Failed(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_counted_and_its_first_by_path_are_kept() {
        let mut findings = Findings::default();
        findings.extend((0..5000).rev().map(|n| Finding::new(Kind::ExtraFile, format!("{n:04}"), "x")));
        assert_eq!(findings.count(), 5000);
        let (kept, dropped) = findings.into_parts();
        assert_eq!((kept.len(), dropped), (KEPT_FINDINGS, 4000));
        assert_eq!((kept[0].path.as_str(), kept[999].path.as_str()), ("0000", "0999"));
    }

    #[test]
    fn what_is_printed_cannot_steer_a_terminal() {
        let finding = Finding::new(Kind::UnsafePath, "a\u{1b}[2J\u{202e}\n", "bad");
        assert_eq!(finding.to_string(), "a\\u{1b}[2J\\u{202e}\\u{a}: unsafe-path: bad");
    }

    #[test]
    fn every_kind_is_listed_and_sorts_in_the_order_of_the_list() {
        assert!(Kind::ALL.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(Kind::ALL.last(), Some(&Kind::MissingRelease));
    }
}
