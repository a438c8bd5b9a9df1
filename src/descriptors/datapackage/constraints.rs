//! The constraints of a column: those that readers of the standard are told, and all, as this tool reads them back.

use serde::Serialize;
use serde_json::Value;

use super::super::values::{self, Limit, Scalar};
use super::kinds::becomes_float;
use crate::schema::{Column, Field, FieldType, Pattern, Project};

/// Constraints of a field (Table Schema 2.0).
#[derive(Serialize, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub(super) struct Constraints<'a> {
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
    #[serde(skip_serializing_if = "Option::is_none")]
    json_schema: Option<&'a Value>,
}

impl<'a> Constraints<'a> {
    /// What readers of the standard are told of a column.
    pub(super) fn told(
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
        let limits = match field.kind {
            FieldType::Duration => (None, None),
            _ => values::limits(field),
        };
        Constraints {
            unique: rules.unique,
            allowed: values::allowed(project, field),
            // The standard has patterns for strings only; they are written against the seeds.
            pattern: rules.pattern.as_ref().filter(|_| field.kind == FieldType::String).map(Pattern::source),
            min_length: rules.min_length.filter(|_| has_length),
            max_length: rules.max_length.filter(|_| has_length),
            ..required
        }
        .within(limits)
    }

    /// All constraints of a field, of a list those of its items with them. A pattern only of texts that are published as they
    /// are written, and the codes of a vocabulary are none of them.
    pub(super) fn whole(field: &'a Field) -> Constraints<'a> {
        let rules = &field.constraints;
        let item = field.of_items();
        let compared = item.as_ref().unwrap_or(field);
        let is_as_written = match compared.kind {
            FieldType::String | FieldType::Yearmonth | FieldType::Duration | FieldType::Geopoint => true,
            FieldType::Any => true,
            FieldType::Number
            | FieldType::Integer
            | FieldType::Boolean
            | FieldType::Object
            | FieldType::Array
            | FieldType::List(_)
            | FieldType::Datetime
            | FieldType::Date
            | FieldType::Time
            | FieldType::Year
            | FieldType::Geojson => false,
        };
        Constraints {
            required: rules.required,
            unique: rules.unique,
            allowed: values::listed(compared),
            pattern: rules.pattern.as_ref().filter(|_| is_as_written).map(Pattern::source),
            min_length: rules.min_length,
            max_length: rules.max_length,
            json_schema: rules.json_schema.as_ref().map(|schema| schema.source()),
            ..Constraints::default()
        }
        .within(values::limits(compared))
    }

    fn within(self, (lowest, highest): (Option<Limit>, Option<Limit>)) -> Constraints<'a> {
        let [minimum, exclusive_minimum] = Limit::by_exclusion(lowest);
        let [maximum, exclusive_maximum] = Limit::by_exclusion(highest);
        Constraints { minimum, exclusive_minimum, maximum, exclusive_maximum, ..self }
    }

    /// The same without the values that a vocabulary allows.
    pub(super) fn without_codes(self) -> Constraints<'a> {
        Constraints { allowed: None, ..self }
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        *self == Constraints::default()
    }
}
