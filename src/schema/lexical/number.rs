//! Numbers: whole, of 64 bits, and exact.

mod form;

use std::borrow::Cow;

pub use form::NumberPattern;
use form::Parts;

use crate::schema::FieldFormat;

/// A whole number; `None` when the text is none or does not fit 64 bits.
pub fn integer(format: &FieldFormat, text: &str) -> Option<i64> {
    if is_plain(format) {
        return plain_integer(text);
    }
    match form::undressed(format, text, Parts::WHOLE)? {
        (text, 0) => plain_integer(&text),
        _ => None,
    }
}

/// Whether a text is a whole number that does not fit 64 bits.
pub(super) fn is_large_integer(format: &FieldFormat, text: &str) -> bool {
    let plain = form::undressed(format, text, Parts::WHOLE);
    plain.is_some_and(|(text, shift)| shift == 0 && is_whole(&text) && plain_integer(&text).is_none())
}

/// Whether numbers are written without anything that a field could allow.
fn is_plain(format: &FieldFormat) -> bool {
    format.bare_number
        && format.decimal_char == '.'
        && format.group_char.is_none()
        && format.number_pattern.is_none()
        && format.exponent
        && !format.percent
}

fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn plain_integer(text: &str) -> Option<i64> {
    if !is_whole(text) {
        return None;
    }
    text.parse().ok()
}

/// A finite number that written back is the same decimal as the text, unless the field may round; `-0` becomes `0`.
pub fn number(format: &FieldFormat, text: &str) -> Option<f64> {
    let (value, is_exact) = nearest(format, text)?;
    (is_exact || format.may_round).then_some(value)
}

/// Whether the text is a number that a double does not hold: written back it would be another.
pub fn is_rounded(format: &FieldFormat, text: &str) -> bool {
    nearest(format, text).is_some_and(|(_, is_exact)| !is_exact)
}

/// The double that is nearest to the text, and whether it is written back as the same decimal.
pub fn nearest(format: &FieldFormat, text: &str) -> Option<(f64, bool)> {
    if is_plain(format) {
        let value = plain_number(text)?;
        return Some((value, is_surely_exact(text, value) || is_exact(text, value)));
    }
    let (plain, shift) = form::undressed(format, text, Parts { exponent: format.exponent, ..Parts::EXACT })?;
    let plain = if shift == 0 { plain } else { Cow::Owned(format!("{plain}e{shift}")) };
    let value = plain_number(&plain)?;
    Some((value, is_surely_exact(&plain, value) || is_exact(&plain, value)))
}

/// A number with a decimal point and perhaps an exponent.
pub(super) fn plain_number(text: &str) -> Option<f64> {
    // The standard library also reads `inf`, `nan` and `infinity`.
    if !text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E')) {
        return None;
    }
    let value: f64 = text.parse().ok().filter(|value: &f64| value.is_finite())?;
    Some(if value == 0.0 { 0.0 } else { value })
}

/// Whether it can be told at a glance: 15 digits always come back, and no number of five characters is near zero.
fn is_surely_exact(text: &str, value: f64) -> bool {
    text.len() <= 15 && (text.len() <= 5 || value.abs() > 1e-290)
}

/// Whether the shortest decimal that is read as the value is that of the text.
fn is_exact(text: &str, value: f64) -> bool {
    let mut buffer = zmij::Buffer::new();
    match (significant(text), significant(buffer.format_finite(value))) {
        (Some(written), Some(read)) => written.power == read.power && written.digits().eq(read.digits()),
        _ => false,
    }
}

/// The digits of a number between its zeros, perhaps with a point among them, and the power of ten before which they stand.
struct Significant<'t> {
    digits: &'t [u8],
    power: i64,
}

impl Significant<'_> {
    fn digits(&self) -> impl Iterator<Item = u8> + '_ {
        self.digits.iter().copied().filter(u8::is_ascii_digit)
    }
}

fn significant(text: &str) -> Option<Significant<'_>> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let mantissa = mantissa.trim_start_matches(['-', '+']).as_bytes();
    let is_there = |byte: &u8| (b'1'..=b'9').contains(byte);
    let Some(first) = mantissa.iter().position(is_there) else {
        return Some(Significant { digits: &[], power: 0 });
    };
    let end = mantissa.iter().rposition(is_there)? + 1;
    let point = mantissa.iter().position(|byte| *byte == b'.').unwrap_or(mantissa.len());
    let before = i64::try_from(point).ok()? - i64::try_from(first).ok()?;
    let power = if before > 0 { before } else { before + 1 };
    Some(Significant { digits: &mantissa[first..end], power: power.checked_add(exponent.parse().ok()?)? })
}

/// How many digits an exact decimal needs for the text, and how many of them after the point.
pub(super) fn digits(format: &FieldFormat, text: &str) -> Option<(usize, usize)> {
    let (plain, shift) = form::undressed(format, text, Parts::EXACT)?;
    let (whole, fraction) = plain.trim_start_matches(['-', '+']).split_once('.').unwrap_or((&plain, ""));
    let whole = whole.trim_start_matches(['-', '+', '0']).len();
    (shift == 0).then_some((whole + fraction.len(), fraction.len()))
}

/// An exact decimal as a count of units of its last digit; `None` when the text has more digits than the column.
pub fn decimal(format: &FieldFormat, precision: u8, scale: i8, text: &str) -> Option<i128> {
    let (text, shift) = match is_plain(format) {
        true => (Cow::Borrowed(text), 0),
        false => form::undressed(format, text, Parts::EXACT)?,
    };
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(&text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let mut units: i128 = 0;
    for digit in whole.bytes().chain(fraction.bytes()) {
        let digit = digit.is_ascii_digit().then(|| i128::from(digit - b'0'))?;
        units = units.checked_mul(10)?.checked_add(digit)?;
    }
    // How many more digits stand after the point in the column than in the text.
    let mut missing = i32::from(scale) + shift - i32::try_from(fraction.len()).ok()?;
    while units != 0 && missing > 0 {
        units = units.checked_mul(10)?;
        missing -= 1;
    }
    while units != 0 && missing < 0 {
        units = (units % 10 == 0).then_some(units / 10)?;
        missing += 1;
    }
    let limit = 10i128.checked_pow(u32::from(precision))?;
    (units < limit).then_some(if is_negative { -units } else { units })
}

#[cfg(test)]
mod tests;
