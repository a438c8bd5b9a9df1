//! From seeds to valid tables: every problem found in one run, and tables only when there is none.

mod checks;
mod confine;
mod context;
mod database;
mod describe;
mod domain;
mod empty;
mod fields;
mod keys;
mod pending;
mod precheck;
mod publication;
mod queries;
mod read;
mod references;
mod snapshot;
mod text;
mod views;
mod vocabularies;
mod words;

use crate::diagnostic::{Diagnostics, Result};
use crate::schema::{Project, SeedLocation, Table};
use crate::seeds::{Copies, Seeds};
use crate::tables::Rows;
use pending::{Alike, At, CellProblems, Message, Pending, origin};

pub use context::{TaskContext, ValidateOptions};
pub use publication::Candidates;

/// What validation found.
pub struct Validation {
    /// Every problem; of those that are alike, as many as were to be kept, and how many more there are.
    pub diagnostics: Diagnostics,
    /// The texts of files that cannot be shown as they lie.
    pub copies: Copies,
    /// Number of errors that only follow from others and are not shown.
    pub muted: u64,
    /// Rows per table, in the project's order, those left out included.
    pub rows: Vec<u64>,
    /// How many of them are left out: candidates, and what hangs on them.
    pub left_out: Vec<u64>,
    /// The tables, when there are no errors and they are to be published.
    pub tables: Option<ValidTables>,
}

/// Tables that have passed every check, in the project's order. Only [`validate`] makes them.
pub struct ValidTables(Vec<Rows>);

impl ValidTables {
    /// The tables, in the project's order.
    pub fn tables(&self) -> &[Rows] {
        &self.0
    }

    /// Those alone whose index is `wanted`.
    pub fn retain(self, wanted: impl Fn(usize) -> bool) -> ValidTables {
        let numbered = self.0.into_iter().enumerate();
        ValidTables(numbered.filter(|(index, _)| wanted(*index)).map(|(_, rows)| rows).collect())
    }
}

/// What has been read and found so far.
#[derive(Clone)]
struct Findings {
    diagnostics: Diagnostics,
    muted: u64,
    /// Tables some of whose records could not be read.
    lost: Vec<bool>,
    /// Problems of rows whose places are still to be found.
    pending: Pending,
}

/// What tables are wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To know what is wrong with them: of what nobody asks for, no values are kept, and there are no tables in the end.
    Check,
    /// To publish them.
    Publish,
}

/// Reads and checks every record of a project; the context's progress is told of bytes read.
pub fn validate(
    project: &Project,
    options: ValidateOptions,
    context: &TaskContext<'_>,
) -> Result<Validation> {
    let ValidateOptions { purpose, candidates, keep } = options;
    let &TaskContext { jobs, spill, .. } = context;
    let (seeds, diagnostics) = Seeds::find(project, jobs, keep)?;
    let lost = vec![false; project.tables.len()];
    let mut findings = Findings { diagnostics, muted: 0, lost, pending: Pending::new(keep) };
    let is_precheck_enough = purpose == Purpose::Check && precheck::is_enough(project);
    let before = is_precheck_enough.then(|| findings.clone());
    let mut tables = match before {
        None => read::read(&seeds, project, purpose, context, &mut findings)?,
        Some(before) => match read::precheck(&seeds, project, context, &mut findings)? {
            Some(tables) => tables,
            None => {
                findings = before;
                let untold = TaskContext { progress: &(), ..*context };
                read::read(&seeds, project, purpose, &untold, &mut findings)?
            }
        },
    };
    keys::check(project, &tables, spill, &mut findings)?;
    let flawed = flawed_tables(&findings);
    let left_out = match candidates {
        Candidates::LeaveOut => publication::leave_out(project, &mut tables, &flawed, &mut findings)?,
        Candidates::Include => vec![0; tables.len()],
    };
    let read = checks::ReadTables { rows: &tables, flawed: &flawed, left_out: &left_out };
    let derived = checks::run_and_derive(project, read, jobs, &mut findings)?;
    views::fill(project, &mut tables, derived, spill, &mut findings)?;
    let Findings { mut diagnostics, muted, pending, .. } = findings;
    pending.locate(&seeds, project, &tables, &mut diagnostics)?;
    let rows = tables.iter().zip(&left_out).map(|(table, out)| table.len() as u64 + out).collect();
    let valid = purpose == Purpose::Publish && !diagnostics.has_errors();
    let (copies, tables) = (seeds.copies(), valid.then(|| ValidTables(tables)));
    Ok(Validation { diagnostics, copies, muted, rows, left_out, tables })
}

/// Whether SQL asks for rows, or whether rows are left out, which is decided over whole tables, too.
fn has_sql(project: &Project) -> bool {
    let asks =
        |table: &Table| matches!(table.seeds, SeedLocation::View { .. }) || table.publication.only.is_some();
    !project.checks.is_empty() || project.tables.iter().any(asks)
}

/// Records of the source's table are missing, and of every table nested in it; without a source, of every table.
fn note_lost(seeds: &Seeds<'_>, project: &Project, source: Option<usize>, lost: &mut [bool]) {
    let Some(source) = source else { return lost.fill(true) };
    lost[seeds.sources()[source].table] = true;
    // Nesting has no cycles, so as many rounds as tables reach everything.
    for _ in 0..project.tables.len() {
        for (index, table) in project.tables.iter().enumerate() {
            if table.nested.as_ref().is_some_and(|n| n.parents.iter().any(|&p| lost[p])) {
                lost[index] = true;
            }
        }
    }
}

/// Tables whose rows are not what the curator meant: SQL checks over them would only repeat that.
fn flawed_tables(findings: &Findings) -> Vec<bool> {
    let mut flawed = findings.lost.clone();
    findings.pending.mark_flawed(&mut flawed);
    // A problem reported at once does not say which table's rows it spoilt.
    let anywhere = findings.diagnostics.has_errors();
    flawed.iter_mut().for_each(|f| *f |= anywhere);
    flawed
}

/// Whether nothing is wrong so far.
fn is_sound(findings: &Findings) -> bool {
    !findings.diagnostics.has_errors() && !findings.pending.has_errors()
}
