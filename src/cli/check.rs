//! `letterpress check`: report every problem of a project, write nothing.

use std::path::PathBuf;

use clap::ValueHint;

use super::report::{Found, Shown, extent, summary};
use super::session::Session;
use super::{Exit, render};
use crate::diagnostic::{Result, has_errors};
use crate::publish;

const EPILOGUE: &str = "\
Examples:
  letterpress check
  letterpress check --project floods --message-format short
  letterpress check others/datapackage.json        a Data Package as it is
  letterpress check --message-format sarif > letterpress.sarif
  letterpress check --all | grep wrong-type        not only the first three of each kind

Of problems with one code in one field of one file, the first three are shown and the rest is counted; `--all` shows \
each. Problems are this verb's result: they go to standard output in every format, the summary to standard error. \
The formats full and short begin with path:line:column, the path counted from the project folder; github and sarif \
count it from GITHUB_WORKSPACE or, without that, from the current folder.

Exit code 1 when there are errors; warnings alone leave it at 0.";

/// Report every problem of a project; write nothing
///
/// Reads the schema and all records, and reports every problem at once, each with its place, its source line and the
/// next step when one is known.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EPILOGUE)]
pub(super) struct Check {
    /// Project folder or datapackage.json [default: the nearest folder upward that has schema/dataset.yaml]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath, conflicts_with = "project")]
    path: Option<PathBuf>,

    #[command(flatten)]
    shown: Shown,
}

impl Check {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<Exit> {
        let project = session.project(self.path.as_deref())?;
        let checked =
            publish::check(&project.path(), session.resources(self.shown.keep()), &session.progress())?;
        let exit = if has_errors(&checked.diagnostics) { Exit::Findings } else { Exit::Good };
        if session.options.json {
            session.print_json(exit, Found::from(&checked));
            return Ok(exit);
        }
        let format = session.options.message_format;
        let out = &mut session.terminal.stdout;
        render::render(&checked.diagnostics, format, project.root(), &checked.copies, out);
        for line in summary(&checked) {
            session.note(&line);
        }
        if exit == Exit::Good {
            session.note(&extent(&checked));
        }
        Ok(exit)
    }
}
