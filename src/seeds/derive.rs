//! The columns derived from partial dates.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Date32Builder, StringArray, StringBuilder};
use jiff::civil::Date;

use super::{Problem, ProblemKind};
use crate::edtf;
use crate::offsets::{field_number, split_position};
use crate::schema::{Table, lexical};

/// The published columns of a table, from the columns of its fields; texts that are no EDTF dates are noted.
pub fn columns(table: &Table, fields: &[ArrayRef], problems: &mut Vec<Problem>) -> Vec<ArrayRef> {
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(table.columns.len());
    for (index, field) in table.fields.iter().enumerate() {
        columns.push(Arc::clone(&fields[index]));
        if field.edtf {
            let texts = fields[index].as_any().downcast_ref::<StringArray>();
            let texts = texts.expect("the schema lets only text fields be EDTF");
            columns.extend(meanings(texts, field_number(index), problems));
        }
    }
    assert_eq!(columns.len(), table.columns.len(), "the columns of a table are derived from its fields");
    columns
}

/// Earliest, latest, precision and qualifier of each text.
fn meanings(texts: &StringArray, field: u32, problems: &mut Vec<Problem>) -> [ArrayRef; 4] {
    let rows = texts.len();
    let (mut earliest, mut latest) = (Date32Builder::with_capacity(rows), Date32Builder::with_capacity(rows));
    let mut precision = StringBuilder::with_capacity(rows, rows * 5);
    let mut qualifier = StringBuilder::with_capacity(rows, rows * 5);
    for (row, text) in texts.iter().enumerate() {
        let meaning = match text.map(edtf::parse) {
            Some(Ok(meaning)) => Some(meaning),
            Some(Err(_)) => {
                problems.push(Problem::of_cell(split_position(row), field, ProblemKind::InvalidEdtf));
                None
            }
            None => None,
        };
        earliest.append_option(meaning.and_then(|m| m.earliest).map(days));
        latest.append_option(meaning.and_then(|m| m.latest).map(days));
        precision.append_option(meaning.map(|m| m.precision.word()));
        qualifier.append_option(meaning.map(|m| m.qualifier.word()));
    }
    [
        Arc::new(earliest.finish()),
        Arc::new(latest.finish()),
        Arc::new(precision.finish()),
        Arc::new(qualifier.finish()),
    ]
}

fn days(date: Date) -> i32 {
    let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
    lexical::days_from_civil(date.year().into(), month.into(), day.into())
}
