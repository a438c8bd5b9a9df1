//! A release read back: the typed rows of its tables, in key order, from whatever format holds them.
//!
//! The manifest alone is trusted: no file is opened that it does not list, none is read that has not the size and digest that it
//! records, and rows are of the types that it names or an error. Rows come block by block, so a table may be larger than memory.

mod blocks;
mod content;
mod order;
mod table;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use blocks::Blocks;

use crate::diagnostic::{Error, Result, escape};
use crate::digest::Digest;
use crate::files::{self, Tree};
use crate::release::{DOCUMENT_BYTES, MANIFEST, Manifest, TableRecord};
use crate::schema::SeedFormat;
use blocks::{PublishedFile, Source};

/// Formats that tables are read from, the one that is read soonest first.
const FORMATS: [(&str, SeedFormat); 3] =
    [("parquet", SeedFormat::Parquet), ("csv", SeedFormat::Delimited), ("jsonld", SeedFormat::JsonLd)];

/// A release that was published, in a folder or a zip archive.
pub struct Release {
    files: Box<dyn Tree>,
    path: PathBuf,
    manifest: Manifest,
    id: Digest,
}

impl Release {
    /// Opens the release at `path`, and reads its manifest.
    pub fn open(path: &Path) -> Result<Release> {
        let files = files::open(path)?;
        let bytes = files.read(MANIFEST, DOCUMENT_BYTES)?;
        let manifest = Manifest::parse(&bytes).map_err(|faults| {
            let reason = faults.first().map_or("it is empty", |fault| &fault.message);
            refused(path, &format!("`{MANIFEST}` cannot be read: {}", escape(reason)))
        })?;
        Ok(Release { files, path: path.to_path_buf(), manifest, id: Digest::of(&bytes) })
    }

    /// What the release says it is.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The release id: the digest of the manifest's bytes.
    pub fn id(&self) -> Digest {
        self.id
    }

    /// The record of the table called `name`.
    pub fn table(&self, name: &str) -> Option<&TableRecord> {
        self.manifest.tables.iter().find(|table| table.name == name)
    }

    /// The rows of a table, from the format that is read soonest.
    pub fn blocks(&self, table: &str) -> Result<Blocks> {
        let record = self.record(table)?;
        let is_there = |format: &&str| record.files.iter().any(|file| file.format == **format);
        let format = FORMATS.iter().map(|(name, _)| *name).find(is_there).ok_or_else(|| {
            let names = FORMATS.map(|(name, _)| name).join(", ");
            self.refused(&format!(
                "the table `{table}` is in none of the formats that are read back: {names}"
            ))
        })?;
        self.blocks_of(table, format)
    }

    /// The content digest of a table's rows, as they are read from its files in a format.
    pub fn content_digest(&self, table: &str, format: &str) -> Result<Digest> {
        let source = self.source(table, format)?;
        let table = source.table().clone();
        content::digest(&table, Blocks::read(source)?)
    }

    /// The rows of a table, from its files in a format.
    pub fn blocks_of(&self, table: &str, format: &str) -> Result<Blocks> {
        Blocks::read(self.source(table, format)?)
    }

    /// What the rows of a table are read from, in a format.
    fn source(&self, table: &str, format: &str) -> Result<Source> {
        let record = self.record(table)?;
        let read = FORMATS.iter().find(|(name, _)| *name == format).map(|(_, read)| *read);
        let of_format = record.files.iter().filter(|file| file.format == format);
        let mut opened = Vec::new();
        for file in of_format.clone() {
            opened.push(self.open_file(&file.path)?);
        }
        let Some(format) = read.filter(|_| !opened.is_empty()) else {
            return Err(self.refused(&format!("the table `{table}` has no files in the format `{format}`")));
        };
        let is_guarded = of_format.clone().any(|file| file.formula_guard);
        let project = table::project(&self.manifest, record, format, is_guarded)
            .map_err(|reason| self.refused(&format!("`{MANIFEST}` cannot be followed: {reason}")))?;
        let root = self.path.clone();
        Ok(Source { root, project, format, files: opened, rows: record.rows })
    }

    /// Opens a file that the manifest lists; it has the size that it records.
    fn open_file(&self, path: &str) -> Result<PublishedFile> {
        let record = self.manifest.files.iter().find(|file| file.path == path);
        let Some(record) = record else { return Err(self.refused(&format!("`{path}` is not listed"))) };
        let file = self.files.open(path, record.bytes)?;
        let bytes = file.length().map_err(|error| Error::machine("read", &self.path.join(path), error))?;
        if bytes != record.bytes {
            return Err(
                self.refused(&format!("`{path}` has {bytes} bytes, and {} were published", record.bytes))
            );
        }
        Ok(PublishedFile { path: Arc::from(path), file, sha256: record.sha256 })
    }

    fn record(&self, table: &str) -> Result<&TableRecord> {
        self.table(table).ok_or_else(|| self.refused(&format!("there is no table `{}`", escape(table))))
    }

    fn refused(&self, reason: &str) -> Error {
        refused(&self.path, reason)
    }
}

/// Says why a release cannot be read.
fn refused(release: &Path, reason: &str) -> Error {
    Error::Usage(format!("`{}` is not the release that was published: {reason}", release.display()))
}
