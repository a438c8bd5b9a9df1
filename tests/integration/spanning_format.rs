//! A format of our own, of which one file holds all tables: what a workbook or a database needs of the library.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::sync::Arc;

use crate::scratch::Scratch;
use letterpress::diagnostic::{Diagnostic, Error, Result, codes};
use letterpress::formats::{
    DataFile, DatasetWriter, FORMATS, Facts, Format, Holds, Morsel, Pipeline, PooledBuffer, ReorderQueue,
    Sink, TableInfo,
};
use letterpress::publish::{self, Build, BuildOptions, Outcome, Resources};
use letterpress::schema::Project;
use letterpress::staging::{SeekableFile, Stage};
use letterpress::{VerifyOptions, verify};
use serde_json::{Value, json};

/// The formats of the library, and ours.
static WITH_OURS: [&dyn Format; 4] = [FORMATS[0], FORMATS[1], FORMATS[2], &Book];

/// All tables in one file: how many bytes follow, then the rows of each as canonical text, below its name.
struct Book;

static FACTS: Facts =
    Facts { name: "book", title: "A book", extension: "book", media_type: "text/x-book", is_default: false };

const PATH: &str = "data/all.book";

/// Digits of the number of bytes, which is known last.
const COUNT_DIGITS: usize = 20;

impl Format for Book {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn check(&self, project: &Project) -> Vec<Diagnostic> {
        let too_long = project.tables.iter().filter(|table| table.name.len() > 31);
        let refuse = |table: &letterpress::schema::Table| {
            let place = letterpress::Place::file(&table.file);
            Diagnostic::new(&codes::INVALID_NAME, place, format!("`{}` is too long for a sheet", table.name))
        };
        too_long.map(refuse).collect()
    }

    fn open<'a>(&self, project: &'a Project, stage: &'a Stage) -> Result<Box<dyn DatasetWriter<'a> + 'a>> {
        let mut file = stage.seekable_file(PATH, FACTS.media_type)?;
        write(&mut file, &[b'?'; COUNT_DIGITS])?;
        let names = project.tables.iter().map(|table| table.name.clone()).collect();
        let pages = Pages { file, names, table: None };
        Ok(Box::new(BookWriter { queue: Arc::new(ReorderQueue::new(pages, 0)), tables: Vec::new() }))
    }
}

struct BookWriter {
    queue: Arc<ReorderQueue<Pages>>,
    tables: Vec<usize>,
}

impl<'a> DatasetWriter<'a> for BookWriter {
    fn begin_table(&mut self, info: &TableInfo<'a>) -> Result<Vec<Arc<dyn Pipeline + 'a>>> {
        self.tables.push(info.number);
        Ok(vec![Arc::new(PagePipeline { table: info.number, queue: Arc::clone(&self.queue) })])
    }

    fn finish(self: Box<Self>) -> Result<Vec<DataFile>> {
        let queue = Arc::into_inner(self.queue).expect("the pipelines are gone");
        let mut file = queue.into_sink().expect("nothing failed").file;
        let end = file.stream_position().map_err(failed)?;
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        write(&mut file, format!("{:>COUNT_DIGITS$}", end - COUNT_DIGITS as u64).as_bytes())?;
        file.finish()?;
        Ok(vec![DataFile { path: PATH.to_owned(), holds: Holds::Tables(self.tables) }])
    }
}

struct PagePipeline {
    table: usize,
    queue: Arc<ReorderQueue<Pages>>,
}

impl Pipeline for PagePipeline {
    fn run(&self, morsel: &Morsel<'_>) -> Result<()> {
        self.queue.push(morsel.turn, Arc::clone(morsel.canonical()))
    }

    fn finish(&self) -> Result<()> {
        self.queue.end_table(self.table)
    }
}

/// The file, and where in it we are.
struct Pages {
    file: SeekableFile,
    names: Vec<String>,
    /// The table whose name was written last.
    table: Option<usize>,
}

impl Pages {
    /// Writes the name of the table that follows the last one.
    fn turn_over(&mut self, table: usize) -> Result<()> {
        if self.table != Some(table) {
            self.table = Some(table);
            write(&mut self.file, format!("\n[{}]\n", self.names[table]).as_bytes())?;
        }
        Ok(())
    }
}

impl Sink for Pages {
    type Piece = Arc<PooledBuffer>;

    fn take(&mut self, table: usize, text: Arc<PooledBuffer>) -> Result<()> {
        self.turn_over(table)?;
        write(&mut self.file, &text)
    }

    fn end_table(&mut self, table: usize) -> Result<()> {
        self.turn_over(table)
    }
}

fn write(file: &mut SeekableFile, bytes: &[u8]) -> Result<()> {
    file.write_all(bytes).map_err(failed)
}

fn failed(error: std::io::Error) -> Error {
    Error::machine("write", PATH.as_ref(), error)
}

/// BuildOptions for a build of our format beside CSV.
fn options(jobs: usize) -> BuildOptions {
    let resources = Resources::of_jobs(jobs);
    BuildOptions::default().known_formats(&WITH_OURS).formats(["book", "csv"]).resources(resources)
}

/// Two tables that are larger than a block or not much smaller, and one without rows, in the order of their names.
fn project() -> Scratch {
    let schema = "fields: [{name: id, type: integer}, {name: word}]\nprimaryKey: [id]\n";
    let rows = |count: u64| -> String {
        let row = |id: u64| format!("{id},word {}\n", id % 97);
        std::iter::once("id,word\n".to_owned()).chain((0..count).map(row)).collect()
    };
    Scratch::project()
        .file("schema/tables/events.yaml", schema)
        .file("schema/tables/nothing.yaml", schema)
        .file("schema/tables/places.yaml", schema)
        .file("seeds/events.csv", rows(70_000))
        .file("seeds/nothing.csv", rows(0))
        .file("seeds/places.csv", rows(30_000))
}

#[test]
fn one_file_holds_the_rows_of_all_tables_in_order() {
    let home = project();
    let releases: Vec<Vec<u8>> = [1, 2, 5]
        .into_iter()
        .map(|jobs| {
            let out = home.path().join(format!("out-{jobs}"));
            let build =
                publish::build(home.path(), &options(jobs).out(&out), &()).expect("the machine works");
            let release = build.outcome.release().expect("it is published").path.clone();
            let report = verify(&release, &VerifyOptions::default().jobs(jobs)).expect("it can be read");
            assert!(report.is_whole());
            let csv = |table: &str| {
                let text =
                    fs::read_to_string(release.join(format!("data/csv/{table}.csv"))).expect("it is there");
                text.split_once("\r\n").expect("it has a header").1.to_owned()
            };
            let tables = ["events", "nothing", "places"].map(|table| format!("\n[{table}]\n{}", csv(table)));
            let expected = tables.concat();
            let book = fs::read_to_string(release.join(PATH)).expect("it is there");
            assert!(book == format!("{:>COUNT_DIGITS$}{expected}", expected.len()));
            fs::read(release.join("manifest.json")).expect("it is there")
        })
        .collect();
    assert!(releases.iter().all(|manifest| *manifest == releases[0]), "threads show");
}

#[test]
fn the_manifest_names_the_format_and_the_tables_of_the_file() {
    let home = project();
    let build = publish::build(home.path(), &options(2), &()).expect("the machine works");
    let release = build.outcome.release().expect("it is published");
    let manifest: Value =
        serde_json::from_slice(&fs::read(release.path.join("manifest.json")).expect("it is there"))
            .expect("JSON");
    assert!(crate::manifest_schema::schema().is_valid(&manifest));
    let file = |path: &str| {
        let files = manifest["files"].as_array().expect("a list");
        files.iter().find(|file| file["path"] == path).expect("it is listed").clone()
    };
    let book = file(PATH);
    assert_eq!((&book["format"], &book["tables"]), (&json!("book"), &json!(["events", "nothing", "places"])));
    assert_eq!(book["media_type"], "text/x-book");
    let csv = file("data/csv/events.csv");
    assert_eq!((csv.get("format"), &csv["tables"]), (None, &json!(["events"])));
    for table in manifest["tables"].as_array().expect("a list") {
        let formats: Vec<&Value> =
            table["files"].as_array().expect("a list").iter().map(|file| &file["format"]).collect();
        assert_eq!(formats, ["csv"], "a file of several tables is none of its parts");
    }
}

#[test]
fn a_project_that_it_cannot_hold_is_refused_and_it_is_no_default() {
    let schema = "fields: [{name: id}, {name: word}]\n";
    let name = "a_table_with_a_name_that_no_sheet_can_have";
    let home = Scratch::project()
        .file(&format!("schema/tables/{name}.yaml"), schema)
        .file(&format!("seeds/{name}.csv"), "id,word\na,b\n");
    let build =
        |options: &BuildOptions| publish::build(home.path(), options, &()).expect("the machine works");
    let Build { checked, outcome, .. } = build(&options(1));
    assert!(matches!(outcome, Outcome::Stopped));
    assert_eq!(checked.diagnostics[0].code, "invalid-name", "{:?}", checked.diagnostics);
    let Build { outcome, .. } = build(&BuildOptions::default().known_formats(&WITH_OURS));
    assert!(!outcome.release().expect("it is published").path.join(PATH).exists());
    let unknown = publish::build(home.path(), &BuildOptions::default().formats(["book"]), &());
    assert!(unknown.expect_err("it is ours alone").to_string().starts_with("there is no format `book`"));
}
