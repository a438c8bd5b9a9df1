//! Keys over whole tables: primary keys, and other fields whose values are unique.

use std::hash::BuildHasher;

use arrow::array::ArrayRef;
use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};

use crate::diagnostic::{Floods, Rest, Result, codes};
use crate::ingest::{Alike, At, Findings, Message, shown};
use crate::key_set::KeySet;
use crate::memory::MemoryBudget;
use crate::schema::{Origin, Project, Table};
use crate::sort::{RowId, Rows};
use crate::sort_key::Keys;

/// About the bytes that remembering one key of a unique field takes.
const SEEN_BYTES: u64 = 64;

/// Checks the primary and unique keys of every table.
pub(super) fn check(
    project: &Project,
    tables: &[Rows],
    memory: &MemoryBudget,
    findings: &mut Findings,
) -> Result<()> {
    let mut repeated: Vec<KeySet> = Vec::new();
    for (index, table) in project.tables.iter().enumerate() {
        let found = check_primary(project, index, tables, &repeated, findings)?;
        // Parents stand before their children, unless the project's author orders them otherwise.
        repeated.push(found);
        check_unique(index, table, tables, memory, findings)?;
    }
    Ok(())
}

/// Checks the keys of one table, when the others have been checked already.
pub(super) fn check_table(
    project: &Project,
    index: usize,
    tables: &[Rows],
    memory: &MemoryBudget,
    findings: &mut Findings,
) -> Result<()> {
    check_primary(project, index, tables, &[], findings)?;
    check_unique(index, &project.tables[index], tables, memory, findings)
}

/// Reports rows whose primary key an earlier row has, and returns these keys, if any table is nested in this one.
fn check_primary(
    project: &Project,
    index: usize,
    tables: &[Rows],
    repeated_parents: &[KeySet],
    findings: &mut Findings,
) -> Result<KeySet> {
    let (table, rows) = (&project.tables[index], &tables[index]);
    let mut found = KeySet::default();
    if rows.repeated_keys().is_empty() {
        return Ok(found);
    }
    // Rows that repeat a key only because their parents do.
    let mut follow: HashSet<RowId, FixedState> = HashSet::default();
    let is_parent =
        |other: &Table| other.nested.as_ref().is_some_and(|nested| nested.parents.contains(&index));
    if project.tables.iter().any(is_parent) || repeated_parents.iter().any(|keys| !keys.is_empty()) {
        let later: HashSet<RowId, FixedState> =
            rows.repeated_keys().iter().map(|(_, later)| *later).collect();
        let parents = Parents::new(table, repeated_parents);
        for batch in rows.scan_columns(&table.key_columns()) {
            let (ids, columns) = batch?;
            let (keys, of_parents) = (key(&table.key_columns(), &columns), parents.keys(&columns));
            for (row, id) in ids.into_iter().enumerate().filter(|(_, id)| later.contains(id)) {
                found.insert(keys.bytes(row));
                if of_parents.as_ref().and_then(|keys| keys.get(row)).is_some_and(|key| parents.have(key)) {
                    follow.insert(id);
                }
            }
        }
    }
    findings.muted += follow.len() as u64;
    let mut repeats = Repeats::new(findings.pending.keep());
    for (earliest, later) in rows.repeated_keys().iter().filter(|(_, later)| !follow.contains(later)) {
        repeats.push(findings.provenance.file_and_instance(index, *later), *later, || *earliest);
    }
    let name = |columns: &[ArrayRef]| {
        format!("the key {} is already taken", shown(table, &table.primary_key, columns))
    };
    let kind = |origin| Alike::new(index, own_field(table), &codes::DUPLICATE_KEY, origin);
    report(rows, repeats, kind, name, findings)?;
    Ok(found)
}

/// Rows that repeat a key, each with the earliest of the same key.
type Repeats = Floods<(usize, usize), RowId, RowId>;

/// Reports rows that repeat a key.
fn report(
    rows: &Rows,
    repeats: Repeats,
    kind: impl Fn((usize, usize)) -> Alike,
    name: impl Fn(&[ArrayRef]) -> String,
    findings: &mut Findings,
) -> Result<()> {
    let kept: Vec<RowId> =
        repeats.iter().flat_map(|(_, flood)| flood.kept().iter().map(|(later, _)| *later)).collect();
    let named: HashMap<RowId, String, FixedState> =
        rows.fetch(&kept)?.into_iter().map(|(row, columns)| (row, name(&columns))).collect();
    for (origin, flood) in repeats {
        let (kept, rest) = flood.into_parts();
        let alike = kind(origin);
        for (later, earliest) in kept {
            let message = named.get(&later).cloned().unwrap_or_default();
            findings.pending.push(alike.clone(), At::row(later), || Message::Same(earliest, message));
        }
        if let Some(Rest { count, first, last }) = rest {
            findings.pending.leave(alike, Rest { count, first: At::row(first), last: At::row(last) });
        }
    }
    Ok(())
}

/// The field to point at for a key: its first that is written in the record itself.
fn own_field(table: &Table) -> Option<usize> {
    let is_written = |&&field: &&usize| table.fields[field].origin != Origin::Parent;
    table.primary_key.iter().find(is_written).copied()
}

/// The parents of a nested table whose keys are repeated.
struct Parents<'a> {
    /// The columns that hold a parent's key.
    columns: Vec<usize>,
    repeated: Vec<&'a KeySet>,
}

impl<'a> Parents<'a> {
    fn new(table: &Table, repeated: &'a [KeySet]) -> Parents<'a> {
        let Some(nested) = &table.nested else {
            return Parents { columns: Vec::new(), repeated: Vec::new() };
        };
        let sets = nested.parents.iter().filter_map(|&p| repeated.get(p)).filter(|set| !set.is_empty());
        let columns = nested.key.iter().map(|&field| table.column_of_field(field)).collect();
        Parents { columns, repeated: sets.collect() }
    }

    /// The keys of the parents of some rows, where any is repeated.
    fn keys(&self, columns: &[ArrayRef]) -> Option<Keys> {
        (!self.repeated.is_empty()).then(|| key(&self.columns, columns))
    }

    fn have(&self, key: &[u8]) -> bool {
        self.repeated.iter().any(|keys| keys.contains(key))
    }
}

fn key(wanted: &[usize], columns: &[ArrayRef]) -> Keys {
    Keys::new(&wanted.iter().map(|&column| &columns[column]).collect::<Vec<_>>())
}

/// Reports rows that repeat a value, or values together, which the schema says are unique.
fn check_unique(
    index: usize,
    table: &Table,
    tables: &[Rows],
    memory: &MemoryBudget,
    findings: &mut Findings,
) -> Result<()> {
    let single = table.fields.iter().enumerate().filter(|(_, f)| f.constraints.unique).map(|(i, _)| vec![i]);
    for fields in
        single.chain(table.unique_keys.iter().cloned()).filter(|fields| *fields != table.primary_key)
    {
        let columns: Vec<usize> = fields.iter().map(|&f| table.column_of_field(f)).collect();
        let repeats = repeated(tables, index, &columns, memory, findings)?;
        let name = |cells: &[ArrayRef]| format!("{} is already taken", shown(table, &fields, cells));
        let kind = |origin| Alike::new(index, fields.first().copied(), &codes::NOT_UNIQUE, origin);
        report(&tables[index], repeats, kind, name, findings)?;
    }
    Ok(())
}

/// The rows whose keys earlier rows have. Where the keys of all rows are too many to be remembered at once, each round remembers
/// those of one share of them.
fn repeated(
    tables: &[Rows],
    index: usize,
    columns: &[usize],
    memory: &MemoryBudget,
    findings: &Findings,
) -> Result<Repeats> {
    let rows = &tables[index];
    let rounds = (rows.len() as u64 * SEEN_BYTES).div_ceil(memory.key_bytes().max(1)).max(1);
    let hasher = FixedState::with_seed(rounds);
    let keep = findings.pending.keep();
    let mut found = Repeats::new(keep);
    for round in 0..rounds {
        // Rows come in the order of another key: of two with the same, either may be the earlier.
        let mut earliest: HashMap<Box<[u8]>, RowId, FixedState> = HashMap::default();
        let mut repeats: Floods<(usize, usize), RowId, Box<[u8]>> = Floods::new(keep);
        for batch in rows.scan_columns(columns) {
            let (ids, cells) = batch?;
            let keys = key(columns, &cells);
            for (row, id) in ids.into_iter().enumerate() {
                let Some(key) = keys.get(row).filter(|key| hasher.hash_one(key) % rounds == round) else {
                    continue;
                };
                match earliest.get_mut(key) {
                    Some(first) => {
                        let later = id.max(*first);
                        *first = id.min(*first);
                        let origin = findings.provenance.file_and_instance(index, later);
                        repeats.push(origin, later, || key.into());
                    }
                    None => drop(earliest.insert(key.into(), id)),
                }
            }
        }
        for (origin, flood) in repeats {
            let (kept, rest) = flood.into_parts();
            for (later, key) in kept {
                found.push(origin, later, || earliest[&key]);
            }
            if let Some(rest) = rest {
                found.of(origin).leave(rest);
            }
        }
    }
    Ok(found)
}
