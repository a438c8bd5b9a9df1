//! Whether a folder is the release its manifest says it is.
//!
//! The folder is taken for an attack: nothing is opened that the manifest does not list, nothing that is not a regular
//! file, and nothing is read beyond what the manifest promises. What is trusted is the manifest's digest, by whoever
//! compares it with one known from elsewhere.

use std::collections::BTreeMap;
use std::io::Read as _;

use crate::diagnostic::Result;
use crate::digest::Digest;
use crate::staging::{Folder, Unopened};

use super::compare::{Expected, Vouched, compare};
use super::derived::derived;
use super::finding::{Finding, Findings, Fingerprint, Kind, unopened_finding};
use super::layout::{DOCUMENT_BYTES, MANIFEST, SIGNATURE, SIGNATURE_BYTES};
use super::manifest::Manifest;
use super::sums::first_different_line;
use super::walk::{Names, walk};

/// A release as its documents describe it.
#[derive(Debug)]
pub(crate) struct Record {
    /// The manifest.
    pub(crate) manifest: Manifest,
    /// The release id: the digest of the manifest's bytes.
    pub(crate) id: Digest,
    /// Number of files, those that follow from the manifest included.
    pub(crate) files: u64,
    /// Their size.
    pub(crate) bytes: u64,
}

/// What was seen of a release.
#[derive(Debug, Default)]
pub(crate) struct Inspection {
    /// What it says it is; nothing if its manifest is none.
    pub(crate) record: Option<Record>,
    /// Whether a signature lies in it. Nobody has looked into that.
    pub(crate) has_signature: bool,
    /// What is wrong.
    pub(crate) findings: Findings,
}

/// Looks at every file of the release in `folder`, on `jobs` threads.
pub(crate) fn inspect(folder: &Folder, jobs: usize) -> Result<Inspection> {
    inspect_with(folder, jobs, &|_, _| false)
}

/// The same, but files of the right size that `vouched` vouches for are not read.
pub(crate) fn inspect_with(folder: &Folder, jobs: usize, vouched: &Vouched<'_>) -> Result<Inspection> {
    let mut inspection = inspect_documents(folder)?;
    let Some(record) = &inspection.record else { return Ok(inspection) };
    let findings = &mut inspection.findings;
    let mut tree = walk(folder, Names::Ours, findings)?;
    // These were read, and judged, with the documents.
    tree.files.remove(MANIFEST);
    for file in derived(&record.manifest, record.id) {
        tree.files.remove(file.path);
    }
    if let Some(bytes) = tree.files.get(SIGNATURE)
        && *bytes <= SIGNATURE_BYTES
    {
        tree.files.remove(SIGNATURE);
        inspection.has_signature = true;
    }
    let expected: BTreeMap<&str, Expected> = record
        .manifest
        .files
        .iter()
        .map(|file| (file.path.as_str(), Expected { bytes: Some(file.bytes), sha256: file.sha256 }))
        .collect();
    compare(folder, &expected, &tree, (jobs, vouched), findings)?;
    Ok(inspection)
}

/// Looks at the manifest and at the files that follow from it, and at no other.
pub(crate) fn inspect_documents(folder: &Folder) -> Result<Inspection> {
    let mut inspection = Inspection::default();
    let findings = &mut inspection.findings;
    let Some(bytes) = read_document(folder, MANIFEST, Kind::BadManifest, findings)? else {
        return Ok(inspection);
    };
    let manifest = match Manifest::parse(&bytes) {
        Ok(manifest) => manifest,
        Err(faults) => {
            let help = "no file can be checked against it; fetch the release again";
            findings.extend(faults.into_iter().map(|fault| fault.with_help(help)));
            return Ok(inspection);
        }
    };
    let id = Digest::of(&bytes);
    let (mut files, mut size) =
        (manifest.files.len() as u64 + 1, manifest.bytes().saturating_add(bytes.len() as u64));
    for file in derived(&manifest, id) {
        files += 1;
        size = size.saturating_add(file.bytes.len() as u64);
        if let Some(bytes) = read_document(folder, file.path, Kind::BadChecksums, findings)?
            && bytes != file.bytes
        {
            let line = first_different_line(&file.bytes, &bytes);
            let fingerprint = |bytes: &[u8]| {
                Some(Fingerprint { bytes: Some(bytes.len() as u64), sha256: Some(Digest::of(bytes)) })
            };
            let message = format!("line {line} does not follow from {MANIFEST}");
            let finding = Finding::new(Kind::BadChecksums, file.path, message);
            findings.push(finding.with_fingerprints(fingerprint(&file.bytes), fingerprint(&bytes)));
        }
    }
    inspection.record = Some(Record { manifest, id, files, bytes: size });
    Ok(inspection)
}

/// The bytes of the document `name`; nothing, and a finding, if it cannot be read as one.
fn read_document(folder: &Folder, name: &str, bad: Kind, findings: &mut Findings) -> Result<Option<Vec<u8>>> {
    match Document::read(folder, name)? {
        Document::Bytes(bytes) => return Ok(Some(bytes)),
        Document::TooLarge => {
            let message = format!("it is larger than {DOCUMENT_BYTES} bytes, the most that is read");
            findings.push(Finding::new(bad, name, message));
        }
        Document::Unopened(unopened) => findings.push(unopened_finding(name, unopened)?),
    }
    Ok(None)
}

/// A small file, read whole.
#[derive(Debug)]
pub(crate) enum Document {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// It is larger than [`DOCUMENT_BYTES`]; a sparse file of any size costs nothing to make, so it was not read.
    TooLarge,
    /// It was not opened.
    Unopened(Unopened),
}

impl Document {
    /// Reads the file `name` in `folder`.
    pub(crate) fn read(folder: &Folder, name: &str) -> Result<Document> {
        let (file, size) = match folder.open_file(name) {
            Ok(opened) => opened,
            Err(Unopened::Failed(error)) => return Err(error),
            Err(unopened) => return Ok(Document::Unopened(unopened)),
        };
        let mut bytes = Vec::new();
        if size <= DOCUMENT_BYTES {
            file.take(DOCUMENT_BYTES + 1)
                .read_to_end(&mut bytes)
                .map_err(|error| folder.error("read", name, error))?;
        }
        // It may have grown since it was measured.
        let is_small = size.max(bytes.len() as u64) <= DOCUMENT_BYTES;
        Ok(if is_small { Document::Bytes(bytes) } else { Document::TooLarge })
    }
}
