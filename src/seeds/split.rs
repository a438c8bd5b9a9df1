//! Inputs cut into splits at record boundaries.
//!
//! Where the cuts lie depends on the bytes alone, never on the number of threads.

use std::io::{self, Read};
use std::sync::Arc;

use super::{Seeds, SourceKind, delimited, parquet};
use crate::diagnostic::{Diagnostic, Error, Place, Result, codes};
use crate::files::FileRange;
use crate::schema::Origin;

/// Size that splits of delimited text and NDJSON aim at.
const SPLIT_BYTES: usize = 1 << 20;

/// Longest record of delimited text and NDJSON, and largest document in one piece.
const MAX_RECORD_BYTES: usize = 64 << 20;
const MAX_DOCUMENT_BYTES: u64 = 1 << 30;

// Positions in a split are kept in 32 bits, and Arrow counts the bytes of its texts in 31.
const _: () = assert!(MAX_DOCUMENT_BYTES < 1 << 31 && MAX_RECORD_BYTES + 2 * SPLIT_BYTES < 1 << 31);

/// Names a split: its file and the bytes it covers; in Parquet, some rows, with the numbers of the first of them (from 0) and
/// of their row group (from 1) in the places of offset and line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SplitId {
    /// Index in [`Seeds::sources`].
    pub source: usize,
    /// First byte.
    pub offset: u64,
    /// Number of bytes.
    pub length: u64,
    /// Number of the first line, from 1.
    pub first_line: u64,
}

/// A run of whole records of one file.
#[derive(Debug)]
pub struct Split {
    /// Which bytes of which file.
    pub id: SplitId,
    /// The bytes; empty for Parquet.
    pub bytes: Vec<u8>,
    /// The rows of Parquet.
    pub(super) rows: Option<parquet::Rows>,
    /// The header of delimited text.
    pub(super) header: Option<Arc<delimited::Header>>,
}

/// What drawing a split gives: the split, or why the rest of its file is not read.
pub type Drawn = std::result::Result<Split, Box<Diagnostic>>;

/// Draws the splits of every file, in order.
pub struct Splits<'a> {
    seeds: &'a Seeds<'a>,
    next_source: usize,
    open: Option<Open>,
    /// What is left of a Parquet file, with its number and its columns.
    batches: Option<(usize, parquet::Batches, Arc<parquet::Columns>)>,
}

struct Open {
    file: FileRange,
    source: usize,
    /// Offset of the first byte in `buffer`.
    offset: u64,
    /// Line, from 1, of that byte.
    line: u64,
    /// Bytes read and not yet given out.
    buffer: Vec<u8>,
    is_at_end: bool,
    header: Option<Arc<delimited::Header>>,
}

impl<'a> Splits<'a> {
    pub(super) fn new(seeds: &'a Seeds<'a>) -> Splits<'a> {
        Splits { seeds, next_source: 0, open: None, batches: None }
    }

    fn start(&mut self, source: usize) -> Result<Option<Drawn>> {
        let kind = self.seeds.sources[source].kind;
        let path = self.seeds.path(&self.seeds.sources[source]);
        let file = self.seeds.open(&self.seeds.sources[source])?;
        let length = file.length().map_err(|e| Error::machine("read", &path, e))?;
        let is_whole = match kind {
            SourceKind::Yaml | SourceKind::Json => true,
            SourceKind::Parquet => {
                let read = &self.seeds.sources[source];
                return Ok(match parquet::open(&self.seeds.project.tables[read.table], read, file) {
                    Ok((batches, columns)) => {
                        self.batches = Some((source, batches, Arc::new(columns)));
                        None
                    }
                    Err(reason) => Some(Err(self.unreadable(source, &reason.into()))),
                });
            }
            SourceKind::Ndjson | SourceKind::Delimited => self.must_be_whole(source),
        };
        if is_whole {
            let bytes = read_document(file, length, MAX_DOCUMENT_BYTES);
            let Some(bytes) = bytes.map_err(|e| Error::machine("read", &path, e))? else {
                return Ok(Some(Err(self.too_large(source, 1, "document", MAX_DOCUMENT_BYTES))));
            };
            let header = self.header(source, &bytes);
            let id = SplitId { source, offset: 0, length: bytes.len() as u64, first_line: 1 };
            return Ok(Some(Ok(Split { id, bytes, rows: None, header })));
        }
        self.open = Some(Open {
            file,
            source,
            offset: 0,
            line: 1,
            buffer: Vec::new(),
            is_at_end: false,
            header: None,
        });
        Ok(None)
    }

    /// Records that are numbered, or whose ends cannot be told from quotes alone, are read in one piece.
    fn must_be_whole(&self, source: usize) -> bool {
        let table = &self.seeds.project.tables[self.seeds.sources[source].table];
        let is_numbered = table.fields.iter().any(|f| f.origin == Origin::Index);
        is_numbered || table.dialect.double_quote == Some(false) || table.dialect.comment_char.is_some()
    }

    fn header(&self, source: usize, bytes: &[u8]) -> Option<Arc<delimited::Header>> {
        let source = &self.seeds.sources[source];
        (source.kind == SourceKind::Delimited).then(|| {
            let table = &self.seeds.project.tables[source.table];
            delimited::Header::read(table, &source.path, bytes, self.seeds.keep).into()
        })
    }

    fn too_large(&self, source: usize, line: u64, what: &str, limit: u64) -> Box<Diagnostic> {
        let place = Place::at(&self.seeds.sources[source].path, line, 1, 1);
        let message = format!("the {what} that begins here is larger than {} MiB", limit >> 20);
        let problem = Diagnostic::new(&codes::TOO_LARGE, place, message);
        problem.with_help("look for a quote or bracket that is never closed").into()
    }

    fn unreadable(&self, source: usize, reason: &parquet::Unreadable) -> Box<Diagnostic> {
        parquet::unreadable(&self.seeds.sources[source], reason).into()
    }

    /// The next rows of a Parquet file.
    fn next_batch(&mut self) -> Option<Drawn> {
        let (source, mut batches, columns) = self.batches.take()?;
        let drawn = match batches.next()? {
            Err(reason) => Err(self.unreadable(source, &reason)),
            Ok(parquet::Batch { rows, group, first_row, bytes }) => {
                let id = SplitId { source, offset: first_row, length: bytes, first_line: group };
                let rows = parquet::Rows { batch: rows, columns: Arc::clone(&columns) };
                Ok(Split { id, bytes: Vec::new(), rows: Some(rows), header: None })
            }
        };
        self.batches = Some((source, batches, columns));
        Some(drawn)
    }

    fn continue_file(&mut self) -> Result<Option<Drawn>> {
        let Some(mut open) = self.open.take() else { return Ok(None) };
        loop {
            if !open.is_at_end {
                self.fill(&mut open)?;
            }
            if open.header.is_none() {
                open.header = self.header(open.source, &open.buffer);
                let is_open = open.header.as_ref().is_some_and(|header| header.is_open);
                if is_open && !open.is_at_end && open.buffer.len() <= MAX_RECORD_BYTES {
                    open.header = None;
                    continue;
                }
            }
            let end = match &open.header {
                _ if open.is_at_end => Some(open.buffer.len()),
                Some(header) => header.last_record_end(&open.buffer),
                None => memchr::memrchr(b'\n', &open.buffer).map(|i| i + 1),
            };
            match end {
                // An empty file has no records; what is wrong with its header is told by its only split.
                Some(0) => {
                    let header = open.header.filter(|h| open.offset == 0 && h.has_problems());
                    let id = SplitId { source: open.source, offset: 0, length: 0, first_line: 1 };
                    return Ok(
                        header.map(|h| Ok(Split { id, bytes: Vec::new(), rows: None, header: Some(h) }))
                    );
                }
                Some(end) => {
                    let rest = open.buffer.split_off(end);
                    let bytes = std::mem::replace(&mut open.buffer, rest);
                    let (offset, first_line) = (open.offset, open.line);
                    let id = SplitId { source: open.source, offset, length: end as u64, first_line };
                    open.offset += end as u64;
                    let line_end = open.header.as_ref().map_or(b'\n', |header| header.line_end());
                    open.line += memchr::memchr_iter(line_end, &bytes).count() as u64;
                    let split = Split { id, bytes, rows: None, header: open.header.clone() };
                    self.open = Some(open);
                    return Ok(Some(Ok(split)));
                }
                None if open.buffer.len() > MAX_RECORD_BYTES => {
                    let limit = MAX_RECORD_BYTES as u64;
                    return Ok(Some(Err(self.too_large(open.source, open.line, "record", limit))));
                }
                None => {}
            }
        }
    }

    fn fill(&self, open: &mut Open) -> Result<()> {
        let path = self.seeds.path(&self.seeds.sources[open.source]);
        let before = open.buffer.len();
        // A record that goes on and on is looked through again each time: the reads grow with it.
        let limit = (MAX_RECORD_BYTES + SPLIT_BYTES).saturating_sub(before);
        let wanted = before.min(limit).max(SPLIT_BYTES);
        open.buffer.reserve_exact(wanted);
        let taken = (&mut open.file).take(wanted as u64).read_to_end(&mut open.buffer);
        taken.map_err(|e| Error::machine("read", &path, e))?;
        open.is_at_end = open.buffer.len() - before < wanted;
        Ok(())
    }
}

impl Iterator for Splits<'_> {
    type Item = Result<Drawn>;

    fn next(&mut self) -> Option<Result<Drawn>> {
        loop {
            if let Some(drawn) = self.next_batch() {
                return Some(Ok(drawn));
            }
            match self.continue_file() {
                Ok(Some(drawn)) => return Some(Ok(drawn)),
                Ok(None) => {}
                Err(error) => return Some(Err(error)),
            }
            if self.next_source >= self.seeds.sources.len() {
                return None;
            }
            let source = self.next_source;
            self.next_source += 1;
            match self.start(source) {
                Ok(Some(drawn)) => return Some(Ok(drawn)),
                Ok(None) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

/// The bytes of a document that had `length` when it was opened; `None` when it has more than `most`, be it that it grew since.
fn read_document(file: impl Read, length: u64, most: u64) -> io::Result<Option<Vec<u8>>> {
    if length > most {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    bytes.reserve_exact(usize::try_from(length).map_err(io::Error::other)?);
    file.take(most + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

/// Reads a split's bytes again, with its header.
pub(super) fn reread(seeds: &Seeds<'_>, id: SplitId) -> Result<Split> {
    let source = &seeds.sources[id.source];
    let mut split = Split { id, bytes: Vec::new(), rows: None, header: None };
    if source.kind == SourceKind::Parquet {
        return Ok(split);
    }
    let file = seeds.open(source)?;
    let read = |offset: u64, length: u64| {
        let mut bytes = Vec::new();
        let read = file.from(offset).take(length).read_to_end(&mut bytes);
        read.map(|_| bytes).map_err(|e| Error::machine("read", &seeds.path(source), e))
    };
    split.bytes = read(id.offset, id.length)?;
    if source.kind == SourceKind::Delimited {
        let table = &seeds.project.tables[source.table];
        let mut length = SPLIT_BYTES;
        let header = loop {
            let start = read(0, length as u64)?;
            let header = delimited::Header::read(table, &source.path, &start, seeds.keep);
            if !header.is_open || start.len() < length || length > MAX_RECORD_BYTES {
                break header;
            }
            length *= 2;
        };
        split.header = Some(header.into());
    }
    Ok(split)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_refused_when_it_has_more_than_it_had_when_it_was_opened() {
        let read = |bytes: &[u8], length| read_document(bytes, length, 5).expect("it is in memory");
        assert_eq!(read(b"12345", 5).as_deref(), Some(&b"12345"[..]));
        assert_eq!(read(b"12345", 0).as_deref(), Some(&b"12345"[..]));
        assert_eq!(read(b"123456", 6), None);
        assert_eq!(read(b"123456", 2), None);
    }
}
