//! Delimited text is taken as readers of RFC 4180 take it, in packages of others and in seeds.

use crate::scratch::Scratch;
use serde_json::{Value, json};

/// The rows that a file is published as, and what is said of it; `dialect` may be null.
fn published(dialect: &Value, kind: &str, csv: &[u8]) -> (Option<Vec<String>>, Vec<String>) {
    let fields = json!([{"name": "id", "type": "integer"}, {"name": "v", "type": kind}]);
    let mut resource = json!({"name": "t", "path": "t.csv", "schema": {"fields": fields}});
    if !dialect.is_null() {
        resource["dialect"] = dialect.clone();
    }
    let package = json!({"name": "p", "version": "1.0.0", "created": "2024-01-01", "resources": [resource]});
    let home = Scratch::of(&[("datapackage.json", package.to_string().as_bytes()), ("t.csv", csv)]);
    let (checked, outcome) = home.draft();
    let said = checked.diagnostics.iter();
    let said = said.map(|d| format!("{d}\n{}", d.help.as_deref().unwrap_or_default())).collect();
    (outcome.map(|_| home.draft_rows("t")), said)
}

#[track_caller]
fn assert_rows(dialect: &Value, kind: &str, csv: &[u8], expected: &[&str]) {
    let (rows, said) = published(dialect, kind, csv);
    let rows = rows.as_ref().map(|rows| rows[1..].iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(rows.as_deref(), Some(expected), "{said:#?}");
}

#[track_caller]
fn assert_refused(dialect: &Value, kind: &str, csv: &[u8], parts: &[&str]) {
    let (rows, said) = published(dialect, kind, csv);
    assert!(rows.is_none() && said.len() == 1, "{said:#?}");
    assert!(parts.iter().all(|part| said[0].contains(part)), "{said:#?}");
}

const NONE: Value = Value::Null;

#[test]
fn quotes_inside_cells_without_quotes_are_text() {
    assert_rows(
        &NONE,
        "string",
        b"id,v\n1,5\" pipe\n2,a\"b\"\n3,\"x, \"\"y\"\"\"\n",
        &["1 | 5\" pipe", "2 | a\"b\"", "3 | x, \"y\""],
    );
    assert_refused(
        &NONE,
        "string",
        b"id,v\n1,a \"b,c\" d\n",
        &["ragged-row", "the row has 3 cells", "quotes as a whole"],
    );
    assert_refused(&NONE, "string", b"id,v\n1, \"b, c\"\n", &["t.csv:2:4", "csv-syntax", "skipInitialSpace"]);
    assert_refused(&NONE, "string", b"id,v\n1,\"b\nc\n", &["t.csv:2:3", "csv-syntax", "never closed"]);
    assert_refused(&NONE, "string", b"id,v\n1,\"b\"c\n", &["t.csv:2:6", "csv-syntax", "quoteChar: null"]);
    assert_refused(&NONE, "string", b"id,v\n1,\"b\" \n", &["t.csv:2:6", "csv-syntax", "take the blank out"]);
}

#[test]
fn a_long_file_is_cut_between_records_whatever_its_quotes() {
    let row = |n: u32| match n % 3 {
        0 => (format!("{n},{n}\" pipe\n"), format!("{n} | {n}\" pipe")),
        1 => (format!("{n},\"two\nlines, {n}\"\n"), format!("{n} | two\nlines, {n}")),
        _ => (format!("{n},x\n"), format!("{n} | x")),
    };
    let rows: Vec<(String, String)> = (1..=200_000).map(row).collect();
    let csv = format!("id,v\n{}", rows.iter().map(|(csv, _)| csv.as_str()).collect::<String>());
    assert!(csv.len() > 2 << 20);
    let expected: Vec<&str> = rows.iter().map(|(_, row)| row.as_str()).collect();
    assert_rows(&NONE, "string", csv.as_bytes(), &expected);
}

#[test]
fn where_cells_have_no_quotes_every_quote_is_text() {
    for off in [json!({"quoteChar": null}), json!({"quoteChar": ""}), json!({"csv": {"quoteChar": null}})] {
        assert_rows(
            &off,
            "string",
            b"id,v\n1,\"a\n2,b\"\n3,\"c\"\n4,\"\"\n",
            &["1 | \"a", "2 | b\"", "3 | \"c\"", "4 | \"\""],
        );
        assert_refused(&off, "string", b"id,v\n1,\"a,b\"\n", &["ragged-row"]);
    }
    assert_rows(&json!({"quoteChar": "'"}), "string", b"id,v\n1,'a,\"'\n", &["1 | a,\""]);
    let below = json!({"quoteChar": null, "headerRows": [2, 3], "headerJoin": ""});
    assert_rows(&below, "string", b"Title\ni,\nd,v\n1,\"a\n", &["1 | \"a"]);
}

#[test]
fn lines_end_in_any_way_text_files_do() {
    for text in [
        "id,v\r\r\n1,a\r\r\n2,\"b\"\r\r\n",
        "id,v\r\n1,a\r\n2,b\r\n",
        "id,v\r1,a\r2,b\r",
        "id,v\n\r\r\n1,a\r\r\r\n2,b",
    ] {
        assert_rows(&NONE, "string", text.as_bytes(), &["1 | a", "2 | b"]);
    }
    assert_refused(
        &NONE,
        "string",
        b"id,v\r\n1,a\r2,b\r\n",
        &["t.csv:2:1", "ragged-row", "a carriage return (U+000D) alone"],
    );
    assert_refused(&NONE, "string", b"id,v\r\n1,a\rb\r\n", &["t.csv:2:3", "unsafe-text", "U+000D"]);
    assert_refused(&NONE, "string", b"id,v\r\n1,\"a\r\"\r\n", &["t.csv:2:3", "unsafe-text", "U+000D"]);
    // In quotes a line end is what it is.
    assert_rows(&NONE, "string", b"id,v\r\n1,\"a\r\nb\"\r\n", &["1 | a\r\nb"]);
}

#[test]
fn blanks_around_values_are_named_or_read_past() {
    let skip = json!({"skipInitialSpace": true});
    for (kind, value, published) in [
        ("integer", "5", "5"),
        ("number", "5", "5.0"),
        ("boolean", "true", "true"),
        ("date", "2020-01-02", "2020-01-02"),
        ("datetime", "2020-01-02T03:04:05Z", "2020-01-02T03:04:05Z"),
        ("year", "2020", "2020"),
    ] {
        for written in [format!(" {value}"), format!("{value} "), format!("  {value}  ")] {
            let csv = format!("id,v\n1,{written}\n");
            assert_rows(&skip, kind, csv.as_bytes(), &[&format!("1 | {published}")]);
            assert_refused(&NONE, kind, csv.as_bytes(), &["wrong-type", "with a blank", "skipInitialSpace"]);
        }
        for space in ['\t', '\u{a0}'] {
            let csv = format!("id,v\n1,{space}{value}\n");
            assert_refused(
                &skip,
                kind,
                csv.as_bytes(),
                &["wrong-type", &format!("with U+{:04X} before it", u32::from(space))],
            );
        }
    }
    for (kind, value) in [("time", "03:04:05"), ("yearmonth", "2020-01"), ("duration", "P1D")] {
        assert_refused(&NONE, kind, format!("id,v\n1, {value}\n").as_bytes(), &["with a blank before it"]);
    }
    // A text keeps what stands behind it, and without the dialect what stands before it.
    assert_rows(
        &skip,
        "string",
        b"id,v\n 1, a \n2,\" b \"\n3, \"c, d\"\n",
        &["1 | a ", "2 |  b ", "3 | c, d"],
    );
    assert_rows(&NONE, "string", b"id,v\n1, a \n", &["1 |  a "]);
    assert_refused(&NONE, "integer", b"id,v\n1,5 6\n", &["expected a whole number"]);
}

#[test]
fn the_delimiter_is_recognised_from_the_header() {
    let comments = json!({"commentChar": "#"});
    assert_rows(&comments, "string", b"# a, b, c and d\nid;v\n1;a,b\n", &["1 | a,b"]);
    assert_rows(&json!({"headerRows": [2]}), "string", b"Title, long\nid;v\n1;a,b\n", &["1 | a,b"]);
    assert_rows(&NONE, "string", b"\n\nid|v\n1|a,b\n", &["1 | a,b"]);
}

#[test]
fn a_byte_order_mark_tells_the_encoding() {
    let text = "id,v\n1,Köln\n";
    let utf_16 = |to_bytes: fn(u16) -> [u8; 2]| {
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(to_bytes).collect::<Vec<u8>>()
    };
    for bytes in [utf_16(u16::to_le_bytes), utf_16(u16::to_be_bytes), format!("\u{feff}{text}").into_bytes()]
    {
        assert_rows(&NONE, "string", &bytes, &["1 | Köln"]);
    }
    assert_refused(&NONE, "string", b"\xff\xfei\0d\0,\0v\0\n\0\0\xd8", &["not-utf8"]);
    assert_refused(&NONE, "string", b"id,v\n1,K\xf6ln\n", &["not-utf8"]);
}

#[test]
fn what_is_said_of_a_cell_shows_it() {
    let (_, said) = published(&NONE, "integer", b"id,v\n1, 5\n");
    let line = "t.csv:2:3: error[wrong-type]: field `v` is ` 5`, with a blank before it, expected a whole number such as `42`";
    assert!(said[0].starts_with(line), "{said:?}");
}

#[test]
fn a_header_may_be_longer_than_a_split() {
    let table = "{fields: [{name: id, type: integer, letterpress: {from: \"@1\"}}, {name: v, letterpress: {from: \"@2\"}}], \
                 primaryKey: [id]}";
    for name in ["long name ".repeat(300_000), format!("\"{}\"", "line\n".repeat(300_000))] {
        for (id, expected) in [("1", None), ("x", Some("wrong-type"))] {
            let csv = format!("id,{name}\n{id},a\n");
            let home = Scratch::of(&[
                ("schema/dataset.yaml", "{name: t, version: 1.0.0, created: 2026-11-22}".as_bytes()),
                ("schema/tables/t.yaml", table.as_bytes()),
                ("seeds/t.csv", csv.as_bytes()),
            ]);
            let (checked, outcome) = home.draft();
            let said: Vec<String> = checked.diagnostics.iter().map(ToString::to_string).collect();
            let line = name.matches('\n').count() + 2;
            let expected: Vec<String> =
                expected.map(|code| format!("seeds/t.csv:{line}:1: error[{code}]")).into_iter().collect();
            assert_eq!(said.len(), expected.len(), "{said:?}");
            assert!(said.iter().zip(&expected).all(|(said, start)| said.starts_with(start)), "{said:?}");
            assert_eq!(
                outcome.map(|_| home.draft_rows("t")[1].clone()),
                (id == "1").then(|| "1 | a".to_owned())
            );
        }
    }
}
