//! How each type is written: the lexical forms of Table Schema 2.0, read strictly and without guessing.
//!
//! Every reader and constraint goes through these functions, so that a value means the same in YAML, CSV and JSON.

mod expected;
mod line_ends;
mod order;

use std::sync::LazyLock;

use regex::Regex;

use super::{Field, FieldFormat, FieldType, Geopoint, StringFormat};
pub use expected::expected;
pub use order::order;

use crate::tokens::{Compact, JsonTokens, Token, Tokens, compact_json};

/// Days from 1970-01-01 to a day of the proleptic Gregorian calendar.
pub fn days_from_civil(year: i32, month: u32, day: u32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month as i32 + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day as i32 - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// A whole number; `None` when the text is none or does not fit 64 bits.
pub fn integer(format: &FieldFormat, text: &str) -> Option<i64> {
    if format.bare_number && format.group_char.is_none() {
        return plain_integer(text);
    }
    plain_integer(&bare(format, text))
}

fn plain_integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// A finite number; `-0` becomes `0`.
pub fn number(format: &FieldFormat, text: &str) -> Option<f64> {
    let plain = format.bare_number && format.group_char.is_none() && format.decimal_char == '.';
    let value: f64 = if plain { plain_number(text)? } else { plain_number(&bare(format, text))? };
    Some(if value == 0.0 { 0.0 } else { value })
}

fn plain_number(text: &str) -> Option<f64> {
    // The standard library also reads `inf`, `nan` and `infinity`.
    if !text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E')) {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// The text without group marks, with `.` as decimal mark and, when the number is not bare, without what surrounds it.
fn bare(format: &FieldFormat, text: &str) -> String {
    let mut text = text;
    if !format.bare_number {
        let is_part = |c: char| c.is_ascii_digit() || c == '-' || c == '+' || c == format.decimal_char;
        let start = text.find(is_part).unwrap_or(text.len());
        let end = text.rfind(|c: char| c.is_ascii_digit()).map_or(start, |i| i + 1);
        text = text.get(start..end).unwrap_or("");
    }
    let mut out = match &format.group_char {
        Some(group) if !group.is_empty() => text.replace(group.as_str(), ""),
        _ => text.to_owned(),
    };
    if format.decimal_char != '.' {
        out = out.replace('.', "x").replace(format.decimal_char, ".");
    }
    out
}

/// An exact decimal as a count of units of its last digit; `None` when the text has more digits than the column.
pub fn decimal(format: &FieldFormat, precision: u8, scale: i8, text: &str) -> Option<i128> {
    let text = bare(format, text);
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(&text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    let scale = usize::try_from(scale).ok()?;
    if (whole.is_empty() && fraction.is_empty()) || fraction.len() > scale {
        return None;
    }
    if !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let units: i128 = format!("{whole}{fraction:0<scale$}").parse().ok()?;
    let limit = 10i128.checked_pow(u32::from(precision))?;
    (units < limit).then_some(if negative { -units } else { units })
}

/// True or false, by the field's own words for them.
pub fn boolean(format: &FieldFormat, text: &str) -> Option<bool> {
    if format.true_values.iter().any(|v| v == text) {
        return Some(true);
    }
    format.false_values.iter().any(|v| v == text).then_some(false)
}

/// Days from 1970-01-01, for days of the years 1 to 9999.
pub fn date(format: &FieldFormat, text: &str) -> Option<i32> {
    match &format.pattern {
        None => iso_date(text.as_bytes()),
        Some(pattern) => {
            let date = jiff::civil::Date::strptime(pattern, text).ok()?;
            let (year, month, day) = (date.year(), date.month(), date.day());
            (year >= 1).then(|| days_from_civil(i32::from(year), month as u32, day as u32))
        }
    }
}

fn iso_date(text: &[u8]) -> Option<i32> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text else { return None };
    let year = (two(y1, y2)? * 100 + two(y3, y4)?) as i32;
    let (month, day) = (two(m1, m2)?, two(d1, d2)?);
    let is_valid = year >= 1 && (1..=12).contains(&month) && day >= 1 && day <= days_in_month(year, month);
    is_valid.then(|| days_from_civil(year, month, day))
}

fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

fn two(tens: u8, ones: u8) -> Option<u32> {
    (tens.is_ascii_digit() && ones.is_ascii_digit())
        .then(|| u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
}

/// Microseconds from 1970-01-01T00:00:00Z. A text without an offset is taken as UTC; finer than microseconds is refused.
pub fn datetime(format: &FieldFormat, text: &str) -> Option<i64> {
    let Some(pattern) = &format.pattern else { return iso_datetime(text.as_bytes()) };
    let parsed = jiff::fmt::strtime::parse(pattern, text).ok()?;
    if let Ok(timestamp) = parsed.to_timestamp() {
        return Some(timestamp.as_microsecond());
    }
    let civil = parsed.to_datetime().ok()?;
    Some(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_microsecond())
}

fn iso_datetime(text: &[u8]) -> Option<i64> {
    let day = iso_date(text.get(..10)?)?;
    let rest = text.get(10..)?.strip_prefix(b"T")?;
    let (micros, rest) = time_of_day(rest)?;
    let offset_minutes = match rest {
        b"" | b"Z" => 0,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (two(*h1, *h2)?, two(*m1, *m2)?);
            let total = i64::from(hours * 60 + minutes);
            if total > 14 * 60 || minutes > 59 {
                return None;
            }
            if *sign == b'-' { -total } else { total }
        }
        _ => return None,
    };
    Some(i64::from(day) * 86_400_000_000 + micros - offset_minutes * 60_000_000)
}

/// Microseconds since midnight, and what follows.
fn time_of_day(text: &[u8]) -> Option<(i64, &[u8])> {
    let [h1, h2, b':', m1, m2, b':', s1, s2, rest @ ..] = text else { return None };
    let (hour, minute, second) = (two(*h1, *h2)?, two(*m1, *m2)?, two(*s1, *s2)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let mut micros = i64::from(hour * 3600 + minute * 60 + second) * 1_000_000;
    let Some(fraction) = rest.strip_prefix(b".") else { return Some((micros, rest)) };
    let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
    if digits == 0 || digits > 6 {
        return None;
    }
    let mut unit = 100_000;
    for digit in &fraction[..digits] {
        micros += i64::from(digit - b'0') * unit;
        unit /= 10;
    }
    Some((micros, &fraction[digits..]))
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
        FieldType::Time => return time(&field.format, text),
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

fn time<'a>(format: &FieldFormat, text: &'a str) -> Option<std::borrow::Cow<'a, str>> {
    match &format.pattern {
        None => match time_of_day(text.as_bytes())? {
            (_, b"" | b"Z") => Some(text.into()),
            _ => None,
        },
        Some(pattern) => Some(jiff::civil::Time::strptime(pattern, text).ok()?.to_string().into()),
    }
}

fn yearmonth(text: &str) -> bool {
    let [y1, y2, y3, y4, b'-', m1, m2] = *text.as_bytes() else { return false };
    two(y1, y2).is_some() && two(y3, y4).is_some() && two(m1, m2).is_some_and(|m| (1..=12).contains(&m))
}

/// A calendar year (XML Schema gYear): at least four digits, perhaps negative.
pub fn year(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.len() < 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
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

    fn plain() -> FieldFormat {
        FieldFormat::default()
    }

    #[test]
    fn whole_numbers_are_digits_and_a_sign() {
        for (text, value) in [("42", Some(42)), ("-7", Some(-7)), ("+7", Some(7)), ("012", Some(12))] {
            assert_eq!(integer(&plain(), text), value, "{text}");
        }
        for text in ["", "1.0", "1e3", "1_000", " 1", "0x1F", "9223372036854775808", "１"] {
            assert_eq!(integer(&plain(), text), None, "{text}");
        }
    }

    #[test]
    fn numbers_may_be_grouped_and_dressed_when_the_field_says_so() {
        let mut format = plain();
        format.group_char = Some(".".into());
        format.decimal_char = ',';
        assert_eq!(number(&format, "1.234,5"), Some(1234.5));
        let mut format = plain();
        format.bare_number = false;
        assert_eq!(number(&format, "€ 95.5 %"), Some(95.5));
        assert_eq!(integer(&format, "95%"), Some(95));
        for text in ["NaN", "inf", "1,5", "", ".", "--1", "1e999"] {
            assert_eq!(number(&plain(), text), None, "{text}");
        }
        assert!(number(&plain(), "-0").is_some_and(|v| v.is_sign_positive()));
    }

    #[test]
    fn decimals_are_exact_or_refused() {
        assert_eq!(decimal(&plain(), 5, 2, "12.5"), Some(1250));
        assert_eq!(decimal(&plain(), 5, 2, "-0.05"), Some(-5));
        assert_eq!(decimal(&plain(), 5, 2, "1.500"), Some(150));
        assert_eq!(decimal(&plain(), 5, 2, "1.505"), None);
        assert_eq!(decimal(&plain(), 5, 2, "1000"), None);
    }

    #[test]
    fn dates_agree_with_the_calendar() {
        assert_eq!(date(&plain(), "1970-01-01"), Some(0));
        assert_eq!(date(&plain(), "2000-02-29"), Some(11_016));
        assert_eq!(date(&plain(), "0001-01-01"), Some(-719_162));
        assert_eq!(date(&plain(), "9999-12-31"), Some(2_932_896));
        for text in ["2010-02-29", "2010-3-1", "2010-03", "0000-01-01", "2010-13-01", "20100301"] {
            assert_eq!(date(&plain(), text), None, "{text}");
        }
        let mut format = plain();
        format.pattern = Some("%d.%m.%Y".into());
        assert_eq!(date(&format, "01.01.1970"), Some(0));
    }

    #[test]
    fn instants_are_brought_to_utc() {
        assert_eq!(datetime(&plain(), "1970-01-01T00:00:01Z"), Some(1_000_000));
        assert_eq!(datetime(&plain(), "1970-01-01T01:00:00.5+01:00"), Some(500_000));
        assert_eq!(datetime(&plain(), "1970-01-01T00:00:00"), Some(0));
        for text in
            ["1970-01-01", "1970-01-01T24:00:00Z", "1970-01-01 00:00:00Z", "1970-01-01T00:00:00.1234567Z"]
        {
            assert_eq!(datetime(&plain(), text), None, "{text}");
        }
    }
}
