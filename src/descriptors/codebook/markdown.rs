//! Texts of the schema as pieces of Markdown (CommonMark, with the tables of GitHub).

use std::fmt::Write as _;

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

/// A description, which may be Markdown, as one line: for a cell or an item of a list. What would begin an HTML tag or
/// end the cell is shown as it is.
pub(super) fn line(markdown: &str) -> String {
    let words: Vec<&str> = markdown.split_whitespace().collect();
    words.join(" ").replace('<', "&lt;").replace('|', "\\|")
}

/// A description of any length. Its headings go below those of the document.
pub(super) fn block(markdown: &str, level: usize) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut is_code = false;
    for line in markdown.trim_end().lines() {
        is_code ^= line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        if !is_code && line.starts_with('#') {
            out.push_str(&"#".repeat(level));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out + "\n"
}

/// A plain text on one line, in which nothing is a mark.
pub(super) fn text(plain: &str) -> String {
    let mut out = String::with_capacity(plain.len());
    for c in plain.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '&') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A name or value as code, in as many backticks as it takes.
pub(super) fn code(value: &str) -> String {
    let value = value.replace(char::is_control, " ");
    let longest = value.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 || value.trim().is_empty() { " " } else { "" };
    format!("{fence}{pad}{}{pad}{fence}", value.replace('|', "\\|"))
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
    fn a_text_stays_in_its_cell() {
        assert_eq!(line("one\n  two | <b>three</b>"), "one two \\| &lt;b>three&lt;/b>");
        assert_eq!(text("a_b | c"), "a\\_b \\| c");
        assert_eq!(code("(a|b)"), "`(a\\|b)`");
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(codes(["a", "b"]), "`a`, `b`");
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
