//! `letterpress schema`: JSON Schemas by which an editor completes seeds in YAML.

use std::fs;
use std::path::PathBuf;

use clap::ValueHint;
use serde::Serialize;

use super::report::{Found, Shown};
use super::session::{Session, shown};
use super::{Exit, render};
use crate::diagnostic::{Diagnostics, Error, Result, listed, nearest};
use crate::editor;
use crate::publish::Checked;
use crate::schema;
use crate::seeds::Copies;

const EPILOGUE: &str = "\
Examples:
  letterpress schema                  write .letterpress/<table>.schema.json for every table with seeds
  letterpress schema floods           print the schema of one table's seed files

Editors with the YAML language server complete keys and codes, and mark mistakes, in a file whose first line is
  # yaml-language-server: $schema=../../.letterpress/floods.schema.json
or which `yaml.schemas` of their settings assigns to the schema. Write the schemas again when schema/ has changed.

The schemas describe seeds as they are written, not the published rows. `letterpress check` finds more.";

/// Write JSON Schemas by which an editor completes seeds
///
/// One for the YAML files of each table that has seeds of its own: names of fields in the order of the schema, codes of
/// vocabularies with their meaning, nested records, and what must be there.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EPILOGUE)]
pub(super) struct Schema {
    /// Print the schema of this table instead
    #[arg(value_name = "TABLE", conflicts_with = "out")]
    table: Option<String>,

    /// Folder to write them to [default: .letterpress in the project]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,

    #[command(flatten)]
    shown: Shown,
}

/// The result, for `--json`.
#[derive(Serialize)]
struct Written {
    path: String,
    files: Vec<String>,
}

/// The schema of one table, for `--json`.
#[derive(Serialize)]
struct Printed<'a> {
    table: &'a str,
    schema: &'a editor::Schema,
}

impl Schema {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<Exit> {
        let location = session.project(None)?;
        let (project, found) = schema::load(&location, session.jobs())?;
        let Some(project) = project else {
            let mut diagnostics = Diagnostics::new(self.shown.keep());
            diagnostics.extend(found);
            let diagnostics = diagnostics.into_sorted();
            if session.options.json {
                let checked = Checked { diagnostics, ..Checked::default() };
                session.print_json(Exit::Findings, Found::from(&checked));
                return Ok(Exit::Findings);
            }
            let format = session.options.message_format;
            render::render(
                &diagnostics,
                format,
                location.root(),
                &Copies::default(),
                &mut session.terminal.stderr,
            );
            return Ok(Exit::Findings);
        };
        let schemas = editor::schemas(&project);
        if let Some(wanted) = &self.table {
            let Some(found) = schemas.iter().find(|schema| schema.table == *wanted) else {
                return Err(unknown(wanted, schemas.iter().map(|schema| schema.table.as_str()).collect()));
            };
            match session.options.json {
                true => session.print_json(Exit::Good, Printed { table: wanted, schema: &found.schema }),
                false => session.terminal.say(found.to_json().trim_end()),
            }
            return Ok(Exit::Good);
        }
        if schemas.is_empty() && !session.options.json {
            session.note("no table has seeds of its own: an editor needs no schemas");
            return Ok(Exit::Good);
        }
        let folder = self.out.unwrap_or_else(|| location.root().join(editor::FOLDER));
        fs::create_dir_all(&folder).map_err(|e| Error::machine("create", &folder, e))?;
        let mut files = Vec::new();
        for schema in &schemas {
            let path = folder.join(schema.file_name());
            fs::write(&path, schema.to_json()).map_err(|e| Error::machine("write", &path, e))?;
            files.push(schema.file_name());
        }
        if session.options.json {
            session.print_json(Exit::Good, Written { path: folder.to_string_lossy().into_owned(), files });
            return Ok(Exit::Good);
        }
        for file in &files {
            session.terminal.say(&format!("wrote {}", shown(&folder.join(file))));
        }
        Ok(Exit::Good)
    }
}

fn unknown(wanted: &str, known: Vec<&str>) -> Error {
    let hint = match nearest(wanted, known.iter().copied()) {
        Some(near) => format!("nearest: `{near}`"),
        None => format!("there are {}", listed(known)),
    };
    Error::Usage(format!("there is no table `{wanted}` with seeds of its own ({hint})"))
}
