//! How each type is written: the lexical forms of Table Schema 2.0, read strictly and without guessing.
//!
//! Every reader and constraint goes through these functions, so that a value means the same in YAML, CSV and JSON.

mod expected;
mod fault;
mod json;
mod line_ends;
mod number;
mod order;
mod pattern;
mod reading;
mod time;

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use regex::Regex;

use super::{Field, FieldFormat, FieldType, Geopoint, StringFormat};
pub use expected::expected;
pub use fault::fault;
pub use json::{is_as_json, of_json};
pub use number::{NumberPattern, decimal, integer, is_rounded, nearest, number};
pub use order::order;
pub use pattern::{MONTHS, Refusal, TimePattern};
pub use reading::reading;
pub use time::{Instant, date, datetime, days_from_civil, instant};

use number::{plain_integer, plain_number};
use time::two;

use crate::tokens::{Compact, JsonTokens, Token, Tokens, compact_json};

/// Days of the years 0001 to 9999, counted from 1970-01-01.
pub const DAYS: RangeInclusive<i32> = -719_162..=2_932_896;

/// Microseconds of the years 0001 to 9999, counted from 1970-01-01T00:00:00.
pub const MICROSECONDS: RangeInclusive<i64> = -62_135_596_800_000_000..=253_402_300_799_999_999;

/// True or false, by the field's own words for them.
pub fn boolean(format: &FieldFormat, text: &str) -> Option<bool> {
    if format.true_values.iter().any(|v| v == text) {
        return Some(true);
    }
    format.false_values.iter().any(|v| v == text).then_some(false)
}

static EMAIL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[^\s@<>]+@[^\s@<>.]+(?:\.[^\s@<>.]+)*$").expect("a valid pattern"));
static URI: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]+$"#).expect("a valid pattern"));
static BASE64: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$").expect("a valid pattern")
});

/// A value of a type that is published as text: the text to publish, or `None` when it has not the type's form.
pub fn text<'a>(field: &Field, text: &'a str) -> Option<std::borrow::Cow<'a, str>> {
    use std::borrow::Cow;
    let is_valid = match field.kind {
        FieldType::String => match field.format.string {
            StringFormat::Default if field.format.line_feeds => return Some(line_ends::to_line_feeds(text)),
            StringFormat::Default => true,
            StringFormat::Email => EMAIL.is_match(text),
            StringFormat::Uri => URI.is_match(text),
            StringFormat::Binary => BASE64.is_match(text),
            StringFormat::Uuid => uuid::Uuid::try_parse(text).is_ok() && text.len() == 36,
        },
        FieldType::Time => return time::time(&field.format, text),
        FieldType::Yearmonth => yearmonth(text),
        FieldType::Duration => {
            order::DURATION.is_match(text)
                && text.ends_with(|c: char| c.is_ascii_uppercase() && c != 'P' && c != 'T')
        }
        FieldType::Geopoint => match field.format.geopoint {
            Geopoint::Default => geopoint(text),
            Geopoint::Array | Geopoint::Object => return json(field, text).map(Cow::Owned),
        },
        FieldType::Object | FieldType::Array | FieldType::Geojson => {
            return json(field, text).map(Cow::Owned);
        }
        FieldType::Any => true,
        FieldType::Number
        | FieldType::Integer
        | FieldType::Boolean
        | FieldType::List(_)
        | FieldType::Datetime
        | FieldType::Date
        | FieldType::Year => false,
    };
    is_valid.then_some(Cow::Borrowed(text))
}

fn yearmonth(text: &str) -> bool {
    let [y1, y2, y3, y4, b'-', m1, m2] = *text.as_bytes() else { return false };
    two(y1, y2).is_some() && two(y3, y4).is_some() && two(m1, m2).is_some_and(|m| (1..=12).contains(&m))
}

/// A calendar year: digits, perhaps with a minus before them. Those before 1000 need no zeros, for releases have none.
pub fn year(text: &str) -> Option<i64> {
    plain_integer(text).filter(|year| !text.starts_with('+') && (*year != 0 || !text.starts_with('-')))
}

fn geopoint(text: &str) -> bool {
    let Some((lon, lat)) = text.split_once(',') else { return false };
    coordinates(plain_number(lon.trim()), plain_number(lat.trim()))
}

fn coordinates(lon: Option<f64>, lat: Option<f64>) -> bool {
    lon.is_some_and(|v| v.abs() <= 180.0) && lat.is_some_and(|v| v.abs() <= 90.0)
}

/// JSON text in compact form, when it is JSON and of the shape that the field's type asks for.
pub fn json(field: &Field, text: &str) -> Option<String> {
    let mut tokens = JsonTokens::new(text, 1);
    let first = tokens.next().ok()?;
    let is_object = first == Token::MapStart;
    let is_array = first == Token::ListStart;
    let Compact { text: compact, repeated } = compact_json(&mut tokens, first).ok()?;
    if tokens.next().ok()? != Token::End || !repeated.is_empty() {
        return None;
    }
    let has_shape = match field.kind {
        FieldType::Object => is_object,
        FieldType::Array => is_array,
        FieldType::Geojson => is_object && has_geojson_type(&compact, field.format.topojson),
        FieldType::Geopoint => json_geopoint(&compact, field.format.geopoint),
        _ => true,
    };
    has_shape.then_some(compact)
}

/// The first key that a mapping in a JSON text gives twice.
pub fn repeated_key(text: &str) -> Option<String> {
    let mut tokens = JsonTokens::new(text, 1);
    let first = tokens.next().ok()?;
    let compact = compact_json(&mut tokens, first).ok()?;
    compact.repeated.into_iter().next().map(|(key, _)| key)
}

fn has_geojson_type(text: &str, topojson: bool) -> bool {
    const TYPES: [&str; 9] = [
        "Point",
        "MultiPoint",
        "LineString",
        "MultiLineString",
        "Polygon",
        "MultiPolygon",
        "GeometryCollection",
        "Feature",
        "FeatureCollection",
    ];
    let value: Option<serde_json::Value> = serde_json::from_str(text).ok();
    let kind = value.as_ref().and_then(|v| v.get("type")).and_then(|v| v.as_str());
    kind.is_some_and(|kind| if topojson { kind == "Topology" } else { TYPES.contains(&kind) })
}

fn json_geopoint(text: &str, form: Geopoint) -> bool {
    let Ok(value) = serde_json::from_str::<serde_json::Value>(text) else { return false };
    match (form, &value) {
        (Geopoint::Array, serde_json::Value::Array(pair)) => {
            pair.len() == 2 && coordinates(pair[0].as_f64(), pair[1].as_f64())
        }
        (Geopoint::Object, serde_json::Value::Object(pair)) => {
            let part = |key| pair.get(key).and_then(serde_json::Value::as_f64);
            pair.len() == 2 && coordinates(part("lon"), part("lat"))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_whole_numbers() {
        for (text, value) in [
            ("2010", 2010),
            ("1", 1),
            ("-44", -44),
            ("-0044", -44),
            ("0215", 215),
            ("0", 0),
            ("12026", 12026),
        ] {
            assert_eq!(year(text), Some(value), "{text}");
        }
        for text in ["", "-", "+44", "-0", "44 BC", "2010.0", "2e3", "--1", "2010Z", " 1"] {
            assert_eq!(year(text), None, "{text}");
        }
    }
}
