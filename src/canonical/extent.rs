//! The extent of rows: sums that any workers can add, from which it follows how a table is divided into parts.

use std::ops::{Add, AddAssign, Range, Sub};

use arrow::array::ArrayRef;

use super::cells::Cells;
use super::scalar;
use crate::offsets::index;
use crate::schema::ColumnType;

/// Extent of some rows of a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    /// Number of rows.
    pub rows: u64,
    /// Bytes of their canonical text (`docs/content-digest.md`), each with its line end; the header is not among them.
    pub text_bytes: u64,
}

impl Extent {
    /// The extent of rows whose columns have these types.
    pub(crate) fn of<'a>(columns: impl Iterator<Item = (ColumnType, &'a ArrayRef)>, rows: usize) -> Extent {
        // Each column has a comma before the next, or else the first byte of the line end.
        let cells = columns.map(|(kind, array)| cell_bytes(&Cells::new(kind, array), rows) + rows);
        Extent { rows: rows as u64, text_bytes: (cells.sum::<usize>() + rows) as u64 }
    }
}

impl Add for Extent {
    type Output = Extent;

    fn add(self, other: Extent) -> Extent {
        Extent { rows: self.rows + other.rows, text_bytes: self.text_bytes + other.text_bytes }
    }
}

impl AddAssign for Extent {
    fn add_assign(&mut self, other: Extent) {
        *self = *self + other;
    }
}

impl Sub for Extent {
    type Output = Extent;

    fn sub(self, other: Extent) -> Extent {
        Extent { rows: self.rows - other.rows, text_bytes: self.text_bytes - other.text_bytes }
    }
}

/// Bytes of the cells of a column, quotes included.
fn cell_bytes(cells: &Cells<'_>, rows: usize) -> usize {
    let quotes = if matches!(cells, Cells::Text(_) | Cells::List(..)) { 2 } else { 0 };
    let of_rows = |rows: Range<usize>| rows.len() * quotes + text_bytes(cells, rows);
    match cells.array().nulls() {
        None => of_rows(0..rows),
        Some(nulls) => nulls.valid_slices().map(|(start, end)| of_rows(start..end)).sum(),
    }
}

/// Bytes of the texts of rows that all have a value, without the quotes around them.
fn text_bytes(cells: &Cells<'_>, rows: Range<usize>) -> usize {
    let quotes = |bytes: &[u8]| memchr::memchr_iter(b'"', bytes).count();
    let mut scratch = Vec::new();
    let mut written = |row: usize| {
        scratch.clear();
        cells.write_text(row, &mut scratch);
        scratch.len()
    };
    match cells {
        Cells::Text(_) => cells.text_bytes(rows).map_or(0, |bytes| bytes.len() + quotes(bytes)),
        Cells::Integer(values) => {
            values.values()[rows].iter().map(|&value| scalar::integer_length(value)).sum()
        }
        Cells::Number(_) | Cells::Decimal(..) => rows.map(&mut written).sum(),
        Cells::Boolean(values) => rows.map(|row| if values.value(row) { 4 } else { 5 }).sum(),
        Cells::Date(_) => rows.len() * 10,
        Cells::Datetime(values) => instant_bytes(&values.values()[rows], 20),
        Cells::LocalDatetime(values) => instant_bytes(&values.values()[rows], 19),
        Cells::List(lists, items) => {
            let offsets = &lists.value_offsets()[rows.start..=rows.end];
            let lengths = offsets.windows(2).map(|pair| index(pair[1] - pair[0]));
            let separators: usize = lengths.map(|items| items.saturating_sub(1) * 2).sum();
            separators + text_bytes(items, index(offsets[0])..index(offsets[rows.len()]))
        }
    }
}

/// Bytes of instants that take `whole` when their second is whole.
fn instant_bytes(microseconds: &[i64], whole: usize) -> usize {
    microseconds
        .iter()
        .map(|microseconds| if microseconds % 1_000_000 == 0 { whole } else { whole + 7 })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canonical::{SharedTexts, write_rows};
    use crate::schema::fixture;

    #[test]
    fn it_is_as_long_as_the_canonical_text_and_adds_up() {
        let project = fixture::project(None);
        for (number, table) in project.tables.iter().enumerate() {
            let batch = fixture::rows(&project, number);
            let extent = |start: usize, rows: usize| {
                let slice = batch.slice(start, rows);
                let kinds = table.columns.iter().map(|column| column.kind);
                Extent::of(kinds.zip(slice.columns()), rows)
            };
            let rows = batch.num_rows();
            let mut text = Vec::new();
            let shared = SharedTexts::new(batch.num_columns());
            write_rows(table, (&batch, &shared), 0..rows, b"\r\n", &mut text);
            let whole = Extent { rows: rows as u64, text_bytes: text.len() as u64 };
            assert_eq!(extent(0, rows), whole, "{}", table.name);
            for cut in [0, 1, rows / 2, rows].map(|cut| cut.min(rows)) {
                assert_eq!(extent(0, cut) + extent(cut, rows - cut), whole, "{} {cut}", table.name);
                assert_eq!(whole - extent(0, cut), extent(cut, rows - cut), "{} {cut}", table.name);
            }
        }
    }
}
