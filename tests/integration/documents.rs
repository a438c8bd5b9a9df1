//! What README, page, citation, Croissant and RO-Crate say, of projects that were made for it.

use crate::scratch::Scratch;
use letterpress::code_counts::CodeCounts;
use letterpress::descriptors::{DESCRIPTORS, Described};
use letterpress::digest::Digest;
use letterpress::release::{TableFile, TableRecord};
use letterpress::schema::Project;
use letterpress::staging::Artifact;
use serde_json::Value;

/// What a project says of itself beyond name, version and date.
const FACTS: &str = "
title: Floods
description: Floods of the Wye.
licenses: [{name: CC-BY-4.0, path: https://creativecommons.org/licenses/by/4.0/}]
contributors: [{title: Wye Archive, roles: [creator, publisher]}]
";

const FLOODS: &str = "
fields:
  - {name: flood_id, type: string}
  - {name: kind, type: string, letterpress: {vocabulary: kind}}
  - {name: after, type: string}
primaryKey: [flood_id]
foreignKeys: [{fields: [after], reference: {fields: [flood_id]}}]
";

fn project(facts: &str, table: &str) -> Project {
    Scratch::empty()
        .dataset(&format!(
            "name: floods
version: 1.1.0
created: 2026-11-22
{facts}"
        ))
        .table("floods", table)
        .vocabulary("kind", "codes: [{code: rain, label: Rain}, {code: snow}]")
        .load()
}

/// The document at `path`, of a release whose tables are published in so many parts.
fn document(project: &Project, path: &str, parts: usize) -> Option<String> {
    let file_path = |folder: &str, table: &str, part: usize| match parts {
        1 => format!("data/{folder}/{table}.{folder}"),
        _ => format!("data/{folder}/{table}-{part:05}-of-{parts:05}.{folder}"),
    };
    let formats = [("csv", "text/csv"), ("parquet", "application/vnd.apache.parquet")];
    let mut files = Vec::new();
    let mut tables = Vec::new();
    for table in &project.tables {
        let mut paths = Vec::new();
        for (folder, media_type) in formats {
            for part in 1..=parts {
                let path = file_path(folder, &table.name, part);
                let sha256 = Digest::of(path.as_bytes());
                files.push(Artifact {
                    path: path.clone(),
                    bytes: 1234,
                    sha256,
                    media_type: media_type.to_owned(),
                });
                paths.push(TableFile {
                    part: (parts > 1).then_some(part as u64),
                    ..TableFile::new(path, folder)
                });
            }
        }
        let digest = Digest::of(table.name.as_bytes());
        tables.push(TableRecord { files: paths, ..TableRecord::new(&table.name, 2, digest) });
    }
    files.sort_by(|a, b| a.path.as_bytes().cmp(b.path.as_bytes()));
    let uses = vec![CodeCounts::default(); tables.len()];
    let described =
        Described { project, is_draft: false, previous: None, tables: &tables, uses: &uses, files: &files };
    let documents = DESCRIPTORS.iter().flat_map(|descriptor| descriptor.documents(&described));
    let found = documents.into_iter().find(|document| document.path == path)?;
    Some(String::from_utf8(found.bytes).expect("documents are UTF-8"))
}

fn json(project: &Project, path: &str, parts: usize) -> Value {
    serde_json::from_str(&document(project, path, parts).expect("it is written")).expect("it is JSON")
}

/// Every tag of a page: `<name attributes>`.
fn tags(page: &str) -> Vec<&str> {
    page.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default()).collect()
}

#[test]
fn nothing_that_a_project_says_is_markup_in_the_page() {
    let evil = "\\\"><lpx7 onmouseover=x></script></title><!--<script>alert(1)</script>&amp; [a](javascript:x) ![b](https://e.example/i.png)";
    let facts = format!(
        "title: \"{evil}\"\ndescription: \"{evil}\"\nhomepage: javascript:alert(1)\nid: \"//evil.example\"\nkeywords: [\"{evil}\"]\n\
         licenses: [{{name: \"{evil}\", path: \"data:text/html,x\"}}]\n\
         sources: [{{title: \"{evil}\", path: \"jav\\tascript:alert(1)\"}}]\n\
         contributors: [{{title: \"{evil}\", roles: [creator, \"{evil}\"], path: \" javascript:x\", email: \"a@e.example?x=\\\"\"}}]\n"
    );
    let table = format!(
        "title: \"{evil}\"\ndescription: \"{evil}\"\nfields:\n  - {{name: flood_id, title: \"{evil}\", description: \"{evil}\", \
         example: \"{evil}\", constraints: {{enum: [\"{evil}\"]}}, letterpress: {{unit: \"{evil}\"}}}}\nprimaryKey: [flood_id]\n"
    );
    let project = project(&facts, &table);
    let page = document(&project, "index.html", 1).expect("there is always a page");
    let ours = [
        "a", "article", "body", "br", "caption", "code", "dd", "details", "div", "dl", "dt", "em", "h1",
        "h2", "h3", "head", "header", "html", "li", "main", "meta", "nav", "p", "pre", "script", "section",
        "span", "strong", "style", "summary", "table", "tbody", "td", "th", "thead", "time", "title", "tr",
        "ul", "!DOCTYPE",
    ];
    for tag in tags(&page) {
        let name = tag.trim_start_matches('/').split_whitespace().next().unwrap_or_default();
        assert!(ours.contains(&name), "<{tag}>");
        assert!(!tag.contains("onmouseover"), "<{tag}>");
        for address in tag.split("href=\"").skip(1) {
            let address = address.split('"').next().unwrap_or_default();
            let local = address.starts_with('#') || address.starts_with("data/") || !address.contains(':');
            assert!(local || address.starts_with("https://") || address.starts_with("mailto:"), "<{tag}>");
            assert!(!address.starts_with("//"), "<{tag}>");
        }
        assert!(!tag.contains("src="), "<{tag}>");
    }
    assert_eq!(page.matches("<script").count(), 1);
    let script = page.split("<script type=\"application/ld+json\">").nth(1).expect("JSON-LD is embedded");
    let script = script.split("</script>").next().expect("and ends");
    let described: Value = serde_json::from_str(script).expect("it is JSON");
    assert!(described["name"].as_str().is_some_and(|name| name.contains("</script></title><!--<script>")));
    let readme = document(&project, "README.md", 1).expect("there is always a README");
    let outside_code =
        readme.lines().filter(|line| !line.starts_with("pretty_name") && !line.starts_with("  - \""));
    for line in outside_code.filter(|line| line.contains("<lpx7")) {
        assert!(line.contains('`') || line.starts_with("  ") || line.contains("\\<lpx7"), "{line}");
    }
}

#[test]
fn addresses_in_the_page_are_absolute_where_the_project_has_one() {
    let project = project(&format!("{FACTS}letterpress: {{base_url: https://wye.example/data/}}\n"), FLOODS);
    let page = document(&project, "index.html", 1).expect("there is always a page");
    assert!(page.contains("\"contentUrl\":\"https://wye.example/data/1.1.0/data/csv/floods.csv\""), "{page}");
    assert!(page.contains("\"url\":\"https://wye.example/data/1.1.0/\""));
    let croissant = json(&project, "croissant.json", 1);
    assert_eq!(croissant["distribution"][0]["contentUrl"], "data/csv/floods.csv");
}

#[test]
fn parts_of_a_table_are_listed_and_loaded_together() {
    let project = project(FACTS, FLOODS);
    let readme = document(&project, "README.md", 12).expect("there is always a README");
    assert!(readme.contains("\n      - \"data/parquet/floods-00012-of-00012.parquet\"\n"), "{readme}");
    assert!(readme.contains("pl.read_parquet(\"data/parquet/floods-000??-of-00012.parquet\")"), "{readme}");
    let croissant = json(&project, "croissant.json", 12);
    let resources = croissant["distribution"].as_array().expect("it is a list");
    let set = resources.iter().find(|one| {
        one["@type"] == "cr:FileSet" && one["includes"].as_str().is_some_and(|p| p.ends_with("parquet"))
    });
    let set = set.expect("parts are a set");
    assert_eq!(set["includes"], "data/parquet/floods-000??-of-00012.parquet");
    let field = &croissant["recordSet"][0]["field"][2];
    assert_eq!(field["source"]["fileSet"], serde_json::json!({"@id": set["@id"]}));
    assert_eq!(field["references"]["fileSet"], serde_json::json!({"@id": set["@id"]}));
}

#[test]
fn a_code_is_one_of_an_enumeration_with_names() {
    let croissant = json(&project(FACTS, FLOODS), "croissant.json", 1);
    assert_eq!(croissant["recordSet"][0]["field"][1]["inDefinedTermSet"], "codes.kind");
    let codes =
        croissant["recordSet"].as_array().and_then(|sets| sets.iter().find(|set| set["@id"] == "codes.kind"));
    let expected = serde_json::json!([
        {"codes.kind/code": "rain", "codes.kind/name": "Rain"},
        {"codes.kind/code": "snow", "codes.kind/name": "snow"},
    ]);
    assert_eq!(codes.map(|codes| &codes["data"]), Some(&expected));
}

#[test]
fn the_crate_is_of_the_version_that_the_project_asks_for() {
    for (option, version) in [("", "1.3"), ("letterpress: {ro_crate: '1.2'}\n", "1.2")] {
        let described = json(&project(&format!("{FACTS}{option}"), FLOODS), "ro-crate-metadata.json", 1);
        assert_eq!(described["@context"], format!("https://w3id.org/ro/crate/{version}/context"));
        assert_eq!(
            described["@graph"][0]["conformsTo"]["@id"],
            format!("https://w3id.org/ro/crate/{version}")
        );
    }
}

#[test]
fn the_crate_tells_how_to_reach_the_publisher_and_for_whom_a_person_works() {
    let facts = "description: Floods.
licenses: [{name: CC-BY-4.0, path: https://creativecommons.org/licenses/by/4.0/}]
contributors:
  - {title: Wye Archive, roles: [publisher], path: https://ror.org/00example, email: archive@wye.example}
  - {givenName: Ada, familyName: Wye, organization: Wye Archive, roles: [creator]}
  - {givenName: Ben, familyName: Usk, organization: Usk Archive, roles: [creator]}
";
    let described = json(&project(facts, FLOODS), "ro-crate-metadata.json", 1);
    let graph = described["@graph"].as_array().expect("a crate is a list of entities");
    let entity = |id: &str| graph.iter().find(|entity| entity["@id"] == id).unwrap_or(&Value::Null);
    let archive = entity("https://ror.org/00example");
    assert_eq!(entity("./")["publisher"]["@id"], archive["@id"]);
    assert_eq!(entity("./")["contactPoint"], Value::Null, "a data set has none");
    assert_eq!(archive["contactPoint"]["@id"], "#contact-1");
    assert_eq!(entity("#contact-1")["email"], "archive@wye.example");
    assert_eq!(entity("#agent-2")["affiliation"]["@id"], archive["@id"]);
    assert_eq!(entity("#agent-3")["affiliation"]["@id"], "#affiliation-3");
    assert_eq!(entity("#affiliation-3")["name"], "Usk Archive");
}

#[test]
fn what_a_standard_requires_and_a_project_does_not_say_is_not_made_up() {
    let project = project("", FLOODS);
    for path in ["croissant.json", "ro-crate-metadata.json", "CITATION.cff", "LICENSE.txt"] {
        assert_eq!(document(&project, path, 1), None, "{path}");
    }
    let page = document(&project, "index.html", 1).expect("there is always a page");
    assert!(!page.contains("<script") && page.contains("<h1 dir=\"auto\">floods</h1>"), "{page}");
    let readme = document(&project, "README.md", 1).expect("there is always a README");
    assert!(!readme.contains("license") && readme.contains("pretty_name: \"floods\"\n"), "{readme}");
}
