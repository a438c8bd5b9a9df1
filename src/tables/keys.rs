//! Keys of rows as bytes that compare as the keys do.

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::datatypes::DataType;
use arrow::row::{RowConverter, Rows as EncodedRows, SortField};

use super::RowId;
use crate::seeds::Chunk;

/// The values of some columns, row by row, as bytes: equal bytes for equal keys, and in the keys' order.
pub struct Keys<'a> {
    chunks: Vec<ChunkKeys<'a>>,
}

enum ChunkKeys<'a> {
    /// A single text column, as it is.
    Text(&'a StringArray),
    /// Anything else, in Arrow's row format; and the columns, for their nulls.
    Encoded(EncodedRows, Vec<&'a ArrayRef>),
}

impl<'a> Keys<'a> {
    /// The keys that the columns make.
    pub fn new(chunks: &'a [Chunk], columns: &[usize]) -> Keys<'a> {
        let one_text = |chunk: &'a Chunk| match columns {
            [only] if chunk.columns[*only].data_type() == &DataType::Utf8 => {
                Some(ChunkKeys::Text(chunk.columns[*only].as_string()))
            }
            _ => None,
        };
        let encoded = |chunk: &'a Chunk| {
            debug_assert!(!columns.is_empty(), "a key has columns");
            let arrays: Vec<&ArrayRef> = columns.iter().map(|&c| &chunk.columns[c]).collect();
            let fields = arrays.iter().map(|a| SortField::new(a.data_type().clone())).collect();
            let copies: Vec<ArrayRef> = arrays.iter().map(|a| ArrayRef::clone(a)).collect();
            let rows = RowConverter::new(fields).and_then(|converter| converter.convert_columns(&copies));
            ChunkKeys::Encoded(rows.expect("every column type has a row format"), arrays)
        };
        Keys {
            chunks: chunks.iter().map(|chunk| one_text(chunk).unwrap_or_else(|| encoded(chunk))).collect(),
        }
    }

    /// The key's bytes, whether or not parts of it are missing.
    fn bytes(&self, id: RowId) -> &[u8] {
        match &self.chunks[id.chunk as usize] {
            ChunkKeys::Text(texts) => texts.value(id.row as usize).as_bytes(),
            ChunkKeys::Encoded(rows, _) => rows.row(id.row as usize).data(),
        }
    }

    /// The key of a row; `None` when a part of it is missing.
    pub fn get(&self, id: RowId) -> Option<&[u8]> {
        let row = id.row as usize;
        let is_whole = match &self.chunks[id.chunk as usize] {
            ChunkKeys::Text(texts) => texts.is_valid(row),
            ChunkKeys::Encoded(_, columns) => columns.iter().all(|c| c.is_valid(row)),
        };
        is_whole.then(|| self.bytes(id))
    }

    /// Sorts rows by key; rows with equal keys keep the order of their ids.
    pub fn sort(&self, rows: &mut [RowId]) {
        let Some((first, rest)) = rows.split_first() else { return };
        // What all keys begin with says nothing about their order; the 16 bytes after it mostly say everything.
        let mut common = self.bytes(*first).len();
        for id in rest {
            let shared = self.bytes(*id).iter().zip(self.bytes(*first)).take_while(|(a, b)| a == b).count();
            common = common.min(shared);
        }
        let mut keyed: Vec<(u128, RowId)> =
            rows.iter().map(|&id| (prefix(self.bytes(id), common), id)).collect();
        keyed.sort_unstable_by(|(a, x), (b, y)| {
            a.cmp(b).then_with(|| self.bytes(*x).cmp(self.bytes(*y))).then_with(|| x.cmp(y))
        });
        for (row, (_, id)) in rows.iter_mut().zip(keyed) {
            *row = id;
        }
    }
}

/// 16 bytes of the key from `skip` on, as a number that compares as they do.
fn prefix(bytes: &[u8], skip: usize) -> u128 {
    let mut padded = [0; 16];
    let rest = bytes.get(skip..).unwrap_or(&[]);
    let length = rest.len().min(16);
    padded[..length].copy_from_slice(&rest[..length]);
    u128::from_be_bytes(padded)
}
