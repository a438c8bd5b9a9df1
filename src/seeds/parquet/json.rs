//! Values of Parquet as text: nested ones as JSON, others as they are written by themselves.

use std::collections::HashSet;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::datatypes::{DataType, Float64Type};
use arrow::util::display::array_value_to_string;

use super::conversion::{Problems, is_utc};
use super::lists;
use crate::seeds::ProblemKind;

/// Whether values of the type can be written as JSON; fails with what to do when they cannot.
pub(super) fn check(kind: &DataType) -> Result<(), String> {
    match kind {
        DataType::Struct(members) => {
            let mut names = HashSet::new();
            if let Some(twice) = members.iter().find(|member| !names.insert(member.name())) {
                return Err(format!("two of its members are called `{}`", twice.name()));
            }
            members.iter().try_for_each(|member| check(member.data_type()))
        }
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(pair) if is_text(pair[0].data_type()) => check(pair[1].data_type()),
            _ => Err("the keys of its maps are no texts: write the column as JSON text".to_owned()),
        },
        DataType::Dictionary(_, values) => check(values),
        kind if lists::item_type(kind).is_some() => lists::item_type(kind).map_or(Ok(()), check),
        kind if is_text(kind) || kind.is_integer() || kind.is_floating() || kind.is_decimal() => Ok(()),
        DataType::Null | DataType::Boolean | DataType::Date32 => Ok(()),
        DataType::Timestamp(_, Some(zone)) if is_utc(zone) => Ok(()),
        kind => Err(format!("it holds `{kind}`, which JSON has no form for: write the column as JSON text")),
    }
}

fn is_text(kind: &DataType) -> bool {
    matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

/// The JSON of the values of a column whose type was checked; what JSON cannot say is a problem.
pub(super) fn texts(column: &ArrayRef, problems: &mut Problems<'_>) -> StringArray {
    let text = |row: usize| {
        let mut text = String::new();
        match column.is_valid(row) && write(column, row, &mut text).is_none() {
            true => {
                problems.add(row, ProblemKind::WrongType);
                None
            }
            false => column.is_valid(row).then_some(text),
        }
    };
    (0..column.len()).map(text).collect()
}

/// Writes the JSON of a value; `None` when there is none.
fn write(column: &ArrayRef, row: usize, out: &mut String) -> Option<()> {
    if column.is_null(row) {
        out.push_str("null");
        return Some(());
    }
    match column.data_type() {
        DataType::Struct(members) => {
            let columns = column.as_struct().columns();
            let members = members.iter().map(|member| member.name().as_str()).zip(columns);
            write_object(members.map(|(name, values)| (name, values, row)), out)
        }
        DataType::Map(..) => {
            let map = column.as_map();
            let offsets = map.value_offsets();
            let rows = usize::try_from(offsets[row]).ok()?..usize::try_from(offsets[row + 1]).ok()?;
            let keys: Vec<String> =
                rows.clone().map(|at| plain_text(map.keys(), at)).collect::<Option<_>>()?;
            write_object(keys.iter().zip(rows).map(|(key, at)| (key.as_str(), map.values(), at)), out)
        }
        DataType::Dictionary(..) => {
            let dictionary = column.as_any_dictionary();
            write(dictionary.values(), dictionary.normalized_keys()[row], out)
        }
        kind if lists::item_type(kind).is_some() => {
            let items = lists::items(column, row)?;
            out.push('[');
            for item in 0..items.len() {
                if item > 0 {
                    out.push(',');
                }
                write(&items, item, out)?;
            }
            out.push(']');
            Some(())
        }
        kind => {
            let text = plain_text(column, row)?;
            let is_bare = kind.is_numeric() || matches!(kind, DataType::Boolean);
            match is_bare {
                true => out.push_str(&text),
                false => out.push_str(&serde_json::to_string(&text).ok()?),
            }
            Some(())
        }
    }
}

fn write_object<'a>(
    members: impl Iterator<Item = (&'a str, &'a ArrayRef, usize)>,
    out: &mut String,
) -> Option<()> {
    out.push('{');
    for (nth, (name, values, row)) in members.enumerate() {
        if nth > 0 {
            out.push(',');
        }
        out.push_str(&serde_json::to_string(name).ok()?);
        out.push(':');
        write(values, row, out)?;
    }
    out.push('}');
    Some(())
}

/// The exact texts of values that are not nested; what has none is a problem.
pub(super) fn plain_texts(column: &ArrayRef, problems: &mut Problems<'_>) -> StringArray {
    let text = |row: usize| {
        let text = column.is_valid(row).then(|| plain_text(column, row))?;
        if text.is_none() {
            problems.add(row, ProblemKind::WrongType);
        }
        text
    };
    (0..column.len()).map(text).collect()
}

/// The exact text of a value that is not nested: all digits of a number, a day as ISO 8601; `None` when it has none.
fn plain_text(column: &ArrayRef, row: usize) -> Option<String> {
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
            let mut text = String::new();
            let written = write(column, row, &mut text).map(|()| text);
            written.or_else(|| array_value_to_string(column, row).ok()).unwrap_or_default()
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
        _ => plain_text(column, row).or_else(|| array_value_to_string(column, row).ok()).unwrap_or_default(),
    }
}
