//! Every table in every format: blocks drawn in order, encoded by any thread, joined into files in order.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use super::content::ContentDigest;
use super::parts::Parts;
use super::record;
use crate::code_counts::{CodeCounter, CodeCounts};
use crate::diagnostic::Result;
use crate::digest::Digest;
use crate::formats::{Block, Blocks, DataFile, DatasetWriter, Format, Pipeline, TableInfo};
use crate::ingest::TaskContext;
use crate::parallel::{Tasks, for_each_task};
use crate::progress::Progress;
use crate::release::{SpanningFile, TableRecord};
use crate::schema::Project;
use crate::sort::{BLOCK, Batches, Rows};
use crate::staging::Stage;
use crate::validate::ValidTables;

/// Release as far as its tables go.
pub(super) struct Written {
    /// What the manifest says of each table.
    pub(super) tables: Vec<TableRecord>,
    /// How often each table uses the codes of its vocabularies.
    pub(super) uses: Vec<CodeCounts>,
    /// The files that hold several tables.
    pub(super) spanning: Vec<SpanningFile>,
}

/// Writes the tables into the stage.
pub(super) fn tables(
    project: &Project,
    tables: &ValidTables,
    formats: &[&'static dyn Format],
    stage: &Stage,
    context: &TaskContext<'_>,
) -> Result<Written> {
    let rows = tables.tables();
    context.progress.stage("write", Some(rows.iter().map(|rows| rows.len() as u64).sum()));
    let mut dataset = Dataset::open(project, rows, formats, stage, context.progress)?;
    for_each_task(context.jobs, &mut dataset)?;
    let (known, files) = dataset.finish()?;
    let each = project.tables.iter().enumerate().zip(rows).zip(&known);
    let record = |(((number, table), rows), (digest, _)): (((_, _), &Rows), &Known)| {
        let digest = *digest.get().expect("the end of the table has set it");
        let files = record::files(project, number, &files);
        TableRecord { files, ..record::of_table(project, table, rows.len(), digest) }
    };
    Ok(Written {
        tables: each.map(record).collect(),
        spanning: record::spanning(project, &files),
        uses: known.into_iter().map(|(_, uses)| uses).collect(),
    })
}

/// What is known of a table at its end: its content digest, and how often it uses each code.
type Known = (Arc<OnceLock<Digest>>, CodeCounts);

/// Format, and the files that were written in it.
type FilesOfFormat = (&'static dyn Format, Vec<DataFile>);

/// Data set being written: its blocks, table by table.
struct Dataset<'a> {
    project: &'a Project,
    rows: &'a [Rows],
    progress: &'a dyn Progress,
    /// The writer of each format.
    writers: Vec<(&'static dyn Format, Box<dyn DatasetWriter<'a> + 'a>)>,
    /// The table whose blocks are being drawn.
    current: Option<TableBlocks<'a>>,
    /// What is known of each table that was begun.
    known: Vec<Known>,
}

impl<'a> Dataset<'a> {
    fn open(
        project: &'a Project,
        rows: &'a [Rows],
        formats: &[&'static dyn Format],
        stage: &'a Stage,
        progress: &'a dyn Progress,
    ) -> Result<Dataset<'a>> {
        let open = |format: &&'static dyn Format| Ok((*format, format.open(project, stage)?));
        let writers = formats.iter().map(open).collect::<Result<_>>()?;
        Ok(Dataset { project, rows, progress, writers, current: None, known: Vec::new() })
    }

    /// Ends the writers; returns what is known of each table, and the files of each format.
    fn finish(self) -> Result<(Vec<Known>, Vec<FilesOfFormat>)> {
        let Dataset { writers, current, known, .. } = self;
        // The pipelines of the last table go before the writers end.
        drop(current);
        let files = writers.into_iter().map(|(format, writer)| Ok((format, writer.finish()?)));
        Ok((known, files.collect::<Result<_>>()?))
    }

    fn next_block(&mut self) -> Result<Option<Work<'a>>> {
        loop {
            if let Some(table) = &mut self.current
                && let Some((block, pipelines)) = table.next_block()?
            {
                let uses = table.counter.count(&block.batch);
                self.known.last_mut().expect("a table was begun").1.add(&uses);
                return Ok(Some(Work { block, pipelines, progress: self.progress }));
            }
            let number = self.known.len();
            if number == self.rows.len() {
                return Ok(None);
            }
            self.current = Some(self.begin_table(number)?);
        }
    }

    fn begin_table(&mut self, number: usize) -> Result<TableBlocks<'a>> {
        let (table, rows) = (&self.project.tables[number], &self.rows[number]);
        let parts = Parts::new(self.project, table, rows.extent()?);
        let info = TableInfo { table, number, parts: parts.count };
        let digest = Arc::new(OnceLock::new());
        let mut pipelines: Vec<Arc<dyn Pipeline + 'a>> =
            vec![Arc::new(ContentDigest::new(table, number, Arc::clone(&digest)))];
        for (_, writer) in &mut self.writers {
            pipelines.extend(writer.begin_table(&info)?);
        }
        self.known.push((digest, CodeCounts::default()));
        let pipelines = Pipelines::new(pipelines);
        if rows.is_empty() {
            pipelines.finish()?;
        }
        Ok(TableBlocks {
            batches: rows.batches(BLOCK, parts.rows),
            blocks: Blocks::new(table, number),
            counter: CodeCounter::new(self.project, table),
            pipelines: Arc::new(pipelines),
            rows,
            parts,
        })
    }
}

impl<'a> Iterator for Dataset<'a> {
    type Item = Result<Work<'a>>;

    fn next(&mut self) -> Option<Result<Work<'a>>> {
        self.next_block().transpose()
    }
}

/// Blocks of a table that are still to be drawn.
struct TableBlocks<'a> {
    rows: &'a Rows,
    parts: Parts,
    batches: Batches<'a>,
    blocks: Blocks<'a>,
    counter: CodeCounter<'a>,
    pipelines: Arc<Pipelines<'a>>,
}

impl<'a> TableBlocks<'a> {
    fn next_block(&mut self) -> Result<Option<(Block<'a>, Arc<Pipelines<'a>>)>> {
        let Some(batch) = self.batches.next().transpose()? else { return Ok(None) };
        let part = self.parts.of_row(self.blocks.rows());
        let block = self.blocks.next(batch, part);
        let is_last = self.blocks.rows() == self.rows.len() as u64;
        if is_last {
            self.rows.discard();
        } else {
            // The place of the last one is there from the beginning.
            self.pipelines.open.fetch_add(1, Ordering::Relaxed);
        }
        Ok(Some((block, Arc::clone(&self.pipelines))))
    }
}

/// Pipelines of a table, and how many of its blocks are on their way.
struct Pipelines<'a> {
    of_blocks: Vec<Arc<dyn Pipeline + 'a>>,
    of_morsels: Vec<Arc<dyn Pipeline + 'a>>,
    /// Blocks that are not done, the last one among them from the beginning.
    open: AtomicUsize,
}

impl<'a> Pipelines<'a> {
    fn new(pipelines: Vec<Arc<dyn Pipeline + 'a>>) -> Pipelines<'a> {
        let (of_blocks, of_morsels) = pipelines.into_iter().partition(|pipeline| pipeline.takes_blocks());
        Pipelines { of_blocks, of_morsels, open: AtomicUsize::new(1) }
    }

    fn finish(&self) -> Result<()> {
        self.of_blocks.iter().chain(&self.of_morsels).try_for_each(|pipeline| pipeline.finish())
    }
}

/// Block on its way through the pipelines of its table.
struct Work<'a> {
    block: Block<'a>,
    pipelines: Arc<Pipelines<'a>>,
    progress: &'a dyn Progress,
}

impl Tasks for Work<'_> {
    type Error = crate::diagnostic::Error;

    fn count(&self) -> usize {
        self.pipelines.of_blocks.len() + self.block.morsels()
    }

    /// What takes whole blocks comes first, for it takes longest. All else is encoded of a morsel while it is in a core's own memory.
    fn run(&self, number: usize) -> Result<()> {
        let Pipelines { of_blocks, of_morsels, .. } = &*self.pipelines;
        if let Some(pipeline) = of_blocks.get(number) {
            return pipeline.run(&self.block.whole());
        }
        let morsel = self.block.morsel(number - of_blocks.len());
        of_morsels.iter().try_for_each(|pipeline| pipeline.run(&morsel))
    }

    fn done(self) -> Result<()> {
        self.progress.advance(self.block.batch.num_rows() as u64);
        let Work { block, pipelines, .. } = self;
        drop(block);
        match pipelines.open.fetch_sub(1, Ordering::AcqRel) {
            1 => pipelines.finish(),
            _ => Ok(()),
        }
    }
}
