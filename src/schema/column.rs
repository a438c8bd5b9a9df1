//! The columns a table is published with: its fields, and the columns derived from partial dates.

use std::fmt;
use std::str::FromStr;

use arrow::datatypes::{DataType, TimeUnit};

use super::{Field, FieldType, Geopoint, Zone};

/// One published column.
#[derive(Clone, Debug)]
pub struct Column {
    /// The column's name in every format.
    pub name: String,
    /// Human title, when the schema gives one.
    pub title: Option<String>,
    /// What the column holds, in words; derived columns describe themselves.
    pub description: Option<String>,
    /// The type it is published as.
    pub kind: ColumnType,
    /// Whether every row has a value.
    pub required: bool,
    /// Index of the field it comes from, in `Table::fields`.
    pub field: usize,
    /// The field's own value, or one derived from it.
    pub role: ColumnRole,
}

/// What a column holds of its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnRole {
    /// The value itself.
    Value,
    /// First day an EDTF value can mean.
    Earliest,
    /// Last day an EDTF value can mean.
    Latest,
    /// How precise an EDTF value is, in one word.
    Precision,
    /// Whether an EDTF value is exact, approximate, uncertain or both.
    Qualifier,
}

/// The type of a published column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// Text: strings, and every type whose canonical form is text (time, duration, geopoint, JSON …).
    Text,
    /// JSON text (object, array, geojson): one value in compact form.
    Json,
    /// 64-bit integer.
    Integer,
    /// 64-bit IEEE 754 number, never NaN or infinite.
    Number,
    /// Exact decimal with a fixed scale.
    Decimal {
        /// Digits in all, 1 to 38.
        precision: u8,
        /// Digits after the point.
        scale: i8,
    },
    /// True or false.
    Boolean,
    /// Calendar day, proleptic Gregorian, years 0001 to 9999.
    Date,
    /// Instant in UTC, to the microsecond.
    Datetime,
    /// Date and time of day of no zone, to the microsecond (`zone: none`).
    LocalDatetime,
    /// Ordered items of one type; an item is never null.
    List(ItemType),
}

/// The type of a list's items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemType {
    /// Text.
    Text,
    /// 64-bit integer.
    Integer,
    /// 64-bit IEEE 754 number.
    Number,
    /// True or false.
    Boolean,
    /// Calendar day.
    Date,
    /// Instant in UTC.
    Datetime,
    /// Date and time of day of no zone.
    LocalDatetime,
}

impl ItemType {
    const ALL: [ItemType; 7] = [
        ItemType::Text,
        ItemType::Integer,
        ItemType::Number,
        ItemType::Boolean,
        ItemType::Date,
        ItemType::Datetime,
        ItemType::LocalDatetime,
    ];

    /// The column type of a single item.
    pub fn column_type(self) -> ColumnType {
        match self {
            ItemType::Text => ColumnType::Text,
            ItemType::Integer => ColumnType::Integer,
            ItemType::Number => ColumnType::Number,
            ItemType::Boolean => ColumnType::Boolean,
            ItemType::Date => ColumnType::Date,
            ItemType::Datetime => ColumnType::Datetime,
            ItemType::LocalDatetime => ColumnType::LocalDatetime,
        }
    }

    /// The field type of a single item.
    pub fn field_type(self) -> FieldType {
        match self {
            ItemType::Text => FieldType::String,
            ItemType::Integer => FieldType::Integer,
            ItemType::Number => FieldType::Number,
            ItemType::Boolean => FieldType::Boolean,
            ItemType::Date => FieldType::Date,
            ItemType::Datetime | ItemType::LocalDatetime => FieldType::Datetime,
        }
    }
}

impl ColumnType {
    /// The Arrow type of the column. A list's child is called `element` and is never null.
    pub fn arrow(self) -> DataType {
        match self {
            ColumnType::Text | ColumnType::Json => DataType::Utf8,
            ColumnType::Integer => DataType::Int64,
            ColumnType::Number => DataType::Float64,
            ColumnType::Decimal { precision, scale } => DataType::Decimal128(precision, scale),
            ColumnType::Boolean => DataType::Boolean,
            ColumnType::Date => DataType::Date32,
            ColumnType::Datetime => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            ColumnType::LocalDatetime => DataType::Timestamp(TimeUnit::Microsecond, None),
            ColumnType::List(item) => {
                let element = arrow::datatypes::Field::new("element", item.column_type().arrow(), false);
                DataType::List(element.into())
            }
        }
    }
}

impl fmt::Display for ColumnType {
    /// The type's name in the manifest: `text`, `json`, `integer`, `decimal(10, 2)`, … and `list<text>` for a list.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            ColumnType::Text => "text",
            ColumnType::Json => "json",
            ColumnType::Integer => "integer",
            ColumnType::Number => "number",
            ColumnType::Decimal { precision, scale } => return write!(f, "decimal({precision}, {scale})"),
            ColumnType::Boolean => "boolean",
            ColumnType::Date => "date",
            ColumnType::Datetime => "datetime",
            ColumnType::LocalDatetime => "local-datetime",
            ColumnType::List(item) => return write!(f, "list<{}>", item.column_type()),
        };
        f.write_str(name)
    }
}

impl FromStr for ColumnType {
    type Err = ();

    /// Reads a type's name in the manifest.
    fn from_str(text: &str) -> Result<ColumnType, ()> {
        let kind = match text {
            "text" => ColumnType::Text,
            "json" => ColumnType::Json,
            "integer" => ColumnType::Integer,
            "number" => ColumnType::Number,
            "boolean" => ColumnType::Boolean,
            "date" => ColumnType::Date,
            "datetime" => ColumnType::Datetime,
            "local-datetime" => ColumnType::LocalDatetime,
            other => composed(other).ok_or(())?,
        };
        // Of a type there is only one spelling.
        if kind.to_string() == text { Ok(kind) } else { Err(()) }
    }
}

/// A decimal or a list by its name.
fn composed(text: &str) -> Option<ColumnType> {
    if let Some(item) = text.strip_prefix("list<").and_then(|rest| rest.strip_suffix('>')) {
        return ItemType::ALL
            .into_iter()
            .find(|kind| kind.column_type().to_string() == item)
            .map(ColumnType::List);
    }
    let (precision, scale) = text.strip_prefix("decimal(")?.strip_suffix(')')?.split_once(", ")?;
    let (precision, scale): (u8, i8) = (precision.parse().ok()?, scale.parse().ok()?);
    let is_decimal =
        (1..=38).contains(&precision) && (0..=38).contains(&scale) && scale.unsigned_abs() <= precision;
    is_decimal.then_some(ColumnType::Decimal { precision, scale })
}

/// The columns that the fields are published as: each field, followed by what is derived from it.
pub(super) fn columns(fields: &[Field]) -> Vec<Column> {
    let mut columns = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        columns.push(Column {
            name: field.name.clone(),
            title: field.title.clone(),
            description: field.description.clone(),
            kind: field.column_type(),
            required: field.constraints.required,
            field: index,
            role: ColumnRole::Value,
        });
        if field.edtf {
            columns.extend(derived(index, field));
        }
    }
    columns
}

/// The columns derived from an EDTF field; their names begin with the field's, without `_edtf`.
fn derived(index: usize, field: &Field) -> [Column; 4] {
    let stem = field.name.strip_suffix("_edtf").unwrap_or(&field.name);
    let column = |suffix: &str, kind, role, description: &str| Column {
        name: format!("{stem}_{suffix}"),
        title: None,
        description: Some(format!("{description} `{}`.", field.name)),
        kind,
        required: false,
        field: index,
        role,
    };
    [
        column("earliest", ColumnType::Date, ColumnRole::Earliest, "First day that can be meant by"),
        column("latest", ColumnType::Date, ColumnRole::Latest, "Last day that can be meant by"),
        column("precision", ColumnType::Text, ColumnRole::Precision, "How precise (day, month, year …) is"),
        column(
            "qualifier",
            ColumnType::Text,
            ColumnRole::Qualifier,
            "How sure (exact, approximate, uncertain) is",
        ),
    ]
}

impl Field {
    /// The type of the column that holds the field's value.
    pub fn column_type(&self) -> ColumnType {
        match self.kind {
            FieldType::String
            | FieldType::Time
            | FieldType::Yearmonth
            | FieldType::Duration
            | FieldType::Any => ColumnType::Text,
            FieldType::Geopoint => match self.format.geopoint {
                Geopoint::Default => ColumnType::Text,
                Geopoint::Array | Geopoint::Object => ColumnType::Json,
            },
            FieldType::Object | FieldType::Array | FieldType::Geojson => ColumnType::Json,
            FieldType::Number => match self.format.decimal {
                Some((precision, scale)) => ColumnType::Decimal { precision, scale },
                None => ColumnType::Number,
            },
            FieldType::Integer | FieldType::Year => ColumnType::Integer,
            FieldType::Boolean => ColumnType::Boolean,
            FieldType::List(ItemType::Datetime) if self.is_local() => {
                ColumnType::List(ItemType::LocalDatetime)
            }
            FieldType::List(item) => ColumnType::List(item),
            FieldType::Datetime if self.is_local() => ColumnType::LocalDatetime,
            FieldType::Datetime => ColumnType::Datetime,
            FieldType::Date => ColumnType::Date,
        }
    }

    /// Whether its dates and times have no zone.
    fn is_local(&self) -> bool {
        self.format.zone == Some(Zone::None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_read_from_its_name() {
        let lists = ItemType::ALL.map(ColumnType::List);
        let decimals =
            [(38, 0), (10, 2), (38, 38)].map(|(precision, scale)| ColumnType::Decimal { precision, scale });
        let single = ItemType::ALL.map(ItemType::column_type);
        for kind in lists.into_iter().chain(decimals).chain(single).chain([ColumnType::Json]) {
            assert_eq!(kind.to_string().parse(), Ok(kind));
        }
        for other in [
            "",
            "Text",
            "list<json>",
            "list<list<text>>",
            "list<text",
            "decimal(39, 0)",
            "decimal(0, 0)",
            "decimal(2, 3)",
            "decimal(10,2)",
            "decimal(+1, 0)",
            "decimal(10, -1)",
            "decimal(010, 2)",
        ] {
            assert_eq!(other.parse::<ColumnType>(), Err(()), "{other}");
        }
    }
}
