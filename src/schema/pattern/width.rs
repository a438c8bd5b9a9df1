//! How many places of an expression a text can have reached at once.

use std::collections::BTreeMap;

use regex_syntax::hir::{Hir, HirKind};

/// Most places that a text can have reached at once: what each of its bytes costs, in the worst case.
pub(super) fn places(hir: &Hir) -> usize {
    measure(hir, false)
}

/// `is_spread` where the expression may begin anywhere in the text, so that copies of it that are counted run side by side.
fn measure(hir: &Hir, is_spread: bool) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(_) | HirKind::Class(_) => 1,
        HirKind::Capture(group) => measure(&group.sub, is_spread),
        HirKind::Repetition(repetition) => {
            let copies = repetition.max.unwrap_or(0).max(repetition.min).max(1) as usize;
            let is_uniform = has_one_length(&repetition.sub);
            let inner = measure(&repetition.sub, is_spread || !is_uniform);
            // One after the other, of one length, all that begin together stay together.
            if is_uniform && !is_spread { inner + 1 } else { inner.saturating_mul(copies) }
        }
        HirKind::Concat(parts) => {
            let mut is_spread = is_spread;
            let mut places = 0_usize;
            for part in parts {
                places = places.saturating_add(measure(part, is_spread));
                is_spread |= !has_one_length(part);
            }
            places
        }
        HirKind::Alternation(branches) => {
            let is_literal = |branch: &&Hir| matches!(branch.kind(), HirKind::Literal(_));
            let others = branches.iter().filter(|branch| !is_literal(branch));
            let others = others.fold(0_usize, |sum, branch| sum.saturating_add(measure(branch, is_spread)));
            others.saturating_add(words(branches.iter().filter(is_literal)))
        }
    }
}

/// Of words of which each is one branch, most that begin with the same two bytes.
fn words<'h>(branches: impl Iterator<Item = &'h Hir>) -> usize {
    let mut beginnings: BTreeMap<&[u8], usize> = BTreeMap::new();
    for branch in branches {
        let HirKind::Literal(literal) = branch.kind() else { continue };
        *beginnings.entry(&literal.0[..literal.0.len().min(2)]).or_default() += 1;
    }
    beginnings.into_values().max().unwrap_or(0)
}

/// Whether all that the expression matches has as many characters.
fn has_one_length(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Literal(_) | HirKind::Class(_) => true,
        HirKind::Capture(group) => has_one_length(&group.sub),
        HirKind::Repetition(repetition) => {
            repetition.max == Some(repetition.min) && has_one_length(&repetition.sub)
        }
        HirKind::Concat(parts) => parts.iter().all(has_one_length),
        HirKind::Alternation(_) => hir.properties().minimum_len() == hir.properties().maximum_len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_that_are_reached_at_once() {
        for (source, expected) in [
            ("[a-z]{3}-[0-9]{4}", 5),
            (".{1,4000}", 2),
            ("(a?){300}b", 301),
            ("[01]*1[01]{400}", 403),
            ("a{1,20}-b{1,30}", 33),
            ("(?:[a-z]+ ?){1,100}", 200),
            ("red|green|grey|blue", 2),
        ] {
            let hir = regex_syntax::parse(source).expect("an expression");
            assert_eq!(places(&hir), expected, "{source}");
        }
    }
}
