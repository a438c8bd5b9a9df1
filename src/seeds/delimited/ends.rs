//! Where the last whole record of some bytes ends: the last line end outside quotes.
//!
//! Whether a byte is in quotes is known at the beginning, and beside most quotes, whatever stands before them. From the last of
//! these places the cells are read, so that nobody passes over all of a text to cut it.

use memchr::{memchr, memrchr, memrchr_iter};

use super::scan::{cell, line_end, not_a_row, structural_index};
use super::syntax::Syntax;

/// End of the last whole record in bytes that begin with a record.
pub(super) fn last_record_end(syntax: &Syntax, bytes: &[u8]) -> Option<usize> {
    // The quotes of a comment are none.
    let has_comments = syntax.comment.is_some_and(|comment| memchr(comment, bytes).is_some());
    let quotes = memrchr_iter(syntax.quote, bytes).filter(|_| !has_comments);
    let known = quotes.filter_map(|quote| outside_quotes(syntax, bytes, quote));
    let mut until = bytes.len();
    for start in known.chain([0]) {
        if let Some(end) = last_row_end(syntax, bytes, start, until) {
            return Some(end);
        }
        until = start;
    }
    None
}

/// A place beside a quote where no quote is open: the beginning of a cell, or the inside of one that is not in quotes. None
/// where it takes what stands before to tell, and where the quote breaks the rules if it is not as it looks.
fn outside_quotes(syntax: &Syntax, bytes: &[u8], quote: usize) -> Option<usize> {
    let Some(before) = quote.checked_sub(1) else { return Some(0) };
    let (previous, next) = (bytes[before], *bytes.get(quote + 1)?);
    if previous == syntax.quote || next == syntax.quote {
        return None;
    }
    let ends_cell = |byte: u8| byte == syntax.delimiter || byte == syntax.line_end;
    match (ends_cell(previous), ends_cell(next)) {
        // It opens a cell: were it to close one, no text could follow.
        (true, false) => (next != b'\r').then_some(quote),
        // It closes a cell, or stands in one without quotes; this ends in any case.
        (false, true) => (previous != b' ').then_some(quote + 2),
        // It stands in a cell without quotes: were it to close one, no text could follow.
        (false, false) => (previous != b' ' && next != b'\r').then_some(before),
        (true, true) => None,
    }
}

/// The last end of a row between two places, of which the first is outside quotes.
fn last_row_end(syntax: &Syntax, bytes: &[u8], start: usize, until: usize) -> Option<usize> {
    let before = start.checked_sub(1).filter(|&before| bytes[before] == syntax.line_end).map(|_| start);
    let text = bytes.get(start..until)?;
    if memchr(syntax.quote, text).is_none() || memrchr(syntax.line_end, text).is_none() {
        return memrchr(syntax.line_end, text).map(|at| start + at + 1).or(before);
    }
    let mut index = structural_index(syntax, bytes);
    let (mut at, mut last) = (start, before);
    while at < until {
        let is_row = last == Some(at) || at == 0;
        if let Some(next) = is_row.then(|| not_a_row(syntax, bytes, at)).flatten() {
            at = next;
        } else {
            at = match cell(syntax, bytes, at, &mut index) {
                Ok((_, end)) if end == bytes.len() => return last,
                Ok((_, end)) if bytes[end] == syntax.delimiter => end + 1,
                Ok((_, end)) => line_end(bytes, end),
                Err(fault) if fault.is_open() => return last,
                // Whoever reads the rows tells of it.
                Err(_) => return memrchr(syntax.line_end, bytes).map(|at| at + 1),
            };
        }
        if bytes[at - 1] == syntax.line_end {
            last = Some(at);
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Dialect;
    use crate::seeds::delimited::scan::scan;

    fn syntax(dialect: &Dialect) -> Syntax {
        Syntax::recognise(dialect, b"a,b\n", false)
    }

    #[test]
    fn a_record_ends_at_a_line_end_outside_quotes() {
        let syntax = syntax(&Dialect::default());
        for (bytes, end) in [
            ("1,2\n3,4", Some(4)),
            ("1,2", None),
            ("1,2\n3,\"x\ny", Some(4)),
            ("1,\"x\ny\"\n3,4", Some(8)),
            ("1,\"x\ny", None),
            ("1,\"\"\"\n\"\n\"", Some(8)),
            // Quotes inside a cell neither open nor close one.
            ("1,5\"\n2,\"x\ny", Some(5)),
            ("1,5\"\n2,\"x\ny\"\n3", Some(13)),
            ("1,5\"\r\r\n\r\n2", Some(9)),
            ("1,5\" and \"x\ny", Some(12)),
            ("1,5\"", None),
            ("1,5\"\n", Some(5)),
            ("\"a\",\"b\"\n\"c\",\"", Some(8)),
            // More bytes tell whether a line ends behind a quote.
            ("1,5\"\n2,\"x\ny\"\r\r", Some(5)),
        ] {
            assert_eq!(last_record_end(&syntax, bytes.as_bytes()), end, "{bytes:?}");
        }
    }

    #[test]
    fn quotes_of_comments_open_nothing() {
        let syntax = syntax(&Dialect { comment_char: Some('#'), ..Dialect::default() });
        assert_eq!(last_record_end(&syntax, b"#,\"\n1,\"x\ny"), Some(4));
        assert_eq!(last_record_end(&syntax, b"#,\"x\n1,2\n#,\"y\n"), Some(14));
    }

    #[test]
    fn every_text_without_a_fault_ends_where_its_rows_do() {
        let dialects = [
            Dialect::default(),
            Dialect { skip_initial_space: Some(true), ..Dialect::default() },
            Dialect { comment_char: Some('#'), ..Dialect::default() },
            Dialect { double_quote: Some(false), ..Dialect::default() },
        ];
        let mut seed: u32 = 1;
        let mut checked = 0;
        for round in 0..60_000 {
            let syntax = syntax(&dialects[round % dialects.len()]);
            let mut text = String::new();
            for _ in 0..14 {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let parts = ["\"", "\"", "\n", ",", "a", " ", "\r\n", "#", ",\"", "\"\n"];
                text.push_str(parts[(seed >> 16) as usize % parts.len()]);
            }
            let cells = scan(&syntax, &text, usize::MAX);
            if cells.fault.as_ref().is_some_and(|fault| !fault.is_open()) {
                continue;
            }
            // What is read from there on is whole, and what follows has no whole record.
            checked += 1;
            let end = last_record_end(&syntax, text.as_bytes()).unwrap_or(0);
            let whole = scan(&syntax, &text[..end], usize::MAX);
            assert!(whole.fault.is_none(), "{text:?} is cut at {end}");
            let rest = scan(&syntax, &text[end..], usize::MAX);
            let ends_line = |row: usize| text.as_bytes()[end + rest.end_of_row(row) - 1] == b'\n';
            assert!(!(0..rest.rows()).any(ends_line), "{text:?} is cut at {end}");
            assert_eq!(whole.rows() + rest.rows(), cells.rows(), "{text:?} is cut at {end}");
        }
        assert!(checked > 10_000, "{checked}");
    }
}
