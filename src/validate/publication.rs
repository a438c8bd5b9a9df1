//! Which rows are published: the candidates of `publish_only` are left out, and with them what hangs on them.
//!
//! A row that is written inside a record that is left out goes with it, and so does a row that names such a record in a
//! field of `publish_with`. Any other row that refers to a record that is left out is an error: what it says would be
//! cut short without a trace.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::ArrayRef;
use foldhash::fast::FixedState;
use hashbrown::HashSet;

use crate::canonical::Cells;
use crate::diagnostic::{Result, codes, listed};
use crate::ingest::references::Wanted;
use crate::ingest::shorten;
use crate::ingest::{Alike, At, Findings, Message, item_text, shown};
use crate::key_set::KeySet;
use crate::schema::{ForeignKey, Project, PublishOnly, Table};
use crate::sort::{RowId, Rows};
use crate::sort_key::Keys;

/// What becomes of candidates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Candidates {
    /// They are checked and not published.
    LeaveOut,
    /// They are published like all others.
    Include,
}

/// Takes the rows that are not published out of the tables, and reports published rows that refer to them. Returns how
/// many were taken out of each table.
pub(super) fn leave_out(
    project: &Project,
    tables: &mut [Rows],
    flawed: &[bool],
    findings: &mut Findings,
) -> Result<Vec<u64>> {
    if project.tables.iter().all(|table| table.publication.only.is_none()) {
        return Ok(vec![0; tables.len()]);
    }
    let mut hidden = Hidden::find(project, tables)?;
    hidden.report_references(project, tables, flawed, findings)?;
    let counts = hidden.rows.iter().map(|rows| rows.len() as u64).collect();
    for (rows, hidden) in tables.iter_mut().zip(hidden.rows) {
        rows.hide(hidden);
    }
    Ok(counts)
}

type RowSet = HashSet<RowId, FixedState>;

/// The rows that are not published.
struct Hidden {
    /// Those of each table.
    rows: Vec<RowSet>,
    /// Keys of such rows, and of how many.
    keys: HashMap<KeyColumns, (usize, Arc<KeySet>)>,
}

/// Columns of a table that hold a key.
#[derive(Debug, PartialEq, Eq, Hash)]
struct KeyColumns {
    table: usize,
    columns: Vec<usize>,
}

impl KeyColumns {
    fn new(project: &Project, table: usize, fields: &[usize]) -> KeyColumns {
        let columns = fields.iter().map(|&field| project.tables[table].column_of_field(field)).collect();
        KeyColumns { table, columns }
    }

    /// Hands every row that has a key to `see`, with its key.
    fn each(&self, tables: &[Rows], mut see: impl FnMut(RowId, &[u8])) -> Result<()> {
        for batch in tables[self.table].scan_columns(&self.columns) {
            let (ids, columns) = batch?;
            let keys = Keys::new(&self.columns.iter().map(|&column| &columns[column]).collect::<Vec<_>>());
            for (row, id) in ids.into_iter().enumerate() {
                if let Some(key) = keys.get(row) {
                    see(id, key);
                }
            }
        }
        Ok(())
    }
}

impl Hidden {
    fn find(project: &Project, tables: &[Rows]) -> Result<Hidden> {
        let candidates = |(table, rows): (&Table, &Rows)| match &table.publication.only {
            Some(only) => candidates(table, only, rows),
            None => Ok(RowSet::default()),
        };
        let rows = project.tables.iter().zip(tables).map(candidates).collect::<Result<Vec<RowSet>>>()?;
        let mut grown: Vec<bool> = rows.iter().map(|rows| !rows.is_empty()).collect();
        let mut hidden = Hidden { rows, keys: HashMap::new() };
        // What hangs on a row may have rows hanging on it in turn: on until nothing is added.
        while grown.contains(&true) {
            let before = std::mem::replace(&mut grown, vec![false; tables.len()]);
            for (index, table) in project.tables.iter().enumerate() {
                for (fields, parents) in dependences(table) {
                    if parents.iter().any(|&parent| before[parent]) {
                        grown[index] |= hidden.follow(project, tables, index, (&fields, parents))?;
                    }
                }
            }
        }
        Ok(hidden)
    }

    /// Adds the rows of a table whose fields hold the key of a hidden row of a parent; whether there are any.
    fn follow(
        &mut self,
        project: &Project,
        tables: &[Rows],
        index: usize,
        (fields, parents): (&[usize], &[usize]),
    ) -> Result<bool> {
        let mut gone = Vec::with_capacity(parents.len());
        for &parent in parents {
            let key = KeyColumns::new(project, parent, &project.tables[parent].primary_key);
            gone.push(self.keys(tables, key)?);
        }
        if gone.iter().all(|keys| keys.is_empty()) {
            return Ok(false);
        }
        let mut hanging = Vec::new();
        KeyColumns::new(project, index, fields).each(tables, |row, key| {
            if gone.iter().any(|gone| gone.contains(key)) {
                hanging.push((row, key.to_vec()));
            }
        })?;
        // A key that several tables share is there as long as one of them has it.
        if parents.len() > 1 && !hanging.is_empty() {
            let mut there = KeySet::default();
            for &parent in parents {
                let key = KeyColumns::new(project, parent, &project.tables[parent].primary_key);
                self.each_published(tables, &key, |key| there.insert(key))?;
            }
            hanging.retain(|(_, key)| !there.contains(key));
        }
        Ok(hanging.into_iter().fold(false, |grown, (row, _)| self.rows[index].insert(row) | grown))
    }

    /// The keys of rows that are hidden.
    fn keys(&mut self, tables: &[Rows], columns: KeyColumns) -> Result<Arc<KeySet>> {
        let hidden = &self.rows[columns.table];
        if let Some((count, keys)) = self.keys.get(&columns)
            && *count == hidden.len()
        {
            return Ok(Arc::clone(keys));
        }
        let mut keys = KeySet::default();
        if !hidden.is_empty() {
            columns.each(tables, |row, key| {
                if hidden.contains(&row) {
                    keys.insert(key);
                }
            })?;
        }
        let keys = Arc::new(keys);
        self.keys.insert(columns, (hidden.len(), Arc::clone(&keys)));
        Ok(keys)
    }

    /// Hands the key of every row that is not hidden to `see`.
    fn each_published(
        &self,
        tables: &[Rows],
        columns: &KeyColumns,
        mut see: impl FnMut(&[u8]),
    ) -> Result<()> {
        columns.each(tables, |row, key| {
            if !self.rows[columns.table].contains(&row) {
                see(key);
            }
        })
    }

    fn report_references(
        &mut self,
        project: &Project,
        tables: &[Rows],
        flawed: &[bool],
        findings: &mut Findings,
    ) -> Result<()> {
        for (index, table) in project.tables.iter().enumerate() {
            for foreign_key in &table.foreign_keys {
                if !self.rows[foreign_key.table].is_empty() && !flawed[index] && !flawed[foreign_key.table] {
                    self.report_reference(project, tables, (index, foreign_key), findings)?;
                }
            }
        }
        Ok(())
    }

    /// Reports the published rows of a table that refer to a row that is not.
    fn report_reference(
        &mut self,
        project: &Project,
        tables: &[Rows],
        (index, foreign_key): (usize, &ForeignKey),
        findings: &mut Findings,
    ) -> Result<()> {
        let (table, target) = (&project.tables[index], &project.tables[foreign_key.table]);
        let theirs = || KeyColumns::new(project, foreign_key.table, &foreign_key.references);
        let gone = self.keys(tables, theirs())?;
        if gone.is_empty() {
            return Ok(());
        }
        let own = KeyColumns::new(project, index, &foreign_key.fields);
        let mut cut = false;
        self.each_reference(tables, &own, &gone, |_, _, _, _| cut = true)?;
        if !cut {
            return Ok(());
        }
        let mut there = KeySet::default();
        self.each_published(tables, &theirs(), |key| there.insert(key))?;
        let names = listed(foreign_key.fields.iter().map(|&field| table.fields[field].name.as_str()));
        let (fields, refer) = match foreign_key.fields.len() {
            1 if foreign_key.is_of_items(table) => ("an item of", "refers"),
            1 => ("field", "refers"),
            _ => ("fields", "refer"),
        };
        let with_it =
            format!("name the field under `publish_with` in {} to leave this record out with it", table.file);
        let field = foreign_key.fields.first().copied();
        self.each_reference(tables, &own, &gone, |at, key, columns, row| {
            if there.contains(key) {
                return;
            }
            let origin = findings.provenance.file_and_instance(index, at.row);
            let alike = Alike::new(index, field, &codes::UNPUBLISHED_REFERENCE, origin);
            findings.pending.push(alike, at, || {
                let cells: Vec<ArrayRef> = columns.iter().map(|column| column.slice(row, 1)).collect();
                let value = match at.item {
                    None => shown(table, &foreign_key.fields, &cells),
                    Some(item) => {
                        let text = item_text(&cells[own.columns[0]], item as usize).unwrap_or_default();
                        format!("`{}`", shorten(&text))
                    }
                };
                let message =
                    format!("{fields} {names} {refer} to {value}, which `{}` does not publish", target.name);
                let help = match &target.publication.only {
                    Some(only) => {
                        format!("review {value} (`{}`), or {with_it}", target.fields[only.field].name)
                    }
                    None => with_it.clone(),
                };
                Message::Ready(message, Some(help))
            });
        })
    }

    /// Hands every reference of a published row whose key is among `gone` to `see`: where it is, its key, and the columns and the
    /// row in them that hold it.
    fn each_reference(
        &self,
        tables: &[Rows],
        own: &KeyColumns,
        gone: &KeySet,
        mut see: impl FnMut(At, &[u8], &[ArrayRef], usize),
    ) -> Result<()> {
        for batch in tables[own.table].scan_columns(&own.columns) {
            let (ids, columns) = batch?;
            let wanted = Wanted::new(&own.columns.iter().map(|&column| &columns[column]).collect::<Vec<_>>());
            for number in wanted.whole().filter(|&number| gone.contains(wanted.key(number))) {
                let row = wanted.row(number);
                if !self.rows[own.table].contains(&ids[row]) {
                    let at = At { row: ids[row], item: wanted.item(number) };
                    see(at, wanted.key(number), &columns, row);
                }
            }
        }
        Ok(())
    }
}

/// The rows whose field holds none of the values by which they are published.
fn candidates(table: &Table, only: &PublishOnly, rows: &Rows) -> Result<RowSet> {
    let column = table.column_of_field(only.field);
    let mut found = RowSet::default();
    let mut text = Vec::new();
    for batch in rows.scan_columns(&[column]) {
        let (ids, columns) = batch?;
        let cells = Cells::new(table.columns[column].kind, &columns[column]);
        for (row, id) in ids.into_iter().enumerate() {
            text.clear();
            if !cells.is_null(row) {
                cells.write_text(row, &mut text);
            }
            if cells.is_null(row) || !only.values.iter().any(|value| value.as_bytes() == text) {
                found.insert(id);
            }
        }
    }
    Ok(found)
}

/// The fields by which a row hangs on a record, and the tables that the record may be in.
fn dependences(table: &Table) -> impl Iterator<Item = (Vec<usize>, &[usize])> {
    let nested = table.nested.iter().map(|nested| (nested.key.clone(), nested.parents.as_slice()));
    nested.chain(table.publication.with.iter().map(|with| (vec![with.field], with.tables.as_slice())))
}
