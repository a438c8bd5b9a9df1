//! Entries of the mappings that CSVW is translated into.

use crate::schema::tree::{Node, Value};
use crate::tokens::Span;

/// An entry of a mapping.
pub(super) type Entry = (String, Span, Node);

/// An entry whose value stands at `span`.
pub(super) fn entry(key: &str, span: Span, value: Value) -> Entry {
    (key.to_owned(), span, Node { span, value })
}

/// A text of the translation.
pub(super) fn text(text: impl Into<String>) -> Value {
    Value::Text { text: text.into(), quoted: true }
}
