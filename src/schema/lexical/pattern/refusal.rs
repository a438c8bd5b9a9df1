//! Patterns that could never be read, or would lose something.

use jiff::civil::date;
use jiff::tz::TimeZone;

use super::directives::{NAMES, Part, Slot};
use crate::schema::{FieldType, ItemType};

/// Why a pattern is refused, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong with it.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Refusal {
    fn new(message: String, help: &str) -> Refusal {
        Refusal { message, help: help.to_owned() }
    }

    /// A directive that is not read.
    pub(super) fn directive(source: &str, directive: &str) -> Refusal {
        let help = match directive.chars().last() {
            Some('Z' | 'Q') => "a name of a zone is not read, an offset is: `%z`",
            Some('c' | 'x' | 'X' | 'r' | 'E' | 'O') => {
                "it means something else in every language: write it out, such as `%d.%m.%Y` or `%H:%M:%S`"
            }
            Some('C') => "the year is written with four digits (`%Y`) or two (`%y`)",
            _ => {
                "directives are `%Y %m %d %j`, `%B %b %A %a` (English names), `%H %I %p %M %S %f`, `%z`, `%s`, `%G %V %u` and a few more"
            }
        };
        Refusal::new(format!("`{directive}` in the format `{source}` cannot be read"), help)
    }

    /// A pattern that does not read what it writes.
    pub(super) fn unreadable(source: &str) -> Refusal {
        let help = "something must stand between two numbers that have no fixed number of digits";
        Refusal::new(format!("the format `{source}` does not read what it writes"), help)
    }
}

/// What the pieces of a pattern tell.
struct Told<'p>(&'p [Part]);

impl Told<'_> {
    fn has(&self, wanted: Slot) -> bool {
        self.0.iter().any(|part| match part {
            Part::Number { slot, .. } => *slot == wanted,
            Part::Name(names) => NAMES[*names].0 == wanted,
            Part::Fraction { .. } => wanted == Slot::Micros,
            Part::Literal(_) | Part::Blank | Part::Offset { .. } | Part::Timestamp => false,
        })
    }

    fn has_any(&self, wanted: &[Slot]) -> bool {
        wanted.iter().any(|slot| self.has(*slot))
    }

    fn is_timestamp(&self) -> bool {
        self.0.contains(&Part::Timestamp)
    }

    fn is_offset(&self) -> bool {
        self.is_timestamp() || self.0.iter().any(|part| matches!(part, Part::Offset { .. }))
    }

    fn has_year(&self) -> bool {
        self.has_any(&[Slot::Year, Slot::ShortYear])
    }

    /// Whether one day is told.
    fn is_day(&self) -> bool {
        let weekday = self.has_any(&[Slot::Weekday, Slot::WeekdayFromSunday]);
        let by_year = self.has(Slot::Month) && self.has(Slot::Day)
            || self.has(Slot::DayOfYear)
            || weekday && self.has_any(&[Slot::WeekFromSunday, Slot::WeekFromMonday]);
        let by_iso_year =
            weekday && self.has(Slot::IsoWeek) && self.has_any(&[Slot::IsoYear, Slot::ShortIsoYear]);
        self.has_year() && by_year || by_iso_year || self.is_timestamp()
    }

    fn tells_of_days(&self) -> bool {
        use Slot::*;
        self.has_any(&[
            Year,
            ShortYear,
            Month,
            Day,
            DayOfYear,
            Weekday,
            WeekdayFromSunday,
            IsoYear,
            ShortIsoYear,
            IsoWeek,
            WeekFromSunday,
            WeekFromMonday,
        ])
    }

    /// Whether every piece of the time of day has the larger one that it is part of.
    fn is_time(&self) -> bool {
        let parts = [Slot::Minute, Slot::Second, Slot::Micros].map(|slot| self.has(slot));
        let is_ordered = parts.windows(2).all(|pair| pair[0] || !pair[1]) || self.is_timestamp();
        let is_hour = self.has(Slot::Hour) || self.has(Slot::Hour12) && self.has(Slot::Meridiem);
        let is_any = self.has_any(&[Slot::Hour12, Slot::Minute, Slot::Second, Slot::Micros, Slot::Meridiem]);
        is_ordered && (is_hour || !is_any || self.is_timestamp())
    }

    fn is_hour(&self) -> bool {
        self.has_any(&[Slot::Hour, Slot::Hour12]) || self.is_timestamp()
    }
}

/// Whether every value of the type can be read by the pieces, and nothing of a text is lost.
pub(super) fn check(source: &str, parts: &[Part], kind: FieldType) -> Result<(), Refusal> {
    let told = Told(parts);
    let refuse =
        |message: &str, help: &str| Err(Refusal::new(format!("{message} the format `{source}`"), help));
    let kind = if kind == FieldType::List(ItemType::Date) { FieldType::Date } else { kind };
    if !told.is_time() {
        let help = "an hour is `%H`, or `%I` with `%p`; a minute (`%M`) is one of an hour, a second (`%S`) of a minute";
        return refuse("no time of day can be told from", help);
    }
    match kind {
        FieldType::Time if told.tells_of_days() || told.is_offset() => refuse(
            "a time of day has neither day nor offset, so that one would be lost that is read by",
            "type `datetime`, or `string` for the text as it is",
        ),
        FieldType::Time if !told.is_hour() => refuse("no time of day can be told from", "such as `%H:%M:%S`"),
        FieldType::Time => Ok(()),
        FieldType::Date if told.is_offset() => {
            refuse("a date has no offset, so that one would be lost that is read by", "type `datetime`")
        }
        _ if !told.is_day() => {
            let help = match (told.has_year(), told.has(Slot::Month)) {
                (true, true) => {
                    "a month is of type `yearmonth`, written `2010-03`; as it is written here it is a text, of type `string`"
                }
                (true, false) => {
                    "a year is of type `year`, written `2010`; anything else is a text, of type `string`"
                }
                (false, _) => "a date without a year is a text, of type `string`",
            };
            refuse("no day can be told from", help)
        }
        FieldType::Date => Ok(()),
        _ if !told.is_hour() => {
            refuse("no time of day can be told from", "a day without a time is of type `date`")
        }
        _ => Ok(()),
    }
}

/// What the pattern writes for a day in 2010, and as much of a time as it tells.
pub(super) fn example(source: &str, parts: &[Part], kind: FieldType) -> Result<String, Refusal> {
    let told = Told(parts);
    let or_zero = |slot, value| if told.has(slot) || told.is_timestamp() { value } else { 0 };
    let is_date = matches!(kind, FieldType::Date | FieldType::List(ItemType::Date));
    let time = match is_date {
        true => (0, 0, 0),
        false => (15, or_zero(Slot::Minute, 9), or_zero(Slot::Second, 26)),
    };
    let moment = date(2010, 3, 14).at(time.0, time.1, time.2, 0).to_zoned(TimeZone::UTC);
    let written = moment.map_err(|_| Refusal::unreadable(source))?;
    jiff::fmt::strtime::format(source, &written).map_err(|_| Refusal::unreadable(source))
}
