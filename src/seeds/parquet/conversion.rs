//! Conversions of Parquet columns into fields: which pairs of types there are, and each of them without loss.
//!
//! A column becomes a field of the same kind only: whole numbers, numbers, decimals, truth values, days, instants, and lists
//! of these. Text is read like the cells of delimited text. What is of another kind is refused as a whole, by its name.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, BooleanArray, Int64Array, PrimitiveArray, Scalar,
    StringArray, new_null_array,
};
use arrow::compute::cast;
use arrow::compute::kernels::cmp::eq;
use arrow::datatypes::{
    DataType, Date32Type, Date64Type, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType,
};

use super::columns::Stored;
use super::{json, lists};
use crate::schema::{ColumnType, Field, FieldFormat, FieldType, Table, Zone};
use crate::seeds::assemble::{has_missing_words, is_missing};
use crate::seeds::texts::{self, TextCell};
use crate::seeds::{ColumnBuilder, Problem, ProblemKind};

/// Conversion of a column into the column of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Conversion {
    /// Texts, read as the cells of delimited text are.
    Texts,
    /// Bytes that are text if they are UTF-8.
    Bytes,
    /// UUIDs, to their usual text.
    Uuids,
    /// Whole numbers of any width.
    Integers,
    /// Numbers of any width.
    Numbers,
    /// Exact decimals of any width.
    Decimals,
    /// Truth values.
    Booleans,
    /// Days, counted in days or in milliseconds.
    Dates,
    /// Instants, or local times, of any unit.
    Datetimes,
    /// Times of day, to their text.
    Times,
    /// Structs, maps and lists, to their JSON.
    Json,
    /// Lists, whose items have a conversion of their own.
    Lists(Box<Conversion>),
    /// A column without any value.
    Nothing,
}

impl Conversion {
    /// The conversion of a column of a type into a field; fails with what to do where there is none.
    pub(super) fn new(field: &Field, kind: &DataType, stored: Stored) -> Result<Conversion, String> {
        if let DataType::Dictionary(_, values) = kind {
            return Conversion::new(field, values, stored);
        }
        if stored == Stored::NestedInt96 {
            return Err("write it as TIMESTAMP, or as a column of its own".to_owned());
        }
        if let (DataType::Timestamp(_, zone), FieldType::Datetime) = (kind, field.kind) {
            return datetimes(field, zone.as_deref());
        }
        let is_whole = matches!(
            kind,
            DataType::Decimal32(_, 0)
                | DataType::Decimal64(_, 0)
                | DataType::Decimal128(_, 0)
                | DataType::Decimal256(_, 0)
        );
        let fits = |conversion: &Conversion| {
            conversion.fits(field) || (is_whole && field.kind == FieldType::Integer)
        };
        let conversion = Conversion::of_kind(kind, stored).filter(fits);
        let Some(conversion) = conversion else { return Err(advice(field, kind)) };
        match (&conversion, field.kind, kind) {
            (Conversion::Json, FieldType::List(item), _) => {
                let (Some(values), item) = (lists::item_type(kind), item.field_type()) else {
                    return Err(advice(field, kind));
                };
                let item = Field { format: field.format.clone(), ..Field::plain(&field.name, item) };
                let items = Conversion::new(&item, values, Stored::Plainly);
                let items = items.map_err(|help| help.replace("`type: ", "`itemType: "))?;
                Ok(Conversion::Lists(Box::new(items)))
            }
            (Conversion::Json, ..) => json::check(kind).map(|()| Conversion::Json),
            _ => Ok(conversion),
        }
    }

    /// The conversion of columns of a type into the field that is most like it.
    fn of_kind(kind: &DataType, stored: Stored) -> Option<Conversion> {
        Some(match kind {
            DataType::Null => Conversion::Nothing,
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Conversion::Texts,
            DataType::FixedSizeBinary(16) if stored == Stored::Uuid => Conversion::Uuids,
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView => Conversion::Bytes,
            DataType::Float16 | DataType::Float32 | DataType::Float64 => Conversion::Numbers,
            DataType::Boolean => Conversion::Booleans,
            DataType::Date32 | DataType::Date64 => Conversion::Dates,
            DataType::Timestamp(..) => Conversion::Datetimes,
            DataType::Time32(_) | DataType::Time64(_) => Conversion::Times,
            kind if kind.is_integer() => Conversion::Integers,
            kind if kind.is_decimal() => Conversion::Decimals,
            kind if kind.is_nested() => Conversion::Json,
            _ => return None,
        })
    }

    /// Whether the conversion gives values of the field's kind.
    fn fits(&self, field: &Field) -> bool {
        match self {
            Conversion::Nothing | Conversion::Texts | Conversion::Bytes => true,
            Conversion::Uuids => matches!(field.kind, FieldType::String | FieldType::Any),
            Conversion::Integers => {
                matches!(
                    field.kind,
                    FieldType::Integer | FieldType::Year | FieldType::Number | FieldType::Any
                )
            }
            Conversion::Numbers => {
                matches!(field.column_type(), ColumnType::Number) || field.kind == FieldType::Any
            }
            Conversion::Decimals => matches!(field.kind, FieldType::Number | FieldType::Any),
            Conversion::Booleans => matches!(field.kind, FieldType::Boolean | FieldType::Any),
            Conversion::Dates => matches!(field.kind, FieldType::Date | FieldType::Any),
            Conversion::Datetimes => false,
            Conversion::Times => matches!(field.kind, FieldType::Time | FieldType::Any),
            Conversion::Json | Conversion::Lists(_) => matches!(
                field.kind,
                FieldType::Object
                    | FieldType::Array
                    | FieldType::List(_)
                    | FieldType::Geojson
                    | FieldType::Geopoint
                    | FieldType::Any
            ),
        }
    }
}

/// The conversion of timestamps into a field of instants or of local times; `zone` is what the column is adjusted to.
fn datetimes(field: &Field, zone: Option<&str>) -> Result<Conversion, String> {
    match (zone, field.format.zone) {
        (None, Some(Zone::Utc | Zone::None)) | (Some(_), Some(Zone::Utc)) => Ok(Conversion::Datetimes),
        (Some(zone), None) if is_utc(zone) => Ok(Conversion::Datetimes),
        (None, None) => Err("its times have no zone: add `letterpress: {zone: UTC}` if they are in UTC, or \
                             `zone: none` to publish them without one"
            .to_owned()),
        (Some(zone), None) => Err(format!(
            "its instants are shown in the zone {zone}: `letterpress: {{zone: UTC}}` publishes them in UTC"
        )),
        (Some(_), Some(Zone::None)) => {
            Err("its instants are adjusted to UTC: take `zone: none` away, or write them without a zone"
                .to_owned())
        }
    }
}

/// Whether the name of a zone, as Arrow has it, is one of UTC.
pub(super) fn is_utc(zone: &str) -> bool {
    ["UTC", "Etc/UTC", "Z", "+00:00", "-00:00", "+0000"].contains(&zone)
}

/// What to do about a column of another kind.
fn advice(field: &Field, kind: &DataType) -> String {
    let instead = match kind {
        kind if kind.is_integer() => Some("integer"),
        kind if kind.is_floating() || kind.is_decimal() => Some("number"),
        DataType::Boolean => Some("boolean"),
        DataType::Date32 | DataType::Date64 => Some("date"),
        DataType::Timestamp(..) => Some("datetime"),
        DataType::Time32(_) | DataType::Time64(_) => Some("time"),
        DataType::Struct(_) | DataType::Map(..) => Some("object"),
        kind if lists::item_type(kind).is_some() => Some("list"),
        _ => None,
    };
    let write = match field.kind {
        FieldType::String | FieldType::Any => "write the column as text",
        _ => "write the column in the field's type, or as text",
    };
    match instead {
        Some(instead) => format!("declare the field `type: {instead}`, or {write}"),
        None => write.to_owned(),
    }
}

/// Problems of a column that is being converted, by row.
pub(super) struct Problems<'a> {
    /// Number of the field.
    pub(super) field: u32,
    /// Problems so far.
    pub(super) all: &'a mut Vec<Problem>,
}

impl Problems<'_> {
    pub(super) fn add(&mut self, row: usize, kind: ProblemKind) {
        // A batch has fewer rows than 2³².
        let row = u32::try_from(row).unwrap_or(u32::MAX);
        self.all.push(Problem::of_cell(row, self.field, kind));
    }
}

/// Converts a column into that of the field. A row whose value has no place in it is a problem, and has none.
pub(super) fn convert(
    conversion: &Conversion,
    column: &ArrayRef,
    (table, field): (&Table, &Field),
    problems: &mut Problems<'_>,
) -> ArrayRef {
    let column = &unpacked(column);
    match conversion {
        Conversion::Nothing => new_null_array(&field.column_type().arrow(), column.len()),
        Conversion::Texts => from_texts(table, field, &strings(column), problems),
        Conversion::Bytes => from_texts(table, field, &utf8(column, problems), problems),
        Conversion::Json => from_texts(table, field, &json::texts(column, problems), problems),
        Conversion::Lists(items) => lists::convert(items, column, (table, field), problems),
        _ => {
            let converted = typed(conversion, column, field, problems);
            without_missing_words(table, field, converted)
        }
    }
}

/// Converts a column of typed values.
fn typed(conversion: &Conversion, column: &ArrayRef, field: &Field, problems: &mut Problems<'_>) -> ArrayRef {
    match (conversion, field.column_type()) {
        (Conversion::Integers, ColumnType::Integer) => Arc::new(integers(column, problems)),
        (Conversion::Integers, ColumnType::Number) => {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_precision_loss,
                reason = "the double is taken where it is the whole number, and all doubles near those fit 128 bits"
            )]
            let exact = |whole: i64| {
                let number = whole as f64;
                (number as i128 == i128::from(whole)).then_some(number)
            };
            let integers = integers(column, problems);
            let problems = (problems, ProblemKind::InexactNumber);
            Arc::new(mapped::<Int64Type, Float64Type>(&integers, exact, problems))
        }
        (Conversion::Numbers, ColumnType::Number) => {
            let numbers = cast(column, &DataType::Float64).expect("a number of less digits is a number");
            // Negative zero is written like zero in every format.
            let numbers =
                numbers.as_primitive::<Float64Type>().unary::<_, Float64Type>(|number| number + 0.0);
            Arc::new(numbers)
        }
        (Conversion::Booleans, ColumnType::Boolean) => Arc::clone(column),
        (Conversion::Dates, ColumnType::Date) => dates(column, problems),
        (Conversion::Datetimes, kind) => datetime_column(column, kind, problems),
        // All else is read from its exact text, in which no marks of the field's own format are used.
        _ => {
            let texts = json::plain_texts(column, problems);
            let format = FieldFormat { decimal: field.format.decimal, ..FieldFormat::default() };
            let field = Field { format, ..Field::plain(&field.name, field.kind) };
            let mut builder = ColumnBuilder::new(&field, texts.len());
            let cells = texts.iter().map(|text| text.map(Cow::Borrowed));
            builder.extend(&field, cells, |row, kind| problems.add(row, kind));
            builder.finish(problems.field, problems.all)
        }
    }
}

/// The column with its dictionary, if it has one, looked up.
fn unpacked(column: &ArrayRef) -> ArrayRef {
    match column.data_type() {
        DataType::Dictionary(_, values) => cast(column, values).expect("a dictionary holds its own values"),
        _ => Arc::clone(column),
    }
}

fn strings(column: &ArrayRef) -> StringArray {
    let column = cast(column, &DataType::Utf8).expect("a text of another layout is a text");
    column.as_string().clone()
}

/// The texts that bytes are; others are problems.
fn utf8(column: &ArrayRef, problems: &mut Problems<'_>) -> StringArray {
    let column = cast(column, &DataType::LargeBinary).expect("bytes of another layout are bytes");
    let text = |(row, bytes): (usize, Option<&[u8]>)| {
        let text = simdutf8::basic::from_utf8(bytes?);
        text.map_err(|_| problems.add(row, ProblemKind::NotUtf8)).ok().map(str::to_owned)
    };
    column.as_binary::<i64>().iter().enumerate().map(text).collect()
}

/// Whole numbers of any width in 64 bits.
fn integers(column: &ArrayRef, problems: &mut Problems<'_>) -> Int64Array {
    let whole = cast(column, &DataType::Int64).expect("a whole number may fit another width");
    let whole = whole.as_primitive::<Int64Type>();
    if whole.null_count() > column.null_count() {
        let lost = |row: &usize| whole.is_null(*row) && column.is_valid(*row);
        (0..column.len()).filter(lost).for_each(|row| problems.add(row, ProblemKind::WrongType));
    }
    whole.clone()
}

/// Days; those that are counted in milliseconds must be whole.
fn dates(column: &ArrayRef, problems: &mut Problems<'_>) -> ArrayRef {
    const DAY_MILLISECONDS: i64 = 86_400_000;
    match column.as_primitive_opt::<Date64Type>() {
        None => Arc::clone(column),
        Some(milliseconds) => {
            let days = |at: i64| match at % DAY_MILLISECONDS {
                0 => i32::try_from(at / DAY_MILLISECONDS).ok(),
                _ => None,
            };
            Arc::new(mapped::<Date64Type, Date32Type>(milliseconds, days, (problems, ProblemKind::WrongType)))
        }
    }
}

/// Instants or local times in microseconds; what is finer is a problem.
fn datetime_column(column: &ArrayRef, kind: ColumnType, problems: &mut Problems<'_>) -> ArrayRef {
    let DataType::Timestamp(unit, _) = column.data_type() else {
        return new_null_array(&kind.arrow(), column.len());
    };
    let counts = cast(column, &DataType::Int64).expect("a timestamp is a count");
    let micros = |count: i64| match unit {
        TimeUnit::Second => count.checked_mul(1_000_000),
        TimeUnit::Millisecond => count.checked_mul(1_000),
        TimeUnit::Microsecond => Some(count),
        TimeUnit::Nanosecond => (count % 1_000 == 0).then_some(count / 1_000),
    };
    let counts = counts.as_primitive::<Int64Type>();
    let micros =
        mapped::<Int64Type, TimestampMicrosecondType>(counts, micros, (problems, ProblemKind::WrongType));
    match kind.arrow() {
        DataType::Timestamp(_, zone) => Arc::new(micros.with_timezone_opt(zone)),
        _ => Arc::new(micros),
    }
}

/// Values that `convert` makes of others; those that it makes none of are problems.
fn mapped<From: ArrowPrimitiveType, To: ArrowPrimitiveType>(
    values: &PrimitiveArray<From>,
    convert: impl Fn(From::Native) -> Option<To::Native>,
    (problems, kind): (&mut Problems<'_>, ProblemKind),
) -> PrimitiveArray<To> {
    let converted: PrimitiveArray<To> = values.unary_opt(&convert);
    if converted.null_count() > values.null_count() {
        let lost = |row: &usize| converted.is_null(*row) && values.is_valid(*row);
        (0..values.len()).filter(lost).for_each(|row| problems.add(row, kind));
    }
    converted
}

/// The column without the values that mean "no value" for the field.
fn without_missing_words(table: &Table, field: &Field, column: ArrayRef) -> ArrayRef {
    if !has_missing_words(table, field) {
        return column;
    }
    let words = field.missing_values.as_ref().unwrap_or(&table.missing_values);
    let mut missing = vec![false; column.len()];
    for word in words.iter().filter(|word| !word.is_empty()) {
        let mut builder = ColumnBuilder::new(field, 1);
        if builder.push(field, word).is_err() {
            continue;
        }
        let Ok(same) = eq(&column, &Scalar::new(builder.finish(0, &mut Vec::new()))) else { continue };
        (0..column.len())
            .filter(|&row| same.is_valid(row) && same.value(row))
            .for_each(|row| missing[row] = true);
    }
    arrow::compute::nullif(&column, &BooleanArray::from(missing)).expect("as many rows as the column has")
}

/// The column that texts are for the field.
pub(super) fn from_texts(
    table: &Table,
    field: &Field,
    texts: &StringArray,
    problems: &mut Problems<'_>,
) -> ArrayRef {
    let mut builder = ColumnBuilder::new(field, texts.len());
    if let Some(column) = builder.as_texts(field).filter(|_| !has_missing_words(table, field)) {
        column.reserve(texts.value_data().len());
        let offsets = texts.value_offsets();
        let at = |row: usize| usize::try_from(offsets[row]).expect("offsets are not negative");
        let cell = |row: usize| match texts.is_null(row) {
            true => Some(TextCell::Absent),
            false => Some(TextCell::Plain(at(row), at(row + 1) - at(row))),
        };
        texts::fill(column, table, field, texts.value_data(), texts.len(), cell)
            .expect("every cell is known");
        return builder.finish(problems.field, problems.all);
    }
    let values =
        texts.iter().map(|text| text.filter(|text| !is_missing(table, field, text)).map(Cow::Borrowed));
    builder.extend(field, values, |row, kind| problems.add(row, kind));
    builder.finish(problems.field, problems.all)
}
