//! `letterpress init`: write a small project that builds at once.

use std::path::PathBuf;

use clap::ValueHint;
use serde::Serialize;

use super::Exit;
use super::session::{Session, shown};
use crate::diagnostic::Result;
use crate::init;

const EPILOGUE: &str = "\
Examples:
  letterpress init floods
  letterpress init --name wye-floods

The project is an example to be rewritten: three invented river gauges, their floods and the books that report them, \
with comments that explain each file. Nothing is ever overwritten: if one of its files is there already, none is written.";

/// Write a small project that builds at once
#[derive(Debug, clap::Args)]
#[command(after_long_help = EPILOGUE)]
pub(super) struct Init {
    /// Folder to write it to; made when it does not exist
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true, value_hint = ValueHint::DirPath)]
    folder: PathBuf,

    /// Name of the data set, used in file names [default: the folder's name]
    #[arg(long)]
    name: Option<String>,
}

/// The result, for `--json`.
#[derive(Serialize)]
struct Created<'a> {
    path: String,
    name: &'a str,
    files: &'a [&'static str],
}

impl Init {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<Exit> {
        let created = init::init(&self.folder, self.name.as_deref())?;
        if session.options.json {
            let path = self.folder.to_string_lossy().into_owned();
            let result = Created { path, name: &created.name, files: &created.files };
            session.print_json(Exit::Good, result);
            return Ok(Exit::Good);
        }
        let folder = shown(&self.folder);
        session.terminal.say(&format!("created `{}` in {folder}", created.name));
        session.note("\nNext:");
        if folder != "." {
            session.note(&format!("  cd {folder}"));
        }
        session.note("  letterpress check            finds no problem; break something and look again");
        session.note("  letterpress build --draft    writes dist/draft: open its tables in data/");
        session.note("\nREADME.md explains what lies where.");
        Ok(Exit::Good)
    }
}
