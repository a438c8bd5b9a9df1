//! The layout of a table's rows: chunks packed to be sorted, and rows made columns again.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};

use super::packed::Packed;
use super::unpacker::Unpacker;
use super::{Extent, Keys, arrow_schema};
use crate::diagnostic::{Error, Result};
use crate::schema::{ColumnType, Table};

/// What the rows of a table have in common.
#[derive(Debug)]
pub struct Layout {
    /// The columns; those of which no values are kept have no type.
    pub(super) schema: SchemaRef,
    /// The types of those columns whose values are kept, with their numbers.
    kept: Vec<(usize, ColumnType)>,
    /// Columns of the primary key.
    pub(super) key: Vec<usize>,
}

/// The rows of a chunk, ready to be sorted.
#[derive(Default)]
pub struct PackedChunk {
    pub(super) keys: Keys,
    pub(super) rows: Packed,
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

    /// Packs the rows of a chunk's columns.
    pub fn pack(&self, columns: &[ArrayRef], rows: usize) -> PackedChunk {
        let keys = match self.key.is_empty() {
            true => Keys::default(),
            false => Keys::new(&self.key.iter().map(|&column| &columns[column]).collect::<Vec<_>>()),
        };
        let extent = self.extent(columns, rows);
        PackedChunk { keys, rows: Packed::new(&self.schema, columns, rows), extent }
    }

    /// The extent of the rows of columns, as far as values are kept.
    pub(super) fn extent(&self, columns: &[ArrayRef], rows: usize) -> Extent {
        Extent::of(self.kept.iter().map(|&(column, kind)| (kind, &columns[column])), rows)
    }

    /// The rows that an unpacker holds, as columns.
    pub(super) fn columns(&self, unpacker: Unpacker) -> Result<Vec<ArrayRef>> {
        let failed = || {
            Error::machine(
                "hold in memory",
                std::path::Path::new("."),
                "a column of a block is larger than 2 GiB",
            )
        };
        unpacker.finish().ok_or_else(failed)
    }

    /// A batch of columns.
    pub(super) fn batch(&self, columns: Vec<ArrayRef>, rows: usize) -> RecordBatch {
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
            .expect("the columns are those of the schema")
    }
}

impl PackedChunk {
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
