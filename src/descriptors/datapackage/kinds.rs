//! Types of columns as readers of the standard are told them.

use super::super::values;
use crate::schema::{Column, ColumnType, Field, FieldType, Geopoint, Project, StringFormat};

/// Whether readers that go by way of pandas find NaN where the column of Parquet has no value.
pub(super) fn becomes_float(column: &Column) -> bool {
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
pub(super) fn kind(
    project: &Project,
    column: &Column,
    field: Option<&Field>,
    is_csv: bool,
) -> (&'static str, Option<&'static str>) {
    if is_csv && values::is_guarded(project, column) {
        return ("string", None);
    }
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
    let kind = match field.kind {
        FieldType::Time => "time",
        FieldType::Yearmonth => "yearmonth",
        FieldType::Duration => "duration",
        FieldType::Geopoint => "geopoint",
        FieldType::Object => "object",
        FieldType::Array => "array",
        FieldType::Geojson => "geojson",
        FieldType::Any => "any",
        FieldType::String
        // Not published as text.
        | FieldType::Number
        | FieldType::Integer
        | FieldType::Boolean
        | FieldType::List(_)
        | FieldType::Datetime
        | FieldType::Date
        | FieldType::Year => "string",
    };
    (kind, text_format(field))
}

/// The `format` of a field, where its texts are restricted by one.
pub(super) fn text_format(field: &Field) -> Option<&'static str> {
    match field.kind {
        FieldType::String => match field.format.string {
            StringFormat::Default => None,
            StringFormat::Email => Some("email"),
            StringFormat::Uri => Some("uri"),
            StringFormat::Binary => Some("binary"),
            StringFormat::Uuid => Some("uuid"),
        },
        FieldType::Geopoint => match field.format.geopoint {
            Geopoint::Default => None,
            Geopoint::Array => Some("array"),
            Geopoint::Object => Some("object"),
        },
        FieldType::Geojson => field.format.topojson.then_some("topojson"),
        FieldType::Time
        | FieldType::Yearmonth
        | FieldType::Duration
        | FieldType::Object
        | FieldType::Array
        | FieldType::Any
        | FieldType::Number
        | FieldType::Integer
        | FieldType::Boolean
        | FieldType::List(_)
        | FieldType::Datetime
        | FieldType::Date
        | FieldType::Year => None,
    }
}
