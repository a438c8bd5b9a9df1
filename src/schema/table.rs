//! `schema/tables/<table>.yaml`: a table, its keys, and where its records are written.

use std::sync::Arc;

use super::column::columns;
use super::{Column, Field, Origin, Term};
use crate::digest::Digest;
use crate::tokens::Span;

/// One table: Table Schema 2.0 and our keys.
#[derive(Debug, Clone)]
pub struct Table {
    /// The file's name without its ending; also the published file's name.
    pub name: String,
    /// Path of the schema file, relative to the project.
    pub file: Arc<str>,
    /// Title for people.
    pub title: Option<String>,
    /// What one row is.
    pub description: Option<String>,
    /// Fields as written, in order.
    pub fields: Vec<Field>,
    /// Columns as published, in order.
    pub columns: Vec<Column>,
    /// Indices of the primary key's fields; empty when there is none.
    pub primary_key: Vec<usize>,
    /// Further sets of fields whose values together are unique.
    pub unique_keys: Vec<Vec<usize>>,
    /// References to other tables or to this one.
    pub foreign_keys: Vec<ForeignKey>,
    /// Texts that mean "no value" (Table Schema `missingValues`); by default only the empty text.
    pub missing_values: Vec<String>,
    /// Set when records are written inside their parents.
    pub nested: Option<Nested>,
    /// Whether a seed file is a mapping from key to record or to list of records.
    pub keyed: bool,
    /// Keys of foreign records that are not wanted.
    pub ignore: Ignored,
    /// Class of a row in JSON-LD.
    pub class: Option<Term>,
    /// Index of the field that labels a row.
    pub label: Option<usize>,
    /// Whether the whole table is checked only, and not published.
    pub is_withheld: bool,
    /// Which of its rows are published.
    pub publication: Publication,
    /// Where the records are.
    pub seeds: SeedLocation,
    /// How its seed files are written, whatever their endings say.
    pub format: Option<SeedFormat>,
    /// The keys that lead to the records in a file; empty: they are the whole file.
    pub records: Vec<String>,
    /// How delimited text of this table is written.
    pub dialect: Dialect,
    /// What is known of a table whose records are those of a release.
    pub from_release: Option<FromRelease>,
}

/// A table that is read from a release. There a missing value is told from every text, so that no text means one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FromRelease {
    /// Whether its rows were derived from other tables before they were published.
    pub is_derived: bool,
}

/// From what a table's rows are derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Derivation {
    /// The project's code lists.
    Vocabularies,
    /// Other tables, by a query.
    Query,
}

/// Keys of records that are passed over where no field reads them, with all that lies under them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ignored(pub Vec<String>);

impl Ignored {
    /// Whether the key at the end of a path is passed over: it or a key above it is named, alone or by its path. In a path
    /// `*` stands for any key.
    pub fn contains(&self, path: &[&str]) -> bool {
        let is_named = |name: &String| {
            path.contains(&name.as_str()) || (name == "*" || name.contains('.')) && begins(path, name)
        };
        self.0.iter().any(is_named)
    }

    /// Those that are named below `path`, as they are named from there.
    pub fn below(&self, path: &[String]) -> Ignored {
        let keys: Vec<&str> = path.iter().map(String::as_str).collect();
        if self.contains(&keys) {
            return Ignored(vec!["*".to_owned()]);
        }
        let rest = |name: &String| {
            let parts: Vec<&str> = name.split('.').collect();
            let (above, below) = parts.split_at_checked(keys.len())?;
            let is_below = !below.is_empty() && begins(&keys, &above.join("."));
            is_below.then(|| below.join("."))
        };
        Ignored(self.0.iter().flat_map(|name| [Some(name.clone()), rest(name)]).flatten().collect())
    }
}

/// Whether a path begins with the keys of a pattern.
fn begins(path: &[&str], pattern: &str) -> bool {
    let mut keys = path.iter();
    pattern.split('.').all(|part| keys.next().is_some_and(|key| part == "*" || part == *key))
}

/// A foreign key.
#[derive(Debug, Clone)]
pub struct ForeignKey {
    /// Indices of the referring fields.
    pub fields: Vec<usize>,
    /// Index of the table referred to (may be the table itself).
    pub table: usize,
    /// Indices of the fields referred to, in the same order.
    pub references: Vec<usize>,
}

impl ForeignKey {
    /// Whether each item of a list refers to a row.
    pub fn is_of_items(&self, table: &Table) -> bool {
        matches!(self.fields.as_slice(), [only] if table.fields[*only].is_list())
    }
}

/// Where nested records are written, and which of their fields the parent fills.
#[derive(Debug, Clone)]
pub struct Nested {
    /// Indices of the parent tables.
    pub parents: Vec<usize>,
    /// Path of the key in the parent's record.
    pub path: Vec<String>,
    /// Indices of the fields filled from the parent's primary key, in its order.
    pub key: Vec<usize>,
}

/// Which rows of a table are published; by default all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Publication {
    /// Rows that say something else here are candidates, which a release leaves out.
    pub only: Option<PublishOnly>,
    /// Rows are left out with the records they name here.
    pub with: Vec<PublishWith>,
}

/// The values by which a table's rows are published (`letterpress: publish_only`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishOnly {
    /// Index of the field.
    pub field: usize,
    /// The values, as they are written in CSV; a missing value is never among them.
    pub values: Vec<String>,
}

/// A field that names a record without which the row is not published (`letterpress: publish_with`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishWith {
    /// Index of the field.
    pub field: usize,
    /// Indices of the tables whose primary key it may hold.
    pub tables: Vec<usize>,
}

/// Where a table's records come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeedLocation {
    /// `seeds/<table>/**` or `seeds/<table>.<ext>`.
    Default,
    /// Globs relative to the project folder, each with its place in `dataset.yaml`.
    Globs(Vec<(String, Span)>),
    /// Exactly these files, one after the other, as a descriptor lists them.
    Files(Vec<SeedFile>),
    /// Inside the records of other tables.
    Nested,
    /// Made by the tool itself from the schema (the table of vocabularies).
    Derived,
    /// Derived from the other tables by a query (`schema/views/<name>.sql`).
    View {
        /// Path of the query, relative to the project.
        file: Arc<str>,
        /// The query.
        sql: String,
    },
}

/// A file that a descriptor names; it is there, and inside the project folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedFile {
    /// Path relative to the project folder, with `/`.
    pub path: Arc<str>,
    /// How it is written.
    pub format: SeedFormat,
    /// What the digest of its bytes must be, where its descriptor says so for this tool.
    pub digest: Option<Digest>,
    /// Whether it is compressed with gzip.
    pub is_gzip: bool,
    /// Where in a JSON file the records are; empty: they are the whole file.
    pub within: Vec<Step>,
}

/// How a file is written whose ending does not say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeedFormat {
    /// Delimited text (RFC 4180).
    Delimited,
    /// A JSON list of records, or of rows of which the first holds the names.
    Json,
    /// The nodes of a JSON-LD document of a release.
    JsonLd,
    /// One JSON record per line.
    Ndjson,
    /// Parquet.
    Parquet,
    /// YAML.
    Yaml,
}

/// One step into a JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// To the value of a key.
    Key(String),
    /// To an item of a list, from 0.
    Item(usize),
}

/// Which columns a file may have beside or without the table's fields (Table Schema 2.0 `fieldsMatch`). Columns are
/// always found by their names, so `exact` and `equal` are the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FieldsMatch {
    /// Every field has a column, every column a field.
    #[default]
    Equal,
    /// The fields are a subset of the columns: further columns are passed over.
    Subset,
    /// The fields are a superset of the columns: a field without a column has no values.
    Superset,
    /// Both further and absent columns are allowed.
    Partial,
}

impl FieldsMatch {
    /// Whether a column without a field is passed over.
    pub fn allows_further(self) -> bool {
        matches!(self, FieldsMatch::Subset | FieldsMatch::Partial)
    }

    /// Whether a field without a column is a field without values.
    pub fn allows_absent(self) -> bool {
        matches!(self, FieldsMatch::Superset | FieldsMatch::Partial)
    }
}

/// How delimited text is written (Table Dialect 2.0), and how its columns match the fields; `None` means: recognised
/// from the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dialect {
    /// Character between fields.
    pub delimiter: Option<char>,
    /// Character around fields; default `"`.
    pub quote_char: Option<char>,
    /// Whether no character stands around fields, and every quote is text (`quoteChar: null`).
    pub is_unquoted: bool,
    /// Whether a quote inside a quoted field is doubled; default true.
    pub double_quote: Option<bool>,
    /// Whether the first row holds the field names; default true.
    pub header: Option<bool>,
    /// Whether spaces after a delimiter are dropped; default false.
    pub skip_initial_space: Option<bool>,
    /// A line that begins with this character is skipped.
    pub comment_char: Option<char>,
    /// Numbers, from 1 and ascending, of the lines that hold the field names; lines above them are skipped. Empty: the
    /// first line that is no comment.
    pub header_rows: Vec<u64>,
    /// Text between the parts of a name that stands in several header rows; default a space.
    pub header_join: Option<String>,
    /// Numbers, from 1, of lines that are skipped.
    pub comment_rows: Vec<u64>,
    /// A character that would take the next one's meaning away; no file may hold it.
    pub escape_char: Option<char>,
    /// Whether an apostrophe that begins a text was put there (`formula_guard` of a release), and is none of it.
    pub is_guarded: bool,
    /// Character encoding; `None`: UTF-8.
    pub encoding: Option<&'static encoding_rs::Encoding>,
    /// Which columns may be more or fewer than the fields.
    pub fields_match: FieldsMatch,
}

impl Table {
    /// A table with these fields and their columns, of which nothing else is known; in it no text means "no value".
    pub(crate) fn plain(name: &str, file: Arc<str>, fields: Vec<Field>) -> Table {
        Table {
            name: name.to_owned(),
            file,
            title: None,
            description: None,
            columns: columns(&fields),
            fields,
            primary_key: Vec::new(),
            unique_keys: Vec::new(),
            foreign_keys: Vec::new(),
            missing_values: Vec::new(),
            nested: None,
            keyed: false,
            ignore: Ignored::default(),
            class: None,
            label: None,
            is_withheld: false,
            publication: Publication::default(),
            seeds: SeedLocation::Default,
            format: None,
            records: Vec::new(),
            dialect: Dialect::default(),
            from_release: None,
        }
    }

    /// In a keyed table without a field for the key (`from: "@key"`), the field that takes it: the first of the primary key
    /// that nothing else fills.
    pub fn keyed_field(&self) -> Option<usize> {
        if !self.keyed || self.fields.iter().any(|field| field.origin == Origin::Key) {
            return None;
        }
        let is_read = |field: &&usize| matches!(self.fields[**field].origin, Origin::Path(_));
        self.primary_key.iter().find(is_read).copied()
    }

    /// From what its rows are derived, or were before they were published in the release that is read.
    pub fn derivation(&self) -> Option<Derivation> {
        match self.seeds {
            SeedLocation::View { .. } => Some(Derivation::Query),
            SeedLocation::Derived => Some(Derivation::Vocabularies),
            SeedLocation::Default
            | SeedLocation::Globs(_)
            | SeedLocation::Files(_)
            | SeedLocation::Nested => {
                self.from_release.filter(|release| release.is_derived).map(|_| Derivation::Query)
            }
        }
    }

    /// Index of the field called `name`.
    pub fn field_index(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|f| f.name == name)
    }

    /// Index of the column that holds the field's own value.
    pub fn column_of_field(&self, field: usize) -> usize {
        self.columns
            .iter()
            .position(|c| c.field == field && c.role == super::ColumnRole::Value)
            .expect("every field is published as a column of its own")
    }

    /// Indices of the primary key's columns.
    pub fn key_columns(&self) -> Vec<usize> {
        self.primary_key.iter().map(|&f| self.column_of_field(f)).collect()
    }
}
