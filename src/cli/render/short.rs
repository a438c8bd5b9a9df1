//! `short`: one line per diagnostic, as editors and `grep` like it.

use super::more;
use crate::cli::terminal::{ERROR, STRONG, Stream, WARNING};
use crate::diagnostic::{Diagnostic, Place, Severity, escape};

/// Writes each diagnostic as `path:line:column: error[code]: message`, and on a line of the same form how many more are like it.
pub(super) fn render(diagnostics: &[Diagnostic], out: &mut Stream) {
    for diagnostic in diagnostics {
        let line = headline(diagnostic, out);
        out.print(&line);
        out.print("\n");
        if let (Some(message), Some(more)) = (more(diagnostic), &diagnostic.more) {
            let place = Place { position: more.first, ..diagnostic.place.clone() };
            let line = headline(&Diagnostic { place, message, ..diagnostic.clone() }, out);
            out.print(&line);
            out.print("\n");
        }
    }
}

/// The one line that every text format has in common.
pub(super) fn headline(diagnostic: &Diagnostic, out: &Stream) -> String {
    let style = match diagnostic.severity {
        Severity::Error => ERROR,
        Severity::Warning => WARNING,
    };
    let place = out.paint(STRONG, &diagnostic.place.to_string());
    let kind = format!("{}[{}]", diagnostic.severity.word(), escape(&diagnostic.code));
    format!("{place}: {}: {}", out.paint(style, &kind), escape(&diagnostic.message))
}
