//! From seeds to tables in key order: every split read, its cells and references checked, its rows sorted while reading goes on.

mod alike;
mod cell_text;
mod context;
pub(crate) mod describe;
mod domain;
mod empty;
mod fields;
mod findings;
mod pending;
mod precheck;
mod provenance;
mod read;
pub(crate) mod references;
mod sorting;
mod split_reader;
mod text;
mod vocabularies;
mod words;

use crate::diagnostic::Result;
use crate::seeds::Seeds;
use crate::sort::{Rows, Sorter};
use references::Gatherer;

pub(crate) use alike::{Alike, At, Message};
pub(crate) use cell_text::{item_text, shown};
pub use context::TaskContext;
pub(crate) use describe::shorten;
pub(crate) use fields::Checker;
pub(crate) use findings::Findings;
pub(crate) use provenance::Provenance;
pub use split_reader::SplitReader;

/// What tables are wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To know what is wrong with them: of what nobody asks for, no values are kept, and there are no tables in the end.
    Check,
    /// To publish them.
    Publish,
}

/// Records of a project that have been read and checked one by one, in sorted runs.
pub(crate) struct Ingested<'p> {
    sorters: Vec<Sorter>,
    references: Gatherer<'p>,
    findings: Findings,
}

/// Tables in key order, in the project's order, and what is still to be checked across rows.
pub(crate) struct Sorted<'p> {
    pub(crate) tables: Vec<Rows>,
    /// References whose records had not been read when they were.
    pub(crate) references: Gatherer<'p>,
    pub(crate) findings: Findings,
}

/// Reads and checks every record of a project; the context's progress is told of bytes read.
///
/// Where tables are wanted for a check alone and nobody asks for their rows, they have none, unless these are needed to say what is
/// wrong.
pub(crate) fn ingest<'p>(
    seeds: &'p Seeds<'p>,
    purpose: Purpose,
    findings: Findings,
    context: &TaskContext<'p>,
) -> Result<Ingested<'p>> {
    if purpose == Purpose::Publish || !precheck::is_enough(seeds.project()) {
        return read::rows(seeds, purpose, findings, context);
    }
    match read::hashes(seeds, findings.clone(), context)? {
        Some(ingested) => Ok(ingested),
        None => read::rows(seeds, purpose, findings, &TaskContext { progress: &(), ..*context }),
    }
}

impl<'p> Ingested<'p> {
    /// Merges the runs of every table, with `jobs` threads.
    pub(crate) fn sort(self, jobs: usize) -> Result<Sorted<'p>> {
        let Ingested { sorters, references, findings } = self;
        let tables = sorters.into_iter().map(|sorter| sorter.finish(jobs)).collect::<Result<_>>()?;
        Ok(Sorted { tables, references, findings })
    }
}
