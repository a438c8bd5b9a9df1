//! Blocks encoded by many threads, and their pieces taken in order: by each file, and by the content digest.
//!
//! A thread takes whatever share of a block is next and hands its piece to the lane it belongs to. A lane passes pieces on
//! in order, on the thread that brought the one that was due, so nobody waits for anybody but for room: only so many
//! blocks are in memory at a time.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::diagnostic::{Error, Result};
use crate::formats::{Block, Encoder, Piece, Share};
use crate::parallel::spawn;

/// What takes the pieces of a lane, in order.
pub(super) trait Sink: Send {
    /// Takes the next piece: some of the rows, or a column of them, of a part of the table.
    fn take(&mut self, part: usize, rows: usize, piece: Piece) -> Result<()>;

    /// There are no more.
    fn finish(self: Box<Self>) -> Result<()>;
}

/// A line of pieces to be taken in order.
pub(super) struct Lane<'a>(Mutex<Line<'a>>);

struct Line<'a> {
    /// Away while a thread hands it pieces.
    sink: Option<Box<dyn Sink + 'a>>,
    next: usize,
    waiting: BTreeMap<usize, Waiting>,
}

struct Waiting {
    part: usize,
    rows: usize,
    piece: Piece,
    is_last: bool,
}

impl<'a> Lane<'a> {
    pub(super) fn new(sink: Box<dyn Sink + 'a>) -> Lane<'a> {
        Lane(Mutex::new(Line { sink: Some(sink), next: 0, waiting: BTreeMap::new() }))
    }

    /// Brings the piece that is `number` in line; passes on all that are due now.
    fn bring(&self, number: usize, waiting: Waiting) -> Result<()> {
        let mut line = lock(&self.0);
        line.waiting.insert(number, waiting);
        let Some(mut sink) = line.sink.take() else { return Ok(()) };
        loop {
            let next = line.next;
            let Some(Waiting { part, rows, piece, is_last }) = line.waiting.remove(&next) else {
                line.sink = Some(sink);
                return Ok(());
            };
            line.next += 1;
            drop(line);
            sink.take(part, rows, piece)?;
            if is_last {
                return sink.finish();
            }
            line = lock(&self.0);
        }
    }
}

/// A share to be encoded for a lane.
pub(super) struct Task<'a> {
    pub(super) encoder: Arc<dyn Encoder + 'a>,
    pub(super) share: Share,
    pub(super) lane: Arc<Lane<'a>>,
    /// Place in the lane.
    pub(super) number: usize,
    /// Number of rows.
    pub(super) rows: usize,
    /// Whether no piece follows it in the lane.
    pub(super) is_last: bool,
}

/// A block and all that is to be done with it.
pub(super) struct Work<'a> {
    pub(super) block: Block,
    /// Number of the part the block belongs to, from 0.
    pub(super) part: usize,
    /// What one thread does at a time: what is encoded of the same rows, while they are in its core's own memory.
    pub(super) tasks: Vec<Vec<Task<'a>>>,
}

struct Open<'a> {
    work: Work<'a>,
    next: AtomicUsize,
    left: AtomicUsize,
}

struct State<'a, I> {
    /// Away while a thread draws from it.
    blocks: Option<I>,
    is_exhausted: bool,
    /// Blocks that have tasks nobody has taken.
    open: VecDeque<Arc<Open<'a>>>,
    in_flight: usize,
    outcome: Result<()>,
    is_stopped: bool,
}

struct Shared<'a, I> {
    state: Mutex<State<'a, I>>,
    changed: Condvar,
    limit: usize,
}

/// Draws blocks and does what is to be done with them, with `jobs` threads; `done` is told of rows.
pub(super) fn run<'a, I>(jobs: usize, blocks: I, done: &(dyn Fn(u64) + Sync)) -> Result<()>
where
    I: Iterator<Item = Result<Work<'a>>> + Send,
{
    let state = State {
        blocks: Some(blocks),
        is_exhausted: false,
        open: VecDeque::new(),
        in_flight: 0,
        outcome: Ok(()),
        is_stopped: false,
    };
    // One block more than is worked on keeps everybody busy.
    let shared = Shared { state: Mutex::new(state), changed: Condvar::new(), limit: 1 + jobs.div_ceil(2) };
    std::thread::scope(|scope| {
        spawn(scope, jobs.saturating_sub(1), || shared.work(done));
        shared.work(done);
    });
    shared.state.into_inner().unwrap_or_else(PoisonError::into_inner).outcome
}

impl<'a, I: Iterator<Item = Result<Work<'a>>> + Send> Shared<'a, I> {
    fn work(&self, done: &(dyn Fn(u64) + Sync)) {
        let guard = Stop(self);
        let mut state = lock(&self.state);
        loop {
            if state.is_stopped {
                break;
            }
            let has_room = state.in_flight < self.limit && !state.is_exhausted;
            if let Some(blocks) = state.blocks.take_if(|_| has_room) {
                // First of all, so that there is always a block to work on.
                drop(state);
                state = self.draw(blocks);
            } else if let Some(open) = state.open.front().cloned() {
                let number = open.next.fetch_add(1, Ordering::Relaxed);
                if number + 1 >= open.work.tasks.len() {
                    state.open.pop_front();
                }
                drop(state);
                state = self.run(open, number, done);
            } else if state.is_exhausted && state.in_flight == 0 {
                break;
            } else {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
        self.changed.notify_all();
        std::mem::forget(guard);
    }

    /// Does one task of a block.
    fn run(
        &self,
        open: Arc<Open<'a>>,
        number: usize,
        done: &(dyn Fn(u64) + Sync),
    ) -> MutexGuard<'_, State<'a, I>> {
        let outcome = open.work.run(number);
        let is_done = open.left.fetch_sub(1, Ordering::AcqRel) == 1;
        if is_done {
            done(open.work.block.batch.num_rows() as u64);
        }
        // Before another is drawn: it makes room.
        drop(open);
        let mut state = lock(&self.state);
        if let Err(error) = outcome {
            self.stop(&mut state, error);
        } else if is_done {
            state.in_flight -= 1;
            self.changed.notify_all();
        }
        state
    }

    /// Takes the next block.
    fn draw(&self, mut blocks: I) -> MutexGuard<'_, State<'a, I>> {
        let drawn = blocks.next();
        let mut state = lock(&self.state);
        state.blocks = Some(blocks);
        match drawn {
            None => state.is_exhausted = true,
            Some(Err(error)) => self.stop(&mut state, error),
            Some(Ok(work)) => {
                let left = AtomicUsize::new(work.tasks.len());
                state.open.push_back(Arc::new(Open { work, next: AtomicUsize::new(0), left }));
                state.in_flight += 1;
            }
        }
        self.changed.notify_all();
        state
    }

    fn stop(&self, state: &mut State<'a, I>, error: Error) {
        state.is_stopped = true;
        if state.outcome.is_ok() {
            state.outcome = Err(error);
        }
        self.changed.notify_all();
    }
}

/// A panic in one thread must not leave the others waiting for what never comes.
struct Stop<'s, 'a, I>(&'s Shared<'a, I>);

impl<I> Drop for Stop<'_, '_, I> {
    fn drop(&mut self) {
        lock(&self.0.state).is_stopped = true;
        self.0.changed.notify_all();
    }
}

impl Work<'_> {
    fn run(&self, number: usize) -> Result<()> {
        self.tasks[number].iter().try_for_each(|task| {
            let Task { encoder, share, lane, number, rows, is_last } = task;
            let piece = encoder.encode(&self.block, share)?;
            lane.bring(*number, Waiting { part: self.part, rows: *rows, piece, is_last: *is_last })
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
