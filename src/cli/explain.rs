//! `letterpress explain`: what a code means and how to mend it.

use serde::Serialize;

use super::Exit;
use super::session::Session;
use super::terminal::STRONG;
use crate::diagnostic::{CODES, Error, Result, escape, find_code, nearest};
use crate::schema::explain_checks;

const EPILOGUE: &str = "\
Examples:
  letterpress explain                 list every built-in code
  letterpress explain missing-key
  letterpress explain my-check        a check of the project: schema/checks/my-check.sql";

/// Lines are broken at this width.
const WIDTH: usize = 80;

/// Say what a code means and how to mend it
///
/// Knows the built-in codes and the checks of the project. Without a code, lists the built-in ones.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EPILOGUE)]
pub(super) struct Explain {
    /// The word in brackets of a problem: error[missing-key]
    #[arg(value_name = "CODE")]
    code: Option<String>,
}

/// One code, for `--json`.
#[derive(Serialize)]
struct Explanation<'a> {
    code: &'a str,
    severity: &'static str,
    summary: Option<&'static str>,
    explanation: &'a str,
}

/// Every built-in code, for `--json`.
#[derive(Serialize)]
struct List {
    codes: Vec<Explanation<'static>>,
}

impl Explain {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<Exit> {
        match self.code {
            None => list(session),
            Some(code) => explain(&code, session)?,
        }
        Ok(Exit::Good)
    }
}

fn list(session: &mut Session<'_>) {
    let codes: Vec<Explanation<'static>> = CODES.iter().filter_map(|code| built_in(code.name)).collect();
    if session.options.json {
        return session.print_json(Exit::Good, List { codes });
    }
    let width = codes.iter().map(|code| code.code.len()).max().unwrap_or(0);
    for code in &codes {
        let name = session.terminal.stdout.paint(STRONG, &format!("{:width$}", code.code));
        let summary = code.summary.unwrap_or_default();
        session.terminal.say(format!("{name}  {:7}  {summary}", code.severity).trim_end());
    }
    session.note("a project's own checks in schema/checks/ are codes too");
}

fn explain(code: &str, session: &mut Session<'_>) -> Result<()> {
    let text;
    let found = match built_in(code) {
        Some(found) => found,
        None => {
            text = own_check(code, session)?;
            Explanation { code, severity: "error", summary: None, explanation: &text }
        }
    };
    if session.options.json {
        session.print_json(Exit::Good, found);
        return Ok(());
    }
    let title = session.terminal.stdout.paint(STRONG, &format!("{}[{}]", found.severity, escape(code)));
    match found.summary {
        Some(summary) => session.terminal.say(&format!("{title}: {summary}\n")),
        None => session.terminal.say(&format!("{title}: a check of this project\n")),
    }
    session.terminal.say(&wrap(found.explanation));
    Ok(())
}

fn built_in(name: &str) -> Option<Explanation<'static>> {
    find_code(name).map(|code| Explanation {
        code: code.name,
        severity: code.severity.word(),
        summary: Some(code.summary),
        explanation: code.explanation,
    })
}

/// The leading comment of `schema/checks/<code>.sql` of the project, if there is a project and it has that check.
fn own_check(code: &str, session: &Session<'_>) -> Result<String> {
    // Built-in codes can be explained anywhere, so a missing project only means that there are no others.
    let checks = match session.project(None) {
        Ok(project) => explain_checks(project.root())?,
        Err(error) if session.options.project.is_some() => return Err(error),
        Err(_) => Vec::new(),
    };
    let found = checks.iter().find(|(name, _)| name == code).map(|(_, text)| text.clone());
    found.ok_or_else(|| {
        let own = checks.iter().map(|(name, _)| name.as_str());
        let hint = match nearest(code, CODES.iter().map(|code| code.name).chain(own)) {
            Some(name) => format!("nearest: `{name}`"),
            None => "`letterpress explain` lists the built-in ones".to_owned(),
        };
        Error::Usage(format!("there is no code `{code}` ({hint})"))
    })
}

/// Sets paragraphs and the items of lists to width, and escapes what could steer a terminal.
fn wrap(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for source_line in text.lines() {
        let begins_anew = source_line.trim().is_empty() || source_line.trim_start().starts_with(['-', '*']);
        if begins_anew && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        if source_line.trim().is_empty() {
            lines.push(String::new());
        }
        for word in source_line.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&escape(word));
        }
    }
    lines.push(line);
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_set_to_width() {
        let text = format!("{}\nand on\n\nlist:\n- a\n- b\u{1b}", "word ".repeat(20));
        let wrapped = wrap(&text);
        let lines: Vec<&str> = wrapped.lines().collect();
        assert!(lines.iter().all(|line| line.len() <= WIDTH), "{wrapped}");
        assert_eq!(lines[1..], ["word word word word and on", "", "list:", "- a", "- b\\u{1b}"], "{wrapped}");
    }
}
