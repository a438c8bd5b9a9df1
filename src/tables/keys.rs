//! Keys of rows as bytes that compare as the keys do.

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::datatypes::DataType;
use arrow::row::{RowConverter, Rows as EncodedRows, SortField};
use foldhash::fast::FixedState;
use hashbrown::HashSet;

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

    /// Sorts rows by key; rows with equal keys keep the order of their ids. Returns whether any keys are equal.
    pub fn sort(&self, rows: &mut [RowId]) -> bool {
        let Some((first, rest)) = rows.split_first() else { return false };
        // What all keys begin with says nothing about their order; the 16 bytes after it mostly say everything.
        let mut common = self.bytes(*first);
        for id in rest {
            let key = self.bytes(*id);
            if !key.starts_with(common) {
                let shared = key.iter().zip(common).take_while(|(a, b)| a == b).count();
                common = &common[..shared];
            }
        }
        let skip = common.len();
        let mut keyed: Vec<(u128, RowId)> =
            rows.iter().map(|&id| (prefix(self.bytes(id), skip), id)).collect();
        keyed.sort_unstable_by(|(a, x), (b, y)| {
            a.cmp(b).then_with(|| self.bytes(*x).cmp(self.bytes(*y))).then_with(|| x.cmp(y))
        });
        let is_repeated = |pair: &[(u128, RowId)]| {
            let ((a, x), (b, y)) = (pair[0], pair[1]);
            a == b && self.bytes(x) == self.bytes(y)
        };
        let has_repeated = keyed.windows(2).any(is_repeated);
        for (row, (_, id)) in rows.iter_mut().zip(keyed) {
            *row = id;
        }
        has_repeated
    }
}

/// A set of keys. Short ones are held in place, so that asking for one touches no other memory.
#[derive(Default)]
pub struct KeySet<'a> {
    short: HashSet<u128, FixedState>,
    long: HashSet<&'a [u8], FixedState>,
}

impl<'a> KeySet<'a> {
    /// An empty set with room for `count` short keys.
    pub fn with_capacity(count: usize) -> KeySet<'a> {
        KeySet {
            short: HashSet::with_capacity_and_hasher(count, FixedState::default()),
            long: HashSet::default(),
        }
    }

    /// Adds a key.
    pub fn insert(&mut self, key: &'a [u8]) {
        match packed(key) {
            Some(number) => drop(self.short.insert(number)),
            None => drop(self.long.insert(key)),
        }
    }

    /// Whether the key was added.
    pub fn contains(&self, key: &[u8]) -> bool {
        match packed(key) {
            Some(number) => self.short.contains(&number),
            None => self.long.contains(key),
        }
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.short.is_empty() && self.long.is_empty()
    }
}

/// A key of at most 15 bytes, with its length, as a number.
fn packed(key: &[u8]) -> Option<u128> {
    let mut bytes = [0; 16];
    bytes.get_mut(..key.len()).filter(|_| key.len() < 16)?.copy_from_slice(key);
    bytes[15] = key.len() as u8;
    Some(u128::from_le_bytes(bytes))
}

/// 16 bytes of the key from `skip` on, as a number that compares as they do.
fn prefix(bytes: &[u8], skip: usize) -> u128 {
    let mut padded = [0; 16];
    let rest = bytes.get(skip..).unwrap_or(&[]);
    let length = rest.len().min(16);
    padded[..length].copy_from_slice(&rest[..length]);
    u128::from_be_bytes(padded)
}
