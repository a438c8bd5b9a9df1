//! Texts of the schema as pieces of Markdown (CommonMark, with the tables of GitHub).

use std::fmt::Write as _;

use crate::descriptors::markdown::{code, harmless_markdown};

/// A table that is built row by row.
pub(super) struct Grid(String);

impl Grid {
    /// A table with these column titles.
    pub(super) fn new(titles: &[&str]) -> Grid {
        let mut grid = Grid(String::new());
        grid.row(titles.iter().map(|title| (*title).to_owned()));
        grid.row(titles.iter().map(|_| "---".to_owned()));
        grid
    }

    /// Adds a row of cells that are Markdown already.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        for cell in cells {
            // Writing to a String does not fail.
            let _ = write!(self.0, "| {cell} ");
        }
        self.0.push_str("|\n");
    }

    /// The table, and the empty line that ends it.
    pub(super) fn finish(self) -> String {
        self.0 + "\n"
    }
}

/// A description of any length. Its headings go below those of the document.
pub(super) fn block(markdown: &str, level: usize) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut is_code = false;
    for line in harmless_markdown(markdown).trim_end().lines() {
        is_code ^= line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        if !is_code && line.starts_with('#') {
            out.push_str(&"#".repeat(level));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out + "\n"
}

/// Several names as code.
pub(super) fn codes<'a>(values: impl IntoIterator<Item = &'a str>) -> String {
    values.into_iter().map(code).collect::<Vec<_>>().join(", ")
}

/// The address of a heading in the document, as GitHub and GitLab make it.
pub(super) fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' '));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// A number with its thousands apart: `12,345`.
pub(super) fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_code_and_links_that_do_harm_are_text() {
        assert_eq!(codes(["a", "b"]), "`a`, `b`");
        assert_eq!(block("<b> [a](javascript:x)", 1), "&lt;b> \\[a](javascript:x)\n\n");
    }

    #[test]
    fn headings_of_a_description_go_below() {
        assert_eq!(
            block("# A\ntext\n```\n# no heading\n```\n", 2),
            "### A\ntext\n```\n# no heading\n```\n\n"
        );
    }

    #[test]
    fn numbers_are_readable() {
        assert_eq!(number(7), "7");
        assert_eq!(number(999), "999");
        assert_eq!(number(1000), "1,000");
        assert_eq!(number(1_234_567), "1,234,567");
    }
}
