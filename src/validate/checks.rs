//! The project's own rules: SQL over the typed tables; each row returned is a violation.

use std::collections::{HashMap, HashSet};

use rusqlite::Statement;
use rusqlite::types::ValueRef;

use super::database::{Database, Scope, as_text, broken, cell_text, mentioned, value};
use super::images::{Image, Stock};
use super::views::{self, Derived};
use super::{Findings, Pending, Say};
use crate::diagnostic::{Diagnostic, Place, Result, codes, listed};
use crate::parallel;
use crate::schema::{Check, Project, Table};
use crate::tables::{RowId, Rows};

/// Rows of all tables together, those left out included, up to which each thread may have a database of its own, and
/// images of tables may be kept.
const SHARED_ROWS: u64 = 250_000;

/// What is asked at the same time: all of it only reads.
enum Task<'c> {
    /// Checks, with their numbers.
    Checks(Scope, Vec<(usize, &'c Check)>),
    /// The views.
    Views,
}

enum Done {
    Answers(Scope, Vec<(usize, Answer)>),
    Derived(Vec<Derived>),
}

/// Runs every check whose tables are flawless; what the others would say only follows from what is known already. Checks on
/// tables of which candidates are left out are asked once more about what is left: a rule that nothing breaks may need
/// one of them. Returns the rows of the views, unless something is wrong.
pub(super) fn run_and_derive(
    project: &Project,
    tables: &[Rows],
    flawed: &[bool],
    left_out: &[u64],
    jobs: usize,
    findings: &mut Findings,
) -> Result<Vec<Derived>> {
    let checks = || project.checks.iter().enumerate();
    let mentions = |check: &Check, of: &dyn Fn(usize) -> bool| mentioned(project, &check.sql).any(of);
    let all = checks().filter(|(_, check)| !mentions(check, &|table| flawed[table])).collect();
    let rows = tables.iter().map(|table| table.len() as u64).chain(left_out.iter().copied()).sum::<u64>();
    let is_small = rows <= SHARED_ROWS;
    let mut tasks = groups(Scope::All, all, is_small, jobs);
    let mut stock = Stock::Rows;
    if super::is_sound(findings) {
        let left = checks().filter(|(_, check)| mentions(check, &|table| left_out[table] > 0)).collect();
        if is_small {
            let queries = views::queries(project).chain(checks().map(|(_, check)| check.sql.as_str()));
            stock = Stock::Images(Image::of_tables(project, tables, queries, jobs)?);
        }
        // What takes longest begins first.
        tasks.insert(0, Task::Views);
        tasks.extend(groups(Scope::Published, left, is_small, jobs));
    }
    let mut done = Vec::with_capacity(tasks.len());
    parallel::ordered(
        jobs,
        tasks.into_iter(),
        |task| task.run(project, tables, &stock),
        |outcome| {
            done.push(outcome);
            true
        },
    );
    let (mut of_all, mut of_published, mut derived) = (Vec::new(), Vec::new(), Vec::new());
    for done in done {
        match done? {
            Done::Answers(Scope::All, answers) => of_all.extend(answers),
            Done::Answers(Scope::Published, answers) => of_published.extend(answers),
            Done::Derived(rows) => derived = rows,
        }
    }
    report_all(project, tables, of_all, findings)?;
    if super::is_sound(findings) {
        let known = findings.pending.len();
        report_all(project, tables, of_published, findings)?;
        for pending in &mut findings.pending[known..] {
            if let Say::Ready(ready) = &mut pending.say {
                let help = "this holds with the candidates and fails among the records that are published without them";
                ready.2 = Some(help.to_owned());
            }
        }
    }
    Ok(if super::is_sound(findings) { derived } else { Vec::new() })
}

/// Checks shared out: every nth to each group, since those next to each other are often alike, and slow together.
fn groups<'c>(scope: Scope, checks: Vec<(usize, &'c Check)>, is_small: bool, jobs: usize) -> Vec<Task<'c>> {
    // Each group has a database of its own, and the views and the other scope want threads, too.
    let count = if is_small { jobs.div_ceil(3).min(checks.len()) } else { 1 };
    let group =
        |group: usize| Task::Checks(scope, checks.iter().skip(group).step_by(count).copied().collect());
    (0..count.min(checks.len())).map(group).collect()
}

impl Task<'_> {
    fn run(self, project: &Project, tables: &[Rows], stock: &Stock) -> Result<Done> {
        match self {
            Task::Views => views::derive(project, tables, stock).map(Done::Derived),
            Task::Checks(scope, checks) => {
                let queries = checks.iter().map(|(_, check)| check.sql.as_str());
                let database = stock.database(project, tables, queries, scope)?;
                let answer = |(number, check)| (number, ask(project, &database, check));
                Ok(Done::Answers(scope, checks.into_iter().map(answer).collect()))
            }
        }
    }
}

/// Reports what checks have answered, in their order.
fn report_all(
    project: &Project,
    tables: &[Rows],
    mut answers: Vec<(usize, Answer)>,
    findings: &mut Findings,
) -> Result<()> {
    answers.sort_by_key(|(number, _)| *number);
    for (number, answer) in answers {
        match answer {
            Answer::Violations(violations) if violations.is_empty() => {}
            Answer::Violations(violations) => {
                report(project, tables, &project.checks[number], violations, findings)?;
            }
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
    tables: &[Rows],
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
        let text = |index: usize| cell_text(row, index);
        let key = (0..key_length).map(text).collect::<rusqlite::Result<Vec<String>>>()?;
        found.push((key, text(last)?));
    }
    Ok(found)
}

/// The rows that have the keys wanted.
fn rows_by_key<'k>(
    table: &Table,
    rows: &Rows,
    wanted: impl Iterator<Item = &'k Vec<String>>,
) -> Result<HashMap<Vec<String>, RowId>> {
    let wanted: HashSet<&Vec<String>> = wanted.collect();
    let columns = table.key_columns();
    let mut by_key = HashMap::with_capacity(wanted.len());
    for batch in rows.scan_columns(&columns) {
        let (ids, cells) = batch?;
        for (row, id) in ids.into_iter().enumerate() {
            let part = |&column: &usize| {
                let value = value(table.columns[column].kind, &cells[column], row);
                as_text(ValueRef::from(&value)).expect("texts of columns are UTF-8")
            };
            let key: Vec<String> = columns.iter().map(part).collect();
            if wanted.contains(&key) {
                by_key.insert(key, id);
            }
        }
    }
    Ok(by_key)
}
