//! Tables put in key order, and handed out in blocks of rows.
//!
//! A table may be larger than memory. Its chunks are sorted a run at a time (`run`); a table of one run stays in memory
//! where there is room, the runs of others are spilled to a temporary file ([`crate::spill`]) and are followed in the order that
//! one merge of their keys has found (`merge`).

mod batches;
mod layout;
mod merge;
mod order;
mod row_block;
mod run;
mod sorter;

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{Schema, SchemaRef};
use foldhash::fast::FixedState;
use hashbrown::HashSet;

pub use batches::Batches;
pub use layout::{EncodedChunk, Layout};
pub use sorter::{Done, Job, Sorter};

use crate::canonical::Extent;
use crate::diagnostic::Result;
use crate::row_encoding::Decoder;
use crate::schema::Column;
use crate::spill::Spill;
use merge::Sequence;
use run::{BatchRows, Run};

/// Most rows that are written at a time: blocks of the content digest, all but the last of a part.
pub const BLOCK_ROWS: usize = 65_536;

/// The rows that are written at a time, and become a Parquet row group. They depend on the rows alone, so a release does not
/// depend on the memory there is.
pub const BLOCK: BatchLimit = BatchLimit { rows: BLOCK_ROWS, bytes: 64 << 20 };

/// Where a batch ends: with the first of these.
#[derive(Clone, Copy, Debug)]
pub struct BatchLimit {
    /// Number of rows.
    pub rows: usize,
    /// Bytes of the rows, as they are encoded; the row that reaches them is the last.
    pub bytes: usize,
}

/// A row of a table as it was read: its chunk and its row there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId {
    /// Number of the chunk, in the order of reading.
    pub chunk: u32,
    /// Row of the chunk.
    pub row: u32,
}

impl RowId {
    /// The id as a number that compares as the id does.
    pub fn to_number(self) -> u64 {
        u64::from(self.chunk) << 32 | u64::from(self.row)
    }

    /// The id that [`RowId::to_number`] made a number of.
    pub fn from_number(number: u64) -> RowId {
        RowId { chunk: (number >> 32) as u32, row: (number & 0xFFFF_FFFF) as u32 }
    }
}

/// A table's rows in the order of their primary key (bytewise for texts, by value for numbers and dates), or, without
/// one, in the order of the seeds.
pub struct Rows {
    spill: Arc<Spill>,
    layout: Arc<Layout>,
    runs: Vec<Run>,
    /// How runs are followed when there are several, and the table has a key.
    sequence: Option<Sequence>,
    repeated: Vec<(RowId, RowId)>,
    /// Rows that are there and not handed out.
    hidden: HashSet<RowId, FixedState>,
    len: usize,
    bytes: u64,
    /// Extent of all rows, hidden ones too.
    extent: Extent,
}

impl Rows {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes of all values, as Arrow holds them.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The extent of the rows that are handed out.
    pub fn extent(&self) -> Result<Extent> {
        let mut extent = self.extent;
        // Rows that are not published must not show in how others are divided.
        if self.has_hidden() {
            for batch in self.scan_hidden() {
                let (ids, columns) = batch?;
                extent = extent - self.layout.extent(&columns, ids.len());
            }
        }
        Ok(extent)
    }

    /// Pairs of rows with the same primary key: of each key its earliest row, and one of the others.
    pub fn repeated_keys(&self) -> &[(RowId, RowId)] {
        &self.repeated
    }

    /// Leaves rows out from now on.
    pub fn hide(&mut self, rows: HashSet<RowId, FixedState>) {
        assert!(self.hidden.is_empty(), "rows are hidden once");
        self.len -= rows.len();
        self.hidden = rows;
    }

    /// Whether rows are left out.
    pub fn has_hidden(&self) -> bool {
        !self.hidden.is_empty()
    }

    /// All rows, hidden ones too, some at a time and in no order, with their ids: for looking at every row once. Columns of
    /// which no values are kept have none.
    pub fn scan(&self) -> impl Iterator<Item = Result<(Vec<RowId>, Vec<ArrayRef>)>> + '_ {
        self.scan_where(|_| true, |_| true)
    }

    /// The hidden rows in the same way.
    pub fn scan_hidden(&self) -> impl Iterator<Item = Result<(Vec<RowId>, Vec<ArrayRef>)>> + '_ {
        self.scan_where(|_| true, |id| self.hidden.contains(&id))
    }

    /// The same for some columns; the others have no values.
    pub fn scan_columns(
        &self,
        columns: &[usize],
    ) -> impl Iterator<Item = Result<(Vec<RowId>, Vec<ArrayRef>)>> + '_ {
        let wanted: Vec<bool> =
            (0..self.layout.schema.fields().len()).map(|c| columns.contains(&c)).collect();
        self.scan_where(move |column| wanted[column], |_| true)
    }

    fn scan_where(
        &self,
        is_wanted: impl Fn(usize) -> bool,
        is_shown: impl Fn(RowId) -> bool,
    ) -> impl Iterator<Item = Result<(Vec<RowId>, Vec<ArrayRef>)>> {
        self.read_batches().map(move |rows| {
            let rows = rows?;
            let mut ids = Vec::new();
            let mut decoder = Decoder::new(&self.layout.schema, &is_wanted, rows.len());
            for row in (0..rows.len()).filter(|row| is_shown(rows.id(*row))) {
                ids.push(rows.id(row));
                decoder.push(rows.row(row));
            }
            Ok((ids, self.layout.columns(decoder)?))
        })
    }

    /// The rows with these ids, in ascending order of id.
    pub fn fetch(&self, ids: &[RowId]) -> Result<Vec<(RowId, Vec<ArrayRef>)>> {
        let wanted: HashSet<RowId, FixedState> = ids.iter().copied().collect();
        let mut found = Vec::with_capacity(wanted.len());
        if wanted.is_empty() {
            return Ok(found);
        }
        for rows in self.read_batches() {
            let rows = rows?;
            for row in (0..rows.len()).filter(|row| wanted.contains(&rows.id(*row))) {
                let mut decoder = Decoder::new(&self.layout.schema, |_| true, 1);
                decoder.push(rows.row(row));
                found.push((rows.id(row), self.layout.columns(decoder)?));
            }
        }
        found.sort_by_key(|(id, _)| *id);
        Ok(found)
    }

    fn read_batches(&self) -> impl Iterator<Item = Result<BatchRows<'_>>> {
        let of_run = move |run| (0..).map_while(move |at| Run::batch(run, &self.spill, at).transpose());
        self.runs.iter().flat_map(of_run)
    }

    /// The rows in order, batch by batch; a batch ends with a part of `part_rows` rows, too.
    pub fn batches(&self, limit: BatchLimit, part_rows: u64) -> Batches<'_> {
        Batches::new(self, limit, part_rows)
    }

    /// Gives the disk back what the rows take there; they cannot be read from now on.
    pub fn discard(&self) {
        self.spill.discard();
    }
}

/// The Arrow schema of a table's columns.
///
/// Every column is nullable here: a required value may be missing until validation has said so.
fn arrow_schema(columns: &[Column]) -> SchemaRef {
    let field = |column: &Column| arrow::datatypes::Field::new(&column.name, column.kind.arrow(), true);
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use arrow::array::{AsArray, Int64Array, StringArray};

    use super::*;
    use crate::schema::{FieldType, fixture};

    /// A chunk of these keys; the value of each row says where it stood.
    fn chunk(keys: Vec<String>, first: u64) -> (Vec<ArrayRef>, usize) {
        let first = first.cast_signed();
        let rows = keys.len();
        let values = Int64Array::from_iter_values((first..).take(rows));
        let columns = vec![Arc::new(values) as ArrayRef, Arc::new(StringArray::from(keys))];
        (columns, rows)
    }

    /// Scattered keys, of which every hundredth is that of the row before.
    fn key(row: u64) -> String {
        let row = if row % 100 == 99 { row - 1 } else { row };
        format!("key-{:08}-of-several-bytes", row.wrapping_mul(2_654_435_761) % 99_999_989)
    }

    fn read(rows: &Rows, batch_rows: usize, part_rows: u64) -> (Vec<usize>, Vec<(String, i64)>) {
        read_within(rows, BatchLimit { rows: batch_rows, bytes: usize::MAX }, part_rows)
    }

    fn read_within(rows: &Rows, limit: BatchLimit, part_rows: u64) -> (Vec<usize>, Vec<(String, i64)>) {
        let (mut sizes, mut found) = (Vec::new(), Vec::new());
        for batch in rows.batches(limit, part_rows) {
            let batch = batch.expect("the disk works");
            sizes.push(batch.num_rows());
            let (values, keys) =
                (batch.column(0).as_primitive::<arrow::datatypes::Int64Type>(), batch.column(1));
            let keys = keys.as_string::<i32>();
            found.extend((0..batch.num_rows()).map(|row| (keys.value(row).to_owned(), values.value(row))));
        }
        (sizes, found)
    }

    #[test]
    fn rows_come_in_order_whatever_the_memory() {
        const ROWS: u64 = 60_000;
        let fields = [("value", FieldType::Integer), ("key", FieldType::String)];
        for (key_fields, is_sorted) in [(&[1][..], true), (&[], false)] {
            let table = fixture::table("t", &fields, key_fields);
            let mut expected: Vec<(String, i64)> =
                (0..ROWS).map(|row| (key(row), row.cast_signed())).collect();
            if is_sorted {
                expected.sort();
            }
            for memory_bytes in [1 << 30, 1 << 20] {
                let spill = Spill::new(Path::new("."), memory_bytes);
                let chunks = (0..ROWS)
                    .step_by(700)
                    .map(|first| chunk((first..ROWS.min(first + 700)).map(key).collect(), first));
                let rows = Sorter::table(&table, chunks, &spill).expect("the disk works");
                assert_eq!(rows.runs.len() > 1, memory_bytes == 1 << 20);
                let (sizes, found) = read(&rows, 9_000, 25_000);
                assert!(found == expected, "{memory_bytes} {is_sorted}");
                assert_eq!(sizes, [9_000, 9_000, 7_000, 9_000, 9_000, 7_000, 9_000, 1_000]);
                let repeated = rows.repeated_keys();
                assert_eq!(repeated.len(), if is_sorted { expected.len() / 100 } else { 0 });
                let is_pair = |(a, b): &(RowId, RowId)| a < b && (a.chunk * 700 + a.row) % 100 == 98;
                assert!(repeated.iter().all(is_pair));
                assert_eq!(
                    rows.scan().map(|batch| batch.expect("it is there").0.len()).sum::<usize>(),
                    60_000
                );
            }
        }
    }

    #[test]
    fn a_batch_ends_with_the_row_that_reaches_its_bytes() {
        let table = fixture::table("t", &[("value", FieldType::Integer), ("key", FieldType::String)], &[1]);
        for memory_bytes in [1 << 30, 1 << 20] {
            let spill = Spill::new(Path::new("."), memory_bytes);
            let long = |row: u64| format!("{row:04}{}", "x".repeat(if row == 500 { 50_000 } else { 1_000 }));
            let keys = (0..1_000).map(&long).collect();
            let rows = Sorter::table(&table, vec![chunk(keys, 0)], &spill).expect("the disk works");
            let (sizes, found) = read_within(&rows, BatchLimit { rows: 30, bytes: 20_000 }, 450);
            let written = (0..1_000).map(|row| (long(row), row.cast_signed()));
            assert!(found.into_iter().eq(written), "a row is lost or altered");
            // A row is its key, its value and what tells of them: 1,018 bytes.
            let expected = [&[20; 22][..], &[10, 20, 20, 11], &[20; 19], &[19], &[20; 5]].concat();
            assert_eq!(sizes, expected);
        }
    }

    #[test]
    fn threads_merge_as_one_does() {
        const ROWS: u64 = 210_000;
        let table = fixture::table("t", &[("value", FieldType::Integer), ("key", FieldType::String)], &[1]);
        let spill = Spill::new(Path::new("."), 4 << 20);
        let longer_than_a_sample = |row: u64| format!("{}{}", "x".repeat(70), key(row));
        let few = |row: u64| format!("{}", row % 3);
        let one = |_: u64| "the same".to_owned();
        let keys: [&dyn Fn(u64) -> String; 4] = [&key, &longer_than_a_sample, &few, &one];
        for key in keys {
            let merged = |jobs| {
                let mut sorter = Sorter::new(&table, |_| true, &spill);
                for first in (0..ROWS).step_by(700) {
                    let chunk = chunk((first..first + 700).map(key).collect(), first);
                    let (columns, rows) = chunk;
                    let encoded = sorter.layout().encode(&columns, rows);
                    let job = sorter.push(&columns, rows, encoded);
                    job.into_iter().for_each(|job| sorter.add(job.run().expect("the disk works")));
                }
                let rest = sorter.rest();
                rest.into_iter().for_each(|job| sorter.add(job.run().expect("the disk works")));
                sorter.finish(jobs).expect("the disk works")
            };
            let (alone, together) = (merged(1), merged(3));
            assert!(alone.runs.len() > 3);
            assert!(read(&alone, 50_000, u64::MAX) == read(&together, 50_000, u64::MAX));
            assert!(alone.repeated == together.repeated && !alone.repeated.is_empty());
        }
    }

    #[test]
    fn hidden_rows_are_left_out_and_any_row_can_be_fetched() {
        let table = fixture::table("t", &[("value", FieldType::Integer), ("key", FieldType::String)], &[1]);
        for memory_bytes in [1 << 30, 1 << 20] {
            let spill = Spill::new(Path::new("."), memory_bytes);
            let chunks = (0..50_000)
                .step_by(500)
                .map(|first| chunk((first..first + 500).map(|row| format!("key-{row:09}")).collect(), first));
            let mut rows = Sorter::table(&table, chunks, &spill).expect("the disk works");
            let ids = [RowId { chunk: 3, row: 7 }, RowId { chunk: 0, row: 0 }, RowId { chunk: 99, row: 499 }];
            let all = rows.extent().expect("the disk works");
            rows.hide(ids.into_iter().collect());
            // `0,"key-000000000"` and a line end are 19 bytes, those of the others 22 and 23.
            let hidden = Extent { rows: 3, text_bytes: 64 };
            assert_eq!(rows.extent().expect("the disk works"), all - hidden);
            let fetched = rows.fetch(&ids).expect("they are there");
            let values = fetched
                .iter()
                .map(|(_, cells)| cells[0].as_primitive::<arrow::datatypes::Int64Type>().value(0));
            assert_eq!(values.collect::<Vec<_>>(), [0, 1_507, 49_999]);
            let (_, found) = read(&rows, BLOCK_ROWS, u64::MAX);
            assert!(found.iter().map(|(_, value)| *value).eq((1..49_999).filter(|value| *value != 1_507)));
        }
    }
}
