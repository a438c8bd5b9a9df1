//! The project's own rules: SQL over the typed tables; each row returned is a violation.

mod violations;

use super::views::{self, Derived};
use crate::diagnostic::{Diagnostic, Diagnostics, Keep, Place, Rest, Result, Severity, codes, listed};
use crate::ingest::{Alike, At, Findings, Message, Provenance};
use crate::parallel;
use crate::schema::{Check, Project, Table};
use crate::sort::Rows;
use crate::sql::{self, Database, DatabaseSource, Scope, Snapshot, broken, mentioned};
use violations::{Found, Violations};

/// Rows of all tables together, those left out included, up to which each thread may have a database of its own, and
/// snapshots of tables may be kept.
const SHARED_ROWS: u64 = 250_000;

/// Tables as they were read, in the project's order.
#[derive(Clone, Copy)]
pub(super) struct ReadTables<'a> {
    /// Their rows, without those that are left out.
    pub(super) rows: &'a [Rows],
    /// Whether a table has rows that are not what its curator meant.
    pub(super) flawed: &'a [bool],
    /// How many rows of a table are left out.
    pub(super) left_out: &'a [u64],
    /// Where their rows came from.
    pub(super) provenance: &'a Provenance,
}

/// Queries that run at the same time: all of them only read.
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
    read: ReadTables<'_>,
    jobs: usize,
    findings: &mut Findings,
) -> Result<Vec<Derived>> {
    let ReadTables { rows: tables, flawed, left_out, .. } = read;
    let refused = sql::refused(project);
    if !refused.is_empty() {
        findings.diagnostics.extend(refused);
        return Ok(Vec::new());
    }
    let checks = || project.checks.iter().enumerate();
    let mentions = |check: &Check, of: &dyn Fn(usize) -> bool| mentioned(project, &check.sql).any(of);
    let all = checks().filter(|(_, check)| !mentions(check, &|table| flawed[table])).collect();
    let rows = tables.iter().map(|table| table.len() as u64).chain(left_out.iter().copied()).sum::<u64>();
    let is_small = rows <= SHARED_ROWS;
    let mut tasks = groups(Scope::All, all, is_small, jobs);
    let mut source = DatabaseSource::Rows;
    if findings.are_sound() {
        let left = checks().filter(|(_, check)| mentions(check, &|table| left_out[table] > 0)).collect();
        if is_small {
            let queries = sql::of_views(project)
                .map(|(_, _, sql)| sql)
                .chain(checks().map(|(_, check)| check.sql.as_str()));
            source = DatabaseSource::Snapshots(Snapshot::of_tables(project, tables, queries, jobs)?);
        }
        // What takes longest begins first.
        tasks.insert(0, Task::Views);
        tasks.extend(groups(Scope::Published, left, is_small, jobs));
    }
    let mut done = Vec::with_capacity(tasks.len());
    let keep = findings.pending.keep();
    parallel::ordered(
        jobs,
        tasks.into_iter(),
        |task| task.run(project, read, &source, keep),
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
    report_all(project, of_all, None, findings);
    if findings.are_sound() {
        let help =
            "this holds with the candidates and fails among the records that are published without them";
        report_all(project, of_published, Some(help), findings);
    }
    Ok(if findings.are_sound() { derived } else { Vec::new() })
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
    fn run(
        self,
        project: &Project,
        read: ReadTables<'_>,
        source: &DatabaseSource,
        keep: Keep,
    ) -> Result<Done> {
        match self {
            Task::Views => views::derive(project, read.rows, source, keep).map(Done::Derived),
            Task::Checks(scope, checks) => {
                let queries = checks.iter().map(|(_, check)| check.sql.as_str());
                let database = source.database(project, read.rows, queries, scope)?;
                let answer = |(number, check)| Ok((number, ask(project, read, &database, check, keep)?));
                Ok(Done::Answers(scope, checks.into_iter().map(answer).collect::<Result<_>>()?))
            }
        }
    }
}

/// Reports what checks have answered, in their order.
fn report_all(
    project: &Project,
    mut answers: Vec<(usize, Answer)>,
    help: Option<&str>,
    findings: &mut Findings,
) {
    answers.sort_by_key(|(number, _)| *number);
    for (number, answer) in answers {
        match answer {
            Answer::Violations(found, strangers) => {
                report(&project.checks[number], found, help, findings);
                findings.diagnostics.append(strangers);
            }
            Answer::Broken(problem) => findings.diagnostics.push(problem),
        }
    }
}

/// What came of a check.
enum Answer {
    /// What the rows it returned say of records, and what is wrong with the others.
    Violations(Found, Diagnostics),
    /// What is wrong with the query.
    Broken(Diagnostic),
}

fn ask(
    project: &Project,
    read: ReadTables<'_>,
    database: &Database,
    check: &Check,
    keep: Keep,
) -> Result<Answer> {
    let failed = |error| Answer::Broken(broken(&codes::BROKEN_CHECK, &check.file, &check.sql, &error));
    let mut statement = match database.prepare(&check.sql) {
        Ok(statement) => statement,
        Err(error) => return Ok(failed(error)),
    };
    let table = &project.tables[check.table];
    let key_length = table.primary_key.len();
    let names: Vec<&str> = statement.column_names().collect();
    if names.len() <= key_length || names.last() != Some(&"message") {
        let message = sql::returned(names);
        let help = format!("return {} first and `message` last", key_names(table));
        let place = Place::file(&check.file);
        return Ok(Answer::Broken(Diagnostic::new(&codes::BROKEN_CHECK, place, message).with_help(help)));
    }
    let mut violations = Violations::new(check, table, read, keep);
    let taken = violations.take_all(&mut statement, key_length)?;
    let Violations { found, strangers, .. } = violations;
    Ok(taken.map_or_else(failed, |()| Answer::Violations(found, strangers)))
}

fn report(check: &Check, found: Found, help: Option<&str>, findings: &mut Findings) {
    for (origin, flood) in found {
        let code = check.code.clone().into();
        let alike = Alike { table: check.table, field: None, code, severity: Severity::Error, origin };
        let (kept, rest) = flood.into_parts();
        for (row, message) in kept {
            let say = || Message::Ready(message, help.map(str::to_owned));
            findings.pending.push(alike.clone(), At::row(row), say);
        }
        if let Some(Rest { count, first, last }) = rest {
            findings.pending.leave(alike, Rest { count, first: At::row(first), last: At::row(last) });
        }
    }
}

fn key_names(table: &Table) -> String {
    listed(table.primary_key.iter().map(|&f| table.fields[f].name.as_str()))
}
