//! Reading: every split typed and checked by any thread, tables put in order while reading goes on.

use std::sync::{Arc, Mutex, PoisonError, mpsc};

use super::precheck::KeyHashes;
use super::references::{Gatherer, LookedUp, References};
use super::{CellProblems, Findings, Purpose, TaskContext, fields, has_sql, vocabularies};
use crate::diagnostic::{Error, Result};
use crate::parallel;
use crate::schema::Project;
use crate::seeds::{Chunk, Drawn, Reading, Seeds};
use crate::tables::{Done, Job, Layout, PackedChunk, Rows, Sorter, Spill};

/// A split that has been read and checked.
struct Checked {
    source: Option<usize>,
    reading: Reading,
    made: Vec<Made>,
}

/// What was made of a chunk: what is wrong with its cells, what looking up its references found, its rows, and the hashes of
/// its keys.
struct Made(CellProblems, LookedUp, PackedChunk, Vec<u64>);

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
    fn of(self, project: &Project, chunk: &Chunk, layout: &Layout) -> (PackedChunk, Vec<u64>) {
        match self {
            Keep::Rows(_) => (layout.pack(&chunk.columns, chunk.rows), Vec::new()),
            Keep::Hashes => (PackedChunk::default(), KeyHashes::of(project, chunk)),
        }
    }
}

/// Reads every split, checks its cells and its references, and puts each table in order.
pub(super) fn read(
    seeds: &Seeds<'_>,
    project: &Project,
    purpose: Purpose,
    context: &TaskContext<'_>,
    findings: &mut Findings,
) -> Result<Vec<Rows>> {
    let references = References::new(project, |_| true);
    let inputs = Inputs { seeds, project, references: &references };
    let (tables, gatherer, _) = inputs.read(Keep::Rows(purpose), context, findings)?;
    gatherer.finish(&tables, findings)?;
    Ok(tables)
}

/// Reads every split, and checks its cells and its references. The tables have no rows, but know where they came from; `None`
/// when rows are needed, to say what is wrong with keys or references.
pub(super) fn precheck(
    seeds: &Seeds<'_>,
    project: &Project,
    context: &TaskContext<'_>,
    findings: &mut Findings,
) -> Result<Option<Vec<Rows>>> {
    let references = References::new(project, |_| true);
    let inputs = Inputs { seeds, project, references: &references };
    let (tables, gatherer, hashes) = inputs.read(Keep::Hashes, context, findings)?;
    Ok((hashes.are_distinct(context.jobs) && gatherer.settle()?).then_some(tables))
}

/// Inputs of reading: the seeds of a project, and its references, which are looked up meanwhile.
#[derive(Clone, Copy)]
struct Inputs<'r> {
    seeds: &'r Seeds<'r>,
    project: &'r Project,
    references: &'r References<'r>,
}

impl<'r> Inputs<'r> {
    /// Reads every split: what it holds is typed, checked, and kept as far as `keep` says.
    fn read(
        self,
        keep: Keep,
        context: &TaskContext<'r>,
        findings: &mut Findings,
    ) -> Result<(Vec<Rows>, Gatherer<'r>, KeyHashes)> {
        let Inputs { seeds, project, references } = self;
        let &TaskContext { jobs, spill, progress } = context;
        let checkers: Vec<fields::Checker<'_>> =
            project.tables.iter().map(|table| fields::Checker::new(project, table)).collect();
        let gatherer = Gatherer::new(references, spill, findings.pending.keep());
        let mut order = Order::new(project, keep, seeds, spill, gatherer);
        let layouts: Vec<Arc<Layout>> = order.sorters.iter().map(Sorter::layout).collect();
        let problems = findings.pending.keep();
        let work = |drawn: Result<Drawn>| -> Result<Checked> {
            let split = match drawn? {
                Ok(split) => split,
                Err(problem) => {
                    let reading =
                        Reading { diagnostics: (*problem).into(), lost_records: true, ..Reading::default() };
                    return Ok(Checked { source: None, reading, made: Vec::new() });
                }
            };
            let mut reading = seeds.read(&split);
            let mut made = Vec::with_capacity(reading.chunks.len());
            for chunk in &mut reading.chunks {
                checkers[chunk.table].check(chunk);
                let cells = CellProblems::take(chunk, problems);
                let (packed, hashes) = keep.of(project, chunk, &layouts[chunk.table]);
                made.push(Made(cells, references.look_up(chunk), packed, hashes));
            }
            progress.advance(split.id.length);
            Ok(Checked { source: Some(split.id.source), reading, made })
        };
        let sorted = sort_meanwhile(spill.sorters(jobs), |jobs_out| {
            let mut failure = None;
            parallel::ordered(jobs, seeds.splits(), work, |checked| {
                let taken = checked.and_then(|checked| order.take(checked, findings, jobs_out));
                failure = taken.err();
                // A precheck ends here: rows are needed.
                failure.is_none() && !order.hashes.are_too_many()
            });
            match failure {
                Some(error) => Err(error),
                None => order.end(jobs_out),
            }
        })?;
        let Order { mut sorters, gatherer, hashes, .. } = order;
        for (table, done) in sorted {
            sorters[table].add(done);
        }
        let tables = sorters.into_iter().map(|sorter| sorter.finish(jobs)).collect::<Result<_>>()?;
        Ok((tables, gatherer, hashes))
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

/// Where runs that are full are sorted: on threads of their own, or at once where no thread is to be had.
struct Jobs<'s> {
    sender: Option<mpsc::SyncSender<(usize, Job)>>,
    /// What was sorted, each with the index of its table.
    sorted: &'s Mutex<Vec<(usize, Result<Done>)>>,
}

impl Jobs<'_> {
    fn send(&self, table: usize, job: Job) -> Result<()> {
        let Some(sender) = &self.sender else {
            sort(table, job, self.sorted);
            return Ok(());
        };
        let closed =
            |_| Error::machine("sort", std::path::Path::new("."), "a thread has ended before its time");
        sender.send((table, job)).map_err(closed)
    }
}

fn sort(table: usize, job: Job, sorted: &Mutex<Vec<(usize, Result<Done>)>>) {
    let done = job.run();
    sorted.lock().unwrap_or_else(PoisonError::into_inner).push((table, done));
}

/// Sorts what `read` sends, on `threads` of their own, and returns what was sorted.
fn sort_meanwhile(threads: usize, read: impl FnOnce(&Jobs<'_>) -> Result<()>) -> Result<Vec<(usize, Done)>> {
    // None wait: who reads waits instead, so that no more runs are in memory than are being sorted.
    let (sender, receiver) = mpsc::sync_channel::<(usize, Job)>(0);
    let receiver = Mutex::new(receiver);
    let sorted = Mutex::new(Vec::new());
    let sort_next = || {
        loop {
            let received = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok((table, job)) = received else { return };
            sort(table, job, &sorted);
        }
    };
    std::thread::scope(|scope| {
        let threads = parallel::spawn(scope, threads, sort_next);
        read(&Jobs { sender: (threads > 0).then_some(sender), sorted: &sorted })
    })?;
    let sorted = sorted.into_inner().unwrap_or_else(PoisonError::into_inner);
    sorted.into_iter().map(|(table, done)| Ok((table, done?))).collect()
}

/// The tables while they are read, in the order of the seeds.
struct Order<'r, 'p> {
    project: &'p Project,
    seeds: &'p Seeds<'p>,
    gatherer: Gatherer<'r>,
    sorters: Vec<Sorter>,
    keep: Keep,
    hashes: KeyHashes,
    /// The last source that has records of the table.
    last_sources: Vec<Option<usize>>,
    is_complete: Vec<bool>,
}

impl<'r, 'p> Order<'r, 'p> {
    fn new(
        project: &'p Project,
        keep: Keep,
        seeds: &'p Seeds<'p>,
        spill: &Spill,
        gatherer: Gatherer<'r>,
    ) -> Order<'r, 'p> {
        let tables = 0..project.tables.len();
        let sorter = |table| {
            let kept = match keep {
                Keep::Rows(purpose) => kept_columns(project, purpose, table),
                Keep::Hashes => vec![false; project.tables[table].columns.len()],
            };
            Sorter::new(&project.tables[table], |column| kept[column], spill)
        };
        Order {
            project,
            seeds,
            gatherer,
            sorters: tables.clone().map(sorter).collect(),
            keep,
            // Half of it, for vectors grow by doubling.
            hashes: KeyHashes::new(project, spill.key_bytes() / 2),
            last_sources: tables.map(|table| seeds.last_source_of(table)).collect(),
            is_complete: vec![false; project.tables.len()],
        }
    }

    fn take(&mut self, checked: Checked, findings: &mut Findings, jobs: &Jobs<'_>) -> Result<()> {
        let Checked { source, reading, made } = checked;
        if reading.lost_records {
            super::note_lost(self.seeds, self.project, source, &mut findings.lost);
        }
        findings.diagnostics.append(reading.diagnostics);
        for (chunk, Made(cells, looked_up, packed, hashes)) in reading.chunks.into_iter().zip(made) {
            self.complete(source.filter(|source| *source > 0).map(|source| source - 1), jobs)?;
            let number = self.sorters[chunk.table].next_chunk();
            findings.muted += findings.pending.add_cells(&chunk, number, cells);
            self.gatherer.add(&chunk, number, looked_up)?;
            self.hashes.add(chunk.table, &hashes);
            self.push(chunk, packed, jobs)?;
        }
        Ok(())
    }

    fn push(&mut self, chunk: Chunk, packed: PackedChunk, jobs: &Jobs<'_>) -> Result<()> {
        let table = chunk.table;
        match self.sorters[table].push(chunk, packed) {
            Some(job) => jobs.send(table, job),
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
        if let Some(chunk) = vocabularies::chunk(self.project) {
            self.gatherer.add_keys(&chunk);
            let (packed, hashes) = self.keep.of(self.project, &chunk, &self.sorters[chunk.table].layout());
            self.hashes.add(chunk.table, &hashes);
            self.push(chunk, packed, jobs)?;
        }
        let open = (0..self.sorters.len()).filter(|&table| !self.is_complete[table]);
        open.collect::<Vec<_>>().into_iter().try_for_each(|table| self.complete_table(table, jobs))
    }
}
