//! From seeds to valid tables: every problem found in one run, and tables only when there is none.

mod checks;
mod confine;
mod database;
mod describe;
mod domain;
mod empty;
mod fields;
mod glance;
mod images;
mod keys;
mod publication;
mod read;
mod references;
mod text;
mod views;
mod vocabularies;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{self, Diagnostic, Place, Result};
use crate::offsets::field_number;
use crate::schema::{Project, SeedLocation, Table};
use crate::seeds::{Located, Problem, ProblemKind, Seeds, SplitId, Want};
use crate::tables::{RowId, Rows, Spill};

pub use publication::Candidates;

/// What validation found.
pub struct Validation {
    /// Every problem, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
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
    diagnostics: Vec<Diagnostic>,
    muted: u64,
    /// Tables some of whose records could not be read.
    lost: Vec<bool>,
    /// Problems of rows whose place is still to be found: table, row, field (`None`: the record), and what to say.
    pending: Vec<Pending>,
}

#[derive(Clone)]
struct Pending {
    table: usize,
    row: RowId,
    field: Option<usize>,
    say: Say,
}

/// What is to be said once the place is known.
#[derive(Clone)]
enum Say {
    /// Something wrong with a cell, or with an item of its list.
    Problem(ProblemKind, Option<u32>),
    /// The key of another row, whose place is part of the message.
    Same(&'static diagnostic::Code, RowId, String),
    Ready(Box<Ready>),
    /// The same of an item of a list.
    OfItem(u32, Box<Ready>),
}

/// Code, message and next step.
type Ready = (std::borrow::Cow<'static, str>, String, Option<String>);

/// What tables are wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To know what is wrong with them: of what nobody asks for, no values are kept, and there are no tables in the end.
    Check,
    /// To publish them.
    Publish,
}

/// Reads and checks every record of a project with `jobs` threads; `advance` is told of bytes read.
pub fn validate(
    project: &Project,
    purpose: Purpose,
    candidates: Candidates,
    jobs: usize,
    spill: &Spill,
    advance: &(dyn Fn(u64) + Sync),
) -> Result<Validation> {
    let (seeds, diagnostics) = Seeds::find(project, jobs)?;
    let lost = vec![false; project.tables.len()];
    let mut findings = Findings { diagnostics, muted: 0, lost, pending: Vec::new() };
    let is_glance_enough = purpose == Purpose::Check && glance::is_enough(project);
    let before = is_glance_enough.then(|| findings.clone());
    let mut tables = match before {
        None => read::read(&seeds, project, purpose, jobs, spill, &mut findings, advance)?,
        Some(before) => match read::glance(&seeds, project, jobs, spill, &mut findings, advance)? {
            Some(tables) => tables,
            None => {
                findings = before;
                read::read(&seeds, project, purpose, jobs, spill, &mut findings, &|_| ())?
            }
        },
    };
    keys::check(project, &tables, spill, &mut findings)?;
    collect_problems(&tables, &mut findings);
    let flawed = flawed_tables(&findings);
    let left_out = match candidates {
        Candidates::LeaveOut => publication::leave_out(project, &mut tables, &flawed, &mut findings)?,
        Candidates::Include => vec![0; tables.len()],
    };
    let derived = checks::run_and_derive(project, &tables, &flawed, &left_out, jobs, &mut findings)?;
    views::fill(project, &mut tables, derived, spill, &mut findings)?;
    locate(&seeds, project, &tables, &mut findings)?;
    let Findings { mut diagnostics, muted, .. } = findings;
    let rows = tables.iter().zip(&left_out).map(|(table, out)| table.len() as u64 + out).collect();
    diagnostic::sort(&mut diagnostics);
    let valid = purpose == Purpose::Publish && !diagnostic::has_errors(&diagnostics);
    Ok(Validation { diagnostics, muted, rows, left_out, tables: valid.then(|| ValidTables(tables)) })
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

/// Brings the cell problems of every chunk together.
fn collect_problems(tables: &[Rows], findings: &mut Findings) {
    let mut told = BTreeSet::new();
    for (table, rows) in tables.iter().enumerate() {
        for (chunk_number, chunk) in (0..).zip(rows.origins()) {
            for &Problem { row, field, item, kind } in
                chunk.problems.iter().filter(|p| p.kind != ProblemKind::Reported)
            {
                if chunk.is_broken(row) {
                    findings.muted += 1;
                    continue;
                }
                if describe::is_told_once(kind) && !told.insert((table, field)) {
                    continue;
                }
                let row = RowId { chunk: chunk_number, row };
                let field = Some(field as usize);
                findings.pending.push(Pending { table, row, field, say: Say::Problem(kind, item) });
            }
        }
    }
}

/// Tables whose rows are not what the curator meant: SQL checks over them would only repeat that.
fn flawed_tables(findings: &Findings) -> Vec<bool> {
    let mut flawed = findings.lost.clone();
    for pending in &findings.pending {
        flawed[pending.table] |= !is_warning(pending);
    }
    // A problem reported at once does not say which table's rows it spoilt.
    let anywhere = diagnostic::has_errors(&findings.diagnostics);
    flawed.iter_mut().for_each(|f| *f |= anywhere);
    flawed
}

/// Whether nothing is wrong so far.
fn is_sound(findings: &Findings) -> bool {
    !diagnostic::has_errors(&findings.diagnostics) && findings.pending.iter().all(is_warning)
}

fn is_warning(pending: &Pending) -> bool {
    match &pending.say {
        Say::Problem(kind, _) => describe::is_warning(*kind),
        Say::Same(..) | Say::Ready(_) | Say::OfItem(..) => false,
    }
}

/// Finds the place of everything pending, reading each split concerned once more.
fn locate(seeds: &Seeds<'_>, project: &Project, tables: &[Rows], findings: &mut Findings) -> Result<()> {
    let pending = std::mem::take(&mut findings.pending);
    let mut wants: BTreeMap<SplitId, Vec<(Want, usize, bool)>> = BTreeMap::new();
    let want_of = |table: usize, row: RowId, field: Option<usize>, item: Option<u32>| {
        let chunk = tables[table].origin(row.chunk);
        let field = field.map(field_number);
        (chunk.split, Want { instance: chunk.instance, row: row.row, field, item })
    };
    let mut own = vec![None; pending.len()];
    let mut others = vec![None; pending.len()];
    for (number, item) in pending.iter().enumerate() {
        if let SeedLocation::View { file, .. } = &project.tables[item.table].seeds {
            // A view's row has no place but the query that made it.
            own[number] = Some(Located { place: Place::file(file), text: String::new() });
            continue;
        }
        let list_item = match &item.say {
            Say::Problem(_, list_item) => *list_item,
            Say::OfItem(list_item, _) => Some(*list_item),
            Say::Same(..) | Say::Ready(_) => None,
        };
        let (split, want) = want_of(item.table, item.row, item.field, list_item);
        wants.entry(split).or_default().push((want, number, false));
        if let Say::Same(_, other, _) = &item.say {
            let (split, want) = want_of(item.table, *other, item.field, None);
            wants.entry(split).or_default().push((want, number, true));
        }
    }
    for (split, wants) in wants {
        let asked: Vec<Want> = wants.iter().map(|(want, ..)| *want).collect();
        for (located, (_, number, is_other)) in seeds.locate(split, &asked)?.into_iter().zip(wants) {
            if is_other {
                others[number] = Some(located.place);
            } else {
                own[number] = Some(located);
            }
        }
    }
    for (item, (located, other)) in pending.iter().zip(own.into_iter().zip(others)) {
        let Some(located) = located else { continue };
        findings.diagnostics.push(describe::diagnostic(project, item, located, other));
    }
    Ok(())
}
