//! Files of a folder of `schema/`, by their endings.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Error, Place, Result, codes};
use crate::links;

/// The names (without ending) of the files in a folder that end in `.<extension>`, sorted bytewise; other files are
/// reported, so that a misspelt ending does not make a table vanish.
pub(super) fn names_in(
    root: &Path,
    folder: &str,
    extension: &'static str,
    problems: &mut Vec<Diagnostic>,
) -> Result<Vec<String>> {
    Ok(names_with(root, folder, &[extension], problems)?.into_keys().collect())
}

/// The same for several endings: each name with the endings it comes with.
pub(super) fn names_with(
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
    if let Some(problem) = links::problem(root, folder) {
        problems.push(problem);
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
