//! Columns being filled, value by value.

use arrow::array::{NullBufferBuilder, PrimitiveArray, StringArray};
use arrow::buffer::{Buffer, OffsetBuffer};
use arrow::datatypes::ArrowPrimitiveType;

use crate::bytes::append;

/// A column of texts being filled.
pub(crate) struct Texts {
    bytes: Vec<u8>,
    ends: Vec<i32>,
    nulls: NullBufferBuilder,
}

impl Texts {
    /// No texts yet, with room for `rows`.
    pub(crate) fn new(rows: usize) -> Texts {
        let mut ends = Vec::with_capacity(rows + 1);
        ends.push(0);
        Texts { bytes: Vec::with_capacity(rows * 16), ends, nulls: NullBufferBuilder::new(rows) }
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

    #[inline]
    fn end(&mut self, is_there: bool) {
        // More than fits is found out in the end.
        self.ends.push(self.bytes.len() as i32);
        self.nulls.append(is_there);
    }

    /// The column; `None` when its texts are not UTF-8, or take more than the 2 GiB that Arrow can count.
    pub(crate) fn finish(mut self) -> Option<StringArray> {
        i32::try_from(self.bytes.len()).ok()?;
        let offsets = OffsetBuffer::new(self.ends.into());
        StringArray::try_new(offsets, Buffer::from_vec(self.bytes), self.nulls.finish()).ok()
    }
}

/// A column of values of a fixed width being filled.
pub(crate) struct Fixed<T: ArrowPrimitiveType> {
    values: Vec<T::Native>,
    nulls: NullBufferBuilder,
}

impl<T: ArrowPrimitiveType> Fixed<T> {
    /// No values yet, with room for `rows`.
    pub(crate) fn new(rows: usize) -> Fixed<T> {
        Fixed { values: Vec::with_capacity(rows), nulls: NullBufferBuilder::new(rows) }
    }

    /// Adds a value.
    #[inline]
    pub(crate) fn push(&mut self, value: T::Native) {
        self.values.push(value);
        self.nulls.append_non_null();
    }

    /// Adds a missing value.
    #[inline]
    pub(crate) fn push_null(&mut self) {
        self.values.push(T::Native::default());
        self.nulls.append_null();
    }

    /// Adds a value, or a missing one.
    #[inline]
    pub(crate) fn push_option(&mut self, value: Option<T::Native>) {
        match value {
            Some(value) => self.push(value),
            None => self.push_null(),
        }
    }

    /// The column.
    pub(crate) fn finish(mut self) -> PrimitiveArray<T> {
        PrimitiveArray::new(self.values.into(), self.nulls.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_the_texts_that_were_pushed() {
        let mut texts = Texts::new(0);
        texts.push("aé漢字 and more".as_bytes(), 1, 5);
        texts.push_null();
        texts.push_text("");
        let expected = StringArray::from(vec![Some("é漢"), None, Some("")]);
        assert_eq!(texts.finish(), Some(expected));
        let mut texts = Texts::new(1);
        texts.push("é".as_bytes(), 0, 1);
        assert_eq!(texts.finish(), None);
    }
}
