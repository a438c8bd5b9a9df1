//! Problems of rows whose places are still to be found: those that are alike are one flood, of which few are ever looked for.

use std::collections::{BTreeMap, BTreeSet};

use super::alike::{Alike, At, Message};
use super::describe;
use super::provenance::{Origin, Provenance};
use crate::diagnostic::{Diagnostics, Flood, Floods, Keep, Place, Rest, Result, Severity};
use crate::offsets::field_number;
use crate::schema::{Project, SeedLocation};
use crate::seeds::{Chunk, Found, Lookup, Problem, ProblemKind, Seeds, SplitId};
use crate::sort::RowId;

/// What is wrong with the cells of a chunk, by field and code.
pub(super) struct CellProblems {
    floods: Floods<(u32, &'static str), (u32, Option<u32>), ProblemKind>,
    muted: u64,
}

impl CellProblems {
    /// Takes the problems out of a chunk. Nothing is said about records that could not be read as one.
    pub(super) fn take(chunk: &mut Chunk, keep: Keep) -> CellProblems {
        let mut found = CellProblems { floods: Floods::new(keep), muted: 0 };
        for Problem { row, field, item, kind } in std::mem::take(&mut chunk.problems) {
            if kind == ProblemKind::Reported {
                continue;
            }
            if chunk.is_broken(row) {
                found.muted += 1;
                continue;
            }
            found.floods.push((field, describe::code(kind).name), (row, item), || kind);
        }
        found
    }
}

/// Problems whose places are still to be found.
#[derive(Clone)]
pub(crate) struct Pending {
    floods: Floods<Alike, At, Message>,
    /// Fields, with their tables, of which what is said once has been said.
    told: BTreeSet<(usize, u32)>,
}

impl Pending {
    pub(super) fn new(keep: Keep) -> Pending {
        Pending { floods: Floods::new(keep), told: BTreeSet::new() }
    }

    /// How many of problems that are alike are kept.
    pub(crate) fn keep(&self) -> Keep {
        self.floods.keep()
    }

    /// Adds a problem, which is put into words only if it is kept.
    pub(crate) fn push(&mut self, alike: Alike, at: At, say: impl FnOnce() -> Message) {
        self.floods.push(alike, at, say);
    }

    /// Adds problems that are counted only.
    pub(crate) fn leave(&mut self, alike: Alike, rest: Rest<At>) {
        self.floods.of(alike).leave(rest);
    }

    /// Adds what is wrong with the cells of the chunk that is number `number` of its table and came from `origin`; returns how many
    /// of them only follow from others.
    pub(super) fn add_cells(
        &mut self,
        chunk: &Chunk,
        number: u32,
        origin: Origin,
        cells: CellProblems,
    ) -> u64 {
        let at = |&(row, item): &(u32, Option<u32>)| At { row: RowId { chunk: number, row }, item };
        for ((field, _), flood) in cells.floods {
            let (kept, rest) = flood.into_parts();
            let Some((_, kind)) = kept.first() else { continue };
            let code = describe::code(*kind);
            if describe::is_told_once(*kind) && !self.told.insert((chunk.table, field)) {
                continue;
            }
            let alike = Alike::new(chunk.table, Some(field as usize), code, origin.file_and_instance());
            for (place, kind) in &kept {
                self.push(alike.clone(), at(place), || Message::Problem(*kind));
            }
            if let Some(Rest { count, first, last }) = rest {
                self.leave(alike, Rest { count, first: at(&first), last: at(&last) });
            }
        }
        cells.muted
    }

    /// Marks the tables in which anything stops publishing.
    pub(super) fn mark_flawed(&self, flawed: &mut [bool]) {
        for (alike, _) in self.floods.iter() {
            flawed[alike.table] |= alike.severity == Severity::Error;
        }
    }

    /// Whether any of them stops publishing.
    pub(super) fn has_errors(&self) -> bool {
        self.floods.iter().any(|(alike, _)| alike.severity == Severity::Error)
    }

    /// Finds the places of those that are kept, reading each split concerned once more, and of the first and last of those that
    /// are not; all are added to `diagnostics`.
    pub(crate) fn locate(
        self,
        seeds: &Seeds<'_>,
        provenance: &Provenance,
        diagnostics: &mut Diagnostics,
    ) -> Result<()> {
        let project = seeds.project();
        let mut search = Search { project, provenance, lookups: BTreeMap::new(), found: Vec::new() };
        let sought: Vec<(Alike, Flood<At, Message>, Vec<usize>)> = self
            .floods
            .into_iter()
            .map(|(alike, flood)| {
                let numbers = search.want_all(&alike, &flood);
                (alike, flood, numbers)
            })
            .collect();
        let found = search.find(seeds)?;
        for (alike, flood, numbers) in sought {
            let mut located = numbers.into_iter().map(|number| found[number].clone());
            let mut next = || located.next().flatten();
            let subject = alike.subject(project);
            let (kept, rest) = flood.into_parts();
            let mut like = None;
            for (at, say) in &kept {
                let (own, other) = (next(), if let Message::Same(..) = say { next() } else { None });
                let Some(own) = own else { continue };
                let diagnostic =
                    describe::diagnostic(project, &alike, *at, say, (own, other.map(|other| other.place)));
                if rest.is_some() {
                    like = Some(diagnostic.clone());
                }
                diagnostics.push_about(subject.clone(), diagnostic);
            }
            if let (Some(rest), Some(like), Some(first), Some(last)) = (rest, like, next(), next()) {
                diagnostics.leave(
                    subject,
                    &like,
                    Rest { count: rest.count, first: first.place, last: last.place },
                );
            }
        }
        Ok(())
    }
}

/// Cells and records that are looked for.
struct Search<'a> {
    project: &'a Project,
    provenance: &'a Provenance,
    /// By split, each with the number of its answer.
    lookups: BTreeMap<SplitId, Vec<(Lookup, usize)>>,
    found: Vec<Option<Found>>,
}

impl Search<'_> {
    /// Looks for every place that a flood names: for each item that is kept its own, and that of the other row that its message
    /// names; then the first and the last of the others.
    fn want_all(&mut self, alike: &Alike, flood: &Flood<At, Message>) -> Vec<usize> {
        let mut numbers = Vec::new();
        for (at, say) in flood.kept() {
            numbers.push(self.lookup(alike, *at));
            if let Message::Same(other, _) = say {
                numbers.push(self.lookup(alike, At::row(*other)));
            }
        }
        if let Some(rest) = flood.rest() {
            numbers.extend([rest.first, rest.last].map(|at| self.lookup(alike, at)));
        }
        numbers
    }

    fn lookup(&mut self, alike: &Alike, at: At) -> usize {
        let number = self.found.len();
        let file = match &self.project.tables[alike.table].seeds {
            SeedLocation::View { file, .. } => Some(file),
            _ => None,
        };
        // A view's row has no place but the query that made it.
        self.found.push(file.map(|file| Found { place: Place::file(file), text: String::new() }));
        if file.is_none() {
            let origin = self.provenance.origin(alike.table, at.row);
            let field = alike.field.map(field_number);
            let lookup = Lookup { instance: origin.instance, row: at.row.row, field, item: at.item };
            self.lookups.entry(origin.split).or_default().push((lookup, number));
        }
        number
    }

    fn find(mut self, seeds: &Seeds<'_>) -> Result<Vec<Option<Found>>> {
        for (split, lookups) in self.lookups {
            let asked: Vec<Lookup> = lookups.iter().map(|(lookup, _)| *lookup).collect();
            for (located, (_, number)) in seeds.locate(split, &asked)?.into_iter().zip(lookups) {
                self.found[number] = Some(located);
            }
        }
        Ok(self.found)
    }
}
