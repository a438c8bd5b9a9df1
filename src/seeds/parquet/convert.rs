//! Converting the values of Parquet columns into those of fields, each without loss.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, BooleanArray, Int64Array, ListArray, PrimitiveArray,
    Scalar, StringArray, new_null_array,
};
use arrow::buffer::OffsetBuffer;
use arrow::compute::cast;
use arrow::compute::kernels::cmp::eq;
use arrow::datatypes::{
    DataType, Date32Type, Date64Type, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType,
};

use super::conversion::Conversion;
use super::problems::Problems;
use super::shown::shown;
use super::{json, lists, plain};
use crate::offsets;
use crate::schema::{ColumnType, Field, FieldFormat, FieldType, Table};
use crate::seeds::assemble::{has_missing_words, is_missing};
use crate::seeds::texts::{self, TextCell};
use crate::seeds::{ColumnBuilder, Problem, ProblemKind};

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
        Conversion::Lists(items) => lists_of(items, column, (table, field), problems),
        _ => {
            let converted = typed(conversion, column, field, problems);
            without_missing_words(table, field, converted)
        }
    }
}

/// Converts a column of lists. An item that has no value, or none of the field's kind, is a problem and left out.
fn lists_of(
    conversion: &Conversion,
    column: &ArrayRef,
    (table, field): (&Table, &Field),
    problems: &mut Problems<'_>,
) -> ArrayRef {
    let target = field.column_type().arrow();
    let (Some(values), FieldType::List(item), DataType::List(element)) =
        (lists::values(column), field.kind, &target)
    else {
        return new_null_array(&target, column.len());
    };
    let ranges: Vec<Range<usize>> =
        (0..column.len()).map(|row| lists::range(column, row).unwrap_or(0..0)).collect();
    let values = lists::gathered(values, &ranges);
    let ends = lists::ends(&ranges);
    let of_item = |item: usize| {
        let row = ends.partition_point(|&end| end <= item);
        (row, item - (ends[row] - ranges[row].len()))
    };
    // An item is never a word that means "no value".
    let item = Field {
        format: field.format.clone(),
        missing_values: Some(Vec::new()),
        ..Field::plain(&field.name, item.field_type())
    };
    let mut of_items = Vec::new();
    let field_number = problems.field;
    let item_problems = &mut Problems { field: field_number, all: &mut of_items };
    let converted = convert(conversion, &values, (table, &item), item_problems);
    // An empty text is of no type, and it is no item either.
    for problem in of_items.iter_mut().filter(|problem| problem.kind == ProblemKind::WrongType) {
        if shown(&values, problem.row as usize).is_empty() {
            problem.kind = ProblemKind::ListSeparator;
        }
    }
    let absent = (0..values.len()).filter(|&item| values.is_null(item));
    of_items
        .extend(absent.map(|item| {
            Problem::of_cell(offsets::split_position(item), field_number, ProblemKind::NullItem)
        }));
    of_items.sort_by_key(|problem| problem.row);
    problems.all.extend(of_items.into_iter().map(|problem| {
        let (row, item) = of_item(problem.row as usize);
        Problem { row: offsets::split_position(row), item: Some(offsets::split_position(item)), ..problem }
    }));
    let (items, ends) = lists::without_nulls(&converted, &ends);
    let offsets = OffsetBuffer::from_lengths(ends.iter().scan(0, |before, &end| {
        let length = end - std::mem::replace(before, end);
        Some(length)
    }));
    Arc::new(ListArray::new(Arc::clone(element), offsets, items, column.nulls().cloned()))
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
            let texts = plain::texts(column, problems);
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
        let Some(same) = values_of_word(&column, field, word) else { continue };
        (0..column.len())
            .filter(|&row| same.is_valid(row) && same.value(row))
            .for_each(|row| missing[row] = true);
    }
    arrow::compute::nullif(&column, &BooleanArray::from(missing)).expect("as many rows as the column has")
}

/// Which values of a column a word stands for; `None` when it stands for none of the field's type.
fn values_of_word(column: &ArrayRef, field: &Field, word: &str) -> Option<BooleanArray> {
    if let (Some(numbers), "NaN") = (column.as_primitive_opt::<Float64Type>(), word) {
        return Some(BooleanArray::from_unary(numbers, f64::is_nan));
    }
    let mut builder = ColumnBuilder::new(field, 1);
    builder.push(field, word).ok()?;
    eq(column, &Scalar::new(builder.finish(0, &mut Vec::new()))).ok()
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
        let ends = texts.value_offsets();
        let at = |row: usize| offsets::index(ends[row]);
        let cell = |row: usize| match texts.is_null(row) {
            true => Some(TextCell::Absent),
            false => Some(TextCell::Plain(at(row), at(row + 1) - at(row))),
        };
        texts::fill(column, (table, field), texts.value_data(), texts.len(), cell)
            .expect("every cell is known");
        return builder.finish(problems.field, problems.all);
    }
    let values =
        texts.iter().map(|text| text.filter(|text| !is_missing(table, field, text)).map(Cow::Borrowed));
    builder.extend(field, values, |row, kind| problems.add(row, kind));
    builder.finish(problems.field, problems.all)
}
