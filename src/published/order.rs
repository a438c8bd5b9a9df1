//! What rows must be beyond their types: as many as were published, and in the order of their keys.

use arrow::record_batch::RecordBatch;

use crate::schema::Table;
use crate::sort_key::Keys;

/// The order of a table's rows, as far as they were seen.
pub(super) struct Order {
    /// Numbers of the key's columns; none where rows have no key.
    key: Vec<usize>,
    /// The key of the last row.
    last: Option<Vec<u8>>,
    /// Rows seen.
    rows: u64,
}

impl Order {
    pub(super) fn new(table: &Table) -> Order {
        Order { key: table.key_columns(), last: None, rows: 0 }
    }

    /// Takes the next rows; fails with the number, from 1, of a row whose key is not above that of the row before it.
    pub(super) fn take(&mut self, rows: &RecordBatch) -> Result<(), u64> {
        let before = self.rows;
        self.rows += rows.num_rows() as u64;
        if self.key.is_empty() || rows.num_rows() == 0 {
            return Ok(());
        }
        let columns: Vec<_> = self.key.iter().map(|&number| rows.column(number)).collect();
        let keys = Keys::new(&columns);
        let is_above = |row: usize| match row.checked_sub(1) {
            Some(previous) => keys.bytes(previous) < keys.bytes(row),
            None => self.last.as_deref().is_none_or(|last| last < keys.bytes(row)),
        };
        if let Some(row) = (0..keys.len()).find(|&row| !is_above(row)) {
            return Err(before + row as u64 + 1);
        }
        self.last = Some(keys.bytes(keys.len() - 1).to_vec());
        Ok(())
    }

    /// Rows seen.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }
}
