//! The formats a release is published in: rows in, bytes out.
//!
//! Each format is one file and its line in [`FORMATS`]; the command line, the manifest and the tests derive from that
//! slice. A table reaches every format as the same sorted blocks. A format opens one writer for the whole release, which gives
//! each table its pipelines; these encode morsels of blocks on any thread in any order, and pass on in order what is written, so a
//! format never sees a whole table and its bytes never depend on the number of threads.

mod block;
mod buffers;
mod csv;
mod jsonld;
mod parquet;
mod part_files;
mod reorder;
#[cfg(test)]
mod tests;
mod text_file;

use std::fmt;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Result};
use crate::schema::{Project, Table};
use crate::staging::Stage;

pub use block::{Block, Blocks, Morsel};
pub use buffers::{BufferPool, PooledBuffer};
pub use reorder::{ReorderQueue, Sink, Turn};

/// Every format, in the order in which they are written and listed.
pub static FORMATS: &[&dyn Format] = &[&csv::Csv, &parquet::Parquet, &jsonld::JsonLd];

/// Facts that a format states of itself.
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

/// Format of a release: a way to write its tables down.
pub trait Format: Sync {
    /// Its facts.
    fn facts(&self) -> &'static Facts;

    /// Whether its texts stand behind an apostrophe where they begin like a formula.
    fn is_guarded(&self, _project: &Project) -> bool {
        false
    }

    /// Why the project cannot be published in it, as far as its schema shows, each reason at its place.
    fn check(&self, _project: &Project) -> Vec<Diagnostic> {
        Vec::new()
    }

    /// Opens the writer of a release, which makes its files in the stage.
    fn open<'a>(&self, project: &'a Project, stage: &'a Stage) -> Result<Box<dyn DatasetWriter<'a> + 'a>>;
}

impl fmt::Debug for dyn Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.facts().name)
    }
}

/// Writer of a release in one format.
pub trait DatasetWriter<'a>: Send {
    /// Begins a table; tables come in the project's order, and the next one may begin before all rows of the last are written.
    fn begin_table(&mut self, table: &TableInfo<'a>) -> Result<Vec<Arc<dyn Pipeline + 'a>>>;

    /// Ends what is still open, when every pipeline is finished and gone; returns the files that were written.
    fn finish(self: Box<Self>) -> Result<Vec<DataFile>>;
}

/// Table that is about to be written, and what is known of its rows.
#[derive(Debug, Clone, Copy)]
pub struct TableInfo<'a> {
    /// The table.
    pub table: &'a Table,
    /// Its number in the project, from 0.
    pub number: usize,
    /// Number of parts that its rows are divided into.
    pub parts: u64,
}

/// Pipeline from the rows of a table into a file: encodes on any thread, and passes on in order.
pub trait Pipeline: Send + Sync {
    /// Whether it takes whole blocks, instead of their morsels.
    fn takes_blocks(&self) -> bool {
        false
    }

    /// Encodes a morsel, in any order and on any thread, and passes it on.
    fn run(&self, morsel: &Morsel<'_>) -> Result<()>;

    /// Ends the table, when all its rows have been through.
    fn finish(&self) -> Result<()>;
}

/// File of a release that holds rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFile {
    /// Path inside the release.
    pub path: String,
    /// Whose rows it holds.
    pub holds: Holds,
}

/// Tables that a file holds rows of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holds {
    /// Rows of one table alone, in their order.
    Part {
        /// Number of the table in the project.
        table: usize,
        /// Number of the part, from 1; `None`: all rows.
        part: Option<u64>,
    },
    /// All rows of the tables of these numbers.
    Tables(Vec<usize>),
}
