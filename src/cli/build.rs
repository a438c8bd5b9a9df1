//! `letterpress build`: check a project and publish it as a release.

use std::path::PathBuf;

use clap::ValueHint;
use clap::builder::{PossibleValue, PossibleValuesParser};
use serde::Serialize;

use super::report::{Found, Shown, extent, summary};
use super::session::{Session, shown};
use super::terminal::{ERROR, HELP};
use super::{Exit, render};
use crate::diagnostic::{Result, escape};
use crate::formats::FORMATS;
use crate::publish::{self, Checked, Outcome};
use crate::quantity;
use crate::quantity::size;
use crate::release::{Archive, Failure, Finding, Published, Refusal};
use crate::validate::Candidates;

const EPILOGUE: &str = "\
Examples:
  letterpress build                        publish dist/<version>
  letterpress build --draft                try it out in dist/draft
  letterpress build --draft --include-candidates
                                           try it out with the records that are not reviewed yet
  letterpress build --formats csv,parquet --out /srv/data
  letterpress build --zip                  also as one file, dist/<name>-<version>.zip
  letterpress build others/datapackage.json --out releases     a Data Package as it is

A release is published whole or not at all, and never changed: the same bytes again are \"already published\", other \
bytes under the same version are refused. A draft may be overwritten. The same holds for the zip, which can be made of a \
release that is published already; beside it lies its digest, for `sha256sum -c`.

The line of result (`published dist/1.2.0`, and `archived …` with --zip) goes to standard output, problems and the summary to standard error. \
With --message-format json, github or sarif it is the other way round: problems on standard output, for the program \
that reads them, and the line of result on standard error.

Exit code 1 when errors stopped publishing or the release was refused.";

/// Check a project and publish it as dist/<version>
///
/// Checks as `check` does; with no errors, writes every format, the descriptors and the manifest, verifies them, and
/// publishes the release under the version that schema/dataset.yaml gives.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EPILOGUE)]
pub(super) struct Build {
    /// Project folder or datapackage.json [default: the nearest folder upward that has schema/dataset.yaml]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath, conflicts_with = "project")]
    path: Option<PathBuf>,

    /// Write dist/draft, which may be overwritten, instead of a release
    #[arg(long)]
    draft: bool,

    /// Put into the draft what `publish_only` leaves out of releases
    #[arg(long, requires = "draft")]
    include_candidates: bool,

    /// Folder that holds the releases [default: dist in the project]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,

    /// Formats to write [default: those of schema/dataset.yaml]
    #[arg(long, value_name = "FORMAT,…", value_delimiter = ',', value_parser = format_names())]
    formats: Option<Vec<String>>,

    /// Make dist/<name>-<version>.zip of the release too, and its .sha256
    #[arg(long, conflicts_with = "draft")]
    zip: bool,

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
        let project = session.project(self.path.as_deref())?;
        let mut options = publish::Options::default().draft(self.draft);
        options.candidates = if self.include_candidates { Candidates::Include } else { Candidates::LeaveOut };
        options.out = self.out;
        options.formats = self.formats;
        options.resources = session.resources(self.shown.keep());
        let publish::Build { checked, outcome } =
            publish::build(&project.path(), &options, &session.progress())?;
        let archive = match &outcome {
            Outcome::Published(release) | Outcome::AlreadyPublished(release) if self.zip => {
                Some(archive(release)?)
            }
            _ => None,
        };
        let exit = match &outcome {
            _ if matches!(archive, Some(Err(_))) => Exit::Findings,
            Outcome::Published(_) | Outcome::AlreadyPublished(_) | Outcome::Draft(_) => Exit::Good,
            Outcome::Refused(_) | Outcome::Stopped => Exit::Findings,
        };
        if session.options.json {
            session.print_json(exit, Built::new(&checked, &outcome, archive.as_ref()));
            return Ok(exit);
        }
        let format = session.options.message_format;
        let out = if format.is_for_programs() {
            &mut session.terminal.stdout
        } else {
            &mut session.terminal.stderr
        };
        render::render(&checked.diagnostics, format, project.root(), &checked.copies, out);
        for line in summary(&checked) {
            session.note(&line);
        }
        if !matches!(outcome, Outcome::Stopped) {
            session.note(&extent(&checked));
        }
        tell(&outcome, session);
        match &archive {
            None => {}
            Some(Ok(archive)) => tell_archive(archive, session),
            Some(Err(refusal)) => complain(refusal, session),
        }
        Ok(exit)
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

/// Tells what became of the zip.
fn tell_archive(archive: &Archive, session: &mut Session<'_>) {
    let verb = if archive.is_new { "archived" } else { "already archived" };
    let line = format!("{verb} {}", shown(&archive.path));
    if session.options.message_format.is_for_programs() {
        session.note(&line);
    } else {
        session.terminal.say(&line);
    }
    session.note(&format!("  {}, sha256 {}", size(archive.bytes), archive.sha256));
}

/// Tells what became of the release.
fn tell(outcome: &Outcome, session: &mut Session<'_>) {
    let (verb, release) = match outcome {
        Outcome::Published(release) => ("published", release),
        Outcome::AlreadyPublished(release) => ("already published", release),
        Outcome::Draft(release) => ("drafted", release),
        Outcome::Refused(refusal) => return complain(refusal, session),
        Outcome::Stopped => return session.note("nothing was published"),
    };
    let line = format!("{verb} {}", shown(&release.path));
    if session.options.message_format.is_for_programs() {
        session.note(&line);
    } else {
        session.terminal.say(&line);
    }
    let files = quantity::count(release.files, "file");
    session.note(&format!("  {files}, {}, release id {}", size(release.bytes), release.id.to_id()));
}

/// Tells why a release was refused.
fn complain(refusal: &Refusal, session: &mut Session<'_>) {
    let stderr = &session.terminal.stderr;
    let mut text = format!("{}: {}", stderr.paint(ERROR, "error"), escape(&refusal.message));
    let (findings, more) = refusal.findings.clone().into_parts();
    for finding in &findings {
        text.push_str(&format!("\n    {finding}"));
    }
    if more > 0 {
        text.push_str(&format!("\n    and {more} more"));
    }
    text.push_str(&format!("\n  {}: {}", stderr.paint(HELP, "help"), escape(&refusal.help)));
    session.terminal.complain(&text);
}

/// The result, for `--json`.
#[derive(Serialize)]
struct Built<'a> {
    /// `published`, `already-published`, `draft`, `refused`, or `invalid` when errors stopped it.
    outcome: &'static str,
    release: Option<Made>,
    #[serde(skip_serializing_if = "Option::is_none")]
    archive: Option<Zip>,
    refusal: Option<Refused<'a>>,
    #[serde(flatten)]
    found: Found<'a>,
}

#[derive(Serialize)]
struct Made {
    path: String,
    version: String,
    release_id: String,
    files: u64,
    bytes: u64,
}

/// The zip, with --zip.
#[derive(Serialize)]
struct Zip {
    path: String,
    bytes: u64,
    sha256: String,
    is_new: bool,
}

#[derive(Serialize)]
struct Refused<'a> {
    message: &'a str,
    help: &'a str,
    findings: Vec<Finding>,
    /// Findings beyond those listed.
    more_findings: u64,
}

impl<'a> Built<'a> {
    fn new(
        checked: &'a Checked,
        outcome: &'a Outcome,
        archive: Option<&'a std::result::Result<Archive, Refusal>>,
    ) -> Built<'a> {
        let (word, release, refusal) = match outcome {
            Outcome::Published(release) => ("published", Some(release), None),
            Outcome::AlreadyPublished(release) => ("already-published", Some(release), None),
            Outcome::Draft(release) => ("draft", Some(release), None),
            Outcome::Refused(refusal) => ("refused", None, Some(refusal)),
            Outcome::Stopped => ("invalid", None, None),
        };
        Built {
            outcome: word,
            release: release.map(Made::from),
            archive: archive.and_then(|archive| archive.as_ref().ok()).map(Zip::from),
            refusal: refusal.or(archive.and_then(|archive| archive.as_ref().err())).map(Refused::from),
            found: Found::from(checked),
        }
    }
}

impl From<&Published> for Made {
    fn from(release: &Published) -> Made {
        Made {
            path: release.path.to_string_lossy().into_owned(),
            version: release.version.to_string(),
            release_id: release.id.to_id(),
            files: release.files,
            bytes: release.bytes,
        }
    }
}

impl From<&Archive> for Zip {
    fn from(archive: &Archive) -> Zip {
        Zip {
            path: archive.path.to_string_lossy().into_owned(),
            bytes: archive.bytes,
            sha256: archive.sha256.to_string(),
            is_new: archive.is_new,
        }
    }
}

impl<'a> From<&'a Refusal> for Refused<'a> {
    fn from(refusal: &'a Refusal) -> Refused<'a> {
        let (findings, more_findings) = refusal.findings.clone().into_parts();
        Refused { message: &refusal.message, help: &refusal.help, findings, more_findings }
    }
}
