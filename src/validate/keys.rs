//! Keys over whole tables: primary keys, and other fields whose values are unique.

use std::hash::BuildHasher;

use arrow::array::{Array, ArrayRef};
use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};

use super::{Findings, Pending, Say};
use crate::diagnostic::{Result, codes};
use crate::schema::{Origin, Project, Table};
use crate::tables::{Cells, KeySet, Keys, RowId, Rows, Spill};

/// About the bytes that remembering one key of a unique field takes.
const SEEN_BYTES: u64 = 64;

/// Checks the primary and unique keys of every table.
pub(super) fn check(
    project: &Project,
    tables: &[Rows],
    spill: &Spill,
    findings: &mut Findings,
) -> Result<()> {
    let mut repeated: Vec<KeySet> = Vec::new();
    for (index, table) in project.tables.iter().enumerate() {
        let found = check_primary(project, index, &tables[index], &repeated, findings)?;
        // Parents stand before their children, unless the project's author orders them otherwise.
        repeated.push(found);
        check_unique(index, table, &tables[index], spill, findings)?;
    }
    Ok(())
}

/// Checks the keys of one table, when the others have been checked already.
pub(super) fn check_table(
    project: &Project,
    index: usize,
    tables: &[Rows],
    spill: &Spill,
    findings: &mut Findings,
) -> Result<()> {
    check_primary(project, index, &tables[index], &[], findings)?;
    check_unique(index, &project.tables[index], &tables[index], spill, findings)
}

/// Reports rows whose primary key an earlier row has, and returns these keys.
fn check_primary(
    project: &Project,
    index: usize,
    rows: &Rows,
    repeated_parents: &[KeySet],
    findings: &mut Findings,
) -> Result<KeySet> {
    let table = &project.tables[index];
    let mut found = KeySet::default();
    let earliest: HashMap<RowId, RowId, FixedState> =
        rows.repeated_keys().iter().map(|(earliest, later)| (*later, *earliest)).collect();
    let later: Vec<RowId> = rows.repeated_keys().iter().map(|(_, later)| *later).collect();
    for (row, columns) in rows.fetch(&later)? {
        found.insert(key(&table.key_columns(), &columns).bytes(0));
        if follows_from_parent(table, &columns, repeated_parents) {
            findings.muted += 1;
            continue;
        }
        let message = format!("the key {} is already taken", shown(table, &table.primary_key, &columns));
        let say = Say::Same(&codes::DUPLICATE_KEY, earliest[&row], message);
        findings.pending.push(Pending { table: index, row, field: own_field(table), say });
    }
    Ok(found)
}

/// The field to point at for a key: its first that is written in the record itself.
fn own_field(table: &Table) -> Option<usize> {
    let is_written = |&&field: &&usize| table.fields[field].origin != Origin::Parent;
    table.primary_key.iter().find(is_written).copied()
}

/// Whether a nested row repeats a key only because its parent does.
fn follows_from_parent(table: &Table, columns: &[ArrayRef], repeated: &[KeySet]) -> bool {
    let Some(nested) = &table.nested else { return false };
    let mut sets = nested.parents.iter().filter_map(|&p| repeated.get(p)).filter(|set| !set.is_empty());
    let parent: Vec<usize> = nested.key.iter().map(|&f| table.column_of_field(f)).collect();
    let key = key(&parent, columns);
    sets.any(|set| key.get(0).is_some_and(|key| set.contains(key)))
}

fn key(wanted: &[usize], columns: &[ArrayRef]) -> Keys {
    Keys::new(&wanted.iter().map(|&column| &columns[column]).collect::<Vec<_>>())
}

/// Reports rows that repeat a value, or values together, which the schema says are unique.
fn check_unique(
    index: usize,
    table: &Table,
    rows: &Rows,
    spill: &Spill,
    findings: &mut Findings,
) -> Result<()> {
    let single = table.fields.iter().enumerate().filter(|(_, f)| f.constraints.unique).map(|(i, _)| vec![i]);
    for fields in
        single.chain(table.unique_keys.iter().cloned()).filter(|fields| *fields != table.primary_key)
    {
        let columns: Vec<usize> = fields.iter().map(|&f| table.column_of_field(f)).collect();
        let repeated = repeated(rows, &columns, spill)?;
        let mut earliest: HashMap<Box<[u8]>, RowId, FixedState> = HashMap::default();
        // Ascending, so the first of each key is the earliest.
        for (row, cells) in rows.fetch(&repeated)? {
            let value = key(&columns, &cells);
            let first = *earliest.entry(value.bytes(0).into()).or_insert(row);
            if first != row {
                let message = format!("{} is already taken", shown(table, &fields, &cells));
                let say = Say::Same(&codes::NOT_UNIQUE, first, message);
                findings.pending.push(Pending { table: index, row, field: fields.first().copied(), say });
            }
        }
    }
    Ok(())
}

/// The rows whose keys are not theirs alone. Where the keys of all rows are too many to be remembered at once, each
/// round remembers those of one share of them.
fn repeated(rows: &Rows, columns: &[usize], spill: &Spill) -> Result<Vec<RowId>> {
    let rounds = (rows.len() as u64 * SEEN_BYTES).div_ceil(spill.key_bytes().max(1)).max(1);
    let hasher = FixedState::with_seed(rounds);
    let mut found = Vec::new();
    for round in 0..rounds {
        let mut seen: HashMap<Box<[u8]>, RowId, FixedState> = HashMap::default();
        let mut firsts: HashSet<RowId, FixedState> = HashSet::default();
        for batch in rows.scan_columns(columns) {
            let (ids, cells) = batch?;
            let keys = key(columns, &cells);
            for (row, id) in ids.into_iter().enumerate() {
                let Some(key) = keys.get(row).filter(|key| hasher.hash_one(key) % rounds == round) else {
                    continue;
                };
                match seen.get(key) {
                    Some(first) => {
                        firsts.insert(*first);
                        found.push(id);
                    }
                    None => drop(seen.insert(key.into(), id)),
                }
            }
        }
        found.extend(firsts);
    }
    Ok(found)
}

/// The values of some fields of a row, in backticks.
pub(super) fn shown(table: &Table, fields: &[usize], columns: &[ArrayRef]) -> String {
    let value = |&field: &usize| {
        let text = cell(table, field, columns).unwrap_or_default();
        format!("`{}`", super::describe::shorten(&text))
    };
    fields.iter().map(value).collect::<Vec<_>>().join(", ")
}

/// The value of a field in a row, as text.
pub(super) fn cell(table: &Table, field: usize, columns: &[ArrayRef]) -> Option<String> {
    let column = &columns[table.column_of_field(field)];
    if column.is_null(0) {
        return None;
    }
    let mut text = Vec::new();
    Cells::new(table.fields[field].column_type(), column).write_text(0, &mut text);
    String::from_utf8(text).ok()
}
