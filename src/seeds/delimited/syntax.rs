//! The marks that delimit cells and rows, given by a dialect or recognised.

use memchr::{memchr, memchr_iter};

use crate::schema::Dialect;

/// The marks that delimit cells and rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Syntax {
    pub(super) delimiter: u8,
    pub(super) quote: u8,
    /// Last byte of a line end: `\n`, or `\r` in files that have no `\n`.
    pub(super) line_end: u8,
    pub(super) skip_initial_space: bool,
    pub(super) comment: Option<u8>,
    pub(super) double_quote: bool,
}

/// Delimiters that are recognised, in order of preference.
pub(in crate::seeds) const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A byte that no text in UTF-8 has, in the place of a quote where cells have none.
const NO_QUOTE: u8 = 0xff;

impl Syntax {
    /// The dialect's marks; what it leaves open is recognised from the header, the first row that is no comment.
    pub(super) fn recognise(dialect: &Dialect, bytes: &[u8], is_tsv: bool) -> Syntax {
        let byte = |mark: Option<char>| mark.and_then(|c| u8::try_from(c).ok());
        let line_end =
            if memchr(b'\n', bytes).is_none() && memchr(b'\r', bytes).is_some() { b'\r' } else { b'\n' };
        let mut syntax = Syntax {
            delimiter: byte(dialect.delimiter).unwrap_or(if is_tsv { b'\t' } else { b',' }),
            quote: if dialect.is_unquoted { NO_QUOTE } else { byte(dialect.quote_char).unwrap_or(b'"') },
            line_end,
            skip_initial_space: dialect.skip_initial_space == Some(true),
            comment: byte(dialect.comment_char),
            double_quote: dialect.double_quote != Some(false),
        };
        if dialect.delimiter.is_none() && !is_tsv {
            let header = syntax.first_row(bytes);
            let counts = DELIMITERS.map(|delimiter| syntax.unquoted(header, delimiter));
            let most = counts.into_iter().max().filter(|most| *most > 0);
            let found = DELIMITERS.into_iter().zip(counts).find(|(_, count)| Some(*count) == most);
            syntax.delimiter = found.map_or(b',', |(delimiter, _)| delimiter);
        }
        syntax
    }

    /// The first line that is neither blank nor a comment.
    fn first_row<'b>(&self, bytes: &'b [u8]) -> &'b [u8] {
        let mut lines = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).split(|&b| b == self.line_end);
        let is_row = |line: &&[u8]| !line.trim_ascii().is_empty() && line.first().copied() != self.comment;
        lines.find(is_row).unwrap_or_default()
    }

    /// How often a delimiter stands in a row outside quotes.
    fn unquoted(&self, row: &[u8], delimiter: u8) -> usize {
        let (mut in_quotes, mut before, mut count) = (false, delimiter, 0);
        for &byte in row {
            if byte == self.quote {
                in_quotes = !in_quotes && (before == delimiter || before == self.quote);
            }
            count += usize::from(byte == delimiter && !in_quotes);
            before = byte;
        }
        count
    }

    /// Number of line ends.
    pub(super) fn lines(&self, bytes: &[u8]) -> u64 {
        memchr_iter(self.line_end, bytes).count() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_that_of_the_first_row_that_is_no_comment() {
        let dialect = Dialect { comment_char: Some('#'), ..Dialect::default() };
        for text in
            ["\n\nid;name\n1;a,b,c\n", "# a, b, c\nid;name\n", "\u{feff}# a, b\r\n \r\n\"i,d\";name\r\n"]
        {
            assert_eq!(Syntax::recognise(&dialect, text.as_bytes(), false).delimiter, b';', "{text:?}");
        }
    }
}
