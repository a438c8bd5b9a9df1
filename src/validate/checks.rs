//! The project's own rules: SQL over the typed tables; each row returned is a violation.

use std::collections::HashMap;

use rusqlite::Statement;
use rusqlite::types::ValueRef;

use super::database::{Database, as_text, broken, mentioned, value};
use super::{Findings, Pending, Say};
use crate::diagnostic::{Diagnostic, Place, Result, codes, listed};
use crate::schema::{Check, Project, Table};
use crate::tables::{RowId, Rows};

/// Runs every check whose tables are flawless; what the others would say only follows from what is known already.
pub(super) fn run(
    project: &Project,
    tables: &[Rows],
    flawed: &[bool],
    findings: &mut Findings,
) -> Result<()> {
    let is_sound = |check: &&Check| !mentioned(project, &check.sql).any(|table| flawed[table]);
    run_those(project, tables, project.checks.iter().filter(is_sound).collect(), findings)
}

/// Runs the checks on tables of which candidates were left out once more, over what is left: a rule that nothing broke
/// before may need one of them.
pub(super) fn run_again(
    project: &Project,
    tables: &[Rows],
    left_out: &[u64],
    findings: &mut Findings,
) -> Result<()> {
    if !super::is_sound(findings) {
        return Ok(());
    }
    let known = findings.pending.len();
    let is_concerned = |check: &&Check| mentioned(project, &check.sql).any(|table| left_out[table] > 0);
    run_those(project, tables, project.checks.iter().filter(is_concerned).collect(), findings)?;
    for pending in &mut findings.pending[known..] {
        if let Say::Ready(ready) = &mut pending.say {
            let help =
                "this holds with the candidates and fails among the records that are published without them";
            ready.2 = Some(help.to_owned());
        }
    }
    Ok(())
}

fn run_those(project: &Project, tables: &[Rows], checks: Vec<&Check>, findings: &mut Findings) -> Result<()> {
    if checks.is_empty() {
        return Ok(());
    }
    let database = Database::new(project, tables, checks.iter().map(|check| check.sql.as_str()))?;
    for check in checks {
        run_one(project, tables, &database, check, findings);
    }
    Ok(())
}

fn run_one(project: &Project, tables: &[Rows], database: &Database, check: &Check, findings: &mut Findings) {
    let mut statement = match database.prepare(&check.sql) {
        Ok(statement) => statement,
        Err(error) => {
            findings.diagnostics.push(broken(&codes::BROKEN_CHECK, &check.file, &check.sql, &error));
            return;
        }
    };
    let table = &project.tables[check.table];
    let key_length = table.primary_key.len();
    let names: Vec<&str> = statement.column_names().collect();
    if names.len() <= key_length || names.last() != Some(&"message") {
        let message = format!("the query returns {}", listed(names));
        let help = format!("return {} first and `message` last", key_names(table));
        let place = Place::file(&check.file);
        findings.diagnostics.push(Diagnostic::new(&codes::BROKEN_CHECK, place, message).with_help(help));
        return;
    }
    match violations(&mut statement, key_length) {
        Ok(violations) if violations.is_empty() => {}
        Ok(violations) => report(project, tables, check, violations, findings),
        Err(error) => {
            findings.diagnostics.push(broken(&codes::BROKEN_CHECK, &check.file, &check.sql, &error))
        }
    }
}

fn report(
    project: &Project,
    tables: &[Rows],
    check: &Check,
    violations: Vec<(Vec<String>, String)>,
    findings: &mut Findings,
) {
    let rows = &tables[check.table];
    let table = &project.tables[check.table];
    let by_key = rows_by_key(table, rows);
    for (key, message) in violations {
        match by_key.get(&key) {
            Some(&row) => findings.pending.push(Pending {
                table: check.table,
                row,
                field: None,
                say: Say::Ready(Box::new((check.code.clone().into(), message, None))),
            }),
            None => {
                let message = format!(
                    "the query returned the key `{}`, which `{}` does not have",
                    key.join("`, `"),
                    table.name
                );
                let place = Place::file(&check.file);
                let help = format!("return the primary key of `{}` first: {}", table.name, key_names(table));
                let problem = Diagnostic::new(&codes::BROKEN_CHECK, place, message).with_help(help);
                findings.diagnostics.push(problem);
            }
        }
    }
}

fn key_names(table: &Table) -> String {
    listed(table.primary_key.iter().map(|&f| table.fields[f].name.as_str()))
}

/// The rows a check returns: the key as text, and the message.
fn violations(
    statement: &mut Statement<'_>,
    key_length: usize,
) -> rusqlite::Result<Vec<(Vec<String>, String)>> {
    let last = statement.column_count() - 1;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let text = |index: usize| row.get_ref(index).map(as_text);
        let key = (0..key_length).map(text).collect::<rusqlite::Result<Vec<String>>>()?;
        found.push((key, text(last)?));
    }
    Ok(found)
}

fn rows_by_key(table: &Table, rows: &Rows) -> HashMap<Vec<String>, RowId> {
    let columns = table.key_columns();
    let mut by_key = HashMap::with_capacity(rows.len());
    for &id in rows.order() {
        let chunk = &rows.chunks()[id.chunk as usize];
        let part = |&column: &usize| {
            let value = value(table.columns[column].kind, &chunk.columns[column], id.row as usize);
            as_text(ValueRef::from(&value))
        };
        by_key.insert(columns.iter().map(part).collect(), id);
    }
    by_key
}
