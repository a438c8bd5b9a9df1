//! The content digest of a table, a pipeline beside those of the formats.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::canonical::{BlockDigests, ContentHasher};
use crate::diagnostic::Result;
use crate::digest::Digest;
use crate::formats::{Morsel, Pipeline, PooledBuffer, ReorderQueue, Sink, Turn};
use crate::schema::{DIGEST_BLOCK_ROWS, Table};

/// Pipeline from the rows of a table to its content digest.
pub(super) struct ContentDigest {
    /// Number of the table.
    table: usize,
    blocks: BlockDigests,
    /// A block that waits for another: two are hashed in less time by turns.
    waiting: Mutex<Option<WholeBlock>>,
    queue: ReorderQueue<Joined>,
}

/// Block of the digest, as canonical text.
struct WholeBlock {
    turn: Turn,
    first_row: u64,
    text: Arc<PooledBuffer>,
}

impl ContentDigest {
    /// The pipeline of the table of this number; it sets `digest` when it is finished.
    pub(super) fn new(table: &Table, number: usize, digest: Arc<OnceLock<Digest>>) -> ContentDigest {
        let joined = Joined { hasher: Some(ContentHasher::new(table)), digest };
        ContentDigest {
            table: number,
            blocks: BlockDigests::new(table),
            waiting: Mutex::new(None),
            queue: ReorderQueue::new(joined, number),
        }
    }
}

impl Pipeline for ContentDigest {
    fn run(&self, morsel: &Morsel<'_>) -> Result<()> {
        let (turn, text) = (morsel.turn, Arc::clone(morsel.canonical()));
        match morsel.rows.len() {
            DIGEST_BLOCK_ROWS => self.hash(WholeBlock { turn, first_row: morsel.first_row(), text }),
            // A morsel never goes beyond the end of a block: this is a part of one, or the last.
            rows => self.queue.push(turn, Piece::Rows(rows, text)),
        }
    }

    fn finish(&self) -> Result<()> {
        if let Some(block) = self.waiting().take() {
            let digest = self.blocks.of((block.first_row, &block.text));
            self.queue.push(block.turn, Piece::Block(digest))?;
        }
        self.queue.end_table(self.table)
    }
}

impl ContentDigest {
    /// Hashes a block with the one that waits, or else lets it wait.
    fn hash(&self, block: WholeBlock) -> Result<()> {
        let mut waiting = self.waiting();
        let Some(first) = waiting.take() else {
            *waiting = Some(block);
            return Ok(());
        };
        drop(waiting);
        let [digest, second] =
            self.blocks.of_both((first.first_row, &first.text), (block.first_row, &block.text));
        self.queue.push(first.turn, Piece::Block(digest))?;
        self.queue.push(block.turn, Piece::Block(second))
    }

    fn waiting(&self) -> MutexGuard<'_, Option<WholeBlock>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Rows of a morsel.
enum Piece {
    /// A whole block of the digest.
    Block(Digest),
    /// Part of one, as canonical text.
    Rows(usize, Arc<PooledBuffer>),
}

/// Digest that blocks are joined into, in order.
struct Joined {
    hasher: Option<ContentHasher>,
    digest: Arc<OnceLock<Digest>>,
}

impl Sink for Joined {
    type Piece = Piece;

    fn take(&mut self, _table: usize, piece: Piece) -> Result<()> {
        let hasher = self.hasher.as_mut().expect("nothing comes after the end of the table");
        match piece {
            Piece::Block(digest) => hasher.add_block(digest),
            Piece::Rows(rows, text) => hasher.update(rows, &text),
        }
        Ok(())
    }

    fn end_table(&mut self, _table: usize) -> Result<()> {
        if let Some(hasher) = self.hasher.take() {
            // Set here only, once.
            let _ = self.digest.set(hasher.finish());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{Block, Blocks};
    use crate::schema::fixture;

    #[test]
    fn the_digest_is_the_same_wherever_blocks_end_and_in_whatever_order_they_come() {
        let project = fixture::project(None);
        let table = &project.tables[fixture::LEVELS];
        let rows = fixture::rows(&project, fixture::LEVELS).slice(0, 20_000);
        let mut expected = ContentHasher::new(table);
        let digests = [20_000, 2_048, 65_536, 4_999, 1_000].map(|block_rows| {
            let mut blocks = Blocks::new(table, 0);
            let starts = (0..20_000).step_by(block_rows);
            let batches = starts.map(|start| rows.slice(start, block_rows.min(20_000 - start)));
            let blocks: Vec<Block<'_>> = batches.map(|batch| blocks.next(batch, 0)).collect();
            let digest = Arc::new(OnceLock::new());
            let pipeline = ContentDigest::new(table, 0, Arc::clone(&digest));
            for block in blocks.iter().rev() {
                let morsels = (0..block.morsels()).rev().map(|number| block.morsel(number));
                morsels.for_each(|morsel| pipeline.run(&morsel).expect("it is hashed"));
            }
            pipeline.finish().expect("it is hashed");
            *digest.get().expect("it is finished")
        });
        let block = Blocks::new(table, 0).next(rows, 0);
        for morsel in (0..block.morsels()).map(|number| block.morsel(number)) {
            expected.update(morsel.rows.len(), morsel.canonical());
        }
        assert_eq!(digests, [expected.finish(); 5]);
    }
}
