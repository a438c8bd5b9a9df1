//! The value of a field, as it may be written in YAML.
//!
//! Where YAML reads an unquoted word as a number or a truth, a text field takes it as the text that it is; so the schema
//! of a text allows all of them.

use super::document::{Literal, Schema};
use crate::schema::{Bound, Field, FieldType, Geopoint, Project, Table, Vocabulary};

const TEXT: [&str; 3] = ["string", "number", "boolean"];

/// The schema of a field's value; nothing is allowed as well, unless it is required.
pub(super) fn value(project: &Project, table: &Table, field: &Field) -> Schema {
    let constraints = &field.constraints;
    let mut schema = match field.kind {
        FieldType::List(item) => Schema {
            min_items: constraints.min_length,
            max_items: constraints.max_length,
            ..Schema::list(scalar(project, field, item.field_type()))
        },
        kind => scalar(project, field, kind),
    };
    if !constraints.required {
        allow_nothing(&mut schema);
    }
    if field.format.one_or_many {
        let mut one = match field.kind {
            FieldType::List(item) => scalar(project, field, item.field_type()),
            _ => Schema::default(),
        };
        if !constraints.required {
            allow_nothing(&mut one);
        }
        schema = Schema::list_or(schema, one);
    }
    let missing = field.missing_values.as_ref().unwrap_or(&table.missing_values);
    let missing: Vec<Literal> = missing.iter().flat_map(|text| Literal::of(text)).collect();
    // A text takes them anyway; anything stricter is one choice of two.
    if !constraints.required
        && missing.iter().any(|m| *m != Literal::Text(String::new()))
        && !takes_texts(&schema)
    {
        schema = Schema {
            any_of: vec![schema, Schema { values: missing, ..Schema::default() }],
            ..Schema::default()
        };
    }
    schema.title.clone_from(&field.title);
    schema.description = description(field);
    schema.examples.extend(field.example.clone());
    schema
}

fn takes_texts(schema: &Schema) -> bool {
    schema.values.is_empty()
        && schema.pattern.is_none()
        && (schema.types.is_empty() || schema.types.contains(&"string"))
}

fn allow_nothing(schema: &mut Schema) {
    if !schema.types.is_empty() {
        schema.types.push("null");
    }
    if !schema.values.is_empty() {
        schema.values.push(Literal::Null);
        if !schema.enum_descriptions.is_empty() {
            schema.enum_descriptions.push("No value.".to_owned());
        }
    }
}

fn description(field: &Field) -> Option<String> {
    let unit = field.unit.as_ref().map(|unit| format!("Unit: {unit}."));
    let edtf =
        field.edtf.then(|| "EDTF: `1984`, `1984-05`, `1984-05-12`, `1984~`, `198X`, `1984/1986`.".to_owned());
    let parts: Vec<String> = [field.description.clone(), unit, edtf].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// A single value of the field, or an item of its list.
fn scalar(project: &Project, field: &Field, kind: FieldType) -> Schema {
    if let Some(vocabulary) = field.vocabulary {
        return codes(&project.vocabularies[vocabulary]);
    }
    if let Some(allowed) = &field.constraints.allowed {
        let values = allowed.iter().flat_map(|text| Literal::of(text)).collect();
        return Schema { values, ..Schema::default() };
    }
    let format = &field.format;
    let is_plain = format.pattern.is_none();
    let is_item = field.is_list();
    match kind {
        FieldType::String | FieldType::Time | FieldType::Yearmonth | FieldType::Duration => Schema {
            pattern: field.constraints.pattern.as_ref().and_then(|given| pattern(given.source())),
            min_length: field.constraints.min_length.filter(|_| !is_item),
            max_length: field.constraints.max_length.filter(|_| !is_item),
            ..Schema::of(&TEXT)
        },
        FieldType::Integer | FieldType::Year | FieldType::Number => {
            let is_dressed = format.group_char.is_some()
                || !format.bare_number
                || format.decimal_char != '.'
                || format.number_pattern.is_some()
                || format.percent;
            let kind = if kind == FieldType::Integer { "integer" } else { "number" };
            // Quotes do no harm: what is in them is read like the rest.
            let types: &[&'static str] = if is_dressed { &["number", "string"] } else { &[kind, "string"] };
            bounded(field, Schema { pattern: number_pattern(is_dressed), ..Schema::of(types) })
        }
        FieldType::Boolean => {
            let words = format.true_values.iter().chain(&format.false_values);
            let mut values: Vec<Literal> = vec![];
            for literal in words.flat_map(|word| Literal::of(word)) {
                if !values.contains(&literal) {
                    values.push(literal);
                }
            }
            // Editors offer the values in their order: the two plain ones first.
            values.sort_by_key(|literal| !matches!(literal, Literal::Boolean(_)));
            Schema { values, ..Schema::default() }
        }
        FieldType::Date => {
            Schema { pattern: is_plain.then(|| r"^\d{4}-\d{2}-\d{2}$".to_owned()), ..Schema::of(&["string"]) }
        }
        FieldType::Datetime => Schema {
            pattern: is_plain.then(|| r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}".to_owned()),
            ..Schema::of(&["string"])
        },
        FieldType::Geopoint => match format.geopoint {
            Geopoint::Default => Schema::of(&["string"]),
            Geopoint::Array => Schema::of(&["array", "string"]),
            Geopoint::Object => Schema::of(&["object", "string"]),
        },
        FieldType::Object | FieldType::Geojson => Schema::of(&["object", "string"]),
        FieldType::Array => Schema::of(&["array", "string"]),
        FieldType::Any | FieldType::List(_) => Schema::default(),
    }
}

fn number_pattern(is_dressed: bool) -> Option<String> {
    (!is_dressed).then(|| r"^[-+]?[0-9.]+([eE][-+]?[0-9]+)?$".to_owned())
}

/// The codes of a vocabulary, with what they mean.
fn codes(vocabulary: &Vocabulary) -> Schema {
    let mut schema = Schema::default();
    for concept in &vocabulary.concepts {
        let told: Vec<&str> =
            [&concept.label, &concept.definition].into_iter().filter_map(|t| t.as_deref()).collect();
        for literal in Literal::of(&concept.code) {
            schema.values.push(literal);
            schema.enum_descriptions.push(told.join(": "));
        }
    }
    schema
}

/// The pattern for the whole value, unless it is written in a way that is this tool's alone.
fn pattern(source: &str) -> Option<String> {
    let is_shared =
        !["(?", "\\p", "\\P", "\\A", "\\z", "\\x{", "&&", "[[:"].iter().any(|own| source.contains(own));
    is_shared.then(|| format!("^(?:{source})$"))
}

/// Bounds apply to numbers alone; of texts in quotes `check` knows.
fn bounded(field: &Field, mut schema: Schema) -> Schema {
    let number = |bound: &Bound| bound.text.parse::<serde_json::Number>().ok();
    if let Some(bound) = &field.constraints.minimum {
        let slot = if bound.exclusive { &mut schema.exclusive_minimum } else { &mut schema.minimum };
        *slot = number(bound);
    }
    if let Some(bound) = &field.constraints.maximum {
        let slot = if bound.exclusive { &mut schema.exclusive_maximum } else { &mut schema.maximum };
        *slot = number(bound);
    }
    schema
}
