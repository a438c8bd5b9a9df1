//! The texts of a column's values, row by row: where they stand in the column, or written for the purpose.

use std::cell::OnceCell;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::StringArray;

use super::cells::Cells;
use crate::offsets::index;

/// The texts of a column in some rows.
#[derive(Clone)]
pub struct RowTexts<'a> {
    /// Texts of the column, as they are.
    pub(super) bytes: &'a [u8],
    /// Texts that were formatted; in [`Places`] their positions continue those of `bytes`.
    pub(super) written: Arc<Vec<u8>>,
    pub(super) places: Places<'a>,
    pub(super) validity: Validity,
}

/// Validity of rows, which have a text: a bit for each, 64 to a word, lowest first; `None` when all have.
#[derive(Clone)]
pub(super) struct Validity(Option<Arc<[u64]>>);

impl Validity {
    /// Which of some rows have a value.
    fn of(cells: &Cells<'_>, rows: Range<usize>) -> Validity {
        let nulls = cells.array().nulls().map(|nulls| nulls.slice(rows.start, rows.len()));
        let nulls = nulls.filter(|nulls| nulls.null_count() > 0);
        Validity(nulls.map(|nulls| nulls.inner().bit_chunks().iter_padded().collect()))
    }

    /// Whether a row has one.
    fn is_valid(&self, row: usize) -> bool {
        self.from(row) & 1 == 1
    }

    /// The bits of a row and of those that follow it, as far as its word goes.
    #[inline]
    pub(super) fn from(&self, row: usize) -> u64 {
        self.0.as_ref().map_or(u64::MAX, |words| words[row / 64] >> (row % 64))
    }
}

/// Where the texts of the rows stand.
#[derive(Clone)]
pub(super) enum Places<'a> {
    /// One behind the other in the column: where each begins, and at last where the last one ends.
    Column(&'a [i32]),
    /// Of each where it begins, and how long it is.
    Each(Arc<[(usize, usize)]>),
}

impl<'a> RowTexts<'a> {
    /// The texts of the values of some rows: as [`Cells::write_text`] writes them.
    pub fn of(cells: &Cells<'a>, rows: Range<usize>) -> RowTexts<'a> {
        match cells {
            Cells::Text(values) => RowTexts {
                bytes: values.value_data(),
                written: Arc::default(),
                places: Places::Column(&values.value_offsets()[rows.start..=rows.end]),
                validity: Validity::of(cells, rows),
            },
            cells => RowTexts::formatted(cells, rows),
        }
    }

    /// The same, of values that are no texts.
    fn formatted(cells: &Cells<'_>, rows: Range<usize>) -> RowTexts<'static> {
        RowTexts::written(cells, rows, |row, out| cells.write_text(row, out))
    }

    /// What `write` writes for each of some rows in which there is a value.
    pub fn written(
        cells: &Cells<'_>,
        rows: Range<usize>,
        write: impl FnMut(usize, &mut Vec<u8>),
    ) -> RowTexts<'static> {
        let validity = Validity::of(cells, rows.clone());
        RowTexts::fill(rows, validity, write)
    }

    /// What `write` writes for each of some rows, which may be nothing.
    pub fn of_rows(rows: Range<usize>, write: impl FnMut(usize, &mut Vec<u8>)) -> RowTexts<'static> {
        RowTexts::fill(rows, Validity(None), write)
    }

    /// The texts of some rows as they are where `is_kept` says so, and what `write` writes instead of the others.
    pub fn replaced(
        values: &'a StringArray,
        rows: Range<usize>,
        is_kept: impl Fn(&[u8]) -> bool,
        write: impl Fn(&'a str, &mut Vec<u8>),
    ) -> RowTexts<'a> {
        let (bytes, offsets) = (values.value_data(), values.value_offsets());
        let mut written = Vec::new();
        let place = |row: usize| {
            let (start, end) = (index(offsets[row]), index(offsets[row + 1]));
            if is_kept(&bytes[start..end]) {
                return (start, end - start);
            }
            let before = written.len();
            write(values.value(row), &mut written);
            (bytes.len() + before, written.len() - before)
        };
        let places = Places::Each(rows.clone().map(place).collect());
        let validity = Validity::of(&Cells::Text(values), rows);
        RowTexts { bytes, written: Arc::new(written), places, validity }
    }

    fn fill(
        rows: Range<usize>,
        validity: Validity,
        mut write: impl FnMut(usize, &mut Vec<u8>),
    ) -> RowTexts<'static> {
        let mut written = Vec::with_capacity(rows.len() * 24);
        let place = |(nth, row): (usize, usize)| {
            let before = written.len();
            if validity.is_valid(nth) {
                write(row, &mut written);
            }
            (before, written.len() - before)
        };
        let places = Places::Each(rows.enumerate().map(place).collect());
        RowTexts { bytes: &[], written: Arc::new(written), places, validity }
    }
}

/// Texts of values that are no texts, of the same rows of each column: written by the first who asks for them.
pub struct SharedTexts(pub(super) Vec<OnceCell<RowTexts<'static>>>);

impl SharedTexts {
    /// Those of so many columns.
    pub fn new(columns: usize) -> SharedTexts {
        SharedTexts(std::iter::repeat_with(OnceCell::new).take(columns).collect())
    }

    /// The texts of a column's values in the rows.
    pub fn of<'a>(&self, column: usize, cells: &Cells<'a>, rows: Range<usize>) -> RowTexts<'a> {
        match cells {
            Cells::Text(_) | Cells::List(..) => RowTexts::of(cells, rows),
            _ => self.0[column].get_or_init(|| RowTexts::formatted(cells, rows)).clone(),
        }
    }
}
