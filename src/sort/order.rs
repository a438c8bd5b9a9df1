//! Rows put in the order of their keys, by the keys' first bytes as numbers.
//!
//! Keys of one table are mostly alike: a common beginning, then bytes of which each takes few values. As many of these
//! bytes as 64 bits can tell apart become a number, dense and in the keys' order, by which rows are sorted without being
//! compared. Only rows with equal numbers are compared.

use super::RowId;
use crate::sort_key::Keys;

/// Bytes of a key, behind what all keys begin with, that may become a number.
const CODED_BYTES: usize = 40;

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

    /// Sorts rows, which come in ascending order, by key and id. Returns the pairs of rows with equal keys: the earliest
    /// of a key, and another.
    pub(super) fn sort(&self, rows: &mut [RowId]) -> Vec<(RowId, RowId)> {
        let codes = Codes::of(self);
        let code = |id: RowId| codes.code(self.bytes(id).get(self.skip..).unwrap_or(&[]));
        let mut sorted: Vec<(u64, u64)> = rows.iter().map(|&id| (code(id), id.to_number())).collect();
        sorted.sort_unstable();
        let mut repeated = Vec::new();
        for same in sorted.chunk_by_mut(|(a, _), (b, _)| a == b).filter(|same| same.len() > 1) {
            if !codes.is_whole {
                let bytes = |number: u64| self.bytes(RowId::from_number(number));
                same.sort_unstable_by(|(_, a), (_, b)| bytes(*a).cmp(bytes(*b)).then_with(|| a.cmp(b)));
            }
            self.find_repeated(same, &mut repeated);
        }
        for (row, (_, id)) in rows.iter_mut().zip(sorted) {
            *row = RowId::from_number(id);
        }
        repeated
    }

    /// Finds the rows with equal keys, which are neighbours.
    fn find_repeated(&self, sorted: &[(u64, u64)], repeated: &mut Vec<(RowId, RowId)>) {
        let mut earliest = None;
        for pair in sorted.windows(2) {
            let [a, b] = [pair[0].1, pair[1].1].map(RowId::from_number);
            let is_whole = |id: RowId| self.of(id).is_whole(id.row as usize);
            if self.bytes(a) == self.bytes(b) && is_whole(a) && is_whole(b) {
                repeated.push((*earliest.get_or_insert(a), b));
            } else {
                earliest = None;
            }
        }
    }
}

/// How keys become numbers: for each byte behind the common beginning, the rank of its value among those it takes, as the
/// digit of a number of mixed radix. Rank 0 is the end of a key.
struct Codes {
    places: Vec<Place>,
    /// Whether equal numbers are equal keys.
    is_whole: bool,
}

struct Place {
    ranks: [u8; 256],
    radix: u64,
}

impl Codes {
    fn of(keys: &ChunkKeys<'_>) -> Codes {
        let mut taken = vec![[false; 256]; CODED_BYTES];
        let mut ends = [false; CODED_BYTES + 1];
        for chunk in keys.keys {
            for row in 0..chunk.len() {
                let rest = chunk.bytes(row).get(keys.skip..).unwrap_or(&[]);
                ends[rest.len().min(CODED_BYTES)] = true;
                rest.iter().zip(&mut taken).for_each(|(byte, taken)| taken[usize::from(*byte)] = true);
            }
        }
        let longest = ends.iter().rposition(|ends| *ends).unwrap_or(0);
        let mut codes = Codes { places: Vec::new(), is_whole: longest < CODED_BYTES };
        let mut count: u64 = 1;
        for taken in &taken[..longest] {
            let Some(place) = Place::of(taken) else { break };
            let Some(more) = count.checked_mul(place.radix) else { break };
            count = more;
            codes.places.push(place);
        }
        codes.is_whole &= codes.places.len() == longest;
        codes
    }

    fn code(&self, rest: &[u8]) -> u64 {
        let both = self.places.iter().zip(rest);
        let code = both
            .fold(0, |code, (place, byte)| code * place.radix + u64::from(place.ranks[usize::from(*byte)]));
        self.places.iter().skip(rest.len()).fold(code, |code, place| code * place.radix)
    }
}

impl Place {
    /// The ranks of the bytes that are taken; `None` when all are.
    fn of(taken: &[bool; 256]) -> Option<Place> {
        let mut ranks = [0; 256];
        let mut rank = 0u8;
        for (byte, _) in taken.iter().enumerate().filter(|(_, taken)| **taken) {
            rank = rank.checked_add(1)?;
            ranks[byte] = rank;
        }
        Some(Place { ranks, radix: u64::from(rank) + 1 })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, StringArray};

    use super::*;

    /// Rows sorted by what the module does are sorted by key and id.
    fn check(keys: &[String], is_whole: bool) {
        let columns: Vec<ArrayRef> =
            keys.chunks(7).map(|chunk| Arc::new(StringArray::from(chunk.to_vec())) as ArrayRef).collect();
        let chunks: Vec<Keys> = columns.iter().map(|column| Keys::new(&[column])).collect();
        let all = ChunkKeys { keys: &chunks, first_chunk: 5, skip: 2 };
        assert_eq!(Codes::of(&all).is_whole, is_whole);
        let mut rows: Vec<RowId> =
            (0..).take(keys.len()).map(|n| RowId { chunk: 5 + n / 7, row: n % 7 }).collect();
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
            &(0..500)
                .map(|n| format!("k-{}-is-the-number-of-this, and {:040}", scattered(n) % 9, scattered(n)))
                .collect::<Vec<_>>(),
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
