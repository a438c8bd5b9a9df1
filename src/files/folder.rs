//! Files of a folder.

use std::path::Path;
use std::sync::Arc;

use rustix::io::Errno;

use super::{FileRange, Tree, refused, too_large};
use crate::diagnostic::{Error, Result};
use crate::staging::{Folder, Unopened};

/// A folder, which may itself be reached through a symlink; nothing in it may.
pub(super) struct FolderTree(Folder);

impl FolderTree {
    pub(super) fn open(path: &Path) -> Result<FolderTree> {
        let failed = |errno: Errno| Error::machine("open", path, errno);
        Folder::open_following(path).map(FolderTree).map_err(failed)
    }
}

impl Tree for FolderTree {
    fn open(&self, path: &str, limit: u64) -> Result<FileRange> {
        let root = self.0.path();
        match self.0.open_file(path) {
            Ok((_, bytes)) if bytes > limit => Err(too_large(root, path, limit)),
            Ok((file, bytes)) => Ok(FileRange::within(Arc::new(file), 0, bytes)),
            Err(Unopened::Missing) => Err(refused(root, path, "is not there")),
            Err(Unopened::Special(kind)) => Err(refused(root, path, &format!("is {kind}, and no file"))),
            Err(Unopened::Denied) => Err(refused(root, path, "may not be read by this user")),
            Err(Unopened::Failed(error)) => Err(error),
        }
    }
}
