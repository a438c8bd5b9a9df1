//! In packages of others, what only describes never stops a release: a stand-in is taken, which is told once. What decides
//! what data mean is held to.

use crate::scratch::Scratch;
use letterpress::diagnostic::{Diagnostic, Severity};
use serde_json::{Value, json};

/// A package of one table, `t`, with these keys beside its resources.
fn package(keys: &Value) -> Value {
    let field = json!({"name": "id", "type": "integer"});
    let resource = json!({"name": "t", "path": "t.csv", "schema": {"fields": [field, {"name": "name"}]}});
    let mut package =
        json!({"name": "p", "version": "1.0.0", "created": "2024-01-01", "resources": [resource]});
    let (Some(all), Some(keys)) = (package.as_object_mut(), keys.as_object()) else { unreachable!() };
    keys.iter().for_each(|(key, value)| drop(all.insert(key.clone(), value.clone())));
    package
}

/// What is said of a package beside `t.csv`, and whether it was published.
fn said(package: &Value, more: &[(&str, String)]) -> (Vec<Diagnostic>, Option<Vec<String>>) {
    let mut files = vec![("datapackage.json", package.to_string()), ("t.csv", "id,name\n1,a\n".to_owned())];
    files.extend(more.iter().cloned());
    let home = Scratch::of(&files);
    let (checked, outcome) = home.draft();
    (checked.diagnostics, outcome.map(|_| home.draft_rows("t")))
}

/// The codes of what is said of a package that is published, after it was made sure that nothing is told twice.
#[track_caller]
fn codes(package: &Value, more: &[(&str, String)]) -> Vec<String> {
    let (said, rows) = said(package, more);
    assert_eq!(rows.as_deref(), Some(&["id | name".to_owned(), "1 | a".to_owned()][..]), "{said:#?}");
    assert!(said.iter().all(|problem| problem.severity == Severity::Warning), "{said:#?}");
    said.iter().map(|problem| problem.code.to_string()).collect()
}

#[test]
fn a_version_or_date_in_another_form_has_a_stand_in() {
    for version in [
        json!("2023-03-30"),
        json!("2023.03.30"),
        json!("1.0"),
        json!(1.0),
        json!("v2"),
        json!("1.0.0+2023"),
        json!("latest"),
        json!({"major": 1}),
        json!(["1.0.0"]),
        json!(""),
    ] {
        assert_eq!(codes(&package(&json!({"version": version})), &[]), ["stand-in"], "{version}");
    }
    for created in [
        json!("March 2020"),
        json!("2020"),
        json!("2020-13-01"),
        json!({"year": 2020}),
        json!(2020),
        json!(""),
    ] {
        assert_eq!(codes(&package(&json!({"created": created})), &[]), ["stand-in"], "{created}");
    }
    let (said, _) = said(&package(&json!({"version": "1.0.0+2023"})), &[]);
    assert!(said[0].message.contains("build metadata"), "{said:?}");
}

#[test]
fn what_thanks_and_allows_may_be_in_old_forms() {
    for (key, value) in [
        ("license", json!("ODbL-1.0")),
        ("licenses", json!("https://example.org/licence")),
        ("licenses", json!(["ODbL-1.0"])),
        ("licenses", json!([{"title": "Open Government Licence"}])),
        ("contributors", json!(["Ada"])),
        ("contributors", json!("Ada")),
        ("sources", json!(["https://example.org/"])),
    ] {
        assert_eq!(codes(&package(&json!({key: value})), &[]), ["stand-in"], "{key}: {value}");
    }
    for (key, value) in [
        ("license", json!({"type": "ODbL-1.0", "url": "https://example.org/"})),
        ("licenses", json!([])),
        ("contributors", json!([{"title": "Ada", "role": "boss"}])),
        ("keywords", json!("rivers")),
        ("image", json!(3)),
        ("homepage", json!("no address")),
    ] {
        assert!(codes(&package(&json!({key: value})), &[]).is_empty(), "{key}: {value}");
    }
    for (key, value) in [
        ("licenses", json!([{"email": "ada@example.org"}])),
        ("licenses", json!([[1]])),
        ("title", json!({"en": "Rivers", "x": 1})),
        ("description", json!(["a", "b"])),
        ("keywords", json!({"a": 1})),
        ("contributors", json!([[1]])),
    ] {
        assert!(!codes(&package(&json!({key: value})), &[]).is_empty(), "{key}: {value}");
    }
}

#[test]
fn licences_in_old_forms_are_those_of_the_release() {
    for license in
        [json!({"license": "ODbL-1.0"}), json!({"licenses": ["ODbL-1.0"]}), json!({"licenses": "ODbL-1.0"})]
    {
        let home = Scratch::of(&[
            ("datapackage.json", package(&license).to_string()),
            ("t.csv", "id,name\n1,a\n".to_owned()),
        ]);
        assert!(home.draft().1.is_some());
        let descriptor = std::fs::read_to_string(home.path().join("dist/draft/datapackage.json"));
        let descriptor: Value =
            serde_json::from_str(&descriptor.expect("it is written")).expect("it is JSON");
        assert_eq!(descriptor["licenses"][0]["name"], "ODbL-1.0");
    }
}

/// The package with the first resource, or the first field, changed.
fn changed(pointer: &str, key: &str, value: Value) -> Value {
    let mut package = package(&json!({}));
    package.pointer_mut(pointer).expect("it is there")[key] = value;
    package
}

#[test]
fn resources_and_fields_may_be_described_in_any_way() {
    const RESOURCE: &str = "/resources/0";
    const FIELD: &str = "/resources/0/schema/fields/0";
    for (pointer, key, value) in [
        (RESOURCE, "title", json!(["a"])),
        (RESOURCE, "description", json!({"a": 1})),
        (FIELD, "title", json!(["a"])),
        (FIELD, "description", json!({"en": "a"})),
        (FIELD, "example", json!({"a": 1})),
        (FIELD, "format", json!("any")),
        ("/resources/0/schema", "title", json!([])),
    ] {
        assert_eq!(codes(&changed(pointer, key, value), &[]).len(), 1, "{key}");
    }
    let mut nameless = package(&json!({}));
    nameless["resources"][0]["name"].take();
    assert_eq!(codes(&nameless, &[]), ["stand-in"]);
    for (pointer, key, value) in [
        (FIELD, "type", json!("intger")),
        (FIELD, "constraints", json!({"minimum": "x"})),
        (FIELD, "name", json!(null)),
        (FIELD, "constraints", json!({"enum": ["x"]})),
        (RESOURCE, "encoding", json!("klingon")),
        (RESOURCE, "path", json!("u.csv")),
        ("/resources/0/schema", "primaryKey", json!("nothing")),
        (RESOURCE, "dialect", json!({"delimiter": "::"})),
        (RESOURCE, "schema", json!("https://example.org/schema.json")),
    ] {
        let (said, rows) = said(&changed(pointer, key, value), &[]);
        assert!(
            rows.is_none() && said.iter().any(|problem| problem.severity == Severity::Error),
            "{key}: {said:?}"
        );
    }
}

#[test]
fn a_resource_that_is_no_table_is_left_out() {
    for resource in [
        json!({"name": "notes", "path": "notes.txt", "mediatype": "text/plain"}),
        json!({"name": "notes", "path": "notes.txt"}),
        json!({"name": "animals", "data": [{"animal": "a1"}]}),
        json!({"name": "animals", "data": {"animal": "a1"}}),
        json!({"name": "map", "path": "map.geojson", "schema": {"fields": [{"name": "name"}]}}),
        json!({"name": "map", "path": "map.json", "mediatype": "application/geo+json", "schema": {"fields": []}}),
        json!({"name": "picture", "path": "picture.png"}),
    ] {
        let mut package = package(&json!({}));
        package["resources"].as_array_mut().expect("a list").push(resource.clone());
        assert_eq!(codes(&package, &[]), ["left-out"], "{resource}");
    }
    let mut package = package(&json!({}));
    let unknown = json!({"name": "u", "path": "t.csv"});
    package["resources"].as_array_mut().expect("a list").push(unknown);
    let (said, rows) = said(&package, &[]);
    assert!(rows.is_none(), "the types of CSV without a schema would be guesses: {said:?}");
}

#[test]
fn a_schema_may_be_at_an_address_of_which_the_package_has_the_file() {
    let schema = package(&json!({}))["resources"][0]["schema"].to_string();
    for (address, path) in [
        ("https://example.org/standard/1.0/t-schema.json", "t-schema.json"),
        ("https://example.org/standard/1.0/t-schema.json?raw=true", "1.0/t-schema.json"),
        ("http://example.org/schemas/t.json#", "schemas/t.json"),
    ] {
        let package = changed("/resources/0", "schema", json!(address));
        assert_eq!(codes(&package, &[(path, schema.clone())]), ["stand-in"], "{address}");
        let (said, _) = said(&package, &[]);
        let name = path.rsplit('/').next().expect("a name");
        let help = said[0].help.as_deref().unwrap_or_default();
        assert!(said[0].severity == Severity::Error && help.contains(&format!("`{name}`")), "{said:?}");
    }
    for path in ["schemas/t.json", "./schemas/t.json"] {
        let package = changed("/resources/0", "schema", json!(path));
        assert!(codes(&package, &[("schemas/t.json", schema.clone())]).is_empty(), "{path}");
    }
    let dialect = changed("/resources/0", "dialect", json!("https://example.org/dialects/csv.json"));
    assert_eq!(codes(&dialect, &[("csv.json", json!({"delimiter": ","}).to_string())]), ["stand-in"]);
}

#[test]
fn a_resource_may_be_the_path_of_its_descriptor() {
    let mut all = package(&json!({}));
    let mut resource = all["resources"][0].take();
    for path in ["t.resource.json", "https://example.org/t.resource.json"] {
        all["resources"][0] = json!(path);
        let (told, rows) = said(&all, &[("t.resource.json", resource.to_string())]);
        assert_eq!(rows.as_deref(), Some(&["id | name".to_owned(), "1 | a".to_owned()][..]), "{told:#?}");
        assert_eq!(told.len(), usize::from(path.contains(':')), "{told:#?}");
    }
    let (told, rows) = said(&all, &[]);
    assert!(rows.is_none() && told[0].help.as_deref().is_some_and(|help| help.contains("`t.resource.json`")));
    // Records may stand in that file, and what is wrong there is told there.
    all["resources"][0] = json!("t.resource.json");
    resource.as_object_mut().expect("a mapping").remove("path");
    resource["data"] = json!([{"id": 7, "name": "b"}]);
    let (told, rows) = said(&all, &[("t.resource.json", resource.to_string())]);
    assert_eq!(rows.as_deref(), Some(&["id | name".to_owned(), "7 | b".to_owned()][..]), "{told:#?}");
    resource["data"][0]["id"] = json!("x");
    let (told, rows) = said(&all, &[("t.resource.json", resource.to_string())]);
    assert!(rows.is_none() && told[0].to_string().starts_with("t.resource.json:1:"), "{told:#?}");
    for (path, text) in
        [("../t.resource.json", "{}"), ("t.resource.json", "[]"), ("t.resource.json", "\"t.resource.json\"")]
    {
        all["resources"][0] = json!(path);
        let (told, rows) = said(&all, &[("t.resource.json", text.to_owned())]);
        assert!(rows.is_none() && told[0].severity == Severity::Error, "{told:#?}");
    }
}

/// What a table `t` of these fields with these data, in `t.json` or `t.csv`, is published as, and what is said.
fn published(path: &str, fields: &Value, data: &str) -> (Option<Vec<String>>, Vec<String>) {
    let mut package = package(&json!({}));
    package["resources"][0]["path"] = json!(path);
    package["resources"][0]["schema"]["fields"] = fields.clone();
    let home = Scratch::of(&[("datapackage.json", package.to_string()), (path, data.to_owned())]);
    let (checked, outcome) = home.draft();
    let said = checked.diagnostics.iter().map(Diagnostic::to_string).collect();
    (outcome.map(|_| home.draft_rows("t")), said)
}

#[test]
fn values_in_a_description_are_those_of_json() {
    let fields = json!([
        {"name": "rate", "type": "number", "decimalChar": ",", "groupChar": ".", "constraints": {"enum": [1.5, "2,5", 1000]}},
        {"name": "ok", "type": "boolean", "trueValues": ["ja"], "falseValues": ["nein"], "constraints": {"enum": [true]}},
        {"name": "n", "type": "integer", "constraints": {"minimum": 1.0, "enum": [1.0, 2e0]}},
        {"name": "grade", "type": "integer", "categories": [{"value": 7.0, "label": "seven"}, 8]},
    ]);
    let (rows, said) =
        published("t.csv", &fields, "rate,ok,n,grade\n\"1,5\",ja,1,7\n1.000,ja,2,8\n\"2,5\",,,\n");
    let expected = ["rate | ok | n | grade", "1.5 | true | 1 | 7", "1000.0 | true | 2 | 8", "2.5 |  |  | "];
    assert_eq!(rows.as_deref(), Some(&expected.map(str::to_owned)[..]), "{said:?}");
    let (rows, said) = published("t.csv", &fields, "rate,ok,n,grade\n\"1,6\",nein,3,9\n");
    assert!(rows.is_none());
    assert_eq!(said.iter().filter(|line| line.contains("not-in-enum")).count(), 4, "{said:?}");
}

#[test]
fn what_json_has_without_quotes_is_a_value_and_no_text() {
    let fields = json!([
        {"name": "n", "type": "integer", "groupChar": "."}, {"name": "x", "type": "number", "decimalChar": ",", "groupChar": "."},
        {"name": "ok", "type": "boolean", "trueValues": ["ja"], "falseValues": ["nein"]}, {"name": "y", "type": "year"},
        {"name": "list", "type": "list", "itemType": "integer"},
    ]);
    let records = [
        r#"{"n": 10.0, "x": 1.500, "ok": true, "y": 2010.0, "list": [1.0, 2]}"#,
        r#"{"n": 1.000, "x": 2, "ok": false, "y": 1e3, "list": [1e2]}"#,
        r#"{"n": "1.000", "x": "1.500,5", "ok": "ja", "y": "2010", "list": ["3"]}"#,
    ];
    let expected = [
        "n | x | ok | y | list",
        "10 | 1.5 | true | 2010 | 1; 2",
        "1 | 2.0 | false | 1000 | 100",
        "1000 | 1500.5 | true | 2010 | 3",
    ];
    for (path, data) in [("t.json", format!("[{}]", records.join(","))), ("t.ndjson", records.join("\n"))] {
        let (rows, said) = published(path, &fields, &data);
        assert_eq!(rows.as_deref(), Some(&expected.map(str::to_owned)[..]), "{path} {said:?}");
    }
    for record in [
        r#"{"n": 1.5}"#,
        r#"{"n": 1e-1}"#,
        r#"{"n": true}"#,
        r#"{"n": "10.0"}"#,
        r#"{"n": 1e19}"#,
        r#"{"list": [1.5]}"#,
    ] {
        let (rows, said) = published("t.ndjson", &fields, record);
        assert!(
            rows.is_none() && said.iter().any(|line| line.contains("error[wrong-type]")),
            "{record}: {said:?}"
        );
    }
    // Without quotes, delimited text has texts.
    assert!(published("t.csv", &fields, "n,x,ok,y,list\n10.0,1,ja,2010,1\n").0.is_none());
}

#[test]
fn further_keys_of_records_are_told_once_and_left_out() {
    let fields = json!([{"name": "id", "type": "integer"}, {"name": "name"}]);
    let records =
        [r#"{"id": 1, "name": "a"}"#, r#"{"id": 2, "note": "x", "nam": "b"}"#, r#"{"id": 3, "note": "y"}"#];
    for (path, data) in [("t.json", format!("[{}]", records.join(","))), ("t.ndjson", records.join("\n"))] {
        let (rows, said) = published(path, &fields, &data);
        assert_eq!(rows.map(|rows| rows.len()), Some(4), "{said:?}");
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(said.iter().all(|line| line.contains("warning[left-out]")), "{said:?}");
    }
    // The first record stands for the columns, as it does for the reference reader.
    let (rows, said) = published("t.ndjson", &fields, records[1]);
    assert!(rows.is_none() && said.iter().all(|line| line.contains("error[unknown-key]")), "{said:?}");
}
