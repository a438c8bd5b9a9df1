//! Parquet: typed columns, one row group per block, and the schema's words in the footer.
//!
//! Every option that reaches the file is stated in [`properties`], with its reason.

mod bounds;
mod dictionary;
mod levels;
mod metadata;
mod texts;

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use ::parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, compute_leaves};
use ::parquet::arrow::{ArrowSchemaConverter, add_encoded_arrow_schema_to_metadata};
use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::column::writer::ColumnCloseResult;
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::{
    EnabledStatistics, WriterProperties, WriterPropertiesBuilder, WriterPropertiesPtr, WriterVersion,
};
use ::parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use ::parquet::schema::types::{ColumnDescPtr, SchemaDescriptor, TypePtr};
use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::{Field, FieldRef, Schema, SchemaRef};
use bytes::Bytes;

use super::part_files::{PartFile, PartFiles, PartFilesWriter, PartSink};
use super::{Block, DatasetWriter, Facts, Format, Morsel, Pipeline, ReorderQueue, TableInfo, Turn};
use crate::diagnostic::{Error, Result};
use crate::schema::{Column, ColumnType, Project, Table};
use crate::staging::{Stage, StagedFile};

/// The format `parquet`.
pub(super) struct Parquet;

/// zstd's own default.
const ZSTD_LEVEL: i32 = 3;

/// A page is what a selective reader fetches, half a row group; smaller ones cost a hundredth of the size each time.
const PAGE_ROWS: usize = 32_768;

/// Bytes of values after which a page ends even so.
const PAGE_BYTES: usize = 8 << 20;

static FACTS: Facts = Facts {
    name: "parquet",
    title: "Apache Parquet",
    extension: "parquet",
    media_type: "application/vnd.apache.parquet",
    is_default: true,
};

impl Format for Parquet {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn open<'a>(&self, project: &'a Project, stage: &'a Stage) -> Result<Box<dyn DatasetWriter<'a> + 'a>> {
        let pipelines = move |info: &TableInfo<'a>, files: PartFiles<'a>| pipelines(project, info, files);
        Ok(Box::new(PartFilesWriter::new(&FACTS, stage, pipelines)))
    }
}

/// Pipelines of a table: one for each column, into the same row groups.
fn pipelines<'a>(
    project: &Project,
    info: &TableInfo<'a>,
    files: PartFiles<'a>,
) -> Result<Vec<Arc<dyn Pipeline + 'a>>> {
    let TableColumns { path, schema, root, properties, columns } = TableColumns::new(project, info.table)?;
    let count = columns.len();
    let sink = files.sink(move |file| RowGroups::begin(file, &root, &properties, count))?;
    let groups = Arc::new(ReorderQueue::new(sink, info.number));
    let pipeline = |(number, column)| {
        let (path, schema, groups) = (Arc::clone(&path), Arc::clone(&schema), Arc::clone(&groups));
        Arc::new(ColumnPipeline { path, schema, table: info.number, number, column, groups })
            as Arc<dyn Pipeline + 'a>
    };
    Ok(columns.into_iter().enumerate().map(pipeline).collect())
}

/// Columns of a table, and what its files have in common.
struct TableColumns {
    path: Arc<str>,
    schema: SchemaRef,
    root: TypePtr,
    properties: WriterPropertiesPtr,
    columns: Vec<ColumnWriters>,
}

impl TableColumns {
    fn new(project: &Project, table: &Table) -> Result<TableColumns> {
        let path: Arc<str> = format!("{}.parquet", table.name).into();
        let fields = metadata::arrow_schema(table);
        let schema: SchemaRef = fields.into();
        let mut properties = properties(project, table).build();
        add_encoded_arrow_schema_to_metadata(&schema, &mut properties);
        let root = root(&schema, &properties, &path)?;
        let ways = [false, true].map(|has_dictionary| {
            Arc::new(properties.clone().into_builder().set_dictionary_enabled(has_dictionary).build())
        });
        let descriptor = SchemaDescriptor::new(TypePtr::clone(&root));
        // A column is encoded as in a file of its own.
        let column = |(number, (field, column)): (usize, (&FieldRef, &Column))| {
            let alone = Arc::new(Schema::new(vec![Arc::clone(field)]));
            let root = self::root(&alone, &properties, &path)?;
            let factory = |way: &WriterPropertiesPtr| {
                let writer = SerializedFileWriter::new(std::io::sink(), Arc::clone(&root), Arc::clone(way));
                writer.map(|writer| ArrowRowGroupWriterFactory::new(&writer, Arc::clone(&alone)))
            };
            let [plain, dictionary] = ways.each_ref().map(factory);
            let failed = |error| failed(&path, error);
            let may_repeat = dictionary::may_repeat(table, column);
            let (plain, dictionary) = (plain.map_err(failed)?, dictionary.map_err(failed)?);
            // Each column has one leaf, be it a list or not.
            let texts = Some(descriptor.column(number)).filter(texts::are_texts);
            Ok(ColumnWriters { kind: column.kind, may_repeat, texts, plain, dictionary })
        };
        let columns = schema.fields().iter().zip(&table.columns).enumerate().map(column);
        let columns = columns.collect::<Result<_>>()?;
        let properties = Arc::new(properties);
        Ok(TableColumns { path: Arc::clone(&path), schema, root, properties, columns })
    }
}

/// The Parquet schema of columns.
fn root(schema: &Schema, properties: &WriterProperties, path: &str) -> Result<TypePtr> {
    let converter = ArrowSchemaConverter::new().with_coerce_types(properties.coerce_types());
    let schema = converter.convert(schema).map_err(|error| failed(path, error))?;
    Ok(schema.root_schema_ptr())
}

/// What makes the writers of a column.
struct ColumnWriters {
    kind: ColumnType,
    /// Whether a dictionary is worth a thought.
    may_repeat: bool,
    /// The column as the file's schema has it, if it is one of texts.
    texts: Option<ColumnDescPtr>,
    plain: ArrowRowGroupWriterFactory,
    dictionary: ArrowRowGroupWriterFactory,
}

/// Pipeline of a column of a table.
struct ColumnPipeline<'a> {
    path: Arc<str>,
    schema: SchemaRef,
    /// Number of the table.
    table: usize,
    /// Number of the column.
    number: usize,
    column: ColumnWriters,
    groups: Arc<ReorderQueue<PartSink<'a, RowGroups>>>,
}

impl Pipeline for ColumnPipeline<'_> {
    fn takes_blocks(&self) -> bool {
        true
    }

    fn run(&self, block: &Morsel<'_>) -> Result<()> {
        let Morsel { block: Block { batch, part, .. }, turn, .. } = block;
        let chunk = self.column.encode(self.schema.field(self.number), batch.column(self.number));
        let chunk = chunk.map_err(|error| failed(&self.path, error))?;
        let columns = self.schema.fields().len();
        let turn = Turn { number: turn.number * columns as u64 + self.number as u64, ..*turn };
        self.groups.push(turn, (*part, chunk))
    }

    fn finish(&self) -> Result<()> {
        let is_last = self.number + 1 == self.schema.fields().len();
        if is_last { self.groups.end_table(self.table) } else { Ok(()) }
    }
}

impl ColumnWriters {
    fn encode(&self, field: &Field, values: &ArrayRef) -> std::result::Result<ColumnChunk, ParquetError> {
        let has_dictionary = self.may_repeat && dictionary::is_worth_it(self.kind, values);
        if let Some(column) = self.texts.as_ref().filter(|_| !has_dictionary) {
            let (pages, close) = texts::encode(column, values.as_string())?;
            return Ok(ColumnChunk::Pages(pages, close));
        }
        let factory = if has_dictionary { &self.dictionary } else { &self.plain };
        // The number of the row group matters to encryption only.
        let mut writers = factory.create_column_writers(0)?.into_iter();
        let mut writer = writers.next().expect("a writer for the column");
        for leaf in compute_leaves(field, values)? {
            writer.write(&leaf)?;
        }
        writer.close().map(ColumnChunk::Arrow)
    }
}

/// A column of a row group, encoded.
#[derive(Debug)]
enum ColumnChunk {
    /// By the library.
    Arrow(ArrowColumnChunk),
    /// As pages, and what the footer says of them.
    Pages(Bytes, ColumnCloseResult),
}

impl ColumnChunk {
    fn append_to<W: Write + Send>(
        self,
        group: &mut SerializedRowGroupWriter<'_, W>,
    ) -> std::result::Result<(), ParquetError> {
        match self {
            ColumnChunk::Arrow(chunk) => chunk.append_to_row_group(group),
            ColumnChunk::Pages(pages, close) => group.append_column(&pages, close),
        }
    }
}

/// File of row groups, to which their columns are appended.
struct RowGroups {
    path: Arc<str>,
    writer: SerializedFileWriter<StagedFile>,
    /// Number of columns in a row group.
    count: usize,
    /// The columns of the row group that is not yet complete.
    columns: Vec<ColumnChunk>,
}

impl RowGroups {
    fn begin(
        file: StagedFile,
        root: &TypePtr,
        properties: &WriterPropertiesPtr,
        count: usize,
    ) -> Result<RowGroups> {
        let path: Arc<str> = file.path().into();
        let writer = SerializedFileWriter::new(file, Arc::clone(root), Arc::clone(properties))
            .map_err(|error| failed(&path, error))?;
        Ok(RowGroups { path, writer, count, columns: Vec::with_capacity(count) })
    }
}

impl PartFile for RowGroups {
    type Piece = ColumnChunk;

    fn append(&mut self, chunk: ColumnChunk) -> Result<()> {
        self.columns.push(chunk);
        if self.columns.len() < self.count {
            return Ok(());
        }
        let mut append = || {
            let mut group = self.writer.next_row_group()?;
            for chunk in self.columns.drain(..) {
                chunk.append_to(&mut group)?;
            }
            group.close()
        };
        append().map_err(|error| failed(&self.path, error))?;
        Ok(())
    }

    fn finish(self) -> Result<()> {
        let file = self.writer.into_inner().map_err(|error| failed(&self.path, error))?;
        file.finish().map(drop)
    }
}

fn failed(path: &str, error: ParquetError) -> Error {
    Error::machine("write", Path::new(path), error)
}

/// The options of a table's file. Row groups are not among them: a block is one.
fn properties(project: &Project, table: &Table) -> WriterPropertiesBuilder {
    let zstd = ZstdLevel::try_new(ZSTD_LEVEL).expect("it is a level of zstd");
    WriterProperties::builder()
        // The only pages that every reader reads: BigQuery, older DuckDB and many viewers refuse version 2.
        .set_writer_version(WriterVersion::PARQUET_1_0)
        // Not the library, whose version would change the bytes; in the form that parquet-java parses (parquet.thrift).
        .set_created_by(concat!("letterpress version ", env!("CARGO_PKG_VERSION")).to_owned())
        // Half the size of Snappy on text, and read by every reader of the last five years.
        .set_compression(Compression::ZSTD(zstd))
        // Least and greatest value of each page and row group, so that readers skip what a query cannot match …
        .set_statistics_enabled(EnabledStatistics::Page)
        // … kept in the page index, where they can be read without touching the pages …
        .set_offset_index_disabled(false)
        // … and not a second time in each page's header.
        .set_write_page_header_statistics(false)
        // Long texts need not be there in full to be compared.
        .set_statistics_truncate_length(Some(bounds::LONGEST))
        .set_column_index_truncate_length(Some(bounds::LONGEST))
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_data_page_size_limit(PAGE_BYTES)
        // Checking page limits every 1024 values is often enough to keep them.
        .set_write_batch_size(1024)
        // Decided for each column of each row group; see `dictionary`.
        .set_dictionary_enabled(false)
        .set_dictionary_page_size_limit(1024 * 1024)
        // Worth their space only where many files are searched for single keys.
        .set_bloom_filter_enabled(false)
        // Counting distinct values costs a hash table per column, and readers do not use it yet.
        .set_write_row_group_number_distinct_values(false)
        // Types are already those that Parquet has.
        .set_coerce_types(false)
        // Readers other than Rust's stop without it.
        .set_write_path_in_schema(true)
        // Pages end by rows and bytes alone, so that a row group depends on its own rows and no others.
        .set_content_defined_chunking(None)
        .set_key_value_metadata(Some(metadata::key_values(project, table)))
}

#[cfg(test)]
mod tests {
    use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use ::parquet::file::metadata::ParquetMetaData;
    use arrow::compute::concat_batches;
    use arrow::record_batch::RecordBatch;

    use super::*;
    use crate::formats::tests::published;
    use crate::schema::fixture;
    use crate::sort::BLOCK_ROWS;

    fn read(table: usize) -> (Arc<ParquetMetaData>, RecordBatch) {
        let file = published(&fixture::project(None), table, "parquet");
        let reader = ParquetRecordBatchReaderBuilder::try_new(bytes_of(file)).expect("a Parquet file");
        let metadata = Arc::clone(reader.metadata());
        let schema = Arc::clone(reader.schema());
        let batches: Vec<RecordBatch> =
            reader.build().expect("a reader").collect::<std::result::Result<_, _>>().expect("rows");
        (metadata, concat_batches(&schema, &batches).expect("one schema"))
    }

    fn bytes_of(file: Vec<u8>) -> impl ::parquet::file::reader::ChunkReader + 'static {
        let mut temporary = tempfile::tempfile().expect("a temporary file");
        std::io::Write::write_all(&mut temporary, &file).expect("a disk that takes it");
        temporary
    }

    #[test]
    fn every_value_is_read_back() {
        let project = fixture::project(None);
        for table in 0..project.tables.len() {
            let (_, found) = read(table);
            assert_eq!(found.columns(), fixture::rows(&project, table).columns());
        }
    }

    #[test]
    fn a_block_is_a_row_group_with_a_page_index() {
        let (metadata, _) = read(fixture::LEVELS);
        let rows = metadata.row_groups().iter().map(|group| usize::try_from(group.num_rows()));
        let rows: Vec<usize> = rows.map(|rows| rows.expect("a number of rows")).collect();
        assert_eq!(rows, [BLOCK_ROWS, BLOCK_ROWS, 150_000 - 2 * BLOCK_ROWS]);
        let columns = metadata.row_groups().iter().flat_map(|group| group.columns());
        for column in columns {
            assert!(column.column_index_offset().is_some() && column.offset_index_offset().is_some());
            assert!(matches!(column.compression(), Compression::ZSTD(_)), "the level is not recorded");
        }
    }

    #[test]
    fn a_table_without_rows_keeps_its_columns() {
        let (metadata, found) = read(fixture::EMPTY);
        assert_eq!((metadata.num_row_groups(), found.num_rows(), found.num_columns()), (0, 0, 2));
    }

    #[test]
    fn the_footer_says_what_the_schema_says() {
        let (metadata, found) = read(fixture::FLOODS);
        let file = metadata.file_metadata();
        let version = concat!("letterpress version ", env!("CARGO_PKG_VERSION"));
        assert_eq!((file.created_by(), file.version()), (Some(version), 1));
        let value = |key: &str| {
            let pairs = file.key_value_metadata().into_iter().flatten();
            pairs.filter(|pair| pair.key == key).find_map(|pair| pair.value.as_deref())
        };
        assert_eq!(value("description"), Some("One row per flood."));
        assert_eq!(value("license"), Some("CC-BY-4.0"));
        let words = r#"{"name":"peak_m","description":"Peak above datum.","unit":"m"}"#;
        assert!(value("columns").is_some_and(|columns| columns.contains(words)));
        let schema = found.schema();
        let peak = schema.field_with_name("peak_m").expect("a column");
        assert_eq!(peak.metadata().get("unit").map(String::as_str), Some("m"));
        assert!(!schema.field(0).is_nullable() && peak.is_nullable());
        assert_eq!(file.schema_descr().root_schema().get_fields()[10].get_basic_info().id(), 11);
    }
}
