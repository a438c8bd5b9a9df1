//! What became of a draft or a release, told to people and to programs.

use serde::Serialize;

use super::report::{Found, extent, summary};
use super::session::{Session, shown};
use super::terminal::{ERROR, HELP};
use super::{Exit, render};
use crate::diagnostic::escape;
use crate::publish::{Build, Checked, Outcome};
use crate::quantity;
use crate::quantity::size;
use crate::release::{Archive, Finding, Published, Refusal};
use crate::schema::Location;

/// Tells what was found in the project, and what became of its draft or release, and of the zip where one was asked for.
pub(super) fn tell_all(
    build: &Build,
    archive: Option<&Result<Archive, Refusal>>,
    project: &Location,
    session: &mut Session<'_>,
) -> Exit {
    let Build { checked, outcome } = build;
    let exit = exit(outcome, archive);
    if session.options.json {
        session.print_json(exit, Built::new(checked, outcome, archive));
        return exit;
    }
    let format = session.options.message_format;
    let out = match format.is_for_programs() {
        true => &mut session.terminal.stdout,
        false => &mut session.terminal.stderr,
    };
    render::render(&checked.diagnostics, format, project.root(), &checked.copies, out);
    for line in summary(checked) {
        session.note(&line);
    }
    if !matches!(outcome, Outcome::Stopped) {
        session.note(&extent(checked));
    }
    tell(outcome, session);
    match archive {
        None => {}
        Some(Ok(archive)) => tell_archive(archive, session),
        Some(Err(refusal)) => complain(refusal, session),
    }
    exit
}

/// How the process ends.
fn exit(outcome: &Outcome, archive: Option<&Result<Archive, Refusal>>) -> Exit {
    match outcome {
        _ if matches!(archive, Some(Err(_))) => Exit::Findings,
        Outcome::Published(_) | Outcome::AlreadyPublished(_) | Outcome::Draft(_) => Exit::Good,
        Outcome::Refused(_) | Outcome::Stopped => Exit::Findings,
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
        Outcome::Stopped => return session.note("nothing was written"),
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
pub(super) fn complain(refusal: &Refusal, session: &mut Session<'_>) {
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
pub(super) struct Refused<'a> {
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
        archive: Option<&'a Result<Archive, Refusal>>,
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
