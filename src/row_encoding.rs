//! The row encoding: rows as bytes, each in one piece.
//!
//! Columns suit checking and encoding. To put rows in another order they are encoded first: a row in one piece is fetched
//! from memory at once, and not from each of its columns.

mod decoder;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array,
    ListArray, StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Field, Float64Type, Int64Type, Schema, TimestampMicrosecondType,
};

pub(crate) use decoder::Decoder;

use crate::bytes::append;
use crate::offsets::{index, item_rows};

/// Lengths from here on take four more bytes.
pub(crate) const LONG: u8 = u8::MAX;

/// Encoded rows, one after the other.
///
/// A row is a bit for each column that says whether there is a value, lowest first, and the values that are there: numbers
/// little-endian, texts behind their length, lists behind theirs, with a byte before each item that says whether it is there.
#[derive(Debug, Default)]
pub(crate) struct EncodedRows {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl EncodedRows {
    /// Encodes the rows of columns of one length; columns that the schema has without a type are left out.
    pub(crate) fn new(schema: &Schema, columns: &[ArrayRef], rows: usize) -> EncodedRows {
        let is_kept = |field: &Field| field.data_type() != &DataType::Null;
        let each = || schema.fields().iter().zip(columns).map(|(field, column)| (is_kept(field), column));
        let values = each().map(|(is_kept, column)| if is_kept { Values::new(column) } else { Values::None });
        let values: Vec<Values<'_>> = values.collect();
        let bits = values.len().div_ceil(8);
        let kept =
            each().filter(|(is_kept, _)| *is_kept).map(|(_, column)| value_bytes(column)).sum::<usize>();
        let mut encoded =
            EncodedRows { bytes: Vec::with_capacity(kept + rows * bits), ends: Vec::with_capacity(rows) };
        let out = &mut encoded.bytes;
        for row in 0..rows {
            let start = out.len();
            out.resize(start + bits, 0);
            for (number, values) in values.iter().enumerate() {
                if values.write(row, out) {
                    out[start + number / 8] |= 1 << (number % 8);
                }
            }
            encoded.ends.push(out.len());
        }
        encoded
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of memory that it takes.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * size_of::<usize>()
    }

    /// A row.
    pub(crate) fn row(&self, row: usize) -> &[u8] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.bytes[start..self.ends[row]]
    }
}

/// Bytes of a column's values, whatever room was made for them.
pub(crate) fn value_bytes(column: &ArrayRef) -> usize {
    column.to_data().get_slice_memory_size().unwrap_or(0)
}

/// The values of a column.
enum Values<'a> {
    None,
    Text(&'a StringArray),
    Integer(&'a Int64Array),
    Number(&'a Float64Array),
    Decimal(&'a Decimal128Array),
    Boolean(&'a BooleanArray),
    Date(&'a Date32Array),
    Datetime(&'a TimestampMicrosecondArray),
    List(&'a ListArray, Box<Values<'a>>),
}

impl<'a> Values<'a> {
    fn new(array: &'a ArrayRef) -> Values<'a> {
        match array.data_type() {
            DataType::Null => Values::None,
            DataType::Utf8 => Values::Text(array.as_string()),
            DataType::Int64 => Values::Integer(array.as_primitive::<Int64Type>()),
            DataType::Float64 => Values::Number(array.as_primitive::<Float64Type>()),
            DataType::Decimal128(..) => Values::Decimal(array.as_primitive::<Decimal128Type>()),
            DataType::Boolean => Values::Boolean(array.as_boolean()),
            DataType::Date32 => Values::Date(array.as_primitive::<Date32Type>()),
            DataType::Timestamp(..) => Values::Datetime(array.as_primitive::<TimestampMicrosecondType>()),
            DataType::List(_) => {
                let lists = array.as_list::<i32>();
                Values::List(lists, Box::new(Values::new(lists.values())))
            }
            other => unreachable!("no column has the type {other}"),
        }
    }

    /// Writes the row's value, and returns whether there is one.
    #[inline]
    fn write(&self, row: usize, out: &mut Vec<u8>) -> bool {
        match self {
            Values::None => false,
            Values::Text(texts) => {
                texts.is_valid(row) && {
                    let offsets = texts.value_offsets();
                    let (start, end) = (index(offsets[row]), index(offsets[row + 1]));
                    write_length(end - start, out);
                    append(out, texts.value_data(), start, end - start);
                    true
                }
            }
            Values::Integer(values) => {
                write_fixed(values.is_valid(row), values.value(row).to_le_bytes(), out)
            }
            Values::Number(values) => write_fixed(values.is_valid(row), values.value(row).to_le_bytes(), out),
            Values::Decimal(values) => {
                write_fixed(values.is_valid(row), values.value(row).to_le_bytes(), out)
            }
            Values::Boolean(values) => write_fixed(values.is_valid(row), [u8::from(values.value(row))], out),
            Values::Date(values) => write_fixed(values.is_valid(row), values.value(row).to_le_bytes(), out),
            Values::Datetime(values) => {
                write_fixed(values.is_valid(row), values.value(row).to_le_bytes(), out)
            }
            Values::List(lists, items) => {
                lists.is_valid(row) && {
                    let rows = item_rows(lists, row);
                    write_length(rows.len(), out);
                    for item in rows {
                        let at = out.len();
                        out.push(0);
                        out[at] = u8::from(items.write(item, out));
                    }
                    true
                }
            }
        }
    }
}

#[inline]
fn write_fixed<const N: usize>(is_valid: bool, value: [u8; N], out: &mut Vec<u8>) -> bool {
    if is_valid {
        out.extend_from_slice(&value);
    }
    is_valid
}

#[inline]
fn write_length(length: usize, out: &mut Vec<u8>) {
    match u8::try_from(length) {
        Ok(short) if short < LONG => out.push(short),
        _ => {
            out.push(LONG);
            let length = u32::try_from(length).expect("Arrow counts a column's bytes and items in 31 bits");
            out.extend_from_slice(&length.to_le_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::schema::fixture;

    #[test]
    fn encoded_rows_come_back_as_they_were() {
        let project = fixture::project(None);
        for table in 0..project.tables.len() {
            let batch = fixture::rows(&project, table);
            let schema = batch.schema();
            let encoded = EncodedRows::new(&schema, batch.columns(), batch.num_rows());
            assert_eq!(encoded.len(), batch.num_rows());
            assert_eq!(decoded(&schema, &encoded, |_| true), batch.columns());
            let half = decoded(&schema, &encoded, |nth| nth % 2 == 1);
            for (nth, (column, array)) in half.iter().zip(batch.columns()).enumerate() {
                match nth % 2 {
                    0 => assert_eq!((column.data_type(), column.len()), (&DataType::Null, array.len())),
                    _ => assert_eq!(column, array),
                }
            }
        }
    }

    fn decoded(schema: &Schema, encoded: &EncodedRows, is_wanted: impl Fn(usize) -> bool) -> Vec<ArrayRef> {
        let mut decoder = Decoder::new(schema, is_wanted, encoded.len());
        (0..encoded.len()).for_each(|row| decoder.push(encoded.row(row)));
        assert_eq!(decoder.rows(), encoded.len());
        decoder.finish().expect("it is small")
    }

    #[test]
    fn columns_without_a_type_are_left_out() {
        let project = fixture::project(None);
        let batch = fixture::rows(&project, fixture::FLOODS);
        let untyped = |(nth, field): (usize, &Arc<Field>)| match nth % 2 {
            0 => Field::new(field.name(), DataType::Null, true),
            _ => Field::clone(field),
        };
        let schema = Schema::new(batch.schema().fields().iter().enumerate().map(untyped).collect::<Vec<_>>());
        let encoded = EncodedRows::new(&schema, batch.columns(), batch.num_rows());
        for (nth, (column, array)) in
            decoded(&schema, &encoded, |_| true).iter().zip(batch.columns()).enumerate()
        {
            match nth % 2 {
                0 => assert_eq!((column.data_type(), column.len()), (&DataType::Null, array.len())),
                _ => assert_eq!(column, array),
            }
        }
    }

    #[test]
    fn long_texts_and_lists_with_gaps_are_kept() {
        let long = "x".repeat(70_000);
        let texts: ArrayRef =
            Arc::new(StringArray::from(vec![Some(&*long), None, Some(""), Some(&long[..255])]));
        let mut lists = arrow::array::ListBuilder::new(arrow::array::StringBuilder::new());
        lists.append_value([Some("a"), None, Some(&long[..300])]);
        lists.append_null();
        lists.append_value((0..300).map(|_| Some("b")));
        lists.append_value([None::<&str>; 0]);
        let columns: [ArrayRef; 2] = [texts, Arc::new(lists.finish())];
        let fields = columns.iter().map(|column| Field::new("", column.data_type().clone(), true));
        let schema = Schema::new(fields.collect::<Vec<_>>());
        assert_eq!(decoded(&schema, &EncodedRows::new(&schema, &columns, 4), |_| true), columns);
    }
}
