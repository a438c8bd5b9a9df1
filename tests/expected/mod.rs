//! What was found in a folder of the tests, beside what its `expected.txt` says. `UPDATE_EXPECTED=1` rewrites that file.

use std::fs;
use std::path::Path;

use letterpress::diagnostic::{Diagnostic, escape};

/// A diagnostic a line, each with its next step, as `check` says them.
fn text(found: &[Diagnostic]) -> String {
    let line = |diagnostic: &Diagnostic| match &diagnostic.help {
        Some(help) => format!("{diagnostic}\n  help: {}\n", escape(help)),
        None => format!("{diagnostic}\n"),
    };
    found.iter().map(line).collect()
}

/// Both texts where they differ.
pub(crate) fn difference(folder: &Path, found: &[Diagnostic]) -> Option<String> {
    let path = folder.join("expected.txt");
    let found = text(found);
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(&path, &found).expect("expected.txt can be written");
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    (found != expected).then(|| format!("{}\nexpected:\n{expected}\nfound:\n{found}", folder.display()))
}
