//! `full`: the line that `short` prints, then the source line with a mark under it, then the next step.

use std::path::Path;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::excerpt::{self, Excerpt, Excerpts};
use super::more;
use super::short::headline;
use crate::cli::terminal::{HELP, Stream};
use crate::diagnostic::{Diagnostic, Severity, escape};
use crate::seeds::Copies;

/// Wider than any excerpt, so that the renderer cuts nothing itself.
const UNLIMITED_WIDTH: usize = 10_000;

/// Writes each diagnostic with its source line and help, and an empty line after it.
pub(super) fn render(diagnostics: &[Diagnostic], root: &Path, copies: &Copies, out: &mut Stream) {
    let renderer = if out.is_styled() { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(UNLIMITED_WIDTH);
    for of_one_file in diagnostics.chunk_by(|a, b| a.place.file == b.place.file) {
        let positions: Vec<_> = of_one_file.iter().map(|diagnostic| diagnostic.place.position).collect();
        let path = &*of_one_file[0].place.file;
        let text = copies.open(path).unwrap_or_else(|| excerpt::open(&root.join(path)));
        let mut excerpts = Excerpts::find(text, &positions);
        for (index, diagnostic) in of_one_file.iter().enumerate() {
            let mut text = headline(diagnostic, out);
            text.push('\n');
            if let Some(excerpt) = excerpts.read(index) {
                text.push_str(&draw(&excerpt, diagnostic.severity, &renderer));
                text.push('\n');
            }
            if let Some(help) = &diagnostic.help {
                text.push_str(&format!("  {}: {}\n", out.paint(HELP, "help"), escape(help)));
            }
            if let Some(more) = more(diagnostic) {
                text.push_str(&format!("  {more}; `--all` shows each\n"));
            }
            text.push('\n');
            out.print(&text);
        }
    }
}

/// The source line with its number, and the mark under it.
fn draw(excerpt: &Excerpt, severity: Severity, renderer: &Renderer) -> String {
    let level = match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let snippet = Snippet::source(excerpt.text.as_str())
        .line_start(usize::try_from(excerpt.line).unwrap_or(usize::MAX))
        .annotation(AnnotationKind::Primary.span(excerpt.span.clone()));
    renderer.render(&[Group::with_level(level).element(snippet)])
}

#[cfg(test)]
mod tests;
