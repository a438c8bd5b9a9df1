//! The least and the greatest of some texts, and the shorter texts that stand for them in statistics.

/// Bytes that a bound has at most.
pub(super) const LONGEST: usize = 64;

/// The least and the greatest of the texts that were seen, byte by byte.
#[derive(Clone, Copy)]
pub(super) struct Bounds<'a> {
    pub(super) least: &'a [u8],
    pub(super) greatest: &'a [u8],
    least_start: u128,
    greatest_start: u128,
}

impl<'a> Bounds<'a> {
    /// The bounds of the text `bytes[start..start + length]`, and of those before it.
    #[inline]
    pub(super) fn see(before: &mut Option<Bounds<'a>>, bytes: &'a [u8], start: usize, length: usize) {
        let number = beginning(bytes, start, length);
        let text = || &bytes[start..start + length];
        let Some(bounds) = before else {
            let (least, greatest) = (text(), text());
            *before = Some(Bounds { least, greatest, least_start: number, greatest_start: number });
            return;
        };
        // Few texts begin like a bound, so that most comparisons are those of numbers.
        if number <= bounds.least_start && (number < bounds.least_start || text() < bounds.least) {
            (bounds.least, bounds.least_start) = (text(), number);
        }
        if number >= bounds.greatest_start && (number > bounds.greatest_start || text() > bounds.greatest) {
            (bounds.greatest, bounds.greatest_start) = (text(), number);
        }
    }

    /// Bounds of both.
    pub(super) fn join(self, other: Bounds<'a>) -> Bounds<'a> {
        let (least, least_start) = if other.least < self.least {
            (other.least, other.least_start)
        } else {
            (self.least, self.least_start)
        };
        let (greatest, greatest_start) = match other.greatest > self.greatest {
            true => (other.greatest, other.greatest_start),
            false => (self.greatest, self.greatest_start),
        };
        Bounds { least, greatest, least_start, greatest_start }
    }
}

/// The first bytes of a text as a number, zeros behind a short one: what is in order, is so as numbers.
#[inline]
fn beginning(bytes: &[u8], start: usize, length: usize) -> u128 {
    match bytes[start..].first_chunk::<16>() {
        Some(wide) => {
            let beyond = u32::try_from(8 * 16_usize.saturating_sub(length)).expect("it is at most 128");
            u128::from_be_bytes(*wide) & u128::MAX.checked_shl(beyond).unwrap_or(0)
        }
        None => {
            let text = &bytes[start..start + length];
            let mut wide = [0; 16];
            wide[..length].copy_from_slice(text);
            u128::from_be_bytes(wide)
        }
    }
}

/// The longest beginning of a text that is not too long.
fn shortened(text: &str) -> &str {
    let end = (0..=text.len().min(LONGEST)).rfind(|&end| text.is_char_boundary(end));
    &text[..end.unwrap_or(0)]
}

/// A text that is not above `text` and not too long, and whether it is another.
pub(super) fn lower(text: &str) -> (&[u8], bool) {
    let beginning = shortened(text);
    (beginning.as_bytes(), beginning.len() < text.len())
}

/// A text that is not below `text` and not too long, and whether it is another: its beginning, the last character that has a
/// next one of the same length replaced by that. Where there is none, the text itself.
pub(super) fn upper(text: &str) -> (Vec<u8>, bool) {
    let beginning = shortened(text);
    if beginning.len() < text.len() {
        for (at, character) in beginning.char_indices().rev() {
            let next = char::from_u32(u32::from(character) + 1);
            if let Some(next) = next.filter(|next| next.len_utf8() == character.len_utf8()) {
                return (format!("{}{next}", &beginning[..at]).into_bytes(), true);
            }
        }
    }
    (text.as_bytes().to_vec(), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_the_least_and_the_greatest() {
        let texts = [
            "m",
            "",
            "m\0",
            "a longer text than a number has room for",
            "zz",
            "zz",
            "a longer text than",
            "é",
        ];
        for rotation in 0..texts.len() {
            let mut texts = texts;
            texts.rotate_left(rotation);
            for count in 1..=texts.len() {
                let (texts, bytes) = (&texts[..count], texts.concat().into_bytes());
                let mut bounds = [None, None];
                let mut start = 0;
                for (nth, text) in texts.iter().enumerate() {
                    Bounds::see(&mut bounds[nth % 2], &bytes, start, text.len());
                    start += text.len();
                }
                let bounds = bounds.into_iter().flatten().reduce(Bounds::join).expect("there are texts");
                let [least, greatest] = [texts.iter().min(), texts.iter().max()].map(Option::unwrap);
                assert_eq!((bounds.least, bounds.greatest), (least.as_bytes(), greatest.as_bytes()));
            }
        }
    }

    #[test]
    fn what_stands_for_a_long_text_is_short_and_bounds_it() {
        for text in ["", "short", &"x".repeat(64)] {
            assert_eq!(
                (lower(text), upper(text)),
                ((text.as_bytes(), false), (text.as_bytes().to_vec(), false))
            );
        }
        let long = format!("{}é{}", "x".repeat(63), "more");
        assert_eq!(lower(&long), ("x".repeat(63).as_bytes(), true));
        assert_eq!(upper(&long), (format!("{}y", "x".repeat(62)).into_bytes(), true));
        // `\u{7f}` and the last character of all have no next one of the same length.
        let full = format!("a\u{7f}{}b", "\u{10ffff}".repeat(16));
        assert_eq!(upper(&full), (b"b".to_vec(), true));
        let fullest = "\u{10ffff}".repeat(17);
        assert_eq!(upper(&fullest), (fullest.as_bytes().to_vec(), false));
    }
}
