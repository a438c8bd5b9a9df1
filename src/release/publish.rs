//! Giving a sealed release its place: the one moment of publishing.

use std::path::PathBuf;

use rustix::fs::{FileType, RenameFlags};
use rustix::io::Errno;
use semver::Version;

use crate::diagnostic::{Error, Result};
use crate::digest::Digest;
use crate::staging::{STAGING_PREFIX, Stage};

use super::finding::{Finding, Findings, Fingerprint, Kind};
use super::history::both_ways_out;
use super::index::Entry;
use super::inspect::{Document, Inspection, Record, inspect};
use super::layout::{DRAFT, INDEX, MANIFEST};
use super::manifest::Manifest;
use super::output::Output;
use super::refusal::{Attempt, Refusal};
use super::seal::Sealed;

/// Release in its place, in the folder of releases.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let project = folder.path().join("floods");
/// # letterpress::init(&project, Some("river-floods"))?;
/// let build = letterpress::publish(&project, &letterpress::PublishOptions::default(), &())?;
/// let release = build.outcome.release().ok_or("nothing was published")?;
/// assert_eq!(release.path, project.join("dist").join(release.version.to_string()));
/// // By the id, others know that they have the same release.
/// assert!(release.id.to_id().starts_with("sha256:"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Whether it was put there now. If not, the same bytes were there already, and were not touched.
    pub is_new: bool,
    /// The version.
    pub version: Version,
    /// The release id: the digest of `manifest.json`.
    pub id: Digest,
    /// Where it lies.
    pub path: PathBuf,
    /// Number of files.
    pub files: u64,
    /// Their size.
    pub bytes: u64,
}

impl Sealed<'_> {
    /// Publishes the release, or says why it must not be. Whatever happens, and if the machine stops at any moment, the
    /// output folder holds what it held before or the whole release.
    pub fn publish(self) -> Attempt<Published> {
        let Sealed { target, stage, record, jobs } = self;
        let (history, out) = (target.history(), target.history().out());
        let published = |is_new| Published {
            is_new,
            version: target.version().clone(),
            id: record.id,
            path: out.path_of(&target.folder()),
            files: record.files,
            bytes: record.bytes,
        };
        if target.is_draft() {
            put_draft(out, stage)?;
            return Ok(published(true));
        }
        let entry = Entry::new(&record);
        if target.is_published() {
            compare_with_published(out, &record, jobs)?;
            // Whoever published it may have been killed before this.
            out.folder().sync()?;
            history.index(target.name(), None).publish(out)?;
            return Ok(published(false));
        }
        put_release(out, stage, target.version())?;
        let pointed =
            out.folder().sync().and_then(|()| history.index(target.name(), Some(entry)).publish(out));
        pointed.map_err(|error| published_but(out, &target.folder(), &error))?;
        Ok(published(true))
    }
}

/// An error after the one moment of publishing.
fn published_but(out: &Output, folder: &str, error: &Error) -> Error {
    let reason =
        format!("{error}; `{folder}` is published, but a power cut may undo it or `{INDEX}` may lack it");
    Error::machine("finish", &out.path_of(folder), reason)
}

/// Renames the stage to its version. What lies there is never replaced.
fn put_release(out: &Output, mut stage: Stage, version: &Version) -> Attempt<()> {
    let name = version.to_string();
    let moved = match stage.rename(&name, RenameFlags::NOREPLACE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => claim_and_rename(out, &mut stage, &name),
        moved => moved,
    };
    match moved {
        Ok(()) => Ok(()),
        Err(Errno::EXIST | Errno::NOTEMPTY) => {
            let path = out.path_of(&name);
            let message = format!("something came to lie at `{}` during the build", path.display());
            Err(Refusal::new(message, "look at what it is; nothing was touched").into())
        }
        Err(errno) => Err(out.folder().error("publish", &name, errno).into()),
    }
}

/// For file systems that cannot rename without replacing: an empty folder is the claim to the name, because making it
/// fails if anything is there, and renaming over it fails unless it is still empty.
fn claim_and_rename(out: &Output, stage: &mut Stage, name: &str) -> std::result::Result<(), Errno> {
    out.folder().make_folder(name)?;
    let moved = stage.rename(name, RenameFlags::empty());
    if moved.is_err() {
        // Only while it is empty; and if it stays, the next build takes an empty folder for the claim it is.
        let _ = out.folder().remove_empty(name);
    }
    moved
}

/// Puts the stage in the place of the old draft, in one step where the file system can exchange two names.
fn put_draft(out: &Output, mut stage: Stage) -> Attempt<()> {
    let folder = out.folder();
    let failed = |errno| folder.error("publish", DRAFT, errno);
    match folder.look(DRAFT)? {
        None => stage.rename(DRAFT, RenameFlags::empty()).map_err(failed)?,
        Some(kind) => {
            refuse_unless_draft(out, kind)?;
            match stage.rename(DRAFT, RenameFlags::EXCHANGE) {
                Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => replace_draft(out, &mut stage)?,
                exchanged => exchanged.map_err(failed)?,
            }
        }
    }
    folder.sync()?;
    // After an exchange it goes by the stage's name, and the old draft lies in it.
    Ok(stage.remove()?)
}

/// For file systems that cannot exchange two names: between the two steps there is no draft, and never half of one.
fn replace_draft(out: &Output, stage: &mut Stage) -> Result<()> {
    let folder = out.folder();
    let failed = |errno| folder.error("publish", DRAFT, errno);
    let trash = format!("{STAGING_PREFIX}old-{DRAFT}-{}", std::process::id());
    folder.rename(DRAFT, &trash, RenameFlags::empty()).map_err(failed)?;
    stage.rename(DRAFT, RenameFlags::empty()).map_err(failed)?;
    folder.sync()?;
    folder.remove_tree(&trash)
}

/// Only a draft of ours may be overwritten, or an empty folder.
fn refuse_unless_draft(out: &Output, kind: FileType) -> Attempt<()> {
    let path = out.path_of(DRAFT);
    let refusal = |what: &str| {
        let message = format!("`{}` is {what}, and only a draft may be overwritten", path.display());
        Err(Refusal::new(message, "move it away, or remove it").into())
    };
    if kind != FileType::Directory {
        return refusal("no folder");
    }
    let draft = out.folder().folder(DRAFT).map_err(|errno| out.folder().error("open", DRAFT, errno))?;
    if draft.names(1).is_ok_and(|names| names.is_empty()) {
        return Ok(());
    }
    match Document::read(&draft, MANIFEST)? {
        // Whoever changed a file of a draft, or made it with another version of letterpress, still has a draft.
        Document::Bytes(bytes) if says_draft(&bytes) => Ok(()),
        _ => refusal("no draft that letterpress made"),
    }
}

fn says_draft(manifest: &[u8]) -> bool {
    let manifest: Option<serde_json::Value> = serde_json::from_slice(manifest).ok();
    manifest.and_then(|manifest| manifest.get("draft")?.as_bool()).unwrap_or(false)
}

/// Refuses unless the version that is published has the bytes of `ours`, down to the last file.
fn compare_with_published(out: &Output, ours: &Record, jobs: usize) -> Attempt<()> {
    let version = &ours.manifest.version;
    let theirs = inspect_published(out, version, jobs)?;
    if !theirs.findings.is_empty() {
        let mut findings = Findings::default();
        findings.extend_below(&version.to_string(), theirs.findings);
        let message = format!("version `{version}` is published, but what lies there is not whole");
        let help = both_ways_out(Some(version));
        return Err(Refusal::new(message, help).with_findings(findings).into());
    }
    match theirs.record {
        Some(theirs) if theirs.id == ours.id => Ok(()),
        theirs => {
            let mut findings = Findings::default();
            findings.extend(theirs.iter().flat_map(|theirs| differences(theirs, ours)));
            let message =
                format!("version `{version}` is published with other bytes, and a release never changes");
            let help = "raise `version`, and publish the changes as a release of their own";
            Err(Refusal::new(message, help).with_findings(findings).into())
        }
    }
}

fn inspect_published(out: &Output, version: &Version, jobs: usize) -> Result<Inspection> {
    let name = version.to_string();
    let folder = out.folder().folder(&name).map_err(|errno| out.folder().error("open", &name, errno))?;
    inspect(&folder, jobs)
}

/// How what was built differs from what is published: expected is what is published, found what was built.
fn differences(published: &Record, built: &Record) -> Vec<Finding> {
    let fingerprint = |manifest: &Manifest, path: &str| {
        let at = manifest.files.binary_search_by(|file| file.path.as_bytes().cmp(path.as_bytes())).ok()?;
        let file = manifest.files.get(at)?;
        Some(Fingerprint { bytes: Some(file.bytes), sha256: Some(file.sha256) })
    };
    let (old, new) = (&published.manifest, &built.manifest);
    let folder = &new.version;
    let mut paths: Vec<&str> = old.files.iter().chain(&new.files).map(|file| file.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    let mut findings = Vec::new();
    for path in paths {
        let (expected, found) = (fingerprint(old, path), fingerprint(new, path));
        let (kind, message) = match (&expected, &found) {
            (Some(_), None) => (Kind::MissingFile, "published, but this build has no such file"),
            (None, Some(_)) => (Kind::ExtraFile, "not published, but this build has such a file"),
            (expected, found) if expected == found => continue,
            _ => (Kind::ChangedFile, "this build has other bytes than those that were published"),
        };
        findings
            .push(Finding::new(kind, format!("{folder}/{path}"), message).with_fingerprints(expected, found));
    }
    let message = if old.tool != new.tool {
        format!(
            "it was published by {} {}, and this is {}",
            old.tool.name, old.tool.version, new.tool.version
        )
    } else {
        "this build describes the release differently".to_owned()
    };
    let id = |record: &Record| Some(Fingerprint { bytes: None, sha256: Some(record.id) });
    let path = format!("{folder}/{MANIFEST}");
    findings.push(Finding::new(Kind::ChangedFile, path, message).with_fingerprints(id(published), id(built)));
    findings
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;

    use super::*;

    /// An output folder, and a stage with one file.
    fn staged(text: &str) -> (tempfile::TempDir, Output, Stage) {
        let home = tempfile::tempdir().expect("there is room");
        let out = Output::open(home.path()).expect("nobody holds it");
        let stage = Stage::create(out.folder(), "test").expect("there is room");
        let mut file = stage.file("file", "text/plain").expect("it is new");
        file.write_all(text.as_bytes()).expect("there is room");
        file.finish().expect("it is written");
        (home, out, stage)
    }

    #[test]
    fn a_claim_becomes_the_release() {
        let (home, out, mut stage) = staged("new");
        claim_and_rename(&out, &mut stage, "1.0.0").expect("the name is free");
        drop(stage);
        assert_eq!(fs::read(home.path().join("1.0.0/file")).expect("it is there"), b"new");
    }

    #[test]
    fn a_claim_to_a_taken_name_fails_and_touches_nothing() {
        let (home, out, mut stage) = staged("new");
        fs::create_dir(home.path().join("1.0.0")).expect("there is room");
        assert_eq!(claim_and_rename(&out, &mut stage, "1.0.0"), Err(Errno::EXIST));
        fs::write(home.path().join("2.0.0"), "mine").expect("there is room");
        assert_eq!(claim_and_rename(&out, &mut stage, "2.0.0"), Err(Errno::EXIST));
        assert_eq!(fs::read(home.path().join("2.0.0")).expect("it is there"), b"mine");
        assert!(home.path().join("1.0.0").is_dir());
    }

    #[test]
    fn something_that_came_to_lie_in_the_place_is_not_replaced() {
        let (home, out, stage) = staged("new");
        // An empty folder: a plain rename would replace it in silence.
        fs::create_dir(home.path().join("1.0.0")).expect("there is room");
        let refused = put_release(&out, stage, &Version::new(1, 0, 0)).expect_err("the place is taken");
        assert!(refused.to_string().contains("during the build"), "{refused}");
        assert_eq!(fs::read_dir(home.path().join("1.0.0")).expect("it is there").count(), 0);
    }

    #[test]
    fn a_draft_is_replaced_where_names_cannot_be_exchanged() {
        let (home, out, mut stage) = staged("new");
        fs::create_dir(home.path().join(DRAFT)).expect("there is room");
        fs::write(home.path().join(DRAFT).join("old"), "old").expect("there is room");
        replace_draft(&out, &mut stage).expect("it can be replaced");
        drop(stage);
        assert_eq!(fs::read(home.path().join("draft/file")).expect("it is there"), b"new");
        assert!(!home.path().join("draft/old").exists());
        assert_eq!(fs::read_dir(home.path()).expect("it is there").count(), 2, "the draft and the lock");
    }

    #[test]
    fn only_a_manifest_that_says_so_is_a_drafts() {
        assert!(says_draft(br#"{"draft": true, "format": "later"}"#));
        for other in ["{\"draft\": false}", "{\"draft\": 1}", "{}", "[]", "", "true"] {
            assert!(!says_draft(other.as_bytes()), "{other}");
        }
    }
}
