//! Tables that are checked and not published, taken out of what was checked.

use crate::schema::{Project, Table};
use crate::validate::ValidTables;

/// The project and its tables without those that are withheld, and without the references to them.
pub(super) fn published(mut project: Project, tables: ValidTables) -> (Project, ValidTables) {
    let is_published: Vec<bool> = project.tables.iter().map(|table| !table.is_withheld).collect();
    if is_published.iter().all(|is_published| *is_published) {
        return (project, tables);
    }
    // The number that each table has from now on.
    let mut next = 0..;
    let numbers: Vec<Option<usize>> =
        is_published.iter().map(|&is_published| is_published.then(|| next.next()).flatten()).collect();
    project.tables.retain(|table| !table.is_withheld);
    for table in &mut project.tables {
        renumber(table, &numbers);
    }
    (project, tables.retain(|table| is_published[table]))
}

fn renumber(table: &mut Table, numbers: &[Option<usize>]) {
    let number = |table: &usize| numbers.get(*table).copied().flatten();
    table.foreign_keys.retain_mut(|key| match number(&key.table) {
        Some(number) => {
            key.table = number;
            true
        }
        None => false,
    });
    for with in &mut table.publication.with {
        with.tables = with.tables.iter().filter_map(number).collect();
    }
    if let Some(nested) = &mut table.nested {
        nested.parents = nested.parents.iter().filter_map(number).collect();
    }
}
