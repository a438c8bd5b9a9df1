//! Columns being filled, value by value.

use arrow::array::{PrimitiveArray, StringArray};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer};
use arrow::datatypes::ArrowPrimitiveType;

use crate::bytes::append;

/// A bit for each row of a column, 64 to a word, lowest first. While all are set, none is written down.
pub(crate) struct BitmapBuilder {
    words: Vec<u64>,
    rows: usize,
    are_all_set: bool,
}

impl BitmapBuilder {
    /// No bits yet.
    pub(crate) fn new() -> BitmapBuilder {
        BitmapBuilder { words: Vec::new(), rows: 0, are_all_set: true }
    }

    /// Adds the bit of a row.
    #[inline]
    pub(crate) fn push(&mut self, bit: bool) {
        if !(self.are_all_set && bit) {
            self.write(bit);
        }
        self.rows += 1;
    }

    fn write(&mut self, bit: bool) {
        self.write_down();
        let at = self.rows % 64;
        match self.words.last_mut().filter(|_| at > 0) {
            Some(word) => *word |= u64::from(bit) << at,
            None => self.words.push(u64::from(bit)),
        }
    }

    /// Adds the bits of at most 64 rows; the others in `word` are 0. There must be whole words of bits so far.
    #[inline]
    pub(crate) fn push_word(&mut self, word: u64, rows: usize) {
        assert!(self.rows.is_multiple_of(64) && rows <= 64, "words are whole but for the last");
        if !(self.are_all_set && word.count_ones() as usize == rows) {
            self.write_down();
            self.words.push(word);
        }
        self.rows += rows;
    }

    /// Writes down the bits so far.
    fn write_down(&mut self) {
        if std::mem::take(&mut self.are_all_set) {
            self.words.resize(self.rows / 64, u64::MAX);
            if !self.rows.is_multiple_of(64) {
                self.words.push((1 << (self.rows % 64)) - 1);
            }
        }
    }

    /// All bits.
    pub(crate) fn finish(mut self) -> BooleanBuffer {
        self.write_down();
        BooleanBuffer::new(Buffer::from_vec(self.words), 0, self.rows)
    }

    /// All bits, as Arrow tells which rows have a value; `None` when all have.
    pub(crate) fn into_nulls(self) -> Option<NullBuffer> {
        (!self.are_all_set).then(|| NullBuffer::new(self.finish()))
    }
}

/// Where the texts or lists of a column end, being filled.
pub(crate) struct OffsetsBuilder(Vec<i32>);

impl OffsetsBuilder {
    /// No ends yet, with room for `rows`.
    pub(crate) fn new(rows: usize) -> OffsetsBuilder {
        let mut offsets = Vec::with_capacity(rows + 1);
        offsets.push(0);
        OffsetsBuilder(offsets)
    }

    /// Adds the end of a text or list, which is not before the last one.
    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        reason = "an end that does not fit is found out in `finish`, which then gives no offsets"
    )]
    pub(crate) fn push(&mut self, end: usize) {
        self.0.push(end as i32);
    }

    /// The offsets; `None` when `end`, the last one, is more than Arrow can count.
    pub(crate) fn finish(self, end: usize) -> Option<OffsetBuffer<i32>> {
        i32::try_from(end).ok()?;
        Some(OffsetBuffer::new(self.0.into()))
    }
}

/// A column of texts being filled.
pub(crate) struct StringBuilder {
    bytes: Vec<u8>,
    ends: OffsetsBuilder,
    validity: BitmapBuilder,
}

impl StringBuilder {
    /// No texts yet, with room for `rows`.
    pub(crate) fn new(rows: usize) -> StringBuilder {
        StringBuilder { bytes: Vec::new(), ends: OffsetsBuilder::new(rows), validity: BitmapBuilder::new() }
    }

    /// Makes room for so many bytes of texts.
    pub(crate) fn reserve(&mut self, bytes: usize) {
        self.bytes.reserve(bytes);
    }

    /// Bytes of all texts so far.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Adds `source[start..start + length]`.
    #[inline]
    pub(crate) fn push(&mut self, source: &[u8], start: usize, length: usize) {
        append(&mut self.bytes, source, start, length);
        self.end(true);
    }

    /// Adds a text.
    #[inline]
    pub(crate) fn push_text(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
        self.end(true);
    }

    /// Adds a missing text.
    #[inline]
    pub(crate) fn push_null(&mut self) {
        self.end(false);
    }

    /// Adds the texts of at most 64 rows: a bit of `validity` for each row that has one, and for each row, in order, where it
    /// stands in `source`, and how long it is: 0 where it is missing. There must be whole words of rows so far.
    #[inline]
    pub(crate) fn extend(
        &mut self,
        source: &[u8],
        validity: u64,
        places: impl ExactSizeIterator<Item = (usize, usize)>,
    ) {
        self.validity.push_word(validity, places.len());
        for (start, length) in places {
            append(&mut self.bytes, source, start, length);
            self.ends.push(self.bytes.len());
        }
    }

    #[inline]
    fn end(&mut self, is_there: bool) {
        self.ends.push(self.bytes.len());
        self.validity.push(is_there);
    }

    /// The column; `None` when its texts are not UTF-8, or take more than the 2 GiB that Arrow can count.
    pub(crate) fn finish(self) -> Option<StringArray> {
        let offsets = self.ends.finish(self.bytes.len())?;
        StringArray::try_new(offsets, Buffer::from_vec(self.bytes), self.validity.into_nulls()).ok()
    }
}

/// A column of values of a fixed width being filled.
pub(crate) struct PrimitiveBuilder<T: ArrowPrimitiveType> {
    values: Vec<T::Native>,
    validity: BitmapBuilder,
}

impl<T: ArrowPrimitiveType> PrimitiveBuilder<T> {
    /// No values yet, with room for `rows`.
    pub(crate) fn new(rows: usize) -> PrimitiveBuilder<T> {
        PrimitiveBuilder { values: Vec::with_capacity(rows), validity: BitmapBuilder::new() }
    }

    /// Values so far, those that are missing included.
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// Adds a value.
    #[inline]
    pub(crate) fn push(&mut self, value: T::Native) {
        self.values.push(value);
        self.validity.push(true);
    }

    /// Adds a missing value.
    #[inline]
    pub(crate) fn push_null(&mut self) {
        self.values.push(T::Native::default());
        self.validity.push(false);
    }

    /// Adds a value, or a missing one.
    #[inline]
    pub(crate) fn push_option(&mut self, value: Option<T::Native>) {
        match value {
            Some(value) => self.push(value),
            None => self.push_null(),
        }
    }

    /// Adds the values of at most 64 rows, whatever stands for those that are missing, and a bit of `validity` for each that is
    /// not. There must be whole words of rows so far.
    #[inline]
    pub(crate) fn extend(&mut self, validity: u64, values: impl ExactSizeIterator<Item = T::Native>) {
        self.validity.push_word(validity, values.len());
        self.values.extend(values);
    }

    /// The column.
    pub(crate) fn finish(self) -> PrimitiveArray<T> {
        PrimitiveArray::new(self.values.into(), self.validity.into_nulls())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_those_that_were_pushed() {
        for (rows, missing) in
            [(0, 0), (64, 64), (130, 130), (130, 0), (130, 63), (130, 64), (130, 129), (100, 70)]
        {
            let (mut bits, mut words) = (BitmapBuilder::new(), BitmapBuilder::new());
            let expected: Vec<bool> = (0..rows).map(|row| row != missing).collect();
            expected.iter().for_each(|bit| bits.push(*bit));
            for chunk in expected.chunks(64) {
                let word = chunk.iter().rev().fold(0, |word, bit| word << 1 | u64::from(*bit));
                words.push_word(word, chunk.len());
            }
            for bits in [bits, words] {
                assert_eq!(bits.are_all_set, missing >= rows);
                assert_eq!(bits.into_nulls(), (missing < rows).then(|| NullBuffer::from(expected.clone())));
            }
        }
    }

    #[test]
    fn ends_that_arrow_cannot_count_are_found_out() {
        const MOST: usize = i32::MAX as usize;
        let finish = |ends: &[usize]| {
            let mut offsets = OffsetsBuilder::new(0);
            ends.iter().for_each(|end| offsets.push(*end));
            offsets.finish(ends.last().copied().unwrap_or(0))
        };
        assert_eq!(finish(&[]).as_deref(), Some(&[0][..]));
        assert_eq!(finish(&[3, MOST]).as_deref(), Some(&[0, 3, i32::MAX][..]));
        assert_eq!(finish(&[MOST + 1]), None);
        // As 32 bits, the second end would be 5.
        assert_eq!(finish(&[3, (1 << 32) + 5]), None);
    }

    #[test]
    fn a_column_is_the_texts_that_were_pushed() {
        let mut texts = StringBuilder::new(0);
        texts.push("aé漢字 and more".as_bytes(), 1, 5);
        texts.push_null();
        texts.push_text("");
        let expected = StringArray::from(vec![Some("é漢"), None, Some("")]);
        assert_eq!(texts.finish(), Some(expected));
        let mut texts = StringBuilder::new(1);
        texts.push("é".as_bytes(), 0, 1);
        assert_eq!(texts.finish(), None);
    }
}
