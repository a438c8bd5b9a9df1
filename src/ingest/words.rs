//! Sets of words, asked once for every cell of a column.

use foldhash::fast::FixedState;
use hashbrown::HashSet;

/// Most words that are compared one by one.
const FEW: usize = 32;

/// A set of words.
pub(super) enum Words {
    /// A few short words, as numbers.
    Few(Vec<Short>),
    /// Any others.
    Many(HashSet<String, FixedState>),
}

/// A word of at most 16 bytes: its length, its beginning, and its end.
type Short = (usize, u64, u64);

impl Words {
    /// The set of these words.
    pub(super) fn new<'w>(words: impl Iterator<Item = &'w str> + Clone) -> Words {
        let few: Option<Vec<Short>> = words.clone().map(|word| short(word.as_bytes())).collect();
        match few.filter(|few| few.len() <= FEW) {
            Some(few) => Words::Few(few),
            None => Words::Many(words.map(str::to_owned).collect()),
        }
    }

    /// Whether the text is one of the words.
    #[inline]
    pub(super) fn contains(&self, text: &str) -> bool {
        match self {
            Words::Few(few) => short(text.as_bytes()).is_some_and(|word| few.contains(&word)),
            Words::Many(many) => many.contains(text),
        }
    }
}

/// The word as numbers, which tell it from every other; `None` when it is too long.
#[inline]
fn short(word: &[u8]) -> Option<Short> {
    let length = word.len();
    let (start, end) = match length {
        0 => (0, 0),
        // These three are all there are.
        1..=3 => (u64::from(word[0]) << 8 | u64::from(word[length / 2]), u64::from(word[length - 1])),
        4..=7 => {
            let (start, end) = (word.first_chunk::<4>()?, word.last_chunk::<4>()?);
            (u64::from(u32::from_le_bytes(*start)), u64::from(u32::from_le_bytes(*end)))
        }
        8..=16 => {
            let (start, end) = (word.first_chunk::<8>()?, word.last_chunk::<8>()?);
            (u64::from_le_bytes(*start), u64::from_le_bytes(*end))
        }
        _ => return None,
    };
    Some((length, start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_told_from_every_other() {
        let all = "abcdefghijklmnopqrst";
        let mut words: Vec<String> = (0..=all.len()).map(|length| all[..length].to_owned()).collect();
        for length in 1..=all.len() {
            for at in 0..length {
                let mut changed = all[..length].to_owned();
                changed.replace_range(at..=at, "X");
                words.push(changed);
            }
        }
        for size in [1, 17, words.len()] {
            let (within, without) = words.split_at(size);
            let set = Words::new(within.iter().map(String::as_str));
            assert!(within.iter().all(|word| set.contains(word)));
            assert!(!without.iter().any(|word| set.contains(word)), "{size}");
        }
    }
}
