//! `sarif`: one log in the Static Analysis Results Interchange Format 2.1.0 (OASIS), for code scanning services.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::more;
use crate::cli::json::to_line;
use crate::cli::terminal::Stream;
use crate::diagnostic::{Diagnostic, Position, Severity, escape, find_code};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Writes one log with a rule per code that occurs; `prefix` leads from the repository to the project.
///
/// Each result is written for itself, on a line of its own, so that many take no more memory than few.
pub(super) fn render(diagnostics: &[Diagnostic], prefix: &str, out: &mut Stream) {
    let codes: BTreeSet<&str> = diagnostics.iter().map(|diagnostic| &*diagnostic.code).collect();
    let codes: Vec<&str> = codes.into_iter().collect();
    let tool = json!({"driver": {
        "name": "letterpress",
        "version": env!("CARGO_PKG_VERSION"),
        "rules": codes.iter().map(|code| rule(code)).collect::<Vec<_>>(),
    }});
    out.print(&format!(
        "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{},\"columnKind\":\"unicodeCodePoints\",\"results\":[",
        to_line(&tool)
    ));
    let mut separator = "\n";
    for diagnostic in diagnostics {
        out.print(separator);
        out.print(&to_line(&result(diagnostic, &codes, prefix)));
        separator = ",\n";
    }
    out.print("\n]}]}\n");
}

/// A rule (SARIF 3.49): a built-in code with its text, or a check of the project with its name alone.
fn rule(name: &str) -> Value {
    match find_code(name) {
        Some(code) => json!({
            "id": name,
            "shortDescription": {"text": code.summary},
            "fullDescription": {"text": code.explanation},
            "help": {"text": code.explanation},
            "defaultConfiguration": {"level": level(code.severity)},
        }),
        None => json!({"id": name}),
    }
}

/// A result (SARIF 3.27).
fn result(diagnostic: &Diagnostic, codes: &[&str], prefix: &str) -> Value {
    let uri = to_uri(&format!("{prefix}{}", diagnostic.place.file));
    let mut text = escape(&diagnostic.message).into_owned();
    if let Position::Row(row) = diagnostic.place.position {
        text = format!("row {row}: {text}");
    }
    if let Some(help) = &diagnostic.help {
        let _ = write!(text, "\nhelp: {}", escape(help));
    }
    if let Some(more) = more(diagnostic) {
        let _ = write!(text, "\n{more}");
    }
    let mut result = json!({
        "ruleId": diagnostic.code,
        "ruleIndex": codes.binary_search(&&*diagnostic.code).ok(),
        "level": level(diagnostic.severity),
        "message": {"text": text},
        "locations": [location(&uri, diagnostic.place.position)],
    });
    if let Some(more) = &diagnostic.more {
        result["occurrenceCount"] = diagnostic.count().into();
        result["relatedLocations"] = [("the first that is not listed", more.first), ("the last", more.last)]
            .map(|(text, position)| {
                let mut related = location(&uri, position);
                related["message"] = json!({"text": text});
                related
            })
            .into_iter()
            .collect();
    }
    result
}

/// A location (SARIF 3.28). Rows of files without lines have no region.
fn location(uri: &str, position: Position) -> Value {
    let mut location = json!({"artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"}});
    if let Position::At { line, column, length } = position {
        location["region"] =
            json!({"startLine": line, "startColumn": column, "endColumn": column.saturating_add(length)});
    }
    json!({"physicalLocation": location})
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// A relative path as a URI reference (RFC 3986): all but unreserved characters and `/` percent-encoded.
fn to_uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte))
            }
            byte => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::terminal::tests::Captured;
    use crate::diagnostic::{Place, codes};

    fn log(diagnostics: &[Diagnostic], prefix: &str) -> Value {
        let captured = Captured::default();
        render(diagnostics, prefix, &mut captured.stream());
        serde_json::from_str(&captured.text()).expect("a log is JSON")
    }

    #[test]
    fn results_point_at_their_rule_and_place() {
        let file = "seeds/a b.yaml".into();
        let own = Diagnostic {
            severity: Severity::Warning,
            code: "peak-below-zero".into(),
            ..Diagnostic::new(&codes::MISSING_KEY, Place::row(&file, 2), "too low")
        };
        let known =
            Diagnostic::new(&codes::MISSING_KEY, Place::at(&file, 3, 5, 2), "no `x`").with_help("add it");
        let log = log(&[known, own], "data/");
        let run = &log["runs"][0];
        assert_eq!(log["version"], "2.1.0");
        assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "missing-key");
        assert_eq!(run["tool"]["driver"]["rules"][1], json!({"id": "peak-below-zero"}));
        assert_eq!(
            run["results"][0],
            json!({
                "ruleId": "missing-key", "ruleIndex": 0, "level": "error",
                "message": {"text": "no `x`\nhelp: add it"},
                "locations": [{"physicalLocation": {
                    "artifactLocation": {"uri": "data/seeds/a%20b.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 3, "startColumn": 5, "endColumn": 7},
                }}],
            })
        );
        assert_eq!(run["results"][1]["ruleIndex"], 1);
        assert_eq!(run["results"][1]["level"], "warning");
        assert_eq!(run["results"][1]["message"]["text"], "row 2: too low");
    }

    #[test]
    fn a_clean_project_is_a_log_without_results() {
        assert_eq!(log(&[], "")["runs"][0]["results"], json!([]));
    }
}
