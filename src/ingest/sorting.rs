//! Runs sorted by threads of their own, while reading goes on.

use std::path::Path;
use std::sync::{Mutex, PoisonError, mpsc};

use crate::diagnostic::{Error, Result};
use crate::parallel;
use crate::sort::{Done, Job};

/// What was sorted, each with the index of its table.
type Sorted = Mutex<Vec<(usize, Result<Done>)>>;

/// Where runs that are full are sorted: on threads of their own, or at once where no thread is to be had.
pub(super) struct Jobs<'s> {
    sender: Option<mpsc::SyncSender<(usize, Job)>>,
    sorted: &'s Sorted,
}

impl Jobs<'_> {
    pub(super) fn send(&self, table: usize, job: Job) -> Result<()> {
        let Some(sender) = &self.sender else {
            sort(table, job, self.sorted);
            return Ok(());
        };
        let closed = |_| Error::machine("sort", Path::new("."), "a thread has ended before its time");
        sender.send((table, job)).map_err(closed)
    }
}

fn sort(table: usize, job: Job, sorted: &Sorted) {
    let done = job.run();
    sorted.lock().unwrap_or_else(PoisonError::into_inner).push((table, done));
}

/// Sorts what `read` sends, on `threads` of their own, and returns what was sorted.
pub(super) fn sort_meanwhile(
    threads: usize,
    read: impl FnOnce(&Jobs<'_>) -> Result<()>,
) -> Result<Vec<(usize, Done)>> {
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
