//! Entries of the mappings that CSVW is translated into.

use crate::schema::tree::{Node, Value};
use crate::tokens::Mark;

/// An entry of a mapping.
pub(super) type Entry = (String, Mark, Node);

/// An entry whose value stands at `mark`.
pub(super) fn entry(key: &str, mark: Mark, value: Value) -> Entry {
    (key.to_owned(), mark, Node { mark, value })
}

/// A text of the translation.
pub(super) fn text(text: impl Into<String>) -> Value {
    Value::Text { text: text.into(), quoted: true }
}
