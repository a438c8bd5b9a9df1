//! Every table in every format: blocks drawn in order, encoded by any thread, joined into files in order.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::lanes::{self, Lane, Sink, Task, Work};
use super::parts::Parts;
use super::record;
use crate::canonical::ContentHasher;
use crate::code_counts::{CodeCounter, CodeCounts};
use crate::diagnostic::Result;
use crate::digest::Digest;
use crate::formats::{Assembler, Block, Context, Encoder, Format, Piece, Room, SHARE_ROWS, Share};
use crate::publish::Progress;
use crate::release::TableRecord;
use crate::schema::{DIGEST_BLOCK_ROWS, Project, Table};
use crate::sort::{BLOCK, Batches, Rows};
use crate::staging::Stage;
use crate::validate::ValidTables;

/// A table as it was written: what the manifest says of it, and how often it uses each code of its vocabularies.
pub(super) type Written = (TableRecord, CodeCounts);

/// What becomes known of a table while it is written.
#[derive(Default)]
struct Known {
    digest: Arc<OnceLock<Digest>>,
    uses: Mutex<CodeCounts>,
}

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
    let known: Vec<Known> = tables.tables().iter().map(|_| Known::default()).collect();
    let each = project.tables.iter().zip(tables.tables()).zip(&known);
    let blocks = each.flat_map(|((table, rows), known)| {
        let context = Context { project, table };
        match Writer::new(context, rows, formats, stage, known) {
            Ok(writer) => Blocks::Of(Box::new(writer)),
            Err(error) => Blocks::Failed(Some(error)),
        }
    });
    lanes::run(jobs, blocks, &|rows| progress.advance(rows))?;
    let each = project.tables.iter().zip(tables.tables()).zip(known);
    let written = each.map(|((table, rows), known)| {
        let uses = known.uses.into_inner().unwrap_or_else(PoisonError::into_inner);
        let digest = known.digest.get().expect("the last piece of the table's lane has set it");
        Ok((record::of_table(project, table, rows, formats, *digest)?, uses))
    });
    written.collect()
}

/// The blocks of a table, or why there are none.
enum Blocks<'a> {
    Of(Box<Writer<'a>>),
    Failed(Option<crate::diagnostic::Error>),
}

impl<'a> Iterator for Blocks<'a> {
    type Item = Result<Work<'a>>;

    fn next(&mut self) -> Option<Result<Work<'a>>> {
        match self {
            Blocks::Of(writer) => writer.next_work().transpose(),
            Blocks::Failed(error) => error.take().map(Err),
        }
    }
}

/// A table being written.
struct Writer<'a> {
    parts: Parts,
    batches: Batches<'a>,
    rows: &'a Rows,
    given: u64,
    counter: CodeCounter<'a>,
    uses: &'a Mutex<CodeCounts>,
    lines: Vec<Line<'a>>,
}

/// A lane of the table, what encodes for it, and how many pieces it has been promised.
struct Line<'a> {
    encoder: Arc<dyn Encoder + 'a>,
    lane: Arc<Lane<'a>>,
    number: usize,
    /// Whether its pieces are canonical text, which ends with every block of the content digest.
    is_canonical: bool,
}

impl<'a> Writer<'a> {
    fn new(
        context: Context<'a>,
        rows: &'a Rows,
        formats: &[&dyn Format],
        stage: &'a Stage,
        known: &'a Known,
    ) -> Result<Writer<'a>> {
        let parts = Parts::new(context.project, context.table, rows.extent()?);
        let mut canonical = CanonicalSink {
            hasher: ContentHasher::new(context.table),
            file: None,
            digest: Arc::clone(&known.digest),
        };
        let mut sinks: Vec<(Arc<dyn Encoder + 'a>, Box<dyn Sink + 'a>)> = Vec::new();
        for format in formats {
            let encoder: Arc<dyn Encoder + 'a> = Arc::from(format.prepare(&context)?);
            let paths = parts.paths(*format, context.table);
            let media_type = format.facts().media_type;
            let files = Files::new(stage, Arc::clone(&encoder), paths, media_type)?;
            if encoder.takes_canonical() {
                canonical.file = Some(files);
            } else {
                sinks.push((encoder, Box::new(files)));
            }
        }
        let text: Arc<dyn Encoder + 'a> = Arc::new(Canonical { table: context.table, room: Room::default() });
        let mut lines = Vec::new();
        if rows.is_empty() {
            Box::new(canonical).finish()?;
            sinks.into_iter().try_for_each(|(_, sink)| sink.finish())?;
        } else {
            sinks.push((text, Box::new(canonical)));
            let last = sinks.len() - 1;
            lines.extend(sinks.into_iter().enumerate().map(|(nth, (encoder, sink))| {
                let lane = Arc::new(Lane::new(sink));
                Line { encoder, lane, number: 0, is_canonical: nth == last }
            }));
        }
        let batches = rows.batches(BLOCK, parts.rows);
        let counter = CodeCounter::new(context.project, context.table);
        Ok(Writer { parts, batches, rows, given: 0, counter, uses: &known.uses, lines })
    }

    fn next_work(&mut self) -> Result<Option<Work<'a>>> {
        let Some(batch) = self.batches.next().transpose()? else { return Ok(None) };
        let block = Block::new(self.given, batch);
        let rows = block.batch.num_rows();
        self.uses.lock().unwrap_or_else(PoisonError::into_inner).add(&self.counter.count(&block.batch));
        self.given += rows as u64;
        let is_last_block = self.given == self.rows.len() as u64;
        if is_last_block {
            self.rows.discard();
        }
        let (mut columns, mut shares_of_rows) = (Vec::new(), BTreeMap::new());
        for line in &mut self.lines {
            let shares = match line.is_canonical {
                true => canonical_shares(block.first_row, rows),
                false => line.encoder.shares(rows),
            };
            let last = shares.len().saturating_sub(1);
            for (nth, share) in shares.into_iter().enumerate() {
                let (encoder, lane) = (Arc::clone(&line.encoder), Arc::clone(&line.lane));
                let is_last = is_last_block && nth == last;
                let mut task = Task { encoder, share, lane, number: line.number, rows, is_last };
                line.number += 1;
                match task.share.clone() {
                    Share::Column(_) => columns.push(vec![task]),
                    Share::Rows(range) => {
                        task.rows = range.len();
                        let share: &mut Vec<_> = shares_of_rows.entry(range.start / SHARE_ROWS).or_default();
                        share.push(task);
                    }
                }
            }
        }
        // Columns take longest, so they come first.
        let tasks = columns.into_iter().chain(shares_of_rows.into_values()).collect();
        let part = self.parts.of_row(block.first_row);
        Ok(Some(Work { block, part, tasks }))
    }
}

/// The shares of canonical text: none goes beyond the end of a block of the content digest.
fn canonical_shares(first_row: u64, rows: usize) -> Vec<Share> {
    let (mut shares, mut start) = (Vec::new(), 0);
    let mut in_block =
        usize::try_from(first_row % DIGEST_BLOCK_ROWS as u64).expect("it is less than a `usize`");
    while start < rows {
        let end = rows.min(start + DIGEST_BLOCK_ROWS - in_block);
        shares.push(Share::Rows(start..end));
        (start, in_block) = (end, 0);
    }
    shares
}

/// The text that the content digest is computed from.
struct Canonical<'a> {
    table: &'a Table,
    room: Room,
}

impl Encoder for Canonical<'_> {
    fn begin(&self, _file: crate::staging::StagedFile) -> Result<Box<dyn Assembler>> {
        unreachable!("canonical text is no format")
    }

    fn encode(&self, block: &Block, share: &Share) -> Result<Piece> {
        let Share::Rows(range) = share else { unreachable!("text is shared by rows") };
        let mut text = self.room.text(range.len());
        block.write_canonical(self.table, range.clone(), &mut text);
        Ok(Piece::Bytes(text))
    }
}

/// The content digest, and the format whose files are the same text.
struct CanonicalSink<'a> {
    hasher: ContentHasher,
    file: Option<Files<'a>>,
    digest: Arc<OnceLock<Digest>>,
}

impl Sink for CanonicalSink<'_> {
    fn take(&mut self, part: usize, rows: usize, piece: Piece) -> Result<()> {
        let Piece::Bytes(text) = piece else { unreachable!("canonical text is no column") };
        self.hasher.update(rows, |block| match &mut self.file {
            Some(files) => files.file(part)?.append_with(text, block),
            None => {
                block.update(&text);
                Ok(())
            }
        })
    }

    fn finish(self: Box<Self>) -> Result<()> {
        // Set here only, once.
        let _ = self.digest.set(self.hasher.finish());
        match self.file {
            Some(files) => Box::new(files).finish(),
            None => Ok(()),
        }
    }
}

/// The files of a table in a format, part by part.
struct Files<'a> {
    stage: &'a Stage,
    encoder: Arc<dyn Encoder + 'a>,
    paths: Vec<String>,
    media_type: &'static str,
    part: usize,
    file: Box<dyn Assembler>,
}

impl<'a> Files<'a> {
    fn new(
        stage: &'a Stage,
        encoder: Arc<dyn Encoder + 'a>,
        paths: Vec<String>,
        media_type: &'static str,
    ) -> Result<Files<'a>> {
        let file = encoder.begin(stage.file(&paths[0], media_type)?)?;
        Ok(Files { stage, encoder, paths, media_type, part: 0, file })
    }

    /// The file of a part; what belongs to the part before it has all been written.
    fn file(&mut self, part: usize) -> Result<&mut dyn Assembler> {
        if part != self.part {
            let next = self.encoder.begin(self.stage.file(&self.paths[part], self.media_type)?)?;
            std::mem::replace(&mut self.file, next).finish()?;
            self.part = part;
        }
        Ok(&mut *self.file)
    }
}

impl Sink for Files<'_> {
    fn take(&mut self, part: usize, _rows: usize, piece: Piece) -> Result<()> {
        self.file(part)?.append(piece)
    }

    fn finish(self: Box<Self>) -> Result<()> {
        self.file.finish().map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_text_is_cut_where_a_block_of_the_digest_ends() {
        assert_eq!(canonical_shares(4_096, 2_050), [Share::Rows(0..2_048), Share::Rows(2_048..2_050)]);
        let shares = [Share::Rows(0..1_948), Share::Rows(1_948..3_996), Share::Rows(3_996..5_000)];
        assert_eq!(canonical_shares(2_148, 5_000), shares);
        assert_eq!(canonical_shares(2_047, 1), [Share::Rows(0..1)]);
    }
}
