//! The content digest of a table: one digest for its rows, whatever the format they are read from.
//!
//! `docs/content-digest.md` specifies it, `tests/content_digest.py` recomputes it from published files.

use super::write_header;
use crate::digest::{Digest, Hasher};
use crate::schema::{DIGEST_BLOCK_ROWS, Table};

/// Digests of a table's blocks, which any thread may compute.
pub struct BlockDigests {
    /// What the first block begins with.
    header: Vec<u8>,
}

impl BlockDigests {
    /// Those of a table.
    pub fn new(table: &Table) -> BlockDigests {
        let mut header = Vec::new();
        write_header(table, b"\r\n", &mut header);
        BlockDigests { header }
    }

    /// The digest of a whole block, from the number of its first row and its canonical text.
    pub fn of(&self, (first_row, text): (u64, &[u8])) -> Digest {
        let mut block = self.begin(first_row);
        block.update(text);
        block.finish()
    }

    /// The digests of two blocks, which takes less time than one and the other.
    pub fn of_both(
        &self,
        (first_row, text): (u64, &[u8]),
        (other_row, other_text): (u64, &[u8]),
    ) -> [Digest; 2] {
        let (mut block, mut other) = (self.begin(first_row), self.begin(other_row));
        block.update_both(text, &mut other, other_text);
        [block.finish(), other.finish()]
    }

    fn begin(&self, first_row: u64) -> Hasher {
        let mut block = Hasher::new();
        if first_row == 0 {
            block.update(&self.header);
        }
        block
    }
}

/// Content digest of a table, from its rows, or digests of their blocks, in order.
pub struct ContentHasher {
    /// Over the digests of blocks.
    blocks: Hasher,
    /// Over the rows of the block that is not yet complete; the first block begins with the header.
    block: Hasher,
    rows_in_block: usize,
    is_first: bool,
}

impl ContentHasher {
    /// A table of no rows.
    pub fn new(table: &Table) -> ContentHasher {
        let mut block = Hasher::new();
        block.update(&BlockDigests::new(table).header);
        ContentHasher { blocks: Hasher::new(), block, rows_in_block: 0, is_first: true }
    }

    /// Adds the rows of a whole block, of which this is the digest.
    pub fn add_block(&mut self, block: Digest) {
        assert!(self.rows_in_block == 0, "a block begins where the last one ends");
        self.block = Hasher::new();
        self.blocks.update(block.as_bytes());
        self.is_first = false;
    }

    /// How many rows there is room for before the end of a block.
    pub fn rows_to_block_end(&self) -> usize {
        DIGEST_BLOCK_ROWS - self.rows_in_block
    }

    /// Adds `rows` rows, in canonical text with `\r\n` line ends; they must not go beyond the end of a block.
    pub fn update(&mut self, rows: usize, text: &[u8]) {
        assert!(rows <= self.rows_to_block_end(), "rows are added block by block");
        self.block.update(text);
        self.rows_in_block += rows;
        if self.rows_in_block == DIGEST_BLOCK_ROWS {
            self.end_block();
        }
    }

    fn end_block(&mut self) {
        let block = std::mem::replace(&mut self.block, Hasher::new());
        self.blocks.update(block.finish().as_bytes());
        (self.rows_in_block, self.is_first) = (0, false);
    }

    /// The digest.
    pub fn finish(mut self) -> Digest {
        // A table without rows has a block, too: its header.
        if self.rows_in_block > 0 || self.is_first {
            self.end_block();
        }
        self.blocks.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::fixture;
    use crate::schema::{FieldType, ItemType};

    fn table() -> Table {
        let fields = [
            ("id", FieldType::String),
            ("name", FieldType::String),
            ("height", FieldType::Number),
            ("tags", FieldType::List(ItemType::Text)),
        ];
        fixture::table("t", &fields, &[0])
    }

    fn digest(rows: &[(usize, &[u8])]) -> Digest {
        let mut hasher = ContentHasher::new(&table());
        rows.iter().for_each(|(count, text)| hasher.update(*count, text));
        hasher.finish()
    }

    #[test]
    fn the_example_of_the_specification_has_its_digest() {
        let digest = digest(&[(1, b"\"a\",\"Say \"\"hi\"\"\",7.0,\"x; y\"\r\n"), (1, b"\"b\",,,\"\"\r\n")]);
        assert_eq!(digest.to_string(), "cca4fc08ced0396138ce8e07d9de54445bba621576ce3a8890adaf4616bbe18a");
    }

    #[test]
    fn an_empty_table_has_the_digest_of_its_header() {
        let empty = digest(&[]);
        assert_eq!(empty, digest(&[(0, b"")]));
        assert_eq!(empty.to_string(), "f173ebed83fc80d42f24814f0ceda10fd7ed92746e825e7b1199e20c1cc5c356");
    }

    #[test]
    fn the_header_counts_once_and_a_block_ends_after_its_rows() {
        let header = Digest::of(b"\"id\",\"name\",\"height\",\"tags\"\r\nfirst").as_bytes().to_vec();
        let second = Digest::of(b"second").as_bytes().to_vec();
        let expected = Digest::of(&[header.clone(), second].concat());
        assert_eq!(digest(&[(DIGEST_BLOCK_ROWS - 1, b"fir"), (1, b"st"), (7, b"second")]), expected);
        assert_eq!(digest(&[(DIGEST_BLOCK_ROWS, b"first")]), Digest::of(&header));
    }

    #[test]
    fn blocks_hashed_elsewhere_are_those_hashed_in_order() {
        let whole: [&[u8]; 3] = [b"first", b"second", b"third"];
        let rows = DIGEST_BLOCK_ROWS;
        let expected = digest(&[(rows, whole[0]), (rows, whole[1]), (rows, whole[2]), (3, b"rest")]);
        let blocks = BlockDigests::new(&table());
        let first_row = |number: usize| (number * rows) as u64;
        let mut hasher = ContentHasher::new(&table());
        let [first, third] = blocks.of_both((first_row(0), whole[0]), (first_row(2), whole[2]));
        assert_eq!(blocks.of((first_row(0), whole[0])), first);
        hasher.add_block(first);
        hasher.update(rows - 1, b"sec");
        hasher.update(1, b"ond");
        hasher.add_block(third);
        hasher.update(3, b"rest");
        assert_eq!(hasher.finish(), expected);
    }
}
