//! Tables in SQLite that are filled once, by all threads, for any number of databases.

use std::cmp::Reverse;

use super::database::{Database, SCHEMA, Scope, connection, fail, wanted};
use crate::diagnostic::Result;
use crate::parallel;
use crate::schema::Project;
use crate::tables::Rows;

/// Tables as SQLite keeps them: filled once, for any number of databases.
pub(super) struct Image(Vec<u8>);

/// Most images that make a database: SQLite attaches ten schemas.
const MOST_IMAGES: usize = 8;

impl Image {
    /// What SQLite made of the tables.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

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

/// Where databases of what is published come from.
pub(super) enum Published {
    /// From the rows, each for itself.
    Rows,
    /// From images, which are made but once.
    Images(Vec<Image>),
}

impl Published {
    /// A database of every table that one of the queries mentions.
    pub(super) fn database<'q>(
        &self,
        project: &Project,
        tables: &[Rows<'_>],
        queries: impl Iterator<Item = &'q str>,
    ) -> Result<Database> {
        match self {
            Published::Rows => Database::new(project, tables, queries, Scope::Published),
            Published::Images(images) => Database::of_images(project, images),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::database::as_text;
    use super::*;
    use crate::schema::Table;
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
            assert!(database.prepare("DELETE FROM reports").and_then(|mut it| it.execute([])).is_err());
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
