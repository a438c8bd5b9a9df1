//! A run: as many rows of a table as are sorted at a time, in key order, in memory or on the disk.

use super::RowId;
use super::layout::EncodedChunk;
use super::order::ChunkKeys;
use super::row_block::{RowBlock, StoredBlock};
use crate::diagnostic::Result;
use crate::offsets::split_position;
use crate::row_encoding::EncodedRows;
use crate::sort_key::{Keys, shared};
use crate::spill::Spill;

/// Bytes that a batch of a table's first runs aims at: so much of each run is in memory while runs are merged.
const BATCH_BYTES: usize = 512 << 10;

/// Runs after which batches become smaller, so that memory does not grow with the number of runs as such.
const FIRST_RUNS: usize = 64;

/// Most rows of a batch.
const BATCH_ROWS: usize = 8192;

/// Bytes of a batch's first key that are kept in memory.
const SAMPLE_BYTES: usize = 64;

/// Rows that are prefetched at a time.
const FETCHED_ROWS: usize = 32;

/// Bytes of a cache line.
const LINE_BYTES: usize = 64;

/// Run of sorted rows.
pub(super) struct Run {
    rows: usize,
    store: Store,
    /// What all its keys begin with.
    pub(super) common: Vec<u8>,
    /// Pairs of rows with the same key; the first of each is the earliest of its key.
    pub(super) repeated: Vec<(RowId, RowId)>,
}

enum Store {
    /// The rows of chunks as they came, the number of the first chunk, and the rows in order.
    Kept { chunks: Vec<EncodedRows>, first: u32, order: Vec<RowId> },
    /// Batches in order.
    Spilled(Vec<Batch>),
}

/// Batch of a run, spilled.
struct Batch {
    /// What the key of its first row begins with: up to [`SAMPLE_BYTES`].
    sample: Box<[u8]>,
    keys: StoredBlock,
    rows: StoredBlock,
}

/// Position of a row: its batch, and its row there.
#[derive(Clone, Copy, Default)]
pub(super) struct Place {
    pub(super) batch: usize,
    pub(super) row: usize,
}

impl Run {
    /// Makes the table's run number `number` of the rows of chunks whose numbers follow `first`. Rows with equal keys keep
    /// their order.
    pub(super) fn sort(
        chunks: Vec<EncodedChunk>,
        first: u32,
        number: usize,
        spill: &Spill,
        is_only: bool,
    ) -> Result<Run> {
        let rows = chunks.iter().map(EncodedChunk::len).sum();
        let mut order: Vec<RowId> = Vec::with_capacity(rows);
        for (chunk, number) in chunks.iter().zip(first..) {
            order.extend((0..split_position(chunk.len())).map(|row| RowId { chunk: number, row }));
        }
        let bytes: usize = chunks.iter().map(EncodedChunk::memory_bytes).sum();
        let (keys, chunks): (Vec<Keys>, Vec<EncodedRows>) =
            chunks.into_iter().map(|c| (c.keys, c.rows)).unzip();
        let has_keys = keys.iter().any(|keys| !keys.is_empty());
        let (mut common, mut repeated) = (Vec::new(), Vec::new());
        if has_keys {
            common = common_prefix(&keys);
            let keys = ChunkKeys { keys: &keys, first_chunk: first, skip: common.len() };
            repeated = keys.sort(&mut order);
        }
        let store = match is_only && spill.memory.keep(bytes as u64) {
            true => Store::Kept { chunks, first, order },
            false => Store::Spilled(spill_rows((&chunks, &keys), first, &order, batch_bytes(number), spill)?),
        };
        Ok(Run { rows, store, common, repeated })
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// The batches of a run that was spilled.
    fn batches(&self) -> &[Batch] {
        match &self.store {
            Store::Kept { .. } => unreachable!("a run that is kept is the only one"),
            Store::Spilled(batches) => batches,
        }
    }

    /// The keys of the batch numbered `at`, after which those of the next are likely to be asked for.
    pub(super) fn keys(&self, spill: &Spill, at: usize) -> Result<RunKeys> {
        if let Some(next) = self.batches().get(at + 1) {
            spill.prefetch(next.keys);
        }
        spill.read_block(self.batches()[at].keys).map(RunKeys)
    }

    /// Bytes of the keys of a batch at most.
    pub(super) fn largest_keys(&self) -> u64 {
        self.batches().iter().map(|batch| batch.keys.bytes()).max().unwrap_or(0)
    }

    /// For each batch what its first key begins with, and its rows.
    pub(super) fn samples(&self) -> impl Iterator<Item = (&[u8], usize)> {
        self.batches().iter().map(|batch| (&*batch.sample, batch.rows.rows()))
    }

    /// The place of the first row whose key is not less than the beginning of a key that [`Run::samples`] gave.
    pub(super) fn find(&self, spill: &Spill, key: &[u8]) -> Result<Place> {
        // Samples are as long as each other, or whole keys: one that is less says so of its key.
        let next = self.batches().partition_point(|batch| *batch.sample < *key);
        let Some(batch) = next.checked_sub(1) else { return Ok(Place::default()) };
        let keys = self.keys(spill, batch)?;
        let row = (0..keys.len()).take_while(|&row| keys.bytes(row) < key).count();
        Ok(if row < keys.len() { Place { batch, row } } else { Place { batch: next, row: 0 } })
    }

    /// The place behind the last row.
    pub(super) fn end(&self) -> Place {
        Place { batch: self.batches().len(), row: 0 }
    }

    /// Number of rows before a place.
    pub(super) fn rows_before(&self, place: Place) -> usize {
        self.batches()[..place.batch].iter().map(|batch| batch.rows.rows()).sum::<usize>() + place.row
    }

    /// The batch of rows numbered `at`, after which the next is likely to be asked for; `None` after the last.
    pub(super) fn batch(&self, spill: &Spill, at: usize) -> Result<Option<BatchRows<'_>>> {
        Ok(match &self.store {
            Store::Kept { chunks, first, order } => {
                let start = at * BATCH_ROWS;
                let order = order.get(start..order.len().min(start + BATCH_ROWS));
                order.filter(|order| !order.is_empty()).map(|order| BatchRows::Kept {
                    chunks,
                    first: *first,
                    order,
                })
            }
            Store::Spilled(batches) => {
                if let Some(next) = batches.get(at + 1) {
                    spill.prefetch(next.rows);
                }
                match batches.get(at) {
                    Some(batch) => Some(BatchRows::Read(spill.read_block(batch.rows)?)),
                    None => None,
                }
            }
        })
    }
}

/// The rows of a batch, in order.
pub(super) enum BatchRows<'a> {
    /// Where they are.
    Kept { chunks: &'a [EncodedRows], first: u32, order: &'a [RowId] },
    /// As they were spilled.
    Read(RowBlock),
}

impl BatchRows<'_> {
    /// No rows.
    pub(super) fn none() -> BatchRows<'static> {
        BatchRows::Kept { chunks: &[], first: 0, order: &[] }
    }

    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        match self {
            BatchRows::Kept { order, .. } => order.len(),
            BatchRows::Read(block) => block.len(),
        }
    }

    /// The id of a row.
    pub(super) fn id(&self, row: usize) -> RowId {
        match self {
            BatchRows::Kept { order, .. } => order[row],
            BatchRows::Read(block) => block.id(row),
        }
    }

    /// A row.
    pub(super) fn row(&self, row: usize) -> &[u8] {
        match self {
            BatchRows::Kept { chunks, first, order } => {
                let id = order[row];
                chunks[(id.chunk - first) as usize].row(id.row as usize)
            }
            BatchRows::Read(block) => block.row(row),
        }
    }
}

/// Bytes that a batch of a run aims at: those of a thousand runs take three times as much together as those of the first 64.
fn batch_bytes(number: usize) -> usize {
    BATCH_BYTES / (1 + number / FIRST_RUNS)
}

/// Writes rows in order, batch by batch, and their keys beside them.
fn spill_rows(
    (chunks, keys): (&[EncodedRows], &[Keys]),
    first: u32,
    order: &[RowId],
    batch_bytes: usize,
    spill: &Spill,
) -> Result<Vec<Batch>> {
    let mut batches = Vec::new();
    let (mut key_block, mut row_block) = (RunKeys::none(), RowBlock::default());
    let mut left = order.len();
    for group in order.chunks(FETCHED_ROWS) {
        let mut rows = [[].as_slice(); FETCHED_ROWS];
        let rows = &mut rows[..group.len()];
        for (row, id) in rows.iter_mut().zip(group) {
            *row = chunks[(id.chunk - first) as usize].row(id.row as usize);
        }
        // A prefetch: loads that do not depend on each other are under way at the same time.
        let seen =
            rows.iter().flat_map(|row| row.iter().step_by(LINE_BYTES)).fold(0, |seen, byte| seen | byte);
        std::hint::black_box(seen);
        for (&id, bytes) in group.iter().zip(rows) {
            let (chunk, row) = ((id.chunk - first) as usize, id.row as usize);
            row_block.push(id, bytes);
            if let Some(keys) = keys.get(chunk).filter(|keys| !keys.is_empty()) {
                key_block.push(id, keys, row);
            }
            left -= 1;
            if row_block.len() == BATCH_ROWS || row_block.bytes() >= batch_bytes || left == 0 {
                batches.push(Batch {
                    sample: key_block.sample(),
                    keys: spill.write_block(&key_block.0)?,
                    rows: spill.write_block(&row_block)?,
                });
                key_block.0.clear();
                row_block.clear();
            }
        }
    }
    Ok(batches)
}

/// The keys of some rows of a run: of each its bytes, and a byte that says whether it is whole.
pub(super) struct RunKeys(RowBlock);

impl RunKeys {
    fn push(&mut self, id: RowId, keys: &Keys, row: usize) {
        self.0.push_parts(id, keys.bytes(row), &[u8::from(keys.is_whole(row))]);
    }

    /// What the first key begins with.
    fn sample(&self) -> Box<[u8]> {
        let first = if self.len() > 0 { self.bytes(0) } else { &[] };
        first[..first.len().min(SAMPLE_BYTES)].into()
    }

    /// No keys.
    pub(super) fn none() -> RunKeys {
        RunKeys(RowBlock::default())
    }

    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The id of a row.
    pub(super) fn id(&self, row: usize) -> RowId {
        self.0.id(row)
    }

    /// The bytes of a row's key, whether or not parts of it are missing.
    pub(super) fn bytes(&self, row: usize) -> &[u8] {
        let bytes = self.0.row(row);
        &bytes[..bytes.len() - 1]
    }

    /// The key of a row; `None` when a part of it is missing.
    pub(super) fn get(&self, row: usize) -> Option<&[u8]> {
        let (is_whole, bytes) = self.0.row(row).split_last()?;
        (*is_whole == 1).then_some(bytes)
    }
}

fn common_prefix(keys: &[Keys]) -> Vec<u8> {
    let mut prefixes = keys.iter().filter(|keys| !keys.is_empty()).map(Keys::common_prefix);
    let first = prefixes.next().unwrap_or_default();
    prefixes.fold(first, |mut common, prefix| {
        common.truncate(shared(&common, &prefix));
        common
    })
}
