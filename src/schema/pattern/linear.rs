//! Patterns that are found in one pass.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use regex_automata::dfa::dense::{self, DFA};
use regex_automata::dfa::{Automaton as _, StartKind};
use regex_automata::meta::{self, Regex};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::{Anchored, Input};
use regex_syntax::hir::Hir;

use super::{EXPRESSION_BYTES, Refusal, example, width};

/// Most bytes of the table of a pattern, and of what making it takes.
const TABLE_BYTES: usize = 256 << 10;

/// Most bytes that are noted down while texts are looked at, for each thread.
const NOTE_BYTES: usize = 512 << 10;

/// Most places of an expression that a text can have reached at once: each byte of the text takes as many steps.
const MOST_PLACES: usize = 500;

/// Texts after which a table is worth making.
const FEW_TEXTS: usize = 10_000;

/// An expression bound to both ends of a text.
#[derive(Debug, Clone)]
pub(super) struct Linear {
    regex: Regex,
    hir: Arc<Hir>,
    places: usize,
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
    fn of(&self, hir: &Hir) -> Option<&DFA<Vec<u32>>> {
        if self.automaton.get().is_none() && self.texts.fetch_add(1, Ordering::Relaxed) < FEW_TEXTS {
            return None;
        }
        self.automaton.get_or_init(|| table(hir)).as_ref()
    }
}

fn table(hir: &Hir) -> Option<DFA<Vec<u32>>> {
    let states = thompson::Config::new().which_captures(WhichCaptures::None);
    let states = thompson::Compiler::new().configure(states).build_from_hir(hir).ok()?;
    let config = dense::Config::new()
        .start_kind(StartKind::Anchored)
        .dfa_size_limit(Some(TABLE_BYTES))
        .determinize_size_limit(Some(TABLE_BYTES));
    dense::Builder::new().configure(config).build_from_nfa(&states).ok()
}

impl Linear {
    pub(super) fn new(hir: &Hir) -> Result<Linear, Refusal> {
        let places = width::places(hir);
        if places > MOST_PLACES {
            let found =
                format!("a text can be at {places} places of it at once, at most {MOST_PLACES} are followed");
            return Err(Refusal::too_large(&found));
        }
        // Most patterns are asked for a few texts at most, so no tables are made in advance.
        let config = meta::Config::new()
            .dfa(false)
            .which_captures(WhichCaptures::Implicit)
            .hybrid_cache_capacity(NOTE_BYTES)
            .nfa_size_limit(Some(EXPRESSION_BYTES));
        match meta::Builder::new().configure(config).build_from_hir(hir) {
            Ok(regex) => Ok(Linear {
                regex,
                hir: Arc::new(hir.clone()),
                places,
                table: Arc::default(),
                example: Arc::default(),
            }),
            Err(error) if error.size_limit().is_some() => Err(Refusal::too_large(&format!(
                "compiled, it is larger than {} MiB",
                EXPRESSION_BYTES >> 20
            ))),
            Err(error) => Err(Refusal::invalid(&error.to_string())),
        }
    }

    /// A text that it matches, if one is found at once.
    pub(super) fn example(&self) -> Option<&str> {
        self.example.get_or_init(|| example::example(&table(&self.hir)?)).as_deref()
    }

    /// Whether all of `text` matches.
    pub(super) fn is_match(&self, text: &str) -> bool {
        let found = self
            .table
            .of(&self.hir)
            .map(|table| table.try_search_fwd(&Input::new(text).anchored(Anchored::Yes)));
        match found {
            Some(Ok(end)) => end.is_some(),
            // There is no table, or it does not know all characters.
            Some(Err(_)) | None => self.regex.is_match(text),
        }
    }

    pub(super) fn bytes(&self) -> usize {
        // Where a text is at one place at a time, there is little to note down.
        self.regex.memory_usage() + NOTE_BYTES.min(self.places.saturating_sub(2) * (16 << 10))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linear(source: &str) -> Linear {
        let hir = regex_syntax::parse(&format!("^(?:{source})$")).expect("an expression");
        Linear::new(&hir).expect(source)
    }

    #[test]
    fn a_table_finds_what_the_expression_finds() {
        let texts = ["", "ev-123", "ev-1234", "xev-123", "ev-123\n", "a b", "é", "ab", "日本", "aaaaaaaaaa"];
        for source in
            ["ev-[0-9]{3}", "a|ab", r"\p{L}+", ".", "(?i)EV-.*", r"\bab\b", r"\w{1,20}", "a*?", "a$|b"]
        {
            let pattern = linear(source);
            let regex = regex::Regex::new(&format!("^(?:{source})$")).expect("the same");
            for _ in 0..2 {
                for text in texts {
                    assert_eq!(pattern.is_match(text), regex.is_match(text), "{source} {text:?}");
                }
                pattern.table.texts.store(FEW_TEXTS, Ordering::Relaxed);
            }
        }
        let has_table = |source: &str| {
            let pattern = linear(source);
            assert!((0..FEW_TEXTS).all(|_| pattern.table.of(&pattern.hir).is_none()));
            pattern.table.of(&pattern.hir).is_some()
        };
        assert!(has_table("ev-[0-9]{9}") && !has_table(r"\w{20}"));
    }
}
