//! Types of Arrow, as far as several modules ask the same of them.

use arrow::datatypes::DataType;

/// Type of the items of a list type; `None` for any other type.
pub(super) fn item_type(kind: &DataType) -> Option<&DataType> {
    match kind {
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::FixedSizeList(item, _)
        | DataType::ListView(item)
        | DataType::LargeListView(item) => Some(item.data_type()),
        _ => None,
    }
}

/// Whether the name of a zone, as Arrow has it, is one of UTC.
pub(super) fn is_utc(zone: &str) -> bool {
    ["UTC", "Etc/UTC", "Z", "+00:00", "-00:00", "+0000"].contains(&zone)
}
