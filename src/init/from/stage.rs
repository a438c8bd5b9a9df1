//! Proposals that are read as `check` reads them, before they lie where they belong.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::diagnostic::{Diagnostic, Error, Result};
use crate::schema::{self, Location, Project};

/// Loads the project that these files of `schema/` would make of the folder `root`, and says what is wrong with them.
pub(super) fn load(
    files: &[(String, String)],
    root: &Path,
    jobs: usize,
) -> Result<(Option<Project>, Vec<Diagnostic>)> {
    let folder = tempfile::Builder::new().prefix("letterpress-").tempdir();
    let folder: TempDir = folder.map_err(|e| Error::machine("create", &std::env::temp_dir(), e))?;
    for (path, text) in files {
        let full = folder.path().join(path);
        if let Some(parent) = full.parent() {
            fs::create_dir_all(parent).map_err(|e| Error::machine("create", parent, e))?;
        }
        fs::write(&full, text).map_err(|e| Error::machine("write", &full, e))?;
    }
    let (project, diagnostics) = schema::load(&Location::find(folder.path())?, jobs)?;
    let project = project.map(|project| Project { root: root.to_path_buf(), ..project });
    Ok((project, diagnostics))
}
