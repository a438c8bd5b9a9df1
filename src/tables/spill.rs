//! Rows that wait on the disk: what does not fit in memory goes to a file that has no name and dies with the process.
//!
//! What is put aside is written whole and by itself, so that it may be read back in any order and by any thread.

use std::fs::File;
use std::io;
use std::num::NonZeroU64;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use rustix::buffer::spare_capacity;
use rustix::fs::{Advice, fadvise};
use rustix::io::{Errno, pread};

use crate::diagnostic::{Error, Result};

const MIB: u64 = 1 << 20;

/// The shares of the memory that a build may use, and the file for what goes beyond them.
#[derive(Debug)]
pub struct Spill {
    folder: PathBuf,
    memory_bytes: u64,
    file: OnceLock<File>,
    end: AtomicU64,
    /// Bytes that stay in memory, by this spill and those made of it.
    kept: Arc<AtomicU64>,
}

/// Where a piece lies.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    offset: u64,
    length: u64,
}

impl Section {
    /// Bytes of the piece.
    pub(super) fn length(self) -> u64 {
        self.length
    }
}

impl Spill {
    /// Nothing yet. The file will lie in `folder`, or in its nearest ancestor that is there.
    pub fn new(folder: &Path, memory_bytes: u64) -> Spill {
        let there = folder.ancestors().find(|ancestor| ancestor.is_dir());
        let folder = there.filter(|path| !path.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Spill {
            folder: folder.to_owned(),
            memory_bytes,
            file: OnceLock::new(),
            end: AtomicU64::new(0),
            kept: Arc::default(),
        }
    }

    /// A spill with a file of its own that shares the memory of this one.
    pub fn beside(&self) -> Spill {
        Spill { kept: Arc::clone(&self.kept), ..Spill::new(&self.folder, self.memory_bytes) }
    }

    /// Bytes of rows that are sorted at a time: large enough that few runs are merged, small enough that one can be
    /// sorted while the next is gathered.
    pub fn run_bytes(&self) -> u64 {
        (self.memory_bytes / 8).clamp(MIB / 4, 64 * MIB)
    }

    /// How many of `jobs` threads may sort a run at a time.
    pub fn sorters(&self, jobs: usize) -> usize {
        self.at_a_time(jobs, self.run_bytes())
    }

    /// How many of `jobs` threads may work at a time when each needs so many bytes: together a quarter of the memory.
    pub(super) fn at_a_time(&self, jobs: usize, bytes: u64) -> usize {
        let fit = self.memory_bytes / 4 / bytes.max(1);
        jobs.min(usize::try_from(fit).unwrap_or(usize::MAX)).max(1)
    }

    /// Bytes that the sets of known keys may take together.
    pub fn key_bytes(&self) -> u64 {
        self.memory_bytes / 4
    }

    /// Bytes of references that may wait in memory for the keys they refer to.
    pub fn reference_bytes(&self) -> u64 {
        (self.memory_bytes / 16).clamp(MIB, 64 * MIB)
    }

    /// Whether `bytes` more may stay in memory: a quarter of it is for tables that need no second run.
    pub(super) fn keep(&self, bytes: u64) -> bool {
        let limit = self.memory_bytes / 4;
        let claim = |kept: u64| kept.checked_add(bytes).filter(|sum| *sum <= limit);
        self.kept.fetch_update(Ordering::Relaxed, Ordering::Relaxed, claim).is_ok()
    }

    /// Writes pieces, one behind the other.
    pub fn write(&self, pieces: &[&[u8]]) -> Result<Section> {
        let file = match self.file.get() {
            Some(file) => file,
            None => {
                let file = tempfile::tempfile_in(&self.folder)
                    .map_err(|error| Error::machine("make a temporary file in", &self.folder, error))?;
                // Another thread may have been quicker; then this file, which has no name, is gone again.
                self.file.get_or_init(|| file)
            }
        };
        let length = pieces.iter().map(|piece| piece.len() as u64).sum();
        let offset = self.end.fetch_add(length, Ordering::Relaxed);
        let mut at = offset;
        for piece in pieces {
            file.write_all_at(piece, at)
                .map_err(|error| Error::machine("write a temporary file in", &self.folder, error))?;
            at += piece.len() as u64;
        }
        Ok(Section { offset, length })
    }

    /// Reads what was written.
    pub fn read(&self, section: Section) -> Result<Vec<u8>> {
        let length = usize::try_from(section.length).expect("it was in memory before");
        let file = self.file.get().expect("a section comes from the file");
        let failed = |error: io::Error| Error::machine("read a temporary file in", &self.folder, error);
        let mut bytes = Vec::with_capacity(length);
        while bytes.len() < length {
            let offset = section.offset + bytes.len() as u64;
            match pread(file, spare_capacity(&mut bytes), offset) {
                Ok(0) => return Err(failed(io::ErrorKind::UnexpectedEof.into())),
                Ok(_) | Err(Errno::INTR) => {}
                Err(errno) => return Err(failed(errno.into())),
            }
        }
        // There may be room for more, and then more was read.
        bytes.truncate(length);
        Ok(bytes)
    }

    /// Has the system read what was written into its memory meanwhile, if it is no longer there.
    pub(super) fn read_ahead(&self, section: Section) {
        if let Some(file) = self.file.get() {
            // When the system does not heed it, reading takes longer.
            let _ = fadvise(file, section.offset, NonZeroU64::new(section.length), Advice::WillNeed);
        }
    }

    /// Gives the disk back what was written, none of which may be read from now on. Nobody waits for it: of gigabytes, it
    /// takes file systems that tell their disk seconds.
    pub(super) fn discard(self: &Arc<Self>) {
        if self.file.get().is_some() {
            let spill = Arc::clone(self);
            // If it fails, or there is no thread for it, the file goes with the process.
            drop(std::thread::Builder::new().spawn(move || spill.file.get().map(|file| file.set_len(0))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_aside_comes_back_in_any_order_and_leaves_no_file() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let spill = Spill::new(&home.path().join("not/there"), 64 * MIB);
        let pieces: [&[u8]; 3] = [b"first", b"", b"third"];
        let sections: Vec<Section> =
            pieces.iter().map(|piece| spill.write(&[piece, b"", piece]).expect("there is room")).collect();
        for (section, piece) in sections.iter().zip(&pieces).rev() {
            assert_eq!(spill.read(*section).expect("it was written"), [*piece, piece].concat());
        }
        assert_eq!(std::fs::read_dir(home.path()).expect("it is there").count(), 0);
    }

    #[test]
    fn no_more_runs_are_sorted_at_a_time_than_memory_holds() {
        let sorters = |mebibytes: u64, jobs| Spill::new(Path::new("."), mebibytes * MIB).sorters(jobs);
        assert_eq!([sorters(1, 8), sorters(64, 8), sorters(1024, 8), sorters(4096, 8)], [1, 2, 4, 8]);
        assert_eq!(sorters(4096, 1), 1);
    }

    #[test]
    fn a_quarter_of_the_memory_may_be_kept() {
        let spill = Spill::new(Path::new("."), 8 * MIB);
        assert!(spill.keep(MIB) && spill.beside().keep(MIB) && !spill.keep(1));
    }

    #[test]
    fn the_disk_gets_back_what_one_of_two_has_written() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let spill = Spill::new(home.path(), MIB);
        let beside = Arc::new(spill.beside());
        let section = spill.write(&[b"stays"]).expect("there is room");
        beside.read_ahead(beside.write(&[b"goes"]).expect("there is room"));
        let length = || beside.file.get().expect("it was written").metadata().expect("it is open").len();
        assert_eq!(length(), 4);
        beside.discard();
        while length() > 0 {
            std::thread::yield_now();
        }
        assert_eq!(spill.read(section).expect("it was written"), b"stays");
    }
}
