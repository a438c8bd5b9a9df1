//! The directives of a pattern.

use super::Refusal;

/// One piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// Text that stands there as it is.
    Literal(String),
    /// Blanks, which may be missing.
    Blank,
    /// A number; `is_full` when no zero before it may be missing.
    Number { slot: Slot, is_full: bool },
    /// A name: the index in [`NAMES`].
    Name(usize),
    /// Digits of a second, perhaps with the point before them, which is missing with them.
    Fraction { width: Option<usize>, after_point: bool },
    /// How far the time is from UTC.
    Offset { hours_suffice: bool },
    /// Seconds from 1970-01-01T00:00:00Z.
    Timestamp,
}

/// What a number or name of a pattern tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Year,
    /// The last two digits of a year from 1969 to 2068.
    ShortYear,
    Month,
    Day,
    DayOfYear,
    Hour,
    /// Hour of half a day.
    Hour12,
    Minute,
    Second,
    /// Microseconds of a second.
    Micros,
    /// 0 before noon, 1 after.
    Meridiem,
    /// 1 (Monday) to 7.
    Weekday,
    /// 0 (Sunday) to 6.
    WeekdayFromSunday,
    /// Year and week by ISO 8601.
    IsoYear,
    ShortIsoYear,
    IsoWeek,
    /// Week of the year, of which the first begins on its first Sunday, or Monday.
    WeekFromSunday,
    WeekFromMonday,
}

impl Slot {
    /// How many slots there are.
    pub(super) const COUNT: usize = Slot::WeekFromMonday as usize + 1;

    /// Digits of a number that has its zeros.
    pub(super) fn width(self) -> usize {
        match self {
            Slot::Year | Slot::IsoYear => 4,
            Slot::DayOfYear => 3,
            Slot::Weekday | Slot::WeekdayFromSunday | Slot::Meridiem => 1,
            Slot::Micros => 6,
            Slot::ShortYear
            | Slot::Month
            | Slot::Day
            | Slot::Hour
            | Slot::Hour12
            | Slot::Minute
            | Slot::Second
            | Slot::ShortIsoYear
            | Slot::IsoWeek
            | Slot::WeekFromSunday
            | Slot::WeekFromMonday => 2,
        }
    }

    /// Whether it is a year, of which no digit may be missing.
    pub(super) fn is_year(self) -> bool {
        matches!(self, Slot::Year | Slot::ShortYear | Slot::IsoYear | Slot::ShortIsoYear)
    }
}

/// Names of months, the first of which is January.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Names, and what they tell: the first is 1, of halves of the day 0.
pub(super) static NAMES: [(Slot, &[&str]); 5] = [
    (Slot::Month, &MONTHS),
    (Slot::Month, &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]),
    (Slot::Weekday, &["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]),
    (Slot::Weekday, &["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]),
    (Slot::Meridiem, &["AM", "PM"]),
];

/// The pieces of a pattern.
pub(super) fn parts(source: &str) -> Result<Vec<Part>, Refusal> {
    let mut parts = Vec::new();
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        if c == '%' {
            let (directive, length) = Directive::read(rest);
            directive.add_to(&mut parts).ok_or_else(|| Refusal::directive(source, &rest[..length]))?;
            rest = &rest[length..];
            continue;
        }
        match (c.is_ascii_whitespace(), parts.last_mut()) {
            (true, Some(Part::Blank)) => {}
            (true, _) => parts.push(Part::Blank),
            (false, Some(Part::Literal(literal))) => literal.push(c),
            (false, _) => parts.push(Part::Literal(c.to_string())),
        }
        rest = &rest[c.len_utf8()..];
    }
    for at in 0..parts.len() {
        let before = at.checked_sub(1).and_then(|at| parts.get(at));
        let is_beside_digits =
            before.is_some_and(ends_in_digits) || parts.get(at + 1).is_some_and(begins_in_digits);
        if let Part::Number { is_full, .. } = &mut parts[at] {
            *is_full = is_beside_digits;
        }
    }
    Ok(parts)
}

fn begins_in_digits(part: &Part) -> bool {
    match part {
        Part::Literal(literal) => literal.starts_with(|c: char| c.is_ascii_digit()),
        Part::Number { .. } | Part::Timestamp | Part::Fraction { after_point: false, .. } => true,
        Part::Blank | Part::Name(_) | Part::Fraction { .. } | Part::Offset { .. } => false,
    }
}

fn ends_in_digits(part: &Part) -> bool {
    match part {
        Part::Literal(literal) => literal.ends_with(|c: char| c.is_ascii_digit()),
        Part::Number { .. } | Part::Timestamp | Part::Fraction { .. } | Part::Offset { .. } => true,
        Part::Blank | Part::Name(_) => false,
    }
}

/// Whether the pieces tell how far a time is from UTC: by an offset, or by a `Z`, `UTC` or `GMT` at the end.
pub(super) fn has_offset(parts: &[Part]) -> bool {
    let is_told = |part: &Part| matches!(part, Part::Offset { .. } | Part::Timestamp);
    let ends_in_utc = match parts {
        [.., Part::Blank, Part::Literal(last)] => ["Z", "UTC", "GMT"].contains(&last.as_str()),
        [.., Part::Literal(last)] => ["Z", "UTC", "GMT"].contains(&last.as_str()),
        _ => false,
    };
    ends_in_utc || parts.iter().any(is_told)
}

/// A directive as it is written: `%`, a flag, a width, colons or a point, and a letter.
struct Directive {
    width: Option<usize>,
    colons: usize,
    after_point: bool,
    letter: Option<char>,
}

impl Directive {
    /// The directive that the text begins with, and its length in bytes.
    fn read(text: &str) -> (Directive, usize) {
        let mut rest = &text[1..];
        rest = rest.strip_prefix(['-', '_', '0', '^', '#']).unwrap_or(rest);
        let after_point = rest.starts_with('.');
        rest = rest.strip_prefix('.').unwrap_or(rest);
        let number = &rest[..rest.bytes().take_while(u8::is_ascii_digit).count()];
        rest = &rest[number.len()..];
        let colons = rest.bytes().take_while(|byte| *byte == b':').count();
        rest = &rest[colons..];
        let letter = rest.chars().next();
        let length = text.len() - rest.len() + letter.map_or(0, char::len_utf8);
        let width = (!number.is_empty()).then(|| number.parse().unwrap_or(usize::MAX));
        (Directive { width, colons, after_point, letter }, length)
    }

    /// Adds the pieces that it stands for; `None` when it cannot be read.
    fn add_to(&self, parts: &mut Vec<Part>) -> Option<()> {
        use Slot::*;
        let letter = self.letter?;
        let slots: &[Slot] = match letter {
            'f' | 'N' if self.colons == 0 => {
                let width = if letter == 'N' { self.width.or(Some(9)) } else { self.width };
                (width != Some(0)).then_some(())?;
                parts.push(Part::Fraction { width, after_point: self.after_point });
                return Some(());
            }
            _ if self.after_point => return None,
            'z' if self.width.is_none() && self.colons != 2 && self.colons < 4 => {
                parts.push(Part::Offset { hours_suffice: self.colons == 3 });
                return Some(());
            }
            _ if self.colons > 0 => return None,
            'Y' => &[Year],
            'y' => &[ShortYear],
            'm' => &[Month],
            'd' | 'e' => &[Day],
            'j' => &[DayOfYear],
            'H' | 'k' => &[Hour],
            'I' | 'l' => &[Hour12],
            'M' => &[Minute],
            'S' => &[Second],
            'u' => &[Weekday],
            'w' => &[WeekdayFromSunday],
            'G' => &[IsoYear],
            'g' => &[ShortIsoYear],
            'V' => &[IsoWeek],
            'U' => &[WeekFromSunday],
            'W' => &[WeekFromMonday],
            'F' => &[Year, Month, Day],
            'D' => &[Month, Day, ShortYear],
            'T' => &[Hour, Minute, Second],
            'R' => &[Hour, Minute],
            other => return self.width.is_none().then(|| other_part(other))?.map(|part| parts.push(part)),
        };
        if self.width.is_some_and(|width| slots.len() > 1 || width != slots[0].width()) {
            return None;
        }
        let between = match letter {
            'F' => "-",
            'D' => "/",
            _ => ":",
        };
        for (nth, slot) in slots.iter().enumerate() {
            if nth > 0 {
                parts.push(Part::Literal(between.to_owned()));
            }
            parts.push(Part::Number { slot: *slot, is_full: false });
        }
        Some(())
    }
}

/// The piece that a letter stands for, if that is no number.
fn other_part(letter: char) -> Option<Part> {
    Some(match letter {
        'B' => Part::Name(0),
        'b' | 'h' => Part::Name(1),
        'A' => Part::Name(2),
        'a' => Part::Name(3),
        'p' | 'P' => Part::Name(4),
        's' => Part::Timestamp,
        'n' | 't' => Part::Blank,
        '%' => Part::Literal("%".to_owned()),
        _ => return None,
    })
}
