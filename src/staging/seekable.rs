//! A file of a stage that is written anywhere, and hashed when it is finished.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::Entry;
use crate::diagnostic::{Error, Result};
use crate::digest::Digest;

/// File of a stage that may be read and written anywhere until it is finished.
#[derive(Debug)]
pub struct SeekableFile {
    file: File,
    entry: Entry,
}

impl SeekableFile {
    pub(super) fn new(file: File, entry: Entry) -> SeekableFile {
        SeekableFile { file, entry }
    }

    /// Path inside the release.
    pub fn path(&self) -> &str {
        &self.entry.path
    }

    /// Ends the file, which is read from its beginning to be hashed. It is on the disk when the stage is sealed.
    pub fn finish(mut self) -> Result<()> {
        let (bytes, sha256) =
            sum(&mut self.file).map_err(|error| Error::machine("read", Path::new(self.path()), error))?;
        self.entry.finish(self.file, bytes, sha256);
        Ok(())
    }
}

/// Number of all bytes of a file, and their digest.
fn sum(file: &mut File) -> io::Result<(u64, Digest)> {
    file.rewind()?;
    let digest = Digest::of_reader(&mut *file)?;
    Ok((file.stream_position()?, digest))
}

impl Read for SeekableFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }
}

impl Write for SeekableFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for SeekableFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Stage;
    use super::*;

    #[test]
    fn what_lies_there_at_the_end_is_what_is_hashed() {
        let home = tempfile::tempdir().expect("there is room");
        let stage = Stage::within(home.path(), "test").expect("the folder is there");
        let mut file = stage.seekable_file("data/all.bin", "application/octet-stream").expect("it is new");
        let long = vec![b'x'; 600_000];
        file.write_all(&long).expect("there is room");
        file.seek(SeekFrom::Start(3)).expect("it can be sought");
        file.write_all(b"abc").expect("there is room");
        file.finish().expect("it is read");
        let expected = [b"xxxabc", &long[6..]].concat();
        let artifacts = stage.artifacts();
        assert_eq!(std::fs::read(stage.path().join("data/all.bin")).expect("it is there"), expected);
        assert_eq!((artifacts[0].bytes, artifacts[0].sha256), (expected.len() as u64, Digest::of(&expected)));
        assert!(stage.seekable_file("data/all.bin", "application/octet-stream").is_err(), "it is taken");
        assert!(stage.seekable_file("../all.bin", "application/octet-stream").is_err(), "it is outside");
    }
}
