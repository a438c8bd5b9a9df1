//! Encoded rows with their ids, in blocks that are spilled and read back.

use super::RowId;
use crate::diagnostic::Result;
use crate::spill::{Section, Spill};

/// Rows in order, each with its id: ids first, then lengths, then the rows.
#[derive(Debug, Default)]
pub(super) struct RowBlock {
    ids: Vec<RowId>,
    ends: Vec<usize>,
    /// The rows; those that were read back stand behind ids and lengths.
    bytes: Vec<u8>,
    /// Where the first row begins.
    start: usize,
}

/// Block that was spilled.
#[derive(Debug, Clone, Copy)]
pub(super) struct StoredBlock {
    section: Section,
    rows: usize,
}

impl StoredBlock {
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

impl RowBlock {
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
        assert!(self.start == 0, "it was read back");
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
    /// Puts a block aside.
    pub(super) fn write_block(&self, block: &RowBlock) -> Result<StoredBlock> {
        let mut head = Vec::with_capacity(block.len() * HEAD_BYTES);
        block.ids.iter().for_each(|id| head.extend_from_slice(&id.to_number().to_le_bytes()));
        let ends = block.ends.iter().map(|end| (end - block.start) as u64);
        ends.for_each(|end| head.extend_from_slice(&end.to_le_bytes()));
        Ok(StoredBlock { section: self.write(&[&head, &block.bytes[block.start..]])?, rows: block.len() })
    }

    /// Prefetches a block that will be read soon.
    pub(super) fn prefetch(&self, stored: StoredBlock) {
        self.read_ahead(stored.section);
    }

    /// Reads a block that was spilled.
    pub(super) fn read_block(&self, stored: StoredBlock) -> Result<RowBlock> {
        let bytes = self.read(stored.section)?;
        let start = stored.rows * HEAD_BYTES;
        let (numbers, _) = bytes[..start].as_chunks::<8>();
        let (ids, ends) = numbers.split_at(stored.rows);
        let ids = ids.iter().map(|id| RowId::from_number(u64::from_le_bytes(*id))).collect();
        #[expect(clippy::cast_possible_truncation, reason = "it was a `usize` when it was written")]
        let ends = ends.iter().map(|end| start + u64::from_le_bytes(*end) as usize).collect();
        Ok(RowBlock { ids, ends, bytes, start })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn spilled_rows_come_back_in_any_order() {
        let spill = Spill::new(Path::new("."), 1 << 20);
        let rows: [&[&str]; 3] = [&["a", "", "ccc"], &[], &["dd"]];
        let id = |row: u32| RowId { chunk: 7, row };
        let write_block = |rows: &&[&str]| {
            let mut block = RowBlock::default();
            (0..).zip(*rows).for_each(|(nth, row)| block.push(id(nth), row.as_bytes()));
            spill.write_block(&block).expect("there is room")
        };
        let stored: Vec<StoredBlock> = rows.iter().map(write_block).collect();
        for (rows, stored) in rows.iter().zip(stored).rev() {
            let block = spill.read_block(stored).expect("it was spilled");
            assert_eq!((block.len(), block.bytes()), (rows.len(), rows.iter().map(|row| row.len()).sum()));
            for (nth, (number, row)) in (0..).zip(*rows).enumerate() {
                assert_eq!((block.id(nth), block.row(nth)), (id(number), row.as_bytes()));
            }
        }
    }
}
