//! Blocks of rows, and the morsels of them that one thread encodes at a time.

use std::cell::OnceCell;
use std::ops::Range;
use std::sync::Arc;

use arrow::record_batch::RecordBatch;

use super::{BufferPool, PooledBuffer, Turn};
use crate::canonical::{SharedTexts, write_rows};
use crate::schema::{DIGEST_BLOCK_ROWS, Table};

/// Rows in a morsel, which is a block of the content digest: their text stays in a core's own memory until it is hashed and
/// written.
const MORSEL_ROWS: usize = DIGEST_BLOCK_ROWS;

/// Blocks of a table, numbered in the order in which they are drawn.
pub struct Blocks<'a> {
    table: &'a Table,
    buffers: BufferPool,
    first_row: u64,
    turn: Turn,
    first_morsel: u64,
}

impl<'a> Blocks<'a> {
    /// Those of the table that has this number in the project.
    pub fn new(table: &'a Table, number: usize) -> Blocks<'a> {
        let turn = Turn { table: number, number: 0 };
        Blocks { table, buffers: BufferPool::default(), first_row: 0, turn, first_morsel: 0 }
    }

    /// The block of the rows that come next, which belong to the part of this number, from 0.
    pub fn next(&mut self, batch: RecordBatch, part: usize) -> Block<'a> {
        let Blocks { table, first_row, turn, first_morsel, .. } = *self;
        let block =
            Block { table, buffers: self.buffers.clone(), batch, part, first_row, turn, first_morsel };
        self.first_row += block.batch.num_rows() as u64;
        self.turn.number += 1;
        self.first_morsel += block.morsels() as u64;
        block
    }

    /// Number of rows in all blocks so far.
    pub fn rows(&self) -> u64 {
        self.first_row
    }
}

/// Block of sorted rows, at most [`crate::sort::BLOCK_ROWS`] of them.
pub struct Block<'a> {
    /// The rows; columns as in `Table::columns`.
    pub batch: RecordBatch,
    /// Number of the part that they belong to, from 0.
    pub part: usize,
    table: &'a Table,
    buffers: BufferPool,
    first_row: u64,
    turn: Turn,
    first_morsel: u64,
}

impl<'a> Block<'a> {
    /// Number of its morsels.
    pub fn morsels(&self) -> usize {
        let (first, rows) = (self.first_morsel_rows(), self.batch.num_rows());
        usize::from(rows > 0) + (rows - first).div_ceil(MORSEL_ROWS)
    }

    /// The morsel of this number, from 0. None goes beyond the end of a block of the content digest.
    pub fn morsel(&self, number: usize) -> Morsel<'_> {
        let (first, rows) = (self.first_morsel_rows(), self.batch.num_rows());
        let start = if number == 0 { 0 } else { first + (number - 1) * MORSEL_ROWS };
        let end = if number == 0 { first } else { rows.min(start + MORSEL_ROWS) };
        let turn = Turn { table: self.turn.table, number: self.first_morsel + number as u64 };
        Morsel::new(self, start..end, turn)
    }

    /// The block as one morsel; its turn is that among blocks.
    pub fn whole(&self) -> Morsel<'_> {
        Morsel::new(self, 0..self.batch.num_rows(), self.turn)
    }

    /// Rows up to the end of a block of the content digest, or of this one.
    fn first_morsel_rows(&self) -> usize {
        let before = self.first_row % MORSEL_ROWS as u64;
        let before = usize::try_from(before).expect("it is less than the rows of a morsel");
        self.batch.num_rows().min(MORSEL_ROWS - before)
    }
}

/// Morsel of a block: what one thread encodes at a time, for all who want it.
pub struct Morsel<'b> {
    /// The block.
    pub block: &'b Block<'b>,
    /// Its rows of the block.
    pub rows: Range<usize>,
    /// When it is passed on.
    pub turn: Turn,
    /// Texts of its values, which formats share.
    pub(super) texts: SharedTexts,
    canonical: OnceCell<Arc<PooledBuffer>>,
}

impl<'b> Morsel<'b> {
    fn new(block: &'b Block<'b>, rows: Range<usize>, turn: Turn) -> Morsel<'b> {
        let texts = SharedTexts::new(block.batch.num_columns());
        Morsel { block, rows, turn, texts, canonical: OnceCell::new() }
    }

    /// Number of its first row, from 0, in the table.
    pub fn first_row(&self) -> u64 {
        self.block.first_row + self.rows.start as u64
    }

    /// The canonical text of its rows (`docs/content-digest.md`), written once.
    pub fn canonical(&self) -> &Arc<PooledBuffer> {
        self.canonical.get_or_init(|| {
            let mut text = self.block.buffers.take(self.rows.len());
            let batch = (&self.block.batch, &self.texts);
            write_rows(self.block.table, batch, self.rows.clone(), b"\r\n", &mut text);
            Arc::new(text)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::fixture;

    #[test]
    fn morsels_end_where_a_block_of_the_digest_ends() {
        let project = fixture::project(None);
        let rows = fixture::rows(&project, fixture::LEVELS);
        let mut blocks = Blocks::new(&project.tables[fixture::LEVELS], 3);
        // Batches that ended by their bytes lie anywhere.
        let mut start = 0;
        let mut cut = |length: usize| {
            let block = blocks.next(rows.slice(start, length), 1);
            start += length;
            let turns = (0..block.morsels()).map(|number| block.morsel(number).turn);
            let turns: Vec<(usize, u64)> = turns.map(|turn| (turn.table, turn.number)).collect();
            let morsels = (0..block.morsels()).map(|number| block.morsel(number));
            let found: Vec<(u64, Range<usize>)> = morsels.map(|m| (m.first_row(), m.rows)).collect();
            assert_eq!(block.whole().rows, 0..length);
            (turns, found, block.whole().turn.number)
        };
        assert_eq!(cut(4_096), (vec![(3, 0), (3, 1)], vec![(0, 0..2_048), (2_048, 2_048..4_096)], 0));
        assert_eq!(cut(100), (vec![(3, 2)], vec![(4_096, 0..100)], 1));
        let found = vec![(4_196, 0..1_948), (6_144, 1_948..3_996), (8_192, 3_996..5_000)];
        assert_eq!(cut(5_000), (vec![(3, 3), (3, 4), (3, 5)], found, 2));
        assert_eq!(cut(1), (vec![(3, 6)], vec![(9_196, 0..1)], 3));
        assert_eq!(cut(0), (vec![], vec![], 4));
    }
}
