//! A column being filled with typed values from text.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Float64Builder, Int64Builder, ListArray,
    NullBufferBuilder, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::DataType;

use super::ProblemKind;
use crate::schema::{ColumnType, Field, FieldType, ItemType, lexical};

/// Fills the column of one field. After each row exactly one of `push`, `null` or `begin_list` … `end_list` was called.
pub struct ColumnBuilder {
    values: Values,
}

enum Values {
    Text(StringBuilder),
    Integer(Int64Builder),
    Number(Float64Builder),
    Decimal(Decimal128Builder, u8, i8),
    Boolean(BooleanBuilder),
    Date(Date32Builder),
    Datetime(TimestampMicrosecondBuilder),
    List(Box<List>),
}

struct List {
    item: ItemType,
    items: Values,
    count: i32,
    offsets: Vec<i32>,
    validity: NullBufferBuilder,
}

impl Values {
    fn new(kind: ColumnType, rows: usize) -> Values {
        match kind {
            ColumnType::Text | ColumnType::Json => {
                Values::Text(StringBuilder::with_capacity(rows, rows * 16))
            }
            ColumnType::Integer => Values::Integer(Int64Builder::with_capacity(rows)),
            ColumnType::Number => Values::Number(Float64Builder::with_capacity(rows)),
            ColumnType::Decimal { precision, scale } => {
                Values::Decimal(Decimal128Builder::with_capacity(rows), precision, scale)
            }
            ColumnType::Boolean => Values::Boolean(BooleanBuilder::with_capacity(rows)),
            ColumnType::Date => Values::Date(Date32Builder::with_capacity(rows)),
            ColumnType::Datetime => Values::Datetime(TimestampMicrosecondBuilder::with_capacity(rows)),
            ColumnType::List(item) => Values::List(Box::new(List {
                item,
                items: Values::new(item.column_type(), rows),
                count: 0,
                offsets: vec![0],
                validity: NullBufferBuilder::new(rows),
            })),
        }
    }

    fn null(&mut self) {
        match self {
            Values::Text(b) => b.append_null(),
            Values::Integer(b) => b.append_null(),
            Values::Number(b) => b.append_null(),
            Values::Decimal(b, ..) => b.append_null(),
            Values::Boolean(b) => b.append_null(),
            Values::Date(b) => b.append_null(),
            Values::Datetime(b) => b.append_null(),
            Values::List(list) => {
                list.offsets.push(list.count);
                list.validity.append_null();
            }
        }
    }

    fn finish(self) -> ArrayRef {
        match self {
            Values::Text(mut b) => Arc::new(b.finish()),
            Values::Integer(mut b) => Arc::new(b.finish()),
            Values::Number(mut b) => Arc::new(b.finish()),
            Values::Decimal(mut b, precision, scale) => Arc::new(
                b.finish()
                    .with_precision_and_scale(precision, scale)
                    .expect("the schema checked precision and scale"),
            ),
            Values::Boolean(mut b) => Arc::new(b.finish()),
            Values::Date(mut b) => Arc::new(b.finish()),
            Values::Datetime(mut b) => Arc::new(b.finish().with_timezone("UTC")),
            Values::List(list) => Arc::new(list.finish()),
        }
    }
}

impl List {
    fn finish(mut self) -> ListArray {
        let DataType::List(element) = ColumnType::List(self.item).arrow() else {
            unreachable!("the Arrow type of a list is a list")
        };
        let offsets = OffsetBuffer::new(self.offsets.into());
        ListArray::new(element, offsets, self.items.finish(), self.validity.finish())
    }
}

impl ColumnBuilder {
    /// An empty column for a field, with room for `rows` values.
    pub fn new(field: &Field, rows: usize) -> ColumnBuilder {
        ColumnBuilder { values: Values::new(field.column_type(), rows) }
    }

    /// Adds a missing value.
    pub fn null(&mut self) {
        self.values.null();
    }

    /// Adds the value that `text` means; on failure a missing value is added instead.
    pub fn push(&mut self, field: &Field, text: &str) -> Result<(), ProblemKind> {
        match &mut self.values {
            Values::List(_) => self.push_delimited(field, text),
            values => push(values, field, text),
        }
    }

    /// A list written as delimited text.
    fn push_delimited(&mut self, field: &Field, text: &str) -> Result<(), ProblemKind> {
        let mut result = Ok(());
        if !text.is_empty() {
            for item in text.split(field.format.delimiter.as_str()) {
                // `a; b` is read like `a;b`: the space belongs to the delimiter.
                result = result.and(self.push_item(field, item.trim_matches(' ')));
            }
        }
        self.end_list();
        result
    }

    /// Adds an item to the list that is being filled; a bad item is left out.
    pub fn push_item(&mut self, field: &Field, text: &str) -> Result<(), ProblemKind> {
        let Values::List(list) = &mut self.values else { return Err(ProblemKind::WrongType) };
        if text.is_empty() || memchr::memchr(b';', text.as_bytes()).is_some() {
            return Err(ProblemKind::ListSeparator);
        }
        let format = &field.format;
        let is_typed = match &mut list.items {
            Values::Text(b) => {
                b.append_value(text);
                true
            }
            Values::Integer(b) => lexical::integer(format, text).map(|v| b.append_value(v)).is_some(),
            Values::Number(b) => lexical::number(format, text).map(|v| b.append_value(v)).is_some(),
            Values::Boolean(b) => lexical::boolean(format, text).map(|v| b.append_value(v)).is_some(),
            Values::Date(b) => lexical::date(format, text).map(|v| b.append_value(v)).is_some(),
            Values::Datetime(b) => lexical::datetime(format, text).map(|v| b.append_value(v)).is_some(),
            Values::Decimal(..) | Values::List(_) => false,
        };
        if !is_typed {
            return Err(ProblemKind::WrongType);
        }
        list.count += 1;
        Ok(())
    }

    /// Ends the list that is being filled.
    pub fn end_list(&mut self) {
        if let Values::List(list) = &mut self.values {
            list.offsets.push(list.count);
            list.validity.append_non_null();
        }
    }

    /// The filled column.
    pub fn finish(self) -> ArrayRef {
        self.values.finish()
    }
}

fn push(values: &mut Values, field: &Field, text: &str) -> Result<(), ProblemKind> {
    let format = &field.format;
    let is_typed = match values {
        Values::Text(b) if field.kind == FieldType::String && is_unrestricted(field) => {
            b.append_value(text);
            true
        }
        Values::Text(b) => lexical::text(field, text).map(|v| b.append_value(v)).is_some(),
        Values::Integer(b) if field.kind == FieldType::Year => {
            lexical::year(text).map(|v| b.append_value(v)).is_some()
        }
        Values::Integer(b) => lexical::integer(format, text).map(|v| b.append_value(v)).is_some(),
        Values::Number(b) => lexical::number(format, text).map(|v| b.append_value(v)).is_some(),
        Values::Decimal(b, precision, scale) => {
            lexical::decimal(format, *precision, *scale, text).map(|v| b.append_value(v)).is_some()
        }
        Values::Boolean(b) => lexical::boolean(format, text).map(|v| b.append_value(v)).is_some(),
        Values::Date(b) => lexical::date(format, text).map(|v| b.append_value(v)).is_some(),
        Values::Datetime(b) => lexical::datetime(format, text).map(|v| b.append_value(v)).is_some(),
        Values::List(_) => false,
    };
    if is_typed {
        return Ok(());
    }
    values.null();
    Err(ProblemKind::WrongType)
}

fn is_unrestricted(field: &Field) -> bool {
    field.format.string == crate::schema::StringFormat::Default
}
