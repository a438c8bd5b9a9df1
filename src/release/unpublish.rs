//! Taking back the newest release, which nobody has yet.

use std::path::PathBuf;

use rustix::fs::{FileType, RenameFlags};
use semver::Version;

use crate::diagnostic::Result;
use crate::staging::{STAGING_PREFIX, kind_word};

use super::archive;
use super::finding::{Findings, Kind};
use super::index::Index;
use super::inspect::{Document, Inspection, inspect};
use super::layout::INDEX;
use super::output::Output;
use super::refusal::{Attempt, Refusal};

/// Release that was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpublished {
    /// Its version.
    pub version: Version,
    /// What was removed: the folder, the zip and its digest, as far as they were there.
    pub removed: Vec<PathBuf>,
    /// The version that is the newest now.
    pub newest: Option<Version>,
}

/// Takes back a release: its folder, its zip and its entry in `index.json`. It must be the newest, and hold no file but its own.
///
/// Whatever happens, and if the machine stops at any moment, what is there is a whole release or none, and the next build goes on
/// from it.
pub fn unpublish(out: &Output, version: &Version, jobs: usize) -> Attempt<Unpublished> {
    let index = read_index(out)?;
    let there: Vec<(Version, FileType)> = out.versions()?;
    let kind = there.iter().find(|(other, _)| other == version).map(|(_, kind)| *kind);
    let listed = index.iter().flat_map(|index| &index.releases).map(|entry| &entry.version);
    let all: Vec<&Version> = there.iter().map(|(version, _)| version).chain(listed).collect();
    refuse_unless_newest(out, version, &all)?;
    let newest = all.iter().filter(|other| **other != version).max().map(|other| (*other).clone());
    let own_name = kind.map(|kind| refuse_unless_own(out, version, kind, jobs)).transpose()?;
    let name = index.as_ref().map(|index| index.name.clone()).or(own_name);
    let mut removed = Vec::new();
    // In this order, so that at any moment a release that is there can be published again: its zip is made anew, its entry, too.
    for file in name.iter().flat_map(|name| archive::names(name, version)) {
        removed.extend(remove_file(out, &file)?);
    }
    if let Some(index) = index {
        without(index, version, out)?;
    }
    if kind.is_some() {
        removed.push(remove_release(out, version)?);
    }
    Ok(Unpublished { version: version.clone(), removed, newest })
}

/// Refuses a version that is not there, or that others may follow.
fn refuse_unless_newest(out: &Output, version: &Version, all: &[&Version]) -> Attempt<()> {
    let folder = out.path().display();
    let Some(newest) = all.iter().max() else {
        let help = "name the folder of the releases with `--out`";
        return Err(Refusal::new(format!("there is no release in `{folder}`"), help).into());
    };
    if !all.contains(&version) {
        let message = format!("there is no release `{version}` in `{folder}`");
        return Err(Refusal::new(message, format!("the newest is `{newest}`")).into());
    }
    if *newest != version {
        let message = format!("`{version}` is not the newest release: `{newest}` follows it, and names it");
        let help = "publish a release that corrects it; only the newest can be taken back";
        return Err(Refusal::new(message, help).into());
    }
    Ok(())
}

/// Refuses a folder that holds anything but the release; returns the name of the data set.
fn refuse_unless_own(out: &Output, version: &Version, kind: FileType, jobs: usize) -> Attempt<String> {
    let name = version.to_string();
    if kind != FileType::Directory {
        let message = format!("`{name}` is {}", kind_word(kind).unwrap_or("a file"));
        return Err(Refusal::new(message, "move it away, and try again").into());
    }
    let folder = out.folder().folder(&name).map_err(|errno| out.folder().error("open", &name, errno))?;
    let Inspection { record, findings, .. } = inspect(&folder, jobs)?;
    let is_strange = |kind: Kind| {
        !matches!(kind, Kind::ChangedFile | Kind::MissingFile | Kind::BadChecksums | Kind::BadManifest)
    };
    let (mut strange, mut found) = (Findings::default(), Findings::default());
    found.extend(findings.into_parts().0.into_iter().filter(|finding| is_strange(finding.kind)));
    strange.extend_below(&name, found);
    if !strange.is_empty() {
        let help = "move it away, and try again";
        let refusal = Refusal::new(format!("`{name}` holds what is not of the release"), help);
        return Err(refusal.with_findings(strange).into());
    }
    let Some(record) = record else {
        let message = format!("what is of the release in `{name}` cannot be told: its manifest is damaged");
        let help = "move the folder away, and try again: then the release is struck from the list";
        return Err(Refusal::new(message, help).into());
    };
    Ok(record.manifest.name)
}

/// The list of releases, if one is there that can be read.
fn read_index(out: &Output) -> Result<Option<Index>> {
    Ok(match Document::read(out.folder(), INDEX)? {
        Document::Bytes(bytes) => serde_json::from_slice(&bytes).ok(),
        Document::TooLarge | Document::Unopened(_) => None,
    })
}

/// Strikes the version from the list; a list of nothing goes, too.
fn without(mut index: Index, version: &Version, out: &Output) -> Result<()> {
    index.releases.retain(|entry| entry.version != *version);
    match index.releases.is_empty() {
        true => out.folder().remove_tree(INDEX),
        false => index.publish(out),
    }
}

/// Removes a file of the output folder, if it is there.
fn remove_file(out: &Output, name: &str) -> Result<Option<PathBuf>> {
    let is_file = out.folder().look(name)? == Some(FileType::RegularFile);
    if is_file {
        out.folder().remove_tree(name)?;
    }
    Ok(is_file.then(|| out.path_of(name)))
}

/// Removes a release. First it loses its name, so that no half of it is left under it; what is left when the machine stops is removed
/// by the next build.
fn remove_release(out: &Output, version: &Version) -> Result<PathBuf> {
    let (folder, name) = (out.folder(), version.to_string());
    let trash = format!("{STAGING_PREFIX}{name}-{}", std::process::id());
    folder.remove_tree(&trash)?;
    folder
        .rename(&name, &trash, RenameFlags::empty())
        .map_err(|errno| folder.error("remove", &name, errno))?;
    folder.sync()?;
    folder.remove_tree(&trash)?;
    Ok(out.path_of(&name))
}
