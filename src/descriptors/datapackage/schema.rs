//! The schema of a resource: Table Schema 2.0 of the columns as they are published.

use serde::Serialize;

use super::super::values::{self, Limit, Scalar};
use super::{Described, whole_resource};
use crate::schema::{
    Column, ColumnType, Field, FieldType, ForeignKey, Geopoint, Pattern, Project, StringFormat, Table,
};

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
    letterpress: Option<Ours<'a>>,
}

#[derive(Serialize)]
struct Ours<'a> {
    unit: &'a str,
}

#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct Constraints<'a> {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    required: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unique: bool,
    #[serde(rename = "enum", skip_serializing_if = "Option::is_none")]
    allowed: Option<Vec<Scalar>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<&'a str>,
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
}

/// A code and its label.
#[derive(Serialize)]
struct Category<'a> {
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
}

#[derive(Serialize)]
struct Reference<'a> {
    fields: Vec<&'a str>,
    reference: Target<'a>,
}

#[derive(Serialize)]
struct Target<'a> {
    /// None: the resource itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<String>,
    fields: Vec<&'a str>,
}

/// The resource whose schema it is.
pub(super) struct Referring<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// Whether it is CSV, and not Parquet.
    pub(super) is_csv: bool,
    /// Whether it holds every row of the table.
    pub(super) is_whole: bool,
}

impl<'a> Schema<'a> {
    /// The schema of a resource that holds the table.
    pub(super) fn new(release: &Described<'a>, table: &'a Table, own: &Referring<'_>) -> Schema<'a> {
        let project = release.project;
        let names =
            |fields: &[usize]| fields.iter().map(|&field| table.fields[field].name.as_str()).collect();
        Schema {
            fields: table
                .columns
                .iter()
                .map(|column| descriptor(project, table, column, own.is_csv))
                .collect(),
            missing_values: [""],
            primary_key: names(&table.primary_key),
            unique_keys: table.unique_keys.iter().map(|key| names(key)).collect(),
            foreign_keys: table
                .foreign_keys
                .iter()
                .filter_map(|key| reference(release, table, key, own))
                .collect(),
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
    let (kind, format) = if is_guarded { ("string", None) } else { kind(column, field, is_csv) };
    let categories = field.filter(|_| !is_guarded).map(|field| categories(project, field));
    FieldDescriptor {
        name: &column.name,
        kind,
        format,
        title: column.title.as_deref(),
        description: description(project, table, column, is_csv),
        // An example is written as seeds are; only for texts is that what is published.
        example: field.filter(|_| column.kind == ColumnType::Text).and_then(|field| field.example.as_deref()),
        constraints: constraints(project, field, column, is_csv),
        categories: categories.unwrap_or_default(),
        missing_values: values::holds_empty_texts(table, column).then_some([]),
        letterpress: field.and_then(|field| Some(Ours { unit: field.unit.as_deref()? })),
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

/// Whether readers that go by way of pandas find NaN where the column of Parquet has no value.
fn becomes_float(column: &Column) -> bool {
    let has_nan = match column.kind {
        ColumnType::Integer | ColumnType::Number | ColumnType::Datetime | ColumnType::LocalDatetime => true,
        ColumnType::Text
        | ColumnType::Json
        | ColumnType::Decimal { .. }
        | ColumnType::Boolean
        | ColumnType::Date
        | ColumnType::List(_) => false,
    };
    has_nan && !column.required
}

/// Type and format of what is published.
fn kind(column: &Column, field: Option<&Field>, is_csv: bool) -> (&'static str, Option<&'static str>) {
    match column.kind {
        ColumnType::Integer if !is_csv && becomes_float(column) => ("number", None),
        ColumnType::Text | ColumnType::Json => match field {
            Some(field) => text_kind(field),
            None => ("string", None),
        },
        ColumnType::Integer => ("integer", None),
        ColumnType::Number | ColumnType::Decimal { .. } => ("number", None),
        ColumnType::Boolean => ("boolean", None),
        ColumnType::Date => ("date", None),
        ColumnType::Datetime | ColumnType::LocalDatetime => ("datetime", None),
        ColumnType::List(_) if is_csv => ("string", None),
        ColumnType::List(_) => ("any", None),
    }
}

/// Type and format of a field that is published as text.
fn text_kind(field: &Field) -> (&'static str, Option<&'static str>) {
    match field.kind {
        FieldType::String => {
            let format = match field.format.string {
                StringFormat::Default => None,
                StringFormat::Email => Some("email"),
                StringFormat::Uri => Some("uri"),
                StringFormat::Binary => Some("binary"),
                StringFormat::Uuid => Some("uuid"),
            };
            ("string", format)
        }
        FieldType::Time => ("time", None),
        FieldType::Yearmonth => ("yearmonth", None),
        FieldType::Duration => ("duration", None),
        FieldType::Geopoint => match field.format.geopoint {
            Geopoint::Default => ("geopoint", None),
            Geopoint::Array => ("geopoint", Some("array")),
            Geopoint::Object => ("geopoint", Some("object")),
        },
        FieldType::Object => ("object", None),
        FieldType::Array => ("array", None),
        FieldType::Geojson => ("geojson", field.format.topojson.then_some("topojson")),
        FieldType::Any => ("any", None),
        // Not published as text.
        FieldType::Number
        | FieldType::Integer
        | FieldType::Boolean
        | FieldType::List(_)
        | FieldType::Datetime
        | FieldType::Date
        | FieldType::Year => ("string", None),
    }
}

fn constraints<'a>(
    project: &Project,
    field: Option<&'a Field>,
    column: &Column,
    is_csv: bool,
) -> Constraints<'a> {
    let required = Constraints { required: column.required, ..Constraints::default() };
    let Some(field) = field else { return required };
    // Of a list they speak of its items or their number, and the cell that is described is a text.
    let is_altered = if is_csv { values::is_guarded(project, column) } else { becomes_float(column) };
    if field.is_list() || is_altered {
        return required;
    }
    let rules = &field.constraints;
    let has_length = matches!(field.kind, FieldType::String | FieldType::Array | FieldType::Object);
    let (lowest, highest) = match field.kind {
        FieldType::Duration => (None, None),
        _ => values::limits(field),
    };
    let [minimum, exclusive_minimum] = Limit::by_exclusion(lowest);
    let [maximum, exclusive_maximum] = Limit::by_exclusion(highest);
    Constraints {
        unique: rules.unique,
        allowed: values::allowed(project, field),
        // The standard has patterns for strings only; they are written against the seeds.
        pattern: rules.pattern.as_ref().filter(|_| field.kind == FieldType::String).map(Pattern::source),
        min_length: rules.min_length.filter(|_| has_length),
        max_length: rules.max_length.filter(|_| has_length),
        minimum,
        exclusive_minimum,
        maximum,
        exclusive_maximum,
        ..required
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

/// A foreign key; none when no one resource holds the table referred to, or when it may be there in part: readers differ
/// in what that means.
fn reference<'a>(
    release: &Described<'a>,
    table: &'a Table,
    key: &ForeignKey,
    own: &Referring<'_>,
) -> Option<Reference<'a>> {
    let columns = || key.fields.iter().map(|&field| &table.columns[table.column_of_field(field)]);
    // The standard compares whole values: of lists it knows no items.
    if key.is_of_items(table) {
        return None;
    }
    let is_partial = key.fields.len() > 1 && columns().any(|column| !column.required);
    if is_partial || (!own.is_csv && columns().any(becomes_float)) {
        return None;
    }
    let target = release.project.tables.get(key.table)?;
    let is_itself = std::ptr::eq(target, table) && own.is_whole;
    let resource = if is_itself { None } else { Some(whole_resource(release, key.table)?) };
    // The guard alters keys in CSV, and Parquet would refer to those.
    if resource.is_some() && !own.is_csv && release.project.dataset.options.csv.formula_guard {
        return None;
    }
    Some(Reference {
        fields: columns().map(|column| column.name.as_str()).collect(),
        reference: Target {
            resource: resource.filter(|resource| resource != own.name),
            fields: key.references.iter().map(|&field| target.fields[field].name.as_str()).collect(),
        },
    })
}

impl Constraints<'_> {
    fn is_empty(&self) -> bool {
        let values = [&self.minimum, &self.exclusive_minimum, &self.maximum, &self.exclusive_maximum];
        !self.required
            && !self.unique
            && self.allowed.is_none()
            && self.pattern.is_none()
            && self.min_length.is_none()
            && self.max_length.is_none()
            && values.iter().all(|value| value.is_none())
    }
}
