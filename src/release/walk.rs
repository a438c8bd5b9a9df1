//! What lies in a folder: names and sizes, with nothing opened but folders.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;

use rustix::fs::FileType;
use rustix::io::Errno;

use crate::diagnostic::Result;
use crate::staging::{Folder, SEGMENTS, kind_word, segment_fault};

use super::finding::{Finding, Findings, Kind, special_message};
use super::sums::{FOREIGN_SEGMENTS, foreign_segment_fault};

/// Most names that are looked at.
const NAMES: usize = 200_000;

/// Whose rules the names in a folder follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    /// Ours.
    Ours,
    /// Anybody's, as long as they can be printed and looked up.
    Foreign,
}

/// What lies in a folder.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// The regular files and their sizes.
    pub(crate) files: BTreeMap<String, u64>,
    /// The folders.
    pub(crate) folders: BTreeSet<String>,
    /// What a finding was already made of; what lies below could not be seen.
    pub(crate) unseen: BTreeSet<String>,
}

/// Lists the folder. What has no place in any release becomes a finding and is not entered.
pub(crate) fn walk(root: &Folder, names: Names, findings: &mut Findings) -> Result<Tree> {
    let mut walk = Walk { names, findings, tree: Tree::default(), seen: 0 };
    walk.enter(root, "", 1)?;
    Ok(walk.tree)
}

struct Walk<'f> {
    names: Names,
    findings: &'f mut Findings,
    tree: Tree,
    seen: usize,
}

impl Walk<'_> {
    /// Lists one folder whose files have `depth` segments. It holds one descriptor a level, so the depth is bounded.
    fn enter(&mut self, folder: &Folder, path: &str, depth: usize) -> Result<()> {
        let names = match folder.names(NAMES.saturating_sub(self.seen)) {
            Ok(names) => names,
            Err(Errno::ACCESS | Errno::PERM) => {
                self.refuse(Kind::UnreadableFile, path, "this user may not read the folder");
                return Ok(());
            }
            Err(errno) => return Err(folder.error("list", "", errno)),
        };
        if names.is_empty() {
            self.findings.push(Finding::new(Kind::EmptyFolder, path, "the folder is empty"));
        }
        for name in names {
            self.seen += 1;
            if self.seen > NAMES {
                let message =
                    format!("there are more than {NAMES} names in the folder; the rest was not looked at");
                self.findings.push(Finding::new(Kind::TooManyFiles, "", message));
                return Ok(());
            }
            self.visit(folder, path, &name, depth)?;
        }
        Ok(())
    }

    fn visit(&mut self, folder: &Folder, parent: &str, name: &OsString, depth: usize) -> Result<()> {
        let shown = name.to_string_lossy();
        let path = if parent.is_empty() { shown.to_string() } else { format!("{parent}/{shown}") };
        let (kind, bytes) = match folder.stat(name) {
            Ok(stat) => stat,
            // It went away since the folder was listed: the file it was will be missed, if it was one.
            Err(Errno::NOENT) => return Ok(()),
            Err(Errno::ACCESS | Errno::PERM) => {
                self.refuse(Kind::UnreadableFile, &path, "this user may not look at it");
                return Ok(());
            }
            Err(errno) => return Err(folder.error("look at", &shown, errno)),
        };
        if let Some((kind, message)) = self.name_fault(name, kind) {
            self.refuse(kind, &path, &message);
            return Ok(());
        }
        match kind {
            FileType::RegularFile => {
                self.tree.files.insert(path, bytes);
            }
            FileType::Directory if depth >= self.depth_limit() => {
                self.refuse(Kind::UnsafePath, &path, "folders are nested deeper than any path of a release");
            }
            FileType::Directory => match folder.folder(&shown) {
                Ok(inside) => {
                    self.tree.folders.insert(path.clone());
                    self.enter(&inside, &path, depth + 1)?;
                }
                Err(Errno::ACCESS | Errno::PERM) => {
                    self.refuse(Kind::UnreadableFile, &path, "this user may not read the folder");
                }
                // It was exchanged since it was looked at.
                Err(Errno::NOENT | Errno::LOOP | Errno::NOTDIR) => {}
                Err(errno) => return Err(folder.error("open", &shown, errno)),
            },
            other => {
                let word = kind_word(other).unwrap_or("no regular file");
                self.refuse(Kind::NotARegularFile, &path, &special_message(word));
            }
        }
        Ok(())
    }

    /// What is wrong with a name, by the rules of this folder.
    fn name_fault(&self, name: &OsString, kind: FileType) -> Option<(Kind, String)> {
        let Some(text) = name.to_str() else {
            return Some((Kind::UnsafePath, "the name is not UTF-8".to_owned()));
        };
        let fault = match self.names {
            Names::Ours if text.starts_with('.') && kind == FileType::RegularFile => {
                return Some((Kind::ExtraFile, "a hidden file has no place in a release".to_owned()));
            }
            Names::Ours => segment_fault(text),
            Names::Foreign => foreign_segment_fault(text),
        };
        fault.map(|fault| (Kind::UnsafePath, format!("no file of a release has such a name: {fault}")))
    }

    fn depth_limit(&self) -> usize {
        match self.names {
            Names::Ours => SEGMENTS,
            Names::Foreign => FOREIGN_SEGMENTS,
        }
    }

    fn refuse(&mut self, kind: Kind, path: &str, message: &str) {
        self.findings.push(Finding::new(kind, path, message));
        self.tree.unseen.insert(path.to_owned());
    }
}
