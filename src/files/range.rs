//! Ranges of files that are open, read from any place by any thread.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use bytes::Bytes;
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::reader::{ChunkReader, Length};

/// A range of a file, with a position of its own.
#[derive(Debug, Clone)]
pub(crate) struct FileRange {
    file: Arc<File>,
    /// Where it begins in the file.
    start: u64,
    /// Most bytes that it has; fewer where the file ends before.
    limit: u64,
    /// Position in the range.
    at: u64,
}

impl FileRange {
    /// A file from its beginning to wherever it ends.
    pub(crate) fn whole(file: Arc<File>) -> FileRange {
        FileRange::within(file, 0, u64::MAX)
    }

    /// At most so many bytes of a file.
    pub(crate) fn within(file: Arc<File>, start: u64, limit: u64) -> FileRange {
        FileRange { file, start, limit, at: 0 }
    }

    /// The same range, read from a byte of it on.
    pub(crate) fn from(&self, at: u64) -> FileRange {
        FileRange { at, ..self.clone() }
    }

    /// Bytes of the range.
    pub(crate) fn length(&self) -> io::Result<u64> {
        let behind = self.file.metadata()?.len().saturating_sub(self.start);
        Ok(behind.min(self.limit))
    }
}

impl Read for FileRange {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.limit.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        let length = self.file.read_at(&mut buffer[..wanted], self.start.saturating_add(self.at))?;
        self.at += length as u64;
        Ok(length)
    }
}

impl Seek for FileRange {
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

impl Length for FileRange {
    fn len(&self) -> u64 {
        // A file of no bytes is refused as one that is no Parquet.
        self.length().unwrap_or(0)
    }
}

impl ChunkReader for FileRange {
    type T = BufReader<FileRange>;

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
