//! Tables in SQLite that are filled once, by all threads, for any number of databases.

use std::cmp::Reverse;

use rusqlite::Connection;

use super::database::{ATTACH, Database, Filler, SCHEMA, Scope, connection, fail, wanted};
use crate::diagnostic::Result;
use crate::parallel;
use crate::schema::Project;
use crate::sort::Rows;

/// The published rows of tables as SQLite keeps them: filled once, for any number of databases.
pub(crate) struct Snapshot {
    tables: Vec<usize>,
    bytes: Vec<u8>,
}

/// Most snapshots that make a database: SQLite attaches ten schemas.
const MAX_SNAPSHOTS: usize = 8;

impl Snapshot {
    /// What SQLite made of the tables.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The tables that it has.
    pub(super) fn tables(&self) -> &[usize] {
        &self.tables
    }

    /// Snapshots of the tables that one of the queries mentions, made by `jobs` threads.
    pub(crate) fn of_tables<'q>(
        project: &Project,
        tables: &[Rows],
        queries: impl Iterator<Item = &'q str>,
        jobs: usize,
    ) -> Result<Vec<Snapshot>> {
        let mut wanted = wanted(project, queries);
        // The largest first, each to the share that has least so far.
        wanted.sort_by_key(|&table| Reverse(tables[table].bytes()));
        let mut shares = vec![(0, Vec::new()); jobs.clamp(1, MAX_SNAPSHOTS).min(wanted.len())];
        for table in wanted {
            let least = shares.iter_mut().min_by_key(|(bytes, _)| *bytes).expect("there is one for a table");
            least.0 += tables[table].bytes();
            least.1.push(table);
        }
        let mut snapshots = Vec::with_capacity(shares.len());
        parallel::ordered(
            jobs,
            shares.into_iter(),
            |(_, share)| Snapshot::of_share(project, tables, share),
            |snapshot| {
                snapshots.push(snapshot);
                true
            },
        );
        snapshots.into_iter().collect()
    }

    fn of_share(project: &Project, tables: &[Rows], share: Vec<usize>) -> Result<Snapshot> {
        let mut connection = connection(project, tables, &share, Scope::Published)?;
        let bytes = connection.serialize(SCHEMA).map_err(|error| fail(project, error))?.to_vec();
        Ok(Snapshot { tables: share, bytes })
    }
}

impl Database {
    /// A database of tables that have snapshots, of what is published or of all rows.
    pub(super) fn of_snapshots(
        project: &Project,
        tables: &[Rows],
        snapshots: &[Snapshot],
        scope: Scope,
    ) -> Result<Database> {
        let fail = |error| fail(project, error);
        let mut connection = Connection::open_in_memory().map_err(fail)?;
        for (number, snapshot) in snapshots.iter().enumerate() {
            let bytes = snapshot.bytes();
            let schema = format!("{SCHEMA} {number}");
            let schema = schema.as_str();
            connection.execute(ATTACH, [schema]).map_err(fail)?;
            let lacks = |table: &&usize| scope == Scope::All && tables[**table].has_hidden();
            let lacking: Vec<usize> = snapshot.tables().iter().filter(lacks).copied().collect();
            connection
                .deserialize_read_exact(schema, bytes, bytes.len(), lacking.is_empty())
                .map_err(fail)?;
            if lacking.is_empty() {
                // Pages are read where they are, and not copied.
                let size = i64::try_from(bytes.len()).expect("a snapshot is in memory");
                connection.pragma_update(Some(schema), "mmap_size", size).map_err(fail)?;
            }
            for table in lacking {
                let mut filler = Filler::begin(&connection, schema, &project.tables[table], &fail)?;
                tables[table].scan_hidden().try_for_each(|batch| filler.add(&batch?.1))?;
                filler.end()?;
            }
        }
        let rows = tables.iter().map(|table| table.len() as u64).sum();
        Database::sealed(project, connection, rows)
    }
}

/// Source of databases.
pub(crate) enum DatabaseSource {
    /// From the rows, each for itself.
    Rows,
    /// From snapshots, which are made but once.
    Snapshots(Vec<Snapshot>),
}

impl DatabaseSource {
    /// A database of every table that one of the queries mentions.
    pub(crate) fn database<'q>(
        &self,
        project: &Project,
        tables: &[Rows],
        queries: impl Iterator<Item = &'q str>,
        scope: Scope,
    ) -> Result<Database> {
        match self {
            DatabaseSource::Rows => Database::new(project, tables, queries, scope),
            DatabaseSource::Snapshots(snapshots) => Database::of_snapshots(project, tables, snapshots, scope),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::database::cell_text;
    use super::*;
    use crate::schema::Table;
    use crate::schema::fixture;
    use crate::sort::Sorter;
    use crate::spill::Spill;

    #[test]
    fn snapshots_answer_as_the_rows_do() {
        let project = fixture::project(None);
        let spill = Spill::new(Path::new("."), 1 << 20);
        let rows = |(index, table): (usize, &Table)| {
            let batch = fixture::rows(&project, index);
            Sorter::table(table, [(batch.columns().to_vec(), batch.num_rows())], &spill)
                .expect("there is room")
        };
        let mut tables: Vec<Rows> = project.tables.iter().enumerate().map(rows).collect();
        let (first, _) = tables[fixture::SOURCES].scan().next().expect("it has rows").expect("in memory");
        tables[fixture::SOURCES].hide([first[0]].into_iter().collect());
        let sql = "select reports.flood_id, title, gauges.name from reports \
                   left join sources on sources.source_no = reports.source_no left join gauges on true order by 1, 2, 3";
        let answer = |database: &Database| {
            let mut statement = database.prepare(sql).expect("the tables are there");
            let cells = |row: &rusqlite::Row<'_>| (0..3).map(|cell| cell_text(row, cell)).collect();
            let rows = statement.query_map([], cells).expect("it can be asked");
            rows.collect::<rusqlite::Result<Vec<Vec<String>>>>().expect("every row is there")
        };
        let queries = || std::iter::once(sql);
        let rows = |scope| Database::new(&project, &tables, queries(), scope).expect("a database");
        let [published, all] = [Scope::Published, Scope::All].map(|scope| answer(&rows(scope)));
        assert!(!published.is_empty() && published != all);
        for (jobs, count) in [(1, 1), (2, 2), (9, 3)] {
            let snapshots = Snapshot::of_tables(&project, &tables, queries(), jobs).expect("there is memory");
            assert_eq!(snapshots.len(), count);
            for (scope, expected) in
                [(Scope::Published, &published), (Scope::All, &all), (Scope::Published, &published)]
            {
                let database =
                    Database::of_snapshots(&project, &tables, &snapshots, scope).expect("a database");
                assert_eq!(answer(&database), *expected);
                assert!(database.prepare("DELETE FROM sources").and_then(|mut it| it.execute([])).is_err());
            }
        }
        // Whether `main` has a table must not depend on the number of threads.
        let snapshots = Snapshot::of_tables(&project, &tables, queries(), 1).expect("there is memory");
        let of_snapshots = |snapshots: &[Snapshot]| {
            Database::of_snapshots(&project, &tables, snapshots, Scope::All).expect("a database")
        };
        for database in [rows(Scope::All), of_snapshots(&snapshots)] {
            assert!(database.prepare("select * from main.reports").is_err());
        }
        let none = Snapshot::of_tables(&project, &tables, std::iter::empty(), 2).expect("no snapshots");
        assert!(none.is_empty() && of_snapshots(&none).prepare("select 1").is_ok());
    }
}
