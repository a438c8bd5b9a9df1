//! Which columns of Parquet become which fields.
//!
//! A column becomes a field of the same kind only: whole numbers, numbers, decimals, truth values, days, instants, and lists
//! of these. Text is read like the cells of delimited text. What is of another kind is refused as a whole, by its name.

use arrow::datatypes::DataType;

use super::json;
use super::logical_type::{is_utc, item_type};
use super::stored::Stored;
use crate::schema::{ColumnType, Field, FieldType, Geopoint, Zone};

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
        let conversion = Conversion::of_kind(kind, stored).filter(|conversion| conversion.fits(field, kind));
        let Some(conversion) = conversion else { return Err(advice(field, kind)) };
        match (&conversion, field.kind, item_type(kind)) {
            (Conversion::Json, FieldType::List(item), Some(values)) => {
                let item =
                    Field { format: field.format.clone(), ..Field::plain(&field.name, item.field_type()) };
                let items = Conversion::new(&item, values, Stored::Plainly);
                let items = items.map_err(|help| match (values, item.kind) {
                    (DataType::Timestamp(..), FieldType::Datetime) => help,
                    _ => advice(field, kind),
                });
                Ok(Conversion::Lists(Box::new(items?)))
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

    /// Whether the conversion of a column of the type gives values of the field's kind.
    fn fits(&self, field: &Field, kind: &DataType) -> bool {
        if matches!(self, Conversion::Nothing | Conversion::Texts | Conversion::Bytes) {
            return true;
        }
        match field.kind {
            FieldType::Any => !matches!(self, Conversion::Datetimes),
            FieldType::String => matches!(self, Conversion::Uuids),
            FieldType::Integer => {
                matches!(self, Conversion::Integers)
                    || (matches!(self, Conversion::Decimals) && scale(kind) == Some(0))
            }
            FieldType::Year => matches!(self, Conversion::Integers),
            FieldType::Number if field.column_type() == ColumnType::Number => {
                matches!(self, Conversion::Integers | Conversion::Numbers | Conversion::Decimals)
            }
            FieldType::Number => matches!(self, Conversion::Integers | Conversion::Decimals),
            FieldType::Boolean => matches!(self, Conversion::Booleans),
            FieldType::Date => matches!(self, Conversion::Dates),
            FieldType::Time => matches!(self, Conversion::Times),
            FieldType::List(_) | FieldType::Array => item_type(kind).is_some(),
            FieldType::Object | FieldType::Geojson => is_mapping(kind),
            FieldType::Geopoint => match field.format.geopoint {
                Geopoint::Default => false,
                Geopoint::Array => item_type(kind).is_some(),
                Geopoint::Object => is_mapping(kind),
            },
            _ => false,
        }
    }
}

/// Digits of a decimal after its point.
fn scale(kind: &DataType) -> Option<i8> {
    match kind {
        DataType::Decimal32(_, scale)
        | DataType::Decimal64(_, scale)
        | DataType::Decimal128(_, scale)
        | DataType::Decimal256(_, scale) => Some(*scale),
        _ => None,
    }
}

/// Whether values are written as mappings.
fn is_mapping(kind: &DataType) -> bool {
    matches!(kind, DataType::Struct(_) | DataType::Map(..))
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

/// What to do about a column of another kind.
fn advice(field: &Field, kind: &DataType) -> String {
    let declared = match (field.kind, item_type(kind)) {
        (FieldType::List(_), Some(values)) => match like(values) {
            Some(item @ ("integer" | "number" | "boolean" | "date" | "datetime")) => {
                Some(format!("itemType: {item}"))
            }
            _ => Some("type: array".to_owned()),
        },
        _ => like(kind).map(|kind| format!("type: {kind}")),
    };
    let write = match field.kind {
        FieldType::String | FieldType::Any => "write the column as text",
        _ => "write the column in the field's type, or as text",
    };
    match declared {
        Some(declared) => format!("declare the field `{declared}`, or {write}"),
        None => write.to_owned(),
    }
}

/// The type of a field that reads columns of a type, other than text.
fn like(kind: &DataType) -> Option<&'static str> {
    Some(match kind {
        kind if kind.is_integer() => "integer",
        kind if kind.is_floating() || kind.is_decimal() => "number",
        DataType::Boolean => "boolean",
        DataType::Date32 | DataType::Date64 => "date",
        DataType::Timestamp(..) => "datetime",
        DataType::Time32(_) | DataType::Time64(_) => "time",
        DataType::Dictionary(_, values) => return like(values),
        kind if is_mapping(kind) => "object",
        kind if item_type(kind).is_some() => "list",
        _ => return None,
    })
}
