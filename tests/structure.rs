//! Where values and records stand in seeds, and what is told when they stand where nothing reads them.

use std::fs;

use letterpress::publish::{self, Resources};
use letterpress::validate::Candidates;
use tempfile::TempDir;

/// A project of these files; without one of its own, the data set is as plain as can be.
fn project(files: &[(&str, &str)]) -> TempDir {
    let home = TempDir::new().expect("there is room");
    let dataset = (
        "schema/dataset.yaml",
        "{name: t, version: 1.0.0, created: 2026-11-22, letterpress: {csv: {bom: false}}}",
    );
    for (path, text) in std::iter::once(&dataset).chain(files) {
        let path = home.path().join(path);
        fs::create_dir_all(path.parent().expect("it is below home")).expect("there is room");
        fs::write(path, text).expect("there is room");
    }
    home
}

/// What `check` says of the project, a line for each problem.
fn told(files: &[(&str, &str)]) -> Vec<String> {
    let home = project(files);
    let checked = publish::check(home.path(), Resources::of_jobs(2), &()).expect("the machine works");
    checked.diagnostics.iter().map(ToString::to_string).collect()
}

/// The CSV of a table of the project, without its header.
fn published(table: &str, files: &[(&str, &str)]) -> Vec<String> {
    let home = project(files);
    let resources = Resources::of_jobs(2);
    let options = publish::Options {
        draft: true,
        out: None,
        candidates: Candidates::LeaveOut,
        formats: None,
        resources,
    };
    let (checked, _) = publish::build(home.path(), &options, &()).expect("the machine works");
    let told: Vec<String> = checked.diagnostics.iter().map(ToString::to_string).collect();
    let csv = fs::read_to_string(home.path().join(format!("dist/draft/data/csv/{table}.csv")));
    assert!(csv.is_ok(), "nothing is published: {told:#?}");
    csv.unwrap_or_default().lines().skip(1).map(str::to_owned).collect()
}

/// A table `t` of these fields, whose key is `id`.
fn table(fields: &str) -> String {
    format!("fields:\n  - {{name: id}}\n{fields}\nprimaryKey: [id]\n")
}

#[test]
fn a_key_given_twice_inside_a_value_is_told_at_its_place_in_every_kind_of_file() {
    let schema = table("  - {name: o, type: object}");
    let told_of = |seed, text| told(&[("schema/tables/t.yaml", &schema), (seed, text)]);
    assert_eq!(
        told_of("seeds/t.json", r#"[{"id": "x", "o": {"a": 1, "\u0061": 2}}]"#),
        ["seeds/t.json:1:28: error[repeated-key]: `a` is given twice in `o`"]
    );
    assert_eq!(
        told_of("seeds/t.yaml", "- id: x\n  o:\n    a: [{b: 1, b: 1}]\n"),
        ["seeds/t.yaml:3:16: error[repeated-key]: `b` is given twice in `o`"]
    );
    assert_eq!(
        told_of("seeds/t.ndjson", "{\"id\":\"x\",\"o\":{}}\n{\"id\":\"y\",\"o\":{\"a\":1,\"a\":1}}\n"),
        ["seeds/t.ndjson:2:22: error[repeated-key]: `a` is given twice in `o`"]
    );
    assert_eq!(
        told_of("seeds/t.csv", "id,o\nx,\"{\"\"a\"\":1,\"\"a\"\":2}\"\n"),
        ["seeds/t.csv:2:3: error[repeated-key]: `a` is given twice in field `o`"]
    );
}

#[test]
fn a_key_given_twice_is_told_in_every_type_that_holds_json() {
    for (kind, value) in [
        ("any", r#"{"a":1,"a":2}"#),
        ("array", r#"[{"a":1,"a":2}]"#),
        ("geojson", r#"{"type":"Point","coordinates":[1,2],"a":{"a":1,"a":2}}"#),
        ("geopoint, format: object", r#"{"lon":1,"lat":2,"lon":3}"#),
    ] {
        let schema = table(&format!("  - {{name: o, type: {kind}}}"));
        let seed = format!(r#"[{{"id": "x", "o": {value}}}]"#);
        let told = told(&[("schema/tables/t.yaml", &schema), ("seeds/t.json", &seed)]);
        assert!(told.len() == 1 && told[0].contains("error[repeated-key]"), "{kind}: {told:?}");
    }
}

#[test]
fn fields_that_read_one_path_all_have_its_value() {
    let schema = table(
        "  - {name: a, type: list, letterpress: {from: v}}\n  - {name: b, type: any, letterpress: {from: v}}\n  \
         - {name: c, type: array, letterpress: {from: v}}",
    );
    let row = r#""x","p; q","[""p"",""q""]","[""p"",""q""]""#;
    let published_of = |seed, text| published("t", &[("schema/tables/t.yaml", &schema), (seed, text)]);
    assert_eq!(published_of("seeds/t.yaml", "- {id: x, v: [p, q]}\n"), [row]);
    assert_eq!(published_of("seeds/t.ndjson", "{\"id\":\"x\",\"v\":[\"p\",\"q\"]}\n"), [row]);
    let schema =
        table("  - {name: a, letterpress: {from: v}}\n  - {name: b, type: integer, letterpress: {from: v}}");
    let published_of = |seed, text| published("t", &[("schema/tables/t.yaml", &schema), (seed, text)]);
    for (seed, text) in [
        ("seeds/t.yaml", "- {id: x, v: 1}\n"),
        ("seeds/t.ndjson", "{\"id\":\"x\",\"v\":1}\n"),
        ("seeds/t.csv", "id,v\nx,1\n"),
    ] {
        assert_eq!(published_of(seed, text), [r#""x","1",1"#], "{seed}");
    }
}

#[test]
fn a_field_that_cannot_take_the_value_of_a_shared_path_says_so() {
    let schema =
        table("  - {name: a, type: list, letterpress: {from: v}}\n  - {name: b, letterpress: {from: v}}");
    let told = told(&[("schema/tables/t.yaml", &schema), ("seeds/t.yaml", "- {id: x, v: [p, q]}\n")]);
    assert_eq!(told, ["seeds/t.yaml:1:14: error[wrong-shape]: `v` is a list, expected a text"]);
}

#[test]
fn numbering_begins_anew_under_each_key() {
    let schema = "fields:\n  - {name: key, letterpress: {from: '@key'}}\n  \
                  - {name: number, type: integer, letterpress: {from: '@index'}}\n  - {name: name}\n\
                  letterpress: {keyed: true}\n";
    let seed = "a: [{name: x}, {name: y}]\nb: [{name: x}, {name: z}]\nc: {name: x}\n";
    let rows = published("t", &[("schema/tables/t.yaml", schema), ("seeds/t.yaml", seed)]);
    assert_eq!(rows, [r#""a",1,"x""#, r#""a",2,"y""#, r#""b",1,"x""#, r#""b",2,"z""#, r#""c",1,"x""#]);
}

#[test]
fn numbering_begins_anew_under_each_key_of_nested_records_and_in_each_file() {
    let parent = table("  - {name: n, type: integer, letterpress: {from: '@index'}}");
    let child = "fields:\n  - {name: id}\n  - {name: key, letterpress: {from: '@key'}}\n  \
                 - {name: number, type: integer, letterpress: {from: '@index'}}\n  - {name: name, letterpress: {from: .}}\n\
                 letterpress: {nested: {in: t, as: names, key: [id]}}\n";
    let files = [
        ("schema/tables/t.yaml", parent.as_str()),
        ("schema/tables/u.yaml", child),
        ("seeds/t/a.yaml", "- {id: x, names: {en: [p, q], de: [r]}}\n- {id: y, names: {en: [s]}}\n"),
        ("seeds/t/b.yaml", "- {id: z, names: {en: t}}\n"),
    ];
    let rows = [
        r#""x","de",1,"r""#,
        r#""x","en",1,"p""#,
        r#""x","en",2,"q""#,
        r#""y","en",1,"s""#,
        r#""z","en",1,"t""#,
    ];
    let mut found = published("u", &files);
    found.sort();
    assert_eq!(found, rows);
    assert_eq!(published("t", &files), [r#""x",1"#, r#""y",2"#, r#""z",1"#]);
}

#[test]
fn an_item_without_a_value_is_told_as_such() {
    let schema = table("  - {name: tags, type: list}");
    let told_of = |seed, text| told(&[("schema/tables/t.yaml", &schema), (seed, text)]);
    assert_eq!(
        told_of("seeds/t.yaml", "- {id: x, tags: [a, null, ~]}\n"),
        [
            "seeds/t.yaml:1:21: error[list-separator]: an item of `tags` has no value",
            "seeds/t.yaml:1:27: error[list-separator]: an item of `tags` has no value"
        ]
    );
    assert_eq!(
        told_of("seeds/t.ndjson", "{\"id\":\"x\",\"tags\":[null]}\n"),
        ["seeds/t.ndjson:1:19: error[list-separator]: an item of `tags` has no value"]
    );
}
