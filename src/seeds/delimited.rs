//! Delimited text: RFC 4180, with the delimiter, byte order mark and line end recognised.
//!
//! A split is read in two passes: first the bounds of every cell, then each column as a whole, so that a column's type is
//! decided once and not once a cell.

mod scan;

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::ArrayRef;

use super::assemble::is_missing;
use super::document::text;
use super::{Chunk, ColumnBuilder, Located, Problem, Reading, Seeds, Split, Want, derive};
use crate::diagnostic::{Diagnostic, Place, codes, nearest, quoted};
use crate::schema::{Field, Origin, Table};
use scan::{Cells, Fault, Syntax};

/// What the first bytes of a file say about the rest.
#[derive(Debug)]
pub(super) struct Header {
    syntax: Syntax,
    /// Bytes of byte order mark, comments and header row.
    length: usize,
    /// Number of cells in every row.
    width: usize,
    /// For each field of the table: the number of its cell.
    cell_of_field: Vec<Option<usize>>,
    /// Problems of the header, reported with the file's first split.
    problems: Vec<Diagnostic>,
}

impl Header {
    /// Reads the header from the beginning of a file.
    pub(super) fn read(table: &Table, path: &Arc<str>, bytes: &[u8]) -> Header {
        let syntax = Syntax::recognise(&table.dialect, bytes, path.ends_with(".tsv"));
        let start = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let mut header = Header {
            syntax,
            length: start,
            width: 0,
            cell_of_field: vec![None; table.fields.len()],
            problems: vec![],
        };
        let has_header = table.dialect.header != Some(false);
        let Ok(text) = std::str::from_utf8(&bytes[start..valid_prefix(&bytes[start..]) + start]) else {
            return header;
        };
        let cells = scan::scan(&header.syntax, text, 1);
        if !has_header {
            header.cell_of_field = (0..table.fields.len()).map(Some).collect();
            header.width = table.fields.len();
            return header;
        }
        if cells.rows() == 0 {
            let message = "the file has no header row";
            header.problems.push(
                Diagnostic::new(&codes::MISSING_COLUMN, Place::at(path, 1, 1, 1), message)
                    .with_help(format!("the first row names the columns: {}", wanted_names(table))),
            );
            return header;
        }
        header.length = start + cells.end_of_row(0);
        header.width = cells.row(0).len();
        let names: Vec<Cow<'_, str>> =
            cells.row(0).iter().map(|cell| cell.text(&header.syntax, text)).collect();
        header.match_columns(table, path, &names);
        header
    }

    fn match_columns(&mut self, table: &Table, path: &Arc<str>, names: &[Cow<'_, str>]) {
        let mut column = 1;
        for (number, name) in names.iter().enumerate() {
            let length = name.chars().count() as u64;
            let place = Place::at(path, 1, column, length);
            column += length + 1;
            if names[..number].contains(name) {
                self.problems.push(Diagnostic::new(
                    &codes::REPEATED_KEY,
                    place,
                    format!("the column `{name}` comes twice"),
                ));
                continue;
            }
            match table.fields.iter().position(|f| column_name(f).as_deref() == Some(name)) {
                Some(field) => self.cell_of_field[field] = Some(number),
                None if table.ignore.iter().any(|ignored| *ignored == **name) => {}
                None => {
                    let message = format!("`{}` has no field `{name}`", table.name);
                    let fields: Vec<String> = table.fields.iter().filter_map(column_name).collect();
                    let help = match nearest(name, fields.iter().map(String::as_str)) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("the columns are {}", wanted_names(table)),
                    };
                    self.problems.push(Diagnostic::new(&codes::UNKNOWN_KEY, place, message).with_help(help));
                }
            }
        }
        for (field, cell) in table.fields.iter().zip(&self.cell_of_field) {
            if let Some(name) = column_name(field)
                && cell.is_none()
            {
                let message = format!("there is no column `{name}`");
                self.problems.push(Diagnostic::new(
                    &codes::MISSING_COLUMN,
                    Place::at(path, 1, 1, 1),
                    message,
                ));
            }
        }
    }

    /// End of the last record that is whole, in bytes that begin with a record.
    pub(super) fn last_record_end(&self, bytes: &[u8]) -> Option<usize> {
        self.syntax.last_record_end(bytes)
    }
}

/// Bytes of the longest valid UTF-8 prefix.
fn valid_prefix(bytes: &[u8]) -> usize {
    match std::str::from_utf8(bytes) {
        Ok(_) => bytes.len(),
        Err(error) => error.valid_up_to(),
    }
}

/// The header name of a field's column; `None` when the value is not in a column.
fn column_name(field: &Field) -> Option<String> {
    match &field.origin {
        Origin::Path(path) => Some(path.join(".")),
        Origin::Itself | Origin::Index | Origin::Key | Origin::Parent => None,
    }
}

fn wanted_names(table: &Table) -> String {
    let names: Vec<String> = table.fields.iter().filter_map(column_name).collect();
    quoted(names.iter().map(String::as_str))
}

/// The text of a split without header, where it begins in the split, and the header.
fn body<'a>(split: &'a Split, text: &'a str) -> (&'a Header, &'a str, usize) {
    let header = split.header.as_deref().expect("every split of delimited text carries its header");
    let start = if split.id.offset == 0 { header.length.min(text.len()) } else { 0 };
    (header, &text[start..], start)
}

/// Reads a split.
pub(super) fn read(seeds: &Seeds<'_>, split: &Split) -> Reading {
    let source = &seeds.sources[split.id.source];
    let table = &seeds.project.tables[source.table];
    let mut reading = Reading::default();
    let text = match text(source, split) {
        Ok(text) => text,
        Err(problem) => {
            reading.diagnostics.push(*problem);
            reading.lost_records = true;
            return reading;
        }
    };
    let (header, body, start) = body(split, text);
    if split.id.offset == 0 && !header.problems.is_empty() {
        reading.diagnostics.extend(header.problems.iter().cloned());
    }
    if header.width == 0 {
        return reading;
    }
    let cells = scan::scan(&header.syntax, body, usize::MAX);
    let first_line =
        split.id.first_line + memchr::memchr_iter(b'\n', &text.as_bytes()[..start]).count() as u64;
    let whole = whole_rows(&cells, header, |row, found| {
        let line = first_line + cells.line_of_row(body, row);
        let message = format!("the row has {found} cells, the header {}", header.width);
        reading.diagnostics.push(Diagnostic::new(
            &codes::RAGGED_ROW,
            Place::at(&source.path, line, 1, 1),
            message,
        ));
        reading.lost_records = true;
    });
    if let Some(fault) = &cells.fault {
        reading.diagnostics.push(syntax_problem(fault, body, &source.path, first_line));
        reading.lost_records = true;
    }
    reading.chunks.extend(chunk(table, source.table, split, header, &cells, body, &whole));
    reading
}

/// Numbers of the rows that have as many cells as the header; the others are handed to `ragged`.
fn whole_rows(cells: &Cells, header: &Header, mut ragged: impl FnMut(usize, usize)) -> Vec<u32> {
    let mut whole = Vec::with_capacity(cells.rows());
    for row in 0..cells.rows() {
        let found = cells.row(row).len();
        if found == header.width {
            whole.push(row as u32);
        } else {
            ragged(row, found);
        }
    }
    whole
}

fn syntax_problem(fault: &Fault, text: &str, path: &Arc<str>, first_line: u64) -> Diagnostic {
    let (line, column) = position(text, fault.at);
    let place = Place::at(path, first_line + line, column, 1);
    let help =
        "enclose the cell in quotes and double the quotes inside it; the rest of the file was not read";
    Diagnostic::new(&codes::CSV_SYNTAX, place, fault.message).with_help(help)
}

/// Line (from 0) and column (from 1) of a byte.
fn position(text: &str, at: usize) -> (u64, u64) {
    let before = &text.as_bytes()[..at];
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |i| i + 1);
    let column = text.get(line_start..at).map_or(0, |t| t.trim_start_matches('\u{feff}').chars().count());
    (memchr::memchr_iter(b'\n', before).count() as u64, column as u64 + 1)
}

fn chunk(
    table: &Table,
    table_index: usize,
    split: &Split,
    header: &Header,
    cells: &Cells,
    text: &str,
    rows: &[u32],
) -> Option<Chunk> {
    if rows.is_empty() {
        return None;
    }
    let mut problems = Vec::new();
    let mut fields: Vec<ArrayRef> = Vec::with_capacity(table.fields.len());
    for (index, field) in table.fields.iter().enumerate() {
        let mut builder = ColumnBuilder::new(field, rows.len());
        match header.cell_of_field[index] {
            Some(cell) => {
                for (number, &row) in rows.iter().enumerate() {
                    let value = cells.row(row as usize)[cell].text(&header.syntax, text);
                    if is_missing(table, field, &value) {
                        builder.null();
                    } else if let Err(kind) = builder.push(field, &value) {
                        problems.push(Problem { row: number as u32, field: index as u32, kind });
                    }
                }
            }
            None if field.origin == Origin::Index => {
                for number in 1..=rows.len() {
                    // Cannot fail for an integer field; for any other the schema's own check speaks.
                    let _ = builder.push(field, &number.to_string());
                }
            }
            None => rows.iter().for_each(|_| builder.null()),
        }
        fields.push(builder.finish());
    }
    let columns = derive::columns(table, &fields, &mut problems);
    Some(Chunk {
        table: table_index,
        columns,
        rows: rows.len(),
        split: split.id,
        instance: 0,
        problems,
        broken: Vec::new(),
    })
}

/// Finds cells and records of a split, in the order of `wants`.
pub(super) fn locate(seeds: &Seeds<'_>, split: &Split, wants: &[Want]) -> Vec<Located> {
    let source = &seeds.sources[split.id.source];
    let nowhere = Located { place: Place::file(&source.path), text: String::new() };
    let Ok(text) = text(source, split) else { return vec![nowhere; wants.len()] };
    let (header, body, start) = body(split, text);
    let cells = scan::scan(&header.syntax, body, usize::MAX);
    let whole = whole_rows(&cells, header, |_, _| {});
    let lines_above = memchr::memchr_iter(b'\n', &text.as_bytes()[..start]).count() as u64;
    // Wants come in any order, lines are counted once from the top.
    let mut order: Vec<usize> = (0..wants.len()).collect();
    order.sort_by_key(|&i| wants[i].row);
    let mut located = vec![nowhere; wants.len()];
    let (mut line, mut counted) = (split.id.first_line + lines_above, 0);
    for index in order {
        let want = wants[index];
        let Some(&row) = whole.get(want.row as usize) else { continue };
        let row_cells = cells.row(row as usize);
        let cell = want.field.and_then(|field| header.cell_of_field[field as usize]).unwrap_or(0);
        let row_start = row_cells.first().map_or(0, |cell| cell.start());
        line += memchr::memchr_iter(b'\n', &body.as_bytes()[counted..row_start]).count() as u64;
        counted = row_start;
        let at = row_cells[cell].start();
        let (lines_within, column) = position(&body[row_start..], at - row_start);
        let column = if lines_within == 0 { column + position(body, row_start).1 - 1 } else { column };
        let value = row_cells[cell].text(&header.syntax, body);
        let length = row_cells[cell].shown_length(body);
        located[index] = Located {
            place: Place::at(&source.path, line + lines_within, column, length),
            text: if want.field.is_some() { value.into_owned() } else { String::new() },
        };
    }
    located
}
