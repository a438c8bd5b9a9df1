//! Large files of a stage, held open from the first byte to the last look.
//!
//! What was hashed while it was written need not be read again if nobody can have changed it since. A held file's own
//! descriptor takes the sync, so that no failed write-back is lost, and its stamp (inode, size and times) then shows
//! whether the file that goes by the path is the one that was hashed, untouched.

use std::collections::HashMap;
use std::fs::File;
use std::sync::{Mutex, PoisonError};

use rustix::io::Errno;

/// Files smaller than this are read again: that costs less than holding them.
const HELD_BYTES: u64 = 16 << 20;

/// Most files that are held at once; the system's limit on open files leaves room for these.
const MOST_HELD: usize = 128;

/// What tells a file from every other, and from itself after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    size: i64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    fn of(file: &File) -> Result<Stamp, Errno> {
        let stat = rustix::fs::fstat(file)?;
        Ok(Stamp {
            device: stat.st_dev,
            inode: stat.st_ino,
            size: stat.st_size,
            modified: (stat.st_mtime, stat.st_mtime_nsec as i64),
            changed: (stat.st_ctime, stat.st_ctime_nsec as i64),
        })
    }
}

/// The files that are held, by path.
#[derive(Debug, Default)]
pub(super) struct Held(Mutex<HashMap<String, (File, Stamp)>>);

impl Held {
    /// Holds a file that is finished, if it is worth it.
    pub(super) fn hold(&self, path: &str, file: File, bytes: u64) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if bytes >= HELD_BYTES
            && held.len() < MOST_HELD.min(super::parallel::affordable_workers() / 4)
            && let Ok(stamp) = Stamp::of(&file)
        {
            held.insert(path.to_owned(), (file, stamp));
        }
    }

    /// Waits until the file is on the disk; `None` when it is not held.
    pub(super) fn sync(&self, path: &str) -> Option<Result<(), Errno>> {
        let descriptor = {
            let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            held.get(path).map(|(file, _)| file.try_clone())?
        };
        Some(match descriptor {
            Ok(file) => rustix::fs::fsync(file),
            Err(error) => Err(Errno::from_io_error(&error).unwrap_or(Errno::IO)),
        })
    }

    /// Whether the open file is the one that was written at the path, and nothing has touched it since.
    pub(super) fn is_untouched(&self, path: &str, file: &File) -> bool {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.get(path)
            .is_some_and(|(own, stamp)| Stamp::of(own) == Ok(*stamp) && Stamp::of(file) == Ok(*stamp))
    }
}
