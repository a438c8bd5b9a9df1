//! Rows without any value.

use arrow::array::Array;
use foldhash::fast::FixedState;
use hashbrown::HashSet;

use crate::offsets::split_position;
use crate::seeds::{Chunk, Problem, ProblemKind};

/// Rows that have no value in any column, unless something else is wrong with them.
pub(super) fn rows(chunk: &Chunk) -> Vec<Problem> {
    // A row may have its value in a column that could not be read.
    if !chunk.refused.is_empty() || chunk.columns.iter().any(|column| column.null_count() == 0) {
        return Vec::new();
    }
    let flawed: HashSet<u32, FixedState> = chunk.problems.iter().map(|problem| problem.row).collect();
    let is_empty = |row: &u32| chunk.columns.iter().all(|column| column.is_null(*row as usize));
    let rows = (0..split_position(chunk.rows)).filter(is_empty);
    let rows = rows.filter(|row| !flawed.contains(row) && !chunk.is_broken(*row));
    rows.map(|row| Problem::of_cell(row, 0, ProblemKind::EmptyRow)).collect()
}
