//! `schema/` as its author writes it: one file for the data set, for each table, vocabulary, check and view.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::{Parts, checks, dataset, read, resolve, table, views, vocabularies};
use crate::diagnostic::{Diagnostic, Error, Place, Result, codes, nearest, quoted};
use crate::links;

/// Path of the data set's own file, from the project folder.
pub(super) const DATASET: &str = "schema/dataset.yaml";

/// Reads `schema/` of the project in `root` with `jobs` threads; every mistake goes to `problems`.
pub(super) fn load(root: &Path, jobs: usize, problems: &mut Vec<Diagnostic>) -> Result<Parts> {
    report_strangers(root, problems)?;
    let (dataset, resources) = match read(root, DATASET, problems)? {
        Some((mut file, node)) => {
            let dataset = dataset::dataset(&mut file, node);
            problems.append(&mut file.problems);
            dataset
        }
        None => (None, None),
    };
    let vocabularies = vocabularies::load(root, problems)?;
    let drafts = table::load(root, &resources, &vocabularies, jobs, problems)?;
    let views = views::load(root, &vocabularies, problems)?;
    let tables = resolve::tables(drafts, views, &vocabularies, problems);
    let checks = checks::load(root, &tables, problems)?;
    Ok(Parts { dataset, tables, vocabularies, checks })
}

/// What may lie in `schema/`; notes to curators (`.md`) and hidden files may, too.
const ENTRIES: [&str; 5] = ["dataset.yaml", "tables", "vocabularies", "checks", "views"];

/// Reports what nothing in `schema/` reads: a misspelt folder must not take its tables or checks with it in silence.
fn report_strangers(root: &Path, problems: &mut Vec<Diagnostic>) -> Result<()> {
    if let Some(problem) = links::problem(root, "schema") {
        problems.push(problem);
        return Ok(());
    }
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
