//! `docs/constraints.md`, cell by cell: what it says is checked is checked, and what is not is told where it stands.

use std::fs;
use std::path::Path;

use crate::scratch::Scratch;
use letterpress::diagnostic::{Diagnostic, Severity};
use letterpress::publish::{self, Resources};
use serde_json::{Value, json};

/// A type with values of it, as delimited text has them.
struct Kind {
    /// Its name in the tables.
    name: &'static str,
    /// What describes it, in the terms of Table Schema.
    field: Value,
    /// Three values in ascending order, where the type has one.
    values: [&'static str; 3],
    /// A value, as long as `length` says, with one shorter and one longer.
    lengths: Option<([&'static str; 3], u64)>,
}

fn kind(name: &'static str, field: Value, values: [&'static str; 3]) -> Kind {
    Kind { name, field, values, lengths: None }
}

fn long(name: &'static str, field: Value, values: [&'static str; 3], lengths: [&'static str; 3]) -> Kind {
    Kind { name, field, values, lengths: Some((lengths, 2)) }
}

fn kinds() -> Vec<Kind> {
    let list = |name, item: &str, values: [&'static str; 3], lengths| {
        long(name, json!({"type": "list", "itemType": item}), values, lengths)
    };
    let texts = ["a", "ab", "abc"];
    vec![
        long("`string`", json!({"type": "string"}), texts, texts),
        long("`any`", json!({"type": "any"}), texts, texts),
        kind("`integer`", json!({"type": "integer"}), ["9", "10", "11"]),
        kind("`number`", json!({"type": "number"}), ["9.5", "10", "1e2"]),
        kind(
            "`number` with `decimal`",
            json!({"type": "number", "letterpress": {"decimal": [9, 2]}}),
            ["9.5", "10", "10.01"],
        ),
        kind("`boolean`", json!({"type": "boolean"}), ["false", "false", "true"]),
        kind("`date`", json!({"type": "date"}), ["0999-01-01", "2010-03-14", "2010-03-15"]),
        kind(
            "`datetime`",
            json!({"type": "datetime"}),
            ["2010-03-14T12:00:00+01:00", "2010-03-14T11:30:00Z", "2010-03-14T11:30:00.5Z"],
        ),
        kind(
            "`datetime` with `zone: none`",
            json!({"type": "datetime", "letterpress": {"zone": "none"}}),
            ["2010-03-14T11:00:00", "2010-03-14T11:30:00", "2010-03-14T11:30:00.5"],
        ),
        kind("`time`", json!({"type": "time"}), ["09:00:00", "09:00:00.5", "10:00:00"]),
        kind("`year`", json!({"type": "year"}), ["-44", "0999", "2010"]),
        kind("`yearmonth`", json!({"type": "yearmonth"}), ["0999-12", "2010-03", "2010-11"]),
        kind("`duration`", json!({"type": "duration"}), ["PT80M", "PT90M", "PT1H31M"]),
        kind("`geopoint`", json!({"type": "geopoint"}), ["1, 2", "3, 4", "5, 6"]),
        kind(
            "`geopoint` as `array`",
            json!({"type": "geopoint", "format": "array"}),
            ["[1, 2]", "[3, 4]", "[5, 6]"],
        ),
        kind(
            "`geopoint` as `object`",
            json!({"type": "geopoint", "format": "object"}),
            [r#"{"lon": 1, "lat": 2}"#, r#"{"lon": 3, "lat": 4}"#, r#"{"lon": 5, "lat": 6}"#],
        ),
        kind(
            "`geojson`",
            json!({"type": "geojson"}),
            [
                r#"{"type": "Point", "coordinates": [1, 2]}"#,
                r#"{"type": "Point", "coordinates": [3, 4]}"#,
                r#"{"type": "Point", "coordinates": [5, 6]}"#,
            ],
        ),
        long(
            "`object`",
            json!({"type": "object"}),
            [r#"{"a": 1}"#, r#"{"b": 1, "a": 2}"#, r#"{"a": 3}"#],
            [r#"{"a": 1}"#, r#"{"a": 1, "b": 2}"#, r#"{"a": 1, "b": 2, "c": 3}"#],
        ),
        long("`array`", json!({"type": "array"}), ["[1]", "[2, 3]", "[4]"], ["[1]", "[1, 2]", "[1, 2, 3]"]),
        list("`list` of `string`", "string", texts, ["a", "a,b", "a,b,c"]),
        list("`list` of `integer`", "integer", ["9", "10", "11"], ["1", "1,2", "1,2,3"]),
        list("`list` of `number`", "number", ["9.5", "10", "1e2"], ["1", "1,2.5", "1,2.5,3"]),
        list(
            "`list` of `boolean`",
            "boolean",
            ["false", "false", "true"],
            ["true", "true,false", "true,false,true"],
        ),
        list(
            "`list` of `date`",
            "date",
            ["2010-03-13", "2010-03-14", "2010-03-15"],
            ["2010-03-13", "2010-03-13,2010-03-14", "2010-03-13,2010-03-14,2010-03-15"],
        ),
        list(
            "`list` of `datetime`",
            "datetime",
            ["2010-03-13T00:00:00Z", "2010-03-14T00:00:00Z", "2010-03-15T00:00:00Z"],
            [
                "2010-03-13T00:00:00Z",
                "2010-03-13T00:00:00Z,2010-03-14T00:00:00Z",
                "2010-03-13T00:00:00Z,2010-03-14T00:00:00Z,2010-03-15T00:00:00Z",
            ],
        ),
    ]
}

/// What a constraint says, with the values of two rows that meet it, two of which one does not, and the code of that.
struct Trial {
    says: Value,
    good: [String; 2],
    bad: [String; 2],
    code: &'static str,
}

/// The trial of a constraint on a type.
fn trial(kind: &Kind, constraint: &str) -> Trial {
    let [low, mid, high] = kind.values;
    let pair = |a: &str, b: &str| [a.to_owned(), b.to_owned()];
    let range = |limit: &str, good, bad: &str| Trial {
        says: json!(limit),
        good: pair(mid, good),
        bad: pair(mid, bad),
        code: "out-of-range",
    };
    let ([short, fit, longer], length) = kind.lengths.unwrap_or((kind.values, 2));
    match constraint {
        "required" => {
            Trial { says: json!(true), good: pair(low, high), bad: pair(low, ""), code: "required" }
        }
        "unique" => {
            Trial { says: json!(true), good: pair(mid, high), bad: pair(mid, mid), code: "not-unique" }
        }
        "enum" => {
            Trial { says: json!([low, mid]), good: pair(low, mid), bad: pair(mid, high), code: "not-in-enum" }
        }
        "pattern" => {
            let says = json!(format!("(?:{}|{})", escape(low), escape(mid)));
            Trial { says, good: pair(low, mid), bad: pair(low, high), code: "pattern-mismatch" }
        }
        "minLength" => Trial {
            says: json!(length),
            good: pair(fit, longer),
            bad: pair(fit, short),
            code: "wrong-length",
        },
        "maxLength" => Trial {
            says: json!(length),
            good: pair(fit, short),
            bad: pair(fit, longer),
            code: "wrong-length",
        },
        "minimum" => range(mid, high, low),
        "maximum" => range(mid, low, high),
        "exclusiveMinimum" => Trial { good: pair(high, high), ..range(low, mid, low) },
        "exclusiveMaximum" => Trial { good: pair(low, low), ..range(high, mid, high) },
        "jsonSchema" => {
            let other = serde_json::from_str::<Value>(high).unwrap_or_default();
            let says = json!({"not": {"const": other}});
            Trial { says, good: pair(low, mid), bad: pair(low, high), code: "json-schema-mismatch" }
        }
        other => unreachable!("no constraint is called {other}"),
    }
}

fn escape(text: &str) -> String {
    text.chars().map(|c| if c.is_alphanumeric() { c.to_string() } else { format!("\\{c}") }).collect()
}

/// The rows of the table in the document whose first cell is `corner`: for each, its cells below their headings.
fn table(corner: &str) -> Vec<Vec<(String, String)>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/constraints.md");
    let text = fs::read_to_string(path).expect("the document is there");
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    let mut lines = text.lines().skip_while(|line| !line.starts_with(&format!("| {corner} |")));
    let headings = cells(lines.next().expect("the table is there"));
    let rows = lines.skip(1).take_while(|line| line.starts_with('|'));
    rows.map(|line| headings.iter().cloned().zip(cells(line)).collect()).collect()
}

/// What a check says, but for what it says of any such table.
fn check(files: &[(&str, String)]) -> Vec<Diagnostic> {
    let home = Scratch::of(files);
    let description = files.iter().map(|(name, _)| *name).find(|name| name.ends_with(".json"));
    let home = description.map_or(home.path().to_path_buf(), |name| home.path().join(name)).clone();
    let found =
        publish::check(&home, Resources::of_jobs(1), &()).expect("a project that can be read").diagnostics;
    let is_told = |found: &Diagnostic| {
        !["stand-in", "time-without-zone", "formula-text", "left-out"].contains(&&*found.code)
    };
    found.into_iter().filter(is_told).collect()
}

fn csv(values: &[String; 2]) -> String {
    let cell = |text: &String| format!("\"{}\"", text.replace('"', "\"\""));
    let value = |text: &String| if text.is_empty() { String::new() } else { cell(text) };
    format!("id,x\n1,{}\n2,{}\n", value(&values[0]), value(&values[1]))
}

/// A project of one's own, and a package of others, with such a field and these values.
fn spelled(kind: &Kind, constraints: &Value, values: &[String; 2]) -> [Vec<(&'static str, String)>; 2] {
    let mut field = kind.field.clone();
    field["name"] = json!("x");
    field["constraints"] = constraints.clone();
    let schema = json!({"fields": [{"name": "id", "type": "integer"}, field], "primaryKey": ["id"]});
    let resource = json!({"name": "t", "path": "t.csv", "schema": schema});
    let package = json!({"name": "p", "version": "1.0.0", "created": "2026-11-22", "resources": [resource]});
    [
        vec![
            ("schema/dataset.yaml", "name: p\nversion: 1.0.0\ncreated: 2026-11-22\n".to_owned()),
            ("schema/tables/t.yaml", schema.to_string()),
            ("seeds/t.csv", csv(values)),
        ],
        vec![("datapackage.json", package.to_string()), ("t.csv", csv(values))],
    ]
}

#[test]
fn every_type_is_in_the_table() {
    let rows: Vec<String> = table("type").iter().map(|row| row[0].1.clone()).collect();
    let known: Vec<&str> = kinds().iter().map(|kind| kind.name).collect();
    assert_eq!(rows, known);
}

#[test]
fn every_constraint_does_to_every_type_what_the_table_says() {
    for (kind, row) in kinds().iter().zip(table("type")) {
        for (heading, cell) in &row[1..] {
            let constraint = heading.trim_matches('`');
            let about = format!("{} {constraint}: {cell}", kind.name);
            let trial = trial(kind, constraint);
            let constraints = json!({constraint: trial.says});
            let good = spelled(kind, &constraints, &trial.good).map(|files| check(&files));
            let bad = spelled(kind, &constraints, &trial.bad).map(|files| check(&files));
            match cell.as_str() {
                "value" | "length" | "items" => {
                    for found in good {
                        assert!(found.is_empty(), "{about}: {found:#?}");
                    }
                    for found in bad {
                        assert_eq!(codes(&found), [trial.code], "{about}: {found:#?}");
                        let place = found[0].place.to_string();
                        assert!(place.contains("t.csv:3:") || constraint == "required", "{about}: {place}");
                        assert_eq!(
                            found[0].message.contains("an item of"),
                            cell == "items",
                            "{about}: {found:#?}"
                        );
                    }
                }
                "–" => {
                    let [at_home, in_package] = bad;
                    let told = format!("`{constraint}` belongs to ");
                    for (found, severity) in [(at_home, Severity::Error), (in_package, Severity::Warning)] {
                        assert_eq!(codes(&found), ["invalid-value"], "{about}: {found:#?}");
                        assert!(
                            found[0].message.starts_with(&told) && found[0].help.is_some(),
                            "{about}: {found:#?}"
                        );
                        assert_eq!(found[0].severity, severity, "{about}");
                    }
                }
                other => unreachable!("{about}: no cell is `{other}`"),
            }
        }
    }
}

fn codes(found: &[Diagnostic]) -> Vec<&str> {
    found.iter().map(|found| &*found.code).collect()
}

/// The type of Table Schema that a datatype is tried as.
fn kind_of<'k>(kinds: &'k [Kind], datatype: &str) -> &'k Kind {
    let name = match datatype {
        "`string`" | "`anyURI`" => "`string`",
        "`integer`" => "`integer`",
        "`double`" => "`number`",
        "`decimal`" => "`number` with `decimal`",
        "`boolean`" => "`boolean`",
        "`date`" => "`date`",
        "`dateTime`" => "`datetime`",
        "`time`" => "`time`",
        "`gYear`" => "`year`",
        "`gYearMonth`" => "`yearmonth`",
        "`duration`" => "`duration`",
        "`string` with `separator`" => "`list` of `string`",
        "`integer` with `separator`" => "`list` of `integer`",
        "`double` with `separator`" => "`list` of `number`",
        "`date` with `separator`" => "`list` of `date`",
        "`dateTime` with `separator`" => "`list` of `datetime`",
        other => unreachable!("no datatype is called {other}"),
    };
    kinds.iter().find(|kind| kind.name == name).expect("it is among the types")
}

fn table_group(datatype: &str, key: &str, says: &Value, values: &[String; 2]) -> Vec<(&'static str, String)> {
    let base = datatype.trim_start_matches('`').split('`').next().expect("it has a name");
    let mut column = json!({"name": "x", "datatype": {"base": base}});
    match key {
        "required" => column["required"] = says.clone(),
        _ => column["datatype"][key] = says.clone(),
    }
    if datatype.contains("separator") {
        column["separator"] = json!(",");
    }
    let id = json!({"name": "id", "datatype": "integer"});
    let document = json!({"@context": "http://www.w3.org/ns/csvw", "url": "t.csv",
        "tableSchema": {"columns": [id, column], "primaryKey": "id"}});
    vec![("csv-metadata.json", document.to_string()), ("t.csv", csv(values))]
}

#[test]
fn every_constraint_of_csvw_does_what_the_table_says() {
    let kinds = kinds();
    for row in table("datatype") {
        let datatype = row[0].1.as_str();
        let kind = kind_of(&kinds, datatype);
        for (heading, cell) in &row[1..] {
            let keys = heading.split('`').skip(1).step_by(2);
            for key in keys.filter(|_| !cell.is_empty()) {
                let same = match key {
                    "format" => "pattern",
                    "minInclusive" => "minimum",
                    "maxInclusive" => "maximum",
                    "minExclusive" => "exclusiveMinimum",
                    "maxExclusive" => "exclusiveMaximum",
                    "length" => "minLength",
                    other => other,
                };
                let about = format!("{datatype} {key}: {cell}");
                let mut trial = trial(kind, same);
                if key == "length" {
                    trial.good[1] = trial.good[0].clone();
                }
                let good = unread(&table_group(datatype, key, &trial.says, &trial.good));
                let bad = unread(&table_group(datatype, key, &trial.says, &trial.bad));
                if cell == "–" {
                    assert!(
                        !bad.is_empty() && bad.iter().all(|f| f.severity == Severity::Warning),
                        "{about}: {bad:#?}"
                    );
                    assert!(bad[0].message.contains("is not checked"), "{about}: {bad:#?}");
                    continue;
                }
                assert!(good.is_empty(), "{about}: {good:#?}");
                assert_eq!(codes(&bad), [trial.code], "{about}: {bad:#?}");
                assert_eq!(bad[0].message.contains("an item of"), cell == "items", "{about}: {bad:#?}");
            }
        }
    }
}

/// What a check says, but for what a description of tables alone leaves open.
fn unread(files: &[(&'static str, String)]) -> Vec<Diagnostic> {
    let home = Scratch::of(files);
    let found = publish::check(&home.path().join(files[0].0), Resources::of_jobs(1), &());
    let found = found.expect("a package that can be read").diagnostics;
    found.into_iter().filter(|found| !["stand-in", "time-without-zone"].contains(&&*found.code)).collect()
}

#[test]
fn the_values_of_a_constraint_are_of_the_type() {
    for (field, constraint) in [
        (json!({"type": "list", "itemType": "integer"}), json!({"enum": ["one"]})),
        (json!({"type": "list", "itemType": "date"}), json!({"minimum": "2010-13-01"})),
        (json!({"type": "object"}), json!({"enum": ["{"]})),
        (json!({"type": "duration"}), json!({"minimum": "P"})),
    ] {
        let kind = kind("", field, ["", "", ""]);
        let [at_home, _] = spelled(&kind, &constraint, &[String::new(), String::new()]);
        assert_eq!(codes(&check(&at_home)), ["invalid-value"], "{constraint}");
    }
    let categories = kind("", json!({"type": "integer", "categories": [1, "two"]}), ["", "", ""]);
    let [at_home, _] = spelled(&categories, &json!({}), &["1".to_owned(), "1".to_owned()]);
    assert_eq!(codes(&check(&at_home)), ["invalid-value"]);
}

#[test]
fn json_in_an_enum_is_compared_by_its_value() {
    let object = kind("", json!({"type": "object"}), ["", "", ""]);
    let allowed = json!({"enum": [{"a": 1, "b": [true, null]}, r#"{"n": 12345678901234567891}"#]});
    let text = |text: &str| text.to_owned();
    let good = [text(r#"{"b": [true, null], "a": 1}"#), text(r#"{"n": 12345678901234567891}"#)];
    let bad = [text(r#"{"a": 1, "b": [true, null]}"#), text(r#"{"n": 12345678901234567892}"#)];
    for files in spelled(&object, &allowed, &good) {
        assert!(check(&files).is_empty(), "{:#?}", check(&files));
    }
    for files in spelled(&object, &allowed, &bad) {
        assert_eq!(codes(&check(&files)), ["not-in-enum"]);
    }
}

#[test]
fn what_items_are_held_to_is_not_published_of_lists() {
    let list = kind("", json!({"type": "list", "itemType": "integer"}), ["", "", ""]);
    let [at_home, _] = spelled(&list, &json!({"minimum": "5"}), &["5,6".to_owned(), "7".to_owned()]);
    let home = Scratch::of(&at_home);
    let (checked, draft) = home.draft();
    assert!(draft.is_some(), "{:#?}", checked.diagnostics);
    let read =
        |document: &str| String::from_utf8(home.read(&format!("dist/draft/{document}"))).expect("UTF-8");
    assert!(!read("data/csv/csv-metadata.json").contains("minimum"));
    let package: serde_json::Value = serde_json::from_str(&read("datapackage.json")).expect("JSON");
    let fields = package["resources"].as_array().into_iter().flatten();
    let mut fields = fields.filter_map(|table| table["schema"]["fields"].as_array()).flatten();
    // Under `letterpress` they are, for the release to be published again.
    assert!(fields.all(|field| field["constraints"]["minimum"].is_null()));
}
