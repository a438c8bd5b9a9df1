//! Rows as bytes, each in one piece.
//!
//! Columns suit checking and encoding. To put rows in another order they are packed first: a row in one piece is fetched
//! from memory at once, and not from each of its columns.

use std::sync::Arc;

use arrow::array::{Array, BooleanBufferBuilder};
use arrow::array::{
    ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, ListArray,
    NullArray, NullBufferBuilder, StringArray, TimestampMicrosecondArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Date32Type, Decimal128Type, Field, Float64Type, Int64Type, Schema,
    TimestampMicrosecondType,
};

use crate::bytes::{Texts, append};

/// Lengths from here on take four more bytes.
const LONG: u8 = u8::MAX;

/// Rows one after the other.
///
/// A row is a bit for each column that says whether there is a value, lowest first, and the values that are there: numbers
/// little-endian, texts behind their length, lists behind theirs, with a byte before each item that says whether it is there.
#[derive(Debug, Default)]
pub(super) struct Packed {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Packed {
    /// Packs the rows of columns of one length; columns that the schema has without a type are left out.
    pub(super) fn new(schema: &Schema, columns: &[ArrayRef], rows: usize) -> Packed {
        let is_left_out = |field: &Field| field.data_type() == &DataType::Null;
        let each = schema.fields().iter().zip(columns);
        let values =
            each.map(|(field, column)| if is_left_out(field) { Values::None } else { Values::new(column) });
        let values: Vec<Values<'_>> = values.collect();
        let bits = values.len().div_ceil(8);
        let mut packed =
            Packed { bytes: Vec::with_capacity(estimate(columns, rows)), ends: Vec::with_capacity(rows) };
        let out = &mut packed.bytes;
        for row in 0..rows {
            let start = out.len();
            out.resize(start + bits, 0);
            for (number, values) in values.iter().enumerate() {
                if values.write(row, out) {
                    out[start + number / 8] |= 1 << (number % 8);
                }
            }
            packed.ends.push(out.len());
        }
        packed
    }

    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of memory that it takes.
    pub(super) fn memory_bytes(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * size_of::<usize>()
    }

    /// A row.
    pub(super) fn row(&self, row: usize) -> &[u8] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.bytes[start..self.ends[row]]
    }
}

/// Bytes that the packed rows take, or a little more.
fn estimate(columns: &[ArrayRef], rows: usize) -> usize {
    let values: usize =
        columns.iter().map(|column| column.to_data().get_slice_memory_size().unwrap_or(0)).sum();
    values + rows * columns.len().div_ceil(8)
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
                    let (start, end) = (offsets[row] as usize, offsets[row + 1] as usize);
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
                    let rows = super::item_rows(lists, row);
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

/// Packed rows being made columns again.
pub(super) struct Unpacker {
    columns: Vec<Builder>,
    rows: usize,
}

enum Builder {
    None,
    Text(Texts),
    Integer(Fixed<Int64Type>),
    Number(Fixed<Float64Type>),
    Decimal(Fixed<Decimal128Type>, u8, i8),
    Boolean(BooleanBufferBuilder, NullBufferBuilder),
    Date(Fixed<Date32Type>),
    Datetime(Fixed<TimestampMicrosecondType>),
    List { field: Arc<Field>, items: Box<Builder>, count: i32, ends: Vec<i32>, nulls: NullBufferBuilder },
}

/// Values of a fixed width, and which of them are there.
struct Fixed<T: ArrowPrimitiveType> {
    values: Vec<T::Native>,
    nulls: NullBufferBuilder,
}

impl Unpacker {
    /// No rows yet, with room for `rows`.
    pub(super) fn new(schema: &Schema, rows: usize) -> Unpacker {
        let columns = schema.fields().iter().map(|field| Builder::new(field.data_type(), rows));
        Unpacker { columns: columns.collect(), rows: 0 }
    }

    /// Number of rows so far.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Adds the row that begins at `start`. What follows the row in `bytes` is not looked at.
    pub(super) fn push(&mut self, bytes: &[u8], start: usize) {
        let bits = self.columns.len().div_ceil(8);
        let mut cursor = Cursor { bytes, at: start + bits };
        for (number, column) in self.columns.iter_mut().enumerate() {
            if bytes[start + number / 8] >> (number % 8) & 1 == 1 {
                column.take(&mut cursor);
            } else {
                column.skip();
            }
        }
        self.rows += 1;
    }

    /// The columns; `None` when a column's texts take more than the 2 GiB that Arrow can count.
    pub(super) fn finish(self) -> Option<Vec<ArrayRef>> {
        let rows = self.rows;
        self.columns.into_iter().map(|column| column.finish(rows)).collect()
    }
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    #[inline]
    fn fixed<const N: usize>(&mut self) -> [u8; N] {
        let value = *self.bytes[self.at..].first_chunk::<N>().expect("a value stands where a bit says so");
        self.at += N;
        value
    }

    #[inline]
    fn length(&mut self) -> usize {
        let [short] = self.fixed::<1>();
        if short == LONG { u32::from_le_bytes(self.fixed()) as usize } else { usize::from(short) }
    }
}

impl Builder {
    fn new(kind: &DataType, rows: usize) -> Builder {
        let nulls = NullBufferBuilder::new(rows);
        match kind {
            DataType::Utf8 => Builder::Text(Texts::new(rows)),
            DataType::Int64 => Builder::Integer(Fixed::new(rows)),
            DataType::Float64 => Builder::Number(Fixed::new(rows)),
            DataType::Decimal128(precision, scale) => Builder::Decimal(Fixed::new(rows), *precision, *scale),
            DataType::Boolean => Builder::Boolean(BooleanBufferBuilder::new(rows), nulls),
            DataType::Date32 => Builder::Date(Fixed::new(rows)),
            DataType::Timestamp(..) => Builder::Datetime(Fixed::new(rows)),
            DataType::List(field) => Builder::List {
                items: Box::new(Builder::new(field.data_type(), rows)),
                field: Arc::clone(field),
                count: 0,
                ends: vec![0],
                nulls,
            },
            _ => Builder::None,
        }
    }

    /// Adds the value at the cursor.
    #[inline]
    fn take(&mut self, cursor: &mut Cursor<'_>) {
        match self {
            Builder::None => {}
            Builder::Text(texts) => {
                let length = cursor.length();
                texts.push(cursor.bytes, cursor.at, length);
                cursor.at += length;
            }
            Builder::Integer(fixed) => fixed.push(i64::from_le_bytes(cursor.fixed())),
            Builder::Number(fixed) => fixed.push(f64::from_le_bytes(cursor.fixed())),
            Builder::Decimal(fixed, ..) => fixed.push(i128::from_le_bytes(cursor.fixed())),
            Builder::Boolean(values, nulls) => {
                values.append(cursor.fixed() != [0]);
                nulls.append_non_null();
            }
            Builder::Date(fixed) => fixed.push(i32::from_le_bytes(cursor.fixed())),
            Builder::Datetime(fixed) => fixed.push(i64::from_le_bytes(cursor.fixed())),
            Builder::List { items, count, ends, nulls, .. } => {
                let length = cursor.length();
                for _ in 0..length {
                    if cursor.fixed() == [0] { items.skip() } else { items.take(cursor) }
                }
                *count += length as i32;
                ends.push(*count);
                nulls.append_non_null();
            }
        }
    }

    /// Adds a missing value.
    #[inline]
    fn skip(&mut self) {
        match self {
            Builder::None => {}
            Builder::Text(texts) => texts.push_null(),
            Builder::Integer(fixed) => fixed.skip(),
            Builder::Number(fixed) => fixed.skip(),
            Builder::Decimal(fixed, ..) => fixed.skip(),
            Builder::Boolean(values, nulls) => {
                values.append(false);
                nulls.append_null();
            }
            Builder::Date(fixed) => fixed.skip(),
            Builder::Datetime(fixed) => fixed.skip(),
            Builder::List { count, ends, nulls, .. } => {
                ends.push(*count);
                nulls.append_null();
            }
        }
    }

    fn finish(self, rows: usize) -> Option<ArrayRef> {
        Some(match self {
            Builder::None => Arc::new(NullArray::new(rows)),
            Builder::Text(texts) => Arc::new(texts.finish()?),
            Builder::Integer(fixed) => Arc::new(fixed.finish()),
            Builder::Number(fixed) => Arc::new(fixed.finish()),
            Builder::Decimal(fixed, precision, scale) => Arc::new(
                fixed
                    .finish()
                    .with_precision_and_scale(precision, scale)
                    .expect("they are those of a column"),
            ),
            Builder::Boolean(mut values, mut nulls) => {
                Arc::new(BooleanArray::new(values.finish(), nulls.finish()))
            }
            Builder::Date(fixed) => Arc::new(fixed.finish()),
            Builder::Datetime(fixed) => Arc::new(fixed.finish().with_timezone("UTC")),
            Builder::List { field, items, count, ends, mut nulls } => {
                let items = items.finish(usize::try_from(count).ok()?)?;
                Arc::new(ListArray::new(field, OffsetBuffer::new(ends.into()), items, nulls.finish()))
            }
        })
    }
}

impl<T: ArrowPrimitiveType> Fixed<T> {
    fn new(rows: usize) -> Fixed<T> {
        Fixed { values: Vec::with_capacity(rows), nulls: NullBufferBuilder::new(rows) }
    }

    #[inline]
    fn push(&mut self, value: T::Native) {
        self.values.push(value);
        self.nulls.append_non_null();
    }

    #[inline]
    fn skip(&mut self) {
        self.values.push(T::Native::default());
        self.nulls.append_null();
    }

    fn finish(mut self) -> arrow::array::PrimitiveArray<T> {
        arrow::array::PrimitiveArray::new(self.values.into(), self.nulls.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::fixture;

    #[test]
    fn rows_that_are_packed_come_back_as_they_were() {
        let project = fixture::project(None);
        for table in 0..project.tables.len() {
            let batch = fixture::rows(&project, table);
            let schema = batch.schema();
            let packed = Packed::new(&schema, batch.columns(), batch.num_rows());
            assert_eq!(packed.len(), batch.num_rows());
            assert_eq!(unpacked(&schema, &packed), batch.columns());
        }
    }

    fn unpacked(schema: &Schema, packed: &Packed) -> Vec<ArrayRef> {
        let mut unpacker = Unpacker::new(schema, packed.len());
        (0..packed.len()).for_each(|row| unpacker.push(packed.row(row), 0));
        assert_eq!(unpacker.rows(), packed.len());
        unpacker.finish().expect("it is small")
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
        let packed = Packed::new(&schema, batch.columns(), batch.num_rows());
        for (nth, (column, array)) in unpacked(&schema, &packed).iter().zip(batch.columns()).enumerate() {
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
        assert_eq!(unpacked(&schema, &Packed::new(&schema, &columns, 4)), columns);
    }
}
