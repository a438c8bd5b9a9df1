//! Reading: every split typed and checked by any thread, tables put in order while reading goes on.

use std::sync::Arc;

use super::findings::Findings;
use super::pending::CellProblems;
use super::precheck::{KeyHashes, has_sql};
use super::provenance::{Origin, Provenance};
use super::references::{Gatherer, LookedUp, References};
use super::sorting::{Jobs, sort_meanwhile};
use super::{Ingested, Purpose, SplitReader, TaskContext, vocabularies};
use crate::diagnostic::{Keep as KeepProblems, Result};
use crate::parallel;
use crate::schema::Project;
use crate::seeds::{Chunk, Drawn, Reading, Seeds, Split};
use crate::sort::{EncodedChunk, Layout, Sorter};
use crate::spill::Spill;

/// A split that has been read and checked.
struct Checked {
    /// The split, unless the rest of its file could not be read.
    split: Option<crate::seeds::SplitId>,
    reading: Reading,
    made: Vec<Made>,
}

/// What was made of a chunk.
struct Made {
    /// What is wrong with its cells.
    cells: CellProblems,
    /// What looking up its references found.
    looked_up: LookedUp,
    encoded: EncodedChunk,
    /// Hashes of its keys.
    hashes: Vec<u64>,
}

/// What is kept of the rows that are read.
#[derive(Clone, Copy)]
enum Keep {
    /// What they are wanted for.
    Rows(Purpose),
    /// Hashes of their keys.
    Hashes,
}

impl Keep {
    /// What is kept of a chunk: its rows, or hashes of its keys.
    fn of(self, project: &Project, chunk: &Chunk, layout: &Layout) -> (EncodedChunk, Vec<u64>) {
        match self {
            Keep::Rows(_) => (layout.encode(&chunk.columns, chunk.rows), Vec::new()),
            Keep::Hashes => (EncodedChunk::default(), KeyHashes::of(project, chunk)),
        }
    }

    /// A sorter of the table's rows.
    fn sorter(self, project: &Project, table: usize, spill: &Spill) -> Sorter {
        let kept = match self {
            Keep::Rows(purpose) => kept_columns(project, purpose, table),
            Keep::Hashes => vec![false; project.tables[table].columns.len()],
        };
        Sorter::new(&project.tables[table], |column| kept[column], spill)
    }
}

/// Reads every split, checks its cells and its references, and keeps its rows.
pub(super) fn rows<'p>(
    seeds: &'p Seeds<'p>,
    purpose: Purpose,
    findings: Findings,
    context: &TaskContext<'p>,
) -> Result<Ingested<'p>> {
    read(seeds, Keep::Rows(purpose), findings, context).map(|(ingested, _)| ingested)
}

/// Reads every split, and checks its cells and its references. The tables have no rows, but know where they came from; `None`
/// when rows are needed, to say what is wrong with keys or references.
pub(super) fn hashes<'p>(
    seeds: &'p Seeds<'p>,
    findings: Findings,
    context: &TaskContext<'p>,
) -> Result<Option<Ingested<'p>>> {
    let (mut ingested, hashes) = read(seeds, Keep::Hashes, findings, context)?;
    let is_enough = hashes.are_distinct(context.jobs) && ingested.references.settle()?;
    Ok(is_enough.then_some(ingested))
}

/// Reads every split: what it holds is typed, checked, and kept as far as `keep` says.
fn read<'p>(
    seeds: &'p Seeds<'p>,
    keep: Keep,
    mut findings: Findings,
    context: &TaskContext<'p>,
) -> Result<(Ingested<'p>, KeyHashes)> {
    let &TaskContext { jobs, spill, progress } = context;
    let references = Arc::new(References::new(seeds.project(), |_| true));
    let gatherer = Gatherer::new(Arc::clone(&references), spill, findings.pending.keep());
    let mut order = Order::new(seeds, keep, gatherer, spill);
    let reader = Reader::new(seeds, keep, &references, (&order.sorters, findings.pending.keep()));
    let work = |drawn: Result<Drawn>| -> Result<Checked> {
        let split = match drawn? {
            Ok(split) => split,
            Err(problem) => {
                let reading =
                    Reading { diagnostics: (*problem).into(), lost_records: true, ..Reading::default() };
                return Ok(Checked { split: None, reading, made: Vec::new() });
            }
        };
        let checked = reader.read(&split);
        progress.advance(split.id.length);
        Ok(checked)
    };
    let sorted = sort_meanwhile(spill.memory.sorters(jobs), |jobs_out| {
        let mut failure = None;
        parallel::ordered(jobs, seeds.splits(), work, |checked| {
            let taken = checked.and_then(|checked| order.take(checked, &mut findings, jobs_out));
            failure = taken.err();
            // A precheck ends here: rows are needed.
            failure.is_none() && !order.hashes.are_too_many()
        });
        match failure {
            Some(error) => Err(error),
            None => order.end(jobs_out),
        }
    })?;
    let Order { mut sorters, gatherer, hashes, provenance, .. } = order;
    for (table, done) in sorted {
        sorters[table].add(done);
    }
    findings.provenance = Arc::new(provenance);
    Ok((Ingested { sorters, references: gatherer, findings }, hashes))
}

/// Reader of splits for the tables that are put in order, which any thread may ask.
struct Reader<'r> {
    project: &'r Project,
    splits: SplitReader<'r>,
    references: &'r References<'r>,
    layouts: Vec<Arc<Layout>>,
    keep: Keep,
    /// How many are kept of problems that are alike.
    problems: KeepProblems,
}

impl<'r> Reader<'r> {
    fn new(
        seeds: &'r Seeds<'r>,
        keep: Keep,
        references: &'r References<'r>,
        (sorters, problems): (&[Sorter], KeepProblems),
    ) -> Reader<'r> {
        let project = seeds.project();
        let layouts = sorters.iter().map(Sorter::layout).collect();
        Reader { project, splits: SplitReader::new(seeds), references, layouts, keep, problems }
    }

    /// Reads a split: what it holds is typed, checked, looked up and encoded.
    fn read(&self, split: &Split) -> Checked {
        let mut reading = self.splits.read(split);
        let made = reading.chunks.iter_mut().map(|chunk| {
            let cells = CellProblems::take(chunk, self.problems);
            let (encoded, hashes) = self.keep.of(self.project, chunk, &self.layouts[chunk.table]);
            Made { cells, looked_up: self.references.look_up(chunk), encoded, hashes }
        });
        let made = made.collect();
        Checked { split: Some(split.id), reading, made }
    }
}

/// For each column of a table, whether anybody will ask for its values: to publish them, or in SQL. Keys and references are
/// always asked for.
fn kept_columns(project: &Project, purpose: Purpose, index: usize) -> Vec<bool> {
    let table = &project.tables[index];
    if purpose == Purpose::Publish || has_sql(project) {
        return vec![true; table.columns.len()];
    }
    let own = table.foreign_keys.iter().flat_map(|key| &key.fields);
    let keys = table.primary_key.iter().chain(table.unique_keys.iter().flatten());
    let nested = table.nested.iter().flat_map(|nested| &nested.key);
    let unique = |field: &usize| table.fields[*field].constraints.unique;
    let of_others = project.tables.iter().flat_map(|other| &other.foreign_keys);
    let referred = of_others.filter(|key| key.table == index).flat_map(|key| &key.references);
    let mut kept = vec![false; table.columns.len()];
    let asked = own.chain(keys).chain(nested).chain(referred).copied();
    for field in asked.chain((0..table.fields.len()).filter(unique)) {
        kept[table.column_of_field(field)] = true;
    }
    kept
}

/// The tables while they are read, in the order of the seeds.
struct Order<'p> {
    seeds: &'p Seeds<'p>,
    gatherer: Gatherer<'p>,
    sorters: Vec<Sorter>,
    provenance: Provenance,
    keep: Keep,
    hashes: KeyHashes,
    /// The last source that has records of the table.
    last_sources: Vec<Option<usize>>,
    is_complete: Vec<bool>,
}

impl<'p> Order<'p> {
    fn new(seeds: &'p Seeds<'p>, keep: Keep, gatherer: Gatherer<'p>, spill: &Spill) -> Order<'p> {
        let project = seeds.project();
        let tables = 0..project.tables.len();
        Order {
            seeds,
            gatherer,
            sorters: tables.clone().map(|table| keep.sorter(project, table, spill)).collect(),
            provenance: Provenance::new(tables.len()),
            keep,
            // Half of it, for vectors grow by doubling.
            hashes: KeyHashes::new(project, spill.memory.key_bytes() / 2),
            is_complete: vec![false; tables.len()],
            last_sources: tables.map(|table| seeds.last_source_of(table)).collect(),
        }
    }

    fn take(&mut self, checked: Checked, findings: &mut Findings, jobs: &Jobs<'_>) -> Result<()> {
        let Checked { split, reading, made } = checked;
        if reading.lost_records {
            findings.note_lost(self.seeds, split.map(|split| split.source));
        }
        findings.diagnostics.append(reading.diagnostics);
        let Some(split) = split else { return Ok(()) };
        for (chunk, made) in reading.chunks.into_iter().zip(made) {
            self.complete(split.source.checked_sub(1), jobs)?;
            let number = self.sorters[chunk.table].next_chunk();
            let origin = Origin { split, instance: chunk.instance };
            self.provenance.push(chunk.table, origin);
            findings.muted += findings.pending.add_cells(&chunk, number, origin, made.cells);
            self.gatherer.add(&chunk, number, origin, made.looked_up)?;
            self.hashes.add(chunk.table, &made.hashes);
            self.push(&chunk, made.encoded, jobs)?;
        }
        Ok(())
    }

    fn push(&mut self, chunk: &Chunk, encoded: EncodedChunk, jobs: &Jobs<'_>) -> Result<()> {
        match self.sorters[chunk.table].push(&chunk.columns, chunk.rows, encoded) {
            Some(job) => jobs.send(chunk.table, job),
            None => Ok(()),
        }
    }

    /// Every source up to `source` has been read to its end.
    fn complete(&mut self, source: Option<usize>, jobs: &Jobs<'_>) -> Result<()> {
        for table in 0..self.is_complete.len() {
            if !self.is_complete[table] && self.last_sources[table].is_some_and(|last| Some(last) <= source) {
                self.complete_table(table, jobs)?;
            }
        }
        Ok(())
    }

    fn complete_table(&mut self, table: usize, jobs: &Jobs<'_>) -> Result<()> {
        self.is_complete[table] = true;
        self.gatherer.complete(table);
        match self.sorters[table].rest() {
            Some(job) => jobs.send(table, job),
            None => Ok(()),
        }
    }

    /// Everything has been read.
    fn end(&mut self, jobs: &Jobs<'_>) -> Result<()> {
        let project = self.seeds.project();
        if let Some(chunk) = vocabularies::chunk(project) {
            self.gatherer.add_keys(&chunk);
            let (encoded, hashes) = self.keep.of(project, &chunk, &self.sorters[chunk.table].layout());
            self.hashes.add(chunk.table, &hashes);
            self.push(&chunk, encoded, jobs)?;
        }
        let open = (0..self.sorters.len()).filter(|&table| !self.is_complete[table]);
        open.collect::<Vec<_>>().into_iter().try_for_each(|table| self.complete_table(table, jobs))
    }
}
