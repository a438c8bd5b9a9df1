//! Packages of others are published as they are: `packages/<name>/` holds each in a shape of the wild, unedited.
//!
//! Those with a `datapackage.json` are valid in the eyes of frictionless 5.21. In those of csvw 4.1 the ones of CSVW are
//! not, because it takes neither a header that is another of a column's titles nor a schema in a file of its own.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::scratch::Scratch;
use letterpress::diagnostic::{Diagnostic, has_errors};
use letterpress::publish;
use tempfile::TempDir;

/// A package as it was published.
struct Published {
    /// Keeps the release until the test has ended.
    _home: TempDir,
    release: PathBuf,
    /// What there was to say about it, a line each.
    said: Vec<String>,
}

/// Publishes the package at `packages/<path>`, whose only release is then its version.
fn published(path: &str) -> Published {
    let home = TempDir::new().expect("a temporary folder can be made");
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/packages").join(path);
    let options = publish::PublishOptions::default().out(home.path());
    let publish::Build { checked, outcome, .. } =
        publish::publish(&package, &options, &()).expect("the machine works");
    assert!(!has_errors(&checked.diagnostics), "{:#?}", checked.diagnostics);
    let publish::Outcome::Published(release) = outcome else { unreachable!("{outcome:?}") };
    let said = checked.diagnostics.iter().map(Diagnostic::to_string).collect();
    Published { release: release.path, said, _home: home }
}

impl Published {
    fn version(&self) -> String {
        self.release.file_name().expect("a release has a name").to_string_lossy().into_owned()
    }

    /// The rows of a table with its header, cells joined by ` | `.
    fn rows(&self, table: &str) -> Vec<String> {
        let path = self.release.join(format!("data/csv/{table}.csv"));
        let text = fs::read_to_string(path).expect("the table was published");
        let mut reader = csv::ReaderBuilder::new();
        let mut reader =
            reader.has_headers(false).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let row = |row: csv::StringRecord| row.iter().collect::<Vec<_>>().join(" | ");
        reader.records().map(|record| row(record.expect("the file is CSV"))).collect()
    }
}

#[test]
fn version_1_with_names_for_people_and_keys_of_other_tools() {
    let package = published("country-codes/datapackage.json");
    assert_eq!(package.version(), "1.2.0");
    assert_eq!(
        package.rows("country-codes"),
        [
            "Country_Name | ISO3166-1-Alpha-2 | given | independent | Dial_prefix",
            "Åland | AX | 2004 | false | 358",
            "Congo, Democratic Republic of the | CD | 1997 | true | 243",
            "Norway | NO | 1974 | true | 47",
        ]
    );
    assert_eq!(
        package.said,
        [
            "datapackage.json:52:21: warning[renamed]: `Country Name` cannot be a field's name: it is published as \
             `Country_Name`",
            "datapackage.json:79:21: warning[renamed]: `Dial (prefix)` cannot be a field's name: it is published as \
             `Dial_prefix`",
        ]
    );
    let manifest = fs::read_to_string(package.release.join("manifest.json")).expect("it has a manifest");
    assert!(manifest.contains("2018-03-14"), "{manifest}");
}

#[test]
fn semicolons_latin_1_decimal_commas_and_no_name_or_date() {
    let package = published("pegel");
    assert_eq!(package.version(), "2.1.0");
    assert_eq!(
        package.rows("pegel_2017"),
        [
            "messstelle | tag | stand_cm",
            "Köln | 2017-02-03 | 1102.5",
            "Köln | 2017-02-04 | 98.25",
            "Münster | 2017-02-03 | ",
            "Würzburg; alter Kranen | 2017-02-04 | ",
        ]
    );
    let codes: Vec<&str> = package.said.iter().filter_map(|line| line.split(['[', ']']).nth(1)).collect();
    assert_eq!(codes, ["stand-in", "stand-in", "stand-in", "renamed"]);
}

#[test]
fn gzip_in_parts_tabs_and_a_schema_in_a_file() {
    let package = published("stations");
    assert_eq!(
        package.rows("readings"),
        [
            "station | at | celsius",
            "012 | 2024-01-01T00:00:00Z | -3.5",
            "012 | 2024-01-01T01:00:00Z | ",
            "yes | 2024-01-01T00:00:00Z | 11.0",
        ]
    );
    assert_eq!(
        package.rows("stations"),
        [
            "station_id | place | where | altitude",
            "012 | -2.7, 52.1 | [-2.7,52.1] | 84",
            "yes | 8.4, 60.39 | [8.4,60.39] | "
        ]
    );
    assert!(package.said[0].contains("warning[left-out]: this resource (`md`"), "{:?}", package.said);
}

#[test]
fn keys_of_two_fields_and_references_to_the_table_itself() {
    let package = published("org-chart");
    assert_eq!(
        package.rows("units"),
        [
            "country | unit | part_of | title",
            "NO | 1 | 1 | Head office",
            "NO | 2 | 1 | Archive",
            "SE | 1 | 1 | Huvudkontor"
        ]
    );
    assert_eq!(
        package.rows("people"),
        [
            "id | name | boss | country | unit | kind",
            "1 | Ada |  | NO | 1 | staff",
            "2 | Bo | 1 | NO | 2 | guest",
            "10 | Cy | 2 | SE | 1 | "
        ]
    );
}

#[test]
fn data_in_the_descriptor_as_records_and_as_rows() {
    let package = published("palette");
    assert_eq!(
        package.rows("colours"),
        ["name | rgb | warm | note", "red | [255,0,0] | true | ", "sea | [0,105,148] | false | of \"Wye\""]
    );
    assert_eq!(package.rows("uses"), ["colour | since | share", "red | 1931 | 0.25", "sea | 1987 | "]);
    assert!(package.said.is_empty(), "{:?}", package.said);
}

#[test]
fn reasons_for_missing_values_lists_and_columns_beyond_the_schema() {
    let package = published("survey");
    assert_eq!(
        package.rows("answers"),
        [
            "person | weight_kg | likes | scores | agrees | asked | took | at",
            "1 | 80.5 | tea; cake | 1; 2 | y | 2024-11 | PT12M | 09:30:00",
            "2 |  |  |  |  | 2024-11 | PT1H | 11:00:00",
            "3 |  | coffee | 3 | n | 2024-12 |  | 09:30:00",
        ]
    );
}

#[test]
fn headers_below_titles_comments_utf_16_and_no_header() {
    let package = published("budget");
    assert_eq!(
        package.rows("spending"),
        ["line | purpose | pounds", "1 | Roads | 1200.0", "2 | The mayor's chain | 90.0"]
    );
    assert_eq!(package.rows("areas"), ["code | area", "N | North", "S | South"]);
    let manifest = fs::read_to_string(package.release.join("manifest.json")).expect("it has a manifest");
    // The day as it is written, not the one it was in UTC.
    assert!(manifest.contains("2024-06-30"), "{manifest}");
}

#[test]
fn json_and_ndjson_with_objects_and_shapes() {
    let package = published("places");
    assert_eq!(
        package.rows("places"),
        [
            "id | names | shape | point | population",
            "usk | {\"en\":\"Usk\"} |  |  | ",
            "wye | {\"en\":\"Wye\",\"cy\":\"Gwy\"} | {\"type\":\"Point\",\"coordinates\":[-2.7,52.1]} | -2.7, 52.1 | \
             1200",
        ]
    );
    assert_eq!(
        package.rows("visits"),
        ["place | day | remark", "usk | 2020-03-01 | ", "wye | 2020-02-29 | wet"]
    );
}

#[test]
fn names_that_clash_or_cannot_begin_so() {
    let package = published("museum");
    assert_eq!(package.version(), "0.1.0");
    assert_eq!(
        package.rows("objects"),
        [
            "Object_ID | object_id_2 | field_1st_owner | O_cm | acquired",
            "A-1 | 7 | “Count” d’Orsay | 12.5 | 1901-02-03",
            "A-2 | 8 | Lodz museum |  | ",
        ]
    );
    assert_eq!(package.rows("words"), ["word", "œuvre", "a, b"]);
    assert!(package.said.iter().any(|line| line.contains("did you mean") || line.contains("`license`")));
}

#[test]
fn parquet() {
    assert_eq!(
        published("weather").rows("weather"),
        ["city | day | mm | wet", "Bergen | 2024-01-01 |  | false", "Oslo | 2024-01-02 | 1.5 | true"]
    );
}

#[test]
fn a_group_of_tables_in_csvw() {
    let package = published("csvw-trees");
    assert_eq!(package.version(), "2.0.0");
    assert_eq!(
        package.rows("species"),
        ["species | family", "Celtis australis | Cannabaceae", "Liquidambar styraciflua | "]
    );
    assert_eq!(
        package.rows("tree-ops"),
        [
            "GID | on_street | species | trim_cycle | dbh | inventory_date | protected | comments | kml",
            "1 | Addison Av | Celtis australis |  | 11.0 | 2010-01-08 | false |  | ",
            "6 | Emerson Straße | Liquidambar styraciflua | Large Tree Routine Prune | 1011.5 | 2010-10-18 | true | \
             cavity or decay; trunk decay | <Point/>",
        ]
    );
    assert!(package.said.is_empty(), "{:?}", package.said);
}

#[test]
fn a_single_table_in_csvw_whose_schema_is_a_file() {
    let package = published("csvw-single/prices.csv-metadata.json");
    assert_eq!(
        package.rows("prices"),
        ["item | day | Price", "tea | 2024-01-01 | 1.2", "tea | 2024-01-02 | "]
    );
}

/// What `check` says of a package that has these files.
fn said_of(files: &[(&str, &[u8])]) -> Vec<String> {
    Scratch::of(files).problems().iter().map(Diagnostic::to_string).collect()
}

/// A descriptor of the tables `streets`, with these files, and `houses`, which refers to it.
fn streets(path: &str, more: &str) -> Vec<u8> {
    let text = r#"{"name": "streets", "version": "1.0.0", "created": "2026-01-01", "resources": [
        {"name": "streets", "path": PATH, MORE "schema": {"fields": [{"name": "street"}, {"name": "no", "type": "integer"}],
          "primaryKey": "street"}},
        {"name": "houses", "data": [{"street": "Mill Lane", "house": 1}], "schema": {"fields": [{"name": "street"}, {"name": "house"}],
          "foreignKeys": [{"fields": "street", "reference": {"resource": "streets", "fields": "street"}}]}}]}"#;
    text.replace("PATH", path).replace("MORE", more).into_bytes()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish()).expect("memory can be written to")
}

#[test]
fn a_place_in_a_compressed_part_is_that_of_its_text() {
    let said = said_of(&[
        ("datapackage.json", &streets(r#"["one.csv.gz", "two.csv.gz"]"#, "")),
        ("one.csv.gz", &gzip("street,no\nHigh Street,1\n")),
        ("two.csv.gz", &gzip("street,no\nMill Lane,1\n\n\"Low\nStreet\",1a\n")),
    ]);
    assert_eq!(
        said,
        ["two.csv.gz:5:9: error[wrong-type]: field `no` is `1a`, expected a whole number such as `42`"]
    );
}

#[test]
fn a_damaged_archive_loses_its_records_without_calling_references_dangling() {
    let whole = gzip(&format!("street,no\n{}", "Mill Lane,1\n".repeat(1000)));
    let said = said_of(&[
        ("datapackage.json", &streets(r#""streets.csv.gz""#, "")),
        ("streets.csv.gz", &whole[..whole.len() / 2]),
    ]);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("streets.csv.gz: error[unreadable-file]: cannot be unpacked"), "{said:?}");
}

#[test]
fn records_inside_a_json_document_have_their_places() {
    let json = b"{\"meta\": {\"n\": 2},\n \"rows\": [\n  {\"street\": \"Mill Lane\", \"no\": 1},\n  {\"street\": \"High Street\", \"no\": true}]}";
    let more = r#""dialect": {"property": "rows"},"#;
    let said = said_of(&[("datapackage.json", &streets(r#""streets.json""#, more)), ("streets.json", json)]);
    assert_eq!(
        said,
        ["streets.json:4:35: error[wrong-type]: field `no` is `true`, expected a whole number such as `42`"]
    );
}

#[test]
fn records_and_rows_are_not_mixed_and_nothing_is_left_out_in_silence() {
    let package = |resources: &str| {
        let text = format!(
            r#"{{"name": "a", "version": "1.0.0", "created": "2026-01-01", "resources": {resources}}}"#
        );
        said_of(&[("datapackage.json", text.as_bytes())])
    };
    let table = |data: &str| {
        package(&format!(
            r#"[{{"name": "a", {data}, "schema": {{"fields": [{{"name": "a"}}, {{"name": "b"}}]}}}}]"#
        ))
    };
    for (said, expected) in [
        (
            table(r#""data": [{"a": 1}, ["b"]]"#),
            "error[wrong-shape]: a record of `a` is a list, expected a mapping",
        ),
        (
            table(r#""data": [["a", "b"], [1, 2, 3]]"#),
            "error[ragged-row]: the row has more cells than the first, 2",
        ),
        (table(r#""data": "a,b""#), "error[wrong-shape]: `data` of a table is a list of records"),
        (table(r#""path": []"#), "error[invalid-value]: `path` names at least one file"),
        (package("[]"), "error[invalid-value]: no resource is a table, so there is nothing to publish"),
    ] {
        assert!(said.len() == 1 && said[0].contains(expected), "{said:?} is not {expected}");
    }
    assert!(table(r#""data": []"#).is_empty());
}

#[test]
fn a_dialect_may_have_several_header_rows_and_a_sequence_for_null() {
    let more = r#""dialect": {"headerRows": [2, 3], "headerJoin": "", "nullSequence": "\\N", "commentRows": [5], "quoteChar": "'"},"#;
    let csv = "Streets of the town\n'str',n\neet,o\nMill Lane,\\N\nnot a row\nHigh Street,x\n";
    let said =
        said_of(&[("datapackage.json", &streets(r#""streets.csv""#, more)), ("streets.csv", csv.as_bytes())]);
    assert_eq!(
        said,
        ["streets.csv:6:13: error[wrong-type]: field `no` is `x`, expected a whole number such as `42`"]
    );
}

#[test]
fn a_dialect_may_be_written_as_frictionless_writes_it() {
    let more = r#""scheme": "file", "dialect": {"header": true, "csv": {"delimiter": "|", "skipInitialSpace": true}},"#;
    let csv = "street| no\nMill Lane| 1\nLow, Lane| x\n";
    let said =
        said_of(&[("datapackage.json", &streets(r#""streets.csv""#, more)), ("streets.csv", csv.as_bytes())]);
    assert_eq!(
        said,
        ["streets.csv:3:12: error[wrong-type]: field `no` is `x`, expected a whole number such as `42`"]
    );
}

#[test]
fn columns_match_fields_as_the_schema_says() {
    let package = |matched: &str| {
        let fields =
            format!(r#"{{"fieldsMatch": "{matched}", "fields": [{{"name": "street"}}, {{"name": "no"}}]}}"#);
        format!(
            r#"{{"name": "a", "version": "1.0.0", "created": "2026-01-01", "resources": [{{"name": "a", "path": "a.csv", "schema": {fields}}}]}}"#
        )
    };
    let codes = |matched, csv: &str| -> Vec<String> {
        let said = said_of(&[("datapackage.json", package(matched).as_bytes()), ("a.csv", csv.as_bytes())]);
        said.iter().filter_map(|line| line.split(['[', ']']).nth(1).map(str::to_owned)).collect()
    };
    let (same, further, fewer) = ("no,street\n1,x\n", "street,no,town\nx,1,y\n", "street\nx\n");
    for (matched, of_further, of_fewer) in [
        ("exact", vec!["unknown-key"], vec!["missing-column"]),
        ("equal", vec!["unknown-key"], vec!["missing-column"]),
        ("subset", vec![], vec!["missing-column"]),
        ("superset", vec!["unknown-key"], vec![]),
        ("partial", vec![], vec![]),
    ] {
        assert!(codes(matched, same).is_empty(), "{matched}");
        assert_eq!(codes(matched, further), of_further, "{matched}");
        assert_eq!(codes(matched, fewer), of_fewer, "{matched}");
    }
}

#[test]
fn a_descriptor_may_have_any_name_and_lie_beside_a_project() {
    let folder = TempDir::new().expect("a temporary folder can be made");
    let descriptor = folder.path().join("streets.json");
    fs::write(&descriptor, streets(r#""streets.csv""#, "")).expect("a file can be written");
    fs::write(folder.path().join("streets.csv"), "street,no\nMill Lane,1\n").expect("a file can be written");
    let checked =
        publish::check(&descriptor, publish::Resources::of_jobs(1), &()).expect("the machine works");
    assert!(checked.diagnostics.is_empty(), "{:?}", checked.diagnostics);
    let nowhere = publish::check(folder.path(), publish::Resources::of_jobs(1), &())
        .expect_err("the folder has no datapackage.json");
    assert!(nowhere.to_string().contains("no datapackage.json"), "{nowhere}");
}
