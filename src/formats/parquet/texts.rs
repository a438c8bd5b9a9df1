//! Columns of texts without a dictionary: most of what most tables consist of.
//!
//! Their pages are made here, and not by the library: each text is copied once, into a buffer that is used again, and
//! compared as a number. What surrounds pages, their headers, the footer and the page index, is the library's.

use std::cell::Cell;

use ::parquet::basic::{
    BoundaryOrder, Compression, Encoding, EncodingMask, LogicalType, PageType, Type, ZstdLevel,
};
use ::parquet::column::page::{CompressedPage, Page, PageWriteSpec, PageWriter};
use ::parquet::column::writer::ColumnCloseResult;
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::metadata::{
    ColumnChunkMetaData, ColumnIndexBuilder, LevelHistogram, OffsetIndexBuilder, PageEncodingStats,
};
use ::parquet::file::statistics::{Statistics, ValueStatistics};
use ::parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use ::parquet::schema::types::ColumnDescPtr;
use arrow::array::{Array, StringArray};
use bytes::Bytes;
use zstd::bulk::Compressor;
use zstd::zstd_safe::CParameter;

use super::bounds::{self, Bounds};
use super::{PAGE_BYTES, PAGE_ROWS, ZSTD_LEVEL, levels};
use crate::bytes::put;
use crate::offsets::index;

/// Bytes behind a page's own that a copy of fixed length may overwrite.
const ROOM: usize = 64;

/// Bytes before each text: its length (Parquet, `Encodings.md`, "Plain").
const PREFIX: usize = size_of::<u32>();

/// How far back zstd looks for what it has seen, as a power of two: as far as a core's own memory holds beside its tables.
/// Further back there is little more to find, and finding it is slower (RFC 8878, 3.1.1.1.2).
const WINDOW_LOG: u32 = 19;

/// Whether chunks of the column are encoded here.
pub(super) fn are_texts(column: &ColumnDescPtr) -> bool {
    column.max_rep_level() == 0 && column.logical_type_ref() == Some(&LogicalType::String)
}

/// Encodes a chunk of the column.
pub(super) fn encode(column: &ColumnDescPtr, texts: &StringArray) -> Result<(Bytes, ColumnCloseResult)> {
    let mut scratch = SCRATCH.take().map_or_else(PageScratch::new, Ok)?;
    let mut sink = TrackedWrite::new(Vec::with_capacity(texts.value_data().len() / 2));
    let mut chunk = Chunk::new(column);
    let mut start = 0;
    while start < texts.len() {
        let rows = page_rows(texts, start);
        let page = scratch.page(texts, start, rows, column.max_def_level() > 0)?;
        let spec = SerializedPageWriter::new(&mut sink).write_page(page.compressed)?;
        chunk.add((rows, page.there), page.bounds, page.text_bytes, &spec)?;
        start += rows;
    }
    SCRATCH.set(Some(scratch));
    Ok((sink.into_inner()?.into(), chunk.close()?))
}

/// How many rows the page that begins with row `start` has: as many as are wanted, unless their texts take too much, and
/// at least one.
fn page_rows(texts: &StringArray, start: usize) -> usize {
    let offsets = &texts.value_offsets()[start..];
    let most = (offsets.len() - 1).min(PAGE_ROWS);
    let fits = |end: &i32| index(*end - offsets[0]) <= PAGE_BYTES;
    offsets[1..=most].partition_point(fits).max(1)
}

thread_local! {
    /// What the thread has encoded its last column with.
    static SCRATCH: Cell<Option<PageScratch>> = const { Cell::new(None) };
}

/// What it takes to make a page, again and again.
struct PageScratch {
    compressor: Compressor<'static>,
    levels: Vec<u8>,
    /// As long as the longest page so far.
    body: Vec<u8>,
    compressed: Vec<u8>,
}

/// A page, and what is known of it.
struct TextPage<'a> {
    compressed: CompressedPage,
    there: usize,
    bounds: Option<Bounds<'a>>,
    text_bytes: usize,
}

impl PageScratch {
    fn new() -> Result<PageScratch> {
        let mut compressor = Compressor::new(ZSTD_LEVEL)?;
        compressor.set_parameter(CParameter::WindowLog(WINDOW_LOG))?;
        Ok(PageScratch { compressor, levels: Vec::new(), body: Vec::new(), compressed: Vec::new() })
    }

    /// The page of some rows: levels, and texts behind their length (Parquet, `README.md`, "Data Pages").
    fn page<'a>(
        &mut self,
        texts: &'a StringArray,
        start: usize,
        rows: usize,
        is_optional: bool,
    ) -> Result<TextPage<'a>> {
        let nulls =
            texts.nulls().map(|nulls| nulls.slice(start, rows)).filter(|nulls| nulls.null_count() > 0);
        self.levels.clear();
        if is_optional {
            levels::write(nulls.as_ref(), rows, &mut self.levels);
        }
        let offsets = &texts.value_offsets()[start..=start + rows];
        let text_bytes = index(offsets[rows] - offsets[0]);
        let there = rows - nulls.as_ref().map_or(0, |nulls| nulls.null_count());
        let most = self.levels.len() + there * PREFIX + text_bytes + ROOM;
        if self.body.len() < most {
            self.body.resize(most, 0);
        }
        self.body[..self.levels.len()].copy_from_slice(&self.levels);
        let (mut end, mut bounds, bytes) = (self.levels.len(), None, texts.value_data());
        let mut text_bytes = 0;
        let mut add = |row: usize| {
            let prefix = offsets[row + 1] - offsets[row];
            let (start, length) = (index(offsets[row]), index(prefix));
            Bounds::see(&mut bounds, bytes, start, length);
            self.body[end..end + PREFIX].copy_from_slice(&prefix.to_le_bytes());
            end += PREFIX;
            put(&mut self.body[end..], bytes, start, length);
            end += length;
            text_bytes += length;
        };
        match &nulls {
            None => (0..rows).for_each(&mut add),
            Some(nulls) => nulls.valid_indices().for_each(&mut add),
        }
        let body = &self.body[..end];
        self.compressed.clear();
        self.compressed.reserve(zstd::zstd_safe::compress_bound(body.len()));
        self.compressor.compress_to_buffer(body, &mut self.compressed)?;
        let page = Page::DataPage {
            buf: Bytes::copy_from_slice(&self.compressed),
            num_values: u32::try_from(rows)?,
            encoding: Encoding::PLAIN,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        Ok(TextPage { compressed: CompressedPage::new(page, end), there, bounds, text_bytes })
    }
}

/// What the footer and the page index say of a chunk.
struct Chunk<'a> {
    column: ColumnDescPtr,
    column_index: ColumnIndexBuilder,
    offset_index: OffsetIndexBuilder,
    bounds: Option<Bounds<'a>>,
    /// Bounds of the last page that has any, and whether pages ascend and descend so far.
    last: Option<Bounds<'a>>,
    is_ascending: bool,
    is_descending: bool,
    rows: usize,
    there: usize,
    text_bytes: usize,
    pages: i32,
    uncompressed: usize,
    compressed: usize,
}

impl<'a> Chunk<'a> {
    fn new(column: &ColumnDescPtr) -> Chunk<'a> {
        Chunk {
            column: ColumnDescPtr::clone(column),
            column_index: ColumnIndexBuilder::new(Type::BYTE_ARRAY),
            offset_index: OffsetIndexBuilder::new(),
            bounds: None,
            last: None,
            is_ascending: true,
            is_descending: true,
            rows: 0,
            there: 0,
            text_bytes: 0,
            pages: 0,
            uncompressed: 0,
            compressed: 0,
        }
    }

    /// How often each level occurs; `None` where there is one level only.
    fn histogram(&self, rows: usize, there: usize) -> Option<LevelHistogram> {
        let mut histogram = LevelHistogram::try_new(self.column.max_def_level())?;
        histogram.increment_by(0, count(rows - there));
        histogram.increment_by(1, count(there));
        Some(histogram)
    }

    /// Adds a page that was written.
    fn add(
        &mut self,
        (rows, there): (usize, usize),
        bounds: Option<Bounds<'a>>,
        text_bytes: usize,
        spec: &PageWriteSpec,
    ) -> Result<()> {
        let (least, greatest) = match bounds {
            Some(bounds) => {
                (bounds::lower(text(bounds.least)?).0.to_vec(), bounds::upper(text(bounds.greatest)?).0)
            }
            None => Default::default(),
        };
        self.column_index.append(bounds.is_none(), least, greatest, count(rows - there), None);
        self.column_index.append_histograms(&None, &self.histogram(rows, there));
        self.offset_index.append_row_count(count(rows));
        self.offset_index.append_unencoded_byte_array_data_bytes(Some(count(text_bytes)));
        let (offset, size) = (i64::try_from(spec.offset)?, i32::try_from(spec.compressed_size)?);
        self.offset_index.append_offset_and_size(offset, size);
        if let Some(bounds) = bounds {
            if let Some(last) = self.last.replace(bounds) {
                self.is_ascending &= last.least <= bounds.least && last.greatest <= bounds.greatest;
                self.is_descending &= last.least >= bounds.least && last.greatest >= bounds.greatest;
            }
            self.bounds = Some(self.bounds.map_or(bounds, |all| all.join(bounds)));
        }
        self.rows += rows;
        self.there += there;
        self.text_bytes += text_bytes;
        self.pages += 1;
        self.uncompressed += spec.uncompressed_size;
        self.compressed += spec.compressed_size;
        Ok(())
    }

    fn statistics(&self) -> Result<Statistics> {
        let nulls = Some((self.rows - self.there) as u64);
        let Some(bounds) = self.bounds else {
            return Ok(Statistics::ByteArray(ValueStatistics::new(None, None, None, nulls, false)));
        };
        let (least, is_lower) = bounds::lower(text(bounds.least)?);
        let (greatest, is_upper) = bounds::upper(text(bounds.greatest)?);
        let statistics =
            ValueStatistics::new(Some(least.to_vec().into()), Some(greatest.into()), None, nulls, false);
        Ok(Statistics::ByteArray(statistics.with_min_is_exact(!is_lower).with_max_is_exact(!is_upper)))
    }

    fn close(mut self) -> Result<ColumnCloseResult> {
        let order = match (self.is_ascending, self.is_descending) {
            (true, _) => BoundaryOrder::ASCENDING,
            (false, true) => BoundaryOrder::DESCENDING,
            (false, false) => BoundaryOrder::UNORDERED,
        };
        self.column_index.set_boundary_order(order);
        let pages = PageEncodingStats {
            page_type: PageType::DATA_PAGE,
            encoding: Encoding::PLAIN,
            count: self.pages,
        };
        let metadata = ColumnChunkMetaData::builder(ColumnDescPtr::clone(&self.column))
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?))
            .set_encodings_mask(EncodingMask::new_from_encodings([Encoding::RLE, Encoding::PLAIN].iter()))
            .set_page_encoding_stats(vec![pages])
            .set_total_compressed_size(count(self.compressed))
            .set_total_uncompressed_size(count(self.uncompressed))
            .set_num_values(count(self.rows))
            .set_data_page_offset(0)
            .set_statistics(self.statistics()?)
            .set_unencoded_byte_array_data_bytes(Some(count(self.text_bytes)))
            .set_definition_level_histogram(self.histogram(self.rows, self.there))
            .build()?;
        Ok(ColumnCloseResult {
            bytes_written: self.compressed as u64,
            rows_written: self.rows as u64,
            metadata,
            bloom_filter: None,
            column_index: Some(self.column_index.build()?),
            offset_index: Some(self.offset_index.build()),
        })
    }
}

/// A number of rows or bytes as the footer has it.
fn count(number: usize) -> i64 {
    i64::try_from(number).expect("it is counted in memory, which has fewer bytes than 2^63")
}

/// A bound as the text that it is.
fn text(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(|error| ParquetError::External(Box::new(error)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use arrow::array::{ArrayRef, AsArray};

    use super::super::{ColumnChunk, SerializedFileWriter, TableColumns};
    use super::*;
    use crate::schema::FieldType;
    use crate::schema::fixture;

    /// A file with two row groups of the same column, encoded here or by the library.
    fn file(texts: &StringArray, is_optional: bool, is_encoded_here: bool) -> Vec<u8> {
        let project = fixture::project(None);
        let key = if is_optional { vec![] } else { vec![0] };
        let table = fixture::table("t", &[("text", FieldType::String)], &key);
        let mut encoder = TableColumns::new(&project, &table).expect("it has a schema");
        assert!(encoder.columns[0].texts.is_some());
        encoder.columns[0].may_repeat = false;
        if !is_encoded_here {
            encoder.columns[0].texts = None;
        }
        let array: ArrayRef = Arc::new(texts.clone());
        let mut file =
            SerializedFileWriter::new(Vec::new(), encoder.root.clone(), encoder.properties.clone())
                .expect("a file");
        for _ in 0..2 {
            let mut group = file.next_row_group().expect("a row group");
            let chunk = encoder.columns[0].encode(encoder.schema.field(0), &array).expect("a chunk");
            assert_eq!(matches!(chunk, ColumnChunk::Pages(..)), is_encoded_here);
            chunk.append_to(&mut group).expect("a column");
            group.close().expect("one column");
        }
        file.into_inner().expect("a file")
    }

    /// Texts that are sometimes longer than any copy of fixed length.
    fn long(row: usize) -> String {
        format!("{}é{row}", "a text of more than sixty-four bytes, ".repeat(1 + row % 3))
    }

    #[test]
    fn the_library_would_write_the_same() {
        // No page is larger than the window.
        let ascending = (0..100_000).map(|row| Some(format!("{row:07}")));
        let descending = (0..70_000).map(|row| Some(format!("{:07}é", 99_999 - row)));
        let gaps = (0..40_000).map(|row| (row * row % 11 > 4 && row % 8_000 > 7_000).then(|| long(row)));
        let few_long =
            (0..70_000).map(|row| (row % 16 == 5).then(|| format!("{:05}{}", 99_999 - row, long(row))));
        let none = (0..40_000).map(|_| None::<String>);
        let few = [Some("z"), None, Some(""), None];
        let arrays = [
            ascending.collect::<StringArray>(),
            descending.collect(),
            gaps.collect(),
            few_long.collect(),
            none.collect(),
            few.into_iter().collect(),
        ];
        for texts in &arrays {
            assert!(file(texts, true, true) == file(texts, true, false));
            if texts.null_count() == 0 {
                assert!(file(texts, false, true) == file(texts, false, false));
            }
            let slice = texts.slice(1, texts.len() - 2);
            assert!(file(&slice, true, true) == file(&slice, true, false));
        }
    }

    #[test]
    fn a_page_may_be_larger_than_the_window() {
        let texts: StringArray =
            (0..50_000).map(|row| (row % 7 > 0).then(|| long(row * row % 9_973))).collect();
        assert!(texts.value_data().len() > 4 << WINDOW_LOG);
        let file = Bytes::from(file(&texts, true, true));
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("a file");
        let batches = reader.with_batch_size(texts.len()).build().expect("row groups");
        let groups: Vec<_> = batches.map(|batch| batch.expect("pages").column(0).clone()).collect();
        assert_eq!(groups.len(), 2);
        assert!(groups.iter().all(|group| group.as_string() == &texts));
    }

    #[test]
    fn pages_of_long_texts_have_fewer_rows() {
        let text = "x".repeat(PAGE_BYTES / 4);
        let texts = StringArray::from_iter_values(
            (0..10).map(|row| if row == 5 { text.repeat(9) } else { text.clone() }),
        );
        let mut starts = Vec::new();
        let mut start = 0;
        while start < texts.len() {
            starts.push(start);
            start += page_rows(&texts, start);
        }
        assert_eq!(starts, [0, 4, 5, 6]);
        let long = StringArray::from_iter_values((0..PAGE_ROWS + 1).map(|_| ""));
        assert_eq!(page_rows(&long, 0), PAGE_ROWS);
    }
}
