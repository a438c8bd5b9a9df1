//! Keys and references that the values bear out.

use std::collections::HashSet;

use foldhash::fast::FixedState;

use super::Table;
use super::column::Column;

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

/// Proposes keys for every table.
pub(super) fn propose(tables: &[Table]) -> Vec<Keys> {
    let mut keys: Vec<Keys> = tables.iter().map(own_keys).collect();
    for index in 0..tables.len() {
        keys[index].foreign = foreign(tables, &keys, index);
    }
    keys
}

fn own_keys(table: &Table) -> Keys {
    let columns = &table.columns;
    let mut unique: Vec<usize> = (0..columns.len()).filter(|&index| columns[index].is_key()).collect();
    // The name says that it is meant as a key, or its place does.
    let is_named = |&&index: &&usize| {
        let name = columns[index].written.to_lowercase();
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
    let complete: Vec<usize> =
        (0..columns.len().min(LOOKED_AT)).filter(|&i| columns[i].is_complete()).collect();
    let mut sets: Vec<Vec<usize>> = Vec::new();
    for (at, &a) in complete.iter().enumerate() {
        sets.extend(complete[at + 1..].iter().map(|&b| vec![a, b]));
    }
    for (at, &a) in complete.iter().enumerate() {
        for (then, &b) in complete.iter().enumerate().skip(at + 1) {
            sets.extend(complete[then + 1..].iter().map(|&c| vec![a, b, c]));
        }
    }
    sets.into_iter().find(|set| {
        let rows = columns[set[0]].hashes.len();
        let mut seen: HashSet<Vec<u64>, FixedState> = HashSet::default();
        rows > 1
            && (0..rows)
                .all(|row| seen.insert(set.iter().map(|&column| columns[column].hashes[row]).collect()))
    })
}

fn foreign(tables: &[Table], keys: &[Keys], index: usize) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (number, column) in tables[index].columns.iter().enumerate() {
        let kind = column.propose().kind;
        let target = (0..tables.len()).find(|&other| {
            let [key] = keys[other].primary.as_slice() else { return false };
            let target = &tables[other].columns[*key];
            other != index
                && keys[index].primary != [number]
                && names_agree(&column.written, &tables[other].name, &target.written)
                && kind == target.propose().kind
                && !column.distinct.is_empty()
                && column.distinct.is_subset(&target.distinct)
        });
        found.extend(target.map(|target| (number, target)));
    }
    found
}

/// `gauge_id` or `gauge` for the key `id` or `gauge_id` of `gauges`.
fn names_agree(column: &str, table: &str, key: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().replace([' ', '-', '_'], "");
    let (column, table, key) = (plain(column), plain(table), plain(key));
    let one = table.strip_suffix('s').unwrap_or(&table);
    let is_generic = matches!(key.as_str(), "id" | "code" | "key" | "name");
    (column == key && !is_generic)
        || [table.as_str(), one]
            .iter()
            .any(|stem| column == *stem || column == format!("{stem}{key}") || column == format!("{stem}id"))
}
