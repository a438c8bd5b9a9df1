//! Characters that steer a terminal, reorder a text, or cannot be seen (Trojan Source, CVE-2021-42574).

/// What a character that is not what it seems does to its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hidden {
    /// It steers, or reorders what is shown.
    Unsafe(char),
    /// It cannot be seen.
    Invisible(char),
}

/// Invisible characters that begin like many that are not.
const SELDOM: [&str; 9] = [
    "\u{feff}", "\u{115f}", "\u{1160}", "\u{180e}", "\u{3164}", "\u{ffa0}", "\u{fff9}", "\u{fffa}",
    "\u{fffb}",
];

/// Whether any byte may belong to a character that [`find`] looks for: a quick look over many texts at once.
pub(crate) fn may_be_in(bytes: &[u8]) -> bool {
    let has_control =
        bytes.iter().fold(false, |seen, &b| seen | ((b < 0x20) & (b != b'\n') & (b != b'\t')) | (b == 0x7f));
    if has_control || bytes.is_ascii() {
        return has_control;
    }
    let followed = |lead: u8, is_next: fn(u8) -> bool| {
        memchr::memchr_iter(lead, bytes).any(|at| bytes.get(at + 1).is_some_and(|&next| is_next(next)))
    };
    // U+0080 to U+009F and U+00AD begin with C2, U+061C with D8 9C, U+2000 to U+206F with E2 80 and E2 81; the others are
    // looked for.
    followed(0xe2, |next| matches!(next, 0x80 | 0x81))
        || followed(0xc2, |next| next < 0xa0 || next == 0xad)
        || followed(0xd8, |next| next == 0x9c)
        || followed(0xf3, |next| next == 0xa0)
        || SELDOM.iter().any(|character| memchr::memmem::find(bytes, character.as_bytes()).is_some())
}

/// The first character that is not what it seems; what is unsafe comes before what is invisible.
pub(crate) fn find(text: &str) -> Option<Hidden> {
    let mut open_isolates: Vec<char> = Vec::new();
    let mut invisible = None;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\n' | '\t' => {}
            // The two together end a line; alone it takes the cursor back to overwrite what was shown.
            '\r' if characters.peek() == Some(&'\n') => {}
            '\u{202a}'..='\u{202e}' => return Some(Hidden::Unsafe(c)),
            '\u{2066}'..='\u{2068}' => open_isolates.push(c),
            '\u{2069}' if open_isolates.pop().is_none() => return Some(Hidden::Unsafe(c)),
            '\u{2069}' => {}
            // Joiners are part of the spelling of Persian, Hindi and others, and of emoji.
            '\u{200c}' | '\u{200d}' => {}
            c if is_invisible(c) => invisible = invisible.or(Some(c)),
            c if c.is_control() => return Some(Hidden::Unsafe(c)),
            _ => {}
        }
    }
    match open_isolates.last() {
        Some(&open) => Some(Hidden::Unsafe(open)),
        None => invisible.map(Hidden::Invisible),
    }
}

/// Whether a character steers, reorders or cannot be seen wherever it stands, joiners and line ends included: nothing of it
/// may reach a terminal as it is.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || is_invisible(c)
        || matches!(c, '\u{200c}' | '\u{200d}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Soft hyphens, marks of direction, spaces of no width, separators of lines, fillers of Hangul, notes between lines, and tags.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quick_look_overlooks_nothing() {
        for c in (0..=0x0010_ffff).filter_map(char::from_u32) {
            let text = format!("a{c}b");
            assert!(find(&text).is_none() || may_be_in(text.as_bytes()), "{c:?}");
            assert!(find(&text).is_none() || is_hidden(c), "{c:?}");
        }
    }
}
