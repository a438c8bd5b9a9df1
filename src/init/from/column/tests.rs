use super::*;

fn proposal(name: &str, cells: &[&str]) -> Proposal {
    let cells = cells.iter().map(|cell| Some(*cell).filter(|cell| !cell.is_empty()));
    let mut column = Column::of(&cells.collect());
    column.finish();
    column.propose(name)
}

#[test]
fn a_type_holds_for_every_value() {
    for (cells, kind, keys, own_keys) in [
        (&["1", "-2"][..], "integer", "", ""),
        (&["1.0", "2.5"], "number", "", ""),
        (&["1.50", "2.00"], "number", "", "decimal: [18, 2]"),
        (&["1.50", "1234567890123456789.00"], "number", "", "decimal: [38, 2]"),
        (&["1", "x"], "string", "", ""),
        (&["0", "1"], "integer", "", ""),
        (&["2020-02-29T10:00:00"], "datetime", "", "zone: none"),
        (&["2020-02-29T10:00:00Z"], "datetime", "", ""),
        (&["29.02.2020"], "date", "format: \"%d.%m.%Y\"", ""),
        (&["13/02/2020"], "date", "format: \"%d/%m/%Y\"", ""),
        (&["1,5", "2,25"], "number", "decimalChar: \",\"", ""),
        (&["1,234,567", "8,900"], "integer", "groupChar: \",\"", ""),
        (&["1,234.50", "8.25"], "number", "groupChar: \",\"", "decimal: [18, 2]"),
        (&["1.234,500", "8,250"], "number", "decimalChar: \",\", groupChar: \".\"", "decimal: [18, 3]"),
        (&["NA", "1"], "integer", "missingValues: [NA]", ""),
        (
            &["NA", "True", "False"],
            "boolean",
            "trueValues: [\"True\"], falseValues: [\"False\"], missingValues: [NA]",
            "",
        ),
        (&["", "1"], "integer", "", ""),
        (&["NA", "x"], "string", "", ""),
        (&["", ""], "string", "", ""),
    ] {
        let Proposal { kind: k, keys: more, own_keys: own, .. } = proposal("a", cells);
        assert_eq!((k.as_str(), more.as_str(), own.as_str()), (kind, keys, own_keys), "{cells:?}");
    }
    assert_eq!(proposal("Year", &["1901", "2020"]).kind, "year");
    assert_eq!(proposal("Year", &["1901", "2020", "20201"]).kind, "integer");
    assert_eq!(proposal("a", &["1901", "2020"]).kind, "integer");
}

#[test]
fn what_cannot_be_kept_otherwise_stays_a_text_and_is_told() {
    for (cells, told) in [
        (&["02/03/2020", "03/02/2020"][..], "day and month cannot be told apart"),
        (&["1,234", "5"], "decimal mark or between groups"),
        (&["1,230", "5"], "decimal mark or between groups"),
        (&["1,234", "1234"], "decimal mark or between groups"),
        (&["007", "12"], "as a number, \"007\" would be published as 7"),
        (&["+4930123456", "+14155550101"], "\"+4930123456\" would be published as 4930123456"),
        (&["1.10", "1.1"], "\"1.10\" would be published as 1.1"),
        (&["12345678901234567890"], "more than 64 bits"),
        (&["NA", "1", ""], "could not be told apart"),
        (&["NA", "-", "1"], "could not be told apart"),
    ] {
        let proposal = proposal("a", cells);
        assert_eq!(proposal.kind, "string", "{cells:?}");
        assert!(proposal.seen.iter().any(|seen| seen.contains(told)), "{:?}", proposal.seen);
    }
}

#[test]
fn rows_that_follow_count_as_much_as_the_first() {
    let of = |cells: &[&str]| Column::of(&cells.iter().map(|cell| Some(*cell)).collect());
    let kind = |parts: &[&[&str]]| {
        let mut column = Column::default();
        parts.iter().for_each(|part| column.extend(of(part)));
        column.finish();
        (column.propose("a").kind, column.is_key())
    };
    assert_eq!(kind(&[&["1", "2"], &["3"]]), ("integer".to_owned(), true));
    assert_eq!(kind(&[&["1", "2"], &["2"]]), ("integer".to_owned(), false));
    assert_eq!(kind(&[&["1"], &["007"]]), ("string".to_owned(), true));
    assert_eq!(kind(&[&["007"], &["x"]]), ("string".to_owned(), true));
    assert_eq!(kind(&[&["1"], &["NA"]]), ("integer".to_owned(), false));
}
