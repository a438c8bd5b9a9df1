//! Scalars and comments of YAML, whatever the text.

use std::fmt::Write;

use crate::tokens::{is_escaped_in_yaml, quoted_yaml};

/// A text as YAML: plain where it can be nothing else, else in double quotes.
pub(super) fn quoted(text: &str) -> String {
    let is_word = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    let is_reserved = ["true", "false", "null"].iter().any(|word| word.eq_ignore_ascii_case(text));
    if is_word && !is_reserved {
        return text.to_owned();
    }
    quoted_yaml(text)
}

/// The beginning of a text, in quotes.
pub(super) fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    let start: String = text.chars().take(MOST).collect();
    let more = if start.len() < text.len() { "…" } else { "" };
    quoted(&format!("{start}{more}"))
}

/// A text in a comment: on one line, with what cannot be seen written out.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            c if is_escaped_in_yaml(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_plain_only_if_it_can_be_nothing_else() {
        for (text, yaml) in [
            ("NA", "NA"),
            ("a_b-c", "a_b-c"),
            ("null", "\"null\""),
            ("1.10", "\"1.10\""),
            ("a: b", "\"a: b\""),
            ("\u{feff}c", "\"\\ufeffc\""),
            ("a\u{2028}b\u{85}\u{fffe}", "\"a\\u2028b\\u0085\\ufffe\""),
            ("\u{e0041}", "\"\\U000e0041\""),
            ("a\"b\\", "\"a\\\"b\\\\\""),
            ("Größe 洪", "\"Größe 洪\""),
        ] {
            assert_eq!(quoted(text), yaml, "{text:?}");
        }
        assert_eq!(plain("a\nb\u{85}"), "a b\\u{85}");
    }
}
