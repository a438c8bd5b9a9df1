//! What a value looks like, in words.

use super::{NumberPattern, TimePattern};
use crate::schema::{Field, FieldType, Geopoint, ItemType, StringFormat, Zone};

/// What a value of the field looks like, for messages: `a whole number`, `a date such as 2010-03-14` …
pub fn expected(field: &Field) -> String {
    let format = &field.format;
    match field.kind {
        FieldType::String => match format.string {
            StringFormat::Default => "a text".into(),
            StringFormat::Email => "an e-mail address such as `ada@example.org`".into(),
            StringFormat::Uri => "an absolute address such as `https://example.org/`".into(),
            StringFormat::Binary => "base64 text such as `UHJlc3M=`".into(),
            StringFormat::Uuid => "a UUID such as `8fcfe5b7-1d2e-4a0e-9c39-2a1f6d1c7a10`".into(),
        },
        FieldType::Number | FieldType::Integer if format.number_pattern.is_some() => {
            let pattern = format.number_pattern.as_ref().map_or("", NumberPattern::source);
            format!("a number written as `{pattern}`")
        }
        FieldType::Number => match format.decimal {
            Some((precision, scale)) => {
                format!(
                    "a decimal of at most {precision} digits, {scale} of them after the point, such as `{}`",
                    of_scale(scale)
                )
            }
            None => match (&format.group_char, format.decimal_char) {
                (Some(group), point) => {
                    format!("a finite number such as `6{point}4` or `1{group}234{point}5`")
                }
                (None, point) => format!("a finite number such as `6{point}4`"),
            },
        },
        FieldType::Integer => match &format.group_char {
            Some(group) => format!("a whole number such as `42` or `1{group}234`"),
            None => "a whole number such as `42`".into(),
        },
        FieldType::Boolean => {
            let words = format.true_values.iter().chain(&format.false_values).map(String::as_str);
            format!("one of {}", crate::diagnostic::quoted(words))
        }
        FieldType::Object => "a mapping such as `{\"m\": 6.4}`".into(),
        FieldType::Array => "a list such as `[1, 2]`".into(),
        FieldType::List(ItemType::Text) => "a list".into(),
        FieldType::List(item) => format!("a list of {}", items(item)),
        FieldType::Datetime => match &format.pattern {
            Some(pattern) => by_pattern("a date and time", pattern),
            None if format.zone == Some(Zone::None) => {
                "a date and time without an offset such as `2010-03-14T15:09:26`".into()
            }
            None => "a date and time such as `2010-03-14T15:09:26Z`".into(),
        },
        FieldType::Date => match &format.pattern {
            Some(pattern) => by_pattern("a date", pattern),
            None => "a date such as `2010-03-14`".into(),
        },
        FieldType::Time => match &format.pattern {
            Some(pattern) => by_pattern("a time", pattern),
            None => "a time such as `15:09:26`".into(),
        },
        FieldType::Year => "a year such as `2010` or `-44`".into(),
        FieldType::Yearmonth => "a month such as `2010-03`".into(),
        FieldType::Duration => "a duration such as `P1Y2M` or `PT90M`".into(),
        FieldType::Geopoint => match format.geopoint {
            Geopoint::Default => "longitude and latitude such as `-2.7, 52.1`".into(),
            Geopoint::Array => "longitude and latitude such as `[-2.7, 52.1]`".into(),
            Geopoint::Object => "longitude and latitude such as `{lon: -2.7, lat: 52.1}`".into(),
        },
        FieldType::Geojson => match format.topojson {
            true => "a TopoJSON object, whose `type` is `Topology`".into(),
            false => "a GeoJSON object such as `{\"type\": \"Point\", \"coordinates\": [-2.7, 52.1]}`".into(),
        },
        FieldType::Any => "a value".into(),
    }
}

/// A number with so many digits after the point.
fn of_scale(scale: i8) -> String {
    match usize::try_from(scale) {
        Ok(0) | Err(_) => "6".to_owned(),
        Ok(digits) => format!("0.{:0<digits$}", 4),
    }
}

fn by_pattern(what: &str, pattern: &TimePattern) -> String {
    format!("{what} written as `{}`, such as `{}`", pattern.source(), pattern.example())
}

/// What a list's items are called in messages.
fn items(item: ItemType) -> &'static str {
    match item {
        ItemType::Text => "texts",
        ItemType::Integer => "whole numbers",
        ItemType::Number => "numbers",
        ItemType::Boolean => "`true` or `false`",
        ItemType::Date => "dates",
        ItemType::Datetime | ItemType::LocalDatetime => "dates and times",
    }
}
