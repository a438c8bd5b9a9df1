//! The header row, and the marks that are recognised before it.

use std::borrow::Cow;
use std::sync::Arc;

use super::scan::{self, Syntax};
use super::{position, syntax_problem};
use crate::diagnostic::{Diagnostic, Place, codes, listed, nearest};
use crate::schema::{Field, Origin, Table};

/// What the first bytes of a file say about the rest.
#[derive(Debug)]
pub(in crate::seeds) struct Header {
    pub(super) syntax: Syntax,
    /// Bytes of byte order mark, comments and header row.
    pub(super) length: usize,
    /// Number of cells in every row.
    pub(super) width: usize,
    /// For each field of the table: the number of its cell.
    pub(super) cell_of_field: Vec<Option<usize>>,
    /// Problems of the header, reported with the file's first split.
    pub(super) problems: Vec<Diagnostic>,
}

impl Header {
    /// Reads the header from the beginning of a file.
    pub(in crate::seeds) fn read(table: &Table, path: &Arc<str>, bytes: &[u8]) -> Header {
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
            for (field, cell) in table.fields.iter().zip(&mut header.cell_of_field) {
                if column_name(field).is_some() {
                    *cell = Some(header.width);
                    header.width += 1;
                }
            }
            return header;
        }
        if let Some(fault) = &cells.fault {
            header.problems.push(syntax_problem(fault, &syntax, text, path, 1));
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
        let starts: Vec<usize> = cells.row(0).iter().map(scan::Cell::start).collect();
        let places: Vec<Place> = cells
            .row(0)
            .iter()
            .zip(&starts)
            .map(|(cell, &start)| {
                let (line, column) = position(&syntax, text, start);
                Place::at(path, line + 1, column, cell.shown_length(text))
            })
            .collect();
        header.match_columns(table, path, &names, places);
        header
    }

    fn match_columns(&mut self, table: &Table, path: &Arc<str>, names: &[Cow<'_, str>], places: Vec<Place>) {
        let mut misspelt: Vec<String> = Vec::new();
        for ((number, name), place) in names.iter().enumerate().zip(places) {
            if names[..number].contains(name) {
                self.problems.push(Diagnostic::new(
                    &codes::REPEATED_KEY,
                    place,
                    format!("the column `{name}` comes twice"),
                ));
                continue;
            }
            let is_ignored = is_ignored(table, name);
            if self.assign(table, name, number) || is_ignored || table.dialect.fields_match.allows_further() {
                continue;
            }
            let message = format!("`{}` has no field `{name}`", table.name);
            let fields: Vec<String> = table.fields.iter().filter_map(column_name).collect();
            let help = match nearest(name, fields.iter().map(String::as_str)) {
                Some(near) => {
                    misspelt.push(near.to_owned());
                    format!("did you mean `{near}`?")
                }
                None => format!("the columns are {}", wanted_names(table)),
            };
            self.problems.push(Diagnostic::new(&codes::UNKNOWN_KEY, place, message).with_help(help));
        }
        for (field, cell) in table.fields.iter().zip(&self.cell_of_field) {
            if let Some(name) = column_name(field)
                && cell.is_none()
                && !table.dialect.fields_match.allows_absent()
                && !misspelt.contains(&name)
            {
                let message = format!("there is no column `{name}`");
                let problem = Diagnostic::new(&codes::MISSING_COLUMN, Place::at(path, 1, 1, 1), message);
                self.problems.push(problem.with_help("add it, with empty cells where no value is known"));
            }
        }
    }

    /// Gives a column to every field that is read from it; false when there is none.
    fn assign(&mut self, table: &Table, name: &str, number: usize) -> bool {
        let mut is_read = false;
        for (field, cell) in table.fields.iter().zip(&mut self.cell_of_field) {
            if column_name(field).as_deref() == Some(name) {
                *cell = Some(number);
                is_read = true;
            }
        }
        is_read
    }

    /// The byte that ends a line.
    pub(in crate::seeds) fn line_end(&self) -> u8 {
        self.syntax.line_end
    }

    /// Whether there is something to say about the header.
    pub(in crate::seeds) fn has_problems(&self) -> bool {
        !self.problems.is_empty()
    }

    /// End of the last record that is whole, in bytes that begin with a record.
    pub(in crate::seeds) fn last_record_end(&self, bytes: &[u8]) -> Option<usize> {
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
        Origin::Itself | Origin::Index | Origin::Key | Origin::File | Origin::Folder | Origin::Parent => None,
    }
}

/// Whether a column is one of those that the table passes over.
pub(in crate::seeds) fn is_ignored(table: &Table, name: &str) -> bool {
    table.ignore.contains(&[name]) || table.ignore.contains(&name.split('.').collect::<Vec<_>>())
}

fn wanted_names(table: &Table) -> String {
    let names: Vec<String> = table.fields.iter().filter_map(column_name).collect();
    listed(names.iter().map(String::as_str))
}
