//! The content digest of a table: one digest for its rows, whatever the format they are read from.
//!
//! `docs/content-digest.md` specifies it, `tests/content_digest.py` recomputes it from published files.

use super::{BLOCK_ROWS, canonical};
use crate::digest::{Digest, Hasher};
use crate::schema::Table;

/// The digest of one block of rows, given in canonical text with `\r\n` line ends.
///
/// Blocks are [`BLOCK_ROWS`] rows long, but for the last; the first also stands for the header.
pub fn block_digest(table: &Table, first_row: u64, canonical: &[u8]) -> Digest {
    debug_assert!(first_row.is_multiple_of(BLOCK_ROWS as u64), "blocks begin at multiples of their length");
    let mut hasher = Hasher::new();
    if first_row == 0 {
        let mut header = Vec::new();
        canonical::write_header(table, b"\r\n", &mut header);
        hasher.update(&header);
    }
    hasher.update(canonical);
    hasher.finish()
}

/// The digest of a table, from the digests of its blocks in order; none at all are those of an empty table.
pub fn content_digest(table: &Table, blocks: &[Digest]) -> Digest {
    let mut hasher = Hasher::new();
    if blocks.is_empty() {
        hasher.update(block_digest(table, 0, b"").as_bytes());
    }
    for block in blocks {
        hasher.update(block.as_bytes());
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{FieldType, ItemType};
    use crate::tables::fixture;

    fn table() -> Table {
        let fields = [
            ("id", FieldType::String),
            ("name", FieldType::String),
            ("height", FieldType::Number),
            ("tags", FieldType::List(ItemType::Text)),
        ];
        fixture::table("t", &fields, &[0])
    }

    #[test]
    fn the_example_of_the_specification_has_its_digest() {
        let block = block_digest(&table(), 0, b"\"a\",\"Say \"\"hi\"\"\",7.0,\"x; y\"\r\n\"b\",,,\"\"\r\n");
        assert_eq!(block.to_string(), "9907950714739f790965c0b6d7845df1ddacee6e45127333b0d3a46241af4cb2");
        assert_eq!(
            content_digest(&table(), &[block]).to_string(),
            "cca4fc08ced0396138ce8e07d9de54445bba621576ce3a8890adaf4616bbe18a"
        );
    }

    #[test]
    fn an_empty_table_has_the_digest_of_its_header() {
        let empty = content_digest(&table(), &[]);
        assert_eq!(empty, content_digest(&table(), &[block_digest(&table(), 0, b"")]));
        assert_eq!(empty.to_string(), "f173ebed83fc80d42f24814f0ceda10fd7ed92746e825e7b1199e20c1cc5c356");
    }

    #[test]
    fn the_order_of_blocks_matters_and_the_header_counts_once() {
        let first = block_digest(&table(), 0, b"\"a\",,,\r\n");
        let second = block_digest(&table(), BLOCK_ROWS as u64, b"\"b\",,,\r\n");
        assert_eq!(second, Digest::of(b"\"b\",,,\r\n"));
        assert_ne!(content_digest(&table(), &[first, second]), content_digest(&table(), &[second, first]));
    }
}
