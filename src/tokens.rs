//! YAML and JSON as one stream of tokens, strict and with positions.
//!
//! Both languages hold mappings, lists and single values; nothing here builds a tree, so a file of any size is read in
//! constant memory. What YAML adds (anchors, aliases, tags, merge keys, further documents) is refused.

mod compact;
mod json;
mod quoted;
mod recorded;
mod yaml;

use std::borrow::Cow;

pub use compact::{Compact, compact_json};
pub use json::JsonTokens;
pub(crate) use json::is_number;
pub(crate) use quoted::{is_escaped_in_yaml, quoted_yaml};
pub use recorded::Recorded;
pub use yaml::YamlTokens;

use crate::diagnostic::{Code, Diagnostic, Place, codes};
use std::sync::Arc;

/// Deepest nesting of mappings and lists that is read.
pub const MAX_DEPTH: usize = 64;

/// Longest single value, and longest line of YAML.
pub const MAX_TEXT_BYTES: usize = 64 << 20;

/// One step through a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// A mapping begins; keys and values follow in turn.
    MapStart,
    /// A key of the innermost mapping.
    Key(Cow<'a, str>),
    /// The innermost mapping ends.
    MapEnd,
    /// A list begins.
    ListStart,
    /// The innermost list ends.
    ListEnd,
    /// A single value.
    Scalar(Scalar<'a>),
    /// The document has ended.
    End,
}

/// A single value as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar<'a> {
    /// The text, without quotes and with escapes resolved.
    pub text: Cow<'a, str>,
    /// How it is written.
    pub style: Style,
}

/// How a single value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Nothing, or `null`.
    Null,
    /// `~`, `Null` or `NULL` unquoted in YAML: a text to a reader, nothing to a parser.
    AmbiguousNull,
    /// Unquoted: a plain YAML value, a JSON number, `true` or `false`.
    Bare,
    /// In quotes, or a YAML block.
    Quoted,
}

/// Where a token lies: line and column from 1, in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// Line, from 1.
    pub line: u64,
    /// Column in characters, from 1.
    pub column: u64,
    /// Characters on that line.
    pub length: u64,
}

impl Span {
    /// The span in a file.
    pub fn in_file(self, file: &Arc<str>) -> Place {
        Place::at(file, self.line, self.column, self.length)
    }
}

/// Why a document cannot be read further.
#[derive(Debug)]
pub struct SyntaxError {
    /// The kind of problem.
    pub code: &'static Code,
    /// Where.
    pub span: Span,
    /// What was found.
    pub message: String,
    /// The next step, when known.
    pub help: Option<&'static str>,
}

impl SyntaxError {
    /// Mappings and lists nested deeper than [`MAX_DEPTH`].
    fn too_deep(span: Span) -> SyntaxError {
        let message = format!("nested more than {MAX_DEPTH} levels deep");
        SyntaxError { code: &codes::TOO_LARGE, span, message, help: None }
    }

    /// A value or line longer than [`MAX_TEXT_BYTES`].
    fn too_long(span: Span, what: &str) -> SyntaxError {
        let message = format!("the {what} that begins here is larger than {} MiB", MAX_TEXT_BYTES >> 20);
        let help = Some("look for a quote or bracket that is never closed");
        SyntaxError { code: &codes::TOO_LARGE, span, message, help }
    }

    /// As a diagnostic about a file.
    pub fn into_diagnostic(self, file: &Arc<str>) -> Diagnostic {
        let diagnostic = Diagnostic::new(self.code, self.span.in_file(file), self.message);
        match self.help {
            Some(help) => diagnostic.with_help(help),
            None => diagnostic,
        }
    }
}

/// The bytes as text, or which byte is not UTF-8.
///
/// `line` and `offset` are those of the first byte in its file: the line from 1, the offset from 0.
pub fn decode(bytes: &[u8], line: u64, offset: u64) -> Result<&str, SyntaxError> {
    if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
        return Ok(text);
    }
    // Only the standard library says where the error is.
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let line_start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |i| i + 1);
        let before = String::from_utf8_lossy(&bytes[line_start..at]);
        let column = before.trim_start_matches('\u{feff}').chars().count() as u64 + 1;
        let line = line + memchr::memchr_iter(b'\n', &bytes[..at]).count() as u64;
        let message = format!("not UTF-8 text: byte {} (from 0) is {:#04x}", offset + at as u64, bytes[at]);
        let help = match bytes {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "the file is UTF-16; save it as UTF-8",
            [0x1f, 0x8b, ..] => "the file is compressed with gzip; unpack it",
            [b'P', b'K', 3, 4, ..] => "the file is a zip archive; unpack it",
            _ => "save the file as UTF-8",
        };
        let span = Span { line, column, length: 1 };
        SyntaxError { code: &codes::NOT_UTF8, span, message, help: Some(help) }
    })
}

/// A stream of tokens. After an error the stream is of no further use.
pub trait Tokens<'a> {
    /// The next token; `Token::End` for ever after the last.
    fn next(&mut self) -> Result<Token<'a>, SyntaxError>;

    /// Where the token last returned lies. Computed on request, so that reading need not pay for it.
    fn span(&self) -> Span;
}

/// Skips the rest of a value whose first token has been read.
pub fn skip(tokens: &mut dyn Tokens<'_>, first: &Token<'_>) -> Result<(), SyntaxError> {
    let mut depth = match first {
        Token::MapStart | Token::ListStart => 1,
        _ => return Ok(()),
    };
    while depth > 0 {
        match tokens.next()? {
            Token::MapStart | Token::ListStart => depth += 1,
            Token::MapEnd | Token::ListEnd => depth -= 1,
            Token::Key(_) | Token::Scalar(_) | Token::End => {}
        }
    }
    Ok(())
}
