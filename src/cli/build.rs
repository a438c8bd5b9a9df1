//! `letterpress build`: check a project and write a draft of its next release.

use std::path::PathBuf;

use clap::ValueHint;
use clap::builder::{PossibleValue, PossibleValuesParser};

use super::Exit;
use super::outcome::tell_all;
use super::report::Shown;
use super::session::Session;
use crate::diagnostic::Result;
use crate::formats::FORMATS;
use crate::publish::{self, BuildOptions};
use crate::validate::Candidates;

const EPILOGUE: &str = "\
Examples:
  letterpress build                        look at the next release in dist/draft
  letterpress build --include-candidates   with the records that are not reviewed yet
  letterpress build --formats csv          quicker: one format
  letterpress build others/datapackage.json --out drafts     a Data Package as it is

A draft takes the place of the one before, and `verify` calls it a draft. `letterpress publish` makes the release: the same rows, under \
its version, for good.

The line of result (`drafted dist/draft`) goes to standard output, problems and the summary to standard error. \
With --message-format json, github or sarif it is the other way round: problems on standard output, for the program \
that reads them, and the line of result on standard error.

Exit code 1 when errors stopped it.";

/// Check a project and write a draft of its next release, dist/draft
///
/// Checks as `check` does; with no errors, writes every format, the descriptors and the manifest, and verifies them. Nothing that was
/// published is touched.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EPILOGUE)]
pub(super) struct Build {
    /// Project folder or datapackage.json [default: the nearest folder upward that has schema/dataset.yaml]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath, conflicts_with = "project")]
    path: Option<PathBuf>,

    /// What `build` did once with this option, it does now without
    #[arg(long, hide = true)]
    draft: bool,

    /// Put in what `publish_only` leaves out of releases
    #[arg(long)]
    include_candidates: bool,

    /// Folder that holds the draft [default: dist in the project]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,

    /// Formats to write [default: those of schema/dataset.yaml]
    #[arg(long, value_name = "FORMAT,…", value_delimiter = ',', value_parser = format_names())]
    formats: Option<Vec<String>>,

    #[command(flatten)]
    shown: Shown,
}

/// The names of the formats, as choices.
fn format_names() -> PossibleValuesParser {
    PossibleValuesParser::new(
        FORMATS.iter().map(|format| PossibleValue::new(format.facts().name).help(format.facts().title)),
    )
}

impl Build {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<Exit> {
        if self.draft {
            session.note("`--draft` is not needed: `build` writes the draft, and `publish` the release");
        }
        let project = session.project(self.path.as_deref())?;
        let candidates = if self.include_candidates { Candidates::Include } else { Candidates::LeaveOut };
        let mut options =
            BuildOptions::default().candidates(candidates).resources(session.resources(self.shown.keep()));
        options.out = self.out;
        options.formats = self.formats;
        let build = publish::build(&project.path(), &options, &session.progress())?;
        Ok(tell_all(&build, None, &project, session))
    }
}
