//! What was published before.

use std::collections::BTreeMap;

use rustix::fs::FileType;
use semver::Version;

use crate::digest::Digest;
use crate::staging::{Unopened, kind_word, segment_fault};

use super::finding::{Finding, Findings, Kind};
use super::index::{Entry, Index};
use super::inspect::{Document, Record, inspect_documents};
use super::layout::{INDEX, MANIFEST};
use super::manifest::Previous;
use super::output::Output;
use super::refusal::{Attempt, Refusal};

/// The releases that are there: each whole as far as its documents tell, each the successor of the one before.
#[derive(Debug)]
pub struct History<'a> {
    out: &'a Output,
    /// Name of the data set; none before the first release.
    name: Option<String>,
    entries: BTreeMap<Version, Entry>,
}

impl Output {
    /// Reads what was published before; refuses to go on if any of it is broken or missing.
    pub fn history(&self) -> Attempt<History<'_>> {
        History::read(self)
    }
}

impl<'a> History<'a> {
    /// Reads manifest and `SHA256SUMS` of every release, follows the chain from each to the one before, and looks for
    /// what `index.json` knows and the folder lacks. Nothing is repaired.
    pub(crate) fn read(out: &'a Output) -> Attempt<History<'a>> {
        let mut findings = Findings::default();
        let mut history = History { out, name: None, entries: BTreeMap::new() };
        // After a release that cannot be read, nobody can tell what the next one follows.
        let (mut previous, mut is_known) = (None, true);
        for (version, kind) in out.versions()? {
            if history.was_abandoned(&version, kind) {
                continue;
            }
            let Some(record) = history.read_release(&version, kind, &mut findings)? else {
                is_known = false;
                continue;
            };
            if is_known {
                findings.extend(chain_fault(&version, &record, previous.as_ref()));
            }
            is_known = true;
            previous = Some(Previous { version: version.clone(), id: record.id });
            history.name.get_or_insert_with(|| record.manifest.name.clone());
            history.entries.insert(version, Entry::new(&record));
        }
        let index = history.read_index()?;
        if let Some(index) = &index {
            findings.extend(index.releases.iter().filter_map(|entry| history.witness(entry)));
        }
        if findings.is_empty() {
            return Ok(history);
        }
        let message = "what was published before is not whole, so nothing can be published after it";
        let newest = history.newest_known(index.as_ref())?;
        let help = both_ways_out(newest.as_ref());
        Err(Refusal::new(message, help).with_findings(findings).into())
    }

    /// The greatest version that lies in the folder or is listed, whole or not.
    fn newest_known(&self, index: Option<&Index>) -> Attempt<Option<Version>> {
        let there = self.out.versions()?.into_iter().map(|(version, _)| version);
        let listed = index.into_iter().flat_map(|index| &index.releases).map(|entry| entry.version.clone());
        Ok(there.chain(listed).max())
    }

    /// The versions published, and their release ids, the lowest first.
    pub fn releases(&self) -> impl Iterator<Item = (&Version, Digest)> {
        self.entries.iter().map(|(version, entry)| (version, entry.release_id))
    }

    pub(crate) fn out(&self) -> &'a Output {
        self.out
    }

    /// The greatest version published.
    pub(crate) fn newest(&self) -> Option<&Version> {
        self.entries.last_key_value().map(|(version, _)| version)
    }

    /// Whether `version` is published.
    pub(crate) fn has(&self, version: &Version) -> bool {
        self.entries.contains_key(version)
    }

    /// The index of what is published, and of `added`.
    pub(crate) fn index(&self, name: &str, added: Option<Entry>) -> Index {
        let mut entries = self.entries.clone();
        entries.extend(added.map(|entry| (entry.version.clone(), entry)));
        Index { name: name.to_owned(), releases: entries.into_values().rev().collect() }
    }

    /// The greatest version below `version`: also when a version is made again, so that it comes out the same.
    pub(crate) fn before(&self, version: &Version) -> Option<Previous> {
        let (version, entry) = self.entries.range(..version).next_back()?;
        Some(Previous { version: version.clone(), id: entry.release_id })
    }

    pub(crate) fn refuse_strangers(&self, name: &str, version: &Version) -> Attempt<()> {
        let help = "give the data set a folder of its own";
        if let Some(known) = &self.name
            && known != name
        {
            let folder = self.out.path().display();
            let message = format!("`{folder}` holds releases of `{known}`, not of `{name}`");
            return Err(Refusal::new(message, help).into());
        }
        if let Some(fault) = segment_fault(name) {
            let message = format!("the data set's name `{name}` cannot be part of a file name: {fault}");
            return Err(Refusal::new(message, "change `name`").into());
        }
        // A version's text is the name of its folder.
        match segment_fault(&version.to_string()) {
            Some(fault) => {
                let message = format!("version `{version}` cannot be the name of a folder: {fault}");
                Err(Refusal::new(message, "use a version without build metadata").into())
            }
            None => Ok(()),
        }
    }

    /// Whether a killed build claimed the version and put nothing there; the claim is given up. Only an empty folder
    /// can be removed like this.
    fn was_abandoned(&self, version: &Version, kind: FileType) -> bool {
        kind == FileType::Directory && self.out.folder().remove_empty(&version.to_string()).is_ok()
    }

    /// The documents of one release; nothing if they are unusable.
    fn read_release(
        &self,
        version: &Version,
        kind: FileType,
        findings: &mut Findings,
    ) -> Attempt<Option<Record>> {
        let (name, folder) = (version.to_string(), self.out.folder());
        if kind != FileType::Directory {
            let word = kind_word(kind).unwrap_or("a file");
            let message = format!("{word} stands where a release should");
            findings.push(Finding::new(Kind::NotAFolder, name, message));
            return Ok(None);
        }
        let release = folder.folder(&name).map_err(|errno| folder.error("open", &name, errno))?;
        let inspection = inspect_documents(&release)?;
        findings.extend_below(&name, inspection.findings);
        Ok(inspection.record)
    }

    /// The index, if there is one that can be read. It is derived: a damaged one is written anew.
    /// The index, if there is one that can be read. It is made anew from the releases; where there are none, what stands in its
    /// place is somebody else's.
    fn read_index(&self) -> Attempt<Option<Index>> {
        let index = match Document::read(self.out.folder(), INDEX)? {
            Document::Bytes(bytes) => serde_json::from_slice(&bytes).ok(),
            Document::Unopened(Unopened::Missing) => return Ok(None),
            Document::TooLarge | Document::Unopened(Unopened::Special(_)) => None,
            Document::Unopened(Unopened::Denied) => {
                return Err(self.out.folder().error("read", INDEX, "permission denied").into());
            }
            Document::Unopened(Unopened::Failed(error)) => return Err(error.into()),
        };
        if index.is_none() && self.entries.is_empty() {
            let folder = self.out.path().display();
            let message =
                format!("`{INDEX}` in `{folder}` is not one of letterpress, and no release is beside it");
            let help = "publish into a folder of its own, or move the file away";
            return Err(Refusal::new(message, help).into());
        }
        Ok(index)
    }

    /// What the index knows better than the folder. It is written after a release, so it never knows one too early; of
    /// the newest release it is the only witness.
    fn witness(&self, known: &Entry) -> Option<Finding> {
        let Entry { version, release_id, .. } = known;
        let help =
            format!("restore the release from a copy, or remove `{INDEX}` if it is wrong: it is rebuilt");
        match self.entries.get(version) {
            Some(entry) if entry.release_id == *release_id => None,
            Some(entry) => {
                let (found, expected) = (entry.release_id.to_id(), release_id.to_id());
                let message = format!("the release id is {found}, but `{INDEX}` knows it as {expected}");
                Some(
                    Finding::new(Kind::BrokenChain, format!("{version}/{MANIFEST}"), message).with_help(help),
                )
            }
            // Its documents are bad: that was said already.
            None if self.out.folder().look(&version.to_string()).is_ok_and(|kind| kind.is_some()) => None,
            None => {
                let message = format!("`{INDEX}` lists the release, but it is not there");
                Some(Finding::new(Kind::MissingRelease, version.to_string(), message).with_help(help))
            }
        }
    }
}

/// What to do about a release that is not whole, or not there: there are two ways.
pub(super) fn both_ways_out(newest: Option<&Version>) -> String {
    let newest = newest.map_or_else(|| "VERSION".to_owned(), Version::to_string);
    format!(
        "restore it from a copy; or, while nobody has it, take it back with `letterpress unpublish {newest}`: the newest goes first"
    )
}

/// What is wrong with a release's place after `previous`, the one before it in the folder.
fn chain_fault(version: &Version, record: &Record, previous: Option<&Previous>) -> Option<Finding> {
    let manifest = &record.manifest;
    let broken =
        |message: String| Some(Finding::new(Kind::BrokenChain, format!("{version}/{MANIFEST}"), message));
    if manifest.draft {
        return broken("it is a draft, and a draft is no release".to_owned());
    }
    if manifest.version != *version {
        return broken(format!("it is version `{}`, in the folder of `{version}`", manifest.version));
    }
    match (&manifest.previous, previous) {
        (Some(named), Some(present)) if named == present => None,
        (None, None) => None,
        (Some(named), Some(present)) if named.version == present.version => {
            let (named_id, id) = (named.id.to_id(), present.id.to_id());
            broken(format!(
                "it follows `{}` with the id {named_id}, but the one here has {id}",
                named.version
            ))
        }
        (Some(named), _) => {
            let message = format!("`{version}` follows `{}`, which is not there", named.version);
            Some(Finding::new(Kind::MissingRelease, named.version.to_string(), message))
        }
        (None, Some(present)) => {
            broken(format!("it says it is the first, but `{}` is there", present.version))
        }
    }
}
