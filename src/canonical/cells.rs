//! A column of a batch with its type resolved, so that a row loop asks for no types.

use std::ops::Range;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array,
    ListArray, StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{Date32Type, Decimal128Type, Float64Type, Int64Type, TimestampMicrosecondType};

use super::scalar;
use crate::bytes::append;
use crate::offsets::{index, item_rows};
use crate::schema::ColumnType;

/// The cells of one column.
pub enum Cells<'a> {
    /// Text and JSON text.
    Text(&'a StringArray),
    /// Integers.
    Integer(&'a Int64Array),
    /// Numbers.
    Number(&'a Float64Array),
    /// Decimals, and the digits after their point.
    Decimal(&'a Decimal128Array, i8),
    /// Booleans.
    Boolean(&'a BooleanArray),
    /// Days from 1970-01-01.
    Date(&'a Date32Array),
    /// Microseconds from 1970-01-01T00:00:00Z.
    Datetime(&'a TimestampMicrosecondArray),
    /// Microseconds from 1970-01-01T00:00:00 of no zone.
    LocalDatetime(&'a TimestampMicrosecondArray),
    /// Lists, and the items of all of them.
    List(&'a ListArray, Box<Cells<'a>>),
}

impl<'a> Cells<'a> {
    /// The cells of `array`, whose type is that of [`ColumnType::arrow`].
    pub fn new(kind: ColumnType, array: &'a ArrayRef) -> Cells<'a> {
        match kind {
            ColumnType::Text | ColumnType::Json => Cells::Text(array.as_string()),
            ColumnType::Integer => Cells::Integer(array.as_primitive::<Int64Type>()),
            ColumnType::Number => Cells::Number(array.as_primitive::<Float64Type>()),
            ColumnType::Decimal { scale, .. } => {
                Cells::Decimal(array.as_primitive::<Decimal128Type>(), scale)
            }
            ColumnType::Boolean => Cells::Boolean(array.as_boolean()),
            ColumnType::Date => Cells::Date(array.as_primitive::<Date32Type>()),
            ColumnType::Datetime => Cells::Datetime(array.as_primitive::<TimestampMicrosecondType>()),
            ColumnType::LocalDatetime => {
                Cells::LocalDatetime(array.as_primitive::<TimestampMicrosecondType>())
            }
            ColumnType::List(item) => {
                let lists = array.as_list::<i32>();
                Cells::List(lists, Box::new(Cells::new(item.column_type(), lists.values())))
            }
        }
    }

    /// The column.
    pub(super) fn array(&self) -> &'a dyn Array {
        match self {
            Cells::Text(values) => *values,
            Cells::Integer(values) => *values,
            Cells::Number(values) => *values,
            Cells::Decimal(values, _) => *values,
            Cells::Boolean(values) => *values,
            Cells::Date(values) => *values,
            Cells::Datetime(values) | Cells::LocalDatetime(values) => *values,
            Cells::List(values, _) => *values,
        }
    }

    /// Whether the row has no value.
    pub fn is_null(&self, row: usize) -> bool {
        match self {
            Cells::Text(values) => values.is_null(row),
            Cells::Integer(values) => values.is_null(row),
            Cells::Number(values) => values.is_null(row),
            Cells::Decimal(values, _) => values.is_null(row),
            Cells::Boolean(values) => values.is_null(row),
            Cells::Date(values) => values.is_null(row),
            Cells::Datetime(values) | Cells::LocalDatetime(values) => values.is_null(row),
            Cells::List(values, _) => values.is_null(row),
        }
    }

    /// The bytes of the texts of some rows, or of the texts in their lists, one after the other; `None` where there are no
    /// texts.
    pub fn text_bytes(&self, rows: Range<usize>) -> Option<&'a [u8]> {
        match self {
            Cells::Text(values) => {
                let offsets = values.value_offsets();
                Some(&values.value_data()[index(offsets[rows.start])..index(offsets[rows.end])])
            }
            Cells::List(lists, items) => {
                let offsets = lists.value_offsets();
                items.text_bytes(index(offsets[rows.start])..index(offsets[rows.end]))
            }
            Cells::Integer(_)
            | Cells::Number(_)
            | Cells::Decimal(..)
            | Cells::Boolean(_)
            | Cells::Date(_)
            | Cells::Datetime(_)
            | Cells::LocalDatetime(_) => None,
        }
    }

    /// Bytes of the shortest text of some rows that is there; `None` where there is none.
    pub fn shortest(&self, rows: Range<usize>) -> Option<usize> {
        let Cells::Text(values) = self else { return None };
        let there = rows.filter(|&row| values.is_valid(row));
        there.map(|row| index(values.value_length(row))).min()
    }

    /// Writes the text of a row that has a value, without quotes around it; the items of a list are joined by `; `.
    pub fn write_text(&self, row: usize, out: &mut Vec<u8>) {
        match self {
            Cells::Text(values) => {
                let offsets = values.value_offsets();
                let (start, end) = (index(offsets[row]), index(offsets[row + 1]));
                append(out, values.value_data(), start, end - start);
            }
            Cells::Integer(values) => scalar::write_integer(values.value(row), out),
            Cells::Number(values) => scalar::write_number(values.value(row), out),
            Cells::Decimal(values, scale) => scalar::write_decimal(values.value(row), *scale, out),
            Cells::Boolean(values) => scalar::write_boolean(values.value(row), out),
            Cells::Date(values) => scalar::write_date(values.value(row), out),
            Cells::Datetime(values) => scalar::write_datetime(values.value(row), out),
            Cells::LocalDatetime(values) => scalar::write_local_datetime(values.value(row), out),
            Cells::List(lists, items) => {
                for (nth, item) in item_rows(lists, row).enumerate() {
                    if nth > 0 {
                        out.extend_from_slice(b"; ");
                    }
                    items.write_text(item, out);
                }
            }
        }
    }
}
