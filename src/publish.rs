//! From a project to a release: the whole flow on one screen.
//!
//! ```text
//! find → ingest → sort → validate across rows → write → describe → seal → publish
//! ```

mod choice;
mod content;
mod options;
mod outcome;
mod parts;
mod record;
mod withhold;
mod write;

use std::path::Path;

use semver::Version;

use crate::descriptors;
use crate::diagnostic::{Diagnostics, Error, Keep, Result, has_errors};
use crate::ingest::{Findings, Purpose, TaskContext, ingest};
use crate::release::{self, Archive, Attempt, ManifestFields, Output, Published, Unpublished};
use crate::schema::{self, Location, Project};
use crate::seeds::Seeds;
use crate::spill::Spill;
use crate::validate::{Candidates, ValidTables, ValidateOptions, validate};

use choice::Choice;
use options::Request;

pub use crate::progress::Progress;
pub use options::{BuildOptions, PublishOptions, Resources};
pub use outcome::{Build, Checked, CheckedTable, Outcome};

/// Checks the project at `path` (its folder, or its descriptor) and publishes nothing; what does not fit in memory goes to the system's temporary
/// folder meanwhile.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let project = folder.path().join("floods");
/// # letterpress::init(&project, Some("river-floods"))?;
/// use letterpress::{Resources, check};
///
/// let checked = check(&project, Resources::default(), &())?;
/// for diagnostic in &checked.diagnostics {
///     eprintln!("{diagnostic}");
/// }
/// assert!(checked.diagnostics.is_empty());
/// # Ok(())
/// # }
/// ```
pub fn check(path: &Path, resources: Resources, progress: &dyn Progress) -> Result<Checked> {
    let spill = Spill::new(&std::env::temp_dir(), resources.memory_bytes);
    let context = TaskContext { jobs: resources.jobs, spill: &spill, progress };
    let options = ValidateOptions { purpose: Purpose::Check, candidates: Candidates::LeaveOut };
    let read = read(&Location::find(path)?, Choice::of_dataset(), options, resources.problems, &context)?;
    Ok(read.0)
}

/// Checks the project at `path` and writes a draft of its next release, unless it has errors. A draft takes the place of the one before;
/// nobody should rely on it.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let project = folder.path().join("floods");
/// # letterpress::init(&project, Some("river-floods"))?;
/// use letterpress::{BuildOptions, build};
///
/// let build = build(&project, &BuildOptions::default().formats(["csv"]), &())?;
/// let draft = build.outcome.release().ok_or("nothing was written")?;
/// assert_eq!(draft.path, project.join("dist/draft"));
/// # Ok(())
/// # }
/// ```
pub fn build(path: &Path, options: &BuildOptions, progress: &dyn Progress) -> Result<Build> {
    run(path, options.request(), progress)
}

/// Checks the project at `path` and publishes it, unless it has errors. A release is never changed: what became of it is the
/// [`Outcome`].
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let project = folder.path().join("floods");
/// # letterpress::init(&project, Some("river-floods"))?;
/// use letterpress::{PublishOptions, publish};
///
/// let options = PublishOptions::default().out(folder.path().join("releases"));
/// let outcome = publish(&project, &options, &())?.outcome;
/// let release = outcome.release().ok_or("nothing was published")?;
/// assert!(release.path.join("manifest.json").is_file());
/// # Ok(())
/// # }
/// ```
pub fn publish(path: &Path, options: &PublishOptions, progress: &dyn Progress) -> Result<Build> {
    run(path, options.request(), progress)
}

/// Takes back the release `version` from the folder `releases`. Only the newest can be taken back, and whoever has a copy keeps it.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let project = folder.path().join("floods");
/// # letterpress::init(&project, Some("river-floods"))?;
/// let outcome = letterpress::publish(&project, &letterpress::PublishOptions::default(), &())?.outcome;
/// let release = outcome.release().ok_or("nothing was published")?;
/// let taken = letterpress::unpublish(&project.join("dist"), &release.version).map_err(|failure| format!("{failure:?}"))?;
/// assert!(!release.path.exists() && taken.newest.is_none());
/// # Ok(())
/// # }
/// ```
pub fn unpublish(releases: &Path, version: &Version) -> Attempt<Unpublished> {
    if !releases.is_dir() {
        return Err(Error::Usage(format!("there is no folder `{}`", releases.display())).into());
    }
    release::unpublish(&Output::open(releases)?, version, Resources::default().jobs)
}

/// From the project at `path` to a draft or a release.
fn run(path: &Path, request: Request<'_>, progress: &dyn Progress) -> Result<Build> {
    let choice = Choice::of(request)?;
    let location = Location::find(path)?;
    let out = request.out.map_or_else(|| location.root().join("dist"), Path::to_path_buf);
    // Where the release will lie there must be room for it, and so for its rows.
    let spill = Spill::new(&out, request.resources.memory_bytes);
    let Resources { jobs, problems, .. } = request.resources;
    let context = TaskContext { jobs, spill: &spill, progress };
    let validate = ValidateOptions { purpose: Purpose::Publish, candidates: request.candidates };
    let (checked, valid) = read(&location, choice, validate, problems, &context)?;
    let Some((project, tables)) = valid else {
        return Ok(Build { checked, outcome: Outcome::Stopped });
    };
    let (project, tables) = withhold::published(project, tables);
    let attempt = put(&project, &tables, &out, request, &context);
    Ok(Build { checked, outcome: Outcome::of(attempt, request.is_draft)? })
}

/// Makes one file of a published release, beside the folder in which it lies.
pub fn archive(published: &Published) -> Attempt<Archive> {
    let folder = published.path.parent().unwrap_or(&published.path);
    release::archive(&Output::open(folder)?, published)
}

/// Reads and checks everything; the project and its tables come only when there are no errors and they
/// are to be published.
fn read(
    location: &Location,
    choice: Choice<'_>,
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
    let refused = choice.check(&project);
    let is_refused = has_errors(&refused);
    diagnostics.extend(refused);
    context.progress.stage("read", None);
    let (seeds, found) = Seeds::find(&project, context.jobs, keep)?;
    let ingested = ingest(&seeds, options.purpose, Findings::new(&project, found), context)?;
    let sorted = ingested.sort(context.jobs)?;
    let validation = validate(&seeds, sorted, options, context)?;
    let (checked, tables) = Checked::new(&project, diagnostics, validation);
    Ok((checked, tables.filter(|_| !is_refused).map(|tables| (project, tables))))
}

/// Writes the tables and their descriptions, seals them and gives them their place.
fn put(
    project: &Project,
    tables: &ValidTables,
    out: &Path,
    request: Request<'_>,
    context: &TaskContext<'_>,
) -> Attempt<Published> {
    let dataset = &project.dataset;
    let out = Output::open(out)?;
    let history = out.history()?;
    let target = match request.is_draft {
        true => history.draft(&dataset.name, &dataset.version)?,
        false => history.target(&dataset.name, &dataset.version)?,
    };
    let stage = target.stage()?;
    let formats = Choice::of(request)?.formats(project);
    let written = write::tables(project, tables, &formats, &stage, context)?;
    descriptors::write(project, &target, &written.tables, &written.uses, &stage)?;
    context.progress.stage("verify", None);
    let write::Written { tables, spanning, .. } = written;
    let fields = ManifestFields { title: dataset.title.clone(), created: dataset.created, tables, spanning };
    target.seal(stage, fields, context.jobs)?.publish()
}
