//! The rows of a table in order, some at a time.

use arrow::array::{Array, ArrayRef};
use arrow::compute::interleave;
use arrow::record_batch::RecordBatch;

use super::run::{self, Part, Run};
use super::{RowId, Rows};
use crate::diagnostic::Result;

/// The rows of a table, batch by batch.
pub struct Batches<'a> {
    table: &'a Rows<'a>,
    rows: usize,
    part_rows: u64,
    given: u64,
    readers: Vec<Reader<'a>>,
    /// The piece of the sequence that is being followed, how far, and which is next.
    sequence: Vec<u16>,
    at: usize,
    next_piece: usize,
}

/// A run being read.
struct Reader<'a> {
    run: &'a Run,
    next: usize,
    columns: Vec<ArrayRef>,
    ids: Vec<u64>,
    at: usize,
}

impl Reader<'_> {
    /// Makes sure that there is a row to take, and returns whether there is.
    fn fill(&mut self, table: &Rows<'_>) -> Result<bool> {
        while self.at == self.ids.len() {
            let Some(rows) = self.run.read(&table.layout, table.spill, self.next, Part::All)? else {
                return Ok(false);
            };
            (self.next, self.at) = (self.next + 1, 0);
            self.ids = rows.ids.values().to_vec();
            self.columns = rows.columns;
        }
        Ok(true)
    }
}

/// Which rows a batch is made of: batches of runs, and the batch and row of each of its rows.
#[derive(Default)]
struct Picks {
    sources: Vec<Vec<ArrayRef>>,
    rows: Vec<(usize, usize)>,
}

impl<'a> Batches<'a> {
    /// The rows of a table; see [`Rows::batches`].
    pub(super) fn new(table: &'a Rows<'a>, rows: usize, part_rows: u64) -> Batches<'a> {
        let reader = |run| Reader { run, next: 0, columns: Vec::new(), ids: Vec::new(), at: 0 };
        let readers = table.runs.iter().map(reader).collect();
        Batches { table, rows, part_rows, given: 0, readers, sequence: Vec::new(), at: 0, next_piece: 0 }
    }

    /// How many rows the next batch has.
    fn wanted(&self) -> usize {
        let left = self.table.len as u64 - self.given;
        let left_of_part = self.part_rows - self.given % self.part_rows;
        left.min(left_of_part).min(self.rows as u64) as usize
    }

    /// Number of the run that the next row comes from.
    fn next_run(&mut self, current: usize) -> Result<usize> {
        let Some(sequence) = &self.table.sequence else {
            // The runs one after the other.
            let mut run = current;
            while run < self.readers.len() && !self.readers[run].fill(self.table)? {
                run += 1;
            }
            return Ok(run);
        };
        if self.at == self.sequence.len() {
            self.sequence = sequence.read(self.table.spill, self.next_piece)?.expect("a run for every row");
            (self.at, self.next_piece) = (0, self.next_piece + 1);
        }
        self.at += 1;
        Ok(usize::from(self.sequence[self.at - 1]))
    }

    fn pick(&mut self, wanted: usize) -> Result<Picks> {
        let mut picks = Picks::default();
        let hidden = &self.table.hidden;
        // For each run its current batch, and the number of that among the sources.
        let mut sources = vec![(0, 0); self.readers.len()];
        let mut current = 0;
        while picks.rows.len() < wanted {
            current = self.next_run(current)?;
            let reader = &mut self.readers[current];
            if reader.at == reader.ids.len() {
                reader.fill(self.table)?;
            }
            let is_hidden = !hidden.is_empty() && hidden.contains(&RowId::from_number(reader.ids[reader.at]));
            if is_hidden {
                reader.at += 1;
                continue;
            }
            if sources[current].0 != reader.next {
                sources[current] = (reader.next, picks.sources.len());
                picks.sources.push(reader.columns.clone());
            }
            picks.rows.push((sources[current].1, reader.at));
            reader.at += 1;
        }
        Ok(picks)
    }

    fn next_batch(&mut self) -> Result<RecordBatch> {
        let wanted = self.wanted();
        let picks = self.pick(wanted)?;
        self.given += wanted as u64;
        let columns = (0..self.table.layout.schema.fields().len()).map(|column| picks.column(column));
        Ok(run::batch(&self.table.layout.schema, columns.collect(), wanted))
    }
}

impl Picks {
    fn column(&self, column: usize) -> ArrayRef {
        if let ([only], Some((_, first)), Some((_, last))) =
            (self.sources.as_slice(), self.rows.first(), self.rows.last())
            && last - first + 1 == self.rows.len()
        {
            // Rows of one batch of one run stand together, but for those that are hidden.
            return only[column].slice(*first, self.rows.len());
        }
        let arrays: Vec<&dyn Array> = self.sources.iter().map(|columns| columns[column].as_ref()).collect();
        interleave(&arrays, &self.rows).expect("every run has the table's column types")
    }
}

impl Iterator for Batches<'_> {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Result<RecordBatch>> {
        (self.given < self.table.len as u64).then(|| self.next_batch())
    }
}
