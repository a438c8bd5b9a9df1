//! Tables in SQLite, for the queries of a project: databases that only read, and answer the same on every machine.

mod confine;
mod database;
mod queries;
mod snapshot;

pub(crate) use database::{Database, Scope, as_text, broken, cell_text, value};
pub(crate) use queries::{mentioned, of_views, refused, returned};
pub(crate) use snapshot::{DatabaseSource, Snapshot};
