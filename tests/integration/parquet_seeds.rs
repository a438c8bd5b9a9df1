//! Seeds in Parquet: which columns fields read, how values come out, and what is refused instead of being altered.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::scratch::Scratch;
use arrow::array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Date64Array, Decimal128Array, Decimal256Array,
    DictionaryArray, FixedSizeBinaryArray, FixedSizeListArray, Float32Array, Float64Array, Int8Array,
    Int16Array, Int32Array, Int64Array, LargeListArray, LargeStringArray, ListArray, MapArray, NullArray,
    StringArray, StringViewArray, StructArray, Time64MicrosecondArray, TimestampMillisecondArray,
    TimestampNanosecondArray, UInt64Array,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, Float64Type, Int32Type, Schema, i256};
use arrow::record_batch::RecordBatch;
use letterpress::diagnostic::Diagnostic;
use parquet::arrow::ArrowWriter;
use parquet::basic::{BrotliLevel, Compression, GzipLevel, ZstdLevel};
use parquet::data_type::{FixedLenByteArray, FixedLenByteArrayType, Int64Type, Int96, Int96Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;

const DATASET: &str = "{name: t, version: 1.0.0, created: 2026-11-22, letterpress: {formats: [csv]}}";
const TABLE: &str = "{fields: [{name: id, type: string}, {name: size, type: integer, constraints: {minimum: 0}}], \
                     primaryKey: [id]}";

/// A project with one table and one Parquet file of these columns.
fn project_of(table: &str, columns: Vec<(&str, ArrayRef)>, properties: WriterProperties) -> Scratch {
    let home = Scratch::empty().dataset(DATASET).table("t", table);
    fs::create_dir(home.path().join("seeds")).expect("there is room");
    let fields = columns.iter().map(|(name, column)| Field::new(*name, column.data_type().clone(), true));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    let batch = RecordBatch::try_new(schema, columns).expect("columns of one length");
    let file = fs::File::create(home.path().join("seeds/t.parquet")).expect("there is room");
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).expect("a file");
    writer.write(&batch).expect("there is room");
    writer.close().expect("there is room");
    home
}

/// A project with one Parquet file: a row for each of some sizes, so many to a row group.
fn project(sizes: &[i64], group_rows: usize) -> Scratch {
    let ids: ArrayRef =
        Arc::new((0..sizes.len()).map(|row| Some(format!("k-{row}"))).collect::<StringArray>());
    let sizes: ArrayRef = Arc::new(Int64Array::from(sizes.to_vec()));
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(group_rows)).build();
    project_of(TABLE, vec![("id", ids), ("size", sizes)], properties)
}

/// The cells of a column `v` of a field, as CSV has them, or what is wrong with it.
fn published(field: &str, column: ArrayRef) -> Result<Vec<String>, Vec<String>> {
    let table = format!("{{fields: [{{name: id, type: integer}}, {{name: v, {field}}}], primaryKey: [id]}}");
    let ids: ArrayRef = Arc::new(Int64Array::from_iter_values((1..).take(column.len())));
    lines_of(&project_of(&table, vec![("id", ids), ("v", column)], WriterProperties::default()))
        .map(|lines| lines.iter().filter_map(|line| Some(line.split_once(',')?.1.to_owned())).collect())
}

/// The lines of the CSV below its header, or what is wrong.
fn lines_of(home: &Scratch) -> Result<Vec<String>, Vec<String>> {
    let found = home.problems();
    if !found.is_empty() {
        let shown = |problem: &Diagnostic| {
            let place = problem.place.to_string();
            let place =
                place.strip_prefix("seeds/t.parquet").unwrap_or(&place).trim_start_matches(':').to_owned();
            format!("{place} {}: {}", problem.code, problem.message).trim_start().to_owned()
        };
        return Err(found.iter().map(shown).collect());
    }
    home.draft();
    let text = String::from_utf8(home.drafted("csv/t.csv")).expect("CSV is UTF-8");
    Ok(text.lines().skip(1).map(str::to_owned).collect())
}

#[test]
fn a_mistake_has_the_number_of_its_row_wherever_it_is() {
    let bad = [0, 8_191, 8_192, 19_999, 20_000, 33_333];
    let sizes: Vec<i64> = (0..40_000).map(|row| if bad.contains(&row) { -row - 1 } else { row }).collect();
    for group_rows in [7_000, 20_000, 100_000] {
        let home = project(&sizes, group_rows);
        let found: Vec<(String, String)> =
            home.problems().into_iter().map(|problem| (problem.place.to_string(), problem.message)).collect();
        assert_eq!(found.len(), bad.len(), "{found:#?}");
        for (row, (place, message)) in bad.iter().zip(&found) {
            assert_eq!(*place, format!("seeds/t.parquet:row {}", row + 1));
            assert!(message.contains(&format!("{}", -row - 1)), "{message}");
        }
    }
}

#[test]
fn a_row_group_that_is_damaged_hides_no_other() {
    let sizes: Vec<i64> = (0..40_000).map(|row| if row == 39_999 { -1 } else { row }).collect();
    let home = project(&sizes, 20_000);
    let path = home.path().join("seeds/t.parquet");
    let mut bytes = fs::read(&path).expect("it was written");
    // The header of the first page.
    bytes[4..40].fill(0xff);
    fs::write(&path, bytes).expect("there is room");
    let found: Vec<String> = home.problems().iter().map(|problem| problem.code.to_string()).collect();
    assert_eq!(found, ["unreadable-file", "out-of-range"]);
}

/// A column of lists, a row for each.
fn lists(items: ArrayRef, lengths: &[usize]) -> ArrayRef {
    let element = Arc::new(Field::new("element", items.data_type().clone(), true));
    Arc::new(ListArray::new(element, OffsetBuffer::from_lengths(lengths.iter().copied()), items, None))
}

/// A column of structs, in one row.
fn structs() -> ArrayRef {
    let lon: ArrayRef = Arc::new(Float64Array::from(vec![7.5]));
    let lat: ArrayRef = Arc::new(Float64Array::from(vec![50.0]));
    let member = |name: &str| Arc::new(Field::new(name, DataType::Float64, true));
    Arc::new(StructArray::from(vec![(member("lon"), lon), (member("lat"), lat)]))
}

/// A column of maps, in one row.
fn maps(values: ArrayRef) -> ArrayRef {
    let keys: ArrayRef = Arc::new(StringArray::from_iter_values(["a", "b"].into_iter().take(values.len())));
    let pair = vec![
        Arc::new(Field::new("keys", DataType::Utf8, false)),
        Arc::new(Field::new("values", values.data_type().clone(), true)),
    ];
    let ends = OffsetBuffer::from_lengths([values.len()]);
    let pairs = StructArray::new(pair.clone().into(), vec![keys, values], None);
    let entries = Arc::new(Field::new("entries", DataType::Struct(pair.into()), false));
    Arc::new(MapArray::new(entries, ends, pairs, None, false))
}

#[test]
fn a_column_of_a_rarer_kind_is_published_as_it_is() {
    let decimal = |units: i128, scale: i8| {
        let column = Decimal128Array::from(vec![units]).with_precision_and_scale(38, scale);
        Arc::new(column.expect("digits")) as ArrayRef
    };
    let wide = Decimal256Array::from(vec![i256::from_i128(-125)]).with_precision_and_scale(76, 2);
    let numbers: DictionaryArray<Int32Type> =
        DictionaryArray::new(Int32Array::from(vec![1, 0, 1]), Arc::new(Int64Array::from(vec![5, -7])));
    let halves = arrow::compute::cast(&Float32Array::from(vec![0.1, 65_504.0]), &DataType::Float16);
    let halves = halves.expect("halves of numbers");
    let items = Arc::new(Field::new("element", DataType::Int64, true));
    let whole = || Arc::new(Int64Array::from(vec![1, 2, 3, 4])) as ArrayRef;
    let large = LargeListArray::new(Arc::clone(&items), OffsetBuffer::from_lengths([3, 1]), whole(), None);
    let cells: [(&str, ArrayRef, &[&str]); 16] = [
        ("type: number", halves, &["0.0999755859375", "65504.0"]),
        ("type: number", decimal(1, 1), &["0.1"]),
        ("type: number", decimal(9_007_199_254_740_993_000, 3), &["inexact-number"]),
        ("type: number", decimal(123_456_789_012_345_678, 17), &["inexact-number"]),
        (
            "type: number, letterpress: {decimal: [18, 17]}",
            decimal(123_456_789_012_345_678, 17),
            &["1.23456789012345678"],
        ),
        ("type: number, letterpress: {decimal: [5, 2]}", Arc::new(wide.expect("digits")), &["-1.25"]),
        ("type: integer", Arc::new(numbers), &["-7", "5", "-7"]),
        ("type: list, itemType: integer", Arc::new(large), &["\"1; 2; 3\"", "\"4\""]),
        (
            "type: list, itemType: integer",
            Arc::new(FixedSizeListArray::new(items, 2, whole(), None)),
            &["\"1; 2\"", "\"3; 4\""],
        ),
        ("type: integer", Arc::new(NullArray::new(2)), &["", ""]),
        ("type: list", Arc::new(NullArray::new(1)), &[""]),
        ("type: time", Arc::new(Time64MicrosecondArray::from(vec![500_000])), &["\"00:00:00.500\""]),
        (
            "type: object",
            maps(Arc::new(Date32Array::from(vec![Some(0), None]))),
            &["\"{\"\"a\"\":\"\"1970-01-01\"\",\"\"b\"\":null}\""],
        ),
        ("type: object", maps(Arc::new(Float64Array::from(vec![1.0, f64::NAN]))), &["wrong-type"]),
        ("type: object", maps(Arc::new(Date32Array::from(vec![2_932_897]))), &["wrong-type"]),
        ("type: geopoint, format: object", structs(), &["\"{\"\"lon\"\":7.5,\"\"lat\"\":50.0}\""]),
    ];
    for (field, column, expected) in cells {
        let kind = column.data_type().clone();
        let found = published(field, column).unwrap_or_else(|problems| {
            problems
                .iter()
                .filter_map(|problem| Some(problem.split_once(": ")?.0.rsplit_once(' ')?.1.to_owned()))
                .collect()
        });
        assert_eq!(found, expected, "{kind} for {field}");
    }
}

#[test]
fn sixteen_bytes_are_a_uuid_where_the_file_says_so() {
    let none: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    let table = "{fields: [{name: id, type: integer}, {name: v, format: uuid}], primaryKey: [id]}";
    let home = project_of(table, vec![("id", none)], WriterProperties::default());
    let schema = "message m { required int64 id; required fixed_len_byte_array(16) v (UUID); }";
    let schema = Arc::new(parquet::schema::parser::parse_message_type(schema).expect("a schema"));
    let file = fs::File::create(home.path().join("seeds/t.parquet")).expect("there is room");
    let mut writer = SerializedFileWriter::new(file, schema, Arc::default()).expect("a file");
    let mut group = writer.next_row_group().expect("a row group");
    let mut column = group.next_column().expect("there is room").expect("a column");
    column.typed::<Int64Type>().write_batch(&[1], None, None).expect("there is room");
    column.close().expect("there is room");
    let bytes = FixedLenByteArray::from((0..16).collect::<Vec<u8>>());
    let mut column = group.next_column().expect("there is room").expect("a column");
    column.typed::<FixedLenByteArrayType>().write_batch(&[bytes], None, None).expect("there is room");
    column.close().expect("there is room");
    group.close().expect("there is room");
    writer.close().expect("there is room");
    assert_eq!(lines_of(&home), Ok(vec!["1,\"00010203-0405-0607-0809-0a0b0c0d0e0f\"".to_owned()]));
}

#[test]
fn a_column_of_the_fields_kind_is_published_as_it_is() {
    let dictionary: DictionaryArray<Int32Type> = ["a", "b", "a"].into_iter().collect();
    let cells: [(&str, ArrayRef, &[&str]); 24] = [
        ("type: any", Arc::new(Int64Array::from(vec![7])), &["\"7\""]),
        ("type: any", Arc::new(Float64Array::from(vec![0.1, 1e300])), &["\"0.1\"", "\"1e+300\""]),
        ("type: any", Arc::new(BooleanArray::from(vec![true])), &["\"true\""]),
        ("type: any", Arc::new(Date32Array::from(vec![0])), &["\"1970-01-01\""]),
        ("type: array", lists(Arc::new(Float64Array::from(vec![1.5, 2.0])), &[2]), &["\"[1.5,2.0]\""]),
        ("type: integer", Arc::new(Int8Array::from(vec![Some(-128), None])), &["-128", ""]),
        ("type: integer", Arc::new(UInt64Array::from(vec![i64::MAX as u64])), &["9223372036854775807"]),
        ("type: year", Arc::new(Int16Array::from(vec![1, -44])), &["1", "-44"]),
        ("type: number", Arc::new(Int64Array::from(vec![1 << 53])), &["9007199254740992.0"]),
        ("type: number", Arc::new(Float32Array::from(vec![0.1, -0.0])), &["0.10000000149011612", "0.0"]),
        ("type: number, letterpress: {decimal: [5, 2]}", Arc::new(Int64Array::from(vec![7])), &["7.00"]),
        (
            "type: number, letterpress: {decimal: [5, 2]}",
            Arc::new(Decimal128Array::from(vec![15, -5]).with_precision_and_scale(9, 1).expect("digits")),
            &["1.50", "-0.50"],
        ),
        (
            "type: integer",
            Arc::new(Decimal128Array::from(vec![15]).with_precision_and_scale(9, 0).expect("digits")),
            &["15"],
        ),
        (
            "type: boolean, trueValues: [yes]",
            Arc::new(BooleanArray::from(vec![true, false])),
            &["true", "false"],
        ),
        ("type: date", Arc::new(Date32Array::from(vec![-719_162, 2_932_896])), &["0001-01-01", "9999-12-31"]),
        ("type: date", Arc::new(Date64Array::from(vec![86_400_000])), &["1970-01-02"]),
        (
            "type: datetime",
            Arc::new(TimestampMillisecondArray::from(vec![1_500]).with_timezone("UTC")),
            &["1970-01-01T00:00:01.500000Z"],
        ),
        (
            "type: datetime",
            Arc::new(TimestampNanosecondArray::from(vec![1_000]).with_timezone("+00:00")),
            &["1970-01-01T00:00:00.000001Z"],
        ),
        ("type: time", Arc::new(Time64MicrosecondArray::from(vec![3_600_000_000])), &["\"01:00:00\""]),
        ("type: string", Arc::new(LargeStringArray::from(vec!["=", "é"])), &["\"=\"", "\"é\""]),
        ("type: number, decimalChar: ','", Arc::new(StringViewArray::from(vec!["1,5"])), &["1.5"]),
        ("type: string", Arc::new(dictionary), &["\"a\"", "\"b\"", "\"a\""]),
        ("type: string", Arc::new(BinaryArray::from(vec![&b"old text"[..]])), &["\"old text\""]),
        (
            "type: list, itemType: number",
            lists(Arc::new(Float64Array::from(vec![1.5, 2.0])), &[0, 2]),
            &["\"\"", "\"1.5; 2.0\""],
        ),
    ];
    for (field, column, expected) in cells {
        let kind = column.data_type().clone();
        assert_eq!(
            published(field, column).as_deref(),
            Ok(&expected.iter().map(ToString::to_string).collect::<Vec<_>>()[..]),
            "{kind} for {field}"
        );
    }
}

#[test]
fn a_column_of_another_kind_is_one_error_with_both_types() {
    let whole = || Arc::new(Int64Array::from(vec![20_200_101, 20_200_102])) as ArrayRef;
    for (field, column, kinds) in [
        ("type: date", whole(), "`Int64`, which a field of type `date`"),
        ("type: datetime", whole(), "`Int64`, which a field of type `datetime`"),
        ("type: boolean", whole(), "`Int64`, which a field of type `boolean`"),
        ("type: string", whole(), "`Int64`, which a field of type `string`"),
        (
            "type: integer",
            Arc::new(Float64Array::from(vec![1.0])),
            "`Float64`, which a field of type `integer`",
        ),
        (
            "type: date",
            Arc::new(TimestampMillisecondArray::from(vec![0])),
            "`Timestamp(ms)`, which a field of type `date`",
        ),
        (
            "type: datetime",
            Arc::new(TimestampMillisecondArray::from(vec![0])),
            "`Timestamp(ms)`, which a field of type `datetime`",
        ),
        (
            "type: string",
            Arc::new(BooleanArray::from(vec![true])),
            "`Boolean`, which a field of type `string`",
        ),
        ("type: string", lists(whole(), &[2]), "a list of `Int64`, which a field of type `string`"),
        ("type: object", lists(whole(), &[2]), "a list of `Int64`, which a field of type `object`"),
        ("type: geojson", lists(whole(), &[2]), "a list of `Int64`, which a field of type `geojson`"),
        ("type: geopoint", lists(whole(), &[2]), "a list of `Int64`, which a field of type `geopoint`"),
        (
            "type: geopoint, format: object",
            lists(whole(), &[2]),
            "a list of `Int64`, which a field of type `geopoint`",
        ),
        ("type: array", structs(), "a struct, which a field of type `array`"),
        ("type: list", structs(), "a struct, which a field of type `list` of `string`"),
        ("type: geopoint, format: array", structs(), "a struct, which a field of type `geopoint`"),
        (
            "type: list, itemType: date",
            lists(whole(), &[2]),
            "a list of `Int64`, which a field of type `list` of `date`",
        ),
        (
            "type: list, itemType: integer",
            lists(lists(whole(), &[2]), &[1]),
            "a list of a list of `Int64`, which a field of type `list` of `integer`",
        ),
        (
            "type: string, format: uuid",
            Arc::new(FixedSizeBinaryArray::try_from_iter([[7_u8; 16]].iter()).expect("16 bytes")),
            "16 bytes, which a field of type `string`",
        ),
    ] {
        let problems = published(field, column).expect_err(field);
        assert_eq!(problems, [format!("wrong-type: column `v` is {kinds} does not read")]);
    }
}

#[test]
fn a_value_that_cannot_be_carried_is_an_error_at_its_row() {
    let wrong = |field: &str, column: ArrayRef| published(field, column).expect_err(field);
    let numbers = Float64Array::from(vec![f64::NAN, 1.0, f64::INFINITY, f64::NEG_INFINITY]);
    assert_eq!(
        wrong("type: number", Arc::new(numbers)),
        [("1", "NaN"), ("3", "inf"), ("4", "-inf")].map(|(row, value)| format!(
            "row {row} wrong-type: field `v` is `{value}`, expected a finite number such as `6.4`"
        ))
    );
    let days = Date32Array::from(vec![Some(2_932_897), None, Some(-719_163)]);
    assert_eq!(
        wrong("type: date", Arc::new(days)),
        [("1", "+10000-01-01"), ("3", "0000-12-31")].map(|(row, value)| format!(
            "row {row} wrong-type: field `v` is `{value}`, outside the years 0001 to 9999"
        ))
    );
    for (field, column) in [
        ("type: integer", Arc::new(UInt64Array::from(vec![u64::MAX])) as ArrayRef),
        ("type: number", Arc::new(Int64Array::from(vec![(1 << 53) + 1]))),
        ("type: number", Arc::new(Int64Array::from(vec![i64::MAX]))),
        ("type: number, letterpress: {decimal: [3, 1]}", Arc::new(Int64Array::from(vec![1000]))),
        ("type: date", Arc::new(Date64Array::from(vec![1]))),
        ("type: datetime", Arc::new(TimestampNanosecondArray::from(vec![1]).with_timezone("UTC"))),
        (
            "type: datetime",
            Arc::new(arrow::array::TimestampSecondArray::from(vec![i64::MAX]).with_timezone("UTC")),
        ),
        (
            "type: datetime",
            Arc::new(TimestampMillisecondArray::from(vec![253_402_300_800_000]).with_timezone("UTC")),
        ),
        ("type: time", Arc::new(arrow::array::Time64NanosecondArray::from(vec![1]))),
    ] {
        let kind = column.data_type().clone();
        let problems = wrong(field, column);
        assert_eq!(problems.len(), 1, "{problems:?}");
        let code = if field == "type: number" { "inexact-number" } else { "wrong-type" };
        let begins = problems[0].starts_with(&format!("row 1 {code}: field `v` is `"));
        assert!(begins, "{kind} for {field}: {problems:?}");
    }
    let numbers = Float64Array::from(vec![f64::INFINITY, 6.0]);
    assert_eq!(wrong("type: number, constraints: {maximum: 5}", Arc::new(numbers)).len(), 2, "one for each");
    let bytes = BinaryArray::from(vec![&b"caf\xe9"[..], b"ok"]);
    assert_eq!(
        wrong("type: string", Arc::new(bytes)),
        ["row 1 not-utf8: field `v` is `caf\u{fffd}`, whose bytes are not UTF-8"]
    );
}

#[test]
fn a_timestamp_is_an_instant_or_a_local_time_as_the_field_says() {
    let stamps = |zone: Option<&str>| {
        Arc::new(TimestampMillisecondArray::from(vec![0]).with_timezone_opt(zone)) as ArrayRef
    };
    let instant = || Ok(vec!["1970-01-01T00:00:00Z".to_owned()]);
    let utc = "type: datetime, letterpress: {zone: UTC}";
    let local = "type: datetime, letterpress: {zone: none}";
    assert_eq!(published("type: datetime", stamps(Some("UTC"))), instant());
    assert_eq!(published(utc, stamps(None)), instant());
    assert_eq!(published(utc, stamps(Some("+02:00"))), instant());
    assert_eq!(published(local, stamps(None)), Ok(vec!["1970-01-01T00:00:00".to_owned()]));
    let locals = "type: list, itemType: datetime, letterpress: {zone: none}";
    assert_eq!(published(locals, lists(stamps(None), &[1])), Ok(vec!["\"1970-01-01T00:00:00\"".to_owned()]));
    for (field, zone) in [("type: datetime", None), ("type: datetime", Some("+02:00")), (local, Some("UTC"))]
    {
        let problems = published(field, stamps(zone)).expect_err(field);
        assert!(problems[0].starts_with("wrong-type: column `v` is `Timestamp(ms"), "{zone:?}: {problems:?}");
    }
}

#[test]
fn an_item_that_a_list_cannot_carry_is_an_error_and_alters_no_other() {
    let items = StringArray::from(vec![Some("a"), None, Some("b;c"), Some("b")]);
    let problems = published("type: list", lists(Arc::new(items), &[3, 1])).expect_err("items");
    let expected = ["an item of `v` has no value", "an item of `v` holds a semicolon: `b;c`"];
    let expected = expected.map(|message| format!("row 1 list-separator: {message}"));
    assert_eq!(problems, expected);
    let items = StringArray::from(vec!["x", ""]);
    let problems = published("type: list", lists(Arc::new(items), &[1, 1])).expect_err("items");
    assert_eq!(problems, ["row 2 list-separator: an item of `v` is empty"]);
    let items = || lists(Arc::new(StringArray::from(vec!["2020-01-01", ""])), &[2]);
    let problems = published("type: list, itemType: date", items()).expect_err("items");
    assert_eq!(problems, ["row 1 list-separator: an item of `v` is empty"]);
    let items = Float64Array::from(vec![f64::NAN]);
    let problems =
        published("type: list, itemType: number", lists(Arc::new(items), &[1])).expect_err("items");
    assert_eq!(
        problems,
        ["row 1 wrong-type: an item of `v` is `NaN`, expected a finite number such as `6.4`"]
    );
    let hidden = ListArray::new(
        Arc::new(Field::new("element", DataType::Utf8, true)),
        OffsetBuffer::from_lengths([1, 1]),
        Arc::new(StringArray::from(vec![";", "seen"])),
        Some(NullBuffer::from(vec![false, true])),
    );
    assert_eq!(published("type: list", Arc::new(hidden)), Ok(vec![String::new(), "\"seen\"".to_owned()]));
}

#[test]
fn words_that_mean_no_value_mean_it_in_typed_columns_too() {
    let field = "type: integer, missingValues: ['', '-99']";
    assert_eq!(
        published(field, Arc::new(Int64Array::from(vec![-99, 9]))),
        Ok(vec![String::new(), "9".into()])
    );
    let field = "type: number, missingValues: ['-1.5']";
    let column: Float64Array = [-1.5, 1.5].into_iter().collect::<arrow::array::PrimitiveArray<Float64Type>>();
    assert_eq!(published(field, Arc::new(column)), Ok(vec![String::new(), "1.5".into()]));
    let field = "type: number, missingValues: ['', NaN]";
    let column = Float64Array::from(vec![f64::NAN, 1.5, -f64::NAN]);
    assert_eq!(published(field, Arc::new(column)), Ok(vec![String::new(), "1.5".into(), String::new()]));
}

#[test]
fn members_of_structs_are_read_by_their_path_and_objects_as_json() {
    let names: ArrayRef = Arc::new(StringArray::from(vec!["mill", "lost"]));
    let heights: ArrayRef = Arc::new(Float64Array::from(vec![1.5, f64::NAN]));
    let place = StructArray::new(
        vec![Field::new("gauge", DataType::Utf8, true), Field::new("m", DataType::Float64, true)].into(),
        vec![names, heights],
        Some(NullBuffer::from(vec![true, false])),
    );
    let place: ArrayRef = Arc::new(place);
    let column =
        || vec![("id", Arc::new(Int64Array::from(vec![1, 2])) as ArrayRef), ("place", Arc::clone(&place))];
    let lines = |fields: &str| {
        let table = format!("{{fields: [{{name: id, type: integer}}, {fields}], primaryKey: [id]}}");
        lines_of(&project_of(&table, column(), WriterProperties::default()))
    };
    let gauge = "{name: gauge, letterpress: {from: place.gauge}}";
    let m = "{name: m, type: number, letterpress: {from: place.m}}";
    assert_eq!(lines(&format!("{gauge}, {m}")), Ok(vec!["1,\"mill\",1.5".into(), "2,,".into()]));
    let json = "1,\"{\"\"gauge\"\":\"\"mill\"\",\"\"m\"\":1.5}\"";
    assert_eq!(lines("{name: place, type: object}"), Ok(vec![json.into(), "2,".into()]));
    assert_eq!(lines(gauge), Err(vec!["unknown-key: `t` has no field `place.m`".into()]));
    let both = lines("{name: place, type: string}").expect_err("a struct is no text");
    assert!(both[0].starts_with("wrong-type: column `place` is a struct, which"), "{both:?}");
}

#[test]
fn two_columns_of_one_name_are_refused() {
    let ids: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    let texts = |text: &str| Arc::new(StringArray::from(vec![text])) as ArrayRef;
    let table = "{fields: [{name: id, type: integer}, {name: x}], primaryKey: [id]}";
    let columns = vec![("id", ids), ("x", texts("first")), ("x", texts("second"))];
    let found = lines_of(&project_of(table, columns, WriterProperties::default()));
    assert_eq!(found, Err(vec!["repeated-name: 2 columns are called `x`".into()]));
}

#[test]
fn a_footer_that_contradicts_its_rows_is_refused() {
    let home = project(&[1, 2, 3, 4, 5], 100);
    let path = home.path().join("seeds/t.parquet");
    let mut bytes = fs::read(&path).expect("it was written");
    // The count of rows in the footer (Thrift compact protocol): field 3, an i64, before the list of row groups.
    let at = bytes.windows(3).rposition(|window| window == [0x16, 10, 0x19]).expect("a footer");
    bytes[at + 1] = 0;
    fs::write(&path, bytes).expect("there is room");
    let found = lines_of(&home).expect_err("no row may be lost");
    let reason = "its footer says 0 rows, but its row groups have 5";
    assert_eq!(found, [format!("unreadable-file: cannot be read as Parquet: {reason}")]);
}

#[test]
fn every_usual_compression_is_read() {
    for compression in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::BROTLI(BrotliLevel::default()),
        Compression::LZ4_RAW,
        Compression::ZSTD(ZstdLevel::default()),
    ] {
        let texts: ArrayRef = Arc::new(StringArray::from(vec!["a text that is long enough"; 100]));
        let sizes: ArrayRef = Arc::new(Int64Array::from_iter_values(0..100));
        let properties = WriterProperties::builder().set_compression(compression).build();
        let table = "{fields: [{name: id}, {name: size, type: integer}], primaryKey: [size]}";
        let home = project_of(table, vec![("id", texts), ("size", sizes)], properties);
        assert_eq!(lines_of(&home).map(|lines| lines.len()), Ok(100), "{compression}");
    }
}

#[test]
fn a_text_that_is_not_utf_8_is_told_at_its_row() {
    let ids: ArrayRef = Arc::new(Int64Array::from_iter_values(0..20_000));
    let texts = (0..20_000).map(|row| if row == 10_000 { "caf?" } else { "tea" });
    let texts: ArrayRef = Arc::new(texts.map(Some).collect::<StringArray>());
    let properties =
        WriterProperties::builder().set_dictionary_enabled(false).set_compression(Compression::UNCOMPRESSED);
    let table = "{fields: [{name: id, type: integer}, {name: x}], primaryKey: [id]}";
    let home = project_of(table, vec![("id", ids), ("x", texts)], properties.build());
    let path = home.path().join("seeds/t.parquet");
    let mut bytes = fs::read(&path).expect("it was written");
    let at = bytes.windows(4).position(|window| window == b"caf?").expect("it is plain");
    bytes[at + 3] = 0xe9;
    fs::write(&path, bytes).expect("there is room");
    let found = lines_of(&home).expect_err("no text may be lost");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("row 10001 not-utf8: "), "{found:?}");
}

/// A Parquet file of INT96 timestamps, each as days of the Julian calendar and nanoseconds.
fn int96_file(path: &Path, stamps: &[(u32, u64)]) {
    let schema = "message m { required int64 id; required int96 v; }";
    let schema = Arc::new(parquet::schema::parser::parse_message_type(schema).expect("a schema"));
    let file = fs::File::create(path).expect("there is room");
    let mut writer = SerializedFileWriter::new(file, schema, Arc::default()).expect("a file");
    let mut group = writer.next_row_group().expect("a row group");
    let ids: Vec<i64> = (1..).take(stamps.len()).collect();
    let mut column = group.next_column().expect("there is room").expect("a column");
    column.typed::<Int64Type>().write_batch(&ids, None, None).expect("there is room");
    column.close().expect("there is room");
    let stamp = |&(day, nanoseconds): &(u32, u64)| {
        let mut stamp = Int96::new();
        stamp.set_data((nanoseconds & 0xFFFF_FFFF) as u32, (nanoseconds >> 32) as u32, day);
        stamp
    };
    let stamps: Vec<Int96> = stamps.iter().map(stamp).collect();
    let mut column = group.next_column().expect("there is room").expect("a column");
    column.typed::<Int96Type>().write_batch(&stamps, None, None).expect("there is room");
    column.close().expect("there is room");
    group.close().expect("there is room");
    writer.close().expect("there is room");
}

#[test]
fn int96_is_read_to_the_microsecond_in_every_year() {
    const EPOCH: u32 = 2_440_588;
    let table = "{fields: [{name: id, type: integer}, {name: v, type: datetime, letterpress: {zone: none}}], \
                 primaryKey: [id]}";
    let none: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    let home = project_of(table, vec![("id", none)], WriterProperties::default());
    let path = home.path().join("seeds/t.parquet");
    let last = 86_400_000_000_000 - 1_000;
    int96_file(&path, &[(EPOCH - 719_162, 0), (EPOCH + 2_932_896, last), (EPOCH, 1_000)]);
    let expected = ["1,0001-01-01T00:00:00", "2,9999-12-31T23:59:59.999999", "3,1970-01-01T00:00:00.000001"];
    assert_eq!(lines_of(&home), Ok(expected.map(str::to_owned).to_vec()));
    int96_file(&path, &[(EPOCH, 0), (EPOCH, 1)]);
    let found = lines_of(&home).expect_err("a nanosecond would be lost");
    let reason = "a value of its column `v` is finer than a microsecond";
    assert_eq!(found, [format!("row 2 unreadable-file: cannot be read as Parquet: {reason}")]);
}

#[test]
fn a_field_may_have_the_name_of_its_parquet_file_or_the_number_of_its_row() {
    let table =
        "{fields: [{name: id, type: integer}, {name: f, letterpress: {from: '@file'}}], primaryKey: [id]}";
    let ids: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
    let home = project_of(table, vec![("id", ids)], WriterProperties::default());
    assert_eq!(lines_of(&home), Ok(vec!["1,\"t\"".to_owned(), "2,\"t\"".to_owned()]));
    let numbers = table.replace("@file", "@index");
    let ids: ArrayRef = Arc::new(Int64Array::from(vec![7, 8]));
    let home = project_of(&numbers, vec![("id", Arc::clone(&ids))], WriterProperties::default());
    assert_eq!(lines_of(&home), Ok(vec!["7,\"1\"".to_owned(), "8,\"2\"".to_owned()]));
    let whole = numbers.replace("name: f,", "name: f, type: integer,");
    let home = project_of(&whole, vec![("id", ids)], WriterProperties::default());
    assert_eq!(lines_of(&home), Ok(vec!["7,1".to_owned(), "8,2".to_owned()]));
}

#[test]
fn rows_that_are_read_few_at_a_time_are_all_published_and_found_again() {
    // A text of 100 KiB that every row may repeat: a batch has some three hundred of them.
    let long = "x".repeat(100 << 10);
    let texts: ArrayRef =
        Arc::new((0..500).map(|row| Some(if row == 7 { &*long } else { "short" })).collect::<StringArray>());
    let sizes = |bad: Option<i64>| {
        Arc::new((0..500).map(|row| Some(if Some(row) == bad { -1 } else { row })).collect::<Int64Array>())
    };
    let table = "{fields: [{name: size, type: integer, constraints: {minimum: 0}}, {name: text}], primaryKey: [size]}";
    let home = |bad| {
        let columns = vec![("size", sizes(bad) as ArrayRef), ("text", Arc::clone(&texts))];
        project_of(table, columns, WriterProperties::default())
    };
    let lines = lines_of(&home(None)).expect("nothing is wrong");
    let expected = |row: usize| format!("{row},\"{}\"", if row == 7 { &*long } else { "short" });
    assert!(lines.iter().cloned().eq((0..500).map(expected)), "a row is lost or altered");
    let found = lines_of(&home(Some(450))).expect_err("a size is below the limit");
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("row 451 out-of-range"), "{found:?}");
}
