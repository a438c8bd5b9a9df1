//! The stages of publishing as functions of values, for benches, tests, and engines that share the work among machines.
//!
//! `build` is made of the same functions. Nothing here is promised to stay.

use arrow::array::{ArrayRef, BinaryArray};

pub use crate::ingest::SplitReader;

use crate::schema::Table;
use crate::sort_key::Keys;

/// Sort keys of rows: bytes whose order is the order in which the table is published, a key for each row of its columns. Rows with
/// equal keys follow each other as they were read. `None` for a table without a key, which keeps the order of its seeds.
///
/// # Panics
/// When the columns are not those of the table.
pub fn sort_keys(table: &Table, columns: &[ArrayRef]) -> Option<BinaryArray> {
    let key: Vec<&ArrayRef> = table.key_columns().into_iter().map(|column| &columns[column]).collect();
    (!key.is_empty()).then(|| Keys::new(&key).to_binary())
}
