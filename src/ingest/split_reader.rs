//! A split read and checked: bytes in; typed rows, and what is wrong with which of them, out.

use super::Checker;
use super::describe;
use crate::diagnostic::Diagnostic;
use crate::seeds::{Chunk, Lookup, Problem, ProblemKind, Reading, Seeds, Split};

/// Reader of splits, which any thread may ask: what it says depends on the schema and the bytes of the split alone.
pub struct SplitReader<'p> {
    seeds: &'p Seeds<'p>,
    checkers: Vec<Checker<'p>>,
}

impl<'p> SplitReader<'p> {
    /// A reader with the constraints of every table compiled.
    pub fn new(seeds: &'p Seeds<'p>) -> SplitReader<'p> {
        let project = seeds.project();
        let checkers = project.tables.iter().map(|table| Checker::new(project, table)).collect();
        SplitReader { seeds, checkers }
    }

    /// Reads a split: what it holds is typed, and every cell is checked. Problems are named by row and field; [`SplitReader::explain`]
    /// finds their places.
    pub fn read(&self, split: &Split) -> Reading {
        let mut reading = self.seeds.read(split);
        reading.chunks.iter_mut().for_each(|chunk| self.checkers[chunk.table].check(chunk));
        reading
    }

    /// Explains what is wrong with the cells of a chunk that was read from the split, each at its place. Nothing is said of records
    /// that could not be read as one.
    pub fn explain(&self, split: &Split, chunk: &Chunk) -> Vec<Diagnostic> {
        let is_told =
            |problem: &&Problem| problem.kind != ProblemKind::Reported && !chunk.is_broken(problem.row);
        let problems: Vec<&Problem> = chunk.problems.iter().filter(is_told).collect();
        let lookup = |&&Problem { row, field, item, .. }: &&Problem| Lookup {
            instance: chunk.instance,
            row,
            field: Some(field),
            item,
        };
        let lookups: Vec<Lookup> = problems.iter().map(lookup).collect();
        let project = self.seeds.project();
        let table = &project.tables[chunk.table];
        let found = self.seeds.locate_in(split, &lookups);
        let explained = problems.into_iter().zip(found).map(|(problem, found)| {
            describe::cell_problem(project, table, *problem, &found.text, found.place)
        });
        explained.collect()
    }
}
