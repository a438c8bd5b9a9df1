//! Runs brought together: in which order their rows follow each other.
//!
//! The order is found once, over the keys alone, and kept as the number of the run that each next row comes from. Whoever
//! wants the rows follows it and compares nothing. Threads share the keys by ranges.

use super::RowId;
use super::run::{Place, Run, RunKeys};
use crate::diagnostic::Result;
use crate::parallel;
use crate::sort_key::{prefix, shared};
use crate::spill::{Section, Spill};

/// Rows in a piece of the sequence.
const PIECE_ROWS: usize = 1 << 16;

/// Sequence of runs: for each row in order, the run it is taken from.
pub(super) struct Sequence(Vec<Section>);

impl Sequence {
    /// The runs of a piece of rows; `None` after the last.
    pub(super) fn read(&self, spill: &Spill, at: usize) -> Result<Option<Vec<u16>>> {
        let Some(section) = self.0.get(at) else { return Ok(None) };
        let bytes = spill.read(*section)?;
        Ok(Some(bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect()))
    }
}

/// Cursor in a run: its next row.
struct Cursor<'a> {
    run: &'a Run,
    next_batch: usize,
    keys: RunKeys,
    row: usize,
    /// Rows that are to be taken from it, this one included.
    left: usize,
}

impl<'a> Cursor<'a> {
    /// The rows of a run between two places.
    fn new(run: &'a Run, spill: &Spill, from: Place, to: Place) -> Result<Cursor<'a>> {
        let left = run.rows_before(to) - run.rows_before(from);
        let keys = if left > 0 { run.keys(spill, from.batch)? } else { RunKeys::none() };
        Ok(Cursor { run, next_batch: from.batch + 1, keys, row: from.row, left })
    }

    /// Steps to the next row. Returns whether there is one.
    fn advance(&mut self, spill: &Spill) -> Result<bool> {
        self.left -= 1;
        if self.left == 0 {
            return Ok(false);
        }
        self.row += 1;
        if self.row == self.keys.len() {
            (self.keys, self.row) = (self.run.keys(spill, self.next_batch)?, 0);
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
    cursors: Vec<Cursor<'a>>,
    entries: Vec<(u128, u16)>,
}

impl Heap<'_> {
    /// Whether one run's next row comes before another's: by key, then by the order of reading.
    fn is_before(&self, a: (u128, u16), b: (u128, u16)) -> bool {
        let key = |entry: (u128, u16)| self.cursors[usize::from(entry.1)].key();
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

/// Merges runs by key, with `jobs` threads. Returns the order, and the pairs of rows with equal keys: of each key its
/// earliest row, and one of the others.
pub(super) fn merge(runs: &[Run], spill: &Spill, jobs: usize) -> Result<(Sequence, Vec<(RowId, RowId)>)> {
    let skip = common(runs);
    let split_points = split_points(runs, spill, jobs)?;
    let ranges = split_points.windows(2);
    let (mut sections, mut repeated, mut failure) = (Vec::new(), Vec::new(), None);
    let merge =
        |split_points: &[Vec<Place>]| merge_range(runs, spill, skip, &split_points[0], &split_points[1]);
    parallel::ordered(ranges.len(), ranges, merge, |merged| {
        match merged {
            Ok((Sequence(of_range), repeated_there)) => {
                sections.extend(of_range);
                repeated.extend(repeated_there);
            }
            Err(error) => failure = Some(error),
        }
        failure.is_none()
    });
    failure.map_or(Ok((Sequence(sections), repeated)), Err)
}

/// Split points of the keys, between which threads merge, in each run: about as many rows in each, and rows with
/// equal keys in one.
fn split_points(runs: &[Run], spill: &Spill, jobs: usize) -> Result<Vec<Vec<Place>>> {
    let rows: usize = runs.iter().map(Run::rows).sum();
    let keys_in_memory = runs.iter().map(Run::largest_keys).sum();
    let ranges = spill.memory.at_a_time(jobs, keys_in_memory).min(rows / PIECE_ROWS).max(1);
    let mut samples: Vec<(&[u8], usize)> = runs.iter().flat_map(Run::samples).collect();
    samples.sort_unstable();
    let mut split_points = vec![vec![Place::default(); runs.len()]];
    let (mut samples, mut before) = (samples.into_iter(), 0);
    for nth in 1..ranges {
        let sample = samples.find(|(_, rows_there)| {
            before += rows_there;
            before >= rows / ranges * nth
        });
        if let Some((key, _)) = sample {
            split_points.push(runs.iter().map(|run| run.find(spill, key)).collect::<Result<_>>()?);
        }
    }
    split_points.push(runs.iter().map(Run::end).collect());
    Ok(split_points)
}

/// Merges the rows between two places of each run.
fn merge_range(
    runs: &[Run],
    spill: &Spill,
    skip: usize,
    from: &[Place],
    to: &[Place],
) -> Result<(Sequence, Vec<(RowId, RowId)>)> {
    let mut heap = Heap { cursors: Vec::with_capacity(runs.len()), entries: Vec::with_capacity(runs.len()) };
    for (number, ((run, from), to)) in runs.iter().zip(from).zip(to).enumerate() {
        let number = u16::try_from(number).expect("fewer than 65,536 runs are made");
        let cursor = Cursor::new(run, spill, *from, *to)?;
        if cursor.left > 0 {
            heap.entries.push((prefix(cursor.key(), skip), number));
        }
        heap.cursors.push(cursor);
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
        let cursor = &mut heap.cursors[usize::from(number)];
        if let Some(earliest) = last.see(start, cursor) {
            repeated.push((earliest, cursor.id()));
        }
        if cursor.advance(spill)? {
            heap.entries[0].0 = prefix(cursor.key(), skip);
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

/// Key of the last row, and the earliest row that has it.
#[derive(Default)]
struct Last {
    prefix: u128,
    key: Vec<u8>,
    earliest: Option<RowId>,
}

impl Last {
    /// Takes the next row, and returns the earliest with its key if there is one before it.
    fn see(&mut self, prefix: u128, cursor: &Cursor<'_>) -> Option<RowId> {
        let Some(key) = cursor.keys.get(cursor.row) else {
            self.earliest = None;
            return None;
        };
        if self.earliest.is_some() && self.prefix == prefix && self.key == key {
            return self.earliest;
        }
        self.prefix = prefix;
        self.key.clear();
        self.key.extend_from_slice(key);
        self.earliest = Some(cursor.id());
        None
    }
}

/// Bytes that all keys of all runs begin with.
fn common(runs: &[Run]) -> usize {
    let mut prefixes = runs.iter().filter(|run| run.rows() > 0).map(|run| run.common.as_slice());
    let first = prefixes.next().unwrap_or_default();
    prefixes.fold(first, |common, prefix| &common[..shared(common, prefix)]).len()
}
