//! Which rows are published: the candidates of `publish_only` are left out, and with them what hangs on them.
//!
//! A row that is written inside a record that is left out goes with it, and so does a row that names such a record in a
//! field of `publish_with`. Any other row that refers to a record that is left out is an error: what it says would be
//! cut short without a trace.

use super::{Findings, Pending, Say, keys};
use crate::diagnostic::{codes, listed};
use crate::schema::{ForeignKey, Project, PublishOnly, Table};
use crate::tables::{Cells, KeySet, Keys, RowId, Rows};

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
) -> Vec<u64> {
    if project.tables.iter().all(|table| table.publication.only.is_none()) {
        return vec![0; tables.len()];
    }
    let hidden = Hidden::find(project, tables);
    hidden.report_references(project, tables, flawed, findings);
    let counts = hidden.0.iter().map(|mask| mask.as_ref().map_or(0, Mask::count)).collect();
    for (rows, mask) in tables.iter_mut().zip(hidden.0) {
        if let Some(mask) = mask {
            rows.retain(|row| !mask.contains(row));
        }
    }
    counts
}

/// Rows of one table: chunk by chunk, whether each row is meant.
struct Mask(Vec<Vec<bool>>);

impl Mask {
    fn empty(rows: &Rows) -> Mask {
        Mask(rows.chunks().iter().map(|chunk| vec![false; chunk.rows]).collect())
    }

    fn contains(&self, row: RowId) -> bool {
        self.0[row.chunk as usize][row.row as usize]
    }

    /// Adds a row; whether it is new.
    fn insert(&mut self, row: RowId) -> bool {
        !std::mem::replace(&mut self.0[row.chunk as usize][row.row as usize], true)
    }

    fn count(&self) -> u64 {
        self.0.iter().flatten().filter(|&&is_in| is_in).count() as u64
    }
}

/// The rows of each table that are not published; `None` where all are.
struct Hidden(Vec<Option<Mask>>);

impl Hidden {
    fn find(project: &Project, tables: &[Rows]) -> Hidden {
        let candidates = |(table, rows): (&Table, &Rows)| {
            let only = table.publication.only.as_ref()?;
            candidates(table, only, rows)
        };
        let mut hidden = Hidden(project.tables.iter().zip(tables).map(candidates).collect());
        let mut grown: Vec<bool> = hidden.0.iter().map(Option::is_some).collect();
        // What hangs on a row may have rows hanging on it in turn: on until nothing is added.
        while grown.contains(&true) {
            let before = std::mem::replace(&mut grown, vec![false; tables.len()]);
            for (index, table) in project.tables.iter().enumerate() {
                for (fields, parents) in dependences(table) {
                    if parents.iter().any(|&parent| before[parent]) {
                        grown[index] |= hidden.follow(project, tables, index, &fields, parents);
                    }
                }
            }
        }
        hidden
    }

    /// Adds the rows of a table whose fields hold the key of a hidden row of a parent; whether there are any.
    fn follow(
        &mut self,
        project: &Project,
        tables: &[Rows],
        index: usize,
        fields: &[usize],
        parents: &[usize],
    ) -> bool {
        let parent_keys: Vec<(usize, Keys<'_>)> = parents
            .iter()
            .map(|&p| (p, keys::keys_of(project, tables, p, &project.tables[p].primary_key)))
            .collect();
        let gone = self.keys(tables, &parent_keys, true);
        // A key that several tables share is there as long as one of them has it.
        let there = match parents {
            [_] => KeySet::default(),
            _ => self.keys(tables, &parent_keys, false),
        };
        let own = keys::keys_of(project, tables, index, fields);
        let follows =
            |row: &RowId| own.get(*row).is_some_and(|key| gone.contains(key) && !there.contains(key));
        let rows: Vec<RowId> = tables[index].order().iter().copied().filter(follows).collect();
        if rows.is_empty() {
            return false;
        }
        let mask = self.0[index].get_or_insert_with(|| Mask::empty(&tables[index]));
        rows.into_iter().fold(false, |grown, row| mask.insert(row) | grown)
    }

    /// The keys of the parents' rows that are hidden, or of those that are not.
    fn keys<'a>(&self, tables: &[Rows], parents: &'a [(usize, Keys<'_>)], is_hidden: bool) -> KeySet<'a> {
        let mut set = KeySet::default();
        for (parent, keys) in parents {
            let is_wanted = |row: &RowId| self.is_hidden(*parent, *row) == is_hidden;
            let rows = tables[*parent].order().iter().filter(|row| is_wanted(row));
            rows.filter_map(|&row| keys.get(row)).for_each(|key| set.insert(key));
        }
        set
    }

    fn is_hidden(&self, table: usize, row: RowId) -> bool {
        self.0[table].as_ref().is_some_and(|mask| mask.contains(row))
    }

    fn report_references(
        &self,
        project: &Project,
        tables: &[Rows],
        flawed: &[bool],
        findings: &mut Findings,
    ) {
        for (index, table) in project.tables.iter().enumerate() {
            for foreign_key in &table.foreign_keys {
                if self.0[foreign_key.table].is_some() && !flawed[index] && !flawed[foreign_key.table] {
                    self.report_reference(project, tables, index, foreign_key, findings);
                }
            }
        }
    }

    /// Reports the published rows of a table that refer to a row that is not.
    fn report_reference(
        &self,
        project: &Project,
        tables: &[Rows],
        index: usize,
        foreign_key: &ForeignKey,
        findings: &mut Findings,
    ) {
        let (table, target) = (&project.tables[index], &project.tables[foreign_key.table]);
        let theirs =
            [(foreign_key.table, keys::keys_of(project, tables, foreign_key.table, &foreign_key.references))];
        let (gone, there) = (self.keys(tables, &theirs, true), self.keys(tables, &theirs, false));
        let own = keys::keys_of(project, tables, index, &foreign_key.fields);
        let is_cut = |row: RowId| {
            !self.is_hidden(index, row)
                && own.get(row).is_some_and(|key| gone.contains(key) && !there.contains(key))
        };
        let names = listed(foreign_key.fields.iter().map(|&field| table.fields[field].name.as_str()));
        let (fields, refer) = match foreign_key.fields.len() {
            1 => ("field", "refers"),
            _ => ("fields", "refer"),
        };
        for &row in tables[index].order().iter().filter(|row| is_cut(**row)) {
            let value = keys::shown(table, &foreign_key.fields, &tables[index], row);
            let message =
                format!("{fields} {names} {refer} to {value}, which `{}` does not publish", target.name);
            let with_it = format!(
                "name the field under `publish_with` in {} to leave this record out with it",
                table.file
            );
            let help = match &target.publication.only {
                Some(only) => format!("review {value} (`{}`), or {with_it}", target.fields[only.field].name),
                None => with_it,
            };
            let say = Say::Ready(Box::new((codes::UNPUBLISHED_REFERENCE.name.into(), message, Some(help))));
            let field = foreign_key.fields.first().copied();
            findings.pending.push(Pending { table: index, row, field, say });
        }
    }
}

/// The rows whose field holds none of the values by which they are published; `None` when there are none.
fn candidates(table: &Table, only: &PublishOnly, rows: &Rows) -> Option<Mask> {
    let column = table.column_of_field(only.field);
    let mut mask = Mask::empty(rows);
    let mut any = false;
    let mut text = Vec::new();
    for (chunk, mask) in rows.chunks().iter().zip(&mut mask.0) {
        let cells = Cells::new(table.columns[column].kind, &chunk.columns[column]);
        for (row, is_candidate) in mask.iter_mut().enumerate() {
            text.clear();
            if !cells.is_null(row) {
                cells.write_text(row, &mut text);
            }
            *is_candidate = cells.is_null(row) || !only.values.iter().any(|value| value.as_bytes() == text);
            any |= *is_candidate;
        }
    }
    any.then_some(mask)
}

/// The fields by which a row hangs on a record, and the tables that the record may be in.
fn dependences(table: &Table) -> impl Iterator<Item = (Vec<usize>, &[usize])> {
    let nested = table.nested.iter().map(|nested| (nested.key.clone(), nested.parents.as_slice()));
    nested.chain(table.publication.with.iter().map(|with| (vec![with.field], with.tables.as_slice())))
}
