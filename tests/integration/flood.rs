//! Floods: one mistake in every row is told three times and then counted, wherever it is found, and whatever is found is the same
//! by any number of threads.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::scratch::Scratch;
use letterpress::diagnostic::{Diagnostic, Keep, Position};
use letterpress::publish::{self, Checked, Resources};
use serde_json::Value;

/// A project with one table, `t`, and other files.
fn project(table: &str, files: &[(&str, String)]) -> Scratch {
    Scratch::project().table("t", table).files(files)
}

fn check(home: &Path, problems: Keep, jobs: usize) -> Checked {
    let resources = Resources { problems, ..Resources::of_jobs(jobs) };
    publish::check(home, resources, &()).expect("the machine works")
}

/// What is found, and that it is the same by one thread and by four.
fn found(home: &Scratch) -> Vec<Diagnostic> {
    let [alone, together] = [1, 4].map(|jobs| check(home.path(), Keep::First, jobs).diagnostics);
    assert_eq!(alone, together);
    alone
}

fn total(diagnostics: &[Diagnostic]) -> u64 {
    diagnostics.iter().map(Diagnostic::count).sum()
}

/// Holds what is found of a project whose problems are all alike against each of them: the first three, how many more there are,
/// and where the first and the last of these are.
fn is_one_flood(home: &Scratch, code: &str) {
    let (first, all) = (found(home), check(home.path(), Keep::All, 2).diagnostics);
    assert!(all.len() > 4 && all.iter().all(|d| d.code == code && d.more.is_none()), "{:#?}", &all[..4]);
    assert_eq!(first.len(), 3, "{first:#?}");
    let bare: Vec<Diagnostic> = first.iter().map(|d| Diagnostic { more: None, ..d.clone() }).collect();
    assert_eq!(bare, all[..3]);
    let more = first[2].more.as_ref().expect("there are more");
    assert_eq!((more.count, more.first), (all.len() as u64 - 3, all[3].place.position), "{code}");
    assert_eq!(more.last, all[all.len() - 1].place.position, "{code}");
}

/// A line for each number. Those with a number of 150 digits make several splits of a few.
fn lines(count: usize, head: &str, line: impl Fn(usize) -> String) -> String {
    let mut text = head.to_owned();
    (0..count).for_each(|number| writeln!(text, "{}", line(number)).expect("a text takes text"));
    text
}

const INTEGERS: &str = "fields: [{name: id}, {name: n, type: integer}]\nprimaryKey: [id]\n";
const TEXTS: &str = "fields: [{name: id}, {name: n}]\nprimaryKey: [id]\n";

#[test]
fn of_two_hundred_thousand_bad_cells_three_are_kept() {
    let rows = lines(200_000, "id,n\n", |number| format!("{number},x{number}"));
    let home = project(INTEGERS, &[("seeds/t.csv", rows)]);
    let found = found(&home);
    assert_eq!((found.len(), total(&found)), (3, 200_000));
    let (built, outcome) = home.draft();
    assert!(built.diagnostics == found && outcome.is_none());
    let more = found[2].more.as_ref().expect("there are more");
    assert_eq!(more.first, Position::At { line: 5, column: 3, length: 2 });
    assert_eq!(more.last, Position::At { line: 200_001, column: 8, length: 7 });
}

#[test]
fn each_field_each_code_and_each_file_has_a_flood_of_its_own() {
    let table = "fields: [{name: id}, {name: n, type: integer, constraints: {minimum: 0}}, {name: b, type: boolean}]\n";
    let rows = || {
        lines(1_000, "id,n,b\n", |number| {
            format!("{number},{},maybe", if number % 2 == 0 { "x" } else { "-1" })
        })
    };
    let home = project(table, &[("seeds/t/a.csv", rows()), ("seeds/t/b.csv", rows())]);
    let found = found(&home);
    let mut floods: BTreeMap<(&str, &str, bool), Vec<u64>> = BTreeMap::new();
    for d in &found {
        floods.entry((&d.place.file, &d.code, d.message.contains("`b`"))).or_default().push(d.count());
    }
    let counts: Vec<Vec<u64>> = floods.into_values().collect();
    let half = vec![1, 1, 498];
    let whole = vec![1, 1, 998];
    assert_eq!(counts, [half.clone(), half.clone(), whole.clone(), half.clone(), half, whole]);
}

#[test]
fn cells_of_every_kind_of_file_are_floods() {
    let of_files: [(&str, String); 3] = [
        ("seeds/t.csv", lines(10_000, "id,n\n", |number| format!("{number:0>150},x"))),
        (
            "seeds/t.ndjson",
            lines(10_000, "", |number| format!("{{\"id\": \"{number:0>150}\", \"n\": \"x\"}}")),
        ),
        ("seeds/t.yaml", lines(2_000, "", |number| format!("- {{id: {number}, n: x}}"))),
    ];
    for (path, text) in of_files {
        is_one_flood(&project(INTEGERS, &[(path, text)]), "wrong-type");
    }
}

#[test]
fn items_of_lists_are_floods() {
    let table = "fields: [{name: id}, {name: ns, type: list, itemType: integer}]\n";
    let items = vec!["x"; 20_000].join(", ");
    is_one_flood(&project(table, &[("seeds/t.yaml", format!("- {{id: a, ns: [{items}]}}\n"))]), "wrong-type");
    let table = "fields: [{name: id}, {name: ns, type: list, itemType: string, constraints: {enum: [a]}}]\n";
    let mixed = lines(2_000, "id,ns\n", |number| format!("{number},\"a,b, a,b\""));
    is_one_flood(&project(table, &[("seeds/t.csv", mixed)]), "not-in-enum");
}

#[test]
fn rows_and_records_that_cannot_be_read_are_floods() {
    let ragged = lines(10_000, "id,n\n", |number| format!("{number:0>150},1,{}", ",".repeat(number % 3)));
    is_one_flood(&project(INTEGERS, &[("seeds/t.csv", ragged)]), "ragged-row");
    let broken = lines(10_000, "", |number| format!("{{\"id\": \"{number:0>150}\", n}}"));
    is_one_flood(&project(TEXTS, &[("seeds/t.ndjson", broken)]), "json-syntax");
    let shapes = lines(10_000, "", |number| format!("{number:1>150}"));
    is_one_flood(&project(TEXTS, &[("seeds/t.ndjson", shapes)]), "wrong-shape");
}

#[test]
fn a_key_that_no_field_reads_is_one_flood_and_twenty_such_keys_are_told_apart() {
    let misspelt = lines(10_000, "", |number| format!("{{\"id\": \"{number:0>150}\", \"m\": 1}}"));
    is_one_flood(&project(TEXTS, &[("seeds/t.ndjson", misspelt)]), "unknown-key");
    let few = lines(1_000, "", |number| format!("{{\"id\": \"{number}\", \"m{}\": 1}}", number % 5));
    let found = self::found(&project(TEXTS, &[("seeds/t.ndjson", few)]));
    assert_eq!((found.len(), total(&found)), (15, 1_000));
    let columns: Vec<String> = (0..50_000).map(|number| format!("column-{number}")).collect();
    let header = format!("id,n,{}\n", columns.join(","));
    let found = self::found(&project(TEXTS, &[("seeds/t.csv", header)]));
    assert_eq!((found.len(), total(&found)), (23, 50_000));
}

#[test]
fn keys_that_are_taken_are_one_flood() {
    let same = lines(10_000, "id,n\n", |number| format!("a,{number:0>150}"));
    is_one_flood(&project(TEXTS, &[("seeds/t.csv", same)]), "duplicate-key");
    let pairs = lines(10_000, "id,n\n", |number| format!("{:0>150},", (number * 7) % 5_000));
    is_one_flood(&project(TEXTS, &[("seeds/t.csv", pairs)]), "duplicate-key");
    let unique = "fields: [{name: id}, {name: n, constraints: {unique: true}}]\nprimaryKey: [id]\n";
    let values = lines(10_000, "id,n\n", |number| format!("{:0>150},{}", 99_999 - number, number % 900));
    is_one_flood(&project(unique, &[("seeds/t.csv", values)]), "not-unique");
}

#[test]
fn nested_rows_that_only_follow_their_parents_are_counted_apart() {
    let child = "fields: [{name: t_id}, {name: k}]\nprimaryKey: [t_id, k]\n\
                 letterpress: {nested: {in: t, as: children, key: [t_id]}}\n";
    let records =
        lines(2_000, "", |_| r#"{"id": "a", "n": "x", "children": [{"k": "1"}, {"k": "1"}]}"#.to_owned());
    let home = project(TEXTS, &[("seeds/t.ndjson", records), ("schema/tables/child.yaml", child.to_owned())]);
    let checked = check(home.path(), Keep::First, 2);
    assert_eq!((total(&checked.diagnostics), checked.muted), (1_999, 3_999), "{:#?}", checked.diagnostics);
}

#[test]
fn references_to_nothing_are_one_flood() {
    let child = "fields: [{name: id}, {name: t}]\nprimaryKey: [id]\n\
                 foreignKeys: [{fields: [t], reference: {resource: t, fields: [id]}}]\n";
    let lists = child.replace("{name: t}", "{name: t, type: list, itemType: string}");
    let rows = |of: fn(usize) -> String| lines(10_000, "id,t\n", of);
    for (table, text, own) in [
        (child, rows(|number| format!("{number:0>150},nowhere-{number}")), "u"),
        // A table that is read before the one it refers to has to wait for it.
        (child, rows(|number| format!("{number:0>150},nowhere")), "a"),
        (&lists, rows(|number| format!("{number:0>150},\"a,nowhere,a, nowhere\"")), "u"),
        (&lists, rows(|number| format!("{number:0>150},\"nowhere,a,b\"")), "a"),
    ] {
        let (schema, seeds) = (format!("schema/tables/{own}.yaml"), format!("seeds/{own}.csv"));
        let files =
            [(schema.as_str(), table.to_owned()), (&seeds, text), ("seeds/t.csv", "id,n\na,\n".to_owned())];
        is_one_flood(&project(TEXTS, &files), "dangling-reference");
    }
}

#[test]
fn what_checks_return_is_one_flood() {
    let rows = lines(20_000, "id,n\n", |number| format!("{number},x"));
    let sql = "-- No.\n-- table: t\nselect id, 'row ' || id as message from t order by n desc, id desc\n"
        .to_owned();
    let home = project(TEXTS, &[("seeds/t.csv", rows.clone()), ("schema/checks/never.sql", sql)]);
    is_one_flood(&home, "never");
    let strangers = "-- No.\n-- table: t\nselect id || '!' as id, 'x' as message from t\n".to_owned();
    let found = found(&project(TEXTS, &[("seeds/t.csv", rows), ("schema/checks/never.sql", strangers)]));
    assert_eq!((found.len(), total(&found)), (3, 20_000));
}

#[test]
fn rows_of_views_and_references_to_candidates_are_floods() {
    let rows = lines(20_000, "id,n\n", |number| format!("{number},x"));
    let view = ("schema/views/v.sql", "select id, n from t\n".to_owned());
    let typed = ("schema/views/v.yaml", INTEGERS.to_owned());
    let found = self::found(&project(TEXTS, &[("seeds/t.csv", rows), view, typed]));
    assert_eq!((found.len(), total(&found)), (3, 20_000), "{found:#?}");
    let t = "fields: [{name: id}, {name: n}]\nprimaryKey: [id]\nletterpress: {publish_only: {field: n, values: [reviewed]}}\n";
    let child = "fields: [{name: id}, {name: t}]\nprimaryKey: [id]\n\
                 foreignKeys: [{fields: [t], reference: {resource: t, fields: [id]}}]\n";
    let files = [
        ("schema/tables/u.yaml", child.to_owned()),
        ("seeds/t.csv", "id,n\na,raw\nb,reviewed\n".to_owned()),
        ("seeds/u.csv", lines(20_000, "id,t\n", |number| format!("{number},{}", ["a", "b"][number % 2]))),
    ];
    is_one_flood(&project(t, &files), "unpublished-reference");
}

#[test]
fn a_schema_that_says_the_same_wrong_thing_of_every_field_is_one_flood() {
    let fields = lines(1_000, "fields:\n", |number| format!("  - {{name: f{number}, typ: string}}"));
    is_one_flood(&project(&fields, &[("seeds/t.csv", "f0\n".to_owned())]), "unknown-key");
}

/// What the command prints on standard output and on standard error.
fn printed(home: &Scratch, arguments: &[&str]) -> (String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_letterpress"));
    let output = command.args(arguments).current_dir(home.path()).stdin(Stdio::null()).output();
    let output = output.expect("the command runs");
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    (text(output.stdout), text(output.stderr))
}

#[test]
fn every_format_says_how_many_more_there_are_and_all_shows_each() {
    let rows = lines(100_000, "id,n\n", |number| format!("{number},x"));
    let home = project(INTEGERS, &[("seeds/t.csv", rows)]);
    let more = "and 99,997 more like it (first seeds/t.csv:5:3, last seeds/t.csv:100001:7)";

    let (full, summary) = printed(&home, &["check"]);
    assert_eq!(full.matches("error[wrong-type]").count(), 3);
    assert!(full.contains(&format!("\n  {more}; `--all` shows each\n\n")), "{full}");
    assert!(summary.starts_with("100,000 errors in 1 file\n"), "{summary}");
    assert!(summary.contains("\n  100,000  wrong-type\n"), "{summary}");
    assert_eq!(printed(&home, &["build"]).1.matches(more).count(), 1);

    let (short, _) = printed(&home, &["check", "--message-format", "short"]);
    assert_eq!(short.lines().count(), 4);
    assert_eq!(short.lines().last(), Some(format!("seeds/t.csv:5:3: error[wrong-type]: {more}").as_str()));
    let (github, _) = printed(&home, &["check", "--message-format", "github"]);
    assert_eq!(github.lines().count(), 3);
    assert!(github.ends_with(&format!("%0A{more}\n")), "{github}");

    let (json, _) = printed(&home, &["check", "--json"]);
    let json: Value = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!((&json["errors"], &json["diagnostics"][1]["more"]), (&100_000.into(), &Value::Null));
    let told = &json["diagnostics"][2]["more"];
    assert_eq!((&told["count"], &told["first"]["line"]), (&99_997.into(), &5.into()));
    assert_eq!((&told["last"]["line"], &told["last"]["column"]), (&100_001.into(), &7.into()));

    let (sarif, _) = printed(&home, &["check", "--message-format", "sarif"]);
    let sarif: Value = serde_json::from_str(&sarif).expect("it is JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("a log has results");
    let counts: Vec<Option<u64>> = results.iter().map(|result| result["occurrenceCount"].as_u64()).collect();
    assert_eq!(counts, [None, None, Some(99_998)]);
    let last = &results[2]["relatedLocations"][1]["physicalLocation"]["region"]["startLine"];
    assert_eq!(last, &100_001);

    let (all, summary) = printed(&home, &["check", "--all", "--message-format", "short"]);
    assert_eq!(all.matches("error[wrong-type]: field `n` is `x`").count(), 100_000);
    assert!(!all.contains("more like it") && summary.starts_with("100,000 errors in 1 file\n"), "{summary}");
}
