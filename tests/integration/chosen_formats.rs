//! Which formats a release has: those that are asked for, and none that does not exist.

use std::fs;
use std::path::Path;

use crate::scratch::Scratch;
use letterpress::publish::{self, Build, BuildOptions, Outcome};

const PACKAGE: &str = r#"{"name": "t", "version": "1.0.0", "created": "2026-11-22",
 "letterpress": {"formats": ["csv", "FORMAT"]},
 "resources": [{"name": "t", "path": "t.csv", "schema": {"fields": [{"name": "id"}]}}]}"#;

fn package(format: &str) -> Scratch {
    Scratch::empty().file("datapackage.json", PACKAGE.replace("FORMAT", format)).file("t.csv", "id\na\n")
}

fn asked_for(formats: Option<&[&str]>) -> BuildOptions {
    let draft = BuildOptions::default();
    match formats {
        Some(names) => draft.formats(names.iter().copied()),
        None => draft,
    }
}

fn folders(home: &Path) -> Vec<String> {
    let entries = fs::read_dir(home.join("dist/draft/data")).expect("it was published");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("it can be listed").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_format_that_is_asked_for_and_does_not_exist_is_an_error_before_anything_is_read() {
    let home = package("parquet");
    let refused = publish::build(home.path(), &asked_for(Some(&["csv", "parqet"])), &());
    let message = refused.expect_err("there is no such format").to_string();
    assert_eq!(message, "there is no format `parqet`: did you mean `parquet`?");
    assert!(!home.path().join("dist").exists());
}

#[test]
fn a_format_that_a_descriptor_asks_for_is_told_at_its_place_there() {
    let home = package("parqet");
    let Build { checked, outcome, .. } =
        publish::build(home.path(), &asked_for(None), &()).expect("the machine works");
    assert!(matches!(outcome, Outcome::Stopped));
    let said: Vec<String> = checked.diagnostics.iter().map(ToString::to_string).collect();
    assert!(
        said[0].starts_with("datapackage.json:2:37: error[invalid-value]: there is no format `parqet`"),
        "{said:?}"
    );
}

#[test]
fn formats_are_those_asked_for_else_those_of_the_data_set() {
    let home = package("parquet");
    for (asked, expected) in
        [(None, ["csv", "parquet"].as_slice()), (Some(["jsonld"].as_slice()), &["jsonld"])]
    {
        let Build { checked, outcome, .. } =
            publish::build(home.path(), &asked_for(asked), &()).expect("the machine works");
        assert!(matches!(outcome, Outcome::Draft(_)), "{:?}", checked.diagnostics);
        assert_eq!(folders(home.path()), expected);
    }
}

#[test]
fn what_a_format_cannot_hold_stops_a_release_in_that_format_alone() {
    let schema = "fields: [{name: id}, {name: kind, letterpress: {property: \"kind:of\"}}]\n";
    let home = Scratch::project().file("schema/tables/t.yaml", schema).file("seeds/t.yaml", "- {id: a}\n");
    let build = |formats| publish::build(home.path(), &asked_for(formats), &()).expect("the machine works");
    let Build { checked, outcome, .. } = build(None);
    assert!(matches!(outcome, Outcome::Stopped));
    assert_eq!(checked.diagnostics[0].code, "prefix-clash", "{:?}", checked.diagnostics);
    let Build { checked, outcome, .. } = build(Some(&["csv", "parquet"]));
    assert_eq!(checked.diagnostics, []);
    assert!(matches!(outcome, Outcome::Draft(_)));
}
