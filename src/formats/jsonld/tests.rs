//! What nodes and contexts look like; `docs/jsonld.md` explains it.

use serde_json::{Value, json};

use super::*;
use crate::diagnostic::Place;
use crate::formats::tests::published;
use crate::schema::{Term, fixture};

fn addresses() -> Project {
    fixture::project(Some("https://wye.example/id/"))
}

fn document(project: &Project, table: usize) -> Value {
    serde_json::from_slice(&published(project, table, "jsonld")).expect("a JSON document")
}

/// One member of the node in `row`.
fn member(project: &Project, table: usize, row: usize, key: &str) -> Value {
    document(project, table)["@graph"][row][key].clone()
}

#[test]
fn each_node_stands_on_a_line_of_its_own() {
    let text = String::from_utf8(published(&addresses(), fixture::GAUGES, "jsonld")).expect("UTF-8");
    let lines: Vec<&str> = text.split('\n').collect();
    assert!(
        lines[0].starts_with("{\"@context\": {\"@version\":1.1,\"@vocab\":\"https://wye.example/id/terms/\"")
    );
    assert_eq!(
        lines[1..],
        [
            "\"@graph\": [",
            r#"{"@id":"https://wye.example/id/gauges/a%20b","@type":"gauges","gauge_id":"a b","name":"Høy \"bro\", £5"},"#,
            r#"{"@id":"https://wye.example/id/gauges/gau-1","@type":"gauges","gauge_id":"gau-1"}"#,
            "]}",
            "",
        ]
    );
}

#[test]
fn blocks_are_joined_into_one_array() {
    let document = document(&addresses(), fixture::LEVELS);
    let nodes = document["@graph"].as_array().expect("an array");
    assert_eq!(nodes.len(), 150_000);
    assert_eq!(nodes[65_536]["level_no"], 65_536);
}

#[test]
fn a_table_without_rows_is_a_document() {
    assert_eq!(document(&addresses(), fixture::EMPTY)["@graph"], json!([]));
}

#[test]
fn a_plain_key_resolves_against_its_table() {
    let project = addresses();
    assert_eq!(member(&project, fixture::FLOODS, 0, "gauge_id"), "gau-1");
    let term = &document(&project, fixture::FLOODS)["@context"]["gauge_id"];
    assert_eq!(term["@context"]["@base"], "https://wye.example/id/gauges/");
    assert_eq!(term["@type"], "@id");
}

#[test]
fn any_other_key_stands_beside_its_id() {
    let project = addresses();
    for (row, key, value) in [
        (1, "gauge_id", json!({"@id": "https://wye.example/id/gauges/a%20b", "identifier": "a b"})),
        (3, "gauge_id", json!({"@id": "https://wye.example/id/gauges/..", "identifier": ".."})),
        (0, "source_no", json!({"@id": "https://wye.example/id/sources/12", "identifier": 12})),
    ] {
        assert_eq!(member(&project, fixture::FLOODS, row, key), value);
    }
}

#[test]
fn bases_that_would_not_resolve_are_not_resolved_against() {
    for base in
        ["https://wye.example/id#", "urn:example:", "https://wye.example/a/../", "https://wye.example/?id=/"]
    {
        let project = fixture::project(Some(base));
        let gauge = member(&project, fixture::FLOODS, 0, "gauge_id");
        assert_eq!(gauge, json!({"@id": format!("{base}gauges/gau-1"), "identifier": "gau-1"}));
    }
}

#[test]
fn ids_without_a_base_are_those_that_python_computes() {
    let project = fixture::project(None);
    // dataset = uuid5(uuid5(NAMESPACE_URL, "letterpress"), "river-floods"); uuid5(dataset, "floods/fld-2%2F%C3%A9")
    let id = "urn:uuid:b62c9fb3-b105-5dd4-b876-d9eeee8ee6fc";
    assert_eq!(member(&project, fixture::FLOODS, 1, "@id"), id);
    assert_eq!(
        member(&project, fixture::REPORTS, 1, "flood_id"),
        json!({"@id": id, "identifier": "fld-2/é"})
    );
    let vocab = &document(&project, fixture::FLOODS)["@context"]["@vocab"];
    assert_eq!(vocab, "urn:uuid:91152ab4-7003-515c-9457-d9939a7bc3dc#");
}

#[test]
fn codes_are_terms_unless_their_text_means_something_else() {
    let project = addresses();
    let concept = |code: &str| format!("https://wye.example/id/vocabularies/flood_kind/{code}");
    let codes = &document(&project, fixture::FLOODS)["@context"]["kind"]["@context"];
    assert_eq!(codes["rain"], concept("rain"));
    assert_eq!(codes["identifier"], json!({"@id": "https://schema.org/identifier"}));
    assert_eq!(
        member(&project, fixture::FLOODS, 0, "kinds"),
        json!(["rain", {"@id": concept("ice%20jam"), "identifier": "ice jam"}])
    );
    assert_eq!(
        member(&project, fixture::FLOODS, 3, "kind"),
        json!({"@id": concept("identifier"), "identifier": "identifier"})
    );
}

#[test]
fn a_key_of_several_columns_is_a_reference_of_its_own() {
    let project = addresses();
    let reference = |row| member(&project, fixture::PAGES, row, "reports_ref_2");
    assert_eq!(reference(0), json!({"@id": "https://wye.example/id/reports/fld-1/12"}));
    assert_eq!(reference(1), Value::Null);
    assert_eq!(member(&project, fixture::PAGES, 2, "reports_ref"), "taken");
    assert_eq!(member(&project, fixture::PAGES, 0, "source_no"), 12);
    assert_eq!(member(&project, fixture::PAGES, 0, "@id"), Value::Null);
}

#[test]
fn a_column_named_as_its_table_does_not_change_the_type() {
    let project = addresses();
    assert_eq!(member(&project, fixture::REPORTS, 0, "@type"), "https://wye.example/id/terms/reports");
    assert_eq!(member(&project, fixture::FLOODS, 0, "@type"), "floods");
    let context = document(&project, fixture::FLOODS)["@context"].clone();
    assert_eq!(context["floods"]["@id"], "https://schema.org/Event");
    assert_eq!(context["peak_m"]["@id"], "http://www.w3.org/ns/sosa/hasSimpleResult");
}

#[test]
fn concepts_are_skos() {
    let project = addresses();
    let context = document(&project, fixture::CONCEPTS)["@context"].clone();
    assert_eq!(context["vocabularies"]["@id"], "http://www.w3.org/2004/02/skos/core#Concept");
    assert_eq!(context["exact_match"]["@container"], "@set");
    let broader = member(&project, fixture::CONCEPTS, 2, "broader");
    assert_eq!(broader["@id"], "https://wye.example/id/vocabularies/flood_kind/rain");
}

#[test]
fn names_that_json_ld_would_read_otherwise_are_encoded() {
    let project = addresses();
    assert_eq!(member(&project, fixture::REMARKS, 0, "a%3Ab%2Fc @%25"), "x");
    assert_eq!(terms::key("@id"), "%40id");
}

#[test]
fn a_name_that_begins_with_a_key_is_refused_where_it_is_written() {
    let term = |name: &str, line| {
        let place = Place::at(&"schema/tables/floods.yaml".into(), line, 1, 1);
        Some(Term { name: name.to_owned(), place })
    };
    let mut project = addresses();
    assert_eq!(JsonLd.check(&project), []);
    project.dataset.options.prefixes.insert("f".to_owned(), "floods:".to_owned());
    let floods = &mut project.tables[fixture::FLOODS];
    floods.class = term("f:Flood", 1);
    floods.fields[17].property = term("urn:example:note", 2);
    floods.fields[18].property = term("urn://example/note", 3);
    let found: Vec<String> = JsonLd.check(&project).iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("floods.yaml:2:1: error[prefix-clash]: in JSON-LD, `urn:example:note` would begin with the column `urn`"), "{found:?}");
    assert!(found[1].contains("floods.yaml:1:1: error[prefix-clash]: in JSON-LD, `floods:Flood`, which `f:Flood` stands for, would begin with the table `floods`"), "{found:?}");
    project.tables[fixture::FLOODS].is_withheld = true;
    assert_eq!(JsonLd.check(&project), []);
    project.dataset.options.prefixes.insert("skos".to_owned(), "broader:".to_owned());
    let concepts = &project.tables[fixture::CONCEPTS];
    assert_eq!(JsonLd.check(&project).len(), concepts.columns.len() + 1, "its columns and its class");
}
