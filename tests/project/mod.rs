//! Projects and packages in temporary folders, and drafts of what they publish.

use std::fs;
use std::path::Path;

use letterpress::publish::{self, Checked, Outcome, Resources};
use letterpress::validate::Candidates;
use tempfile::TempDir;

/// A temporary folder with these files.
pub(crate) fn folder<T: AsRef<[u8]>>(files: &[(&str, T)]) -> TempDir {
    let home = TempDir::new().expect("a temporary folder can be made");
    for (path, bytes) in files {
        let path = home.path().join(path);
        fs::create_dir_all(path.parent().expect("it is below home")).expect("a folder can be made");
        fs::write(path, bytes).expect("a file can be written");
    }
    home
}

/// What is said of the project there, and the draft that is published unless there are errors.
pub(crate) fn draft(home: &Path) -> (Checked, Option<Outcome>) {
    let options = publish::Options {
        draft: true,
        out: None,
        candidates: Candidates::LeaveOut,
        formats: None,
        resources: Resources::of_jobs(2),
    };
    publish::build(home, &options, &()).expect("the machine works")
}

/// The rows of a table of a draft with its header, cells joined by ` | `.
#[allow(dead_code, reason = "not every test reads its draft")]
pub(crate) fn draft_rows(home: &Path, table: &str) -> Vec<String> {
    let path = home.join(format!("dist/draft/data/csv/{table}.csv"));
    let text = fs::read_to_string(path).expect("the table was published");
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let row = |row: csv::StringRecord| row.iter().collect::<Vec<_>>().join(" | ");
    reader.records().map(|record| row(record.expect("the file is CSV"))).collect()
}
