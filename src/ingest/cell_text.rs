//! Texts of cells, as messages show them.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::DataType;

use super::describe::shorten;
use crate::canonical::Cells;
use crate::schema::{ItemType, Table};

/// The values of some fields of a row, in backticks.
pub(crate) fn shown(table: &Table, fields: &[usize], columns: &[ArrayRef]) -> String {
    let value = |&field: &usize| {
        let text = cell(table, field, columns).unwrap_or_default();
        format!("`{}`", shorten(&text))
    };
    fields.iter().map(value).collect::<Vec<_>>().join(", ")
}

/// The value of a field in a row, as text.
pub(super) fn cell(table: &Table, field: usize, columns: &[ArrayRef]) -> Option<String> {
    let column = &columns[table.column_of_field(field)];
    if column.is_null(0) {
        return None;
    }
    let mut text = Vec::new();
    Cells::new(table.fields[field].column_type(), column).write_text(0, &mut text);
    String::from_utf8(text).ok()
}

/// An item, by its number, of the list that a column of one row holds.
pub(crate) fn item_text(column: &ArrayRef, item: usize) -> Option<String> {
    let values = column.as_list_opt::<i32>()?.value(0);
    let kind = match values.data_type() {
        DataType::Int64 => ItemType::Integer,
        DataType::Float64 => ItemType::Number,
        DataType::Boolean => ItemType::Boolean,
        DataType::Date32 => ItemType::Date,
        DataType::Timestamp(..) => ItemType::Datetime,
        _ => ItemType::Text,
    };
    let mut text = Vec::new();
    Cells::new(kind.column_type(), &values).write_text(item, &mut text);
    String::from_utf8(text).ok()
}
