//! The rows that a check returns, brought to the records they name while the query runs: few of them are kept.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};
use rusqlite::Statement;
use rusqlite::types::ValueRef;

use super::{ReadTables, key_names};
use crate::diagnostic::{Diagnostics, Floods, Keep, Place, Result, Subject, codes};
use crate::schema::{Check, Table};
use crate::sort::RowId;
use crate::sql::{as_text, cell_text, value};

/// Rows of a query that are looked up together. When there are more, the keys of all records are held meanwhile.
const LOOKED_UP: usize = 1_000;

/// Records by hashes of their keys.
type RowsByKey = HashMap<u128, RowId, FixedState>;

/// What is said of records, by the file and the part of the record plan that they come from.
pub(super) type Found = Floods<(usize, usize), RowId, String>;

/// What the rows of a query say.
pub(super) struct Violations<'a> {
    check: &'a Check,
    table: &'a Table,
    read: ReadTables<'a>,
    /// Of records.
    pub(super) found: Found,
    /// Of keys that no record has.
    pub(super) strangers: Diagnostics,
}

impl<'a> Violations<'a> {
    pub(super) fn new(
        check: &'a Check,
        table: &'a Table,
        read: ReadTables<'a>,
        keep: Keep,
    ) -> Violations<'a> {
        let (found, strangers) = (Floods::new(keep), Diagnostics::new(keep));
        Violations { check, table, read, found, strangers }
    }

    /// Takes every row of a query: its key as text, and its message.
    pub(super) fn take_all(
        &mut self,
        statement: &mut Statement<'_>,
        key_length: usize,
    ) -> Result<rusqlite::Result<()>> {
        let last = statement.column_count() - 1;
        let mut rows = match statement.query([]) {
            Ok(rows) => rows,
            Err(error) => return Ok(Err(error)),
        };
        let mut next = || -> rusqlite::Result<Option<(Vec<String>, String)>> {
            let Some(row) = rows.next()? else { return Ok(None) };
            let key = (0..key_length).map(|index| cell_text(row, index)).collect::<rusqlite::Result<_>>()?;
            Ok(Some((key, cell_text(row, last)?)))
        };
        let mut waiting = Vec::new();
        // Every record by its key, once so many are asked for.
        let mut all = None;
        loop {
            match next() {
                Ok(Some(violation)) => waiting.push(violation),
                Ok(None) => break,
                Err(error) => return Ok(Err(error)),
            }
            if waiting.len() == LOOKED_UP {
                let all = match &all {
                    Some(all) => all,
                    None => all.insert(self.rows_by_key(|_| true)?),
                };
                self.look_up(std::mem::take(&mut waiting), all);
            }
        }
        let wanted: HashSet<u128, FixedState> = waiting.iter().map(|(key, _)| hash(key)).collect();
        let rows = match all {
            Some(all) => all,
            None if waiting.is_empty() => return Ok(Ok(())),
            None => self.rows_by_key(|key| wanted.contains(&key))?,
        };
        self.look_up(waiting, &rows);
        Ok(Ok(()))
    }

    fn look_up(&mut self, violations: Vec<(Vec<String>, String)>, rows: &RowsByKey) {
        for (key, message) in violations {
            match rows.get(&hash(&key)) {
                Some(&row) => {
                    let origin = self.read.provenance.file_and_instance(self.check.table, row);
                    self.found.push(origin, row, || message);
                }
                None => self.report_stranger(&key),
            }
        }
    }

    fn report_stranger(&mut self, key: &[String]) {
        let place = Place::file(&self.check.file);
        self.strangers.note(&codes::BROKEN_CHECK, Subject::File, place, || {
            let (key, name) = (key.join("`, `"), &self.table.name);
            let message = format!("the query returned the key `{key}`, which `{name}` does not have");
            (message, Some(format!("return the primary key of `{name}` first: {}", key_names(self.table))))
        });
    }

    /// Records by their keys, as far as these are wanted.
    fn rows_by_key(&self, is_wanted: impl Fn(u128) -> bool) -> Result<RowsByKey> {
        let columns = self.table.key_columns();
        let mut by_key = RowsByKey::default();
        for batch in self.read.rows[self.check.table].scan_columns(&columns) {
            let (ids, cells) = batch?;
            for (row, id) in ids.into_iter().enumerate() {
                let part = |&column: &usize| {
                    let value = value(self.table.columns[column].kind, &cells[column], row);
                    as_text(ValueRef::from(&value)).expect("texts of columns are UTF-8")
                };
                let key = hash(&columns.iter().map(part).collect::<Vec<String>>());
                if is_wanted(key) {
                    by_key.insert(key, id);
                }
            }
        }
        Ok(by_key)
    }
}

/// A key in so many bits that no two of a table are the same.
fn hash(key: &[String]) -> u128 {
    let half = |seed| u128::from(FixedState::with_seed(seed).hash_one(key));
    half(0) << 64 | half(1)
}
