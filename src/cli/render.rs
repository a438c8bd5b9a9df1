//! Diagnostics as text or for other programs, in the format that `--message-format` names.

mod excerpt;
mod full;
mod github;
pub(super) mod json;
mod sarif;
mod short;

use std::env;
use std::path::{Path, PathBuf};

use super::terminal::Stream;
use crate::diagnostic::{Diagnostic, Place, Position};
use crate::quantity::grouped;
use crate::seeds::Copies;

/// How diagnostics are written (`--message-format`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum MessageFormat {
    /// One line each, with the source line and help
    #[default]
    Full,
    /// One line each
    Short,
    /// One JSON object a line
    Json,
    /// Annotations of GitHub Actions
    Github,
    /// One SARIF 2.1.0 log
    Sarif,
}

impl MessageFormat {
    /// Whether another program reads it, so that nothing else may stand between.
    pub(super) fn is_for_programs(self) -> bool {
        match self {
            MessageFormat::Full | MessageFormat::Short => false,
            MessageFormat::Json | MessageFormat::Github | MessageFormat::Sarif => true,
        }
    }
}

/// Writes `diagnostics`, which come sorted by place; `root` is the folder their paths start from, and `copies` are the texts of
/// files that cannot be shown as they lie there.
///
/// Every diagnostic is written, whatever their number, and how many more are like it. A SARIF log is written even when there is
/// none.
pub(super) fn render(
    diagnostics: &[Diagnostic],
    format: MessageFormat,
    root: &Path,
    copies: &Copies,
    out: &mut Stream,
) {
    match format {
        MessageFormat::Full => full::render(diagnostics, root, copies, out),
        MessageFormat::Short => short::render(diagnostics, out),
        MessageFormat::Json => json::render(diagnostics, out),
        MessageFormat::Github => github::render(diagnostics, &path_from_repository(root), out),
        MessageFormat::Sarif => sarif::render(diagnostics, &path_from_repository(root), out),
    }
    out.flush();
}

/// How many more problems are like a diagnostic, and where.
fn more(diagnostic: &Diagnostic) -> Option<String> {
    let more = diagnostic.more.as_deref()?;
    let place = |position| Place { position, ..diagnostic.place.clone() };
    let places = match (place(more.first), place(more.last)) {
        (Place { position: Position::File, .. }, _) => String::new(),
        (only, last) if only == last => format!(" ({only})"),
        (first, last) => format!(" (first {first}, last {last})"),
    };
    Some(format!("and {} more like it{places}", grouped(more.count)))
}

/// The way from the repository to the project, with `/` after each folder; empty when they are the same or unrelated.
///
/// The repository is `GITHUB_WORKSPACE` where that is set, else the current folder.
fn path_from_repository(root: &Path) -> String {
    let repository = env::var_os("GITHUB_WORKSPACE").map(PathBuf::from).or_else(|| env::current_dir().ok());
    repository.map(|repository| path_between(&repository, root)).unwrap_or_default()
}

fn path_between(repository: &Path, root: &Path) -> String {
    let (Ok(repository), Ok(root)) = (repository.canonicalize(), root.canonicalize()) else {
        return String::new();
    };
    let Ok(between) = root.strip_prefix(repository) else { return String::new() };
    between.components().map(|part| format!("{}/", part.as_os_str().to_string_lossy())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_inside_the_repository_is_named_from_there() -> std::io::Result<()> {
        let repository = tempfile::tempdir()?;
        let project = repository.path().join("data/floods");
        std::fs::create_dir_all(&project)?;
        assert_eq!(path_between(repository.path(), &project), "data/floods/");
        assert_eq!(path_between(repository.path(), repository.path()), "");
        assert_eq!(path_between(&project, repository.path()), "");
        Ok(())
    }
}
