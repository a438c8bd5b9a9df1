//! `letterpress verify`: prove that a release is whole, or name what is not.

use std::path::{Path, PathBuf};

use clap::ValueHint;
use serde::Serialize;

use super::session::{Session, shown};
use super::terminal::{ERROR, HELP, STRONG, Stream};
use super::{Exit, render};
use crate::diagnostic::{Diagnostic, Place, Result, Severity, escape};
use crate::quantity::{count, size};
use crate::release::Finding;
use crate::seeds::Copies;
use crate::verify::{self, Report};

const EPILOGUE: &str = "\
Examples:
  letterpress verify dist/1.2.0
  letterpress verify ~/Downloads/river-floods-1.2.0 --json

Every file is compared with the manifest. That proves a release to be whole and unchanged since its manifest was \
written; it does not prove who wrote it. For that, compare the release id with one you got from the publisher.

Findings and the verdict go to standard output. Exit code 1 when there are findings.";

/// Prove that a release is whole, or name what is not
///
/// Treats the release as untrusted: nothing in it is run, followed or believed, and names and texts from it are escaped
/// when they are printed. No project is needed.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EPILOGUE)]
pub(super) struct Verify {
    /// Folder of the release
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    release: PathBuf,
}

impl Verify {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<Exit> {
        let report = verify::verify(&self.release, &verify::Options::default().jobs(session.jobs()))?;
        let is_whole = report.is_whole();
        let exit = if is_whole { Exit::Good } else { Exit::Findings };
        if session.options.json {
            session.print_json(exit, Verdict::new(&report));
            return Ok(exit);
        }
        let format = session.options.message_format;
        if format.is_for_programs() {
            let findings: Vec<Diagnostic> = report.findings.iter().map(to_diagnostic).collect();
            render::render(
                &findings,
                format,
                &self.release,
                &Copies::default(),
                &mut session.terminal.stdout,
            );
        } else {
            for finding in &report.findings {
                let text = describe(finding, &session.terminal.stdout);
                session.terminal.say(&text);
            }
        }
        if is_whole {
            tell_good(&report, session);
        } else {
            tell_bad(&report, &self.release, session);
        }
        Ok(exit)
    }
}

/// `path: kind: message`, and under it what was expected, what was found and what to do.
fn describe(finding: &Finding, out: &Stream) -> String {
    let path = out.paint(STRONG, &escape(&finding.path));
    let kind = out.paint(ERROR, finding.kind.word());
    let mut text = format!("{path}: {kind}: {}", escape(&finding.message));
    for (label, trace) in [("expected", finding.expected), ("found", finding.found)] {
        if let Some(trace) = trace {
            text.push_str(&format!("\n  {label:>8}: {trace}"));
        }
    }
    if let Some(help) = &finding.help {
        text.push_str(&format!("\n      {}: {}", out.paint(HELP, "help"), escape(help)));
    }
    text
}

fn tell_good(report: &Report, session: &mut Session<'_>) {
    let mut verdict = String::from("ok: ");
    if let Some(name) = &report.name {
        let version = report.version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
        let draft = if report.draft { " (draft)" } else { "" };
        verdict.push_str(&format!("{}{draft}, ", escape(&format!("{name}{version}"))));
    }
    verdict.push_str(&count(report.files, "file"));
    if let Some(bytes) = report.bytes {
        verdict.push_str(&format!(", {}", size(bytes)));
    }
    if let Some(id) = report.id {
        verdict.push_str(&format!(", release id {}", id.to_id()));
    }
    if session.options.message_format.is_for_programs() {
        session.note(&verdict);
    } else {
        session.terminal.say(&verdict);
    }
    session.note(report.verdict());
}

fn tell_bad(report: &Report, path: &Path, session: &mut Session<'_>) {
    let shown_findings = report.findings.len() as u64;
    let mut line = count(shown_findings.saturating_add(report.more_findings), "finding");
    if report.more_findings > 0 {
        line.push_str(&format!(" ({shown_findings} shown)"));
    }
    let kind = if report.draft { "draft" } else { "release" };
    session.note(&format!("{line}: `{}` is not the {kind} that its publisher made", shown(path)));
}

/// A finding in the form that the formats for programs know.
fn to_diagnostic(finding: &Finding) -> Diagnostic {
    let mut message = finding.message.clone();
    for (label, trace) in [("expected", finding.expected), ("found", finding.found)] {
        if let Some(trace) = trace {
            message.push_str(&format!("; {label} {trace}"));
        }
    }
    Diagnostic {
        severity: Severity::Error,
        code: finding.kind.word().into(),
        place: Place::file(&finding.path.as_str().into()),
        message,
        help: finding.help.clone(),
        more: None,
    }
}

/// The result, for `--json`.
#[derive(Serialize)]
struct Verdict<'a> {
    ok: bool,
    verdict: &'static str,
    #[serde(flatten)]
    report: &'a Report,
}

impl<'a> Verdict<'a> {
    fn new(report: &'a Report) -> Verdict<'a> {
        Verdict { ok: report.is_whole(), verdict: report.verdict(), report }
    }
}
