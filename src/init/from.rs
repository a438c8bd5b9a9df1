//! A schema to start from, for a folder of CSV files that nobody has described.
//!
//! Every row is looked at. What is proposed holds for all of them, and a comment in the YAML says what was seen; what
//! cannot be told from the values is left to their curator, and said as well.

mod column;
mod file;
mod keys;
mod text;

use std::fs;
use std::path::Path;

use super::{Created, name_of_folder, valid, write_new};
use crate::diagnostic::{Error, Result};
use crate::schema::{Taken, table_name};
use file::Table;

/// Deepest folder that is searched, and most files that are taken.
const MAX_DEPTH: usize = 4;
const MAX_FILES: usize = 1000;

/// Describes the CSV and TSV files in `folder` and below, by a `schema/` beside them; without a `name` the folder gives it.
///
/// Fails before anything is written if there is a description already, no file, or one that cannot be read as a table.
pub fn init_from(folder: &Path, name: Option<&str>) -> Result<Created> {
    let usage = |message: String| Err(Error::Usage(message));
    let shown = folder.display();
    if !folder.is_dir() {
        return usage(format!("`{shown}` is not a folder"));
    }
    for description in ["datapackage.json", "csv-metadata.json"] {
        if folder.join(description).exists() {
            return usage(format!(
                "`{shown}` has a {description}: `letterpress build` publishes it as it is, without a schema of yours"
            ));
        }
    }
    if folder.join("schema").symlink_metadata().is_ok() {
        return usage(format!("`{shown}` already has `schema`; nothing was written"));
    }
    let name = match name {
        Some(name) => valid(name)?,
        None => name_of_folder(folder)?,
    };
    let mut paths = Vec::new();
    find(folder, "", 0, &mut paths)?;
    paths.sort();
    if paths.is_empty() || paths.len() > MAX_FILES {
        return usage(format!(
            "`{shown}` has {} CSV or TSV files; from 1 to {MAX_FILES} can be described",
            paths.len()
        ));
    }
    let mut taken = Taken::default();
    let mut tables = Vec::new();
    for path in paths {
        let stem = path.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or_default();
        let table = table_name(stem, &mut taken);
        tables.push(file::read(folder, path, table)?);
    }
    let keys = keys::propose(&tables);
    let mut files = vec![("schema/dataset.yaml".to_owned(), text::dataset(&name, &tables))];
    for (index, table) in tables.iter().enumerate() {
        let text = text::table(&tables, index, &keys);
        files.push((format!("schema/tables/{}.yaml", table.name), text));
    }
    for (path, text) in &files {
        write_new(&folder.join(path), text)?;
    }
    Ok(Created { name, files: files.into_iter().map(|(path, _)| path).collect() })
}

/// The tabular files in a folder and below, by their paths; not in hidden folders, nor among releases.
fn find(root: &Path, below: &str, depth: usize, paths: &mut Vec<String>) -> Result<()> {
    let folder = root.join(below);
    for entry in fs::read_dir(&folder).map_err(|e| Error::machine("read", &folder, e))? {
        let entry = entry.map_err(|e| Error::machine("read", &folder, e))?;
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
        let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
        let kind = entry.file_type().map_err(|e| Error::machine("read", &folder, e))?;
        if name.starts_with('.') || path == "dist" {
            continue;
        }
        let ending = name.rsplit_once('.').map(|(_, ending)| ending);
        if kind.is_dir() && depth < MAX_DEPTH {
            find(root, &path, depth + 1, paths)?;
        } else if kind.is_file() && matches!(ending, Some("csv" | "tsv")) {
            paths.push(path);
        }
    }
    Ok(())
}
