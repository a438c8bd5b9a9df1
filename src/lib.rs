//! Turns curated text records into versioned releases: CSV, Parquet and JSON-LD, with a checksummed manifest.
//!
//! A project is a folder with a `schema/` and `seeds/`, a Data Package, or a CSVW table group. [`check`] reads and checks it, [`build`]
//! writes a draft of its next release, [`publish()`] the release, [`verify()`] proves one:
//!
//! ```
//! use letterpress::{PublishOptions, Resources, VerifyOptions};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! let project = folder.path().join("floods");
//! letterpress::init(&project, Some("river-floods"))?;
//!
//! let checked = letterpress::check(&project, Resources::default(), &())?;
//! assert_eq!(checked.diagnostics, []);
//!
//! let published = letterpress::publish(&project, &PublishOptions::default(), &())?;
//! let release = published.outcome.release().ok_or("nothing was published")?;
//!
//! let report = letterpress::verify(&release.path, &VerifyOptions::default())?;
//! assert!(report.is_whole());
//! assert_eq!(report.name.as_deref(), Some("river-floods"));
//! # Ok(())
//! # }
//! ```
//!
//! What is not named at the root may change with any version. The programs in `examples/` do the same from the command line, and
//! `ARCHITECTURE.md` draws the modules as floors.

mod bytes;
pub mod canonical;
pub mod cli;
pub mod code_counts;
mod columns;
mod controls;
pub mod descriptors;
pub mod diagnostic;
pub mod digest;
pub mod editor;
pub mod edtf;
mod files;
pub mod formats;
pub mod ingest;
mod init;
mod key_set;
mod links;
pub mod memory;
mod offsets;
pub mod parallel;
mod progress;
pub mod publish;
pub mod published;
mod quantity;
pub mod release;
mod row_encoding;
pub mod schema;
pub mod seeds;
pub mod sort;
mod sort_key;
pub mod spill;
mod sql;
#[doc(hidden)]
pub mod stages;
pub mod staging;
pub mod tokens;
pub mod validate;
mod verify;

pub use diagnostic::{Diagnostic, Error, Place, Severity};
pub use init::{Created, init};
#[doc(hidden)]
pub use init::{Described, init_from};
pub use progress::Progress;
pub use publish::{
    Build, BuildOptions, Checked, Outcome, PublishOptions, Resources, build, check, publish, unpublish,
};
pub use release::{Manifest, Published, Unpublished};
pub use schema::Project;
pub use verify::{Basis, Options as VerifyOptions, Report, verify};
