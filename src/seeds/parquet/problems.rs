//! Problems of a column's values.

use crate::offsets::split_position;
use crate::seeds::{Problem, ProblemKind};

/// Problems of a column that is being converted, by row.
pub(super) struct Problems<'a> {
    /// Number of the field.
    pub(super) field: u32,
    /// Problems so far.
    pub(super) all: &'a mut Vec<Problem>,
}

impl Problems<'_> {
    pub(super) fn add(&mut self, row: usize, kind: ProblemKind) {
        self.all.push(Problem::of_cell(split_position(row), self.field, kind));
    }
}
