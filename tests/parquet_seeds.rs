//! Large seeds in Parquet are read some rows at a time, and their mistakes have the numbers of their rows.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray};
use arrow::record_batch::RecordBatch;
use letterpress::diagnostic::Diagnostic;
use letterpress::publish::{self, Resources};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use tempfile::TempDir;

const DATASET: &str = "{name: t, version: 1.0.0, created: 2026-11-22}";
const TABLE: &str = "{fields: [{name: id, type: string}, {name: size, type: integer, constraints: {minimum: 0}}], \
                     primaryKey: [id]}";

/// A project with one Parquet file: a row for each of some sizes, so many to a row group.
fn project(sizes: &[i64], group_rows: usize) -> TempDir {
    let home = TempDir::new().expect("there is room");
    for (path, text) in [("schema/dataset.yaml", DATASET), ("schema/tables/t.yaml", TABLE)] {
        let path = home.path().join(path);
        fs::create_dir_all(path.parent().expect("it is below home")).expect("there is room");
        fs::write(path, text).expect("there is room");
    }
    fs::create_dir(home.path().join("seeds")).expect("there is room");
    let ids: ArrayRef =
        Arc::new((0..sizes.len()).map(|row| Some(format!("k-{row}"))).collect::<StringArray>());
    let sizes: ArrayRef = Arc::new(Int64Array::from(sizes.to_vec()));
    let batch = RecordBatch::try_from_iter([("id", ids), ("size", sizes)]).expect("two columns");
    let file = fs::File::create(home.path().join("seeds/t.parquet")).expect("there is room");
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(group_rows)).build();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).expect("a file");
    writer.write(&batch).expect("there is room");
    writer.close().expect("there is room");
    home
}

fn problems(home: &Path) -> Vec<Diagnostic> {
    publish::check(home, Resources::of_jobs(2), &()).expect("the machine works").diagnostics
}

#[test]
fn a_mistake_has_the_number_of_its_row_wherever_it_is() {
    let bad = [0, 8_191, 8_192, 19_999, 20_000, 33_333];
    let sizes: Vec<i64> = (0..40_000).map(|row| if bad.contains(&row) { -row - 1 } else { row }).collect();
    for group_rows in [7_000, 20_000, 100_000] {
        let home = project(&sizes, group_rows);
        let found: Vec<(String, String)> = problems(home.path())
            .into_iter()
            .map(|problem| (problem.place.to_string(), problem.message))
            .collect();
        assert_eq!(found.len(), bad.len(), "{found:#?}");
        for (row, (place, message)) in bad.iter().zip(&found) {
            assert_eq!(*place, format!("seeds/t.parquet:row {}", row + 1));
            assert!(message.contains(&format!("{}", -row - 1)), "{message}");
        }
    }
}

#[test]
fn a_row_group_that_is_damaged_hides_no_other() {
    let sizes: Vec<i64> = (0..40_000).map(|row| if row == 39_999 { -1 } else { row }).collect();
    let home = project(&sizes, 20_000);
    let path = home.path().join("seeds/t.parquet");
    let mut bytes = fs::read(&path).expect("it was written");
    // The header of the first page.
    bytes[4..40].fill(0xff);
    fs::write(&path, bytes).expect("there is room");
    let found: Vec<String> = problems(home.path()).iter().map(|problem| problem.code.to_string()).collect();
    assert_eq!(found, ["unreadable-file", "out-of-range"]);
}
