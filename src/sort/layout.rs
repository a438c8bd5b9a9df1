//! The layout of a table's rows: chunks encoded to be sorted, and rows decoded into columns.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};

use super::arrow_schema;
use crate::canonical::Extent;
use crate::diagnostic::{Error, Result};
use crate::row_encoding::{Decoder, EncodedRows};
use crate::schema::{ColumnType, Table};
use crate::sort_key::Keys;

/// Layout of a table's rows: its columns, and its key.
#[derive(Debug)]
pub struct Layout {
    /// The columns; those of which no values are kept have no type.
    pub(super) schema: SchemaRef,
    /// The types of those columns whose values are kept, with their numbers.
    kept: Vec<(usize, ColumnType)>,
    /// Columns of the primary key.
    pub(super) key: Vec<usize>,
}

/// Chunk whose rows are encoded, with their sort keys.
#[derive(Default)]
pub struct EncodedChunk {
    pub(super) keys: Keys,
    pub(super) rows: EncodedRows,
    extent: Extent,
}

impl Layout {
    /// The layout of a table of which the values of some columns are kept: those that `is_kept` names.
    pub(super) fn new(table: &Table, is_kept: impl Fn(usize) -> bool) -> Layout {
        let schema = arrow_schema(&table.columns);
        let untyped = |field: &Arc<Field>| Arc::new(Field::new(field.name(), DataType::Null, true));
        let fields = schema.fields().iter().enumerate();
        let fields = fields.map(|(nth, field)| if is_kept(nth) { Arc::clone(field) } else { untyped(field) });
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let kinds = table.columns.iter().map(|column| column.kind).enumerate();
        let kept = kinds.filter(|(column, _)| is_kept(*column)).collect();
        Layout { schema, kept, key: table.key_columns() }
    }

    /// Encodes the rows of a chunk's columns.
    pub fn encode(&self, columns: &[ArrayRef], rows: usize) -> EncodedChunk {
        let keys = match self.key.is_empty() {
            true => Keys::default(),
            false => Keys::new(&self.key.iter().map(|&column| &columns[column]).collect::<Vec<_>>()),
        };
        let extent = self.extent(columns, rows);
        EncodedChunk { keys, rows: EncodedRows::new(&self.schema, columns, rows), extent }
    }

    /// The extent of the rows of columns, as far as values are kept.
    pub(super) fn extent(&self, columns: &[ArrayRef], rows: usize) -> Extent {
        Extent::of(self.kept.iter().map(|&(column, kind)| (kind, &columns[column])), rows)
    }

    /// The rows that a decoder holds, as columns.
    pub(super) fn columns(&self, decoder: Decoder) -> Result<Vec<ArrayRef>> {
        let failed = || {
            Error::machine(
                "hold in memory",
                std::path::Path::new("."),
                "a column of a block is larger than 2 GiB",
            )
        };
        decoder.finish().ok_or_else(failed)
    }

    /// A batch of columns.
    pub(super) fn batch(&self, columns: Vec<ArrayRef>, rows: usize) -> RecordBatch {
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
            .expect("the columns are those of the schema")
    }
}

impl EncodedChunk {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The extent of the rows, as far as values are kept.
    pub(super) fn extent(&self) -> Extent {
        self.extent
    }

    /// Bytes of memory that it takes.
    pub(super) fn memory_bytes(&self) -> usize {
        self.rows.memory_bytes() + self.keys.memory_bytes()
    }
}
