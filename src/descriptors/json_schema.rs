//! `metadata/schema/<table>.schema.json`: JSON Schema 2020-12 of a record of a table as a JSON object, for whoever turns
//! rows into JSON: an API, a form, a test.
//!
//! The keys are the columns and the values what JSON has for them: JSON columns hold JSON, lists are arrays, dates and
//! instants are texts. A value that may be missing may be absent or null. Types, limits, codes, patterns and titles are
//! filled.
//!
//! Left out, and why:
//! - keys and references: a JSON Schema speaks of one record; `datapackage.json` has them.
//! - the formats `time` and `duration`: those of JSON Schema are narrower than the types of Table Schema.
//! - `$id` without `base_url`: an address must be somebody's.

use serde::Serialize;
use serde_json::Value;

use super::files::{Object, json};
use super::values::{self, Limit, Scalar};
use super::{Described, Descriptor, Document};
use crate::schema::{Column, ColumnType, Field, FieldType, Project, StringFormat, Table};

/// A schema for each table.
pub(super) struct JsonSchema;

impl Descriptor for JsonSchema {
    fn name(&self) -> &'static str {
        "json_schema"
    }

    fn standard(&self) -> &'static str {
        "JSON Schema 2020-12"
    }

    fn documents(&self, release: &Described<'_>) -> Vec<Document> {
        let document = |table: &Table| {
            let path = format!("metadata/schema/{}.schema.json", table.name);
            let id = release.address().map(|address| format!("{address}{path}"));
            json(path, "application/schema+json", &Record::new(release.project, table, id))
        };
        release.project.tables.iter().map(document).collect()
    }
}

/// The schema of a record.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    #[serde(rename = "$schema")]
    dialect: &'static str,
    #[serde(rename = "$id", skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(rename = "type")]
    kind: &'static str,
    properties: Object<&'a str, Property<'a>>,
    required: Vec<&'a str>,
    additional_properties: bool,
}

/// The schema of a value; `None` is a keyword that is not there.
#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct Property<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<Types>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_encoding: Option<&'static str>,
    #[serde(rename = "enum", skip_serializing_if = "Option::is_none")]
    allowed: Option<Vec<Option<Scalar>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_length: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_length: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<Scalar>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exclusive_minimum: Option<Scalar>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum: Option<Scalar>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exclusive_maximum: Option<Scalar>,
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Box<Property<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_items: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_items: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    all_of: Option<[&'a Value; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    any_of: Option<Box<[Property<'a>; 2]>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    examples: Option<[&'a str; 1]>,
    /// No keyword of the standard: the unit of measure.
    #[serde(rename = "x-unit", skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
}

/// One type, or that and null.
#[derive(Serialize)]
#[serde(untagged)]
enum Types {
    One(&'static str),
    OrNull([&'static str; 2]),
}

impl<'a> Record<'a> {
    fn new(project: &'a Project, table: &'a Table, id: Option<String>) -> Record<'a> {
        let property = |column: &'a Column| (column.name.as_str(), property(project, table, column));
        let required = table.columns.iter().filter(|column| column.required);
        Record {
            dialect: "https://json-schema.org/draft/2020-12/schema",
            id,
            title: table.title.as_deref().unwrap_or(&table.name),
            description: table.description.as_deref(),
            kind: "object",
            properties: Object(table.columns.iter().map(property).collect()),
            required: required.map(|column| column.name.as_str()).collect(),
            additional_properties: false,
        }
    }
}

/// The schema of a column's values, null among them where one may be missing.
fn property<'a>(project: &'a Project, table: &'a Table, column: &'a Column) -> Property<'a> {
    let field = values::own_field(table, column);
    let mut property = match column.kind {
        ColumnType::List(item) => Property {
            items: Some(Box::new(Property {
                allowed: field.and_then(|f| values::codes(project, f)).map(or_none),
                ..typed(item.column_type(), None)
            })),
            min_items: field.and_then(|field| field.constraints.min_length),
            max_items: field.and_then(|field| field.constraints.max_length),
            ..typed(column.kind, None)
        },
        kind => constrained(project, typed(kind, field), field),
    };
    if !column.required {
        property = or_null(property);
    }
    Property {
        title: column.title.as_deref(),
        description: column.description.as_deref(),
        examples: field
            .filter(|_| column.kind == ColumnType::Text)
            .and_then(|f| Some([f.example.as_deref()?])),
        unit: field.and_then(|field| field.unit.as_deref()),
        ..property
    }
}

fn or_none(values: Vec<Scalar>) -> Vec<Option<Scalar>> {
    values.into_iter().map(Some).collect()
}

/// A date and time without a zone.
const LOCAL_DATETIME: &str = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{6})?$";

/// The schema of any value of a type.
fn typed<'a>(kind: ColumnType, field: Option<&Field>) -> Property<'a> {
    let of = |name| Property { kind: Some(Types::One(name)), ..Property::default() };
    match kind {
        ColumnType::Text => field.map_or_else(|| of("string"), |field| text(of("string"), field)),
        ColumnType::Json => match field.map(|field| field.kind) {
            Some(FieldType::Array) => of("array"),
            Some(FieldType::Object | FieldType::Geojson) => of("object"),
            // A geopoint is an array or an object, as its format says.
            _ => Property::default(),
        },
        ColumnType::Integer => of("integer"),
        ColumnType::Number | ColumnType::Decimal { .. } => of("number"),
        ColumnType::Boolean => of("boolean"),
        ColumnType::Date => Property { format: Some("date"), ..of("string") },
        // The format `date-time` (RFC 3339) has an offset.
        ColumnType::LocalDatetime => Property { pattern: Some(LOCAL_DATETIME.to_owned()), ..of("string") },
        ColumnType::Datetime => Property { format: Some("date-time"), ..of("string") },
        ColumnType::List(_) => of("array"),
    }
}

/// What the type and format of a field say of its text.
fn text<'a>(property: Property<'a>, field: &Field) -> Property<'a> {
    match (field.kind, field.format.string) {
        (FieldType::String, StringFormat::Email) => Property { format: Some("email"), ..property },
        (FieldType::String, StringFormat::Uri) => Property { format: Some("uri"), ..property },
        (FieldType::String, StringFormat::Uuid) => Property { format: Some("uuid"), ..property },
        (FieldType::String, StringFormat::Binary) => {
            Property { content_encoding: Some("base64"), ..property }
        }
        (FieldType::Yearmonth, _) => {
            Property { pattern: Some("^[0-9]{4}-(?:0[1-9]|1[0-2])$".to_owned()), ..property }
        }
        _ => property,
    }
}

fn constrained<'a>(project: &Project, property: Property<'a>, field: Option<&'a Field>) -> Property<'a> {
    let Some(field) = field else { return property };
    let rules = &field.constraints;
    let (lowest, highest) = values::limits(field);
    // JSON Schema has limits for numbers only.
    let numeric =
        |limit: Option<Limit>| limit.filter(|l| matches!(l.value, Scalar::Integer(_) | Scalar::Number(_)));
    let [minimum, exclusive_minimum] = Limit::by_exclusion(numeric(lowest));
    let [maximum, exclusive_maximum] = Limit::by_exclusion(numeric(highest));
    let (is_text, is_array) = match field.column_type() {
        ColumnType::Text => (true, false),
        _ => (false, field.kind == FieldType::Array),
    };
    Property {
        allowed: values::allowed(project, field)
            .filter(|_| field.column_type() != ColumnType::Json)
            .map(or_none),
        pattern: match &rules.pattern {
            Some(pattern) if field.kind == FieldType::String => Some(format!("^(?:{})$", pattern.source())),
            _ => property.pattern,
        },
        min_length: rules.min_length.filter(|_| is_text),
        max_length: rules.max_length.filter(|_| is_text),
        min_items: rules.min_length.filter(|_| is_array),
        max_items: rules.max_length.filter(|_| is_array),
        minimum,
        exclusive_minimum,
        maximum,
        exclusive_maximum,
        all_of: rules.json_schema.as_ref().map(|schema| [schema.source()]),
        ..property
    }
}

/// The same, and null.
fn or_null(property: Property<'_>) -> Property<'_> {
    let null = || Property { kind: Some(Types::One("null")), ..Property::default() };
    // What a project's own schema says, it says of values that are there.
    if property.all_of.is_some() {
        return Property { any_of: Some(Box::new([property, null()])), ..Property::default() };
    }
    Property {
        kind: property.kind.map(|kind| match kind {
            Types::One(name) | Types::OrNull([name, _]) => Types::OrNull([name, "null"]),
        }),
        allowed: property.allowed.map(|mut allowed| {
            allowed.push(None);
            allowed
        }),
        ..property
    }
}
