//! Closing a release: the manifest, what follows from it, the disk, and a second look.

use std::collections::HashMap;
use std::io::Write as _;

use jiff::civil::Date;

use crate::diagnostic::{Error, Result};
use crate::digest::Digest;
use crate::staging::{Artifact, Stage};

use super::derived::derived;
use super::finding::Findings;
use super::inspect::{Record, inspect_with};
use super::layout::{MANIFEST, MANIFEST_TYPE};
use super::manifest::{CONTENT_DIGEST_RULE, FORMAT, FileRecord, Manifest, TableRecord, Tool};
use super::refusal::Attempt;
use super::target::Target;

/// Findings that are quoted when a stage fails its own verification.
const QUOTED_FINDINGS: usize = 3;

/// What a manifest says that the stage does not know.
#[derive(Debug, Clone)]
pub struct ManifestFields {
    /// Title of the data set, for people.
    pub title: Option<String>,
    /// The release date.
    pub created: Date,
    /// The tables, in the order in which they are published.
    pub tables: Vec<TableRecord>,
    /// The files that hold several tables.
    pub spanning: Vec<SpanningFile>,
}

/// File that holds several tables, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpanningFile {
    /// Path in the release, with `/`.
    pub path: String,
    /// Name of the format.
    pub format: String,
    /// Names of the tables.
    pub tables: Vec<String>,
}

/// A release that is complete, on the disk and verified, and only lacks its place.
#[derive(Debug)]
pub struct Sealed<'a> {
    pub(crate) target: Target<'a>,
    pub(crate) stage: Stage,
    pub(crate) record: Record,
    pub(crate) jobs: usize,
}

impl<'a> Target<'a> {
    /// Writes the documents that close a release, puts everything on the disk, and checks it as a reader would, on
    /// `jobs` threads.
    pub fn seal(self, stage: Stage, fields: ManifestFields, jobs: usize) -> Attempt<Sealed<'a>> {
        Sealed::new(self, stage, fields, jobs)
    }
}

impl<'a> Sealed<'a> {
    /// Closes the stage; if it cannot be, the stage is removed.
    pub(crate) fn new(
        target: Target<'a>,
        stage: Stage,
        fields: ManifestFields,
        jobs: usize,
    ) -> Attempt<Sealed<'a>> {
        let manifest = manifest(&target, stage.artifacts(), fields);
        let bytes = manifest.to_bytes();
        let id = Digest::of(&bytes);
        write(&stage, MANIFEST, MANIFEST_TYPE, &bytes)?;
        for file in derived(&manifest, id) {
            write(&stage, file.path, file.media_type, &file.bytes)?;
        }
        stage.sync()?;
        let inspection = inspect_with(stage.folder(), jobs, &|path, file| stage.vouches_for(path, file))?;
        match inspection.record {
            Some(record) if inspection.findings.is_empty() && record.id == id => {
                Ok(Sealed { target, stage, record, jobs })
            }
            _ => Err(unsound(&stage, &inspection.findings).into()),
        }
    }

    /// The release id: the digest of `manifest.json`.
    pub fn id(&self) -> Digest {
        self.record.id
    }

    /// What the release says it is.
    pub fn manifest(&self) -> &Manifest {
        &self.record.manifest
    }
}

fn manifest(target: &Target<'_>, artifacts: Vec<Artifact>, fields: ManifestFields) -> Manifest {
    let mut holds: HashMap<&str, (Vec<String>, Option<String>)> = HashMap::new();
    for SpanningFile { path, format, tables } in &fields.spanning {
        holds.insert(path, (tables.clone(), Some(format.clone())));
    }
    for table in &fields.tables {
        for file in &table.files {
            holds.entry(&file.path).or_default().0.push(table.name.clone());
        }
    }
    let mut file = |artifact: Artifact| {
        let (tables, format) = holds.remove(artifact.path.as_str()).unwrap_or_default();
        let Artifact { path, bytes, sha256, media_type } = artifact;
        FileRecord { path, bytes, sha256, media_type, format, tables }
    };
    Manifest {
        format: FORMAT.to_owned(),
        name: target.name().to_owned(),
        title: fields.title,
        version: target.version().clone(),
        created: fields.created.to_string(),
        draft: target.is_draft(),
        previous: target.previous().cloned(),
        tool: Tool { name: "letterpress".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        content_digest_rule: CONTENT_DIGEST_RULE.to_owned(),
        files: artifacts.into_iter().map(&mut file).collect(),
        tables: fields.tables,
    }
}

fn write(stage: &Stage, path: &str, media_type: &str, bytes: &[u8]) -> Result<()> {
    let mut file = stage.file(path, media_type)?;
    file.write_all(bytes).map_err(|error| stage.folder().error("write", path, error))?;
    file.finish().map(drop)
}

/// A stage that is not what was written into it: a fault of the disk or of ours, not of the data.
fn unsound(stage: &Stage, findings: &Findings) -> Error {
    let mut reason: Vec<String> = findings.iter().take(QUOTED_FINDINGS).map(ToString::to_string).collect();
    let more = findings.count().saturating_sub(QUOTED_FINDINGS as u64);
    if more > 0 {
        reason.push(format!("and {more} more"));
    }
    Error::machine("verify what was written to", stage.path(), reason.join("; "))
}
