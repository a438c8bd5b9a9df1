//! The rows of a table in order, some at a time.

use arrow::record_batch::RecordBatch;

use super::run::{BatchRows, Run};
use super::{BatchLimit, Rows};
use crate::diagnostic::Result;
use crate::row_encoding::Decoder;
use crate::spill::Spill;

/// The rows of a table, batch by batch.
pub struct Batches<'a> {
    table: &'a Rows,
    limit: BatchLimit,
    part_rows: u64,
    given: u64,
    readers: Vec<Reader<'a>>,
    /// The run being read, where they follow one another.
    current: usize,
    /// The piece of the sequence that is being followed, how far, and which is next.
    sequence: Vec<u16>,
    at: usize,
    next_piece: usize,
    /// Bytes of texts in the last batch, of each column.
    text_bytes: Vec<usize>,
}

/// A run being read.
struct Reader<'a> {
    run: &'a Run,
    next: usize,
    rows: BatchRows<'a>,
    at: usize,
}

impl Reader<'_> {
    /// Makes sure that there is a row to take, and returns whether there is.
    fn fill(&mut self, spill: &Spill) -> Result<bool> {
        while self.at == self.rows.len() {
            let Some(rows) = self.run.batch(spill, self.next)? else { return Ok(false) };
            (self.rows, self.next, self.at) = (rows, self.next + 1, 0);
        }
        Ok(true)
    }
}

impl<'a> Batches<'a> {
    /// The rows of a table; see [`Rows::batches`].
    pub(super) fn new(table: &'a Rows, limit: BatchLimit, part_rows: u64) -> Batches<'a> {
        let reader = |run| Reader { run, next: 0, rows: BatchRows::none(), at: 0 };
        let readers = table.runs.iter().map(reader).collect();
        Batches {
            table,
            limit,
            part_rows,
            given: 0,
            readers,
            current: 0,
            sequence: Vec::new(),
            at: 0,
            next_piece: 0,
            text_bytes: Vec::new(),
        }
    }

    /// How many rows the next batch has at most.
    fn wanted(&self) -> usize {
        let left = self.table.len as u64 - self.given;
        let left_of_part = self.part_rows - self.given % self.part_rows;
        usize::try_from(left.min(left_of_part)).map_or(self.limit.rows, |left| left.min(self.limit.rows))
    }

    /// Number of the run that the next row comes from.
    fn next_run(&mut self) -> Result<usize> {
        let Some(sequence) = &self.table.sequence else {
            // The runs one after the other.
            while !self.readers[self.current].fill(&self.table.spill)? {
                self.current += 1;
            }
            return Ok(self.current);
        };
        if self.at == self.sequence.len() {
            self.sequence = sequence.read(&self.table.spill, self.next_piece)?.expect("a run for every row");
            (self.at, self.next_piece) = (0, self.next_piece + 1);
        }
        self.at += 1;
        Ok(usize::from(self.sequence[self.at - 1]))
    }

    fn next_batch(&mut self) -> Result<RecordBatch> {
        let wanted = self.wanted();
        let layout = &self.table.layout;
        let hidden = &self.table.hidden;
        let mut decoder = Decoder::new(&layout.schema, |_| true, wanted);
        decoder.reserve(&self.text_bytes);
        let mut bytes = 0;
        while decoder.rows() < wanted && bytes < self.limit.bytes {
            let run = self.next_run()?;
            let reader = &mut self.readers[run];
            reader.fill(&self.table.spill)?;
            if hidden.is_empty() || !hidden.contains(&reader.rows.id(reader.at)) {
                let row = reader.rows.row(reader.at);
                bytes += row.len();
                decoder.push(row);
            }
            reader.at += 1;
        }
        let rows = decoder.rows();
        self.given += rows as u64;
        self.text_bytes = decoder.text_bytes();
        Ok(layout.batch(layout.columns(decoder)?, rows))
    }
}

impl Iterator for Batches<'_> {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Result<RecordBatch>> {
        (self.given < self.table.len as u64).then(|| self.next_batch())
    }
}
