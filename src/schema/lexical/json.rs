//! Numbers, `true` and `false` of JSON in the form that a field's data have.

use std::borrow::Cow;

use crate::schema::{Field, FieldType};

/// A number, `true` or `false` as JSON has it, written as the field's own texts are: with its decimal mark and its words. In
/// JSON `10.0`, `1e1` and `10` are one number (JSON Schema core 2020-12, section 6.3), which a whole number may be written by.
pub fn of_json<'t>(field: &Field, text: &'t str) -> Cow<'t, str> {
    let format = &field.format;
    let word = match (item_kind(field), text) {
        (FieldType::Integer | FieldType::Year, _) => whole(text),
        (FieldType::Number, _) if format.decimal_char != '.' && is_number(text) => {
            Some(text.replace('.', &format.decimal_char.to_string()))
        }
        (FieldType::Boolean, "true") => format.true_values.first().cloned(),
        (FieldType::Boolean, "false") => format.false_values.first().cloned(),
        _ => None,
    };
    word.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Whether every number, `true` and `false` of JSON that the field takes is written as the field's texts are.
pub fn is_as_json(field: &Field) -> bool {
    let format = &field.format;
    match item_kind(field) {
        FieldType::Number | FieldType::Integer => format.decimal_char == '.' && format.group_char.is_none(),
        FieldType::Boolean => {
            let is_first = |words: &[String], word: &str| words.first().is_some_and(|first| first == word);
            is_first(&format.true_values, "true") && is_first(&format.false_values, "false")
        }
        _ => true,
    }
}

fn item_kind(field: &Field) -> FieldType {
    match field.kind {
        FieldType::List(item) => item.field_type(),
        kind => kind,
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte))
}

/// Most digits of a whole number: more than any column holds.
const MOST_DIGITS: usize = 40;

/// The digits of a number that is exactly whole.
fn whole(text: &str) -> Option<String> {
    let (sign, unsigned) = text.split_at(usize::from(text.starts_with('-')));
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let exponent: i32 = exponent.parse().ok()?;
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    let kept = digits.trim_end_matches('0');
    // The power of ten of the last digit that is not zero.
    let power = i64::try_from(digits.len() - kept.len()).ok()? + i64::from(exponent)
        - i64::try_from(fraction.len()).ok()?;
    if kept.is_empty() {
        return Some("0".to_owned());
    }
    let zeros = usize::try_from(power).ok().filter(|zeros| kept.len() + zeros <= MOST_DIGITS)?;
    Some(format!("{sign}{kept}{}", "0".repeat(zeros)))
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn whole_numbers_of_json_have_many_spellings() {
        for (text, digits) in [
            ("10", "10"),
            ("10.0", "10"),
            ("1e1", "10"),
            ("1.0E+1", "10"),
            ("100e-1", "10"),
            ("0.5e1", "5"),
            ("-10.00", "-10"),
            ("0.0", "0"),
            ("-0.0", "0"),
            ("0e99999", "0"),
            ("9007199254740993.0", "9007199254740993"),
            ("1e18", "1000000000000000000"),
        ] {
            assert_eq!(whole(text).as_deref(), Some(digits), "{text}");
        }
        for text in
            ["", "-", "1.5", "1e-1", "10.01", "1e41", "1e999999999999", "x", "1,0", ".5", "1e", "+1", "NaN"]
        {
            assert_eq!(whole(text), None, "{text}");
        }
    }
}
