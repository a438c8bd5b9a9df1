//! The canonical text of a table: what its content digest is computed from, and the default form of its CSV.
//!
//! `docs/content-digest.md` specifies it. It is frozen: a change would change the digest of every table ever published.

use std::ops::Range;

use arrow::record_batch::RecordBatch;

use super::cells::Cells;
use crate::schema::Table;

/// Writes the line of column names, each in quotes.
pub fn write_header(table: &Table, line_end: &[u8], out: &mut Vec<u8>) {
    for (nth, column) in table.columns.iter().enumerate() {
        if nth > 0 {
            out.push(b',');
        }
        write_quoted(column.name.as_bytes(), out);
    }
    out.extend_from_slice(line_end);
}

/// Writes one line for each of some rows: text and lists in quotes, everything else bare, nothing at all where there is
/// no value.
///
/// The columns of `batch` are those of `table`.
pub fn write_rows(
    table: &Table,
    batch: &RecordBatch,
    rows: Range<usize>,
    line_end: &[u8],
    out: &mut Vec<u8>,
) {
    let each = table.columns.iter().zip(batch.columns());
    let columns: Vec<Column<'_>> =
        each.map(|(column, array)| Column::new(Cells::new(column.kind, array), rows.clone())).collect();
    for row in rows {
        for (nth, column) in columns.iter().enumerate() {
            if nth > 0 {
                out.push(b',');
            }
            if !(column.has_gaps && column.cells.is_null(row)) {
                column.write(row, out);
            }
        }
        out.extend_from_slice(line_end);
    }
}

/// Some rows of a column, and what is known of all of them.
struct Column<'a> {
    cells: Cells<'a>,
    has_gaps: bool,
    is_quoted: bool,
    /// Whether there is no quote in any text.
    has_no_quotes: bool,
}

impl<'a> Column<'a> {
    fn new(cells: Cells<'a>, rows: Range<usize>) -> Column<'a> {
        let texts = cells.text_bytes(rows);
        Column {
            has_gaps: cells.has_gaps(),
            is_quoted: matches!(cells, Cells::Text(_) | Cells::List(..)),
            has_no_quotes: texts.is_none_or(|texts| memchr::memchr(b'"', texts).is_none()),
            cells,
        }
    }

    #[inline]
    fn write(&self, row: usize, out: &mut Vec<u8>) {
        if !self.is_quoted {
            return self.cells.write_text(row, out);
        }
        match &self.cells {
            Cells::Text(values) if !self.has_no_quotes => write_quoted(values.value(row).as_bytes(), out),
            cells => {
                out.push(b'"');
                let start = out.len();
                cells.write_text(row, out);
                if !self.has_no_quotes {
                    double_quotes_after(start, out);
                }
                out.push(b'"');
            }
        }
    }
}

/// Writes `text` between quotes, each quote inside it doubled (RFC 4180, section 2, rules 5 and 7).
pub fn write_quoted(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text;
    while let Some(quote) = memchr::memchr(b'"', rest) {
        out.extend_from_slice(&rest[..=quote]);
        out.push(b'"');
        rest = &rest[quote + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// Doubles the quotes in what was written from `start` on.
fn double_quotes_after(start: usize, out: &mut Vec<u8>) {
    if memchr::memchr(b'"', &out[start..]).is_some() {
        let written = out.split_off(start);
        for byte in written {
            out.push(byte);
            if byte == b'"' {
                out.push(byte);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::FieldType;
    use crate::tables::fixture;

    fn rows(batch: &RecordBatch, line_end: &[u8]) -> String {
        let mut out = Vec::new();
        write_rows(
            &fixture::project(None).tables[fixture::FLOODS],
            batch,
            0..batch.num_rows(),
            line_end,
            &mut out,
        );
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn every_type_has_its_text() {
        let project = fixture::project(None);
        let text = rows(&fixture::rows(&project, fixture::FLOODS), b"\r\n");
        let expected = concat!(
            r#""fld-1","gau-1",12,"rain","rain; ice jam","1795-02-11/1795-02~",1795-02-11,1795-02-28,"interval","#,
            r#""approximate",7.0,1.50,9223372036854775807,true,2000-02-29T12:09:14.120000Z,"#,
            r#""Great ""Flood""; Überschwemmung, 洪水","1; -2","1.0; 2.5e-07","true; false","#,
            r#""1970-01-01; 1969-12-31","1970-01-01T00:00:00Z; 1970-01-01T00:00:00.000001Z","#,
            r#""{""a"":[1,""x\""y""],""b"":null}","#,
            "\"two\r\nlines, \"\"quoted\"\"\n\",\"own\",\"urn:x:y\"\r\n",
        );
        assert!(text.starts_with(expected), "{text}");
    }

    #[test]
    fn no_value_and_an_empty_value_differ() {
        let project = fixture::project(None);
        let batch = fixture::rows(&project, fixture::FLOODS);
        assert_eq!(
            rows(&batch.slice(2, 1), b"\n"),
            "\"fld-3\",,,,,,,,,,1e-05,-999999999999999999999999999999999999.99,,,0001-01-01T00:00:00Z,,,,,,,,,,\n"
        );
        assert!(rows(&batch.slice(1, 1), b"\n").contains(",\"\",\"\",\"\",\"\",\"\",\"\",\"[]\",\"\",,\n"));
    }

    #[test]
    fn a_slice_of_a_batch_has_the_text_of_its_own_rows() {
        let project = fixture::project(None);
        let batch = fixture::rows(&project, fixture::FLOODS);
        let slices: String = (0..batch.num_rows()).map(|row| rows(&batch.slice(row, 1), b"\n")).collect();
        assert_eq!(slices, rows(&batch, b"\n"));
    }

    #[test]
    fn names_in_the_header_are_quoted() {
        let mut out = Vec::new();
        let table = fixture::table("t", &[("id", FieldType::String), ("a \"b\"", FieldType::String)], &[0]);
        write_header(&table, b"\r\n", &mut out);
        assert_eq!(out, b"\"id\",\"a \"\"b\"\"\"\r\n");
    }
}
