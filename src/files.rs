//! Files below one root, whatever holds them: a folder, or a zip archive.
//!
//! What is opened is taken for an attack: no symlink is followed, no path leads out, nothing is unpacked beyond the bytes that
//! whoever asks expects.

mod archive;
mod folder;
mod range;

use std::io::Read as _;
use std::path::Path;

use crate::diagnostic::{Error, Result, escape};
use archive::Archive;
use folder::FolderTree;
pub(crate) use range::FileRange;

/// Files below one root.
pub(crate) trait Tree: Send + Sync {
    /// Opens the file at `path` (with `/`) for reads at any place; fails if it has more than `limit` bytes.
    fn open(&self, path: &str, limit: u64) -> Result<FileRange>;

    /// Bytes of the file at `path`; fails if it has more than `limit`.
    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let read = self.open(path, limit)?.take(limit).read_to_end(&mut bytes);
        read.map_err(|e| Error::machine("read", Path::new(path), e))?;
        Ok(bytes)
    }
}

/// The files of the folder or the zip archive at `path`.
pub(crate) fn open(path: &Path) -> Result<Box<dyn Tree>> {
    match path.is_dir() {
        true => Ok(Box::new(FolderTree::open(path)?)),
        false => Ok(Box::new(Archive::open(path)?)),
    }
}

/// Says that a file in what lies at `root` cannot be read, and why.
fn refused(root: &Path, path: &str, reason: &str) -> Error {
    Error::Usage(format!("`{}` in `{}` {reason}", escape(path), root.display()))
}

/// Says that a file is larger than expected.
fn too_large(root: &Path, path: &str, limit: u64) -> Error {
    refused(root, path, &format!("has more than {limit} bytes, the most that is expected"))
}
