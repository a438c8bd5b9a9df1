//! A CSVW dialect description (metadata vocabulary, section 5.9).

use encoding_rs::Encoding;

use crate::diagnostic::{Result, codes};
use crate::schema::Dialect;
use crate::schema::load::dialect;
use crate::schema::load::package::ReferencedFiles;
use crate::schema::tree::{Entries, File, Node};

/// Reads a dialect, in place or in a file of its own; what cannot be done is reported.
///
/// Unlike the standard, lines that begin with `#` are records unless `commentPrefix` says otherwise: nothing is dropped
/// that nobody asked to be dropped.
pub(super) fn read(file: &mut File, referenced: &mut ReferencedFiles, node: Node) -> Result<Dialect> {
    let Some((mut there, node)) = referenced.description(file, "a dialect", node)? else {
        return Ok(Dialect::default());
    };
    let mut keys = there.entries("dialect", node);
    let skipped = count(&mut there, &mut keys, "skipRows").unwrap_or(0);
    let has_header = keys.take_boolean(&mut there, "header").unwrap_or(true);
    let header_rows = count(&mut there, &mut keys, "headerRowCount").unwrap_or(u64::from(has_header));
    if let Some(node) = keys.take("skipColumns")
        && there.count("skipColumns", &node) != Some(0)
    {
        there.report(&codes::INVALID_VALUE, node.span, "`skipColumns` is not read: describe every column");
    }
    let trims =
        keys.take("trim").and_then(|node| node.as_text().map(|text| matches!(text, "true" | "start")));
    let spaces = keys.take_boolean(&mut there, "skipInitialSpace");
    let dialect = Dialect {
        is_unquoted: dialect::is_unquoted(&keys),
        delimiter: character(&mut there, &mut keys, "delimiter"),
        quote_char: character(&mut there, &mut keys, "quoteChar"),
        comment_char: character(&mut there, &mut keys, "commentPrefix"),
        skip_initial_space: spaces.or(trims),
        // Of several header rows none alone names the columns: they are in the order of the document.
        header: Some(header_rows == 1),
        header_rows: if header_rows == 1 && skipped > 0 { vec![skipped + 1] } else { Vec::new() },
        comment_rows: if header_rows == 1 { Vec::new() } else { (1..=skipped + header_rows).collect() },
        // Without doubled quotes, a backslash escapes them.
        escape_char: (keys.take_boolean(&mut there, "doubleQuote") == Some(false)).then_some('\\'),
        encoding: encoding(&mut there, &mut keys),
        ..Dialect::default()
    };
    referenced.problems.append(&mut there.problems);
    Ok(dialect)
}

fn count(file: &mut File, keys: &mut Entries, key: &'static str) -> Option<u64> {
    const MOST: u64 = 10_000;
    let node = keys.take(key)?;
    let count = file.count(key, &node)?;
    if count > MOST {
        file.report(&codes::INVALID_VALUE, node.span, format!("`{key}` is at most {MOST}"));
    }
    Some(count.min(MOST))
}

fn character(file: &mut File, keys: &mut Entries, key: &'static str) -> Option<char> {
    let node = keys.take(key)?;
    let text = file.text(key, &node)?;
    match text.as_bytes() {
        [] => None,
        [byte] if byte.is_ascii() && !matches!(byte, b'\n' | b'\r') => Some(char::from(*byte)),
        _ => {
            file.report(&codes::INVALID_VALUE, node.span, format!("`{key}` is one ASCII character"));
            None
        }
    }
}

fn encoding(file: &mut File, keys: &mut Entries) -> Option<&'static Encoding> {
    let node = keys.take("encoding")?;
    let text = file.text("encoding", &node)?;
    crate::schema::load::encoding::find(file, &text, node.span)
}
