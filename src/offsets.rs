//! Offsets of Arrow and positions in splits, which take 32 bits, beside numbers in memory: the conversions that are made for
//! each cell, and therefore without a look at the value.

use std::ops::Range;

use arrow::array::ListArray;

/// An offset or length of Arrow, as a number in memory.
#[inline]
#[expect(clippy::cast_sign_loss, reason = "Arrow's offsets begin at 0 and never decrease")]
pub(crate) fn index(offset: i32) -> usize {
    offset as usize
}

/// The position of a byte, cell or row of a split, in 32 bits.
#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "`seeds::split` refuses what is larger than 1 GiB, a cell or row takes at least a byte of it, and Parquet and \
              views are read a few thousand rows at a time"
)]
pub(crate) fn split_position(at: usize) -> u32 {
    at as u32
}

/// The number of a field of its table, in 32 bits.
pub(crate) fn field_number(field: usize) -> u32 {
    u32::try_from(field).expect("a table has fewer fields than 2^32, for each takes a line of its schema")
}

/// Rows of the item column that belong to the list in `row`.
pub(crate) fn item_rows(lists: &ListArray, row: usize) -> Range<usize> {
    let offsets = lists.value_offsets();
    let at = |index: usize| usize::try_from(offsets[index]).expect("offsets are not negative");
    at(row)..at(row + 1)
}
