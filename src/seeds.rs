//! The authored records: found, read and typed, file by file and split by split.
//!
//! An input is cut into *splits* at record boundaries; reading a split is a pure function of its bytes and the schema
//! and gives one [`Chunk`] of typed columns for each table whose records it holds. A bad cell is only noted as a
//! [`Problem`] with its row and field; where it stands is found afterwards by reading its split once more
//! ([`Seeds::locate`]), so that good data pays nothing for the places of its cells.

mod array_rows;
mod assemble;
mod column;
mod copy;
mod delimited;
mod derive;
mod digests;
mod discover;
mod document;
mod ndjson;
mod nodes;
mod outline;
mod parquet;
mod problem;
mod record_mapping;
mod split;
mod structural_index;
mod texts;
mod wrapper;

use std::borrow::Cow;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{ArrayRef, new_null_array};

pub use column::ColumnBuilder;
pub use copy::Copies;
pub use derive::columns as derived_columns;
pub use outline::{Outline, OutlineRow, usual_width};
pub(crate) use problem::describe_item;
pub use problem::{Found, Lookup, Problem, ProblemKind};
pub use split::{Drawn, Split, SplitId, Splits};

use crate::diagnostic::{Diagnostics, Error, Keep, Result};
use crate::digest::Digest;
use crate::files::FileRange;
use crate::offsets::{field_number, split_position};
use crate::schema::{Field, Origin, Project, SeedFormat, Step, Table};
use record_mapping::RecordMapping;

/// A seed file and the table whose records it holds.
#[derive(Debug)]
pub struct Source {
    /// Index of the table; nested records of other tables may be inside.
    pub table: usize,
    /// Path relative to the project, with `/`.
    pub path: Arc<str>,
    /// Folder in which the records of the table begin, relative to the project.
    folder: String,
    /// How it is written.
    pub kind: SourceKind,
    /// What must be taken away before it can be read.
    form: Form,
    /// What the digest of its bytes must be.
    digest: Option<Digest>,
    /// Where it lies ready to be read, when that is not in the project.
    copy: Option<Arc<File>>,
    /// The file itself, where it was opened before it came here.
    opened: Option<FileRange>,
    /// Whether it could not be made ready, which has been told; its records are lost.
    is_lost: bool,
}

impl Source {
    /// What a field has from the name of the file or of its folder; `None` where it has its values elsewhere.
    fn named(&self, field: &Field) -> Option<&str> {
        match field.origin {
            Origin::File => Some(discover::name(&self.path)),
            Origin::Folder => discover::folder(&self.path, &self.folder),
            Origin::Path(_)
            | Origin::Column(_)
            | Origin::Itself
            | Origin::Index
            | Origin::Key
            | Origin::Parent => None,
        }
    }

    /// The column of a field that is written in no record: the same for all rows.
    fn named_column(
        &self,
        table: &Table,
        field: usize,
        rows: usize,
        problems: &mut Vec<Problem>,
    ) -> ArrayRef {
        let schema = &table.fields[field];
        let Some(text) = self.named(schema).filter(|text| !assemble::is_missing(table, schema, text)) else {
            return new_null_array(&schema.column_type().arrow(), rows);
        };
        let mut builder = ColumnBuilder::new(schema, rows);
        let texts = std::iter::repeat_n(Some(Cow::Borrowed(text)), rows);
        builder.extend(schema, texts, |row, kind| {
            problems.push(Problem::of_cell(split_position(row), field_number(field), kind));
        });
        builder.finish(field_number(field), problems)
    }
}

/// What a file is wrapped in.
#[derive(Debug, Default)]
struct Form {
    compression: Option<Compression>,
    /// Where in a YAML or JSON file, or a line of NDJSON, the records are; empty: they are the whole of it.
    within: Vec<Step>,
    /// Whether the records are nodes of a JSON-LD document of a release.
    has_nodes: bool,
}

/// How a seed file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compression {
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
}

impl Compression {
    /// Its name, for people.
    fn name(self) -> &'static str {
        match self {
            Compression::Gzip => "gzip",
            Compression::Zstd => "zstd",
        }
    }
}

/// How a seed file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// YAML: a record, a list of records, or a mapping from key to record.
    Yaml,
    /// JSON of the same shapes.
    Json,
    /// One JSON record per line.
    Ndjson,
    /// Delimited text (RFC 4180).
    Delimited,
    /// Parquet.
    Parquet,
}

/// Typed rows of one table, as they came from one split.
#[derive(Debug)]
pub struct Chunk {
    /// Index of the table.
    pub table: usize,
    /// The published columns, all of the same length.
    pub columns: Vec<ArrayRef>,
    /// Number of rows.
    pub rows: usize,
    /// Which part of the record mapping made them: nested tables may be filled from several parents.
    pub instance: usize,
    /// What is wrong with single cells; more is added by validation.
    pub problems: Vec<Problem>,
    /// Rows, ascending, whose record could not be read as one; nothing else is said about them.
    pub broken: Vec<u32>,
    /// Fields whose column could not be read at all, which has been told: that they have no values is no second problem.
    pub refused: Vec<u32>,
}

impl Chunk {
    /// Rows that nothing is wrong with so far, read from records of the table itself.
    pub fn new(table: usize, columns: Vec<ArrayRef>, rows: usize) -> Chunk {
        let (problems, broken, refused) = (Vec::new(), Vec::new(), Vec::new());
        Chunk { table, columns, rows, instance: 0, problems, broken, refused }
    }

    /// Whether the row's record could not be read as one.
    pub fn is_broken(&self, row: u32) -> bool {
        self.broken.binary_search(&row).is_ok()
    }
}

/// What a split held.
#[derive(Debug, Default)]
pub struct Reading {
    /// Typed rows, parents before children.
    pub chunks: Vec<Chunk>,
    /// Problems whose place is already known.
    pub diagnostics: Diagnostics,
    /// Whether records were lost, so that references to them must not be called dangling.
    pub lost_records: bool,
}

/// Every seed of a project.
pub struct Seeds<'a> {
    project: &'a Project,
    sources: Vec<Source>,
    mappings: Vec<RecordMapping>,
    keep: Keep,
}

impl<'a> Seeds<'a> {
    /// Finds the seed files of every table, and unpacks those that are compressed with `jobs` threads. Files that no table
    /// reads are reported. Of problems that are alike, as many are kept as `keep` says.
    pub fn find(project: &'a Project, jobs: usize, keep: Keep) -> Result<(Seeds<'a>, Diagnostics)> {
        let (mut sources, mut found) = discover::sources(project)?;
        digests::check(project, &mut sources, jobs, &mut found)?;
        copy::copy(project, &mut sources, jobs, &mut found)?;
        let mut diagnostics = Diagnostics::new(keep);
        diagnostics.extend(found);
        let mappings = (0..project.tables.len()).map(|table| RecordMapping::new(project, table)).collect();
        Ok((Seeds { project, sources, mappings, keep }, diagnostics))
    }

    /// The seeds of a project's only table, in files that are open.
    pub(crate) fn of_files(
        project: &'a Project,
        format: SeedFormat,
        files: Vec<(Arc<str>, FileRange)>,
    ) -> Seeds<'a> {
        let sources = files.into_iter().map(|(path, file)| discover::opened_source(path, format, file));
        let mappings = vec![RecordMapping::new(project, 0)];
        Seeds { project, sources: sources.collect(), mappings, keep: Keep::default() }
    }

    /// The project whose seeds they are.
    pub fn project(&self) -> &'a Project {
        self.project
    }

    /// The seed files, by table and then by path.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The last source that may have records of the table: its own, or those of the tables it is nested in.
    pub fn last_source_of(&self, table: usize) -> Option<usize> {
        let holds = |source: &Source| self.mappings[source.table].instances.iter().any(|i| i.table == table);
        self.sources.iter().rposition(holds)
    }

    /// Bytes of all seed files together, for progress.
    pub fn total_bytes(&self) -> u64 {
        let size = |source: &Source| match &source.copy {
            Some(copy) => copy.metadata(),
            None => self.path(source).metadata(),
        };
        self.sources.iter().map(|source| size(source).map_or(0, |metadata| metadata.len())).sum()
    }

    /// The texts of files that cannot be shown as they lie.
    pub fn copies(&self) -> Copies {
        Copies::of(self.project, &self.sources)
    }

    /// The splits of every file, in order; each is read from the disk when it is drawn.
    pub fn splits(&self) -> Splits<'_> {
        Splits::new(self)
    }

    /// Reads a split.
    pub fn read(&self, split: &Split) -> Reading {
        let source = &self.sources[split.id.source];
        if source.is_lost {
            return Reading { lost_records: true, ..Reading::default() };
        }
        match source.kind {
            SourceKind::Yaml | SourceKind::Json | SourceKind::Ndjson => {
                document::read(self, split, Vec::new()).0
            }
            SourceKind::Delimited => delimited::read(self, split),
            SourceKind::Parquet => parquet::read(self, split),
        }
    }

    /// Finds where cells and records of a split stand, by reading it again.
    ///
    /// The answers are in the order of `lookups`.
    pub fn locate(&self, id: SplitId, lookups: &[Lookup]) -> Result<Vec<Found>> {
        Ok(self.locate_in(&split::reread(self, id)?, lookups))
    }

    /// Finds where cells and records of a split stand, in the order of `lookups`.
    pub fn locate_in(&self, split: &Split, lookups: &[Lookup]) -> Vec<Found> {
        match self.sources[split.id.source].kind {
            SourceKind::Yaml | SourceKind::Json | SourceKind::Ndjson => {
                document::read(self, split, lookups.to_vec()).1
            }
            SourceKind::Delimited => delimited::locate(self, split, lookups),
            SourceKind::Parquet => parquet::locate(self, split, lookups),
        }
    }

    fn path(&self, source: &Source) -> PathBuf {
        self.project.root.join(&*source.path)
    }

    /// Opens a seed file, or its copy.
    fn open(&self, source: &Source) -> Result<FileRange> {
        if let Some(copy) = &source.copy {
            return Ok(FileRange::whole(Arc::clone(copy)));
        }
        if let Some(file) = &source.opened {
            return Ok(file.clone());
        }
        let path = self.path(source);
        let file = File::open(&path).map_err(|e| Error::machine("read", &path, e))?;
        Ok(FileRange::whole(Arc::new(file)))
    }
}
