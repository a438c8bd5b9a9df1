//! The formats a table is published in: rows in, bytes out.
//!
//! Each format is one file and its line in [`FORMATS`]; the command line, the manifest and the tests derive from that
//! slice. A table reaches every format as the same sorted blocks; blocks are encoded by any thread in any order and
//! joined in order, so a format never sees a whole table and its bytes never depend on the number of threads.

mod concatenation;
mod csv;
mod jsonld;
mod parquet;
#[cfg(test)]
mod tests;

use ::parquet::arrow::arrow_writer::ArrowColumnChunk;
use arrow::record_batch::RecordBatch;

use crate::diagnostic::Result;
use crate::schema::{Project, Table};
use crate::staging::{Artifact, StagedFile};

/// Every format, in the order in which they are written and listed.
pub static FORMATS: &[&dyn Format] = &[&csv::Csv, &parquet::Parquet, &jsonld::JsonLd];

/// The format called `name`.
pub fn find_format(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.name() == name)
}

/// A way to write a table down.
pub trait Format: Sync {
    /// Short name: the choice on the command line and the folder under `data/`.
    fn name(&self) -> &'static str;

    /// The name people know it by.
    fn title(&self) -> &'static str;

    /// Ending of its files, without the dot.
    fn extension(&self) -> &'static str;

    /// Media type (IANA registry, or the one in use where none is registered).
    fn media_type(&self) -> &'static str;

    /// Starts a file: the half that encodes blocks, and the half that joins them.
    fn open<'a>(
        &self,
        context: &'a Context<'a>,
        file: StagedFile,
    ) -> Result<(Box<dyn Encoder + 'a>, Box<dyn Assembler + 'a>)>;
}

/// What every block of a table has in common.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The project the table belongs to.
    pub project: &'a Project,
    /// The table being written.
    pub table: &'a Table,
}

/// A run of sorted rows, at most [`crate::tables::BLOCK_ROWS`] of them.
pub struct Block {
    /// Number of the first row, from 0, in the table.
    pub first_row: u64,
    /// The rows; columns as in `Table::columns`.
    pub batch: RecordBatch,
    /// The rows in canonical text form (`docs/content-digest.md`), without the header.
    pub canonical: Vec<u8>,
}

/// The encoded form of a block.
pub enum Piece {
    /// Bytes to be appended to the file.
    Bytes(Vec<u8>),
    /// The column chunks of one Parquet row group.
    RowGroup(Vec<ArrowColumnChunk>),
}

/// Encodes blocks: pure, called from any thread and in any order.
pub trait Encoder: Send + Sync {
    /// The block's encoded form.
    fn encode(&self, block: &Block) -> Result<Piece>;
}

/// Joins pieces, in row order, into the file.
pub trait Assembler: Send {
    /// Adds the next piece.
    fn append(&mut self, piece: Piece) -> Result<()>;

    /// Ends the file.
    fn finish(self: Box<Self>) -> Result<Artifact>;
}
