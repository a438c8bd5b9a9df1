//! Values of Parquet that are not nested, as text.

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::datatypes::{DataType, Float64Type};
use arrow::util::display::array_value_to_string;

use super::problems::Problems;
use crate::seeds::ProblemKind;

/// The exact texts of values that are not nested; what has none is a problem.
pub(super) fn texts(column: &ArrayRef, problems: &mut Problems<'_>) -> StringArray {
    let text_of = |row: usize| {
        let text = column.is_valid(row).then(|| text(column, row))?;
        if text.is_none() {
            problems.add(row, ProblemKind::WrongType);
        }
        text
    };
    (0..column.len()).map(text_of).collect()
}

/// The exact text of a value that is not nested: all digits of a number, a day as ISO 8601; `None` when it has none.
pub(super) fn text(column: &ArrayRef, row: usize) -> Option<String> {
    match column.data_type() {
        kind if kind.is_floating() => {
            let number = arrow::compute::cast(&column.slice(row, 1), &DataType::Float64).ok()?;
            let number = number.as_primitive::<Float64Type>().value(0);
            serde_json::Number::from_f64(number).map(|number| number.to_string())
        }
        DataType::FixedSizeBinary(16) => {
            uuid::Uuid::from_slice(column.as_fixed_size_binary().value(row)).ok().map(|uuid| uuid.to_string())
        }
        DataType::Date32 | DataType::Timestamp(..) => {
            let text = array_value_to_string(column, row).ok()?;
            // Years beyond 9999, or before 1, have a sign.
            text.starts_with(|c: char| c.is_ascii_digit()).then_some(text)
        }
        _ => array_value_to_string(column, row).ok(),
    }
}
