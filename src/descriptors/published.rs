//! The tables of a release with the files that hold them, format by format.

use crate::release::TableFile;
use crate::schema::Table;
use crate::staging::Artifact;

use super::Described;

/// Names of formats that documents say more of.
pub(super) const PARQUET: &str = "parquet";
pub(super) const CSV: &str = "csv";
const JSON_LD: &str = "jsonld";

/// A table and its files.
pub(super) struct PublishedTable<'a> {
    pub(super) table: &'a Table,
    pub(super) rows: u64,
    pub(super) formats: Vec<InFormat<'a>>,
}

/// A table in one format: one file, or several parts in the order of their rows.
pub(super) struct InFormat<'a> {
    pub(super) name: &'a str,
    pub(super) media_type: &'a str,
    pub(super) parts: Vec<&'a Artifact>,
}

/// Every table of the release, in the order in which they are published.
pub(super) fn tables<'a>(release: &Described<'a>) -> Vec<PublishedTable<'a>> {
    let tables = release.project.tables.iter().zip(release.tables);
    tables
        .map(|(table, record)| PublishedTable {
            table,
            rows: record.rows,
            formats: formats(release, &record.files),
        })
        .collect()
}

fn formats<'a>(release: &Described<'a>, files: &'a [TableFile]) -> Vec<InFormat<'a>> {
    let mut formats: Vec<InFormat<'a>> = Vec::new();
    for (name, file) in
        files.iter().filter_map(|file| Some((file.format.as_str(), release.file(&file.path)?)))
    {
        match formats.iter_mut().find(|format| format.name == name) {
            Some(format) => format.parts.push(file),
            None => formats.push(InFormat { name, media_type: &file.media_type, parts: vec![file] }),
        }
    }
    formats
}

impl Described<'_> {
    /// Whether any table is published in the format of this name.
    pub(super) fn has_format(&self, name: &str) -> bool {
        self.tables.iter().flat_map(|table| &table.files).any(|file| file.format == name)
    }
}

impl<'a> PublishedTable<'a> {
    /// The table in the first of these formats that it is published in.
    pub(super) fn in_first(&self, names: &[&str]) -> Option<&InFormat<'a>> {
        names.iter().find_map(|wanted| self.formats.iter().find(|format| format.name == *wanted))
    }

    /// What people call the table.
    pub(super) fn title(&self) -> &'a str {
        self.table.title.as_deref().unwrap_or(&self.table.name)
    }
}

impl InFormat<'_> {
    /// What people call the format.
    pub(super) fn title(&self) -> &str {
        match self.name {
            CSV => "CSV",
            PARQUET => "Parquet",
            JSON_LD => "JSON-LD",
            other => other,
        }
    }

    /// A pattern that the parts match and no other file does: `?` stands where their names differ. The path itself,
    /// when there is one part.
    pub(super) fn pattern(&self) -> String {
        let mut pattern: Vec<u8> =
            self.parts.first().map(|part| part.path.clone().into_bytes()).unwrap_or_default();
        for part in &self.parts {
            let differing =
                pattern.iter_mut().zip(part.path.bytes()).filter(|(mine, theirs)| **mine != *theirs);
            differing.for_each(|(mine, _)| *mine = b'?');
        }
        String::from_utf8_lossy(&pattern).into_owned()
    }
}
