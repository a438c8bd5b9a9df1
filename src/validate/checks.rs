//! The project's own rules: SQL over the typed tables, in SQLite.

use std::collections::HashMap;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{Date32Type, Float64Type, Int64Type};
use arrow::util::display::array_value_to_string;
use rusqlite::limits::Limit;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Statement};

use super::{Findings, Pending, Say};
use crate::diagnostic::{Diagnostic, Error, Place, Result, codes, listed};
use crate::schema::{Check, ColumnType, Project, Table};
use crate::tables::{RowId, Rows};

/// Runs every check whose tables are flawless; what the others would say only follows from what is known already.
pub(super) fn run(
    project: &Project,
    tables: &[Rows],
    flawed: &[bool],
    findings: &mut Findings,
) -> Result<()> {
    if project.checks.is_empty() {
        return Ok(());
    }
    let database = Database::new(project, tables, flawed)?;
    for check in &project.checks {
        if !mentioned(project, &check.sql).any(|table| flawed[table]) {
            database.run(check, findings)?;
        }
    }
    Ok(())
}

/// The tables a query may read: every one whose name stands in it.
fn mentioned<'a>(project: &'a Project, sql: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let words: Vec<&str> = sql.split(move |c| !is_word(c)).collect();
    (0..project.tables.len())
        .filter(move |&t| words.iter().any(|word| word.eq_ignore_ascii_case(&project.tables[t].name)))
}

struct Database<'a> {
    project: &'a Project,
    tables: &'a [Rows],
    connection: Connection,
}

impl<'a> Database<'a> {
    /// An in-memory database of every table that a check mentions and that is flawless.
    fn new(project: &'a Project, tables: &'a [Rows], flawed: &[bool]) -> Result<Database<'a>> {
        let fail = |error: rusqlite::Error| Error::machine("check with SQLite", &project.root, error);
        let connection = Connection::open_in_memory().map_err(fail)?;
        let mut wanted = vec![false; tables.len()];
        for check in &project.checks {
            mentioned(project, &check.sql).for_each(|table| wanted[table] = !flawed[table]);
        }
        for (table, rows) in
            project.tables.iter().zip(tables).zip(&wanted).filter(|(_, w)| **w).map(|(pair, _)| pair)
        {
            fill(&connection, table, rows).map_err(fail)?;
        }
        // A check reads; it has no business with files or with the tables of other checks.
        connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0).map_err(fail)?;
        connection.execute_batch("PRAGMA query_only = ON").map_err(fail)?;
        Ok(Database { project, tables, connection })
    }

    fn run(&self, check: &Check, findings: &mut Findings) -> Result<()> {
        let mut statement = match self.connection.prepare(&check.sql) {
            Ok(statement) => statement,
            Err(error) => {
                findings.diagnostics.push(broken(check, &error));
                return Ok(());
            }
        };
        let table = &self.project.tables[check.table];
        let key_length = table.primary_key.len();
        let names: Vec<&str> = statement.column_names().collect();
        if names.len() <= key_length || names.last() != Some(&"message") {
            let message = format!("the query returns {}", listed(names));
            let help = format!("return {} first and `message` last", key_names(table));
            let place = Place::file(&check.file);
            findings.diagnostics.push(Diagnostic::new(&codes::BROKEN_CHECK, place, message).with_help(help));
            return Ok(());
        }
        match violations(&mut statement, key_length) {
            Ok(violations) if violations.is_empty() => {}
            Ok(violations) => self.report(check, violations, findings),
            Err(error) => findings.diagnostics.push(broken(check, &error)),
        }
        Ok(())
    }

    fn report(&self, check: &Check, violations: Vec<(Vec<String>, String)>, findings: &mut Findings) {
        let rows = &self.tables[check.table];
        let table = &self.project.tables[check.table];
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
                    let help =
                        format!("return the primary key of `{}` first: {}", table.name, key_names(table));
                    let problem = Diagnostic::new(&codes::BROKEN_CHECK, place, message).with_help(help);
                    findings.diagnostics.push(problem);
                }
            }
        }
    }
}

fn key_names(table: &Table) -> String {
    listed(table.primary_key.iter().map(|&f| table.fields[f].name.as_str()))
}

fn broken(check: &Check, error: &rusqlite::Error) -> Diagnostic {
    let (place, reason) = match error {
        rusqlite::Error::SqlInputError { msg, offset, .. } => {
            let before = usize::try_from(*offset).ok().and_then(|end| check.sql.get(..end)).unwrap_or("");
            let line = before.matches('\n').count() as u64 + 1;
            let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) as u64 + 1;
            (Place::at(&check.file, line, column, 1), msg.clone())
        }
        other => (Place::file(&check.file), other.to_string()),
    };
    Diagnostic::new(&codes::BROKEN_CHECK, place, format!("SQLite cannot run this check: {reason}"))
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

fn as_text(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(value) => value.to_string(),
        ValueRef::Real(value) => value.to_string(),
        ValueRef::Text(text) | ValueRef::Blob(text) => String::from_utf8_lossy(text).into_owned(),
    }
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

/// Makes a table and fills it: dates and times as ISO text, booleans as 0 and 1, lists as JSON text.
fn fill(connection: &Connection, table: &Table, rows: &Rows) -> rusqlite::Result<()> {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let columns: Vec<String> =
        table.columns.iter().map(|c| format!("{} {}", quoted(&c.name), affinity(c.kind))).collect();
    connection.execute_batch(&format!("CREATE TABLE {} ({})", quoted(&table.name), columns.join(", ")))?;
    let marks = vec!["?"; columns.len()].join(", ");
    connection.execute_batch("BEGIN")?;
    let mut insert = connection.prepare(&format!("INSERT INTO {} VALUES ({marks})", quoted(&table.name)))?;
    for id in rows.order() {
        let chunk = &rows.chunks()[id.chunk as usize];
        let values = table.columns.iter().zip(&chunk.columns);
        let values = values.map(|(column, array)| value(column.kind, array, id.row as usize));
        insert.execute(rusqlite::params_from_iter(values))?;
    }
    drop(insert);
    connection.execute_batch("COMMIT")
}

fn affinity(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Integer | ColumnType::Boolean => "INTEGER",
        ColumnType::Number | ColumnType::Decimal { .. } => "REAL",
        ColumnType::Text
        | ColumnType::Json
        | ColumnType::Date
        | ColumnType::Datetime
        | ColumnType::List(_) => "TEXT",
    }
}

fn value(kind: ColumnType, array: &ArrayRef, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    match kind {
        ColumnType::Text | ColumnType::Json => Value::Text(array.as_string::<i32>().value(row).to_owned()),
        ColumnType::Integer => Value::Integer(array.as_primitive::<Int64Type>().value(row)),
        ColumnType::Number => Value::Real(array.as_primitive::<Float64Type>().value(row)),
        ColumnType::Decimal { .. } => {
            let text = array_value_to_string(array, row).unwrap_or_default();
            text.parse().map_or(Value::Text(text), Value::Real)
        }
        ColumnType::Boolean => Value::Integer(i64::from(array.as_boolean().value(row))),
        ColumnType::Date => {
            let day = array.as_primitive::<Date32Type>().value_as_date(row);
            Value::Text(day.map_or(String::new(), |d| d.to_string()))
        }
        ColumnType::Datetime => Value::Text(array_value_to_string(array, row).unwrap_or_default()),
        ColumnType::List(item) => {
            let items = array.as_list::<i32>().value(row);
            let items: Vec<serde_json::Value> =
                (0..items.len()).map(|i| as_json(value(item.column_type(), &items, i))).collect();
            Value::Text(serde_json::Value::Array(items).to_string())
        }
    }
}

fn as_json(value: Value) -> serde_json::Value {
    match value {
        Value::Integer(value) => value.into(),
        Value::Real(value) => value.into(),
        Value::Text(value) => value.into(),
        Value::Null | Value::Blob(_) => serde_json::Value::Null,
    }
}
