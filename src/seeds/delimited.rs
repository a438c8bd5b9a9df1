//! Delimited text: RFC 4180, with the delimiter, byte order mark and line end recognised.
//!
//! A split is read in two passes: first the bounds of every cell, then each column as a whole, so that a column's type is
//! decided once and not once a cell.

mod cells;
mod ends;
mod header;
mod scan;
mod syntax;

use std::cell;
use std::sync::Arc;

use arrow::array::ArrayRef;

use super::assemble::{has_missing_words, is_missing};
use super::column;
use super::document::text;
use super::texts::{self, TextCell};
use super::{
    Chunk, ColumnBuilder, Found, Lookup, OutlineRow, Problem, ProblemKind, Reading, Seeds, Source, Split,
    derive,
};
use crate::columns::StringBuilder;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Subject, codes};
use crate::offsets::{field_number, split_position};
use crate::schema::{ColumnType, Dialect, Field, Origin, Table};
use cells::{Cell, Cells, Column, Fault};
pub(super) use header::{Header, is_ignored};
pub(super) use syntax::DELIMITERS;
use syntax::Syntax;

/// The text of a split without header, where it begins in the split, and the header.
fn body<'a>(split: &'a Split, text: &'a str) -> (&'a Header, &'a str, usize) {
    let header = split.header.as_deref().expect("every split of delimited text carries its header");
    let start = if split.id.offset == 0 { header.length.min(text.len()) } else { 0 };
    (header, &text[start..], start)
}

thread_local! {
    /// The cells of the split that the thread has read last: as much memory as the next one will need.
    static CELLS: cell::Cell<Cells> = cell::Cell::default();
}

/// Reads a split.
pub(super) fn read(seeds: &Seeds<'_>, split: &Split) -> Reading {
    let source = &seeds.sources[split.id.source];
    let table = &seeds.project.tables[source.table];
    let mut reading = Reading { diagnostics: Diagnostics::new(seeds.keep), ..Reading::default() };
    let text = match text(source, split) {
        Ok(text) => text,
        Err(problem) => {
            reading.diagnostics.push(*problem);
            reading.lost_records = true;
            return reading;
        }
    };
    let (header, body, start) = body(split, text);
    if split.id.offset == 0 && header.has_problems() {
        reading.diagnostics.append(header.problems.clone());
    }
    if header.width == 0 {
        return reading;
    }
    let syntax = &header.syntax;
    let cells = scan::scan_into(syntax, body, usize::MAX, CELLS.take());
    let first_line = split.id.first_line + syntax.lines(&text.as_bytes()[..start]);
    let mut counter = Counter::new(syntax, body, first_line);
    let whole = whole_rows(&cells, header, |row| {
        let row = cells.row(row);
        let (first, last) = (row.first().map_or(0, Cell::start), row.last().map_or(0, Cell::end));
        let (line, column) = counter.position(first);
        let written = body[first..last].split(char::from(syntax.line_end)).next().unwrap_or_default();
        let place = Place::at(&source.path, line, column, written.chars().count().max(1) as u64);
        let say = || ragged(row, header, body);
        reading.diagnostics.note(&codes::RAGGED_ROW, Subject::File, place, say);
        reading.lost_records = true;
    });
    if let Some(fault) = &cells.fault {
        reading.diagnostics.push(syntax_problem(fault, syntax, body, &source.path, first_line));
        reading.lost_records = true;
    }
    reading.chunks.extend(chunk(source, (table, header), (&cells, body), &whole));
    if cells.are_few() {
        CELLS.set(cells);
    }
    reading
}

/// The rows of a text by a delimiter, and what is wrong with those that follow.
pub(super) fn first_rows(
    text: &str,
    delimiter: u8,
    path: &Arc<str>,
) -> (Vec<OutlineRow>, Option<Diagnostic>) {
    let text = text.trim_start_matches('\u{feff}');
    let dialect = Dialect { delimiter: Some(char::from(delimiter)), ..Dialect::default() };
    let syntax = Syntax::recognise(&dialect, text.as_bytes(), false);
    let cells = scan::scan(&syntax, text, usize::MAX);
    let mut counter = Counter::new(&syntax, text, 1);
    let row = |number| {
        let row: &[Cell] = cells.row(number);
        let mut line = |at: Option<usize>| counter.position(at.unwrap_or(0)).0;
        let lines = (line(row.first().map(Cell::start)), line(row.last().map(Cell::end)));
        OutlineRow { lines, cells: row.iter().map(|cell| cell.text(&syntax, text).into_owned()).collect() }
    };
    let rows = (0..cells.rows()).map(row).collect();
    (rows, cells.fault.as_ref().map(|fault| syntax_problem(fault, &syntax, text, path, 1)))
}

/// What is said of a row that has more or fewer cells than the header.
fn ragged(row: &[Cell], header: &Header, text: &str) -> (String, Option<String>) {
    let Header { syntax, width: wanted, .. } = header;
    let written = &text[row.first().map_or(0, Cell::start)..row.last().map_or(0, Cell::end)];
    let cells = if row.len() == 1 { "1 cell".to_owned() } else { format!("{} cells", row.len()) };
    let is_lone = |(at, _)| !written[at + 1..].starts_with('\n');
    let delimiter = char::from(syntax.delimiter).escape_debug();
    let help = match row.len() > *wanted {
        true if syntax.line_end == b'\n' && written.match_indices('\r').any(is_lone) => {
            "it holds a carriage return (U+000D) alone, which joins what were two lines: write each line end as a line feed"
                .to_owned()
        }
        true if row.iter().any(|cell| cell.has_bare_quote(syntax, text)) => format!(
            "a quote is text where it does not begin its cell: put a cell that holds the delimiter `{delimiter}` in quotes as a whole"
        ),
        true => format!("put a cell that holds the delimiter `{delimiter}` in quotes"),
        false => "add the missing cells; an empty one means that there is no value".to_owned(),
    };
    (format!("the row has {cells}, the header {wanted}"), Some(help))
}

/// Numbers of the rows that have as many cells as the header; the others are handed to `ragged`.
fn whole_rows(cells: &Cells, header: &Header, mut ragged: impl FnMut(usize)) -> Vec<u32> {
    let mut whole = Vec::with_capacity(cells.rows());
    for row in 0..cells.rows() {
        if cells.row(row).len() == header.width {
            whole.push(split_position(row));
        } else {
            ragged(row);
        }
    }
    whole
}

fn syntax_problem(
    fault: &Fault,
    syntax: &Syntax,
    text: &str,
    path: &Arc<str>,
    first_line: u64,
) -> Diagnostic {
    let (line, column) = position(syntax, text, fault.at as usize);
    let place = Place::at(path, first_line + line, column, 1);
    let (message, help) = fault.told();
    Diagnostic::new(&codes::CSV_SYNTAX, place, message)
        .with_help(format!("{help}; the rest of the file was not read"))
}

/// Line (from 0) and column (from 1) of a byte.
fn position(syntax: &Syntax, text: &str, at: usize) -> (u64, u64) {
    let (line, column) = Counter::new(syntax, text, 0).position(at);
    (line, column)
}

/// Turns bytes of a text into lines and columns; asked in ascending order, it passes over the text once.
struct Counter<'a> {
    line_end: u8,
    text: &'a str,
    at: usize,
    line: u64,
    /// Characters of the line before `at`.
    before: u64,
}

impl<'a> Counter<'a> {
    fn new(syntax: &Syntax, text: &'a str, first_line: u64) -> Counter<'a> {
        Counter { line_end: syntax.line_end, text, at: 0, line: first_line, before: 0 }
    }

    /// Line, counted from that of the text's beginning, and column (from 1) of a byte not before the last.
    fn position(&mut self, at: usize) -> (u64, u64) {
        let passed = &self.text.as_bytes()[self.at..at];
        if let Some(end) = memchr::memrchr(self.line_end, passed) {
            self.line += memchr::memchr_iter(self.line_end, passed).count() as u64;
            self.at += end + 1;
            self.before = 0;
        }
        let passed = self.text.get(self.at..at).unwrap_or("");
        let passed = if self.before == 0 { passed.trim_start_matches('\u{feff}') } else { passed };
        self.before += passed.chars().count() as u64;
        self.at = at;
        (self.line, self.before + 1)
    }
}

fn chunk(
    source: &Source,
    (table, header): (&Table, &Header),
    (cells, text): (&Cells, &str),
    rows: &[u32],
) -> Option<Chunk> {
    if rows.is_empty() {
        return None;
    }
    let mut problems = Vec::new();
    let starts: Vec<u32> = rows.iter().map(|&row| cells.start(row as usize)).collect();
    let mut fields: Vec<ArrayRef> = Vec::with_capacity(table.fields.len());
    for (index, field) in table.fields.iter().enumerate() {
        let mut builder = ColumnBuilder::new(field, rows.len());
        match header.cell_of_field[index] {
            Some(cell) => {
                let column = cells.column(&starts, cell);
                let number = field_number(index);
                let failed = |row, kind| problems.push(Problem::of_cell(split_position(row), number, kind));
                fill(&mut builder, (table, field), (&header.syntax, text), column, failed);
            }
            None if field.origin == Origin::Index => {
                for number in 1..=rows.len() {
                    // Cannot fail for an integer field; for any other the schema's own check speaks.
                    let _ = builder.push(field, &number.to_string());
                }
            }
            None => {
                fields.push(source.named_column(table, index, rows.len(), &mut problems));
                continue;
            }
        }
        fields.push(builder.finish(field_number(index), &mut problems));
    }
    let columns = derive::columns(table, &fields, &mut problems);
    Some(Chunk { problems, ..Chunk::new(source.table, columns, rows.len()) })
}

/// Fills a column from its cells.
fn fill(
    builder: &mut ColumnBuilder,
    (table, field): (&Table, &Field),
    (syntax, text): (&Syntax, &str),
    column: Column<'_>,
    failed: impl FnMut(usize, ProblemKind),
) {
    let (unguarded, in_order) = match table.dialect.is_guarded && has_guards(field) {
        true => altered(column, |cell| cell.without_guard(text)),
        false => Default::default(),
    };
    let column = if unguarded.is_empty() { column } else { Column::new(&unguarded, &in_order) };
    if let Some(texts) = builder.as_texts(field) {
        fill_texts(texts, (table, field), (syntax, text), column);
        return;
    }
    // The dialect says so for the blanks before a value, and no value of these types has any behind it.
    let is_trimmed = syntax.skip_initial_space && !matches!(field.column_type(), ColumnType::Text);
    let (cells, starts) = match is_trimmed {
        true => altered(column, |cell| cell.without_blanks_behind(text)),
        false => Default::default(),
    };
    let column = if is_trimmed { Column::new(&cells, &starts) } else { column };
    let values = column.cells().map(|cell| {
        let value = cell.text(syntax, text);
        let is_missing = is_missing(table, field, &value) || is_absent(table, cell);
        (!is_missing).then_some(value)
    });
    builder.extend(field, values, failed);
}

/// Fills a column of texts from its cells.
fn fill_texts(
    texts: &mut StringBuilder,
    (table, field): (&Table, &Field),
    (syntax, text): (&Syntax, &str),
    column: Column<'_>,
) {
    let has_words = has_missing_words(table, field);
    texts.reserve(column.cells().map(Cell::length).sum());
    let cell = |row: usize| {
        let cell = column.cell(row);
        if is_absent(table, cell) {
            return Some(TextCell::Absent);
        }
        Some(match cell.bounds().filter(|_| !has_words) {
            Some(bounds) => TextCell::Plain(bounds.start, bounds.len()),
            None => TextCell::Written(cell.any_text(syntax, text)),
        })
    };
    texts::fill(texts, (table, field), text.as_bytes(), column.rows(), cell).expect("every cell is known");
}

/// Whether a cell has no value, in a release: it is empty, and not in quotes.
fn is_absent(table: &Table, cell: &Cell) -> bool {
    table.from_release.is_some() && !cell.is_quoted && cell.length() == 0
}

/// Whether the formula guard of a release stands before values of the field.
fn has_guards(field: &Field) -> bool {
    matches!(field.column_type(), ColumnType::Text | ColumnType::Json | ColumnType::List(_))
}

/// The cells of a column, each altered, and the number of each.
#[cold]
#[inline(never)]
fn altered(column: Column<'_>, alter: impl Fn(&Cell) -> Cell) -> (Vec<Cell>, Vec<u32>) {
    let cells: Vec<Cell> = column.cells().map(alter).collect();
    let starts = (0..cells.len()).map(split_position).collect();
    (cells, starts)
}

/// Finds cells and records of a split, in the order of `lookups`.
pub(super) fn locate(seeds: &Seeds<'_>, split: &Split, lookups: &[Lookup]) -> Vec<Found> {
    let source = &seeds.sources[split.id.source];
    let table = &seeds.project.tables[source.table];
    let nowhere = Found { place: Place::file(&source.path), text: String::new() };
    let Ok(text) = text(source, split) else { return vec![nowhere; lookups.len()] };
    let (header, body, start) = body(split, text);
    let cells = scan::scan(&header.syntax, body, usize::MAX);
    let whole = whole_rows(&cells, header, |_| {});
    let first_line = split.id.first_line + header.syntax.lines(&text.as_bytes()[..start]);
    let cell_of = |lookup: &Lookup| header.cell_of_field[lookup.field? as usize];
    let place_of = |lookup: &Lookup| {
        let row = cells.row(*whole.get(lookup.row as usize)? as usize);
        let cell = cell_of(lookup).unwrap_or(0);
        row.get(cell)
    };
    // Wants come in any order; lines are counted once from the top.
    let mut order: Vec<(usize, &Cell)> =
        lookups.iter().enumerate().filter_map(|(index, lookup)| Some((index, place_of(lookup)?))).collect();
    order.sort_by_key(|(_, cell)| cell.start());
    let mut located = vec![nowhere; lookups.len()];
    let mut counter = Counter::new(&header.syntax, body, first_line);
    for (index, cell) in order {
        let (line, column) = counter.position(cell.start());
        let value = cell.text(&header.syntax, body);
        let whole = || Place::at(&source.path, line, column, cell.shown_length(body));
        let (place, text) = match (lookups[index].field, lookups[index].item) {
            (None, _) => (whole(), String::new()),
            (Some(field), _) if cell_of(&lookups[index]).is_none() => {
                (whole(), source.named(&table.fields[field as usize]).unwrap_or_default().to_owned())
            }
            (Some(_), None) => (whole(), value.into_owned()),
            (Some(field), Some(item)) => {
                let (before, item) = list_item(&table.fields[field as usize], &value, item);
                let shown = item.lines().next().unwrap_or_default().chars().count() as u64;
                let as_written = cell.bounds().filter(|_| !before.contains(['\n', '\r']));
                let place = as_written.map(|bounds| {
                    let opening = (bounds.start - cell.start()) as u64;
                    Place::at(&source.path, line, column + opening + before.chars().count() as u64, shown)
                });
                (place.unwrap_or_else(whole), item.to_owned())
            }
        };
        located[index] = Found { place, text };
    }
    located
}

/// An item of a list that is written as delimited text, and what stands before it.
fn list_item<'a>(field: &Field, text: &'a str, item: u32) -> (&'a str, &'a str) {
    let delimiter = field.format.delimiter.as_str();
    let mut items = text.split(delimiter).scan(0, |start, item| {
        let begins = *start;
        *start += item.len() + delimiter.len();
        Some((begins, item))
    });
    let (start, written) = items.nth(item as usize).unwrap_or_default();
    let item = column::list_item(delimiter, written);
    (&text[..start + written.len() - written.trim_start_matches(' ').len().max(item.len())], item)
}
