//! Large tables in numbered parts: each opens in a spreadsheet, and many are hashed at once.

use crate::canonical::Extent;
use crate::schema::{DIGEST_BLOCK_ROWS, Project, Table};

/// What a file of any format should not exceed: SHA-256 is serial within a file.
const FILE_BYTES: u64 = 1 << 30;

/// How a table is divided: by number of row, in the order of its key, the same way in every format.
pub(super) struct Parts {
    /// Rows in each part but the last.
    pub(super) rows: u64,
    /// Number of the parts: one at least.
    pub(super) count: u64,
}

impl Parts {
    /// The parts of a table. They depend on its extent, the names of its columns and the project's `part_rows` alone.
    pub(super) fn new(project: &Project, table: &Table, extent: Extent) -> Parts {
        let part = part_rows(project.dataset.options.part_rows, name_bytes(table), extent);
        Parts { rows: part, count: extent.rows.div_ceil(part).max(1) }
    }

    /// Number of the part, from 0, that a row belongs to.
    pub(super) fn of_row(&self, row: u64) -> usize {
        usize::try_from(row / self.rows).expect("every part has a path in memory")
    }
}

/// Bytes that the names of columns take in each row of the widest format, in which every value stands with its name.
fn name_bytes(table: &Table) -> u64 {
    let names: usize = table.columns.iter().map(|column| column.name.len() + 8).sum();
    names as u64 + 64
}

/// Rows of a part: as many as are asked for, or as fit into a file of the widest format; whole blocks of the content digest, and
/// one at least.
fn part_rows(wanted: u64, name_bytes: u64, extent: Extent) -> u64 {
    let row_bytes = extent.text_bytes / extent.rows.max(1) * 5 / 4 + name_bytes;
    let block = DIGEST_BLOCK_ROWS as u64;
    wanted.min(FILE_BYTES / row_bytes / block * block).max(block)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: u64 = DIGEST_BLOCK_ROWS as u64;

    #[test]
    fn no_part_is_much_larger_than_a_file_should_be() {
        let rows_of =
            |wanted, row_bytes| part_rows(wanted, 100, Extent { rows: 1_000, text_bytes: row_bytes * 1_000 });
        assert_eq!(rows_of(511 * BLOCK, 100), 511 * BLOCK);
        assert_eq!(rows_of(511 * BLOCK, 2_000), 201 * BLOCK);
        assert_eq!(rows_of(511 * BLOCK, 50_000), 8 * BLOCK);
        assert_eq!(rows_of(511 * BLOCK, FILE_BYTES * 3), BLOCK);
        assert_eq!(rows_of(BLOCK, 50_000), BLOCK);
        for row_bytes in [70, 1_000, 16_384, 16_385, 40_000, 400_000] {
            let rows = rows_of(u64::MAX, row_bytes);
            assert!(
                rows * (row_bytes * 5 / 4 + 100) <= FILE_BYTES && rows.is_multiple_of(BLOCK),
                "{row_bytes}"
            );
        }
        assert_eq!(part_rows(511 * BLOCK, 100, Extent::default()), 511 * BLOCK);
    }
}
