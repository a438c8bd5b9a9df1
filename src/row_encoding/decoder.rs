//! Encoded rows decoded into columns.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, ListArray, NullArray};
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Date32Type, Decimal128Type, Field, Float64Type, Int64Type, Schema,
    TimestampMicrosecondType,
};

use super::LONG;
use crate::columns::{BitmapBuilder, OffsetsBuilder, PrimitiveBuilder, StringBuilder};

/// Rows that are made columns at a time: a word of bits, and few enough to stay in a core's nearest memory.
const GROUP_ROWS: usize = 64;

/// Bytes behind the rows of a group, which make it safe to look at a value that is not there.
const PADDING: usize = 32;

/// Decoder of rows: columns being filled.
///
/// Rows are gathered in groups, and a group is taken apart column by column: what is done for a column is decided once, and
/// a missing value costs no wrong guess of what comes next.
pub(crate) struct Decoder {
    columns: Vec<Builder>,
    group: Group,
    /// Rows in groups that were taken apart.
    rows: usize,
}

/// Some rows, one after the other.
#[derive(Default)]
struct Group {
    bytes: Vec<u8>,
    starts: Vec<usize>,
    /// Where the next value of each row stands.
    cursors: Vec<usize>,
}

enum Builder {
    None,
    /// Values that are passed over.
    Skipped(DataType),
    Text(StringBuilder),
    Integer(PrimitiveBuilder<Int64Type>),
    Number(PrimitiveBuilder<Float64Type>),
    Decimal(PrimitiveBuilder<Decimal128Type>, u8, i8),
    Boolean {
        values: BitmapBuilder,
        there: BitmapBuilder,
    },
    Date(PrimitiveBuilder<Date32Type>),
    /// Dates and times, and their zone.
    Datetime(PrimitiveBuilder<TimestampMicrosecondType>, Option<Arc<str>>),
    List {
        field: Arc<Field>,
        items: Box<Builder>,
        count: usize,
        ends: OffsetsBuilder,
        there: BitmapBuilder,
    },
}

impl Decoder {
    /// No rows yet, with room for `rows`. Columns that are not wanted get no values.
    pub(crate) fn new(schema: &Schema, is_wanted: impl Fn(usize) -> bool, rows: usize) -> Decoder {
        let fields = schema.fields().iter().enumerate();
        let columns = fields.map(|(nth, field)| match is_wanted(nth) {
            true => Builder::new(field.data_type(), rows),
            false => Builder::Skipped(field.data_type().clone()),
        });
        Decoder { columns: columns.collect(), group: Group::default(), rows: 0 }
    }

    /// Makes room in columns of texts: of each column, for about as many bytes.
    pub(crate) fn reserve(&mut self, text_bytes: &[usize]) {
        for (column, bytes) in self.columns.iter_mut().zip(text_bytes) {
            if let Builder::Text(texts) = column {
                texts.reserve(bytes + bytes / 16);
            }
        }
    }

    /// Bytes of texts so far, of each column; 0 for a column of anything else.
    pub(crate) fn text_bytes(&self) -> Vec<usize> {
        let bytes = |column: &Builder| if let Builder::Text(texts) = column { texts.bytes() } else { 0 };
        self.columns.iter().map(bytes).collect()
    }

    /// Number of rows so far.
    pub(crate) fn rows(&self) -> usize {
        self.rows + self.group.starts.len()
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, row: &[u8]) {
        self.group.starts.push(self.group.bytes.len());
        self.group.bytes.extend_from_slice(row);
        if self.group.starts.len() == GROUP_ROWS {
            self.take_apart();
        }
    }

    /// Makes the rows of the group columns.
    fn take_apart(&mut self) {
        let Group { bytes, starts, cursors } = &mut self.group;
        bytes.resize(bytes.len() + PADDING, 0);
        let bits = self.columns.len().div_ceil(8);
        cursors.extend(starts.iter().map(|start| start + bits));
        for (number, column) in self.columns.iter_mut().enumerate() {
            let bit = |start: &usize| u64::from(bytes[start + number / 8] >> (number % 8) & 1);
            let there = starts.iter().enumerate().fold(0, |there, (row, start)| there | bit(start) << row);
            column.take(bytes, there, cursors);
        }
        self.rows += starts.len();
        bytes.clear();
        starts.clear();
        cursors.clear();
    }

    /// The columns; `None` when a column's texts or lists are more than the 2^31 bytes or items that Arrow can count.
    pub(crate) fn finish(mut self) -> Option<Vec<ArrayRef>> {
        self.take_apart();
        let rows = self.rows;
        self.columns.into_iter().map(|column| column.finish(rows)).collect()
    }
}

#[inline]
fn fixed<const N: usize>(bytes: &[u8], at: &mut usize) -> [u8; N] {
    let value = *bytes[*at..].first_chunk::<N>().expect("a value stands where a bit says so");
    *at += N;
    value
}

#[inline]
fn length(bytes: &[u8], at: &mut usize) -> usize {
    let [short] = fixed::<1>(bytes, at);
    if short == LONG { u32::from_le_bytes(fixed(bytes, at)) as usize } else { usize::from(short) }
}

/// The values of a group's rows in a column of texts: where each stands, and how long it is.
fn texts(bytes: &[u8], there: u64, cursors: &mut [usize]) -> impl ExactSizeIterator<Item = (usize, usize)> {
    cursors.iter_mut().enumerate().map(move |(row, cursor)| {
        let is_there = there >> row & 1;
        // Branchless: no predictor can guess which values are missing.
        let mut length = usize::from(bytes[*cursor] & (is_there as u8).wrapping_neg());
        *cursor += is_there as usize;
        if length == usize::from(LONG) {
            length = u32::from_le_bytes(fixed(bytes, cursor)) as usize;
        }
        let start = *cursor;
        *cursor += length;
        (start, length)
    })
}

/// The values of a group's rows in a column of values of `N` bytes; where none is there, another.
fn fixed_values<const N: usize, V>(
    bytes: &[u8],
    there: u64,
    cursors: &mut [usize],
    value: impl Fn([u8; N]) -> V,
) -> impl ExactSizeIterator<Item = V> {
    cursors.iter_mut().enumerate().map(move |(row, cursor)| {
        let is_there = there >> row & 1 == 1;
        let mut after = *cursor;
        let found = fixed(bytes, &mut after);
        *cursor = if is_there { after } else { *cursor };
        value(if is_there { found } else { [0; N] })
    })
}

fn take_fixed<const N: usize, T: ArrowPrimitiveType>(
    fixed: &mut PrimitiveBuilder<T>,
    (bytes, there, cursors): (&[u8], u64, &mut [usize]),
    value: impl Fn([u8; N]) -> T::Native,
) {
    fixed.extend(there, fixed_values(bytes, there, cursors, value));
}

impl Builder {
    fn new(kind: &DataType, rows: usize) -> Builder {
        match kind {
            DataType::Utf8 => Builder::Text(StringBuilder::new(rows)),
            DataType::Int64 => Builder::Integer(PrimitiveBuilder::new(rows)),
            DataType::Float64 => Builder::Number(PrimitiveBuilder::new(rows)),
            DataType::Decimal128(precision, scale) => {
                Builder::Decimal(PrimitiveBuilder::new(rows), *precision, *scale)
            }
            DataType::Boolean => {
                Builder::Boolean { values: BitmapBuilder::new(), there: BitmapBuilder::new() }
            }
            DataType::Date32 => Builder::Date(PrimitiveBuilder::new(rows)),
            DataType::Timestamp(_, zone) => Builder::Datetime(PrimitiveBuilder::new(rows), zone.clone()),
            DataType::List(field) => Builder::List {
                items: Box::new(Builder::new(field.data_type(), rows)),
                field: Arc::clone(field),
                count: 0,
                ends: OffsetsBuilder::new(rows),
                there: BitmapBuilder::new(),
            },
            _ => Builder::None,
        }
    }

    /// Adds the values of a group's rows: a bit of `there` for each that has one, which stands at the row's cursor.
    fn take(&mut self, bytes: &[u8], there: u64, cursors: &mut [usize]) {
        let rows = cursors.len();
        let group = (bytes, there, &mut *cursors);
        match self {
            Builder::None => {}
            Builder::Skipped(kind) => {
                let each = cursors.iter_mut().enumerate().filter(|(row, _)| there >> row & 1 == 1);
                each.for_each(|(_, cursor)| skip(kind, bytes, cursor));
            }
            Builder::Text(column) => column.extend(bytes, there, texts(bytes, there, cursors)),
            Builder::Integer(fixed) => take_fixed(fixed, group, i64::from_le_bytes),
            Builder::Number(fixed) => take_fixed(fixed, group, f64::from_le_bytes),
            Builder::Decimal(fixed, ..) => take_fixed(fixed, group, i128::from_le_bytes),
            Builder::Boolean { values, there: bits } => {
                let set = fixed_values(bytes, there, cursors, |[byte]| u64::from(byte != 0));
                values.push_word(set.enumerate().fold(0, |word, (row, bit)| word | bit << row), rows);
                bits.push_word(there, rows);
            }
            Builder::Date(fixed) => take_fixed(fixed, group, i32::from_le_bytes),
            Builder::Datetime(fixed, _) => take_fixed(fixed, group, i64::from_le_bytes),
            Builder::List { items, count, ends, there: bits, .. } => {
                for (row, cursor) in cursors.iter_mut().enumerate() {
                    if there >> row & 1 == 1 {
                        let length = length(bytes, cursor);
                        (0..length).for_each(|_| items.take_item(bytes, cursor));
                        *count += length;
                    }
                    ends.push(*count);
                }
                bits.push_word(there, rows);
            }
        }
    }

    /// Adds the item of a list at the cursor, which begins with a byte that says whether it is there.
    fn take_item(&mut self, bytes: &[u8], at: &mut usize) {
        let is_there = fixed(bytes, at) != [0];
        match self {
            Builder::Text(column) if is_there => {
                let length = length(bytes, at);
                column.push(bytes, *at, length);
                *at += length;
            }
            Builder::Text(column) => column.push_null(),
            Builder::Integer(column) => {
                column.push_option(is_there.then(|| i64::from_le_bytes(fixed(bytes, at))))
            }
            Builder::Number(column) => {
                column.push_option(is_there.then(|| f64::from_le_bytes(fixed(bytes, at))))
            }
            Builder::Decimal(column, ..) => {
                column.push_option(is_there.then(|| i128::from_le_bytes(fixed(bytes, at))))
            }
            Builder::Boolean { values, there } => {
                values.push(is_there && fixed(bytes, at) != [0]);
                there.push(is_there);
            }
            Builder::Date(column) => {
                column.push_option(is_there.then(|| i32::from_le_bytes(fixed(bytes, at))))
            }
            Builder::Datetime(column, _) => {
                column.push_option(is_there.then(|| i64::from_le_bytes(fixed(bytes, at))))
            }
            Builder::None | Builder::Skipped(_) | Builder::List { .. } => {
                unreachable!("the items of lists are single values")
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
            Builder::Boolean { values, there } => {
                Arc::new(BooleanArray::new(values.finish(), there.into_nulls()))
            }
            Builder::Date(fixed) => Arc::new(fixed.finish()),
            Builder::Datetime(fixed, zone) => Arc::new(fixed.finish().with_timezone_opt(zone)),
            Builder::List { field, items, count, ends, there } => {
                let (items, offsets) = (items.finish(count)?, ends.finish(count)?);
                Arc::new(ListArray::new(field, offsets, items, there.into_nulls()))
            }
        })
    }
}

/// Passes over a value.
fn skip(kind: &DataType, bytes: &[u8], at: &mut usize) {
    match kind {
        DataType::Null => {}
        DataType::Utf8 => {
            let length = length(bytes, at);
            *at += length;
        }
        DataType::List(field) => {
            for _ in 0..length(bytes, at) {
                if fixed(bytes, at) != [0] {
                    skip(field.data_type(), bytes, at);
                }
            }
        }
        DataType::Boolean => *at += 1,
        fixed => *at += fixed.primitive_width().expect("every other type has a fixed width"),
    }
}
