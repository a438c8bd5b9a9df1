//! Checks across rows: keys, references, publication, the project's own rules, views; and valid tables when nothing is wrong.

mod checks;
mod keys;
mod publication;
mod views;

use std::sync::Arc;

use crate::diagnostic::{Diagnostics, Result};
use crate::ingest::{Findings, Purpose, Sorted, TaskContext};
use crate::seeds::{Copies, Seeds};
use crate::sort::Rows;

pub use publication::Candidates;

/// Options of a validation.
#[derive(Debug, Clone, Copy)]
pub struct ValidateOptions {
    /// What the tables are wanted for.
    pub purpose: Purpose,
    /// What becomes of candidates.
    pub candidates: Candidates,
}

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

/// Tables that have passed every check, in the project's order. Only `validate` makes them.
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

/// Checks sorted tables across rows, and derives views from them.
pub(crate) fn validate(
    seeds: &Seeds<'_>,
    sorted: Sorted<'_>,
    options: ValidateOptions,
    context: &TaskContext<'_>,
) -> Result<Validation> {
    let project = seeds.project();
    let &TaskContext { jobs, spill, .. } = context;
    let Sorted { mut tables, references, mut findings } = sorted;
    references.finish(&tables, &mut findings)?;
    keys::check(project, &tables, &spill.memory, &mut findings)?;
    let flawed = findings.flawed_tables();
    let left_out = match options.candidates {
        Candidates::LeaveOut => publication::leave_out(project, &mut tables, &flawed, &mut findings)?,
        Candidates::Include => vec![0; tables.len()],
    };
    let provenance = Arc::clone(&findings.provenance);
    let read =
        checks::ReadTables { rows: &tables, flawed: &flawed, left_out: &left_out, provenance: &provenance };
    let derived = checks::run_and_derive(project, read, jobs, &mut findings)?;
    views::fill(project, &mut tables, derived, spill, &mut findings)?;
    let Findings { mut diagnostics, muted, pending, .. } = findings;
    pending.locate(seeds, &provenance, &mut diagnostics)?;
    let rows = tables.iter().zip(&left_out).map(|(table, out)| table.len() as u64 + out).collect();
    let valid = options.purpose == Purpose::Publish && !diagnostics.has_errors();
    let (copies, tables) = (seeds.copies(), valid.then(|| ValidTables(tables)));
    Ok(Validation { diagnostics, copies, muted, rows, left_out, tables })
}
