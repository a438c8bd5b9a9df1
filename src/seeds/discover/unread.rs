//! What is told of files among the seeds that no table reads.

use std::sync::Arc;

use super::ending::{ENDINGS, kind, stem};
use super::{Entry, MAX_FOLDERS, is_note};
use crate::diagnostic::{Diagnostic, Place, codes, listed, nearest, quoted};
use crate::schema::{Project, SeedLocation};

/// What there is to say about a file or folder.
pub(super) fn problem(project: &Project, path: &str, entry: Entry) -> Option<Diagnostic> {
    let place = Place::file(&Arc::from(path));
    let told = |code, message: String| Diagnostic::new(code, place.clone(), message);
    match entry {
        Entry::Taken => None,
        Entry::Free | Entry::Unknown(_) if is_note(path) => None,
        Entry::Free => Some(unclaimed(project, path)),
        Entry::Unknown(table) => Some(unknown_ending(project, table, path)),
        Entry::Hidden => {
            let message = "not read, because its name begins with a point".to_owned();
            let help = "rename it, name it in `path` of its resource by a pattern that begins with a point, or move it";
            Some(told(&codes::HIDDEN_FILE, message).with_help(help))
        }
        Entry::HiddenFolder => {
            let message = "what is in here is not read, because the folder's name begins with a point";
            Some(
                told(&codes::HIDDEN_FILE, message.to_owned())
                    .with_help("rename it, or move it out of the seeds"),
            )
        }
        Entry::TooDeep => {
            let message = format!("what is in here is not read: folders are searched {MAX_FOLDERS} deep");
            Some(told(&codes::UNREAD_FILE, message).with_help("move it up"))
        }
    }
}

/// A file that would be a table's, if anything were known of its ending.
fn unknown_ending(project: &Project, table: usize, path: &str) -> Diagnostic {
    let place = Place::file(&Arc::from(path));
    let table = &project.tables[table].name;
    let name = path.rsplit('/').next().unwrap_or(path);
    let lower = name.to_ascii_lowercase();
    let message = "the ending of this file is not that of a seed";
    let problem = Diagnostic::new(&codes::UNREAD_FILE, place, message);
    if kind(&lower).is_some() {
        let ending = &name[stem(&lower).len()..];
        let help = format!(
            "endings are in lower case: `{}`; or say `format` in the resource `{table}` of dataset.yaml",
            ending.to_ascii_lowercase()
        );
        return problem.with_help(help);
    }
    let endings = listed(ENDINGS.iter().map(|(ending, _)| *ending));
    problem.with_help(format!(
        "the endings are {endings}; for another, say `format` in the resource `{table}` of dataset.yaml"
    ))
}

/// A file that is no table's.
fn unclaimed(project: &Project, path: &str) -> Diagnostic {
    let place = Place::file(&Arc::from(path));
    let rest = path.strip_prefix("seeds/").unwrap_or(path);
    let name = rest.split('/').next().map_or(rest, stem);
    let table = project.tables.iter().find(|table| table.name == name);
    if let Some(SeedLocation::Globs(_)) = table.map(|table| &table.seeds) {
        let message = format!("no table reads this file: no `path` of the resource `{name}` matches it");
        return Diagnostic::new(&codes::UNREAD_FILE, place, message);
    }
    let message = format!("no table reads this file: there is no table `{name}` with seeds of its own");
    let problem = Diagnostic::new(&codes::UNREAD_FILE, place, message);
    if let Some(nested) = table.and_then(|table| table.nested.as_ref()) {
        let parents = nested.parents.iter().map(|&p| project.tables[p].name.as_str());
        return problem.with_help(format!("its records are written inside those of {}", quoted(parents)));
    }
    let default = project.tables.iter().filter(|table| table.seeds == SeedLocation::Default);
    match nearest(name, default.map(|table| table.name.as_str())) {
        Some(near) => problem.with_help(format!("did you mean `{near}`?")),
        None => problem,
    }
}
