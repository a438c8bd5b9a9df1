//! The folder that holds the releases.

use std::ffi::OsString;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::fs::FileType;
use semver::Version;

use crate::diagnostic::Result;
use crate::staging::{Folder, STAGING_PREFIX};

use super::layout::{DRAFT, INDEX, LOCK};

/// How long another build may take to end before this one gives up.
const PATIENCE: Duration = Duration::from_secs(1);

/// The folder that holds the releases, locked for this process until it is dropped.
#[derive(Debug)]
pub struct Output {
    folder: Arc<Folder>,
    /// Released with its descriptor, also when the process is killed: there are no stale locks.
    _lock: OwnedFd,
}

impl Output {
    /// Opens, and makes if it is missing, the folder at `path`. It must not be a symlink, and no other build may be
    /// publishing into it.
    pub fn open(path: &Path) -> Result<Output> {
        let folder = Folder::open_or_make(path)?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(lock) = folder.lock(LOCK)? {
                return Ok(Output { folder: Arc::new(folder), _lock: lock });
            }
            if Instant::now() >= deadline {
                return Err(folder.error(
                    "lock",
                    "",
                    "another build is publishing into it; try again when it is done",
                ));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Where the folder lies.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn folder(&self) -> &Arc<Folder> {
        &self.folder
    }

    /// Where the entry `name` lies.
    pub(crate) fn path_of(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// The names that read as versions, and what lies there, by version.
    pub(crate) fn versions(&self) -> Result<Vec<(Version, FileType)>> {
        let mut versions = Vec::new();
        for name in self.names()? {
            let Some(version) = name.to_str().and_then(|name| Version::parse(name).ok()) else { continue };
            if let Some(kind) = self.folder.look(&version.to_string())? {
                versions.push((version, kind));
            }
        }
        versions.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(versions)
    }

    /// Removes what a killed build left: it would be in nobody's way but it is in nobody's use either. What only begins like
    /// the name of a stage is somebody else's.
    pub(crate) fn remove_leftovers(&self) -> Result<()> {
        for name in self.names()? {
            if let Some(name) = name.to_str()
                && is_stage(name)
            {
                self.folder.remove_tree(name)?;
            }
        }
        Ok(())
    }

    fn names(&self) -> Result<Vec<OsString>> {
        self.folder.names(usize::MAX - 1).map_err(|errno| self.folder.error("list", "", errno))
    }
}

/// Whether a name is one of those that builds give: of what is put together, and of the process that does it.
fn is_stage(name: &str) -> bool {
    let Some((what, process)) = name.strip_prefix(STAGING_PREFIX).and_then(|rest| rest.rsplit_once('-'))
    else {
        return false;
    };
    let is_process = !process.is_empty() && process.bytes().all(|byte| byte.is_ascii_digit());
    is_process && (what == DRAFT || what == INDEX || Version::parse(what).is_ok())
}
