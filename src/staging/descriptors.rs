//! The limit on open files, and what it leaves room for.

use rustix::process::{Resource, getrlimit};

/// Descriptors a process needs beside those of the workers: standard streams, output folder, lock, stage, tables.
const KEPT_DESCRIPTORS: u64 = 20;
/// Descriptors a worker may hold at once: two folders on the way to a file, or a folder and the file.
const WORKER_DESCRIPTORS: u64 = 2;

/// Workers, or files, that the limit on open files leaves room for; at least one.
pub(crate) fn affordable_workers() -> usize {
    let open_files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    usize::try_from(open_files.saturating_sub(KEPT_DESCRIPTORS) / WORKER_DESCRIPTORS)
        .unwrap_or(usize::MAX)
        .max(1)
}
