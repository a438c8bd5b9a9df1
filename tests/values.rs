//! What numbers, dates and times are published as, and what is said of those that are refused.

use std::fs;
use std::path::Path;

use bytes::Bytes;
use letterpress::publish;
use letterpress::validate::Candidates;
use parquet::file::reader::{FileReader, SerializedFileReader};
use tempfile::TempDir;

/// A folder with the files of a project or package.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let home = TempDir::new().expect("a temporary folder can be made");
    for (path, text) in files {
        let path = home.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }
    home
}

/// What was said (code and message), and the published file `path` when there is one.
fn publish_of(home: &Path, path: &str) -> (Vec<String>, Option<Vec<u8>>) {
    let options = publish::Options {
        draft: true,
        out: None,
        candidates: Candidates::LeaveOut,
        formats: None,
        resources: publish::Resources::of_jobs(1),
    };
    let (checked, _) = publish::build(home, &options, &()).expect("the machine works");
    let said = checked.diagnostics.iter().map(|d| format!("{}: {}", d.code, d.message)).collect();
    (said, fs::read(home.join("dist/draft/data").join(path)).ok())
}

/// A project of one table `t` with an id and one field `v`, of which `field` says the rest.
fn project(field: &str, cells: &[&str]) -> TempDir {
    let table = format!("fields: [{{name: id, type: integer}}, {{name: v, {field}}}]\nprimaryKey: id\n");
    let quoted = |text: &&str| format!("\"{}\"", text.replace('"', "\"\""));
    let rows = cells.iter().map(quoted).enumerate().map(|(row, cell)| format!("{row},{cell}\n"));
    folder(&[
        (
            "schema/dataset.yaml",
            "name: t\nversion: 1.0.0\ncreated: 2026-11-22\nletterpress: {csv: {bom: false, eol: lf, quote: necessary}}\n",
        ),
        ("schema/tables/t.yaml", &table),
        ("seeds/t.csv", &format!("id,v\n{}", rows.collect::<String>())),
    ])
}

/// What the cells of a field are published as in CSV, or what is said of them.
fn published(field: &str, cells: &[&str]) -> Result<Vec<String>, Vec<String>> {
    let home = project(field, cells);
    let (said, csv) = publish_of(home.path(), "csv/t.csv");
    let csv = String::from_utf8(csv.ok_or(said)?).expect("CSV is UTF-8");
    Ok(csv.lines().skip(1).filter_map(|line| Some(line.split_once(',')?.1.to_owned())).collect())
}

#[test]
fn a_time_of_no_zone_is_published_without_one() {
    let field = "type: datetime, letterpress: {zone: none}";
    let cells = ["2020-03-29T02:30:00", "2020-03-29T02:30:00.5"];
    let expected = ["2020-03-29T02:30:00", "2020-03-29T02:30:00.500000"];
    assert_eq!(published(field, &cells).as_deref(), Ok(&expected.map(str::to_owned)[..]));
    let (_, jsonld) = publish_of(project(field, &cells).path(), "jsonld/t.jsonld");
    let jsonld = String::from_utf8_lossy(&jsonld.unwrap_or_default()).into_owned();
    assert!(jsonld.contains(r#""v":"2020-03-29T02:30:00.500000""#), "{jsonld}");
    let (_, bytes) = publish_of(project(field, &cells).path(), "parquet/t.parquet");
    let reader = SerializedFileReader::new(Bytes::from(bytes.unwrap_or_default())).expect("a Parquet file");
    let kind = reader.metadata().file_metadata().schema_descr().column(1).logical_type_ref().cloned();
    assert!(format!("{kind:?}").contains("is_adjusted_to_u_t_c: false"), "{kind:?}");
}

#[test]
fn a_list_of_local_times_has_no_zone_either() {
    let field = "type: list, itemType: datetime, letterpress: {zone: none}";
    let expected = "2020-03-29T02:30:00; 2020-03-30T00:00:00".to_owned();
    assert_eq!(published(field, &["2020-03-29T02:30:00,2020-03-30T00:00:00"]), Ok(vec![expected]));
    assert!(published(field, &["2020-03-29T02:30:00Z"]).is_err());
}
