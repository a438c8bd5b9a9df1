//! Patterns that look around or refer back, found by trying, with a limit.

use std::sync::Arc;

use fancy_regex::{Expr, Regex, RegexBuilder, RegexInput};

use super::Refusal;

/// Most steps back on one text.
pub(super) const MOST_STEPS_BACK: usize = 10_000;

/// Most bytes of each part of an expression that does not look around.
pub(in crate::schema) const PART_BYTES: usize = 256 << 10;

/// Most places of an expression, with every counted copy.
const MOST_PLACES: usize = 500;

/// Instructions of a compiled expression.
const MOST_INSTRUCTIONS: usize = 10_000;

/// An expression bound to both ends of a text.
#[derive(Debug, Clone)]
pub(super) struct Backtracking {
    regex: Arc<Regex>,
    bounds: Bounds,
}

/// How far an expression that looks around or refers back is followed. Between two steps back a text is looked at as often as
/// loops stand in loops, so the deeper they are, the less is allowed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Most steps back on one text.
    pub(super) steps_back: usize,
    /// Most bytes of a text.
    pub(super) text_bytes: usize,
}

impl Bounds {
    /// The bounds of an expression.
    pub(super) fn of(expression: &str) -> Result<Bounds, Refusal> {
        let tree = Expr::parse_tree(expression).map_err(|error| Refusal::invalid(&error.to_string()))?;
        if let Some(unknown) = unknown(&tree.expr) {
            return Err(Refusal::invalid(&format!("{unknown} are not read")));
        }
        let places = places(&tree.expr);
        if places > MOST_PLACES {
            let found =
                format!("with every counted copy it has {places} parts, at most {MOST_PLACES} are followed");
            return Err(Refusal::too_large(&found));
        }
        match loops(&tree.expr) {
            0 | 1 => Ok(Bounds { steps_back: MOST_STEPS_BACK, text_bytes: 100_000 }),
            2 => Ok(Bounds { steps_back: MOST_STEPS_BACK / 10, text_bytes: 1_000 }),
            3 => Ok(Bounds { steps_back: MOST_STEPS_BACK / 10, text_bytes: 100 }),
            depth => Err(Refusal::too_large(&format!(
                "loops stand {depth} deep in each other, at most 3 are followed"
            ))),
        }
    }
}

impl Backtracking {
    pub(super) fn new(expression: &str) -> Result<Backtracking, Refusal> {
        let bounds = Bounds::of(expression)?;
        let regex = RegexBuilder::new(&format!("^(?:{expression})$"))
            .backtrack_limit(bounds.steps_back)
            .delegate_size_limit(PART_BYTES)
            .delegate_dfa_size_limit(PART_BYTES)
            .max_prog_size(MOST_INSTRUCTIONS)
            .build()
            .map_err(|error| Refusal::invalid(&error.to_string()))?;
        Ok(Backtracking { regex: Arc::new(regex), bounds })
    }

    /// Whether all of `text` matches; `None` when a limit is reached.
    pub(super) fn is_match(&self, text: &str) -> Option<bool> {
        if text.len() > self.bounds.text_bytes {
            return None;
        }
        self.regex.is_match_input(RegexInput::new(text).anchored(true)).ok()
    }

    pub(super) fn bytes(&self) -> usize {
        2 * PART_BYTES
    }
}

/// What the expression has beside looking around, references back, and what every engine knows.
fn unknown(expression: &Expr) -> Option<&'static str> {
    let own = match expression {
        Expr::SubroutineCall(_) | Expr::DefineGroup { .. } => Some("calls of groups"),
        Expr::Conditional { .. } | Expr::BackrefExistsCondition { .. } => Some("conditions"),
        Expr::BacktrackingControlVerb(_) | Expr::Absent(_) => Some("verbs"),
        Expr::KeepOut | Expr::ContinueFromPreviousMatchEnd => Some("`\\K` and `\\G`"),
        Expr::BackrefWithRelativeRecursionLevel { .. } => Some("levels of calls"),
        _ => None,
    };
    own.or_else(|| expression.children_iter().find_map(unknown))
}

/// Parts of the expression, each as often as it is counted.
fn places(expression: &Expr) -> usize {
    let inner = expression.children_iter().fold(0_usize, |sum, child| sum.saturating_add(places(child)));
    match expression {
        // Of one character, copies follow each other and are no more work than one.
        Expr::Repeat { child, .. } if child.is_leaf_node() => 1,
        Expr::Repeat { lo, hi, .. } => {
            let copies = if *hi == usize::MAX { *lo } else { *hi };
            inner.saturating_mul(copies.max(1))
        }
        _ => inner.saturating_add(1),
    }
}

/// How deep loops stand in each other. A part that does not look around is looked at in one go.
fn loops(expression: &Expr) -> usize {
    let is_loop = matches!(expression, Expr::Repeat { hi, .. } if *hi > 1);
    let inner = expression.children_iter().map(loops).max().unwrap_or(0);
    match is_plain(expression) {
        true => inner.max(usize::from(is_loop)).min(1),
        false => inner + usize::from(is_loop),
    }
}

fn is_plain(expression: &Expr) -> bool {
    let is_hard = matches!(
        expression,
        Expr::LookAround(..) | Expr::Backref { .. } | Expr::AtomicGroup(_) | Expr::AstNode(..)
    );
    !is_hard && expression.children_iter().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_takes_too_many_steps_is_neither_a_match_nor_none() {
        let pattern = |source: &str| Backtracking::new(source).expect(source);
        for source in
            ["(?:(?=a)a|(?=a)aa)*b", r"(a|a)*\1b", "(?=(?:a|a)*b)a*", "(a*)*(?<=b)", "(?:a|(?=a)a)+$(?<!a)"]
        {
            let begun = std::time::Instant::now();
            assert_ne!(pattern(source).is_match(&"a".repeat(60)), Some(true), "{source}");
            assert!(begun.elapsed().as_millis() < 500, "{source} {:?}", begun.elapsed());
        }
        assert_eq!(pattern("(?:(?=a)a|(?=a)aa)*b").is_match(&"a".repeat(60)), None);
        let no_blanks_around = pattern(r"(?!\s)[\s\S]*(?<!\s)");
        assert_eq!(no_blanks_around.is_match(&format!(" {}", "a\n".repeat(40_000))), Some(false));
        assert_eq!(no_blanks_around.is_match(&"a ".repeat(2_000)), Some(false));
        assert_eq!(no_blanks_around.is_match(&format!("{}b", "a\n".repeat(40_000))), Some(true));
        assert_eq!(no_blanks_around.is_match(&"a".repeat(200_000)), None);
    }

    #[test]
    fn loops_count_where_one_runs_within_another() {
        for (source, depth) in [
            ("(?=.*[0-9])(?=.*[a-z]).{8,}", 1),
            ("(?!.*--)[a-z]+(?:-[a-z]+)*", 1),
            ("(?:(?!foo).)*", 1),
            ("(?:(?=.*x)a)*", 2),
            (r"(?:(.)(?!\1))*", 1),
            ("(?!a)b", 0),
        ] {
            let tree = Expr::parse_tree(source).expect("an expression");
            assert_eq!(loops(&tree.expr), depth, "{source}");
        }
    }
}
