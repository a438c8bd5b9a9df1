//! Where values and records stand in seeds, and what is told when they stand where nothing reads them.

use std::fs;

use crate::scratch::Scratch;
use letterpress::publish::{self, Resources};

/// A project of these files; without one of its own, the data set is as plain as can be.
fn project(files: &[(&str, &str)]) -> Scratch {
    Scratch::empty()
        .dataset("{name: t, version: 1.0.0, created: 2026-11-22, letterpress: {csv: {bom: false}}}")
        .files(files)
}

/// What `check` says of the project, a line for each problem.
fn told(files: &[(&str, &str)]) -> Vec<String> {
    project(files).problems().iter().map(ToString::to_string).collect()
}

/// The CSV of a table of the project, without its header.
fn published(table: &str, files: &[(&str, &str)]) -> Vec<String> {
    let home = project(files);
    let (checked, _) = home.draft();
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

#[test]
fn what_nothing_reads_among_the_seeds_is_told() {
    let schema = table("  - {name: n}");
    let deep = format!("seeds/t/{}x.yaml", "d/".repeat(18));
    let told = told(&[
        ("schema/tables/t.yaml", &schema),
        ("seeds/t/a.yaml", "{id: a}"),
        ("seeds/t/.gitkeep", ""),
        ("seeds/t/.DS_Store", ""),
        ("seeds/.git/config", ""),
        ("seeds/t/.net.yml", "{id: net}"),
        ("seeds/t/.old.csv.gz", ""),
        ("seeds/t/.saved/b.json", "{}"),
        ("seeds/t/B.YAML", "{id: b}"),
        ("seeds/t/c.Json", "{}"),
        ("seeds/t/d.xml", ""),
        ("seeds/t/notes.md", ""),
        (&deep, "{id: deep}"),
    ]);
    let folder = "d/".repeat(16);
    let folder = folder.trim_end_matches('/');
    let ending = "the ending of this file is not that of a seed";
    let point = "warning[hidden-file]: not read, because its name begins with a point";
    assert_eq!(
        told,
        [
            format!("seeds/t/.net.yml: {point}"),
            format!("seeds/t/.old.csv.gz: {point}"),
            "seeds/t/.saved: warning[hidden-file]: what is in here is not read, because the folder's name begins with a \
             point"
                .to_owned(),
            format!("seeds/t/B.YAML: error[unread-file]: {ending}"),
            format!("seeds/t/c.Json: error[unread-file]: {ending}"),
            format!("seeds/t/d.xml: error[unread-file]: {ending}"),
            format!(
                "seeds/t/{folder}: error[unread-file]: what is in here is not read: folders are searched 16 deep"
            ),
        ]
    );
}

/// A data set whose resource `t` has these keys.
fn dataset(resource: &str) -> String {
    format!(
        "{{name: t, version: 1.0.0, created: 2026-11-22, resources: [{{name: t, {resource}}}], \
         letterpress: {{csv: {{bom: false}}}}}}"
    )
}

#[test]
fn a_resource_says_how_files_of_other_endings_are_written() {
    let schema = table("  - {name: n, type: integer}");
    for (format, name, text) in [
        ("yaml", "a.cff", "{id: x, n: 1}"),
        ("json", "a.jsonld", r#"[{"id": "x", "n": 1}]"#),
        ("json", "a.YAML", r#"[{"id": "x", "n": 1}]"#),
        ("ndjson", "a.log", r#"{"id": "x", "n": 1}"#),
        ("csv", "a.dat", "id;n\nx;1\n"),
        ("tsv", "a", "id\tn\nx\t1\n"),
    ] {
        let path = format!("seeds/t/{name}");
        let described = dataset(&format!("format: {format}"));
        let files =
            [("schema/dataset.yaml", described.as_str()), ("schema/tables/t.yaml", &schema), (&path, text)];
        assert_eq!(published("t", &files), [r#""x",1"#], "{name}");
        let described = dataset(&format!("path: '../seeds/t/*', format: {format}"));
        let files =
            [("schema/dataset.yaml", described.as_str()), ("schema/tables/t.yaml", &schema), (&path, text)];
        assert_eq!(published("t", &files), [r#""x",1"#], "{name}");
    }
}

#[test]
fn a_pattern_that_matches_files_of_unknown_endings_says_what_is_wrong_with_them() {
    let schema = table("  - {name: n}");
    let described = dataset("path: ../seeds/t/**/*.cff");
    let files = [
        ("schema/dataset.yaml", described.as_str()),
        ("schema/tables/t.yaml", &schema),
        ("seeds/t/a/C.cff", "{id: x}"),
        ("seeds/t/b.yaml", "{id: y}"),
    ];
    let expected = [
        "seeds/t/a/C.cff: error[unread-file]: the ending of this file is not that of a seed",
        "seeds/t/b.yaml: error[unread-file]: no table reads this file: no `path` of the resource `t` matches it",
    ];
    assert_eq!(told(&files), expected);
    let described = dataset("format: xml");
    let told = told(&[("schema/dataset.yaml", &described), ("schema/tables/t.yaml", &schema)]);
    assert!(told[0].contains("`format` is `yaml`, `json`"), "{told:?}");
}

#[test]
fn a_pattern_that_begins_with_a_point_means_names_that_do() {
    let schema = "fields:\n  - {name: id, letterpress: {from: '@file'}}\n  - {name: n}\nprimaryKey: [id]\n";
    let described = dataset("path: [../seeds/t/*.yml, ../seeds/t/.*.yml]");
    let files = [
        ("schema/dataset.yaml", described.as_str()),
        ("schema/tables/t.yaml", schema),
        ("seeds/t/.net.yml", "{n: a}"),
        ("seeds/t/bash.yml", "{n: b}"),
    ];
    assert_eq!(published("t", &files), [r#"".net","a""#, r#""bash","b""#]);
}

#[test]
fn a_field_may_have_the_name_of_its_file_and_folder_in_every_kind_of_file() {
    let schema = "fields:\n  - {name: id, letterpress: {from: '@file'}}\n  \
                  - {name: land, letterpress: {from: '@folder'}}\n  - {name: n, type: integer}\nprimaryKey: [id]\n";
    let files = [
        ("schema/tables/t.yaml", schema),
        ("seeds/t/pl/pl_senate.yml", "{n: 1}"),
        ("seeds/t/za/deep/za.wanted.json", r#"{"n": 2}"#),
        ("seeds/t/us.ndjson", "{\"n\":3}\n"),
        ("seeds/t/fr/fr.csv", "n\n4\n"),
    ];
    let expected = [r#""fr","fr",4"#, r#""pl_senate","pl",1"#, r#""us",,3"#, r#""za.wanted","deep",2"#];
    assert_eq!(published("t", &files), expected);
}

#[test]
fn a_name_of_a_file_is_held_to_the_field_and_may_be_a_key_that_repeats() {
    let schema = "fields:\n  - {name: year, type: integer, letterpress: {from: '@file'}}\n  - {name: n, type: integer}\n\
                  primaryKey: [year]\n";
    for (path, text) in [
        ("seeds/t/1795.yaml", "- {n: 1}\n"),
        ("seeds/t/1795.csv", "n\n1\n"),
        ("seeds/t/1795.ndjson", "{\"n\":1}\n"),
    ] {
        assert_eq!(published("t", &[("schema/tables/t.yaml", schema), (path, text)]), ["1795,1"]);
        let other = path.replace("1795", "late");
        let told = told(&[("schema/tables/t.yaml", schema), (&other, text)]);
        assert!(told.len() == 1 && told[0].contains("field `year` is `late`, expected"), "{told:?}");
    }
    let files = [
        ("schema/tables/t.yaml", schema),
        ("seeds/t/a/1795.yaml", "{n: 1}"),
        ("seeds/t/b/1795.csv", "n\n2\n"),
    ];
    let told = told(&files);
    assert_eq!(
        told,
        [
            "seeds/t/b/1795.csv:2:1: error[duplicate-key]: the key `1795` is already taken, first at seeds/t/a/1795.yaml:1:1"
        ]
    );
}

#[test]
fn a_time_in_the_name_of_a_file_that_says_no_zone_is_told() {
    let schema = "fields:\n  - {name: at, type: datetime, format: '%Y-%m-%dT%H%M', letterpress: {from: '@file'}}\n  \
                  - {name: n, type: integer}\nprimaryKey: [n]\n";
    for (ending, text) in
        [("yaml", "- {n: 1}\n- {n: 2}\n"), ("csv", "n\n1\n2\n"), ("ndjson", "{\"n\":1}\n{\"n\":2}\n")]
    {
        let path = format!("seeds/t/2020-03-29T0230.{ending}");
        let told = told(&[("schema/tables/t.yaml", schema), (&path, text)]);
        assert!(told.len() == 1 && told[0].contains("warning[time-without-zone]: field `at`"), "{told:?}");
    }
}

#[test]
fn a_key_of_keyed_records_is_never_lost() {
    let schema = "fields:\n  - {name: n, letterpress: {from: '@file'}}\n  - {name: m}\nprimaryKey: [n]\nletterpress: {keyed: true}\n";
    let told = told(&[("schema/tables/t.yaml", schema), ("seeds/t/a.yaml", "k: {m: 1}\n")]);
    assert_eq!(
        told,
        [
            "schema/tables/t.yaml:1:1: error[invalid-value]: the table is `keyed`, but no field takes the key under which a \
          record stands"
        ]
    );
}

#[test]
fn records_may_stand_under_a_path_of_a_wrapper() {
    let schema = table("  - {name: n, type: integer}\nletterpress: {records: result.items}").replace(
        "letterpress: {records: result.items}\nprimaryKey: [id]",
        "primaryKey: [id]\nletterpress: {records: result.items}",
    );
    for (path, text) in [
        (
            "seeds/t.json",
            r#"{"type": "x", "result": {"items": [{"id": "x", "n": 1}], "next": [2]}, "more": {}}"#,
        ),
        ("seeds/t.yaml", "type: x\nresult:\n  items: {id: x, n: 1}\nmore: [1]\n"),
        (
            "seeds/t.ndjson",
            "{\"result\":{\"items\":[{\"id\":\"x\",\"n\":1}]}}\n{\"result\":{\"items\":[]}}\n",
        ),
        ("seeds/t.csv", "id,n\nx,1\n"),
    ] {
        assert_eq!(
            published("t", &[("schema/tables/t.yaml", &schema), (path, text)]),
            [r#""x",1"#],
            "{path}"
        );
    }
    for (text, expected) in [
        (
            "result: {item: []}\n",
            "1:9: error[wrong-shape]: there is nothing at `result.items`, where the records should be",
        ),
        (
            "- {id: x, n: 1}\n",
            "1:1: error[wrong-shape]: there is nothing at `result`, where the records should be",
        ),
        ("", "1:1: error[wrong-shape]: there is nothing at `result`, where the records should be"),
        (
            "result: {items: []}\nresult: {items: [{id: x}]}\n",
            "2:1: error[repeated-key]: `result`, under which the records are, is given twice",
        ),
    ] {
        let told = told(&[("schema/tables/t.yaml", &schema), ("seeds/t.yaml", text)]);
        assert_eq!(told, [format!("seeds/t.yaml:{expected}")]);
    }
}

#[test]
fn a_wrapper_may_hold_keyed_records_and_be_said_of_a_resource() {
    let schema =
        "fields: [{name: id}, {name: n, type: integer}]\nprimaryKey: [id]\nletterpress: {keyed: true}\n";
    let described = dataset("records: [a.b, c]");
    let files = [
        ("schema/dataset.yaml", described.as_str()),
        ("schema/tables/t.yaml", schema),
        ("seeds/t.json", r#"{"a.b": {"c": {"x": {"n": 1}, "y": {"n": 2}}}}"#),
    ];
    assert_eq!(published("t", &files), [r#""x",1"#, r#""y",2"#]);
}

/// What is told of a record whose `place` is read in part, with this `ignore`.
fn told_with_ignore(ignore: &str) -> Vec<String> {
    let schema = format!(
        "fields:\n  - {{name: id}}\n  - {{name: gauge, letterpress: {{from: place.gauge}}}}\n\
         primaryKey: [id]\nletterpress: {{ignore: {ignore}}}\n"
    );
    let seed = "- id: x\n  place: {gauge: g, map: 4, sheet: {no: 1}}\n  by: me\n";
    let told_of = |seed, text| {
        let told = told(&[("schema/tables/t.yaml", &schema), (seed, text)]);
        told.iter()
            .map(|line| line.split("no field ").last().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    let csv = told_of("seeds/t.csv", "id,place.gauge,place.map,place.sheet,by\nx,g,4,1,me\n");
    let yaml = told_of("seeds/t.yaml", seed);
    assert_eq!(csv.len(), yaml.len(), "{csv:?} {yaml:?}");
    yaml
}

#[test]
fn the_rest_of_a_path_may_be_ignored_and_everything_else() {
    let all = ["`map` under `place`", "`sheet` under `place`", "`by`"];
    assert_eq!(told_with_ignore("[]"), all);
    assert_eq!(told_with_ignore("[place.map]"), all[1..]);
    assert_eq!(told_with_ignore("[place]"), all[2..]);
    assert_eq!(told_with_ignore("[place.*]"), all[2..]);
    assert_eq!(told_with_ignore("['*.map', by]"), all[1..2]);
    assert_eq!(told_with_ignore("['*']"), [""; 0]);
    assert_eq!(told_with_ignore("[sheet, map, by]"), [""; 0]);
}

#[test]
fn what_is_ignored_of_nested_records_is_named_from_the_record_around_them_or_by_itself() {
    let parent = |ignore: &str| format!("{}letterpress: {{ignore: {ignore}}}\n", table(""));
    let child =
        "fields: [{name: id}, {name: page}]\nletterpress: {nested: {in: t, as: reports, key: [id]}}\n";
    let seed = "- {id: x, reports: [{page: 1, by: me}]}\n";
    for (ignore, count) in
        [("[]", 1), ("[by]", 0), ("[reports.by]", 0), ("[reports]", 0), ("['*']", 0), ("[report]", 1)]
    {
        let parent = parent(ignore);
        let files = [
            ("schema/tables/t.yaml", parent.as_str()),
            ("schema/tables/u.yaml", child),
            ("seeds/t.yaml", seed),
        ];
        assert_eq!(told(&files).len(), count, "{ignore}");
    }
}

/// A table `u` whose field `refs` is a list that refers to `t`.
fn list_of_references(item: &str) -> String {
    format!(
        "fields:\n  - {{name: key}}\n  - {{name: refs, type: list, itemType: {item}}}\nprimaryKey: [key]\n\
         foreignKeys: [{{fields: [refs], reference: {{resource: t, fields: [id]}}}}]\n"
    )
}

#[test]
fn each_item_of_a_list_may_refer_to_a_row() {
    let t = table("  - {name: n}");
    let u = list_of_references("string");
    let files = |seed, text| {
        let schemas = [("schema/tables/t.yaml", t.as_str()), ("schema/tables/u.yaml", u.as_str())];
        [schemas[0], schemas[1], ("seeds/t.csv", "id,n\nlat,\ngrc,\n"), (seed, text)]
    };
    let good = files("seeds/u.yaml", "- {key: a, refs: [lat, grc, lat]}\n- {key: b}\n- {key: c, refs: []}\n");
    assert_eq!(published("u", &good), [r#""a","lat; grc; lat""#, r#""b","#, r#""c","""#]);
    let message = |item: &str| {
        format!("error[dangling-reference]: an item of `refs` refers to `{item}`, but `t` has no such record")
    };
    assert_eq!(
        told(&files("seeds/u.yaml", "- {key: a, refs: [grc, lax, x]}\n- {key: b, refs: [lax, lax]}\n")),
        [
            format!("seeds/u.yaml:1:24: {}", message("lax")),
            format!("seeds/u.yaml:1:29: {}", message("x")),
            format!("seeds/u.yaml:2:19: {}", message("lax")),
            format!("seeds/u.yaml:2:24: {}", message("lax")),
        ]
    );
    assert_eq!(
        told(&files("seeds/u.ndjson", "{\"key\":\"a\",\"refs\":[\"grc\",\"x\"]}\n")),
        [format!("seeds/u.ndjson:1:26: {}", message("x"))]
    );
    assert_eq!(
        told(&files("seeds/u.csv", "key,refs\na,\"lat,x\"\n")),
        [format!("seeds/u.csv:2:8: {}", message("x"))]
    );
}

#[test]
fn items_refer_to_their_own_table_and_to_later_ones_and_by_whole_numbers() {
    let own = "fields:\n  - {name: id, type: integer}\n  - {name: near, type: list, itemType: integer}\nprimaryKey: [id]\n\
               foreignKeys: [{fields: [near], reference: {fields: [id]}}]\n";
    let seed = "- {id: 1, near: [2, 3]}\n- {id: 2, near: [1, 4]}\n- {id: 3}\n";
    let told_of = told(&[("schema/tables/t.yaml", own), ("seeds/t.yaml", seed)]);
    assert_eq!(
        told_of,
        [
            "seeds/t.yaml:2:21: error[dangling-reference]: an item of `near` refers to `4`, but `t` has no such record"
        ]
    );
    let good =
        [("schema/tables/t.yaml", own), ("seeds/t.yaml", "- {id: 1, near: [2]}\n- {id: 2, near: [1, 2]}\n")];
    assert_eq!(published("t", &good), [r#"1,"2""#, r#"2,"1; 2""#]);
}

#[test]
fn items_that_refer_to_a_candidate_are_told() {
    let t = "fields: [{name: id}, {name: state}]\nprimaryKey: [id]\n\
             letterpress: {publish_only: {field: state, values: [good]}}\n";
    let u = list_of_references("string");
    let files = [
        ("schema/tables/t.yaml", t),
        ("schema/tables/u.yaml", u.as_str()),
        ("seeds/t.yaml", "- {id: a, state: good}\n- {id: b, state: bad}\n"),
        ("seeds/u.yaml", "- {key: k, refs: [a, b]}\n"),
    ];
    assert_eq!(
        told(&files),
        [
            "seeds/u.yaml:1:22: error[unpublished-reference]: an item of `refs` refers to `b`, which `t` does not publish"
        ]
    );
}

#[test]
fn a_list_refers_alone_and_to_values_of_its_items_type() {
    let t = table("  - {name: n, type: integer}");
    for (fields, references) in [("[refs]", "[n]"), ("[refs, key]", "[id, id]")] {
        let u = format!(
            "fields: [{{name: key}}, {{name: refs, type: list}}]\nprimaryKey: [key]\n\
             foreignKeys: [{{fields: {fields}, reference: {{resource: t, fields: {references}}}}}]\n"
        );
        let told = told(&[("schema/tables/t.yaml", &t), ("schema/tables/u.yaml", &u)]);
        assert!(told.len() == 1 && told[0].contains("cannot refer to"), "{told:?}");
    }
}

#[test]
fn items_that_refer_are_references_in_json_ld_and_no_foreign_key_of_the_standards() {
    let base =
        "{name: t, version: 1.0.0, created: 2026-11-22, letterpress: {base_iri: 'https://a.example/id/'}}";
    let t = table("  - {name: n}");
    let u = list_of_references("string");
    let home = project(&[
        ("schema/dataset.yaml", base),
        ("schema/tables/t.yaml", &t),
        ("schema/tables/u.yaml", &u),
        ("seeds/t.yaml", "- {id: lat}\n- {id: 'a b'}\n"),
        ("seeds/u.yaml", "- {key: k, refs: [lat, 'a b']}\n"),
    ]);
    home.draft();
    let read =
        |path: &str| fs::read_to_string(home.path().join("dist/draft").join(path)).expect("it is published");
    let nodes = read("data/jsonld/u.jsonld");
    assert!(
        nodes.contains(r#""refs":["lat",{"@id":"https://a.example/id/t/a%20b","identifier":"a b"}]"#),
        "{nodes}"
    );
    assert!(nodes.contains(r#""@container":"@list""#), "{nodes}");
    let package: serde_json::Value = serde_json::from_str(&read("datapackage.json")).expect("JSON");
    let tables = package["resources"].as_array().expect("a list");
    assert!(tables.iter().all(|table| table["schema"]["foreignKeys"].is_null()));
    assert!(read("datapackage.json").contains("Each item refers to `id` of `t`."));
    assert!(read("CODEBOOK.md").contains("Each item refers to `id` of"));
}

/// A CSVW group whose table `obs.csv` refers to `period.csv`, which is suppressed.
const CUBE: &str = r#"{
  "@context": "http://www.w3.org/ns/csvw", "dc:identifier": "cube", "schema:version": "1.0.0", "dc:issued": "2026-11-22",
  "tables": [
    {"url": "period.csv", "suppressOutput": true,
     "tableSchema": {"columns": [{"name": "notation"}, {"name": "within"}], "primaryKey": "notation",
      "foreignKeys": [{"columnReference": "within", "reference": {"resource": "age.csv", "columnReference": "id"}}]}},
    {"url": "obs.csv",
     "tableSchema": {"columns": [{"name": "period", "separator": "|"}, {"name": "value", "datatype": "integer"}],
      "foreignKeys": [{"columnReference": "period", "reference": {"resource": "period.csv", "columnReference": "notation"}}]}},
    {"url": "age.csv", "suppressOutput": true, "tableSchema": {"columns": [{"name": "id"}, {"name": "n"}]}},
    {"url": "no.csv", "suppressOutput": true}
  ]
}"#;

#[test]
fn references_to_suppressed_tables_are_checked_and_not_published() {
    let files = |obs| {
        Scratch::of(&[
            ("csv-metadata.json", CUBE),
            ("period.csv", "notation,within\n2020,x\n2021,x\n"),
            ("age.csv", "id,n\nx,1\n"),
            ("obs.csv", obs),
        ])
    };
    let home = files("period,value\n2020|2021,1\n,2\n");
    let (checked, outcome) = home.draft();
    let told: Vec<String> = checked.diagnostics.iter().map(ToString::to_string).collect();
    assert!(
        outcome.is_some() && told.len() == 3 && told.iter().all(|line| line.contains("warning[left-out]")),
        "{told:?}"
    );
    let tables = fs::read_dir(home.path().join("dist/draft/data/csv")).expect("it is published");
    let mut tables: Vec<String> =
        tables.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    tables.sort();
    assert_eq!(tables, ["csv-metadata.json", "obs.csv"]);
    let home = files("period,value\n2020|2022,1\n");
    let checked = publish::check(home.path(), Resources::of_jobs(2), &()).expect("the machine works");
    let errors: Vec<String> =
        checked.diagnostics.iter().map(ToString::to_string).filter(|line| line.contains("error")).collect();
    assert_eq!(
        errors,
        [
            "obs.csv:2:6: error[dangling-reference]: an item of `period` refers to `2022`, but `period` has no such record"
        ]
    );
}

#[test]
fn items_are_looked_up_however_little_memory_there_is() {
    let own = "fields:\n  - {name: id, type: string}\n  - {name: near, type: list}\nprimaryKey: [id]\n\
               foreignKeys: [{fields: [near], reference: {fields: [id]}}]\n";
    let line = |number: u32| {
        let (next, far) = ((number + 1) % 60_000, (number * 7) % 60_000);
        let far = if number == 40_000 { 99_999 } else { far };
        format!("{{\"id\":\"k-{number:05}\",\"near\":[\"k-{next:05}\",\"k-{far:05}\"]}}\n")
    };
    let seed: String = (0..60_000).map(line).collect();
    let home = project(&[("schema/tables/t.yaml", own), ("seeds/t.ndjson", &seed)]);
    for memory_bytes in [1 << 20, 1 << 30] {
        let resources = Resources { memory_bytes, ..Resources::of_jobs(2) };
        let checked = publish::check(home.path(), resources, &()).expect("the machine works");
        let told: Vec<String> = checked.diagnostics.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "seeds/t.ndjson:40001:35: error[dangling-reference]: an item of `near` refers to `k-99999`, but `t` has no \
              such record"
            ],
            "{memory_bytes}"
        );
    }
}

#[test]
fn a_single_value_stands_for_a_list_of_it_where_the_field_says_so() {
    let schema = table(
        "  - {name: tags, type: list, letterpress: {one_or_many: true}}\n  \
         - {name: notes, type: array, letterpress: {one_or_many: true}}",
    );
    let of = |seed, text| published("t", &[("schema/tables/t.yaml", &schema), (seed, text)]);
    let yaml = "- {id: a, tags: x, notes: {n: 1}}\n- {id: b, tags: [x, y], notes: [1, 2]}\n- {id: c, tags: , notes: '[1]'}\n";
    let ndjson = "{\"id\":\"a\",\"tags\":\"x\",\"notes\":{\"n\":1}}\n{\"id\":\"b\",\"tags\":[\"x\",\"y\"],\"notes\":[1,2]}\n\
                  {\"id\":\"c\",\"tags\":null,\"notes\":\"[1]\"}\n";
    let rows = [r#""a","x","[{""n"":1}]""#, r#""b","x; y","[1,2]""#, r#""c",,"[""[1]""]""#];
    assert_eq!(of("seeds/t.yaml", yaml), rows);
    assert_eq!(of("seeds/t.ndjson", ndjson), rows);
    assert_eq!(of("seeds/t.ndjson", "{\"id\":\"c\",\"notes\":\"[1]\"}\n"), [r#""c",,"[""[1]""]""#]);
    let told_of = told(&[("schema/tables/t.yaml", &schema), ("seeds/t.yaml", "- {id: a, tags: 'x;'}\n")]);
    assert_eq!(
        told_of,
        ["seeds/t.yaml:1:17: error[list-separator]: an item of `tags` holds a semicolon: `x;`"]
    );
    let schema = table("  - {name: n, letterpress: {one_or_many: true}}");
    let told_of = told(&[("schema/tables/t.yaml", &schema)]);
    assert!(told_of.len() == 1 && told_of[0].contains("`one_or_many` belongs to fields"), "{told_of:?}");
}

#[test]
fn line_ends_become_line_feeds_only_where_the_field_says_so() {
    let lf = table("  - {name: v, letterpress: {line_ends: lf}}");
    let plain = table("  - {name: v}");
    for (seed, text) in [
        ("seeds/t.yaml", "- {id: x, v: \"a\\rb\\r\\nc\"}\n"),
        ("seeds/t.ndjson", "{\"id\":\"x\",\"v\":\"a\\rb\\r\\nc\"}\n"),
        ("seeds/t.csv", "id,v\nx,\"a\rb\r\nc\"\n"),
    ] {
        let rows = published("t", &[("schema/tables/t.yaml", &lf), (seed, text)]);
        assert_eq!(rows, ["\"x\",\"a", "b", "c\""], "{seed}");
        let told = told(&[("schema/tables/t.yaml", &plain), (seed, text)]);
        assert!(told.len() == 1 && told[0].contains("error[unsafe-text]"), "{told:?}");
    }
    let windows =
        [("schema/tables/t.yaml", plain.as_str()), ("seeds/t.yaml", "- {id: x, v: \"a\\r\\nb\"}\n")];
    assert_eq!(told(&windows), [""; 0]);
}

#[test]
fn a_record_without_any_value_is_refused_in_every_kind_of_file() {
    let schema = "fields: [{name: a}, {name: b, type: integer}]\n";
    for (seed, text, place) in [
        ("seeds/t.csv", "a,b\nx,1\n,\ny,\n", "3:1"),
        ("seeds/t.yaml", "- {a: x}\n- {}\n- {b: 1}\n", "2:3"),
        ("seeds/t.json", "[{\"a\": \"x\"}, {\"a\": null, \"b\": null}]", "1:20"),
        ("seeds/t.ndjson", "{\"a\":\"x\"}\n{}\n", "2:1"),
    ] {
        let told = told(&[("schema/tables/t.yaml", schema), (seed, text)]);
        assert_eq!(told, [format!("{seed}:{place}: error[empty-row]: a record of `t` has no value")]);
    }
    let broken = told(&[("schema/tables/t.yaml", schema), ("seeds/t.yaml", "- {b: x}\n- 1\n")]);
    assert!(broken.len() == 2 && !broken.concat().contains("empty-row"), "{broken:?}");
}

#[test]
fn an_item_without_a_value_is_refused_in_a_view_too() {
    let view = "fields: [{name: id}, {name: tags, type: list}]\nprimaryKey: [id]\n";
    let query = "-- Tags.\nselect id, json_array('a', null) as tags from t;\n";
    let t = table("  - {name: n}");
    let files = [
        ("schema/tables/t.yaml", t.as_str()),
        ("schema/views/v.yaml", view),
        ("schema/views/v.sql", query),
        ("seeds/t.yaml", "{id: x}"),
    ];
    let told = told(&files);
    assert!(told.len() == 1 && told[0].contains("error[list-separator]"), "{told:?}");
}

#[test]
fn each_item_of_a_list_in_a_data_package_may_refer_to_a_row() {
    let package = r#"{"name": "p", "version": "1.0.0", "created": "2026-11-22", "resources": [
      {"name": "langs", "path": "langs.csv", "schema": {"fields": [{"name": "id"}, {"name": "n"}], "primaryKey": "id"}},
      {"name": "texts", "path": "texts.csv", "schema": {"fields": [{"name": "id"}, {"name": "in", "type": "list", "delimiter": "|"}],
        "primaryKey": "id", "foreignKeys": [{"fields": "in", "reference": {"resource": "langs", "fields": "id"}}]}}]}"#;
    let home = Scratch::of(&[
        ("datapackage.json", package),
        ("langs.csv", "id,n\nlat,1\ngrc,2\n"),
        ("texts.csv", "id,in\na,lat|grc\nb,lat|lta\n"),
    ]);
    let checked = publish::check(home.path(), Resources::of_jobs(2), &()).expect("the machine works");
    let told: Vec<String> = checked.diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "texts.csv:3:7: error[dangling-reference]: an item of `in` refers to `lta`, but `langs` has no such record"
        ]
    );
}
