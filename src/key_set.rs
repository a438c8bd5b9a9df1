//! A set of keys that is asked for millions of them.
//!
//! Most keys are a number behind a fixed text (`evt-000123`). Such a set is a bitmap of the numbers, which stays in a
//! core's own memory where a hash table would not. The first key of another form turns it into a hash table.

use foldhash::fast::FixedState;
use hashbrown::HashSet;

/// Numbers on a page of the bitmap.
const PAGE_NUMBERS: u64 = 1 << 15;

/// Most digits of a number.
const DIGITS: usize = 15;

/// Bytes that a hash table takes for a key, about: more than that for a key of a bitmap, and the table is better.
const HASHED_BYTES: u64 = 24;

/// A set of keys.
pub(crate) struct KeySet {
    form: Form,
    len: u64,
}

enum Form {
    /// Nothing yet.
    Empty,
    Numbered(Numbered),
    Hashed(Hashed),
}

/// Numbers of a fixed count of digits behind a fixed text.
struct Numbered {
    text: Vec<u8>,
    digits: usize,
    pages: Vec<Option<Box<[u64; (PAGE_NUMBERS / 64) as usize]>>>,
    page_count: u64,
}

/// Short keys are held in place, so that asking for one touches no other memory.
#[derive(Default)]
struct Hashed {
    short: HashSet<u128, FixedState>,
    long: HashSet<Box<[u8]>, FixedState>,
    long_bytes: u64,
}

impl Default for KeySet {
    fn default() -> KeySet {
        KeySet { form: Form::Empty, len: 0 }
    }
}

impl KeySet {
    /// Adds a key.
    pub(crate) fn insert(&mut self, key: &[u8]) {
        self.len += 1;
        if let Form::Empty = self.form {
            self.form = Numbered::of(key).map_or_else(|| Form::Hashed(Hashed::default()), Form::Numbered);
        }
        let bytes = self.bytes();
        let numbered = match &mut self.form {
            Form::Hashed(hashed) => return hashed.insert(key),
            Form::Numbered(numbered) => numbered,
            Form::Empty => unreachable!("the first key has given it a form"),
        };
        let room = (1 << 20) + HASHED_BYTES * self.len;
        // The list of pages, too, must not grow beyond what a table would take.
        let fits = |number: &u64| bytes <= room && number / PAGE_NUMBERS * 8 <= room;
        match numbered.number(key).filter(fits) {
            Some(number) => numbered.insert(number),
            None => {
                let mut hashed = Hashed::default();
                numbered.each(|key| hashed.insert(key));
                hashed.insert(key);
                self.form = Form::Hashed(hashed);
            }
        }
    }

    /// Whether the key was added.
    pub(crate) fn contains(&self, key: &[u8]) -> bool {
        match &self.form {
            Form::Empty => false,
            Form::Numbered(numbered) => numbered.number(key).is_some_and(|number| numbered.contains(number)),
            Form::Hashed(hashed) => hashed.contains(key),
        }
    }

    /// Whether nothing was added.
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// About the bytes it takes.
    pub(crate) fn bytes(&self) -> u64 {
        match &self.form {
            Form::Empty => 0,
            Form::Numbered(n) => n.page_count * PAGE_NUMBERS / 8 + n.pages.len() as u64 * 8,
            Form::Hashed(hashed) => hashed.short.allocation_size() as u64 + hashed.long_bytes,
        }
    }
}

impl Numbered {
    /// The empty set of keys of the form of `key`, if that ends in digits.
    fn of(key: &[u8]) -> Option<Numbered> {
        let digits = key.iter().rev().take_while(|byte| byte.is_ascii_digit()).count().min(DIGITS);
        let text = key[..key.len() - digits].to_vec();
        (digits > 0).then_some(Numbered { text, digits, pages: Vec::new(), page_count: 0 })
    }

    /// The key's number, if it is of the form.
    fn number(&self, key: &[u8]) -> Option<u64> {
        let (text, digits) = key.split_at_checked(key.len().checked_sub(self.digits)?)?;
        if text != self.text {
            return None;
        }
        let (number, digits) = match digits.split_first_chunk() {
            Some((eight, rest)) => (eight_digits(*eight)?, rest),
            None => (0, digits),
        };
        digits.iter().try_fold(number, |number: u64, byte| {
            let digit = byte.wrapping_sub(b'0');
            (digit < 10).then_some(number * 10 + u64::from(digit))
        })
    }

    fn insert(&mut self, number: u64) {
        let (page, bit) = ((number / PAGE_NUMBERS) as usize, number % PAGE_NUMBERS);
        if self.pages.len() <= page {
            self.pages.resize_with(page + 1, || None);
        }
        let page = self.pages[page].get_or_insert_with(|| {
            self.page_count += 1;
            Box::new([0; (PAGE_NUMBERS / 64) as usize])
        });
        page[(bit / 64) as usize] |= 1 << (bit % 64);
    }

    fn contains(&self, number: u64) -> bool {
        let (page, bit) = ((number / PAGE_NUMBERS) as usize, number % PAGE_NUMBERS);
        let page = self.pages.get(page).and_then(Option::as_ref);
        page.is_some_and(|page| page[(bit / 64) as usize] >> (bit % 64) & 1 == 1)
    }

    /// Hands every key to `see`.
    fn each(&self, mut see: impl FnMut(&[u8])) {
        let mut key = Vec::new();
        for (page, words) in self.pages.iter().enumerate() {
            let Some(words) = words else { continue };
            for bit in (0..PAGE_NUMBERS).filter(|bit| words[(bit / 64) as usize] >> (bit % 64) & 1 == 1) {
                let number = page as u64 * PAGE_NUMBERS + bit;
                key.clone_from(&self.text);
                key.extend_from_slice(format!("{number:0width$}", width = self.digits).as_bytes());
                see(&key);
            }
        }
    }
}

/// The number of eight digits: of pairs, then of fours, then of all.
fn eight_digits(digits: [u8; 8]) -> Option<u64> {
    let bytes = u64::from_le_bytes(digits);
    let high_halves = |bytes: u64| bytes & 0xf0f0_f0f0_f0f0_f0f0;
    // From `0` to `9` the high half is 3, and stays so when 6 is added.
    let threes = 0x3030_3030_3030_3030;
    if high_halves(bytes) != threes || high_halves(bytes.wrapping_add(0x0606_0606_0606_0606)) != threes {
        return None;
    }
    let ones = bytes - threes;
    let pairs = (ones.wrapping_mul(10 << 8 | 1) >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs.wrapping_mul(100 << 16 | 1) >> 16) & 0x0000_ffff_0000_ffff;
    Some(fours.wrapping_mul(10_000 << 32 | 1) >> 32)
}

impl Hashed {
    fn insert(&mut self, key: &[u8]) {
        match packed(key) {
            Some(number) => drop(self.short.insert(number)),
            None => {
                self.long_bytes += 32 + key.len() as u64;
                self.long.insert(key.into());
            }
        }
    }

    fn contains(&self, key: &[u8]) -> bool {
        match packed(key) {
            Some(number) => self.short.contains(&number),
            None => self.long.contains(key),
        }
    }
}

/// A key of at most 15 bytes, with its length, as a number.
fn packed(key: &[u8]) -> Option<u128> {
    let mut bytes = [0; 16];
    bytes.get_mut(..key.len()).filter(|_| key.len() < 16)?.copy_from_slice(key);
    bytes[15] = u8::try_from(key.len()).ok()?;
    Some(u128::from_le_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A set of these keys knows each of them and nothing else that is near.
    fn check(keys: &[String]) -> KeySet {
        let mut set = KeySet::default();
        keys.iter().for_each(|key| set.insert(key.as_bytes()));
        let known: BTreeSet<&[u8]> = keys.iter().map(String::as_bytes).collect();
        for key in keys {
            assert!(set.contains(key.as_bytes()), "{key}");
            for near in [format!("{key}0"), format!("x{key}"), key[1..].to_owned(), key.replace('1', "2")] {
                assert_eq!(set.contains(near.as_bytes()), known.contains(near.as_bytes()), "{near}");
            }
        }
        assert!(!set.contains(b"") || known.contains(b"".as_slice()));
        set
    }

    #[test]
    fn numbered_keys_are_a_bitmap() {
        let set = check(&(0..100_000).step_by(3).map(|n| format!("ev-{n:09}")).collect::<Vec<_>>());
        assert!(matches!(set.form, Form::Numbered(_)) && set.bytes() < 40_000);
        check(&["0".to_owned(), "7".to_owned(), "1".to_owned()]);
    }

    #[test]
    fn eight_digits_are_a_number_and_nothing_else_is() {
        for number in (0..100_000_000).step_by(1_234_567).chain([1, 90_000_009, 99_999_999]) {
            let digits = format!("{number:08}");
            assert_eq!(eight_digits(digits.as_bytes().try_into().expect("there are eight")), Some(number));
        }
        for (place, byte) in (0..8).flat_map(|place| (0..=u8::MAX).map(move |byte| (place, byte))) {
            let mut digits = *b"00990099";
            digits[place] = byte;
            assert_eq!(eight_digits(digits).is_some(), byte.is_ascii_digit(), "{digits:?}");
        }
    }

    #[test]
    fn keys_of_another_form_or_too_far_apart_turn_it_into_a_table() {
        let mut mixed: Vec<String> = (0..1000).map(|n| format!("ev-{n:04}")).collect();
        mixed.extend([
            "ev-12".to_owned(),
            "ev-other".to_owned(),
            "a key that is longer than others".to_owned(),
        ]);
        assert!(matches!(check(&mixed).form, Form::Hashed(_)));
        let scattered = (1..3000u64).map(|n| format!("k{:015}", n * 300_000_000_007 % 1_000_000_000_000_000));
        assert!(matches!(check(&scattered.collect::<Vec<_>>()).form, Form::Hashed(_)));
    }
}
