//! Record sets: one for each table, and one for each vocabulary, which holds its codes itself.

use serde::ser::{Serialize, SerializeMap as _, Serializer};

use super::{READABLE, file_set};
use crate::descriptors::published::{CSV, InFormat, PublishedTable};
use crate::schema::{Column, ColumnRole, ColumnType, Concept, ItemType, Project, Table, Vocabulary};

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RecordSet<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "@id")]
    id: String,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    key: Vec<Id>,
    field: Vec<Field<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    data: Vec<Code<'a>>,
}

#[derive(serde::Serialize)]
struct Id {
    #[serde(rename = "@id")]
    id: String,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Field<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "@id")]
    id: String,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    data_type: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_array: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    array_shape: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Source<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    references: Option<Source<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_defined_term_set: Option<String>,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Source<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file_object: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_set: Option<Id>,
    extract: Extract<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transform: Option<Transform>,
}

#[derive(serde::Serialize)]
struct Extract<'a> {
    column: &'a str,
}

#[derive(serde::Serialize)]
struct Transform {
    separator: &'static str,
}

/// A row of an enumeration: ids of fields and their values.
struct Code<'a>(Vec<(String, Option<&'a str>)>);

impl Serialize for Code<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// The record sets of the tables that can be read, then those of the vocabularies.
pub(super) fn record_sets<'a>(project: &'a Project, tables: &[PublishedTable<'a>]) -> Vec<RecordSet<'a>> {
    let of_tables = tables.iter().filter_map(|table| of_table(project, tables, table));
    let of_codes =
        project.vocabularies.iter().filter(|vocabulary| !vocabulary.concepts.is_empty()).map(of_vocabulary);
    of_tables.chain(of_codes).collect()
}

fn of_table<'a>(
    project: &'a Project,
    tables: &[PublishedTable<'a>],
    published: &PublishedTable<'a>,
) -> Option<RecordSet<'a>> {
    let format = published.in_first(&READABLE)?;
    let table = published.table;
    let key = table.key_columns().into_iter().filter_map(|column| table.columns.get(column));
    Some(RecordSet {
        kind: "cr:RecordSet",
        id: table.name.clone(),
        name: published.title(),
        description: table.description.as_deref(),
        data_type: None,
        key: key.map(|column| Id { id: field_id(&table.name, &column.name) }).collect(),
        field: table.columns.iter().map(|column| field(project, tables, table, column, format)).collect(),
        data: Vec::new(),
    })
}

fn field_id(record_set: &str, name: &str) -> String {
    format!("{record_set}/{name}")
}

fn field<'a>(
    project: &'a Project,
    tables: &[PublishedTable<'_>],
    table: &'a Table,
    column: &'a Column,
    format: &InFormat<'_>,
) -> Field<'a> {
    let is_list = matches!(column.kind, ColumnType::List(_));
    let mut source = column_of(format, &column.name);
    source.transform = (is_list && format.name == CSV).then_some(Transform { separator: "; " });
    Field {
        kind: "cr:Field",
        id: field_id(&table.name, &column.name),
        name: column.title.as_deref().unwrap_or(&column.name),
        description: description(table, column),
        data_type: data_type(column.kind),
        is_array: is_list,
        array_shape: is_list.then_some("-1"),
        source: Some(source),
        references: references(project, tables, table, column),
        in_defined_term_set: vocabulary(project, table, column).map(enumeration),
    }
}

/// The description, and the unit, for which the standard has no word of its own.
fn description(table: &Table, column: &Column) -> Option<String> {
    let is_value = column.role == ColumnRole::Value;
    let unit = table.fields.get(column.field).and_then(|field| field.unit.as_deref()).filter(|_| is_value);
    match (column.description.as_deref(), unit) {
        (Some(text), Some(unit)) => Some(format!("{text} Unit: {unit}.")),
        (Some(text), None) => Some(text.to_owned()),
        (None, Some(unit)) => Some(format!("Unit: {unit}.")),
        (None, None) => None,
    }
}

fn data_type(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Text | ColumnType::Json | ColumnType::List(ItemType::Text) => "sc:Text",
        ColumnType::Integer | ColumnType::List(ItemType::Integer) => "sc:Integer",
        ColumnType::Number | ColumnType::Decimal { .. } | ColumnType::List(ItemType::Number) => "sc:Float",
        ColumnType::Boolean | ColumnType::List(ItemType::Boolean) => "sc:Boolean",
        ColumnType::Date | ColumnType::List(ItemType::Date) => "sc:Date",
        ColumnType::Datetime
        | ColumnType::LocalDatetime
        | ColumnType::List(ItemType::Datetime | ItemType::LocalDatetime) => "sc:DateTime",
    }
}

/// A column of a table's file, or of the set of its parts.
fn column_of<'a>(format: &InFormat<'_>, name: &'a str) -> Source<'a> {
    let whole = format.parts.first().filter(|_| format.parts.len() == 1);
    Source {
        file_object: whole.map(|file| Id { id: file.path.clone() }),
        file_set: file_set(format).map(|id| Id { id }),
        extract: Extract { column: name },
        transform: None,
    }
}

/// What a column refers to by a foreign key that it makes up alone.
///
/// It is named as a column of a file: where it is named as a field, the implementation follows the reference when it
/// reads records, and fails on a table that refers to itself and on the second of two tables that it is asked for.
fn references<'a>(
    project: &'a Project,
    tables: &[PublishedTable<'_>],
    table: &Table,
    column: &Column,
) -> Option<Source<'a>> {
    let mut keys = table.foreign_keys.iter().filter(|_| column.role == ColumnRole::Value);
    let key = keys.find(|key| key.fields == [column.field] && !key.is_of_items(table))?;
    let field = key.references.first().and_then(|field| project.tables.get(key.table)?.fields.get(*field))?;
    Some(column_of(tables.get(key.table)?.in_first(&READABLE)?, &field.name))
}

/// The vocabulary whose codes a column holds.
fn vocabulary<'a>(project: &'a Project, table: &Table, column: &Column) -> Option<&'a Vocabulary> {
    let field = table.fields.get(column.field).filter(|_| column.role == ColumnRole::Value)?;
    field.vocabulary.and_then(|index| project.vocabularies.get(index))
}

/// Id of a vocabulary's record set; no table's name has a point in it.
fn enumeration(vocabulary: &Vocabulary) -> String {
    format!("codes.{}", vocabulary.name)
}

/// The codes, each with the name that the standard asks for: its label, else the code itself.
fn of_vocabulary(vocabulary: &Vocabulary) -> RecordSet<'_> {
    let id = enumeration(vocabulary);
    let mut columns =
        vec![("code", "The code, as it stands in the tables."), ("name", "What the code is called.")];
    if vocabulary.concepts.iter().any(|concept| concept.definition.is_some()) {
        columns.push(("description", "What the code means."));
    }
    let field = |&(name, description): &(&'static str, &str)| Field {
        kind: "cr:Field",
        id: field_id(&id, name),
        name,
        description: Some(description.to_owned()),
        data_type: "sc:Text",
        is_array: false,
        array_shape: None,
        source: None,
        references: None,
        in_defined_term_set: None,
    };
    RecordSet {
        kind: "cr:RecordSet",
        name: vocabulary.title.as_deref().unwrap_or(&vocabulary.name),
        description: vocabulary.description.as_deref(),
        data_type: Some("sc:Enumeration"),
        key: vec![Id { id: field_id(&id, "code") }],
        field: columns.iter().map(field).collect(),
        data: vocabulary.concepts.iter().map(|concept| code(&id, &columns, concept)).collect(),
        id,
    }
}

/// A code's row. Every row has every field, because the implementation asks for it.
fn code<'a>(id: &str, columns: &[(&str, &str)], concept: &'a Concept) -> Code<'a> {
    let value = |name: &str| match name {
        "code" => Some(concept.code.as_str()),
        "name" => Some(concept.label.as_deref().unwrap_or(&concept.code)),
        _ => concept.definition.as_deref(),
    };
    Code(columns.iter().map(|(name, _)| (field_id(id, name), value(name))).collect())
}
