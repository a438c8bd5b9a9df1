//! The text of rows, written column by column.
//!
//! How long each row is follows from its columns, and so where each cell stands before a byte of it is written. What is to be
//! done for a column is then decided once for many rows, and not again for each cell.

use std::ops::Range;

use super::row_texts::{Places, RowTexts};
use crate::bytes::put;
use crate::offsets::index;

/// Rows that are written at a time: few enough for their text to stay in a core's nearest memory, and some of a word of bits.
const GROUP_ROWS: usize = 32;

/// Longest texts that are copied with a fixed length.
const WIDE: usize = 64;

/// Bytes behind a row that copies of fixed length may overwrite: what stands before a text, the text, and a quote.
const ROOM: usize = 2 * WIDE + 1;

/// Writer of a field: what a column adds to every row.
pub struct FieldWriter<'a> {
    /// What stands before the text, and room behind it.
    padded: Vec<u8>,
    /// Bytes before the text.
    before: usize,
    /// Bytes before the text that a row without text has, too: the delimiter, not the quote.
    before_nothing: usize,
    /// `None`: nothing, in any row.
    texts: Option<RowTexts<'a>>,
    /// Whether a quote follows the text.
    is_quoted: bool,
}

impl<'a> FieldWriter<'a> {
    /// Texts behind something; where there is none, the first `before_nothing` bytes of it stand alone.
    pub fn bare(before: &[u8], before_nothing: usize, texts: RowTexts<'a>) -> FieldWriter<'a> {
        FieldWriter::new(before.to_vec(), before_nothing, Some(texts), false)
    }

    /// The same in quotes.
    pub fn quoted(before: &[u8], before_nothing: usize, texts: RowTexts<'a>) -> FieldWriter<'a> {
        FieldWriter::new([before, b"\""].concat(), before_nothing, Some(texts), true)
    }

    /// The same in every row.
    pub fn constant(text: &[u8]) -> FieldWriter<'a> {
        FieldWriter::new(text.to_vec(), 0, None, false)
    }

    fn new(
        mut before: Vec<u8>,
        before_nothing: usize,
        texts: Option<RowTexts<'a>>,
        is_quoted: bool,
    ) -> FieldWriter<'a> {
        let length = before.len();
        before.resize(length + WIDE, 0);
        FieldWriter { padded: before, before: length, before_nothing, texts, is_quoted }
    }

    /// Adds what the column adds to the length of each of some rows, and returns the length of the longest text.
    fn measure(&self, rows: Range<usize>, lengths: &mut [usize]) -> usize {
        let around = self.before + usize::from(self.is_quoted);
        match self.texts.as_ref().map(|texts| &texts.places) {
            None => add(lengths, std::iter::repeat(0), around),
            Some(Places::Column(offsets)) => {
                let offsets = &offsets[rows.start..=rows.end];
                add(lengths, offsets.iter().zip(&offsets[1..]).map(length), around)
            }
            Some(Places::Each(places)) => add(lengths, places[rows].iter().map(|place| place.1), around),
        }
    }

    /// Writes the cells of some rows, of which no text is longer than `longest`; each stands at the row's cursor, and has
    /// room behind it.
    fn write(&self, rows: Range<usize>, longest: usize, cursors: &mut [usize], out: &mut [u8]) {
        let Some(texts) = &self.texts else {
            return cursors.iter_mut().for_each(|cursor| {
                put(&mut out[*cursor..], &self.padded, 0, self.before);
                *cursor += self.before;
            });
        };
        let there = texts.validity.from(rows.start);
        match &texts.places {
            Places::Column(offsets) => {
                let offsets = &offsets[rows.start..=rows.end];
                let each = offsets.iter().zip(&offsets[1..]);
                let each = each.map(|(start, end)| (index(*start), length((start, end))));
                self.write_each((texts.bytes, each), (there, longest), cursors, out);
            }
            Places::Each(places) if texts.bytes.is_empty() => {
                let each = places[rows].iter().copied();
                self.write_each((&texts.written, each), (there, longest), cursors, out);
            }
            Places::Each(places) => {
                let each =
                    places[rows].iter().map(|&(start, length)| match start.checked_sub(texts.bytes.len()) {
                        Some(start) => (texts.written.as_slice(), start, length),
                        None => (texts.bytes, start, length),
                    });
                self.write_any(each, there, cursors, out);
            }
        }
    }

    /// Writes texts of which it is known how long the longest is.
    #[inline]
    fn write_each(
        &self,
        (bytes, places): (&[u8], impl ExactSizeIterator<Item = (usize, usize)> + Clone),
        (there, longest): (u64, usize),
        cursors: &mut [usize],
        out: &mut [u8],
    ) {
        let last = places.clone().map(|(start, _)| start).max().unwrap_or(0);
        let fits = |wide: usize| longest <= wide && last + wide <= bytes.len();
        let is_narrow = self.before <= 16;
        match (is_narrow, fits(16), fits(32), fits(WIDE)) {
            (true, true, ..) => self.write_wide::<16, 16>((bytes, places), there, cursors, out),
            (true, _, true, _) => self.write_wide::<16, 32>((bytes, places), there, cursors, out),
            (true, _, _, true) => self.write_wide::<16, WIDE>((bytes, places), there, cursors, out),
            (false, _, true, _) if self.before <= WIDE => {
                self.write_wide::<WIDE, 32>((bytes, places), there, cursors, out);
            }
            _ => self.write_any(places.map(|(start, length)| (bytes, start, length)), there, cursors, out),
        }
    }

    /// Writes texts of at most `TEXT` bytes behind at most `BEFORE`, with copies of fixed length.
    #[inline]
    fn write_wide<const BEFORE: usize, const TEXT: usize>(
        &self,
        (bytes, places): (&[u8], impl Iterator<Item = (usize, usize)>),
        mut there: u64,
        cursors: &mut [usize],
        out: &mut [u8],
    ) {
        let padded: &[u8; BEFORE] = self.padded.first_chunk().expect("there is room behind it");
        for (cursor, (start, length)) in cursors.iter_mut().zip(places) {
            // Branchless: no predictor can guess which values are missing.
            let is_there = there & 1 == 1;
            there >>= 1;
            let before = if is_there { self.before } else { self.before_nothing };
            let length = if is_there { length } else { 0 };
            let cell = &mut out[*cursor..*cursor + ROOM];
            cell[..BEFORE].copy_from_slice(padded);
            cell[before..before + TEXT].copy_from_slice(&bytes[start..start + TEXT]);
            let end = before + length;
            // Where it does not count, it is overwritten.
            cell[end] = b'"';
            *cursor += end + usize::from(self.is_quoted & is_there);
        }
    }

    /// Writes texts of any length.
    #[inline]
    fn write_any<'t>(
        &self,
        texts: impl Iterator<Item = (&'t [u8], usize, usize)>,
        mut there: u64,
        cursors: &mut [usize],
        out: &mut [u8],
    ) {
        for (cursor, (bytes, start, length)) in cursors.iter_mut().zip(texts) {
            let is_there = there & 1 == 1;
            there >>= 1;
            let before = if is_there { self.before } else { self.before_nothing };
            let length = if is_there { length } else { 0 };
            let cell = &mut out[*cursor..];
            put(cell, &self.padded, 0, before);
            put(&mut cell[before..], bytes, start, length);
            let end = before + length;
            cell[end] = b'"';
            *cursor += end + usize::from(self.is_quoted & is_there);
        }
    }
}

/// The length of a text that stands between two offsets.
#[inline]
fn length((start, end): (&i32, &i32)) -> usize {
    index(end.wrapping_sub(*start))
}

/// Adds lengths, and what stands around each, and returns the greatest length. They are those of texts in memory, so the
/// sums need no checks, and many are made at a time. Where no text is there, the sum is too large, which does no harm.
fn add(sums: &mut [usize], lengths: impl Iterator<Item = usize>, around: usize) -> usize {
    sums.iter_mut().zip(lengths).fold(0, |longest, (sum, length)| {
        *sum = sum.wrapping_add(length).wrapping_add(around);
        longest.max(length)
    })
}

/// Writes `rows` rows, each of which is what the writers add to it, one after the other.
pub fn write_lines(writers: &[FieldWriter<'_>], rows: usize, out: &mut Vec<u8>) {
    let (mut lengths, mut cursors) = ([0; GROUP_ROWS], [0; GROUP_ROWS]);
    let mut longest = vec![0; writers.len()];
    // A group's rows, each with room behind it, so that no copy need be exact.
    let mut scratch = Vec::new();
    for first in (0..rows).step_by(GROUP_ROWS) {
        let group = first..rows.min(first + GROUP_ROWS);
        let (lengths, cursors) = (&mut lengths[..group.len()], &mut cursors[..group.len()]);
        lengths.fill(0);
        for (writer, longest) in writers.iter().zip(&mut longest) {
            *longest = writer.measure(group.clone(), lengths);
        }
        let mut end = 0;
        for (cursor, &length) in cursors.iter_mut().zip(&*lengths) {
            *cursor = end;
            end += length + ROOM;
        }
        if scratch.len() < end {
            scratch.resize(end, 0);
        }
        for (writer, longest) in writers.iter().zip(&longest) {
            writer.write(group.clone(), *longest, cursors, &mut scratch);
        }
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
    use crate::canonical::{Cells, SharedTexts};
    use crate::schema::ColumnType;

    /// Texts of every length that is copied in a way of its own, some of them missing, and more than a group of them.
    fn texts() -> Vec<Option<String>> {
        (0..100_usize).map(|row| (row % 7 != 3).then(|| "ab\"é".repeat(row * row % 41 % 30))).collect()
    }

    fn lines(writers: &[FieldWriter<'_>], rows: usize) -> String {
        let mut out = b"before\n".to_vec();
        write_lines(writers, rows, &mut out);
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn a_row_is_what_the_fields_add_to_it() {
        let texts = texts();
        let array: ArrayRef = Arc::new(StringArray::from(texts.clone()));
        let numbers: ArrayRef =
            Arc::new(Float64Array::from_iter((0..100).map(|row| (row % 3 > 0).then_some(f64::from(row)))));
        let cells = Cells::new(ColumnType::Text, &array);
        let number_cells = Cells::new(ColumnType::Number, &numbers);
        for rows in [0..0, 0..1, 5..37, 40..100] {
            let of = |cells| RowTexts::of(cells, rows.clone());
            let long = "a name longer than any copy of fixed length, which is sixty-four bytes at most: ";
            let writers = [
                FieldWriter::constant(b"<"),
                FieldWriter::quoted(b"", 0, of(&cells)),
                FieldWriter::bare(b";", 1, of(&number_cells)),
                FieldWriter::quoted(long.as_bytes(), 6, of(&cells)),
                FieldWriter::bare(
                    b"",
                    0,
                    RowTexts::of_rows(rows.clone(), |row, out| out.resize(out.len() + row % 2, b'!')),
                ),
                FieldWriter::constant(b">\n"),
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
            assert_eq!(lines(&writers, rows.len()), expected);
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
        let writers = [FieldWriter::bare(b"-", 0, replaced), FieldWriter::constant(b"\n")];
        let expected = texts[10..90].iter().map(|text| match text {
            Some(text) if is_kept(text.as_bytes()) => format!("-{text}\n"),
            Some(text) => format!("-{}\n", text.to_uppercase()),
            None => "\n".to_owned(),
        });
        assert_eq!(lines(&writers, 80), format!("before\n{}", expected.collect::<String>()));
    }

    #[test]
    fn texts_are_written_once_for_all_who_want_them() {
        let numbers: ArrayRef =
            Arc::new(Float64Array::from_iter((0..100).map(|row| Some(f64::from(row) / 4.0))));
        let cells = Cells::new(ColumnType::Number, &numbers);
        let shared = SharedTexts::new(2);
        let line = |column| {
            let writers = [FieldWriter::bare(b" ", 0, shared.of(column, &cells, 41..43))];
            lines(&writers, 2)
        };
        let written = || shared.0.iter().filter(|texts| texts.get().is_some()).count();
        for column in [0, 0, 1, 1] {
            assert!(line(column) == "before\n 10.25 10.5" && written() == column + 1);
        }
    }
}
