//! `docs/manifest.schema.json` says of a manifest what the code does.

use std::fs;

use crate::sample::{new_output, version};
use serde_json::{Value, json};

pub(crate) fn schema() -> jsonschema::Validator {
    let text = include_str!("../../docs/manifest.schema.json");
    let schema: Value = serde_json::from_str(text).expect("the schema is JSON");
    jsonschema::draft202012::meta::validate(&schema).expect("the schema is one");
    jsonschema::draft202012::new(&schema).expect("the schema can be used")
}

/// The manifests of a first release, one after it, and a draft.
fn manifests() -> Vec<Value> {
    let (_home, out) = new_output();
    for build in [version("1.0.0"), version("1.1.0-rc.1"), version("1.1.0").draft()] {
        build.publish(&out).expect("nothing forbids it");
    }
    ["1.0.0", "1.1.0-rc.1", "draft"]
        .iter()
        .map(|name| {
            let bytes = fs::read(out.join(name).join("manifest.json")).expect("it is there");
            serde_json::from_slice(&bytes).expect("it is JSON")
        })
        .collect()
}

#[test]
fn what_the_code_writes_is_valid() {
    let schema = schema();
    for manifest in manifests() {
        let errors: Vec<String> = schema.iter_errors(&manifest).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

#[test]
fn damaged_manifests_are_not() {
    let schema = schema();
    let whole = manifests().swap_remove(1);
    let digest = "0".repeat(64);
    for (pointer, value) in [
        ("/format", json!("letterpress-release/1 sha256")),
        ("/content_digest_rule", json!("letterpress-content/1")),
        ("/name", json!("../x")),
        ("/version", json!("1.0")),
        ("/version", json!("1.0.0+build")),
        ("/created", json!("28.2.2026")),
        ("/previous", json!("1.0.0")),
        ("/previous/id", json!(digest)),
        ("/tables/0/rows", json!(-1)),
        ("/tables/0/rows", json!(1.5)),
        ("/tables/0/content_digest", json!(format!("md5:{digest}"))),
        ("/tables/0/columns", json!([{"name": "id"}])),
        ("/tables/0/columns", json!([{"name": "id", "type": "decimal"}])),
        ("/tables/0/columns", json!([{"name": "id", "type": "text", "required": false}])),
        ("/tables/0/columns", json!([{"name": "id", "type": "text", "edtf": {"of": "id", "holds": "day"}}])),
        ("/tables/0/primary_key", json!(["id", "id"])),
        ("/tables/0/files", json!(["data/csv/events.csv"])),
        ("/tables/0/files/0/path", json!("../secret")),
        ("/files/0/path", json!("../secret")),
        ("/files/0/path", json!("a//b")),
        ("/files/0/path", json!(".hidden")),
        ("/files/0/path", json!("dot.")),
        ("/files/0/path", json!("a".repeat(129))),
        ("/files/0/path", json!("a/b/c/d/e/f/g/h/i")),
        ("/files/0/path", json!("SHA256SUMS")),
        ("/files/0/bytes", json!("9")),
        ("/files/0/sha256", json!("A".repeat(64))),
        ("/files/0/sha256", json!(format!("sha256:{digest}"))),
    ] {
        let mut damaged = whole.clone();
        *damaged.pointer_mut(pointer).expect("the manifest has it") = value.clone();
        assert!(!schema.is_valid(&damaged), "{pointer}: {value}");
    }
}

#[test]
fn no_key_may_be_added_or_left_out() {
    let schema = schema();
    let whole = manifests().swap_remove(1);
    for pointer in
        ["", "/previous", "/tool", "/tables/0", "/tables/0/columns/0", "/tables/0/files/0", "/files/0"]
    {
        let object = |manifest: &mut Value| {
            manifest.pointer_mut(pointer).and_then(Value::as_object_mut).expect("it is an object").clone()
        };
        let mut damaged = whole.clone();
        let keys: Vec<String> = object(&mut damaged).keys().cloned().collect();
        for key in keys.iter().filter(|key| *key != "title") {
            let mut damaged = whole.clone();
            let inner = damaged.pointer_mut(pointer).and_then(Value::as_object_mut).expect("it is an object");
            inner.remove(key);
            assert!(!schema.is_valid(&damaged), "{pointer} without {key}");
        }
        let inner = damaged.pointer_mut(pointer).and_then(Value::as_object_mut).expect("it is an object");
        inner.insert("colour".to_owned(), json!("red"));
        assert!(!schema.is_valid(&damaged), "{pointer} with another key");
    }
    let mut draft = whole;
    draft["draft"] = json!(false);
    assert!(!schema.is_valid(&draft), "`draft` is true or absent");
}
