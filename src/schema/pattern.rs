//! Patterns that texts must match.

mod example;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use regex_automata::dfa::dense::{self, DFA};
use regex_automata::dfa::{Automaton as _, StartKind};
use regex_automata::meta::{self, Regex};
use regex_automata::{Anchored, Input};

/// Most bytes of the table of a [`Pattern`], and of what making it takes.
const TABLE_BYTES: usize = 256 << 10;

/// Most bytes of an expression when it is compiled.
const EXPRESSION_BYTES: usize = 10 << 20;

/// Texts after which a table is worth making.
const FEW_TEXTS: usize = 10_000;

/// A pattern that a whole text must match (Table Schema: XML Schema regular expressions, which are anchored).
#[derive(Debug, Clone)]
pub struct Pattern {
    source: String,
    regex: Regex,
    /// The expression, bound to both ends of a text.
    anchored: String,
    table: Arc<Table>,
    /// A text that it matches, once one is asked for.
    example: Arc<OnceLock<Option<String>>>,
}

/// A table in which each byte of a text is one step.
#[derive(Debug, Default)]
struct Table {
    /// How many texts were looked at without it.
    texts: AtomicUsize,
    /// `None` where the pattern does not allow one.
    automaton: OnceLock<Option<DFA<Vec<u32>>>>,
}

impl Table {
    /// The table of an expression, once it has been asked for often enough, and if there can be one.
    fn of(&self, expression: &str) -> Option<&DFA<Vec<u32>>> {
        if self.automaton.get().is_none() && self.texts.fetch_add(1, Ordering::Relaxed) < FEW_TEXTS {
            return None;
        }
        let make = || {
            let config = dense::Config::new()
                .start_kind(StartKind::Anchored)
                .dfa_size_limit(Some(TABLE_BYTES))
                .determinize_size_limit(Some(TABLE_BYTES));
            dense::Builder::new().configure(config).build(expression).ok()
        };
        self.automaton.get_or_init(make).as_ref()
    }
}

impl Pattern {
    /// The pattern written as `source`; fails when it is no regular expression.
    pub(super) fn new(source: String) -> Result<Pattern, regex::Error> {
        let anchored = format!("^(?:{source})$");
        // Most patterns are asked for a few texts at most, so no tables are made in advance.
        let config = meta::Config::new().dfa(false).nfa_size_limit(Some(EXPRESSION_BYTES));
        match meta::Builder::new().configure(config).build(&anchored) {
            Ok(regex) => {
                Ok(Pattern { source, regex, anchored, table: Arc::default(), example: Arc::default() })
            }
            // The other library explains what is wrong with an expression, and where.
            Err(_) => {
                let explained = regex::Regex::new(&anchored).err();
                Err(explained.unwrap_or(regex::Error::CompiledTooBig(EXPRESSION_BYTES)))
            }
        }
    }

    /// The pattern as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// A text that it matches, if one is found at once.
    pub fn example(&self) -> Option<&str> {
        self.example.get_or_init(|| example::example(&self.anchored)).as_deref()
    }

    /// Whether all of `text` matches.
    pub fn is_match(&self, text: &str) -> bool {
        let found = self
            .table
            .of(&self.anchored)
            .map(|table| table.try_search_fwd(&Input::new(text).anchored(Anchored::Yes)));
        match found {
            Some(Ok(end)) => end.is_some(),
            // There is no table, or it does not know all characters.
            Some(Err(_)) | None => self.regex.is_match(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_finds_what_the_expression_finds() {
        let texts = ["", "ev-123", "ev-1234", "xev-123", "ev-123\n", "a b", "é", "ab", "日本", "aaaaaaaaaa"];
        for source in
            ["ev-[0-9]{3}", "a|ab", r"\p{L}+", ".", "(?i)EV-.*", r"\bab\b", r"\w{1,200}", "a*?", "a$|b"]
        {
            let pattern = Pattern::new(source.to_owned()).expect("an expression");
            let regex = regex::Regex::new(&format!("^(?:{source})$")).expect("the same");
            for _ in 0..2 {
                for text in texts {
                    assert_eq!(pattern.is_match(text), regex.is_match(text), "{source} {text:?}");
                }
                pattern.table.texts.store(FEW_TEXTS, Ordering::Relaxed);
            }
        }
        let has_table = |source: &str| {
            let pattern = Pattern::new(source.to_owned()).expect("an expression");
            assert!((0..FEW_TEXTS).all(|_| pattern.table.of(&pattern.anchored).is_none()));
            pattern.table.of(&pattern.anchored).is_some()
        };
        assert!(has_table("ev-[0-9]{9}") && !has_table(r"\w{200}"));
        for source in ["(", r"\w{1000}{1000}", r"(\p{L}{100}){1000}"] {
            assert!(Pattern::new(source.to_owned()).is_err(), "{source}");
        }
    }
}
