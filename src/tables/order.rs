//! Rows put in the order of their keys, by the keys' first bytes as numbers.
//!
//! Keys of one table are mostly alike: a common beginning, then a few bytes of which each takes few values. Such keys are
//! numbered densely, in their order, and sorted by radix without being compared; others are compared.

use super::RowId;
use super::keys::{Keys, prefix};

/// Bytes of a key, behind what all keys begin with, that may become a number.
const CODED_BYTES: usize = 16;

/// Bits of a number that one pass of the radix sort looks at.
const RADIX_BITS: u32 = 11;

/// The keys of consecutive chunks, of which the first has the number `first_chunk`.
pub(super) struct ChunkKeys<'a> {
    pub(super) keys: &'a [Keys],
    pub(super) first_chunk: u32,
    /// Bytes that all keys begin with.
    pub(super) skip: usize,
}

impl<'a> ChunkKeys<'a> {
    fn of(&self, id: RowId) -> &'a Keys {
        &self.keys[(id.chunk - self.first_chunk) as usize]
    }

    fn bytes(&self, id: RowId) -> &'a [u8] {
        self.of(id).bytes(id.row as usize)
    }

    /// Sorts rows by key and id, and returns the pairs of rows with equal keys: the earliest of a key, and another.
    pub(super) fn sort(&self, rows: &mut [RowId]) -> Vec<(RowId, RowId)> {
        match Codes::of(self) {
            Some(codes) => self.sort_by_code(&codes, rows),
            None => self.sort_by_prefix(rows),
        }
    }

    fn sort_by_code(&self, codes: &Codes, rows: &mut [RowId]) -> Vec<(RowId, RowId)> {
        let coded = |&id: &RowId| (codes.code(&self.bytes(id)[self.skip..]), id);
        let mut sorted: Vec<(u64, RowId)> = rows.iter().map(coded).collect();
        if !sorted.is_sorted_by_key(|(code, _)| *code) {
            radix_sort(&mut sorted, codes.bits);
        }
        self.take(rows, &sorted, |a, b| a == b)
    }

    fn sort_by_prefix(&self, rows: &mut [RowId]) -> Vec<(RowId, RowId)> {
        let keyed = |&id: &RowId| (prefix(self.bytes(id), self.skip), id);
        let mut sorted: Vec<(u128, RowId)> = rows.iter().map(keyed).collect();
        sorted.sort_unstable_by(|(a, x), (b, y)| {
            a.cmp(b).then_with(|| self.bytes(*x).cmp(self.bytes(*y))).then_with(|| x.cmp(y))
        });
        self.take(rows, &sorted, |a, b| a == b)
    }

    /// Takes the sorted rows over, and finds those with equal keys: they are neighbours.
    fn take<T>(
        &self,
        rows: &mut [RowId],
        sorted: &[(T, RowId)],
        may_be_same: impl Fn(&T, &T) -> bool,
    ) -> Vec<(RowId, RowId)> {
        let mut repeated = Vec::new();
        let mut earliest = None;
        for pair in sorted.windows(2) {
            let ((a, x), (b, y)) = (&pair[0], &pair[1]);
            let is_whole = |id: &RowId| self.of(*id).is_whole(id.row as usize);
            if may_be_same(a, b) && self.bytes(*x) == self.bytes(*y) && is_whole(x) && is_whole(y) {
                repeated.push((*earliest.get_or_insert(*x), *y));
            } else {
                earliest = None;
            }
        }
        for (row, (_, id)) in rows.iter_mut().zip(sorted) {
            *row = *id;
        }
        repeated
    }
}

/// How keys become numbers: for each byte behind the common beginning, the rank of its value among those it takes, as the
/// digit of a number of mixed radix. Rank 0 is the end of a key.
struct Codes {
    ranks: Vec<[u8; 256]>,
    radixes: Vec<u64>,
    bits: u32,
}

impl Codes {
    /// The codes of these keys; `None` when they are too long or too different for 64 bits.
    fn of(keys: &ChunkKeys<'_>) -> Option<Codes> {
        let mut taken: Vec<[bool; 256]> = Vec::new();
        for chunk in keys.keys {
            for row in 0..chunk.len() {
                let rest = &chunk.bytes(row)[keys.skip..];
                if rest.len() > CODED_BYTES {
                    return None;
                }
                if taken.len() < rest.len() {
                    taken.resize(rest.len(), [false; 256]);
                }
                rest.iter().zip(&mut taken).for_each(|(byte, taken)| taken[usize::from(*byte)] = true);
            }
        }
        let mut codes = Codes { ranks: Vec::new(), radixes: Vec::new(), bits: 0 };
        let mut count: u64 = 1;
        for taken in &taken {
            let mut ranks = [0; 256];
            let mut rank = 0u8;
            for (byte, _) in taken.iter().enumerate().filter(|(_, taken)| **taken) {
                rank = rank.checked_add(1)?;
                ranks[byte] = rank;
            }
            let radix = u64::from(rank) + 1;
            count = count.checked_mul(radix)?;
            codes.ranks.push(ranks);
            codes.radixes.push(radix);
        }
        codes.bits = u64::BITS - (count - 1).leading_zeros();
        Some(codes)
    }

    fn code(&self, rest: &[u8]) -> u64 {
        let places = self.ranks.iter().zip(&self.radixes).enumerate();
        places.fold(0, |code, (place, (ranks, radix))| {
            code * radix + rest.get(place).map_or(0, |byte| u64::from(ranks[usize::from(*byte)]))
        })
    }
}

/// Sorts by the lowest `bits` bits of the numbers; entries with equal numbers keep their order.
fn radix_sort(entries: &mut Vec<(u64, RowId)>, bits: u32) {
    let mut other = entries.clone();
    for shift in (0..bits).step_by(RADIX_BITS as usize) {
        let digit = |code: u64| (code >> shift) as usize & ((1 << RADIX_BITS) - 1);
        let mut starts = vec![0usize; (1 << RADIX_BITS) + 1];
        entries.iter().for_each(|(code, _)| starts[digit(*code) + 1] += 1);
        (1..starts.len()).for_each(|at| starts[at] += starts[at - 1]);
        for entry in entries.iter() {
            let start = &mut starts[digit(entry.0)];
            other[*start] = *entry;
            *start += 1;
        }
        std::mem::swap(entries, &mut other);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, StringArray};

    use super::*;

    /// Rows sorted by what the module does are sorted by key and id.
    fn check(keys: &[String], is_coded: bool) {
        let columns: Vec<ArrayRef> =
            keys.chunks(7).map(|chunk| Arc::new(StringArray::from(chunk.to_vec())) as ArrayRef).collect();
        let chunks: Vec<Keys> = columns.iter().map(|column| Keys::new(&[column])).collect();
        let all = ChunkKeys { keys: &chunks, first_chunk: 5, skip: 2 };
        assert_eq!(Codes::of(&all).is_some(), is_coded);
        let mut rows: Vec<RowId> =
            (0..keys.len() as u32).map(|n| RowId { chunk: 5 + n / 7, row: n % 7 }).collect();
        let key = |id: &RowId| &keys[(id.chunk - 5) as usize * 7 + id.row as usize];
        let mut expected = rows.clone();
        expected.sort_by_key(|id| (key(id), *id));
        let repeated = all.sort(&mut rows);
        assert_eq!(rows, expected);
        let same = expected.windows(2).filter(|pair| key(&pair[0]) == key(&pair[1])).count();
        assert_eq!(repeated.len(), same);
        assert!(repeated.iter().all(|(earliest, later)| earliest < later && key(earliest) == key(later)));
    }

    #[test]
    fn numbers_and_words_are_sorted_alike() {
        let scattered = |n: u64| n.wrapping_mul(2_654_435_761) % 5_000;
        check(&(0..3_000).map(|n| format!("k-{:07}", scattered(n))).collect::<Vec<_>>(), true);
        check(&(0..3_000).map(|n| format!("k-{}", scattered(n))).collect::<Vec<_>>(), true);
        check(
            &(0..500).map(|n| format!("k-{}-is-the-number-of-this", scattered(n))).collect::<Vec<_>>(),
            false,
        );
        let letters = |n: u64| char::from_u32(0x250 + (scattered(n) % 500) as u32).unwrap_or('x');
        check(
            &(0..2_000)
                .map(|n| [letters(n), letters(n + 7), letters(n + 3)])
                .map(|word| format!("k-{}", String::from_iter(word)))
                .collect::<Vec<_>>(),
            true,
        );
        check(&["k-".to_owned(), "k-a".to_owned(), "k-".to_owned()], true);
    }
}
