//! The text of rows, written column by column.
//!
//! How long each row is follows from its columns, and so where each cell stands before a byte of it is written. What is to be
//! done for a column is then decided once for many rows, and not again for each cell.

use std::ops::Range;

use super::row_texts::{Places, RowTexts};
use crate::bytes::put;

/// Rows that are written at a time: few enough for their text to stay in a core's nearest memory.
const GROUP_ROWS: usize = 32;

/// Bytes behind a row that a copy of fixed length may overwrite.
const ROOM: usize = 64;

/// What a column adds to every row.
pub struct Strip<'a> {
    /// What stands before the text, and room behind it.
    padded: Vec<u8>,
    /// Bytes before the text.
    before: usize,
    /// How much of it stands where there is no text, too.
    before_nothing: usize,
    /// `None`: nothing, in any row.
    texts: Option<RowTexts<'a>>,
    /// Whether a quote follows the text.
    is_quoted: bool,
}

impl<'a> Strip<'a> {
    /// Texts behind something; where there is none, the first `before_nothing` bytes of it stand alone.
    pub fn bare(before: &[u8], before_nothing: usize, texts: RowTexts<'a>) -> Strip<'a> {
        Strip::new(before.to_vec(), before_nothing, Some(texts), false)
    }

    /// The same in quotes.
    pub fn quoted(before: &[u8], before_nothing: usize, texts: RowTexts<'a>) -> Strip<'a> {
        Strip::new([before, b"\""].concat(), before_nothing, Some(texts), true)
    }

    /// The same in every row.
    pub fn constant(text: &[u8]) -> Strip<'a> {
        Strip::new(text.to_vec(), 0, None, false)
    }

    fn new(
        mut before: Vec<u8>,
        before_nothing: usize,
        texts: Option<RowTexts<'a>>,
        is_quoted: bool,
    ) -> Strip<'a> {
        let length = before.len();
        before.resize(length + ROOM, 0);
        Strip { padded: before, before: length, before_nothing, texts, is_quoted }
    }

    /// Adds what the column adds to the length of each of some rows.
    fn measure(&self, rows: Range<usize>, lengths: &mut [usize]) {
        let around = self.before + usize::from(self.is_quoted);
        let Some(texts) = &self.texts else {
            return lengths.iter_mut().for_each(|length| *length += around);
        };
        match &texts.places {
            Places::Column(offsets) => {
                let offsets = &offsets[rows.start..=rows.end];
                let each = offsets.iter().zip(&offsets[1..]);
                add(lengths, each.map(|(&start, &end)| end.wrapping_sub(start) as usize), around);
            }
            Places::Each(places) => add(lengths, places[rows].iter().map(|place| place.1), around),
        }
    }

    /// Writes the cells of some rows; each stands at the row's cursor, and has room behind it.
    fn write(&self, rows: Range<usize>, cursors: &mut [usize], out: &mut [u8]) {
        let Some(texts) = &self.texts else {
            return cursors.iter_mut().for_each(|cursor| {
                put(&mut out[*cursor..], &self.padded, 0, self.before);
                *cursor += self.before;
            });
        };
        match &texts.places {
            Places::Column(offsets) => {
                let offsets = &offsets[rows.start..=rows.end];
                let each = offsets.iter().zip(&offsets[1..]);
                let each = each.map(|(&start, &end)| (start as usize, end.wrapping_sub(start) as usize));
                self.write_each(each.map(|(start, length)| (texts.bytes, start, length)), rows, cursors, out);
            }
            Places::Each(places) => {
                let each = places[rows.clone()].iter().map(|&(start, length)| {
                    match start.checked_sub(texts.bytes.len()) {
                        Some(start) => (texts.written.as_slice(), start, length),
                        None => (texts.bytes, start, length),
                    }
                });
                self.write_each(each, rows, cursors, out);
            }
        }
    }

    #[inline]
    fn write_each<'t>(
        &self,
        texts: impl Iterator<Item = (&'t [u8], usize, usize)>,
        rows: Range<usize>,
        cursors: &mut [usize],
        out: &mut [u8],
    ) {
        let each = cursors.iter_mut().zip(texts);
        let Some(there) = self.texts.as_ref().and_then(|texts| texts.there.as_ref()) else {
            return each.for_each(|(cursor, text)| self.write_cell(self.before, text, true, cursor, out));
        };
        for ((cursor, (bytes, start, length)), row) in each.zip(rows) {
            let is_there = there.is_valid(row);
            // No branches: whether a value is there cannot be guessed.
            let before = if is_there { self.before } else { self.before_nothing };
            let length = if is_there { length } else { 0 };
            self.write_cell(before, (bytes, start, length), is_there, cursor, out);
        }
    }

    #[inline]
    fn write_cell(
        &self,
        before: usize,
        (bytes, start, length): (&[u8], usize, usize),
        is_there: bool,
        cursor: &mut usize,
        out: &mut [u8],
    ) {
        let cell = &mut out[*cursor..];
        put(cell, &self.padded, 0, before);
        put(&mut cell[before..], bytes, start, length);
        let end = before + length;
        // Where it does not count, it is overwritten.
        cell[end] = b'"';
        *cursor += end + usize::from(self.is_quoted & is_there);
    }
}

/// Adds lengths, and what stands around each. They are those of texts in memory, so the sums need no checks, and many are
/// made at a time. Where no text is there, the sum is too large, which does no harm.
fn add(sums: &mut [usize], lengths: impl Iterator<Item = usize>, around: usize) {
    sums.iter_mut()
        .zip(lengths)
        .for_each(|(sum, length)| *sum = sum.wrapping_add(length).wrapping_add(around));
}

/// Writes `rows` rows, each of which is what the strips add to it, one after the other.
pub fn write_lines(strips: &[Strip<'_>], rows: usize, out: &mut Vec<u8>) {
    let (mut lengths, mut cursors) = ([0; GROUP_ROWS], [0; GROUP_ROWS]);
    // A group's rows, each with room behind it, so that no copy need be exact.
    let mut scratch = Vec::new();
    for first in (0..rows).step_by(GROUP_ROWS) {
        let group = first..rows.min(first + GROUP_ROWS);
        let (lengths, cursors) = (&mut lengths[..group.len()], &mut cursors[..group.len()]);
        lengths.fill(0);
        strips.iter().for_each(|strip| strip.measure(group.clone(), lengths));
        let mut end = 0;
        for (cursor, &length) in cursors.iter_mut().zip(&*lengths) {
            *cursor = end;
            end += length + ROOM;
        }
        if scratch.len() < end {
            scratch.resize(end, 0);
        }
        strips.iter().for_each(|strip| strip.write(group.clone(), cursors, &mut scratch));
        let mut start = 0;
        for (&cursor, &length) in cursors.iter().zip(&*lengths) {
            out.extend_from_slice(&scratch[start..cursor]);
            start += length + ROOM;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Float64Array, StringArray};

    use super::*;
    use crate::schema::ColumnType;
    use crate::tables::{Cells, SharedTexts};

    /// Texts of every length that is copied in a way of its own, some of them missing, and more than a group of them.
    fn texts() -> Vec<Option<String>> {
        (0..100_usize).map(|row| (row % 7 != 3).then(|| "ab\"é".repeat(row * row % 41 % 30))).collect()
    }

    fn lines(strips: &[Strip<'_>], rows: usize) -> String {
        let mut out = b"before\n".to_vec();
        write_lines(strips, rows, &mut out);
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn a_row_is_what_the_strips_add_to_it() {
        let texts = texts();
        let array: ArrayRef = Arc::new(StringArray::from(texts.clone()));
        let numbers: ArrayRef =
            Arc::new(Float64Array::from_iter((0..100).map(|row| (row % 3 > 0).then_some(f64::from(row)))));
        let cells = Cells::new(ColumnType::Text, &array);
        let number_cells = Cells::new(ColumnType::Number, &numbers);
        for rows in [0..0, 0..1, 5..37, 40..100] {
            let of = |cells| RowTexts::of(cells, rows.clone());
            let long = "a name longer than any copy of fixed length, which is sixty-four bytes at most: ";
            let strips = [
                Strip::constant(b"<"),
                Strip::quoted(b"", 0, of(&cells)),
                Strip::bare(b";", 1, of(&number_cells)),
                Strip::quoted(long.as_bytes(), 6, of(&cells)),
                Strip::bare(
                    b"",
                    0,
                    RowTexts::of_rows(rows.clone(), |row, out| out.resize(out.len() + row % 2, b'!')),
                ),
                Strip::constant(b">\n"),
            ];
            let mut expected = "before\n".to_owned();
            for row in rows.clone() {
                let quoted = |before: &str, nothing: &str| match &texts[row] {
                    Some(text) => format!("{before}\"{text}\""),
                    None => nothing.to_owned(),
                };
                let number = if row % 3 > 0 { format!("{row}.0") } else { String::new() };
                let marks = "!".repeat(row % 2);
                let (first, second) = (quoted("", ""), quoted(long, &long[..6]));
                expected += &format!("<{first};{number}{second}{marks}>\n");
            }
            assert_eq!(lines(&strips, rows.len()), expected);
        }
    }

    #[test]
    fn only_texts_that_are_not_kept_are_written_anew() {
        let texts = texts();
        let array = StringArray::from(texts.clone());
        let is_kept = |text: &[u8]| !text.len().is_multiple_of(2);
        let replaced = RowTexts::replaced(&array, 10..90, is_kept, |text, out| {
            out.extend_from_slice(text.to_uppercase().as_bytes());
        });
        let strips = [Strip::bare(b"-", 0, replaced), Strip::constant(b"\n")];
        let expected = texts[10..90].iter().map(|text| match text {
            Some(text) if is_kept(text.as_bytes()) => format!("-{text}\n"),
            Some(text) => format!("-{}\n", text.to_uppercase()),
            None => "\n".to_owned(),
        });
        assert_eq!(lines(&strips, 80), format!("before\n{}", expected.collect::<String>()));
    }

    #[test]
    fn a_share_is_written_once_and_other_rows_are_not_shared() {
        let numbers: ArrayRef =
            Arc::new(Float64Array::from_iter((0..100).map(|row| Some(f64::from(row) / 4.0))));
        let cells = Cells::new(ColumnType::Number, &numbers);
        let shared = SharedTexts::new(100, 1, 40);
        let line = |rows: Range<usize>| {
            let strips = [Strip::bare(b" ", 0, shared.of(0, &cells, rows.clone()))];
            lines(&strips, rows.len())
        };
        let written = || shared.written.iter().filter(|texts| texts.get().is_some()).count();
        assert!(line(41..43) == "before\n 10.25 10.5" && written() == 0);
        for _ in 0..2 {
            assert!(line(80..100).ends_with(" 24.5 24.75") && written() == 1);
        }
        assert!(line(40..80).starts_with("before\n 10.0 10.25") && written() == 2);
    }
}
