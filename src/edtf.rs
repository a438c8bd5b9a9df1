//! Dates known in part: the Extended Date/Time Format, level 1 (ISO 8601-2:2019, Annex A; Library of Congress, 2019).
//!
//! Read here: calendar dates to the day, seasons 21 to 24, unspecified digits from the right (`198X`, `19XX`,
//! `1984-XX`, `1984-05-XX`), the qualifiers `~`, `?` and `%` of a whole date, years before 0 and beyond four digits
//! (`Y17000`), and intervals with an open (`..`) or unknown (empty) side. Times of day are not dates and are refused.

use jiff::civil::Date;

/// What an EDTF text means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// First day it can mean; `None` when open, unknown or outside the years 1 to 9999.
    pub earliest: Option<Date>,
    /// Last day it can mean; `None` likewise.
    pub latest: Option<Date>,
    /// How precise it is.
    pub precision: Precision,
    /// How sure it is.
    pub qualifier: Qualifier,
}

/// How precise a date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// One day.
    Day,
    /// One month.
    Month,
    /// A season.
    Season,
    /// One year.
    Year,
    /// Ten years.
    Decade,
    /// A hundred years.
    Century,
    /// From one date to another.
    Interval,
}

impl Precision {
    /// The word published in the `…_precision` column.
    pub fn word(self) -> &'static str {
        match self {
            Precision::Day => "day",
            Precision::Month => "month",
            Precision::Season => "season",
            Precision::Year => "year",
            Precision::Decade => "decade",
            Precision::Century => "century",
            Precision::Interval => "interval",
        }
    }
}

/// How sure a date is. For an interval: either side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Qualifier {
    /// As stated.
    Exact,
    /// `~`
    Approximate,
    /// `?`
    Uncertain,
    /// `%`, or one side of an interval approximate and one uncertain.
    ApproximateAndUncertain,
}

impl Qualifier {
    /// The words published in the `…_qualifier` column.
    pub fn word(self) -> &'static str {
        match self {
            Qualifier::Exact => "exact",
            Qualifier::Approximate => "approximate",
            Qualifier::Uncertain => "uncertain",
            Qualifier::ApproximateAndUncertain => "approximate and uncertain",
        }
    }

    fn with(self, other: Qualifier) -> Qualifier {
        match (self, other) {
            (Qualifier::Exact, only) | (only, Qualifier::Exact) => only,
            (a, b) if a == b => a,
            _ => Qualifier::ApproximateAndUncertain,
        }
    }
}

/// Reads an EDTF level 1 text; the error says what is wrong with it.
pub fn parse(text: &str) -> Result<Meaning, String> {
    match text.split_once('/') {
        None => single(text),
        Some((start, end)) => interval(start, end),
    }
}

fn interval(start: &str, end: &str) -> Result<Meaning, String> {
    let side = |text: &str| match text {
        "" | ".." => Ok(None),
        date => single(date).map(Some),
    };
    let (from, to) = (side(start)?, side(end)?);
    let earliest = from.and_then(|d| d.earliest);
    let latest = to.and_then(|d| d.latest);
    if from.is_none() && to.is_none() {
        return Err("an interval needs a date on one side at least".into());
    }
    if let (Some(first), Some(last)) = (earliest, latest)
        && first > last
    {
        return Err(format!("the interval begins after it ends ({first} is later than {last})"));
    }
    let sure = |side: Option<Meaning>| side.map_or(Qualifier::Exact, |d| d.qualifier);
    Ok(Meaning { earliest, latest, precision: Precision::Interval, qualifier: sure(from).with(sure(to)) })
}

fn single(text: &str) -> Result<Meaning, String> {
    let (date, qualifier) = match text.as_bytes().last() {
        Some(b'~') => (&text[..text.len() - 1], Qualifier::Approximate),
        Some(b'?') => (&text[..text.len() - 1], Qualifier::Uncertain),
        Some(b'%') => (&text[..text.len() - 1], Qualifier::ApproximateAndUncertain),
        _ => (text, Qualifier::Exact),
    };
    let (precision, span) = if let Some(digits) = date.strip_prefix('Y') {
        (Precision::Year, long_year(digits)?)
    } else {
        calendar(date)?
    };
    let (earliest, latest) = match span {
        Some((first, last)) => (Some(first), Some(last)),
        None => (None, None),
    };
    Ok(Meaning { earliest, latest, precision, qualifier })
}

/// First and last day, or `None` outside the years 1 to 9999.
type Span = Option<(Date, Date)>;

/// `Y` and more than four digits: beyond what a date column can hold.
fn long_year(digits: &str) -> Result<Span, String> {
    let number = digits.strip_prefix('-').unwrap_or(digits);
    if number.len() < 5 || number.len() > 15 || !number.bytes().all(|b| b.is_ascii_digit()) {
        return Err("`Y` is followed by a year of more than four digits".into());
    }
    Ok(None)
}

fn calendar(date: &str) -> Result<(Precision, Span), String> {
    let (sign, body) = match date.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, date),
    };
    let mut parts = body.split('-');
    let (year, month, day) = (parts.next().unwrap_or(""), parts.next(), parts.next());
    if parts.next().is_some() {
        return Err(not_a_date());
    }
    match (month, day) {
        (None, None) => year_only(year, sign),
        (Some("XX"), None) => Ok((Precision::Year, within_year(number(year, 4)? * sign))),
        (Some("XX"), Some("XX")) => Ok((Precision::Year, within_year(number(year, 4)? * sign))),
        (Some(month), None) => month_or_season(number(year, 4)? * sign, number(month, 2)?),
        (Some(month), Some("XX")) => match number(month, 2)? {
            month @ 1..=12 => month_or_season(number(year, 4)? * sign, month),
            _ => Err("the month is 01 to 12".into()),
        },
        (Some(month), Some(day)) => one_day(number(year, 4)? * sign, number(month, 2)?, number(day, 2)?),
        (None, Some(_)) => Err(not_a_date()),
    }
}

fn year_only(year: &str, sign: i32) -> Result<(Precision, Span), String> {
    let unspecified = year.bytes().rev().take_while(|&b| b == b'X').count();
    let precision = match unspecified {
        0 => Precision::Year,
        1 => Precision::Decade,
        2 => Precision::Century,
        _ => return Err("at most the last two digits of a year may be `X`".into()),
    };
    if year.len() != 4 {
        return Err(not_a_date());
    }
    let first = number(&year.replace('X', "0"), 4)?;
    let last = number(&year.replace('X', "9"), 4)?;
    let (first, last) = if sign < 0 { (-last, -first) } else { (first, last) };
    Ok((precision, days(day_of(first, 1, 1), day_of(last, 12, 31))))
}

fn month_or_season(year: i32, month: i32) -> Result<(Precision, Span), String> {
    match month {
        1..=12 => {
            let first = day_of(year, month, 1);
            Ok((Precision::Month, days(first, first.map(Date::last_of_month))))
        }
        // ISO 8601-2 names the seasons of no hemisphere; the northern meteorological months are the usual reading.
        21 => Ok((Precision::Season, days(day_of(year, 3, 1), day_of(year, 5, 31)))),
        22 => Ok((Precision::Season, days(day_of(year, 6, 1), day_of(year, 8, 31)))),
        23 => Ok((Precision::Season, days(day_of(year, 9, 1), day_of(year, 11, 30)))),
        24 => Ok((
            Precision::Season,
            days(day_of(year, 12, 1), day_of(year + 1, 2, 1).map(Date::last_of_month)),
        )),
        _ => Err("the month is 01 to 12, or a season 21 to 24".into()),
    }
}

fn one_day(year: i32, month: i32, day: i32) -> Result<(Precision, Span), String> {
    // A year outside the column's range still needs a month and day that exist: 2000 has every one of them.
    let probe = if (1..=9999).contains(&year) { year } else { 2000 };
    match day_of(probe, month, day) {
        None if (1..=12).contains(&month) => {
            Err(format!("month {month:02} of {year:04} has no day {day:02}"))
        }
        None => Err("the month is 01 to 12".into()),
        Some(_) => {
            let date = day_of(year, month, day);
            Ok((Precision::Day, days(date, date)))
        }
    }
}

fn within_year(year: i32) -> Span {
    days(day_of(year, 1, 1), day_of(year, 12, 31))
}

fn days(first: Option<Date>, last: Option<Date>) -> Span {
    first.zip(last)
}

/// The day, when it exists and lies in the years 1 to 9999.
fn day_of(year: i32, month: i32, day: i32) -> Option<Date> {
    let year = i16::try_from(year).ok().filter(|y| *y >= 1)?;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn number(digits: &str, length: usize) -> Result<i32, String> {
    if digits.len() != length || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(not_a_date());
    }
    digits.parse().map_err(|_| not_a_date())
}

fn not_a_date() -> String {
    "expected `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, or two of them joined by `/`".into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, String, &'static str, &'static str) {
        let m = parse(text).expect(text);
        let show = |d: Option<Date>| d.map_or("-".to_owned(), |d| d.to_string());
        (show(m.earliest), show(m.latest), m.precision.word(), m.qualifier.word())
    }

    #[test]
    fn each_form_spans_the_days_it_can_mean() {
        let table = [
            ("1984", "1984-01-01", "1984-12-31", "year", "exact"),
            ("1984-02", "1984-02-01", "1984-02-29", "month", "exact"),
            ("1984-02-11", "1984-02-11", "1984-02-11", "day", "exact"),
            ("198X", "1980-01-01", "1989-12-31", "decade", "exact"),
            ("19XX~", "1900-01-01", "1999-12-31", "century", "approximate"),
            ("1984-XX", "1984-01-01", "1984-12-31", "year", "exact"),
            ("1984-05-XX", "1984-05-01", "1984-05-31", "month", "exact"),
            ("2001-21", "2001-03-01", "2001-05-31", "season", "exact"),
            ("2001-24", "2001-12-01", "2002-02-28", "season", "exact"),
            ("1984?", "1984-01-01", "1984-12-31", "year", "uncertain"),
            ("1984-05%", "1984-05-01", "1984-05-31", "month", "approximate and uncertain"),
            ("1795-02-11/1795-02~", "1795-02-11", "1795-02-28", "interval", "approximate"),
            ("1985-04/..", "1985-04-01", "-", "interval", "exact"),
            ("../1985", "-", "1985-12-31", "interval", "exact"),
            ("1984?/1985~", "1984-01-01", "1985-12-31", "interval", "approximate and uncertain"),
            ("-0500", "-", "-", "year", "exact"),
            ("Y17000", "-", "-", "year", "exact"),
        ];
        for (text, earliest, latest, precision, qualifier) in table {
            assert_eq!(read(text), (earliest.into(), latest.into(), precision, qualifier), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_level_1_date_is_refused() {
        for text in [
            "",
            "84",
            "1984-13",
            "1984-02-30",
            "1984-5",
            "1984-00",
            "1984-25",
            "1XXX",
            "1984/1983",
            "/",
            "../..",
            "1984-05-12T10:00:00Z",
            "circa 1984",
            "1984-",
            "~1984",
            "1984/1985/1986",
            "Y1984",
            "１９８４",
            "1984-XX-12",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
