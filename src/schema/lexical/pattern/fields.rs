//! What the pieces of a text tell together.

use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday};

use super::{Moment, Slot, civil};

/// What was read, piece by piece.
pub(super) struct Fields {
    values: [i32; Slot::COUNT],
    /// A bit for each slot that has a value.
    told: u32,
    offset_minutes: Option<i32>,
    timestamp: Option<i64>,
}

impl Default for Fields {
    fn default() -> Fields {
        Fields { values: [0; Slot::COUNT], told: 0, offset_minutes: None, timestamp: None }
    }
}

const DAY_SECONDS: i64 = 86_400;

/// A bit for each of the slots.
const fn bits(slots: &[Slot]) -> u32 {
    let mut bits = 0;
    let mut nth = 0;
    while nth < slots.len() {
        bits |= 1 << slots[nth] as u32;
        nth += 1;
    }
    bits
}

/// Year, month and day, which need no other look at the calendar.
const CIVIL: u32 = bits(&[Slot::Year, Slot::Month, Slot::Day]);
const OF_TIME: u32 =
    bits(&[Slot::Hour, Slot::Hour12, Slot::Minute, Slot::Second, Slot::Micros, Slot::Meridiem]);

impl Fields {
    /// Notes a value; `None` when another was told before.
    pub(super) fn set(&mut self, slot: Slot, value: i32) -> Option<()> {
        if self.get(slot).is_some_and(|earlier| earlier != value) {
            return None;
        }
        self.values[slot as usize] = value;
        self.told |= 1 << slot as u32;
        Some(())
    }

    pub(super) fn set_offset(&mut self, minutes: i32) -> Option<()> {
        let earlier = self.offset_minutes.replace(minutes);
        earlier.is_none_or(|earlier| earlier == minutes).then_some(())
    }

    pub(super) fn set_timestamp(&mut self, seconds: i64) -> Option<()> {
        let earlier = self.timestamp.replace(seconds);
        earlier.is_none_or(|earlier| earlier == seconds).then_some(())
    }

    fn get(&self, slot: Slot) -> Option<i32> {
        (self.told >> slot as u32 & 1 == 1).then(|| self.values[slot as usize])
    }

    /// What is told; `None` when there is no such day or time, or when two pieces contradict each other.
    pub(super) fn moment(self, has_offset: bool) -> Option<Moment> {
        let offset_minutes = self.offset_minutes.or(has_offset.then_some(0));
        let Some(timestamp) = self.timestamp else {
            let day = if self.told & !OF_TIME == 0 { None } else { Some(self.day()?) };
            return Some(Moment { day, micros: self.micros()?, offset_minutes });
        };
        // Of seconds before 1970, a fraction could count up or down.
        let fraction = self.get(Slot::Micros).unwrap_or(0);
        if timestamp < 0 && fraction != 0 {
            return None;
        }
        let local = timestamp.checked_add(i64::from(offset_minutes.unwrap_or(0)) * 60)?;
        let day = i32::try_from(local.div_euclid(DAY_SECONDS)).ok()?;
        let micros = local.rem_euclid(DAY_SECONDS) * 1_000_000 + i64::from(fraction);
        let agrees = (self.told & !OF_TIME == 0 || self.day()? == day)
            && (self.told & OF_TIME & !bits(&[Slot::Micros]) == 0 || self.micros()? == micros);
        agrees.then_some(Moment { day: Some(day), micros, offset_minutes })
    }

    /// Microseconds since midnight.
    fn micros(&self) -> Option<i64> {
        let or_zero = |slot| self.get(slot).unwrap_or(0);
        let half = self.get(Slot::Meridiem);
        let hour = match (self.get(Slot::Hour), self.get(Slot::Hour12)) {
            (None, None) => 0,
            (hour, half_hour) => {
                let from_half = half_hour
                    .map(|hour| (1..=12).contains(&hour).then(|| hour % 12 + 12 * half.unwrap_or(0)));
                let hour = hour.or(from_half.flatten())?;
                let agrees = from_half.is_none_or(|half| half == Some(hour))
                    && half.is_none_or(|half| hour / 12 == half);
                agrees.then_some(hour)?
            }
        };
        let (minute, second) = (or_zero(Slot::Minute), or_zero(Slot::Second));
        let seconds =
            (hour < 24 && minute < 60 && second < 60).then_some((hour * 60 + minute) * 60 + second)?;
        Some(i64::from(seconds) * 1_000_000 + i64::from(or_zero(Slot::Micros)))
    }

    /// Days from 1970-01-01, for days of the years 1 to 9999.
    fn day(&self) -> Option<i32> {
        if self.told & !OF_TIME == CIVIL {
            let part = |slot: Slot| u32::try_from(self.values[slot as usize]).ok();
            return civil(self.values[Slot::Year as usize], part(Slot::Month)?, part(Slot::Day)?);
        }
        let date = self.date()?;
        (date.year() >= 1 && self.agrees_with(date)).then_some(())?;
        let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
        civil(date.year().into(), month.into(), day.into())
    }

    /// The day by whichever pieces suffice.
    fn date(&self) -> Option<Date> {
        let small = |value: i32| i8::try_from(value).ok();
        let year = self.get(Slot::Year).or(self.get(Slot::ShortYear).map(century));
        if let (Some(year), Some(month), Some(day)) = (year, self.get(Slot::Month), self.get(Slot::Day)) {
            return Date::new(i16::try_from(year).ok()?, small(month)?, small(day)?).ok();
        }
        if let (Some(year), Some(day)) = (year, self.get(Slot::DayOfYear)) {
            return Date::new(i16::try_from(year).ok()?, 1, 1).ok()?.checked_add((day - 1).days()).ok();
        }
        let weekday = self
            .get(Slot::Weekday)
            .or(self.get(Slot::WeekdayFromSunday).map(|day| if day == 0 { 7 } else { day }))?;
        let iso_year = self.get(Slot::IsoYear).or(self.get(Slot::ShortIsoYear).map(century));
        if let (Some(year), Some(week)) = (iso_year, self.get(Slot::IsoWeek)) {
            let weekday = Weekday::from_monday_one_offset(small(weekday)?).ok()?;
            return Some(ISOWeekDate::new(i16::try_from(year).ok()?, small(week)?, weekday).ok()?.date());
        }
        let first = Date::new(i16::try_from(year?).ok()?, 1, 1).ok()?;
        // Days from the first of January to the first day of week 1, and from there to the weekday.
        let (week, to_week, in_week) = match (self.get(Slot::WeekFromMonday), self.get(Slot::WeekFromSunday))
        {
            (Some(week), _) => (week, first.weekday().until(Weekday::Monday), weekday - 1),
            (None, week) => (week?, first.weekday().until(Weekday::Sunday), weekday % 7),
        };
        first.checked_add((i32::from(to_week) + (week - 1) * 7 + in_week).days()).ok()
    }

    /// Whether everything that is told of the day is true of this one.
    fn agrees_with(&self, date: Date) -> bool {
        let iso = date.iso_week_date();
        let from_sunday = i32::from(date.weekday().to_sunday_zero_offset());
        let from_monday = i32::from(date.weekday().to_monday_zero_offset());
        let day_of_year = i32::from(date.day_of_year());
        let (year, iso_year) = (i32::from(date.year()), i32::from(iso.year()));
        [
            (Slot::Year, year),
            (Slot::ShortYear, short(year)),
            (Slot::Month, i32::from(date.month())),
            (Slot::Day, i32::from(date.day())),
            (Slot::DayOfYear, day_of_year),
            (Slot::Weekday, from_monday + 1),
            (Slot::WeekdayFromSunday, from_sunday),
            (Slot::IsoYear, iso_year),
            (Slot::ShortIsoYear, short(iso_year)),
            (Slot::IsoWeek, i32::from(iso.week())),
            (Slot::WeekFromSunday, (day_of_year + 6 - from_sunday) / 7),
            (Slot::WeekFromMonday, (day_of_year + 6 - from_monday) / 7),
        ]
        .iter()
        .all(|&(slot, value)| self.get(slot).is_none_or(|told| told == value))
    }
}

/// The year from 1969 to 2068 that ends in two digits.
fn century(short: i32) -> i32 {
    if short < 69 { 2000 + short } else { 1900 + short }
}

/// The last two digits of a year from 1969 to 2068; of others, what no two digits are.
fn short(year: i32) -> i32 {
    if century(year.rem_euclid(100)) == year { year.rem_euclid(100) } else { -1 }
}
