//! Blocks of a table's rows, read by a thread of their own while those before them are looked at.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use arrow::datatypes::{Field as ArrowField, Schema};
use arrow::record_batch::RecordBatch;

use super::order::Order;
use super::refused;
use crate::diagnostic::{Diagnostic, Error, Result, Severity, escape};
use crate::digest::Digest;
use crate::files::FileRange;
use crate::schema::{Column, Project, SeedFormat, Table};
use crate::seeds::{Chunk, Drawn, Lookup, Problem, Seeds, Split};

/// Blocks that wait to be looked at.
const WAITING_BLOCKS: usize = 1;

/// Rows of a table in key order, block by block. After an error nothing follows.
pub struct Blocks {
    /// Nothing when the reading thread shall end.
    blocks: Option<Receiver<Result<RecordBatch>>>,
    reader: Option<JoinHandle<()>>,
}

/// A file of a release that is open, and has the size that was published.
pub(super) struct PublishedFile {
    pub(super) path: Arc<str>,
    pub(super) file: FileRange,
    pub(super) sha256: Digest,
}

/// What the blocks of a table are read from.
pub(super) struct Source {
    /// Where the release lies.
    pub(super) root: PathBuf,
    /// A project with the table alone.
    pub(super) project: Project,
    pub(super) format: SeedFormat,
    /// The files, in the order of their rows.
    pub(super) files: Vec<PublishedFile>,
    /// How many rows there are, as the manifest has it.
    pub(super) rows: u64,
}

impl Blocks {
    /// Begins to read.
    pub(super) fn read(source: Source) -> Result<Blocks> {
        let (sender, receiver) = sync_channel(WAITING_BLOCKS);
        let root = source.root.clone();
        let read = move || {
            if let Err(error) = source.send(&sender) {
                // Whoever wanted the rows may want them no more.
                let _ = sender.send(Err(error));
            }
        };
        let reader = thread::Builder::new().name("read release".to_owned()).spawn(read);
        let reader = reader.map_err(|error| Error::machine("start a thread for", &root, error))?;
        Ok(Blocks { blocks: Some(receiver), reader: Some(reader) })
    }
}

impl Iterator for Blocks {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Result<RecordBatch>> {
        if let Ok(block) = self.blocks.as_ref()?.recv() {
            return Some(block);
        }
        self.blocks = None;
        if let Some(Err(panic)) = self.reader.take().map(JoinHandle::join) {
            std::panic::resume_unwind(panic);
        }
        None
    }
}

impl Drop for Blocks {
    fn drop(&mut self) {
        self.blocks = None;
        // It ends with the block that it reads.
        let _ = self.reader.take().map(JoinHandle::join);
    }
}

impl Source {
    /// The table whose rows are read.
    pub(super) fn table(&self) -> &Table {
        self.project.tables.first().expect("the project has one table")
    }

    /// Sends all blocks, or what is wrong with them.
    fn send(&self, blocks: &SyncSender<Result<RecordBatch>>) -> Result<()> {
        self.check_digests()?;
        let files = self.files.iter().map(|file| (Arc::clone(&file.path), file.file.clone())).collect();
        let seeds = Seeds::of_files(&self.project, self.format, files);
        let table = self.table();
        let field = |column: &Column| ArrowField::new(&column.name, column.kind.arrow(), !column.required);
        let schema = Arc::new(Schema::new(table.columns.iter().map(field).collect::<Vec<_>>()));
        let mut order = Order::new(table);
        for drawn in seeds.splits() {
            for rows in self.rows_of(&seeds, drawn?, &schema)? {
                order.take(&rows).map_err(|row| {
                    self.refused(&format!(
                        "row {row} of the table `{}` is not behind the one before it",
                        table.name
                    ))
                })?;
                if order.rows() > self.rows {
                    return Err(self.other_rows(order.rows(), "or more "));
                }
                if blocks.send(Ok(rows)).is_err() {
                    return Ok(());
                }
            }
        }
        if order.rows() == self.rows { Ok(()) } else { Err(self.other_rows(order.rows(), "")) }
    }

    /// Reads every file once: what has another digest is not looked into.
    fn check_digests(&self) -> Result<()> {
        for PublishedFile { path, file, sha256 } in &self.files {
            let failed = |error| Error::machine("read", &self.root.join(&**path), error);
            if Digest::of_reader(file.clone()).map_err(failed)? != *sha256 {
                return Err(self.refused(&format!("`{path}` has other bytes than those that were published")));
            }
        }
        Ok(())
    }

    /// The rows of a split, as they were published.
    fn rows_of(&self, seeds: &Seeds<'_>, drawn: Drawn, schema: &Arc<Schema>) -> Result<Vec<RecordBatch>> {
        let split = drawn.map_err(|problem| self.unreadable(&problem))?;
        let reading = seeds.read(&split);
        let told = reading.diagnostics.into_sorted();
        if let Some(problem) = told.iter().find(|problem| problem.severity == Severity::Error) {
            return Err(self.unreadable(problem));
        }
        let mut rows = Vec::new();
        for chunk in reading.chunks {
            if let Some(problem) = chunk.problems.first() {
                return Err(self.bad_cell(seeds, &split, problem)?);
            }
            rows.push(self.batch(chunk, schema)?);
        }
        match reading.lost_records {
            true => Err(self.refused("some of its rows are none")),
            false => Ok(rows),
        }
    }

    fn batch(&self, chunk: Chunk, schema: &Arc<Schema>) -> Result<RecordBatch> {
        let rows = RecordBatch::try_new(Arc::clone(schema), chunk.columns);
        rows.map_err(|error| self.refused(&format!("its rows are not what `manifest.json` says: {error}")))
    }

    /// Tells of a cell that is not of its column's type.
    fn bad_cell(&self, seeds: &Seeds<'_>, split: &Split, problem: &Problem) -> Result<Error> {
        let lookup = Lookup { instance: 0, row: problem.row, field: Some(problem.field), item: problem.item };
        let found = seeds.locate(split.id, &[lookup])?;
        let column = self.table().columns.get(problem.field as usize);
        let (name, kind) =
            column.map_or_else(Default::default, |column| (&*column.name, column.kind.to_string()));
        let told = found.first().map(|found| format!("{}: `{}`", found.place, escape(&found.text)));
        let told = told.unwrap_or_else(|| "a cell".to_owned());
        Ok(self.refused(&format!("{told} is no value of the column `{name}`, whose type is `{kind}`")))
    }

    fn unreadable(&self, problem: &Diagnostic) -> Error {
        self.refused(&format!("{}: {}", problem.place, escape(&problem.message)))
    }

    fn other_rows(&self, rows: u64, or_more: &str) -> Error {
        let table = &self.table().name;
        self.refused(&format!(
            "the table `{table}` has {rows} {or_more}rows, and {} were published",
            self.rows
        ))
    }

    fn refused(&self, reason: &str) -> Error {
        refused(&self.root, reason)
    }
}
