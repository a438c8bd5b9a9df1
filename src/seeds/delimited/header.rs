//! The header row, and the marks that are recognised before it.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::cells::Cell;
use super::ends;
use super::scan;
use super::syntax::{DELIMITERS, Syntax};
use super::{Counter, syntax_problem};
use crate::diagnostic::{Diagnostic, Diagnostics, Keep, Place, Subject, codes, listed, nearest};
use crate::schema::{Field, Table};

/// Most comparisons spent on finding the field that an unknown column was meant for.
const MOST_COMPARISONS: usize = 10_000_000;

/// What the first bytes of a file say about the rest.
#[derive(Debug)]
pub(in crate::seeds) struct Header {
    pub(super) syntax: Syntax,
    /// Bytes of byte order mark, comments and header row.
    pub(super) length: usize,
    /// Whether it may go on behind the bytes that it was read from.
    pub(in crate::seeds) is_open: bool,
    /// Number of cells in every row.
    pub(super) width: usize,
    /// For each field of the table: the number of its cell.
    pub(super) cell_of_field: Vec<Option<usize>>,
    /// Problems of the header, reported with the file's first split.
    pub(super) problems: Diagnostics,
}

impl Header {
    /// Reads the header from the beginning of a file.
    pub(in crate::seeds) fn read(table: &Table, path: &Arc<str>, bytes: &[u8], keep: Keep) -> Header {
        let syntax = Syntax::recognise(&table.dialect, bytes, path.ends_with(".tsv"));
        let start = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let mut header = Header {
            syntax,
            length: start,
            is_open: false,
            width: 0,
            cell_of_field: vec![None; table.fields.len()],
            problems: Diagnostics::new(keep),
        };
        let has_header = table.dialect.header != Some(false);
        let Ok(text) = std::str::from_utf8(&bytes[start..valid_prefix(&bytes[start..]) + start]) else {
            return header;
        };
        let cells = scan::scan(&header.syntax, text, 1);
        if !has_header {
            let first = (cells.rows() > 0).then(|| cells.row(0));
            let places = first.map(|row| places(row, &syntax, text, path)).unwrap_or_default();
            header.number_columns(table, path, places);
            return header;
        }
        if let Some(fault) = &cells.fault {
            header.is_open = fault.is_open();
            header.problems.push(syntax_problem(fault, &syntax, text, path, 1));
            return header;
        }
        if cells.rows() == 0 {
            header.is_open = true;
            let message = "the file has no header row";
            header.problems.push(
                Diagnostic::new(&codes::MISSING_COLUMN, Place::at(path, 1, 1, 1), message)
                    .with_help(format!("the first row names the columns: {}", wanted_names(table))),
            );
            return header;
        }
        header.length = start + cells.end_of_row(0);
        header.is_open = header.length == bytes.len();
        header.width = cells.row(0).len();
        let places = places(cells.row(0), &syntax, text, path);
        let names = cells.row(0).iter().map(|cell| cell.text(&syntax, text));
        header.match_columns(table, path, names.zip(places));
        header
    }

    /// Gives the columns of a file without header to the fields, in their order where none says its place.
    fn number_columns(&mut self, table: &Table, path: &Arc<str>, places: Vec<Place>) {
        let is_read = |field: &&Field| column_name(field).is_some() || field.origin.column().is_some();
        let has_places = table.fields.iter().any(|field| field.origin.column().is_some());
        self.width = if has_places { places.len() } else { table.fields.iter().filter(is_read).count() };
        let mut next = 0;
        for (field, cell) in table.fields.iter().zip(&mut self.cell_of_field) {
            if is_read(&field) {
                *cell = Some(field.origin.column().unwrap_or(next)).filter(|index| *index < self.width);
                next += 1;
            }
        }
        if !has_places || places.is_empty() {
            return;
        }
        self.report_columns_beyond(table, path);
        for (index, place) in places.into_iter().enumerate() {
            let is_ignored = is_ignored_column(table, index) || is_ignored(table, "");
            if !self.cell_of_field.contains(&Some(index)) && !is_ignored {
                let number = index + 1;
                let message = format!("`{}` has no field for column {number}", table.name);
                let help = format!(
                    "give it one with `letterpress: {{from: \"@{number}\"}}`, or pass over it: `ignore: [\"@{number}\"]`"
                );
                self.problems.push(Diagnostic::new(&codes::UNKNOWN_KEY, place, message).with_help(help));
            }
        }
    }

    /// Tells of fields that are read from columns which no row has.
    fn report_columns_beyond(&mut self, table: &Table, path: &Arc<str>) {
        for field in &table.fields {
            if let Some(index) = field.origin.column().filter(|index| *index >= self.width) {
                let columns =
                    if self.width == 1 { "1 column".to_owned() } else { format!("{} columns", self.width) };
                let message = format!(
                    "field `{}` is read from column {}, but there are {columns}",
                    field.name,
                    index + 1
                );
                let help = "columns are counted from 1; is the delimiter the right one?";
                let place = Place::at(path, 1, 1, 1);
                self.problems.push(Diagnostic::new(&codes::MISSING_COLUMN, place, message).with_help(help));
            }
        }
    }

    fn match_columns<'a>(
        &mut self,
        table: &Table,
        path: &Arc<str>,
        columns: impl Iterator<Item = (Cow<'a, str>, Place)>,
    ) {
        let known: Vec<String> = table.fields.iter().filter_map(column_name).collect();
        let fields = fields_by_column(table);
        let (mut seen, mut misspelt) = (HashSet::new(), HashSet::new());
        let mut comparisons = MOST_COMPARISONS;
        self.report_columns_beyond(table, path);
        let by_place = self.assign_places(table);
        for (number, (name, place)) in columns.enumerate() {
            if by_place.contains(&number) || is_ignored_column(table, number) {
                continue;
            }
            if seen.contains(&name) {
                let say = || {
                    let number = number + 1;
                    let help =
                        format!("rename one of them, or read this one by its place: `from: \"@{number}\"`");
                    (format!("the column `{name}` comes twice"), Some(help))
                };
                self.problems.note(&codes::REPEATED_KEY, Subject::name(&name), place, say);
                continue;
            }
            let read = fields.get(&*name);
            for &field in read.into_iter().flatten() {
                self.cell_of_field[field] = Some(number);
            }
            if read.is_none() && !is_ignored(table, &name) && !table.dialect.fields_match.allows_further() {
                comparisons = comparisons.saturating_sub(known.len());
                let candidates = if comparisons > 0 { known.as_slice() } else { &[] };
                let near = nearest(&name, candidates.iter().map(String::as_str));
                let undivided = self.undivided(&name);
                let say = || {
                    let message = format!("`{}` has no field `{name}`", table.name);
                    let help = match near {
                        _ if undivided.is_some() => undivided.unwrap_or_default(),
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("the columns are {}", wanted_names(table)),
                    };
                    (message, Some(help))
                };
                self.problems.note(&codes::UNKNOWN_KEY, Subject::name(&name), place, say);
                misspelt.extend(near.map(str::to_owned));
            }
            seen.insert(name);
        }
        for (field, cell) in table.fields.iter().zip(&self.cell_of_field) {
            if let Some(name) = column_name(field)
                && cell.is_none()
                && !table.dialect.fields_match.allows_absent()
                && !misspelt.contains(&name)
            {
                let message = format!("there is no column `{name}`");
                let problem = Diagnostic::new(&codes::MISSING_COLUMN, Place::at(path, 1, 1, 1), message);
                let problem = problem.with_help("add it, with empty cells where no value is known");
                self.problems.push_about(Subject::name(&name), problem);
            }
        }
    }

    /// The next step where a header of one cell seems to be cells by another delimiter.
    fn undivided(&self, name: &str) -> Option<String> {
        let own = self.syntax.delimiter;
        let other = DELIMITERS
            .into_iter()
            .find(|mark| *mark != own && name.as_bytes().contains(mark) && self.width == 1)?;
        let [own, other] = [own, other].map(|mark| char::from(mark).escape_default());
        Some(format!(
            "with the delimiter `{own}` the header is one cell; if `{other}` stands between its cells, say `delimiter: \"{other}\"` in the `dialect`"
        ))
    }

    /// Gives columns to the fields that are read from their places, and returns these.
    fn assign_places(&mut self, table: &Table) -> HashSet<usize> {
        let mut places = HashSet::new();
        for (field, cell) in table.fields.iter().zip(&mut self.cell_of_field) {
            *cell = field.origin.column().filter(|index| *index < self.width);
            places.extend(*cell);
        }
        places
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
        ends::last_record_end(&self.syntax, bytes)
    }
}

/// Bytes of the longest valid UTF-8 prefix.
fn valid_prefix(bytes: &[u8]) -> usize {
    match std::str::from_utf8(bytes) {
        Ok(_) => bytes.len(),
        Err(error) => error.valid_up_to(),
    }
}

/// The header name of a field's column; `None` when the value is not in a column of a name.
fn column_name(field: &Field) -> Option<String> {
    field.origin.path().map(|path| path.join("."))
}

/// Whether the column is passed over by its place (`ignore: ["@3"]`).
fn is_ignored_column(table: &Table, index: usize) -> bool {
    table.ignore.0.contains(&format!("@{}", index + 1))
}

/// Where the cells of a row stand.
fn places(row: &[Cell], syntax: &Syntax, text: &str, path: &Arc<str>) -> Vec<Place> {
    let mut counter = Counter::new(syntax, text, 1);
    let place = |cell: &Cell| {
        let (line, column) = counter.position(cell.start());
        Place::at(path, line, column, cell.shown_length(text))
    };
    row.iter().map(place).collect()
}

/// The fields that are read from a column, by its name.
fn fields_by_column(table: &Table) -> HashMap<String, Vec<usize>> {
    let mut fields: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, field) in table.fields.iter().enumerate() {
        if let Some(name) = column_name(field) {
            fields.entry(name).or_default().push(index);
        }
    }
    fields
}

/// Whether a column is one of those that the table passes over.
pub(in crate::seeds) fn is_ignored(table: &Table, name: &str) -> bool {
    table.ignore.contains(&[name]) || table.ignore.contains(&name.split('.').collect::<Vec<_>>())
}

fn wanted_names(table: &Table) -> String {
    let names: Vec<String> = table.fields.iter().filter_map(column_name).collect();
    listed(names.iter().map(String::as_str))
}
