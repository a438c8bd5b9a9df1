//! What to build, and with how much of the machine.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use crate::diagnostic::Keep;
use crate::formats::{FORMATS, Format};
use crate::validate::Candidates;

/// Options of a build: by default a release in `dist` of the project, in the formats of its data set.
///
/// ```
/// use letterpress::{Options, Resources};
///
/// let options = Options::default().formats(["csv"]).out("/srv/releases").resources(Resources::of_jobs(2));
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Options {
    /// Write `draft`, which may be overwritten, instead of a release.
    pub draft: bool,
    /// What becomes of candidates in a draft. A release never holds them.
    pub candidates: Candidates,
    /// Folder that holds the releases; by default `dist` in the project.
    pub out: Option<PathBuf>,
    /// Formats by name; by default those of the data set, else the default ones.
    pub formats: Option<Vec<String>>,
    /// All formats that there are, in the order in which they are written; by default [`FORMATS`].
    pub known_formats: &'static [&'static dyn Format],
    /// What the machine gives.
    pub resources: Resources,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            draft: false,
            candidates: Candidates::LeaveOut,
            out: None,
            formats: None,
            known_formats: FORMATS,
            resources: Resources::default(),
        }
    }
}

impl Options {
    /// With a draft instead of a release, or not.
    pub fn draft(self, draft: bool) -> Options {
        Options { draft, ..self }
    }

    /// With what becomes of candidates in a draft.
    pub fn candidates(self, candidates: Candidates) -> Options {
        Options { candidates, ..self }
    }

    /// With the folder that holds the releases.
    pub fn out(self, out: impl Into<PathBuf>) -> Options {
        Options { out: Some(out.into()), ..self }
    }

    /// With these formats, by name.
    pub fn formats<S: Into<String>>(self, names: impl IntoIterator<Item = S>) -> Options {
        Options { formats: Some(names.into_iter().map(Into::into).collect()), ..self }
    }

    /// With all formats that there are: those of the library, and others.
    pub fn known_formats(self, known_formats: &'static [&'static dyn Format]) -> Options {
        Options { known_formats, ..self }
    }

    /// With what the machine gives.
    pub fn resources(self, resources: Resources) -> Options {
        Options { resources, ..self }
    }
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
