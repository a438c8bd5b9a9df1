//! A new project: the small example that `letterpress init` writes, which builds at once and explains itself, or a schema
//! for files that are there already.

mod from;

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use crate::diagnostic::{Error, Result};

pub use from::{Described, init_from};

/// The files of the starter project, with `/` in their paths.
pub(crate) static STARTER: &[(&str, &str)] = &[
    ("README.md", include_str!("starter/README.md")),
    (".vscode/settings.json", include_str!("starter/.vscode/settings.json")),
    (".letterpress/floods.schema.json", include_str!("starter/.letterpress/floods.schema.json")),
    (".letterpress/gauges.schema.json", include_str!("starter/.letterpress/gauges.schema.json")),
    (".letterpress/sources.schema.json", include_str!("starter/.letterpress/sources.schema.json")),
    ("schema/dataset.yaml", include_str!("starter/schema/dataset.yaml")),
    ("schema/tables/gauges.yaml", include_str!("starter/schema/tables/gauges.yaml")),
    ("schema/tables/sources.yaml", include_str!("starter/schema/tables/sources.yaml")),
    ("schema/tables/floods.yaml", include_str!("starter/schema/tables/floods.yaml")),
    ("schema/tables/flood_reports.yaml", include_str!("starter/schema/tables/flood_reports.yaml")),
    ("schema/vocabularies/flood_kind.yaml", include_str!("starter/schema/vocabularies/flood_kind.yaml")),
    ("schema/checks/peak-below-zero.sql", include_str!("starter/schema/checks/peak-below-zero.sql")),
    ("seeds/gauges.csv", include_str!("starter/seeds/gauges.csv")),
    ("seeds/sources.yaml", include_str!("starter/seeds/sources.yaml")),
    ("seeds/floods/18th-century.yaml", include_str!("starter/seeds/floods/18th-century.yaml")),
    ("seeds/floods/19th-century.yaml", include_str!("starter/seeds/floods/19th-century.yaml")),
];

/// What names the data set in `schema/dataset.yaml`.
const NAME: &str = "\nname: river-floods";

/// Deepest folder in which files to be described are looked for, and how many are.
const MAX_FOLDERS: usize = 16;
const MAX_FILES: usize = 1000;

/// Most clashes that are named one by one.
const NAMED_CLASHES: usize = 3;

/// A project that was just written.
#[derive(Debug)]
pub struct Created {
    /// Name of the data set.
    pub name: String,
    /// Its files, relative to the project folder.
    pub files: Vec<String>,
}

/// Writes the starter project into `folder`, which is made if need be; without a `name` the folder gives it.
///
/// Fails before anything is written if a file of the starter is there already. If the disk fails on the way, the files
/// written so far are removed.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// let created = letterpress::init(&folder.path().join("floods"), None)?;
/// assert_eq!(created.name, "floods");
/// # Ok(())
/// # }
/// ```
pub fn init(folder: &Path, name: Option<&str>) -> Result<Created> {
    let name = match name {
        Some(name) => valid(name)?,
        None => name_of_folder(folder)?,
    };
    refuse_to_overwrite(folder)?;
    let files: Vec<(String, String)> = STARTER
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.replacen(NAME, &format!("\nname: {name}"), 1)))
        .collect();
    write_all(folder, &files)?;
    Ok(Created { name, files: STARTER.iter().map(|(path, _)| (*path).to_owned()).collect() })
}

/// Fails if a starter file exists, or if something that is no folder stands where one is needed.
fn refuse_to_overwrite(folder: &Path) -> Result<()> {
    if folder.exists() && !folder.is_dir() {
        return Err(Error::Usage(format!("`{}` is not a folder", folder.display())));
    }
    let mut clashes: Vec<&str> = Vec::new();
    for (path, _) in STARTER {
        let parents = path.match_indices('/').map(|(end, _)| &path[..end]);
        let blocked = parents
            .into_iter()
            .find(|parent| is_taken(&folder.join(parent)) && !folder.join(parent).is_dir());
        match blocked {
            Some(parent) => clashes.push(parent),
            None if is_taken(&folder.join(path)) => clashes.push(path),
            None => {}
        }
    }
    clashes.dedup();
    if clashes.is_empty() {
        return Ok(());
    }
    let named: Vec<String> = clashes.iter().take(NAMED_CLASHES).map(|path| format!("`{path}`")).collect();
    let more = match clashes.len().saturating_sub(NAMED_CLASHES) {
        0 => String::new(),
        more => format!(" and {more} more files of the starter"),
    };
    Err(Error::Usage(format!(
        "`{}` already has {}{more}; nothing was written: choose another folder, or move what is there away",
        folder.display(),
        named.join(", "),
    )))
}

/// Whether anything is there, a broken link included.
fn is_taken(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Writes all files, or none.
fn write_all(folder: &Path, files: &[(String, String)]) -> Result<()> {
    for (written, (path, text)) in files.iter().enumerate() {
        if let Err(error) = write_new(&folder.join(path), text) {
            for (path, _) in &files[..written] {
                // Nothing more can be done about a file that cannot be removed either.
                let _ = fs::remove_file(folder.join(path));
            }
            return Err(error);
        }
    }
    Ok(())
}

fn write_new(path: &Path, text: &str) -> Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|reason| Error::machine("create", parent, reason))?;
    }
    // Not even a file that appeared a moment ago is overwritten.
    let write = || -> io::Result<()> {
        OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
    };
    write().map_err(|reason| Error::machine("write", path, reason))
}

/// A name as Data Package wants it: lower-case letters, digits, `-`, `_` and `.`, a letter first.
fn valid(name: &str) -> Result<String> {
    let begins_well = name.starts_with(|c: char| c.is_ascii_lowercase());
    if begins_well && name.chars().all(is_name_character) {
        return Ok(name.to_owned());
    }
    Err(Error::Usage(format!(
        "`{name}` cannot name a data set: use lower-case letters, digits, `-`, `_` and `.`, beginning with a letter \
         (nearest: `{}`)",
        made_valid(name)
    )))
}

fn is_name_character(c: char) -> bool {
    matches!(c, 'a'..='z' | '0'..='9' | '-' | '_' | '.')
}

fn name_of_folder(folder: &Path) -> Result<String> {
    let full = folder.canonicalize().or_else(|_| std::path::absolute(folder));
    let full = full.map_err(|reason| Error::machine("find", folder, reason))?;
    let name = full.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(made_valid(&name))
}

/// The nearest valid name: `2024 Floods` becomes `data-2024-floods`.
fn made_valid(name: &str) -> String {
    let mut valid = String::with_capacity(name.len());
    for c in name.chars().map(|c| c.to_ascii_lowercase()) {
        if is_name_character(c) {
            valid.push(c);
        } else if !valid.ends_with('-') {
            valid.push('-');
        }
    }
    let valid = valid.trim_matches(['-', '_', '.']);
    match valid.chars().next() {
        None => "data".to_owned(),
        Some('0'..='9') => format!("data-{valid}"),
        Some(_) => valid.to_owned(),
    }
}

#[cfg(test)]
mod tests;
