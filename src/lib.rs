//! Turns curated text records into versioned releases: CSV, Parquet and JSON-LD, with a checksummed manifest.
//!
//! A project is a folder with a `schema/` and `seeds/`; [`publish::check`] reads and checks it, [`publish::build`]
//! publishes it, [`verify::verify`] proves a release. `ARCHITECTURE.md` draws the modules as floors.

mod bytes;
pub mod cli;
mod columns;
mod controls;
pub mod descriptors;
pub mod diagnostic;
pub mod digest;
pub mod editor;
pub mod edtf;
pub mod formats;
pub mod ingest;
pub mod init;
mod links;
mod offsets;
pub mod parallel;
mod progress;
pub mod publish;
mod quantity;
pub mod release;
pub mod schema;
pub mod seeds;
mod sql;
pub mod staging;
pub mod tables;
pub mod tokens;
pub mod validate;
pub mod verify;
