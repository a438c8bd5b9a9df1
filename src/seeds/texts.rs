//! Columns of texts, filled from cells that were found before.

use std::borrow::Cow;

use super::assemble::is_missing;
use crate::columns::StringBuilder;
use crate::schema::{Field, Table};

/// Cells that are added at a time: as many as a word has bits.
const GROUP_CELLS: usize = 64;

/// A cell of a column of texts.
pub(super) enum TextCell<'t> {
    /// There is none.
    Absent,
    /// Its value stands in the source as it is: where, and how many bytes. It is no word that means a missing value.
    Plain(usize, usize),
    /// Its value.
    Written(Cow<'t, str>),
}

/// Adds `count` cells to a column; `None` as soon as `cell`, which is asked for each by its number, and perhaps twice, knows
/// none.
pub(super) fn fill<'t>(
    texts: &mut StringBuilder,
    (table, field): (&Table, &Field),
    source: &[u8],
    count: usize,
    cell: impl Fn(usize) -> Option<TextCell<'t>>,
) -> Option<()> {
    let is_empty_missing = is_missing(table, field, "");
    for first in (0..count).step_by(GROUP_CELLS) {
        let group = first..count.min(first + GROUP_CELLS);
        let (mut there, mut places) = (0, [(0, 0); GROUP_CELLS]);
        let mut are_plain = true;
        for (nth, number) in group.clone().enumerate() {
            match cell(number)? {
                TextCell::Absent => {}
                TextCell::Plain(start, length) => {
                    places[nth] = (start, length);
                    there |= u64::from(length > 0 || !is_empty_missing) << nth;
                }
                TextCell::Written(_) => {
                    are_plain = false;
                    break;
                }
            }
        }
        if are_plain {
            texts.extend(source, there, places[..group.len()].iter().copied());
            continue;
        }
        for number in group {
            match cell(number)? {
                TextCell::Absent => texts.push_null(),
                TextCell::Plain(_, 0) if is_empty_missing => texts.push_null(),
                TextCell::Plain(start, length) => texts.push(source, start, length),
                TextCell::Written(text) if is_missing(table, field, &text) => texts.push_null(),
                TextCell::Written(text) => texts.push_text(&text),
            }
        }
    }
    Some(())
}
