//! A release on the disk: what it consists of, how it is put there, and whether it is still what it was.
//!
//! ```text
//! Output::open → history → target → stage … → seal → publish
//! ```
//! Each step is the only way to the next: a release is planned only over a history that was found whole, and published
//! only from a stage that was sealed. `docs/release.md` tells the same story to those who read releases.

#![cfg_attr(not(test), deny(clippy::indexing_slicing))]

mod archive;
mod compare;
mod derived;
mod finding;
mod history;
mod index;
mod inspect;
mod layout;
mod manifest;
mod output;
mod publish;
mod reading;
mod refusal;
mod rules;
mod seal;
mod sums;
mod target;
mod unpublish;
mod walk;

pub use archive::{Archive, archive};
pub use finding::{Finding, Findings, Fingerprint, Kind};
pub use history::History;
pub use index::{Entry, Index};
pub use layout::{BAG, DRAFT, INDEX, MANIFEST, SIGNATURE, SUMS, TAG_MANIFEST};
pub use manifest::{
    ColumnRecord, EdtfRecord, FORMAT, FileRecord, ForeignKeyRecord, Manifest, Previous, TableFile,
    TableRecord, Tool,
};
pub use output::Output;
pub use publish::Published;
pub use refusal::{Attempt, Failure, Refusal};
pub use seal::{ManifestFields, Sealed, SpanningFile};
pub use target::Target;
pub use unpublish::{Unpublished, unpublish};

pub(crate) use compare::{Expected, compare};
pub(crate) use finding::unopened_finding;
pub(crate) use inspect::{Document, Inspection, inspect};
pub(crate) use layout::{DOCUMENT_BYTES, PAYLOAD};
pub(crate) use sums::{parse_foreign_sums, sums_bytes};
pub(crate) use walk::{Names, walk};
