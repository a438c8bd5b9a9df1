//! Every row of every file, read as `check` reads it, by a schema that takes all columns for texts.

use std::sync::Arc;

use arrow::array::{Array, AsArray, StringArray};

use super::column::Column;
use super::layout::is_value;
use super::table::{State, Table};
use super::yaml::shortened;
use super::{Budget, stage, text};
use crate::diagnostic::{Diagnostic, Diagnostics, Keep, Place, Position, Result, codes};
use crate::parallel;
use crate::progress::Progress;
use crate::quantity::count;
use crate::schema::Project;
use crate::seeds::{Chunk, Drawn, Lookup, Outline, Reading, Seeds, SplitId};

/// Most lines that are left out one by one.
const MAX_COMMENT_ROWS: usize = 1000;

/// So many that there are too many to leave out.
const KEPT: Keep = Keep::Most(MAX_COMMENT_ROWS + 1);

/// Bytes of a hash, with room to sort it.
const HASH_BYTES: u64 = 16;

/// What is read of one file.
struct Seen {
    problems: Diagnostics,
    /// Rows without any value.
    blank: Vec<(SplitId, u32)>,
    /// The last row that is whole.
    last: Option<(SplitId, u32)>,
}

/// What is read of a split.
#[derive(Default)]
struct Part {
    /// The file; `None` where the split could not be drawn.
    source: Option<usize>,
    unreadable: Option<Diagnostic>,
    problems: Diagnostics,
    rows: u64,
    columns: Vec<Column>,
    blank: Vec<(SplitId, u32)>,
    last: Option<(SplitId, u32)>,
}

/// Looks at every row of the tables, within the budget, which bounds the hashes of values;
/// what cannot be read makes a table undecided.
pub(super) fn survey(
    tables: &mut [Table],
    outlines: &[Option<Outline>],
    root: &std::path::Path,
    budget: &Budget<'_>,
) -> Result<()> {
    let jobs = budget.jobs;
    let Some((project, problems)) = project(tables, root, jobs)? else { return Ok(()) };
    let (seeds, found) = Seeds::find(&project, jobs, KEPT)?;
    let none = || Seen { problems: Diagnostics::new(KEPT), blank: Vec::new(), last: None };
    let mut seen: Vec<Seen> = tables.iter().map(|_| none()).collect();
    for problem in problems.into_iter().chain(found.into_sorted()) {
        if let Some(table) = super::table_of(tables, &problem) {
            seen[table].problems.push(problem);
        }
    }
    budget.progress.stage("read", Some(seeds.total_bytes()));
    read(tables, &mut seen, &seeds, budget)?;
    for (index, seen) in seen.into_iter().enumerate() {
        settle(&mut tables[index], seen, &seeds, outlines[index].as_ref())?;
    }
    let columns = tables.iter_mut().flat_map(|table| &mut table.columns);
    parallel::ordered(jobs, columns, Column::finish, |()| true);
    Ok(())
}

/// The tables as a project of texts, and what is wrong with it; `None` where no table is left.
fn project(
    tables: &mut [Table],
    root: &std::path::Path,
    jobs: usize,
) -> Result<Option<(Project, Vec<Diagnostic>)>> {
    while tables.iter().any(Table::is_described) {
        let (project, problems) = stage::load(&text::files("survey", tables, &[]), root, jobs)?;
        if let Some(project) = project {
            return Ok(Some((project, problems)));
        }
        super::give_up(tables, problems)?;
    }
    Ok(None)
}

fn read(tables: &mut [Table], seen: &mut [Seen], seeds: &Seeds<'_>, budget: &Budget<'_>) -> Result<()> {
    let &Budget { jobs, memory_bytes, progress } = budget;
    let described: Vec<usize> =
        tables.iter().enumerate().filter(|(_, table)| table.is_described()).map(|(index, _)| index).collect();
    let mut room = memory_bytes / HASH_BYTES;
    let mut failure = None;
    let work = |drawn: Result<Drawn>| drawn.map(|drawn| part(seeds, drawn, progress));
    parallel::ordered(jobs, seeds.splits(), work, |part| {
        let part = match part {
            Ok(part) => part,
            Err(error) => {
                failure = Some(error);
                return false;
            }
        };
        // The project's tables are those that are described, in their order.
        let table = part.source.map(|source| described[seeds.sources()[source].table]);
        let table =
            table.or_else(|| part.unreadable.as_ref().and_then(|problem| super::table_of(tables, problem)));
        let Some(index) = table else { return true };
        let (table, seen) = (&mut tables[index], &mut seen[index]);
        table.rows += part.rows;
        let hashes = part.rows.saturating_mul(part.columns.len() as u64);
        if hashes > room {
            table.columns.iter_mut().for_each(Column::forget_hashes);
        } else if table.columns.iter().all(|column| column.is_hashed) {
            room -= hashes;
        }
        table.columns.iter_mut().zip(part.columns).for_each(|(column, rest)| column.extend(rest));
        seen.problems.extend(part.unreadable);
        seen.problems.append(part.problems);
        seen.blank.extend(part.blank);
        seen.last = part.last.or(seen.last);
        true
    });
    failure.map_or(Ok(()), Err)
}

fn part(seeds: &Seeds<'_>, drawn: Drawn, progress: &dyn Progress) -> Part {
    let split = match drawn {
        Ok(split) => split,
        Err(problem) => return Part { unreadable: Some(*problem), ..Part::default() },
    };
    let Reading { chunks, diagnostics, .. } = seeds.read(&split);
    let mut part = Part { source: Some(split.id.source), problems: diagnostics, ..Part::default() };
    for chunk in chunks {
        let blank: Vec<u32> = blank_rows(&chunk);
        part.rows += (chunk.rows - blank.len()) as u64;
        part.columns = chunk.columns.iter().map(|cells| column(cells.as_string(), &blank)).collect();
        part.last = u32::try_from(chunk.rows - 1).ok().map(|row| (split.id, row));
        part.blank = blank.into_iter().map(|row| (split.id, row)).collect();
    }
    progress.advance(split.id.length);
    part
}

/// Rows that have no value, ascending.
fn blank_rows(chunk: &Chunk) -> Vec<u32> {
    if chunk.columns.iter().any(|column| column.null_count() == 0) {
        return Vec::new();
    }
    let is_blank = |row: &u32| chunk.columns.iter().all(|column| column.is_null(*row as usize));
    (0..).take(chunk.rows).filter(is_blank).collect()
}

fn column(cells: &StringArray, blank: &[u32]) -> Column {
    if blank.is_empty() {
        return Column::of(cells);
    }
    let rows = (0..).zip(cells).filter(|(row, _)| blank.binary_search(row).is_err());
    Column::of(&rows.map(|(_, cell)| cell).collect())
}

/// Decides what becomes of rows that are none, and of what is wrong with the file.
fn settle(table: &mut Table, seen: Seen, seeds: &Seeds<'_>, outline: Option<&Outline>) -> Result<()> {
    let Seen { problems, blank, last } = seen;
    let (ragged, others): (Vec<Diagnostic>, Vec<Diagnostic>) = problems
        .into_sorted()
        .into_iter()
        .filter(|problem| problem.severity == crate::diagnostic::Severity::Error)
        .partition(|problem| problem.code == codes::RAGGED_ROW.name);
    if !others.is_empty() {
        table.state = State::Undecided(others.into_iter().chain(ragged).collect());
        return Ok(());
    }
    if blank.len() + ragged.len() > MAX_COMMENT_ROWS {
        let problems = if ragged.is_empty() { vec![too_many_blank(table, blank.len())] } else { ragged };
        table.state = State::Undecided(problems);
        return Ok(());
    }
    let blank: Vec<u64> = lines(seeds, &blank)?;
    if !blank.is_empty() {
        table.seen.push(format!(
            "left out: {} without any value; `commentRows` has the lines",
            count(blank.len() as u64, "row")
        ));
    }
    table.layout.comment_rows.extend(blank);
    let last = last.map(|last| lines(seeds, &[last])).transpose()?.unwrap_or_default();
    notes(table, ragged, last.first().copied().unwrap_or(0), outline)?;
    table.layout.comment_rows.sort_unstable();
    Ok(())
}

/// Rows below the last record that are none are notes, if the first of them reads as one.
fn notes(table: &mut Table, ragged: Vec<Diagnostic>, last: u64, outline: Option<&Outline>) -> Result<()> {
    let numbers: Vec<u64> = ragged.iter().map(|problem| line(&problem.place)).collect();
    let (Some(first), Some(outline)) = (numbers.first(), outline) else { return Ok(()) };
    let texts = outline.lines(&numbers)?;
    let is_note = |text: &String| text.trim().is_empty() || text.contains(' ') && !is_value(text);
    if *first <= last || !texts.first().is_some_and(is_note) {
        table.state = State::Undecided(ragged);
        return Ok(());
    }
    for (number, text) in numbers.iter().zip(&texts).filter(|(_, text)| !text.trim().is_empty()) {
        table.seen.push(format!("line {number} is left out as a note: {}", shortened(text)));
    }
    table.layout.comment_rows.extend(numbers);
    Ok(())
}

fn too_many_blank(table: &Table, rows: usize) -> Diagnostic {
    let message = format!("{} have no value at all", count(rows as u64, "row"));
    let place = Place::file(&Arc::from(table.path.as_str()));
    Diagnostic::new(&codes::EMPTY_ROW, place, message).with_help("take them out")
}

/// The lines in which rows begin.
fn lines(seeds: &Seeds<'_>, rows: &[(SplitId, u32)]) -> Result<Vec<u64>> {
    let mut found = Vec::with_capacity(rows.len());
    for group in rows.chunk_by(|a, b| a.0 == b.0) {
        let lookups: Vec<Lookup> =
            group.iter().map(|(_, row)| Lookup { instance: 0, row: *row, field: None, item: None }).collect();
        found.extend(seeds.locate(group[0].0, &lookups)?.iter().map(|located| line(&located.place)));
    }
    Ok(found)
}

fn line(place: &Place) -> u64 {
    match place.position {
        Position::At { line, .. } => line,
        Position::File | Position::Row(_) => 0,
    }
}
