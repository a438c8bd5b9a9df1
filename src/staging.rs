//! A folder being filled: every byte counted and hashed as it is written.
//!
//! A [`Stage`] lies beside the place it will be renamed to, so it is on the same file system, under a hidden name that
//! no reader looks at. It is removed when it is dropped; if the process is killed, the next one removes it.

#![cfg_attr(not(test), deny(clippy::indexing_slicing))]

mod descriptors;
mod folder;
mod path;
mod retained;
mod seekable;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rustix::fs::RenameFlags;
use rustix::io::Errno;

use crate::diagnostic::{Error, Result};
use crate::digest::{Digest, Hasher};
use crate::parallel;

use retained::RetainedFiles;

pub(crate) use descriptors::affordable_workers;
pub(crate) use folder::{Folder, Unopened, kind_word};
pub use path::{SEGMENT_BYTES, SEGMENTS, Twins, path_fault, segment_fault, twins};

pub use seekable::SeekableFile;

/// How the name of every stage, and of everything else that may be left over after a kill, begins.
pub(crate) const STAGING_PREFIX: &str = ".staging-";

/// Bytes gathered before they are hashed and written; larger writes go straight through.
const BUFFER_BYTES: usize = 64 * 1024;

/// Files synced at once. Waiting, not computing: the file system commits together what is asked for together.
const SYNC_WORKERS: usize = 16;

/// A finished file of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Path inside the release, with `/`.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the bytes.
    pub sha256: Digest,
    /// Media type.
    pub media_type: String,
}

/// A folder being filled, from any number of threads.
#[derive(Debug)]
pub struct Stage {
    folder: Folder,
    finished: Arc<Mutex<Vec<Artifact>>>,
    retained: Arc<RetainedFiles>,
    /// The last of all, so that the stage is removed when its descriptors are free: removing takes some.
    claim: Claim,
}

/// The name that a stage has in its folder.
#[derive(Debug)]
struct Claim {
    out: Arc<Folder>,
    name: String,
    /// Whether the stage still goes by the name, and goes when the claim does.
    is_ours: bool,
}

impl Stage {
    /// Makes an empty stage in the existing folder `out`; `name` says what it will become.
    ///
    /// This is the stage alone, for trying out what writes into one: publishing begins with [`crate::release::Output`].
    pub fn within(out: &Path, name: &str) -> Result<Stage> {
        Stage::create(&Arc::new(Folder::open(out)?), name)
    }

    /// Makes an empty stage in `out`; fails if one of its name is there.
    pub(crate) fn create(out: &Arc<Folder>, name: &str) -> Result<Stage> {
        let name = format!("{STAGING_PREFIX}{name}-{}", std::process::id());
        let folder = out.make_folder(&name).map_err(|errno| out.error("make", &name, errno))?;
        let claim = Claim { out: Arc::clone(out), name, is_ours: true };
        Ok(Stage { folder, finished: Arc::default(), retained: Arc::default(), claim })
    }

    /// Starts the file at `path`, which must be new, and the folders on the way to it.
    pub fn file(&self, path: &str, media_type: &str) -> Result<StagedFile> {
        let (file, entry) = self.create_file(path, media_type)?;
        let counted = Counted { file, hasher: Hasher::new(), bytes: 0 };
        Ok(StagedFile { writer: BufWriter::with_capacity(BUFFER_BYTES, counted), entry })
    }

    /// Starts a file that may be written anywhere, in the same way.
    pub fn seekable_file(&self, path: &str, media_type: &str) -> Result<SeekableFile> {
        let (file, entry) = self.create_file(path, media_type)?;
        Ok(SeekableFile::new(file, entry))
    }

    fn create_file(&self, path: &str, media_type: &str) -> Result<(File, Entry)> {
        if let Some(fault) = path_fault(path) {
            return Err(self.folder.error("create", path, format!("not a path of a release: {fault}")));
        }
        let file = self.folder.create_file(path).map_err(|errno| match errno {
            Errno::EXIST => self.folder.error("create", path, "the release already has a file of that name"),
            errno => self.folder.error("create", path, errno),
        })?;
        let entry = Entry {
            path: path.to_owned(),
            media_type: media_type.to_owned(),
            finished: Arc::clone(&self.finished),
            retained: Arc::clone(&self.retained),
        };
        Ok((file, entry))
    }

    /// The files finished so far, sorted by the bytes of their paths.
    pub fn artifacts(&self) -> Vec<Artifact> {
        let mut artifacts = self.finished.lock().unwrap_or_else(PoisonError::into_inner).clone();
        artifacts.sort_by(|a, b| a.path.as_bytes().cmp(b.path.as_bytes()));
        artifacts
    }

    /// Where the stage lies.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Waits until every finished file and every folder of the stage is on the disk: the invariant of publishing.
    ///
    /// Files are synced here, many at once, and not where each is finished: a file system commits its journal once for
    /// all who wait. That the descriptors are new ones loses no error: since Linux 4.13 a failed write-back is kept with
    /// the inode and reported to the first who asks, and if the inode has left memory its pages have too, so that the
    /// stage, read back after this, gives other bytes than those that were hashed. A failure is never tried again: the
    /// kernel has marked the lost pages clean, and the next sync would lie.
    pub(crate) fn sync(&self) -> Result<()> {
        let artifacts = self.artifacts();
        parallel::for_each(SYNC_WORKERS, &artifacts, |artifact| match self.retained.sync(&artifact.path) {
            Some(synced) => synced.map_err(|errno| self.folder.error("sync", &artifact.path, errno)),
            None => self.folder.sync_file(&artifact.path),
        })?;
        let folders: BTreeSet<&str> = artifacts
            .iter()
            .flat_map(|artifact| artifact.path.match_indices('/').map(|(at, _)| &artifact.path[..at]))
            .collect();
        // Longer paths sort after their prefixes, so the reverse order is bottom-up.
        for path in folders.iter().rev() {
            self.folder.sync_file(path)?;
        }
        self.folder.sync()
    }

    /// Whether `file`, found at `path`, is the very file whose bytes were hashed as they were written, untouched since.
    ///
    /// Only large files are known so well; of the others the answer is no.
    pub(crate) fn vouches_for(&self, path: &str, file: &File) -> bool {
        self.retained.is_untouched(path, file)
    }

    /// Gives the stage the name `to` in its folder; a stage that got a new name is no longer removed.
    pub(crate) fn rename(&mut self, to: &str, flags: RenameFlags) -> std::result::Result<(), Errno> {
        self.claim.out.rename(&self.claim.name, to, flags)?;
        self.claim.is_ours = flags.contains(RenameFlags::EXCHANGE);
        Ok(())
    }

    /// Removes what goes by the stage's name, and says so if it cannot.
    pub(crate) fn remove(mut self) -> Result<()> {
        let Claim { out, name, is_ours } = &mut self.claim;
        if std::mem::take(is_ours) { out.remove_tree(name) } else { Ok(()) }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if self.is_ours {
            // What cannot be removed now is removed by the next build.
            drop(self.out.remove_tree(&self.name));
        }
    }
}

/// Entry of a stage for a file that is being written.
#[derive(Debug)]
struct Entry {
    path: String,
    media_type: String,
    finished: Arc<Mutex<Vec<Artifact>>>,
    retained: Arc<RetainedFiles>,
}

impl Entry {
    /// Lists the file, which is complete.
    fn finish(self, file: File, bytes: u64, sha256: Digest) -> Artifact {
        let Entry { path, media_type, finished, retained } = self;
        let artifact = Artifact { path, bytes, sha256, media_type };
        retained.retain(&artifact.path, file, bytes);
        finished.lock().unwrap_or_else(PoisonError::into_inner).push(artifact.clone());
        artifact
    }
}

/// File of a stage that bytes are appended to.
#[derive(Debug)]
pub struct StagedFile {
    writer: BufWriter<Counted>,
    entry: Entry,
}

impl StagedFile {
    /// Path inside the release.
    pub fn path(&self) -> &str {
        &self.entry.path
    }

    /// Ends the file and returns what was written. It is on the disk when the stage is sealed.
    pub fn finish(self) -> Result<Artifact> {
        let StagedFile { writer, entry } = self;
        let failed = |error: io::Error| Error::machine("write", Path::new(&entry.path), error);
        let Counted { file, hasher, bytes } =
            writer.into_inner().map_err(|error| failed(error.into_error()))?;
        Ok(entry.finish(file, bytes, hasher.finish()))
    }
}

impl Write for StagedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.writer.write_all(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// A file, and the count and digest of what it has taken.
struct Counted {
    file: File,
    hasher: Hasher,
    bytes: u64,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.file.write(bytes)?;
        self.hasher.update(bytes.get(..taken).unwrap_or(bytes));
        self.bytes += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl std::fmt::Debug for Counted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Counted").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_path_outside_the_grammar_or_taken_is_not_staged() {
        let home = tempfile::tempdir().expect("there is room");
        let stage = Stage::within(home.path(), "test").expect("the folder is there");
        for path in ["../x", "/x", "a/../x", "", "a//b", ".hidden", "con", "A b"] {
            assert!(stage.file(path, "text/plain").is_err(), "{path}");
        }
        stage.file("a/b", "text/plain").expect("it is new").finish().expect("it is written");
        let taken = stage.file("a/b", "text/plain").expect_err("it is taken");
        assert!(taken.to_string().contains("already has a file"), "{taken}");
        symlink("/", stage.path().join("link")).expect("it can be linked");
        assert!(stage.file("link/x", "text/plain").is_err());
    }

    #[test]
    fn files_are_staged_from_many_threads_and_listed_in_order() {
        let home = tempfile::tempdir().expect("there is room");
        let stage = Stage::within(home.path(), "test").expect("the folder is there");
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let stage = &stage;
                scope.spawn(move || {
                    for number in 0..20 {
                        let path = format!("data/{}/{thread}-{number}.csv", number % 3);
                        let mut file = stage.file(&path, "text/csv").expect("it is new");
                        let text = vec![b'x'; number * 10_000];
                        text.chunks(7_777).for_each(|part| file.write_all(part).expect("there is room"));
                        let artifact = file.finish().expect("it is written");
                        assert_eq!((artifact.bytes, artifact.sha256), (text.len() as u64, Digest::of(&text)));
                    }
                });
            }
        });
        let paths: Vec<String> = stage.artifacts().into_iter().map(|artifact| artifact.path).collect();
        assert_eq!(paths.len(), 160);
        assert!(paths.is_sorted());
    }

    #[test]
    fn a_file_that_was_not_finished_is_not_listed() {
        let home = tempfile::tempdir().expect("there is room");
        let stage = Stage::within(home.path(), "test").expect("the folder is there");
        let mut file = stage.file("half", "text/plain").expect("it is new");
        file.write_all(b"half").expect("there is room");
        drop(file);
        assert_eq!(stage.artifacts(), []);
    }
}
