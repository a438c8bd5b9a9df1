//! Seeds in Parquet: columns that are typed already are taken over when nothing is lost by it; text is read like any text.

mod batches;
mod columns;
mod conversion;
mod convert;
mod header;
mod int96;
mod json;
mod lists;
mod logical_type;
mod plain;
mod problems;
mod refusal;
mod shown;
mod sizes;
mod stored;

use std::sync::Arc;

use arrow::array::{RecordBatch, StringArray};

pub(super) use batches::{Batch, Batches, Unreadable};
pub(super) use columns::Columns;
pub(super) use refusal::Refusal;

use super::{Chunk, Found, Lookup, Reading, Seeds, Source, Split, derive};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::files::FileRange;
use crate::offsets::field_number;
use crate::schema::{Origin, Table};
use batches::guarded;
use convert::convert;
use problems::Problems;

/// Opens a seed file for the fields of its table; fails with the reason when it cannot be read.
pub(super) fn open(table: &Table, source: &Source, file: FileRange) -> Result<(Batches, Columns), Refusal> {
    let mut found = None;
    let batches = Batches::open(file, |metadata, schema| {
        let columns = found.insert(Columns::find(table, source, metadata, schema));
        columns.numbers()
    })?;
    found.map(|columns| (batches, columns)).ok_or_else(|| "the file is damaged".into())
}

/// Why a file, or a row group of it from some row on, cannot be read.
pub(super) fn unreadable(source: &Source, unreadable: &Unreadable) -> Diagnostic {
    let Unreadable { row, refusal } = unreadable;
    let place = row.map_or_else(|| Place::file(&source.path), |row| Place::row(&source.path, row + 1));
    let reason = match refusal {
        Refusal::Damaged(reason) => reason,
        Refusal::TooLarge(message) => {
            let help = "write the file with smaller row groups and pages, or as more files";
            return Diagnostic::new(&codes::TOO_LARGE, place, message).with_help(help);
        }
    };
    // The library has no kind of its own for it.
    if reason.contains("non UTF-8") {
        let message = "a text of this row is not UTF-8, and the rest of the row group is not read";
        return Diagnostic::new(&codes::NOT_UTF8, place, message).with_help("write the column as UTF-8 text");
    }
    Diagnostic::new(&codes::UNREADABLE_FILE, place, format!("cannot be read as Parquet: {reason}"))
}

/// Rows of a batch, and the columns of its file by field.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) batch: RecordBatch,
    pub(super) columns: Arc<Columns>,
}

/// Reads a batch of rows: the split's first line is the number of its row group, from 1, and the offset the number of its
/// first row, from 0.
pub(super) fn read(seeds: &Seeds<'_>, split: &Split) -> Reading {
    let source = &seeds.sources[split.id.source];
    let table = &seeds.project.tables[source.table];
    let mut reading = Reading::default();
    let Some(rows) = &split.rows else { unreachable!("a split of Parquet has its rows") };
    if split.id.offset == 0 {
        reading.diagnostics = Diagnostics::new(seeds.keep);
        reading.diagnostics.extend(rows.columns.diagnostics.iter().cloned());
    }
    reading.lost_records = !rows.columns.refused.is_empty();
    match guarded(|| Ok(chunk(table, source, split, rows))) {
        Ok(chunk) => reading.chunks.extend(chunk),
        Err(_) => {
            let row = Some(split.id.offset);
            let refusal =
                "the rows from this one on are damaged, or a text of theirs is larger than 2 GiB".into();
            reading.diagnostics.push(unreadable(source, &Unreadable { row, refusal }));
            reading.lost_records = true;
        }
    }
    reading
}

fn chunk(table: &Table, source: &Source, split: &Split, rows: &Rows) -> Option<Chunk> {
    let count = rows.batch.num_rows();
    if count == 0 {
        return None;
    }
    let mut problems = Vec::new();
    let mut fields = Vec::new();
    for (index, (field, column)) in table.fields.iter().zip(&rows.columns.of_fields).enumerate() {
        let mut of_field = Problems { field: field_number(index), all: &mut problems };
        let found = column.as_ref().and_then(|column| Some((column.of(&rows.batch)?, &column.conversion)));
        fields.push(match found {
            Some((column, conversion)) => convert(conversion, &column, (table, field), &mut of_field),
            None if field.origin == Origin::Index => {
                convert::from_texts(table, field, &row_numbers(split, count), &mut of_field)
            }
            None => source.named_column(table, index, count, &mut problems),
        });
    }
    let columns = derive::columns(table, &fields, &mut problems);
    let refused = rows.columns.refused.clone();
    Some(Chunk { problems, refused, ..Chunk::new(source.table, columns, count) })
}

/// Numbers of the rows in their file, from 1.
fn row_numbers(split: &Split, count: usize) -> StringArray {
    (split.id.offset + 1..).take(count).map(|number| Some(number.to_string())).collect()
}

/// Finds cells: a row of a Parquet file has a number, from 1, and no line.
pub(super) fn locate(seeds: &Seeds<'_>, split: &Split, lookups: &[Lookup]) -> Vec<Found> {
    let source = &seeds.sources[split.id.source];
    let table = &seeds.project.tables[source.table];
    let opened = seeds.open(source).ok().and_then(|file| {
        let (batches, columns) = open(table, source, file).ok()?;
        let rows = batches.again(split.id.first_line, split.id.offset).ok()?;
        Some((rows, columns))
    });
    let text_of = |lookup: &Lookup| {
        let (rows, columns) = opened.as_ref()?;
        let column = columns.of_fields[lookup.field? as usize].as_ref()?.of(rows)?;
        let row = lookup.row as usize;
        Some(match lookup.item {
            Some(item) => shown::shown(&lists::items(&column, row)?, item as usize),
            None => shown::shown(&column, row),
        })
    };
    let locate = |lookup: &Lookup| Found {
        place: Place::row(&source.path, split.id.offset + u64::from(lookup.row) + 1),
        text: guarded(|| Ok(text_of(lookup))).ok().flatten().unwrap_or_default(),
    };
    lookups.iter().map(locate).collect()
}
