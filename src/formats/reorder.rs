//! The reorder queue: what any threads have encoded, passed on in order.
//!
//! Nobody waits in it: the thread that brings the piece that is due passes it on, and all that have waited for it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::diagnostic::Result;

/// Sink of the pieces of tables, which come in order.
pub trait Sink: Send {
    /// What it takes.
    type Piece: Send;

    /// Takes the next piece of the table of this number.
    fn take(&mut self, table: usize, piece: Self::Piece) -> Result<()>;

    /// The table of this number has no more; what comes next belongs to the next one.
    fn end_table(&mut self, table: usize) -> Result<()>;
}

/// Turn of a piece: that of the table, and its own in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Turn {
    /// Number of the table in the project, from 0.
    pub table: usize,
    /// Number of the piece in the table, from 0.
    pub number: u64,
}

/// Queue that passes pieces on in the order of their turns.
pub struct ReorderQueue<S: Sink>(Mutex<State<S>>);

struct State<S: Sink> {
    /// Away while a thread hands it pieces.
    sink: Option<S>,
    next: Turn,
    waiting: BTreeMap<Turn, S::Piece>,
    /// Tables of which all pieces have been brought.
    ended: BTreeSet<usize>,
}

impl<S: Sink> ReorderQueue<S> {
    /// A queue into `sink`, of the tables from this one on.
    pub fn new(sink: S, first_table: usize) -> ReorderQueue<S> {
        let next = Turn { table: first_table, number: 0 };
        ReorderQueue(Mutex::new(State {
            sink: Some(sink),
            next,
            waiting: BTreeMap::new(),
            ended: BTreeSet::new(),
        }))
    }

    /// Brings a piece; passes on all that are due now.
    pub fn push(&self, turn: Turn, piece: S::Piece) -> Result<()> {
        let mut state = self.lock();
        state.waiting.insert(turn, piece);
        self.pass_on(state)
    }

    /// Says that all pieces of a table have been brought.
    pub fn end_table(&self, table: usize) -> Result<()> {
        let mut state = self.lock();
        state.ended.insert(table);
        self.pass_on(state)
    }

    /// The sink, when everything has been passed on.
    pub fn into_sink(self) -> Option<S> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner).sink
    }

    fn pass_on<'q>(&'q self, mut state: MutexGuard<'q, State<S>>) -> Result<()> {
        let Some(mut sink) = state.sink.take() else { return Ok(()) };
        loop {
            let next = state.next;
            if let Some(piece) = state.waiting.remove(&next) {
                state.next.number += 1;
                drop(state);
                sink.take(next.table, piece)?;
            } else if state.ended.remove(&next.table) {
                state.next = Turn { table: next.table + 1, number: 0 };
                drop(state);
                sink.end_table(next.table)?;
            } else {
                state.sink = Some(sink);
                return Ok(());
            }
            state = self.lock();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<S>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was taken, table by table.
    struct Taken(Vec<(usize, Vec<u64>)>);

    impl Sink for Taken {
        type Piece = u64;

        fn take(&mut self, table: usize, piece: u64) -> Result<()> {
            let last = self.0.last_mut().expect("a table is open");
            assert_eq!(last.0, table);
            last.1.push(piece);
            Ok(())
        }

        fn end_table(&mut self, table: usize) -> Result<()> {
            assert_eq!(self.0.last().map(|last| last.0), Some(table));
            self.0.push((table + 1, Vec::new()));
            Ok(())
        }
    }

    #[test]
    fn pieces_and_tables_come_in_order_whoever_brings_them() {
        let queue = ReorderQueue::new(Taken(vec![(3, Vec::new())]), 3);
        let queue_ref = &queue;
        std::thread::scope(|scope| {
            for thread in 0..4_u64 {
                scope.spawn(move || {
                    for number in (0..250).rev().map(|number| number * 4 + thread) {
                        queue_ref.push(Turn { table: 4, number }, number).expect("it is taken");
                        queue_ref.push(Turn { table: 3, number }, number).expect("it is taken");
                    }
                });
            }
        });
        for table in [5, 4, 3] {
            queue.end_table(table).expect("it is taken");
        }
        let all: Vec<u64> = (0..1_000).collect();
        let taken = queue.into_sink().expect("nobody has it").0;
        assert!(taken == [(3, all.clone()), (4, all), (5, vec![]), (6, vec![])]);
    }

    #[test]
    fn a_table_that_is_not_due_waits_even_when_it_has_ended() {
        let queue = ReorderQueue::new(Taken(vec![(0, Vec::new())]), 0);
        queue.push(Turn { table: 1, number: 0 }, 7).expect("it waits");
        queue.end_table(1).expect("it waits");
        queue.push(Turn { table: 0, number: 0 }, 5).expect("it is taken");
        queue.end_table(0).expect("it is taken");
        assert_eq!(queue.into_sink().expect("nobody has it").0, [(0, vec![5]), (1, vec![7]), (2, vec![])]);
    }
}
