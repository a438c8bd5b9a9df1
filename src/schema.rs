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
pub use field::{
    Bound, Constraints, Field, FieldFormat, FieldType, Geopoint, Origin, StringFormat, Term, Zone,
};
pub use json_schema::JsonSchema;
pub use load::{DescriptionKind, Location, Taken, explain_checks, field_name, load, table_name};
pub use pattern::Pattern;
pub use table::{
    Derivation, Dialect, FieldsMatch, ForeignKey, FromRelease, Ignored, Nested, Publication, PublishOnly,
    PublishWith, SeedFile, SeedFormat, SeedLocation, Step, Table,
};
pub use vocabulary::{Concept, Vocabulary};

use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Result};

/// Project: its whole schema, checked and resolved. Tables stand parents before children, as they are published.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let project = folder.path().join("floods");
/// # letterpress::init(&project, Some("river-floods"))?;
/// use letterpress::Project;
///
/// let (project, problems) = Project::load(&project)?;
/// let project = project.ok_or_else(|| format!("the schema is wrong: {problems:?}"))?;
/// assert_eq!(project.dataset.name, "river-floods");
/// for table in &project.tables {
///     let fields: Vec<&str> = table.fields.iter().map(|field| field.name.as_str()).collect();
///     println!("{}: {}", table.name, fields.join(", "));
/// }
/// # Ok(())
/// # }
/// ```
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

impl Project {
    /// Loads the schema of the project at `path` (its folder, or its descriptor); what is wrong with it comes beside it, and instead of
    /// it when that stops publishing.
    pub fn load(path: &Path) -> Result<(Option<Project>, Vec<Diagnostic>)> {
        load(&Location::find(path)?, 1)
    }
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
