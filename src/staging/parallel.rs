//! The same work on every item of a list, on several threads.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use rustix::process::{Resource, getrlimit};

use crate::diagnostic::Result;
use crate::parallel::spawn;

/// Descriptors a process needs beside those of the workers: standard streams, output folder, lock, stage, tables.
const KEPT_DESCRIPTORS: u64 = 20;
/// Descriptors a worker may hold at once: two folders on the way to a file, or a folder and the file.
const WORKER_DESCRIPTORS: u64 = 2;

/// Does `work` on each item, in the order of the list, on at most `workers` threads and no more than the limit on open
/// files allows. The first failure ends it: no further item is begun.
pub(crate) fn for_each<T: Sync>(
    workers: usize,
    items: &[T],
    work: impl Fn(&T) -> Result<()> + Sync,
) -> Result<()> {
    let workers = workers.min(items.len()).min(affordable_workers());
    if workers <= 1 {
        return items.iter().try_for_each(work);
    }
    let (next, is_over, failure) = (AtomicUsize::new(0), AtomicBool::new(false), Mutex::new(None));
    let take = || {
        while !is_over.load(Ordering::Relaxed) {
            let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
            if let Err(error) = work(item) {
                is_over.store(true, Ordering::Relaxed);
                failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
            }
        }
    };
    std::thread::scope(|scope| {
        spawn(scope, workers - 1, take);
        take();
    });
    failure.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
}

/// How many workers, or files, the limit on open files leaves room for.
pub(super) fn affordable_workers() -> usize {
    let open_files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    usize::try_from(open_files.saturating_sub(KEPT_DESCRIPTORS) / WORKER_DESCRIPTORS)
        .unwrap_or(usize::MAX)
        .max(1)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use super::*;
    use crate::diagnostic::Error;

    #[test]
    fn every_item_is_worked_on_once() {
        let items: Vec<u64> = (1..=1000).collect();
        let sum = AtomicU64::new(0);
        for_each(3, &items, |item| {
            sum.fetch_add(*item, Ordering::Relaxed);
            Ok(())
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
            if *item == 5 { Err(Error::Usage("five".into())) } else { Ok(()) }
        });
        assert!(matches!(outcome, Err(Error::Usage(reason)) if reason == "five"));
        assert!(done.into_inner() < 100_000);
    }

    #[test]
    fn no_items_is_no_work() {
        assert!(for_each(4, &[] as &[u8], |_| Err(Error::Usage("never".into()))).is_ok());
    }
}
