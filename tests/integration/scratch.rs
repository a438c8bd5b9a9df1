//! Projects and packages in temporary folders, written piece by piece, and drafts of what they publish.

use std::fs;
use std::path::{Path, PathBuf};

use letterpress::diagnostic::{Diagnostic, Keep};
use letterpress::init;
use letterpress::publish::{self, Build, BuildOptions, Checked, Outcome, Resources};
use letterpress::release::Published;
use letterpress::schema::{self, Location};
use tempfile::TempDir;

/// A data set as plain as can be.
const DATASET: &str = "{name: t, version: 1.0.0, created: 2026-11-22}";

/// A temporary folder, with what was written into it.
pub(crate) struct Scratch(TempDir);

impl Scratch {
    /// A folder with nothing in it.
    pub(crate) fn empty() -> Scratch {
        Scratch(TempDir::new().expect("a temporary folder can be made"))
    }

    /// A project without tables.
    pub(crate) fn project() -> Scratch {
        Scratch::empty().dataset(DATASET)
    }

    /// A folder with these files.
    pub(crate) fn of<T: AsRef<[u8]>>(files: &[(&str, T)]) -> Scratch {
        Scratch::empty().files(files)
    }

    /// With another data set than the plain one.
    pub(crate) fn dataset(self, yaml: &str) -> Scratch {
        self.file("schema/dataset.yaml", yaml)
    }

    pub(crate) fn table(self, name: &str, yaml: &str) -> Scratch {
        self.file(&format!("schema/tables/{name}.yaml"), yaml)
    }

    pub(crate) fn vocabulary(self, name: &str, yaml: &str) -> Scratch {
        self.file(&format!("schema/vocabularies/{name}.yaml"), yaml)
    }

    /// With a file in `seeds/`.
    pub(crate) fn seed(self, name: &str, bytes: impl AsRef<[u8]>) -> Scratch {
        self.file(&format!("seeds/{name}"), bytes)
    }

    pub(crate) fn file(self, path: &str, bytes: impl AsRef<[u8]>) -> Scratch {
        self.write(path, bytes);
        self
    }

    pub(crate) fn files<T: AsRef<[u8]>>(self, files: &[(&str, T)]) -> Scratch {
        files.iter().for_each(|(path, bytes)| self.write(path, bytes));
        self
    }

    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("it is below the folder")).expect("a folder can be made");
        fs::write(path, bytes).expect("a file can be written");
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// The project's schema, which has no mistakes.
    pub(crate) fn load(&self) -> schema::Project {
        let location = Location::find(self.path()).expect("it has a schema");
        schema::load(&location, 1).expect("it can be read").0.expect("the schema is sound")
    }

    /// Everything that `check` says of the project.
    pub(crate) fn problems(&self) -> Vec<Diagnostic> {
        let resources = Resources { problems: Keep::All, ..Resources::of_jobs(2) };
        publish::check(self.path(), resources, &()).expect("the machine works").diagnostics
    }

    /// What is said of the project, and the draft that is published unless there are errors.
    pub(crate) fn draft(&self) -> (Checked, Option<Published>) {
        draft(self.path())
    }

    /// A file of the draft's `data/`.
    pub(crate) fn drafted(&self, path: &str) -> Vec<u8> {
        self.read(&format!("dist/draft/data/{path}"))
    }

    pub(crate) fn read(&self, path: &str) -> Vec<u8> {
        fs::read(self.path().join(path)).expect("it is there")
    }

    /// The rows of a table of the draft with its header, cells joined by ` | `.
    pub(crate) fn draft_rows(&self, table: &str) -> Vec<String> {
        let text = String::from_utf8(self.drafted(&format!("csv/{table}.csv"))).expect("CSV is UTF-8");
        let mut reader = csv::ReaderBuilder::new();
        let mut reader =
            reader.has_headers(false).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let row = |row: csv::StringRecord| row.iter().collect::<Vec<_>>().join(" | ");
        reader.records().map(|record| row(record.expect("the file is CSV"))).collect()
    }
}

/// The folder of this repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The starter project, in a new folder of `home`.
pub(crate) fn starter(home: &Path) -> PathBuf {
    let project = home.join("floods");
    init(&project, Some("river-floods")).expect("an empty folder takes the starter");
    project
}

/// What is said of the project there, and the draft that is published unless there are errors.
pub(crate) fn draft(home: &Path) -> (Checked, Option<Published>) {
    let build = publish::build(home, &BuildOptions::default(), &());
    let Build { checked, outcome, .. } = build.expect("the machine works");
    match outcome {
        Outcome::Draft(draft) => (checked, Some(draft)),
        Outcome::Stopped => (checked, None),
        other => unreachable!("a draft is always written: {other:?}"),
    }
}
