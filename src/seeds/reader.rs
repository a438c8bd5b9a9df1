//! Seed files that are open, read from any place by any thread.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use bytes::Bytes;
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::reader::{ChunkReader, Length};

/// A reader of a file, or of its copy, with a position of its own.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    file: Arc<File>,
    at: u64,
}

impl Reader {
    pub(super) fn new(file: Arc<File>) -> Reader {
        Reader { file, at: 0 }
    }

    /// Another reader of the file, from a byte on.
    pub(super) fn from(&self, at: u64) -> Reader {
        Reader { file: Arc::clone(&self.file), at }
    }

    /// Bytes of the file.
    pub(super) fn length(&self) -> io::Result<u64> {
        self.file.metadata().map(|metadata| metadata.len())
    }
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.file.read_at(buffer, self.at)?;
        self.at += length as u64;
        Ok(length)
    }
}

impl Seek for Reader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (from, by) = match to {
            SeekFrom::Start(at) => (at, 0),
            SeekFrom::Current(by) => (self.at, by),
            SeekFrom::End(by) => (self.length()?, by),
        };
        self.at = from.checked_add_signed(by).ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

impl Length for Reader {
    fn len(&self) -> u64 {
        // A file of no bytes is refused as one that is no Parquet.
        self.length().unwrap_or(0)
    }
}

impl ChunkReader for Reader {
    type T = BufReader<Reader>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        Ok(BufReader::new(self.from(start)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        // A footer may ask for more than there is; no memory is set aside for it.
        let mut bytes = Vec::new();
        self.from(start).take(length as u64).read_to_end(&mut bytes)?;
        match bytes.len() == length {
            true => Ok(bytes.into()),
            false => Err(ParquetError::EOF(format!("expected {length} bytes, found {}", bytes.len()))),
        }
    }
}
