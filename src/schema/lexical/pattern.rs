//! Patterns of dates and times in the directives of `strptime`, such as `%d.%m.%Y`.
//!
//! What a pattern reads is what it would write, but for zeros before a number and blanks, which may be missing, and for the case
//! of names. The year alone has all of its digits, and so has each of two numbers that nothing stands between.

use super::time::{civil, two};
use crate::schema::FieldType;

mod directives;
mod fields;
mod refusal;

pub use directives::MONTHS;
use directives::{NAMES, Part, Slot};
use fields::Fields;
pub use refusal::Refusal;

/// A pattern, taken apart once.
#[derive(Debug, Clone)]
pub struct TimePattern {
    /// As it was written.
    source: String,
    parts: Vec<Part>,
    /// What it writes for a value that all of its directives can tell.
    example: String,
    has_offset: bool,
}

/// What a text says by a pattern.
pub(super) struct Moment {
    /// Days from 1970-01-01; `None` when the pattern says nothing of the day.
    pub(super) day: Option<i32>,
    /// Microseconds since midnight.
    pub(super) micros: i64,
    /// Minutes that the time is ahead of UTC; `None` when nothing is said of that.
    pub(super) offset_minutes: Option<i32>,
}

impl TimePattern {
    /// Takes a pattern for fields of a type apart; refused is what could never be read, and what would lose something.
    pub fn new(source: &str, kind: FieldType) -> Result<TimePattern, Refusal> {
        let parts = directives::parts(source)?;
        refusal::check(source, &parts, kind)?;
        let has_offset = directives::has_offset(&parts);
        let example = refusal::example(source, &parts, kind)?;
        let pattern = TimePattern { source: source.to_owned(), parts, example, has_offset };
        // Two directives that run into each other, or a text between them that looks like one.
        if pattern.moment(&pattern.example).is_none() {
            return Err(Refusal::unreadable(source));
        }
        Ok(pattern)
    }

    /// The pattern as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// A text that it reads.
    pub fn example(&self) -> &str {
        &self.example
    }

    /// Whether every text says how far it is from UTC.
    pub fn has_offset(&self) -> bool {
        self.has_offset
    }

    /// What the text says; `None` when it is not written by the pattern, or contradicts itself.
    pub(super) fn moment(&self, text: &str) -> Option<Moment> {
        let mut reader = Reader { text: text.as_bytes(), at: 0, fields: Fields::default() };
        for part in &self.parts {
            reader.part(part)?;
        }
        (reader.at == text.len()).then(|| reader.fields.moment(self.has_offset))?
    }
}

/// A text being read.
struct Reader<'t> {
    text: &'t [u8],
    at: usize,
    fields: Fields,
}

impl Reader<'_> {
    fn part(&mut self, part: &Part) -> Option<()> {
        match part {
            Part::Literal(literal) => {
                let rest = self.text.get(self.at..)?;
                rest.starts_with(literal.as_bytes()).then(|| self.at += literal.len())
            }
            Part::Blank => self.blank(),
            Part::Number { slot, is_full } => self.number(*slot, *is_full),
            Part::Name(names) => {
                let rest = self.text.get(self.at..)?;
                let (slot, names) = NAMES[*names];
                let is_next = |name: &&str| {
                    rest.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name.as_bytes()))
                };
                let number = names.iter().position(is_next)?;
                self.at += names[number].len();
                let first = if slot == Slot::Meridiem { 0 } else { 1 };
                self.fields.set(slot, i32::try_from(number).ok()? + first)
            }
            Part::Fraction { width, after_point } => self.fraction(*width, *after_point),
            Part::Offset { hours_suffice } => self.offset(*hours_suffice),
            Part::Timestamp => self.timestamp(),
        }
    }

    fn next(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Any number of blanks; some, where digits would run into each other.
    fn blank(&mut self) -> Option<()> {
        let start = self.at;
        self.skip_blanks(usize::MAX);
        let is_digit =
            |at: Option<usize>| at.and_then(|at| self.text.get(at)).is_some_and(u8::is_ascii_digit);
        let would_join = self.at == start && is_digit(start.checked_sub(1)) && is_digit(Some(start));
        (!would_join).then_some(())
    }

    fn skip_blanks(&mut self, most: usize) -> usize {
        let start = self.at;
        while self.at - start < most && self.next().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
        self.at - start
    }

    /// A number of as many digits as the slot has; zeros before it may be blanks or missing, unless `is_full`.
    fn number(&mut self, slot: Slot, is_full: bool) -> Option<()> {
        let width = slot.width();
        let is_full = is_full || slot.is_year();
        let most = if is_full { width } else { width - self.skip_blanks(width - 1) };
        let start = self.at;
        let mut value = 0;
        while self.at - start < most
            && let Some(digit @ b'0'..=b'9') = self.next()
        {
            value = value * 10 + i32::from(digit - b'0');
            self.at += 1;
        }
        let digits = self.at - start;
        (digits > 0 && (digits == width || !is_full)).then_some(())?;
        self.fields.set(slot, value)
    }

    /// Digits of a second. None but zeros are below a microsecond.
    fn fraction(&mut self, width: Option<usize>, after_point: bool) -> Option<()> {
        if after_point {
            if self.next() != Some(b'.') {
                return Some(());
            }
            self.at += 1;
        }
        let rest = self.text.get(self.at..)?;
        let digits =
            rest.iter().take(width.unwrap_or(usize::MAX)).take_while(|byte| byte.is_ascii_digit()).count();
        self.at += digits;
        self.fields.set(Slot::Micros, super::time::micros(&rest[..digits])?)
    }

    /// `Z`, `+0200` or `+02:00`, and `+02` if hours suffice.
    fn offset(&mut self, hours_suffice: bool) -> Option<()> {
        let (minutes, length) = match *self.text.get(self.at..)? {
            [b'Z', ..] => (0, 1),
            [sign @ (b'+' | b'-'), h1, h2, ref rest @ ..] => {
                let (minutes, length) = match *rest {
                    [b':', m1, m2, ..] => (two(m1, m2)?, 6),
                    [m1 @ b'0'..=b'9', m2, ..] => (two(m1, m2)?, 5),
                    _ if hours_suffice => (0, 3),
                    _ => return None,
                };
                (super::time::offset_minutes(sign, two(h1, h2)?, minutes)?, length)
            }
            _ => return None,
        };
        self.at += length;
        self.fields.set_offset(minutes)
    }

    /// Seconds from 1970-01-01T00:00:00Z, without zeros before them.
    fn timestamp(&mut self) -> Option<()> {
        let start = self.at;
        self.at += usize::from(self.next() == Some(b'-'));
        while self.next().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        let text = std::str::from_utf8(&self.text[start..self.at]).ok()?;
        let seconds: i64 = text.parse().ok()?;
        self.fields.set_timestamp((seconds.to_string() == text).then_some(seconds)?)
    }
}

#[cfg(test)]
mod tests;
