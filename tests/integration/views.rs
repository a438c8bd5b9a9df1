//! Views: what a query returns is published as it is, or refused.

use std::fs;

use crate::scratch::Scratch;

/// The CSV of a view over one row with a wide decimal, or what is wrong.
fn derived(sql: &str, field: &str) -> Result<String, String> {
    let view = format!("{{fields: [{{name: id, type: integer}}, {{name: v, {field}}}], primaryKey: [id]}}");
    let home = Scratch::project().files(&[
        (
            "schema/tables/t.yaml",
            "{fields: [{name: id, type: integer}, {name: d, type: number, letterpress: {decimal: [38, 2]}}], \
             primaryKey: [id]}",
        ),
        ("schema/views/v.sql", sql),
        ("schema/views/v.yaml", &view),
        ("seeds/t.yaml", "[{id: 1, d: 1234567890123456.71}, {id: 2, d: 0.10}]"),
    ]);
    let (checked, outcome) = home.draft();
    match outcome {
        Some(_) => {
            let csv = fs::read_to_string(home.path().join("dist/draft/data/csv/v.csv")).expect("it is there");
            Ok(csv.lines().skip(1).collect::<Vec<_>>().join(" "))
        }
        None => Err(checked.diagnostics[0].message.clone()),
    }
}

#[test]
fn a_view_keeps_all_digits_of_a_decimal() {
    let kept = derived("select id, d as v from t", "type: number, letterpress: {decimal: [38, 2]}");
    assert_eq!(kept.as_deref(), Ok("1,1234567890123456.71 2,0.10"));
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let refused = derived("select 1 as id, x'636166e9' as v", "type: string").expect_err("no text");
    assert!(refused.contains("UTF-8") || refused.contains("utf-8"), "{refused}");
}

#[test]
fn an_item_without_a_value_is_refused() {
    let refused = derived("select 1 as id, json_array('a', null) as v", "type: list").expect_err("an item");
    assert!(refused.contains("has no value"), "{refused}");
}

#[test]
fn an_infinite_number_is_refused() {
    let refused = derived("select 1 as id, 9e999 as v", "type: number").expect_err("no number");
    assert!(refused.contains("expected a finite number"), "{refused}");
}

#[test]
fn a_query_that_asks_for_chance_clock_zone_or_version_is_refused() {
    for sql in [
        "random()",
        "date('now')",
        "date()",
        "datetime(0, 'unixepoch', 'localtime')",
        "strftime('%Y')",
        "current_timestamp",
        "sqlite_version()",
        "hex(randomblob(4))",
    ] {
        let refused = derived(&format!("select 1 as id, {sql} as v"), "type: string");
        assert!(
            refused.as_ref().is_err_and(|why| why.contains("SQLite cannot run this query")),
            "{sql}: {refused:?}"
        );
    }
    let day = derived("select id, date('2020-02-28', '+' || id || ' day') as v from t", "type: date");
    assert_eq!(day.as_deref(), Ok("1,2020-02-29 2,2020-03-01"));
}

#[test]
fn a_query_without_an_end_is_ended() {
    let began = std::time::Instant::now();
    let endless = "with recursive c(x) as (select 1 union all select x + 1 from c) select x as id, '' as v from c where x < 0";
    let refused = derived(endless, "type: string").expect_err("no end");
    assert!(refused.contains("more steps"), "{refused}");
    let long =
        derived("select 1 as id, hex(zeroblob(400000000)) as v", "type: string").expect_err("too long");
    assert!(long.contains("too big"), "{long}");
    assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
}

#[test]
fn a_query_of_a_table_that_sqlite_cannot_hold_is_told_at_the_tables_name() {
    let names: Vec<String> = (0..2_001).map(|number| format!("c{number}")).collect();
    let fields: Vec<String> = names.iter().map(|name| format!("{{name: {name}}}")).collect();
    let home = Scratch::project()
        .table("wide", &format!("{{fields: [{}], primaryKey: [c0]}}", fields.join(", ")))
        .file("schema/views/v.sql", "-- Of the wide one.\nselect c0\nfrom wide")
        .file("schema/views/v.yaml", "{fields: [{name: c0}], primaryKey: [c0]}")
        .seed("wide.csv", format!("{}\n{}\n", names.join(","), "1,".repeat(2_000) + "1"));
    let (checked, _) = home.draft();
    let found: Vec<String> = checked.diagnostics.iter().map(ToString::to_string).collect();
    let expected = "schema/views/v.sql:3:6: error[broken-view]: SQLite cannot hold the table `wide`: it has 2001 columns, \
                    and 2000 are the most";
    assert_eq!(found, [expected]);
}
