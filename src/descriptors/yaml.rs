//! Texts of several lines in YAML.

use crate::tokens::{is_escaped_in_yaml, quoted_yaml};

/// A text of several lines as a literal block behind a key, `indent` spaces deep; on one line where a block would not
/// give the same text.
pub(super) fn block(text: &str, indent: usize) -> String {
    let is_plain = |c: char| c == '\n' || !is_escaped_in_yaml(c);
    let fits = text.contains('\n') && text.trim() == text && text.chars().all(is_plain);
    if !fits {
        return quoted_yaml(text);
    }
    let mut out = "|-".to_owned();
    for line in text.lines() {
        out.push('\n');
        if !line.is_empty() {
            out.push_str(&" ".repeat(indent));
            out.push_str(line);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_a_block_where_that_gives_the_same_text() {
        assert_eq!(block("one\n\n  two: #3", 2), "|-\n  one\n\n    two: #3");
        assert_eq!(block("one", 2), "\"one\"");
        assert_eq!(block(" one\ntwo", 2), "\" one\\ntwo\"");
        assert_eq!(block("one\r\ntwo", 2), "\"one\\r\\ntwo\"");
    }
}
