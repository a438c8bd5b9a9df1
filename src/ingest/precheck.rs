//! Precheck of keys and references by hashes: enough to know that nothing is wrong with them, without keeping a row.
//!
//! Of each primary key a hash is kept. Only when two are the same, or a reference names nothing that is known, everything is
//! read once more, rows are kept and put in order, and it is found out what is wrong.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use crate::parallel;
use crate::schema::{Project, SeedLocation, Table};
use crate::seeds::Chunk;
use crate::sort_key::Keys;

/// Parts that hashes are sorted in, by their highest bits.
const SHARES: usize = 16;

/// Whether a precheck is enough for a project: nobody asks for rows, and only primary keys are unique.
pub(super) fn is_enough(project: &Project) -> bool {
    let are_keys_alone = project.tables.iter().all(|table| {
        table.unique_keys.is_empty() && table.fields.iter().all(|field| !field.constraints.unique)
    });
    are_keys_alone && !has_sql(project)
}

/// Whether SQL asks for rows, or whether rows are left out, which is decided over whole tables, too.
pub(super) fn has_sql(project: &Project) -> bool {
    let asks =
        |table: &Table| matches!(table.seeds, SeedLocation::View { .. }) || table.publication.only.is_some();
    !project.checks.is_empty() || project.tables.iter().any(asks)
}

/// Hashes of the primary keys of every table.
pub(super) struct KeyHashes {
    /// Of each table, share by share.
    tables: Vec<[Vec<u64>; SHARES]>,
    count: u64,
    most: u64,
}

impl KeyHashes {
    /// No hashes yet, and room for as many as take `most_bytes`.
    pub(super) fn new(project: &Project, most_bytes: u64) -> KeyHashes {
        let tables = project.tables.iter().map(|_| std::array::from_fn(|_| Vec::new()));
        KeyHashes { tables: tables.collect(), count: 0, most: most_bytes / size_of::<u64>() as u64 }
    }

    /// The hashes of the keys of a chunk that are whole.
    pub(super) fn of(project: &Project, chunk: &Chunk) -> Vec<u64> {
        let key = project.tables[chunk.table].key_columns();
        if key.is_empty() {
            return Vec::new();
        }
        let keys = Keys::new(&key.iter().map(|&column| &chunk.columns[column]).collect::<Vec<_>>());
        let hasher = FixedState::with_seed(0);
        (0..keys.len()).filter_map(|row| keys.get(row)).map(|key| hasher.hash_one(key)).collect()
    }

    /// Adds the hashes of a chunk's keys.
    pub(super) fn add(&mut self, table: usize, hashes: &[u64]) {
        self.count += hashes.len() as u64;
        if !self.are_too_many() {
            let shares = &mut self.tables[table];
            hashes.iter().for_each(|hash| shares[(hash >> 60) as usize].push(*hash));
        }
    }

    /// Whether there is no room for so many.
    pub(super) fn are_too_many(&self) -> bool {
        self.count > self.most
    }

    /// Whether no two keys of a table have the same hash; unknown, and so `false`, when there were too many.
    pub(super) fn are_distinct(self, jobs: usize) -> bool {
        if self.are_too_many() {
            return false;
        }
        let mut are_distinct = true;
        let is_distinct = |mut hashes: Vec<u64>| {
            hashes.sort_unstable();
            hashes.windows(2).all(|pair| pair[0] != pair[1])
        };
        parallel::ordered(jobs, self.tables.into_iter().flatten(), is_distinct, |is_distinct| {
            are_distinct &= is_distinct;
            are_distinct
        });
        are_distinct
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::fixture;

    #[test]
    fn the_same_hash_twice_is_noticed_in_one_table_alone() {
        let project = fixture::project(None);
        let are_distinct = |of: &[(usize, u64)], most_bytes| {
            let mut hashes = KeyHashes::new(&project, most_bytes);
            of.iter().for_each(|(table, hash)| hashes.add(*table, &[*hash]));
            hashes.are_distinct(2)
        };
        let last = u64::MAX;
        assert!(are_distinct(&[(0, 1), (1, 1), (0, last), (0, 2), (1, last)], 40));
        assert!(!are_distinct(&[(0, 1), (0, last), (1, 5), (0, 1)], 40));
        assert!(!are_distinct(&[(0, 1), (0, 2)], 15));
    }
}
