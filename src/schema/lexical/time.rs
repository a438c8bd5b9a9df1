//! Dates, times and dates with times.

use std::borrow::Cow;

use super::MICROSECONDS;
use crate::schema::{FieldFormat, Zone};

/// Days from 1970-01-01 to a day of the proleptic Gregorian calendar.
pub fn days_from_civil(year: i32, month: u32, day: u32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month.cast_signed() + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day.cast_signed() - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Days from 1970-01-01, for days of the years 1 to 9999.
pub fn date(format: &FieldFormat, text: &str) -> Option<i32> {
    match &format.pattern {
        None => iso_date(text.as_bytes()),
        Some(pattern) => {
            let moment = pattern.moment(text)?;
            // A day alone is published, so nothing else may be told.
            moment.day.filter(|_| moment.micros == 0)
        }
    }
}

fn iso_date(text: &[u8]) -> Option<i32> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text else { return None };
    let year = (two(y1, y2)? * 100 + two(y3, y4)?).cast_signed();
    let (month, day) = (two(m1, m2)?, two(d1, d2)?);
    civil(year, month, day)
}

/// Days from 1970-01-01, for days of the years 1 to 9999 that there are.
pub(super) fn civil(year: i32, month: u32, day: u32) -> Option<i32> {
    let is_day = (1..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_in_month(year, month)).contains(&day);
    is_day.then(|| days_from_civil(year, month, day))
}

fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

pub(super) fn two(tens: u8, ones: u8) -> Option<u32> {
    (tens.is_ascii_digit() && ones.is_ascii_digit())
        .then(|| u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
}

/// A date with a time, as it is written.
pub struct Instant {
    /// Microseconds from 1970-01-01T00:00:00Z; of a text without an offset, as if it were UTC.
    pub micros: i64,
    /// Whether an offset is written.
    pub has_offset: bool,
}

const DAY_MICROS: i64 = 86_400_000_000;

/// A date with a time, in the years 1 to 9999 of UTC. A field without a zone (`zone: none`) refuses an offset.
#[inline]
pub fn instant(format: &FieldFormat, text: &str) -> Option<Instant> {
    let instant = written_instant(format, text)?;
    let is_allowed = !instant.has_offset || format.zone != Some(Zone::None);
    (is_allowed && MICROSECONDS.contains(&instant.micros)).then_some(instant)
}

/// Microseconds from 1970-01-01T00:00:00Z, or of no zone where the field says so.
pub fn datetime(format: &FieldFormat, text: &str) -> Option<i64> {
    instant(format, text).map(|instant| instant.micros)
}

/// A date with a time, wherever in UTC it lies.
pub(super) fn written_instant(format: &FieldFormat, text: &str) -> Option<Instant> {
    let Some(pattern) = &format.pattern else { return iso_datetime(text.as_bytes()) };
    let moment = pattern.moment(text)?;
    let offset = i64::from(moment.offset_minutes.unwrap_or(0)) * 60_000_000;
    let micros = i64::from(moment.day?) * DAY_MICROS + moment.micros - offset;
    Some(Instant { micros, has_offset: moment.offset_minutes.is_some() })
}

fn iso_datetime(text: &[u8]) -> Option<Instant> {
    let day = iso_date(text.get(..10)?)?;
    let rest = text.get(10..)?.strip_prefix(b"T")?;
    let (micros, rest) = time_of_day(rest)?;
    let offset = match *rest {
        [] | [b'Z'] => 0,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => offset_minutes(sign, two(h1, h2)?, two(m1, m2)?)?,
        _ => return None,
    };
    let micros = i64::from(day) * DAY_MICROS + micros - i64::from(offset) * 60_000_000;
    Some(Instant { micros, has_offset: !rest.is_empty() })
}

/// Minutes that a time is ahead of UTC: at most 14 hours, either way.
pub(super) fn offset_minutes(sign: u8, hours: u32, minutes: u32) -> Option<i32> {
    let total = i32::try_from(hours * 60 + minutes).ok()?;
    (total <= 14 * 60 && minutes < 60).then_some(if sign == b'-' { -total } else { total })
}

/// Microseconds of the digits after a point; none but zeros may be below.
pub(super) fn micros(digits: &[u8]) -> Option<i32> {
    let (above, below) = digits.split_at(digits.len().min(6));
    if above.is_empty() || below.iter().any(|digit| *digit != b'0') {
        return None;
    }
    let mut unit = 1_000_000;
    let mut micros = 0;
    for digit in above {
        unit /= 10;
        micros += i32::from(digit - b'0') * unit;
    }
    Some(micros)
}

/// The microseconds since midnight, and what follows.
pub(super) fn time_of_day(text: &[u8]) -> Option<(i64, &[u8])> {
    let [h1, h2, b':', m1, m2, b':', s1, s2, rest @ ..] = text else { return None };
    let (hour, minute, second) = (two(*h1, *h2)?, two(*m1, *m2)?, two(*s1, *s2)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let whole = i64::from(hour * 3600 + minute * 60 + second) * 1_000_000;
    let Some(fraction) = rest.strip_prefix(b".") else { return Some((whole, rest)) };
    let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
    Some((whole + i64::from(micros(&fraction[..digits])?), &fraction[digits..]))
}

/// The text to publish for a time of day.
pub(super) fn time<'a>(format: &FieldFormat, text: &'a str) -> Option<Cow<'a, str>> {
    match &format.pattern {
        None => match time_of_day(text.as_bytes())? {
            (_, b"" | b"Z") => Some(text.into()),
            _ => None,
        },
        Some(pattern) => Some(written_time(pattern.moment(text)?.micros).into()),
    }
}

/// A time of day, with as many digits of a second as it has.
fn written_time(micros: i64) -> String {
    let (seconds, fraction) = (micros / 1_000_000, micros % 1_000_000);
    let mut text = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if fraction != 0 {
        text += format!(".{fraction:06}").trim_end_matches('0');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{FieldType, lexical::TimePattern};

    fn plain() -> FieldFormat {
        FieldFormat::default()
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
        format.pattern = TimePattern::new("%d.%m.%Y", FieldType::Date).ok();
        assert_eq!(date(&format, "01.01.1970"), Some(0));
    }

    #[test]
    fn a_local_time_has_no_offset() {
        let local = FieldFormat { zone: Some(Zone::None), ..plain() };
        assert_eq!(datetime(&local, "1970-01-01T00:00:01"), Some(1_000_000));
        for text in ["1970-01-01T00:00:01Z", "1970-01-01T00:00:01+01:00"] {
            assert_eq!(datetime(&local, text), None, "{text}");
        }
    }

    #[test]
    fn instants_are_brought_to_utc() {
        assert_eq!(datetime(&plain(), "1970-01-01T00:00:01Z"), Some(1_000_000));
        assert_eq!(datetime(&plain(), "1970-01-01T01:00:00.5+01:00"), Some(500_000));
        assert_eq!(datetime(&plain(), "1970-01-01T00:00:00"), Some(0));
        for text in [
            "1970-01-01",
            "9999-12-31T23:59:59-05:00",
            "0001-01-01T00:00:00+01:00",
            "1970-01-01T24:00:00Z",
            "1970-01-01 00:00:00Z",
            "1970-01-01T00:00:00.1234567Z",
        ] {
            assert_eq!(datetime(&plain(), text), None, "{text}");
        }
    }
}
