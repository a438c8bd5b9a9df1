//! YAML 1.2, core schema, without the features that make a text mean something other than what it says.

mod advice;

use std::borrow::Cow;

use saphyr_parser::{Event, Parser, ScalarStyle, StrInput};

use super::{MAX_DEPTH, MAX_TEXT_BYTES, Scalar, Span, Style, SyntaxError, Token, Tokens};
use crate::diagnostic::codes;
use advice::syntax_error;

/// Tokens of a YAML document.
pub struct YamlTokens<'a> {
    text: &'a str,
    parser: Parser<'a, StrInput<'a>>,
    source: saphyr_parser::Span,
    /// For each open collection: `None` in a list, else whether a key comes next.
    open: Vec<Option<bool>>,
    documents: usize,
    /// What makes the text unfit for the parser, until it was told.
    fault: Option<SyntaxError>,
}

impl<'a> YamlTokens<'a> {
    /// Reads `text`; a byte order mark in front is skipped.
    pub fn new(text: &'a str) -> YamlTokens<'a> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        YamlTokens {
            text,
            parser: Parser::new_from_str(text),
            source: saphyr_parser::Span::default(),
            open: Vec::new(),
            documents: 0,
            fault: fault(text),
        }
    }

    fn refuse(&self, message: impl Into<String>, help: &'static str) -> SyntaxError {
        SyntaxError {
            code: &codes::YAML_FEATURE,
            span: self.span(),
            message: message.into(),
            help: Some(help),
        }
    }

    fn check_plainness(&self, anchor: usize, tagged: bool) -> Result<(), SyntaxError> {
        if anchor != 0 {
            return Err(
                self.refuse("an anchor (`&name`) is not allowed", "write the value out where it is needed")
            );
        }
        if tagged {
            return Err(
                self.refuse("a tag (`!name`) is not allowed", "the schema says the type; remove the tag")
            );
        }
        Ok(())
    }

    /// Notes that a value begins; fails where a key is expected.
    fn enter_value(&mut self) -> Result<(), SyntaxError> {
        match self.open.last_mut() {
            Some(Some(true)) => Err(self.refuse(
                "a key of a mapping must be a single value",
                "quote the key if it begins with `[`, `{` or `?`",
            )),
            Some(Some(expects_key)) => {
                *expects_key = true;
                Ok(())
            }
            Some(None) | None => Ok(()),
        }
    }

    fn open(&mut self, is_map: bool) -> Result<(), SyntaxError> {
        self.enter_value()?;
        if self.open.len() >= MAX_DEPTH {
            return Err(SyntaxError::too_deep(self.span()));
        }
        self.open.push(is_map.then_some(true));
        Ok(())
    }

    fn scalar(&mut self, text: Cow<'a, str>, style: ScalarStyle) -> Result<Token<'a>, SyntaxError> {
        if let Some(Some(expects_key)) = self.open.last_mut()
            && *expects_key
        {
            *expects_key = false;
            if style == ScalarStyle::Plain && text == "<<" {
                return Err(self.refuse("a merge key (`<<`) is not allowed", "write the merged keys out"));
            }
            return Ok(Token::Key(text));
        }
        self.enter_value()?;
        let style = match (style, text.as_ref()) {
            (ScalarStyle::Plain, "" | "null") => Style::Null,
            (ScalarStyle::Plain, "~" | "Null" | "NULL") => Style::AmbiguousNull,
            (ScalarStyle::Plain, _) => Style::Bare,
            _ => Style::Quoted,
        };
        Ok(Token::Scalar(Scalar { text, style }))
    }

    fn document_start(&mut self) -> Result<(), SyntaxError> {
        self.documents += 1;
        if self.documents > 1 {
            return Err(self.refuse(
                "a second document (`---`) in one file",
                "join the documents into one list, or use a file for each",
            ));
        }
        Ok(())
    }
}

impl<'a> Tokens<'a> for YamlTokens<'a> {
    fn next(&mut self) -> Result<Token<'a>, SyntaxError> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        loop {
            let Some(event) = self.parser.next_event() else { return Ok(Token::End) };
            let (event, span) = event.map_err(|error| syntax_error(self.text, &error))?;
            self.source = span;
            match event {
                Event::Nothing | Event::StreamStart | Event::DocumentEnd => {}
                Event::DocumentStart(_) => self.document_start()?,
                Event::StreamEnd => return Ok(Token::End),
                Event::Alias(_) => {
                    let help = "write the value out";
                    return Err(self.refuse("an alias (`*name`) is not allowed", help));
                }
                Event::Scalar(text, style, anchor, tag) => {
                    self.check_plainness(anchor, tag.is_some())?;
                    return self.scalar(text, style);
                }
                Event::SequenceStart(anchor, tag) => {
                    self.check_plainness(anchor, tag.is_some())?;
                    self.open(false)?;
                    return Ok(Token::ListStart);
                }
                Event::MappingStart(anchor, tag) => {
                    self.check_plainness(anchor, tag.is_some())?;
                    self.open(true)?;
                    return Ok(Token::MapStart);
                }
                Event::SequenceEnd => {
                    self.open.pop();
                    return Ok(Token::ListEnd);
                }
                Event::MappingEnd => {
                    self.open.pop();
                    return Ok(Token::MapEnd);
                }
            }
        }
    }

    fn span(&self) -> Span {
        let (start, end) = (self.source.start, self.source.end);
        let length = if end.line() == start.line() { end.col().saturating_sub(start.col()) } else { 1 };
        Span {
            line: start.line().max(1) as u64,
            column: start.col() as u64 + 1,
            length: length.max(1) as u64,
        }
    }
}

/// What the parser must not be given: a NUL, which it takes for the end of the text, and a line without end.
fn fault(text: &str) -> Option<SyntaxError> {
    let lines = || (1..).zip(text.split('\n'));
    if memchr::memchr(0, text.as_bytes()).is_some() {
        let (line, before) = lines().find_map(|(line, text)| Some((line, text.split_once('\0')?.0)))?;
        let span = Span { line, column: before.chars().count() as u64 + 1, length: 1 };
        let message = "not well-formed YAML: the character U+0000 must not be in a text".to_owned();
        return Some(SyntaxError { code: &codes::YAML_SYNTAX, span, message, help: Some("remove it") });
    }
    let (line, _) = lines().find(|(_, line)| line.len() > MAX_TEXT_BYTES)?;
    Some(SyntaxError::too_long(Span { line, column: 1, length: 1 }, "line"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<String>, (u64, u64, &'static str)> {
        let mut tokens = YamlTokens::new(text);
        let mut seen = Vec::new();
        loop {
            match tokens.next() {
                Ok(Token::End) => return Ok(seen),
                Ok(Token::Scalar(s)) => seen.push(format!("{}:{:?}", s.text, s.style)),
                Ok(Token::Key(key)) => seen.push(format!("{key}=")),
                Ok(other) => seen.push(format!("{other:?}")),
                Err(error) => return Err((error.span.line, error.span.column, error.code.name)),
            }
        }
    }

    #[test]
    fn plain_values_stay_what_they_are() {
        let seen = read("- no\n- 012\n- 1e3\n- 22:22\n- 2010-03\n- 'x'\n- ~\n-\n").expect("valid YAML");
        let expected = [
            "ListStart",
            "no:Bare",
            "012:Bare",
            "1e3:Bare",
            "22:22:Bare",
            "2010-03:Bare",
            "x:Quoted",
            "~:AmbiguousNull",
            ":Null",
            "ListEnd",
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn a_mapping_is_keys_and_values_in_turn() {
        let seen = read("a: 1\nb: {c: [x]}\n").expect("valid YAML");
        let expected = [
            "MapStart",
            "a=",
            "1:Bare",
            "b=",
            "MapStart",
            "c=",
            "ListStart",
            "x:Bare",
            "ListEnd",
            "MapEnd",
            "MapEnd",
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn what_changes_the_meaning_of_a_text_is_refused_with_its_place() {
        assert_eq!(read("a: &x 1\n"), Err((1, 4, "yaml-feature")));
        assert_eq!(read("a: 1\nb: *a\n").map_err(|e| e.2), Err("yaml-feature"));
        assert_eq!(read("a: !!binary aGk=\n").map_err(|e| e.2), Err("yaml-feature"));
        assert_eq!(read("<<: {a: 1}\n"), Err((1, 1, "yaml-feature")));
        assert_eq!(read("a: 1\n---\nb: 2\n").map_err(|e| e.2), Err("yaml-feature"));
        assert_eq!(read("? [a]\n: 1\n").map_err(|e| e.2), Err("yaml-feature"));
    }

    #[test]
    fn a_nul_does_not_end_the_text_in_silence() {
        assert_eq!(read("- a\n- é\u{0}\n- b\n"), Err((2, 4, "yaml-syntax")));
    }

    #[test]
    fn endless_nesting_ends_in_an_error() {
        assert!(read(&"[".repeat(100_000)).is_err());
        assert!(read(&"- ".repeat(20_000)).is_err());
    }
}
