//! Lists of Parquet: where the items of each row are.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, UInt64Array};
use arrow::compute::{filter, take};
use arrow::datatypes::DataType;

use crate::offsets::index;

/// Items of the list in a row of a list column.
pub(super) fn items(lists: &ArrayRef, row: usize) -> Option<ArrayRef> {
    let (values, range) = (values(lists)?, range(lists, row)?);
    Some(values.slice(range.start, range.len()))
}

pub(super) fn values(lists: &ArrayRef) -> Option<&ArrayRef> {
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
pub(super) fn range(lists: &ArrayRef, row: usize) -> Option<Range<usize>> {
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

/// The items of all lists, one list after the other: items of lists that are null, or of none, are left out.
pub(super) fn gathered(values: &ArrayRef, ranges: &[Range<usize>]) -> ArrayRef {
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
pub(super) fn ends(ranges: &[Range<usize>]) -> Vec<usize> {
    let count = |before: &mut usize, range: &Range<usize>| {
        *before += range.len();
        Some(*before)
    };
    ranges.iter().scan(0, count).collect()
}

/// The items that have a value, and how many there are up to the end of each list.
pub(super) fn without_nulls(items: &ArrayRef, ends: &[usize]) -> (ArrayRef, Vec<usize>) {
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
