//! A small YAML or JSON file as a tree with positions, and readers that report every key they cannot use.
//!
//! Only descriptions are read this way; records are never turned into trees.

mod node;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::controls::{self, Hidden};
use crate::diagnostic::{Code, Diagnostic, Severity, codes, listed, nearest};
use crate::tokens::{JsonTokens, Span, Style, SyntaxError, Token, Tokens, YamlTokens};

use super::field::Term;
use super::pattern::Refusal;

pub(super) use self::node::{Node, Value};

/// Keys whose values say how files are written, and keys of data, which are checked where they are read as such.
const OF_FILES: [&str; 11] = [
    "delimiter",
    "lineTerminator",
    "lineTerminators",
    "quoteChar",
    "escapeChar",
    "commentChar",
    "commentPrefix",
    "nullSequence",
    "separator",
    "dialect",
    "data",
];

/// A file being read: its name, and what is wrong with it so far.
pub(super) struct File {
    pub(super) path: Arc<str>,
    pub(super) problems: Vec<Diagnostic>,
    /// Whether others wrote it, for tools other than this one: a key that is not read is passed over, unless it looks
    /// like a misspelt one.
    pub(super) is_foreign: bool,
    /// Bytes of its patterns, and of those of descriptions of the same package that were read before it.
    pub(super) expression_bytes: usize,
}

impl File {
    pub(super) fn new(path: Arc<str>) -> File {
        File { path, problems: Vec::new(), is_foreign: false, expression_bytes: 0 }
    }

    /// Reports a problem at a place.
    pub(super) fn report(&mut self, code: &'static Code, span: Span, message: impl Into<String>) {
        self.problems.push(Diagnostic::new(code, span.in_file(&self.path), message));
    }

    /// Reports a problem with a next step.
    pub(super) fn report_with_help(
        &mut self,
        code: &'static Code,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.problems.push(Diagnostic::new(code, span.in_file(&self.path), message).with_help(help));
    }

    /// Reports why the value of a key is refused.
    pub(super) fn refuse(&mut self, key: &str, span: Span, Refusal { fault, help }: Refusal) {
        let message = format!("`{key}` {fault}");
        match help {
            Some(help) => self.report_with_help(&codes::INVALID_VALUE, span, message, help),
            None => self.report(&codes::INVALID_VALUE, span, message),
        }
    }

    /// Reports what is an error in a project of one's own, and a warning in a package of others.
    pub(super) fn report_leniently(
        &mut self,
        code: &'static Code,
        span: Span,
        message: &str,
        help: Option<String>,
    ) {
        let severity = if self.is_foreign { Severity::Warning } else { code.severity };
        let problem = Diagnostic::new(code, span.in_file(&self.path), message);
        self.problems.push(Diagnostic { severity, help, ..problem });
    }

    /// Reads what only describes and decides nothing about data: in a package of others, what is wrong with it is a warning.
    pub(super) fn leniently<T>(&mut self, read: impl FnOnce(&mut File) -> T) -> T {
        let before = self.problems.len();
        let value = read(self);
        if self.is_foreign {
            self.problems[before..].iter_mut().for_each(|problem| problem.severity = Severity::Warning);
        }
        value
    }

    /// Reads the text as one value, of JSON if the file is called so and of YAML else; what cannot be read is reported.
    pub(super) fn parse(&mut self, text: &str) -> Option<Node> {
        match self.path.ends_with(".json") {
            true => self.parse_tokens(&mut JsonTokens::new(text, 1)),
            false => self.parse_tokens(&mut YamlTokens::new(text)),
        }
    }

    fn parse_tokens(&mut self, tokens: &mut dyn Tokens<'_>) -> Option<Node> {
        let result = tokens.next().and_then(|first| match first {
            Token::End => Ok(None),
            first => self.node(tokens, first).map(Some),
        });
        // What follows the value, if anything does, is an error of the language.
        let result = result.and_then(|node| tokens.next().map(|_| node));
        match result {
            Ok(Some(node)) => Some(node),
            Ok(None) => {
                let span = Span { line: 1, column: 1, length: 1 };
                self.report(&codes::WRONG_SHAPE, span, "the file is empty, expected a mapping");
                None
            }
            Err(error) => {
                self.problems.push(error.into_diagnostic(&self.path));
                None
            }
        }
    }

    fn node(&mut self, tokens: &mut dyn Tokens<'_>, first: Token<'_>) -> Result<Node, SyntaxError> {
        let span = tokens.span();
        let value = match first {
            Token::Scalar(scalar) => match scalar.style {
                Style::Null | Style::AmbiguousNull => Value::Null,
                style => {
                    self.report_unsafe(&scalar.text, span);
                    Value::Text { text: scalar.text.into_owned(), quoted: style == Style::Quoted }
                }
            },
            Token::ListStart => {
                let mut items = Vec::new();
                loop {
                    match tokens.next()? {
                        Token::ListEnd | Token::End => break,
                        first => items.push(self.node(tokens, first)?),
                    }
                }
                Value::List(items)
            }
            Token::MapStart => self.map(tokens)?,
            Token::Key(_) | Token::MapEnd | Token::ListEnd | Token::End => Value::Null,
        };
        Ok(Node { span, value })
    }

    fn map(&mut self, tokens: &mut dyn Tokens<'_>) -> Result<Value, SyntaxError> {
        let mut entries: Vec<(String, Span, Node)> = Vec::new();
        while let Token::Key(key) = tokens.next()? {
            let (key, span) = (key.into_owned(), tokens.span());
            self.report_unsafe(&key, span);
            let first = tokens.next()?;
            let before = self.problems.len();
            let node = self.node(tokens, first)?;
            if OF_FILES.contains(&key.as_str()) {
                let told = self.problems.split_off(before);
                self.problems
                    .extend(told.into_iter().filter(|problem| problem.code != codes::UNSAFE_TEXT.name));
            }
            if let Some((_, earlier, _)) = entries.iter().find(|(other, ..)| *other == key) {
                let line = earlier.line;
                self.report(&codes::REPEATED_KEY, span, format!("`{key}` is already given in line {line}"));
            } else {
                entries.push((key, span, node));
            }
        }
        Ok(Value::Map(entries))
    }

    /// Tells of a character that would steer whoever reads the release's documents.
    fn report_unsafe(&mut self, text: &str, span: Span) {
        if let Some(Hidden::Unsafe(c)) = controls::find(text) {
            let message =
                format!("this text holds the character U+{:04X}, which must not be in a text", u32::from(c));
            self.report(&codes::UNSAFE_TEXT, span, message);
        }
    }

    fn wrong_shape(&mut self, node: &Node, what: &str, expected: &str) {
        let found = node.value.kind();
        self.report(&codes::WRONG_SHAPE, node.span, format!("`{what}` is {found}, expected {expected}"));
    }

    /// The node as text.
    pub(super) fn text(&mut self, what: &str, node: &Node) -> Option<String> {
        match &node.value {
            Value::Text { text, .. } => Some(text.clone()),
            _ => {
                self.wrong_shape(node, what, "a single value");
                None
            }
        }
    }

    /// The node as a list.
    pub(super) fn list(&mut self, what: &str, node: Node) -> Vec<Node> {
        match node.value {
            Value::List(items) => items,
            _ => {
                self.wrong_shape(&node, what, "a list");
                Vec::new()
            }
        }
    }

    /// The node as a list of texts with their places; a single text counts as a list of one where `one_is_enough`.
    pub(super) fn texts(&mut self, what: &str, node: Node, one_is_enough: bool) -> Vec<(String, Span)> {
        if one_is_enough && let Value::Text { text, .. } = &node.value {
            return vec![(text.clone(), node.span)];
        }
        let items = self.list(what, node);
        items.iter().filter_map(|item| Some((self.text(what, item)?, item.span))).collect()
    }

    fn not_allowed(&mut self, what: &str, node: &Node, expected: &str) {
        let message = format!("`{what}` is {}, expected {expected}", node.value.shown());
        self.report(&codes::INVALID_VALUE, node.span, message);
    }

    /// The node as true or false.
    pub(super) fn boolean(&mut self, what: &str, node: &Node) -> Option<bool> {
        match &node.value {
            Value::Text { text, quoted: false } if text == "true" => Some(true),
            Value::Text { text, quoted: false } if text == "false" => Some(false),
            _ => {
                self.not_allowed(what, node, "`true` or `false`");
                None
            }
        }
    }

    /// The node as a whole number that is not negative.
    pub(super) fn count(&mut self, what: &str, node: &Node) -> Option<u64> {
        let number = match &node.value {
            Value::Text { text, .. } => text.parse().ok(),
            _ => None,
        };
        if number.is_none() {
            self.not_allowed(what, node, "a whole number, 0 or more");
        }
        number
    }

    /// The node as a mapping to be read key by key.
    pub(super) fn entries(&mut self, what: &str, node: Node) -> Entries {
        let span = node.span;
        let entries = match node.value {
            Value::Map(entries) => entries,
            _ => {
                self.wrong_shape(&node, what, "a mapping");
                Vec::new()
            }
        };
        let entries = entries.into_iter().map(|(key, span, node)| (key, (span, node))).collect();
        Entries { span, entries, asked: Vec::new() }
    }

    /// Reports every key of a mapping that was not asked for, naming the nearest that was.
    pub(super) fn finish(&mut self, what: &str, rest: Entries) {
        for (key, (span, _)) in rest.entries {
            let near = nearest(&key, rest.asked.iter().copied());
            if self.is_foreign && near.is_none() {
                continue;
            }
            let message = format!("{what} has no key `{key}`");
            let help = match near {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("the keys are {}", listed(rest.asked.iter().copied())),
            };
            self.report_leniently(&codes::UNKNOWN_KEY, span, &message, Some(help));
        }
    }
}

/// The keys of a mapping that have not been read yet.
pub(super) struct Entries {
    pub(super) span: Span,
    entries: BTreeMap<String, (Span, Node)>,
    asked: Vec<&'static str>,
}

impl Entries {
    /// Takes the value of `key`; a missing key and a null value are both `None`.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Node> {
        self.asked.push(key);
        let (_, node) = self.entries.remove(key)?;
        (!matches!(node.value, Value::Null)).then_some(node)
    }

    /// The text of `key`, which stays to be taken.
    pub(super) fn peek_text(&self, key: &str) -> Option<&str> {
        self.entries.get(key).and_then(|(_, node)| node.as_text())
    }

    /// Whether `key` is there, and null.
    pub(super) fn is_null(&self, key: &str) -> bool {
        self.entries.get(key).is_some_and(|(_, node)| matches!(node.value, Value::Null))
    }

    /// Takes a text.
    pub(super) fn take_text(&mut self, file: &mut File, key: &'static str) -> Option<String> {
        let node = self.take(key)?;
        file.text(key, &node)
    }

    /// Takes a term of JSON-LD.
    pub(super) fn take_term(&mut self, file: &mut File, key: &'static str) -> Option<Term> {
        let node = self.take(key)?;
        let name = file.text(key, &node)?;
        Some(Term { name, place: node.span.in_file(&file.path) })
    }

    /// Takes a text that must be there.
    pub(super) fn require_text(
        &mut self,
        file: &mut File,
        what: &str,
        key: &'static str,
    ) -> Option<(String, Span)> {
        match self.take(key) {
            Some(node) => Some((file.text(key, &node)?, node.span)),
            None => {
                file.report(&codes::MISSING_KEY, self.span, format!("{what} needs the key `{key}`"));
                None
            }
        }
    }

    /// Takes true or false.
    pub(super) fn take_boolean(&mut self, file: &mut File, key: &'static str) -> Option<bool> {
        let node = self.take(key)?;
        file.boolean(key, &node)
    }

    /// Takes a mapping.
    pub(super) fn take_entries(&mut self, file: &mut File, key: &'static str) -> Option<Entries> {
        let node = self.take(key)?;
        Some(file.entries(key, node))
    }

    /// Takes a list.
    pub(super) fn take_list(&mut self, file: &mut File, key: &'static str) -> Vec<Node> {
        match self.take(key) {
            Some(node) => file.list(key, node),
            None => Vec::new(),
        }
    }

    /// Takes every remaining entry, whatever its key.
    pub(super) fn take_rest(&mut self) -> Vec<(String, Span, Node)> {
        std::mem::take(&mut self.entries).into_iter().map(|(key, (span, node))| (key, span, node)).collect()
    }

    /// Drops keys that a standard defines and that have no bearing here.
    pub(super) fn ignore(&mut self, keys: &[&'static str]) {
        for key in keys {
            self.asked.push(key);
            self.entries.remove(*key);
        }
    }
}
