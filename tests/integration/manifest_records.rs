//! What the manifest says of tables is what the schema says of them.

use crate::scratch::Scratch;
use serde_json::{Value, json};

const TABLE: &str = r#"{fields: [
  {name: id, type: integer}, {name: began_edtf, letterpress: {edtf: true}}, {name: kind, letterpress: {vocabulary: kinds}},
  {name: height, type: number, letterpress: {decimal: [10, 2]}}, {name: near, type: list, itemType: integer},
  {name: at, type: datetime, letterpress: {zone: none}}],
  primaryKey: [id], foreignKeys: [{fields: [near], reference: {resource: "", fields: [id]}}]}"#;
const NOTES: &str = r#"{fields: [{name: id, type: integer}, {name: number, type: integer, letterpress: {from: "@index"}}, {name: text}],
  primaryKey: [id, number], foreignKeys: [{fields: [id], reference: {resource: floods, fields: [id]}}],
  letterpress: {nested: {in: floods, as: notes}}}"#;

#[test]
fn keys_types_positions_and_files_are_told() {
    // A row more than one part has.
    let rest: String = (3..=2_049).map(|id| format!("- {{id: {id}}}\n")).collect();
    let floods = "- {id: 1, began_edtf: 1795~, kind: rain, height: 1.50, near: [2], at: 2026-11-22T10:00:00, notes: [{text: a}]}\n- {id: 2}\n";
    let home = Scratch::of(&[
        (
            "schema/dataset.yaml",
            "{name: t, version: 1.0.0, created: 2026-11-22, letterpress: {part_rows: 2048}}",
        ),
        ("schema/tables/floods.yaml", TABLE),
        ("schema/tables/notes.yaml", NOTES),
        ("schema/vocabularies/kinds.yaml", "{codes: [{code: rain, label: Rain}]}"),
        ("schema/views/high.yaml", "{fields: [{name: id, type: integer}], primaryKey: [id]}"),
        ("schema/views/high.sql", "select id from floods"),
        ("seeds/floods.yaml", &format!("{floods}{rest}")),
    ]);
    let (checked, outcome) = home.draft();
    assert!(outcome.is_some(), "{:#?}", checked.diagnostics);
    let bytes = home.read("dist/draft/manifest.json");
    let manifest: Value = serde_json::from_slice(&bytes).expect("it is JSON");
    let table = |name: &str| {
        let tables = manifest["tables"].as_array().expect("a list");
        tables.iter().find(|table| table["name"] == name).expect("it is published").clone()
    };
    let floods = table("floods");
    assert_eq!(floods["primary_key"], json!(["id"]));
    assert_eq!(
        floods["foreign_keys"],
        json!([{"columns": ["near"], "table": "floods", "references": ["id"]}])
    );
    let edtf = |name: &str, kind: &str, holds: &str| json!({"name": name, "type": kind, "edtf": {"of": "began_edtf", "holds": holds}});
    let expected = json!([
        {"name": "id", "type": "integer", "required": true},
        edtf("began_edtf", "text", "value"),
        edtf("began_earliest", "date", "earliest"),
        edtf("began_latest", "date", "latest"),
        edtf("began_precision", "text", "precision"),
        edtf("began_qualifier", "text", "qualifier"),
        {"name": "kind", "type": "text", "vocabulary": "kinds"},
        {"name": "height", "type": "decimal(10, 2)"},
        {"name": "near", "type": "list<integer>"},
        {"name": "at", "type": "local-datetime"},
    ]);
    assert_eq!(floods["columns"], expected);
    assert_eq!(
        table("notes")["columns"][1],
        json!({"name": "number", "type": "integer", "required": true, "position": true})
    );
    assert_eq!(table("notes").get("derived"), None);
    assert_eq!(table("high")["derived"], json!(true));
    let files = floods["files"].as_array().expect("a list");
    let told = |file: &Value| (file["format"].clone(), file["part"].clone());
    let expected = ["csv", "parquet", "jsonld"]
        .iter()
        .flat_map(|format| [1, 2].map(|part| (json!(format), json!(part))));
    assert!(files.iter().map(told).eq(expected), "{files:?}");
    assert_eq!(table("vocabularies")["files"][0].get("part"), None);
    for file in manifest["files"].as_array().expect("a list") {
        let path = file["path"].as_str().expect("a path");
        let holds = manifest["tables"].as_array().expect("a list").iter().filter(|table| {
            table["files"].as_array().expect("a list").iter().any(|file| file["path"] == path)
        });
        let names: Vec<Value> = holds.map(|table| table["name"].clone()).collect();
        assert_eq!(file.get("tables").cloned().unwrap_or(json!([])), json!(names), "{path}");
    }
}
