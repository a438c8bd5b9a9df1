//! Parquet files of a few hundred bytes that stand for gigabytes: what they take is bounded, in memory and in time.

use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use crate::limited;
use crate::scratch::Scratch;
use arrow::array::{ArrayRef, DictionaryArray, Int32Array, StringArray};
use arrow::record_batch::RecordBatch;
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::column::writer::ColumnCloseResult;
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;

const DATASET: &str = "{name: t, version: 1.0.0, created: 2026-11-22, letterpress: {formats: [csv]}}";

/// A project with one table of some fields, and a Parquet file of a schema, which `write` fills.
fn project(fields: &str, message: &str, write: impl FnOnce(&mut SerializedFileWriter<File>)) -> Scratch {
    let table =
        format!("{{fields: [{{name: n, type: integer, letterpress: {{from: \"@index\"}}}}, {fields}]}}");
    let home = Scratch::empty().dataset(DATASET).table("t", &table).seed("t.parquet", "");
    let schema = Arc::new(parquet::schema::parser::parse_message_type(message).expect("a schema"));
    let properties = WriterProperties::builder()
        .set_statistics_enabled(EnabledStatistics::None)
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_dictionary_page_size_limit(8 << 20)
        .set_column_encoding("delta".into(), Encoding::DELTA_BYTE_ARRAY)
        .set_column_dictionary_enabled("delta".into(), false);
    let file = File::create(home.path().join("seeds/t.parquet")).expect("there is room");
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties.build())).expect("a file");
    write(&mut writer);
    writer.close().expect("there is room");
    home
}

/// A row group of which each column has the same text in each of its values; `levels` are those of definition and repetition.
fn repeated(
    writer: &mut SerializedFileWriter<File>,
    text: &str,
    values: usize,
    levels: Option<(&[i16], &[i16])>,
) {
    let texts = vec![ByteArray::from(Bytes::copy_from_slice(text.as_bytes())); values];
    let mut group = writer.next_row_group().expect("a row group");
    while let Some(mut column) = group.next_column().expect("there is room") {
        let column_writer = column.typed::<ByteArrayType>();
        let (definitions, repetitions) = levels.unzip();
        column_writer.write_batch(&texts, definitions, repetitions).expect("there is room");
        column.close().expect("there is room");
    }
    group.close().expect("there is room");
}

/// A row group with a column of one page that is written by hand.
fn by_hand(writer: &mut SerializedFileWriter<File>, page: &[u8], rows: u64) {
    let column = writer.schema_descr().column(0);
    let length = i64::try_from(page.len()).expect("it is small");
    let metadata = ColumnChunkMetaData::builder(column)
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_encodings(vec![Encoding::PLAIN])
        .set_num_values(i64::try_from(rows).expect("it is a count"))
        .set_total_compressed_size(length)
        .set_total_uncompressed_size(length)
        .set_data_page_offset(0)
        .build()
        .expect("a column chunk");
    let close = ColumnCloseResult {
        bytes_written: page.len() as u64,
        rows_written: rows,
        metadata,
        bloom_filter: None,
        column_index: None,
        offset_index: None,
    };
    let mut group = writer.next_row_group().expect("a row group");
    group.append_column(&Bytes::copy_from_slice(page), close).expect("there is room");
    group.close().expect("there is room");
}

/// A number in the compact protocol of Thrift.
fn zigzag(number: i32) -> Vec<u8> {
    let mut left = u64::try_from(i64::from(number) * 2).expect("no number here is negative");
    let mut bytes = Vec::new();
    loop {
        let byte = u8::try_from(left & 0x7f).expect("seven bits");
        left >>= 7;
        bytes.push(if left == 0 { byte } else { byte | 0x80 });
        if left == 0 {
            return bytes;
        }
    }
}

/// A data page of the first version, whose header says what it likes of its bytes.
fn page(uncompressed: i32, values: i32, packed: &[u8]) -> Vec<u8> {
    let compressed = zigzag(i32::try_from(packed.len()).expect("it is small"));
    let number = |number: i32| [&[0x15][..], &zigzag(number)].concat();
    [
        &number(0)[..],
        &number(uncompressed),
        &[0x15],
        &compressed,
        &[0x2c],
        &number(values),
        &number(0),
        &number(3),
        &number(3),
        &[0, 0],
        packed,
    ]
    .concat()
}

/// The check of a project.
fn command(home: &Path) -> Command {
    let mut command = limited::letterpress();
    command.args(["check", "--quiet", "--message-format", "short", "--memory", "256MiB", "--jobs", "2"]);
    command.current_dir(home);
    command
}

/// What `check` says of a project.
fn check(home: &Path) -> String {
    let output = command(home).output().expect("the command runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{} {text:.1000}{errors}", output.status);
    text
}

/// Checks that a project is refused with one message, which says this.
fn is_too_large(home: &Scratch, expected: &str) {
    let text = check(home.path());
    assert_eq!(text.lines().count(), 1, "{text:.1000}");
    assert!(text.contains("error[too-large]") && text.contains(expected), "{text}");
}

/// Checks that a project is refused because its file has more rows than one of its size may have: 64 MiB, and 20,000 times its bytes.
fn goes_on_too_long(home: &Scratch) {
    let bytes = home.read("seeds/t.parquet").len();
    let most = ((64 << 20) + bytes * 20_000) >> 20;
    let expected =
        format!("the rows up to here take more than the {most} MiB that a file of this size may stand for");
    is_too_large(home, &expected);
}

#[test]
fn a_text_that_is_repeated_without_end_is_too_large() {
    let columns = ["a", "b", "c", "d", "e", "f"];
    let fields = columns.map(|name| format!("{{name: {name}}}")).join(", ");
    let message = columns.map(|name| format!("required binary {name} (UTF8);")).concat();
    let message = format!("message m {{ {message} }}");
    let home = project(&fields, &message, |writer| repeated(writer, &"x".repeat(200 << 10), 1000, None));
    goes_on_too_long(&home);
    let message = "message m { required binary a (UTF8); }";
    for (length, rows) in [(1 << 20, 300), (7 << 20, 30)] {
        let home = project("{name: a}", message, |writer| repeated(writer, &"x".repeat(length), rows, None));
        goes_on_too_long(&home);
    }
}

#[test]
fn a_text_that_repeats_the_one_before_it_without_end_is_too_large() {
    let message = "message m { required binary delta (UTF8); }";
    let home =
        project("{name: delta}", message, |writer| repeated(writer, &"x".repeat(1 << 20), 1_000, None));
    goes_on_too_long(&home);
}

#[test]
fn a_text_that_is_repeated_in_a_list_is_too_large() {
    let message =
        "message m { required group a (LIST) { repeated group list { required binary element (UTF8); } } }";
    let fields = "{name: a, type: list, itemType: string}";
    let definitions = vec![1; 10_000];
    let repetitions: Vec<i16> = (0..10_000).map(|value| i16::from(value > 0)).collect();
    let home = project(fields, message, |writer| {
        repeated(writer, &"x".repeat(200 << 10), 10_000, Some((&definitions, &repetitions)));
    });
    is_too_large(&home, "the 10000 values of its column `a.list.element` may take 1953 MiB");
}

#[test]
fn a_page_that_unpacks_to_gigabytes_is_too_large() {
    let home = project("{name: a}", "message m { required binary a (UTF8); }", |writer| {
        by_hand(writer, &page(i32::MAX, 1, &[0; 16]), 1);
    });
    is_too_large(&home, "the pages of a row group that are read together take 2047 MiB");
}

#[test]
fn rows_without_values_and_without_end_are_too_large() {
    // Levels of definition: their length, a run of 2^31 - 1 zeros in as many bits as a varint needs, and the zero.
    let run = [&6_u32.to_le_bytes()[..], &[0xfe, 0xff, 0xff, 0xff, 0x0f, 0]].concat();
    let packed = zstd::bulk::compress(&run, 3).expect("it is small");
    let home = project("{name: a}", "message m { optional binary a (UTF8); }", |writer| {
        by_hand(writer, &page(10, i32::MAX, &packed), 0x7fff_ffff);
    });
    goes_on_too_long(&home);
}

/// A project with a Parquet file of one column `a`, packed with zstd.
fn packed(column: ArrayRef) -> Scratch {
    let home = project("{name: a}", "message m { required binary a (UTF8); }", |_| ());
    let batch = RecordBatch::try_from_iter([("a", column)]).expect("a column");
    let file = File::create(home.path().join("seeds/t.parquet")).expect("there is room");
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default()));
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties.build())).expect("a file");
    writer.write(&batch).expect("there is room");
    writer.close().expect("there is room");
    home
}

#[test]
fn long_texts_that_are_much_alike_are_no_bomb() {
    // 160 MiB in a file of some kilobytes.
    let texts: StringArray =
        (0..4_000).map(|row| Some(format!("{row} {}", "judgment ".repeat(4_500)))).collect();
    let output = command(packed(Arc::new(texts)).path()).output().expect("the command runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn a_text_of_a_dictionary_counts_as_often_as_it_is_used() {
    let texts = Arc::new(StringArray::from(vec!["x".repeat(100 << 10)]));
    goes_on_too_long(&packed(Arc::new(DictionaryArray::new(Int32Array::from(vec![0; 2_000]), texts))));
}
