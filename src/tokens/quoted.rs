//! Texts written in YAML, in quotes that any reader, of YAML 1.1 or 1.2, takes for what they are.

use std::fmt::Write as _;

use crate::diagnostic::is_hostile;

/// A text on one line, in double quotes.
pub(crate) fn quoted_yaml(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        // Writing to a String does not fail.
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_escaped_in_yaml(c) && u32::from(c) < 0x1_0000 => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c if is_escaped_in_yaml(c) => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// What no YAML may hold as it is, what breaks a line for some of its readers, and what cannot be seen.
pub(crate) fn is_escaped_in_yaml(c: char) -> bool {
    is_hostile(c)
        || c == '\u{a0}'
        || matches!(u32::from(c), 0xe000..=0xf8ff | 0xfff0..=0xffff | 0xe_0000..)
        || u32::from(c) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::{Token, Tokens as _, YamlTokens};

    #[test]
    fn a_text_in_quotes_is_read_as_it_was_written() {
        for (text, yaml) in [
            ("a: b", "\"a: b\""),
            ("no: \"yes\" \\ \u{2028}\r\n# é", "\"no: \\\"yes\\\" \\\\ \\u2028\\r\\n# é\""),
            ("\u{feff}c", "\"\\ufeffc\""),
            ("a\u{2028}b\u{85}\u{fffe}", "\"a\\u2028b\\u0085\\ufffe\""),
            ("\u{e0041}", "\"\\U000e0041\""),
            ("Größe 洪", "\"Größe 洪\""),
        ] {
            assert_eq!(quoted_yaml(text), yaml, "{text:?}");
        }
        for c in
            (0..=0x0010_ffff).filter_map(char::from_u32).filter(|c| is_escaped_in_yaml(*c) || c.is_ascii())
        {
            let written = quoted_yaml(&format!("a{c}b"));
            let Ok(Token::Scalar(scalar)) = YamlTokens::new(&written).next() else {
                unreachable!("{written} is a text")
            };
            assert_eq!(scalar.text, format!("a{c}b"));
        }
    }
}
