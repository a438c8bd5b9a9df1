//! The content digest of rows that were read back.

use super::Blocks;
use crate::canonical::{ContentHasher, SharedTexts, write_rows};
use crate::diagnostic::Result;
use crate::digest::Digest;
use crate::schema::Table;

/// Content digest of a table's rows.
pub(super) fn digest(table: &Table, blocks: Blocks) -> Result<Digest> {
    let (mut hasher, mut text) = (ContentHasher::new(table), Vec::new());
    for block in blocks {
        let block = block?;
        let mut done = 0;
        while done < block.num_rows() {
            let end = block.num_rows().min(done + hasher.rows_to_block_end());
            let rows = block.slice(done, end - done);
            let shared = SharedTexts::new(rows.num_columns());
            text.clear();
            write_rows(table, (&rows, &shared), 0..rows.num_rows(), b"\r\n", &mut text);
            hasher.update(rows.num_rows(), &text);
            done = end;
        }
    }
    Ok(hasher.finish())
}
