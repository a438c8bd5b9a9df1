//! `schema/checks/<code>.sql`.

use std::path::Path;
use std::sync::Arc;

use super::files::names_in;
use super::read_text;
use crate::diagnostic::{Diagnostic, Place, Result, codes, find_code, nearest};
use crate::schema::{Check, Table};

/// Reads every check, sorted by code.
pub(super) fn load(root: &Path, tables: &[Table], problems: &mut Vec<Diagnostic>) -> Result<Vec<Check>> {
    let mut checks = Vec::new();
    for code in names_in(root, "schema/checks", "sql", problems)? {
        let path: Arc<str> = Arc::from(format!("schema/checks/{code}.sql"));
        let Some(text) = read_text(root, &path, problems)? else { continue };
        if !is_code(&code) || find_code(&code).is_some() {
            let message = format!("`{code}` cannot be the code of a check");
            problems.push(
                Diagnostic::new(&codes::INVALID_NAME, Place::file(&path), message)
                    .with_help("lower-case words joined by `-`, and not one of the built-in codes"),
            );
            continue;
        }
        match check(code, &path, &text, tables) {
            Ok(check) => checks.push(check),
            Err(problem) => problems.push(*problem),
        }
    }
    Ok(checks)
}

/// Code and explanation of every check of the project in `root`, whether or not its schema is sound.
pub fn explain_checks(root: &Path) -> Result<Vec<(String, String)>> {
    let mut problems = Vec::new();
    let mut explanations = Vec::new();
    for code in names_in(root, "schema/checks", "sql", &mut problems)? {
        let text = read_text(root, &format!("schema/checks/{code}.sql"), &mut problems)?.unwrap_or_default();
        let comments = text.lines().map_while(|line| line.trim().strip_prefix("--")).map(str::trim);
        let lines: Vec<&str> = comments.filter(|line| !line.starts_with("table:")).collect();
        explanations.push((code, lines.join("\n").trim().to_owned()));
    }
    Ok(explanations)
}

fn is_code(code: &str) -> bool {
    code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') && !code.starts_with('-')
}

fn check(
    code: String,
    path: &Arc<str>,
    text: &str,
    tables: &[Table],
) -> std::result::Result<Check, Box<Diagnostic>> {
    let mut explanation = Vec::new();
    let mut table = None;
    for (index, line) in text.lines().enumerate() {
        let Some(comment) = line.trim().strip_prefix("--") else {
            if line.trim().is_empty() {
                continue;
            }
            break;
        };
        match comment.trim().strip_prefix("table:") {
            Some(name) => {
                let place = Place::at(path, index as u64 + 1, 1, line.chars().count() as u64);
                table = Some(find_table(name.trim(), place, tables)?);
            }
            None => explanation.push(comment.trim()),
        }
    }
    let Some(table) = table else {
        let message = "the check does not say which table its rows point at";
        let problem = Diagnostic::new(&codes::BROKEN_CHECK, Place::file(path), message);
        return Err(problem.with_help("add a comment line `-- table: NAME`").into());
    };
    let explanation = explanation.join("\n").trim().to_owned();
    Ok(Check { code, file: Arc::clone(path), explanation, table, sql: text.to_owned() })
}

fn find_table(name: &str, place: Place, tables: &[Table]) -> std::result::Result<usize, Box<Diagnostic>> {
    let Some(index) = tables.iter().position(|t| t.name == name) else {
        let diagnostic = Diagnostic::new(&codes::UNKNOWN_NAME, place, format!("there is no table `{name}`"));
        return Err(match nearest(name, tables.iter().map(|t| t.name.as_str())) {
            Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")).into(),
            None => diagnostic.into(),
        });
    };
    if tables[index].primary_key.is_empty() {
        let message = format!("the table `{name}` has no primary key, so no record of it can be pointed at");
        return Err(Diagnostic::new(&codes::BROKEN_CHECK, place, message).into());
    }
    Ok(index)
}
