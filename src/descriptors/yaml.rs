//! Texts in YAML that any reader, of YAML 1.1 or 1.2, takes for what they are.

use std::fmt::Write as _;

/// A text on one line, in double quotes. Escapes are those that JSON and YAML share.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if is_escaped(c) => {
                // Writing to a String does not fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A text of several lines as a literal block behind a key, `indent` spaces deep; on one line where a block would not
/// give the same text.
pub(super) fn block(text: &str, indent: usize) -> String {
    let is_plain = |c: char| c == '\n' || !(c.is_control() || is_escaped(c));
    let fits = text.contains('\n') && text.trim() == text && text.chars().all(is_plain);
    if !fits {
        return quoted(text);
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

/// What YAML 1.1 takes for a line break, or does not allow.
fn is_escaped(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_quoted_so_that_nothing_in_it_means_anything() {
        assert_eq!(quoted("no: \"yes\" \\ \u{2028}\r\n# é"), "\"no: \\\"yes\\\" \\\\ \\u2028\\u000d\\n# é\"");
    }

    #[test]
    fn lines_are_a_block_where_that_gives_the_same_text() {
        assert_eq!(block("one\n\n  two: #3", 2), "|-\n  one\n\n    two: #3");
        assert_eq!(block("one", 2), "\"one\"");
        assert_eq!(block(" one\ntwo", 2), "\" one\\ntwo\"");
        assert_eq!(block("one\r\ntwo", 2), "\"one\\u000d\\ntwo\"");
    }
}
