//! The command line: one file per verb, and the only place where anything is printed.
//!
//! A verb calls the library, prints what came of it and says how the process ends (`Exit`). Results go to standard
//! output; summaries, progress and complaints go to standard error.

mod build;
mod check;
mod completions;
mod explain;
mod init;
mod json;
mod man;
mod outcome;
mod progress;
mod publish;
mod render;
mod report;
mod schema;
mod session;
mod terminal;
mod unpublish;
mod verify;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::diagnostic::{Error, Result, escape, is_hostile};
use session::{Options, Session};
use terminal::Terminal;

/// Turn curated text records into versioned data releases
///
/// A project is a folder with a schema (schema/) and records (seeds/). letterpress checks the records against the
/// schema and publishes them as a numbered release, in every format a reader may hold, with a manifest by which anybody
/// can verify it.
#[derive(Debug, Parser)]
#[command(name = "letterpress", version, arg_required_else_help = true, after_long_help = EPILOGUE)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    options: Options,
}

const EPILOGUE: &str = "\
Examples:
  letterpress init floods             make a small project that builds at once
  letterpress check                   report every problem, write nothing
  letterpress build                   look at the next release in dist/draft
  letterpress publish                 publish dist/<version>, for good
  letterpress verify dist/1.2.0       prove that a release is whole
  letterpress explain missing-key     what a code means and how to mend it

Exit codes:
  0  good
  1  problems in the data, findings in a release, or publishing refused
  2  wrong usage, or the project cannot be read
  3  the machine failed: disk, permission, full output

Results are on standard output, all else is on standard error.";

/// The verbs, in the order in which a newcomer meets them.
#[derive(Debug, Subcommand)]
enum Verb {
    Init(init::Init),
    Check(check::Check),
    Build(build::Build),
    Publish(publish::Publish),
    Verify(verify::Verify),
    Unpublish(unpublish::Unpublish),
    Explain(explain::Explain),
    Schema(schema::Schema),
    Completions(completions::Completions),
    Man(man::Man),
}

impl Verb {
    fn name(&self) -> &'static str {
        match self {
            Verb::Init(_) => "init",
            Verb::Check(_) => "check",
            Verb::Build(_) => "build",
            Verb::Publish(_) => "publish",
            Verb::Verify(_) => "verify",
            Verb::Unpublish(_) => "unpublish",
            Verb::Explain(_) => "explain",
            Verb::Schema(_) => "schema",
            Verb::Completions(_) => "completions",
            Verb::Man(_) => "man",
        }
    }

    fn run(self, session: &mut Session<'_>) -> Result<Exit> {
        match self {
            Verb::Init(init) => init.run(session),
            Verb::Check(check) => check.run(session),
            Verb::Build(build) => build.run(session),
            Verb::Publish(publish) => publish.run(session),
            Verb::Verify(verify) => verify.run(session),
            Verb::Unpublish(unpublish) => unpublish.run(session),
            Verb::Explain(explain) => explain.run(session),
            Verb::Schema(schema) => schema.run(session),
            Verb::Completions(completions) => completions.run(session),
            Verb::Man(man) => man.run(session),
        }
    }
}

/// How the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// All is well.
    Good = 0,
    /// Problems in the data, findings in a release, or publishing refused.
    Findings = 1,
    /// Wrong usage, or the project cannot be read.
    Usage = 2,
    /// The machine failed.
    Machine = 3,
}

impl From<&Error> for Exit {
    fn from(error: &Error) -> Exit {
        match error {
            Error::Usage(_) => Exit::Usage,
            Error::Machine { .. } => Exit::Machine,
        }
    }
}

/// Runs the command that `arguments` spell, the program's own name first, and says how the process shall end.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let exit = run_on(arguments, &mut Terminal::of_process());
    ExitCode::from(exit as u8)
}

fn run_on(arguments: impl IntoIterator<Item = OsString>, terminal: &mut Terminal) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let exit = match Cli::try_parse_from(&arguments) {
        Ok(Cli { verb, options }) => {
            let mut session = Session::new(verb.name(), options, terminal);
            verb.run(&mut session).unwrap_or_else(|error| session.fail(&error))
        }
        Err(answer) => {
            let may_steer = |argument: &OsString| argument.to_string_lossy().contains(is_hostile);
            print_answer(&answer, arguments.iter().any(may_steer), terminal)
        }
    };
    match terminal.finish() {
        Ok(()) => exit,
        Err(error) => {
            terminal.complain(&format!("error: {error}"));
            Exit::from(&error)
        }
    }
}

/// Prints what clap has to say: help and version are results, the rest is a complaint.
fn print_answer(answer: &clap::Error, may_steer: bool, terminal: &mut Terminal) -> Exit {
    let stream = if answer.use_stderr() { &mut terminal.stderr } else { &mut terminal.stdout };
    let text = answer.render();
    let text = match stream.is_styled() && !may_steer {
        true => text.ansi().to_string(),
        false => text.to_string().split('\n').map(escape).collect::<Vec<_>>().join("\n"),
    };
    stream.print(&text);
    if answer.exit_code() == 0 { Exit::Good } else { Exit::Usage }
}

#[cfg(test)]
mod tests;
