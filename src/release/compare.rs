//! The files of a folder against the files it should hold.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs::File;
use std::io::{self, Read as _};
use std::sync::{Mutex, PoisonError};

use crate::diagnostic::Result;
use crate::digest::{Digest, Hasher};
use crate::staging::{Folder, Unopened, for_each};

use super::finding::{Finding, Findings, Kind, Trace};
use super::walk::Tree;

/// Bytes read at once.
const BUFFER_BYTES: u64 = 256 * 1024;
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
    jobs: usize,
    vouched: &Vouched<'_>,
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
            .with_traces(Some(wanted.trace()), None)
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
    for_each(jobs, &present, |(path, wanted, _)| {
        if let Some(finding) = check(root, path, *wanted, vouched)? {
            found.lock().unwrap_or_else(PoisonError::into_inner).push(finding);
        }
        Ok(())
    })
}

impl Expected {
    fn trace(&self) -> Trace {
        Trace { bytes: self.bytes, sha256: Some(self.sha256) }
    }
}

/// Whether a finding was already made of `path` or of a folder on the way to it.
fn is_unseen(tree: &Tree, path: &str) -> bool {
    tree.unseen.contains("")
        || path.match_indices('/').map(|(at, _)| &path[..at]).chain([path]).any(|p| tree.unseen.contains(p))
}

/// One file against what it should be.
fn check(root: &Folder, path: &str, wanted: Expected, vouched: &Vouched<'_>) -> Result<Option<Finding>> {
    let (file, bytes) = match root.open_file(path) {
        Ok(opened) => opened,
        Err(unopened) => return unopened_finding(path, unopened).map(Some),
    };
    if wanted.bytes == Some(bytes) && vouched(path, &file) {
        return Ok(None);
    }
    let limit = wanted.bytes.map_or(u64::MAX, |bytes| bytes.saturating_add(ALLOWANCE_BYTES));
    if bytes > limit {
        let found = Trace { bytes: Some(bytes), sha256: None };
        let finding = Finding::new(Kind::ChangedFile, path, "the size is wrong; the file was not read");
        return Ok(Some(finding.with_traces(Some(wanted.trace()), Some(found))));
    }
    let (sha256, bytes) = hash(file, bytes, limit).map_err(|error| root.error("read", path, error))?;
    if sha256 == wanted.sha256 && wanted.bytes.is_none_or(|wanted| wanted == bytes) {
        return Ok(None);
    }
    let found = Trace { bytes: Some(bytes), sha256: Some(sha256) };
    let message = match wanted.bytes {
        Some(wanted) if wanted != bytes => "the size and the bytes are not those that were published",
        Some(_) => "the bytes are not those that were published, though the size is",
        None => "the bytes are not those that were published",
    };
    Ok(Some(Finding::new(Kind::ChangedFile, path, message).with_traces(Some(wanted.trace()), Some(found))))
}

/// What to say of a file that was seen a moment ago and cannot be opened now, or must not be.
pub(crate) fn unopened_finding(path: &str, unopened: Unopened) -> Result<Finding> {
    match unopened {
        Unopened::Missing => Ok(Finding::new(Kind::MissingFile, path, "the file is not there")),
        Unopened::Special(word) => Ok(Finding::new(Kind::NotARegularFile, path, special_message(word))),
        Unopened::Denied => Ok(Finding::new(Kind::UnreadableFile, path, "this user may not read the file")),
        Unopened::Failed(error) => Err(error),
    }
}

/// What to say of something that is not a regular file.
pub(crate) fn special_message(word: &str) -> String {
    format!("{word} has no place in a release; not opened")
}

/// Digest and size of what is read from `file`, which reported `bytes`; a file that grows is left at `limit`.
fn hash(file: File, bytes: u64, limit: u64) -> io::Result<(Digest, u64)> {
    let mut buffer = vec![0; usize::try_from(bytes.saturating_add(1).min(BUFFER_BYTES)).unwrap_or(1)];
    let mut input = file.take(limit.saturating_add(1));
    let (mut hasher, mut count) = (Hasher::new(), 0);
    loop {
        match input.read(&mut buffer) {
            Ok(0) => return Ok((hasher.finish(), count)),
            Ok(read) => {
                hasher.update(buffer.get(..read).unwrap_or(&buffer));
                count += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
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
    for_each(jobs, &candidates, |&(path, bytes)| {
        if let Ok((file, _)) = root.open_file(path) {
            let (sha256, _) = hash(file, bytes, bytes).map_err(|error| root.error("read", path, error))?;
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
        finding.with_traces(None, Some(Trace { bytes: Some(bytes), sha256: None }))
    })
}
