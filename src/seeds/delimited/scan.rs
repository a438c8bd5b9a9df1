//! The bounds of every cell of delimited text.

use std::ops::Range;

use memchr::memchr;

use super::cells::{Breach, Cell, Cells, Fault};
use super::syntax::Syntax;
use crate::offsets::split_position;
use crate::seeds::structural_index::StructuralIndex;

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
    let mut index = structural_index(syntax, bytes);
    let mut at = 0;
    while at < bytes.len() && found.ends.len() < max_rows {
        if let Some(next) = not_a_row(syntax, bytes, at) {
            at = next;
            continue;
        }
        match row(syntax, bytes, at, &mut index, &mut found.cells) {
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
pub(super) fn not_a_row(syntax: &Syntax, bytes: &[u8], at: usize) -> Option<usize> {
    let rest = &bytes[at..];
    if rest[0] == b'\n' || rest[0] == syntax.line_end {
        return Some(at + 1);
    }
    if rest[0] == b'\r' {
        return feed_after_returns(bytes, at);
    }
    if syntax.comment == Some(rest[0]) {
        return Some(memchr(syntax.line_end, rest).map_or(bytes.len(), |i| at + i + 1));
    }
    None
}

/// The end of carriage returns with a line feed behind them: one of Windows, or several, which Windows makes of a text that
/// has its line ends already.
fn feed_after_returns(bytes: &[u8], at: usize) -> Option<usize> {
    let returns = bytes[at..].iter().take_while(|&&byte| byte == b'\r').count();
    (returns > 0 && bytes.get(at + returns) == Some(&b'\n')).then_some(at + returns + 1)
}

/// Adds the cells of one row and returns its end.
fn row(
    syntax: &Syntax,
    bytes: &[u8],
    start: usize,
    index: &mut StructuralIndex<'_>,
    cells: &mut Vec<Cell>,
) -> Result<usize, Fault> {
    let mut at = start;
    loop {
        let (cell, end) = cell(syntax, bytes, at, index)?;
        cells.push(cell);
        match bytes.get(end) {
            None => return Ok(end),
            Some(&b) if b == syntax.delimiter => at = end + 1,
            Some(_) => return Ok(line_end(bytes, end)),
        }
    }
}

/// The byte after a line end.
#[inline(always)]
pub(super) fn line_end(bytes: &[u8], at: usize) -> usize {
    match bytes[at..] {
        [b'\r', b'\n', ..] => at + 2,
        [b'\r', ..] => feed_after_returns(bytes, at).unwrap_or(at + 1),
        _ => at + 1,
    }
}

/// The cell that begins at a place, and where the delimiter or line end behind it stands.
#[inline(always)]
pub(super) fn cell(
    syntax: &Syntax,
    bytes: &[u8],
    mut at: usize,
    index: &mut StructuralIndex<'_>,
) -> Result<(Cell, usize), Fault> {
    if syntax.skip_initial_space {
        while bytes.get(at) == Some(&b' ') {
            at += 1;
        }
    }
    match bytes.get(at) == Some(&syntax.quote) {
        true => quoted_cell(syntax, bytes, at, index),
        false => bare_cell(syntax, bytes, at, index),
    }
}

#[inline(always)]
fn bare_cell(
    syntax: &Syntax,
    bytes: &[u8],
    start: usize,
    index: &mut StructuralIndex<'_>,
) -> Result<(Cell, usize), Fault> {
    let stop = match index.next(start) {
        Some(at) if bytes[at] == syntax.quote => past_quotes(syntax, bytes, start..at, index)?,
        stop => stop.unwrap_or(bytes.len()),
    };
    let mut end = stop;
    if bytes.get(stop) == Some(&b'\n') {
        // The carriage returns before a line feed belong to the line end.
        while end > start && bytes[end - 1] == b'\r' {
            end -= 1;
        }
    }
    let (start, cell_end) = (split_position(start), split_position(end));
    let cell = Cell { start, end: cell_end, is_quoted: false, has_doubled: false };
    Ok((cell, end))
}

/// Where a cell stops that is not in quotes and holds one behind what `before` covers: there it is text (RFC 4180 readers), as
/// in `5" pipe`.
#[cold]
fn past_quotes(
    syntax: &Syntax,
    bytes: &[u8],
    before: Range<usize>,
    index: &mut StructuralIndex<'_>,
) -> Result<usize, Fault> {
    if bytes[before.clone()].iter().all(|&byte| byte == b' ') {
        return Err(Fault::new(before.end, Breach::BlankBeforeQuote));
    }
    let mut stop = Some(before.end);
    while let Some(at) = stop.filter(|&at| bytes[at] == syntax.quote) {
        stop = index.next(at + 1);
    }
    Ok(stop.unwrap_or(bytes.len()))
}

#[inline(always)]
fn quoted_cell(
    syntax: &Syntax,
    bytes: &[u8],
    start: usize,
    index: &mut StructuralIndex<'_>,
) -> Result<(Cell, usize), Fault> {
    let mut at = start + 1;
    let mut has_doubled = false;
    loop {
        let Some(close) = index.next(at) else {
            return Err(Fault::new(start, Breach::NeverClosed));
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
            Some(b'\r') => {
                let is_last = close + 2 == bytes.len();
                is_last || syntax.line_end == b'\r' || feed_after_returns(bytes, close + 1).is_some()
            }
            Some(&b) => b == syntax.delimiter || b == syntax.line_end,
        };
        if !is_end {
            return Err(Fault::after_quote(syntax, bytes, close + 1));
        }
        return Ok((cell, close + 1));
    }
}

pub(super) fn structural_index<'b>(syntax: &Syntax, bytes: &'b [u8]) -> StructuralIndex<'b> {
    StructuralIndex::new(bytes, [syntax.delimiter, syntax.line_end, syntax.quote])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Dialect;

    fn read(text: &str) -> Result<Vec<Vec<String>>, (usize, &'static str)> {
        let syntax = Syntax::recognise(&Dialect::default(), text.as_bytes(), false);
        let cells = scan(&syntax, text, usize::MAX);
        match cells.fault {
            Some(fault) => Err((fault.at as usize, fault.told().0)),
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
    fn a_quote_inside_a_cell_without_quotes_is_text() {
        let rows =
            |text| read(text).map(|rows| rows.into_iter().map(|row| row.join(" | ")).collect::<Vec<_>>());
        let expected = |rows: &[&str]| Ok(rows.iter().map(|row| (*row).to_owned()).collect());
        assert_eq!(rows("a,b\n1,5\" pipe\n2,a\"\"b\n"), expected(&["a | b", "1 | 5\" pipe", "2 | a\"\"b"]));
        assert_eq!(rows("a,b\n1,x\"\n\"2\",\"\"\"y\n\"\n"), expected(&["a | b", "1 | x\"", "2 | \"y\n"]));
        assert_eq!(rows("5\",b;c\n1,2\n"), expected(&["5\" | b;c", "1 | 2"]));
    }

    #[test]
    fn several_carriage_returns_before_a_line_feed_are_one_line_end() {
        let expected = Ok(vec![vec!["a".to_owned(), "b".to_owned()], vec!["1".to_owned(), "x".to_owned()]]);
        for text in ["a,b\r\r\n1,x\r\r\n", "a,\"b\"\r\r\n\r\r\n1,\"x\"\r\r\n", "a,b\r\r\r\n1,x", "a,b\r1,x\r"]
        {
            assert_eq!(read(text), expected, "{text:?}");
        }
        let lone = Ok(vec![vec!["a\rb".to_owned()], vec!["c".to_owned()]]);
        assert_eq!(read("a\rb\r\nc\r\n"), lone);
    }

    #[test]
    fn broken_quotes_have_a_place() {
        assert_eq!(read("a,b\n1, \"x\"\n").map_err(|e| e.0), Err(7));
        assert_eq!(read("a\n\"x").map_err(|e| e.0), Err(2));
        assert_eq!(read("a\n\"x\"y\n").map_err(|e| e.0), Err(5));
    }
}
