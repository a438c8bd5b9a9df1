//! Collections that others keep are published as they are: the schema says where each field is (`foreign/<name>/`).

use std::fs;
use std::path::{Path, PathBuf};

use letterpress::diagnostic::has_errors;
use letterpress::publish;
use tempfile::TempDir;

/// A collection as it was published.
struct Published {
    /// Keeps the release until the test has ended.
    _home: TempDir,
    release: PathBuf,
}

/// Publishes `foreign/<name>`.
fn published(name: &str) -> Published {
    let home = TempDir::new().expect("a temporary folder can be made");
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/foreign").join(name);
    let options = publish::PublishOptions::default().out(home.path());
    let publish::Build { checked, outcome, .. } =
        publish::publish(&project, &options, &()).expect("the machine works");
    assert!(!has_errors(&checked.diagnostics), "{:#?}", checked.diagnostics);
    assert!(matches!(outcome, publish::Outcome::Published(_)), "{outcome:?}");
    Published { release: home.path().join("1.0.0"), _home: home }
}

impl Published {
    /// The rows of a table, cell by cell, without the header.
    fn cells(&self, table: &str) -> Vec<Vec<String>> {
        let path = self.release.join(format!("data/csv/{table}.csv"));
        let text = fs::read_to_string(path).expect("the table was published");
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let row = |row: csv::StringRecord| row.iter().map(str::to_owned).collect();
        reader.records().map(|record| row(record.expect("the file is CSV"))).collect()
    }
}

/// Rows written with ` | ` between cells.
fn rows(text: &[&str]) -> Vec<Vec<String>> {
    text.iter().map(|row| row.split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

#[test]
fn legislators_with_terms_and_their_affiliations() {
    let congress = published("congress");
    assert_eq!(
        congress.cells("legislators"),
        rows(&[
            "B000944 | 00136 | 400050 | Sherrod | Brown | | 1952-11-09",
            "C000127 | 00172 | 300018 | Maria | null | off |",
        ])
    );
    assert_eq!(congress.cells("fec_ids"), rows(&["B000944 | H2OH13033", "B000944 | S6OH00163"]));
    assert_eq!(
        congress.cells("terms"),
        rows(&[
            "B000944 | 1 | rep | 1993-01-05 | 1995-01-03 | OH | 13 |",
            "B000944 | 2 | sen | 2007-01-04 | 2013-01-03 | OH | | 02051",
        ])
    );
    assert_eq!(
        congress.cells("party_affiliations"),
        rows(&["B000944 | 2 | 2007-01-04 | Democrat |", "B000944 | 2 | 2009-01-03 | Independent | no"])
    );
}

#[test]
fn countries_by_code_with_lists_and_mappings_of_bare_values() {
    let countries = published("countries");
    assert_eq!(
        countries.cells("countries"),
        rows(&["IS | Iceland | 103000.0", "NO | Norway | 385207.0", "SE | Sweden |"])
    );
    assert_eq!(
        countries.cells("borders"),
        rows(&["NO | 2 | FI", "NO | 3 | RU", "NO | 1 | SE", "SE | 2 | FI", "SE | 1 | NO"])
    );
    assert_eq!(
        countries.cells("languages"),
        rows(&["IS | isl | íslenska", "NO | nno | Nynorsk", "NO | nob | Bokmål", "SE | swe | svenska"])
    );
}

#[test]
fn an_export_of_artworks_with_nulls_and_awkward_keys() {
    let mut expected = rows(&[
        "4 | Ferdinandsbrücke Project | 1896 | | 48.6 | Otto Wagner | false",
        "5 | =City of Music | c. 1987 | 16 × 11 3/4\" (40.6 × 29.8 cm) | | | true",
        "6 | (two lines) | | | 34.3 | Emil Hoppe; Otto Schönthal | false",
    ]);
    expected[2][1] = "Villa\nnear Vienna".to_owned();
    assert_eq!(published("artworks").cells("artworks"), expected);
}

#[test]
fn an_empty_list_is_not_a_missing_one() {
    let artworks = published("artworks");
    let text = fs::read_to_string(artworks.release.join("data/csv/artworks.csv")).expect("it was published");
    assert!(text.contains(",,\"\",true\n"), "{text}");
}

#[test]
fn readings_by_station_whose_keys_stay_texts() {
    assert_eq!(
        published("stations").cells("measurements"),
        rows(&["012 | 2010-03-14 | 1.5", "012 | 2010-03-15 |", "yes | 2010-03-14 | 0.0"])
    );
}
