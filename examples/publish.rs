//! Publishes a project and names what became of it: `cargo run --example publish -- PROJECT FOLDER`.

use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use letterpress::{Outcome, PublishOptions};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (project, out) = (arguments.next().unwrap_or_default(), arguments.next().unwrap_or_default());
    match run(Path::new(&project), Path::new(&out), &mut io::stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to be told when this fails, too.
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Publishes the project into the folder `releases`, and writes what became of it.
pub(crate) fn run(project: &Path, releases: &Path, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let options = PublishOptions::default().out(releases);
    let build = letterpress::publish(project, &options, &())?;
    match &build.outcome {
        Outcome::Published(release) => {
            writeln!(
                out,
                "published {} as {}: {} files",
                release.version,
                release.id.to_id(),
                release.files
            )?;
        }
        Outcome::AlreadyPublished(release) => writeln!(out, "{} was published before", release.version)?,
        Outcome::Refused(refusal) => writeln!(out, "refused: {refusal}")?,
        Outcome::Stopped => writeln!(out, "not published: {} problems", build.checked.diagnostics.len())?,
        other => writeln!(out, "{other:?}")?,
    }
    Ok(())
}
