//! Where the bytes stand that mean something in delimited text and in JSON.
//!
//! Cells are short. Instead of a search for the end of each, 64 bytes are looked at at a time, and the places of all that are wanted
//! among them are kept as the bits of a number.

const BLOCK: usize = 64;

/// The places of three bytes in a text, in ascending order.
pub(super) struct StructuralIndex<'a> {
    bytes: &'a [u8],
    wanted: Wanted,
    /// Where the block begins that was looked at last, and the places in it.
    start: usize,
    places: u64,
}

impl<'a> StructuralIndex<'a> {
    pub(super) fn new(bytes: &'a [u8], wanted: [u8; 3]) -> StructuralIndex<'a> {
        let mut index = StructuralIndex { bytes, wanted: Wanted(wanted), start: 0, places: 0 };
        index.look();
        index
    }

    /// The first mark that is not before `at`. Places that are asked for ascend; after `None` none is asked for.
    #[inline]
    pub(super) fn next(&mut self, at: usize) -> Option<usize> {
        if at >= self.start + BLOCK {
            self.start = at / BLOCK * BLOCK;
            self.look();
        }
        let mut places = self.places & (u64::MAX << (at - self.start));
        while places == 0 {
            self.start += BLOCK;
            if self.start >= self.bytes.len() {
                self.start -= BLOCK;
                return None;
            }
            self.look();
            places = self.places;
        }
        Some(self.start + places.trailing_zeros() as usize)
    }

    /// Finds the places in the block that begins at `start`.
    #[inline]
    fn look(&mut self) {
        let rest = self.bytes.get(self.start..).unwrap_or(&[]);
        match rest.first_chunk::<BLOCK>() {
            Some(block) => self.places = self.wanted.places(block),
            None => {
                let mut block = [0; BLOCK];
                block[..rest.len()].copy_from_slice(rest);
                self.places = self.wanted.places(&block) & !(u64::MAX << rest.len());
            }
        }
    }
}

/// Three bytes that are looked for.
struct Wanted([u8; 3]);

impl Wanted {
    /// The places of the bytes.
    #[inline]
    fn places(&self, block: &[u8; BLOCK]) -> u64 {
        let [a, b, c] = self.0;
        // Free of branches, so that many bytes are compared at a time.
        let is_wanted = block.map(|byte| u8::from((byte == a) | (byte == b) | (byte == c)));
        let eights = is_wanted.as_chunks::<8>().0.iter().enumerate();
        eights.fold(0, |places, (nth, eight)| places | gathered(u64::from_le_bytes(*eight)) << (8 * nth))
    }
}

/// The lowest bits of eight bytes, of which no other is set, next to one another.
#[inline]
fn gathered(lowest_bits: u64) -> u64 {
    lowest_bits.wrapping_mul(0x0102_0408_1020_4080) >> 56
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_is_found_wherever_it_stands() {
        let wanted = *b",\n\"";
        let mut text: Vec<u8> = (0..=255).cycle().take(700).collect();
        for length in [0, 1, 7, 63, 64, 65, 128, 700] {
            let mut expected = (0..length).filter(|&at| wanted.contains(&text[at]));
            let mut index = StructuralIndex::new(&text[..length], wanted);
            let mut at = 0;
            while let Some(found) = index.next(at) {
                assert_eq!(Some(found), expected.next());
                at = found + 1;
            }
            assert_eq!(expected.next(), None);
        }
        text.fill(b'x');
        (text[3], text[69], text[690]) = (b',', b'"', 0);
        let mut index = StructuralIndex::new(&text, wanted);
        assert_eq!([index.next(0), index.next(4), index.next(70)], [Some(3), Some(69), None]);
        let mut index = StructuralIndex::new(&text, [b',', 0, b'"']);
        assert_eq!([index.next(200), index.next(691)], [Some(690), None]);
    }
}
