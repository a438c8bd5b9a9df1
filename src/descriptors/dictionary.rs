//! The data dictionary: every table, column and vocabulary in words, for the documents that people read.

use serde::Serialize;

use super::published::{self, PublishedTable};
use super::{Described, derivation, values};
use crate::quantity;
use crate::schema::{Column, ColumnRole, Constraints, Field, Pattern, Project, Table, Vocabulary};

/// What a template is told about a table.
#[derive(Serialize)]
pub(super) struct TableEntry<'a> {
    name: &'a str,
    title: &'a str,
    description: Option<&'a str>,
    rows: String,
    row_count: String,
    key: Vec<&'a str>,
    /// From what it was derived, if nobody wrote it.
    derivation: Option<&'static str>,
    /// References of several columns together: the columns, the table, its columns.
    references: Vec<Reference<'a>>,
    columns: Vec<ColumnEntry<'a>>,
    formats: Vec<FormatEntry<'a>>,
}

/// What a template is told about a table in one format.
#[derive(Serialize)]
struct FormatEntry<'a> {
    title: String,
    /// Path of the file, or a pattern that its parts match.
    pattern: String,
    parts: Vec<FileEntry<'a>>,
}

/// What a template is told about a file.
#[derive(Serialize)]
pub(super) struct FileEntry<'a> {
    path: &'a str,
    bytes: u64,
    size: String,
    sha256: String,
}

#[derive(Serialize)]
struct Reference<'a> {
    columns: Vec<&'a str>,
    table: &'a str,
    targets: Vec<&'a str>,
}

/// What a template is told about a column.
#[derive(Serialize)]
struct ColumnEntry<'a> {
    name: &'a str,
    title: Option<&'a str>,
    description: Option<&'a str>,
    kind: String,
    is_key: bool,
    required: bool,
    unit: Option<&'a str>,
    vocabulary: Option<&'a str>,
    reference: Option<Reference<'a>>,
    allowed: Vec<String>,
    pattern: Option<&'a str>,
    /// Further rules, as a sentence.
    rules: Option<String>,
    example: Option<&'a str>,
}

/// What a template is told about a vocabulary.
#[derive(Serialize)]
pub(super) struct VocabularyEntry<'a> {
    name: &'a str,
    title: Option<&'a str>,
    description: Option<&'a str>,
    has_broader: bool,
    codes: Vec<CodeEntry<'a>>,
}

#[derive(Serialize)]
struct CodeEntry<'a> {
    code: &'a str,
    label: Option<&'a str>,
    definition: Option<&'a str>,
    broader: Option<&'a str>,
}

/// A folder of tables in one format.
#[derive(Serialize)]
pub(super) struct FolderEntry<'a> {
    path: &'a str,
    title: String,
}

/// The folders that hold the tables, each with its format.
pub(super) fn folders<'a>(release: &Described<'a>) -> Vec<FolderEntry<'a>> {
    let mut folders: Vec<FolderEntry<'a>> = Vec::new();
    for format in published::tables(release).iter().flat_map(|table| &table.formats) {
        for part in &format.parts {
            let path = part.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            if !folders.iter().any(|folder| folder.path == path) {
                folders.push(FolderEntry { path, title: format.title().to_owned() });
            }
        }
    }
    folders
}

/// Every table, in the order in which they are published.
pub(super) fn tables<'a>(release: &Described<'a>) -> Vec<TableEntry<'a>> {
    published::tables(release).iter().map(|published| table(release.project, published)).collect()
}

/// Every vocabulary, by name.
pub(super) fn vocabularies(project: &Project) -> Vec<VocabularyEntry<'_>> {
    project.vocabularies.iter().map(vocabulary).collect()
}

/// Every file written so far that is no table.
pub(super) fn documents<'a>(release: &Described<'a>) -> Vec<FileEntry<'a>> {
    let is_table =
        |path: &str| release.tables.iter().any(|table| table.files.iter().any(|file| file.path == path));
    release.files.iter().filter(|file| !is_table(&file.path)).map(file).collect()
}

fn file(artifact: &crate::staging::Artifact) -> FileEntry<'_> {
    FileEntry {
        path: &artifact.path,
        bytes: artifact.bytes,
        size: quantity::size(artifact.bytes),
        sha256: artifact.sha256.to_string(),
    }
}

fn table<'a>(project: &'a Project, published: &PublishedTable<'a>) -> TableEntry<'a> {
    let table = published.table;
    let several = table.foreign_keys.iter().filter(|key| key.fields.len() > 1);
    let formats = published.formats.iter().map(|format| FormatEntry {
        title: format.title().to_owned(),
        pattern: format.pattern(),
        parts: format.parts.iter().copied().map(file).collect(),
    });
    TableEntry {
        name: &table.name,
        title: published.title(),
        description: table.description.as_deref(),
        rows: quantity::count(published.rows, "row"),
        row_count: quantity::grouped(published.rows),
        key: names(table, &table.primary_key),
        derivation: derivation(table),
        references: several.filter_map(|key| reference(project, table, key)).collect(),
        columns: table.columns.iter().map(|each| column(project, table, each)).collect(),
        formats: formats.collect(),
    }
}

fn names<'a>(table: &'a Table, fields: &[usize]) -> Vec<&'a str> {
    fields.iter().filter_map(|index| table.fields.get(*index)).map(|field| field.name.as_str()).collect()
}

fn reference<'a>(
    project: &'a Project,
    table: &'a Table,
    key: &crate::schema::ForeignKey,
) -> Option<Reference<'a>> {
    let target = project.tables.get(key.table)?;
    Some(Reference {
        columns: names(table, &key.fields),
        table: &target.name,
        targets: names(target, &key.references),
    })
}

fn column<'a>(project: &'a Project, table: &'a Table, column: &'a Column) -> ColumnEntry<'a> {
    // What the schema says of a field holds for its own column, not for those derived from it.
    let field = table.fields.get(column.field).filter(|_| column.role == ColumnRole::Value);
    let alone = table.foreign_keys.iter().find(|key| field.is_some() && key.fields == [column.field]);
    let constraints = field.map(|field| &field.constraints);
    let kind = column.kind.to_string();
    ColumnEntry {
        name: &column.name,
        title: column.title.as_deref(),
        description: column.description.as_deref(),
        kind,
        is_key: field.is_some() && table.primary_key.contains(&column.field),
        required: column.required,
        unit: field.and_then(|field| field.unit.as_deref()),
        vocabulary: field
            .and_then(|field| field.vocabulary)
            .and_then(|index| project.vocabularies.get(index))
            .map(|vocabulary| vocabulary.name.as_str()),
        reference: alone.and_then(|key| reference(project, table, key)),
        allowed: field.map(|field| allowed(project, field)).unwrap_or_default(),
        pattern: constraints.and_then(|constraints| constraints.pattern.as_ref()).map(Pattern::source),
        rules: field.and_then(rules),
        example: field.and_then(|field| field.example.as_deref()),
    }
}

/// The only values of a field, in the form in which they are published.
fn allowed(project: &Project, field: &Field) -> Vec<String> {
    match (&field.constraints.allowed, values::allowed(project, field)) {
        (None, _) => Vec::new(),
        (Some(_), Some(values)) => values.iter().map(values::Scalar::text).collect(),
        (Some(texts), None) => texts.clone(),
    }
}

/// The limits of a field, as a sentence.
fn rules(field: &Field) -> Option<String> {
    let Constraints { unique, min_length, max_length, .. } = &field.constraints;
    let (minimum, maximum) = values::limits(field);
    let unit = if field.is_list() { "items" } else { "characters" };
    let bound = |words: [&str; 2], limit: values::Limit| {
        format!("{} {}", words[usize::from(limit.exclusive)], limit.value.text())
    };
    let length = match (min_length, max_length) {
        (Some(least), Some(most)) => Some(format!("{least} to {most} {unit}")),
        (Some(least), None) => Some(format!("at least {least} {unit}")),
        (None, Some(most)) => Some(format!("at most {most} {unit}")),
        (None, None) => None,
    };
    let rules = [
        unique.then(|| "unique".to_owned()),
        minimum.map(|limit| bound(["at least", "more than"], limit)),
        maximum.map(|limit| bound(["at most", "less than"], limit)),
        length,
    ];
    let sentence = rules.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let mut letters = sentence.chars();
    letters.next().map(|first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

fn vocabulary(vocabulary: &Vocabulary) -> VocabularyEntry<'_> {
    let codes = vocabulary.concepts.iter().map(|concept| CodeEntry {
        code: &concept.code,
        label: concept.label.as_deref(),
        definition: concept.definition.as_deref(),
        broader: concept.broader.as_deref(),
    });
    VocabularyEntry {
        name: &vocabulary.name,
        title: vocabulary.title.as_deref(),
        description: vocabulary.description.as_deref(),
        has_broader: vocabulary.concepts.iter().any(|concept| concept.broader.is_some()),
        codes: codes.collect(),
    }
}
