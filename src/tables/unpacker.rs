//! Packed rows as columns again.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, BooleanBufferBuilder, ListArray, NullArray, NullBufferBuilder};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Field, Float64Type, Int64Type, Schema, TimestampMicrosecondType,
};

use super::packed::LONG;
use crate::columns::{Fixed, Texts};

/// Packed rows being made columns again.
pub(super) struct Unpacker {
    columns: Vec<Builder>,
    rows: usize,
}

enum Builder {
    None,
    /// Values that are passed over.
    Skipped(DataType),
    Text(Texts),
    Integer(Fixed<Int64Type>),
    Number(Fixed<Float64Type>),
    Decimal(Fixed<Decimal128Type>, u8, i8),
    Boolean(BooleanBufferBuilder, NullBufferBuilder),
    Date(Fixed<Date32Type>),
    Datetime(Fixed<TimestampMicrosecondType>),
    List {
        field: Arc<Field>,
        items: Box<Builder>,
        count: i32,
        ends: Vec<i32>,
        nulls: NullBufferBuilder,
    },
}

impl Unpacker {
    /// No rows yet, with room for `rows`. Columns that are not wanted get no values.
    pub(super) fn new(schema: &Schema, is_wanted: impl Fn(usize) -> bool, rows: usize) -> Unpacker {
        let fields = schema.fields().iter().enumerate();
        let columns = fields.map(|(nth, field)| match is_wanted(nth) {
            true => Builder::new(field.data_type(), rows),
            false => Builder::Skipped(field.data_type().clone()),
        });
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
            Builder::Skipped(kind) => skip(kind, cursor),
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
            Builder::None | Builder::Skipped(_) => {}
            Builder::Text(texts) => texts.push_null(),
            Builder::Integer(fixed) => fixed.push_null(),
            Builder::Number(fixed) => fixed.push_null(),
            Builder::Decimal(fixed, ..) => fixed.push_null(),
            Builder::Boolean(values, nulls) => {
                values.append(false);
                nulls.append_null();
            }
            Builder::Date(fixed) => fixed.push_null(),
            Builder::Datetime(fixed) => fixed.push_null(),
            Builder::List { count, ends, nulls, .. } => {
                ends.push(*count);
                nulls.append_null();
            }
        }
    }

    fn finish(self, rows: usize) -> Option<ArrayRef> {
        Some(match self {
            Builder::None | Builder::Skipped(_) => Arc::new(NullArray::new(rows)),
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

/// Passes over a value.
fn skip(kind: &DataType, cursor: &mut Cursor<'_>) {
    match kind {
        DataType::Null => {}
        DataType::Utf8 => {
            let length = cursor.length();
            cursor.at += length;
        }
        DataType::List(field) => {
            for _ in 0..cursor.length() {
                if cursor.fixed() != [0] {
                    skip(field.data_type(), cursor);
                }
            }
        }
        DataType::Boolean => cursor.at += 1,
        fixed => cursor.at += fixed.primitive_width().expect("every other type has a fixed width"),
    }
}
