//! The JSON Schemas of seed files: those of the starter are up to date, and they take what `check` takes.

use std::fs;
use std::path::Path;

use crate::scratch::Scratch;
use letterpress::editor::{self, TableSchema};
use letterpress::schema::{self, Location};
use serde_json::{Value, json};

/// The schemas of the project in `folder`.
fn schemas(folder: &Path) -> Vec<TableSchema> {
    let location = Location::find(folder).expect("there is a project");
    let (project, problems) = schema::load(&location, 1).expect("the machine works");
    editor::schemas(&project.unwrap_or_else(|| unreachable!("{problems:#?}")))
}

/// Whether the schema of a table takes a file that YAML reads as this value.
fn takes(folder: &Path, table: &str, file: &Value) -> bool {
    let schemas = schemas(folder);
    let schema = schemas.iter().find(|schema| schema.table == table).expect("the table has seeds");
    let schema: Value = serde_json::from_str(&schema.to_json()).expect("it is JSON");
    jsonschema::meta::validate(&schema).expect("it is a JSON Schema");
    jsonschema::validator_for(&schema).expect("it is a JSON Schema").is_valid(file)
}

fn here(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn the_starter_has_the_schemas_of_its_tables() {
    let starter = here("src/starter");
    let mut names: Vec<String> = fs::read_dir(starter.join(editor::FOLDER))
        .expect("it has schemas")
        .map(|entry| entry.expect("they can be listed").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let mut made: Vec<String> = schemas(&starter).iter().map(TableSchema::file_name).collect();
    made.sort();
    assert_eq!(names, made);
    for schema in schemas(&starter) {
        let path = starter.join(editor::FOLDER).join(schema.file_name());
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&path, schema.to_json()).expect("it can be written");
        }
        let written = fs::read_to_string(&path).expect("it can be read");
        assert_eq!(written, schema.to_json(), "UPDATE_GOLDEN=1 rewrites {}", path.display());
    }
    let settings = fs::read_to_string(starter.join(".vscode/settings.json")).expect("it has settings");
    let settings: Value = serde_json::from_str(&settings).expect("they are JSON");
    let assigned: Vec<&String> = settings["yaml.schemas"].as_object().expect("a mapping").keys().collect();
    assert!(names.iter().all(|name| assigned.iter().any(|path| path.ends_with(name))), "{assigned:?}");
}

#[test]
fn records_of_the_starter_are_taken_and_mistakes_are_not() {
    let starter = here("src/starter");
    let flood = json!({
        "flood_id": "fld-1795-great", "place": {"gauge": "gau-abbots-ferry"}, "kind": "rain-snow", "began_edtf": 1795,
        "peak_m": 8.4, "names": ["Great Flood"], "reports": [{"source": "src-flood-book-1", "page": 12}]
    });
    let floods = |file: &Value| takes(&starter, "floods", file);
    assert!(floods(&flood));
    assert!(floods(&json!([flood, flood])));
    assert!(floods(&Value::Null));
    for (path, value) in [
        ("/kind", json!("rian")),
        ("/flood_id", json!("flood 1")),
        ("/place", json!({"guage": "x"})),
        ("/place/gauge", Value::Null),
        ("/peak_m", json!("high")),
        ("/peak_m", json!([1])),
        ("/names", json!("Great Flood")),
        ("/reports/0", json!({"source": "src-flood-book-1", "leaf": 1})),
        ("/reports/0", json!({"page": 1})),
    ] {
        let mut wrong = flood.clone();
        *wrong.pointer_mut(path).expect("the flood has it") = value;
        assert!(!floods(&wrong), "{path}: {wrong}");
        assert!(!floods(&json!([wrong])), "{path}: in a list");
    }
    let mut misspelt = flood.clone();
    misspelt["peek_m"] = json!(1);
    assert!(!floods(&misspelt));
}

#[test]
fn codes_come_with_what_they_mean() {
    let floods =
        schemas(&here("src/starter")).into_iter().find(|s| s.table == "floods").expect("there are floods");
    let schema: Value = serde_json::from_str(&floods.to_json()).expect("it is JSON");
    let kind = &schema["$defs"]["floods"]["properties"]["kind"];
    assert_eq!(kind["enum"], json!(["rain", "rain-snow", "ice-jam"]));
    assert_eq!(kind["enumDescriptions"][0], json!("Rain: Caused by rainfall."));
}

#[test]
fn keyed_ignored_and_scalar_records_are_taken_as_foreign_projects_write_them() {
    let countries = here("tests/foreign/countries");
    for schema in schemas(&countries) {
        let value: Value = serde_json::from_str(&schema.to_json()).expect("it is JSON");
        jsonschema::meta::validate(&value).expect("it is a JSON Schema");
    }
    let folder = Scratch::project();
    folder.write(
        "schema/tables/towns.yaml",
        "fields:\n  - {name: code}\n  - {name: people, type: integer, missingValues: [\"\", unknown]}\n  - {name: no, type: boolean}\n\
         primaryKey: [code]\nletterpress: {keyed: true, ignore: [mayor]}\n",
    );
    folder.write(
        "schema/tables/streets.yaml",
        "fields:\n  - {name: code}\n  - {name: number, type: integer, letterpress: {from: \"@index\"}}\n\
         \x20 - {name: street, constraints: {required: true}, letterpress: {from: \".\"}}\nprimaryKey: [code, number]\n\
         foreignKeys: [{fields: [code], reference: {resource: towns, fields: [code]}}]\n\
         letterpress: {nested: {in: towns, as: streets}}\n",
    );
    let towns = |file: Value| takes(folder.path(), "towns", &file);
    assert!(towns(
        json!({"HEREFORD": {"people": 7, "mayor": {"name": "x"}, "streets": ["High Street", 12]}})
    ));
    assert!(towns(json!({"ROSS": {"people": "unknown", "no": true}, "YOR": null})));
    assert!(!towns(json!({"ROSS": {"people": "many"}})));
    assert!(!towns(json!({"ROSS": {"code": "ROSS"}})), "the key is the record's own");
    assert!(!towns(json!({"ROSS": {"mayer": 1}})));
    folder.write(
        "schema/tables/bridges.yaml",
        "fields:\n  - {name: code}\n  - {name: since, letterpress: {from: built.year}}\n  - {name: by, letterpress: {from: owner.name}}\n\
         primaryKey: [code]\nletterpress: {records: result.items, ignore: [built, \"owner.*.place\"]}\n",
    );
    let bridges = |items: Value| {
        takes(folder.path(), "bridges", &json!({"all": 1, "result": {"items": items, "next": 2}}))
    };
    assert!(bridges(json!([{"code": "a", "built": {"year": "1795", "how": {"x": 1}}}])));
    assert!(bridges(json!({"code": "a", "owner": {"name": "b"}})));
    assert!(!bridges(json!({"code": "a", "owner": {"name": "b", "place": "c"}})));
    assert!(
        !takes(folder.path(), "bridges", &json!([{"code": "a"}])),
        "the records are under `result.items`"
    );
}
