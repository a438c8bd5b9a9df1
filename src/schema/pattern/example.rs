//! A text that a pattern matches, for messages.

use std::collections::{HashSet, VecDeque};

use regex_automata::Anchored;
use regex_automata::dfa::{Automaton as _, dense::DFA};
use regex_automata::util::primitives::StateID;
use regex_automata::util::start::Config;

/// Longest example that helps anybody.
const LONGEST: usize = 60;

/// The shortest text, of visible ASCII characters, that the table of an expression finds; of several the one with the
/// first letters, digits and other characters. `None` where there is none, or finding it would take long.
pub(super) fn example(table: &DFA<Vec<u32>>) -> Option<String> {
    let start = table.start_state(&Config::new().anchored(Anchored::Yes)).ok()?;
    let mut seen: HashSet<StateID> = HashSet::from([start]);
    let mut waiting = VecDeque::from([(start, String::new())]);
    while let Some((state, text)) = waiting.pop_front() {
        if table.is_match_state(table.next_eoi_state(state)) {
            return Some(text);
        }
        if text.len() == LONGEST {
            return None;
        }
        for character in characters() {
            let next = table.next_state(state, character);
            if !table.is_dead_state(next) && !table.is_quit_state(next) && seen.insert(next) {
                waiting.push_back((next, format!("{text}{}", char::from(character))));
            }
        }
    }
    None
}

/// Letters first, for people; no blank, which cannot be seen at the end of a text.
fn characters() -> impl Iterator<Item = u8> {
    let others = (b'!'..=b'~').filter(|byte| !byte.is_ascii_alphanumeric());
    (b'a'..=b'z').chain(b'0'..=b'9').chain(b'A'..=b'Z').chain(others).chain([b' '])
}

#[cfg(test)]
mod tests {
    use super::super::Pattern;

    #[test]
    fn an_example_is_short_and_matches() {
        for (source, shown) in [
            ("fld-[0-9]{4}-[a-z-]+", Some("fld-0000-a")),
            ("[A-Z]{2}|[a-z]{3}", Some("AA")),
            (r"\d{4}(-\d{2})?", Some("0000")),
            (r"https?://\S+", Some("http://a")),
            ("(?i)EV .", Some("ev a")),
            ("é", None),
            ("[0-9]{61}", None),
            ("a{0}", Some("")),
        ] {
            let pattern = Pattern::new(source.to_owned()).expect("an expression");
            assert_eq!(pattern.example(), shown, "{source}");
            assert!(shown.is_none_or(|shown| pattern.is_match(shown) == Some(true)), "{source}");
        }
    }
}
