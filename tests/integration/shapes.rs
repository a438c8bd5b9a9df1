//! Packages in the shapes that communities give them (`packages/<name>/`, unedited) build, and every cell is published as it was
//! written: Camtrap DP, Data Package 2.0, the Darwin Core Data Package, CLDF and csvcubed.

use std::fs;
use std::path::Path;

use crate::scratch::{Scratch, draft};
use letterpress::diagnostic::Diagnostic;

/// A package as it was published, and the codes of what is said of it.
struct Published {
    home: Scratch,
    said: Vec<String>,
}

/// Publishes a copy of `packages/<name>`.
fn published(name: &str, descriptor: &str) -> Published {
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/packages").join(name);
    let files = fs::read_dir(&package).expect("the package is there").map(|entry| {
        let path = entry.expect("the folder can be read").path();
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        (name, fs::read(&path).expect("a file can be read"))
    });
    let files: Vec<(String, Vec<u8>)> = files.collect();
    let files: Vec<(&str, &Vec<u8>)> = files.iter().map(|(name, bytes)| (name.as_str(), bytes)).collect();
    let home = Scratch::of(&files);
    let (checked, outcome) = draft(&home.path().join(descriptor));
    assert!(outcome.is_some(), "{:#?}", checked.diagnostics);
    let said = checked.diagnostics.iter().map(Diagnostic::to_string).collect();
    Published { home, said }
}

impl Published {
    #[track_caller]
    fn assert_rows(&self, table: &str, expected: &[&str]) {
        assert_eq!(self.home.draft_rows(table), expected, "{:#?}", self.said);
    }

    /// What is said: the part before the message, a line each.
    #[track_caller]
    fn assert_said(&self, expected: &[&str]) {
        let said: Vec<&str> = self.said.iter().filter_map(|line| line.split("]: ").next()).collect();
        assert_eq!(said, expected, "{:#?}", self.said);
    }
}

#[test]
fn camtrap_dp_with_schemas_by_address() {
    let package = published("camtrap", "datapackage.json");
    package.assert_rows(
        "deployments",
        &[
            "deploymentID | latitude | deploymentStart | cameraHeight | baitUse | deploymentTags",
            "d1 | 51.181 | 2020-05-30T02:57:37Z | 1.3 | false | season:winter | grid:A1",
            "d2 | 50.7 | 2020-06-19T23:00:00Z |  |  | ",
        ],
    );
    package.assert_rows(
        "media",
        &[
            "mediaID | deploymentID | captureMethod | timestamp | filePath | filePublic | exifData",
            "m1 | d1 | activityDetection | 2020-06-12T04:04:29Z | https://wye.example/m1.jpg | true | {\"EXIF\":{\"ISO\":200}}",
            "m2 | d1 |  | 2020-06-12T04:04:30Z | m2.jpg | false | ",
        ],
    );
    package.assert_rows(
        "observations",
        &[
            "observationID | deploymentID | mediaID | observationLevel | scientificName | count | classificationProbability",
            "o1 | d1 | m1 | media | Vulpes vulpes | 2 | 0.95",
            "o2 | d2 |  | event |  |  | ",
        ],
    );
    package.assert_said(&[
        "datapackage.json:10:17: warning[stand-in",
        "datapackage.json:19:17: warning[stand-in",
        "datapackage.json:124:15: warning[left-out",
        "datapackage.json:151:14: warning[stand-in",
        "media-table-schema.json:74:18: warning[wrong-shape",
    ]);
}

#[test]
fn data_package_2_with_lists_categories_and_missing_values_of_a_field() {
    let package = published("frictionless-2", "datapackage.json");
    package.assert_rows(
        "harbours",
        &[
            "code | depth | kind | size | berths | open | price",
            "A1 | 12.5 | sea | 1 | 1; 2; 3 | 2024-01-02T03:04:05Z | 1.25",
            "B2 |  | river | 2 |  | 2024-02-03T04:05:06Z | 3.0",
            // The field has missing values of its own, and this is none of them.
            "C3 | -99.0 | sea | 2 | 7 |  | ",
        ],
    );
    package.assert_said(&[]);
}

#[test]
fn darwin_core_with_weak_keys_of_its_own() {
    let package = published("darwin-core", "datapackage.json");
    package.assert_rows(
        "event",
        &[
            "event_pk | eventID | parentEvent_fk | eventDate | minimumDepthInMeters",
            "A1 | urn:a |  | 2020-03/2020-04 | ",
            "A1:1 | urn:b | A1 | 2020-03-05T10:00Z/11:30Z | 0.5",
        ],
    );
    package.assert_rows(
        "occurrence-event",
        &[
            "occurrence_pk | event_fk | organismQuantity | isInvasive | recordedByID",
            "o1 | A1:1 | 12.50 | true | nobody we know",
            "o2 | A1:1 | abundant |  | ",
        ],
    );
    package
        .assert_said(&["datapackage.json:1:1: warning[stand-in", "datapackage.json:5:14: warning[stand-in"]);
}

#[test]
fn cldf_with_lists_references_and_templates() {
    let package = published("cldf", "StructureDataset-metadata.json");
    package.assert_rows(
        "values",
        &[
            "ID | Language_ID | Parameter_ID | Value | Code_ID | Comment | Source",
            "v1 | abc | 1A | 5\" back | 1A-2 | said \"twice\" | Watcher2001[12-14]; Ferry1999",
            "v2 | xyz | 1A |  |  | # not a comment | ",
            "v3 | xyz | 1B | 1.0 | 1A-1 |  | Ferry1999[3]",
        ],
    );
    package.assert_rows(
        "languages",
        &[
            "ID | Name | Latitude | Glottocode | Family_IDs | Is_Isolate",
            "abc | Abcic | -10.5 | abci1234 | f1; f2 | false",
            "xyz | Xyz, Old |  |  |  | true",
        ],
    );
    package.assert_rows("codes", &["ID | Name | Number", "1A-1 | Small | 1", "1A-2 | Large | 2"]);
    package.assert_said(&[
        "StructureDataset-metadata.json:1:1: warning[stand-in",
        "StructureDataset-metadata.json:1:1: warning[stand-in",
        "StructureDataset-metadata.json:12:20: warning[renamed",
    ]);
}

#[test]
fn csvcubed_with_virtual_columns_and_suppressed_output() {
    let package = published("csvcubed", "duty.csv-metadata.json");
    package.assert_rows(
        "duty",
        &[
            "period | alcohol_type | value | measure_type | note",
            "month/2020-01 | beer | 100.5 | receipts | as published",
            "month/2020-01 | wine |  | receipts | ",
            "month/2020-02 | beer | 7.0 | receipts | ",
        ],
    );
    assert!(!package.home.path().join("dist/draft/data/csv/alcohol-type.csv").exists());
    package.assert_said(&[
        "duty.csv-metadata.json:1:1: warning[stand-in",
        "duty.csv-metadata.json:1:1: warning[stand-in",
        "duty.csv-metadata.json:1:1: warning[stand-in",
        "duty.csv-metadata.json:38:11: warning[left-out",
        "duty.csv-metadata.json:76:25: warning[left-out",
    ]);
}
