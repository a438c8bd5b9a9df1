//! What the rows of a row group take in memory, before any of them is read.
//!
//! A few hundred bytes of Parquet may stand for gigabytes: a text of a dictionary is repeated by a bit, a page of zeros packs to
//! nothing, and a list may have any number of items. The footer may say anything of it; what counts are the pages' own headers.

use std::io;
use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, RecordBatch};
use parquet::basic::{Encoding, Type as PhysicalType};
use parquet::column::page::{Page, PageReader};
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::reader::Length as _;
use parquet::file::serialized_reader::SerializedPageReader;

use super::batches::{Refusal, count};
use super::header::Headers;
use crate::seeds::reader::Reader;

/// Rows that are read at a time, and bytes that they should take.
pub(super) const BATCH_ROWS: usize = 8192;
const BATCH_BYTES: u64 = 32 << 20;

/// Bytes of pages of a row group that may be in memory at a time: the largest of each column, and its dictionary.
const MAX_PAGE_BYTES: u64 = 1 << 30;

/// Bytes that the lists of a row group may take if their longest items came together, and how often the bytes of the file, if
/// these are more. How long a list is nobody knows before it is read.
const MAX_LIST_BYTES: u64 = 1 << 30;
const MAX_LIST_GROWTH: u64 = 200;

/// Bytes that a file's rows may take, and how often the bytes of the file, which may be added to them.
const MAX_READ_BYTES: u64 = 64 << 20;
const MAX_READ_GROWTH: u64 = 1000;

/// Bytes that a row takes at least, whatever is in it.
const ROW_BYTES: u64 = 64;

/// Bytes of a value beside its own: where it begins, and whether there is one.
const VALUE_BYTES: u64 = 16;

/// Number of the encoding of texts as differences from the one before.
const DELTA_BYTE_ARRAY: i64 = 7;

/// Rows of a row group that are read at a time, by what those of the columns that are read may take; refuses a row group that
/// takes too much however few of them are read.
pub(super) fn batch_rows(
    file: &Reader,
    group: &RowGroupMetaData,
    is_read: impl Fn(usize) -> bool,
) -> Result<usize, Refusal> {
    let rows = count(group.num_rows()).max(1);
    let mut pages = 0_u64;
    let mut row_bytes = 1_u64;
    for (_, chunk) in group.columns().iter().enumerate().filter(|(leaf, _)| is_read(*leaf)) {
        let sizes = Sizes::of(file, chunk)?;
        pages = pages.saturating_add(sizes.dictionary).saturating_add(sizes.largest);
        let value = sizes.widest + VALUE_BYTES;
        let of_pages = sizes.total / rows;
        row_bytes += match chunk.column_descr().max_rep_level() {
            0 => value.max(of_pages),
            _ => {
                sizes.check_lists(chunk, value)?;
                sizes.values.saturating_mul(value) / rows
            }
        };
    }
    if pages > MAX_PAGE_BYTES {
        let (pages, most) = (pages >> 20, MAX_PAGE_BYTES >> 20);
        let message = format!(
            "the pages of a row group that are read together take {pages} MiB, and {most} MiB are the most"
        );
        return Err(Refusal::TooLarge(message));
    }
    Ok(usize::try_from(BATCH_BYTES / row_bytes).map_or(BATCH_ROWS, |rows| rows.clamp(1, BATCH_ROWS)))
}

/// What the pages of a column chunk take.
struct Sizes {
    /// Bytes of its largest data page, of its dictionary, and of all pages.
    largest: u64,
    dictionary: u64,
    total: u64,
    /// Number of its values.
    values: u64,
    /// Bytes that any value may take beyond those of its page.
    widest: u64,
}

impl Sizes {
    fn of(file: &Reader, chunk: &ColumnChunkMetaData) -> Result<Sizes, Refusal> {
        let (start, length) = chunk.byte_range();
        let mut headers = Headers::new(file, start, length);
        let mut sizes = Sizes { largest: 0, dictionary: 0, total: 0, values: 0, widest: fixed_width(chunk) };
        while let Some(page) = headers.next().map_err(|e| damaged(chunk, &e))? {
            sizes.total = sizes.total.saturating_add(page.uncompressed);
            if page.is_dictionary() {
                if sizes.dictionary > 0 || sizes.values > 0 {
                    return Err("a dictionary page comes behind other pages".into());
                }
                sizes.dictionary = page.uncompressed;
                continue;
            }
            sizes.largest = sizes.largest.max(page.uncompressed);
            sizes.values = sizes.values.saturating_add(page.values);
            if page.encoding == DELTA_BYTE_ARRAY {
                // A text may repeat all that was added to those before it.
                sizes.widest = sizes.widest.max(page.uncompressed);
            }
        }
        if sizes.dictionary > 0
            && chunk.column_type() == PhysicalType::BYTE_ARRAY
            && sizes.dictionary <= MAX_PAGE_BYTES
        {
            sizes.widest = sizes.widest.max(widest_of_dictionary(file, chunk)?);
        }
        Ok(sizes)
    }

    /// Refuses lists that would take more than a file of this size has to say.
    fn check_lists(&self, chunk: &ColumnChunkMetaData, value: u64) -> Result<(), Refusal> {
        let bytes = self.values.saturating_mul(value);
        let growth = count(chunk.compressed_size()).saturating_mul(MAX_LIST_GROWTH);
        if bytes <= MAX_LIST_BYTES.max(growth) {
            return Ok(());
        }
        let (path, mebibytes) = (chunk.column_path().string(), bytes >> 20);
        let message = format!("the {} values of its column `{path}` may take {mebibytes} MiB", self.values);
        Err(Refusal::TooLarge(message))
    }
}

fn damaged(chunk: &ColumnChunkMetaData, error: &io::Error) -> Refusal {
    format!("{error} in column `{}`", chunk.column_path().string()).into()
}

/// Bytes of a value whose type says how many they are; those of numbers are too few to count.
fn fixed_width(chunk: &ColumnChunkMetaData) -> u64 {
    match chunk.column_type() {
        PhysicalType::FIXED_LEN_BYTE_ARRAY => u64::try_from(chunk.column_descr().type_length()).unwrap_or(0),
        _ => 0,
    }
}

/// Bytes of the longest text of a column chunk's dictionary.
fn widest_of_dictionary(file: &Reader, chunk: &ColumnChunkMetaData) -> Result<u64, Refusal> {
    let pages = SerializedPageReader::new(Arc::new(file.clone()), chunk, 0, None);
    let page = pages.and_then(|mut pages| pages.get_next_page()).map_err(|e| Refusal::from(e.to_string()))?;
    let Some(Page::DictionaryPage { buf, encoding: Encoding::PLAIN | Encoding::PLAIN_DICTIONARY, .. }) = page
    else {
        return Ok(0);
    };
    let mut rest = &buf[..];
    let mut widest = 0;
    while let Some((length, behind)) = rest.split_first_chunk() {
        let length = u32::from_le_bytes(*length) as usize;
        widest = widest.max(length as u64);
        rest = behind.get(length..).unwrap_or_default();
    }
    Ok(widest)
}

/// Counts what the rows of a file have taken, so that a small file does not go on for hours.
pub(super) struct Meter {
    read: u64,
    most: u64,
}

impl Meter {
    pub(super) fn new(file: &Reader) -> Meter {
        Meter { read: 0, most: MAX_READ_BYTES.saturating_add(file.len().saturating_mul(MAX_READ_GROWTH)) }
    }

    /// Adds some rows.
    pub(super) fn add(&mut self, rows: &RecordBatch) -> Result<(), Refusal> {
        let bytes = |column: &ArrayRef| column.to_data().get_slice_memory_size().unwrap_or(0) as u64;
        let bytes: u64 = rows.columns().iter().map(bytes).sum();
        self.read = self.read.saturating_add(bytes).saturating_add(rows.num_rows() as u64 * ROW_BYTES);
        if self.read <= self.most {
            return Ok(());
        }
        let most = self.most >> 20;
        let message = format!(
            "the rows up to here take more than the {most} MiB that a file of this size may stand for"
        );
        Err(Refusal::TooLarge(message))
    }
}
