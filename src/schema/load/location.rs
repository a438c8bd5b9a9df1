//! Where a project is, and what describes it.

use std::fs;
use std::path::{Path, PathBuf};

use super::folder;
use crate::diagnostic::{Error, Result};

/// A project's folder and what describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    root: PathBuf,
    kind: DescriptionKind,
    /// Path of the description, from the folder.
    file: String,
}

/// How a project is described.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DescriptionKind {
    /// The folder `schema/`.
    Schema,
    /// A Data Package descriptor.
    DataPackage,
    /// A CSVW metadata document.
    TableGroup,
}

/// What a Data Package's descriptor is called in its folder.
const PACKAGE: &str = "datapackage.json";

/// What a CSVW metadata document is called in its folder (Model for Tabular Data, section 5.3).
const TABLE_GROUP: &str = "csv-metadata.json";

/// The context that a CSVW document must name, by which it is told from a Data Package.
const CSVW_CONTEXT: &str = "http://www.w3.org/ns/csvw";

impl Location {
    /// The project at `path`: a folder that holds one, or a descriptor itself.
    ///
    /// In a folder, `schema/` comes before a descriptor. Fails when there is no project ([`Error::Usage`]).
    pub fn find(path: &Path) -> Result<Location> {
        let usage =
            |reason: String| Err(Error::Usage(format!("no project in `{}`: {reason}", path.display())));
        if path.is_dir() {
            return match Location::in_folder(path) {
                Some(location) => Ok(location),
                None => usage(format!("there is no {}, no {PACKAGE} and no {TABLE_GROUP}", folder::DATASET)),
            };
        }
        let name = path.file_name().and_then(|name| name.to_str());
        let (true, Some(name)) = (path.is_file(), name) else {
            return usage("it is not a folder, and not a file that can be read".to_owned());
        };
        if !name.ends_with(".json") {
            return usage(format!("a descriptor is a JSON file such as {PACKAGE}"));
        }
        let root = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
            _ => PathBuf::from("."),
        };
        let bytes = fs::read(path).map_err(|e| Error::machine("read", path, e))?;
        let is_group = memchr::memmem::find(&bytes, CSVW_CONTEXT.as_bytes()).is_some();
        let kind = if is_group { DescriptionKind::TableGroup } else { DescriptionKind::DataPackage };
        Ok(Location { root, kind, file: name.to_owned() })
    }

    /// The project that a folder holds.
    pub fn in_folder(folder: &Path) -> Option<Location> {
        let kinds = [
            (folder::DATASET, DescriptionKind::Schema),
            (PACKAGE, DescriptionKind::DataPackage),
            (TABLE_GROUP, DescriptionKind::TableGroup),
        ];
        let (file, kind) = kinds.into_iter().find(|(file, _)| folder.join(file).is_file())?;
        Some(Location { root: folder.to_path_buf(), kind, file: file.to_owned() })
    }

    /// The folder that every path of the project begins in.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The path by which [`Location::find`] finds it.
    pub fn path(&self) -> PathBuf {
        match self.kind {
            DescriptionKind::Schema => self.root.clone(),
            DescriptionKind::DataPackage | DescriptionKind::TableGroup => self.root.join(&self.file),
        }
    }

    /// How the project is described.
    pub fn kind(&self) -> DescriptionKind {
        self.kind
    }

    /// Path of the description, from the project's folder.
    pub fn file(&self) -> &str {
        &self.file
    }
}
