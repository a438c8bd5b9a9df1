//! Files of a zip archive (APPNOTE 6.3): what is stored is read where it lies, what is deflated is unpacked once.

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zip::read::ZipFile;
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::{FileRange, Tree, refused, too_large};
use crate::diagnostic::{Error, Result};

/// Largest list of files that is read: it is held in memory, several times as large as it lies.
const DIRECTORY_BYTES: u64 = 32 << 20;

/// An archive whose list of files was read.
pub(super) struct Archive {
    zip: ZipArchive<FileRange>,
    file: Arc<File>,
    path: PathBuf,
}

impl Archive {
    pub(super) fn open(path: &Path) -> Result<Archive> {
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => Error::Usage(format!("there is nothing at `{}`", path.display())),
            _ => Error::machine("open", path, error),
        };
        let metadata = path.metadata().map_err(failed)?;
        if !metadata.is_file() {
            return Err(Error::Usage(format!("`{}` is neither a folder nor a file", path.display())));
        }
        let file = Arc::new(File::open(path).map_err(failed)?);
        let range = FileRange::whole(Arc::clone(&file));
        let no_archive = |reason: &str| {
            let path = path.display();
            Error::Usage(format!("`{path}` is neither a folder nor a zip archive that is read: {reason}"))
        };
        if directory_bytes(&range).map_err(failed)?.is_none_or(|bytes| bytes > DIRECTORY_BYTES) {
            let limit = DIRECTORY_BYTES >> 20;
            return Err(no_archive(&format!("it does not end in a list of files of at most {limit} MiB")));
        }
        let zip = ZipArchive::new(range).map_err(|error| no_archive(&error.to_string()))?;
        Ok(Archive { zip, file, path: path.to_path_buf() })
    }

    /// What the library says of an entry, told of the file.
    fn damaged(&self, path: &str, error: &dyn std::fmt::Display) -> Error {
        refused(&self.path, path, &format!("cannot be unpacked: {error}"))
    }

    /// The bytes of an entry, unpacked into a file without a name.
    fn unpack(&self, path: &str, mut entry: impl Read, limit: u64) -> Result<FileRange> {
        let failed = |e: io::Error| Error::machine("write to", &std::env::temp_dir(), e);
        let mut copy = tempfile::tempfile().map_err(failed)?;
        let mut buffer = vec![0; 64 << 10];
        let mut written = 0_u64;
        loop {
            let read = match entry.read(&mut buffer) {
                Ok(0) => return Ok(FileRange::within(Arc::new(copy), 0, written)),
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(self.damaged(path, &error)),
            };
            // Whatever the entry says of its size.
            written += read as u64;
            if written > limit {
                return Err(too_large(&self.path, path, limit));
            }
            copy.write_all(&buffer[..read]).map_err(failed)?;
        }
    }
}

impl Tree for Archive {
    fn open(&self, path: &str, limit: u64) -> Result<FileRange> {
        // The clone shares the list of files.
        let mut zip = self.zip.clone();
        let entry = match zip.by_name(path) {
            Ok(entry) => entry,
            Err(ZipError::FileNotFound) => return Err(refused(&self.path, path, "is not there")),
            Err(error) => return Err(self.damaged(path, &error)),
        };
        if entry.is_symlink() || entry.is_dir() {
            return Err(refused(&self.path, path, "is a link or a folder, and no file"));
        }
        if entry.size() > limit {
            return Err(too_large(&self.path, path, limit));
        }
        match stored(&entry) {
            Some(start) => Ok(FileRange::within(Arc::clone(&self.file), start, entry.size())),
            None => self.unpack(path, entry, limit),
        }
    }
}

/// Where the bytes of an entry begin, when they are neither compressed nor encrypted.
fn stored(entry: &ZipFile<'_, FileRange>) -> Option<u64> {
    let is_plain = entry.compression() == CompressionMethod::Stored && !entry.encrypted();
    (is_plain && entry.size() == entry.compressed_size()).then(|| entry.data_start()).flatten()
}

/// Size of the end of central directory record without comment (APPNOTE 4.3.16).
const END_BYTES: usize = 22;
/// Sizes of the record and the locator that stand before it in large archives (APPNOTE 4.3.14 and 4.3.15).
const LARGE_END_BYTES: usize = 56;
const LOCATOR_BYTES: usize = 20;

/// Bytes of the list of files, as the end of the archive has them; `None` when that is no end of an archive without comment.
fn directory_bytes(archive: &FileRange) -> io::Result<Option<u64>> {
    let end = tail::<END_BYTES>(archive, 0)?;
    let Some(end) = end.filter(|end| end.starts_with(b"PK\x05\x06") && end.ends_with(&[0, 0])) else {
        return Ok(None);
    };
    let bytes = u64::from(u32::from_le_bytes([end[12], end[13], end[14], end[15]]));
    if bytes != u64::from(u32::MAX) && end[10..12] != [0xff, 0xff] {
        return Ok(Some(bytes));
    }
    let large = tail::<LARGE_END_BYTES>(archive, LOCATOR_BYTES + END_BYTES)?;
    Ok(large.filter(|end| end.starts_with(b"PK\x06\x06")).map(|end| {
        u64::from_le_bytes([end[40], end[41], end[42], end[43], end[44], end[45], end[46], end[47]])
    }))
}

/// Some bytes of a file, behind which so many are the last; `None` when it has fewer.
fn tail<const COUNT: usize>(file: &FileRange, behind: usize) -> io::Result<Option<[u8; COUNT]>> {
    let Some(at) = file.length()?.checked_sub((COUNT + behind) as u64) else { return Ok(None) };
    let mut bytes = [0; COUNT];
    let mut file = file.from(0);
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut bytes)?;
    Ok(Some(bytes))
}
