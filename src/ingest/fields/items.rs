//! Items of lists, each checked by itself.

use arrow::array::{AsArray, ListArray};

use super::super::text;
use super::FieldChecker;
use crate::offsets::{index, split_position};
use crate::seeds::{Problem, ProblemKind};

impl FieldChecker<'_> {
    /// Checks the items of lists, each by itself. Those in `left_out`, row and number, are not among them, but count.
    pub(super) fn check_items(
        &self,
        lists: &ListArray,
        left_out: &[(u32, u32)],
        problems: &mut Vec<Problem>,
    ) {
        let offsets = lists.value_offsets();
        let mut report = |item: usize, kind| {
            let row = offsets.partition_point(|&offset| index(offset) <= item) - 1;
            let (mut number, row) = (split_position(item - index(offsets[row])), split_position(row));
            for (_, before) in left_out.iter().filter(|(of, _)| *of == row) {
                number += u32::from(*before <= number);
            }
            problems.push(Problem { row, field: self.number, item: Some(number), kind });
        };
        self.check_values(lists.values(), &mut |item, kind| {
            // An item stands behind others, where it is no formula.
            if kind != ProblemKind::FormulaText {
                report(item, kind);
            }
        });
        if let Some(texts) = lists.values().as_string_opt::<i32>() {
            text::find_separators(texts, |item| report(item, ProblemKind::ListSeparator));
        }
    }
}

/// Items of a field's lists that were left out because of a problem: row and number of each, ascending.
pub(super) fn left_out(problems: &[Problem], field: u32) -> Vec<(u32, u32)> {
    let of_field = problems.iter().filter(|problem| problem.field == field);
    let mut left_out: Vec<(u32, u32)> = of_field.filter_map(|p| Some((p.row, p.item?))).collect();
    left_out.sort_unstable();
    left_out
}
