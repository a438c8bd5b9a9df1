//! Checks a project and says what is wrong with it: `cargo run --example check -- PROJECT`.

use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use letterpress::{Resources, Severity};

fn main() -> ExitCode {
    let path = std::env::args_os().nth(1).unwrap_or_else(|| ".".into());
    match run(Path::new(&path), &mut io::stdout()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Nothing is left to be told when this fails, too.
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Writes every problem of the project on a line of its own, and then how many rows each table has. Returns whether the project could
/// be published.
pub(crate) fn run(project: &Path, out: &mut impl Write) -> Result<bool, Box<dyn Error>> {
    let checked = letterpress::check(project, Resources::default(), &())?;
    for diagnostic in &checked.diagnostics {
        writeln!(out, "{diagnostic}")?;
        if let Some(help) = &diagnostic.help {
            writeln!(out, "  {help}")?;
        }
    }
    for table in &checked.tables {
        writeln!(out, "{}: {} rows", table.name, table.rows)?;
    }
    Ok(checked.diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error))
}
