//! What checking and publishing came to.

use std::collections::HashSet;

use crate::diagnostic::{Diagnostic, Diagnostics, Error};
use crate::release::{Attempt, Failure, Published, Refusal};
use crate::schema::{Project, Table};
use crate::seeds::Copies;
use crate::validate::{ValidTables, Validation};

/// What checking a project found.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let project = folder.path().join("floods");
/// # letterpress::init(&project, Some("river-floods"))?;
/// let checked = letterpress::check(&project, letterpress::Resources::default(), &())?;
/// let rows: u64 = checked.tables.iter().map(|table| table.rows).sum();
/// assert!(rows > 0 && checked.tables.iter().all(|table| table.left_out == 0));
/// # Ok(())
/// # }
/// ```
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

impl Checked {
    /// What was found in the schema and in the data, and the tables that may be published.
    pub(super) fn new(
        project: &Project,
        mut diagnostics: Diagnostics,
        validation: Validation,
    ) -> (Checked, Option<ValidTables>) {
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
        (Checked { diagnostics, copies, tables, muted: validation.muted }, validation.tables)
    }
}

/// Table that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedTable {
    /// Its name.
    pub name: String,
    /// Number of rows, those left out included.
    pub rows: u64,
    /// How many of them are not published: candidates, and what hangs on them.
    pub left_out: u64,
}

/// Build of a project: what was found in it, and what became of its release.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let project = folder.path().join("floods");
/// # letterpress::init(&project, Some("river-floods"))?;
/// let build = letterpress::publish(&project, &letterpress::PublishOptions::default(), &())?;
/// assert!(build.checked.diagnostics.is_empty());
/// assert!(matches!(build.outcome, letterpress::Outcome::Published(_)));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Build {
    /// What checking found.
    pub checked: Checked,
    /// What publishing came to.
    pub outcome: Outcome,
}

/// Outcome of publishing.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let project = folder.path().join("floods");
/// # letterpress::init(&project, Some("river-floods"))?;
/// use letterpress::{Outcome, PublishOptions};
///
/// let again = || letterpress::publish(&project, &PublishOptions::default(), &());
/// assert!(matches!(again()?.outcome, Outcome::Published(_)));
/// // The same rows, the same version: nothing is to be done.
/// assert!(matches!(again()?.outcome, Outcome::AlreadyPublished(_)));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// The release is new.
    Published(Published),
    /// The same bytes were published before.
    AlreadyPublished(Published),
    /// The draft was written.
    Draft(Published),
    /// The release must not be published; nothing was touched.
    Refused(Refusal),
    /// Errors in the project stopped it; nothing was written.
    Stopped,
}

impl Outcome {
    /// The release or draft that lies there now.
    pub fn release(&self) -> Option<&Published> {
        match self {
            Outcome::Published(release) | Outcome::AlreadyPublished(release) | Outcome::Draft(release) => {
                Some(release)
            }
            Outcome::Refused(_) | Outcome::Stopped => None,
        }
    }

    /// What an attempt to publish came to, unless the machine failed.
    pub(super) fn of(attempt: Attempt<Published>, is_draft: bool) -> Result<Outcome, Error> {
        match attempt {
            Ok(draft) if is_draft => Ok(Outcome::Draft(draft)),
            Ok(release) if release.is_new => Ok(Outcome::Published(release)),
            Ok(release) => Ok(Outcome::AlreadyPublished(release)),
            Err(Failure::Refused(refusal)) => Ok(Outcome::Refused(refusal)),
            Err(Failure::Broken(error)) => Err(error),
        }
    }
}
