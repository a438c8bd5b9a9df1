//! One run of the command: the options that every verb has, the project it works on, and where it prints.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::{env, thread};

use bytesize::ByteSize;
use clap::{Args, ValueHint};
use serde::Serialize;

use super::Exit;
use super::json::{self, Envelope};
use super::progress::Bars;
use super::render::MessageFormat;
use super::terminal::{Color, Terminal};
use crate::diagnostic::{Error, Keep, Result};
use crate::publish::Resources;
use crate::schema::{DescriptionKind, Location};

/// The options that every verb has.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(super) struct Options {
    /// Project: a folder or a datapackage.json [default: the nearest folder upward that has schema/dataset.yaml]
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::AnyPath)]
    pub(super) project: Option<PathBuf>,

    /// How problems are reported
    #[arg(long, global = true, value_enum, value_name = "FORMAT", default_value_t)]
    pub(super) message_format: MessageFormat,

    /// One JSON object on standard output with the whole result (overrides --message-format)
    #[arg(long, global = true)]
    pub(super) json: bool,

    /// When to use colours
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t)]
    pub(super) color: Color,

    /// Leave out summaries, hints and progress; results, problems and errors stay
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,

    /// Threads to use [default: all cores]
    #[arg(long, global = true, value_name = "N", value_parser = jobs)]
    pub(super) jobs: Option<NonZeroUsize>,

    /// Memory to use, as `512MiB` or `2GB`; tables may be larger than it [default: half of the machine's]
    #[arg(long, global = true, value_name = "SIZE", value_parser = memory)]
    pub(super) memory: Option<ByteSize>,
}

/// Most threads that are of use to anybody.
const MOST_JOBS: usize = 1024;

/// Reads a number of threads.
fn jobs(text: &str) -> std::result::Result<NonZeroUsize, String> {
    let jobs = text.parse().ok().filter(|jobs: &NonZeroUsize| jobs.get() <= MOST_JOBS);
    jobs.ok_or_else(|| format!("write a number from 1 to {MOST_JOBS}"))
}

/// Least memory that anything can be sorted in.
const LEAST_MEMORY: ByteSize = ByteSize::mib(32);

/// Reads a size of memory.
fn memory(text: &str) -> std::result::Result<ByteSize, String> {
    let size: ByteSize =
        text.parse().map_err(|_| "write a number and a unit, as `512MiB` or `2GB`".to_owned())?;
    if size < LEAST_MEMORY { Err(format!("at least {LEAST_MEMORY} is needed")) } else { Ok(size) }
}

/// One run of the command.
pub(super) struct Session<'a> {
    /// The options that every verb has.
    pub(super) options: Options,
    /// Where it prints.
    pub(super) terminal: &'a mut Terminal,
    command: &'static str,
}

impl<'a> Session<'a> {
    /// A run of the verb called `command`.
    pub(super) fn new(command: &'static str, options: Options, terminal: &'a mut Terminal) -> Session<'a> {
        terminal.set_color(options.color);
        Session { options, terminal, command }
    }

    /// Where the project is: at `path`, in the folder of `--project`, or in the nearest folder upward that has
    /// `schema/dataset.yaml`; without any, in the current folder.
    pub(super) fn project(&self, path: Option<&Path>) -> Result<Location> {
        let here = current_folder()?;
        if let Some(path) = path.or(self.options.project.as_deref()) {
            // In full, so that results are named from wherever one stands; complaints name it as it was typed.
            return Location::find(&here.join(path)).or_else(|_| Location::find(path));
        }
        let is_own = |folder: &&Path| {
            Location::in_folder(folder).is_some_and(|found| found.kind() == DescriptionKind::Schema)
        };
        let folder = here.ancestors().find(is_own).unwrap_or(&here);
        Location::in_folder(folder).ok_or_else(|| {
            Error::Usage(
                "no project here: neither this folder nor one above it has schema/dataset.yaml, and this one has no \
                 datapackage.json; name one with `--project DIR`, or make one with `letterpress init`"
                    .to_owned(),
            )
        })
    }

    /// How many threads to use.
    pub(super) fn jobs(&self) -> usize {
        self.options.jobs.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get)
    }

    /// How much of the machine may be used, and how many problems are kept.
    pub(super) fn resources(&self, problems: Keep) -> Resources {
        let machine = rustix::system::sysinfo();
        let half = (machine.totalram as u64).saturating_mul(u64::from(machine.mem_unit)) / 2;
        let memory = self.options.memory.map_or(half.max(LEAST_MEMORY.as_u64()), |memory| memory.as_u64());
        Resources { jobs: self.jobs(), memory_bytes: memory, problems }
    }

    /// Progress bars, or nothing where nobody would look at them.
    pub(super) fn progress(&self) -> Bars {
        Bars::new(self.terminal.is_watched && !self.options.quiet && !self.options.json)
    }

    /// Prints a line of summary or advice on standard error, unless `--quiet` or `--json`.
    pub(super) fn note(&mut self, line: &str) {
        if !self.options.quiet && !self.options.json {
            self.terminal.complain(line);
        }
    }

    /// Prints the whole result as one JSON object (`--json`).
    pub(super) fn print_json(&mut self, exit: Exit, result: impl Serialize) {
        let envelope = Envelope {
            letterpress: env!("CARGO_PKG_VERSION"),
            command: self.command,
            exit_code: exit as u8,
            result,
        };
        self.terminal.say(&json::to_line(&envelope));
    }

    /// Tells of a failure, and how the process ends after it.
    pub(super) fn fail(&mut self, error: &Error) -> Exit {
        let exit = Exit::from(error);
        if self.options.json {
            self.print_json(exit, json::Failure { error: error.to_string() });
        }
        let word = self.terminal.stderr.paint(super::terminal::ERROR, "error");
        self.terminal.complain(&format!("{word}: {error}"));
        exit
    }
}

/// The folder the command was started in.
pub(super) fn current_folder() -> Result<PathBuf> {
    env::current_dir().map_err(|reason| Error::machine("find", Path::new("current folder"), reason))
}

/// `path` as one would type it here: relative when it lies below the current folder.
pub(super) fn shown(path: &Path) -> String {
    let relative = current_folder().ok().and_then(|here| path.strip_prefix(here).ok().map(Path::to_path_buf));
    let path = relative.as_deref().unwrap_or(path);
    let text = if path.as_os_str().is_empty() { ".".into() } else { path.to_string_lossy() };
    crate::diagnostic::escape(&text).into_owned()
}
