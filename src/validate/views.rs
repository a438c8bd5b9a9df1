//! Views: tables that SQL derives from the others, typed and checked like any table.

use std::sync::Arc;

use rusqlite::{Row, Statement};

use super::keys;
use crate::diagnostic::{Diagnostic, Diagnostics, Keep, Place, Result, Subject, codes, listed};
use crate::ingest::{Checker, Findings, describe, references};
use crate::offsets::{field_number, split_position};
use crate::schema::{FieldType, Project, Table};
use crate::seeds::{Chunk, ColumnBuilder, Problem, ProblemKind, derived_columns};
use crate::sort::{Rows, Sorter};
use crate::spill::Spill;
use crate::sql::{self, Database, DatabaseSource, Scope, broken, cell_text};
use crate::tokens::{JsonTokens, Scalar, Style, Token, Tokens};

/// Rows that are typed at a time.
const CHUNK_ROWS: usize = 8_192;

/// The rows of a view, before they are put in order, and what is wrong with them.
pub(super) struct Derived {
    view: usize,
    chunks: Vec<Chunk>,
    diagnostics: Diagnostics,
}

/// Derives the rows of every view from the published rows of the other tables, which must be sound.
pub(super) fn derive(
    project: &Project,
    tables: &[Rows],
    source: &DatabaseSource,
    keep: Keep,
) -> Result<Vec<Derived>> {
    let views: Vec<(usize, View<'_>)> = sql::of_views(project)
        .map(|(index, file, sql)| (index, View { table: &project.tables[index], file, sql }))
        .collect();
    if views.is_empty() {
        return Ok(Vec::new());
    }
    let database =
        source.database(project, tables, sql::of_views(project).map(|(_, _, sql)| sql), Scope::Published)?;
    let derive = |(index, view): (usize, View<'_>)| {
        let mut diagnostics = Diagnostics::new(keep);
        let chunks = view.chunks(index, project, &database, &mut diagnostics);
        Derived { view: index, chunks, diagnostics }
    };
    Ok(views.into_iter().map(derive).collect())
}

/// Puts the rows of views in order, and checks their keys.
pub(super) fn fill(
    project: &Project,
    tables: &mut [Rows],
    derived: Vec<Derived>,
    spill: &Spill,
    findings: &mut Findings,
) -> Result<()> {
    for Derived { view, chunks, diagnostics } in derived {
        findings.diagnostics.append(diagnostics);
        tables[view] = Sorter::table(
            &project.tables[view],
            chunks.into_iter().map(|chunk| (chunk.columns, chunk.rows)),
            spill,
        )?;
        keys::check_table(project, view, tables, &spill.memory, findings)?;
        references::check_table(project, view, tables, spill, findings)?;
    }
    Ok(())
}

struct View<'a> {
    table: &'a Table,
    file: &'a Arc<str>,
    sql: &'a str,
}

impl View<'_> {
    fn report(&self, message: String, help: Option<String>, diagnostics: &mut Diagnostics) {
        let problem = Diagnostic::new(&codes::BROKEN_VIEW, Place::file(self.file), message);
        diagnostics.push(Diagnostic { help, ..problem });
    }

    /// The rows the query returns, typed and checked; what is wrong is reported.
    fn chunks(
        &self,
        index: usize,
        project: &Project,
        database: &Database,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Chunk> {
        let result = database.prepare(self.sql).and_then(|mut statement| {
            let Some(cells) = self.cells(&statement, diagnostics) else { return Ok(Vec::new()) };
            self.read((index, project), &mut statement, &cells, diagnostics)
        });
        result.unwrap_or_else(|error| {
            diagnostics.push(broken(&codes::BROKEN_VIEW, self.file, self.sql, &error));
            Vec::new()
        })
    }

    /// For each field the number of its column in the result; `None` when they do not match.
    fn cells(&self, statement: &Statement<'_>, diagnostics: &mut Diagnostics) -> Option<Vec<usize>> {
        let returned: Vec<&str> = statement.column_names().collect();
        let names: Vec<&str> = self.table.fields.iter().map(|f| f.name.as_str()).collect();
        let cells: Option<Vec<usize>> =
            names.iter().map(|name| returned.iter().position(|other| other == name)).collect();
        if cells.is_some() && returned.len() == names.len() {
            return cells;
        }
        let message = sql::returned(returned);
        self.report(message, Some(format!("the fields of the view are {}", listed(names))), diagnostics);
        None
    }

    fn read(
        &self,
        (index, project): (usize, &Project),
        statement: &mut Statement<'_>,
        cells: &[usize],
        diagnostics: &mut Diagnostics,
    ) -> rusqlite::Result<Vec<Chunk>> {
        let checker = Checker::new(project, self.table);
        let mut chunks = Vec::new();
        let mut rows = statement.query([])?;
        loop {
            let mut texts: Vec<Vec<String>> = Vec::new();
            while texts.len() < CHUNK_ROWS
                && let Some(row) = rows.next()?
            {
                texts.push(row_texts(row, cells)?);
            }
            if texts.is_empty() {
                return Ok(chunks);
            }
            let mut chunk = self.chunk(index, &texts);
            checker.check(&mut chunk);
            for problem in std::mem::take(&mut chunk.problems) {
                let name = &self.table.fields[problem.field as usize].name;
                let (code, subject) = (describe::code(problem.kind), Subject::field(&self.table.name, name));
                let say = || self.describe(project, problem, &texts[problem.row as usize]);
                diagnostics.note(code, subject, Place::file(self.file), say);
            }
            chunks.push(chunk);
        }
    }

    fn chunk(&self, index: usize, texts: &[Vec<String>]) -> Chunk {
        let mut problems = Vec::new();
        let mut fields = Vec::new();
        for (number, field) in self.table.fields.iter().enumerate() {
            let mut builder = ColumnBuilder::new(field, texts.len());
            for (row, text) in texts.iter().enumerate() {
                let text = &text[number];
                let pushed = match (text.as_str(), field.kind) {
                    ("", _) => {
                        builder.null();
                        Ok(())
                    }
                    (array, FieldType::List(_)) if array.starts_with('[') => {
                        push_items(&mut builder, field, array)
                    }
                    (text, _) => builder.push(field, text),
                };
                if let Err(kind) = pushed {
                    problems.push(Problem::of_cell(split_position(row), field_number(number), kind));
                }
            }
            fields.push(builder.finish(field_number(number), &mut problems));
        }
        let columns = derived_columns(self.table, &fields, &mut problems);
        let rows = texts.len();
        Chunk { problems, ..Chunk::new(index, columns, rows) }
    }

    /// A view's cell has no place of its own: the message names the row, the place is the query.
    fn describe(&self, project: &Project, problem: Problem, row: &[String]) -> (String, Option<String>) {
        let key: Vec<&str> = match self.table.primary_key.as_slice() {
            [] => vec![&row[0]],
            key => key.iter().map(|&field| row[field].as_str()).collect(),
        };
        let text = &row[problem.field as usize];
        let cell = describe::cell_problem(project, self.table, problem, text, Place::file(self.file));
        (format!("row {}: {}", listed(key), cell.message), cell.help)
    }
}

fn row_texts(row: &Row<'_>, cells: &[usize]) -> rusqlite::Result<Vec<String>> {
    cells.iter().map(|&cell| cell_text(row, cell)).collect()
}

/// A list written as a JSON array of single values, as tables hand lists to SQLite.
fn push_items(
    builder: &mut ColumnBuilder,
    field: &crate::schema::Field,
    array: &str,
) -> std::result::Result<(), ProblemKind> {
    let mut tokens = JsonTokens::new(array, 1);
    let mut result = Ok(());
    loop {
        match tokens.next() {
            Ok(Token::ListStart) => {}
            // No format can tell an item without a value from one that is not there.
            Ok(Token::Scalar(Scalar { style: Style::Null | Style::AmbiguousNull, .. })) => {
                result = result.and(Err(ProblemKind::NullItem));
            }
            Ok(Token::Scalar(Scalar { text, .. })) => result = result.and(builder.push_item(field, &text)),
            Ok(Token::ListEnd) => break,
            Ok(Token::MapStart | Token::MapEnd | Token::Key(_) | Token::End) | Err(_) => {
                result = Err(ProblemKind::WrongType);
                break;
            }
        }
    }
    builder.end_list();
    result
}
