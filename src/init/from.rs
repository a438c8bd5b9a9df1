//! A schema to start from, for a folder of CSV files that nobody has described.
//!
//! Every row is looked at, by the reader of `check`, and what is proposed has passed its checks before it is written. It
//! holds for all rows, and a comment in the YAML says what was seen; what cannot be told from the values is left to their
//! curator, and said as well. A file that cannot be described stops none of the others.

mod column;
mod find;
mod form;
mod keys;
mod layout;
mod stage;
mod survey;
mod table;
mod text;
mod yaml;

use std::path::Path;

use super::{Created, MAX_FILES, name_of_folder, valid, write_all};
use crate::diagnostic::{Diagnostic, Error, Keep, Result, Severity};
use crate::ingest::{Findings, Purpose, TaskContext, ingest};
use crate::progress::Progress;
use crate::schema::{Taken, table_name};
use crate::seeds::{Outline, OutlineRow, Seeds, usual_width};
use crate::spill::Spill;
use crate::validate::{Candidates, ValidateOptions, validate};
use find::Found;
use layout::Layout;
use table::{State, Table};

/// A folder that was just described.
#[derive(Debug)]
pub struct Described {
    /// What was written.
    pub created: Created,
    /// Paths of the files that are described.
    pub tables: Vec<String>,
    /// What is wrong with files that somebody has to look at, the first of each file.
    pub undecided: Vec<Diagnostic>,
    /// Files and folders that are not looked at, and why.
    pub left_out: Vec<(String, &'static str)>,
}

/// Describes the delimited files in `folder` and below, by a `schema/` beside them; without a `name` the folder gives it.
///
/// Works with `jobs` threads, and in about `memory_bytes`. Fails before anything is written if there is a description
/// already, or no file.
pub fn init_from(
    folder: &Path,
    name: Option<&str>,
    jobs: usize,
    memory_bytes: u64,
    progress: &dyn Progress,
) -> Result<Described> {
    refuse_described(folder)?;
    let name = match name {
        Some(name) => valid(name)?,
        None => name_of_folder(folder)?,
    };
    let mut found = find::find(folder)?;
    let (mut tables, outlines) = outlined(folder, &mut found)?;
    if tables.is_empty() {
        return Err(none_found(folder, &found));
    }
    let budget = Budget { jobs, memory_bytes, progress };
    survey::survey(&mut tables, &outlines, folder, &budget)?;
    let files = proposed(&mut tables, &name, folder, &budget)?;
    write_all(folder, &files)?;
    let undecided = tables.iter().filter_map(|table| match &table.state {
        State::Undecided(problems) => problems.first().cloned(),
        State::Typed | State::Plain => None,
    });
    Ok(Described {
        undecided: undecided.collect(),
        tables: tables.iter().filter(|table| table.is_described()).map(|table| table.path.clone()).collect(),
        left_out: found.left_out,
        created: Created { name, files: files.into_iter().map(|(path, _)| path).collect() },
    })
}

/// Budget of a description: threads, memory, and who is told how far it is.
struct Budget<'a> {
    jobs: usize,
    memory_bytes: u64,
    progress: &'a dyn Progress,
}

fn refuse_described(folder: &Path) -> Result<()> {
    let usage = |message: String| Err(Error::Usage(message));
    let shown = folder.display();
    if !folder.is_dir() {
        return usage(format!("`{shown}` is not a folder"));
    }
    for description in ["datapackage.json", "csv-metadata.json"] {
        if folder.join(description).exists() {
            return usage(format!(
                "`{shown}` has a {description}: `letterpress publish` publishes it as it is, without a schema of yours"
            ));
        }
    }
    if super::is_taken(&folder.join("schema")) {
        return usage(format!("`{shown}` already has `schema`; nothing was written"));
    }
    Ok(())
}

fn none_found(folder: &Path, found: &Found) -> Error {
    let mut message = format!("`{}` has no CSV or TSV file", folder.display());
    for (path, reason) in found.left_out.iter().take(3) {
        message += &format!("; {} is left out: {reason}", yaml::quoted(path));
    }
    Error::Usage(message)
}

/// Every file with the layout that its first rows speak for.
fn outlined(folder: &Path, found: &mut Found) -> Result<(Vec<Table>, Vec<Option<Outline>>)> {
    let (mut tables, mut outlines) = (Vec::new(), Vec::new());
    let mut taken = Taken::default();
    let is_table = std::iter::repeat_n(true, found.tables.len()).chain(std::iter::repeat(false));
    for (path, is_table) in found.tables.iter().chain(&found.texts).zip(is_table) {
        if tables.len() == MAX_FILES {
            found.left_out.push((path.clone(), "more files than can be described"));
            continue;
        }
        let outline = Outline::of(folder, path)?;
        let rows = outline.as_ref().map_err(Clone::clone).and_then(Outline::rows);
        if !is_table && !rows.as_ref().is_ok_and(|(_, rows)| looks_like_table(rows)) {
            found.left_out.push((path.clone(), "it does not look like a table"));
            continue;
        }
        let name = named(path, &mut taken);
        let (table, outline) = match (outline, rows) {
            (Ok(outline), Ok((delimiter, rows))) => {
                let layout = Layout::of(delimiter, &rows);
                (Table::new(name, path.clone(), &outline, layout), Some(outline))
            }
            (Err(problem), _) | (_, Err(problem)) => {
                (Table::undecided(name, path.clone(), vec![*problem]), None)
            }
        };
        tables.push(table);
        outlines.push(outline);
    }
    Ok((tables, outlines))
}

/// The name of the table in a file.
fn named(path: &str, taken: &mut Taken) -> String {
    table_name(path.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or_default(), taken)
}

/// Whether nearly all rows have the same number of cells, and more than one.
fn looks_like_table(rows: &[OutlineRow]) -> bool {
    let width = usual_width(rows);
    let alike = rows.iter().filter(|row| row.cells.len() == width).count();
    width > 1 && alike > 1 && alike * 10 >= rows.len() * 9
}

/// The files of a schema that the check finds nothing wrong with: what it does not bear out is given up, table by table.
fn proposed(
    tables: &mut [Table],
    name: &str,
    folder: &Path,
    budget: &Budget<'_>,
) -> Result<Vec<(String, String)>> {
    let &Budget { jobs, memory_bytes, progress } = budget;
    loop {
        let files = text::files(name, tables, &keys::propose(tables));
        if !tables.iter().any(Table::is_described) {
            return Ok(files);
        }
        let (project, mut problems) = stage::load(&files, folder, jobs)?;
        if let Some(project) = project {
            progress.stage("check", None);
            let spill = Spill::new(&std::env::temp_dir(), memory_bytes);
            let (purpose, candidates, keep) = (Purpose::Check, Candidates::LeaveOut, Keep::First);
            let context = TaskContext { jobs, spill: &spill, progress };
            let (seeds, found) = Seeds::find(&project, jobs, keep)?;
            let ingested = ingest(&seeds, purpose, Findings::new(&project, found), &context)?;
            let options = ValidateOptions { purpose, candidates };
            let found = validate(&seeds, ingested.sort(jobs)?, options, &context)?;
            problems.extend(found.diagnostics.into_sorted());
        }
        problems.retain(|problem| problem.severity == Severity::Error);
        if problems.is_empty() {
            return Ok(files);
        }
        give_up(tables, problems)?;
    }
}

/// Proposes less of the tables that something is wrong with. Fails when it is wrong with none of them.
fn give_up(tables: &mut [Table], problems: Vec<Diagnostic>) -> Result<()> {
    let mut of_tables: Vec<Vec<Diagnostic>> = tables.iter().map(|_| Vec::new()).collect();
    let mut of_none = None;
    for problem in problems.into_iter().filter(|problem| problem.severity == Severity::Error) {
        match table_of(tables, &problem) {
            Some(table) => of_tables[table].push(problem),
            None => of_none = Some(problem),
        }
    }
    if let (Some(problem), true) = (of_none, of_tables.iter().all(Vec::is_empty)) {
        return Err(Error::Usage(format!("the folder cannot be described: {problem}")));
    }
    for (table, problems) in tables.iter_mut().zip(of_tables).filter(|(_, problems)| !problems.is_empty()) {
        table.state = match table.state {
            State::Typed => State::Plain,
            State::Plain | State::Undecided(_) => State::Undecided(problems),
        };
    }
    Ok(())
}

/// The table that a problem is about, among those that are described.
fn table_of(tables: &[Table], problem: &Diagnostic) -> Option<usize> {
    tables.iter().position(|table| {
        let is_of_schema = || *problem.place.file == *format!("schema/tables/{}.yaml", table.name);
        let is_named = || {
            *problem.place.file == *"schema/dataset.yaml"
                && problem.message.contains(&format!("`{}`", table.name))
        };
        table.is_described() && (*problem.place.file == *table.path || is_of_schema() || is_named())
    })
}
