//! Files of text, written piece by piece: what the text formats have in common.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use super::part_files::{PartFile, PartFiles, PartSink};
use super::{BufferPool, Morsel, Pipeline, PooledBuffer, ReorderQueue, TableInfo};
use crate::diagnostic::{Error, Result};
use crate::staging::StagedFile;

/// What delimits the pieces of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Delimiters {
    /// Before the first piece; not written when there is none.
    pub(super) before: &'static [u8],
    /// Between two pieces.
    pub(super) between: &'static [u8],
    /// At the end of the file.
    pub(super) after: &'static [u8],
}

/// Encoder of rows as text.
pub(super) trait TextEncoder: Send + Sync {
    /// What delimits the texts of morsels.
    const DELIMITERS: Delimiters;

    /// What a file begins with.
    fn head(&self) -> Vec<u8>;

    /// The text of a morsel, in a buffer of the pool if need be.
    fn encode(&self, morsel: &Morsel<'_>, buffers: &BufferPool) -> Arc<PooledBuffer>;
}

/// The pipeline of a table's rows, as text, into its files.
pub(super) fn pipeline<'a, E: TextEncoder + 'a>(
    encoder: E,
    info: &TableInfo<'a>,
    files: PartFiles<'a>,
) -> Result<Vec<Arc<dyn Pipeline + 'a>>> {
    let head = encoder.head();
    let sink = files.sink(move |file| TextFile::begin(file, &head, E::DELIMITERS))?;
    let queue = ReorderQueue::new(sink, info.number);
    Ok(vec![Arc::new(TextPipeline { encoder, table: info.number, buffers: BufferPool::default(), queue })])
}

struct TextPipeline<'a, E> {
    encoder: E,
    /// Number of the table.
    table: usize,
    buffers: BufferPool,
    queue: ReorderQueue<PartSink<'a, TextFile>>,
}

impl<E: TextEncoder> Pipeline for TextPipeline<'_, E> {
    fn run(&self, morsel: &Morsel<'_>) -> Result<()> {
        let text = self.encoder.encode(morsel, &self.buffers);
        self.queue.push(morsel.turn, (morsel.block.part, text))
    }

    fn finish(&self) -> Result<()> {
        self.queue.end_table(self.table)
    }
}

/// File that pieces of text are appended to.
struct TextFile {
    file: StagedFile,
    delimiters: Delimiters,
    is_empty: bool,
}

impl TextFile {
    /// A file that begins with `head`.
    fn begin(file: StagedFile, head: &[u8], delimiters: Delimiters) -> Result<TextFile> {
        let mut text = TextFile { file, delimiters, is_empty: true };
        text.write(head)?;
        Ok(text)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let written = self.file.write_all(bytes);
        written.map_err(|error| Error::machine("write", Path::new(self.file.path()), error))
    }
}

impl PartFile for TextFile {
    type Piece = Arc<PooledBuffer>;

    fn append(&mut self, piece: Arc<PooledBuffer>) -> Result<()> {
        if piece.is_empty() {
            return Ok(());
        }
        self.write(if self.is_empty { self.delimiters.before } else { self.delimiters.between })?;
        self.is_empty = false;
        self.write(&piece)
    }

    fn finish(mut self) -> Result<()> {
        self.write(self.delimiters.after)?;
        self.file.finish().map(drop)
    }
}
