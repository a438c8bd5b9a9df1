//! What the documents about a release say, of projects that were made for it. (`conformance.sh` asks the real validators.)

use crate::scratch::Scratch;
use letterpress::code_counts::CodeCounts;
use letterpress::descriptors::{DESCRIPTORS, Described, Document};
use letterpress::digest::Digest;
use letterpress::release::{Previous, TableFile, TableRecord};
use letterpress::schema::{self, Project};
use letterpress::staging::Artifact;
use serde_json::{Value, json};

/// A project with two tables, one of which refers to the other in every way.
const DATASET: &str = "
name: floods
title: Floods
version: 1.1.0
created: 2026-11-22
licenses: [{name: CC0-1.0, path: https://creativecommons.org/publicdomain/zero/1.0/}]
contributors: [{givenName: Ada, familyName: Wye, email: ada@wye.example, roles: [creator]}]
sources: [{title: Books, path: https://wye.example/books}]
";
const GAUGES: &str = "
fields:
  - {name: gauge_id, type: string, letterpress: {from: id}}
  - {name: opened, type: date, format: '%d.%m.%Y', constraints: {minimum: 01.02.1990, enum: [03.02.1990, 04.02.1990]}}
  - {name: since, type: year, constraints: {exclusiveMaximum: 2030}}
  - {name: phone, type: string, constraints: {pattern: '[+][0-9]+'}}
  - {name: note, type: string, constraints: {required: true}, missingValues: [n/a]}
primaryKey: [gauge_id]
";
const FLOODS: &str = "
fields:
  - {name: flood-id, type: string}
  - {name: sure, type: string, constraints: {required: true}}
  - {name: perhaps, type: string}
  - {name: kinds, type: list, letterpress: {vocabulary: kind}}
  - {name: kind, type: string, letterpress: {vocabulary: kind}}
  - {name: after, type: string, constraints: {required: true}}
primaryKey: [flood-id]
foreignKeys:
  - {fields: [sure], reference: {resource: gauges, fields: [gauge_id]}}
  - {fields: [perhaps], reference: {resource: gauges, fields: [gauge_id]}}
  - {fields: [after], reference: {fields: [flood-id]}}
";
const KIND: &str = "codes: [{code: rain, label: Rain}, {code: a.b-c}]";

fn project(options: &str) -> Project {
    Scratch::empty()
        .dataset(&format!(
            "{DATASET}letterpress: {{{options}}}
"
        ))
        .table("gauges", GAUGES)
        .table("floods", FLOODS)
        .vocabulary("kind", KIND)
        .load()
}

/// The documents that the descriptor `name` makes of a project whose tables are published in so many parts.
fn documents(project: &Project, name: &str, parts: usize) -> Vec<Document> {
    let path = |folder: &str, table: &str, part| match parts {
        1 => format!("data/{folder}/{table}.{folder}"),
        _ => format!("data/{folder}/{table}-{part:05}-of-{parts:05}.{folder}"),
    };
    let record = |table: &schema::Table| TableRecord {
        files: ["csv", "parquet"]
            .iter()
            .flat_map(|folder| {
                (1..=parts).map(|part| TableFile::new(path(folder, &table.name, part), *folder))
            })
            .collect(),
        ..TableRecord::new(&table.name, 2, Digest::of(table.name.as_bytes()))
    };
    let tables: Vec<TableRecord> = project.tables.iter().map(record).collect();
    let file = |TableFile { path, .. }: &TableFile| Artifact {
        path: path.clone(),
        bytes: 7,
        sha256: Digest::of(path.as_bytes()),
        media_type: if path.ends_with("csv") { "text/csv" } else { "application/vnd.apache.parquet" }
            .to_owned(),
    };
    let mut files: Vec<Artifact> = tables.iter().flat_map(|table| table.files.iter().map(file)).collect();
    files.sort_by(|a, b| a.path.as_bytes().cmp(b.path.as_bytes()));
    let previous = Previous { version: semver::Version::new(1, 0, 0), id: Digest::of(b"before") };
    let uses = vec![CodeCounts::default(); tables.len()];
    let previous = Some(&previous);
    let described =
        Described { project, is_draft: false, previous, tables: &tables, uses: &uses, files: &files };
    let descriptor =
        DESCRIPTORS.iter().find(|descriptor| descriptor.name() == name).expect("it is in the slice");
    descriptor.documents(&described)
}

/// The only document of a descriptor, as JSON.
fn document(project: &Project, name: &str, parts: usize) -> Value {
    let documents = documents(project, name, parts);
    assert_eq!(documents.len(), 1, "documents of {name}");
    serde_json::from_slice(&documents[0].bytes).expect("it is JSON")
}

/// The item of a list whose `key` is `value`.
fn find<'a>(list: &'a Value, key: &str, value: &str) -> &'a Value {
    let items = list.as_array().expect("it is a list");
    let found = items.iter().find(|item| item[key] == value);
    assert!(found.is_some(), "no {key} {value} in {list:#}");
    found.unwrap_or(&Value::Null)
}

#[test]
fn limits_and_codes_are_told_as_they_are_published() {
    let project = project("");
    let package = document(&project, "datapackage", 1);
    let fields = &find(&package["resources"], "name", "gauges")["schema"]["fields"];
    let opened = json!({"minimum": "1990-02-01", "enum": ["1990-02-03", "1990-02-04"]});
    assert_eq!(find(fields, "name", "opened")["constraints"], opened);
    let since = find(fields, "name", "since");
    assert_eq!(
        (&since["type"], &since["constraints"]),
        (&json!("integer"), &json!({"exclusiveMaximum": 2030}))
    );
    let fields = &find(&package["resources"], "name", "floods")["schema"]["fields"];
    let kind = find(fields, "name", "kind");
    assert_eq!(kind["constraints"], json!({"enum": ["rain", "a.b-c"]}));
    assert_eq!(kind["categories"], json!([{"value": "rain", "label": "Rain"}, {"value": "a.b-c"}]));
    let kinds = find(fields, "name", "kinds");
    assert_eq!((&kinds["type"], &kinds["constraints"]), (&json!("string"), &Value::Null));
    let csvw = document(&project, "csvw", 1);
    let columns = &find(&csvw["tables"], "url", "floods.csv")["tableSchema"]["columns"];
    assert_eq!(find(columns, "name", "kind")["datatype"]["format"], r"^(?:rain|a\.b-c)$");
    assert_eq!(find(columns, "name", "kinds")["separator"], "; ");
}

#[test]
fn an_empty_text_is_a_value_only_where_the_schema_says_so_and_none_is_missing() {
    let project = project("");
    let package = document(&project, "datapackage", 1);
    let fields = &find(&package["resources"], "name", "gauges")["schema"]["fields"];
    assert_eq!(find(fields, "name", "note")["missingValues"], json!([]));
    assert_eq!(find(fields, "name", "phone")["missingValues"], Value::Null);
    let csvw = document(&project, "csvw", 1);
    let columns = &find(&csvw["tables"], "url", "gauges.csv")["tableSchema"]["columns"];
    assert_eq!(find(columns, "name", "note")["null"], json!([]));
}

#[test]
fn a_reference_that_may_be_missing_is_none_in_csvw() {
    let project = project("");
    let csvw = document(&project, "csvw", 1);
    let schema = &find(&csvw["tables"], "url", "floods.csv")["tableSchema"];
    let expected = json!([
        {"columnReference": ["sure"], "reference": {"resource": "gauges.csv", "columnReference": ["gauge_id"]}},
        {"columnReference": ["after"], "reference": {"resource": "floods.csv", "columnReference": ["flood%2Did"]}},
    ]);
    assert_eq!(schema["foreignKeys"], expected);
    assert_eq!(schema["primaryKey"], json!(["flood%2Did"]));
    let package = document(&project, "datapackage", 1);
    let expected = json!([
        {"fields": ["sure"], "reference": {"resource": "gauges", "fields": ["gauge_id"]}},
        {"fields": ["perhaps"], "reference": {"resource": "gauges", "fields": ["gauge_id"]}},
        {"fields": ["after"], "reference": {"fields": ["flood-id"]}},
    ]);
    for resource in ["floods", "floods.parquet"] {
        assert_eq!(find(&package["resources"], "name", resource)["schema"]["foreignKeys"], expected);
    }
}

#[test]
fn a_table_in_parts_is_described_part_by_part() {
    let project = project("");
    let csvw = document(&project, "csvw", 2);
    let first = find(&csvw["tables"], "url", "floods-00001-of-00002.csv");
    let second = find(&csvw["tables"], "url", "floods-00002-of-00002.csv");
    assert_eq!(first["tableSchema"], second["tableSchema"]);
    assert_eq!(first["tableSchema"]["foreignKeys"], Value::Null, "a reference names one file");
    let package = document(&project, "datapackage", 2);
    let csv = find(&package["resources"], "name", "floods");
    let paths = json!(["data/csv/floods-00001-of-00002.csv", "data/csv/floods-00002-of-00002.csv"]);
    assert_eq!((&csv["path"], &csv["hash"], &csv["bytes"]), (&paths, &Value::Null, &Value::Null));
    assert_eq!(csv["schema"]["foreignKeys"][2]["reference"], json!({"fields": ["flood-id"]}));
    let parquet = find(&package["resources"], "name", "floods.parquet.00002");
    assert_eq!(parquet["path"], "data/parquet/floods-00002-of-00002.parquet");
    let whole = json!({"resource": "floods", "fields": ["flood-id"]});
    assert_eq!(parquet["schema"]["foreignKeys"][2]["reference"], whole, "a part has not every row");
}

#[test]
fn what_the_formula_guard_alters_is_described_as_plain_text() {
    let project = project("csv: {formula_guard: true}");
    let package = document(&project, "datapackage", 1);
    let phone = |resource: &str| {
        let fields = &find(&package["resources"], "name", resource)["schema"]["fields"];
        find(fields, "name", "phone")["constraints"].clone()
    };
    assert_eq!(phone("gauges"), Value::Null);
    assert_eq!(phone("gauges.parquet"), json!({"pattern": "[+][0-9]+"}));
    let keys =
        |resource: &str| find(&package["resources"], "name", resource)["schema"]["foreignKeys"].clone();
    assert_eq!(keys("floods").as_array().map(Vec::len), Some(3), "the guard is on both sides");
    let itself = json!([{"fields": ["after"], "reference": {"fields": ["flood-id"]}}]);
    assert_eq!(keys("floods.parquet"), itself, "and on one side only");
    let csvw = document(&project, "csvw", 1);
    let columns = &find(&csvw["tables"], "url", "gauges.csv")["tableSchema"]["columns"];
    assert_eq!(find(columns, "name", "phone")["datatype"], json!({"base": "string"}));
}

#[test]
fn a_bag_lists_its_payload_and_how_large_it_is() {
    let project = project("");
    let documents = documents(&project, "bagit", 1);
    let paths: Vec<&str> = documents.iter().map(|document| document.path.as_str()).collect();
    assert_eq!(paths, ["bagit.txt", "bag-info.txt", "manifest-sha256.txt"]);
    let info = String::from_utf8_lossy(&documents[1].bytes);
    for line in ["Source-Organization: Ada Wye", "Bagging-Date: 2026-11-22", "Payload-Oxum: 42.6"] {
        assert!(info.lines().any(|found| found == line), "{info}");
    }
    assert_eq!(String::from_utf8_lossy(&documents[2].bytes).lines().count(), 6);
}

#[test]
fn a_record_as_json_meets_the_schema_of_its_table() {
    let project = project("");
    let documents = documents(&project, "json_schema", 1);
    let floods = documents.iter().find(|document| document.path == "metadata/schema/floods.schema.json");
    let schema: Value =
        serde_json::from_slice(&floods.expect("each table has one").bytes).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a JSON Schema");
    let good = json!({"flood-id": "f1", "sure": "g1", "perhaps": null, "kinds": ["rain"], "kind": "a.b-c", "after": "f1"});
    assert!(validator.is_valid(&good));
    assert!(validator.is_valid(&json!({"flood-id": "f1", "sure": "g1", "after": "f1"})));
    for (key, value) in [
        ("sure", Value::Null),
        ("kind", json!("snow")),
        ("kinds", json!(["snow"])),
        ("kinds", json!("rain")),
        ("sure", json!(7)),
        ("unknown", json!("x")),
    ] {
        let mut bad = good.clone();
        bad[key] = value;
        assert!(!validator.is_valid(&bad), "{bad}");
    }
}

#[test]
fn a_catalogue_entry_needs_an_address() {
    assert_eq!(documents(&project(""), "dcat", 1), []);
    let project = project("base_url: https://wye.example/data/");
    let entry = document(&project, "dcat", 1);
    assert_eq!(entry["@id"], "https://wye.example/data/1.1.0/");
    assert_eq!(entry["dcat:previousVersion"], json!({"@id": "https://wye.example/data/1.0.0/"}));
    let id = "https://wye.example/data/1.1.0/data/csv/floods.csv";
    let csv = find(&entry["dcat:distribution"], "@id", id);
    assert_eq!(csv["dcat:downloadURL"], json!({"@id": id}));
    let digest = Digest::of(b"data/csv/floods.csv").to_string();
    assert_eq!(csv["spdx:checksum"]["spdx:checksumValue"]["@value"], digest);
    let schemas = documents(&project, "json_schema", 1);
    let schema: Value = serde_json::from_slice(&schemas[0].bytes).expect("it is JSON");
    assert!(
        schema["$id"].as_str().is_some_and(|id| id.starts_with("https://wye.example/data/1.1.0/metadata/"))
    );
}

#[test]
fn a_citation_record_names_people_and_what_the_data_set_came_from() {
    let mut project = project("base_url: https://wye.example/data/");
    let record = document(&project, "datacite", 1);
    let ada = json!([{"name": "Wye, Ada", "nameType": "Personal", "givenName": "Ada", "familyName": "Wye"}]);
    assert_eq!((&record["creators"], &record["publisher"]["name"]), (&ada, &json!("Ada Wye")));
    assert_eq!((&record["publicationYear"], &record["doi"]), (&json!("2026"), &Value::Null));
    let relations: Vec<&Value> = record["relatedIdentifiers"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|related| &related["relationType"])
        .collect();
    assert_eq!(relations, ["IsDerivedFrom", "IsNewVersionOf"]);
    project.dataset.id = Some("https://doi.org/10.5281/example.1".to_owned());
    assert_eq!(document(&project, "datacite", 1)["doi"], "10.5281/example.1");
    project.dataset.id = Some("wye-1".to_owned());
    let other = document(&project, "datacite", 1);
    assert_eq!(
        (&other["doi"], &other["alternateIdentifiers"][0]["alternateIdentifier"]),
        (&Value::Null, &json!("wye-1"))
    );
    project.dataset.contributors.clear();
    assert_eq!(documents(&project, "datacite", 1), [], "nobody is named");
}

#[test]
fn the_table_of_standards_is_that_of_the_slice() {
    let mut project = project("base_url: https://wye.example/data/");
    project.dataset.description =
        Some("Every flood of the Wye that a book tells of, with what it says.".to_owned());
    let page = include_str!("../../docs/descriptors.md");
    let rows = page.lines().skip_while(|line| !line.starts_with("| ---")).skip(1);
    let rows: Vec<&str> = rows.take_while(|line| line.starts_with('|')).collect();
    let expected = DESCRIPTORS.iter().map(|descriptor| {
        let mut files: Vec<String> = Vec::new();
        for document in documents(&project, descriptor.name(), 1) {
            let tables = project.tables.iter().map(|table| format!("/{}.", table.name));
            let file = tables.fold(document.path, |path, table| path.replace(&table, "/<table>."));
            if !files.contains(&file) {
                files.push(file);
            }
        }
        let files: Vec<String> = files.iter().map(|file| format!("`{file}`")).collect();
        format!("| {} | {} | ", descriptor.standard(), files.join(" "))
    });
    let expected: Vec<String> = expected.collect();
    assert_eq!(rows.len(), expected.len(), "{expected:#?}");
    for (row, expected) in rows.iter().zip(&expected) {
        assert!(row.starts_with(expected) && row.len() > expected.len() + 2, "{row}\n{expected}");
    }
}
