//! Keys over whole tables: unique ones, and references from one table to another.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::{Findings, Pending, Say};
use crate::diagnostic::{codes, listed, nearest};
use crate::parallel;
use crate::schema::{ColumnType, ForeignKey, Project, Table};
use crate::tables::{Cells, KeySet, Keys, RowId, Rows};

/// Most comparisons spent on finding the nearest existing keys, over the whole run.
const NEAREST_BUDGET: usize = 20_000_000;

/// Checks primary, unique and foreign keys of every table with `jobs` threads.
pub(super) fn check<'t>(project: &Project, tables: &'t [Rows], jobs: usize, findings: &mut Findings) {
    let primary = |(table, rows): (&Table, &'t Rows)| {
        rows.has_repeated_keys().then(|| Keys::new(rows.chunks(), &table.key_columns()))
    };
    let primaries: Vec<Option<Keys<'t>>> = project.tables.iter().zip(tables).map(primary).collect();
    let mut repeated: Vec<KeySet<'_>> = Vec::new();
    for (index, table) in project.tables.iter().enumerate() {
        let mut found = KeySet::default();
        if let Some(keys) = &primaries[index] {
            check_primary(project, index, &tables[index], keys, &repeated, &mut found, findings);
        }
        // Parents stand before their children, unless the project's author orders them otherwise.
        repeated.push(found);
        check_unique(index, table, &tables[index], findings);
    }
    check_foreign(project, 0..tables.len(), tables, jobs, findings);
}

/// Checks the keys of one table, when the others have been checked already.
pub(super) fn check_table(project: &Project, index: usize, tables: &[Rows], findings: &mut Findings) {
    let (table, rows) = (&project.tables[index], &tables[index]);
    if rows.has_repeated_keys() {
        let keys = Keys::new(rows.chunks(), &table.key_columns());
        check_primary(project, index, rows, &keys, &[], &mut KeySet::default(), findings);
    }
    check_unique(index, table, rows, findings);
    check_foreign(project, index..index + 1, tables, 1, findings);
}

/// Reports rows whose primary key an earlier row has. Equal keys are neighbours: the rows are sorted.
fn check_primary<'a>(
    project: &Project,
    index: usize,
    rows: &Rows,
    keys: &'a Keys<'a>,
    repeated: &[KeySet<'_>],
    found: &mut KeySet<'a>,
    findings: &mut Findings,
) {
    let table = &project.tables[index];
    let mut first: Option<RowId> = None;
    for pair in rows.order().windows(2) {
        let (earlier, later) = (pair[0], pair[1]);
        match (keys.get(earlier), keys.get(later)) {
            (Some(a), Some(b)) if a == b => {
                let original = *first.get_or_insert(earlier);
                found.insert(b);
                if follows_from_parent(table, rows, later, repeated) {
                    findings.muted += 1;
                    continue;
                }
                let message =
                    format!("the key {} is already taken", shown(table, &table.primary_key, rows, later));
                findings.pending.push(Pending {
                    table: index,
                    row: later,
                    field: own_field(table),
                    say: Say::Same(&codes::DUPLICATE_KEY, original, message),
                });
            }
            _ => first = None,
        }
    }
}

/// The field to point at for a key: its first that is written in the record itself.
fn own_field(table: &Table) -> Option<usize> {
    let is_written = |&&field: &&usize| table.fields[field].origin != crate::schema::Origin::Parent;
    table.primary_key.iter().find(is_written).copied()
}

/// Whether a nested row repeats a key only because its parent does.
fn follows_from_parent(table: &Table, rows: &Rows, row: RowId, repeated: &[KeySet<'_>]) -> bool {
    let Some(nested) = &table.nested else { return false };
    if nested.parents.iter().all(|&p| repeated.get(p).is_none_or(KeySet::is_empty)) {
        return false;
    }
    let columns: Vec<usize> = nested.key.iter().map(|&f| table.column_of_field(f)).collect();
    let keys = Keys::new(&rows.chunks()[row.chunk as usize..=row.chunk as usize], &columns);
    let key = keys.get(RowId { chunk: 0, row: row.row });
    key.is_some_and(|key| {
        nested.parents.iter().any(|&p| repeated.get(p).is_some_and(|set| set.contains(key)))
    })
}

fn check_unique(index: usize, table: &Table, rows: &Rows, findings: &mut Findings) {
    let single = table.fields.iter().enumerate().filter(|(_, f)| f.constraints.unique).map(|(i, _)| vec![i]);
    for fields in
        single.chain(table.unique_keys.iter().cloned()).filter(|fields| *fields != table.primary_key)
    {
        let columns: Vec<usize> = fields.iter().map(|&f| table.column_of_field(f)).collect();
        let keys = Keys::new(rows.chunks(), &columns);
        let mut seen: HashMap<&[u8], RowId, FixedState> =
            HashMap::with_capacity_and_hasher(rows.len(), FixedState::default());
        let mut in_reading_order: Vec<RowId> = rows.order().to_vec();
        in_reading_order.sort_unstable();
        for row in in_reading_order {
            let Some(key) = keys.get(row) else { continue };
            let first = *seen.entry(key).or_insert(row);
            if first != row {
                let message = format!("{} is already taken", shown(table, &fields, rows, row));
                let say = Say::Same(&codes::NOT_UNIQUE, first, message);
                findings.pending.push(Pending { table: index, row, field: fields.first().copied(), say });
            }
        }
    }
}

/// A foreign key of a table, and the number of the set of keys it refers to.
struct Reference<'a> {
    index: usize,
    foreign_key: &'a ForeignKey,
    target: usize,
}

/// Checks the references of some tables. Each set of keys referred to is made once.
fn check_foreign(
    project: &Project,
    indices: std::ops::Range<usize>,
    tables: &[Rows],
    jobs: usize,
    findings: &mut Findings,
) {
    let mut targets: Vec<(usize, &[usize])> = Vec::new();
    let mut references = Vec::new();
    for index in indices {
        for foreign_key in &project.tables[index].foreign_keys {
            if is_parent(&project.tables[index], foreign_key) || tables[index].is_empty() {
                continue;
            }
            let wanted = (foreign_key.table, foreign_key.references.as_slice());
            let target = targets.iter().position(|target| *target == wanted).unwrap_or(targets.len());
            if target == targets.len() {
                targets.push(wanted);
            }
            references.push(Reference { index, foreign_key, target });
        }
    }
    let keys: Vec<Keys<'_>> =
        targets.iter().map(|(table, fields)| keys_of(project, tables, *table, fields)).collect();
    let mut known: Vec<KeySet<'_>> = Vec::new();
    let collect = |number: usize| {
        let order = tables[targets[number].0].order();
        let mut set = KeySet::with_capacity(order.len());
        order.iter().filter_map(|&row| keys[number].get(row)).for_each(|key| set.insert(key));
        set
    };
    parallel::ordered(jobs, 0..targets.len(), collect, |set| {
        known.push(set);
        true
    });
    let mut budget = NEAREST_BUDGET;
    let dangling = |number: usize| {
        let reference: &Reference<'_> = &references[number];
        let keys = keys_of(project, tables, reference.index, &reference.foreign_key.fields);
        let is_dangling =
            |row: &RowId| keys.get(*row).is_some_and(|key| !known[reference.target].contains(key));
        let rows: Vec<RowId> = tables[reference.index].order().iter().copied().filter(is_dangling).collect();
        (reference, rows)
    };
    parallel::ordered(jobs, 0..references.len(), dangling, |(reference, rows)| {
        for row in rows {
            report_dangling(project, reference, tables, row, findings, &mut budget);
        }
        true
    });
}

/// Whether the reference is that of a nested record to the record around it, which is there.
fn is_parent(table: &Table, foreign_key: &ForeignKey) -> bool {
    table.nested.as_ref().is_some_and(|nested| {
        nested.parents == [foreign_key.table] && nested.key.iter().all(|f| foreign_key.fields.contains(f))
    })
}

/// The values of some fields of a table, row by row.
pub(super) fn keys_of<'t>(project: &Project, tables: &'t [Rows], table: usize, fields: &[usize]) -> Keys<'t> {
    let columns: Vec<usize> = fields.iter().map(|&f| project.tables[table].column_of_field(f)).collect();
    Keys::new(tables[table].chunks(), &columns)
}

fn report_dangling(
    project: &Project,
    reference: &Reference<'_>,
    tables: &[Rows],
    row: RowId,
    findings: &mut Findings,
    budget: &mut usize,
) {
    let Reference { index, foreign_key, .. } = *reference;
    if findings.lost[foreign_key.table] {
        findings.muted += 1;
        return;
    }
    let (table, rows) = (&project.tables[index], &tables[index]);
    let (target, target_rows) = (&project.tables[foreign_key.table], &tables[foreign_key.table]);
    let names: Vec<&str> = foreign_key.fields.iter().map(|&f| table.fields[f].name.as_str()).collect();
    let value = shown(table, &foreign_key.fields, rows, row);
    let (fields, refer) = if names.len() == 1 { ("field", "refers") } else { ("fields", "refer") };
    let names = listed(names);
    let message = format!("{fields} {names} {refer} to {value}, but `{}` has no such record", target.name);
    let near = nearest_key(table, foreign_key, target, rows, target_rows, row, budget);
    let help = near.map_or_else(
        || format!("add {value} to `{}`, or correct the reference", target.name),
        |near| format!("add {value} to `{}`, or correct the reference (nearest: `{near}`)", target.name),
    );
    let say = Say::Ready(Box::new((codes::DANGLING_REFERENCE.name.into(), message, Some(help))));
    findings.pending.push(Pending { table: index, row, field: foreign_key.fields.first().copied(), say });
}

/// The existing key most like a dangling one, for single text keys and while the budget lasts.
fn nearest_key(
    table: &Table,
    foreign_key: &ForeignKey,
    target: &Table,
    rows: &Rows,
    target_rows: &Rows,
    row: RowId,
    budget: &mut usize,
) -> Option<String> {
    let (&[own], &[theirs]) = (foreign_key.fields.as_slice(), foreign_key.references.as_slice()) else {
        return None;
    };
    if table.fields[own].column_type() != ColumnType::Text || *budget < target_rows.len() {
        return None;
    }
    *budget -= target_rows.len();
    let wanted = cell(table, own, rows, row)?;
    let known: Vec<String> =
        target_rows.order().iter().filter_map(|&r| cell(target, theirs, target_rows, r)).collect();
    nearest(&wanted, known.iter().map(String::as_str)).map(str::to_owned)
}

/// The values of some fields of a row, in backticks.
pub(super) fn shown(table: &Table, fields: &[usize], rows: &Rows, row: RowId) -> String {
    let value = |&field: &usize| {
        let text = cell(table, field, rows, row).unwrap_or_default();
        format!("`{}`", super::describe::shorten(&text))
    };
    fields.iter().map(value).collect::<Vec<_>>().join(", ")
}

fn cell(table: &Table, field: usize, rows: &Rows, row: RowId) -> Option<String> {
    let column = &rows.chunks()[row.chunk as usize].columns[table.column_of_field(field)];
    if column.is_null(row.row as usize) {
        return None;
    }
    let mut text = Vec::new();
    Cells::new(table.fields[field].column_type(), column).write_text(row.row as usize, &mut text);
    String::from_utf8(text).ok()
}
