//! Runs brought together: in which order their rows follow each other.
//!
//! The order is found once, over the keys alone, and kept as the number of the run that each next row comes from. Whoever
//! wants the rows follows it and compares nothing.

use super::keys::{prefix, shared};
use super::run::{Run, RunKeys};
use super::spill::Section;
use super::{RowId, Spill};
use crate::diagnostic::Result;

/// Rows whose runs are written down together.
const PIECE_ROWS: usize = 1 << 16;

/// For each row in order, the run it is taken from.
pub(super) struct Sequence(Vec<Section>);

impl Sequence {
    /// The runs of a piece of rows; `None` after the last.
    pub(super) fn read(&self, spill: &Spill, at: usize) -> Result<Option<Vec<u16>>> {
        let Some(section) = self.0.get(at) else { return Ok(None) };
        let bytes = spill.read(*section)?;
        Ok(Some(bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect()))
    }
}

/// The run a row is next taken from.
struct Head<'a> {
    run: &'a Run,
    next_batch: usize,
    keys: RunKeys,
    row: usize,
}

impl Head<'_> {
    /// Steps to the next row. Returns whether there is one.
    fn advance(&mut self, spill: &Spill) -> Result<bool> {
        self.row += 1;
        if self.row >= self.keys.len() {
            let Some(keys) = self.run.keys(spill, self.next_batch)? else { return Ok(false) };
            (self.keys, self.row) = (keys, 0);
            self.next_batch += 1;
        }
        Ok(true)
    }

    fn key(&self) -> &[u8] {
        self.keys.bytes(self.row)
    }

    fn id(&self) -> RowId {
        self.keys.id(self.row)
    }
}

/// The runs that have rows left, as a heap: each with the first bytes of its next key.
struct Heap<'a> {
    heads: Vec<Head<'a>>,
    entries: Vec<(u128, u16)>,
}

impl Heap<'_> {
    /// Whether one run's next row comes before another's: by key, then by the order of reading.
    fn is_before(&self, a: (u128, u16), b: (u128, u16)) -> bool {
        let key = |entry: (u128, u16)| self.heads[usize::from(entry.1)].key();
        a.0.cmp(&b.0).then_with(|| key(a).cmp(key(b))).then_with(|| a.1.cmp(&b.1)).is_lt()
    }

    /// Restores the order when the entry `at` may be too large for its place.
    fn sift_down(&mut self, mut at: usize) {
        loop {
            let left = 2 * at + 1;
            if left >= self.entries.len() {
                return;
            }
            let right = left + 1;
            let takes_right =
                right < self.entries.len() && self.is_before(self.entries[right], self.entries[left]);
            let least = if takes_right { right } else { left };
            if !self.is_before(self.entries[least], self.entries[at]) {
                return;
            }
            self.entries.swap(least, at);
            at = least;
        }
    }
}

/// Merges runs by key. Returns the order, and the pairs of rows with equal keys: of each key its earliest row, and one
/// of the others.
pub(super) fn merge(runs: &[Run], spill: &Spill) -> Result<(Sequence, Vec<(RowId, RowId)>)> {
    let skip = common(runs);
    let mut heap = Heap { heads: Vec::with_capacity(runs.len()), entries: Vec::with_capacity(runs.len()) };
    for (number, run) in runs.iter().enumerate() {
        let number = u16::try_from(number).expect("fewer than 65,536 runs are made");
        let mut head = Head { run, next_batch: 0, keys: RunKeys::none(), row: 0 };
        if head.advance(spill)? {
            heap.entries.push((prefix(head.key(), skip), number));
        }
        heap.heads.push(head);
    }
    (0..heap.entries.len() / 2).rev().for_each(|at| heap.sift_down(at));
    let mut sections = Vec::new();
    let mut piece: Vec<u8> = Vec::with_capacity(2 * PIECE_ROWS);
    let mut repeated = Vec::new();
    let mut last = Last::default();
    while let Some(&(start, number)) = heap.entries.first() {
        piece.extend_from_slice(&number.to_le_bytes());
        if piece.len() == 2 * PIECE_ROWS {
            sections.push(spill.write(&[&piece])?);
            piece.clear();
        }
        let head = &mut heap.heads[usize::from(number)];
        if let Some(earliest) = last.see(start, head) {
            repeated.push((earliest, head.id()));
        }
        if head.advance(spill)? {
            heap.entries[0].0 = prefix(head.key(), skip);
        } else {
            heap.entries.swap_remove(0);
        }
        heap.sift_down(0);
    }
    if !piece.is_empty() {
        sections.push(spill.write(&[&piece])?);
    }
    Ok((Sequence(sections), repeated))
}

/// The key of the last row, and the earliest row that has it.
#[derive(Default)]
struct Last {
    prefix: u128,
    key: Vec<u8>,
    earliest: Option<RowId>,
}

impl Last {
    /// Takes the next row, and returns the earliest with its key if there is one before it.
    fn see(&mut self, prefix: u128, head: &Head<'_>) -> Option<RowId> {
        let Some(key) = head.keys.get(head.row) else {
            self.earliest = None;
            return None;
        };
        if self.earliest.is_some() && self.prefix == prefix && self.key == key {
            return self.earliest;
        }
        self.prefix = prefix;
        self.key.clear();
        self.key.extend_from_slice(key);
        self.earliest = Some(head.id());
        None
    }
}

/// Bytes that all keys of all runs begin with.
fn common(runs: &[Run]) -> usize {
    let mut prefixes = runs.iter().filter(|run| run.rows() > 0).map(|run| run.common.as_slice());
    let first = prefixes.next().unwrap_or_default();
    prefixes.fold(first, |common, prefix| &common[..shared(common, prefix)]).len()
}
