//! The typed tables in SQLite, for the project's own SQL.

use std::str::Utf8Error;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::datatypes::{Float64Type, Int64Type};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, ErrorCode, Row, Statement, ToSql};

use super::confine::{Steps, confine};
use super::queries::mentioned;
use crate::canonical::Cells;
use crate::diagnostic::{Code, Diagnostic, Error, Place, Result};
use crate::schema::{ColumnType, Project, Table};
use crate::sort::{BLOCK, Rows};

/// Which rows a query sees.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// All, those that are not published too.
    All,
    /// Those that are published, in order.
    Published,
}

/// An in-memory database that can only be read.
pub(crate) struct Database {
    connection: Connection,
    steps: Steps,
}

/// The schema that has the tables. It is not SQLite's `main`, for there may be several: queries name tables alone.
pub(super) const SCHEMA: &str = "letterpress tables";

/// Makes an empty schema.
pub(super) const ATTACH: &str = "ATTACH ':memory:' AS ?1";

impl Database {
    /// A database of every table that one of the queries mentions.
    pub(crate) fn new<'q>(
        project: &Project,
        tables: &[Rows],
        queries: impl Iterator<Item = &'q str>,
        scope: Scope,
    ) -> Result<Database> {
        let wanted = wanted(project, queries);
        let rows = wanted.iter().map(|&table| tables[table].len() as u64).sum();
        Database::sealed(project, connection(project, tables, &wanted, scope)?, rows)
    }

    pub(super) fn sealed(project: &Project, mut connection: Connection, rows: u64) -> Result<Database> {
        let steps = confine(&mut connection, rows).map_err(|error| fail(project, error))?;
        Ok(Database { connection, steps })
    }

    /// Prepares a query.
    pub(crate) fn prepare(&self, sql: &str) -> rusqlite::Result<Statement<'_>> {
        self.steps.begin();
        self.connection.prepare(sql)
    }
}

/// The tables that queries mention.
pub(super) fn wanted<'q>(project: &Project, queries: impl Iterator<Item = &'q str>) -> Vec<usize> {
    let mut wanted: Vec<usize> = queries.flat_map(|sql| mentioned(project, sql)).collect();
    wanted.sort_unstable();
    wanted.dedup();
    wanted
}

/// A connection to a new database of some tables.
pub(super) fn connection(
    project: &Project,
    tables: &[Rows],
    wanted: &[usize],
    scope: Scope,
) -> Result<Connection> {
    let fail = |error| fail(project, error);
    let connection = Connection::open_in_memory().map_err(fail)?;
    connection.execute(ATTACH, [SCHEMA]).map_err(fail)?;
    for &number in wanted {
        let table = &project.tables[number];
        fill(&connection, table, &tables[number], scope, &fail)?;
        index(&connection, table).map_err(fail)?;
    }
    // What the planner needs to know to use indexes: a look at some rows of each tells it as much as all of them.
    connection.execute_batch("PRAGMA analysis_limit = 100; ANALYZE").map_err(fail)?;
    Ok(connection)
}

pub(super) fn fail(project: &Project, error: rusqlite::Error) -> Error {
    Error::machine("query with SQLite", &project.root, error)
}

/// What SQLite has against a query, at its place in the file where SQLite tells.
pub(crate) fn broken(code: &'static Code, file: &Arc<str>, sql: &str, error: &rusqlite::Error) -> Diagnostic {
    let (place, reason) = match error {
        rusqlite::Error::SqlInputError { msg, offset, .. } => {
            let before = usize::try_from(*offset).ok().and_then(|end| sql.get(..end)).unwrap_or("");
            let line = before.matches('\n').count() as u64 + 1;
            let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) as u64 + 1;
            (Place::at(file, line, column, 1), msg.clone())
        }
        rusqlite::Error::SqliteFailure(failure, _) if failure.code == ErrorCode::OperationInterrupted => {
            (Place::file(file), "it takes more steps than queries of so many rows have".to_owned())
        }
        other => (Place::file(file), other.to_string()),
    };
    Diagnostic::new(code, place, format!("SQLite cannot run this query: {reason}"))
}

/// A value as text; a missing value is empty.
pub(crate) fn as_text(value: ValueRef<'_>) -> std::result::Result<String, Utf8Error> {
    Ok(match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(value) => value.to_string(),
        ValueRef::Real(value) => value.to_string(),
        ValueRef::Text(text) | ValueRef::Blob(text) => std::str::from_utf8(text)?.to_owned(),
    })
}

/// A cell of a result as text; fails where it holds bytes that are not UTF-8.
pub(crate) fn cell_text(row: &Row<'_>, cell: usize) -> rusqlite::Result<String> {
    as_text(row.get_ref(cell)?).map_err(|error| rusqlite::Error::Utf8Error(cell, error))
}

/// Makes a table and fills it.
fn fill(
    connection: &Connection,
    table: &Table,
    rows: &Rows,
    scope: Scope,
    fail: &impl Fn(rusqlite::Error) -> Error,
) -> Result<()> {
    let columns: Vec<String> =
        table.columns.iter().map(|c| format!("{} {}", quoted(&c.name), affinity(c.kind))).collect();
    let name = format!("{}.{}", quoted(SCHEMA), quoted(&table.name));
    connection.execute_batch(&format!("CREATE TABLE {name} ({})", columns.join(", "))).map_err(fail)?;
    let mut filler = Filler::begin(connection, SCHEMA, table, fail)?;
    match scope {
        Scope::All => rows.scan().try_for_each(|batch| filler.add(&batch?.1))?,
        Scope::Published => {
            rows.batches(BLOCK, u64::MAX).try_for_each(|batch| filler.add(batch?.columns()))?;
        }
    }
    filler.end()
}

/// Adds rows to a table: dates and times as ISO text, booleans as 0 and 1, lists as JSON text.
pub(super) struct Filler<'a, F> {
    connection: &'a Connection,
    table: &'a Table,
    insert: Statement<'a>,
    fail: &'a F,
}

impl<'a, F: Fn(rusqlite::Error) -> Error> Filler<'a, F> {
    pub(super) fn begin(
        connection: &'a Connection,
        schema: &str,
        table: &'a Table,
        fail: &'a F,
    ) -> Result<Filler<'a, F>> {
        let marks = vec!["?"; table.columns.len()].join(", ");
        let insert = format!("INSERT INTO {}.{} VALUES ({marks})", quoted(schema), quoted(&table.name));
        let insert = connection.prepare(&insert).map_err(fail)?;
        connection.execute_batch("BEGIN").map_err(fail)?;
        Ok(Filler { connection, table, insert, fail })
    }

    pub(super) fn add(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let columns: Vec<Column<'_>> = self
            .table
            .columns
            .iter()
            .zip(columns)
            .map(|(column, array)| Column::new(column.kind, array))
            .collect();
        for row in 0..columns.first().map_or(0, |column| column.array.len()) {
            let values = columns.iter().map(|column| column.cell(row));
            self.insert.execute(rusqlite::params_from_iter(values)).map_err(self.fail)?;
        }
        Ok(())
    }

    pub(super) fn end(self) -> Result<()> {
        self.connection.execute_batch("COMMIT").map_err(self.fail)
    }
}

/// A column that a table is filled from.
struct Column<'a> {
    kind: ColumnType,
    array: &'a ArrayRef,
    /// The same, if it is one of texts.
    texts: Option<&'a StringArray>,
}

/// A cell on its way into a table; texts are not copied before SQLite does it.
enum Cell<'a> {
    Text(&'a str),
    Other(Value),
}

impl<'a> Column<'a> {
    fn new(kind: ColumnType, array: &'a ArrayRef) -> Column<'a> {
        let is_text = matches!(kind, ColumnType::Text | ColumnType::Json);
        Column { kind, array, texts: is_text.then(|| array.as_string()) }
    }

    fn cell(&self, row: usize) -> Cell<'a> {
        match self.texts.filter(|texts| texts.is_valid(row)) {
            Some(texts) => Cell::Text(texts.value(row)),
            None => Cell::Other(value(self.kind, self.array, row)),
        }
    }
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Cell::Text(text) => ValueRef::from(*text),
            Cell::Other(value) => value.into(),
        }))
    }
}

/// Indexes what queries join on: the primary key, and the fields of each reference.
fn index(connection: &Connection, table: &Table) -> rusqlite::Result<()> {
    let references = table.foreign_keys.iter().map(|key| key.fields.as_slice());
    let mut keys: Vec<&[usize]> = references.chain([table.primary_key.as_slice()]).collect();
    keys.retain(|key| !key.is_empty());
    // An index serves those that begin it, too.
    keys.sort_unstable_by(|one, other| other.cmp(one));
    keys.dedup_by(|shorter, longer| longer.starts_with(shorter));
    for (number, key) in keys.into_iter().enumerate() {
        let columns: Vec<String> = key.iter().map(|&field| quoted(&table.fields[field].name)).collect();
        let name = format!("{}.{}", quoted(SCHEMA), quoted(&format!("{} {number}", table.name)));
        connection.execute_batch(&format!(
            "CREATE INDEX {name} ON {} ({})",
            quoted(&table.name),
            columns.join(", ")
        ))?;
    }
    Ok(())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Digits that every double keeps. A decimal of more is text in SQL, so that a view publishes all of them.
const EXACT_DIGITS: u8 = 15;

fn affinity(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Integer | ColumnType::Boolean => "INTEGER",
        ColumnType::Decimal { precision, .. } if precision > EXACT_DIGITS => "",
        ColumnType::Number | ColumnType::Decimal { .. } => "REAL",
        ColumnType::Text
        | ColumnType::Json
        | ColumnType::Date
        | ColumnType::Datetime
        | ColumnType::LocalDatetime
        | ColumnType::List(_) => "TEXT",
    }
}

/// A cell as SQLite holds it.
pub(crate) fn value(kind: ColumnType, array: &ArrayRef, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    match kind {
        ColumnType::Text | ColumnType::Json => Value::Text(array.as_string::<i32>().value(row).to_owned()),
        ColumnType::Integer => Value::Integer(array.as_primitive::<Int64Type>().value(row)),
        ColumnType::Number => Value::Real(array.as_primitive::<Float64Type>().value(row)),
        ColumnType::Decimal { .. } => {
            let text = text(kind, array, row);
            let digits = text.trim_start_matches(['-', '0', '.']).bytes().filter(u8::is_ascii_digit).count();
            match text.parse() {
                Ok(number) if digits <= usize::from(EXACT_DIGITS) => Value::Real(number),
                _ => Value::Text(text),
            }
        }
        ColumnType::Boolean => Value::Integer(i64::from(array.as_boolean().value(row))),
        ColumnType::Date | ColumnType::Datetime | ColumnType::LocalDatetime => {
            Value::Text(text(kind, array, row))
        }
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

/// A cell in its canonical text.
fn text(kind: ColumnType, array: &ArrayRef, row: usize) -> String {
    let mut text = Vec::new();
    Cells::new(kind, array).write_text(row, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}
