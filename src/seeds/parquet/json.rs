//! Nested values of Parquet, as JSON.

use std::collections::HashSet;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::datatypes::DataType;

use super::logical_type::{is_utc, item_type};
use super::problems::Problems;
use super::{lists, plain};
use crate::offsets;
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
        kind if item_type(kind).is_some() => item_type(kind).map_or(Ok(()), check),
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
    let text_of = |row: usize| {
        let text = column.is_valid(row).then(|| text(column, row))?;
        if text.is_none() {
            problems.add(row, ProblemKind::WrongType);
        }
        text
    };
    (0..column.len()).map(text_of).collect()
}

/// The JSON of a value; `None` when there is none.
pub(super) fn text(column: &ArrayRef, row: usize) -> Option<String> {
    let mut text = String::new();
    write(column, row, &mut text).map(|()| text)
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
            let ends = map.value_offsets();
            let rows = offsets::index(ends[row])..offsets::index(ends[row + 1]);
            let keys: Vec<String> =
                rows.clone().map(|at| plain::text(map.keys(), at)).collect::<Option<_>>()?;
            write_object(keys.iter().zip(rows).map(|(key, at)| (key.as_str(), map.values(), at)), out)
        }
        DataType::Dictionary(..) => {
            let dictionary = column.as_any_dictionary();
            write(dictionary.values(), dictionary.normalized_keys()[row], out)
        }
        kind if item_type(kind).is_some() => {
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
            let text = plain::text(column, row)?;
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
