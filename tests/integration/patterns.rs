//! Patterns and JSON Schemas: what they find, and that none takes long, whatever it is and whatever it is asked about.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::scratch::Scratch;

/// Longest that a check may take, most of which is starting the program.
const PATIENCE: Duration = Duration::from_secs(1);

/// Most bytes of addresses that a check may take, in `prlimit`'s words.
const ADDRESSES: &str = "--as=536870912";

/// A table `t` of a text and of a field that is described here, with these values.
fn with_field(field: &str, values: &[String]) -> Scratch {
    let mut seeds = String::from("id,x\n");
    for (number, value) in values.iter().enumerate() {
        let quoted = value.replace('"', "\"\"");
        writeln!(seeds, "{number},\"{quoted}\"").expect("a text takes text");
    }
    let table = format!("fields: [{{name: id}}, {{name: x, {field}}}]\nprimaryKey: [id]\n");
    Scratch::project().table("t", &table).seed("t.csv", seeds)
}

/// The codes that a check of the project finds, in order, and what it prints.
fn check(home: &Path) -> (Vec<String>, String) {
    let begun = Instant::now();
    let output = Command::new("prlimit")
        .arg(ADDRESSES)
        .arg(env!("CARGO_BIN_EXE_letterpress"))
        .args(["check", "--quiet", "--message-format", "short"])
        .current_dir(home)
        .output()
        .expect("prlimit runs");
    let took = begun.elapsed();
    let text = String::from_utf8(output.stdout).expect("output is UTF-8");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.is_empty() && output.status.code().is_some_and(|code| code < 2), "{text}{errors}");
    assert!(took < PATIENCE, "it took {took:?}: {text}");
    let codes = text.lines().filter_map(|line| line.split(['[', ']']).nth(1));
    (codes.map(str::to_owned).collect(), text)
}

#[test]
fn a_pattern_may_look_around_and_refer_back() {
    for (pattern, good, bad) in [
        (r"(?=.*\d)(?=.*[A-Z])\w{6,}", "Abcde1", "abcdef"),
        (r"(?!tmp)[a-z]+", "file", "tmpfile"),
        (r"[a-z]+(?<!bak)", "file", "filebak"),
        (r"(?<=^)\d+", "12", "a12"),
        (r"(\w)(\w)\2\1", "abba", "abab"),
        (r"(?<q>['|]).*\k<q>", "'a'", "'a|"),
    ] {
        let field = format!("constraints: {{pattern: '{}'}}", pattern.replace('\'', "''"));
        let home = with_field(&field, &[good.to_owned(), bad.to_owned()]);
        let (codes, text) = check(home.path());
        assert_eq!(codes, ["pattern-mismatch"], "{pattern}: {text}");
        assert!(text.contains(&format!("`{bad}`, which does not match `{pattern}`")), "{text}");
    }
}

#[test]
fn a_package_of_others_may_look_around_in_its_patterns() {
    let package = r#"{"name": "p", "resources": [{"name": "t", "path": "t.csv", "schema": {"fields": [
        {"name": "id", "type": "string", "constraints": {"pattern": "^(?!.*--)[a-z-]+$"}}]}}]}"#;
    let table_group = r#"{"@context": "http://www.w3.org/ns/csvw", "url": "t.csv", "tableSchema": {"columns": [
        {"name": "id", "datatype": {"base": "string", "format": "^(?!.*--)[a-z-]+$"}}]}}"#;
    for (name, text) in [("datapackage.json", package), ("csv-metadata.json", table_group)] {
        let home = Scratch::of(&[(name, text), ("t.csv", "id\na-b\na--b\n")]);
        let (codes, text) = check(home.path());
        let errors: Vec<&String> = codes.iter().filter(|code| *code != "stand-in").collect();
        assert_eq!(errors, ["pattern-mismatch"], "{name}: {text}");
        assert!(text.contains("t.csv:3:1: error[pattern-mismatch]"), "{text}");
    }
}

#[test]
fn a_pattern_that_would_take_long_is_refused_where_it_stands() {
    let long = "01".repeat(500_000);
    for (pattern, text) in [
        ("(a?){30000}b", "a".repeat(200)),
        ("[01]*1[01]{5000}", long.clone()),
        (r"(\w{1,50} ?){1,100}", "a".repeat(1_000)),
        ("(?:(?:(?:(?=.*b)a)*)*)*c", "a".repeat(1_000)),
        ("(?=a)(?:(?:a{0,500}b?){0,500})*c", "a".repeat(1_000)),
        ("(?=a)[01]*1(?:[01]|[01]){5000}", long),
        (r"(?<a>b(?&a)?c)(?=d)", "a".repeat(10)),
    ] {
        let home = with_field(&format!("constraints: {{pattern: '{pattern}'}}"), &vec![text; 3]);
        let (codes, text) = check(home.path());
        assert_eq!(codes, ["invalid-value"], "{pattern}: {text}");
        assert!(text.starts_with("schema/tables/t.yaml:1:"), "{pattern}: {text}");
    }
}

#[test]
fn a_text_that_takes_long_is_an_error_that_names_the_pattern() {
    for (pattern, text) in [
        ("(?:(?=a)a|(?=a)aa)*b", "a".repeat(60)),
        (r"(a|a|\1)*(?=b)", "a".repeat(60)),
        (r"(x+x+)+\1y", "x".repeat(100)),
        ("(?:(?!b)a|(?!b)aa|a)*(?<!a)", "a".repeat(100)),
        (r"(?:(?=.*y)a)*b", "a".repeat(100_000)),
        (r"(?!\s)[\s\S]*(?<!\s)", "a ".repeat(100_000)),
    ] {
        let home = with_field(&format!("constraints: {{pattern: '{pattern}'}}"), &vec![text; 4]);
        let (codes, text) = check(home.path());
        assert_eq!(codes, ["undecided"], "{pattern}: {text:.500}");
        let is_told = text.starts_with("seeds/t.csv:2:3: ") && text.contains(&format!("matches `{pattern}`"));
        assert!(is_told, "{text:.500}");
    }
}

#[test]
fn patterns_of_one_schema_are_bounded_together() {
    let described =
        |number| format!("{{name: f{number}, constraints: {{pattern: '[a-z]*1[a-z]{{60}}x{number}'}}}}");
    let fields: Vec<String> = (0..200).map(described).collect();
    let home = with_field("type: string", &[]);
    let table = format!("fields: [{{name: id}}, {}]\nprimaryKey: [id]\n", fields.join(", "));
    std::fs::write(home.path().join("schema/tables/t.yaml"), table).expect("a file can be written");
    let (codes, text) = check(home.path());
    assert_eq!(codes, ["invalid-value"], "{text:.500}");
    assert!(text.contains("together, the patterns up to this one take more than"), "{text:.500}");
}

/// Definitions of which each names the one before it in two branches.
fn doubling(before_twice: impl Fn(&str) -> String) -> String {
    let definitions: Vec<String> = (1..=30)
        .map(|depth| format!("d{depth}: {}", before_twice(&format!("{{$ref: '#/$defs/d{}'}}", depth - 1))))
        .collect();
    format!("{{$defs: {{d0: {{type: string}}, {}}}, $ref: '#/$defs/d30'}}", definitions.join(", "))
}

#[test]
fn a_json_schema_that_would_take_long_is_refused_where_it_stands() {
    let large = format!("{{enum: [{}]}}", vec!["x".repeat(1_000); 300].join(", "));
    for schema in [
        doubling(|before| format!("{{anyOf: [{before}, {before}]}}")),
        doubling(|before| format!("{{oneOf: [{before}, {before}]}}")),
        doubling(|before| format!("{{properties: {{a: {before}}}, patternProperties: {{a: {before}}}}}")),
        doubling(|before| format!("{{items: {before}, contains: {before}}}")),
        doubling(|before| format!("{{allOf: [{before}], unevaluatedProperties: false}}")),
        "{pattern: '(a?){30000}b'}".to_owned(),
        "{patternProperties: {'[01]*1[01]{5000}': {type: string}}}".to_owned(),
        "{$ref: 'https://example.org/schema.json'}".to_owned(),
        large,
    ] {
        let field = format!("type: object, constraints: {{jsonSchema: {schema}}}");
        let home = with_field(&field, &vec![r#"{"a": {"a": 1}}"#.to_owned(); 400]);
        let (codes, text) = check(home.path());
        assert_eq!(codes, ["invalid-value"], "{schema:.200}: {text:.500}");
    }
}

#[test]
fn a_json_schema_may_refer_to_itself_and_look_around() {
    let schema = "{type: object, properties: {name: {pattern: '^(?!x)'}, inner: {$ref: '#'}}, additionalProperties: false}";
    let field = format!("type: object, constraints: {{jsonSchema: {schema}}}");
    let deep = |inner: &str| format!("{}{inner}{}", r#"{"inner":"#.repeat(50), "}".repeat(50));
    let values = [deep(r#"{"name": "a"}"#), deep(r#"{"name": "xa"}"#), deep(r#"{"other": 1}"#)];
    let home = with_field(&field, &values);
    let (codes, text) = check(home.path());
    assert_eq!(codes, ["json-schema-mismatch"; 2], "{text}");
    assert!(text.contains("seeds/t.csv:3:3") && text.contains("seeds/t.csv:4:3"), "{text}");
}

#[test]
fn a_pattern_is_published_as_it_was_written() {
    let home = with_field("constraints: {pattern: '(?!x)[a-z]+'}", &["a".to_owned()]);
    let (checked, draft) = home.draft();
    assert!(draft.is_some(), "{:#?}", checked.diagnostics);
    let described =
        std::fs::read_to_string(home.path().join("dist/draft/datapackage.json")).expect("it is described");
    assert!(described.contains(r#""(?!x)[a-z]+""#), "{described}");
}
