//! A run: as many rows of a table as are sorted at a time, in key order, in memory or on the disk.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, UInt64Array};
use arrow::compute::interleave;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};

use super::order::ChunkKeys;
use super::spill::Section;
use super::{Keys, RowId, Spill};
use crate::diagnostic::Result;

/// Bytes that a batch of a run aims at: so much of each run is in memory while runs are merged.
const BATCH_BYTES: usize = 512 << 10;

/// Most and fewest rows of a batch.
const BATCH_ROWS: std::ops::RangeInclusive<usize> = 64..=8192;

/// Columns of a chunk, and its number in the table.
pub(super) struct Numbered {
    /// Number of the chunk in the table.
    pub(super) number: u32,
    /// The published columns.
    pub(super) columns: Vec<ArrayRef>,
    /// Number of rows.
    pub(super) rows: usize,
}

/// What the runs of a table have in common.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) schema: SchemaRef,
    /// Columns of the primary key.
    pub(super) key: Vec<usize>,
    /// Columns of the key and the ids of the rows: what a merge needs to see.
    head: SchemaRef,
    /// The columns that are not in the key.
    body: SchemaRef,
}

impl Layout {
    pub(super) fn new(schema: SchemaRef, key: Vec<usize>) -> Layout {
        let field = |&column: &usize| Arc::clone(&schema.fields()[column]);
        let id = Arc::new(Field::new("", DataType::UInt64, false));
        let head: Vec<_> = key.iter().map(field).chain([id]).collect();
        let others: Vec<usize> = (0..schema.fields().len()).filter(|column| !key.contains(column)).collect();
        let body: Vec<_> = others.iter().map(field).collect();
        Layout { head: Arc::new(Schema::new(head)), body: Arc::new(Schema::new(body)), schema, key }
    }
}

/// Sorted rows.
pub(super) struct Run {
    rows: usize,
    store: Store,
    /// What all its keys begin with.
    pub(super) common: Vec<u8>,
    /// Pairs of rows with the same key; the first of each is the earliest of its key.
    pub(super) repeated: Vec<(RowId, RowId)>,
}

enum Store {
    /// The chunks as they came, and their rows in order.
    Kept { chunks: Vec<Numbered>, order: Vec<RowId> },
    /// Batches in order: key and ids, and the other columns.
    Spilled(Vec<(Section, Section)>),
}

/// Which columns of a run are read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The key's columns.
    Keys,
    /// All columns, in the table's order.
    All,
}

/// Rows of a run: columns, and where each row came from.
pub(super) struct Rows {
    pub(super) columns: Vec<ArrayRef>,
    pub(super) ids: UInt64Array,
}

impl Run {
    /// Sorts the rows of chunks with consecutive numbers. Rows with equal keys keep their order.
    pub(super) fn sort(layout: &Layout, chunks: Vec<Numbered>, spill: &Spill, is_only: bool) -> Result<Run> {
        let mut order: Vec<RowId> = Vec::with_capacity(chunks.iter().map(|c| c.rows).sum());
        for chunk in &chunks {
            order.extend((0..chunk.rows as u32).map(|row| RowId { chunk: chunk.number, row }));
        }
        let (mut common, mut repeated) = (Vec::new(), Vec::new());
        if let (false, Some(first)) = (layout.key.is_empty(), chunks.first()) {
            let keys = |chunk: &Numbered| {
                Keys::new(&layout.key.iter().map(|&column| &chunk.columns[column]).collect::<Vec<_>>())
            };
            let keys: Vec<Keys> = chunks.iter().map(keys).collect();
            common = common_prefix(&keys);
            let keys = ChunkKeys { keys: &keys, first_chunk: first.number, skip: common.len() };
            repeated = keys.sort(&mut order);
        }
        let rows = order.len();
        let kept = Store::Kept { chunks, order };
        let mut run = Run { rows, store: kept, common, repeated };
        if !(is_only && spill.keep(run.bytes())) {
            run.spill(layout, spill)?;
        }
        Ok(run)
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes of its columns; those on the disk do not count.
    fn bytes(&self) -> u64 {
        match &self.store {
            Store::Kept { chunks, .. } => {
                let bytes = |array: &ArrayRef| array.get_array_memory_size() as u64;
                chunks.iter().flat_map(|chunk| &chunk.columns).map(bytes).sum()
            }
            Store::Spilled(_) => 0,
        }
    }

    fn spill(&mut self, layout: &Layout, spill: &Spill) -> Result<()> {
        if !matches!(self.store, Store::Kept { .. }) {
            return Ok(());
        }
        let mut sections = Vec::new();
        let mut at = 0;
        while let Some(rows) = self.read(layout, spill, at, Part::All)? {
            at += 1;
            let key = layout.key.iter().map(|&column| Arc::clone(&rows.columns[column]));
            let ids: ArrayRef = Arc::new(rows.ids.clone());
            let others = rows.columns.iter().enumerate().filter(|(column, _)| !layout.key.contains(column));
            let count = rows.ids.len();
            let head = batch(&layout.head, key.chain([ids]).collect(), count);
            let body = batch(&layout.body, others.map(|(_, array)| Arc::clone(array)).collect(), count);
            sections.push((spill.write_batch(&head)?, spill.write_batch(&body)?));
        }
        self.store = Store::Spilled(sections);
        Ok(())
    }

    /// The batch numbered `at`; `None` after the last.
    pub(super) fn read(&self, layout: &Layout, spill: &Spill, at: usize, part: Part) -> Result<Option<Rows>> {
        match &self.store {
            Store::Kept { chunks, order } => {
                let size = batch_rows(self.bytes(), order.len());
                let start = at * size;
                Ok((start < order.len()).then(|| {
                    let rows = &order[start..order.len().min(start + size)];
                    gather(layout, chunks, rows, part)
                }))
            }
            Store::Spilled(sections) => {
                let Some((head, body)) = sections.get(at) else { return Ok(None) };
                let mut key = spill.read_batch(*head)?.columns().to_vec();
                let ids = key.pop().expect("the ids stand behind the key");
                let ids = ids.as_any().downcast_ref::<UInt64Array>().expect("ids are whole numbers").clone();
                if part == Part::Keys {
                    return Ok(Some(Rows { columns: key, ids }));
                }
                let mut others = spill.read_batch(*body)?.columns().to_vec().into_iter();
                let column = |column: usize| match layout.key.iter().position(|&part| part == column) {
                    Some(nth) => Arc::clone(&key[nth]),
                    None => others.next().expect("the columns are those of the table"),
                };
                let columns = (0..layout.schema.fields().len()).map(column).collect();
                Ok(Some(Rows { columns, ids }))
            }
        }
    }
}

/// Rows in a batch of a run of `rows` rows and `bytes` bytes.
fn batch_rows(bytes: u64, rows: usize) -> usize {
    let row = (bytes as usize / rows.max(1)).max(1);
    (BATCH_BYTES / row).clamp(*BATCH_ROWS.start(), *BATCH_ROWS.end())
}

/// A batch of these columns.
pub(super) fn batch(schema: &SchemaRef, columns: Vec<ArrayRef>, rows: usize) -> RecordBatch {
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
        .expect("the columns are those of the schema")
}

fn gather(layout: &Layout, chunks: &[Numbered], rows: &[RowId], part: Part) -> Rows {
    let first = chunks.first().map_or(0, |chunk| chunk.number);
    let ids = UInt64Array::from_iter_values(rows.iter().map(|id| id.to_number()));
    let picked: Vec<(usize, usize)> =
        rows.iter().map(|id| ((id.chunk - first) as usize, id.row as usize)).collect();
    // Rows that stand together already are handed on as they are.
    let run = picked.first().zip(picked.last()).filter(|(a, b)| {
        a.0 == b.0
            && b.1.checked_sub(a.1) == Some(picked.len() - 1)
            && picked.iter().zip(a.1..).all(|(at, row)| *at == (a.0, row))
    });
    let column = |column: usize| -> ArrayRef {
        if let Some((from, _)) = run {
            return chunks[from.0].columns[column].slice(from.1, picked.len());
        }
        let arrays: Vec<&dyn Array> = chunks.iter().map(|c| c.columns[column].as_ref()).collect();
        interleave(&arrays, &picked).expect("every chunk has the table's column types")
    };
    let columns = match part {
        Part::Keys => layout.key.iter().map(|&c| column(c)).collect(),
        Part::All => (0..layout.schema.fields().len()).map(column).collect(),
    };
    Rows { columns, ids }
}

fn common_prefix(keys: &[Keys]) -> Vec<u8> {
    let mut prefixes = keys.iter().filter(|keys| !keys.is_empty()).map(Keys::common_prefix);
    let first = prefixes.next().unwrap_or_default();
    prefixes.fold(first, |mut common, prefix| {
        common.truncate(super::keys::shared(&common, &prefix));
        common
    })
}
