//! Which columns of a row group are written with a dictionary.
//!
//! A dictionary of values that seldom repeat costs time and makes the file larger: the values are written once in the
//! dictionary, and numbers that say nothing stand in their place, which zstd cannot make smaller. So each column of each
//! row group is sampled, at rows that depend on their number alone. They are far from each other where there are many, so
//! that what repeats only beside itself, as in a table that is sorted by it, does not count.

use arrow::array::{Array, ArrayRef};
use foldhash::fast::FixedState;
use hashbrown::HashSet;

use crate::canonical::Cells;
use crate::offsets::index;
use crate::schema::{Column, ColumnRole, ColumnType, Table};

/// Values of the first sample, and of the second, which is for columns of which the first does not tell.
const SAMPLES: [usize; 2] = [512, 16_384];

/// A dictionary is worth it when each value stands so often in a sample, on average.
const REPEATS: usize = 4;

/// It is not when fewer than one in so many values of a sample has come before.
const SELDOM: usize = 10;

/// Whether values of the column can repeat so often at all: single unique keys and JSON documents do not.
pub(super) fn may_repeat(table: &Table, column: &Column) -> bool {
    let field = [column.field];
    let is_key = column.role == ColumnRole::Value
        && (table.fields[column.field].constraints.unique
            || table.primary_key == field
            || table.unique_keys.iter().any(|key| *key == field));
    !is_key && column.kind != ColumnType::Json
}

/// Whether the values, or the items of the lists, repeat often enough.
pub(super) fn is_worth_it(kind: ColumnType, array: &ArrayRef) -> bool {
    let (kind, array) = match (kind, array.data_type()) {
        (ColumnType::List(item), _) => {
            let lists = arrow::array::AsArray::as_list::<i32>(array);
            let offsets = lists.value_offsets();
            let (first, last) = (index(offsets[0]), index(offsets[offsets.len() - 1]));
            (item.column_type(), lists.values().slice(first, last - first))
        }
        _ => (kind, ArrayRef::clone(array)),
    };
    let cells = Cells::new(kind, &array);
    for wanted in SAMPLES {
        let step = (array.len() - array.null_count()).div_ceil(wanted).max(1);
        let (values, distinct) = sample(&cells, (0..array.len()).step_by(step));
        if distinct * REPEATS <= values {
            return true;
        }
        if (values - distinct) * SELDOM < values {
            return false;
        }
    }
    false
}

/// How many of some rows have a value, and how many different ones they have.
fn sample(cells: &Cells<'_>, rows: impl Iterator<Item = usize>) -> (usize, usize) {
    let mut distinct: HashSet<Box<[u8]>, FixedState> = HashSet::default();
    let (mut values, mut text) = (0, Vec::new());
    for row in rows.filter(|&row| !cells.is_null(row)) {
        values += 1;
        text.clear();
        cells.write_text(row, &mut text);
        if !distinct.contains(text.as_slice()) {
            distinct.insert(text.as_slice().into());
        }
    }
    (values, distinct.len())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Int64Array, ListArray, StringArray};
    use arrow::datatypes::Int64Type;

    use super::*;
    use crate::schema::ItemType;
    use crate::schema::fixture;

    #[test]
    fn keys_and_documents_never_have_one() {
        let project = fixture::project(None);
        let floods = &project.tables[fixture::FLOODS];
        let of = |name: &str| floods.columns.iter().find(|column| column.name == name).expect("a column");
        assert!(may_repeat(floods, of("kind")) && may_repeat(floods, of("names")));
        assert!(!may_repeat(floods, of("flood_id")) && !may_repeat(floods, of("extra")));
    }

    #[test]
    fn values_that_repeat_are_worth_a_dictionary() {
        let words = |count: usize| {
            Arc::new(StringArray::from_iter_values((0..65_536).map(|n| format!("w{}", n * 7 % count))))
                as ArrayRef
        };
        assert!(is_worth_it(ColumnType::Text, &words(100)));
        assert!(is_worth_it(ColumnType::Text, &words(3_000)));
        assert!(!is_worth_it(ColumnType::Text, &words(10_000)));
        assert!(!is_worth_it(ColumnType::Text, &words(60_000)));
        let beside_itself: ArrayRef = Arc::new(Int64Array::from_iter_values((0..65_536).map(|n| n / 100)));
        assert!(!is_worth_it(ColumnType::Integer, &beside_itself));
        let numbers: ArrayRef =
            Arc::new(Int64Array::from(vec![Some(1), None, Some(1), Some(1), Some(1), None]));
        assert!(is_worth_it(ColumnType::Integer, &numbers));
        let lists = (0..100).map(|n| Some([Some(n % 3), Some(5)]));
        let lists: ArrayRef = Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>(lists));
        assert!(is_worth_it(ColumnType::List(ItemType::Integer), &lists));
        assert!(!is_worth_it(
            ColumnType::Integer,
            &(Arc::new(Int64Array::from_iter_values(0..3)) as ArrayRef)
        ));
    }
}
