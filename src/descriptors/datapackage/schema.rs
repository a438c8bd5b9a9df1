//! The schema of a resource: Table Schema 2.0 of the columns as they are published.

use serde::Serialize;

use super::super::values;
use super::Described;
use super::constraints::Constraints;
use super::foreign_keys::{Reference, Referring};
use super::kinds::kind;
use super::own_keys::{OfField, OfTable};
use crate::schema::{Column, ColumnType, Field, Project, Table};

/// Table Schema 2.0.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Schema<'a> {
    fields: Vec<FieldDescriptor<'a>>,
    missing_values: [&'static str; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    primary_key: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unique_keys: Vec<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    foreign_keys: Vec<Reference<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    letterpress: Option<OfTable<'a>>,
}

/// One column (Field Descriptor).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FieldDescriptor<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<&'a str>,
    #[serde(skip_serializing_if = "Constraints::is_empty")]
    constraints: Constraints<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    categories: Vec<Category<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing_values: Option<[&'static str; 0]>,
    /// What the standard has no key for stands where a project writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    letterpress: Option<OfField<'a>>,
}

/// A code and its label.
#[derive(Serialize)]
struct Category<'a> {
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
}

impl<'a> Schema<'a> {
    /// The schema of a resource that holds the table.
    pub(super) fn new(release: &Described<'a>, table: &'a Table, own: &Referring<'_>) -> Schema<'a> {
        let project = release.project;
        let names =
            |fields: &[usize]| fields.iter().map(|&field| table.fields[field].name.as_str()).collect();
        let foreign_keys = table.foreign_keys.iter();
        let foreign_keys: Vec<Reference<'_>> =
            foreign_keys.filter_map(|key| Reference::told(release, table, key, own)).collect();
        Schema {
            fields: table
                .columns
                .iter()
                .map(|column| descriptor(project, table, column, own.is_csv))
                .collect(),
            missing_values: [""],
            primary_key: names(&table.primary_key),
            unique_keys: table.unique_keys.iter().map(|key| names(key)).collect(),
            letterpress: OfTable::new(project, table, foreign_keys.len()),
            foreign_keys,
        }
    }
}

fn descriptor<'a>(
    project: &'a Project,
    table: &'a Table,
    column: &'a Column,
    is_csv: bool,
) -> FieldDescriptor<'a> {
    let field = values::own_field(table, column);
    let is_guarded = is_csv && values::is_guarded(project, column);
    let (kind, format) = kind(project, column, field, is_csv);
    let categories = field.filter(|_| !is_guarded).map(|field| categories(project, field));
    let description = description(project, table, column, is_csv);
    FieldDescriptor {
        name: &column.name,
        kind,
        format,
        title: column.title.as_deref(),
        // An example is written as seeds are; only for texts is that what is published.
        example: field.filter(|_| column.kind == ColumnType::Text).and_then(|field| field.example.as_deref()),
        constraints: Constraints::told(project, field, column, is_csv),
        categories: categories.unwrap_or_default(),
        missing_values: values::holds_empty_texts(table, column).then_some([]),
        letterpress: OfField::new(project, (table, column), description.as_deref(), is_csv),
        description,
    }
}

/// What a column holds; of a list in CSV also how its items are joined, and what they refer to, for its type cannot tell.
fn description(project: &Project, table: &Table, column: &Column, is_csv: bool) -> Option<String> {
    let is_list = matches!(column.kind, ColumnType::List(_));
    let joined = (is_list && is_csv).then(|| "Items are joined by `; `.".to_owned());
    let keys = table.foreign_keys.iter().filter(|key| is_list && key.fields == [column.field]);
    let referring = keys.filter_map(|key| {
        let target = project.tables.get(key.table)?;
        let field = &target.fields.get(*key.references.first()?)?.name;
        Some(format!("Each item refers to `{field}` of `{}`.", target.name))
    });
    let further: Vec<String> = joined.into_iter().chain(referring).collect();
    match &column.description {
        Some(text) if further.is_empty() => Some(text.clone()),
        Some(text) => Some(format!("{} {}", text.trim_end(), further.join(" "))),
        None => (!further.is_empty()).then(|| further.join(" ")),
    }
}

/// The codes of a field's vocabulary with their labels; a list's codes are those of its items, so it has none.
fn categories<'a>(project: &'a Project, field: &Field) -> Vec<Category<'a>> {
    let concepts = values::concepts(project, field).filter(|_| !field.is_list()).unwrap_or_default();
    concepts
        .iter()
        .map(|concept| Category { value: &concept.code, label: concept.label.as_deref() })
        .collect()
}
