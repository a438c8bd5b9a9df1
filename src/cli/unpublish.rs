//! `letterpress unpublish`: take back the newest release.

use std::path::PathBuf;

use clap::ValueHint;
use semver::Version;
use serde::Serialize;

use super::Exit;
use super::outcome::{Refused, complain};
use super::session::{Session, current_folder, shown};
use crate::diagnostic::Result;
use crate::publish;
use crate::release::{Failure, Unpublished};

const EPILOGUE: &str = "\
Examples:
  letterpress unpublish 0.1.0              remove dist/0.1.0, its zip and its entry in dist/index.json
  letterpress unpublish 0.1.0 --out /srv/releases

For a release that nobody has yet: whoever has a copy keeps it, and it stays whole. Only the newest can be taken back, because each \
release names the one before. A folder that holds files of yours is not removed.

Exit code 1 when it was refused; then nothing was touched.";

/// Take back the newest release, while nobody has it
///
/// Removes its folder, its zip and its entry in the list of releases, and says what was removed. The version can be published again.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EPILOGUE)]
pub(super) struct Unpublish {
    /// Version of the release
    #[arg(value_name = "VERSION")]
    version: Version,

    /// Folder that holds the releases [default: dist in the project]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
}

impl Unpublish {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<Exit> {
        let out = match self.out {
            Some(out) => current_folder()?.join(out),
            None => session.project(None)?.root().join("dist"),
        };
        let (exit, result) = match publish::unpublish(&out, &self.version) {
            Ok(taken) => (Exit::Good, Ok(taken)),
            Err(Failure::Refused(refusal)) => (Exit::Findings, Err(refusal)),
            Err(Failure::Broken(error)) => return Err(error),
        };
        if session.options.json {
            session.print_json(exit, Taken::new(&result));
            return Ok(exit);
        }
        match &result {
            Ok(taken) => tell(taken, session),
            Err(refusal) => complain(refusal, session),
        }
        Ok(exit)
    }
}

/// Tells what was removed, and what is the newest release now.
fn tell(taken: &Unpublished, session: &mut Session<'_>) {
    for path in &taken.removed {
        session.terminal.say(&format!("removed {}", shown(path)));
    }
    match &taken.newest {
        Some(newest) => {
            session.note(&format!("{} is taken back; the newest release is {newest}", taken.version))
        }
        None => session.note(&format!("{} is taken back; no release is left", taken.version)),
    }
}

/// The result, for `--json`.
#[derive(Serialize)]
struct Taken<'a> {
    /// `unpublished` or `refused`.
    outcome: &'static str,
    removed: Vec<String>,
    newest: Option<String>,
    refusal: Option<Refused<'a>>,
}

impl<'a> Taken<'a> {
    fn new(result: &'a std::result::Result<Unpublished, crate::release::Refusal>) -> Taken<'a> {
        let taken = result.as_ref().ok();
        Taken {
            outcome: if taken.is_some() { "unpublished" } else { "refused" },
            removed: taken.iter().flat_map(|taken| &taken.removed).map(|path| shown(path)).collect(),
            newest: taken.and_then(|taken| taken.newest.as_ref()).map(Version::to_string),
            refusal: result.as_ref().err().map(Refused::from),
        }
    }
}
