//! The bounds of every cell of delimited text.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memchr_iter, memrchr, memrchr_iter};

use crate::offsets::split_position;
use crate::schema::Dialect;
use crate::seeds::marks::Marks;

/// The marks that delimit cells and rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Syntax {
    pub(super) delimiter: u8,
    quote: u8,
    /// Last byte of a line end: `\n`, or `\r` in files that have no `\n`.
    pub(super) line_end: u8,
    skip_initial_space: bool,
    comment: Option<u8>,
    double_quote: bool,
}

/// Delimiters that are recognised, in order of preference.
pub(in crate::seeds) const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

impl Syntax {
    /// The dialect's marks; what it leaves open is recognised from the first row.
    pub(super) fn recognise(dialect: &Dialect, bytes: &[u8], is_tsv: bool) -> Syntax {
        let byte = |mark: Option<char>| mark.and_then(|c| u8::try_from(c).ok());
        let quote = byte(dialect.quote_char).unwrap_or(b'"');
        let line_end =
            if memchr(b'\n', bytes).is_none() && memchr(b'\r', bytes).is_some() { b'\r' } else { b'\n' };
        let first_row = &bytes[..memchr(line_end, bytes).unwrap_or(bytes.len())];
        let unquoted = |delimiter: u8| {
            let mut in_quotes = false;
            first_row
                .iter()
                .filter(|&&b| {
                    in_quotes ^= b == quote;
                    b == delimiter && !in_quotes
                })
                .count()
        };
        let delimiter = byte(dialect.delimiter).unwrap_or_else(|| {
            if is_tsv {
                return b'\t';
            }
            let best = DELIMITERS.iter().map(|&d| unquoted(d)).max().unwrap_or(0);
            DELIMITERS.into_iter().find(|&d| best > 0 && unquoted(d) == best).unwrap_or(b',')
        });
        Syntax {
            delimiter,
            quote,
            line_end,
            skip_initial_space: dialect.skip_initial_space == Some(true),
            comment: byte(dialect.comment_char),
            double_quote: dialect.double_quote != Some(false),
        }
    }

    /// Number of line ends.
    pub(super) fn lines(&self, bytes: &[u8]) -> u64 {
        memchr_iter(self.line_end, bytes).count() as u64
    }

    /// End of the last whole record in bytes that begin with a record: the last line end outside quotes.
    pub(super) fn last_record_end(&self, bytes: &[u8]) -> Option<usize> {
        let mut in_quotes = memchr_iter(self.quote, bytes).count() % 2 == 1;
        let mut end = bytes.len();
        for quote in memrchr_iter(self.quote, bytes) {
            if !in_quotes && let Some(at) = memrchr(self.line_end, &bytes[quote + 1..end]) {
                return Some(quote + 1 + at + 1);
            }
            in_quotes = !in_quotes;
            end = quote;
        }
        memrchr(self.line_end, &bytes[..end]).map(|at| at + 1)
    }
}

/// One cell: where its text lies, without quotes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    start: u32,
    end: u32,
    /// Whether the cell is in quotes, and whether quotes are doubled within.
    is_quoted: bool,
    has_doubled: bool,
}

impl Cell {
    /// Where the cell's value stands in the text, if it stands there as it is.
    #[inline]
    pub(super) fn bounds(&self) -> Option<Range<usize>> {
        (!self.has_doubled).then_some(self.start as usize..self.end as usize)
    }

    /// Bytes between its quotes, if it has any.
    #[inline]
    pub(super) fn length(&self) -> usize {
        (self.end - self.start) as usize
    }

    /// The cell's value.
    #[inline]
    pub(super) fn text<'a>(&self, syntax: &Syntax, text: &'a str) -> Cow<'a, str> {
        let raw = &text[self.start as usize..self.end as usize];
        if self.has_doubled { Cow::Owned(undoubled(raw, syntax.quote)) } else { Cow::Borrowed(raw) }
    }

    /// First byte of the cell, its quote included.
    pub(super) fn start(&self) -> usize {
        self.start as usize - usize::from(self.is_quoted)
    }

    /// The byte after the cell, its quote included.
    pub(super) fn end(&self) -> usize {
        self.end as usize + usize::from(self.is_quoted)
    }

    /// Characters of the cell's first line, quotes included.
    pub(super) fn shown_length(&self, text: &str) -> u64 {
        let raw = &text[self.start as usize..self.end as usize];
        let first = raw.split('\n').next().unwrap_or("");
        first.chars().count() as u64 + 2 * u64::from(self.is_quoted)
    }
}

/// The text with one quote where there are two.
fn undoubled(text: &str, quote: u8) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr(quote, rest.as_bytes()) {
        out.push_str(&rest[..=at]);
        rest = &rest[(at + 2).min(rest.len())..];
    }
    out.push_str(rest);
    out
}

/// Where the quoting rules are broken.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) message: &'static str,
}

/// The cells of some rows. After a fault there are no further rows.
#[derive(Default)]
pub(super) struct Cells {
    cells: Vec<Cell>,
    /// For each row: the number of cells up to its end, and its last byte's end.
    ends: Vec<(u32, u32)>,
    pub(super) fault: Option<Fault>,
}

impl Cells {
    /// Whether so much memory is worth keeping for the next split.
    pub(super) fn are_few(&self) -> bool {
        self.cells.capacity() * size_of::<Cell>() <= 16 << 20
    }

    /// Number of rows.
    pub(super) fn rows(&self) -> usize {
        self.ends.len()
    }

    /// The number of a row's first cell.
    pub(super) fn start(&self, row: usize) -> u32 {
        if row == 0 { 0 } else { self.ends[row - 1].0 }
    }

    /// The cells of a row.
    pub(super) fn row(&self, row: usize) -> &[Cell] {
        &self.cells[self.start(row) as usize..self.ends[row].0 as usize]
    }

    /// The cells that stand at one place in some rows, which begin with the cells of these numbers.
    pub(super) fn column<'a>(&'a self, starts: &'a [u32], place: usize) -> Column<'a> {
        Column { cells: &self.cells, starts, place }
    }

    /// End of a row in bytes, its line end included.
    pub(super) fn end_of_row(&self, row: usize) -> usize {
        self.ends[row].1 as usize
    }
}

/// The cells of a column.
#[derive(Clone, Copy)]
pub(super) struct Column<'a> {
    cells: &'a [Cell],
    starts: &'a [u32],
    place: usize,
}

impl<'a> Column<'a> {
    /// Number of rows.
    pub(super) fn rows(&self) -> usize {
        self.starts.len()
    }

    /// The cell of a row.
    #[inline]
    pub(super) fn cell(&self, row: usize) -> &'a Cell {
        &self.cells[self.starts[row] as usize + self.place]
    }

    /// The cells of all rows.
    pub(super) fn cells(&self) -> impl Iterator<Item = &'a Cell> + use<'a> {
        let Column { cells, starts, place } = *self;
        starts.iter().map(move |&start| &cells[start as usize + place])
    }
}

/// Finds the cells of at most `max_rows` rows. Blank lines and comments are no rows.
pub(super) fn scan(syntax: &Syntax, text: &str, max_rows: usize) -> Cells {
    scan_into(syntax, text, max_rows, Cells::default())
}

/// The same, where other cells were.
pub(super) fn scan_into(syntax: &Syntax, text: &str, max_rows: usize, cells: Cells) -> Cells {
    let bytes = text.as_bytes();
    let mut found = Cells { fault: None, ..cells };
    found.cells.clear();
    found.ends.clear();
    let mut marks = Marks::new(bytes, [syntax.delimiter, syntax.line_end, syntax.quote]);
    let mut at = 0;
    while at < bytes.len() && found.ends.len() < max_rows {
        if let Some(next) = not_a_row(syntax, bytes, at) {
            at = next;
            continue;
        }
        match row(syntax, bytes, at, &mut marks, &mut found.cells) {
            Ok(end) => {
                at = end;
                found.ends.push((split_position(found.cells.len()), split_position(end)));
            }
            Err(fault) => {
                found.cells.truncate(found.ends.last().map_or(0, |(cells, _)| *cells as usize));
                found.fault = Some(fault);
                return found;
            }
        }
    }
    found
}

/// The beginning of the next line when this one is blank or a comment.
fn not_a_row(syntax: &Syntax, bytes: &[u8], at: usize) -> Option<usize> {
    let rest = &bytes[at..];
    if rest[0] == b'\n' || rest[0] == syntax.line_end {
        return Some(at + 1);
    }
    if rest.starts_with(b"\r\n") {
        return Some(at + 2);
    }
    if syntax.comment == Some(rest[0]) {
        return Some(memchr(syntax.line_end, rest).map_or(bytes.len(), |i| at + i + 1));
    }
    None
}

/// Adds the cells of one row and returns its end.
fn row(
    syntax: &Syntax,
    bytes: &[u8],
    start: usize,
    marks: &mut Marks<'_>,
    cells: &mut Vec<Cell>,
) -> Result<usize, Fault> {
    let mut at = start;
    loop {
        if syntax.skip_initial_space {
            while bytes.get(at) == Some(&b' ') {
                at += 1;
            }
        }
        let (cell, end) = if bytes.get(at) == Some(&syntax.quote) {
            quoted_cell(syntax, bytes, at, marks)?
        } else {
            bare_cell(syntax, bytes, at, marks)?
        };
        cells.push(cell);
        match bytes.get(end) {
            None => return Ok(end),
            Some(&b) if b == syntax.delimiter => at = end + 1,
            Some(b'\r') if bytes.get(end + 1) == Some(&b'\n') => return Ok(end + 2),
            Some(_) => return Ok(end + 1),
        }
    }
}

fn bare_cell(
    syntax: &Syntax,
    bytes: &[u8],
    start: usize,
    marks: &mut Marks<'_>,
) -> Result<(Cell, usize), Fault> {
    let mut end = match marks.next(start) {
        None => bytes.len(),
        Some(at) if bytes[at] == syntax.quote => {
            return Err(Fault { at, message: "a quote inside a cell that is not in quotes" });
        }
        Some(at) => at,
    };
    let stop = end;
    // The carriage return of `\r\n` belongs to the line end, which begins one byte earlier.
    if bytes.get(stop) == Some(&b'\n') && end > start && bytes[end - 1] == b'\r' {
        end -= 1;
    }
    let (start, cell_end) = (split_position(start), split_position(end));
    let cell = Cell { start, end: cell_end, is_quoted: false, has_doubled: false };
    Ok((cell, end))
}

fn quoted_cell(
    syntax: &Syntax,
    bytes: &[u8],
    start: usize,
    marks: &mut Marks<'_>,
) -> Result<(Cell, usize), Fault> {
    let mut at = start + 1;
    let mut has_doubled = false;
    loop {
        let Some(close) = marks.next(at) else {
            return Err(Fault { at: start, message: "a quote is opened and never closed" });
        };
        if bytes[close] != syntax.quote {
            at = close + 1;
            continue;
        }
        if syntax.double_quote && bytes.get(close + 1) == Some(&syntax.quote) {
            has_doubled = true;
            at = close + 2;
            continue;
        }
        let (start, end) = (split_position(start + 1), split_position(close));
        let cell = Cell { start, end, is_quoted: true, has_doubled };
        let is_end = match bytes.get(close + 1) {
            None => true,
            Some(b'\r') => bytes.get(close + 2).is_none_or(|&b| b == b'\n') || syntax.line_end == b'\r',
            Some(&b) => b == syntax.delimiter || b == syntax.line_end,
        };
        if !is_end {
            return Err(Fault { at: close + 1, message: "text after the closing quote of a cell" });
        }
        return Ok((cell, close + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Vec<String>>, (usize, &'static str)> {
        let syntax = Syntax::recognise(&Dialect::default(), text.as_bytes(), false);
        let cells = scan(&syntax, text, usize::MAX);
        match cells.fault {
            Some(fault) => Err((fault.at, fault.message)),
            None => Ok((0..cells.rows())
                .map(|r| cells.row(r).iter().map(|c| c.text(&syntax, text).into_owned()).collect())
                .collect()),
        }
    }

    #[test]
    fn rows_and_cells_follow_rfc_4180() {
        let rows = |rows: &[&[&str]]| {
            Ok(rows.iter().map(|r| r.iter().map(|c| (*c).to_owned()).collect()).collect::<Vec<Vec<String>>>())
        };
        assert_eq!(
            read("a,b\r\n1,\"x, \"\"y\"\"\nz\"\r\n\r\n,"),
            rows(&[&["a", "b"], &["1", "x, \"y\"\nz"], &["", ""]])
        );
        assert_eq!(read("a;b\n1;2,5\n"), rows(&[&["a", "b"], &["1", "2,5"]]));
        assert_eq!(read("a\tb\r1\t\r"), rows(&[&["a", "b"], &["1", ""]]));
        assert_eq!(read("\"a\"\n\"\"\n"), rows(&[&["a"], &[""]]));
        assert_eq!(read(""), rows(&[]));
    }

    #[test]
    fn broken_quotes_have_a_place() {
        assert_eq!(read("a,b\n1,5\" pipe\n").map_err(|e| e.0), Err(7));
        assert_eq!(read("a\n\"x").map_err(|e| e.0), Err(2));
        assert_eq!(read("a\n\"x\"y\n").map_err(|e| e.0), Err(5));
    }

    #[test]
    fn a_record_ends_at_a_line_end_outside_quotes() {
        let syntax = Syntax::recognise(&Dialect::default(), b"a,b\n", false);
        assert_eq!(syntax.last_record_end(b"1,2\n3,\"x\ny"), Some(4));
        assert_eq!(syntax.last_record_end(b"1,\"x\ny\"\n3,4"), Some(8));
        assert_eq!(syntax.last_record_end(b"1,\"x\ny"), None);
        assert_eq!(syntax.last_record_end(b"1,\"\"\"\n\"\n\""), Some(8));
    }
}
