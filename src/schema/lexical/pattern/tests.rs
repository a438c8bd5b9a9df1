use jiff::civil::{Date, DateTime, Time, date};
use jiff::tz::{Offset, TimeZone};
use proptest::prelude::*;

use super::TimePattern;
use crate::schema::lexical::{self, days_from_civil};
use crate::schema::{FieldFormat, FieldType};

/// A pattern for each way of telling a day, and for each directive.
const DAYS: [&str; 22] = [
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%-d.%-m.%Y",
    "%_d. %_m. %Y",
    "%m/%d/%Y",
    "%F",
    "%Y%m%d",
    "%d %B %Y",
    "%b %e, %Y",
    "%h-%d-%Y",
    "%A, %d %B %Y",
    "%a %d%b%Y",
    "%Y-%j",
    "%j/%Y",
    "%Y%j",
    "%G-W%V-%u",
    "%G%V%u",
    "%Y week %U day %w",
    "%Y %W %a",
    "%n%d%t%m %Y",
    "%d/%m/%Y 00:00:00",
    "100%% of %d.%m.%Y at %H:%M:%S",
];

const SHORT_YEARS: [&str; 4] = ["%D", "%d.%m.%y", "%y%m%d", "%g-%V-%u"];

const INSTANTS: [&str; 14] = [
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%d %H:%M:%S%.f %:z",
    "%d.%m.%Y %I:%M:%S %p%z",
    "%d.%m.%Y %l:%M:%S%P %:z",
    "%F %T.%f %z",
    "%F %T,%6f %z",
    "%F %k:%M:%S.%N%:::z",
    "%Y%m%d%H%M%S%z",
    "%Y%m%dT%H%M%S%f%z",
    "%s",
    "%s.%f",
    "%a %b %e %T %z %Y",
    "%F %R:%S %z",
    "%A %j %Y %H %M %S %z",
];

fn read(pattern: &str, kind: FieldType) -> TimePattern {
    TimePattern::new(pattern, kind).expect(pattern)
}

fn days(date: Date) -> i32 {
    days_from_civil(
        i32::from(date.year()),
        date.month().unsigned_abs().into(),
        date.day().unsigned_abs().into(),
    )
}

/// The first and last day of a year, the last of February, and one more.
fn days_of(year: i16) -> [Date; 4] {
    let february = date(year, 2, 1).last_of_month();
    [date(year, 1, 1), february, date(year, 3 + (year % 9) as i8, 1 + (year % 29) as i8), date(year, 12, 31)]
}

#[test]
fn every_day_comes_back_by_every_pattern() {
    for source in DAYS {
        let pattern = read(source, FieldType::Date);
        for day in (1..=9999).flat_map(days_of) {
            let text = jiff::fmt::strtime::format(source, day.at(0, 0, 0, 0)).expect("it writes days");
            let four_digits = source.contains("%G") && day.iso_week_date().year() > 9999;
            let moment = pattern.moment(&text);
            assert_eq!(moment.and_then(|m| m.day), (!four_digits).then(|| days(day)), "{source}: {text}");
        }
    }
}

#[test]
fn two_digits_are_a_year_from_1969_to_2068() {
    for source in SHORT_YEARS {
        let pattern = read(source, FieldType::Date);
        for day in (1970..=2067).flat_map(days_of) {
            let text = day.strftime(source).to_string();
            assert_eq!(pattern.moment(&text).and_then(|m| m.day), Some(days(day)), "{source}: {text}");
        }
    }
    assert!(read("%d.%m.%y", FieldType::Date).moment("1.1.5").is_none());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_instant_comes_back_by_every_pattern(
        seconds in -62_135_510_400i64..253_402_214_400, micros in 0i32..1_000_000, quarters in -48i32..=56,
    ) {
        for source in INSTANTS {
            let told = if source.contains('f') || source.contains('N') { micros } else { 0 };
            let fraction = if source == "%s.%f" && seconds < 0 { 0 } else { told };
            let instant = jiff::Timestamp::new(seconds, 0).expect("in range") + jiff::SignedDuration::from_micros(fraction.into());
            let zone = TimeZone::fixed(Offset::from_seconds(quarters * 900).expect("in range"));
            let text = jiff::fmt::strtime::format(source, &instant.to_zoned(zone)).expect("it writes instants");
            let moment = read(source, FieldType::Datetime).moment(&text);
            let found = moment.and_then(|m| {
                let offset = i64::from(m.offset_minutes.unwrap_or(0)) * 60_000_000;
                Some(i64::from(m.day?) * 86_400_000_000 + m.micros - offset)
            });
            prop_assert_eq!(found, Some(instant.as_microsecond()), "{}: {}", source, text);
        }
    }

    #[test]
    fn what_is_read_is_what_would_be_written(text in "[0-9]{1,4}[./ -][ 0-9]{1,3}[./ -][0-9]{1,5}( 1?[0-9]:[0-9]{2}:6?[0-9])?") {
        for source in ["%d.%m.%Y", "%m/%d/%Y", "%Y-%m-%d", "%d %m %Y", "%Y/%j", "%d.%m.%y", "%d.%m.%Y %H:%M:%S", "%m/%d/%Y %T"] {
            let kind = if source.len() > 9 { FieldType::Datetime } else { FieldType::Date };
            let Some(moment) = read(source, kind).moment(&text) else { continue };
            let day = date(1970, 1, 1) + jiff::SignedDuration::from_hours(24 * i64::from(moment.day.unwrap_or(0)));
            let time = Time::midnight() + jiff::SignedDuration::from_micros(moment.micros);
            let written = jiff::fmt::strtime::format(source, DateTime::from_parts(day, time)).expect("it writes");
            prop_assert_eq!(bare(&written), bare(&text), "{}: {} {}", source, written, text);
        }
    }
}

/// The text without blanks, and each number without zeros before it.
fn bare(text: &str) -> Vec<String> {
    let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
    let marks = text.chars().filter(|c| !c.is_ascii_digit() && *c != ' ').map(String::from);
    numbers.map(|number| number.trim_start_matches('0').to_owned()).chain(marks).collect()
}

#[test]
fn zeros_and_blanks_may_be_missing_and_nothing_else() {
    let day = |source: &str, text: &str| {
        let format = FieldFormat { pattern: Some(read(source, FieldType::Date)), ..FieldFormat::default() };
        lexical::date(&format, text)
    };
    let expected = Some(days(date(2020, 2, 1)));
    for (pattern, text) in [
        ("%d.%m.%Y", "1.2.2020"),
        ("%d.%m.%Y", "01.2.2020"),
        ("%d.%m.%Y", " 1. 2.2020"),
        ("%-d.%-m.%Y", "01.02.2020"),
        ("%d. %m. %Y", "1.2.2020"),
        ("%d %B %Y", "1 february 2020"),
        ("%b %d, %Y", "FEB   1,2020"),
        ("%d%b%Y", "1Feb2020"),
    ] {
        assert_eq!(day(pattern, text), expected, "{pattern}: {text}");
    }
    for (pattern, text) in [
        ("%m/%d/%Y", "2/15/18"),
        ("%m/%d/%Y", "2/15/018"),
        ("%m/%d/%Y", "2/15/+018"),
        ("%m/%d/%Y", "2/15/-018"),
        ("%d.%m.%Y", "001.02.2020"),
        ("%d.%m.%Y", "1.2.2020 "),
        ("%d.%m.%Y", "1.2.20200"),
        ("%d.%m.%Y", "30.2.2020"),
        ("%d.%m.%Y", "0.2.2020"),
        ("%d.%m.%Y", "1.2.0000"),
        ("%d %m %Y", "1 22020"),
        ("%Y%m%d", "202021"),
        ("%Y%m%d", "2020 201"),
        ("%d %b %Y", "1 February 2020"),
        ("%A, %d.%m.%Y", "Monday, 01.02.2020"),
        ("%Y-%j", "2021-366"),
        ("%G-W%V-%u", "2021-W53-1"),
        ("%d.%m.%Y %m", "01.02.2020 03"),
        ("%d.%m.%Y %T", "01.02.2020 00:00:01"),
        ("%d.%m.%Y", "１.2.2020"),
        ("%d.%m.%y", "1.2.2020"),
    ] {
        assert_eq!(day(pattern, text), None, "{pattern}: {text}");
    }
}

#[test]
fn an_offset_is_written_with_or_without_a_colon_or_as_z() {
    let pattern = read("%F %T%z", FieldType::Datetime);
    let minutes =
        |text: &str| pattern.moment(&format!("2020-02-01 10:00:00{text}")).and_then(|m| m.offset_minutes);
    for (text, expected) in [("Z", 0), ("+0200", 120), ("+02:00", 120), ("-0330", -210), ("+1400", 840)] {
        assert_eq!(minutes(text), Some(expected), "{text}");
    }
    for text in ["", "z", "+02", "+2", "+0260", "+1401", " +0200", "UTC", "+02:00:00"] {
        assert_eq!(minutes(text), None, "{text}");
    }
    for (source, has_offset) in
        [("%F %TZ", true), ("%F %T UTC", true), ("%F %T", false), ("%F %T %z", true), ("Z%F %T", false)]
    {
        assert_eq!(read(source, FieldType::Datetime).has_offset(), has_offset, "{source}");
    }
}

#[test]
fn no_digit_below_a_microsecond_is_lost_nor_a_second_of_61() {
    let micros = |source: &str, text: &str| read(source, FieldType::Time).moment(text).map(|m| m.micros);
    assert_eq!(micros("%H:%M:%S.%f", "00:00:01.5"), Some(1_500_000));
    assert_eq!(micros("%T%.f", "00:00:01.123456000"), Some(1_123_456));
    assert_eq!(micros("%T%.f", "00:00:01"), Some(1_000_000));
    assert_eq!(micros("%I:%M %p", "12:30 am"), Some(1_800_000_000));
    for (source, text) in [
        ("%T%.f", "00:00:01.1234567"),
        ("%T%.f", "00:00:01."),
        ("%T.%3f", "00:00:01.1234"),
        ("%T", "00:00:60"),
        ("%H:%M", "24:00"),
        ("%I:%M %p", "13:30 PM"),
        ("%H:%M %p", "13:30 AM"),
        ("%I:%M %p", "0:30 AM"),
        ("%H:%M", "13:14:15"),
    ] {
        assert_eq!(micros(source, text), None, "{source}: {text}");
    }
}

#[test]
fn what_could_never_be_read_is_refused() {
    let help = |source: &str, kind| TimePattern::new(source, kind).expect_err(source).help;
    for (source, way_out) in [
        ("%m/%Y", "yearmonth"),
        ("%Y-%m", "yearmonth"),
        ("%B %Y", "yearmonth"),
        ("%Y", "`year`"),
        ("%d.%m.", "`string`"),
        ("%x", "write it out"),
        ("%Y-%m-%d %Z", "offset"),
        ("%C%y-%m-%d", "%Y"),
        ("%F %z", "datetime"),
        ("%s", "datetime"),
        ("%Q", "offset"),
        ("%F %", "directives"),
        ("%E", "write it out"),
        ("%5Y-%m-%d", "directives"),
        ("100%%", "`string`"),
        ("%F%I", "%p"),
        ("%F %M", "minute"),
    ] {
        assert!(
            help(source, FieldType::Date).contains(way_out),
            "{source}: {}",
            help(source, FieldType::Date)
        );
    }
    for (source, way_out) in [
        ("%F", "`date`"),
        ("%H:%M", "`string`"),
        ("%F %T %Z", "%z"),
        ("%F %I:%M", "%p"),
        ("%F %H:%S", "second"),
    ] {
        assert!(help(source, FieldType::Datetime).contains(way_out), "{source}");
    }
    for (source, way_out) in [
        ("%F %T", "datetime"),
        ("%T %z", "string"),
        ("%M:%S", "minute"),
        ("%%", "%H"),
        ("%X", "write it out"),
    ] {
        assert!(help(source, FieldType::Time).contains(way_out), "{source}");
    }
}
