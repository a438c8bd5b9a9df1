//! Text that is not what it seems: control, reordering and invisible characters, and spreadsheet formulas.

use arrow::array::{Array, StringArray};

use crate::controls::{self, Hidden};
use crate::offsets::index;
use crate::seeds::ProblemKind;

/// Calls `found` for each row whose text is unsafe, invisible in part, or begins like a formula.
pub(super) fn inspect(texts: &StringArray, mut found: impl FnMut(usize, ProblemKind)) {
    let offsets = texts.value_offsets();
    let (Some(&start), Some(&end)) = (offsets.first(), offsets.last()) else { return };
    let all = &texts.value_data()[index(start)..index(end)];
    let may_be_hostile = controls::may_be_in(all);
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

fn hostile(text: &str) -> Option<ProblemKind> {
    controls::find(text).map(kind)
}

fn kind(hidden: Hidden) -> ProblemKind {
    match hidden {
        Hidden::Unsafe(_) => ProblemKind::UnsafeText,
        Hidden::Invisible(_) => ProblemKind::InvisibleText,
    }
}

/// The character for which [`inspect`] reports a text.
pub(super) fn culprit(text: &str, of: ProblemKind) -> Option<char> {
    let (Hidden::Unsafe(c) | Hidden::Invisible(c)) =
        controls::find(text).filter(|found| kind(*found) == of)?;
    Some(c)
}

/// What a control of U+0080 to U+009F was meant for, where it is a byte of windows-1252.
pub(super) fn from_windows_1252(c: char) -> Option<char> {
    let byte = u8::try_from(u32::from(c)).ok().filter(|byte| (0x80..0xa0).contains(byte))?;
    let bytes = [byte];
    let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes);
    text.chars().next().filter(|meant| *meant != c)
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
    fn controls_that_were_bytes_of_windows_1252_are_told_as_what_they_were() {
        assert_eq!(from_windows_1252('\u{96}'), Some('–'));
        assert_eq!(from_windows_1252('\u{92}'), Some('’'));
        for c in ['\u{81}', '\u{7f}', '\u{a0}', 'a', '–'] {
            assert_eq!(from_windows_1252(c), None, "{c:?}");
        }
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
        for text in
            ["a\u{200b}b", "\u{feff}a", "\u{61c}", "\u{3164}", "a\u{e0041}", "co\u{ad}op", "a\u{2028}b"]
        {
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
