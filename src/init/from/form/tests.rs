use super::*;

/// What is proposed of the first form that holds.
fn first(texts: &[&str]) -> Option<(String, &'static str)> {
    let form = FORMS.iter().find(|form| form.try_on(texts) == Trial::Holds)?;
    Some((form.kind(), form.keys.as_str()))
}

#[test]
fn a_form_holds_if_what_is_read_is_written_as_it_was() {
    for (texts, kind, keys) in [
        (&["1", "-2", "9223372036854775807"][..], "integer", ""),
        (&["1.5", "2.0", "1e-05"], "number", ""),
        (&["1.5", "2", "-0.25"], "number", ""),
        (&["1.50", "2.00"], "number", ""),
        (&["true", "false"], "boolean", ""),
        (&["TRUE", "FALSE"], "boolean", "trueValues: [\"TRUE\"], falseValues: [\"FALSE\"]"),
        (&["2020-02-29"], "date", ""),
        (&["2020-02-29T10:00:00Z"], "datetime", ""),
        (&["2020-02-29T10:00:00"], "datetime", ""),
        (&["2020-02-29 10:00:01", "1999-12-31 00:00:00"], "datetime", "format: \"%Y-%m-%d %H:%M:%S\""),
        (&["2020-02"], "yearmonth", ""),
        (&["10:00:00"], "time", ""),
        (&["29.02.2020"], "date", "format: \"%d.%m.%Y\""),
        (&["1/2/2020", "11/12/2020"], "date", "format: \"%d/%m/%Y\""),
        (&["2/13/2020 9:05"], "datetime", "format: \"%m/%d/%Y %H:%M\""),
        (&["March 5, 2020", "March 15, 2020"], "date", "format: \"%B %d, %Y\""),
        (&["1,234,567", "-12"], "integer", "groupChar: \",\""),
        (&["1,234.50", "2.25"], "number", "groupChar: \",\""),
        (&["1,5", "2"], "number", "decimalChar: \",\""),
        (&["1.234,50", "2,25"], "number", "decimalChar: \",\", groupChar: \".\""),
    ] {
        assert_eq!(first(texts), Some((kind.to_owned(), keys)), "{texts:?}");
    }
}

#[test]
fn what_would_come_out_otherwise_has_no_form() {
    for texts in [
        &["007", "12"][..],
        &["+4930123456"],
        &["1.10", "1.1"],
        &[".5"],
        &["-0"],
        &["-0.0"],
        &["1e3"],
        &["12345678901234567890"],
        &["0.1000000000000000055511151231257827"],
        &["9007199254740993.5", "1"],
        &["1,234", "1234", "1,234,567"],
        &["true", "TRUE"],
        &["1/2/2020", "01/02/2020"],
        &["2020-02-30"],
        &["2020-02-29T10:00:00+01:00"],
        &["2020-02-29T10:00:00.120Z"],
        &["2020-02-29  10:00:00"],
        &["march 5, 2020"],
        &["NaN"],
        &["12%"],
        &["1", "x"],
    ] {
        assert_eq!(first(texts), None, "{texts:?}");
    }
}

#[test]
fn a_text_that_would_change_is_told_with_what_it_would_become() {
    let changes = |text: &str, to: &str| Trial::Changes(text.to_owned(), to.to_owned());
    assert_eq!(FORMS[0].try_on(&["1", "007"]), changes("007", "7"));
    assert_eq!(FORMS[1].try_on(&["1.10"]), changes("1.10", "1.1"));
    assert_eq!(FORMS[0].try_on(&["007", "x"]), Trial::Fails);
    assert_eq!(LARGE.try_on(&["12345678901234567890", "1"]), Trial::Holds);
    assert_eq!(
        LARGE.try_on(&["012345678901234567890"]).clone(),
        changes("012345678901234567890", "12345678901234567890")
    );
}
