//! Rows as CSV or NDJSON.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// How seeds are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Comma, quotes where needed, `\n` after each row, items of a list joined by `;`.
    Csv,
    /// One JSON object per line, without its absent members.
    Ndjson,
}

/// A value of a row.
pub(super) enum Cell {
    Absent,
    Text(String),
    Number(String),
    /// An empty list is absent.
    List(Vec<String>),
}

impl Cell {
    /// The cell, or none.
    pub(super) fn when(self, is_there: bool) -> Cell {
        if is_there { self } else { Cell::Absent }
    }

    fn is_absent(&self) -> bool {
        match self {
            Cell::Absent => true,
            Cell::List(items) => items.is_empty(),
            Cell::Text(_) | Cell::Number(_) => false,
        }
    }
}

/// A table being written.
pub(super) struct Writer {
    file: BufWriter<File>,
    format: Format,
    columns: &'static [&'static str],
    line: Vec<u8>,
}

impl Writer {
    /// Begins the file of a table.
    pub(super) fn create(
        folder: &Path,
        table: &str,
        format: Format,
        columns: &'static [&'static str],
    ) -> io::Result<Writer> {
        let ending = match format {
            Format::Csv => "csv",
            Format::Ndjson => "ndjson",
        };
        let file = File::create(folder.join(format!("{table}.{ending}")))?;
        let mut file = BufWriter::with_capacity(1 << 20, file);
        if format == Format::Csv {
            writeln!(file, "{}", columns.join(","))?;
        }
        Ok(Writer { file, format, columns, line: Vec::new() })
    }

    /// Adds a row.
    pub(super) fn write(&mut self, row: &[Cell]) -> io::Result<()> {
        self.line.clear();
        match self.format {
            Format::Csv => csv_line(row, &mut self.line),
            Format::Ndjson => json_line(self.columns, row, &mut self.line),
        }
        self.file.write_all(&self.line)
    }

    /// Ends the file.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn csv_line(row: &[Cell], line: &mut Vec<u8>) {
    for (index, cell) in row.iter().enumerate() {
        if index > 0 {
            line.push(b',');
        }
        match cell {
            Cell::Absent => {}
            Cell::Text(text) => csv_cell(text, line),
            Cell::Number(digits) => line.extend_from_slice(digits.as_bytes()),
            Cell::List(items) => csv_cell(&items.join(";"), line),
        }
    }
    line.push(b'\n');
}

fn csv_cell(text: &str, line: &mut Vec<u8>) {
    if !text.contains([',', '"', '\n', '\r']) {
        return line.extend_from_slice(text.as_bytes());
    }
    line.push(b'"');
    line.extend_from_slice(text.replace('"', "\"\"").as_bytes());
    line.push(b'"');
}

fn json_line(columns: &[&str], row: &[Cell], line: &mut Vec<u8>) {
    let mut separator = b'{';
    for (column, cell) in columns.iter().zip(row).filter(|(_, cell)| !cell.is_absent()) {
        line.push(separator);
        separator = b',';
        json_text(column, line);
        line.push(b':');
        match cell {
            Cell::Absent => {}
            Cell::Text(text) => json_text(text, line),
            Cell::Number(digits) => line.extend_from_slice(digits.as_bytes()),
            Cell::List(items) => json_list(items, line),
        }
    }
    line.extend_from_slice(b"}\n");
}

fn json_list(items: &[String], line: &mut Vec<u8>) {
    let mut separator = b'[';
    for item in items {
        line.push(separator);
        separator = b',';
        json_text(item, line);
    }
    line.push(b']');
}

fn json_text(text: &str, line: &mut Vec<u8>) {
    line.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => line.extend_from_slice(&[b'\\', byte]),
            b'\n' => line.extend_from_slice(b"\\n"),
            _ => line.push(byte),
        }
    }
    line.push(b'"');
}
