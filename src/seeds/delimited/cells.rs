//! The cells of rows: where each lies in the text, and what it says.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;

use super::syntax::Syntax;
use crate::offsets::split_position;

/// One cell: where its text lies, without quotes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) start: u32,
    pub(super) end: u32,
    /// Whether the cell is in quotes, and whether quotes are doubled within.
    pub(super) is_quoted: bool,
    pub(super) has_doubled: bool,
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

    /// The same as [`Cell::text`], out of the way of cells that are plain.
    #[inline(never)]
    pub(super) fn any_text<'a>(&self, syntax: &Syntax, text: &'a str) -> Cow<'a, str> {
        self.text(syntax, text)
    }

    /// The same cell without the blanks that its text ends in.
    pub(super) fn without_blanks_behind(&self, text: &str) -> Cell {
        let kept = text[self.start as usize..self.end as usize].trim_end_matches(' ').len();
        Cell { end: self.start + split_position(kept), ..*self }
    }

    /// The same cell without the apostrophe that its text begins with.
    pub(super) fn without_guard(&self, text: &str) -> Cell {
        let has_guard = text[self.start as usize..self.end as usize].starts_with('\'');
        Cell { start: self.start + u32::from(has_guard), ..*self }
    }

    /// Whether it is not in quotes and holds one.
    pub(super) fn has_bare_quote(&self, syntax: &Syntax, text: &str) -> bool {
        let raw = &text.as_bytes()[self.start as usize..self.end as usize];
        !self.is_quoted && memchr(syntax.quote, raw).is_some()
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

/// Where the quoting rules are broken. Small, because every cell that is read could have been one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    pub(super) at: u32,
    pub(super) breach: Breach,
}

/// How the quoting rules are broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Breach {
    NeverClosed,
    BlankBeforeQuote,
    BlankAfterQuote,
    TextAfterQuote,
    /// Carriage returns at the very end, behind which a line feed may come.
    ReturnsAfterQuote,
}

impl Fault {
    pub(super) fn new(at: usize, breach: Breach) -> Fault {
        Fault { at: split_position(at), breach }
    }

    /// What stands behind the closing quote of a cell.
    #[cold]
    pub(super) fn after_quote(syntax: &Syntax, bytes: &[u8], at: usize) -> Fault {
        let rest = &bytes[at..];
        let next = rest.iter().find(|&&byte| byte != b' ');
        let ends = next.is_none_or(|&byte| matches!(byte, b'\r' | b'\n') || byte == syntax.delimiter);
        let breach = match rest[0] {
            b' ' if ends => Breach::BlankAfterQuote,
            b'\r' if rest.iter().all(|&byte| byte == b'\r') => Breach::ReturnsAfterQuote,
            _ => Breach::TextAfterQuote,
        };
        Fault::new(at, breach)
    }

    /// Whether more text might mend it.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.breach, Breach::NeverClosed | Breach::ReturnsAfterQuote)
    }

    /// What is wrong, and the next step.
    pub(super) fn told(&self) -> (&'static str, &'static str) {
        match self.breach {
            Breach::NeverClosed => (
                "a quote is opened and never closed",
                "close it, or double the quotes inside the cell; where quotes are text, `quoteChar: null` of the dialect says so",
            ),
            Breach::BlankBeforeQuote => (
                "a blank before the quote that begins a cell",
                "take the blank out; `skipInitialSpace: true` of the dialect reads past blanks behind a delimiter",
            ),
            Breach::BlankAfterQuote => ("a blank after the closing quote of a cell", "take the blank out"),
            Breach::TextAfterQuote | Breach::ReturnsAfterQuote => (
                "text after the closing quote of a cell",
                "double the quotes inside the cell; where quotes are text, `quoteChar: null` of the dialect says so",
            ),
        }
    }
}

/// The cells of some rows. After a fault there are no further rows.
#[derive(Default)]
pub(super) struct Cells {
    pub(super) cells: Vec<Cell>,
    /// For each row: the number of cells up to its end, and its last byte's end.
    pub(super) ends: Vec<(u32, u32)>,
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
    /// Cells of which each is a row of its own, with their numbers.
    pub(super) fn new(cells: &'a [Cell], starts: &'a [u32]) -> Column<'a> {
        Column { cells, starts, place: 0 }
    }

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
