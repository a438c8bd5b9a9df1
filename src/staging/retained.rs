//! Retained files: the large ones of a stage, open from the first byte to the last look.
//!
//! What was hashed while it was written need not be read again if nobody can have changed it since. A retained file's own
//! descriptor takes the sync, so that no failed write-back is lost, and its stamp (inode, size and times) then shows
//! whether the file that goes by the path is the one that was hashed, untouched.

use std::collections::HashMap;
use std::fs::File;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use rustix::fs::{Advice, fadvise, fsync};
use rustix::io::Errno;

/// Size of the smallest file that is retained: to read smaller ones again costs less.
const RETAINED_BYTES: u64 = 16 << 20;

/// Most files that are retained at once; the system's limit on open files leaves room for these.
const MAX_RETAINED: usize = 128;

/// Bytes of files of which the system may keep copies in memory. Those of a larger release would push out of it what the
/// build has yet to read, and what others use.
const CACHED_BYTES: i64 = 4 << 30;

/// What tells a file from every other, and from itself after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    size: i64,
    modified: (i64, i128),
    changed: (i64, i128),
}

impl Stamp {
    fn of(file: &File) -> Result<Stamp, Errno> {
        let stat = rustix::fs::fstat(file)?;
        Ok(Stamp {
            device: stat.st_dev,
            inode: stat.st_ino,
            size: stat.st_size,
            modified: (stat.st_mtime, stat.st_mtime_nsec.into()),
            changed: (stat.st_ctime, stat.st_ctime_nsec.into()),
        })
    }
}

/// Retained files, by path.
#[derive(Debug, Default)]
pub(super) struct RetainedFiles(Mutex<HashMap<String, RetainedFile>>);

#[derive(Debug)]
struct RetainedFile {
    file: File,
    stamp: Stamp,
    sync: Sync,
}

/// How far a file's way to the disk is.
#[derive(Debug)]
enum Sync {
    /// On its way: it began when the file was finished, so that other files are written meanwhile.
    Running(JoinHandle<Result<(), Errno>>),
    /// What came of it. It is asked once: a second sync would not tell of the first one's failure.
    Over(Result<(), Errno>),
}

impl RetainedFiles {
    /// Holds a file that is finished, if it is worth it, and sends it on its way to the disk.
    pub(super) fn retain(&self, path: &str, file: File, bytes: u64) {
        let mut retained = self.lock();
        let is_cached = retained.values().map(|retained| retained.stamp.size).sum::<i64>() < CACHED_BYTES;
        if bytes >= RETAINED_BYTES
            && retained.len() < MAX_RETAINED.min(super::descriptors::affordable_workers() / 4)
            && let Ok(stamp) = Stamp::of(&file)
            && let Ok(own) = file.try_clone()
            && let Ok(thread) = std::thread::Builder::new().spawn(move || to_disk(&own, is_cached))
        {
            retained.insert(path.to_owned(), RetainedFile { file, stamp, sync: Sync::Running(thread) });
        }
    }

    /// Waits until the file is on the disk; `None` when it is not retained.
    pub(super) fn sync(&self, path: &str) -> Option<Result<(), Errno>> {
        let before = std::mem::replace(&mut self.lock().get_mut(path)?.sync, Sync::Over(Err(Errno::IO)));
        let outcome = match before {
            Sync::Running(thread) => thread.join().unwrap_or(Err(Errno::IO)),
            Sync::Over(outcome) => outcome,
        };
        self.lock().get_mut(path)?.sync = Sync::Over(outcome);
        Some(outcome)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, RetainedFile>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the open file is the one that was written at the path, and nothing has touched it since.
    pub(super) fn is_untouched(&self, path: &str, file: &File) -> bool {
        let is_untouched =
            |own: &RetainedFile| Stamp::of(&own.file) == Ok(own.stamp) && Stamp::of(file) == Ok(own.stamp);
        self.lock().get(path).is_some_and(is_untouched)
    }
}

/// Waits until a file is on the disk, and may have the system forget its copy.
fn to_disk(file: &File, is_cached: bool) -> Result<(), Errno> {
    let outcome = fsync(file);
    if !is_cached {
        // Whatever becomes of it, the file is where it should be.
        let _ = fadvise(file, 0, None, Advice::DontNeed);
    }
    outcome
}
