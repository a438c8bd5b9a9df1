//! CSV: the canonical text of a table, with the line ends and the byte order mark that the project asks for.
//!
//! RFC 4180 and, for the `text/csv` parameters, RFC 7111. Values are never altered.

use super::concatenation::{Concatenation, Joints};
use super::{Assembler, Block, Context, Encoder, Format, Piece};
use crate::diagnostic::Result;
use crate::schema::{LineEnd, Table};
use crate::staging::StagedFile;
use crate::tables;

/// The format `csv`.
pub(super) struct Csv;

/// Tells spreadsheets that the file is UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Pieces are whole lines: nothing stands between them.
const JOINTS: Joints = Joints { first: b"", between: b"", end: b"" };

impl Format for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn title(&self) -> &'static str {
        "CSV"
    }

    fn extension(&self) -> &'static str {
        "csv"
    }

    fn media_type(&self) -> &'static str {
        "text/csv"
    }

    fn open<'a>(
        &self,
        context: &'a Context<'a>,
        file: StagedFile,
    ) -> Result<(Box<dyn Encoder + 'a>, Box<dyn Assembler + 'a>)> {
        let options = context.project.dataset.options.csv;
        let mut head = Vec::new();
        if options.bom {
            head.extend_from_slice(BYTE_ORDER_MARK);
        }
        write_header(context.table, options.eol, &mut head);
        let encoder = CsvEncoder { table: context.table, line_end: options.eol };
        Ok((Box::new(encoder), Box::new(Concatenation::begin(file, &head, JOINTS)?)))
    }
}

struct CsvEncoder<'a> {
    table: &'a Table,
    line_end: LineEnd,
}

impl Encoder for CsvEncoder<'_> {
    fn encode(&self, block: &Block) -> Result<Piece> {
        Ok(Piece::Bytes(match self.line_end {
            LineEnd::CrLf => block.canonical.clone(),
            LineEnd::Lf => {
                let mut rows = Vec::with_capacity(block.canonical.len());
                tables::write_rows(self.table, &block.batch, b"\n", &mut rows);
                rows
            }
        }))
    }
}

/// Writes the line of column names: bare where every reader takes a bare name for text, else in quotes.
fn write_header(table: &Table, line_end: LineEnd, out: &mut Vec<u8>) {
    for (nth, column) in table.columns.iter().enumerate() {
        if nth > 0 {
            out.push(b',');
        }
        // Spreadsheets take a file that begins with the letters ID for one in the SYLK format.
        if is_plain(&column.name) && !(nth == 0 && column.name.starts_with("ID")) {
            out.extend_from_slice(column.name.as_bytes());
        } else {
            tables::write_quoted(column.name.as_bytes(), out);
        }
    }
    out.extend_from_slice(match line_end {
        LineEnd::CrLf => b"\r\n",
        LineEnd::Lf => b"\n",
    });
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
    use crate::tables::fixture;

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
