//! Chunks gathered into runs, and runs into a table.

use std::sync::Arc;

use arrow::array::ArrayRef;
use hashbrown::HashSet;

use super::Rows;
use super::layout::{EncodedChunk, Layout};
use super::merge::merge;
use super::run::Run;
use crate::canonical::Extent;
use crate::diagnostic::Result;
use crate::row_encoding::value_bytes;
use crate::schema::Table;
use crate::spill::Spill;

/// Why the number of a chunk fits 32 bits.
const FEW_CHUNKS: &str = "fewer than 4 billion chunks are read";

/// Sorter of a table: takes chunks, hands out jobs, takes the runs they make.
pub struct Sorter {
    spill: Arc<Spill>,
    layout: Arc<Layout>,
    /// Number of chunks that were added.
    chunks: usize,
    waiting: Vec<EncodedChunk>,
    waiting_bytes: u64,
    len: usize,
    bytes: u64,
    extent: Extent,
    jobs: usize,
    runs: Vec<Option<Run>>,
}

/// Job of sorting some chunks into a run, on any thread.
pub struct Job {
    spill: Arc<Spill>,
    chunks: Vec<EncodedChunk>,
    /// Number of the first chunk.
    first: u32,
    number: usize,
    is_only: bool,
}

/// A job that is done.
pub struct Done {
    number: usize,
    run: Run,
}

impl Job {
    /// Sorts.
    pub fn run(self) -> Result<Done> {
        let run = Run::sort(self.chunks, self.first, self.number, &self.spill, self.is_only)?;
        Ok(Done { number: self.number, run })
    }
}

impl Sorter {
    /// A table without rows, of which the values of some columns are kept: those that `is_kept` names.
    pub fn new(table: &Table, is_kept: impl Fn(usize) -> bool, spill: &Spill) -> Sorter {
        Sorter {
            spill: Arc::new(spill.beside()),
            layout: Arc::new(Layout::new(table, is_kept)),
            chunks: 0,
            waiting: Vec::new(),
            waiting_bytes: 0,
            len: 0,
            bytes: 0,
            extent: Extent::default(),
            jobs: 0,
            runs: Vec::new(),
        }
    }

    /// The layout by which rows are encoded for this table.
    pub fn layout(&self) -> Arc<Layout> {
        Arc::clone(&self.layout)
    }

    /// The number that the next chunk will have.
    pub fn next_chunk(&self) -> u32 {
        u32::try_from(self.chunks).expect(FEW_CHUNKS)
    }

    /// Adds a chunk of so many rows, which [`Sorter::layout`] has encoded; when a run is full, it is handed out to be sorted.
    pub fn push(&mut self, columns: &[ArrayRef], rows: usize, encoded: EncodedChunk) -> Option<Job> {
        self.waiting_bytes += encoded.memory_bytes() as u64;
        self.bytes += columns.iter().map(|column| value_bytes(column) as u64).sum::<u64>();
        self.extent += encoded.extent();
        self.len += rows;
        self.chunks += 1;
        self.waiting.push(encoded);
        (self.waiting_bytes >= self.spill.memory.run_bytes()).then(|| self.job(false))
    }

    /// What is left, to be sorted when there are no more chunks.
    pub fn rest(&mut self) -> Option<Job> {
        let is_only = self.jobs == 0;
        (!self.waiting.is_empty()).then(|| self.job(is_only))
    }

    fn job(&mut self, is_only: bool) -> Job {
        self.waiting_bytes = 0;
        self.jobs += 1;
        let chunks = std::mem::take(&mut self.waiting);
        let first = u32::try_from(self.chunks - chunks.len()).expect(FEW_CHUNKS);
        Job { spill: Arc::clone(&self.spill), first, chunks, number: self.jobs - 1, is_only }
    }

    /// Takes a sorted run.
    pub fn add(&mut self, done: Done) {
        if self.runs.len() <= done.number {
            self.runs.resize_with(done.number + 1, || None);
        }
        self.runs[done.number] = Some(done.run);
    }

    /// The table, when every job that was handed out has been added; `jobs` threads put it together.
    pub fn finish(self, jobs: usize) -> Result<Rows> {
        let mut runs: Vec<Run> = self.runs.into_iter().flatten().collect();
        assert_eq!(runs.len(), self.jobs, "every job comes back");
        let (sequence, repeated) = match runs.as_mut_slice() {
            [] => (None, Vec::new()),
            [only] => (None, std::mem::take(&mut only.repeated)),
            _ if self.layout.key.is_empty() => (None, Vec::new()),
            runs => {
                let (sequence, repeated) = merge(runs, &self.spill, jobs)?;
                (Some(sequence), repeated)
            }
        };
        Ok(Rows {
            spill: self.spill,
            layout: self.layout,
            runs,
            sequence,
            repeated,
            hidden: HashSet::default(),
            len: self.len,
            bytes: self.bytes,
            extent: self.extent,
        })
    }

    /// The table of these chunks, each of some columns and their number of rows, sorted at once.
    pub fn table(
        table: &Table,
        chunks: impl IntoIterator<Item = (Vec<ArrayRef>, usize)>,
        spill: &Spill,
    ) -> Result<Rows> {
        let mut sorter = Sorter::new(table, |_| true, spill);
        for (columns, rows) in chunks {
            let encoded = sorter.layout.encode(&columns, rows);
            if let Some(job) = sorter.push(&columns, rows, encoded) {
                sorter.add(job.run()?);
            }
        }
        if let Some(job) = sorter.rest() {
            sorter.add(job.run()?);
        }
        sorter.finish(1)
    }
}
