use std::sync::Arc;

use super::*;
use crate::cli::terminal::tests::Captured;
use crate::diagnostic::{Place, codes, sort};

/// What is printed for one error at a place of a file that holds `source`.
fn printed(source: &str, line: u64, column: u64, length: u64) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    std::fs::write(folder.path().join("a.yaml"), source).expect("and written to");
    let place = Place::at(&"a.yaml".into(), line, column, length);
    let captured = Captured::default();
    let diagnostic = Diagnostic::new(&codes::MISSING_KEY, place, "no `x`").with_help("add it");
    render(&[diagnostic], folder.path(), &Copies::default(), &mut captured.stream());
    captured.text()
}

#[test]
fn a_diagnostic_is_a_line_the_source_a_mark_and_help() {
    assert_eq!(
        printed("- id: a\n  kind: rian\n", 2, 9, 4),
        "\
a.yaml:2:9: error[missing-key]: no `x`
  |
2 |   kind: rian
  |         ^^^^
  help: add it

"
    );
}

#[test]
fn the_mark_stands_under_wide_characters_and_after_tabs() {
    assert_eq!(
        printed("湖:\t水x\n", 1, 4, 1),
        "\
a.yaml:1:4: error[missing-key]: no `x`
  |
1 | 湖:\\t水x
  |      ^^
  help: add it

"
    );
}

#[test]
fn the_end_of_a_line_and_of_a_file_can_be_marked() {
    assert_eq!(
        printed("- id: [a\n", 1, 9, 1),
        "\
a.yaml:1:9: error[missing-key]: no `x`
  |
1 | - id: [a
  |         ^
  help: add it

"
    );
    assert_eq!(
        printed("- id: [a\n", 2, 1, 1),
        "\
a.yaml:2:1: error[missing-key]: no `x`
  |
2 |
  | ^
  help: add it

"
    );
}

#[test]
fn a_file_that_is_gone_leaves_the_line_and_help() {
    let diagnostic = Diagnostic::new(&codes::MISSING_KEY, Place::at(&"gone.yaml".into(), 1, 1, 1), "a\nb");
    let captured = Captured::default();
    render(
        &[diagnostic.with_help("c\u{1b}")],
        Path::new("/nonexistent"),
        &Copies::default(),
        &mut captured.stream(),
    );
    assert_eq!(captured.text(), "gone.yaml:1:1: error[missing-key]: a\\u{a}b\n  help: c\\u{1b}\n\n");
}

#[test]
fn every_one_of_many_is_printed() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let source: String = (1..=10_000).map(|n| format!("- id: {n}\n")).collect();
    std::fs::write(folder.path().join("a.yaml"), source).expect("and written to");
    let file: Arc<str> = "a.yaml".into();
    let diagnostic = |n| Diagnostic::new(&codes::MISSING_KEY, Place::at(&file, n, 7, 1), "m");
    let mut diagnostics: Vec<Diagnostic> = (1..=10_000).map(diagnostic).collect();
    sort(&mut diagnostics);
    let captured = Captured::default();
    render(&diagnostics, folder.path(), &Copies::default(), &mut captured.stream());
    let text = captured.text();
    assert_eq!(text.matches("error[missing-key]").count(), 10_000);
    assert!(text.contains("\n10000 | - id: 10000\n"));
}
