//! `letterpress init`: write a small project that builds at once.

use std::path::{Path, PathBuf};

use clap::ValueHint;
use serde::Serialize;

use super::Exit;
use super::session::{Session, shown};
use crate::diagnostic::{Keep, Result};
use crate::init;
use crate::quantity::count;

const EPILOGUE: &str = "\
Examples:
  letterpress init floods
  letterpress init --name wye-floods
  letterpress init --from measurements        a schema for the CSV files that lie there

The project is an example to be rewritten: three invented river gauges, their floods and the books that report them, \
with comments that explain each file. Nothing is ever overwritten: if one of its files is there already, none is written.";

/// Write a small project that builds at once
#[derive(Debug, clap::Args)]
#[command(after_long_help = EPILOGUE)]
pub(super) struct Init {
    /// Folder to write it to; made when it does not exist
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true, value_hint = ValueHint::DirPath)]
    folder: PathBuf,

    /// Describe the CSV and TSV files of this folder instead, by a schema/ beside them
    #[arg(long, value_name = "DIR", conflicts_with = "folder", value_hint = ValueHint::DirPath)]
    from: Option<PathBuf>,

    /// Name of the data set, used in file names [default: the folder's name]
    #[arg(long)]
    name: Option<String>,
}

/// The result, for `--json`.
#[derive(Serialize)]
struct Created<'a> {
    path: String,
    name: &'a str,
    files: &'a [String],
}

/// The result of a description, for `--json`.
#[derive(Serialize)]
struct Described<'a> {
    #[serde(flatten)]
    created: Created<'a>,
    tables: &'a [String],
    undecided: Vec<String>,
    left_out: Vec<LeftOut<'a>>,
}

#[derive(Serialize)]
struct LeftOut<'a> {
    path: &'a str,
    reason: &'a str,
}

/// Files that are named one by one.
const NAMED: usize = 10;

impl Init {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<Exit> {
        match &self.from {
            Some(folder) => self.describe(folder, session),
            None => self.write_starter(session),
        }
    }

    fn write_starter(&self, session: &mut Session<'_>) -> Result<Exit> {
        let created = init::init(&self.folder, self.name.as_deref())?;
        if session.options.json {
            session.print_json(Exit::Good, result(&self.folder, &created));
            return Ok(Exit::Good);
        }
        tell_of(&self.folder, &created, session);
        session.note("\nNext:");
        change_folder(&self.folder, session);
        session.note("  letterpress check            finds no problem; break something and look again");
        session.note("  letterpress build            writes dist/draft: open its tables in data/");
        session.note("\nREADME.md explains what lies where.");
        Ok(Exit::Good)
    }

    fn describe(&self, folder: &Path, session: &mut Session<'_>) -> Result<Exit> {
        let resources = session.resources(Keep::First);
        let progress = session.progress();
        let described =
            init::init_from(folder, self.name.as_deref(), resources.jobs, resources.memory_bytes, &progress);
        drop(progress);
        let described = described?;
        if session.options.json {
            let left_out = described.left_out.iter().map(|(path, reason)| LeftOut { path, reason }).collect();
            let result = Described {
                created: result(folder, &described.created),
                tables: &described.tables,
                undecided: described.undecided.iter().map(ToString::to_string).collect(),
                left_out,
            };
            session.print_json(Exit::Good, result);
            return Ok(Exit::Good);
        }
        tell_of(folder, &described.created, session);
        let files = count(described.tables.len() as u64, "file");
        session.note(&format!("described {files}, every row of them; comments in schema/ say what was seen"));
        tell_what_is_left(&described, session);
        session.note("\nNext:");
        change_folder(folder, session);
        session.note("  read schema/tables/*.yaml    types and keys are proposals; correct them");
        session.note("  letterpress build            writes dist/draft: open its tables in data/");
        Ok(Exit::Good)
    }
}

/// Names the files that are not described, and why.
fn tell_what_is_left(described: &init::Described, session: &mut Session<'_>) {
    let undecided = described
        .undecided
        .iter()
        .map(|problem| format!("{}: {}", problem.place, crate::diagnostic::escape(&problem.message)));
    tell_some("to decide, as a comment in schema/dataset.yaml says:", undecided.collect(), session);
    let left_out = described
        .left_out
        .iter()
        .map(|(path, reason)| format!("{}: {reason}", crate::diagnostic::escape(path)));
    tell_some("not described:", left_out.collect(), session);
}

fn tell_some(title: &str, lines: Vec<String>, session: &mut Session<'_>) {
    if lines.is_empty() {
        return;
    }
    session.note(title);
    for line in lines.iter().take(NAMED) {
        session.note(&format!("  {line}"));
    }
    if lines.len() > NAMED {
        session.note(&format!("  and {} more; `--json` names all", lines.len() - NAMED));
    }
}

fn result<'a>(folder: &Path, created: &'a init::Created) -> Created<'a> {
    Created { path: folder.to_string_lossy().into_owned(), name: &created.name, files: &created.files }
}

fn tell_of(folder: &Path, created: &init::Created, session: &mut Session<'_>) {
    session.terminal.say(&format!("created `{}` in {}", created.name, shown(folder)));
}

fn change_folder(folder: &Path, session: &mut Session<'_>) {
    let folder = shown(folder);
    if folder != "." {
        session.note(&format!("  cd {folder}"));
    }
}
