//! `letterpress publish`: check a project and publish it as a release.

use std::path::PathBuf;

use clap::ValueHint;

use super::Exit;
use super::outcome::tell_all;
use super::report::Shown;
use super::session::Session;
use crate::diagnostic::{Error, Result};
use crate::publish::{self, Outcome, PublishOptions};
use crate::release::{Archive, Failure, Published, Refusal};

const EPILOGUE: &str = "\
Examples:
  letterpress publish                      publish dist/<version>
  letterpress publish --zip                also as one file, dist/<name>-<version>.zip
  letterpress publish others/datapackage.json --out releases     a Data Package as it is

A release is published whole or not at all, and never changed: the same bytes again are \"already published\", other \
bytes under the same version are refused. `letterpress build` shows it before, in dist/draft. The same holds for the zip, which can be \
made of a release that is published already; beside it lies its digest, for `sha256sum -c`. The newest release, while nobody has it, can \
be taken back by `letterpress unpublish`.

The line of result (`published dist/1.2.0`, and `archived …` with --zip) goes to standard output, problems and the summary to standard error. \
With --message-format json, github or sarif it is the other way round: problems on standard output, for the program \
that reads them, and the line of result on standard error.

Exit code 1 when errors stopped publishing or the release was refused.";

/// Check a project and publish it as dist/<version>, for good
///
/// Checks as `check` does; with no errors, writes every format, the descriptors and the manifest, verifies them, and
/// publishes the release under the version that schema/dataset.yaml gives.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EPILOGUE)]
pub(super) struct Publish {
    /// Project folder or datapackage.json [default: the nearest folder upward that has schema/dataset.yaml]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath, conflicts_with = "project")]
    path: Option<PathBuf>,

    /// Folder that holds the releases [default: dist in the project]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,

    /// Refused: a release has all formats of its data set
    #[arg(long, hide = true, value_name = "FORMAT,…")]
    formats: Option<String>,

    /// Make dist/<name>-<version>.zip of the release too, and its .sha256
    #[arg(long)]
    zip: bool,

    #[command(flatten)]
    shown: Shown,
}

impl Publish {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<Exit> {
        if self.formats.is_some() {
            let message = "a release has all formats of its data set: name them in schema/dataset.yaml, as \
                           `letterpress: {formats: [csv, parquet]}`, or try some out with `letterpress build --formats`";
            return Err(Error::Usage(message.to_owned()));
        }
        let project = session.project(self.path.as_deref())?;
        let mut options = PublishOptions::default().resources(session.resources(self.shown.keep()));
        options.out = self.out;
        let build = publish::publish(&project.path(), &options, &session.progress())?;
        let archive = match &build.outcome {
            Outcome::Published(release) | Outcome::AlreadyPublished(release) if self.zip => {
                Some(archive(release)?)
            }
            _ => None,
        };
        Ok(tell_all(&build, archive.as_ref(), &project, session))
    }
}

/// Makes the zip of a release; or says why it must not be made.
fn archive(release: &Published) -> Result<std::result::Result<Archive, Refusal>> {
    match publish::archive(release) {
        Ok(archive) => Ok(Ok(archive)),
        Err(Failure::Refused(refusal)) => Ok(Err(refusal)),
        Err(Failure::Broken(error)) => Err(error),
    }
}
