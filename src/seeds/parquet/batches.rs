//! The rows of a Parquet file, batch by batch, and whether there are as many as its footer says.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, TimeUnit};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};

use super::int96;
use super::refusal::Refusal;
use super::sizes::{self, Meter, count};
use crate::files::FileRange;

/// Rows of a file, batch by batch.
pub(in crate::seeds) struct Batches {
    file: FileRange,
    metadata: ArrowReaderMetadata,
    /// What INT96 columns are read as once more, see [`int96::are_whole_microseconds`].
    precise: Option<ArrowReaderMetadata>,
    /// Numbers of the columns that are read, ascending.
    columns: Vec<usize>,
    /// Number of the row group that comes next, and of its first row, from 0.
    group: usize,
    first_row: u64,
    /// What is left of the row group before it.
    open: Option<Open>,
    /// Whether any rows were given, or the columns of a file that has none.
    is_begun: bool,
    /// What the rows took that were given.
    meter: Meter,
}

/// A row group that is being read.
struct Open {
    readers: Readers,
    /// Rows that are read at a time.
    batch_rows: usize,
    /// Number of the next row.
    next_row: u64,
    /// Number of the row behind the last.
    end_row: u64,
}

/// Readers of the columns of a row group.
struct Readers {
    columns: ParquetRecordBatchReader,
    /// The INT96 columns once more, to the nanosecond.
    precise: Option<ParquetRecordBatchReader>,
}

/// Why rows of a file cannot be read.
pub(in crate::seeds) struct Unreadable {
    /// Number of the first of them, from 0, when it is known.
    pub(in crate::seeds) row: Option<u64>,
    /// What is wrong with it.
    pub(in crate::seeds) refusal: Refusal,
}

impl From<Refusal> for Unreadable {
    fn from(refusal: Refusal) -> Unreadable {
        Unreadable { row: None, refusal }
    }
}

/// Some rows of a row group.
pub(in crate::seeds) struct Batch {
    pub(in crate::seeds) rows: RecordBatch,
    /// Number of the row group, from 1.
    pub(in crate::seeds) group: u64,
    /// Number of the first row, from 0.
    pub(in crate::seeds) first_row: u64,
    /// Bytes that they take in the file, about.
    pub(in crate::seeds) bytes: u64,
}

impl Batches {
    /// Batches of the file; `wanted` says which of its columns are read. Fails with the reason when it is no Parquet file, or
    /// one that contradicts itself.
    pub(in crate::seeds) fn open(
        file: FileRange,
        wanted: impl FnOnce(&ParquetMetaData, &Schema) -> Vec<usize>,
    ) -> Result<Batches, Refusal> {
        guarded(|| {
            let load = |options| ArrowReaderMetadata::load(&file, options);
            let first = load(ArrowReaderOptions::default())?;
            counts_agree(first.metadata())?;
            let columns = wanted(first.metadata(), first.schema());
            let is_int96 = |&column: &usize| int96::is_column(first.metadata(), column);
            let (metadata, precise) = match columns.iter().any(is_int96) {
                false => (first, None),
                true => {
                    let read_in = |unit| {
                        let schema = int96::read_in(unit, first.metadata(), first.schema());
                        load(ArrowReaderOptions::default().with_schema(schema))
                    };
                    (read_in(TimeUnit::Microsecond)?, Some(read_in(TimeUnit::Nanosecond)?))
                }
            };
            let meter = Meter::new(&file);
            let (open, is_begun) = (None, false);
            Ok(Batches { file, metadata, precise, columns, group: 0, first_row: 0, open, is_begun, meter })
        })
    }

    /// Metadata of the file.
    pub(super) fn metadata(&self) -> &ParquetMetaData {
        self.metadata.metadata()
    }

    /// Types of all columns of the file.
    pub(super) fn schema(&self) -> &Schema {
        self.metadata.schema()
    }

    fn groups(&self) -> &[RowGroupMetaData] {
        self.metadata.metadata().row_groups()
    }

    /// Rows of a row group that are read at a time.
    fn batch_rows(&self, group: usize) -> Result<usize, Refusal> {
        let columns = self.metadata.parquet_schema();
        let is_read = |leaf| self.columns.binary_search(&columns.get_column_root_idx(leaf)).is_ok();
        sizes::batch_rows(&self.file, &self.groups()[group], is_read)
    }

    /// Readers of some rows of a row group, so many at a time.
    fn readers(&self, group: usize, rows: Range<usize>, batch_rows: usize) -> Result<Readers, Refusal> {
        let reader = |metadata: &ArrowReaderMetadata, columns: Vec<usize>| {
            let mask = ProjectionMask::roots(metadata.parquet_schema(), columns);
            let builder =
                ParquetRecordBatchReaderBuilder::new_with_metadata(self.file.clone(), metadata.clone());
            let builder = builder.with_row_groups(vec![group]).with_batch_size(batch_rows);
            let builder = builder.with_projection(mask).with_offset(rows.start).with_limit(rows.len());
            builder.build()
        };
        let int96 = self.columns.iter().copied().filter(|&column| int96::is_column(self.metadata(), column));
        let precise = self.precise.as_ref().map(|precise| reader(precise, int96.collect())).transpose()?;
        Ok(Readers { columns: reader(&self.metadata, self.columns.clone())?, precise })
    }

    /// The next rows. After a row group that cannot be read comes the next one.
    pub(in crate::seeds) fn next(&mut self) -> Option<Result<Batch, Unreadable>> {
        loop {
            if let Some(mut open) = self.open.take() {
                match guarded(|| open.readers.next()) {
                    Err(refusal) => return Some(Err(Unreadable { row: self.first_bad(&open), refusal })),
                    Ok(None) if open.next_row == open.end_row => {}
                    Ok(None) => {
                        let missing = open.end_row - open.next_row;
                        let reason = format!("row group {} lacks {missing} of its rows", self.group);
                        return Some(Err(Refusal::Damaged(reason).into()));
                    }
                    Ok(Some(rows)) => {
                        let first_row = open.next_row;
                        open.next_row += rows.num_rows() as u64;
                        self.open = Some(open);
                        return Some(self.metered(rows, first_row));
                    }
                }
            }
            let Some(group) = self.groups().get(self.group) else {
                let is_empty = !std::mem::replace(&mut self.is_begun, true);
                return is_empty.then(|| Ok(self.no_rows()));
            };
            let rows = count(group.num_rows());
            let readers = guarded(|| {
                let batch_rows = self.batch_rows(self.group)?;
                Ok((self.readers(self.group, 0..usize::MAX, batch_rows)?, batch_rows))
            });
            let next_row = self.first_row;
            self.group += 1;
            self.first_row += rows;
            match readers {
                Ok((readers, batch_rows)) => {
                    self.open = Some(Open { readers, batch_rows, next_row, end_row: next_row + rows });
                }
                Err(refusal) => return Some(Err(refusal.into())),
            }
        }
    }

    /// The first row, from 0, of the batch that could not be read: the batch is halved until it is known.
    fn first_bad(&self, open: &Open) -> Option<u64> {
        let group = self.group.checked_sub(1)?;
        let first_of_group = self.first_row.checked_sub(count(self.groups().get(group)?.num_rows()))?;
        let start = usize::try_from(open.next_row.checked_sub(first_of_group)?).ok()?;
        let length = usize::try_from(open.end_row - open.next_row).ok()?.min(open.batch_rows);
        let is_good = |rows: usize| {
            let read = guarded(|| self.readers(group, start..start + rows, open.batch_rows)?.next());
            read.is_ok_and(|rows| rows.is_some())
        };
        let (mut good, mut bad) = (0, length);
        while bad - good > 1 {
            let middle = good + (bad - good) / 2;
            match is_good(middle) {
                true => good = middle,
                false => bad = middle,
            }
        }
        Some(open.next_row + good as u64)
    }

    /// A batch, if the file may stand for so much; else nothing of it is read any more.
    fn metered(&mut self, rows: RecordBatch, first_row: u64) -> Result<Batch, Unreadable> {
        match self.meter.add(&rows) {
            Ok(()) => Ok(self.batch(rows, first_row)),
            Err(refusal) => {
                (self.open, self.group) = (None, self.groups().len());
                Err(Unreadable { row: Some(first_row), refusal })
            }
        }
    }

    fn batch(&mut self, rows: RecordBatch, first_row: u64) -> Batch {
        self.is_begun = true;
        let group = &self.groups()[self.group - 1];
        let [bytes, of] = [group.compressed_size(), group.num_rows()].map(count);
        let bytes = bytes.saturating_mul(rows.num_rows() as u64) / of.max(1);
        Batch { rows, group: self.group as u64, first_row, bytes }
    }

    /// A batch without rows, by which a file that has none shows its columns.
    fn no_rows(&self) -> Batch {
        let rows = self.schema().project(&self.columns).unwrap_or_else(|_| Schema::empty());
        Batch { rows: RecordBatch::new_empty(Arc::new(rows)), group: 1, first_row: 0, bytes: 0 }
    }

    /// Rows of a batch that was given before: its row group, from 1, and its first row, from 0.
    pub(super) fn again(&self, group: u64, first_row: u64) -> Result<RecordBatch, Refusal> {
        guarded(|| {
            let group = usize::try_from(group - 1).map_err(|e| e.to_string())?;
            let before = self.groups().get(..group).ok_or("the file has fewer row groups now")?;
            let before: u64 = before.iter().map(|group| count(group.num_rows())).sum();
            let skipped = first_row.checked_sub(before).and_then(|rows| usize::try_from(rows).ok());
            let skipped = skipped.ok_or("the file has other rows now")?;
            let batch_rows = self.batch_rows(group)?;
            let mut readers = self.readers(group, skipped..skipped.saturating_add(batch_rows), batch_rows)?;
            readers.next()?.ok_or_else(|| "the file has fewer rows now".into())
        })
    }
}

impl Readers {
    fn next(&mut self) -> Result<Option<RecordBatch>, Refusal> {
        let next =
            |reader: &mut ParquetRecordBatchReader| reader.next().transpose().map_err(|e| e.to_string());
        let Some(rows) = next(&mut self.columns)? else { return Ok(None) };
        let Some(precise) = &mut self.precise else { return Ok(Some(rows)) };
        let precise = next(precise)?.filter(|precise| precise.num_rows() == rows.num_rows());
        int96::are_whole_microseconds(&rows, &precise.ok_or("a column has fewer rows than the others")?)?;
        Ok(Some(rows))
    }
}

/// The Parquet reader panics on some broken files; a seed file must not take the program down.
pub(super) fn guarded<T>(read: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err("the file is damaged".into()))
}

/// Whether the footer, the row groups and their columns tell of the same number of rows.
fn counts_agree(metadata: &ParquetMetaData) -> Result<(), Refusal> {
    let mut rows = 0_i64;
    for (number, group) in metadata.row_groups().iter().enumerate() {
        let told = group.num_rows();
        rows = rows.checked_add(told).filter(|_| told >= 0).ok_or("its counts of rows are no counts")?;
        // A column that does not repeat has a value, or none, for each row.
        let flat = group.columns().iter().filter(|column| column.column_descr().max_rep_level() == 0);
        if let Some(column) = flat.into_iter().find(|column| column.num_values() != told) {
            let (path, held) = (column.column_path().string(), column.num_values());
            let number = number + 1;
            let reason = format!("row group {number} says {told} rows, but its column `{path}` has {held}");
            return Err(reason.into());
        }
    }
    let told = metadata.file_metadata().num_rows();
    match told == rows {
        true => Ok(()),
        false => Err(format!("its footer says {told} rows, but its row groups have {rows}").into()),
    }
}
