//! CSV: the canonical text of a table, with the line ends and the byte order mark that the project asks for.
//!
//! RFC 4180 and, for the `text/csv` parameters, RFC 7111. Values are never altered, unless the data set asks for the
//! formula guard.

use std::ops::Range;
use std::sync::Arc;

use super::part_files::{PartFiles, PartFilesWriter};
use super::text_file::{self, Delimiters, TextEncoder};
use super::{Block, BufferPool, DatasetWriter, Facts, Format, Morsel, PooledBuffer, TableInfo};
use crate::canonical::{self, Cells, FieldWriter, RowTexts};
use crate::diagnostic::Result;
use crate::schema::{CsvOptions, LineEnd, Project, Quote, Table};
use crate::staging::Stage;

/// The format `csv`.
pub(super) struct Csv;

/// Tells spreadsheets that the file is UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

static FACTS: Facts =
    Facts { name: "csv", title: "CSV", extension: "csv", media_type: "text/csv", is_default: true };

impl Format for Csv {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn is_guarded(&self, project: &Project) -> bool {
        project.dataset.options.csv.formula_guard
    }

    fn open<'a>(&self, project: &'a Project, stage: &'a Stage) -> Result<Box<dyn DatasetWriter<'a> + 'a>> {
        let options = project.dataset.options.csv;
        let pipelines = move |info: &TableInfo<'a>, files: PartFiles<'a>| {
            text_file::pipeline(CsvEncoder { table: info.table, options }, info, files)
        };
        Ok(Box::new(PartFilesWriter::new(&FACTS, stage, pipelines)))
    }
}

struct CsvEncoder<'a> {
    table: &'a Table,
    options: CsvOptions,
}

impl TextEncoder for CsvEncoder<'_> {
    /// Pieces are whole lines: nothing stands between them.
    const DELIMITERS: Delimiters = Delimiters { before: b"", between: b"", after: b"" };

    fn head(&self) -> Vec<u8> {
        let mut head = Vec::new();
        if self.options.bom {
            head.extend_from_slice(BYTE_ORDER_MARK);
        }
        write_header(self.table, self.options.eol, &mut head);
        head
    }

    fn encode(&self, morsel: &Morsel<'_>, buffers: &BufferPool) -> Arc<PooledBuffer> {
        if self.is_canonical() {
            return Arc::clone(morsel.canonical());
        }
        let mut rows = buffers.take(morsel.rows.len());
        self.write_rows(morsel.block, morsel.rows.clone(), &mut rows);
        Arc::new(rows)
    }
}

impl CsvEncoder<'_> {
    /// Whether the rows are canonical text, which is made for the content digest anyhow.
    fn is_canonical(&self) -> bool {
        self.options == (CsvOptions { bom: self.options.bom, ..CsvOptions::default() })
    }

    fn write_rows(&self, block: &Block<'_>, range: Range<usize>, out: &mut Vec<u8>) {
        let mut writers = Vec::with_capacity(self.table.columns.len() + 1);
        for (nth, (column, array)) in self.table.columns.iter().zip(block.batch.columns()).enumerate() {
            let cells = Cells::new(column.kind, array);
            let is_text = matches!(cells, Cells::Text(_) | Cells::List(..));
            let comma: &[u8] = if nth > 0 { b"," } else { b"" };
            let mut text = Vec::new();
            let texts = RowTexts::written(&cells, range.clone(), |row, out| {
                text.clear();
                cells.write_text(row, &mut text);
                self.write_cell(is_text, &mut text, out);
            });
            writers.push(FieldWriter::bare(comma, comma.len(), texts));
        }
        writers.push(FieldWriter::constant(line_end(self.options.eol)));
        canonical::write_lines(&writers, range.len(), out);
    }

    fn write_cell(&self, is_text: bool, text: &mut Vec<u8>, out: &mut Vec<u8>) {
        // A leading apostrophe is guarded too, so that taking one away always gives the text back.
        if self.options.formula_guard && is_text && text.first().is_some_and(|b| b"=+-@\t\r'".contains(b)) {
            text.insert(0, b'\'');
        }
        let is_quoted = match self.options.quote {
            Quote::Texts => is_text,
            Quote::All => true,
            Quote::Necessary => text.is_empty() || text.iter().any(|b| b",\"\r\n".contains(b)),
        };
        if is_quoted {
            canonical::write_quoted(text, out);
        } else {
            out.extend_from_slice(text);
        }
    }
}

fn line_end(line_end: LineEnd) -> &'static [u8] {
    match line_end {
        LineEnd::CrLf => b"\r\n",
        LineEnd::Lf => b"\n",
    }
}

/// Writes the line of column names: bare where every reader takes a bare name for text, else in quotes.
fn write_header(table: &Table, eol: LineEnd, out: &mut Vec<u8>) {
    for (nth, column) in table.columns.iter().enumerate() {
        if nth > 0 {
            out.push(b',');
        }
        // Spreadsheets take a file that begins with the letters ID for one in the SYLK format.
        if is_plain(&column.name) && !(nth == 0 && column.name.starts_with("ID")) {
            out.extend_from_slice(column.name.as_bytes());
        } else {
            canonical::write_quoted(column.name.as_bytes(), out);
        }
    }
    out.extend_from_slice(line_end(eol));
}

/// A letter or `_`, then letters, digits, `_`, `.` and `-`, all ASCII.
fn is_plain(name: &str) -> bool {
    let bytes = name.as_bytes();
    bytes.first().is_some_and(|&first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.iter().all(|&byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::tests::published;
    use crate::schema::FieldType;
    use crate::schema::fixture;

    #[test]
    fn a_file_is_a_mark_a_header_and_the_canonical_text() {
        let project = fixture::project(None);
        let csv = published(&project, fixture::SOURCES, "csv");
        assert_eq!(
            String::from_utf8_lossy(&csv),
            "\u{feff}source_no,title\r\n-3,\"Minus\"\r\n12,\"Flood book\r\nvol. 1\"\r\n"
        );
    }

    #[test]
    fn line_feeds_end_lines_but_values_keep_their_own() {
        let mut project = fixture::project(None);
        project.dataset.options.csv.bom = false;
        project.dataset.options.csv.eol = LineEnd::Lf;
        let csv = published(&project, fixture::SOURCES, "csv");
        assert_eq!(
            String::from_utf8_lossy(&csv),
            "source_no,title\n-3,\"Minus\"\n12,\"Flood book\r\nvol. 1\"\n"
        );
    }

    #[test]
    fn quotes_and_guards_are_the_data_sets_choice() {
        let mut project = fixture::project(None);
        let options = &mut project.dataset.options.csv;
        (options.bom, options.quote, options.formula_guard) = (false, Quote::Necessary, true);
        let csv =
            |project: &_| String::from_utf8(published(project, fixture::SOURCES, "csv")).expect("UTF-8");
        assert_eq!(csv(&project), "source_no,title\r\n-3,Minus\r\n12,\"Flood book\r\nvol. 1\"\r\n");
        project.dataset.options.csv.quote = Quote::All;
        assert!(csv(&project).starts_with("source_no,title\r\n\"-3\",\"Minus\"\r\n"));
        let encoder = CsvEncoder { table: &project.tables[0], options: project.dataset.options.csv };
        for (text, cell) in [("=1+1", "\"'=1+1\""), ("'quoted'", "\"''quoted'\""), ("plain", "\"plain\"")] {
            let mut out = Vec::new();
            encoder.write_cell(true, &mut text.as_bytes().to_vec(), &mut out);
            assert_eq!(out, cell.as_bytes());
        }
    }

    #[test]
    fn a_table_without_rows_is_its_header() {
        let csv = published(&fixture::project(None), fixture::EMPTY, "csv");
        assert_eq!(csv, b"\xef\xbb\xbfempty_id,names\r\n");
    }

    #[test]
    fn names_that_readers_may_misread_are_quoted() {
        let names = ["ID", "ID2", "a b", "_x-1.y", "1st", ""];
        let table = fixture::table("t", &names.map(|name| (name, FieldType::String)), &[]);
        let mut header = Vec::new();
        write_header(&table, LineEnd::Lf, &mut header);
        assert_eq!(String::from_utf8_lossy(&header), "\"ID\",ID2,\"a b\",_x-1.y,\"1st\",\"\"\n");
    }
}
