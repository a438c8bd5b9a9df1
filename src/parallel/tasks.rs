//! Items drawn one after the other, each of which is several tasks that any thread may do in any order.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::{lock, spawn};

/// Tasks of an item, of which there is one at least.
pub(crate) trait Tasks: Send + Sync {
    /// What makes a task fail.
    type Error: Send;

    /// How many there are.
    fn count(&self) -> usize;

    /// Does one of them.
    fn run(&self, number: usize) -> Result<(), Self::Error>;

    /// They are all done; called once.
    fn done(self) -> Result<(), Self::Error>;
}

/// Does all tasks of all items with `jobs` threads, the calling one among them. The first failure ends it.
///
/// Only so many items are in memory at a time: one more than is worked on keeps everybody busy.
pub(crate) fn for_each_task<I, T>(jobs: usize, items: I) -> Result<(), T::Error>
where
    I: Iterator<Item = Result<T, T::Error>> + Send,
    T: Tasks,
{
    let state = State {
        items: Some(items),
        is_exhausted: false,
        open: VecDeque::new(),
        in_flight: 0,
        outcome: Ok(()),
        is_stopped: false,
    };
    let scheduler =
        Scheduler { state: Mutex::new(state), changed: Condvar::new(), limit: 1 + jobs.div_ceil(2) };
    std::thread::scope(|scope| {
        spawn(scope, jobs.saturating_sub(1), || scheduler.work());
        scheduler.work();
    });
    scheduler.state.into_inner().unwrap_or_else(PoisonError::into_inner).outcome
}

struct Scheduler<I, T: Tasks> {
    state: Mutex<State<I, T>>,
    changed: Condvar,
    limit: usize,
}

struct State<I, T: Tasks> {
    /// Away while a thread draws from them.
    items: Option<I>,
    is_exhausted: bool,
    /// Items that have tasks nobody has taken.
    open: VecDeque<Arc<Open<T>>>,
    in_flight: usize,
    outcome: Result<(), T::Error>,
    is_stopped: bool,
}

/// An item whose tasks are being done.
struct Open<T> {
    tasks: T,
    count: usize,
    next: AtomicUsize,
}

impl<T: Tasks> Open<T> {
    fn new(tasks: T) -> Open<T> {
        Open { count: tasks.count(), tasks, next: AtomicUsize::new(0) }
    }
}

impl<I: Iterator<Item = Result<T, T::Error>> + Send, T: Tasks> Scheduler<I, T> {
    fn work(&self) {
        let guard = StopOnPanic(self);
        let mut state = lock(&self.state);
        loop {
            if state.is_stopped {
                break;
            }
            let may_draw = state.in_flight < self.limit && !state.is_exhausted;
            if let Some(items) = state.items.take_if(|_| may_draw) {
                // First of all, so that there is always an item to work on.
                drop(state);
                state = self.draw(items);
            } else if let Some(open) = state.open.front().cloned() {
                let number = open.next.fetch_add(1, Ordering::Relaxed);
                if number + 1 >= open.count {
                    state.open.pop_front();
                }
                drop(state);
                state = self.run(open, number);
            } else if state.is_exhausted && state.in_flight == 0 {
                break;
            } else {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
        self.changed.notify_all();
        std::mem::forget(guard);
    }

    /// Does one task of an item.
    fn run(&self, open: Arc<Open<T>>, number: usize) -> MutexGuard<'_, State<I, T>> {
        let outcome = open.tasks.run(number);
        // Whoever holds the item last has done its last task; what it takes in memory is free before another is drawn.
        let last = outcome.map(|()| Arc::into_inner(open));
        let outcome = last.and_then(|last| last.map(|open| open.tasks.done()).transpose());
        let mut state = lock(&self.state);
        match outcome {
            Err(error) => self.stop(&mut state, error),
            Ok(None) => {}
            Ok(Some(())) => {
                state.in_flight -= 1;
                self.changed.notify_all();
            }
        }
        state
    }

    /// Takes the next item.
    fn draw(&self, mut items: I) -> MutexGuard<'_, State<I, T>> {
        let drawn = items.next();
        let mut state = lock(&self.state);
        state.items = Some(items);
        match drawn {
            None => state.is_exhausted = true,
            Some(Err(error)) => self.stop(&mut state, error),
            Some(Ok(tasks)) => {
                state.open.push_back(Arc::new(Open::new(tasks)));
                state.in_flight += 1;
            }
        }
        self.changed.notify_all();
        state
    }

    fn stop(&self, state: &mut State<I, T>, error: T::Error) {
        state.is_stopped = true;
        if state.outcome.is_ok() {
            state.outcome = Err(error);
        }
        self.changed.notify_all();
    }
}

/// A panic in one thread must not leave the others waiting for what never comes.
struct StopOnPanic<'s, I, T: Tasks>(&'s Scheduler<I, T>);

impl<I, T: Tasks> Drop for StopOnPanic<'_, I, T> {
    fn drop(&mut self) {
        lock(&self.0.state).is_stopped = true;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An item of some tasks, which fails in one of them if it is to.
    struct Item<'l> {
        number: usize,
        fails_in: Option<usize>,
        log: &'l Mutex<Vec<(usize, Option<usize>)>>,
    }

    impl Tasks for Item<'_> {
        type Error = usize;

        fn count(&self) -> usize {
            1 + self.number % 5
        }

        fn run(&self, task: usize) -> Result<(), usize> {
            lock(self.log).push((self.number, Some(task)));
            if self.fails_in == Some(task) { Err(self.number) } else { Ok(()) }
        }

        fn done(self) -> Result<(), usize> {
            lock(self.log).push((self.number, None));
            Ok(())
        }
    }

    #[test]
    fn every_task_is_done_once_and_an_item_when_its_tasks_are() {
        for jobs in [1, 2, 7] {
            let log = Mutex::new(Vec::new());
            let items = (0..500).map(|number| Ok(Item { number, fails_in: None, log: &log }));
            assert_eq!(for_each_task(jobs, items), Ok(()));
            let log = log.into_inner().expect("nobody panicked");
            for number in 0..500 {
                let of_item: Vec<Option<usize>> =
                    log.iter().filter(|entry| entry.0 == number).map(|entry| entry.1).collect();
                let (last, tasks) = of_item.split_last().expect("it was done");
                let mut tasks: Vec<Option<usize>> = tasks.to_vec();
                tasks.sort_unstable();
                assert_eq!((*last, tasks), (None, (0..1 + number % 5).map(Some).collect()));
            }
        }
    }

    #[test]
    fn a_failure_ends_the_work_and_comes_out() {
        for jobs in [1, 3] {
            let log = Mutex::new(Vec::new());
            let fails_in = |number| (number == 13).then_some(2);
            let items = (0..100_000).map(|number| Ok(Item { number, fails_in: fails_in(number), log: &log }));
            assert_eq!(for_each_task(jobs, items), Err(13));
            let log = log.into_inner().expect("nobody panicked");
            assert!(log.len() < 1_000 && !log.contains(&(13, None)), "{}", log.len());
        }
    }

    #[test]
    fn an_item_that_cannot_be_drawn_ends_the_work() {
        let log = Mutex::new(Vec::new());
        let items = (0..).map(|number| match number {
            20 => Err(20),
            _ => Ok(Item { number, fails_in: None, log: &log }),
        });
        assert_eq!(for_each_task(2, items), Err(20));
    }
}
