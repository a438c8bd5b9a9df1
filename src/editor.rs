//! What an editor needs to help with seeds in YAML: for each table a JSON Schema (2020-12) of its files, by which the YAML
//! language server completes keys and codes, and marks what `check` would refuse.
//!
//! A schema here is about records as they are *written*: nested, by key, with paths (`from`) and keys that are ignored.
//! It never refuses what `check` accepts; `check` finds more.

mod document;
mod record;
mod value;

use serde::Serialize;

use crate::schema::{Project, SeedLocation};
pub use document::Schema;

/// Folder of the schemas in a project, by whose name nothing else looks at it.
pub const FOLDER: &str = ".letterpress";

/// The schema of one table's seed files.
#[derive(Debug)]
pub struct TableSchema {
    /// Name of the table.
    pub table: String,
    /// The schema.
    pub schema: Schema,
}

impl TableSchema {
    /// The file's name.
    pub fn file_name(&self) -> String {
        format!("{}.schema.json", self.table)
    }

    /// The schema as JSON text.
    pub fn to_json(&self) -> String {
        let mut json = Vec::new();
        let mut serializer = serde_json::Serializer::pretty(&mut json);
        self.schema.serialize(&mut serializer).expect("a schema has texts as keys, and memory takes it");
        json.push(b'\n');
        String::from_utf8(json).expect("JSON is UTF-8")
    }
}

/// The schemas of all tables that have seeds of their own, in the project's order.
pub fn schemas(project: &Project) -> Vec<TableSchema> {
    let has_seeds = |index: &usize| match project.tables[*index].seeds {
        SeedLocation::Default | SeedLocation::Globs(_) => true,
        SeedLocation::Files(_) | SeedLocation::Nested | SeedLocation::Derived | SeedLocation::View { .. } => {
            false
        }
    };
    let schema = |index: usize| TableSchema {
        table: project.tables[index].name.clone(),
        schema: record::file(project, index),
    };
    (0..project.tables.len()).filter(has_seeds).map(schema).collect()
}
