//! The project's own rules: SQL over the typed tables; each row returned is a violation.

use std::collections::{HashMap, HashSet};

use rusqlite::Statement;
use rusqlite::types::ValueRef;

use super::database::{Database, as_text, broken, mentioned, value};
use super::{Findings, Pending, Say};
use crate::diagnostic::{Diagnostic, Place, Result, codes, listed};
use crate::parallel;
use crate::schema::{Check, Project, Table};
use crate::tables::{RowId, Rows};

/// Rows of all tables together up to which each thread may have a database of its own.
const SHARED_ROWS: usize = 250_000;

/// Runs every check whose tables are flawless; what the others would say only follows from what is known already.
pub(super) fn run(
    project: &Project,
    tables: &[Rows<'_>],
    flawed: &[bool],
    jobs: usize,
    findings: &mut Findings,
) -> Result<()> {
    let is_sound = |check: &&Check| !mentioned(project, &check.sql).any(|table| flawed[table]);
    run_those(project, tables, project.checks.iter().filter(is_sound).collect(), jobs, findings)
}

/// Runs the checks on tables of which candidates were left out once more, over what is left: a rule that nothing broke
/// before may need one of them.
pub(super) fn run_again(
    project: &Project,
    tables: &[Rows<'_>],
    left_out: &[u64],
    jobs: usize,
    findings: &mut Findings,
) -> Result<()> {
    if !super::is_sound(findings) {
        return Ok(());
    }
    let known = findings.pending.len();
    let is_concerned = |check: &&Check| mentioned(project, &check.sql).any(|table| left_out[table] > 0);
    run_those(project, tables, project.checks.iter().filter(is_concerned).collect(), jobs, findings)?;
    for pending in &mut findings.pending[known..] {
        if let Say::Ready(ready) = &mut pending.say {
            let help =
                "this holds with the candidates and fails among the records that are published without them";
            ready.2 = Some(help.to_owned());
        }
    }
    Ok(())
}

fn run_those(
    project: &Project,
    tables: &[Rows<'_>],
    checks: Vec<&Check>,
    jobs: usize,
    findings: &mut Findings,
) -> Result<()> {
    if checks.is_empty() {
        return Ok(());
    }
    let rows: usize = tables.iter().map(Rows::len).sum();
    let groups = if rows > SHARED_ROWS { 1 } else { jobs.min(checks.len()) };
    // Every nth check to each group: those next to each other are often alike, and slow together.
    let ask_group = |group: usize| -> Result<Vec<(usize, Answer)>> {
        let own = || checks.iter().enumerate().skip(group).step_by(groups);
        let database = Database::new(project, tables, own().map(|(_, check)| check.sql.as_str()))?;
        Ok(own().map(|(number, check)| (number, ask(project, &database, check))).collect())
    };
    let mut answers = Vec::with_capacity(checks.len());
    parallel::ordered(groups, 0..groups, ask_group, |group| {
        answers.push(group);
        true
    });
    let mut answers: Vec<(usize, Answer)> =
        answers.into_iter().collect::<Result<Vec<_>>>()?.into_iter().flatten().collect();
    answers.sort_by_key(|(number, _)| *number);
    for (check, (_, answer)) in checks.into_iter().zip(answers) {
        match answer {
            Answer::Violations(violations) if violations.is_empty() => {}
            Answer::Violations(violations) => report(project, tables, check, violations, findings)?,
            Answer::Broken(problem) => findings.diagnostics.push(problem),
        }
    }
    Ok(())
}

/// What came of a check.
enum Answer {
    /// The rows it returned: the key as text, and the message.
    Violations(Vec<(Vec<String>, String)>),
    /// What is wrong with the query.
    Broken(Diagnostic),
}

fn ask(project: &Project, database: &Database, check: &Check) -> Answer {
    let failed = |error| Answer::Broken(broken(&codes::BROKEN_CHECK, &check.file, &check.sql, &error));
    let mut statement = match database.prepare(&check.sql) {
        Ok(statement) => statement,
        Err(error) => return failed(error),
    };
    let table = &project.tables[check.table];
    let key_length = table.primary_key.len();
    let names: Vec<&str> = statement.column_names().collect();
    if names.len() <= key_length || names.last() != Some(&"message") {
        let message = format!("the query returns {}", listed(names));
        let help = format!("return {} first and `message` last", key_names(table));
        let place = Place::file(&check.file);
        return Answer::Broken(Diagnostic::new(&codes::BROKEN_CHECK, place, message).with_help(help));
    }
    violations(&mut statement, key_length).map_or_else(failed, Answer::Violations)
}

fn report(
    project: &Project,
    tables: &[Rows<'_>],
    check: &Check,
    violations: Vec<(Vec<String>, String)>,
    findings: &mut Findings,
) -> Result<()> {
    let rows = &tables[check.table];
    let table = &project.tables[check.table];
    let by_key = rows_by_key(table, rows, violations.iter().map(|(key, _)| key))?;
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
    Ok(())
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

/// The rows that have the keys wanted.
fn rows_by_key<'k>(
    table: &Table,
    rows: &Rows<'_>,
    wanted: impl Iterator<Item = &'k Vec<String>>,
) -> Result<HashMap<Vec<String>, RowId>> {
    let wanted: HashSet<&Vec<String>> = wanted.collect();
    let columns = table.key_columns();
    let mut by_key = HashMap::with_capacity(wanted.len());
    for batch in rows.scan() {
        let (ids, cells) = batch?;
        for (row, id) in ids.into_iter().enumerate() {
            let part = |&column: &usize| {
                as_text(ValueRef::from(&value(table.columns[column].kind, &cells[column], row)))
            };
            let key: Vec<String> = columns.iter().map(part).collect();
            if wanted.contains(&key) {
                by_key.insert(key, id);
            }
        }
    }
    Ok(by_key)
}
