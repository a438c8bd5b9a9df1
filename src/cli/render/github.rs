//! `github`: workflow commands that GitHub Actions turns into annotations.

use super::more;
use crate::cli::terminal::Stream;
use crate::diagnostic::{Diagnostic, Position, escape};

/// Writes `::error file=…,line=…,col=…,endColumn=…,title=code::message` per diagnostic; `prefix` leads to the project.
pub(super) fn render(diagnostics: &[Diagnostic], prefix: &str, out: &mut Stream) {
    for diagnostic in diagnostics {
        out.print(&command(diagnostic, prefix));
        out.print("\n");
    }
}

fn command(diagnostic: &Diagnostic, prefix: &str) -> String {
    let file = escape_property(&format!("{prefix}{}", diagnostic.place.file));
    let mut message = escape(&diagnostic.message).into_owned();
    let position = match diagnostic.place.position {
        Position::File => String::new(),
        Position::Row(row) => {
            message = format!("row {row}: {message}");
            String::new()
        }
        Position::At { line, column, length } => {
            format!(",line={line},col={column},endColumn={}", column.saturating_add(length))
        }
    };
    if let Some(help) = &diagnostic.help {
        message.push_str("\nhelp: ");
        message.push_str(&escape(help));
    }
    if let Some(more) = more(diagnostic) {
        message.push('\n');
        message.push_str(&more);
    }
    let title = escape_property(&diagnostic.code);
    format!("::{} file={file}{position},title={title}::{}", diagnostic.severity.word(), escape_data(&message))
}

/// What GitHub's toolkit calls `escapeData`.
fn escape_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What GitHub's toolkit calls `escapeProperty`.
fn escape_property(text: &str) -> String {
    escape_data(&escape(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Place, codes};

    #[test]
    fn separators_are_escaped_where_they_would_end_a_part() {
        let place = Place::at(&"a,b:c%.yaml".into(), 3, 5, 2);
        let diagnostic =
            Diagnostic::new(&codes::MISSING_KEY, place, "100%, a:b\n::error::x").with_help("go on");
        assert_eq!(
            command(&diagnostic, "data/"),
            "::error file=data/a%2Cb%3Ac%25.yaml,line=3,col=5,endColumn=7,title=missing-key\
             ::100%25, a:b\\u{a}::error::x%0Ahelp: go on"
        );
    }

    #[test]
    fn a_row_is_named_in_the_message_since_github_knows_lines_only() {
        let diagnostic = Diagnostic::new(&codes::MISSING_KEY, Place::row(&"a.parquet".into(), 7), "m");
        assert_eq!(command(&diagnostic, ""), "::error file=a.parquet,title=missing-key::row 7: m");
    }
}
