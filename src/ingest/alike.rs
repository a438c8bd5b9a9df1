//! Problems of rows that are alike: what they have in common, and what tells them apart.

use std::borrow::Cow;

use crate::diagnostic::{Code, Severity, Subject};
use crate::schema::Project;
use crate::seeds::ProblemKind;
use crate::sort::RowId;

/// What problems that are alike have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Alike {
    pub(crate) table: usize,
    /// `None`: the record as a whole.
    pub(crate) field: Option<usize>,
    pub(crate) code: Cow<'static, str>,
    pub(crate) severity: Severity,
    /// The seed file, by its number, and the part of the record plan that made the rows: among rows of the same two, the
    /// order of reading is that of places.
    pub(crate) origin: (usize, usize),
}

impl Alike {
    pub(crate) fn new(
        table: usize,
        field: Option<usize>,
        code: &'static Code,
        origin: (usize, usize),
    ) -> Alike {
        Alike { table, field, code: Cow::Borrowed(code.name), severity: code.severity, origin }
    }

    /// A field, or the record, as what a diagnostic is about.
    pub(super) fn subject(&self, project: &Project) -> Subject {
        let table = &project.tables[self.table];
        Subject::field(&table.name, self.field.map_or("", |field| &table.fields[field].name))
    }
}

/// A row, and the item of the field's list, if it is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct At {
    pub(crate) row: RowId,
    pub(crate) item: Option<u32>,
}

impl At {
    /// A row, or a whole cell of it.
    pub(crate) fn row(row: RowId) -> At {
        At { row, item: None }
    }
}

/// What is to be said once the place is known.
#[derive(Clone, Debug)]
pub(crate) enum Message {
    /// Something wrong with a cell, or with an item of its list.
    Problem(ProblemKind),
    /// The key of another row, whose place is part of the message.
    Same(RowId, String),
    /// Message and next step.
    Ready(String, Option<String>),
}
