//! `index.json`: the releases in a folder, for those who look for the newest.

use std::collections::BTreeMap;
use std::io::Write as _;

use rustix::fs::RenameFlags;
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::diagnostic::Result;
use crate::digest::Digest;
use crate::staging::{Folder, STAGING_PREFIX};

use super::inspect::{Document, Record};
use super::layout::INDEX;
use super::manifest::{id_text, version_text};
use super::output::Output;

/// The releases in a folder. Derived from their manifests, and rebuilt whenever it differs from them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// Name of the data set.
    pub name: String,
    /// The releases, the newest first.
    pub releases: Vec<Entry>,
}

/// One release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its version.
    #[serde(with = "version_text")]
    pub version: Version,
    /// Its date, `YYYY-MM-DD`.
    pub date: String,
    /// Its folder, relative to the index.
    pub path: String,
    /// Its release id: the digest of its `manifest.json`.
    #[serde(with = "id_text")]
    pub release_id: Digest,
    /// Size of all its files.
    pub bytes: u64,
    /// Rows of each table.
    pub tables: BTreeMap<String, u64>,
}

impl Entry {
    /// The entry of the release that `record` describes.
    pub(crate) fn new(record: &Record) -> Entry {
        let manifest = &record.manifest;
        Entry {
            version: manifest.version.clone(),
            date: manifest.created.clone(),
            path: manifest.version.to_string(),
            release_id: record.id,
            bytes: record.bytes,
            tables: manifest.tables.iter().map(|table| (table.name.clone(), table.rows)).collect(),
        }
    }
}

impl Index {
    /// The document's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("text, numbers and lists always become JSON");
        bytes.push(b'\n');
        bytes
    }

    /// Puts the index into `out`, unless it is there: a reader sees the old one or the new one.
    pub(crate) fn publish(&self, out: &Output) -> Result<()> {
        let (folder, bytes) = (out.folder(), self.to_bytes());
        if matches!(Document::read(folder, INDEX)?, Document::Bytes(there) if there == bytes) {
            return Ok(());
        }
        let temporary = format!("{STAGING_PREFIX}{INDEX}-{}", std::process::id());
        // Nobody else holds the lock, so what is there was left by a process of the same number.
        folder.remove_tree(&temporary)?;
        if let Err(error) = replace(folder, &temporary, &bytes) {
            // The next build would do it, but nothing is left behind where it can be helped.
            drop(folder.remove_tree(&temporary));
            return Err(error);
        }
        folder.sync()
    }
}

/// Writes `bytes` to the file `temporary`, and when they are on the disk makes it the index.
fn replace(folder: &Folder, temporary: &str, bytes: &[u8]) -> Result<()> {
    let mut file = folder.create_file(temporary).map_err(|errno| folder.error("create", temporary, errno))?;
    file.write_all(bytes).map_err(|error| folder.error("write", temporary, error))?;
    folder.sync_file(temporary)?;
    folder
        .rename(temporary, INDEX, RenameFlags::empty())
        .map_err(|errno| folder.error("replace", INDEX, errno))
}
