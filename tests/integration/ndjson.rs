//! Lines of JSON and a list of the same records are the same table, and have the same mistakes.

use std::fs;

use crate::scratch::Scratch;

const TABLE: &str = "
fields:
  - {name: id, type: string}
  - {name: text, type: string, missingValues: ['', n/a]}
  - {name: size, type: integer}
  - {name: share, type: number}
  - {name: day, type: date}
  - {name: tags, type: list}
  - {name: mail, type: string, format: email}
  - {name: is_open, type: boolean}
primaryKey: [id]
";

fn project(seed: &str, text: &str) -> Scratch {
    Scratch::project().table("t", TABLE).file(seed, text)
}

/// The table as CSV, or what is wrong: code, line, column and message of each problem.
fn outcome(seed: &str, text: &str) -> Result<String, Vec<String>> {
    let home = project(seed, text);
    let (checked, _) = home.draft();
    if checked.diagnostics.is_empty() {
        let csv = home.path().join("dist/draft/data/csv/t.csv");
        return Ok(fs::read_to_string(csv).expect("it was published"));
    }
    let shown = |problem: &letterpress::diagnostic::Diagnostic| {
        let place = problem.place.to_string();
        format!("{} {} {}", problem.code, &place[seed.len()..], problem.message)
    };
    Err(checked.diagnostics.iter().map(shown).collect())
}

/// The outcome of records as lines, which is that of the same records in a list.
fn both(records: &[&str]) -> Result<String, Vec<String>> {
    let lines = outcome("seeds/t.ndjson", &records.join("\n"));
    // Records stand on lines of the same numbers and in the same columns, but for the first.
    let list = outcome("seeds/t.json", &format!("[{}]", records.join("\n,")).replace("\n,{", ",\n{"));
    assert_eq!(lines, list, "{records:#?}");
    lines
}

const FIRST: &str = r#"{"id":"k-0"}"#;

#[test]
fn records_are_read_however_they_are_written() {
    let text = both(&[
        FIRST,
        r#"{"id":"k-1","text":"a","size":7,"share":0.5,"day":"2026-11-26","tags":["x","y"],"mail":"a@b.org","is_open":true}"#,
        r#"{ "tags" : [ ] , "id" : "k-2" , "size" : -12 , "text" : "" }"#,
        r#"{"text":"n/a","id":"k-3","share":1e3,"is_open":false}"#,
        r#"{"id":"k-4","text":"\"q\" \u6d2a\ud83d\ude00\\ \/","tags":["\t"],"day":null}"#,
        r#"{"id":"k-5","text":12.50,"mail":null,"tags":null,"share":"0.25"}"#,
        r#"{"id":"k-6","text":true}"#,
        r#"{"id":6}"#,
    ]);
    let text = text.expect("nothing is wrong");
    assert_eq!(text.lines().count(), 9);
    assert!(
        text.contains(r#""k-5","12.50",,0.25,,,,"#) && text.contains(r#""k-4","""q"" 洪😀\ /","#),
        "{text}"
    );
}

#[test]
fn mistakes_are_told_of_as_in_a_list() {
    for record in [
        r#"{"id":"k-1","size":"x"}"#,
        r#"{"id":"k-1","size":1.5}"#,
        r#"{"id":"k-1","day":"2026-02-30"}"#,
        r#"{"id":"k-1","mail":"nobody"}"#,
        r#"{"id":"k-1","tags":["a;b"]}"#,
        r#"{"id":"k-1","tags":["a",null]}"#,
        r#"{"id":"k-1","tags":"a"}"#,
        r#"{"id":"k-1","text":["a"]}"#,
        r#"{"id":"k-1","text":{"a":1}}"#,
        r#"{"id":"k-1","other":1}"#,
        r#"{"id":"k-1","text":"a","text":"b"}"#,
        r#"{"text":"a"}"#,
    ] {
        let found = both(&[FIRST, record, r#"{"id":"k-2"}"#]).expect_err("something is wrong");
        assert!(found.len() == 1 && found[0].contains(":2:"), "{found:#?}");
    }
}
