//! One entry of a table's `fields`.

mod origin;

use crate::diagnostic::{codes, nearest, quoted};
use crate::schema::lexical::{NumberPattern, Refusal, TimePattern};
use crate::schema::tree::{Entries, File, Node, Value};
use crate::schema::{
    Constraints, Field, FieldFormat, FieldType, Geopoint, ItemType, Origin, StringFormat, Vocabulary, Zone,
};
use crate::tokens::Span;

/// A field, and the place of its name.
pub(super) struct Draft {
    pub(super) field: Field,
    pub(super) span: Span,
}

const ITEM_TYPES: [(&str, ItemType); 6] = [
    ("string", ItemType::Text),
    ("integer", ItemType::Integer),
    ("number", ItemType::Number),
    ("boolean", ItemType::Boolean),
    ("date", ItemType::Date),
    ("datetime", ItemType::Datetime),
];

/// Reads a field; `None` when it has no name. Everything wrong is reported.
pub(super) fn field(file: &mut File, node: Node, vocabularies: &[Vocabulary]) -> Option<Draft> {
    let mut keys = file.entries("fields", node);
    keys.ignore(&["rdfType", "categoriesOrdered"]);
    if file.is_foreign {
        // Of Darwin Core: no misspelt `example`.
        keys.ignore(&["examples"]);
    }
    let named = keys.require_text(file, "a field", "name");
    let kind = field_type(file, &mut keys);
    let format = format(file, &mut keys, kind);
    let example = keys.take("example");
    let [title, description] =
        ["title", "description"].map(|key| file.leniently(|file| keys.take_text(file, key)));
    let mut field = Field {
        name: named.as_ref().map(|(name, _)| name.clone()).unwrap_or_default(),
        title,
        description,
        example: example.as_ref().and_then(|node| file.leniently(|file| file.text("example", node))),
        kind,
        format,
        constraints: Constraints::default(),
        edtf: false,
        vocabulary: None,
        origin: Origin::Path(Vec::new()),
        is_position: false,
        unit: None,
        property: None,
        missing_values: keys.take("missingValues").map(|node| missing_values(file, node)),
    };
    let categories = keys.take("categories");
    let constraints = keys.take_entries(file, "constraints");
    if let Some(ours) = keys.take_entries(file, "letterpress") {
        own_keys(file, ours, &mut field, vocabularies);
    }
    if let Some(constraints) = constraints {
        field.constraints = super::constraints::read(file, constraints, &field);
    }
    if let (Some(node), Some(text)) = (example, &field.example) {
        super::constraints::check_rounding(file, &field, "example", text, node.span);
    }
    if let Some(node) = categories {
        let allowed = categories_list(file, &field, node);
        field.constraints.allowed.get_or_insert(allowed);
    }
    file.finish("a field", keys);
    let (name, span) = named?;
    if let Origin::Path(path) = &mut field.origin
        && path.is_empty()
    {
        path.push(name.clone());
    }
    check_name(file, &name, span);
    Some(Draft { field, span })
}

fn check_name(file: &mut File, name: &str, span: Span) {
    let is_plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    let starts_well = name.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
    if !is_plain || !starts_well || name.len() > 64 {
        let message = format!("`{name}` cannot be a field's name");
        let help = "letters, digits, `_` and `-`, at most 64, beginning with a letter; `letterpress: {from: …}` reads \
                    the value from a key of another name";
        file.report_with_help(&codes::INVALID_NAME, span, message, help);
    }
}

fn field_type(file: &mut File, keys: &mut Entries) -> FieldType {
    let item = keys.take("itemType");
    let Some(node) = keys.take("type") else { return FieldType::String };
    let Some(name) = file.text("type", &node) else { return FieldType::String };
    match FieldType::NAMES.iter().find(|(known, _)| *known == name) {
        Some((_, FieldType::List(_))) => {
            let item =
                item.and_then(|node| choice(file, "itemType", &node, &ITEM_TYPES)).unwrap_or(ItemType::Text);
            FieldType::List(item)
        }
        Some((_, kind)) => {
            if let Some(node) = item {
                file.report(&codes::INVALID_VALUE, node.span, "`itemType` belongs to fields of type `list`");
            }
            *kind
        }
        None => choice(file, "type", &node, &FieldType::NAMES).unwrap_or(FieldType::String),
    }
}

/// The meaning of a word from a fixed list; anything else is reported with the nearest.
fn choice<T: Copy>(file: &mut File, key: &'static str, node: &Node, choices: &[(&str, T)]) -> Option<T> {
    let text = file.text(key, node)?;
    if let Some((_, value)) = choices.iter().find(|(name, _)| *name == text) {
        return Some(*value);
    }
    let names = || choices.iter().map(|(name, _)| *name);
    let help = match nearest(&text, names()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("one of {}", quoted(names())),
    };
    file.report_with_help(&codes::INVALID_VALUE, node.span, format!("`{key}` cannot be `{text}`"), help);
    None
}

fn format(file: &mut File, keys: &mut Entries, kind: FieldType) -> FieldFormat {
    let mut format = FieldFormat::default();
    if let Some(node) = keys.take("format") {
        type_format(file, &node, kind, &mut format);
    }
    if let Some(node) = keys.take("decimalChar") {
        match file.text("decimalChar", &node).map(|text| text.chars().collect::<Vec<_>>()).as_deref() {
            Some([span]) => format.decimal_char = *span,
            _ => file.report(&codes::INVALID_VALUE, node.span, "`decimalChar` is one character"),
        }
    }
    format.group_char = group_char(file, keys, kind, format.decimal_char);
    format.may_round = file.is_foreign;
    format.bare_number = keys.take_boolean(file, "bareNumber").unwrap_or(true);
    if let Some(node) = keys.take("trueValues") {
        format.true_values =
            file.texts("trueValues", node, false).into_iter().map(|(text, _)| text).collect();
    }
    if let Some(node) = keys.take("falseValues") {
        format.false_values =
            file.texts("falseValues", node, false).into_iter().map(|(text, _)| text).collect();
    }
    if let Some(delimiter) = keys.take_text(file, "delimiter") {
        format.delimiter = delimiter;
    }
    format
}

/// The mark between groups of digits, unless it could be taken for another part of a number.
fn group_char(file: &mut File, keys: &mut Entries, kind: FieldType, decimal_char: char) -> Option<String> {
    let node = keys.take("groupChar")?;
    let group = file.text("groupChar", &node)?;
    let has_decimals = matches!(kind, FieldType::Number | FieldType::List(ItemType::Number));
    let is_decimal_mark = |c: char| has_decimals && c == decimal_char;
    let is_part = |c: char| c.is_ascii_alphanumeric() || "+-%‰".contains(c) || is_decimal_mark(c);
    if group.contains(is_part) {
        let message = format!("`groupChar` cannot be `{group}`");
        let help = "it is neither a digit, letter or sign, nor the `decimalChar`";
        file.report_with_help(&codes::INVALID_VALUE, node.span, message, help);
        return None;
    }
    Some(group).filter(|group| !group.is_empty())
}

/// How numbers are written beside what Table Schema can say.
fn number_keys(file: &mut File, ours: &mut Entries, field: &mut Field) {
    let is_number = matches!(field.kind, FieldType::Number | FieldType::List(ItemType::Number));
    let is_whole = matches!(field.kind, FieldType::Integer | FieldType::List(ItemType::Integer));
    for (key, slot) in [("percent", &mut field.format.percent), ("exponent", &mut field.format.exponent)] {
        let Some(node) = ours.take(key) else { continue };
        *slot = file.boolean(key, &node).unwrap_or(*slot);
        if !is_number {
            file.report(
                &codes::INVALID_VALUE,
                node.span,
                format!("`{key}` belongs to fields of type `number`"),
            );
        }
    }
    let Some(node) = ours.take("number_pattern") else { return };
    let Some(text) = file.text("number_pattern", &node) else { return };
    let format = &mut field.format;
    let group = match &format.group_char {
        Some(group) => group.as_str(),
        None if format.decimal_char == ',' => ".",
        None => ",",
    };
    let pattern = NumberPattern::new(&text, format.decimal_char, group);
    let is_fitting = |pattern: &NumberPattern| is_number || is_whole && !pattern.is_fractional();
    format.number_pattern = pattern.filter(is_fitting);
    if format.number_pattern.is_none() {
        let message = format!("`{text}` is not a pattern of such numbers");
        let help = "a pattern is made of `#`, `0`, the marks of groups and decimals, `E`, `+`, `%` and `‰`, such as `#,##0.00`; \
                    whole numbers have neither decimals nor `%`";
        file.report_with_help(&codes::INVALID_VALUE, node.span, message, help);
    }
}

fn type_format(file: &mut File, node: &Node, kind: FieldType, format: &mut FieldFormat) {
    let Some(text) = file.text("format", node) else { return };
    if text == "default" {
        return;
    }
    match kind {
        FieldType::String => {
            const FORMATS: [(&str, StringFormat); 5] = [
                ("default", StringFormat::Default),
                ("email", StringFormat::Email),
                ("uri", StringFormat::Uri),
                ("binary", StringFormat::Binary),
                ("uuid", StringFormat::Uuid),
            ];
            format.string = choice(file, "format", node, &FORMATS).unwrap_or(StringFormat::Default);
        }
        FieldType::Geopoint => {
            const FORMS: [(&str, Geopoint); 3] =
                [("default", Geopoint::Default), ("array", Geopoint::Array), ("object", Geopoint::Object)];
            format.geopoint = choice(file, "format", node, &FORMS).unwrap_or(Geopoint::Default);
        }
        FieldType::Geojson => {
            format.topojson =
                choice(file, "format", node, &[("default", false), ("topojson", true)]) == Some(true);
        }
        FieldType::Date
        | FieldType::Time
        | FieldType::Datetime
        | FieldType::List(ItemType::Date | ItemType::Datetime) => {
            // `any` would be a guess: the ISO form is read, and nothing else.
            // Before version 1, patterns began with `fmt:`.
            let text = text.strip_prefix("fmt:").filter(|_| file.is_foreign).unwrap_or(&text);
            if text.contains('%') {
                match TimePattern::new(text, kind) {
                    Ok(pattern) => format.pattern = Some(pattern),
                    Err(Refusal { message, help }) => {
                        file.report_with_help(&codes::INVALID_VALUE, node.span, message, help);
                    }
                }
            } else if text != "any" {
                let message = format!("`{text}` is not a format of dates and times");
                let help = "`default`, or a pattern such as `%d.%m.%Y`";
                file.report_with_help(&codes::INVALID_VALUE, node.span, message, help);
            }
        }
        _ => {
            let message = "fields of this type have no other `format` than `default`";
            let in_package = format!("the format `{text}` means nothing here: {message}");
            let message = if file.is_foreign { &in_package } else { message };
            file.report_leniently(&codes::INVALID_VALUE, node.span, message, None);
        }
    }
}

/// Texts that mean "no value": each a text, or a mapping with `value` (and a `label` that is not needed here).
pub(super) fn missing_values(file: &mut File, node: Node) -> Vec<String> {
    let items = file.list("missingValues", node);
    let items = items.into_iter().filter_map(|item| value_of(file, "missingValues", item));
    items.collect::<Vec<_>>().iter().filter_map(|item| file.text("missingValues", item)).collect()
}

/// The node of a value that may stand in a mapping with a `label`.
fn value_of(file: &mut File, what: &'static str, node: Node) -> Option<Node> {
    if !matches!(node.value, Value::Map(_)) {
        return Some(node);
    }
    let mut keys = file.entries(what, node);
    keys.ignore(&["label"]);
    let value = keys.take("value");
    file.finish(what, keys);
    value
}

fn categories_list(file: &mut File, field: &Field, node: Node) -> Vec<String> {
    let items = file.list("categories", node);
    let items: Vec<Node> = items.into_iter().filter_map(|item| value_of(file, "categories", item)).collect();
    items.iter().filter_map(|item| super::constraints::value(file, field, "categories", item)).collect()
}

fn own_keys(file: &mut File, mut ours: Entries, field: &mut Field, vocabularies: &[Vocabulary]) {
    if let Some(node) = ours.take("from") {
        field.origin = origin::read(file, &node).unwrap_or(Origin::Path(Vec::new()));
    }
    if let Some(node) = ours.take("vocabulary") {
        field.vocabulary = vocabulary(file, &node, vocabularies);
        if !matches!(field.kind, FieldType::String | FieldType::List(ItemType::Text)) {
            file.report(
                &codes::INVALID_VALUE,
                node.span,
                "a vocabulary's codes are texts: the field is a `string`, or a `list` of them",
            );
        }
    }
    let is_position = ours.take_boolean(file, "position").unwrap_or(false);
    field.is_position = is_position || field.origin == Origin::Index;
    let span = ours.span;
    field.edtf = ours.take_boolean(file, "edtf").unwrap_or(false);
    if field.edtf && (field.kind != FieldType::String || field.format.string != StringFormat::Default) {
        file.report(&codes::INVALID_VALUE, span, "`edtf` belongs to fields of type `string`");
    }
    field.unit = ours.take_text(file, "unit");
    field.property = ours.take_term(file, "property");
    if let Some(node) = ours.take("one_or_many") {
        field.format.one_or_many = file.boolean("one_or_many", &node) == Some(true);
        if !matches!(field.kind, FieldType::List(_) | FieldType::Array) {
            let message = "`one_or_many` belongs to fields of type `list` or `array`";
            file.report(&codes::INVALID_VALUE, node.span, message);
        }
    }
    if let Some(node) = ours.take("line_ends") {
        field.format.line_feeds = choice(file, "line_ends", &node, &[("lf", true)]) == Some(true);
        if field.kind != FieldType::String || field.format.string != StringFormat::Default {
            let message = "`line_ends` belongs to fields of type `string` without a `format`";
            file.report(&codes::INVALID_VALUE, node.span, message);
        }
    }
    number_keys(file, &mut ours, field);
    if let Some(node) = ours.take("decimal") {
        field.format.decimal = decimal(file, node, field.kind);
    }
    if let Some(node) = ours.take("zone") {
        field.format.zone = zone(file, &node, field.kind);
        if field.format.zone == Some(Zone::None)
            && field.format.pattern.as_ref().is_some_and(TimePattern::has_offset)
        {
            let message = "`zone: none` is for times without an offset, and the `format` has one";
            file.report(&codes::INVALID_VALUE, node.span, message);
        }
    }
    file.finish("`letterpress` of a field", ours);
}

fn zone(file: &mut File, node: &Node, kind: FieldType) -> Option<Zone> {
    if !matches!(kind, FieldType::Datetime | FieldType::List(ItemType::Datetime)) {
        let message = "`zone` belongs to fields of type `datetime`, and lists of them";
        file.report(&codes::INVALID_VALUE, node.span, message);
        return None;
    }
    choice(file, "zone", node, &[("UTC", Zone::Utc), ("none", Zone::None)])
}

fn vocabulary(file: &mut File, node: &Node, vocabularies: &[Vocabulary]) -> Option<usize> {
    let name = file.text("vocabulary", node)?;
    let found = vocabularies.iter().position(|v| v.name == name);
    if found.is_none() {
        let message = format!("there is no vocabulary `{name}`");
        let help = match nearest(&name, vocabularies.iter().map(|v| v.name.as_str())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write schema/vocabularies/{name}.yaml"),
        };
        file.report_with_help(&codes::UNKNOWN_NAME, node.span, message, help);
    }
    found
}

fn decimal(file: &mut File, node: Node, kind: FieldType) -> Option<(u8, i8)> {
    let span = node.span;
    let numbers: Vec<Option<i8>> =
        file.texts("decimal", node, false).iter().map(|(text, _)| text.parse().ok()).collect();
    match numbers.as_slice() {
        [Some(precision @ 1..=38), Some(scale)]
            if kind == FieldType::Number && (0..=*precision).contains(scale) =>
        {
            Some((precision.cast_unsigned(), *scale))
        }
        _ => {
            let message =
                "`decimal` is `[digits, digits after the point]` of a field of type `number`, at most 38";
            file.report(&codes::INVALID_VALUE, span, message);
            None
        }
    }
}

/// Index of the field called `name`; a name that no field has is reported at `span`.
pub(super) fn find_field(file: &mut File, name: &str, span: Span, fields: &[Field]) -> Option<usize> {
    let found = fields.iter().position(|f| f.name == name);
    if found.is_none() {
        let message = format!("this table has no field `{name}`");
        match nearest(name, fields.iter().map(|f| f.name.as_str())) {
            Some(near) => {
                file.report_with_help(&codes::UNKNOWN_NAME, span, message, format!("did you mean `{near}`?"));
            }
            None => file.report(&codes::UNKNOWN_NAME, span, message),
        }
    }
    found
}
