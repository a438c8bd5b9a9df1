//! What the rows of a row group take in memory, before any of them is read.
//!
//! A few hundred bytes of Parquet may stand for gigabytes: a text of a dictionary is repeated by a bit, a page of zeros packs to
//! nothing, and a list may have any number of items. The footer may say anything of it; what counts are the pages' own headers.

use std::io;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray as _, RecordBatch};
use arrow::datatypes::DataType;
use parquet::basic::{Encoding, Type as PhysicalType};
use parquet::column::page::{Page, PageReader};
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::reader::Length as _;
use parquet::file::serialized_reader::SerializedPageReader;

use super::header::Headers;
use super::refusal::Refusal;
use crate::files::FileRange;
use crate::offsets::index;

/// Rows that are read at a time, and bytes that they should take.
pub(super) const BATCH_ROWS: usize = 8192;
const BATCH_BYTES: u64 = 32 << 20;

/// Bytes of pages of a row group that may be in memory at a time: the largest of each column, and its dictionary.
const MAX_PAGE_BYTES: u64 = 1 << 30;

/// Bytes that the lists of a row group may take if their longest items came together, and how often the bytes of the file, if
/// these are more. How long a list is nobody knows before it is read.
const MAX_LIST_BYTES: u64 = 1 << 30;
const MAX_LIST_GROWTH: u64 = 200;

/// Bytes that a file's rows may take, and how often the bytes of the file, which may be added to them: long texts that are much
/// alike, such as judgments, pack to a ten-thousandth.
const MAX_READ_BYTES: u64 = 64 << 20;
const MAX_READ_GROWTH: u64 = 20_000;

/// Bytes that a row takes at least, whatever is in it.
const ROW_BYTES: u64 = 64;

/// Bytes of a value beside its own: where it begins, and whether there is one.
const VALUE_BYTES: u64 = 16;

/// Number of the encoding of texts as differences from the one before.
const DELTA_BYTE_ARRAY: i64 = 7;

/// Rows of a row group that are read at a time, by what those of the columns that are read may take; refuses a row group that
/// takes too much however few of them are read.
pub(super) fn batch_rows(
    file: &FileRange,
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
    fn of(file: &FileRange, chunk: &ColumnChunkMetaData) -> Result<Sizes, Refusal> {
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
fn widest_of_dictionary(file: &FileRange, chunk: &ColumnChunkMetaData) -> Result<u64, Refusal> {
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

/// Bytes of values, those of a dictionary as often as they are used.
fn value_bytes(array: &dyn Array) -> u64 {
    let within = |values: &ArrayRef, offsets: &[i32]| {
        let (first, last) =
            (offsets.first().map_or(0, |at| index(*at)), offsets.last().map_or(0, |at| index(*at)));
        value_bytes(&values.slice(first, last - first))
    };
    match array.data_type() {
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            let Some(texts) = dictionary.values().as_string_opt::<i32>().filter(|texts| !texts.is_empty())
            else {
                return in_memory(array);
            };
            let lengths = dictionary.normalized_keys().into_iter().map(|key| texts.value_length(key));
            lengths.map(|length| u64::from(length.unsigned_abs())).sum()
        }
        DataType::Struct(_) => array.as_struct().columns().iter().map(|column| value_bytes(column)).sum(),
        DataType::List(_) => within(array.as_list::<i32>().values(), array.as_list::<i32>().value_offsets()),
        DataType::Map(..) => {
            let map = array.as_map();
            let entries: ArrayRef = Arc::new(map.entries().clone());
            within(&entries, map.value_offsets())
        }
        _ => in_memory(array),
    }
}

fn in_memory(array: &dyn Array) -> u64 {
    array.to_data().get_slice_memory_size().unwrap_or(0) as u64
}

/// Counts what the rows of a file have taken, so that a small file does not go on for hours.
pub(super) struct Meter {
    read: u64,
    most: u64,
}

impl Meter {
    pub(super) fn new(file: &FileRange) -> Meter {
        Meter { read: 0, most: MAX_READ_BYTES.saturating_add(file.len().saturating_mul(MAX_READ_GROWTH)) }
    }

    /// Adds some rows.
    pub(super) fn add(&mut self, rows: &RecordBatch) -> Result<(), Refusal> {
        let bytes: u64 = rows.columns().iter().map(|column| value_bytes(column)).sum();
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

/// Number of a footer, which is never below zero in a sound file.
pub(super) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use arrow::array::{DictionaryArray, Int32Array, ListArray, MapArray, StringArray, StructArray};
    use arrow::buffer::OffsetBuffer;
    use arrow::datatypes::Field;

    use super::*;

    #[test]
    fn a_text_of_a_dictionary_counts_as_often_as_it_is_used_wherever_it_is() {
        let texts = Arc::new(StringArray::from(vec!["x", "a text of twenty-one"]));
        let keys = Int32Array::from(vec![Some(1), Some(1), Some(0), None]);
        let column: ArrayRef = Arc::new(DictionaryArray::new(keys, texts));
        assert_eq!(value_bytes(&column.slice(1, 2)), 21);
        let used = 20 + 20 + 1 + 1;
        assert_eq!(value_bytes(&column), used);
        let field = Arc::new(Field::new("b", column.data_type().clone(), true));
        let members = StructArray::from(vec![(Arc::clone(&field), Arc::clone(&column))]);
        assert_eq!(value_bytes(&members), used);
        let lengths = OffsetBuffer::from_lengths([1, 3]);
        let lists = ListArray::new(Arc::clone(&field), lengths.clone(), Arc::clone(&column), None);
        assert_eq!(value_bytes(&lists), used);
        assert_eq!(value_bytes(&lists.slice(0, 1)), 20);
        let entries = StructArray::from(vec![
            (
                Arc::new(Field::new("k", DataType::Int32, false)),
                Arc::new(Int32Array::from(vec![1, 2, 3, 4])) as ArrayRef,
            ),
            (field, column),
        ]);
        let entry = Arc::new(Field::new("entries", entries.data_type().clone(), false));
        assert_eq!(value_bytes(&MapArray::new(entry, lengths, entries, None, false)), used + 4 * 4);
    }
}
