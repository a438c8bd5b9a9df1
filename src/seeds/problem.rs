//! What is wrong with a cell, before its place is known.

use crate::diagnostic::{Code, Place, codes};
use crate::schema::{Field, lexical};

/// Something wrong with one cell of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Row of the chunk, from 0.
    pub row: u32,
    /// Index of the field.
    pub field: u32,
    /// Number of the list item, from 0; `None` for the cell as a whole.
    pub item: Option<u32>,
    /// What is wrong.
    pub kind: ProblemKind,
}

impl Problem {
    /// Something wrong with a cell as a whole.
    pub fn of_cell(row: u32, field: u32, kind: ProblemKind) -> Problem {
        Problem { row, field, item: None, kind }
    }
}

/// What is wrong with a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// Already reported with its place; noted so that nothing follows from it.
    Reported,
    /// Not of the field's type.
    WrongType,
    /// A day or an instant outside the years 0001 to 9999.
    OutsideYears,
    /// JSON in which a mapping has the same key twice.
    RepeatedKey,
    /// A number that a double does not hold.
    InexactNumber,
    /// A number that was rounded (a warning, once a field).
    RoundedNumber,
    /// A time without an offset, taken as UTC (a warning, once a field).
    TimeWithoutZone,
    /// Not an EDTF date.
    InvalidEdtf,
    /// `~`, `Null` or `NULL` in a text field.
    AmbiguousNull,
    /// A list item that is empty or holds `;`.
    ListSeparator,
    /// A list item that has no value.
    NullItem,
    /// Bytes that are no UTF-8 text.
    NotUtf8,
    /// No value where one must be.
    Required,
    /// A row without any value; the field is its first.
    EmptyRow,
    /// Outside the `enum`.
    NotInEnum,
    /// A code its vocabulary lacks.
    UnknownCode,
    /// Not matching the pattern.
    PatternMismatch,
    /// Below the minimum.
    BelowMinimum,
    /// Above the maximum.
    AboveMaximum,
    /// Shorter than allowed.
    TooShort,
    /// Longer than allowed.
    TooLong,
    /// Not meeting the JSON Schema.
    JsonSchema,
    /// Taking more steps to look at than are taken.
    Undecided,
    /// Holding control or reordering characters.
    UnsafeText,
    /// Holding invisible characters (a warning).
    InvisibleText,
    /// Beginning like a formula (a warning).
    FormulaText,
}

/// Lookup of the place of a cell or record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lookup {
    /// Which part of the record mapping it belongs to ([`super::Chunk::instance`]).
    pub instance: usize,
    /// Row among the rows of that instance in the split, from 0.
    pub row: u32,
    /// The field; `None` for the record as a whole.
    pub field: Option<u32>,
    /// The item of the field's list, from 0; `None` for the value as a whole.
    pub item: Option<u32>,
}

/// A cell or record that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Where it stands: the value, or where the record begins when the cell is absent.
    pub place: Place,
    /// The text as written; empty for records, absent cells and whole lists.
    pub text: String,
}

/// The code for an item of a list that is not of the field's type, or cannot stand in a list.
pub(crate) fn code_of_item(kind: ProblemKind) -> &'static Code {
    match kind {
        ProblemKind::ListSeparator | ProblemKind::NullItem => &codes::LIST_SEPARATOR,
        ProblemKind::InexactNumber => &codes::INEXACT_NUMBER,
        _ => &codes::WRONG_TYPE,
    }
}

/// The message and next step for such an item.
pub(crate) fn describe_item(field: &Field, kind: ProblemKind, text: &str) -> (String, Option<String>) {
    let name = &field.name;
    if kind == ProblemKind::ListSeparator {
        let message = match text {
            "" => format!("an item of `{name}` is empty"),
            _ => format!("an item of `{name}` holds a semicolon: `{text}`"),
        };
        return (message, None);
    }
    if kind == ProblemKind::NullItem {
        return (format!("an item of `{name}` has no value"), None);
    }
    let item = field.of_items();
    let (fault, help) = lexical::fault(item.as_ref().unwrap_or(field), text);
    // An item cannot be an exact decimal.
    let of_items = "items of lists are 64-bit numbers; those with more digits are texts: `itemType: string`";
    let help = if kind == ProblemKind::InexactNumber { Some(of_items.to_owned()) } else { help };
    (format!("an item of `{name}` is `{text}`, {fault}"), help)
}
