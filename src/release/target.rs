//! A release that is to be made: its name, its place, and what it follows.

use semver::Version;

use crate::diagnostic::Result;
use crate::staging::Stage;

use super::history::History;
use super::layout::DRAFT;
use super::manifest::Previous;
use super::refusal::Attempt;
use super::seal::{Facts, Sealed};

/// A release that is to be made over a history that was found whole.
#[derive(Debug)]
pub struct Target<'a> {
    history: &'a History<'a>,
    name: String,
    version: Version,
    previous: Option<Previous>,
    is_draft: bool,
}

impl<'a> Target<'a> {
    pub(crate) fn release(
        history: &'a History<'a>,
        name: &str,
        version: &Version,
        previous: Option<Previous>,
    ) -> Target<'a> {
        Target { history, name: name.to_owned(), version: version.clone(), previous, is_draft: false }
    }

    pub(crate) fn draft(
        history: &'a History<'a>,
        name: &str,
        version: &Version,
        previous: Option<Previous>,
    ) -> Target<'a> {
        Target { is_draft: true, ..Target::release(history, name, version, previous) }
    }

    /// Makes the stage the release is put together in, after removing what killed builds left.
    pub fn stage(&self) -> Result<Stage> {
        let out = self.history.out();
        out.remove_leftovers()?;
        Stage::create(out.folder(), &self.folder())
    }

    /// Writes the documents that close a release, puts everything on the disk, and checks it as a reader would, on
    /// `jobs` threads.
    pub fn seal(self, stage: Stage, facts: Facts, jobs: usize) -> Attempt<Sealed<'a>> {
        Sealed::new(self, stage, facts, jobs)
    }

    /// Name of the data set.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version to be published.
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// The release it follows.
    pub fn previous(&self) -> Option<&Previous> {
        self.previous.as_ref()
    }

    /// Whether it is a draft.
    pub fn is_draft(&self) -> bool {
        self.is_draft
    }

    /// Whether the version is published already.
    pub fn is_published(&self) -> bool {
        !self.is_draft && self.history.has(&self.version)
    }

    /// Name of the folder it becomes.
    pub(crate) fn folder(&self) -> String {
        if self.is_draft { DRAFT.to_owned() } else { self.version.to_string() }
    }

    pub(crate) fn history(&self) -> &'a History<'a> {
        self.history
    }
}
