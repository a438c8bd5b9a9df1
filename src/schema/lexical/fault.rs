//! What is wrong with a text that is not of its field's type, in words.

use super::{expected, number, time};
use crate::schema::{ColumnType, Field, FieldType, ItemType, Zone};

/// What is wrong with a text that is not of the field's type, as the end of a sentence that names it, and the next step.
pub fn fault(field: &Field, text: &str) -> (String, Option<String>) {
    let found = match field.kind {
        FieldType::Datetime | FieldType::List(ItemType::Datetime) => instant_fault(field, text),
        FieldType::Integer | FieldType::Year => {
            number::is_large_integer(&field.format, text).then(|| too_large(field.kind))
        }
        FieldType::Number if field.format.decimal.is_none() => rounded(field, text),
        FieldType::List(ItemType::Number) => rounded_item(field, text),
        FieldType::Time if field.format.pattern.is_none() => is_too_fine(text).then(too_fine),
        _ => None,
    };
    let found = found.or_else(|| blank_around(field, text));
    found.unwrap_or_else(|| (format!("expected {}", expected(field)), None))
}

/// A blank or another space before or behind what would be a value without it.
fn blank_around(field: &Field, text: &str) -> Option<(String, Option<String>)> {
    let value = text.trim();
    if value.len() == text.len() || !is_written(field, value) {
        return None;
    }
    let (space, place) = match text.starts_with(char::is_whitespace) {
        true => (text.chars().next()?, "before"),
        false => (text.chars().last()?, "behind"),
    };
    let space = if space == ' ' { "a blank".to_owned() } else { format!("U+{:04X}", u32::from(space)) };
    let fault = format!("with {space} {place} it, expected {}", expected(field));
    let help = match text.trim_matches(' ') == value {
        true => "take it out; in delimited text, `skipInitialSpace: true` of the `dialect` reads past blanks",
        false => "take it out",
    };
    Some((fault, Some(help.to_owned())))
}

/// Whether a text is a value of the field.
fn is_written(field: &Field, text: &str) -> bool {
    let format = &field.format;
    match field.column_type() {
        ColumnType::Integer if field.kind == FieldType::Year => super::year(text).is_some(),
        ColumnType::Integer => super::integer(format, text).is_some(),
        ColumnType::Number => super::number(format, text).is_some(),
        ColumnType::Decimal { precision, scale } => super::decimal(format, precision, scale, text).is_some(),
        ColumnType::Boolean => super::boolean(format, text).is_some(),
        ColumnType::Date => super::date(format, text).is_some(),
        ColumnType::Datetime | ColumnType::LocalDatetime => super::datetime(format, text).is_some(),
        ColumnType::Text | ColumnType::Json => super::text(field, text).is_some(),
        // The blanks around items belong to the delimiter.
        ColumnType::List(_) => false,
    }
}

fn instant_fault(field: &Field, text: &str) -> Option<(String, Option<String>)> {
    match time::written_instant(&field.format, text) {
        Some(written) if written.has_offset && field.format.zone == Some(Zone::None) => {
            let help = "`zone: none` is for times without an offset: take it away, or have instants with `zone: UTC`";
            Some((format!("expected {}", expected(field)), Some(help.to_owned())))
        }
        Some(_) => {
            let fault = "which in UTC lies outside the years 0001 to 9999".to_owned();
            let help = "leave the value empty when there is no end or no beginning";
            Some((fault, Some(help.to_owned())))
        }
        None => is_too_fine(text).then(too_fine),
    }
}

fn too_large(kind: FieldType) -> (String, Option<String>) {
    let help = match kind {
        FieldType::Year => "no calendar has such a year",
        _ => {
            "`type: number` with `letterpress: {decimal: [38, 0]}` holds whole numbers of up to 38 digits, and `type: string` \
             those that are names and no amounts"
        }
    };
    ("which is beyond 64 bits".to_owned(), Some(help.to_owned()))
}

/// A number that a double does not hold, and the decimal that does.
fn rounded(field: &Field, text: &str) -> Option<(String, Option<String>)> {
    let (value, is_exact) = number::nearest(&field.format, text)?;
    if is_exact {
        return None;
    }
    let mut buffer = zmij::Buffer::new();
    let fault = format!("which no 64-bit number is: the nearest is `{}`", buffer.format_finite(value));
    let help = match number::digits(&field.format, text) {
        Some((digits, after_point)) if digits <= 38 => format!(
            "`letterpress: {{decimal: [{}, {after_point}]}}` keeps every digit of this one; or have it as a text: `type: string`",
            digits.max(1)
        ),
        _ => "write it with at most 15 digits, or have it as a text: `type: string`".to_owned(),
    };
    Some((fault, Some(help)))
}

/// A list in delimited text of which an item is a number that a double does not hold.
fn rounded_item(field: &Field, text: &str) -> Option<(String, Option<String>)> {
    let items = text.split(field.format.delimiter.as_str()).map(|item| item.trim_matches(' '));
    let item = items.into_iter().find(|item| number::is_rounded(&field.format, item))?;
    let help = "items of lists are 64-bit numbers; those with more digits are texts: `itemType: string`";
    Some((format!("of which no 64-bit number is the item `{item}`"), Some(help.to_owned())))
}

fn too_fine() -> (String, Option<String>) {
    let help = "round it where it was measured, or keep it as a text: type `string`";
    ("which is finer than a microsecond".to_owned(), Some(help.to_owned()))
}

/// Whether digits other than zeros stand below a microsecond.
fn is_too_fine(text: &str) -> bool {
    let fraction = text.rsplit_once('.').map_or("", |(_, fraction)| fraction);
    let digits = fraction.bytes().take_while(u8::is_ascii_digit);
    digits.skip(6).any(|digit| digit != b'0')
}
