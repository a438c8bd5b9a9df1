//! A release that is to be made: its name, its place, and what it follows.

use semver::Version;

use crate::diagnostic::Result;
use crate::staging::Stage;

use super::history::History;
use super::layout::DRAFT;
use super::manifest::Previous;
use super::refusal::{Attempt, Refusal};

/// A release that is to be made over a history that was found whole.
#[derive(Debug)]
pub struct Target<'a> {
    history: &'a History<'a>,
    name: String,
    version: Version,
    previous: Option<Previous>,
    is_draft: bool,
}

impl History<'_> {
    /// The release that is to be made: `version` of the data set `name`.
    ///
    /// Refused if a later version is published, unless this very one is: then the same bytes must come out again.
    pub fn target(&self, name: &str, version: &Version) -> Attempt<Target<'_>> {
        self.refuse_strangers(name, version)?;
        if let Some(newest) = self.newest()
            && newest > version
            && !self.has(version)
        {
            let message =
                format!("version `{version}` is not greater than `{newest}`, the newest one published");
            return Err(Refusal::new(message, format!("raise `version` above `{newest}`")).into());
        }
        Ok(Target::release(self, name, version, self.before(version)))
    }

    /// A draft of the same: it may be of any version, and may be made again and again.
    pub fn draft(&self, name: &str, version: &Version) -> Attempt<Target<'_>> {
        self.refuse_strangers(name, version)?;
        Ok(Target::draft(self, name, version, self.before(version)))
    }
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
