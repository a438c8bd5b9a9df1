//! What documents say of files: which hold a table, what they promise of them, where they will be served.

use serde::{Serialize, Serializer};

use super::{Described, Document};
use crate::release::TableRecord;
use crate::staging::Artifact;

impl<'a> Described<'a> {
    /// The files that hold a table in the format called `format`, in the order of their rows: one, or several parts.
    pub(super) fn parts(&self, table: &TableRecord, format: &str) -> Vec<&'a Artifact> {
        let files = table.files.iter().filter(|file| file.format == format);
        files.filter_map(|file| self.file(&file.path)).collect()
    }

    /// The file at `path`, when it has been written.
    pub(super) fn file(&self, path: &str) -> Option<&'a Artifact> {
        let at = self.files.binary_search_by(|file| file.path.as_bytes().cmp(path.as_bytes())).ok()?;
        self.files.get(at)
    }

    /// Where the release will be served, ending in `/`; nothing when the project does not say.
    pub(super) fn address(&self) -> Option<String> {
        let base = self.project.dataset.options.base_url.as_ref()?;
        let folder =
            if self.is_draft { "draft".to_owned() } else { self.project.dataset.version.to_string() };
        Some(format!("{base}{folder}/"))
    }

    /// Where the release before this one is served.
    pub(super) fn previous_address(&self) -> Option<String> {
        let base = self.project.dataset.options.base_url.as_ref()?;
        Some(format!("{base}{}/", self.previous?.version))
    }
}

/// A document of JSON: two spaces, one line feed at the end.
pub(super) fn json(path: impl Into<String>, media_type: &'static str, value: &impl Serialize) -> Document {
    let mut bytes = serde_json::to_vec_pretty(value).expect("text, numbers and lists always become JSON");
    bytes.push(b'\n');
    Document { path: path.into(), media_type, bytes }
}

/// An object whose keys stand in the order given.
pub(super) struct Object<K, V>(pub(super) Vec<(K, V)>);

impl<K: Serialize, V: Serialize> Serialize for Object<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}
