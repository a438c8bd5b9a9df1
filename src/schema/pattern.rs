//! Patterns that texts must match.

mod backtracking;
mod example;
mod linear;
mod width;

use std::borrow::Cow;

use regex_syntax::ast::ErrorKind;
use regex_syntax::hir::Hir;

pub(super) use self::backtracking::PART_BYTES;
use self::backtracking::{Backtracking, Bounds};
use self::linear::Linear;

/// Most bytes of a compiled expression.
pub(super) const EXPRESSION_BYTES: usize = 4 << 20;

/// A pattern that a whole text must match (Table Schema: XML Schema regular expressions, which are anchored).
#[derive(Debug, Clone)]
pub struct Pattern {
    source: String,
    engine: Engine,
}

/// What looks for the pattern in a text.
#[derive(Debug, Clone)]
enum Engine {
    /// In time that grows with the text, whatever it holds.
    Linear(Linear),
    /// Step by step and back again, which is what looking around and references back need.
    Backtracking(Backtracking),
}

/// Why a text is no pattern: the end of a sentence that names it, and the next step.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) fault: String,
    pub(super) help: Option<String>,
}

impl Refusal {
    fn invalid(reason: &str) -> Refusal {
        let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
        Refusal { fault: format!("is not a regular expression: {reason}"), help: None }
    }

    fn too_large(found: &str) -> Refusal {
        let help = "how long a text may be, `minLength` and `maxLength` say; which texts there are, `enum`; `[A-Za-z]` takes less \
                    than `\\w` or `\\p{L}`";
        Refusal { fault: format!("is too large: {found}"), help: Some(help.to_owned()) }
    }
}

impl Pattern {
    /// The pattern written as `source`.
    pub(super) fn new(source: String) -> Result<Pattern, Refusal> {
        let expression = in_own_syntax(&source);
        let engine = match parse(&format!("^(?:{expression})$")) {
            Ok(hir) => Engine::Linear(Linear::new(&hir)?),
            Err(Some(explained)) => return Err(Refusal::invalid(&explained)),
            Err(None) => Engine::Backtracking(Backtracking::new(&expression)?),
        };
        Ok(Pattern { source, engine })
    }

    /// The pattern as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// A text that it matches, if one is found at once.
    pub fn example(&self) -> Option<&str> {
        match &self.engine {
            Engine::Linear(linear) => linear.example(),
            Engine::Backtracking(_) => None,
        }
    }

    /// Whether all of `text` matches; `None` when that takes more steps than are taken.
    pub fn is_match(&self, text: &str) -> Option<bool> {
        match &self.engine {
            Engine::Linear(linear) => Some(linear.is_match(text)),
            Engine::Backtracking(backtracking) => backtracking.is_match(text),
        }
    }

    /// Bytes that the pattern takes, with what is noted down while texts are looked at.
    pub(super) fn bytes(&self) -> usize {
        match &self.engine {
            Engine::Linear(linear) => linear.bytes(),
            Engine::Backtracking(backtracking) => backtracking.bytes(),
        }
    }
}

/// Patterns of which any part of a text may match one, as in JSON Schemas: what they come to together.
pub(super) struct Several {
    /// Bytes that they take.
    pub(super) bytes: usize,
    /// Most steps back of one of them on one text.
    pub(super) steps_back: usize,
    /// Most bytes of a text.
    pub(super) text_bytes: usize,
}

impl Default for Several {
    fn default() -> Several {
        Several { bytes: 0, steps_back: backtracking::MOST_STEPS_BACK, text_bytes: usize::MAX }
    }
}

impl Several {
    /// One more. What is written in a way that is not known here is counted as the largest.
    pub(super) fn add(&mut self, source: &str) -> Result<(), Refusal> {
        self.bytes += match parse(source) {
            Ok(hir) => Linear::new(&hir)?.bytes(),
            Err(Some(_)) => PART_BYTES,
            Err(None) => {
                let bounds = Bounds::of(source)?;
                self.steps_back = self.steps_back.min(bounds.steps_back);
                self.text_bytes = self.text_bytes.min(bounds.text_bytes);
                2 * PART_BYTES
            }
        };
        Ok(())
    }
}

/// The expression, or what is wrong with it; `None` when it looks around or refers back.
fn parse(expression: &str) -> Result<Hir, Option<String>> {
    let needs_steps = |kind: &ErrorKind| {
        matches!(kind, ErrorKind::UnsupportedLookAround | ErrorKind::UnsupportedBackreference)
    };
    // Groups that are not given back, and references by name.
    let is_other = ["(?>", "(?P=", r"\k<"].iter().any(|other| expression.contains(other));
    regex_syntax::parse(expression).map_err(|error| match &error {
        regex_syntax::Error::Parse(fault) if needs_steps(fault.kind()) || is_other => None,
        _ => Some(error.to_string()),
    })
}

/// The expression with a class that is taken from another (`[a-z-[aeiou]]`, XML Schema part 2, appendix F) as this engine writes
/// it; as it stands, it would be the two classes together.
fn in_own_syntax(source: &str) -> Cow<'_, str> {
    if !source.contains("-[") {
        return Cow::Borrowed(source);
    }
    let mut written = String::with_capacity(source.len() + 1);
    let (mut is_escaped, mut depth) = (false, 0_usize);
    for character in source.chars() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '[' => {
                // Behind a first bracket, a minus is a character.
                if depth > 0
                    && written.ends_with('-')
                    && !written.ends_with("[-")
                    && !written.ends_with("[^-")
                {
                    written.push('-');
                }
                depth += 1;
            }
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        written.push(character);
    }
    Cow::Owned(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(source: &str) -> Pattern {
        Pattern::new(source.to_owned()).expect(source)
    }

    #[test]
    fn the_whole_text_must_match_in_either_engine() {
        for (source, good, bad) in [
            ("a|ab", vec!["a", "ab"], vec!["abc", "", "ba"]),
            ("(?=.*[0-9]).{3,}", vec!["ab1", "1ab\u{e9}"], vec!["abc", "a1", "ab1\n"]),
            ("(?!x)[a-z]+", vec!["abc", "ax"], vec!["xa", "abc ", ""]),
            ("[a-z]+(?<!x)", vec!["xa"], vec!["ax"]),
            (r"(\w+) \1", vec!["so so", "\u{e9} \u{e9}"], vec!["so no", "so so "]),
            ("(?>a+)b", vec!["aab"], vec!["aa", "b"]),
            ("[a-z-[aeiou]]+", vec!["bcd"], vec!["bad", "-", "["]),
            ("(?!b)[a-z-[aeiou]]+", vec!["cd"], vec!["bc", "ca"]),
            (r"[a-]+[-\[]", vec!["a-a["], vec!["a"]),
        ] {
            let pattern = pattern(source);
            for text in good {
                assert_eq!(pattern.is_match(text), Some(true), "{source} {text:?}");
            }
            for text in bad {
                assert_eq!(pattern.is_match(text), Some(false), "{source} {text:?}");
            }
        }
    }

    #[test]
    fn what_would_take_too_long_or_too_much_is_no_pattern() {
        for (source, fault) in [
            ("(", "is not a regular expression: unclosed group"),
            ("(?=a", "is not a regular expression"),
            (r"(a)\2", "is not a regular expression"),
            (r"(?<n>a)(?&n)(?=b)", "is not a regular expression"),
            ("(a?){30000}b", "is too large"),
            ("[01]*1[01]{5000}", "is too large"),
            (r"\w{1000}{1000}", "is too large"),
            (r"(\p{L}{100}){1000}", "is too large"),
            ("(?=a)(?:a{1,500}b){1000}", "is too large"),
            ("(?:(?:(?:(?=a)a?){1000}){1000}){1000}b", "is too large"),
            ("(?:(?:(?:(?=.*x)a)*b)*c)*(?=d)", "is too large"),
        ] {
            let refusal = Pattern::new(source.to_owned()).expect_err(source);
            assert!(refusal.fault.starts_with(fault), "{source}: {}", refusal.fault);
        }
        for source in [".{1,4000}", r"\w{1,20}", "[A-Za-z ]{0,2000}", r"(?!\s).{1,1000}(?<!\s)"] {
            pattern(source);
        }
    }
}
