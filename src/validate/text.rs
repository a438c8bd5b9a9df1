//! Text that is not what it seems: control, reordering and invisible characters, and spreadsheet formulas.

use arrow::array::{Array, StringArray};

use crate::offsets::index;
use crate::seeds::ProblemKind;

/// Calls `found` for each row whose text is unsafe, invisible in part, or begins like a formula.
pub(super) fn inspect(texts: &StringArray, mut found: impl FnMut(usize, ProblemKind)) {
    let offsets = texts.value_offsets();
    let (Some(&start), Some(&end)) = (offsets.first(), offsets.last()) else { return };
    let all = &texts.value_data()[index(start)..index(end)];
    let may_be_hostile = may_be_hostile(all);
    for row in 0..texts.len() {
        if texts.is_null(row) {
            continue;
        }
        let text = texts.value(row);
        if may_be_hostile && let Some(kind) = hostile(text) {
            found(row, kind);
        }
        if is_formula(text) {
            found(row, ProblemKind::FormulaText);
        }
    }
}

/// Calls `found` for each item of lists that is empty or holds a semicolon: joined by `; ` in a cell of CSV, such items
/// could not be told apart again.
pub(super) fn find_separators(items: &StringArray, mut found: impl FnMut(usize)) {
    let offsets = items.value_offsets();
    let (Some(&start), Some(&end)) = (offsets.first(), offsets.last()) else { return };
    let all = &items.value_data()[index(start)..index(end)];
    let are_empty = offsets.windows(2).fold(false, |seen, pair| seen | (pair[0] == pair[1]));
    if are_empty || memchr::memchr(b';', all).is_some() {
        let is_bad = |&item: &usize| {
            items.is_valid(item) && (items.value(item).is_empty() || items.value(item).contains(';'))
        };
        (0..items.len()).filter(is_bad).for_each(&mut found);
    }
}

/// A quick look over all texts at once: whether any byte could belong to a character that [`hostile`] looks for.
fn may_be_hostile(bytes: &[u8]) -> bool {
    let has_control =
        bytes.iter().fold(false, |seen, &b| seen | ((b < 0x20) & (b != b'\n') & (b != b'\t')) | (b == 0x7f));
    // U+0080–U+009F begin with C2, U+061C with D8, U+2000–U+206F with E2, U+FEFF with EF.
    has_control
        || memchr::memchr_iter(0xe2, bytes).any(|at| matches!(bytes.get(at + 1), Some(0x80 | 0x81)))
        || memchr::memchr_iter(0xc2, bytes).any(|at| bytes.get(at + 1).is_some_and(|b| *b < 0xa0))
        || memchr::memmem::find(bytes, "\u{feff}".as_bytes()).is_some()
}

fn hostile(text: &str) -> Option<ProblemKind> {
    find_hostile(text).map(|(kind, _)| kind)
}

/// The character for which [`inspect`] reports a text.
pub(super) fn culprit(text: &str, kind: ProblemKind) -> Option<char> {
    find_hostile(text).filter(|(found, _)| *found == kind).map(|(_, c)| c)
}

/// What is wrong with a text, and the character that makes it so; what is unsafe comes before what is invisible.
fn find_hostile(text: &str) -> Option<(ProblemKind, char)> {
    let mut open_isolates: Vec<char> = Vec::new();
    let mut invisible = None;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\n' | '\t' => {}
            // The two together end a line; alone it takes the cursor back to overwrite what was shown.
            '\r' if characters.peek() == Some(&'\n') => {}
            '\u{202a}'..='\u{202e}' => return Some((ProblemKind::UnsafeText, c)),
            '\u{2066}'..='\u{2068}' => open_isolates.push(c),
            '\u{2069}' if open_isolates.pop().is_none() => return Some((ProblemKind::UnsafeText, c)),
            '\u{2069}' => {}
            // Joiners are part of the spelling of Persian, Hindi and others, and of emoji.
            '\u{200c}' | '\u{200d}' => {}
            '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' => {
                invisible = invisible.or(Some(c));
            }
            c if c.is_control() => return Some((ProblemKind::UnsafeText, c)),
            _ => {}
        }
    }
    match open_isolates.last() {
        Some(&open) => Some((ProblemKind::UnsafeText, open)),
        None => invisible.map(|c| (ProblemKind::InvisibleText, c)),
    }
}

/// Whether a spreadsheet may take the text for a formula. What reads as a number is none.
fn is_formula(text: &str) -> bool {
    match text.as_bytes().first() {
        Some(b'=' | b'@' | b'\t' | b'\r') => text.len() > 1,
        Some(b'+' | b'-') => text.len() > 1 && text.parse::<f64>().is_err(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<ProblemKind> {
        let mut kinds = Vec::new();
        inspect(&StringArray::from(vec![text]), |_, kind| kinds.push(kind));
        kinds
    }

    #[test]
    fn text_that_steers_or_hides_is_told_from_text_that_is_written() {
        for text in [
            "a\u{0}b",
            "\u{1b}[2J",
            "a\u{7f}",
            "\u{9b}31m",
            "x\u{202e}y",
            "\u{2067}open",
            "close\u{2069}",
            "a\rb",
        ] {
            assert_eq!(kinds(text), [ProblemKind::UnsafeText], "{text:?}");
        }
        for text in ["a\u{200b}b", "\u{feff}a"] {
            assert_eq!(kinds(text), [ProblemKind::InvisibleText], "{text:?}");
        }
        for text in [
            "",
            "a\nb\tc",
            "a\r\nb",
            "“quoted”",
            "\u{2067}עברית\u{2069}",
            "نمی\u{200c}خواهم",
            "中文",
            "-5",
            "+1.5",
            "-",
        ] {
            assert_eq!(kinds(text), [], "{text:?}");
        }
        for text in ["=1+1", "@SUM(A1)", "+cmd", "-2+3", "\t=1"] {
            assert_eq!(kinds(text), [ProblemKind::FormulaText], "{text:?}");
        }
    }
}
