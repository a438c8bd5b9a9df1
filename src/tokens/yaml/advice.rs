//! What to say about YAML that is not well-formed.

use saphyr_parser::ScanError;

use super::{Span, SyntaxError};
use crate::diagnostic::codes;

/// The parser's complaint in words for people, with the next step.
pub(super) fn syntax_error(text: &str, error: &ScanError) -> SyntaxError {
    let (marker, info) = (error.marker(), error.info());
    let span = Span { line: marker.line().max(1) as u64, column: marker.col() as u64 + 1, length: 1 };
    // An alias of an anchor that is nowhere: the parser stops before an event is made of it.
    if info.contains("unknown anchor") {
        let message = "an alias (`*name`) is not allowed".to_owned();
        let help = Some("write the value out; quote a text that begins with `*`");
        return SyntaxError { code: &codes::YAML_FEATURE, span, message, help };
    }
    if info.contains("recursion limit") {
        return SyntaxError::too_deep(span);
    }
    if let Some(sign) = info.strip_suffix(" must be followed by a valid YAML whitespace") {
        let message = format!("not well-formed YAML: a tab stands behind {}", sign.replace('\'', "`"));
        let span = Span { column: span.column.saturating_sub(1).max(1), ..span };
        let help = Some("put a space in its place: YAML readers differ in whether a tab will do");
        return SyntaxError { code: &codes::YAML_SYNTAX, span, message, help };
    }
    let span = if info.contains("tab") { indenting_tab(text, span).unwrap_or(span) } else { span };
    let message = format!("not well-formed YAML: {info}");
    let help = match info {
        "invalid indentation in quoted scalar" => Some(quoted_step(text, marker.index())),
        _ => next_step(info),
    };
    SyntaxError { code: &codes::YAML_SYNTAX, span, message, help }
}

/// What to do about a complaint of the parser, whose words are those of the grammar.
fn next_step(info: &str) -> Option<&'static str> {
    const STEPS: [(&str, &str); 7] = [
        ("tab", "indent with spaces, never with tabs"),
        (
            "mapping values are not allowed",
            "quote a text that holds `: `; keys of one mapping begin in one column",
        ),
        (
            "illegal placement of ':'",
            "close the bracket or quote that is open above; quote a text that holds `: `",
        ),
        ("quoted scalar, found un", "close the quote; inside \"…\" a backslash is written `\\\\`"),
        ("flow", "close the bracket; quote a text that holds one of `,[]{}`"),
        ("directive", "quote a text that begins with `%`"),
        ("did not find expected", "the keys of one mapping and the items of one list begin in one column"),
    ];
    STEPS.into_iter().find(|(words, _)| info.contains(words)).map(|(_, step)| step)
}

/// What to do about a quoted text, which begins at character `start`, whose next line stands too far to the left: it was
/// meant to end before, or it is closed there, and only the indentation is wrong.
fn quoted_step(text: &str, start: usize) -> &'static str {
    let from = text.char_indices().nth(start).map_or(text.len(), |(at, _)| at);
    let quote = text[from..].chars().next().unwrap_or('"');
    let rest = text.get(from + quote.len_utf8()..).unwrap_or_default();
    let is_end = |after: &str| {
        let line = after.split('\n').next().unwrap_or_default().trim();
        line.is_empty() || line.starts_with(['#', ',', ']', '}'])
    };
    let mut from = 0;
    while let Some(found) = rest[from..].find([quote, '\\']) {
        let at = from + found;
        let step = if rest[at..].starts_with(quote) { quote } else { '\\' };
        let is_escape = step == '\\' && quote == '"';
        let is_doubled = step == '\'' && rest[at + 1..].starts_with('\'');
        if step == quote && !is_doubled {
            if is_end(&rest[at + 1..]) {
                return "indent the further lines of a quoted text more than its key";
            }
            break;
        }
        let skipped = rest[at + 1..].chars().next().filter(|_| is_escape || is_doubled);
        from = at + 1 + skipped.map_or(0, char::len_utf8);
    }
    match quote {
        '"' => "close the quote; inside \"…\" a quote is written `\\\"`",
        _ => "close the quote; inside '…' a quote is written twice",
    }
}

/// The first tab among the spaces that begin a line, from `span` on: the parser may name the value before it.
fn indenting_tab(text: &str, span: Span) -> Option<Span> {
    let lines = (1..).zip(text.lines()).skip_while(|(line, _): &(u64, &str)| *line < span.line);
    let mut tabs = lines.filter_map(|(line, text): (u64, &str)| {
        let indent = text.bytes().take_while(|b| matches!(b, b' ' | b'\t'));
        let column = indent.enumerate().find(|(_, b)| *b == b'\t')?.0 as u64 + 1;
        Some(Span { line, column, length: 1 })
    });
    tabs.next().filter(|tab| tab.line <= span.line + 1)
}

#[cfg(test)]
mod tests {
    use crate::tokens::{Token, Tokens, YamlTokens};

    fn message(text: &str) -> (u64, u64, String, Option<&'static str>) {
        let mut tokens = YamlTokens::new(text);
        loop {
            match tokens.next() {
                Ok(Token::End) => return (0, 0, String::new(), None),
                Ok(_) => {}
                Err(error) => return (error.span.line, error.span.column, error.message, error.help),
            }
        }
    }

    #[test]
    fn a_tab_behind_a_colon_or_dash_is_told_as_what_it_is() {
        let (line, column, told, help) = message("- id: x\n  name:\tAda\n");
        assert_eq!((line, column), (2, 8));
        assert_eq!(told, "not well-formed YAML: a tab stands behind `:`");
        assert_eq!(help, Some("put a space in its place: YAML readers differ in whether a tab will do"));
        assert_eq!(message("-\t- a\n").2, "not well-formed YAML: a tab stands behind `-`");
        assert_eq!(message("a: \tx\nb:\t\"1\"\nc:\t\n  d: 'x:\ty'\n").2, "");
    }

    #[test]
    fn a_quoted_text_that_is_closed_is_not_said_to_be_open() {
        let help = |text: &str| message(text).3.unwrap_or_default();
        for closed in [
            "a:\n  b: \"x &\n  \\\"y\\\" z\"\nc: 1\n",
            "a:\n  b: 'é''s\n  y'  # note\n",
            "- [a: 'x\n y', b]\n",
        ] {
            assert!(
                matches!(help(closed), "" | "indent the further lines of a quoted text more than its key"),
                "{closed}"
            );
        }
        assert_eq!(help("- b: 'x\n- b: 'y'\n"), "close the quote; inside '…' a quote is written twice");
        assert_eq!(help("- b: \"x\n- b: 1\n"), "close the quote; inside \"…\" a quote is written `\\\"`");
        let told = help("- b: \"x &\n  y\"\n");
        assert_eq!(told, "indent the further lines of a quoted text more than its key");
    }
}
