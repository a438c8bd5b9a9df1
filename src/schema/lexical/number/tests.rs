use proptest::prelude::*;

use super::*;

fn plain() -> FieldFormat {
    FieldFormat::default()
}

#[test]
fn whole_numbers_are_digits_and_a_sign() {
    for (text, value) in [("42", Some(42)), ("-7", Some(-7)), ("+7", Some(7)), ("012", Some(12))] {
        assert_eq!(integer(&plain(), text), value, "{text}");
    }
    for text in ["", "1.0", "1e3", "1_000", " 1", "0x1F", "9223372036854775808", "１"] {
        assert_eq!(integer(&plain(), text), None, "{text}");
    }
}

#[test]
fn numbers_may_be_grouped_and_dressed_when_the_field_says_so() {
    let mut format = plain();
    format.group_char = Some(".".into());
    format.decimal_char = ',';
    assert_eq!(number(&format, "1.234,5"), Some(1234.5));
    assert_eq!(number(&format, "1234,5"), Some(1234.5));
    let mut format = plain();
    format.bare_number = false;
    assert_eq!(number(&format, "€ 95.5 %"), Some(95.5));
    assert_eq!(integer(&format, "95%"), Some(95));
    for text in ["NaN", "inf", "1,5", "", ".", "--1", "1e999"] {
        assert_eq!(number(&plain(), text), None, "{text}");
    }
    assert!(number(&plain(), "-0").is_some_and(|v| v.is_sign_positive()));
}

#[test]
fn decimals_are_exact_or_refused() {
    assert_eq!(decimal(&plain(), 5, 2, "12.5"), Some(1250));
    assert_eq!(decimal(&plain(), 5, 2, "-0.05"), Some(-5));
    assert_eq!(decimal(&plain(), 5, 2, "1.500"), Some(150));
    assert_eq!(decimal(&plain(), 5, 2, "1.505"), None);
    assert_eq!(decimal(&plain(), 5, 2, "1000"), None);
}

fn grouped(mark: &str, decimal_char: char) -> FieldFormat {
    FieldFormat { group_char: Some(mark.to_owned()), decimal_char, ..plain() }
}

#[test]
fn groups_have_three_digits_or_the_indian_two_before_them() {
    let format = grouped(",", '.');
    for (text, value) in [
        ("1,234.5", 1234.5),
        ("1234.5", 1234.5),
        ("12,34,567", 1_234_567.0),
        ("-1,234,567", -1_234_567.0),
        ("12,345e2", 1_234_500.0),
        (".5", 0.5),
        ("123", 123.0),
    ] {
        assert_eq!(number(&format, text), Some(value), "{text}");
    }
    for text in [
        "12,34",
        "1.234,5",
        ",,1",
        "1,,234",
        ",123",
        "123,",
        "1234,567",
        "1,2345",
        "0,123",
        "1,234,56",
        "1,23,45",
        "1.2,345",
        "1,234.5.6",
        "1,-234",
        "1, 234",
        "12,345,67,890",
        ",",
        "-",
        "1,234.",
    ] {
        let is_read = number(&format, text);
        assert_eq!(is_read, if text == "1,234." { Some(1234.0) } else { None }, "{text}");
    }
    assert_eq!(integer(&format, "1,234,567"), Some(1_234_567));
    assert_eq!(integer(&format, "12,34"), None);
    assert_eq!(decimal(&format, 9, 2, "1,234.5"), Some(123_450));
    assert_eq!(decimal(&format, 9, 2, "12,34"), None);
    assert_eq!(integer(&grouped(".", '.'), "1.234"), Some(1234));
    assert_eq!(integer(&grouped(".", '.'), "1.23"), None);
    assert_eq!(integer(&FieldFormat { decimal_char: ',', ..plain() }, "1,5"), None);
    let german = grouped(".", ',');
    assert_eq!(number(&german, "1.234.567,5"), Some(1_234_567.5));
    for text in ["1,234.5", "1.2345", "12.34", "0.5"] {
        assert_eq!(number(&german, text), None, "{text}");
    }
    assert_eq!(number(&grouped("\u{a0}", ','), "1\u{a0}234,5"), Some(1234.5));
    assert_eq!(number(&FieldFormat { decimal_char: ',', ..plain() }, "1.5"), None);
}

#[test]
fn what_surrounds_a_number_does_not_change_it() {
    let format = FieldFormat { bare_number: false, ..plain() };
    for (text, value) in [("€ 95.5 %", 95.5), ("-5 °C", -5.0), ("USD -5", -5.0), ("95%", 95.0), ("5.", 5.0)]
    {
        assert_eq!(number(&format, text), Some(value), "{text}");
    }
    for text in ["\u{2212}5", "5-", "(5)", "5½", "1 2", "-€5", "5 ± 1", "m² 5", "5 to 6", "about"] {
        assert_eq!(number(&format, text), None, "{text}");
    }
}

#[test]
fn a_number_that_a_double_does_not_hold_is_refused() {
    for text in [
        "0.1",
        "1.10",
        "1.2345678901234567e+19",
        "9007199254740992",
        "5e-324",
        "1.7976931348623157e+308",
        "-0",
        "0.000",
        "0e5",
        "1e22",
        "100000000000000000000000",
        "0.1000000000000000000",
        "123456789012345680000",
        // As near to the double as `….3` is: of the two the even one is written.
        "1381034710330776.2",
    ] {
        assert!(number(&plain(), text).is_some(), "{text}");
    }
    for text in [
        "9007199254740993",
        "12345678901234567890.123",
        "0.1000000000000000055",
        "1e-400",
        "3e-324",
        "0.30000000000000001",
        "123456789012345678",
        "1e23000",
        "-9007199254740993",
        "1381034710330776.3",
    ] {
        assert_eq!(number(&plain(), text), None, "{text}");
        let rounding = FieldFormat { may_round: true, ..plain() };
        assert_eq!(number(&rounding, text).is_some(), is_rounded(&plain(), text), "{text}");
    }
    assert!(!is_rounded(&plain(), "0.1") && !is_rounded(&plain(), "x") && is_rounded(&plain(), "1e-400"));
}

/// What is written of a number, without an exponent.
fn written(value: f64) -> String {
    let mut buffer = zmij::Buffer::new();
    let text = buffer.format_finite(value);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let exponent: i32 = exponent.parse().expect("an exponent is a number");
    let (whole, fraction) = mantissa.trim_start_matches('-').split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{:030}{whole}{fraction}{:030}", 0, 0);
    let point = 30 + i32::try_from(whole.len()).expect("a number is short") + exponent;
    let (whole, fraction) =
        digits.split_at(usize::try_from(point).expect("at most 30 digits stand before it"));
    let text = format!("{}.{}", whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    text.trim_end_matches('.').to_owned()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_double_comes_back(value in any::<f64>().prop_filter("numbers are finite", |value| value.is_finite())) {
        // Of two shortest decimals that are equally near, the even one is written.
        prop_assert_eq!(number(&plain(), zmij::Buffer::new().format_finite(value)), Some(value));
    }

    #[test]
    fn what_is_read_is_the_decimal_that_was_written(units in any::<i64>(), scale in 0usize..25) {
        let (sign, digits) = (if units < 0 { "-" } else { "" }, format!("{:0>30}", units.unsigned_abs()));
        let (whole, fraction) = digits.split_at(30 - scale);
        let text = format!("{sign}{whole}.{fraction}0");
        let read = number(&plain(), &text).map(written);
        let trimmed = text.trim_start_matches('-').trim_start_matches('0').trim_end_matches('0').trim_end_matches('.').to_owned();
        let bare = |text: &str| text.trim_start_matches('-').trim_start_matches('0').to_owned();
        prop_assert!(read.is_none_or(|read| bare(&read) == trimmed), "{}", text);
        let exact = decimal(&plain(), 38, i8::try_from(scale).unwrap_or(0), &text);
        prop_assert_eq!(exact, Some(i128::from(units)));
    }

    #[test]
    fn groups_come_back(units in 0u64..1_000_000_000_000) {
        let mut text = units.to_string();
        for at in (1..text.len()).rev().filter(|at| (text.len() - at) % 3 == 0).collect::<Vec<_>>() {
            text.insert(at, ',');
        }
        prop_assert_eq!(integer(&grouped(",", '.'), &text), i64::try_from(units).ok());
    }
}

/// The tests of number patterns in the W3C's suite for CSVW: 282 to 302, and 155 to 162.
#[test]
fn patterns_are_held_to() {
    let format =
        |pattern: &str| FieldFormat { number_pattern: NumberPattern::new(pattern, '.', ","), ..plain() };
    for (pattern, texts) in [
        ("##0", "1 12 123 1234"),
        ("#,#00", "12 123 1,234 1,234,567"),
        ("#,##,#00", "12 123 1,234 12,34,567"),
        ("#0.#", "1 1.2 1234.5"),
        ("#0.0", "1.2 12.3 1234.5"),
        ("#0.0#", "1.2 1.23 12.34"),
        ("#0.0#,#", "12.3 12.34 12.24,5"),
        ("+0", "+1 -1"),
        ("-0", "-1"),
        ("%000", "%123 %+123 %-123"),
        ("‰000", "‰123 ‰+123"),
        ("000%", "123% +123% -123%"),
        ("000.0%", "123.4%"),
        ("00000.0000", "12345.6789"),
        ("#,#0,000", "1,234 12,345 1,23,456"),
        ("0,00,000", "1,23,456"),
        ("#.0", "0.1 10.1 .1"),
        ("0.0##,###", "1.1 1.123 1.123,4 1.123,456"),
        ("0.000,0##", "1.123,4 1.123,45"),
        ("#0.###E#0", "0.0E0 10.10E1 1E-5"),
    ] {
        texts
            .split(' ')
            .for_each(|text| assert!(number(&format(pattern), text).is_some(), "{pattern}: {text}"));
    }
    for (pattern, texts) in [
        ("##0", "1,234 123.4"),
        ("#,#00", "1 1234 12,34 12,34,567"),
        ("#,##,#00", "1 1234 12,34 1,234,567"),
        ("#0.#", "12.34 1,234.5"),
        ("#0.0", "1 12.34"),
        ("#0.0#", "1 12.345"),
        ("#0.0#,#", "1 12.345 12.3,4"),
        ("0", "10.1"),
        ("0.0E0", "10.10E10 1.0 1.0e1"),
        ("0.0", "1.0E1 10.10 1.0%"),
        ("+0", "1"),
        ("0%", "1 %1 1‰"),
        ("0.000,0##", "1.1234 1.12,34 1.123"),
        ("0", "x +"),
    ] {
        texts
            .split(' ')
            .for_each(|text| assert_eq!(number(&format(pattern), text), None, "{pattern}: {text}"));
    }
    for pattern in
        ["[", "", "0#", "#0.#0", "0.0.0", "0%%", "%0%", "0E", "0,,0", "+-0", "0 0", "0,", "0E0%", "x0"]
    {
        assert_eq!(NumberPattern::new(pattern, '.', ","), None, "{pattern}");
    }
    assert_eq!(number(&format("0.0%"), "-12.5%"), Some(-0.125));
    assert_eq!(number(&format("0‰"), "7‰"), Some(0.007));
    assert_eq!(number(&format("#0.###E#0"), "1.5E3"), Some(1500.0));
    assert_eq!(decimal(&format("0.0%"), 6, 3, "12.5%"), Some(125));
    assert_eq!(decimal(&format("0.0%"), 6, 2, "12.5%"), None);
    assert_eq!(integer(&format("#,##0"), "1,234"), Some(1234));
}

#[test]
fn percent_and_exponents_are_read_where_they_are_allowed() {
    let format = FieldFormat { percent: true, ..plain() };
    for (text, value) in
        [("25%", Some(0.25)), ("-2.5‰", Some(-0.0025)), ("25", Some(25.0)), ("1e1%", None), ("%", None)]
    {
        assert_eq!(number(&format, text), value, "{text}");
    }
    assert_eq!(number(&plain(), "25%"), None);
    assert_eq!(integer(&format, "100%"), None);
    assert_eq!(number(&FieldFormat { exponent: false, ..plain() }, "1e3"), None);
    assert_eq!(number(&FieldFormat { exponent: false, ..plain() }, "1.5"), Some(1.5));
    assert_eq!((integer(&plain(), "1e3"), decimal(&plain(), 5, 0, "1e3")), (None, None));
}
