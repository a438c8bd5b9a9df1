//! Whatever the text: readers answer, and never panic.

use crate::scratch::Scratch;
use letterpress::edtf;
use letterpress::tokens::{JsonTokens, SyntaxError, Token, Tokens, YamlTokens, compact_json};
use proptest::prelude::*;
use serde_json::Value;

const TABLE: &str = "fields: [{name: a}, {name: b, type: list}]\nprimaryKey: a\n";

/// The value in compact form, and nothing after it.
fn compact(tokens: &mut dyn Tokens<'_>) -> Result<String, SyntaxError> {
    let first = tokens.next()?;
    if first == Token::End {
        return Ok(String::new());
    }
    let compact = compact_json(tokens, first)?;
    tokens.next().map(|_| compact.text)
}

/// Pieces of JSON in any order: much of it is nearly well-formed.
fn nearly_json() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"a\"",
        "\"\"",
        "\"\\u00e9\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ud800\"",
        "\"\\x\"",
        "\"",
        "0",
        "-0",
        "01",
        "1.5",
        "1.",
        ".5",
        "-",
        "1e5",
        "1E+2",
        "1e",
        "true",
        "false",
        "null",
        "nul",
        "True",
        " ",
        "\n",
        "\t",
        "é",
        "\u{1}",
        "NaN",
    ]);
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Pieces of dates in any order.
fn nearly_edtf() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "1984", "0000", "9999", "19XX", "198X", "XXXX", "X", "-", "-05", "-13", "-21", "-31", "-02-30",
        "-XX", "-12-XX", "/", "..", "~", "?", "%", "Y", "Y17000", "-1984", "T10:00", "é", " ", "1", "02",
    ]);
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn check_edtf(text: &str) -> Result<(), TestCaseError> {
    if let Ok(meaning) = edtf::parse(text)
        && let (Some(earliest), Some(latest)) = (meaning.earliest, meaning.latest)
    {
        prop_assert!(earliest <= latest, "{text}: {earliest} is later than {latest}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_is_well_formed_where_serde_json_says_so(text in nearly_json()) {
        let ours = compact(&mut JsonTokens::new(&text, 1));
        let theirs = serde_json::from_str::<Value>(&text);
        // RFC 8259 sets no limit to numbers; serde_json's is that of its own type, and it reads no further.
        prop_assume!(!theirs.as_ref().is_err_and(|error| error.to_string().contains("number out of range")));
        prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{:?}: {:?}, {:?}", text, ours, theirs);
    }

    #[test]
    fn any_text_that_is_no_json_has_a_place(text in any::<String>()) {
        let ours = compact(&mut JsonTokens::new(&text, 1));
        prop_assert_eq!(ours.is_ok(), serde_json::from_str::<Value>(&text).is_ok());
        if let Err(error) = ours {
            prop_assert!(error.span.line >= 1 && error.span.column >= 1);
        }
    }

    #[test]
    fn a_json_value_is_read_as_it_was_written(value in json()) {
        let text = value.to_string();
        prop_assert_eq!(&compact(&mut JsonTokens::new(&text, 1)).expect("it is JSON"), &text);
        let pretty = serde_json::to_string_pretty(&value).expect("a value can be written");
        prop_assert_eq!(&compact(&mut JsonTokens::new(&pretty, 1)).expect("it is JSON"), &text);
    }

    #[test]
    fn yaml_is_read_or_refused(text in "[-a-z0-9:,\\[\\]{}'\"&*!|>#%@? \n\t\u{0}\u{e9}]{0,40}") {
        if let Err(error) = compact(&mut YamlTokens::new(&text)) {
            prop_assert!(error.span.line >= 1 && error.span.column >= 1);
        }
    }

    #[test]
    fn a_partial_date_begins_before_it_ends(text in nearly_edtf()) {
        check_edtf(&text)?;
    }

    #[test]
    fn any_text_is_an_edtf_date_or_none(text in any::<String>()) {
        check_edtf(&text)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_checked_as_any_kind_of_seed(bytes in prop::collection::vec(any::<u8>(), 0..200), text in nearly_json()) {
        for ending in ["yaml", "json", "ndjson", "csv", "tsv", "parquet"] {
            for seed in [&bytes[..], text.as_bytes()] {
                let home = Scratch::project().table("t", TABLE).seed(&format!("t.{ending}"), seed);
                for diagnostic in &home.problems() {
                    prop_assert_eq!(&*diagnostic.place.file, format!("seeds/t.{ending}"));
                }
            }
        }
    }
}
