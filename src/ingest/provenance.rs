//! Provenance of rows: the splits that their chunks came from.

use crate::seeds::SplitId;
use crate::sort::RowId;

/// Origin of the rows of a chunk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin {
    /// The split they were read from.
    pub(crate) split: SplitId,
    /// Which part of the record plan made them.
    pub(crate) instance: usize,
}

impl Origin {
    /// The file, by its number, and the part of the record plan: among rows of the same two, the order of reading is that of places.
    pub(crate) fn file_and_instance(self) -> (usize, usize) {
        (self.split.source, self.instance)
    }
}

/// Origins of all rows that were read, by table and number of the chunk, which every row carries in its id.
#[derive(Debug, Default)]
pub(crate) struct Provenance(Vec<Vec<Origin>>);

impl Provenance {
    /// No chunks yet, of so many tables.
    pub(super) fn new(tables: usize) -> Provenance {
        Provenance(vec![Vec::new(); tables])
    }

    /// Adds the next chunk of a table.
    pub(super) fn push(&mut self, table: usize, origin: Origin) {
        self.0[table].push(origin);
    }

    /// The origin of a row that was read from a seed file.
    pub(crate) fn origin(&self, table: usize, row: RowId) -> Origin {
        self.0[table][row.chunk as usize]
    }

    /// The file and the part of the record plan that a row came from; those of rows that were derived are the same for all of a
    /// table.
    pub(crate) fn file_and_instance(&self, table: usize, row: RowId) -> (usize, usize) {
        let origin = self.0[table].get(row.chunk as usize);
        origin.map_or((usize::MAX, 0), |origin| origin.file_and_instance())
    }
}
