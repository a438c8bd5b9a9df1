//! What to build or publish, and with how much of the machine.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use crate::diagnostic::Keep;
use crate::formats::{FORMATS, Format};
use crate::validate::Candidates;

/// Options of a build: by default a draft in `dist` of the project, in the formats of its data set, without candidates.
///
/// ```
/// use letterpress::{BuildOptions, Resources};
///
/// let options = BuildOptions::default().formats(["csv"]).out("/srv/drafts").resources(Resources::of_jobs(2));
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct BuildOptions {
    /// What becomes of candidates. A release never holds them.
    pub candidates: Candidates,
    /// Folder that holds the draft; by default `dist` in the project.
    pub out: Option<PathBuf>,
    /// Formats by name; by default those of the data set, else the default ones.
    pub formats: Option<Vec<String>>,
    /// All formats that there are, in the order in which they are written; by default [`FORMATS`].
    pub known_formats: &'static [&'static dyn Format],
    /// What the machine gives.
    pub resources: Resources,
}

impl Default for BuildOptions {
    fn default() -> BuildOptions {
        BuildOptions {
            candidates: Candidates::LeaveOut,
            out: None,
            formats: None,
            known_formats: FORMATS,
            resources: Resources::default(),
        }
    }
}

impl BuildOptions {
    /// With what becomes of candidates.
    pub fn candidates(self, candidates: Candidates) -> BuildOptions {
        BuildOptions { candidates, ..self }
    }

    /// With the folder that holds the draft.
    pub fn out(self, out: impl Into<PathBuf>) -> BuildOptions {
        BuildOptions { out: Some(out.into()), ..self }
    }

    /// With these formats, by name.
    pub fn formats<S: Into<String>>(self, names: impl IntoIterator<Item = S>) -> BuildOptions {
        BuildOptions { formats: Some(names.into_iter().map(Into::into).collect()), ..self }
    }

    /// With all formats that there are: those of the library, and others.
    pub fn known_formats(self, known_formats: &'static [&'static dyn Format]) -> BuildOptions {
        BuildOptions { known_formats, ..self }
    }

    /// With what the machine gives.
    pub fn resources(self, resources: Resources) -> BuildOptions {
        BuildOptions { resources, ..self }
    }

    pub(super) fn request(&self) -> Request<'_> {
        Request {
            is_draft: true,
            candidates: self.candidates,
            out: self.out.as_deref(),
            formats: self.formats.as_deref(),
            known_formats: self.known_formats,
            resources: self.resources,
        }
    }
}

/// Options of publishing: by default a release in `dist` of the project. A release is complete, so there is nothing to choose in it.
///
/// ```
/// let options = letterpress::PublishOptions::default().out("/srv/releases");
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PublishOptions {
    /// Folder that holds the releases; by default `dist` in the project.
    pub out: Option<PathBuf>,
    /// All formats that there are, in the order in which they are written; by default [`FORMATS`].
    pub known_formats: &'static [&'static dyn Format],
    /// What the machine gives.
    pub resources: Resources,
}

impl Default for PublishOptions {
    fn default() -> PublishOptions {
        PublishOptions { out: None, known_formats: FORMATS, resources: Resources::default() }
    }
}

impl PublishOptions {
    /// With all formats that there are: those of the library, and others.
    pub fn known_formats(self, known_formats: &'static [&'static dyn Format]) -> PublishOptions {
        PublishOptions { known_formats, ..self }
    }

    /// With the folder that holds the releases.
    pub fn out(self, out: impl Into<PathBuf>) -> PublishOptions {
        PublishOptions { out: Some(out.into()), ..self }
    }

    /// With what the machine gives.
    pub fn resources(self, resources: Resources) -> PublishOptions {
        PublishOptions { resources, ..self }
    }

    pub(super) fn request(&self) -> Request<'_> {
        Request {
            is_draft: false,
            candidates: Candidates::LeaveOut,
            out: self.out.as_deref(),
            formats: None,
            known_formats: self.known_formats,
            resources: self.resources,
        }
    }
}

/// Request for a draft or a release.
#[derive(Clone, Copy)]
pub(super) struct Request<'o> {
    pub(super) is_draft: bool,
    pub(super) candidates: Candidates,
    pub(super) out: Option<&'o Path>,
    pub(super) formats: Option<&'o [String]>,
    pub(super) known_formats: &'static [&'static dyn Format],
    pub(super) resources: Resources,
}

/// Resources of the machine that may be used. How many they are never shows in a release.
///
/// ```
/// use letterpress::Resources;
///
/// let resources = Resources { memory_bytes: 256 << 20, ..Resources::default() };
/// assert!(resources.jobs >= 1);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Resources {
    /// Number of threads.
    pub jobs: usize,
    /// Bytes of memory, about; what needs more waits on the disk.
    pub memory_bytes: u64,
    /// How many problems are kept.
    pub problems: Keep,
}

impl Default for Resources {
    /// As many threads as the machine has processors.
    fn default() -> Resources {
        Resources::of_jobs(std::thread::available_parallelism().map_or(1, NonZeroUsize::get))
    }
}

impl Resources {
    /// So many threads, a GiB of memory, and of problems that are alike the first.
    pub fn of_jobs(jobs: usize) -> Resources {
        Resources { jobs, memory_bytes: 1 << 30, problems: Keep::First }
    }
}
