//! Reads what describes a project into a [`Project`], reporting every mistake with its place.

mod checks;
mod constraints;
mod csvw;
mod dataset;
mod dialect;
mod encoding;
mod field;
mod files;
mod folder;
mod location;
mod package;
mod publication;
mod resolve;
mod table;
mod views;
mod vocabularies;

pub use checks::explain_checks;
pub use location::{DescriptionKind, Location};
pub use package::names::{Taken, field_name, table_name};

use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::tree::{File, Node};
use super::{Check, Dataset, Project, Table, Vocabulary};
use crate::diagnostic::{Diagnostic, Error, Place, Result, codes, has_errors};
use crate::links;
use crate::tokens::decode;

/// What a description comes to, so far as it could be read; the data set is missing when a part of it is.
#[derive(Default)]
struct Parts {
    dataset: Option<Dataset>,
    tables: Vec<Table>,
    vocabularies: Vec<Vocabulary>,
    checks: Vec<Check>,
}

/// Reads the project at a location, with `jobs` threads.
///
/// Returns the project, if its description has no errors, and everything there is to say about it. Fails when a file
/// cannot be read.
pub fn load(location: &Location, jobs: usize) -> Result<(Option<Project>, Vec<Diagnostic>)> {
    let mut problems = Vec::new();
    let root = location.root();
    let parts = match location.kind() {
        DescriptionKind::Schema => folder::load(root, jobs, &mut problems)?,
        DescriptionKind::TableGroup => csvw::load(root, location.file(), &mut problems)?,
        DescriptionKind::DataPackage => package::load(root, location.file(), &mut problems)?,
    };
    crate::diagnostic::sort(&mut problems);
    let Parts { dataset, tables, vocabularies, checks } = parts;
    let project = |dataset| Project { root: root.to_path_buf(), dataset, tables, vocabularies, checks };
    Ok((dataset.filter(|_| !has_errors(&problems)).map(project), problems))
}

/// Reads and parses one schema file; what is wrong with it as text or YAML goes to `problems`.
fn read(root: &Path, path: &str, problems: &mut Vec<Diagnostic>) -> Result<Option<(File, Node)>> {
    let Some(text) = read_text(root, path, problems)? else { return Ok(None) };
    let mut file = File::new(Arc::from(path));
    match file.parse(&text) {
        Some(node) => Ok(Some((file, node))),
        None => {
            problems.append(&mut file.problems);
            Ok(None)
        }
    }
}

fn read_text(root: &Path, path: &str, problems: &mut Vec<Diagnostic>) -> Result<Option<String>> {
    let full = root.join(path);
    let place = Place::file(&Arc::from(path));
    if let Some(problem) = links::problem(root, path) {
        problems.push(problem);
        return Ok(None);
    }
    if !full.is_file() {
        problems.push(Diagnostic::new(&codes::UNREADABLE_FILE, place, "not a file that can be read"));
        return Ok(None);
    }
    let bytes = fs::read(&full).map_err(|e| Error::machine("read", &full, e))?;
    match decode(&bytes, 1, 0) {
        Ok(text) => Ok(Some(text.to_owned())),
        Err(error) => {
            problems.push(error.into_diagnostic(&place.file));
            Ok(None)
        }
    }
}
