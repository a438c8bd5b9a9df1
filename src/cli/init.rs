//! `letterpress init`: write a small project that builds at once.

use std::path::PathBuf;

use clap::ValueHint;
use serde::Serialize;

use super::Exit;
use super::session::{Session, shown};
use crate::diagnostic::Result;
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

impl Init {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<Exit> {
        let folder = self.from.as_ref().unwrap_or(&self.folder).clone();
        let created = match &self.from {
            Some(_) => init::init_from(&folder, self.name.as_deref())?,
            None => init::init(&folder, self.name.as_deref())?,
        };
        if session.options.json {
            let path = folder.to_string_lossy().into_owned();
            let result = Created { path, name: &created.name, files: &created.files };
            session.print_json(Exit::Good, result);
            return Ok(Exit::Good);
        }
        let folder = shown(&folder);
        session.terminal.say(&format!("created `{}` in {folder}", created.name));
        if self.from.is_some() {
            let files = created.files.len() - 1;
            session.note(&format!(
                "described {}, every row of them; comments in schema/ say what was seen",
                count(files as u64, "file")
            ));
        }
        session.note("\nNext:");
        if folder != "." {
            session.note(&format!("  cd {folder}"));
        }
        match self.from {
            Some(_) => {
                session.note("  read schema/tables/*.yaml    types and keys are proposals; correct them")
            }
            None => session
                .note("  letterpress check            finds no problem; break something and look again"),
        }
        session.note("  letterpress build --draft    writes dist/draft: open its tables in data/");
        if self.from.is_none() {
            session.note("\nREADME.md explains what lies where.");
        }
        Ok(Exit::Good)
    }
}
