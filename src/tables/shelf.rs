//! Packed rows with their ids, as they are put aside and taken down again.

use super::spill::Section;
use super::{RowId, Spill};
use crate::diagnostic::Result;

/// Rows in order, each with its id: ids first, then lengths, then the rows.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    ids: Vec<RowId>,
    ends: Vec<usize>,
    /// The rows; those that were taken down stand behind ids and lengths.
    bytes: Vec<u8>,
    /// Where the first row begins.
    start: usize,
}

/// A shelf that was put aside.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shelved {
    section: Section,
    rows: usize,
}

impl Shelved {
    /// Number of rows.
    pub(super) fn rows(self) -> usize {
        self.rows
    }

    /// Bytes that it takes.
    pub(super) fn bytes(self) -> u64 {
        self.section.length()
    }
}

/// Bytes before the rows, of each: its id, and its length.
const HEAD_BYTES: usize = size_of::<u64>() + size_of::<u64>();

impl Shelf {
    /// Adds a row.
    pub(super) fn push(&mut self, id: RowId, row: &[u8]) {
        self.push_parts(id, row, &[]);
    }

    /// Adds a row that comes in two parts.
    pub(super) fn push_parts(&mut self, id: RowId, first: &[u8], second: &[u8]) {
        self.bytes.extend_from_slice(first);
        self.bytes.extend_from_slice(second);
        self.ids.push(id);
        self.ends.push(self.bytes.len());
    }

    pub(super) fn clear(&mut self) {
        assert!(self.start == 0, "it was taken down to be read");
        self.ids.clear();
        self.ends.clear();
        self.bytes.clear();
    }

    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    /// Bytes of all rows.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.len() - self.start
    }

    /// The id of a row.
    pub(super) fn id(&self, row: usize) -> RowId {
        self.ids[row]
    }

    fn start_of(&self, row: usize) -> usize {
        if row == 0 { self.start } else { self.ends[row - 1] }
    }

    /// A row.
    pub(super) fn row(&self, row: usize) -> &[u8] {
        &self.bytes[self.start_of(row)..self.ends[row]]
    }
}

impl Spill {
    /// Puts a shelf aside.
    pub(super) fn shelve(&self, shelf: &Shelf) -> Result<Shelved> {
        let mut head = Vec::with_capacity(shelf.len() * HEAD_BYTES);
        shelf.ids.iter().for_each(|id| head.extend_from_slice(&id.to_number().to_le_bytes()));
        let ends = shelf.ends.iter().map(|end| (end - shelf.start) as u64);
        ends.for_each(|end| head.extend_from_slice(&end.to_le_bytes()));
        Ok(Shelved { section: self.write(&[&head, &shelf.bytes[shelf.start..]])?, rows: shelf.len() })
    }

    /// Says that a shelf will be taken down soon.
    pub(super) fn announce(&self, shelved: Shelved) {
        self.read_ahead(shelved.section);
    }

    /// Takes a shelf down that was put aside.
    pub(super) fn take_down(&self, shelved: Shelved) -> Result<Shelf> {
        let bytes = self.read(shelved.section)?;
        let start = shelved.rows * HEAD_BYTES;
        let (numbers, _) = bytes[..start].as_chunks::<8>();
        let (ids, ends) = numbers.split_at(shelved.rows);
        let ids = ids.iter().map(|id| RowId::from_number(u64::from_le_bytes(*id))).collect();
        #[expect(clippy::cast_possible_truncation, reason = "it was a `usize` when it was put aside")]
        let ends = ends.iter().map(|end| start + u64::from_le_bytes(*end) as usize).collect();
        Ok(Shelf { ids, ends, bytes, start })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn what_is_put_aside_comes_back_in_any_order() {
        let spill = Spill::new(Path::new("."), 1 << 20);
        let rows: [&[&str]; 3] = [&["a", "", "ccc"], &[], &["dd"]];
        let id = |row: u32| RowId { chunk: 7, row };
        let shelve = |rows: &&[&str]| {
            let mut shelf = Shelf::default();
            (0..).zip(*rows).for_each(|(nth, row)| shelf.push(id(nth), row.as_bytes()));
            spill.shelve(&shelf).expect("there is room")
        };
        let shelved: Vec<Shelved> = rows.iter().map(shelve).collect();
        for (rows, shelved) in rows.iter().zip(shelved).rev() {
            let shelf = spill.take_down(shelved).expect("it was put aside");
            assert_eq!((shelf.len(), shelf.bytes()), (rows.len(), rows.iter().map(|row| row.len()).sum()));
            for (nth, (number, row)) in (0..).zip(*rows).enumerate() {
                assert_eq!((shelf.id(nth), shelf.row(nth)), (id(number), row.as_bytes()));
            }
        }
    }
}
