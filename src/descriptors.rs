//! The documents that describe a release, each for its own readers: catalogues, validators, archives, people.
//!
//! Each descriptor is one file and its line in [`DESCRIPTORS`]; the tests and the documentation derive from that slice.
//! A descriptor is a pure function of the project and of what has been written so far. The slice is in the order of
//! writing: a document may give the digests of files written before it and of no other, so that nothing describes
//! itself.

mod bagit;
mod citation;
mod codebook;
mod croissant;
mod csvw;
mod datacite;
mod datapackage;
mod dcat;
mod dictionary;
mod files;
mod json_schema;
mod license;
mod licenses;
mod links;
mod loading;
mod markdown;
mod page;
mod people;
mod published;
mod readme;
mod ro_crate;
mod summary;
mod templates;
mod values;
mod yaml;

use std::io::Write as _;

use crate::code_counts::CodeCounts;
use crate::diagnostic::{Error, Result};
use crate::release::{Previous, TableRecord, Target};
use crate::schema::{Derivation, Project, Table};
use crate::staging::{Artifact, Stage};

/// Every descriptor, in the order in which they are written.
pub static DESCRIPTORS: &[&dyn Descriptor] = &[
    &csvw::Csvw,
    &datapackage::DataPackage,
    &croissant::Croissant,
    &readme::Readme,
    &license::License,
    &codebook::Codebook,
    &citation::Citation,
    &json_schema::JsonSchema,
    &page::Page,
    &dcat::Dcat,
    &datacite::DataCite,
    &ro_crate::RoCrate,
    &bagit::BagIt,
];

/// One standard, or one custom, in which a release is described.
pub trait Descriptor: Sync {
    /// Short name: its folder of golden files.
    fn name(&self) -> &'static str;

    /// The standard and its version, as people know it.
    fn standard(&self) -> &'static str;

    /// The documents; none when the project does not say what the standard must have.
    fn documents(&self, release: &Described<'_>) -> Vec<Document>;
}

/// What there is to be described.
#[derive(Clone, Copy)]
pub struct Described<'a> {
    /// The project: names, descriptions, types, keys, people, terms.
    pub project: &'a Project,
    /// Whether it is a draft: made to be looked at, and no release.
    pub is_draft: bool,
    /// The release before this one.
    pub previous: Option<&'a Previous>,
    /// The tables as they are published, in the project's order.
    pub tables: &'a [TableRecord],
    /// How often each of them uses the codes of its vocabularies.
    pub uses: &'a [CodeCounts],
    /// The files written so far, sorted by the bytes of their paths.
    pub files: &'a [Artifact],
}

/// A document of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Path inside the release, with `/`.
    pub path: String,
    /// Media type.
    pub media_type: &'static str,
    /// The document.
    pub bytes: Vec<u8>,
}

/// Writes every document into the stage, which holds the tables already.
pub fn write(
    project: &Project,
    target: &Target<'_>,
    tables: &[TableRecord],
    uses: &[CodeCounts],
    stage: &Stage,
) -> Result<()> {
    let (is_draft, previous) = (target.is_draft(), target.previous());
    for descriptor in DESCRIPTORS {
        let files = stage.artifacts();
        let described = Described { project, is_draft, previous, tables, uses, files: &files };
        for document in descriptor.documents(&described) {
            let mut file = stage.file(&document.path, document.media_type)?;
            file.write_all(&document.bytes)
                .map_err(|error| Error::machine("write", &stage.path().join(&document.path), error))?;
            file.finish()?;
        }
    }
    Ok(())
}

/// From what a table that nobody wrote was derived.
fn derivation(table: &Table) -> Option<&'static str> {
    table.derivation().map(|derivation| match derivation {
        Derivation::Query => "derived from the other tables of this release",
        Derivation::Vocabularies => "derived from the code lists of the data set's schema",
    })
}
