//! Patterns that texts must match.

use std::sync::Arc;

use regex::Regex;
use regex_automata::dfa::dense::{self, DFA};
use regex_automata::dfa::{Automaton as _, StartKind};
use regex_automata::{Anchored, Input};

/// Most bytes of the table of a [`Pattern`], and of what making it takes.
const TABLE_BYTES: usize = 256 << 10;

/// A pattern that a whole text must match (Table Schema: XML Schema regular expressions, which are anchored).
#[derive(Debug, Clone)]
pub struct Pattern {
    source: String,
    regex: Regex,
    /// Where the pattern allows it, a table in which each byte of a text is one step.
    table: Option<Arc<DFA<Vec<u32>>>>,
}

impl Pattern {
    /// The pattern written as `source`; fails when it is no regular expression.
    pub(super) fn new(source: String) -> Result<Pattern, regex::Error> {
        let anchored = format!("^(?:{source})$");
        let regex = Regex::new(&anchored)?;
        let config = dense::Config::new()
            .start_kind(StartKind::Anchored)
            .dfa_size_limit(Some(TABLE_BYTES))
            .determinize_size_limit(Some(TABLE_BYTES));
        let table = dense::Builder::new().configure(config).build(&anchored).ok().map(Arc::new);
        Ok(Pattern { source, regex, table })
    }

    /// The pattern as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether all of `text` matches.
    pub fn is_match(&self, text: &str) -> bool {
        let input = Input::new(text).anchored(Anchored::Yes);
        match self.table.as_ref().map(|table| table.try_search_fwd(&input)) {
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
            let regex = Regex::new(&format!("^(?:{source})$")).expect("the same");
            for text in texts {
                assert_eq!(pattern.is_match(text), regex.is_match(text), "{source} {text:?}");
            }
        }
        let has_table = |source: &str| Pattern::new(source.to_owned()).is_ok_and(|p| p.table.is_some());
        assert!(has_table("ev-[0-9]{9}") && !has_table(r"\w{200}"));
        assert!(Pattern::new("(".to_owned()).is_err());
    }
}
