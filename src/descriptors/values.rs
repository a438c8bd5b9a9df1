//! What values a published column may have: the constraints of its field, in the form in which values are published.
//!
//! A schema is written for the seeds: a limit of a date may stand there as `01.01.2000`. Documents describe what is
//! published, so every limit is read as the field's type and told as that type is published.

use jiff::civil::date;
use jiff::{Span, Timestamp};
use serde::Serialize;

use crate::schema::{
    Bound, Column, ColumnRole, ColumnType, Concept, Field, FieldType, Project, Table, lexical,
};

/// One value, as JSON has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Scalar {
    /// Text, and everything whose published form is text in JSON: dates, instants.
    Text(String),
    /// Integer.
    Integer(i64),
    /// Number.
    Number(f64),
    /// True or false.
    Boolean(bool),
}

impl Scalar {
    /// The value as text.
    pub(super) fn text(&self) -> String {
        match self {
            Scalar::Text(text) => text.clone(),
            Scalar::Integer(value) => value.to_string(),
            Scalar::Number(value) => value.to_string(),
            Scalar::Boolean(value) => value.to_string(),
        }
    }
}

/// The lowest or highest value of a column.
#[derive(Debug, Clone)]
pub(super) struct Limit {
    /// The value.
    pub(super) value: Scalar,
    /// Whether it is itself excluded.
    pub(super) exclusive: bool,
}

impl Limit {
    /// The limit under the key that includes it and under the key that excludes it, one of which is empty.
    pub(super) fn by_exclusion(limit: Option<Limit>) -> [Option<Scalar>; 2] {
        match limit {
            None => [None, None],
            Some(Limit { value, exclusive: false }) => [Some(value), None],
            Some(Limit { value, exclusive: true }) => [None, Some(value)],
        }
    }
}

/// The field of a column that holds the field's own value; nothing for a column derived from a partial date.
pub(super) fn own_field<'a>(table: &'a Table, column: &Column) -> Option<&'a Field> {
    match column.role {
        ColumnRole::Value => table.fields.get(column.field),
        ColumnRole::Earliest | ColumnRole::Latest | ColumnRole::Precision | ColumnRole::Qualifier => None,
    }
}

/// The limits of a field's values, lowest and highest. Nothing for lists, whose limits are those of items.
pub(super) fn limits(field: &Field) -> (Option<Limit>, Option<Limit>) {
    let limit = |bound: &Option<Bound>| {
        let bound = bound.as_ref().filter(|_| !field.is_list())?;
        Some(Limit { value: scalar(field, &bound.text)?, exclusive: bound.exclusive })
    };
    (limit(&field.constraints.minimum), limit(&field.constraints.maximum))
}

/// The only values that a single value of the field may have: those of its `enum`, else the codes of its vocabulary.
///
/// Nothing for lists, whose `enum` would speak of whole lists.
pub(super) fn allowed(project: &Project, field: &Field) -> Option<Vec<Scalar>> {
    if field.is_list() {
        return None;
    }
    let values = match &field.constraints.allowed {
        Some(_) => listed(field)?,
        None => codes(project, field)?,
    };
    (!values.is_empty()).then_some(values)
}

/// The values of a field's `enum`.
pub(super) fn listed(field: &Field) -> Option<Vec<Scalar>> {
    let texts = field.constraints.allowed.as_ref()?;
    // Two spellings of one value in the schema are one value in what is published.
    let mut values: Vec<Scalar> = Vec::with_capacity(texts.len());
    for value in texts.iter().filter_map(|text| scalar(field, text)) {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    Some(values)
}

/// The codes of the field's vocabulary.
pub(super) fn codes(project: &Project, field: &Field) -> Option<Vec<Scalar>> {
    let concepts = concepts(project, field)?;
    Some(concepts.iter().map(|concept| Scalar::Text(concept.code.clone())).collect())
}

/// The concepts of the field's vocabulary.
pub(super) fn concepts<'a>(project: &'a Project, field: &Field) -> Option<&'a [Concept]> {
    Some(project.vocabularies.get(field.vocabulary?)?.concepts.as_slice())
}

/// Whether an empty text is a value of the column, and not the absence of one. Only a column without missing values can
/// say so: in CSV most readers take no notice of the quotes that tell the two apart.
pub(super) fn holds_empty_texts(table: &Table, column: &Column) -> bool {
    let missing = |field: &Field| {
        let texts = field.missing_values.as_ref().unwrap_or(&table.missing_values);
        texts.iter().any(String::is_empty)
    };
    let is_text = column.kind == ColumnType::Text;
    is_text && column.required && own_field(table, column).is_some_and(|field| !missing(field))
}

/// Whether texts of the column may stand in CSV with an apostrophe before them, so that what the schema says of them does
/// not hold there.
pub(super) fn is_guarded(project: &Project, column: &Column) -> bool {
    project.dataset.options.csv.formula_guard && column.kind == ColumnType::Text
}

/// A text of the schema as a value of the field's type, in published form.
fn scalar(field: &Field, text: &str) -> Option<Scalar> {
    let format = &field.format.in_schema();
    Some(match field.column_type() {
        ColumnType::Integer if field.kind == FieldType::Year => Scalar::Integer(lexical::year(text)?),
        ColumnType::Integer => Scalar::Integer(lexical::integer(format, text)?),
        ColumnType::Number | ColumnType::Decimal { .. } => Scalar::Number(lexical::number(format, text)?),
        ColumnType::Boolean => Scalar::Boolean(lexical::boolean(format, text)?),
        ColumnType::Date => Scalar::Text(day(lexical::date(format, text)?)?),
        ColumnType::LocalDatetime => {
            let instant = Timestamp::from_microsecond(lexical::datetime(format, text)?).ok()?;
            Scalar::Text(instant.to_string().trim_end_matches('Z').to_owned())
        }
        ColumnType::Datetime => {
            Scalar::Text(Timestamp::from_microsecond(lexical::datetime(format, text)?).ok()?.to_string())
        }
        ColumnType::Text | ColumnType::Json => Scalar::Text(lexical::text(field, text)?.into_owned()),
        ColumnType::List(_) => Scalar::Text(text.to_owned()),
    })
}

/// A day counted from 1970-01-01, as `YYYY-MM-DD`.
fn day(days: i32) -> Option<String> {
    Some(date(1970, 1, 1).checked_add(Span::new().days(days)).ok()?.to_string())
}
