//! What documents say of files, and how a document becomes one.

use serde::Serialize;

use super::{Described, Document};
use crate::release::TableRecord;
use crate::staging::Artifact;

impl<'a> Described<'a> {
    /// The files that hold a table in the format called `format`, in the order of their rows: one, or several parts.
    pub(super) fn parts(&self, table: &TableRecord, format: &str) -> Vec<&'a Artifact> {
        let folder = format!("data/{format}/");
        table
            .files
            .iter()
            .filter(|path| path.starts_with(&folder))
            .filter_map(|path| self.file(path))
            .collect()
    }

    /// The file at `path`, when it has been written.
    pub(super) fn file(&self, path: &str) -> Option<&'a Artifact> {
        let at = self.files.binary_search_by(|file| file.path.as_bytes().cmp(path.as_bytes())).ok()?;
        self.files.get(at)
    }
}

/// A document of JSON: two spaces, one line feed at the end.
pub(super) fn json(path: impl Into<String>, media_type: &'static str, value: &impl Serialize) -> Document {
    let mut bytes = serde_json::to_vec_pretty(value).expect("text, numbers and lists always become JSON");
    bytes.push(b'\n');
    Document { path: path.into(), media_type, bytes }
}
