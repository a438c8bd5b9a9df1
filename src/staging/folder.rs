//! A folder held open: what lies in it is reached by name from its descriptor, and no symlink in it is ever followed.
//!
//! Paths are opened segment by segment with `O_NOFOLLOW`, which gives what `openat2(RESOLVE_BENEATH |
//! RESOLVE_NO_SYMLINKS)` gives, on every kernel and in every sandbox; at most two descriptors are open on the way.

use std::ffi::OsString;
use std::fs::File;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, RenameFlags, Stat};
use rustix::io::Errno;

use crate::diagnostic::{Error, Reason, Result};

/// Mode of every file of a release, whatever the umask: `rw-r--r--`.
const FILE_MODE: Mode = Mode::from_raw_mode(0o644);
/// Mode of every folder of a release, whatever the umask: `rwxr-xr-x`.
const FOLDER_MODE: Mode = Mode::from_raw_mode(0o755);

const OPEN_FOLDER: OFlags =
    OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
/// `O_NONBLOCK`: opening a pipe must not wait for a writer.
const OPEN_FILE: OFlags = OFlags::RDONLY
    .union(OFlags::NOFOLLOW)
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOCTTY)
    .union(OFlags::CLOEXEC);
const CREATE_FILE: OFlags =
    OFlags::RDWR.union(OFlags::CREATE).union(OFlags::EXCL).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// How deep [`Folder::remove_tree`] goes; a stage is at most 8 deep.
const REMOVE_DEPTH: usize = 64;

/// A folder and its descriptor.
#[derive(Debug)]
pub(crate) struct Folder {
    fd: OwnedFd,
    /// For messages only.
    path: PathBuf,
}

/// Why a file was not opened.
#[derive(Debug)]
pub(crate) enum Unopened {
    /// Nothing has that name.
    Missing,
    /// It is a symlink, pipe, socket, device or folder, or lies behind a symlink; it was not opened.
    Special(&'static str),
    /// This user may not read it.
    Denied,
    /// The machine failed.
    Failed(Error),
}

impl Folder {
    /// Opens the folder at `path`; a symlink at its end is refused, with or without slashes behind it.
    pub(crate) fn open(path: &Path) -> Result<Folder> {
        // Without this, `dist/` would follow a symlink named `dist`.
        let bare: PathBuf = path.components().collect();
        match rustix::fs::open(&bare, OPEN_FOLDER, Mode::empty()) {
            Ok(fd) => Ok(Folder { fd, path: bare }),
            Err(Errno::LOOP | Errno::NOTDIR | Errno::MLINK) if bare.is_symlink() => {
                Err(Error::Usage(format!("`{}` is a symlink; name the folder it points to", bare.display())))
            }
            Err(Errno::NOTDIR) => Err(Error::Usage(format!("`{}` is not a folder", bare.display()))),
            Err(errno) => Err(Error::machine("open", &bare, errno)),
        }
    }

    /// The same for a folder that is only read and may be reached through a symlink.
    pub(crate) fn open_following(path: &Path) -> std::result::Result<Folder, Errno> {
        let flags = OPEN_FOLDER.difference(OFlags::NOFOLLOW);
        Ok(Folder { fd: rustix::fs::open(path, flags, Mode::empty())?, path: path.to_path_buf() })
    }

    /// Opens the folder at `path`, and makes it and its parents where they are missing; its name will outlast a power
    /// cut. What is made has the mode of every folder of a release, whatever the umask.
    pub(crate) fn open_or_make(path: &Path) -> Result<Folder> {
        let bare: PathBuf = path.components().collect();
        let parent = match bare.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        let mut is_made = false;
        if bare.symlink_metadata().is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
            if !parent.exists() {
                Folder::open_or_make(parent)?;
            }
            match rustix::fs::mkdir(&bare, FOLDER_MODE) {
                Ok(()) => is_made = true,
                Err(Errno::EXIST) => {}
                Err(errno) => return Err(Error::machine("make", &bare, errno)),
            }
        }
        let folder = Folder::open(&bare)?;
        if is_made {
            rustix::fs::fchmod(&folder.fd, FOLDER_MODE)
                .map_err(|errno| Error::machine("make", &bare, errno))?;
        }
        // Also if it was there: whoever made it may have been killed before this.
        match Folder::open_following(parent) {
            Ok(parent) => parent.sync()?,
            // Others keep the parent from being read, so others made the folder, long ago.
            Err(Errno::ACCESS) => {}
            Err(errno) => return Err(Error::machine("open", parent, errno)),
        }
        Ok(folder)
    }

    /// Where the folder lies, for messages.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// A failure of the machine with something in this folder.
    pub(crate) fn error(&self, action: &'static str, name: &str, reason: impl Into<Reason>) -> Error {
        Error::machine(action, &self.path.join(name), reason)
    }

    /// Opens the folder `name` (one segment).
    pub(crate) fn folder(&self, name: &str) -> std::result::Result<Folder, Errno> {
        let fd = rustix::fs::openat(&self.fd, name, OPEN_FOLDER, Mode::empty())?;
        Ok(Folder { fd, path: self.path.join(name) })
    }

    /// Makes the folder `name` (one segment), which must not exist.
    pub(crate) fn make_folder(&self, name: &str) -> std::result::Result<Folder, Errno> {
        rustix::fs::mkdirat(&self.fd, name, FOLDER_MODE)?;
        let open = || {
            let folder = self.folder(name)?;
            rustix::fs::fchmod(&folder.fd, FOLDER_MODE).map(|()| folder)
        };
        // A folder that nobody holds would be in nobody's hands to remove.
        open().inspect_err(|_| {
            let _ = rustix::fs::unlinkat(&self.fd, name, AtFlags::REMOVEDIR);
        })
    }

    /// Creates the file at `path`, which must not exist, and the folders on the way to it that do not.
    pub(crate) fn create_file(&self, path: &str) -> std::result::Result<File, Errno> {
        let (folders, name) =
            path.rsplit_once('/').map_or((None, path), |(folders, name)| (Some(folders), name));
        let mut holder: Option<Folder> = None;
        for segment in folders.iter().flat_map(|folders| folders.split('/')) {
            let within = holder.as_ref().unwrap_or(self);
            let next = match within.make_folder(segment) {
                Err(Errno::EXIST) => within.folder(segment)?,
                made => made?,
            };
            holder = Some(next);
        }
        let fd = rustix::fs::openat(&holder.as_ref().unwrap_or(self).fd, name, CREATE_FILE, FILE_MODE)?;
        rustix::fs::fchmod(&fd, FILE_MODE)?;
        Ok(File::from(fd))
    }

    /// Opens the file at `path` for reading and tells its size. What is not a regular file is not even opened.
    pub(crate) fn open_file(&self, path: &str) -> std::result::Result<(File, u64), Unopened> {
        let (holder, name) = self.holder_of(path).map_err(|errno| self.unopened(path, errno))?;
        let fd = &holder.as_ref().unwrap_or(self).fd;
        let stat = rustix::fs::statat(fd, name, AtFlags::SYMLINK_NOFOLLOW);
        if let Some(kind) = special(&stat.map_err(|errno| self.unopened(path, errno))?) {
            return Err(Unopened::Special(kind));
        }
        let open = || {
            let file = rustix::fs::openat(fd, name, OPEN_FILE, Mode::empty())?;
            let stat = rustix::fs::fstat(&file)?;
            Ok((file, stat))
        };
        let (file, stat) = open().map_err(|errno| self.unopened(path, errno))?;
        // It may have been exchanged since it was looked at.
        match special(&stat) {
            Some(kind) => Err(Unopened::Special(kind)),
            None => Ok((File::from(file), u64::try_from(stat.st_size).unwrap_or(0))),
        }
    }

    /// The folder that holds the last segment of `path` (`None`: this one), and that segment.
    fn holder_of<'p>(&self, path: &'p str) -> std::result::Result<(Option<Folder>, &'p str), Errno> {
        let mut holder: Option<Folder> = None;
        let mut rest = path;
        while let Some((segment, after)) = rest.split_once('/') {
            holder = Some(holder.as_ref().unwrap_or(self).folder(segment)?);
            rest = after;
        }
        Ok((holder, rest))
    }

    fn unopened(&self, path: &str, errno: Errno) -> Unopened {
        match errno {
            Errno::NOENT => Unopened::Missing,
            Errno::LOOP | Errno::MLINK => Unopened::Special("a symlink"),
            Errno::NOTDIR => Unopened::Special("behind something that is not a folder"),
            Errno::NXIO | Errno::NODEV => Unopened::Special("a socket, pipe or device"),
            Errno::ACCESS | Errno::PERM => Unopened::Denied,
            errno => Unopened::Failed(self.error("open", path, errno)),
        }
    }

    /// What lies at `name` (one segment), a symlink as itself; nothing if there is nothing.
    pub(crate) fn look(&self, name: &str) -> Result<Option<FileType>> {
        match rustix::fs::statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok(Some(FileType::from_raw_mode(stat.st_mode))),
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(self.error("look at", name, errno)),
        }
    }

    /// Type and size of what lies at `name` (one segment), a symlink as itself.
    pub(crate) fn stat(&self, name: &OsString) -> std::result::Result<(FileType, u64), Errno> {
        let stat = rustix::fs::statat(&self.fd, name.as_os_str(), AtFlags::SYMLINK_NOFOLLOW)?;
        Ok((FileType::from_raw_mode(stat.st_mode), u64::try_from(stat.st_size).unwrap_or(0)))
    }

    /// The names in this folder, in no order, at most `limit + 1` of them.
    pub(crate) fn names(&self, limit: usize) -> std::result::Result<Vec<OsString>, Errno> {
        let mut names = Vec::new();
        for entry in Dir::read_from(&self.fd)? {
            let name = entry?.file_name().to_bytes().to_vec();
            if name != b"." && name != b".." {
                names.push(OsString::from_vec(name));
            }
            if names.len() > limit {
                break;
            }
        }
        Ok(names)
    }

    /// Opens `path` again and waits until it is on the disk.
    pub(crate) fn sync_file(&self, path: &str) -> Result<()> {
        let sync = || {
            let (holder, name) = self.holder_of(path)?;
            let file =
                rustix::fs::openat(&holder.as_ref().unwrap_or(self).fd, name, OPEN_FILE, Mode::empty())?;
            rustix::fs::fsync(file)
        };
        sync().map_err(|errno| self.error("sync", path, errno))
    }

    /// Waits until the names in this folder are on the disk.
    pub(crate) fn sync(&self) -> Result<()> {
        rustix::fs::fsync(&self.fd).map_err(|errno| Error::machine("sync", &self.path, errno))
    }

    /// Renames within this folder.
    pub(crate) fn rename(&self, from: &str, to: &str, flags: RenameFlags) -> std::result::Result<(), Errno> {
        if flags.is_empty() {
            rustix::fs::renameat(&self.fd, from, &self.fd, to)
        } else {
            rustix::fs::renameat_with(&self.fd, from, &self.fd, to, flags)
        }
    }

    /// Removes the folder `name` if it is empty; otherwise nothing happens and it says so.
    pub(crate) fn remove_empty(&self, name: &str) -> std::result::Result<(), Errno> {
        rustix::fs::unlinkat(&self.fd, name, AtFlags::REMOVEDIR)
    }

    /// Removes `name` and, if it is a folder, all in it; a symlink is removed, never followed.
    pub(crate) fn remove_tree(&self, name: &str) -> Result<()> {
        self.remove(&OsString::from(name), REMOVE_DEPTH).map_err(|errno| self.error("remove", name, errno))
    }

    fn remove(&self, name: &OsString, depth: usize) -> std::result::Result<(), Errno> {
        let name = name.as_os_str();
        match self.stat(&name.to_os_string()) {
            Err(Errno::NOENT) => return Ok(()),
            Ok((FileType::Directory, _)) if depth == 0 => return Err(Errno::NAMETOOLONG),
            Ok((FileType::Directory, _)) => {}
            Ok(_) => return rustix::fs::unlinkat(&self.fd, name, AtFlags::empty()),
            Err(errno) => return Err(errno),
        }
        let fd = rustix::fs::openat(&self.fd, name, OPEN_FOLDER, Mode::empty())?;
        let inside = Folder { fd, path: self.path.join(name) };
        for entry in inside.names(usize::MAX - 1)? {
            inside.remove(&entry, depth - 1)?;
        }
        rustix::fs::unlinkat(&self.fd, name, AtFlags::REMOVEDIR)
    }

    /// Locks this folder's file `name` for this process, without waiting: `false` if another holds it.
    /// The lock lives as long as the file returned, and dies with its holder.
    pub(crate) fn lock(&self, name: &str) -> Result<Option<OwnedFd>> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let lock = || {
            let fd = rustix::fs::openat(&self.fd, name, flags, FILE_MODE)?;
            match rustix::fs::fchmod(&fd, FILE_MODE) {
                // Somebody else made it, and its mode is theirs.
                Ok(()) | Err(Errno::PERM) => {}
                Err(errno) => return Err(errno),
            }
            match rustix::fs::flock(&fd, rustix::fs::FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => Ok(Some(fd)),
                Err(Errno::WOULDBLOCK) => Ok(None),
                Err(errno) => Err(errno),
            }
        };
        lock().map_err(|errno| self.error("lock", name, errno))
    }
}

/// The word for what is not a regular file.
fn special(stat: &Stat) -> Option<&'static str> {
    kind_word(FileType::from_raw_mode(stat.st_mode))
}

/// The word for a kind of file that has no place among a release's files.
pub(crate) fn kind_word(kind: FileType) -> Option<&'static str> {
    match kind {
        FileType::RegularFile => None,
        FileType::Directory => Some("a folder"),
        FileType::Symlink => Some("a symlink"),
        FileType::Fifo => Some("a pipe"),
        FileType::Socket => Some("a socket"),
        FileType::CharacterDevice | FileType::BlockDevice => Some("a device"),
        _ => Some("no regular file"),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    fn home() -> (tempfile::TempDir, Folder) {
        let home = tempfile::tempdir().expect("there is room");
        let folder = Folder::open(home.path()).expect("it is a folder");
        (home, folder)
    }

    #[test]
    fn a_file_behind_a_symlink_is_not_opened() {
        let (home, folder) = home();
        fs::create_dir(home.path().join("real")).expect("there is room");
        fs::write(home.path().join("real/file"), "x").expect("there is room");
        symlink("real", home.path().join("link")).expect("it can be linked");
        symlink("real/file", home.path().join("alias")).expect("it can be linked");
        assert!(matches!(folder.open_file("real/file"), Ok((_, 1))));
        for path in ["link/file", "alias", "real", "real/file/x"] {
            assert!(matches!(folder.open_file(path), Err(Unopened::Special(_))), "{path}");
        }
        assert!(matches!(folder.open_file("real/other"), Err(Unopened::Missing)));
    }

    #[test]
    fn what_is_removed_is_never_what_a_symlink_points_to() {
        let (home, folder) = home();
        fs::create_dir_all(home.path().join("tree/a/b")).expect("there is room");
        fs::write(home.path().join("kept"), "x").expect("there is room");
        symlink(home.path(), home.path().join("tree/a/up")).expect("it can be linked");
        symlink("kept", home.path().join("link")).expect("it can be linked");
        for name in ["tree", "link", "nowhere"] {
            folder.remove_tree(name).expect("it can be removed");
        }
        let left: Vec<_> = folder.names(10).expect("it can be listed");
        assert_eq!(left, ["kept"]);
    }

    #[test]
    fn a_tree_too_deep_to_be_ours_is_left_with_an_error() {
        let (home, folder) = home();
        fs::create_dir_all(home.path().join(["d"; REMOVE_DEPTH + 2].join("/"))).expect("there is room");
        assert!(folder.remove_tree("d").is_err());
    }

    #[test]
    fn an_empty_folder_is_removed_and_a_full_one_is_not() {
        let (home, folder) = home();
        fs::create_dir_all(home.path().join("full/x")).expect("there is room");
        assert_eq!(folder.remove_empty("full"), Err(Errno::NOTEMPTY));
        assert_eq!(folder.remove_empty("full/x"), Ok(()));
        assert_eq!(folder.remove_empty("full"), Ok(()));
    }
}
