//! Proves a release and lists its tables: `cargo run --example verify -- RELEASE`.

use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use letterpress::{Manifest, VerifyOptions};

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

/// Writes what is wrong with the release, or else its id and its tables. Returns whether it is whole.
pub(crate) fn run(release: &Path, out: &mut impl Write) -> Result<bool, Box<dyn Error>> {
    let report = letterpress::verify(release, &VerifyOptions::default())?;
    for finding in &report.findings {
        writeln!(out, "{finding}")?;
    }
    if !report.is_whole() {
        return Ok(false);
    }
    if let Some(id) = &report.id {
        writeln!(out, "{}", id.to_id())?;
    }
    let bytes = std::fs::read(release.join("manifest.json"))?;
    let manifest = Manifest::parse(&bytes).map_err(|_| "the manifest changed meanwhile")?;
    for table in &manifest.tables {
        writeln!(out, "{}: {} rows, {}", table.name, table.rows, table.content_digest)?;
    }
    Ok(true)
}
