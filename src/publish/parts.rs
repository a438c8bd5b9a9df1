//! Large tables in numbered parts: each opens in a spreadsheet, and many are hashed at once.

use crate::formats::{Facts, Format};
use crate::schema::{Project, Table};
use crate::tables::{BLOCK_ROWS, Rows};

/// What a file of any format should not exceed: SHA-256 is serial within a file.
const FILE_BYTES: u64 = 1 << 30;

/// How a table is divided: by number of row, in the order of its key, the same way in every format.
pub(super) struct Parts {
    /// Rows in each part but the last.
    pub(super) rows: u64,
    count: u64,
}

impl Parts {
    /// The parts of a table. They depend on its rows and the project's `part_rows` alone.
    pub(super) fn new(project: &Project, table: &Table, rows: &Rows) -> Parts {
        let count = rows.len() as u64;
        let part = part_rows(project.dataset.options.part_rows, row_bytes(table, rows));
        Parts { rows: part, count: count.div_ceil(part).max(1) }
    }

    /// Number of the part, from 0, that a row belongs to.
    pub(super) fn of_row(&self, row: u64) -> usize {
        usize::try_from(row / self.rows).expect("every part has a path in memory")
    }

    /// Paths of the table's files in a format, in order.
    pub(super) fn paths(&self, format: &dyn Format, table: &Table) -> Vec<String> {
        let Facts { name, extension, .. } = format.facts();
        let path = |stem: &str| format!("data/{name}/{stem}.{extension}");
        match self.count {
            1 => vec![path(&table.name)],
            count => {
                (1..=count).map(|part| path(&format!("{}-{part:05}-of-{count:05}", table.name))).collect()
            }
        }
    }
}

/// About the bytes of a row in the widest format, in which each value stands with its name.
fn row_bytes(table: &Table, rows: &Rows) -> u64 {
    let names: usize = table.columns.iter().map(|column| column.name.len() + 8).sum();
    rows.bytes() / (rows.len() as u64).max(1) * 5 / 4 + names as u64 + 64
}

/// Rows of a part: as many as are asked for, or as fit into a file when each takes so many bytes; whole blocks, unless a block is
/// more than a file should be.
fn part_rows(wanted: u64, row_bytes: u64) -> u64 {
    let fitting = FILE_BYTES / row_bytes;
    let whole = fitting / BLOCK_ROWS as u64 * BLOCK_ROWS as u64;
    wanted.min(if whole > 0 { whole } else { fitting }).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_part_is_much_larger_than_a_file_should_be() {
        assert_eq!(part_rows(1_048_575, 100), 1_048_575);
        assert_eq!(part_rows(1_048_575, 2_000), 8 * BLOCK_ROWS as u64);
        assert_eq!(part_rows(1_048_575, 50_000), 21_474);
        assert_eq!(part_rows(1_048_575, FILE_BYTES * 3), 1);
        assert_eq!(part_rows(2, 50_000), 2);
        for row_bytes in [70, 1_000, 16_384, 16_385, 40_000, 1 << 20] {
            assert!(part_rows(u64::MAX, row_bytes) * row_bytes <= FILE_BYTES, "{row_bytes}");
        }
    }
}
