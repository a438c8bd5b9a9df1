//! How Parquet stores a column, as far as its Arrow type does not tell.

use arrow::datatypes::DataType;
use parquet::basic::LogicalType;
use parquet::schema::types::Type;

use super::int96;
use super::logical_type::item_type;

/// How Parquet stores a column, as far as its Arrow type does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stored {
    /// 16 bytes that are a UUID.
    Uuid,
    /// INT96 within a struct or a list, whose nanoseconds may have wrapped around.
    NestedInt96,
    /// As its Arrow type says.
    Plainly,
}

impl Stored {
    pub(super) fn of(column: Option<&Type>, is_member: bool) -> Stored {
        let Some(column) = column else { return Stored::Plainly };
        let is_nested = is_member || !column.is_primitive() || int96::is_repeated(column);
        if is_nested && int96::is_within(column) {
            return Stored::NestedInt96;
        }
        match column.get_basic_info().logical_type_ref() {
            Some(LogicalType::Uuid) => Stored::Uuid,
            _ => Stored::Plainly,
        }
    }

    /// What a column is called in messages.
    pub(super) fn name(self, kind: &DataType) -> String {
        match (self, kind) {
            (Stored::Uuid, _) => "a UUID".to_owned(),
            (Stored::NestedInt96, _) => "of INT96 timestamps within another value".to_owned(),
            (Stored::Plainly, DataType::FixedSizeBinary(bytes)) => format!("{bytes} bytes"),
            (Stored::Plainly, DataType::Dictionary(_, values)) => format!("a dictionary of `{values}`"),
            (Stored::Plainly, DataType::Struct(_)) => "a struct".to_owned(),
            (Stored::Plainly, DataType::Map(..)) => "a map".to_owned(),
            (Stored::Plainly, kind) => match item_type(kind) {
                Some(items) => format!("a list of {}", self.name(items)),
                None => format!("`{kind}`"),
            },
        }
    }
}
