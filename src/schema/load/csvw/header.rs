//! The names in a file's header, by which a column with several titles is found.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::schema::Dialect;

/// Bytes in which the header row is looked for.
const HEADER_BYTES: u64 = 64 << 10;

/// The cells of the header row; none when there is no header or the file cannot be read, which its readers report.
pub(super) fn read(path: &Path, dialect: &Dialect) -> Vec<String> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(HEADER_BYTES).read_to_end(&mut bytes));
    if read.is_err() || dialect.header == Some(false) {
        return Vec::new();
    }
    let (text, ..) = dialect.encoding.unwrap_or(encoding_rs::UTF_8).decode(&bytes);
    let above = dialect.header_rows.first().map_or(0, |row| row.saturating_sub(1));
    let text: String =
        text.split_inclusive('\n').skip(usize::try_from(above).unwrap_or(usize::MAX)).collect();
    let byte = |mark: Option<char>, default| mark.and_then(|c| u8::try_from(c).ok()).unwrap_or(default);
    let mut reader = csv::ReaderBuilder::new();
    reader.has_headers(false).delimiter(byte(dialect.delimiter, b',')).quote(byte(dialect.quote_char, b'"'));
    reader.quoting(!dialect.is_unquoted);
    reader.comment(dialect.comment_char.and_then(|c| u8::try_from(c).ok()));
    let mut reader = reader.from_reader(text.as_bytes());
    let first = reader.records().next().and_then(Result::ok);
    first.iter().flat_map(|record| record.iter().map(str::to_owned)).collect()
}
