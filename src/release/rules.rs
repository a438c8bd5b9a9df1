//! What must hold in a manifest: its form, and what its form cannot say.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::staging::{path_fault, segment_fault, twins};

use super::finding::{Finding, Kind};
use super::layout::{self, DOCUMENT_BYTES, MANIFEST};
use super::manifest::{
    CONTENT_DIGEST_RULE, FORMAT, FileRecord, ForeignKeyRecord, Manifest, TableFile, TableRecord,
};
use super::sums::first_different_line;

/// Most files a release may list.
pub(crate) const FILES: usize = 100_000;

impl Manifest {
    /// Reads a document; fails with all that is wrong with it.
    pub fn parse(bytes: &[u8]) -> Result<Manifest, Vec<Finding>> {
        let bad = |message: String| vec![Finding::new(Kind::BadManifest, MANIFEST, message)];
        if bytes.len() as u64 > DOCUMENT_BYTES {
            return Err(bad(format!("it is larger than {DOCUMENT_BYTES} bytes")));
        }
        // Keys given twice, unknown keys and deep nesting end here: every object is a struct.
        let manifest: Manifest = serde_json::from_slice(bytes)
            .map_err(|error| bad(foreign_format(bytes).unwrap_or_else(|| error.to_string())))?;
        if manifest.format != FORMAT {
            return Err(bad(foreign_format(bytes).unwrap_or_default()));
        }
        let canonical = manifest.to_bytes();
        if canonical != bytes {
            let line = first_different_line(&canonical, bytes);
            return Err(bad(format!("line {line} is not written as letterpress writes it")));
        }
        let faults = faults(&manifest);
        if faults.is_empty() { Ok(manifest) } else { Err(faults) }
    }
}

/// What to say of a document that names another format than [`FORMAT`].
fn foreign_format(bytes: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Probe {
        format: String,
    }
    let probe: Probe = serde_json::from_slice(bytes).ok()?;
    (probe.format != FORMAT).then(|| {
        format!("its format is `{}`, and this version of letterpress reads `{FORMAT}` only", probe.format)
    })
}

/// Everything that is wrong with `manifest`.
pub(crate) fn faults(manifest: &Manifest) -> Vec<Finding> {
    let mut faults = Vec::new();
    let mut bad = |message: String| faults.push(Finding::new(Kind::BadManifest, MANIFEST, message));
    if manifest.files.len() > FILES {
        bad(format!("it lists more than {FILES} files"));
        return faults;
    }
    describe(manifest, &mut bad);
    tables(manifest).into_iter().chain(held_tables(manifest)).for_each(bad);
    faults.extend(paths(manifest));
    faults
}

/// The head of the document.
fn describe(manifest: &Manifest, bad: &mut impl FnMut(String)) {
    if let Some(fault) = segment_fault(&manifest.name) {
        bad(format!("the name `{}` is no file name: {fault}", manifest.name));
    }
    if !manifest.version.build.is_empty() {
        bad(format!("the version `{}` has build metadata, which no order depends on", manifest.version));
    }
    if manifest.content_digest_rule != CONTENT_DIGEST_RULE {
        let rule = &manifest.content_digest_rule;
        bad(format!(
            "its content digests are `{rule}`, and this version of letterpress computes `{CONTENT_DIGEST_RULE}` only"
        ));
    }
    let date = manifest.created.parse::<jiff::civil::Date>();
    if date.map_or(true, |date| date.to_string() != manifest.created) {
        bad(format!("`created` is `{}`, which is no date of the form YYYY-MM-DD", manifest.created));
    }
    if let Some(previous) = &manifest.previous
        && previous.version >= manifest.version
    {
        let (version, earlier) = (&manifest.version, &previous.version);
        bad(format!("version {version} is not greater than its predecessor's, {earlier}"));
    }
    if manifest.files.iter().try_fold(0u64, |sum, file| sum.checked_add(file.bytes)).is_none() {
        bad("the sizes of its files add up to more than any disk holds".to_owned());
    }
}

/// The tables: named once each, and held by files that are listed.
fn tables(manifest: &Manifest) -> Vec<String> {
    let mut faults = Vec::new();
    let mut names = BTreeSet::new();
    for table in &manifest.tables {
        let name = &table.name;
        if !names.insert(name) {
            faults.push(format!("the table `{name}` is listed twice"));
        }
        let mut columns = BTreeSet::new();
        if let Some(column) = table.columns.iter().find(|column| !columns.insert(&column.name)) {
            faults.push(format!("the table `{name}` has two columns `{}`", column.name));
        }
        let is_column = |column: &&String| columns.contains(column);
        let of_keys = table.foreign_keys.iter().flat_map(|key| &key.columns);
        if let Some(column) = table.primary_key.iter().chain(of_keys).find(|column| !is_column(column)) {
            faults.push(format!(
                "a key of the table `{name}` names the column `{column}`, which it does not have"
            ));
        }
        faults.extend(references(manifest, table));
        if let Some(format) =
            table.files.iter().map(|file| &file.format).find(|format| !has_all_parts(table, format))
        {
            faults.push(format!("the parts of the table `{name}` as `{format}` are not numbered from 1"));
        }
        for TableFile { path, .. } in &table.files {
            let at = manifest.files.binary_search_by(|file| file.path.as_bytes().cmp(path.as_bytes()));
            match at.ok().and_then(|at| manifest.files.get(at)) {
                None => {
                    faults.push(format!("the table `{name}` names the file `{path}`, which is not listed"))
                }
                Some(file) if file.tables != [name.as_str()] => {
                    faults.push(format!(
                        "the file `{path}` of the table `{name}` says that it holds {:?}",
                        file.tables
                    ));
                }
                Some(_) => {}
            }
        }
    }
    faults
}

/// Whether the table's files in a format are one, or parts with the numbers from 1 on, in order.
fn has_all_parts(table: &TableRecord, format: &str) -> bool {
    let parts: Vec<Option<u64>> =
        table.files.iter().filter(|file| file.format == format).map(|file| file.part).collect();
    parts == [None] || parts.len() > 1 && parts.iter().copied().eq((1..=parts.len() as u64).map(Some))
}

/// What is wrong with the tables that files say they hold.
fn held_tables(manifest: &Manifest) -> Vec<String> {
    let names: BTreeSet<&String> = manifest.tables.iter().map(|table| &table.name).collect();
    let of_tables = manifest.tables.iter().flat_map(|table| &table.files).map(|file| file.path.as_str());
    let of_tables: BTreeSet<&str> = of_tables.collect();
    let fault = |file: &FileRecord| {
        let FileRecord { path, tables, format, .. } = file;
        if let Some(table) = tables.iter().find(|table| !names.contains(table)) {
            return Some(format!("the file `{path}` says that it holds `{table}`, which is not listed"));
        }
        let is_spanning = !tables.is_empty() && !of_tables.contains(path.as_str());
        match (format, is_spanning) {
            (None, true) => Some(format!("the file `{path}` holds tables, and no format is named")),
            (Some(format), false) => Some(format!(
                "the file `{path}` names the format `{format}`, and is no file of several tables"
            )),
            _ => None,
        }
    };
    manifest.files.iter().filter_map(fault).collect()
}

/// What is wrong with references to other tables.
fn references(manifest: &Manifest, table: &TableRecord) -> Vec<String> {
    let name = &table.name;
    let fault = |key: &ForeignKeyRecord| {
        let Some(target) = manifest.tables.iter().find(|other| other.name == key.table) else {
            return Some(format!(
                "the table `{name}` refers to the table `{}`, which is not listed",
                key.table
            ));
        };
        let is_there = |column: &String| target.columns.iter().any(|other| other.name == *column);
        let missing = key.references.iter().find(|column| !is_there(column))?;
        Some(format!(
            "the table `{name}` refers to the column `{missing}` of `{}`, which it does not have",
            key.table
        ))
    };
    table.foreign_keys.iter().filter_map(fault).collect()
}

/// The paths: by grammar, in order, and none in another's way.
fn paths(manifest: &Manifest) -> Vec<Finding> {
    let mut faults = Vec::new();
    for file in &manifest.files {
        if let Some(fault) = path_fault(&file.path) {
            faults.push(Finding::new(
                Kind::UnsafePath,
                &file.path,
                format!("the manifest lists it, but {fault}"),
            ));
        } else if layout::is_beyond_manifest(&file.path) {
            let message = format!("it lists `{}`, which follows from it", file.path);
            faults.push(Finding::new(Kind::BadManifest, MANIFEST, message));
        }
    }
    let mut neighbours = manifest.files.iter().zip(manifest.files.iter().skip(1));
    if let Some((a, b)) = neighbours.find(|(a, b)| a.path.as_bytes() >= b.path.as_bytes()) {
        let message = format!(
            "`{}` is listed after `{}`: files stand in the order of their bytes, once each",
            b.path, a.path
        );
        faults.push(Finding::new(Kind::BadManifest, MANIFEST, message));
    }
    let listed = manifest.files.iter().map(|file| file.path.as_str());
    for pair in twins(layout::BEYOND_MANIFEST.iter().copied().chain(listed)) {
        let message = format!("some file systems take it for `{}`, which is in the release too", pair.first);
        faults.push(Finding::new(Kind::CaseTwin, pair.second, message));
    }
    faults
}

#[cfg(test)]
pub(crate) mod tests {
    use semver::Version;

    use super::*;
    use crate::digest::Digest;
    use crate::release::{ColumnRecord, FORMAT, Previous, Tool};

    /// A manifest with nothing wrong.
    pub(crate) fn sample() -> Manifest {
        let file = |path: &str, bytes: u64| FileRecord {
            path: path.to_owned(),
            bytes,
            sha256: Digest::of(path.as_bytes()),
            media_type: "text/csv".to_owned(),
            format: None,
            tables: if path.starts_with("data/") { vec!["events".to_owned()] } else { Vec::new() },
        };
        Manifest {
            format: FORMAT.to_owned(),
            name: "sample".to_owned(),
            title: Some("A sample".to_owned()),
            version: Version::new(1, 2, 0),
            created: "2026-02-28".to_owned(),
            draft: false,
            previous: None,
            tool: Tool { name: "letterpress".to_owned(), version: "0.1.0".to_owned() },
            content_digest_rule: CONTENT_DIGEST_RULE.to_owned(),
            tables: vec![TableRecord {
                columns: vec![ColumnRecord::new("id", "text")],
                files: vec![TableFile::new("data/csv/events.csv", "csv")],
                ..TableRecord::new("events", 2, Digest::of(b"rows"))
            }],
            files: vec![file("README.md", 10), file("data/csv/events.csv", 20)],
        }
    }

    fn found(change: impl FnOnce(&mut Manifest)) -> Vec<(Kind, String)> {
        let mut manifest = sample();
        change(&mut manifest);
        faults(&manifest).into_iter().map(|fault| (fault.kind, fault.message)).collect()
    }

    #[track_caller]
    fn assert_fault(kind: Kind, words: &str, change: impl FnOnce(&mut Manifest)) {
        let found = found(change);
        assert!(found.iter().any(|(k, message)| *k == kind && message.contains(words)), "{found:?}");
    }

    #[test]
    fn the_sample_is_in_order() {
        assert_eq!(found(|_| {}), []);
    }

    #[test]
    fn the_head_is_checked() {
        assert_fault(Kind::BadManifest, "is no file name", |m| m.name = "../x".into());
        assert_fault(Kind::BadManifest, "build metadata", |m| {
            m.version = "1.0.0+x".parse().expect("it is a version");
        });
        for date in ["2026-02-30", "2026-2-3", "20260203", "2026-02-03T00:00:00", "", "2026"] {
            assert_fault(Kind::BadManifest, "no date", |m| m.created = date.into());
        }
        for version in [Version::new(1, 2, 0), Version::new(2, 0, 0)] {
            let previous = Previous { version, id: Digest::of(b"") };
            assert_fault(Kind::BadManifest, "not greater", |m| m.previous = Some(previous));
        }
        assert_fault(Kind::BadManifest, "computes `letterpress-content/2` only", |m| {
            m.content_digest_rule = "letterpress-content/1".into();
        });
        assert_fault(Kind::BadManifest, "more than any disk", |m| m.files[0].bytes = u64::MAX);
    }

    #[test]
    fn tables_are_checked() {
        assert_fault(Kind::BadManifest, "listed twice", |m| m.tables.push(m.tables[0].clone()));
        assert_fault(Kind::BadManifest, "two columns `id`", |m| {
            let column = m.tables[0].columns[0].clone();
            m.tables[0].columns.push(column);
        });
        assert_fault(Kind::BadManifest, "which is not listed", |m| {
            m.tables[0].files.push(TableFile::new("data/x", "csv"))
        });
        for parts in [
            vec![Some(1)],
            vec![None, None],
            vec![Some(2), Some(1)],
            vec![Some(1), Some(3)],
            vec![None, Some(2)],
        ] {
            assert_fault(Kind::BadManifest, "not numbered from 1", |m| {
                let file = m.tables[0].files[0].clone();
                m.tables[0].files =
                    parts.into_iter().map(|part| TableFile { part, ..file.clone() }).collect();
            });
        }
        assert_fault(Kind::BadManifest, "says that it holds", |m| m.files[1].tables.clear());
        assert_fault(Kind::BadManifest, "holds `x`, which is not listed", |m| {
            m.files[1].tables.push("x".into())
        });
        let readme_holds = |tables: &[&str], format: Option<&str>| {
            let (tables, format) =
                (tables.iter().map(|&name| name.to_owned()).collect(), format.map(str::to_owned));
            move |m: &mut Manifest| (m.files[0].tables, m.files[0].format) = (tables, format)
        };
        assert_fault(Kind::BadManifest, "no format is named", readme_holds(&["events"], None));
        assert_fault(Kind::BadManifest, "is no file of several tables", readme_holds(&[], Some("book")));
        assert_fault(Kind::BadManifest, "is no file of several tables", |m| {
            m.files[1].format = Some("csv".into())
        });
        assert_eq!(found(readme_holds(&["events"], Some("book"))), []);
        assert_fault(Kind::BadManifest, "names the column `x`", |m| m.tables[0].primary_key.push("x".into()));
        let key = |table: &str, column: &str| ForeignKeyRecord {
            columns: vec!["id".to_owned()],
            table: table.to_owned(),
            references: vec![column.to_owned()],
        };
        assert_fault(Kind::BadManifest, "refers to the table `x`", |m| {
            m.tables[0].foreign_keys.push(key("x", "id"))
        });
        assert_fault(Kind::BadManifest, "refers to the column `x`", |m| {
            m.tables[0].foreign_keys.push(key("events", "x"))
        });
        assert_eq!(found(|m| m.tables[0].foreign_keys.push(key("events", "id"))), []);
    }

    #[test]
    fn paths_are_checked() {
        assert_fault(Kind::UnsafePath, "is empty", |m| m.files[1].path = "data//x".into());
        assert_fault(Kind::UnsafePath, "begins with a dot", |m| m.files[1].path = "../secret".into());
        assert_fault(Kind::BadManifest, "follows from it", |m| m.files[0].path = "SHA256SUMS".into());
        assert_fault(Kind::BadManifest, "follows from it", |m| m.files[0].path = "manifest.json".into());
        assert_fault(Kind::BadManifest, "order of their bytes", |m| m.files.reverse());
        assert_fault(Kind::BadManifest, "once each", |m| m.files[1] = m.files[0].clone());
        assert_fault(Kind::CaseTwin, "README.md", |m| m.files[1].path = "readme.md".into());
        assert_fault(Kind::CaseTwin, "SHA256SUMS", |m| m.files[0].path = "sha256sums".into());
        assert_fault(Kind::CaseTwin, "README.md", |m| m.files[1].path = "README.md/x".into());
    }

    #[test]
    fn more_files_than_the_limit_are_refused() {
        assert_fault(Kind::BadManifest, "more than 100000 files", |m| {
            m.files = vec![m.files[0].clone(); FILES + 1];
        });
    }
}
