//! INT96, the timestamps of old Impala and Spark: a day and the nanoseconds in it, which no type of Arrow holds in every year.

use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{
    DataType, Schema, SchemaRef, TimeUnit, TimestampMicrosecondType, TimestampNanosecondType,
};
use parquet::basic::{Repetition, Type as PhysicalType};
use parquet::file::metadata::ParquetMetaData;
use parquet::schema::types::Type;

/// Whether INT96 is in a column, at any depth.
pub(super) fn is_within(column: &Type) -> bool {
    match column.is_primitive() {
        true => column.get_physical_type() == PhysicalType::INT96,
        false => column.get_fields().iter().any(|member| is_within(member)),
    }
}

/// Whether a column is INT96 by itself.
fn is_whole(column: &Type) -> bool {
    column.is_primitive() && is_within(column) && !is_repeated(column)
}

/// Whether a column is a list that has no type of its own.
pub(super) fn is_repeated(column: &Type) -> bool {
    let info = column.get_basic_info();
    info.has_repetition() && info.repetition() == Repetition::REPEATED
}

/// Whether a column of the file is INT96 by itself.
pub(super) fn is_column(metadata: &ParquetMetaData, column: usize) -> bool {
    let columns = metadata.file_metadata().schema_descr().root_schema().get_fields();
    columns.get(column).is_some_and(|column| is_whole(column))
}

/// Types by which INT96 is read in a unit: microseconds hold more years than nanoseconds do.
pub(super) fn read_in(unit: TimeUnit, metadata: &ParquetMetaData, schema: &SchemaRef) -> SchemaRef {
    let fields =
        schema.fields().iter().enumerate().map(|(column, field)| match is_column(metadata, column) {
            false => Arc::clone(field),
            true => {
                let kind = DataType::Timestamp(unit, None);
                Arc::new(field.as_ref().clone().with_data_type(kind))
            }
        });
    Arc::new(Schema::new_with_metadata(fields.collect::<Vec<_>>(), schema.metadata().clone()))
}

/// Whether the microseconds of INT96 columns are all there is to them.
///
/// The library lets nanoseconds wrap around outside the years 1677 to 2262, and drops what microseconds cannot hold. What
/// nanoseconds have above the microseconds is told by both together: what wraps around is a multiple of 2⁶⁴.
pub(super) fn are_whole_microseconds(rows: &RecordBatch, precise: &RecordBatch) -> Result<(), String> {
    for (field, nanoseconds) in precise.schema().fields().iter().zip(precise.columns()) {
        let micros = rows.column_by_name(field.name());
        let micros = micros.and_then(|column| column.as_primitive_opt::<TimestampMicrosecondType>());
        let nanos = nanoseconds.as_primitive_opt::<TimestampNanosecondType>();
        let (Some(micros), Some(nanos)) = (micros, nanos) else {
            return Err(format!("its column `{}` is no timestamp", field.name()));
        };
        let mut pairs = micros.iter().zip(nanos);
        let is_finer = |(micros, nanos): (Option<i64>, Option<i64>)| {
            micros.unwrap_or(0).wrapping_mul(1000) != nanos.unwrap_or(0)
        };
        if pairs.any(is_finer) {
            return Err(format!("a value of its column `{}` is finer than a microsecond", field.name()));
        }
    }
    Ok(())
}
