//! Lists of Parquet, whose items are converted like the values of a column.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, ListArray, UInt64Array, new_null_array};
use arrow::buffer::OffsetBuffer;
use arrow::compute::{filter, take};
use arrow::datatypes::DataType;

use super::conversion::Conversion;
use super::convert::{Problems, convert as convert_items};
use super::plain;
use crate::offsets::{index, split_position};
use crate::schema::{Field, FieldType, Table};
use crate::seeds::{Problem, ProblemKind};

/// Type of the items of a list type; `None` for any other type.
pub(super) fn item_type(kind: &DataType) -> Option<&DataType> {
    match kind {
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::FixedSizeList(item, _)
        | DataType::ListView(item)
        | DataType::LargeListView(item) => Some(item.data_type()),
        _ => None,
    }
}

/// Items of the list in a row of a list column.
pub(super) fn items(lists: &ArrayRef, row: usize) -> Option<ArrayRef> {
    let (values, range) = (values(lists)?, range(lists, row)?);
    Some(values.slice(range.start, range.len()))
}

fn values(lists: &ArrayRef) -> Option<&ArrayRef> {
    match lists.data_type() {
        DataType::List(_) => Some(lists.as_list::<i32>().values()),
        DataType::LargeList(_) => Some(lists.as_list::<i64>().values()),
        DataType::FixedSizeList(..) => Some(lists.as_fixed_size_list().values()),
        DataType::ListView(_) => Some(lists.as_list_view::<i32>().values()),
        DataType::LargeListView(_) => Some(lists.as_list_view::<i64>().values()),
        _ => None,
    }
}

/// Where the items of a row's list are among the items of all; `None` when it has no list.
fn range(lists: &ArrayRef, row: usize) -> Option<Range<usize>> {
    if lists.is_null(row) {
        return None;
    }
    let (start, length) = match lists.data_type() {
        DataType::List(_) => {
            let ends = lists.as_list::<i32>().value_offsets();
            return Some(index(ends[row])..index(ends[row + 1]));
        }
        DataType::LargeList(_) => {
            let offsets = lists.as_list::<i64>().value_offsets();
            (offsets[row], offsets[row + 1] - offsets[row])
        }
        DataType::FixedSizeList(..) => {
            let lists = lists.as_fixed_size_list();
            let start = i64::try_from(lists.value_offset_at(row)).expect("the items are in memory");
            (start, i64::from(lists.value_length()))
        }
        DataType::ListView(_) => {
            let lists = lists.as_list_view::<i32>();
            (i64::from(lists.value_offset(row)), i64::from(lists.value_size(row)))
        }
        DataType::LargeListView(_) => {
            let lists = lists.as_list_view::<i64>();
            (lists.value_offset(row), lists.value_size(row))
        }
        _ => return None,
    };
    let start = usize::try_from(start).ok()?;
    Some(start..start + usize::try_from(length).ok()?)
}

/// Converts a column of lists. An item that has no value, or none of the field's kind, is a problem and left out.
pub(super) fn convert(
    conversion: &Conversion,
    lists: &ArrayRef,
    (table, field): (&Table, &Field),
    problems: &mut Problems<'_>,
) -> ArrayRef {
    let target = field.column_type().arrow();
    let (Some(values), FieldType::List(item), DataType::List(element)) = (values(lists), field.kind, &target)
    else {
        return new_null_array(&target, lists.len());
    };
    let ranges: Vec<Range<usize>> = (0..lists.len()).map(|row| range(lists, row).unwrap_or(0..0)).collect();
    let values = gathered(values, &ranges);
    let ends = ends(&ranges);
    let of_item = |item: usize| {
        let row = ends.partition_point(|&end| end <= item);
        (row, item - (ends[row] - ranges[row].len()))
    };
    // An item is never a word that means "no value".
    let item = Field {
        format: field.format.clone(),
        missing_values: Some(Vec::new()),
        ..Field::plain(&field.name, item.field_type())
    };
    let mut of_items = Vec::new();
    let field_number = problems.field;
    let item_problems = &mut Problems { field: field_number, all: &mut of_items };
    let converted = convert_items(conversion, &values, (table, &item), item_problems);
    // An empty text is of no type, and it is no item either.
    for problem in of_items.iter_mut().filter(|problem| problem.kind == ProblemKind::WrongType) {
        if plain::shown(&values, problem.row as usize).is_empty() {
            problem.kind = ProblemKind::ListSeparator;
        }
    }
    let absent = (0..values.len()).filter(|&item| values.is_null(item));
    of_items.extend(
        absent.map(|item| Problem::of_cell(split_position(item), field_number, ProblemKind::NullItem)),
    );
    of_items.sort_by_key(|problem| problem.row);
    problems.all.extend(of_items.into_iter().map(|problem| {
        let (row, item) = of_item(problem.row as usize);
        Problem { row: split_position(row), item: Some(split_position(item)), ..problem }
    }));
    let (items, ends) = without_nulls(&converted, &ends);
    let offsets = OffsetBuffer::from_lengths(ends.iter().scan(0, |before, &end| {
        let length = end - std::mem::replace(before, end);
        Some(length)
    }));
    Arc::new(ListArray::new(Arc::clone(element), offsets, items, lists.nulls().cloned()))
}

/// The items of all lists, one list after the other: items of lists that are null, or of none, are left out.
fn gathered(values: &ArrayRef, ranges: &[Range<usize>]) -> ArrayRef {
    let mut filled = ranges.iter().filter(|range| !range.is_empty());
    let first = filled.next().map_or(0, |range| range.start);
    let end = filled
        .try_fold(first + ranges.iter().find(|r| !r.is_empty()).map_or(0, Range::len), |end, range| {
            (range.start == end).then_some(range.end)
        });
    match end {
        Some(end) => values.slice(first, end - first),
        None => {
            let rows = ranges.iter().cloned().flatten().map(|item| item as u64);
            take(values, &UInt64Array::from_iter_values(rows), None).expect("the items are there")
        }
    }
}

/// The number of items up to the end of each list.
fn ends(ranges: &[Range<usize>]) -> Vec<usize> {
    let count = |before: &mut usize, range: &Range<usize>| {
        *before += range.len();
        Some(*before)
    };
    ranges.iter().scan(0, count).collect()
}

/// The items that have a value, and how many there are up to the end of each list.
fn without_nulls(items: &ArrayRef, ends: &[usize]) -> (ArrayRef, Vec<usize>) {
    if items.null_count() == 0 {
        return (Arc::clone(items), ends.to_vec());
    }
    let there: BooleanArray = (0..items.len()).map(|item| Some(items.is_valid(item))).collect();
    let kept: Vec<usize> = there
        .values()
        .iter()
        .scan(0, |kept, is_there| {
            *kept += usize::from(is_there);
            Some(*kept)
        })
        .collect();
    let ends = ends.iter().map(|&end| if end == 0 { 0 } else { kept[end - 1] }).collect();
    (filter(items, &there).expect("as many rows as there are items"), ends)
}
