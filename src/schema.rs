//! What a project says about itself: the data set, its tables and fields, its vocabularies, checks and views.
//!
//! The model is Data Package 2.0 and Table Schema 2.0; keys of our own lie under `letterpress:`. Everything here has
//! been checked when it exists: names resolve, patterns compile, versions and dates parse.

mod column;
mod dataset;
mod field;
#[cfg(test)]
pub(crate) mod fixture;
mod json_schema;
pub mod lexical;
mod load;
mod pattern;
mod table;
mod tree;
mod vocabulary;

pub use column::{Column, ColumnRole, ColumnType, ItemType};
pub use dataset::{
    Contributor, CsvOptions, DIGEST_BLOCK_ROWS, Dataset, License, LineEnd, Options, Quote, RoCrateVersion,
    Source, VersionPolicy,
};
pub use field::{Bound, Constraints, Field, FieldFormat, FieldType, Geopoint, Origin, StringFormat, Zone};
pub use json_schema::JsonSchema;
pub use load::{DescriptionKind, Location, Taken, explain_checks, field_name, load, table_name};
pub use pattern::Pattern;
pub use table::{
    Dialect, FieldsMatch, ForeignKey, Ignored, Nested, Publication, PublishOnly, PublishWith, SeedFile,
    SeedFormat, SeedLocation, Step, Table,
};
pub use vocabulary::{Concept, Vocabulary};

use std::path::PathBuf;

/// A whole project's schema, checked and resolved. Tables stand parents before children, as they are published.
#[derive(Debug)]
pub struct Project {
    /// The project folder; every path in a diagnostic is relative to it.
    pub root: PathBuf,
    /// The data set's own description and options.
    pub dataset: Dataset,
    /// The tables, in publishing order; indices into this list are how tables refer to each other.
    pub tables: Vec<Table>,
    /// The closed code lists, sorted by name.
    pub vocabularies: Vec<Vocabulary>,
    /// The SQL checks, sorted by code.
    pub checks: Vec<Check>,
}

/// A rule in SQL (`schema/checks/<code>.sql`): each row it returns is a violation.
#[derive(Debug)]
pub struct Check {
    /// The diagnostic's code: the file's name.
    pub code: String,
    /// Path of the SQL file, relative to the project.
    pub file: std::sync::Arc<str>,
    /// What the rule is about: the leading comment lines.
    pub explanation: String,
    /// The table whose primary key the first columns hold.
    pub table: usize,
    /// The query.
    pub sql: String,
}
