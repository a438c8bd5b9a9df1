//! A `dialect` (Table Dialect 2.0, CSV Dialect 1.2): how delimited text is written.

use crate::diagnostic::codes;
use crate::schema::Dialect;
use crate::schema::tree::{Entries, File};

/// What a dialect says: how text is delimited, and what else a descriptor puts beside it.
#[derive(Default)]
pub(super) struct Read {
    pub(super) dialect: Dialect,
    /// A text that means "no value" (`nullSequence`).
    pub(super) null_sequence: Option<String>,
    /// Key under which a JSON file holds its records (`property`).
    pub(super) property: Option<String>,
}

/// Reads a dialect; everything wrong is reported.
pub(super) fn read(file: &mut File, mut keys: Entries) -> Read {
    keys.ignore(&["$schema", "name", "title", "description", "caseSensitiveHeader", "csvddfVersion"]);
    // Of JSON and workbooks: the rows' form is recognised, and workbooks are not read.
    keys.ignore(&["itemType", "itemKeys", "sheetNumber", "sheetName", "table"]);
    line_terminator(file, &mut keys);
    let is_unquoted = is_unquoted(&keys);
    let dialect = Dialect {
        is_unquoted,
        delimiter: character(file, &mut keys, "delimiter"),
        quote_char: character(file, &mut keys, "quoteChar"),
        double_quote: keys.take_boolean(file, "doubleQuote"),
        header: keys.take_boolean(file, "header"),
        skip_initial_space: keys.take_boolean(file, "skipInitialSpace"),
        comment_char: character(file, &mut keys, "commentChar"),
        header_rows: rows(file, &mut keys, "headerRows"),
        header_join: keys.take_text(file, "headerJoin"),
        comment_rows: rows(file, &mut keys, "commentRows"),
        escape_char: character(file, &mut keys, "escapeChar"),
        ..Dialect::default()
    };
    let read = Read {
        dialect,
        null_sequence: keys.take_text(file, "nullSequence"),
        property: keys.take_text(file, "property"),
    };
    file.finish("a dialect", keys);
    read
}

/// Whether cells have no quotes: the key is null, or an empty text.
pub(super) fn is_unquoted(keys: &Entries) -> bool {
    keys.is_null("quoteChar") || keys.peek_text("quoteChar") == Some("")
}

fn character(file: &mut File, keys: &mut Entries, key: &'static str) -> Option<char> {
    let node = keys.take(key)?;
    let text = file.text(key, &node)?;
    match text.as_bytes() {
        // No quotes and no escapes may be written so, but there is always a delimiter.
        [] if matches!(key, "escapeChar" | "quoteChar") => None,
        [byte] if byte.is_ascii() && !matches!(byte, b'\n' | b'\r') => Some(char::from(*byte)),
        _ => {
            file.report(&codes::INVALID_VALUE, node.span, format!("`{key}` is one ASCII character"));
            None
        }
    }
}

/// The line ends of text files are recognised; any other cannot be read.
fn line_terminator(file: &mut File, keys: &mut Entries) {
    let Some(node) = keys.take("lineTerminator") else { return };
    let Some(text) = file.text("lineTerminator", &node) else { return };
    if !matches!(text.as_str(), "\n" | "\r\n" | "\r") {
        let message = format!("`lineTerminator` cannot be `{text}`");
        let help = "lines end in a line feed, a carriage return or both, and which it is is recognised";
        file.report_with_help(&codes::INVALID_VALUE, node.span, message, help);
    }
}

/// Numbers of lines, ascending. A list of no lines is the same as none.
fn rows(file: &mut File, keys: &mut Entries, key: &'static str) -> Vec<u64> {
    let mut rows = Vec::new();
    for node in keys.take_list(file, key) {
        match file.count(key, &node) {
            Some(0) => file.report(&codes::INVALID_VALUE, node.span, format!("`{key}` counts lines from 1")),
            Some(row) => rows.push(row),
            None => {}
        }
    }
    rows.sort_unstable();
    rows.dedup();
    rows
}
