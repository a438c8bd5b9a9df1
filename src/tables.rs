//! Whole tables: typed rows in key order, handed out in blocks.

mod canonical;
mod cells;
mod content;
#[cfg(test)]
pub(crate) mod fixture;
mod keys;
mod scalar;
mod uses;

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::compute::interleave;
use arrow::datatypes::{Schema, SchemaRef};

pub use canonical::{write_header, write_quoted, write_rows};
pub use cells::{Cells, item_rows};
pub use content::{block_digest, content_digest};
pub use keys::{KeySet, Keys};
pub use uses::{CodeCounter, CodeUses};

use crate::schema::{Column, Table};
use crate::seeds::Chunk;

/// Rows in a block: the unit of encoding, of a Parquet row group and of the content digest.
pub const BLOCK_ROWS: usize = 65_536;

/// A row of a table as it was read: its chunk and its row there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowId {
    /// Index of the chunk.
    pub chunk: u32,
    /// Row of the chunk.
    pub row: u32,
}

/// A table's rows in the order of their primary key (bytewise for texts, by value for numbers and dates), or, without
/// one, in the order of the seeds.
pub struct Rows {
    chunks: Vec<Chunk>,
    order: Vec<RowId>,
    has_repeated_keys: bool,
    schema: SchemaRef,
}

impl Rows {
    /// Sorts the chunks' rows. Rows with equal keys keep the order of the seeds.
    pub fn sort(table: &Table, chunks: Vec<Chunk>) -> Rows {
        let mut order = Vec::with_capacity(chunks.iter().map(|c| c.rows).sum());
        for (number, chunk) in chunks.iter().enumerate() {
            order.extend((0..chunk.rows as u32).map(|row| RowId { chunk: number as u32, row }));
        }
        let has_repeated_keys = match table.primary_key.as_slice() {
            [] => false,
            _ => Keys::new(&chunks, &table.key_columns()).sort(&mut order),
        };
        Rows { chunks, order, has_repeated_keys, schema: arrow_schema(&table.columns) }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Whether two rows have the same primary key; they are neighbours then.
    pub fn has_repeated_keys(&self) -> bool {
        self.has_repeated_keys
    }

    /// The chunks the rows came in.
    pub fn chunks(&self) -> &[Chunk] {
        &self.chunks
    }

    /// The rows in order.
    pub fn order(&self) -> &[RowId] {
        &self.order
    }

    /// Keeps the rows that `is_wanted` wants, in their order.
    pub fn retain(&mut self, mut is_wanted: impl FnMut(RowId) -> bool) {
        self.order.retain(|&row| is_wanted(row));
    }

    /// Number of blocks.
    pub fn blocks(&self) -> usize {
        self.len().div_ceil(BLOCK_ROWS)
    }

    /// The rows of a block, in order.
    pub fn block(&self, number: usize) -> RecordBatch {
        let start = number * BLOCK_ROWS;
        let end = self.len().min(start + BLOCK_ROWS);
        let picked: Vec<(usize, usize)> =
            self.order[start..end].iter().map(|id| (id.chunk as usize, id.row as usize)).collect();
        let column = |index: usize| -> ArrayRef {
            if let [only] = self.chunks.as_slice()
                && picked.len() == only.rows
                && picked.iter().enumerate().all(|(at, (_, row))| at == *row)
            {
                return Arc::clone(&only.columns[index]);
            }
            let arrays: Vec<&dyn Array> = self.chunks.iter().map(|c| c.columns[index].as_ref()).collect();
            interleave(&arrays, &picked).expect("every chunk has the table's column types")
        };
        let columns: Vec<ArrayRef> = (0..self.schema.fields().len()).map(column).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(end - start));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
            .expect("the columns are those of the schema")
    }
}

/// The Arrow schema of a table's columns.
///
/// Every column is nullable here: a required value may be missing until validation has said so.
fn arrow_schema(columns: &[Column]) -> SchemaRef {
    let field = |column: &Column| arrow::datatypes::Field::new(&column.name, column.kind.arrow(), true);
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
}
