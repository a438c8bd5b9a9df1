//! The formats a table is published in: rows in, bytes out.
//!
//! Each format is one file and its line in [`FORMATS`]; the command line, the manifest and the tests derive from that
//! slice. A table reaches every format as the same sorted blocks; shares of a block are encoded by any thread in any
//! order and joined in order, so a format never sees a whole table and its bytes never depend on the number of threads.

mod concatenation;
mod csv;
mod jsonld;
mod parquet;
mod room;
#[cfg(test)]
mod tests;

use std::ops::Range;

use arrow::record_batch::RecordBatch;

use crate::canonical::{SharedTexts, write_rows};
use crate::diagnostic::{Diagnostic, Result};
use crate::digest::Hasher;
use crate::schema::{Project, Table};
use crate::staging::{Artifact, StagedFile};

pub use parquet::ColumnChunk;
pub use room::{Room, Text};

/// Every format, in the order in which they are written and listed.
pub static FORMATS: &[&dyn Format] = &[&csv::Csv, &parquet::Parquet, &jsonld::JsonLd];

/// The format called `name`.
pub fn find_format(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.facts().name == name)
}

/// What a format says of itself.
#[derive(Debug)]
pub struct Facts {
    /// Short name: the choice on the command line and the folder under `data/`.
    pub name: &'static str,
    /// The name people know it by.
    pub title: &'static str,
    /// Ending of its files, without the dot.
    pub extension: &'static str,
    /// Media type (IANA registry, or the one in use where none is registered).
    pub media_type: &'static str,
    /// Whether a project that names no formats is published in it.
    pub is_default: bool,
}

/// A way to write a table down.
pub trait Format: Sync {
    /// What it says of itself.
    fn facts(&self) -> &'static Facts;

    /// Whether its texts stand behind an apostrophe where they begin like a formula.
    fn is_guarded(&self, _project: &Project) -> bool {
        false
    }

    /// Why the project cannot be published in it, as far as its schema shows, each reason at its place.
    fn check(&self, _project: &Project) -> Vec<Diagnostic> {
        Vec::new()
    }

    /// Prepares to write a table.
    fn prepare<'a>(&self, context: &Context<'a>) -> Result<Box<dyn Encoder + 'a>>;
}

/// What every block of a table has in common.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The project the table belongs to.
    pub project: &'a Project,
    /// The table being written.
    pub table: &'a Table,
}

/// A run of sorted rows, at most [`crate::sort::BLOCK_ROWS`] of them.
pub struct Block {
    /// Number of the first row, from 0, in the table.
    pub first_row: u64,
    /// The rows; columns as in `Table::columns`.
    pub batch: RecordBatch,
    /// Texts of values, which formats share.
    texts: SharedTexts,
}

impl Block {
    /// The block of these rows, of which the first has the number `first_row`.
    pub fn new(first_row: u64, batch: RecordBatch) -> Block {
        let texts = SharedTexts::new(batch.num_rows(), batch.num_columns(), SHARE_ROWS);
        Block { first_row, batch, texts }
    }

    /// Makes `out` the canonical text of some rows.
    pub fn write_canonical(&self, table: &Table, rows: Range<usize>, out: &mut Vec<u8>) {
        write_rows(table, (&self.batch, &self.texts), rows, b"\r\n", out);
    }
}

/// A share of a block: what one thread encodes at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Share {
    /// Some of its rows.
    Rows(Range<usize>),
    /// One of its columns.
    Column(usize),
}

/// Rows in a share: their text stays in a core's own memory until it is hashed and written.
pub const SHARE_ROWS: usize = 2048;

/// The shares of a block of `rows` rows, row by row.
pub fn row_shares(rows: usize) -> Vec<Share> {
    let share = |start: usize| Share::Rows(start..rows.min(start + SHARE_ROWS));
    (0..rows).step_by(SHARE_ROWS).map(share).collect()
}

/// The encoded form of a share.
pub enum Piece {
    /// Bytes to be appended to the file.
    Bytes(Text),
    /// A column of a Parquet row group, and whether it is the last of its row group.
    Column(Box<ColumnChunk>, bool),
}

/// Encodes a table: pure, called from any thread and in any order.
pub trait Encoder: Send + Sync {
    /// Begins a file.
    fn begin(&self, file: StagedFile) -> Result<Box<dyn Assembler>>;

    /// Whether the pieces are rows in canonical text with `\r\n` line ends, which are made for the content digest anyhow.
    fn takes_canonical(&self) -> bool {
        false
    }

    /// How a block of `rows` rows is shared among threads, in the order in which the pieces are joined.
    fn shares(&self, rows: usize) -> Vec<Share> {
        row_shares(rows)
    }

    /// The encoded form of a share of a block.
    fn encode(&self, block: &Block, share: &Share) -> Result<Piece>;
}

/// Joins pieces, in order, into a file.
pub trait Assembler: Send {
    /// Adds the next piece.
    fn append(&mut self, piece: Piece) -> Result<()>;

    /// Adds the next piece, which is text, and hashes it once more for another digest.
    fn append_with(&mut self, text: Text, digest: &mut Hasher) -> Result<()> {
        digest.update(&text);
        self.append(Piece::Bytes(text))
    }

    /// Ends the file.
    fn finish(self: Box<Self>) -> Result<Artifact>;
}
