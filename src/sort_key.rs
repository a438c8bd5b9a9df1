//! Keys of rows as bytes that compare as the keys do.

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, StringArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float64Type, Int64Type, TimestampMicrosecondType,
};
use arrow::row::{RowConverter, SortField};

use crate::bytes::append;
use crate::offsets::index;

/// The values of some columns, row by row, as bytes: equal bytes for equal keys, and in the keys' order. Missing values
/// come first.
pub(crate) struct Keys(Form);

enum Form {
    /// A single text column, as it is.
    Text(StringArray),
    /// Anything else: the bytes of all rows, where each row's end, and which rows are whole.
    Encoded { bytes: Vec<u8>, ends: Vec<u32>, whole: Option<NullBuffer> },
}

impl Default for Keys {
    fn default() -> Keys {
        Keys(Form::Encoded { bytes: Vec::new(), ends: Vec::new(), whole: None })
    }
}

impl Keys {
    /// The keys that the columns make; there is at least one column, and all are of one length.
    pub(crate) fn new(columns: &[&ArrayRef]) -> Keys {
        assert!(!columns.is_empty(), "a key has columns");
        match columns {
            [only] if only.data_type() == &DataType::Utf8 => Keys(Form::Text(only.as_string().clone())),
            _ => Keys(encoded_columns(columns)),
        }
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        match &self.0 {
            Form::Text(texts) => texts.len(),
            Form::Encoded { ends, .. } => ends.len(),
        }
    }

    /// Whether there are no rows.
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The key's bytes, whether or not parts of it are missing.
    pub(crate) fn bytes(&self, row: usize) -> &[u8] {
        match &self.0 {
            Form::Text(texts) => texts.value(row).as_bytes(),
            Form::Encoded { bytes, ends, .. } => {
                let start = if row == 0 { 0 } else { ends[row - 1] };
                &bytes[start as usize..ends[row] as usize]
            }
        }
    }

    /// Whether no part of the row's key is missing.
    pub(crate) fn is_whole(&self, row: usize) -> bool {
        match &self.0 {
            Form::Text(texts) => texts.is_valid(row),
            Form::Encoded { whole, .. } => whole.as_ref().is_none_or(|whole| whole.is_valid(row)),
        }
    }

    /// The key of a row; `None` when a part of it is missing.
    pub(crate) fn get(&self, row: usize) -> Option<&[u8]> {
        self.is_whole(row).then(|| self.bytes(row))
    }

    /// The bytes of all keys, whether or not parts of them are missing, as a column of Arrow's.
    pub(crate) fn to_binary(&self) -> BinaryArray {
        BinaryArray::from_iter_values((0..self.len()).map(|row| self.bytes(row)))
    }

    /// Bytes of memory that they take.
    pub(crate) fn memory_bytes(&self) -> usize {
        match &self.0 {
            Form::Text(texts) => texts.get_array_memory_size(),
            Form::Encoded { bytes, ends, .. } => bytes.capacity() + ends.capacity() * size_of::<u32>(),
        }
    }

    /// What all keys begin with; empty when there are none.
    pub(crate) fn common_prefix(&self) -> Vec<u8> {
        let mut common: &[u8] = if self.is_empty() { &[] } else { self.bytes(0) };
        for row in 1..self.len() {
            let key = self.bytes(row);
            if !key.starts_with(common) {
                common = &common[..shared(common, key)];
            }
        }
        common.to_vec()
    }
}

/// How many bytes two keys begin with in common.
pub(crate) fn shared(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// 16 bytes of the key from `skip` on, as a number that compares as they do.
pub(crate) fn prefix(bytes: &[u8], skip: usize) -> u128 {
    let rest = bytes.get(skip..).unwrap_or(&[]);
    if let Some(whole) = rest.first_chunk::<16>() {
        return u128::from_be_bytes(*whole);
    }
    let mut padded = [0; 16];
    padded[..rest.len()].copy_from_slice(rest);
    u128::from_be_bytes(padded)
}

fn encoded_columns(columns: &[&ArrayRef]) -> Form {
    let rows = columns[0].len();
    let columns: Vec<Part<'_>> = columns.iter().map(|array| Part::new(array)).collect();
    let mut bytes = Vec::with_capacity(rows * 16 * columns.len());
    let mut ends = Vec::with_capacity(rows);
    for row in 0..rows {
        columns.iter().for_each(|part| part.write(row, &mut bytes));
        ends.push(u32::try_from(bytes.len()).expect("a chunk's keys are smaller than 4 GiB"));
    }
    let mut whole = None;
    for part in &columns {
        whole = NullBuffer::union(whole.as_ref(), part.array.nulls());
    }
    Form::Encoded { bytes, ends, whole }
}

/// A column of a key of several.
struct Part<'a> {
    array: &'a ArrayRef,
    values: Values<'a>,
}

enum Values<'a> {
    /// Texts, and whether a byte 0 or 1 is among them.
    Texts(&'a StringArray, bool),
    /// Values of a fixed width, big-endian with the sign turned, so that bytes compare as they do.
    Fixed(Vec<u128>, usize),
    /// Lists, in Arrow's row format.
    Rows(arrow::row::Rows),
}

impl<'a> Part<'a> {
    fn new(array: &'a ArrayRef) -> Part<'a> {
        let signed = |value: i64| u128::from(value.cast_unsigned() ^ (1 << 63));
        let values = match array.data_type() {
            DataType::Utf8 => {
                let texts = array.as_string::<i32>();
                let bytes = texts.value_data();
                Values::Texts(texts, memchr::memchr2(0, 1, bytes).is_some())
            }
            DataType::Int64 => Values::Fixed(
                array.as_primitive::<Int64Type>().values().iter().map(|&v| signed(v)).collect(),
                8,
            ),
            DataType::Timestamp(..) => {
                let values = array.as_primitive::<TimestampMicrosecondType>().values();
                Values::Fixed(values.iter().map(|&v| signed(v)).collect(), 8)
            }
            DataType::Date32 => {
                let values = array.as_primitive::<Date32Type>().values();
                Values::Fixed(values.iter().map(|&v| signed(i64::from(v))).collect(), 8)
            }
            DataType::Float64 => {
                let ordered = |value: f64| {
                    let bits = value.to_bits();
                    u128::from(if bits >> 63 == 1 { !bits } else { bits | (1 << 63) })
                };
                let values = array.as_primitive::<Float64Type>().values();
                Values::Fixed(values.iter().map(|&v| ordered(v)).collect(), 8)
            }
            DataType::Decimal128(..) => {
                let values = array.as_primitive::<Decimal128Type>().values();
                Values::Fixed(values.iter().map(|&v| v.cast_unsigned() ^ (1 << 127)).collect(), 16)
            }
            DataType::Boolean => {
                let values = array.as_boolean().values();
                Values::Fixed(values.iter().map(u128::from).collect(), 1)
            }
            other => {
                let converter = RowConverter::new(vec![SortField::new(other.clone())]);
                let rows =
                    converter.and_then(|converter| converter.convert_columns(&[ArrayRef::clone(array)]));
                Values::Rows(rows.expect("every column type has a row format"))
            }
        };
        Part { array, values }
    }

    /// Adds the row's value: a byte that says whether there is one, and the value so that none is another's beginning.
    fn write(&self, row: usize, out: &mut Vec<u8>) {
        if self.array.is_null(row) {
            return out.push(0);
        }
        out.push(1);
        match &self.values {
            Values::Texts(texts, needs_escapes) => {
                if *needs_escapes {
                    let text = texts.value(row).as_bytes();
                    // 0 ends a text, so it is written 1 1, and 1 is written 1 2: the order stays.
                    for &byte in text {
                        match byte {
                            0 | 1 => out.extend_from_slice(&[1, byte + 1]),
                            other => out.push(other),
                        }
                    }
                } else {
                    let offsets = texts.value_offsets();
                    let (start, end) = (index(offsets[row]), index(offsets[row + 1]));
                    append(out, texts.value_data(), start, end - start);
                }
                out.push(0);
            }
            Values::Fixed(values, width) => {
                out.extend_from_slice(&values[row].to_be_bytes()[16 - width..]);
            }
            Values::Rows(rows) => out.extend_from_slice(rows.row(row).data()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{BooleanArray, Float64Array, Int64Array};

    use super::*;

    #[test]
    fn bytes_compare_as_the_values_do() {
        let texts = StringArray::from(vec![
            None,
            Some(""),
            Some("\0"),
            Some("\0\0"),
            Some("\u{1}"),
            Some("a"),
            Some("ab"),
        ]);
        let numbers: Vec<i64> = vec![i64::MIN, -1, 0, 1, 7, i64::MAX];
        let floats = vec![f64::MIN, -1.5, -0.0, 0.0, 2e-7, 3.0];
        let columns: [ArrayRef; 4] = [
            Arc::new(texts),
            Arc::new(Int64Array::from(numbers)),
            Arc::new(Float64Array::from(floats)),
            Arc::new(BooleanArray::from(vec![None, Some(false), Some(true)])),
        ];
        for column in &columns {
            let same: ArrayRef = Arc::new(Int64Array::from(vec![5; column.len()]));
            for key in [vec![column, &same], vec![&same, column]] {
                let keys = Keys::new(&key);
                for row in 1..keys.len() {
                    assert!(keys.bytes(row - 1) < keys.bytes(row), "{column:?} {row}");
                }
                assert_eq!(keys.get(0).is_none(), column.is_null(0));
            }
        }
    }

    #[test]
    fn no_text_runs_into_the_next() {
        let a: ArrayRef = Arc::new(StringArray::from(vec!["a", "ab", "a\0"]));
        let b: ArrayRef = Arc::new(StringArray::from(vec!["bc", "c", "bc"]));
        let keys = Keys::new(&[&a, &b]);
        assert!(keys.bytes(0) != keys.bytes(1) && keys.bytes(0) != keys.bytes(2));
        assert!(keys.bytes(0) < keys.bytes(2) && keys.bytes(2) < keys.bytes(1));
    }
}
