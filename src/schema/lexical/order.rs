//! How values that are published as text compare.

use std::cmp::Ordering;
use std::sync::LazyLock;

use regex::Regex;

use super::time::{days_from_civil, time_of_day};
use crate::schema::{Field, FieldType};

/// A duration (ISO 8601, XML Schema): sign, then the number of each unit.
pub(super) static DURATION: LazyLock<Regex> = LazyLock::new(|| {
    let pattern =
        r"^(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d+))?S)?)?$";
    Regex::new(pattern).expect("a valid pattern")
});

/// How two texts of a field that is published as text compare: by value for times, months and durations.
///
/// `None` for durations of which neither is always the longer, such as `P1M` and `P30D`.
pub fn order(field: &Field, a: &str, b: &str) -> Option<Ordering> {
    match field.kind {
        FieldType::Time => {
            let micros = |text: &str| time_of_day(text.as_bytes()).map(|(micros, _)| micros);
            micros(a)?.partial_cmp(&micros(b)?)
        }
        FieldType::Duration => {
            let (a, b) = (lengths(a)?, lengths(b)?);
            let orders = [0, 1, 2, 3].map(|start| a[start].cmp(&b[start]));
            orders.iter().all(|order| *order == orders[0]).then_some(orders[0])
        }
        _ => Some(a.cmp(b)),
    }
}

/// Microseconds that a duration lasts from each of the four instants by which XML Schema compares durations
/// (XML Schema 1.1 part 2, 3.3.6.1).
fn lengths(text: &str) -> Option<[i128; 4]> {
    const STARTS: [(i32, u32); 4] = [(1696, 9), (1697, 2), (1903, 3), (1903, 7)];
    let parts = DURATION.captures(text)?;
    let number =
        |group: usize| parts.get(group).map_or(Some(0), |digits| digits.as_str().parse::<i64>().ok());
    let months = number(2)?.checked_mul(12)?.checked_add(number(3)?)?;
    let fraction = parts.get(8).map_or(String::new(), |digits| digits.as_str().to_owned());
    let micros: i128 = format!("{fraction:0<6}").get(..6)?.parse().ok()?;
    let seconds = i128::from(number(4)?) * 86_400
        + i128::from(number(5)?) * 3_600
        + i128::from(number(6)?) * 60
        + i128::from(number(7)?);
    let sign = if parts.get(1).is_some() { -1 } else { 1 };
    let length = |(year, month): (i32, u32)| {
        let end = i64::from(month) - 1 + sign * months;
        let end_year = i32::try_from(i64::from(year).checked_add(end.div_euclid(12))?).ok()?;
        // Beyond these years the calendar of days has no numbers, and no data has such durations.
        let is_in_range = (-1_000_000..1_000_000).contains(&end_year);
        let end_month = u32::try_from(end.rem_euclid(12)).ok()? + 1;
        let days = days_from_civil(if is_in_range { end_year } else { return None }, end_month, 1)
            - days_from_civil(year, month, 1);
        Some(i128::from(days) * 86_400_000_000 + i128::from(sign) * (seconds * 1_000_000 + micros))
    };
    let mut lengths = [0; 4];
    for (slot, start) in lengths.iter_mut().zip(STARTS) {
        *slot = length(start)?;
    }
    Some(lengths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_durations_compare_by_what_they_last() {
        let compare = |kind, a: &str, b: &str| order(&Field::plain("f", kind), a, b);
        assert_eq!(compare(FieldType::Time, "12:00:00", "12:00:00.5"), Some(Ordering::Less));
        assert_eq!(compare(FieldType::Time, "12:00:00Z", "12:00:00"), Some(Ordering::Equal));
        for (a, b, expected) in [
            ("PT90M", "PT1H30M", Some(Ordering::Equal)),
            ("P1Y", "P12M", Some(Ordering::Equal)),
            ("P1M", "P30D", None),
            ("P1M", "P27D", Some(Ordering::Greater)),
            ("-P1D", "PT0.5S", Some(Ordering::Less)),
            ("P5M", "P153D", None),
        ] {
            assert_eq!(compare(FieldType::Duration, a, b), expected, "{a} {b}");
        }
    }
}
