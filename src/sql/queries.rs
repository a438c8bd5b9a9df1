//! Which tables the project's queries read, and which of these SQLite cannot hold.

use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Place, codes, listed};
use crate::schema::{Project, SeedLocation, Table};

/// Most columns of a table of SQLite (`SQLITE_MAX_COLUMN`).
const MAX_COLUMNS: usize = 2000;

/// How the names of SQLite's own tables begin, which no other table may have.
const RESERVED: &str = "sqlite_";

/// Every view of a project: the number of its table, its file, and its query.
pub(crate) fn of_views(project: &Project) -> impl Iterator<Item = (usize, &Arc<str>, &str)> {
    project.tables.iter().enumerate().filter_map(|(index, table)| match &table.seeds {
        SeedLocation::View { file, sql } => Some((index, file, sql.as_str())),
        _ => None,
    })
}

/// The tables a query may read: every one whose name stands in it.
pub(crate) fn mentioned<'a>(project: &'a Project, sql: &'a str) -> impl Iterator<Item = usize> + 'a {
    let words: Vec<&str> = words(sql).map(|(_, word)| word).collect();
    (0..project.tables.len())
        .filter(move |&t| words.iter().any(|word| word.eq_ignore_ascii_case(&project.tables[t].name)))
}

/// The words of a query, and where each begins.
fn words(sql: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let start = move |word: &str| word.as_ptr().addr() - sql.as_ptr().addr();
    sql.split(move |c| !is_word(c)).filter(|word| !word.is_empty()).map(move |word| (start(word), word))
}

/// What the message of a query that returns the wrong columns says of them.
pub(crate) fn returned<'a>(columns: impl IntoIterator<Item = &'a str>) -> String {
    match listed(columns) {
        names if names.is_empty() => "this is no query: it returns nothing".to_owned(),
        names => format!("the query returns {names}"),
    }
}

/// What is wrong with queries that read a table which SQLite cannot hold.
pub(crate) fn refused(project: &Project) -> Vec<Diagnostic> {
    let checks = project.checks.iter().map(|check| (&codes::BROKEN_CHECK, &check.file, check.sql.as_str()));
    let views = of_views(project).map(|(_, file, sql)| (&codes::BROKEN_VIEW, file, sql));
    checks.chain(views).flat_map(|(code, file, sql)| refused_in(project, code, file, sql)).collect()
}

fn refused_in(project: &Project, code: &'static Code, file: &Arc<str>, sql: &str) -> Vec<Diagnostic> {
    let refuse = |table: usize| {
        let table = &project.tables[table];
        let message = format!("SQLite cannot hold the table `{}`: {}", table.name, reason(table)?);
        // What stands before it may be a comment.
        let (at, word) = words(sql).filter(|(_, word)| word.eq_ignore_ascii_case(&table.name)).last()?;
        let before = &sql[..at];
        let line = before.matches('\n').count() as u64 + 1;
        let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) as u64 + 1;
        let place = Place::at(file, line, column, word.chars().count() as u64);
        Some(Diagnostic::new(code, place, message).with_help("ask only for tables that it can hold"))
    };
    mentioned(project, sql).filter_map(refuse).collect()
}

fn reason(table: &Table) -> Option<String> {
    let columns = table.columns.len();
    if table.name.starts_with(RESERVED) {
        return Some(format!("names that begin with `{RESERVED}` are its own"));
    }
    (columns > MAX_COLUMNS).then(|| format!("it has {columns} columns, and {MAX_COLUMNS} are the most"))
}
