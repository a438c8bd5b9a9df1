//! A field's `constraints`.

use crate::diagnostic::codes;
use crate::schema::tree::{Entries, File, Node, Value};
use crate::schema::{Bound, ColumnType, Constraints, Field, FieldType, JsonSchema, Pattern, lexical};
use crate::tokens::Span;

/// Most bytes of all patterns of a file, or of a package of others.
const EXPRESSIONS_BYTES: usize = 32 << 20;

/// Reads `constraints`; what the field's type does not allow is reported, and not checked.
pub(super) fn read(file: &mut File, mut keys: Entries, field: &Field) -> Constraints {
    let constraints = Constraints {
        required: keys.take_boolean(file, "required").unwrap_or(false),
        unique: keys.take_boolean(file, "unique").unwrap_or(false),
        allowed: keys.take("enum").map(|node| allowed(file, node, field)),
        pattern: pattern(file, &mut keys, field),
        min_length: length(file, &mut keys, "minLength", field),
        max_length: length(file, &mut keys, "maxLength", field),
        minimum: bound(file, &mut keys, "minimum", "exclusiveMinimum", field),
        maximum: bound(file, &mut keys, "maximum", "exclusiveMaximum", field),
        json_schema: json_schema(file, &mut keys, field),
    };
    file.finish("`constraints`", keys);
    constraints
}

/// Tells of a constraint that says nothing of the field's type. In a package of others, which other tools may read otherwise, it
/// is a warning.
fn report_unfit(file: &mut File, key: &str, field: &Field, span: Span) {
    let (of, help) = match key {
        "pattern" => (
            "texts and lists of texts",
            "what must be written in one way is a `string`; numbers, dates and times have `minimum` and `maximum`",
        ),
        "minLength" | "maxLength" => (
            "texts, lists, arrays and objects",
            "numbers, dates and times have `minimum` and `maximum`, texts a `pattern`, and all types `enum`",
        ),
        "jsonSchema" => (
            "objects, arrays and GeoJSON",
            "a value that is written as JSON is an `object` or an `array`; other types have constraints of their own",
        ),
        _ => (
            "numbers, dates and times, and lists of them",
            "texts and lists have `minLength` and `maxLength`, texts a `pattern`, and all types `enum`",
        ),
    };
    let message =
        format!("`{key}` belongs to {of}: of a field of type `{}` it is not checked", type_name(field));
    file.report_leniently(&codes::INVALID_VALUE, span, &message, Some(help.to_owned()));
}

/// The type, with that of its items or its format where these make a difference.
fn type_name(field: &Field) -> String {
    match (field.of_items(), field.column_type()) {
        (Some(item), _) => format!("list` of `{}", item.kind),
        (None, ColumnType::Json) if field.kind == FieldType::Geopoint => {
            "geopoint` in JSON, such as `array".to_owned()
        }
        (None, _) => field.kind.to_string(),
    }
}

/// The values of `enum`, as texts of the field's type.
fn allowed(file: &mut File, node: Node, field: &Field) -> Vec<String> {
    let items = file.list("enum", node);
    items.iter().filter_map(|item| value(file, field, "enum", item)).collect()
}

fn pattern(file: &mut File, keys: &mut Entries, field: &Field) -> Option<Pattern> {
    let node = keys.take("pattern")?;
    let source = file.text("pattern", &node)?;
    let item = field.of_items();
    if item.as_ref().unwrap_or(field).column_type() != ColumnType::Text {
        report_unfit(file, "pattern", field, node.span);
        return None;
    }
    if !has_room(file) {
        return None;
    }
    let pattern = Pattern::new(source).map_err(|refusal| file.refuse("pattern", node.span, refusal)).ok()?;
    take_room(file, "pattern", node.span, pattern.bytes()).then_some(pattern)
}

/// Takes as many bytes for patterns; when that is too much, it is reported, and no more patterns of the file are read.
fn take_room(file: &mut File, key: &'static str, span: Span, bytes: usize) -> bool {
    file.expression_bytes += bytes;
    if has_room(file) {
        return true;
    }
    let most = EXPRESSIONS_BYTES >> 20;
    let message =
        format!("`{key}` is too large: together, the patterns up to this one take more than {most} MiB");
    let help = "how long a text may be, `minLength` and `maxLength` say; which texts there are, `enum`";
    file.report_with_help(&codes::INVALID_VALUE, span, message, help);
    false
}

fn has_room(file: &File) -> bool {
    file.expression_bytes <= EXPRESSIONS_BYTES
}

fn length(file: &mut File, keys: &mut Entries, key: &'static str, field: &Field) -> Option<u64> {
    let node = keys.take(key)?;
    let has_length = matches!(
        field.kind,
        FieldType::String | FieldType::List(_) | FieldType::Array | FieldType::Object | FieldType::Any
    );
    if !has_length {
        report_unfit(file, key, field, node.span);
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
        file.report(&codes::INVALID_VALUE, second.span, message);
    }
    let (key, node) = if let Some(node) = b { (exclusive, node) } else { (inclusive, a?) };
    let item = field.of_items();
    let compared = item.as_ref().unwrap_or(field);
    let is_ordered = matches!(
        compared.kind,
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
        report_unfit(file, key, field, node.span);
        return None;
    }
    let text = value(file, field, key, &node)?;
    Some(Bound { text, exclusive: key == exclusive })
}

/// A value of the field, as text in the form of its data; reported when it is not of the field's type.
pub(super) fn value(file: &mut File, field: &Field, key: &str, node: &Node) -> Option<String> {
    let text = match &node.value {
        Value::List(_) | Value::Map(_) if field.column_type() == ColumnType::Json => {
            node.value.to_json().to_string()
        }
        // A bare number or word is one of the description's language, not of the data's.
        Value::Text { quoted: false, .. } => {
            let text = file.text(key, node)?;
            lexical::of_json(field, &text).into_owned()
        }
        _ => file.text(key, node)?,
    };
    check_typed(file, field, key, &text, node.span);
    Some(text)
}

fn check_typed(file: &mut File, field: &Field, key: &str, text: &str, span: Span) {
    // Of a list, each item is compared.
    if let Some(item) = field.of_items() {
        return check_typed(file, &item, key, text, span);
    }
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
        _ => lexical::text(field, text).is_some(),
    };
    if is_typed {
        check_rounding(file, field, key, text, span);
    } else {
        let (fault, help) = lexical::fault(field, text);
        let message = format!("`{key}` holds `{text}`, {fault}");
        match help {
            Some(help) => file.report_with_help(&codes::INVALID_VALUE, span, message, help),
            None => file.report(&codes::INVALID_VALUE, span, message),
        }
    }
}

/// Tells of a number that the column does not hold as it is written.
pub(super) fn check_rounding(file: &mut File, field: &Field, key: &str, text: &str, span: Span) {
    let is_double = field.kind == FieldType::Number && field.format.decimal.is_none();
    if is_double && lexical::is_rounded(&field.format.in_schema(), text) {
        let code = if file.is_foreign { &codes::ROUNDED_NUMBER } else { &codes::INVALID_VALUE };
        let (fault, help) = lexical::fault(field, text);
        file.report_with_help(
            code,
            span,
            format!("`{key}` holds `{text}`, {fault}"),
            help.unwrap_or_default(),
        );
    }
}

fn json_schema(file: &mut File, keys: &mut Entries, field: &Field) -> Option<JsonSchema> {
    let node = keys.take("jsonSchema")?;
    if !matches!(field.kind, FieldType::Object | FieldType::Array | FieldType::Geojson) {
        report_unfit(file, "jsonSchema", field, node.span);
        return None;
    }
    if !has_room(file) {
        return None;
    }
    let schema = JsonSchema::new(node.value.to_json());
    let schema = schema.map_err(|refusal| file.refuse("jsonSchema", node.span, refusal)).ok()?;
    take_room(file, "jsonSchema", node.span, schema.pattern_bytes()).then_some(schema)
}
