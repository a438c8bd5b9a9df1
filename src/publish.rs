//! From a project to a release: the whole flow on one screen.
//!
//! ```text
//! schema → seeds → validate → sorted tables → formats → descriptors → manifest → verify → publish
//! ```

mod lanes;
mod parts;
mod record;
mod withhold;
#[expect(clippy::too_many_arguments, reason = "one function has six: it takes no context yet")]
mod write;

use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use crate::descriptors;
use crate::diagnostic::{Diagnostic, Diagnostics, Error, Keep, Result, codes, has_errors, listed, nearest};
use crate::formats::{FORMATS, Format, find_format};
use crate::ingest::{Findings, Purpose, TaskContext, ingest};
pub use crate::progress::Progress;
use crate::release::{self, Archive, Attempt, Facts, Failure, Output};
use crate::schema::{self, Location, Project, Table};
use crate::seeds::{Copies, Seeds};
use crate::tables::Spill;
use crate::validate::{Candidates, ValidTables, ValidateOptions, validate};

/// Options of a build: by default a release in `dist` of the project, in the formats of its data set.
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
    /// What the machine gives.
    pub resources: Resources,
}

impl Default for Options {
    fn default() -> Options {
        let (candidates, resources) = (Candidates::LeaveOut, Resources::default());
        Options { draft: false, candidates, out: None, formats: None, resources }
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

    /// With what the machine gives.
    pub fn resources(self, resources: Resources) -> Options {
        Options { resources, ..self }
    }
}

/// How much of the machine may be used. It never shows in a release.
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

/// What checking a project found.
#[derive(Debug, Default)]
pub struct Checked {
    /// The problems, sorted by place; of those that are alike, as many as were to be kept, and how many more there are.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts of those files they are about which cannot be shown as they lie.
    pub copies: Copies,
    /// The tables, in the project's order.
    pub tables: Vec<CheckedTable>,
    /// Number of errors that only follow from others and are not shown.
    pub muted: u64,
}

/// A table that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedTable {
    /// Its name.
    pub name: String,
    /// Number of rows, those left out included.
    pub rows: u64,
    /// How many of them are not published: candidates, and what hangs on them.
    pub left_out: u64,
}

/// What publishing came to.
#[derive(Debug)]
pub enum Outcome {
    /// The release is new.
    Published(release::Published),
    /// The same bytes were published before.
    AlreadyPublished(release::Published),
    /// The draft was written.
    Draft(release::Published),
    /// The release must not be published; nothing was touched.
    Refused(release::Refusal),
}

/// Checks the project at `path` (its folder, or its descriptor) and publishes nothing; what does not fit in memory goes to the system's temporary
/// folder meanwhile.
pub fn check(path: &Path, resources: Resources, progress: &dyn Progress) -> Result<Checked> {
    let spill = Spill::new(&std::env::temp_dir(), resources.memory_bytes);
    let context = TaskContext { jobs: resources.jobs, spill: &spill, progress };
    let options = ValidateOptions { purpose: Purpose::Check, candidates: Candidates::LeaveOut };
    read(&Location::find(path)?, options, resources.problems, &context).map(|(checked, _)| checked)
}

/// Checks the project at `path` and publishes it. There is no outcome when errors in the project stopped it.
pub fn build(path: &Path, options: &Options, progress: &dyn Progress) -> Result<(Checked, Option<Outcome>)> {
    know_formats(options)?;
    let location = Location::find(path)?;
    let candidates = if options.draft { options.candidates } else { Candidates::LeaveOut };
    let out = options.out.clone().unwrap_or_else(|| location.root().join("dist"));
    // Where the release will lie there must be room for it, and so for its rows.
    let spill = Spill::new(&out, options.resources.memory_bytes);
    let Resources { jobs, problems, .. } = options.resources;
    let context = TaskContext { jobs, spill: &spill, progress };
    let validate = ValidateOptions { purpose: Purpose::Publish, candidates };
    let (checked, valid) = read(&location, validate, problems, &context)?;
    let Some((project, tables)) = valid else { return Ok((checked, None)) };
    let (project, tables) = withhold::published(project, tables);
    let outcome = match publish(&project, &tables, &out, options, progress) {
        Ok(published) => match published.outcome {
            release::Outcome::Published => Outcome::Published(published),
            release::Outcome::AlreadyPublished => Outcome::AlreadyPublished(published),
            release::Outcome::Drafted => Outcome::Draft(published),
        },
        Err(Failure::Refused(refusal)) => Outcome::Refused(refusal),
        Err(Failure::Broken(error)) => return Err(error),
    };
    Ok((checked, Some(outcome)))
}

/// Makes one file of a published release, beside the folder in which it lies.
pub fn archive(published: &release::Published) -> Attempt<Archive> {
    let folder = published.path.parent().unwrap_or(&published.path);
    release::archive(&Output::open(folder)?, published)
}

/// Reads and checks everything; the project and its tables come only when there are no errors and they
/// are to be published.
fn read(
    location: &Location,
    options: ValidateOptions,
    keep: Keep,
    context: &TaskContext<'_>,
) -> Result<(Checked, Option<(Project, ValidTables)>)> {
    let (project, found) = schema::load(location, context.jobs)?;
    let mut diagnostics = Diagnostics::new(keep);
    diagnostics.extend(found);
    let Some(project) = project else {
        return Ok((Checked { diagnostics: diagnostics.into_sorted(), ..Checked::default() }, None));
    };
    let unknown_formats = unknown_formats(&project);
    context.progress.stage("read", None);
    let (seeds, found) = Seeds::find(&project, context.jobs, keep)?;
    let ingested = ingest(&seeds, options.purpose, Findings::new(&project, found), context)?;
    let sorted = ingested.sort(context.jobs)?;
    let validation = validate(&seeds, sorted, options, context)?;
    let counts = validation.rows.iter().zip(&validation.left_out);
    let table = |(table, (&rows, &left_out)): (&Table, (&u64, &u64))| CheckedTable {
        name: table.name.clone(),
        rows,
        left_out,
    };
    let tables = project.tables.iter().zip(counts).map(table).collect();
    diagnostics.append(validation.diagnostics);
    let diagnostics = diagnostics.into_sorted();
    let files: HashSet<&str> = diagnostics.iter().map(|diagnostic| &*diagnostic.place.file).collect();
    let copies = validation.copies.retain(|path| files.contains(path));
    let mut checked = Checked { diagnostics, copies, tables, muted: validation.muted };
    if has_errors(&unknown_formats) {
        checked.diagnostics.splice(0..0, unknown_formats);
        return Ok((checked, None));
    }
    Ok((checked, validation.tables.map(|tables| (project, tables))))
}

fn publish(
    project: &Project,
    tables: &ValidTables,
    out: &Path,
    options: &Options,
    progress: &dyn Progress,
) -> Attempt<release::Published> {
    let dataset = &project.dataset;
    let out = Output::open(out)?;
    let history = out.history()?;
    let target = match options.draft {
        true => history.draft(&dataset.name, &dataset.version)?,
        false => history.target(&dataset.name, &dataset.version)?,
    };
    let stage = target.stage()?;
    let formats = formats(project, options);
    let written = write::tables(project, tables, &formats, &stage, options.resources.jobs, progress)?;
    let (tables, uses): (Vec<_>, Vec<_>) = written.into_iter().unzip();
    descriptors::write(project, &target, &tables, &uses, &stage)?;
    progress.stage("verify", None);
    let facts = Facts { title: dataset.title.clone(), created: dataset.created, tables };
    let sealed = target.seal(stage, facts, options.resources.jobs)?;
    sealed.publish()
}

/// The formats to write, in the registry's order: those that are asked for, else those of the data set, else the default ones.
fn formats(project: &Project, options: &Options) -> Vec<&'static dyn Format> {
    let of_dataset = || project.dataset.options.formats.as_ref();
    let wanted: Option<Vec<&str>> = match &options.formats {
        Some(names) => Some(names.iter().map(String::as_str).collect()),
        None => of_dataset().map(|names| names.iter().map(|(name, _)| name.as_str()).collect()),
    };
    let is_wanted = |format: &&dyn Format| match &wanted {
        Some(names) => names.contains(&format.facts().name),
        None => format.facts().is_default,
    };
    FORMATS.iter().copied().filter(is_wanted).collect()
}

/// Fails when a format that is asked for does not exist.
fn know_formats(options: &Options) -> Result<()> {
    let Some(unknown) = options.formats.iter().flatten().find(|name| find_format(name).is_none()) else {
        return Ok(());
    };
    Err(Error::Usage(format!("there is no format `{unknown}`: {}", other_format(unknown))))
}

/// Formats that the data set asks for and that do not exist.
fn unknown_formats(project: &Project) -> Vec<Diagnostic> {
    let wanted = project.dataset.options.formats.iter().flatten();
    let unknown = wanted.filter(|(name, _)| find_format(name).is_none()).map(|(name, place)| {
        let message = format!("there is no format `{name}`");
        Diagnostic::new(&codes::INVALID_VALUE, place.clone(), message).with_help(other_format(name))
    });
    unknown.collect()
}

/// What to write in the place of a format that does not exist.
fn other_format(name: &str) -> String {
    let names = || FORMATS.iter().map(|format| format.facts().name);
    match nearest(name, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the formats are {}", listed(names())),
    }
}
