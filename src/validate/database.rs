//! The typed tables in SQLite, for the project's own SQL.

use std::cmp::Reverse;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::datatypes::{Float64Type, Int64Type};
use rusqlite::limits::Limit;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, Statement, ToSql};

use crate::diagnostic::{Code, Diagnostic, Error, Place, Result};
use crate::parallel;
use crate::schema::{ColumnType, Project, Table};
use crate::tables::{BLOCK_ROWS, Cells, Rows};

/// The tables a query may read: every one whose name stands in it.
pub(super) fn mentioned<'a>(project: &'a Project, sql: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let words: Vec<&str> = sql.split(move |c| !is_word(c)).collect();
    (0..project.tables.len())
        .filter(move |&t| words.iter().any(|word| word.eq_ignore_ascii_case(&project.tables[t].name)))
}

/// Which rows a query sees.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// All, those that are not published too.
    All,
    /// Those that are published, in order.
    Published,
}

/// An in-memory database that can only be read.
pub(super) struct Database(Connection);

/// Tables as SQLite keeps them: filled once, for any number of databases.
pub(super) struct Image(Vec<u8>);

/// The schema that has the tables. It is not SQLite's `main`, for there may be several: queries name tables alone.
const SCHEMA: &str = "letterpress tables";

/// Makes an empty schema.
const ATTACH: &str = "ATTACH ':memory:' AS ?1";

/// Most images that make a database: SQLite attaches ten schemas.
const MOST_IMAGES: usize = 8;

impl Database {
    /// A database of every table that one of the queries mentions.
    pub(super) fn new<'q>(
        project: &Project,
        tables: &[Rows<'_>],
        queries: impl Iterator<Item = &'q str>,
        scope: Scope,
    ) -> Result<Database> {
        let connection = connection(project, tables, &wanted(project, queries), scope)?;
        Database::sealed(project, connection)
    }

    /// A database of tables that have images.
    pub(super) fn of_images(project: &Project, images: &[Image]) -> Result<Database> {
        let fail = |error| fail(project, error);
        let mut connection = Connection::open_in_memory().map_err(fail)?;
        for (number, Image(bytes)) in images.iter().enumerate() {
            let schema = format!("{SCHEMA} {number}");
            let schema = schema.as_str();
            connection.execute(ATTACH, [schema]).map_err(fail)?;
            connection.deserialize_read_exact(schema, bytes.as_slice(), bytes.len(), true).map_err(fail)?;
            // Pages are read where they are, and not copied.
            connection.pragma_update(Some(schema), "mmap_size", bytes.len() as i64).map_err(fail)?;
        }
        Database::sealed(project, connection)
    }

    fn sealed(project: &Project, connection: Connection) -> Result<Database> {
        let fail = |error| fail(project, error);
        // A query reads; it has no business with files.
        connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0).map_err(fail)?;
        connection.execute_batch("PRAGMA query_only = ON").map_err(fail)?;
        Ok(Database(connection))
    }

    /// Prepares a query.
    pub(super) fn prepare(&self, sql: &str) -> rusqlite::Result<Statement<'_>> {
        self.0.prepare(sql)
    }
}

impl Image {
    /// Images of the tables that one of the queries mentions, made by `jobs` threads.
    pub(super) fn of_tables<'q>(
        project: &Project,
        tables: &[Rows<'_>],
        queries: impl Iterator<Item = &'q str>,
        scope: Scope,
        jobs: usize,
    ) -> Result<Vec<Image>> {
        let mut wanted = wanted(project, queries);
        // The largest first, each to the share that has least so far.
        wanted.sort_by_key(|&table| Reverse(tables[table].bytes()));
        let mut shares = vec![(0, Vec::new()); jobs.clamp(1, MOST_IMAGES).min(wanted.len())];
        for table in wanted {
            let least = shares.iter_mut().min_by_key(|(bytes, _)| *bytes).expect("there is one for a table");
            least.0 += tables[table].bytes();
            least.1.push(table);
        }
        let mut images = Vec::with_capacity(shares.len());
        parallel::ordered(
            jobs,
            shares.into_iter(),
            |(_, share)| Image::of_share(project, tables, &share, scope),
            |image| {
                images.push(image);
                true
            },
        );
        images.into_iter().collect()
    }

    fn of_share(project: &Project, tables: &[Rows<'_>], share: &[usize], scope: Scope) -> Result<Image> {
        let mut connection = connection(project, tables, share, scope)?;
        let image = connection.serialize(SCHEMA).map_err(|error| fail(project, error))?;
        Ok(Image(image.to_vec()))
    }
}

/// The tables that queries mention.
fn wanted<'q>(project: &Project, queries: impl Iterator<Item = &'q str>) -> Vec<usize> {
    let mut wanted: Vec<usize> = queries.flat_map(|sql| mentioned(project, sql)).collect();
    wanted.sort_unstable();
    wanted.dedup();
    wanted
}

/// A connection to a new database of some tables.
fn connection(project: &Project, tables: &[Rows<'_>], wanted: &[usize], scope: Scope) -> Result<Connection> {
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

fn fail(project: &Project, error: rusqlite::Error) -> Error {
    Error::machine("query with SQLite", &project.root, error)
}

/// What SQLite has against a query, at its place in the file where SQLite tells.
pub(super) fn broken(code: &'static Code, file: &Arc<str>, sql: &str, error: &rusqlite::Error) -> Diagnostic {
    let (place, reason) = match error {
        rusqlite::Error::SqlInputError { msg, offset, .. } => {
            let before = usize::try_from(*offset).ok().and_then(|end| sql.get(..end)).unwrap_or("");
            let line = before.matches('\n').count() as u64 + 1;
            let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) as u64 + 1;
            (Place::at(file, line, column, 1), msg.clone())
        }
        other => (Place::file(file), other.to_string()),
    };
    Diagnostic::new(code, place, format!("SQLite cannot run this query: {reason}"))
}

/// A value as text; a missing value is empty.
pub(super) fn as_text(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(value) => value.to_string(),
        ValueRef::Real(value) => value.to_string(),
        ValueRef::Text(text) | ValueRef::Blob(text) => String::from_utf8_lossy(text).into_owned(),
    }
}

/// Makes a table and fills it: dates and times as ISO text, booleans as 0 and 1, lists as JSON text.
fn fill(
    connection: &Connection,
    table: &Table,
    rows: &Rows<'_>,
    scope: Scope,
    fail: &impl Fn(rusqlite::Error) -> Error,
) -> Result<()> {
    let columns: Vec<String> =
        table.columns.iter().map(|c| format!("{} {}", quoted(&c.name), affinity(c.kind))).collect();
    let name = format!("{}.{}", quoted(SCHEMA), quoted(&table.name));
    let create = format!("CREATE TABLE {name} ({})", columns.join(", "));
    connection.execute_batch(&create).map_err(fail)?;
    let marks = vec!["?"; columns.len()].join(", ");
    connection.execute_batch("BEGIN").map_err(fail)?;
    let insert = format!("INSERT INTO {name} VALUES ({marks})");
    let mut insert = connection.prepare(&insert).map_err(fail)?;
    let mut add = |columns: &[ArrayRef]| {
        let columns: Vec<Column<'_>> = table
            .columns
            .iter()
            .zip(columns)
            .map(|(column, array)| Column::new(column.kind, array))
            .collect();
        for row in 0..columns.first().map_or(0, |column| column.array.len()) {
            let values = columns.iter().map(|column| column.cell(row));
            insert.execute(rusqlite::params_from_iter(values)).map_err(fail)?;
        }
        Ok(())
    };
    match scope {
        Scope::All => rows.scan().try_for_each(|batch| add(&batch?.1))?,
        Scope::Published => {
            rows.batches(BLOCK_ROWS, u64::MAX).try_for_each(|batch| add(batch?.columns()))?;
        }
    }
    drop(insert);
    connection.execute_batch("COMMIT").map_err(fail)
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

/// A cell as SQLite holds it.
pub(super) fn value(kind: ColumnType, array: &ArrayRef, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    match kind {
        ColumnType::Text | ColumnType::Json => Value::Text(array.as_string::<i32>().value(row).to_owned()),
        ColumnType::Integer => Value::Integer(array.as_primitive::<Int64Type>().value(row)),
        ColumnType::Number => Value::Real(array.as_primitive::<Float64Type>().value(row)),
        ColumnType::Decimal { .. } => {
            let text = text(kind, array, row);
            text.parse().map_or(Value::Text(text), Value::Real)
        }
        ColumnType::Boolean => Value::Integer(i64::from(array.as_boolean().value(row))),
        ColumnType::Date | ColumnType::Datetime => Value::Text(text(kind, array, row)),
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::seeds::{Chunk, SplitId};
    use crate::tables::{Sorter, Spill, fixture};

    #[test]
    fn images_answer_as_the_rows_do() {
        let project = fixture::project(None);
        let spill = Spill::new(Path::new("."), 1 << 20);
        let rows = |(index, table): (usize, &Table)| {
            let batch = fixture::rows(&project, index);
            let split = SplitId { source: 0, offset: 0, length: 0, first_line: 1 };
            let (columns, rows) = (batch.columns().to_vec(), batch.num_rows());
            let (problems, broken) = (Vec::new(), Vec::new());
            let chunk = Chunk { table: index, columns, rows, split, instance: 0, problems, broken };
            Sorter::table(table, vec![chunk], &spill).expect("there is room")
        };
        let tables: Vec<Rows<'_>> = project.tables.iter().enumerate().map(rows).collect();
        let sql = "select reports.flood_id, title, gauges.name from reports \
                   join sources on sources.source_no = reports.source_no left join gauges on true order by 1, 2, 3";
        let answer = |database: &Database| {
            let mut statement = database.prepare(sql).expect("the tables are there");
            let cells = |row: &rusqlite::Row<'_>| (0..3).map(|cell| row.get_ref(cell).map(as_text)).collect();
            let rows = statement.query_map([], cells).expect("it can be asked");
            rows.collect::<rusqlite::Result<Vec<Vec<String>>>>().expect("every row is there")
        };
        let queries = || std::iter::once(sql);
        let expected =
            answer(&Database::new(&project, &tables, queries(), Scope::Published).expect("a database"));
        assert!(!expected.is_empty());
        for (jobs, count) in [(1, 1), (2, 2), (9, 3)] {
            let images = Image::of_tables(&project, &tables, queries(), Scope::Published, jobs);
            let images = images.expect("there is memory");
            assert_eq!(images.len(), count);
            let database = Database::of_images(&project, &images).expect("a database");
            assert_eq!(answer(&database), expected);
            assert!(database.0.execute_batch("DELETE FROM reports").is_err());
        }
        // Whether `main` has a table must not depend on the number of threads.
        let of_rows = Database::new(&project, &tables, queries(), Scope::All).expect("a database");
        let images = Image::of_tables(&project, &tables, queries(), Scope::All, 1).expect("there is memory");
        for database in [of_rows, Database::of_images(&project, &images).expect("a database")] {
            assert!(database.prepare("select * from main.reports").is_err());
        }
        let none = Image::of_tables(&project, &tables, std::iter::empty(), Scope::All, 2).expect("no images");
        assert!(none.is_empty() && Database::of_images(&project, &none).is_ok());
    }
}
