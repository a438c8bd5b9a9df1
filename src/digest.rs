//! SHA-256 digests, of files and of a table's content.

use std::fmt;
use std::io::{self, Read};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::Digest as _;
use sha2::block_api::compress256;

/// Bytes read at once.
const BUFFER_BYTES: usize = 256 * 1024;

/// A SHA-256 digest (FIPS 180-4), written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(sha2::Sha256::digest(bytes).into())
    }

    /// Digest of all that is read.
    pub(crate) fn of_reader(mut input: impl Read) -> io::Result<Digest> {
        let (mut hasher, mut buffer) = (Hasher::new(), vec![0; BUFFER_BYTES]);
        loop {
            match input.read(&mut buffer) {
                Ok(0) => return Ok(hasher.finish()),
                Ok(read) => hasher.update(&buffer[..read]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// The digest's 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The form used for ids: `sha256:` and the digits.
    pub fn to_id(self) -> String {
        format!("sha256:{self}")
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = ();

    /// Reads 64 lower-case hexadecimal digits; anything else, upper case included, is refused.
    fn from_str(text: &str) -> Result<Digest, ()> {
        let digits = text.as_bytes();
        let value = |digit: u8| match digit {
            b'0'..=b'9' => Ok(digit - b'0'),
            b'a'..=b'f' => Ok(digit - b'a' + 10),
            _ => Err(()),
        };
        if digits.len() != 64 {
            return Err(());
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = value(pair[0])? * 16 + value(pair[1])?;
        }
        Ok(Digest(bytes))
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Digest, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|()| serde::de::Error::custom("a digest is 64 lower-case hexadecimal digits"))
    }
}

/// Bytes that SHA-256 takes in at a time.
const BLOCK_BYTES: usize = 64;

/// A digest that is still being fed.
#[derive(Clone)]
pub struct Hasher {
    state: [u32; 8],
    /// The bytes behind the last whole block.
    rest: [u8; BLOCK_BYTES],
    rest_bytes: usize,
    /// Bytes taken in so far.
    bytes: u64,
}

impl Default for Hasher {
    fn default() -> Hasher {
        Hasher { state: FIRST_STATE, rest: [0; BLOCK_BYTES], rest_bytes: 0, bytes: 0 }
    }
}

/// The initial hash value (FIPS 180-4, section 5.3.3).
const FIRST_STATE: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

impl Hasher {
    /// An empty hasher.
    pub fn new() -> Hasher {
        Hasher::default()
    }

    /// Takes in more bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        let (blocks, rest) = self.fill(bytes);
        compress256(&mut self.state, blocks);
        self.keep(rest);
    }

    /// Takes in more bytes, and the other hasher more of its own.
    ///
    /// A block waits for the one before it, not for those of another digest: by turns, a core works on both at once.
    pub fn update_both(&mut self, bytes: &[u8], other: &mut Hasher, other_bytes: &[u8]) {
        let (blocks, rest) = self.fill(bytes);
        let (other_blocks, other_rest) = other.fill(other_bytes);
        let both = blocks.len().min(other_blocks.len());
        let (paired, alone) = blocks.split_at(both);
        let (other_paired, other_alone) = other_blocks.split_at(both);
        for (block, other_block) in paired.iter().zip(other_paired) {
            compress256(&mut self.state, std::slice::from_ref(block));
            compress256(&mut other.state, std::slice::from_ref(other_block));
        }
        compress256(&mut self.state, alone);
        compress256(&mut other.state, other_alone);
        self.keep(rest);
        other.keep(other_rest);
    }

    /// Completes the block that was begun, and returns the whole blocks that follow and what is left.
    fn fill<'a>(&mut self, bytes: &'a [u8]) -> (&'a [[u8; BLOCK_BYTES]], &'a [u8]) {
        self.bytes += bytes.len() as u64;
        if self.rest_bytes == 0 {
            return bytes.as_chunks();
        }
        let (head, tail) = bytes.split_at(bytes.len().min(BLOCK_BYTES - self.rest_bytes));
        self.keep(head);
        if self.rest_bytes == BLOCK_BYTES {
            compress256(&mut self.state, std::slice::from_ref(&self.rest));
            self.rest_bytes = 0;
        }
        tail.as_chunks()
    }

    /// Keeps bytes that are not a block yet, or just become one.
    fn keep(&mut self, bytes: &[u8]) {
        let end = self.rest_bytes + bytes.len();
        self.rest[self.rest_bytes..end].copy_from_slice(bytes);
        self.rest_bytes = end;
    }

    /// The digest of everything taken in.
    pub fn finish(mut self) -> Digest {
        // A bit, zeros, and the number of bits, so that blocks are whole (FIPS 180-4, section 5.1.1).
        let bits = self.bytes.wrapping_mul(8).to_be_bytes();
        let to_length = 2 * BLOCK_BYTES - size_of::<u64>() - 1 - self.rest_bytes;
        let zeros = &[0; BLOCK_BYTES][..to_length % BLOCK_BYTES];
        self.update(&[&[0x80], zeros, &bits].concat());
        let mut digest = [0; 32];
        let (words, _) = digest.as_chunks_mut::<4>();
        words.iter_mut().zip(self.state).for_each(|(bytes, word)| *bytes = word.to_be_bytes());
        Digest(digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_of_abc_is_the_one_in_fips_180() {
        let digest = Digest::of(b"abc");
        assert_eq!(digest.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(digest.to_string().parse(), Ok(digest));
    }

    #[test]
    fn bytes_may_come_in_any_pieces_and_beside_those_of_another_digest() {
        let bytes: Vec<u8> = (0..700_u32).map(|n| (n * n % 251) as u8).collect();
        for length in [0, 1, 55, 56, 63, 64, 65, 119, 120, 127, 128, 129, 640, 700] {
            let (bytes, other_bytes) = (&bytes[..length], &bytes[length..]);
            for cut in [0, 1, 63, 64, 100, 300] {
                let (first, second) = bytes.split_at(cut.min(length));
                let (other_first, other_second) = other_bytes.split_at(other_bytes.len() / 3);
                let (mut hasher, mut other) = (Hasher::new(), Hasher::new());
                hasher.update(first);
                other.update(other_first);
                hasher.update_both(second, &mut other, other_second);
                assert_eq!((hasher.finish(), other.finish()), (Digest::of(bytes), Digest::of(other_bytes)));
            }
        }
    }

    #[test]
    fn upper_case_and_short_digests_are_refused() {
        assert_eq!("AB".repeat(32).parse::<Digest>(), Err(()));
        assert_eq!("ab".parse::<Digest>(), Err(()));
    }
}
