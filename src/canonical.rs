//! The canonical text of a table: what its content digest is computed from, and the default form of its CSV.
//!
//! `docs/content-digest.md` specifies it. It is frozen: a change would change the digest of every table ever published.

mod cells;
mod content_digest;
mod extent;
mod lines;
mod row_texts;
mod scalar;

use std::ops::Range;

use arrow::record_batch::RecordBatch;

pub use cells::Cells;
pub use content_digest::{BlockDigests, ContentHasher};
pub use extent::Extent;
pub use lines::{FieldWriter, write_lines};
pub use row_texts::{RowTexts, SharedTexts};

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

/// Adds one line to `out` for each of some rows: text and lists in quotes, everything else bare, nothing at all where there
/// is no value.
///
/// The columns of `batch` are those of `table`, and `shared` has texts of its values.
pub fn write_rows(
    table: &Table,
    (batch, shared): (&RecordBatch, &SharedTexts),
    rows: Range<usize>,
    line_end: &[u8],
    out: &mut Vec<u8>,
) {
    let mut writers = Vec::with_capacity(table.columns.len() + 1);
    for (nth, (column, array)) in table.columns.iter().zip(batch.columns()).enumerate() {
        let cells = Cells::new(column.kind, array);
        let comma: &[u8] = if nth > 0 { b"," } else { b"" };
        let has_quotes = |texts: &[u8]| memchr::memchr(b'"', texts).is_some();
        let texts = match cells.text_bytes(rows.clone()).is_some_and(has_quotes) {
            true => with_quotes_doubled(&cells, rows.clone()),
            false => shared.of(nth, &cells, rows.clone()),
        };
        writers.push(match cells {
            Cells::Text(_) | Cells::List(..) => FieldWriter::quoted(comma, comma.len(), texts),
            _ => FieldWriter::bare(comma, comma.len(), texts),
        });
    }
    writers.push(FieldWriter::constant(line_end));
    write_lines(&writers, rows.len(), out);
}

/// The texts of some rows, each quote in them doubled (RFC 4180, section 2, rule 7).
fn with_quotes_doubled<'a>(cells: &Cells<'a>, rows: Range<usize>) -> RowTexts<'a> {
    let has_none = |text: &[u8]| memchr::memchr(b'"', text).is_none();
    match cells {
        Cells::Text(values) => RowTexts::replaced(values, rows, has_none, |text, out| {
            write_doubled(text.as_bytes(), out);
        }),
        cells => {
            let mut text = Vec::new();
            RowTexts::written(cells, rows, |row, out| {
                text.clear();
                cells.write_text(row, &mut text);
                write_doubled(&text, out);
            })
        }
    }
}

/// Writes `text` between quotes, each quote inside it doubled (RFC 4180, section 2, rules 5 and 7).
pub fn write_quoted(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    write_doubled(text, out);
    out.push(b'"');
}

fn write_doubled(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(quote) = memchr::memchr(b'"', rest) {
        out.extend_from_slice(&rest[..=quote]);
        out.push(b'"');
        rest = &rest[quote + 1..];
    }
    out.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::FieldType;
    use crate::schema::fixture;

    fn rows(batch: &RecordBatch, line_end: &[u8]) -> String {
        let mut out = Vec::new();
        write_rows(
            &fixture::project(None).tables[fixture::FLOODS],
            (batch, &SharedTexts::new(batch.num_columns())),
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
