//! A field's `constraints`.

use std::sync::Arc;

use crate::diagnostic::codes;
use crate::schema::tree::{Entries, File, Node, Value};
use crate::schema::{Bound, Constraints, Field, FieldType, Pattern, lexical};
use crate::tokens::Mark;

/// Steps back that a pattern of a JSON Schema may take on one text.
const MOST_BACKTRACKS: usize = 10_000;

/// Reads `constraints`; what the field's type does not allow is reported.
pub(super) fn read(file: &mut File, mut keys: Entries, field: &Field) -> Constraints {
    let (json_schema, json_schema_source) = json_schema(file, &mut keys, field).unzip();
    let constraints = Constraints {
        required: keys.take_boolean(file, "required").unwrap_or(false),
        unique: keys.take_boolean(file, "unique").unwrap_or(false),
        allowed: keys.take("enum").map(|node| {
            let items = file.list("enum", node);
            items.iter().filter_map(|item| value(file, field, "enum", item)).collect()
        }),
        pattern: pattern(file, &mut keys),
        min_length: length(file, &mut keys, "minLength", field),
        max_length: length(file, &mut keys, "maxLength", field),
        minimum: bound(file, &mut keys, "minimum", "exclusiveMinimum", field),
        maximum: bound(file, &mut keys, "maximum", "exclusiveMaximum", field),
        json_schema,
        json_schema_source,
    };
    file.finish("`constraints`", keys);
    constraints
}

fn pattern(file: &mut File, keys: &mut Entries) -> Option<Pattern> {
    let node = keys.take("pattern")?;
    let source = file.text("pattern", &node)?;
    match Pattern::new(source) {
        Ok(pattern) => Some(pattern),
        Err(error) => {
            let reason = error.to_string();
            let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            file.report(
                &codes::INVALID_VALUE,
                node.mark,
                format!("`pattern` is not a regular expression: {reason}"),
            );
            None
        }
    }
}

fn length(file: &mut File, keys: &mut Entries, key: &'static str, field: &Field) -> Option<u64> {
    let node = keys.take(key)?;
    let has_length = matches!(
        field.kind,
        FieldType::String | FieldType::List(_) | FieldType::Array | FieldType::Object | FieldType::Any
    );
    if !has_length {
        file.report(&codes::INVALID_VALUE, node.mark, format!("`{key}` belongs to texts and lists"));
        return None;
    }
    file.count(key, &node)
}

fn bound(
    file: &mut File,
    keys: &mut Entries,
    inclusive: &'static str,
    exclusive: &'static str,
    field: &Field,
) -> Option<Bound> {
    let (a, b) = (keys.take(inclusive), keys.take(exclusive));
    if let (Some(_), Some(second)) = (&a, &b) {
        let message = format!("`{inclusive}` and `{exclusive}` exclude each other");
        file.report(&codes::INVALID_VALUE, second.mark, message);
    }
    let (key, node) = if let Some(node) = b { (exclusive, node) } else { (inclusive, a?) };
    let is_ordered = matches!(
        field.kind,
        FieldType::Integer
            | FieldType::Number
            | FieldType::Date
            | FieldType::Datetime
            | FieldType::Time
            | FieldType::Duration
            | FieldType::Year
            | FieldType::Yearmonth
    );
    if !is_ordered {
        let message = format!("`{key}` belongs to numbers, dates and times");
        file.report(&codes::INVALID_VALUE, node.mark, message);
        return None;
    }
    let text = value(file, field, key, &node)?;
    Some(Bound { text, exclusive: key == exclusive })
}

/// A value of the field, as text in the form of its data; reported when it is not of the field's type.
pub(super) fn value(file: &mut File, field: &Field, key: &str, node: &Node) -> Option<String> {
    let text = file.text(key, node)?;
    // A bare number or word is one of the description's language, not of the data's.
    let text = match &node.value {
        Value::Text { quoted: false, .. } => lexical::of_json(field, &text).into_owned(),
        _ => text,
    };
    check_typed(file, field, key, &text, node.mark);
    Some(text)
}

fn check_typed(file: &mut File, field: &Field, key: &str, text: &str, mark: Mark) {
    let format = &field.format.in_schema();
    let is_typed = match field.kind {
        FieldType::Integer => lexical::integer(format, text).is_some(),
        FieldType::Year => lexical::year(text).is_some(),
        FieldType::Number => match format.decimal {
            // A limit may have more digits than the column, but no others after the point.
            Some((_, scale)) => lexical::decimal(format, 38, scale, text).is_some(),
            None => lexical::number(format, text).is_some(),
        },
        FieldType::Boolean => lexical::boolean(format, text).is_some(),
        FieldType::Date => lexical::date(format, text).is_some(),
        FieldType::Datetime => lexical::datetime(format, text).is_some(),
        FieldType::List(_) => true,
        _ => lexical::text(field, text).is_some(),
    };
    if is_typed {
        check_rounding(file, field, key, text, mark);
    } else {
        let (fault, help) = lexical::fault(field, text);
        let message = format!("`{key}` holds `{text}`, {fault}");
        match help {
            Some(help) => file.report_with_help(&codes::INVALID_VALUE, mark, message, help),
            None => file.report(&codes::INVALID_VALUE, mark, message),
        }
    }
}

/// Tells of a number that the column does not hold as it is written.
pub(super) fn check_rounding(file: &mut File, field: &Field, key: &str, text: &str, mark: Mark) {
    let is_double = field.kind == FieldType::Number && field.format.decimal.is_none();
    if is_double && lexical::is_rounded(&field.format.in_schema(), text) {
        let code = if file.is_foreign { &codes::ROUNDED_NUMBER } else { &codes::INVALID_VALUE };
        let (fault, help) = lexical::fault(field, text);
        file.report_with_help(
            code,
            mark,
            format!("`{key}` holds `{text}`, {fault}"),
            help.unwrap_or_default(),
        );
    }
}

/// A JSON Schema, and the document it was made from.
fn json_schema(
    file: &mut File,
    keys: &mut Entries,
    field: &Field,
) -> Option<(Arc<jsonschema::Validator>, Arc<serde_json::Value>)> {
    let node = keys.take("jsonSchema")?;
    if !matches!(field.kind, FieldType::Object | FieldType::Array | FieldType::Geojson) {
        file.report(
            &codes::INVALID_VALUE,
            node.mark,
            "`jsonSchema` belongs to fields of type `object` or `array`",
        );
        return None;
    }
    let source = node.value.to_json();
    // Looking ahead and behind is allowed, going back without end is not.
    let patterns = jsonschema::PatternOptions::fancy_regex().backtrack_limit(MOST_BACKTRACKS);
    let options = jsonschema::options().with_pattern_options(patterns);
    match options.build(&source) {
        Ok(validator) => Some((Arc::new(validator), Arc::new(source))),
        Err(error) => {
            file.report(
                &codes::INVALID_VALUE,
                node.mark,
                format!("`jsonSchema` is not a JSON Schema: {error}"),
            );
            None
        }
    }
}
