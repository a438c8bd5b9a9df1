//! A column being filled with typed values from text.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanBuilder, ListArray, NullBufferBuilder};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float64Type, Int64Type, TimestampMicrosecondType,
};

use super::{Problem, ProblemKind};
use crate::columns::{PrimitiveBuilder, StringBuilder};
use crate::offsets::split_position;
use crate::schema::{ColumnType, Field, FieldFormat, FieldType, ItemType, StringFormat, lexical};

/// Fills the column of one field. After each row exactly one of `push`, `null` or `begin_list` … `end_list` was called.
pub struct ColumnBuilder {
    values: Values,
    /// The first row whose value is taken in a way that is to be told once, and how.
    note: Option<(usize, ProblemKind)>,
}

enum Values {
    Text(StringBuilder),
    Integer(PrimitiveBuilder<Int64Type>),
    Number(PrimitiveBuilder<Float64Type>),
    Decimal(PrimitiveBuilder<Decimal128Type>, u8, i8),
    Boolean(BooleanBuilder),
    Date(PrimitiveBuilder<Date32Type>),
    Datetime(PrimitiveBuilder<TimestampMicrosecondType>, Option<Arc<str>>),
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
            ColumnType::Text | ColumnType::Json => Values::Text(StringBuilder::new(rows)),
            ColumnType::Integer => Values::Integer(PrimitiveBuilder::new(rows)),
            ColumnType::Number => Values::Number(PrimitiveBuilder::new(rows)),
            ColumnType::Decimal { precision, scale } => {
                Values::Decimal(PrimitiveBuilder::new(rows), precision, scale)
            }
            ColumnType::Boolean => Values::Boolean(BooleanBuilder::with_capacity(rows)),
            ColumnType::Date => Values::Date(PrimitiveBuilder::new(rows)),
            ColumnType::Datetime => Values::Datetime(PrimitiveBuilder::new(rows), Some("UTC".into())),
            ColumnType::LocalDatetime => Values::Datetime(PrimitiveBuilder::new(rows), None),
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
            Values::Text(texts) => texts.push_null(),
            Values::Integer(b) => b.push_null(),
            Values::Number(b) => b.push_null(),
            Values::Decimal(b, ..) => b.push_null(),
            Values::Boolean(b) => b.append_null(),
            Values::Date(b) => b.push_null(),
            Values::Datetime(b, _) => b.push_null(),
            Values::List(list) => {
                list.offsets.push(list.count);
                list.validity.append_null();
            }
        }
    }

    fn finish(self) -> ArrayRef {
        match self {
            Values::Text(texts) => Arc::new(texts.finish().expect("a split of texts is smaller than 2 GiB")),
            Values::Integer(b) => Arc::new(b.finish()),
            Values::Number(b) => Arc::new(b.finish()),
            Values::Decimal(b, precision, scale) => Arc::new(
                b.finish()
                    .with_precision_and_scale(precision, scale)
                    .expect("the schema checked precision and scale"),
            ),
            Values::Boolean(mut b) => Arc::new(b.finish()),
            Values::Date(b) => Arc::new(b.finish()),
            Values::Datetime(b, zone) => Arc::new(b.finish().with_timezone_opt(zone)),
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
        ColumnBuilder { values: Values::new(field.column_type(), rows), note: None }
    }

    /// Adds a missing value.
    pub fn null(&mut self) {
        self.values.null();
    }

    /// Adds the value that `text` means; on failure a missing value is added instead.
    pub fn push(&mut self, field: &Field, text: &str) -> Result<(), ProblemKind> {
        let mut result = Ok(());
        self.extend(field, std::iter::once(Some(Cow::Borrowed(text))), |_, kind| result = Err(kind));
        result
    }

    /// Adds the value that each text means, and for none a missing value; `failed` is told of rows, from 0, whose text
    /// means nothing, and which get a missing value.
    pub fn extend<'a>(
        &mut self,
        field: &Field,
        texts: impl Iterator<Item = Option<Cow<'a, str>>>,
        mut failed: impl FnMut(usize, ProblemKind),
    ) {
        let format = &field.format;
        match &mut self.values {
            Values::Text(b) if takes_any_text(field) => texts.for_each(|text| match text {
                Some(text) => b.push_text(&text),
                None => b.push_null(),
            }),
            Values::Text(b) => {
                for (row, text) in texts.enumerate() {
                    let value = text.as_deref().map(|text| lexical::text(field, text));
                    match value {
                        Some(Some(text)) => b.push_text(&text),
                        Some(None) => {
                            failed(row, wrong_text(field, text.as_deref().unwrap_or_default()));
                            b.push_null();
                        }
                        None => b.push_null(),
                    }
                }
            }
            Values::Integer(b) if field.kind == FieldType::Year => {
                fill(texts, |_, text| typed(lexical::year(text)), |value| b.push_option(value), failed)
            }
            Values::Integer(b) => {
                let read = |_, text: &str| typed(lexical::integer(format, text));
                fill(texts, read, |value| b.push_option(value), failed)
            }
            Values::Number(b) => {
                let (first, note) = (b.len(), &mut self.note);
                let read = |row, text: &str| number(format, text, first + row, note);
                fill(texts, read, |value| b.push_option(value), failed)
            }
            Values::Decimal(b, precision, scale) => {
                let read = |_, text: &str| typed(lexical::decimal(format, *precision, *scale, text));
                fill(texts, read, |value| b.push_option(value), failed)
            }
            Values::Boolean(b) => {
                let read = |_, text: &str| typed(lexical::boolean(format, text));
                fill(texts, read, |value| b.append_option(value), failed)
            }
            Values::Date(b) => {
                let read = |_, text: &str| typed(lexical::date(format, text));
                fill(texts, read, |value| b.push_option(value), failed)
            }
            Values::Datetime(b, _) => {
                let (first, note) = (b.len(), &mut self.note);
                let read = |row, text: &str| instant(format, text, first + row, note);
                fill(texts, read, |value| b.push_option(value), failed)
            }
            Values::List(_) => {
                for (row, text) in texts.enumerate() {
                    match text.map(|text| self.push_delimited(field, &text)) {
                        Some(Ok(())) => {}
                        Some(Err(kind)) => failed(row, kind),
                        None => self.null(),
                    }
                }
            }
        }
    }

    /// The column of a field whose values are published just as they are written.
    pub(super) fn as_texts(&mut self, field: &Field) -> Option<&mut StringBuilder> {
        match &mut self.values {
            Values::Text(texts) if takes_any_text(field) => Some(texts),
            _ => None,
        }
    }

    /// A list written as delimited text.
    fn push_delimited(&mut self, field: &Field, text: &str) -> Result<(), ProblemKind> {
        let mut result = Ok(());
        if !text.is_empty() {
            let delimiter = field.format.delimiter.as_str();
            let mut push =
                |item: &str| result = result.and(self.push_item(field, list_item(delimiter, item)));
            let mut characters = delimiter.chars();
            match (characters.next(), characters.next()) {
                // Looking for one character takes less preparation.
                (Some(only), None) => text.split(only).for_each(&mut push),
                _ => text.split(delimiter).for_each(&mut push),
            }
        }
        self.end_list();
        result
    }

    /// Adds an item to the list that is being filled; a bad item is left out.
    pub fn push_item(&mut self, field: &Field, text: &str) -> Result<(), ProblemKind> {
        let Values::List(list) = &mut self.values else { return Err(ProblemKind::WrongType) };
        // Whether a text may stand in a list is checked for all items at once.
        if text.is_empty() && !matches!(list.items, Values::Text(_)) {
            return Err(ProblemKind::ListSeparator);
        }
        let (format, row, note) = (&field.format, list.offsets.len() - 1, &mut self.note);
        match &mut list.items {
            Values::Text(b) => b.push_text(text),
            Values::Integer(b) => b.push(typed(lexical::integer(format, text))?),
            Values::Number(b) => b.push(number(format, text, row, note)?),
            Values::Boolean(b) => b.append_value(typed(lexical::boolean(format, text))?),
            Values::Date(b) => b.push(typed(lexical::date(format, text))?),
            Values::Datetime(b, _) => b.push(instant(format, text, row, note)?),
            Values::Decimal(..) | Values::List(_) => return Err(ProblemKind::WrongType),
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

    /// The filled column, after what is to be told of it was added to the problems of its rows.
    pub fn finish(self, field: u32, problems: &mut Vec<Problem>) -> ArrayRef {
        if let Some((row, kind)) = self.note {
            problems.push(Problem::of_cell(split_position(row), field, kind));
        }
        self.values.finish()
    }
}

/// An item as it stands between delimiters. `a; b` is read like `a;b`, for the space belongs to the delimiter, unless that has one
/// of its own.
pub(super) fn list_item<'t>(delimiter: &str, item: &'t str) -> &'t str {
    if delimiter.ends_with(' ') { item } else { item.trim_matches(' ') }
}

/// A value, or that the text is none.
fn typed<V>(value: Option<V>) -> Result<V, ProblemKind> {
    value.ok_or(ProblemKind::WrongType)
}

/// The number that a text is; that it is rounded, where a field may do so, is noted.
fn number(
    format: &FieldFormat,
    text: &str,
    row: usize,
    note: &mut Option<(usize, ProblemKind)>,
) -> Result<f64, ProblemKind> {
    let (value, is_exact) = typed(lexical::nearest(format, text))?;
    if !is_exact {
        if !format.may_round {
            return Err(ProblemKind::InexactNumber);
        }
        note.get_or_insert((row, ProblemKind::RoundedNumber));
    }
    Ok(value)
}

/// The instant, or the local time, that a text is; that it is taken as UTC without anybody saying so is noted.
fn instant(
    format: &FieldFormat,
    text: &str,
    row: usize,
    note: &mut Option<(usize, ProblemKind)>,
) -> Result<i64, ProblemKind> {
    let instant = typed(lexical::instant(format, text))?;
    if !instant.has_offset && format.zone.is_none() {
        note.get_or_insert((row, ProblemKind::TimeWithoutZone));
    }
    Ok(instant.micros)
}

/// Adds to a column what `read` makes of each text, by its number; `failed` is told of rows whose text it makes nothing of.
fn fill<'a, V>(
    texts: impl Iterator<Item = Option<Cow<'a, str>>>,
    mut read: impl FnMut(usize, &str) -> Result<V, ProblemKind>,
    mut append: impl FnMut(Option<V>),
    mut failed: impl FnMut(usize, ProblemKind),
) {
    for (row, text) in texts.enumerate() {
        append(text.and_then(|text| read(row, &text).map_err(|kind| failed(row, kind)).ok()));
    }
}

/// What is wrong with a text that means nothing to its field.
fn wrong_text(field: &Field, text: &str) -> ProblemKind {
    match field.column_type() == ColumnType::Json && lexical::repeated_key(text).is_some() {
        true => ProblemKind::RepeatedKey,
        false => ProblemKind::WrongType,
    }
}

fn takes_any_text(field: &Field) -> bool {
    field.kind == FieldType::String
        && field.format.string == StringFormat::Default
        && !field.format.line_feeds
}
