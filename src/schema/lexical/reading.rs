//! By which `format` or marks a field would read a text that it does not read now.

use super::{TimePattern, integer, number};
use crate::diagnostic::quoted;
use crate::schema::{Field, FieldFormat, FieldType};

/// Ways in which days are often written.
const DATES: [&str; 11] = [
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y-%m-%d",
    "%Y%m%d",
    "%d %B %Y",
    "%B %d, %Y",
];

/// Times of day: alone, and behind a day.
const TIMES: [&str; 6] = ["%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p", "%H.%M", "%H%M%S"];

/// What stands between the groups of large numbers.
const GROUPS: [&str; 6] = [",", ".", " ", "\u{a0}", "\u{202f}", "'"];

/// The next step for a text that a field would read by another `format`, or by other marks in numbers.
pub fn reading(field: &Field, text: &str) -> Option<String> {
    let keys = match field.kind {
        FieldType::Date => patterns(field.kind, text, DATES.iter().map(|date| (*date).to_owned())),
        FieldType::Time => patterns(field.kind, text, TIMES.iter().map(|time| (*time).to_owned())),
        FieldType::Datetime => patterns(field.kind, text, instants()),
        FieldType::Number if field.format.number_pattern.is_none() => {
            marks(&field.format, &['.', ','], |format| number(format, text).is_some())
        }
        FieldType::Integer if number(&field.format, text).is_some() => vec!["type: number".to_owned()],
        FieldType::Integer if field.format.number_pattern.is_none() => {
            let own = [field.format.decimal_char];
            marks(&field.format, &own, |format| integer(format, text).is_some())
        }
        _ => Vec::new(),
    };
    match keys.as_slice() {
        [] => None,
        [key] => Some(format!("`{key}` of the field reads what is written so")),
        _ => Some(format!(
            "{} of the field reads what is written so: say which is meant",
            quoted(keys.iter().map(String::as_str))
        )),
    }
}

fn instants() -> impl Iterator<Item = String> {
    let dates = DATES.iter().take(9);
    dates
        .flat_map(|date| ["T", " "].map(|between| (date, between)))
        .flat_map(|(date, between)| TIMES.iter().take(4).map(move |time| format!("{date}{between}{time}")))
}

fn patterns(kind: FieldType, text: &str, candidates: impl Iterator<Item = String>) -> Vec<String> {
    let reads =
        |source: &String| TimePattern::new(source, kind).is_ok_and(|pattern| pattern.moment(text).is_some());
    candidates.filter(reads).map(|source| format!("format: \"{source}\"")).collect()
}

/// The keys, one or two together, by which `reads` succeeds.
fn marks(format: &FieldFormat, points: &[char], reads: impl Fn(&FieldFormat) -> bool) -> Vec<String> {
    let mut keys = Vec::new();
    for &point in points {
        let key = (point != format.decimal_char).then(|| format!("decimalChar: \"{point}\""));
        let own = FieldFormat { decimal_char: point, group_char: None, ..format.clone() };
        if reads(&own) {
            keys.extend(key);
            continue;
        }
        for group in GROUPS.into_iter().filter(|group| *group != point.to_string()) {
            if reads(&FieldFormat { group_char: Some(group.to_owned()), ..own.clone() }) {
                let group = format!("groupChar: \"{group}\"");
                keys.push(key.iter().cloned().chain([group]).collect::<Vec<_>>().join(", "));
            }
        }
    }
    if keys.is_empty() && reads(&FieldFormat { bare_number: false, ..format.clone() }) {
        keys.push("bareNumber: false".to_owned());
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(kind: FieldType, text: &str) -> String {
        reading(&Field::plain("f", kind), text).unwrap_or_default()
    }

    #[test]
    fn a_format_that_reads_the_text_is_named() {
        let day = |text| said(FieldType::Date, text);
        assert_eq!(day("31.12.2020"), "`format: \"%d.%m.%Y\"` of the field reads what is written so");
        assert_eq!(
            day("01/02/2020"),
            "`format: \"%d/%m/%Y\"` or `format: \"%m/%d/%Y\"` of the field reads what is written so: say which is meant"
        );
        assert!(day("13/02/2020").starts_with("`format: \"%d/%m/%Y\"` of"));
        assert!(day("14 March 2010").starts_with("`format: \"%d %B %Y\"` of"));
        assert_eq!(day("soon") + &day("31.02.2020") + &day("2020"), "");
        assert!(said(FieldType::Time, "13:14").starts_with("`format: \"%H:%M\"` of"));
        assert!(said(FieldType::Datetime, "2010-03-14 15:09").starts_with("`format: \"%Y-%m-%d %H:%M\"` of"));
        assert!(
            said(FieldType::Datetime, "3/14/2010 3:09 PM").starts_with("`format: \"%m/%d/%Y %I:%M %p\"` of")
        );
    }

    #[test]
    fn marks_that_read_the_number_are_named() {
        let number = |text| said(FieldType::Number, text);
        assert_eq!(number("6,4"), "`decimalChar: \",\"` of the field reads what is written so");
        assert_eq!(
            number("1,234"),
            "`groupChar: \",\"` or `decimalChar: \",\"` of the field reads what is written so: say which is meant"
        );
        assert!(number("1.234.567,5").starts_with("`decimalChar: \",\", groupChar: \".\"` of"));
        assert!(number("95%").starts_with("`bareNumber: false` of"));
        assert_eq!(number("many") + &number("1,2,3"), "");
        assert!(said(FieldType::Integer, "1 234").starts_with("`groupChar: \" \"` of"));
        assert!(said(FieldType::Integer, "6.4").starts_with("`type: number` of"));
        assert_eq!(said(FieldType::Integer, "6,4"), "");
    }
}
