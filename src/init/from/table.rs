//! One file and what is known of it.

use encoding_rs::Encoding;

use super::column::{Column, Proposal};
use super::layout::{Header, Layout};
use crate::controls;
use crate::diagnostic::Diagnostic;
use crate::schema::{Taken, field_name};
use crate::seeds::Outline;

/// A file that is a table, or that somebody has to look at.
pub(super) struct Table {
    pub(super) name: String,
    /// Path from the project folder.
    pub(super) path: String,
    pub(super) state: State,
    /// `None`: UTF-8.
    pub(super) encoding: Option<&'static Encoding>,
    pub(super) layout: Layout,
    /// Records.
    pub(super) rows: u64,
    /// The columns of the file.
    pub(super) columns: Vec<Column>,
    /// Names of their fields, none of which are alike.
    pub(super) fields: Vec<String>,
    /// What was seen of the file as a whole.
    pub(super) seen: Vec<String>,
}

/// How much of a table can be proposed.
#[derive(Debug, Clone)]
pub(super) enum State {
    /// Types, keys and references.
    Typed,
    /// Texts alone, because the check did not bear out what was seen.
    Plain,
    /// Nothing: this is wrong with the file.
    Undecided(Vec<Diagnostic>),
}

/// Where a field's values are, if not in the column of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    /// In the column of its name.
    Name,
    /// In the column that is written otherwise.
    Written,
    /// In the column of its place.
    Place,
}

impl Table {
    /// A file whose rows are still to be looked at.
    pub(super) fn new(name: String, path: String, outline: &Outline, layout: Layout) -> Table {
        let mut taken = Taken::default();
        let fields = (1..).zip(&layout.names).map(|(number, written)| match written.trim() {
            "" => field_name(&format!("column_{number}"), &mut taken),
            written => field_name(written, &mut taken),
        });
        let fields = fields.collect();
        let columns = vec![Column::default(); layout.names.len()];
        let (encoding, seen) = (outline.encoding, Vec::new());
        Table { name, path, state: State::Typed, encoding, layout, rows: 0, columns, fields, seen }
    }

    /// A file that cannot be described.
    pub(super) fn undecided(name: String, path: String, problems: Vec<Diagnostic>) -> Table {
        let layout = Layout {
            delimiter: ',',
            header: Header::First,
            comment_rows: Vec::new(),
            names: Vec::new(),
            doubts: Vec::new(),
        };
        let (columns, fields, seen) = (Vec::new(), Vec::new(), Vec::new());
        let state = State::Undecided(problems);
        Table { name, path, state, encoding: None, layout, rows: 0, columns, fields, seen }
    }

    /// Whether there is something to propose.
    pub(super) fn is_described(&self) -> bool {
        !matches!(self.state, State::Undecided(_))
    }

    /// Whether a column is none: it has neither a name nor a value.
    pub(super) fn is_left_out(&self, column: usize) -> bool {
        let is_unnamed = self.layout.names[column].trim().is_empty();
        is_unnamed && self.rows > 0 && self.columns[column].is_blank() && self.columns.len() > 1
    }

    /// Indices of the columns that are fields.
    pub(super) fn kept(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.columns.len()).filter(|&column| !self.is_left_out(column))
    }

    /// What is proposed for a column.
    pub(super) fn propose(&self, column: usize) -> Proposal {
        match self.state {
            State::Typed => self.columns[column].propose(&self.layout.names[column]),
            State::Plain | State::Undecided(_) => self.columns[column].propose_text(),
        }
    }

    /// Where a field's values are.
    pub(super) fn from(&self, column: usize) -> From {
        let written = &self.layout.names[column];
        let is_repeated = self.layout.names.iter().filter(|name| *name == written).count() > 1;
        let is_clear = !written.trim().is_empty()
            && controls::find(written).is_none()
            && !written.contains(['\n', '\t']);
        match () {
            () if self.layout.header == Header::None || is_repeated || !is_clear => From::Place,
            () if *written == self.fields[column] => From::Name,
            () => From::Written,
        }
    }
}
