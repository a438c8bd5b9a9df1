//! Every table in every format, block by block.

use crate::diagnostic::Result;
use crate::formats::{Assembler, Block, Context, Encoder, Format, Piece};
use crate::parallel;
use crate::publish::Progress;
use crate::release::{ColumnRecord, TableRecord};
use crate::schema::{Project, Table};
use crate::staging::Stage;
use crate::tables::{BLOCK_ROWS, CodeCounter, CodeUses, Rows, block_digest, content_digest, write_rows};
use crate::validate::ValidTables;

/// A table as it was written: what the manifest says of it, and how often it uses each code of its vocabularies.
pub(super) type Written = (TableRecord, CodeUses);

/// Writes the tables into the stage.
pub(super) fn tables(
    project: &Project,
    tables: &ValidTables,
    formats: &[&dyn Format],
    stage: &Stage,
    jobs: usize,
    progress: &dyn Progress,
) -> Result<Vec<Written>> {
    let total = tables.tables().iter().map(|rows| rows.len() as u64).sum();
    progress.stage("write", Some(total));
    let tables = project.tables.iter().zip(tables.tables());
    tables
        .map(|(table, rows)| one_table(&Context { project, table }, rows, formats, stage, jobs, progress))
        .collect()
}

/// Path of a table's file inside a release.
fn path(format: &dyn Format, table: &Table) -> String {
    format!("data/{}/{}.{}", format.name(), table.name, format.extension())
}

fn one_table(
    context: &Context<'_>,
    rows: &Rows,
    formats: &[&dyn Format],
    stage: &Stage,
    jobs: usize,
    progress: &dyn Progress,
) -> Result<Written> {
    let mut encoders: Vec<Box<dyn Encoder + '_>> = Vec::new();
    let mut assemblers: Vec<Box<dyn Assembler + '_>> = Vec::new();
    let mut files = Vec::new();
    for format in formats {
        let path = path(*format, context.table);
        let file = stage.file(&path, format.media_type())?;
        let (encoder, assembler) = format.open(context, file)?;
        encoders.push(encoder);
        assemblers.push(assembler);
        files.push(path);
    }
    let counter = CodeCounter::new(context.project, context.table);
    let mut uses = CodeUses::default();
    let mut digests = Vec::with_capacity(rows.blocks());
    let mut failure = None;
    let encode = |number: usize| -> Result<_> {
        let block = block(context.table, rows, number);
        let digest = block_digest(context.table, block.first_row, &block.canonical);
        let pieces = encoders.iter().map(|encoder| encoder.encode(&block)).collect::<Result<Vec<Piece>>>()?;
        Ok((digest, pieces, counter.count(&block.batch), block.batch.num_rows() as u64))
    };
    parallel::ordered(jobs, 0..rows.blocks(), encode, |encoded| {
        let appended = encoded.and_then(|(digest, pieces, block_uses, count)| {
            digests.push(digest);
            uses.add(&block_uses);
            progress.advance(count);
            assemblers.iter_mut().zip(pieces).try_for_each(|(assembler, piece)| assembler.append(piece))
        });
        failure = appended.err();
        failure.is_none()
    });
    if let Some(error) = failure {
        return Err(error);
    }
    for assembler in assemblers {
        assembler.finish()?;
    }
    Ok((record(context.table, rows, content_digest(context.table, &digests), files), uses))
}

fn block(table: &Table, rows: &Rows, number: usize) -> Block {
    let batch = rows.block(number);
    let mut canonical = Vec::new();
    write_rows(table, &batch, b"\r\n", &mut canonical);
    Block { first_row: (number * BLOCK_ROWS) as u64, batch, canonical }
}

fn record(
    table: &Table,
    rows: &Rows,
    content_digest: crate::digest::Digest,
    files: Vec<String>,
) -> TableRecord {
    let column = |c: &crate::schema::Column| ColumnRecord { name: c.name.clone(), kind: c.kind.to_string() };
    TableRecord {
        name: table.name.clone(),
        rows: rows.len() as u64,
        content_digest,
        columns: table.columns.iter().map(column).collect(),
        files,
    }
}
