//! One file, looked at from its first row to its last.

use std::fs;
use std::path::Path;

use encoding_rs::Encoding;

use super::column::Column;
use crate::diagnostic::{Error, Result};

/// A file and what its columns hold.
pub(super) struct Table {
    pub(super) name: String,
    /// Path from the project folder.
    pub(super) path: String,
    pub(super) delimiter: char,
    /// `None`: UTF-8.
    pub(super) encoding: Option<&'static Encoding>,
    pub(super) rows: u64,
    pub(super) columns: Vec<Column>,
}

/// Reads a file. Fails when it is not a table: no header, names that are empty or given twice, rows of another length.
pub(super) fn read(root: &Path, path: String, name: String) -> Result<Table> {
    let full = root.join(&path);
    let bytes = fs::read(&full).map_err(|e| Error::machine("read", &full, e))?;
    let encoding = encoding(&bytes);
    let (text, ..) = encoding.unwrap_or(encoding_rs::UTF_8).decode(&bytes);
    let delimiter = delimiter(&text, path.ends_with(".tsv"));
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.delimiter(delimiter).from_reader(text.as_bytes());
    let usage = |reason: String| Error::Usage(format!("`{path}` cannot be described: {reason}"));
    let header = reader.headers().map_err(|error| usage(error.to_string()))?.clone();
    let mut columns: Vec<Column> = Vec::new();
    for (index, written) in header.iter().enumerate() {
        if written.trim().is_empty() || columns.iter().any(|column| column.written == *written) {
            let reason =
                format!("the name of column {} is `{written}`, which is empty or given twice", index + 1);
            return Err(usage(reason));
        }
        columns.push(Column::new(written));
    }
    if columns.is_empty() {
        return Err(usage("it has no header row".to_owned()));
    }
    let mut rows = 0;
    for record in reader.records() {
        let record = record.map_err(|error| usage(error.to_string()))?;
        rows += 1;
        for (column, cell) in columns.iter_mut().zip(&record) {
            column.look_at(cell);
        }
    }
    Ok(Table { name, path, delimiter: char::from(delimiter), encoding, rows, columns })
}

/// UTF-8, UTF-16 by its mark, else the encoding that most files are in which are neither.
fn encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    match Encoding::for_bom(bytes) {
        Some((encoding, _)) => Some(encoding).filter(|encoding| *encoding != encoding_rs::UTF_8),
        None if std::str::from_utf8(bytes).is_ok() => None,
        None => Some(encoding_rs::WINDOWS_1252),
    }
}

/// The delimiter that the first row has most of, outside quotes: by the rule of the seeds' reader.
fn delimiter(text: &str, is_tsv: bool) -> u8 {
    const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
    if is_tsv {
        return b'\t';
    }
    let row = text.lines().next().unwrap_or_default();
    let count = |delimiter: u8| {
        let mut in_quotes = false;
        let is_outside = |&b: &u8| {
            in_quotes ^= b == b'"';
            b == delimiter && !in_quotes
        };
        row.as_bytes().iter().copied().filter(is_outside).count()
    };
    let counts = DELIMITERS.map(count);
    let most = counts.iter().copied().max().unwrap_or(0);
    DELIMITERS.into_iter().zip(counts).find(|(_, count)| most > 0 && *count == most).map_or(b',', |(d, _)| d)
}
