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
use crate::memory::MemoryBudget;

/// Temporary file for what goes beyond the memory budget; it is made when it is first written to.
#[derive(Debug)]
pub struct Spill {
    /// The memory that is left for what need not be spilled.
    pub memory: MemoryBudget,
    folder: PathBuf,
    file: OnceLock<File>,
    end: AtomicU64,
}

/// Where a piece lies.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    offset: u64,
    length: u64,
}

impl Section {
    /// Bytes of the piece.
    pub(crate) fn length(self) -> u64 {
        self.length
    }
}

impl Spill {
    /// Nothing yet, with a budget of `memory_bytes`. The file will lie in `folder`, or in its nearest ancestor that is there.
    pub fn new(folder: &Path, memory_bytes: u64) -> Spill {
        Spill::with(MemoryBudget::new(memory_bytes), folder)
    }

    fn with(memory: MemoryBudget, folder: &Path) -> Spill {
        let there = folder.ancestors().find(|ancestor| ancestor.is_dir());
        let folder = there.filter(|path| !path.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Spill { memory, folder: folder.to_owned(), file: OnceLock::new(), end: AtomicU64::new(0) }
    }

    /// A spill with a file of its own that shares the memory of this one.
    pub fn beside(&self) -> Spill {
        Spill::with(self.memory.clone(), &self.folder)
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
    pub(crate) fn read_ahead(&self, section: Section) {
        if let Some(file) = self.file.get() {
            // When the system does not heed it, reading takes longer.
            let _ = fadvise(file, section.offset, NonZeroU64::new(section.length), Advice::WillNeed);
        }
    }

    /// Frees the space of the file, from which nothing may be read from now on, on a thread of its own: file systems that pass
    /// freed blocks on to the disk (`discard`) take seconds for gigabytes.
    pub(crate) fn discard(self: &Arc<Self>) {
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
        let spill = Spill::new(&home.path().join("not/there"), 64 << 20);
        let pieces: [&[u8]; 3] = [b"first", b"", b"third"];
        let sections: Vec<Section> =
            pieces.iter().map(|piece| spill.write(&[piece, b"", piece]).expect("there is room")).collect();
        for (section, piece) in sections.iter().zip(&pieces).rev() {
            assert_eq!(spill.read(*section).expect("it was written"), [*piece, piece].concat());
        }
        assert_eq!(std::fs::read_dir(home.path()).expect("it is there").count(), 0);
    }

    #[test]
    fn the_disk_gets_back_what_one_of_two_has_written() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let spill = Spill::new(home.path(), 1 << 20);
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
