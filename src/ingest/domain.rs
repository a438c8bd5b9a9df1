//! Values that no format can carry, whatever their field allows: numbers that are not finite, years beyond 0001 to 9999.

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray};
use arrow::datatypes::{DataType, Date32Type, Float64Type, TimestampMicrosecondType};

use crate::schema::lexical::{DAYS, MICROSECONDS};
use crate::seeds::ProblemKind;

/// Calls `report` for each row of a column whose value is outside its type's domain.
pub(super) fn check(column: &ArrayRef, report: &mut dyn FnMut(usize, ProblemKind)) {
    match column.data_type() {
        DataType::Float64 => {
            let numbers = column.as_primitive::<Float64Type>();
            each(numbers, |number| number.is_finite(), |row| report(row, ProblemKind::WrongType));
        }
        DataType::Date32 => {
            let days = column.as_primitive::<Date32Type>();
            each(days, |day| DAYS.contains(&day), |row| report(row, ProblemKind::OutsideYears));
        }
        DataType::Timestamp(..) => {
            let instants = column.as_primitive::<TimestampMicrosecondType>();
            each(instants, |at| MICROSECONDS.contains(&at), |row| report(row, ProblemKind::OutsideYears));
        }
        _ => {}
    }
}

/// Calls `found` for each row whose value is not good.
fn each<T: ArrowPrimitiveType>(
    values: &PrimitiveArray<T>,
    is_good: impl Fn(T::Native) -> bool,
    found: impl FnMut(usize),
) {
    // Without branches, over whatever stands for missing values, too: mostly all are good.
    if !values.values().iter().fold(true, |good, &value| good & is_good(value)) {
        let is_bad = |&row: &usize| values.is_valid(row) && !is_good(values.value(row));
        (0..values.len()).filter(is_bad).for_each(found);
    }
}
