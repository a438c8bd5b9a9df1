//! What messages show of a Parquet cell.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::DataType;
use arrow::util::display::array_value_to_string;

use super::{json, plain};

/// What a message shows of a cell.
pub(super) fn shown(column: &ArrayRef, row: usize) -> String {
    if column.is_null(row) {
        return String::new();
    }
    match column.data_type() {
        DataType::Binary => String::from_utf8_lossy(column.as_binary::<i32>().value(row)).into_owned(),
        DataType::LargeBinary => String::from_utf8_lossy(column.as_binary::<i64>().value(row)).into_owned(),
        DataType::BinaryView => String::from_utf8_lossy(column.as_binary_view().value(row)).into_owned(),
        kind if kind.is_nested() => {
            json::text(column, row).or_else(|| array_value_to_string(column, row).ok()).unwrap_or_default()
        }
        kind if kind.is_floating() => array_value_to_string(column, row).unwrap_or_default(),
        // Beyond the calendar of the library, a count is all that can be shown.
        DataType::Timestamp(..) => array_value_to_string(column, row)
            .ok()
            .filter(|text| !text.starts_with("ERROR"))
            .or_else(|| {
                array_value_to_string(&arrow::compute::cast(column, &DataType::Int64).ok()?, row).ok()
            })
            .unwrap_or_default(),
        _ => plain::text(column, row).or_else(|| array_value_to_string(column, row).ok()).unwrap_or_default(),
    }
}
