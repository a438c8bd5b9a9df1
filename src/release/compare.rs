//! The files of a folder against the files it should hold.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs::File;
use std::sync::{Mutex, PoisonError};

use crate::diagnostic::Result;
use crate::digest::Digest;
use crate::parallel::for_each;
use crate::staging::{Folder, affordable_workers};

use super::finding::{Finding, Findings, Fingerprint, Kind, unopened_finding};
use super::reading::Reading;
use super::walk::Tree;

/// How much larger than promised a file may be and still be read, so that its digest can be told.
const ALLOWANCE_BYTES: u64 = 1024 * 1024;

/// A file that should be there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected {
    /// Its size, where it is recorded.
    pub(crate) bytes: Option<u64>,
    /// Its digest.
    pub(crate) sha256: Digest,
}

/// Says of an open file, given its path, whether its bytes are known already to be the expected ones.
pub(crate) type Vouched<'a> = dyn Fn(&str, &File) -> bool + Sync + 'a;

/// Compares all files, reading each once, on `jobs` threads.
///
/// What is read is bounded by what is promised: a file of another size is not hashed if it is much larger, and of the
/// files that nobody expects only those are hashed that may be a missing one under another name.
pub(crate) fn compare(
    root: &Folder,
    expected: &BTreeMap<&str, Expected>,
    tree: &Tree,
    (jobs, vouched): (usize, &Vouched<'_>),
    findings: &mut Findings,
) -> Result<()> {
    let (present, missing) = meet(expected, tree, findings);
    check_all(root, present, jobs, vouched, findings)?;
    let extra: Vec<(&str, u64)> = tree
        .files
        .iter()
        .filter(|(path, _)| !expected.contains_key(path.as_str()))
        .map(|(path, bytes)| (path.as_str(), *bytes))
        .collect();
    let renamed = renames(root, &missing, &extra, jobs)?;
    let was_renamed: HashSet<&str> = renamed.values().copied().collect();
    let gone = missing.iter().filter(|(path, _)| !was_renamed.contains(*path));
    findings.extend(gone.map(|(path, wanted)| {
        Finding::new(Kind::MissingFile, *path, "the file is not there")
            .with_fingerprints(Some(wanted.fingerprint()), None)
    }));
    findings.extend(renamed.iter().map(|(path, name)| renamed_file(path, name)));
    let stray = extra.into_iter().filter(|(path, _)| !renamed.contains_key(path));
    findings.extend(extra_files(stray, expected));
    Ok(())
}

type Present<'a> = (&'a str, Expected, u64);

/// Parts the files that are there, with their sizes, from those that are missing.
fn meet<'a>(
    expected: &BTreeMap<&'a str, Expected>,
    tree: &Tree,
    findings: &mut Findings,
) -> (Vec<Present<'a>>, BTreeMap<&'a str, Expected>) {
    let (mut present, mut missing) = (Vec::new(), BTreeMap::new());
    for (&path, wanted) in expected {
        match tree.files.get(path) {
            Some(&bytes) => present.push((path, *wanted, bytes)),
            None if is_unseen(tree, path) => {}
            None if tree.folders.contains(path) => {
                findings.push(Finding::new(
                    Kind::NotARegularFile,
                    path,
                    "a folder stands in the place of the file",
                ));
            }
            None => {
                missing.insert(path, *wanted);
            }
        }
    }
    (present, missing)
}

/// Checks the files that are there, the largest first: the last one to end then keeps no thread waiting for long.
fn check_all(
    root: &Folder,
    mut present: Vec<Present>,
    jobs: usize,
    vouched: &Vouched<'_>,
    findings: &mut Findings,
) -> Result<()> {
    present.sort_by_key(|(path, _, bytes)| (Reverse(*bytes), *path));
    let found = Mutex::new(findings);
    for_each(jobs.min(affordable_workers()), &batches(&present, jobs), |batch| {
        for finding in check(root, batch, vouched)? {
            found.lock().unwrap_or_else(PoisonError::into_inner).push(finding);
        }
        Ok(())
    })
}

/// The files that a thread checks at a time: two, which is quicker than one after the other, if that leaves as much to do for
/// each other thread.
fn batches<'p, 'a>(present: &'p [Present<'a>], jobs: usize) -> Vec<&'p [Present<'a>]> {
    let total: u64 = present.iter().fold(0, |total, (_, _, bytes)| total.saturating_add(*bytes));
    let fair = total / jobs.max(1) as u64;
    let (mut batches, mut rest) = (Vec::new(), present);
    while let [(_, _, bytes), others @ ..] = rest {
        let both = others.first().map(|(_, _, other)| bytes.saturating_add(*other));
        let files = if both.is_some_and(|both| both <= fair) { 2 } else { 1 };
        let (batch, after) = rest.split_at(files);
        batches.push(batch);
        rest = after;
    }
    batches
}

impl Expected {
    fn fingerprint(&self) -> Fingerprint {
        Fingerprint { bytes: self.bytes, sha256: Some(self.sha256) }
    }
}

/// Whether a finding was already made of `path` or of a folder on the way to it.
fn is_unseen(tree: &Tree, path: &str) -> bool {
    tree.unseen.contains("")
        || path.match_indices('/').map(|(at, _)| &path[..at]).chain([path]).any(|p| tree.unseen.contains(p))
}

/// One or two files against what they should be.
fn check(root: &Folder, batch: &[Present], vouched: &Vouched<'_>) -> Result<Vec<Finding>> {
    let (mut findings, mut readings) = (Vec::new(), Vec::new());
    for &(path, wanted, _) in batch {
        match begin(root, path, wanted, vouched)? {
            Begun::Reading(reading) => readings.push((path, wanted, reading)),
            Begun::Vouched => {}
            Begun::Finding(finding) => findings.push(*finding),
        }
    }
    let failed = |path| move |error| root.error("read", path, error);
    if let [(first_path, _, first), (second_path, _, second)] = readings.as_mut_slice() {
        while first.has_more() && second.has_more() {
            first.read().map_err(failed(*first_path))?;
            second.read().map_err(failed(*second_path))?;
            first.hash_with(second);
        }
    }
    for (path, wanted, reading) in readings {
        let (sha256, bytes) = reading.finish().map_err(failed(path))?;
        findings.extend(difference(path, wanted, sha256, bytes));
    }
    Ok(findings)
}

/// A file that is to be checked.
enum Begun {
    Reading(Reading),
    Vouched,
    Finding(Box<Finding>),
}

/// Opens a file, if it is one that may be read.
fn begin(root: &Folder, path: &str, wanted: Expected, vouched: &Vouched<'_>) -> Result<Begun> {
    let (file, bytes) = match root.open_file(path) {
        Ok(opened) => opened,
        Err(unopened) => return Ok(Begun::Finding(Box::new(unopened_finding(path, unopened)?))),
    };
    if wanted.bytes == Some(bytes) && vouched(path, &file) {
        return Ok(Begun::Vouched);
    }
    let limit = wanted.bytes.map_or(u64::MAX, |bytes| bytes.saturating_add(ALLOWANCE_BYTES));
    if bytes > limit {
        let found = Fingerprint { bytes: Some(bytes), sha256: None };
        let finding = Finding::new(Kind::ChangedFile, path, "the size is wrong; the file was not read");
        return Ok(Begun::Finding(Box::new(
            finding.with_fingerprints(Some(wanted.fingerprint()), Some(found)),
        )));
    }
    Ok(Begun::Reading(Reading::new(file, bytes, limit)))
}

/// What is wrong with a file of which digest and size are known.
fn difference(path: &str, wanted: Expected, sha256: Digest, bytes: u64) -> Option<Finding> {
    if sha256 == wanted.sha256 && wanted.bytes.is_none_or(|wanted| wanted == bytes) {
        return None;
    }
    let found = Fingerprint { bytes: Some(bytes), sha256: Some(sha256) };
    let message = match wanted.bytes {
        Some(wanted) if wanted != bytes => "the size and the bytes are not those that were published",
        Some(_) => "the bytes are not those that were published, though the size is",
        None => "the bytes are not those that were published",
    };
    Some(
        Finding::new(Kind::ChangedFile, path, message)
            .with_fingerprints(Some(wanted.fingerprint()), Some(found)),
    )
}

/// The missing files that are there under another name: extra path → missing path.
fn renames<'a>(
    root: &Folder,
    missing: &BTreeMap<&'a str, Expected>,
    extra: &[(&'a str, u64)],
    jobs: usize,
) -> Result<BTreeMap<&'a str, &'a str>> {
    let sizes: BTreeSet<Option<u64>> = missing.values().map(|wanted| wanted.bytes).collect();
    let may_be = |bytes: u64| sizes.contains(&Some(bytes)) || sizes.contains(&None);
    // No more candidates than missing files: what is hashed stays within what was promised.
    let candidates: Vec<(&str, u64)> =
        extra.iter().copied().filter(|(_, bytes)| may_be(*bytes)).take(missing.len()).collect();
    let digests = Mutex::new(BTreeMap::new());
    for_each(jobs.min(affordable_workers()), &candidates, |&(path, bytes)| {
        if let Ok((file, _)) = root.open_file(path) {
            let (sha256, _) =
                Reading::new(file, bytes, bytes).finish().map_err(|error| root.error("read", path, error))?;
            digests.lock().unwrap_or_else(PoisonError::into_inner).insert(path, sha256);
        }
        Ok(())
    })?;
    let digests = digests.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut unclaimed: BTreeMap<Digest, Vec<&str>> = BTreeMap::new();
    // Backwards, so that the first of several equal files is the first to be taken from the end.
    for (path, wanted) in missing.iter().rev() {
        unclaimed.entry(wanted.sha256).or_default().push(path);
    }
    let claim = |(path, sha256)| Some((path, unclaimed.get_mut(&sha256)?.pop()?));
    Ok(digests.into_iter().filter_map(claim).collect())
}

fn renamed_file(path: &str, name: &str) -> Finding {
    Finding::new(Kind::RenamedFile, path, format!("this is `{name}` under another name"))
        .with_help(format!("rename it back to `{name}`"))
}

fn extra_files<'a>(
    extra: impl Iterator<Item = (&'a str, u64)>,
    expected: &BTreeMap<&str, Expected>,
) -> impl Iterator<Item = Finding> {
    let spellings: HashMap<String, &str> =
        expected.keys().map(|path| (path.to_ascii_lowercase(), *path)).collect();
    extra.map(move |(path, bytes)| {
        let finding = match spellings.get(&path.to_ascii_lowercase()) {
            Some(twin) => {
                let message =
                    format!("the file was not published, and some file systems take it for `{twin}`");
                Finding::new(Kind::CaseTwin, path, message)
            }
            None => Finding::new(Kind::ExtraFile, path, "the file was not published"),
        };
        finding.with_fingerprints(None, Some(Fingerprint { bytes: Some(bytes), sha256: None }))
    })
}
