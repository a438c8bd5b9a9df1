//! A file being read and hashed.

use std::fs::File;
use std::io::{self, Read as _};

use crate::digest::{Digest, Hasher};

/// Bytes read at once.
const BUFFER_BYTES: u64 = 256 * 1024;

/// A file being read and hashed, alone or by turns with another.
pub(super) struct Reading {
    input: io::Take<File>,
    buffer: Vec<u8>,
    /// Bytes of the buffer that were read last.
    filled: usize,
    has_more: bool,
    hasher: Hasher,
    /// Bytes read.
    count: u64,
}

impl Reading {
    /// A file that reported `bytes`; one that grows is left at `limit`.
    pub(super) fn new(file: File, bytes: u64, limit: u64) -> Reading {
        let buffer = vec![0; usize::try_from(bytes.saturating_add(1).min(BUFFER_BYTES)).unwrap_or(1)];
        let input = file.take(limit.saturating_add(1));
        Reading { input, buffer, filled: 0, has_more: true, hasher: Hasher::new(), count: 0 }
    }

    /// Whether the end was not seen yet.
    pub(super) fn has_more(&self) -> bool {
        self.has_more
    }

    /// Reads what comes next.
    pub(super) fn read(&mut self) -> io::Result<()> {
        loop {
            match self.input.read(&mut self.buffer) {
                Ok(read) => {
                    (self.filled, self.has_more) = (read, read > 0);
                    self.count += read as u64;
                    return Ok(());
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Hashes what was read last, and what was of the other file.
    pub(super) fn hash_with(&mut self, other: &mut Reading) {
        let bytes = chunk(&self.buffer, self.filled);
        let other_bytes = chunk(&other.buffer, other.filled);
        self.hasher.update_both(bytes, &mut other.hasher, other_bytes);
    }

    /// Digest and size of the whole file, whose last chunk was hashed.
    pub(super) fn finish(mut self) -> io::Result<(Digest, u64)> {
        while self.has_more {
            self.read()?;
            self.hasher.update(chunk(&self.buffer, self.filled));
        }
        Ok((self.hasher.finish(), self.count))
    }
}

fn chunk(buffer: &[u8], filled: usize) -> &[u8] {
    buffer.get(..filled).unwrap_or(buffer)
}
