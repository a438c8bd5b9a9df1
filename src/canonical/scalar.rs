//! The canonical text of single values (`docs/content-digest.md`).

use crate::bytes::append;

/// `00` to `99`, side by side.
const PAIRS: &[u8; 200] = b"\
    0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849\
    5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

/// Writes an integer in decimal, without sign when it is not negative.
pub(super) fn write_integer(value: i64, out: &mut Vec<u8>) {
    if value < 0 {
        out.push(b'-');
    }
    write_unsigned(value.unsigned_abs(), out);
}

/// Bytes of an integer in decimal.
pub(super) fn integer_length(value: i64) -> usize {
    let digits = value.unsigned_abs().checked_ilog10().unwrap_or(0) as usize + 1;
    digits + usize::from(value < 0)
}

/// Writes a number as Python's `repr` does: the shortest digits that read back as the same number, always with a
/// point or an exponent, so that a reader takes every value of a column for a float. Negative zero is `0.0`.
///
/// What validation refuses has a text of its own, too, that of XML Schema: `NaN`, `INF` and `-INF`.
pub(super) fn write_number(value: f64, out: &mut Vec<u8>) {
    if value == 0.0 {
        return out.extend_from_slice(b"0.0");
    }
    if !value.is_finite() {
        let text: &[u8] =
            if value.is_nan() { b"NaN" } else { [b"-INF", &b"INF"[..]][usize::from(value > 0.0)] };
        return out.extend_from_slice(text);
    }
    let mut buffer = zmij::Buffer::new();
    let printed = buffer.format_finite(value);
    if (1e-4..1e16).contains(&value.abs()) {
        // In this range both sides write plain notation with a point.
        return out.extend_from_slice(printed.as_bytes());
    }
    write_scientific(printed, out);
}

/// Rewrites a printed number, in whatever notation, as digits and an exponent of at least two digits.
fn write_scientific(printed: &str, out: &mut Vec<u8>) {
    let (sign, unsigned) = printed.strip_prefix('-').map_or(("", printed), |rest| ("-", rest));
    let (mantissa, exponent) = unsigned.split_once('e').unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent: i32 = exponent.parse().expect("a printed number's exponent is a small integer");

    // Shortest digits are at most 17; leading and trailing zeros only say where the point is.
    let mut digits = [0; 32];
    let mut length = 0;
    let mut power = exponent - 1 + i32::try_from(whole.len()).expect("a printed number has some digits");
    for digit in whole.bytes().chain(fraction.bytes()) {
        if length == 0 && digit == b'0' {
            power -= 1;
        } else {
            digits[length] = digit;
            length += 1;
        }
    }
    while length > 1 && digits[length - 1] == b'0' {
        length -= 1;
    }
    let digits = &digits[..length];

    out.extend_from_slice(sign.as_bytes());
    out.push(digits[0]);
    if digits.len() > 1 {
        out.push(b'.');
        out.extend_from_slice(&digits[1..]);
    }
    out.extend_from_slice(if power < 0 { b"e-" } else { b"e+" });
    if power.unsigned_abs() < 10 {
        out.push(b'0');
    }
    write_unsigned(u64::from(power.unsigned_abs()), out);
}

/// Writes a decimal with all the digits of its scale: 150 of scale 2 is `1.50`.
pub(super) fn write_decimal(unscaled: i128, scale: i8, out: &mut Vec<u8>) {
    let mut digits = [b'0'; 40];
    let mut rest = unscaled.unsigned_abs();
    let mut start = digits.len();
    while rest > 0 {
        start -= 1;
        digits[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    if unscaled < 0 {
        out.push(b'-');
    }
    if scale <= 0 {
        out.extend_from_slice(&digits[start.min(digits.len() - 1)..]);
        if unscaled != 0 {
            out.resize(out.len() + usize::from(scale.unsigned_abs()), b'0');
        }
        return;
    }
    let point = digits.len() - usize::from(scale.unsigned_abs());
    out.extend_from_slice(&digits[start.min(point - 1)..point]);
    out.push(b'.');
    out.extend_from_slice(&digits[point..]);
}

/// Writes `true` or `false`.
pub(super) fn write_boolean(value: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(if value { b"true" } else { b"false" });
}

/// Writes a day, counted from 1970-01-01, as `YYYY-MM-DD`.
///
/// Validation keeps the years in 0001 to 9999; others have the expanded form of ISO 8601, with a sign and all digits.
pub(super) fn write_date(days: i32, out: &mut Vec<u8>) {
    let (year, month, day) = civil(days);
    let ([m1, m2], [d1, d2]) = (pair(month), pair(day));
    if !(1..=9999).contains(&year) {
        let sign = if year < 0 { '-' } else { '+' };
        out.extend_from_slice(format!("{sign}{:04}", year.unsigned_abs()).as_bytes());
        return out.extend_from_slice(&[b'-', m1, m2, b'-', d1, d2]);
    }
    let year = year.unsigned_abs();
    let ([y1, y2], [y3, y4]) = (pair(year / 100), pair(year));
    out.extend_from_slice(&[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2]);
}

/// Writes an instant, in microseconds from 1970-01-01T00:00:00Z, as `YYYY-MM-DDTHH:MM:SSZ`; six digits of a second
/// stand before the `Z` when they are not all zero.
pub(super) fn write_datetime(microseconds: i64, out: &mut Vec<u8>) {
    write_local_datetime(microseconds, out);
    out.push(b'Z');
}

/// Writes a date and time of no zone, in microseconds from 1970-01-01T00:00:00: an instant's text without the `Z`.
pub(super) fn write_local_datetime(microseconds: i64, out: &mut Vec<u8>) {
    const DAY: i64 = 86_400_000_000;
    let days =
        i32::try_from(microseconds.div_euclid(DAY)).expect("2^63 microseconds are some 107 million days");
    let in_day = microseconds.rem_euclid(DAY);
    let seconds = small(in_day / 1_000_000);
    let fraction = small(in_day % 1_000_000);
    let ([h1, h2], [m1, m2], [s1, s2]) = (pair(seconds / 3600), pair(seconds / 60 % 60), pair(seconds % 60));
    write_date(days, out);
    out.extend_from_slice(&[b'T', h1, h2, b':', m1, m2, b':', s1, s2]);
    if fraction != 0 {
        out.push(b'.');
        for part in [fraction / 10_000, fraction / 100, fraction] {
            out.extend_from_slice(&pair(part));
        }
    }
}

/// Year, month and day of a day counted from 1970-01-01, in the proleptic Gregorian calendar.
///
/// Years are counted from March, so that the leap day is a year's last and months have a regular length; eras are the
/// calendar's periods of 400 years (146,097 days).
fn civil(days: i32) -> (i32, u32, u32) {
    let days_from_0000_03_01 = i64::from(days) + 719_468;
    let era = days_from_0000_03_01.div_euclid(146_097);
    let day_of_era = days_from_0000_03_01.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = small(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    let month = small(if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 });
    #[expect(clippy::cast_possible_truncation, reason = "2^31 days are some 5.9 million years")]
    let year = (era * 400 + year_of_era) as i32 + i32::from(month <= 2);
    (year, month, day)
}

/// A part of a date or time in 32 bits.
#[inline]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "month, day, second of the day and microsecond are remainders, 0 to 999,999"
)]
fn small(part: i64) -> u32 {
    part as u32
}

/// The last two decimal digits of `value`.
fn pair(value: u32) -> [u8; 2] {
    let at = (value % 100) as usize * 2;
    [PAIRS[at], PAIRS[at + 1]]
}

fn write_unsigned(mut value: u64, out: &mut Vec<u8>) {
    // The digits end where the room behind them begins.
    const END: usize = 20;
    let mut digits = [0; 2 * END];
    let mut start = END;
    while value >= 10 {
        start -= 2;
        let at = (value % 100) as usize * 2;
        digits[start..start + 2].copy_from_slice(&PAIRS[at..at + 2]);
        value /= 100;
    }
    if value > 0 || start == END {
        start -= 1;
        digits[start] = b'0' + (value % 10) as u8;
    }
    append(out, &digits, start, END - start);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).expect("ASCII")
    }

    #[test]
    fn integers_are_plain_decimal() {
        for value in [0, 7, 10, 99, 100, 101, -1, -10, 1_234_567, i64::MAX, i64::MIN] {
            assert_eq!(text(|out| write_integer(value, out)), value.to_string());
        }
        for value in (0..64).map(|bit| 1_i64 << bit) {
            assert_eq!(text(|out| write_integer(value, out)), value.to_string());
        }
    }

    #[test]
    fn numbers_read_as_python_writes_them() {
        let expected = [
            (7.0, "7.0"),
            (0.1, "0.1"),
            (-0.0, "0.0"),
            (-2.5, "-2.5"),
            (0.0001, "0.0001"),
            (0.000_123, "0.000123"),
            (0.00001, "1e-05"),
            (-0.000_012_5, "-1.25e-05"),
            (1e-100, "1e-100"),
            (5e-324, "5e-324"),
            (123_456_789_012_345.0, "123456789012345.0"),
            (9_007_199_254_740_993.0, "9007199254740992.0"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1.5e16, "1.5e+16"),
            (1e22, "1e+22"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::MIN_POSITIVE, "2.2250738585072014e-308"),
        ];
        for (value, text_of) in [(f64::NAN, "NaN"), (f64::INFINITY, "INF"), (f64::NEG_INFINITY, "-INF")] {
            assert_eq!(text(|out| write_number(value, out)), text_of);
        }
        for (value, python) in expected {
            assert_eq!(text(|out| write_number(value, out)), python);
        }
    }

    #[test]
    fn decimals_keep_their_scale() {
        let expected = [
            (0, 0, "0"),
            (0, 2, "0.00"),
            (5, 2, "0.05"),
            (-5, 2, "-0.05"),
            (150, 2, "1.50"),
            (-123_456, 3, "-123.456"),
            (12, 0, "12"),
            (12, -2, "1200"),
            (0, -2, "0"),
            (10_i128.pow(38) - 1, 38, "0.99999999999999999999999999999999999999"),
            (1 - 10_i128.pow(38), 0, "-99999999999999999999999999999999999999"),
        ];
        for (unscaled, scale, decimal) in expected {
            assert_eq!(text(|out| write_decimal(unscaled, scale, out)), decimal);
        }
    }

    #[test]
    fn days_are_written_as_iso_8601() {
        // A whole period of 400 years, then both ends of the calendar.
        let period = (jiff::civil::date(1601, 1, 1), -134_774..=11_322);
        let first = (jiff::civil::date(1, 1, 1), -719_162..=-718_000);
        let last = (jiff::civil::date(9998, 1, 1), 2_932_167..=2_932_896);
        for (mut date, days) in [period, first, last] {
            for days in days {
                assert_eq!(text(|out| write_date(days, out)), date.to_string());
                date = date.tomorrow().unwrap_or(date);
            }
        }
    }

    #[test]
    fn a_day_beyond_four_digits_has_a_text_of_its_own() {
        for (days, text_of) in [
            (2_932_897, "+10000-01-01"),
            (-719_163, "+0000-12-31"),
            (-719_529, "-0001-12-31"),
            (i32::MAX, "+5881580-07-11"),
            (i32::MIN, "-5877641-06-23"),
        ] {
            assert_eq!(text(|out| write_date(days, out)), text_of);
        }
    }

    #[test]
    fn a_fraction_of_a_second_has_six_digits_or_none() {
        let expected = [
            (0, "1970-01-01T00:00:00Z"),
            (1, "1970-01-01T00:00:00.000001Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (1_500_000, "1970-01-01T00:00:01.500000Z"),
            (951_826_154_120_000, "2000-02-29T12:09:14.120000Z"),
            (-62_135_596_800_000_000, "0001-01-01T00:00:00Z"),
            (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
        ];
        for (microseconds, instant) in expected {
            assert_eq!(text(|out| write_datetime(microseconds, out)), instant);
            let local = instant.trim_end_matches('Z');
            assert_eq!(text(|out| write_local_datetime(microseconds, out)), local);
        }
    }
}
