//! Seeds in Parquet.
//!
//! Columns that are typed already are taken over when nothing is lost by it; text columns are read like any text.

use std::borrow::Cow;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, StringArray, new_null_array};
use arrow::compute::kernels::cmp::not_distinct;
use arrow::compute::{CastOptions, can_cast_types, cast_with_options, concat};
use arrow::datatypes::DataType;
use arrow::record_batch::RecordBatch;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::file::metadata::RowGroupMetaData;

use super::assemble::{has_missing_words, is_missing};
use super::texts::{self, TextCell};
use super::{
    Chunk, ColumnBuilder, Located, Problem, ProblemKind, Reading, Seeds, Source, Split, SplitId, Want, derive,
};
use crate::diagnostic::{Diagnostic, Place, codes, listed, nearest};
use crate::schema::{Field, FieldType, Origin, Table};

/// Rows that are read at a time: a row group may have millions.
const BATCH_ROWS: usize = 8192;

/// The rows of a file, batch by batch.
pub(super) struct Batches {
    file: File,
    metadata: ArrowReaderMetadata,
    /// The row group that comes next, and the number of its first row, from 0.
    group: usize,
    first_row: u64,
    /// What is left of the row group before it, and the number of the next row.
    open: Option<(ParquetRecordBatchReader, u64)>,
    /// Whether any rows were given, or the columns of a file that has none.
    is_begun: bool,
}

/// Some rows of a row group.
pub(super) struct Batch {
    pub(super) rows: RecordBatch,
    /// Number of the row group, from 1.
    pub(super) group: u64,
    /// Number of the first row, from 0.
    pub(super) first_row: u64,
    /// Bytes that they take in the file, about.
    pub(super) bytes: u64,
}

impl Batches {
    /// Those of the file; fails with the reason when it is no Parquet file.
    pub(super) fn open(path: &Path) -> Result<Batches, String> {
        guarded(|| {
            let file = File::open(path).map_err(|e| e.to_string())?;
            let metadata =
                ArrowReaderMetadata::load(&file, ArrowReaderOptions::default()).map_err(|e| e.to_string())?;
            Ok(Batches { file, metadata, group: 0, first_row: 0, open: None, is_begun: false })
        })
    }

    fn groups(&self) -> &[RowGroupMetaData] {
        self.metadata.metadata().row_groups()
    }

    /// What reads a row group.
    fn reader(&self, group: usize) -> Result<ParquetRecordBatchReaderBuilder<File>, String> {
        let file = self.file.try_clone().map_err(|e| e.to_string())?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone());
        Ok(builder.with_row_groups(vec![group]).with_batch_size(BATCH_ROWS))
    }

    /// The next rows. After a row group that cannot be read comes the next one.
    pub(super) fn next(&mut self) -> Option<Result<Batch, String>> {
        loop {
            if let Some((mut reader, first_row)) = self.open.take() {
                match guarded(|| reader.next().transpose().map_err(|e| e.to_string())) {
                    Err(reason) => return Some(Err(reason)),
                    Ok(None) => {}
                    Ok(Some(rows)) => {
                        self.open = Some((reader, first_row + rows.num_rows() as u64));
                        return Some(Ok(self.batch(rows, first_row)));
                    }
                }
            }
            let Some(group) = self.groups().get(self.group) else {
                let is_empty = !std::mem::replace(&mut self.is_begun, true);
                let rows = || RecordBatch::new_empty(Arc::clone(self.metadata.schema()));
                return is_empty.then(|| Ok(Batch { rows: rows(), group: 1, first_row: 0, bytes: 0 }));
            };
            let rows = u64::try_from(group.num_rows()).unwrap_or(0);
            let reader = guarded(|| self.reader(self.group)?.build().map_err(|e| e.to_string()));
            let first_row = self.first_row;
            self.group += 1;
            self.first_row += rows;
            match reader {
                Ok(reader) => self.open = Some((reader, first_row)),
                Err(reason) => return Some(Err(reason)),
            }
        }
    }

    fn batch(&mut self, rows: RecordBatch, first_row: u64) -> Batch {
        self.is_begun = true;
        let group = &self.groups()[self.group - 1];
        let [bytes, of] = [group.compressed_size(), group.num_rows()].map(|n| u64::try_from(n).unwrap_or(0));
        let bytes = bytes.saturating_mul(rows.num_rows() as u64) / of.max(1);
        Batch { rows, group: self.group as u64, first_row, bytes }
    }
}

/// Why a file, or a row group of it, cannot be read.
pub(super) fn unreadable(source: &Source, reason: &str) -> Diagnostic {
    let message = format!("cannot be read as Parquet: {reason}");
    Diagnostic::new(&codes::UNREADABLE_FILE, Place::file(&source.path), message)
}

/// Reads a batch of rows: the split's first line is the number of its row group, from 1, and the offset the number of its
/// first row, from 0.
pub(super) fn read(seeds: &Seeds<'_>, split: &Split) -> Reading {
    let source = &seeds.sources[split.id.source];
    let table = &seeds.project.tables[source.table];
    let mut reading = Reading::default();
    let Some(rows) = &split.rows else { unreachable!("a split of Parquet has its rows") };
    if split.id.offset == 0 {
        reading.diagnostics = match_columns(table, source, rows);
    }
    reading.chunks.extend(chunk(table, source, split, rows));
    reading
}

/// The Parquet reader panics on some broken files; a seed file must not take the program down.
fn guarded<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err("the file is damaged".into()))
}

/// The rows of a split again.
fn reopen(path: &Path, id: SplitId) -> Result<RecordBatch, String> {
    let batches = Batches::open(path)?;
    guarded(|| {
        let group = usize::try_from(id.first_line - 1).map_err(|e| e.to_string())?;
        let before: i64 = batches.groups()[..group].iter().map(RowGroupMetaData::num_rows).sum();
        let skipped = usize::try_from(id.offset as i64 - before).map_err(|e| e.to_string())?;
        let reader = batches.reader(group)?.with_offset(skipped).with_limit(BATCH_ROWS);
        let mut reader = reader.build().map_err(|e| e.to_string())?;
        let rows = reader.next().transpose().map_err(|e| e.to_string())?;
        rows.ok_or_else(|| "the file has fewer rows now".to_owned())
    })
}

fn column_name(field: &Field) -> Option<String> {
    match &field.origin {
        Origin::Path(path) => Some(path.join(".")),
        Origin::Itself | Origin::Index | Origin::Key | Origin::Parent => None,
    }
}

fn match_columns(table: &Table, source: &Source, batch: &RecordBatch) -> Vec<Diagnostic> {
    let place = || Place::file(&source.path);
    let mut diagnostics = Vec::new();
    let mut misspelt = Vec::new();
    let names: Vec<String> = table.fields.iter().filter_map(column_name).collect();
    for column in batch.schema().fields() {
        let name = column.name();
        let is_further = table.ignore.contains(name) || table.dialect.fields_match.allows_further();
        if names.contains(name) || is_further {
            continue;
        }
        let problem =
            Diagnostic::new(&codes::UNKNOWN_KEY, place(), format!("`{}` has no field `{name}`", table.name));
        diagnostics.push(match nearest(name, names.iter().map(String::as_str)) {
            Some(near) => {
                misspelt.push(near.to_owned());
                problem.with_help(format!("did you mean `{near}`?"))
            }
            None => {
                problem.with_help(format!("the columns are {}", listed(names.iter().map(String::as_str))))
            }
        });
    }
    let may_be_absent = table.dialect.fields_match.allows_absent();
    let is_missing =
        |name: &&String| batch.column_by_name(name).is_none() && !may_be_absent && !misspelt.contains(name);
    for name in names.iter().filter(is_missing) {
        diagnostics.push(Diagnostic::new(
            &codes::MISSING_COLUMN,
            place(),
            format!("there is no column `{name}`"),
        ));
    }
    diagnostics
}

fn chunk(table: &Table, source: &Source, split: &Split, batch: &RecordBatch) -> Option<Chunk> {
    let rows = batch.num_rows();
    if rows == 0 {
        return None;
    }
    let mut problems = Vec::new();
    let mut fields = Vec::new();
    for (index, field) in table.fields.iter().enumerate() {
        let column = column_name(field).and_then(|name| batch.column_by_name(&name));
        let typed = match column {
            Some(column) => typed(table, field, index as u32, column, &mut problems),
            None if field.origin == Origin::Index => {
                let first = split.id.offset as i64 + 1;
                let numbers = arrow::array::Int64Array::from_iter_values(first..first + rows as i64);
                typed(table, field, index as u32, &(Arc::new(numbers) as ArrayRef), &mut problems)
            }
            None => new_null_array(&field.column_type().arrow(), rows),
        };
        fields.push(typed);
    }
    let columns = derive::columns(table, &fields, &mut problems);
    let table = source.table;
    Some(Chunk { table, columns, rows, split: split.id, instance: 0, problems, broken: Vec::new() })
}

fn typed(
    table: &Table,
    field: &Field,
    index: u32,
    column: &ArrayRef,
    problems: &mut Vec<Problem>,
) -> ArrayRef {
    let target = field.column_type().arrow();
    let is_text = matches!(column.data_type(), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
    let is_text_field = matches!(target, DataType::Utf8);
    if !is_text
        && !is_text_field
        && can_cast_types(column.data_type(), &target)
        && let Some(cast) = lossless(column, &target, index, problems)
    {
        return cast;
    }
    match texts(column) {
        Some(texts) => from_texts(table, field, index, &texts, problems),
        None => {
            let bad = |row| Problem::of_cell(row, index, ProblemKind::WrongType);
            problems.extend((0..column.len() as u32).map(bad));
            new_null_array(&target, column.len())
        }
    }
}

/// The column in another type; rows whose value would change are noted and become missing.
fn lossless(
    column: &ArrayRef,
    target: &DataType,
    field: u32,
    problems: &mut Vec<Problem>,
) -> Option<ArrayRef> {
    let options = CastOptions { safe: true, ..CastOptions::default() };
    let cast = cast_with_options(column, target, &options).ok()?;
    if column.data_type() == target || column.data_type().is_nested() {
        return Some(cast);
    }
    let back = cast_with_options(&cast, column.data_type(), &options).ok()?;
    let same: BooleanArray = not_distinct(&back, column).ok()?;
    let changed: Vec<u32> = (0..column.len()).filter(|&row| !same.value(row)).map(|row| row as u32).collect();
    if changed.is_empty() {
        return Some(cast);
    }
    problems.extend(changed.iter().map(|&row| Problem::of_cell(row, field, ProblemKind::WrongType)));
    let is_changed = BooleanArray::from_iter((0..column.len()).map(|row| Some(!same.value(row))));
    arrow::compute::nullif(&cast, &is_changed).ok()
}

fn texts(column: &ArrayRef) -> Option<StringArray> {
    let cast = arrow::compute::cast(column, &DataType::Utf8).ok()?;
    cast.as_any().downcast_ref::<StringArray>().cloned()
}

fn from_texts(
    table: &Table,
    field: &Field,
    index: u32,
    texts: &StringArray,
    problems: &mut Vec<Problem>,
) -> ArrayRef {
    let mut builder = ColumnBuilder::new(field, texts.len());
    if let Some(column) = builder.as_texts(field).filter(|_| !has_missing_words(table, field)) {
        column.reserve(texts.value_data().len());
        let offsets = texts.value_offsets();
        let cell = |row: usize| match texts.is_null(row) {
            true => Some(TextCell::Absent),
            false => Some(TextCell::Plain(offsets[row] as usize, (offsets[row + 1] - offsets[row]) as usize)),
        };
        texts::fill(column, table, field, texts.value_data(), texts.len(), cell)
            .expect("every cell is known");
        return builder.finish();
    }
    let values =
        texts.iter().map(|text| text.filter(|text| !is_missing(table, field, text)).map(Cow::Borrowed));
    builder.extend(field, values, |row, kind| problems.push(Problem::of_cell(row as u32, index, kind)));
    debug_assert!(field.kind != FieldType::Any || !texts.is_empty());
    builder.finish_noting(index, problems)
}

/// Finds cells: a row of a Parquet file has a number, from 1, and no line.
pub(super) fn locate(seeds: &Seeds<'_>, split: &Split, wants: &[Want]) -> Vec<Located> {
    let source = &seeds.sources[split.id.source];
    let table = &seeds.project.tables[source.table];
    let batch = reopen(&seeds.path(source), split.id).ok();
    let text_of = |want: &Want| {
        let field = &table.fields[want.field? as usize];
        let column = batch.as_ref()?.column_by_name(&column_name(field)?)?;
        let cell = match (want.item, column.as_list_opt::<i32>()) {
            (Some(item), Some(lists)) => lists.value(want.row as usize).slice(item as usize, 1),
            _ => column.slice(want.row as usize, 1),
        };
        let texts = texts(&concat(&[cell.as_ref()]).ok()?)?;
        texts.is_valid(0).then(|| texts.value(0).to_owned())
    };
    let locate = |want: &Want| Located {
        place: Place::row(&source.path, split.id.offset + u64::from(want.row) + 1),
        text: text_of(want).unwrap_or_default(),
    };
    wants.iter().map(locate).collect()
}
