//! The tabular files of a folder, and what is not taken.

use std::fs;
use std::path::Path;

use super::super::MAX_FOLDERS;
use crate::diagnostic::{Error, Result};

/// What was found in a folder and below, in the order of names.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Paths of files that are described, whatever they hold.
    pub(super) tables: Vec<String>,
    /// Paths of files that are described if they look like tables.
    pub(super) texts: Vec<String>,
    /// Files and folders that are not looked at, and why.
    pub(super) left_out: Vec<(String, &'static str)>,
}

/// Endings of files that are tables, and of those that may be.
const TABLES: [&str; 2] = ["csv", "tsv"];
const TEXTS: [&str; 5] = ["txt", "tab", "dat", "psv", "asc"];

/// Endings of other files that hold data.
const OTHERS: [&str; 22] = [
    "xlsx", "xls", "xlsm", "xlsb", "ods", "json", "geojson", "ndjson", "jsonl", "parquet", "arrow",
    "feather", "dbf", "sav", "dta", "mdb", "accdb", "sqlite", "db", "xml", "zip", "7z",
];

/// Finds the files; not in hidden folders, nor among the releases.
pub(super) fn find(root: &Path) -> Result<Found> {
    let mut found = Found::default();
    walk(root, "", 0, &mut found)?;
    found.tables.sort();
    found.texts.sort();
    found.left_out.sort();
    Ok(found)
}

fn walk(root: &Path, below: &str, depth: usize, found: &mut Found) -> Result<()> {
    let folder = root.join(below);
    for entry in fs::read_dir(&folder).map_err(|e| Error::machine("read", &folder, e))? {
        let entry = entry.map_err(|e| Error::machine("read", &folder, e))?;
        let kind = entry.file_type().map_err(|e| Error::machine("read", &folder, e))?;
        let name = entry.file_name();
        let shown = name.to_string_lossy();
        let path = if below.is_empty() { shown.to_string() } else { format!("{below}/{shown}") };
        if kind.is_dir() {
            match (shown.starts_with('.') || path == "dist", depth < MAX_FOLDERS) {
                (true, _) => {}
                (false, true) => walk(root, &path, depth + 1, found)?,
                (false, false) => found.left_out.push((path, "it lies deeper than folders are searched")),
            }
            continue;
        }
        let Some(sort) = sort(&shown) else { continue };
        let reason = match sort {
            _ if name.to_str().is_none_or(|name| name.chars().any(char::is_control)) => {
                Some("its name has characters that no path in a schema may have")
            }
            _ if kind.is_symlink() => Some("it is a link; a copy of the file itself would be described"),
            _ if !kind.is_file() => Some("it is no file"),
            _ if shown.starts_with('.') => Some("its name begins with a point"),
            Sort::Other => Some("only delimited text is described; a table for it is written by hand"),
            Sort::Table | Sort::Text => None,
        };
        match (reason, sort) {
            (Some(reason), _) => found.left_out.push((path, reason)),
            (None, Sort::Table) => found.tables.push(path),
            (None, _) => found.texts.push(path),
        }
    }
    Ok(())
}

/// What a file is, as its name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Table,
    Text,
    Other,
}

/// `None` for files that are no data.
fn sort(name: &str) -> Option<Sort> {
    let name = [".gz", ".zst", ".zstd"].iter().find_map(|packed| name.strip_suffix(packed)).unwrap_or(name);
    let (_, ending) = name.rsplit_once('.')?;
    let is = |endings: &[&str]| endings.iter().any(|known| known.eq_ignore_ascii_case(ending));
    // Compressed by a name in capitals, it would not be unpacked.
    let is_packed = is(&["gz", "zst", "zstd"]);
    match () {
        () if is(&TABLES) => Some(Sort::Table),
        () if is(&TEXTS) => Some(Sort::Text),
        () if is(&OTHERS) || is_packed => Some(Sort::Other),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_what_is_taken() {
        for (name, told) in [
            ("a.csv", Some(Sort::Table)),
            ("B.CSV", Some(Sort::Table)),
            ("a.tsv.gz", Some(Sort::Table)),
            ("a.Csv.zst", Some(Sort::Table)),
            ("a.csv.GZ", Some(Sort::Other)),
            ("a.txt", Some(Sort::Text)),
            ("a.xlsx", Some(Sort::Other)),
            ("README.md", None),
            ("Makefile", None),
        ] {
            assert_eq!(sort(name), told, "{name}");
        }
    }
}
