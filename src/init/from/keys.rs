//! Keys and references that the values bear out.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use super::column::{Column, Proposal};
use super::table::{State, Table};

/// What is proposed for a table: its key, and which columns refer to which table.
#[derive(Default)]
pub(super) struct Keys {
    /// Indices of the key's columns; empty when none was found.
    pub(super) primary: Vec<usize>,
    /// Further columns whose values all differ.
    pub(super) unique: Vec<usize>,
    /// Column, and the table whose key holds all of its values.
    pub(super) foreign: Vec<(usize, usize)>,
}

/// Columns among which a key of several is looked for, from the left.
const LOOKED_AT: usize = 6;

/// Proposes keys for every table; those that are not typed have none.
pub(super) fn propose(tables: &[Table]) -> Vec<Keys> {
    let is_typed = |table: &Table| matches!(table.state, State::Typed);
    let own = |table: &Table| if is_typed(table) { own_keys(table) } else { Keys::default() };
    let mut keys: Vec<Keys> = tables.iter().map(own).collect();
    for index in 0..tables.len() {
        if is_typed(&tables[index]) {
            keys[index].foreign = foreign(tables, &keys, index);
        }
    }
    keys
}

fn own_keys(table: &Table) -> Keys {
    let columns = &table.columns;
    let mut unique: Vec<usize> = (0..columns.len()).filter(|&index| columns[index].is_key()).collect();
    // The name says that it is meant as a key, or its place does.
    let is_named = |&&index: &&usize| {
        let name = table.layout.names[index].to_lowercase();
        ["id", "code", "key", "uuid", "isin", "iso"]
            .iter()
            .any(|end| name == *end || name.ends_with(&format!("_{end}")))
            || name == format!("{}id", table.name.trim_end_matches('s'))
    };
    let single = unique.iter().find(is_named).or(unique.iter().find(|index| **index == 0)).copied();
    let primary = match single {
        Some(index) => vec![index],
        None => composite(columns).unwrap_or_default(),
    };
    unique.retain(|index| primary != [*index]);
    Keys { primary, unique, foreign: Vec::new() }
}

/// The first two, else three, of the leftmost complete columns that together differ from row to row.
fn composite(columns: &[Column]) -> Option<Vec<usize>> {
    let complete: Vec<usize> = (0..columns.len().min(LOOKED_AT))
        .filter(|&i| columns[i].is_complete() && columns[i].is_hashed)
        .collect();
    let mut sets: Vec<Vec<usize>> = Vec::new();
    for (at, &a) in complete.iter().enumerate() {
        sets.extend(complete[at + 1..].iter().map(|&b| vec![a, b]));
    }
    for (at, &a) in complete.iter().enumerate() {
        for (then, &b) in complete.iter().enumerate().skip(at + 1) {
            sets.extend(complete[then + 1..].iter().map(|&c| vec![a, b, c]));
        }
    }
    sets.into_iter().find(|set| differ(columns, set))
}

/// Whether the values of some columns together differ from row to row.
fn differ(columns: &[Column], set: &[usize]) -> bool {
    let rows = columns[set[0]].hashes.len();
    // There must be as many combinations as rows, to begin with.
    let combinations = set.iter().fold(1usize, |all, &c| all.saturating_mul(columns[c].distinct.len()));
    if rows < 2 || combinations < rows {
        return false;
    }
    let hasher = FixedState::default();
    let together =
        |row: usize| set.iter().fold(0, |hash, &c| hasher.hash_one((hash, columns[c].hashes[row])));
    let mut hashes: Vec<u64> = (0..rows).map(together).collect();
    hashes.sort_unstable();
    hashes.windows(2).all(|pair| pair[0] != pair[1])
}

fn foreign(tables: &[Table], keys: &[Keys], index: usize) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let table = &tables[index];
    for column in table.kept() {
        let target = (0..tables.len()).find(|&other| {
            let [key] = keys[other].primary.as_slice() else { return false };
            let target = &tables[other];
            other != index
                && keys[index].primary != [column]
                && names_agree(&table.layout.names[column], &target.name, &target.layout.names[*key])
                && are_alike(&table.propose(column), &target.propose(*key))
                && is_inside(&table.columns[column].distinct, &target.columns[*key].distinct)
        });
        found.extend(target.map(|target| (column, target)));
    }
    found
}

/// Whether values are written alike in two columns, so that the same texts are the same values.
fn are_alike(a: &Proposal, b: &Proposal) -> bool {
    a.kind == b.kind && a.keys == b.keys && a.own_keys == b.own_keys
}

/// Whether all of some numbers, of which there are any, are among others; both ascend.
fn is_inside(some: &[u64], others: &[u64]) -> bool {
    !some.is_empty() && some.iter().all(|number| others.binary_search(number).is_ok())
}

/// `gauge_id` or `gauge` for the key `id` or `gauge_id` of `gauges`.
fn names_agree(column: &str, table: &str, key: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().replace([' ', '-', '_'], "");
    let (column, table, key) = (plain(column), plain(table), plain(key));
    let one = table.strip_suffix('s').unwrap_or(&table);
    let is_generic = matches!(key.as_str(), "id" | "code" | "key" | "name");
    (column == key && !is_generic && !key.is_empty())
        || [table.as_str(), one]
            .iter()
            .any(|stem| column == *stem || column == format!("{stem}{key}") || column == format!("{stem}id"))
}
