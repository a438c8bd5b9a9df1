//! A value of any depth as JSON text without spaces.

use std::hash::BuildHasher;
use std::ops::Range;

use foldhash::fast::FixedState;
use hashbrown::HashSet;

use super::{Span, Style, SyntaxError, Token, Tokens};

/// JSON text without spaces, and what of it readers would not agree about.
#[derive(Debug, Default)]
pub struct Compact {
    /// The text; a key that is given twice stands in it twice.
    pub text: String,
    /// Keys that their mapping has already, and where they stand.
    pub repeated: Vec<(String, Span)>,
}

/// Writes the value whose first token has been read as compact JSON; numbers keep their digits.
///
/// An unquoted YAML value that is not a JSON number, `true` or `false` becomes a string, as it is written.
pub fn compact_json(tokens: &mut dyn Tokens<'_>, first: Token<'_>) -> Result<Compact, SyntaxError> {
    let mut compact = Compact::default();
    let mut open = Vec::new();
    let mut token = first;
    let mut after_value = false;
    loop {
        if after_value && !matches!(token, Token::MapEnd | Token::ListEnd) {
            compact.text.push(',');
        }
        after_value = matches!(token, Token::Scalar(_) | Token::MapEnd | Token::ListEnd);
        let start = compact.text.len();
        write_token(&mut compact.text, &token);
        match token {
            Token::MapStart | Token::ListStart => open.push(Keys::default()),
            Token::MapEnd | Token::ListEnd => drop(open.pop()),
            Token::End => return Ok(compact),
            Token::Key(key) => {
                let place = start..compact.text.len();
                if open.last_mut().is_some_and(|keys| !keys.add(&compact.text, place)) {
                    compact.repeated.push((key.into_owned(), tokens.span()));
                }
            }
            Token::Scalar(_) => {}
        }
        if open.is_empty() {
            return Ok(compact);
        }
        token = tokens.next()?;
    }
}

/// Keys that are found by comparing them with each other; of more, hashes are kept.
const FEW_KEYS: usize = 16;

/// The keys of a mapping so far.
#[derive(Default)]
struct Keys {
    /// Where each stands in the text.
    places: Vec<Range<usize>>,
    hashes: HashSet<u64, FixedState>,
}

impl Keys {
    /// Adds a key; false when it is there already.
    fn add(&mut self, text: &str, place: Range<usize>) -> bool {
        let hash = |place: &Range<usize>| FixedState::with_seed(0).hash_one(&text[place.clone()]);
        let is_same = |other: &Range<usize>| text[other.clone()] == text[place.clone()];
        if self.places.len() == FEW_KEYS {
            self.hashes.extend(self.places.iter().map(hash));
        }
        let is_known = self.places.len() < FEW_KEYS || !self.hashes.insert(hash(&place));
        let is_new = !(is_known && self.places.iter().any(is_same));
        self.places.push(place);
        is_new
    }
}

fn write_token(out: &mut String, token: &Token<'_>) {
    match token {
        Token::MapStart => out.push('{'),
        Token::ListStart => out.push('['),
        Token::MapEnd => out.push('}'),
        Token::ListEnd => out.push(']'),
        Token::Key(key) => {
            write_string(out, key);
            out.push(':');
        }
        Token::Scalar(scalar) => match scalar.style {
            Style::Null | Style::AmbiguousNull => out.push_str("null"),
            Style::Bare if is_json(&scalar.text) => out.push_str(&scalar.text),
            Style::Bare | Style::Quoted => write_string(out, &scalar.text),
        },
        Token::End => {}
    }
}

fn is_json(text: &str) -> bool {
    matches!(text, "true" | "false") || super::json::is_number(text.as_bytes())
}

fn write_string(out: &mut String, text: &str) {
    out.push_str(&serde_json::to_string(text).expect("a text can always be written as JSON"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::{JsonTokens, YamlTokens};

    #[test]
    fn yaml_and_json_come_out_the_same() {
        let mut yaml = YamlTokens::new("a: [1.10, no, 'x', {b: }]\nc: true\n");
        let first = yaml.next().expect("a token");
        let from_yaml = compact_json(&mut yaml, first).expect("a value");
        let mut json = JsonTokens::new(r#"{ "a" : [1.10,"no","x",{"b":null}], "c": true }"#, 1);
        let first = json.next().expect("a token");
        let from_json = compact_json(&mut json, first).expect("a value");
        assert_eq!(from_json.text, from_yaml.text);
        assert_eq!(from_yaml.text, r#"{"a":[1.10,"no","x",{"b":null}],"c":true}"#);
        assert!(from_yaml.repeated.is_empty() && from_json.repeated.is_empty());
    }

    fn repeated(text: &str) -> Vec<(String, u64)> {
        let mut tokens = JsonTokens::new(text, 1);
        let first = tokens.next().expect("a token");
        let compact = compact_json(&mut tokens, first).expect("a value");
        compact.repeated.into_iter().map(|(key, span)| (key, span.column)).collect()
    }

    #[test]
    fn a_key_given_twice_is_found_at_any_depth_and_however_it_is_written() {
        assert_eq!(repeated(r#"{"a":1,"a":2}"#), [("a".to_owned(), 8)]);
        assert_eq!(repeated(r#"{"a":1,"\u0061":2,"a":3}"#), [("a".to_owned(), 8), ("a".to_owned(), 19)]);
        assert_eq!(repeated(r#"[{"a":{"b":1,"b":1}},{"a":1}]"#), [("b".to_owned(), 14)]);
        assert!(repeated(r#"{"a":{"a":{"a":[{"a":1},{"a":1}]}},"A":1,"":2}"#).is_empty());
    }

    #[test]
    fn a_key_given_twice_is_found_among_many() {
        for count in [1, 15, 16, 17, 18, 100] {
            let keys: String = (0..count).map(|number| format!("\"k{number}\":0,")).collect();
            for again in [0, count / 2, count - 1] {
                let found = repeated(&format!("{{{keys}\"k{again}\":0}}"));
                assert_eq!(found.into_iter().map(|(key, _)| key).collect::<Vec<_>>(), [format!("k{again}")]);
            }
            assert!(repeated(&format!("{{{keys}\"k\":0}}")).is_empty());
        }
    }
}
