//! JSON (RFC 8259), read without building values: numbers keep the digits they were written with.

use std::borrow::Cow;
use std::cell::Cell;

use super::{MAX_DEPTH, MAX_TEXT_BYTES, Scalar, Span, Style, SyntaxError, Token, Tokens};
use crate::diagnostic::codes;

/// Tokens of one JSON text, or of a line of NDJSON.
pub struct JsonTokens<'a> {
    text: &'a str,
    at: usize,
    /// Where the token last returned begins and ends.
    token: (usize, usize),
    first_line: u64,
    /// The last place that was asked for: places are counted forward from there, never from the top.
    counted: Cell<Counted>,
    open: Vec<Open>,
    expect: Expect,
}

/// A byte, and the line and column (from 0) that it has.
#[derive(Clone, Copy, Default)]
struct Counted {
    at: usize,
    line: u64,
    column: u64,
}

#[derive(Clone, Copy, PartialEq)]
enum Open {
    Map,
    List,
}

#[derive(Clone, Copy, PartialEq)]
enum Expect {
    Value,
    /// A key or the end of a mapping that has just begun.
    KeyOrEnd,
    Key,
    /// A value or the end of a list that has just begun.
    ValueOrEnd,
    CommaOrEnd,
    Nothing,
}

impl<'a> JsonTokens<'a> {
    /// Reads `text`, whose first line is line `first_line` of its file.
    pub fn new(text: &'a str, first_line: u64) -> JsonTokens<'a> {
        let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let counted = Cell::new(Counted { at, ..Counted::default() });
        JsonTokens { text, at, token: (at, at), first_line, counted, open: Vec::new(), expect: Expect::Value }
    }

    /// The bytes of the text that the token last returned is written with.
    pub fn range(&self) -> std::ops::Range<usize> {
        self.token.0..self.token.1
    }

    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(self.at) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    fn error(&self, message: impl Into<String>) -> SyntaxError {
        let message = format!("not well-formed JSON: {}", message.into());
        SyntaxError { code: &codes::JSON_SYNTAX, span: self.mark_of(self.at, self.at), message, help: None }
    }

    fn mark_of(&self, start: usize, end: usize) -> Span {
        let mut start = start.min(self.text.len());
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        let Counted { at, line, column } = self.count_to(start);
        debug_assert_eq!(at, start);
        let length = self.text.get(start..end).map_or(1, |t| t.chars().take_while(|c| *c != '\n').count());
        Span { line: self.first_line + line, column: column + 1, length: length.max(1) as u64 }
    }

    fn count_to(&self, at: usize) -> Counted {
        let from = self.counted.get();
        let from = if from.at <= at { from } else { Counted { at: self.text_start(), line: 0, column: 0 } };
        let passed = &self.text[from.at.min(at)..at];
        let lines = memchr::memchr_iter(b'\n', passed.as_bytes()).count() as u64;
        let column = match memchr::memrchr(b'\n', passed.as_bytes()) {
            Some(end) => passed[end + 1..].chars().count() as u64,
            None => from.column + passed.chars().count() as u64,
        };
        let counted = Counted { at, line: from.line + lines, column };
        self.counted.set(counted);
        counted
    }

    /// The first byte after a byte order mark.
    fn text_start(&self) -> usize {
        if self.text.starts_with('\u{feff}') { 3 } else { 0 }
    }

    fn open(&mut self, open: Open, expect: Expect) -> Result<(), SyntaxError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(SyntaxError::too_deep(self.mark_of(self.at, self.at)));
        }
        self.at += 1;
        self.open.push(open);
        self.expect = expect;
        Ok(())
    }

    fn close(&mut self) {
        self.at += 1;
        self.open.pop();
        self.expect = if self.open.is_empty() { Expect::Nothing } else { Expect::CommaOrEnd };
    }

    fn after_value(&mut self) {
        self.expect = if self.open.is_empty() { Expect::Nothing } else { Expect::CommaOrEnd };
    }

    fn value(&mut self, first: u8) -> Result<Token<'a>, SyntaxError> {
        match first {
            b'{' => self.open(Open::Map, Expect::KeyOrEnd).map(|()| Token::MapStart),
            b'[' => self.open(Open::List, Expect::ValueOrEnd).map(|()| Token::ListStart),
            b'"' => {
                let start = self.at;
                let text = self.string()?;
                if self.at - start > MAX_TEXT_BYTES {
                    return Err(SyntaxError::too_long(self.mark_of(start, start), "text"));
                }
                self.after_value();
                Ok(Token::Scalar(Scalar { text, style: Style::Quoted }))
            }
            _ => {
                let text = self.bare()?;
                self.after_value();
                let style = if text == "null" { Style::Null } else { Style::Bare };
                Ok(Token::Scalar(Scalar { text: Cow::Borrowed(text), style }))
            }
        }
    }

    /// `true`, `false`, `null` or a number, as written.
    fn bare(&mut self) -> Result<&'a str, SyntaxError> {
        let rest = &self.text[self.at..];
        let length = rest
            .bytes()
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.' | b'_'))
            .count();
        let word = &rest[..length];
        if matches!(word, "true" | "false" | "null") || is_number(word.as_bytes()) {
            self.at += length;
            return Ok(word);
        }
        match rest.chars().next() {
            None => Err(self.error("the text ends where a value is expected")),
            Some(_) if length > 0 => Err(self.error(format!("`{word}` is not a JSON value"))),
            Some(c) => Err(self.error(format!("`{c}` stands where a value is expected"))),
        }
    }

    fn string(&mut self) -> Result<Cow<'a, str>, SyntaxError> {
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let mut from = start;
        let mut unescaped: Option<String> = None;
        loop {
            let Some(found) = memchr::memchr2(b'"', b'\\', &bytes[from..]) else {
                return Err(self.error("a string is not closed"));
            };
            let stop = from + found;
            if let Some(control) = bytes[from..stop].iter().position(|b| *b < 0x20) {
                self.at = from + control;
                return Err(self.error("a control character in a string must be escaped"));
            }
            let piece = &self.text[from..stop];
            if bytes[stop] == b'"' {
                self.at = stop + 1;
                return Ok(match unescaped {
                    None => Cow::Borrowed(piece),
                    Some(text) => Cow::Owned(text + piece),
                });
            }
            let text = unescaped.get_or_insert_default();
            text.push_str(piece);
            self.at = stop;
            let (character, length) = self.escape()?;
            text.push(character);
            from = stop + length;
        }
    }

    /// The character an escape at the current place stands for, and the escape's length in bytes.
    fn escape(&self) -> Result<(char, usize), SyntaxError> {
        let rest = &self.text.as_bytes()[self.at..];
        let simple = match rest.get(1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(rest),
            _ => return Err(self.error("an unknown escape in a string")),
        };
        Ok((simple, 2))
    }

    fn unicode_escape(&self, rest: &[u8]) -> Result<(char, usize), SyntaxError> {
        let high = hex4(rest.get(2..6)).ok_or_else(|| self.error("`\\u` needs four hexadecimal digits"))?;
        if let Some(character) = char::from_u32(high) {
            return Ok((character, 6));
        }
        let low = if rest.get(6..8) == Some(b"\\u") { hex4(rest.get(8..12)) } else { None };
        match low {
            Some(low @ 0xdc00..=0xdfff) if high < 0xdc00 => {
                let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                char::from_u32(code).map(|c| (c, 12)).ok_or_else(|| self.error("half of a surrogate pair"))
            }
            _ => Err(self.error("half of a surrogate pair")),
        }
    }

    fn key(&mut self) -> Result<Token<'a>, SyntaxError> {
        let start = self.at;
        let key = self.string()?;
        let end = self.at;
        if self.peek() != Some(b':') {
            return Err(self.error("a key is followed by `:`"));
        }
        self.at += 1;
        self.expect = Expect::Value;
        self.token = (start, end);
        Ok(Token::Key(key))
    }

    fn after_comma(&mut self) -> Result<Token<'a>, SyntaxError> {
        self.at += 1;
        self.expect = match self.open.last() {
            Some(Open::Map) => Expect::Key,
            _ => Expect::Value,
        };
        self.step()
    }

    fn step(&mut self) -> Result<Token<'a>, SyntaxError> {
        let first = self.peek();
        let start = self.at;
        let token = match (self.expect, first) {
            (Expect::Nothing, None) => return Ok(Token::End),
            (Expect::Nothing, Some(_)) => return Err(self.error("text after the end of the value")),
            (_, None) => return Err(self.error("the text ends too early")),
            (Expect::KeyOrEnd, Some(b'}')) => {
                self.close();
                Token::MapEnd
            }
            (Expect::ValueOrEnd, Some(b']')) => {
                self.close();
                Token::ListEnd
            }
            (Expect::KeyOrEnd | Expect::Key, Some(b'"')) => return self.key(),
            (Expect::KeyOrEnd | Expect::Key, Some(_)) => {
                return Err(self.error("a key in double quotes is expected"));
            }
            (Expect::CommaOrEnd, Some(b',')) => return self.after_comma(),
            (Expect::CommaOrEnd, Some(b'}')) if self.open.last() == Some(&Open::Map) => {
                self.close();
                Token::MapEnd
            }
            (Expect::CommaOrEnd, Some(b']')) if self.open.last() == Some(&Open::List) => {
                self.close();
                Token::ListEnd
            }
            (Expect::CommaOrEnd, Some(_)) => return Err(self.error("a comma or the end is expected")),
            (Expect::Value | Expect::ValueOrEnd, Some(first)) => self.value(first)?,
        };
        self.token = (start, self.at);
        Ok(token)
    }
}

impl<'a> Tokens<'a> for JsonTokens<'a> {
    fn next(&mut self) -> Result<Token<'a>, SyntaxError> {
        self.step()
    }

    fn span(&self) -> Span {
        self.mark_of(self.token.0, self.token.1)
    }
}

fn hex4(digits: Option<&[u8]>) -> Option<u32> {
    digits?.iter().try_fold(0, |value, digit| Some(value * 16 + char::from(*digit).to_digit(16)?))
}

/// Whether the bytes are a number by the grammar of RFC 8259, section 6.
pub(crate) fn is_number(bytes: &[u8]) -> bool {
    let digits = |bytes: &[u8]| bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    let mut rest = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest[0] == b'0') {
        return false;
    }
    rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = &fraction[length..];
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = exponent.strip_prefix(b"+").or(exponent.strip_prefix(b"-")).unwrap_or(exponent);
        return !exponent.is_empty() && digits(exponent) == exponent.len();
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, (u64, u64)> {
        let mut tokens = JsonTokens::new(text, 1);
        let mut seen = Vec::new();
        loop {
            match tokens.next() {
                Ok(Token::End) => return Ok(seen.join(" ")),
                Ok(Token::Scalar(s)) => seen.push(format!("{}:{:?}", s.text, s.style)),
                Ok(Token::Key(key)) => seen.push(format!("{key}=")),
                Ok(other) => seen.push(format!("{other:?}")),
                Err(error) => return Err((error.span.line, error.span.column)),
            }
        }
    }

    #[test]
    fn numbers_keep_their_digits() {
        assert_eq!(
            read("{\"a\": [1.10, -0, 1E+3, null, true]}").as_deref(),
            Ok("MapStart a= ListStart 1.10:Bare -0:Bare 1E+3:Bare null:Null true:Bare ListEnd MapEnd")
        );
    }

    #[test]
    fn escapes_are_resolved() {
        assert_eq!(read(r#""a\n\u00e9\ud83d\ude00\/""#).as_deref(), Ok("a\né😀/:Quoted"));
    }

    #[test]
    fn each_breach_of_the_grammar_has_its_place() {
        for (text, place) in [
            ("", (1, 1)),
            ("{", (1, 2)),
            ("[1,]", (1, 4)),
            ("{\"a\":1,}", (1, 8)),
            ("01", (1, 1)),
            ("+1", (1, 1)),
            ("[1 2]", (1, 4)),
            ("\"\\ud800\"", (1, 2)),
            ("\"a\nb\"", (1, 3)),
            ("[\n  nul\n]", (2, 3)),
            ("1 2", (1, 3)),
            ("{a:1}", (1, 2)),
            ("\"", (1, 1)),
            ("[1}", (1, 3)),
            ("\"\\x\"", (1, 2)),
            ("é", (1, 1)),
        ] {
            assert_eq!(read(text), Err(place), "{text}");
        }
    }

    #[test]
    fn endless_nesting_ends_in_an_error() {
        assert!(read(&"[".repeat(1_000_000)).is_err());
    }
}
