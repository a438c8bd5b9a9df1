//! Work shared among threads: with results in the order of the items, in any order until the first failure, or as tasks of items.

mod tasks;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::Scope;

pub(crate) use tasks::{Tasks, for_each_task};

/// Results that may wait for an earlier one, per thread: enough to keep every thread busy, few enough to bound memory.
const WAITING_PER_JOB: usize = 2;

struct State<I, T> {
    items: I,
    taken: usize,
    done: BTreeMap<usize, T>,
    delivered: usize,
    is_exhausted: bool,
    is_stopped: bool,
}

/// Runs `work` on every item with `jobs` threads and hands the results to `deliver` in the items' order, on the calling
/// thread. Stops early when `deliver` returns false.
///
/// Items are drawn one at a time, so an iterator may read files as it goes. At most a few results per thread wait for
/// an earlier one.
pub fn ordered<I, T>(
    jobs: usize,
    items: I,
    work: impl Fn(I::Item) -> T + Sync,
    mut deliver: impl FnMut(T) -> bool,
) where
    I: Iterator + Send,
    T: Send,
{
    if jobs <= 1 {
        return in_turn(items, work, deliver);
    }
    let state = Mutex::new(State {
        items,
        taken: 0,
        done: BTreeMap::new(),
        delivered: 0,
        is_exhausted: false,
        is_stopped: false,
    });
    let changed = Condvar::new();
    std::thread::scope(|scope| {
        if spawn(scope, jobs, || run(jobs * WAITING_PER_JOB, &state, &changed, &work)) == 0 {
            return;
        }
        loop {
            let mut guard = lock(&state);
            let next = guard.delivered;
            match guard.done.remove(&next) {
                Some(result) => {
                    drop(guard);
                    let goes_on = deliver(result);
                    let mut guard = lock(&state);
                    guard.delivered += 1;
                    guard.is_stopped = !goes_on;
                    changed.notify_all();
                    if !goes_on {
                        return;
                    }
                }
                None if guard.is_exhausted && guard.taken == next => return,
                None => drop(changed.wait(guard).unwrap_or_else(PoisonError::into_inner)),
            }
        }
    });
    // Without a thread to be had nothing was begun, and all of it is done here.
    let State { items, taken, .. } = state.into_inner().unwrap_or_else(PoisonError::into_inner);
    if taken == 0 {
        in_turn(items, work, deliver);
    }
}

fn in_turn<I: Iterator, T>(items: I, work: impl Fn(I::Item) -> T, mut deliver: impl FnMut(T) -> bool) {
    for item in items {
        if !deliver(work(item)) {
            return;
        }
    }
}

/// Does `work` on each item, in the order of the list, on at most `jobs` threads, the calling one among them. The first failure ends
/// it: no further item is begun.
pub(crate) fn for_each<T: Sync, E: Send>(
    jobs: usize,
    items: &[T],
    work: impl Fn(&T) -> Result<(), E> + Sync,
) -> Result<(), E> {
    let jobs = jobs.min(items.len());
    if jobs <= 1 {
        return items.iter().try_for_each(work);
    }
    let (next, is_over, failure) = (AtomicUsize::new(0), AtomicBool::new(false), Mutex::new(None));
    let take = || {
        while !is_over.load(Ordering::Relaxed) {
            let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
            if let Err(error) = work(item) {
                is_over.store(true, Ordering::Relaxed);
                lock(&failure).get_or_insert(error);
            }
        }
    };
    std::thread::scope(|scope| {
        spawn(scope, jobs - 1, take);
        take();
    });
    failure.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
}

/// Runs `work` on as many threads as are asked for, or as can be had, and returns how many these are.
///
/// A container may allow a process few threads; what is shared among them is done by those there are.
pub(crate) fn spawn<'scope, 'env>(
    scope: &'scope Scope<'scope, 'env>,
    threads: usize,
    work: impl Fn() + Send + Clone + 'scope,
) -> usize {
    let begin = |_: &usize| std::thread::Builder::new().spawn_scoped(scope, work.clone()).is_ok();
    (0..threads).take_while(begin).count()
}

fn run<I: Iterator, T>(
    window: usize,
    state: &Mutex<State<I, T>>,
    changed: &Condvar,
    work: &(impl Fn(I::Item) -> T + Sync),
) {
    loop {
        let mut guard = lock(state);
        while guard.taken >= guard.delivered + window && !guard.is_stopped {
            guard = changed.wait(guard).unwrap_or_else(PoisonError::into_inner);
        }
        if guard.is_stopped || guard.is_exhausted {
            return;
        }
        let Some(item) = guard.items.next() else {
            guard.is_exhausted = true;
            changed.notify_all();
            return;
        };
        let number = guard.taken;
        guard.taken += 1;
        drop(guard);
        // A panic in `work` must not leave the caller waiting for a result that never comes.
        let stop = StopOnPanic { state, changed };
        let result = work(item);
        std::mem::forget(stop);
        lock(state).done.insert(number, result);
        changed.notify_all();
    }
}

struct StopOnPanic<'a, I, T> {
    state: &'a Mutex<State<I, T>>,
    changed: &'a Condvar,
}

impl<I, T> Drop for StopOnPanic<'_, I, T> {
    fn drop(&mut self) {
        let mut guard = lock(self.state);
        guard.is_stopped = true;
        guard.is_exhausted = true;
        guard.taken = guard.delivered;
        self.changed.notify_all();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        for jobs in [1, 2, 7] {
            let mut seen = Vec::new();
            ordered(
                jobs,
                0..500u64,
                |n| {
                    if n % 7 == 0 {
                        std::thread::yield_now();
                    }
                    n * n
                },
                |square| {
                    seen.push(square);
                    true
                },
            );
            assert_eq!(seen, (0..500).map(|n| n * n).collect::<Vec<u64>>());
        }
    }

    #[test]
    fn delivery_can_end_the_work() {
        let mut count = 0;
        ordered(
            3,
            0..,
            |n: u64| n,
            |_| {
                count += 1;
                count < 10
            },
        );
        assert_eq!(count, 10);
    }

    #[test]
    fn every_item_is_worked_on_once() {
        let items: Vec<u64> = (1..=1000).collect();
        let sum = AtomicU64::new(0);
        for_each(3, &items, |item| {
            sum.fetch_add(*item, Ordering::Relaxed);
            Ok::<(), &str>(())
        })
        .expect("nothing fails");
        assert_eq!(sum.into_inner(), 500_500);
    }

    #[test]
    fn a_failure_ends_the_work_and_comes_out() {
        let items: Vec<u64> = (0..100_000).collect();
        let done = AtomicU64::new(0);
        let outcome = for_each(2, &items, |item| {
            done.fetch_add(1, Ordering::Relaxed);
            if *item == 5 { Err("five") } else { Ok(()) }
        });
        assert_eq!(outcome, Err("five"));
        assert!(done.into_inner() < 100_000);
    }

    #[test]
    fn no_items_is_no_work() {
        assert!(for_each(4, &[] as &[u8], |_| Err("never")).is_ok());
    }
}
