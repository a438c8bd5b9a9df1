//! Reads `schema/` into a [`Project`], reporting every mistake with its place.

mod checks;
mod constraints;
mod dataset;
mod field;
mod publication;
mod resolve;
mod table;
mod views;
mod vocabularies;

pub use checks::explain_checks;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::Project;
use super::tree::{File, Node};
use crate::diagnostic::{Diagnostic, Error, Place, Result, codes, has_errors, nearest, quoted};
use crate::tokens::decode;

/// Reads the project in `root`.
///
/// Returns the project, or every mistake found in its schema. Fails when there is no `schema/dataset.yaml`
/// ([`Error::Usage`]) or a file cannot be read.
pub fn load(root: &Path) -> Result<std::result::Result<Project, Vec<Diagnostic>>> {
    let path = root.join("schema/dataset.yaml");
    if !path.is_file() {
        let message = format!("no project in `{}`: there is no schema/dataset.yaml", root.display());
        return Err(Error::Usage(message));
    }
    let mut problems = Vec::new();
    report_strangers(root, &mut problems)?;
    let (dataset, resources) = match read(root, "schema/dataset.yaml", &mut problems)? {
        Some((mut file, node)) => {
            let dataset = dataset::dataset(&mut file, node);
            problems.append(&mut file.problems);
            dataset
        }
        None => (None, None),
    };
    let vocabularies = vocabularies::load(root, &mut problems)?;
    let drafts = table::load(root, &resources, &vocabularies, &mut problems)?;
    let views = views::load(root, &vocabularies, &mut problems)?;
    let tables = resolve::tables(drafts, views, &vocabularies, &mut problems);
    let checks = checks::load(root, &tables, &mut problems)?;
    match dataset {
        Some(dataset) if !has_errors(&problems) => {
            Ok(Ok(Project { root: root.to_path_buf(), dataset, tables, vocabularies, checks }))
        }
        _ => {
            crate::diagnostic::sort(&mut problems);
            Ok(Err(problems))
        }
    }
}

/// What may lie in `schema/`; notes to curators (`.md`) and hidden files may, too.
const ENTRIES: [&str; 5] = ["dataset.yaml", "tables", "vocabularies", "checks", "views"];

/// Reports what nothing in `schema/` reads: a misspelt folder must not take its tables or checks with it in silence.
fn report_strangers(root: &Path, problems: &mut Vec<Diagnostic>) -> Result<()> {
    let folder = root.join("schema");
    for entry in fs::read_dir(&folder).map_err(|e| Error::machine("read", &folder, e))? {
        let entry = entry.map_err(|e| Error::machine("read", &folder, e))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if ENTRIES.contains(&name.as_str()) || name.starts_with('.') || name.ends_with(".md") {
            continue;
        }
        let place = Place::file(&Arc::from(format!("schema/{name}")));
        let help = match nearest(&name, ENTRIES) {
            Some(near) => format!("did you mean `schema/{near}`?"),
            None => format!("schema/ holds {}", quoted(ENTRIES)),
        };
        let problem = Diagnostic::new(&codes::UNREAD_FILE, place, "nothing reads this");
        problems.push(problem.with_help(help));
    }
    Ok(())
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

/// The names (without ending) of the files in a folder that end in `.<extension>`, sorted bytewise; other files are
/// reported, so that a misspelt ending does not make a table vanish.
fn names_in(
    root: &Path,
    folder: &str,
    extension: &'static str,
    problems: &mut Vec<Diagnostic>,
) -> Result<Vec<String>> {
    Ok(names_with(root, folder, &[extension], problems)?.into_keys().collect())
}

/// The same for several endings: each name with the endings it comes with.
fn names_with(
    root: &Path,
    folder: &str,
    extensions: &[&'static str],
    problems: &mut Vec<Diagnostic>,
) -> Result<BTreeMap<String, Vec<&'static str>>> {
    let full = root.join(folder);
    let mut names: BTreeMap<String, Vec<&'static str>> = BTreeMap::new();
    if !full.is_dir() {
        return Ok(names);
    }
    for entry in fs::read_dir(&full).map_err(|e| Error::machine("read", &full, e))? {
        let entry = entry.map_err(|e| Error::machine("read", &full, e))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
        match extensions.iter().find(|known| **known == ending && !stem.is_empty()) {
            Some(known) => names.entry(stem.to_owned()).or_default().push(known),
            None => {
                let place = Place::file(&Arc::from(format!("{folder}/{name}")));
                let endings = extensions.iter().map(|e| format!(".{e}")).collect::<Vec<_>>().join(" or ");
                let message = format!("a file that nothing reads; files in {folder} end in {endings}");
                problems.push(Diagnostic::new(&codes::UNREAD_FILE, place, message));
            }
        }
    }
    Ok(names)
}
