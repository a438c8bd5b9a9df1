//! The keys that rows refer to: one of each row, or in a list as many as it has items.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::DataType;

use crate::sort_key::Keys;

/// The keys that some rows refer to, by numbers from 0.
pub(crate) struct Wanted {
    keys: Keys,
    /// For lists, the row and the number in its list of each item.
    items: Option<Vec<(u32, u32)>>,
}

impl Wanted {
    /// The keys that are made of these columns, or that the items of the only one are.
    pub(crate) fn new(columns: &[&ArrayRef]) -> Wanted {
        let [only] = columns else { return Wanted { keys: Keys::new(columns), items: None } };
        if !matches!(only.data_type(), DataType::List(_)) {
            return Wanted { keys: Keys::new(columns), items: None };
        }
        let lists = only.as_list::<i32>();
        let ends = lists.value_offsets();
        let (first, last) = (ends.first().copied().unwrap_or(0), ends.last().copied().unwrap_or(0));
        let (first, last) = (usize::try_from(first).unwrap_or(0), usize::try_from(last).unwrap_or(0));
        let values = lists.values().slice(first, last - first);
        let numbered = ends.windows(2).zip(0_u32..).flat_map(|(ends, row)| {
            let length = u32::try_from(ends[1] - ends[0]).unwrap_or(0);
            (0..length).map(move |item| (row, item))
        });
        Wanted { keys: Keys::new(&[&values]), items: Some(numbered.collect()) }
    }

    /// The numbers of the keys that are whole.
    pub(crate) fn whole(&self) -> impl Iterator<Item = usize> {
        (0..self.keys.len()).filter(|&number| self.keys.is_whole(number))
    }

    /// A key.
    pub(crate) fn key(&self, number: usize) -> &[u8] {
        self.keys.bytes(number)
    }

    /// The row that refers to a key.
    pub(crate) fn row(&self, number: usize) -> usize {
        self.items.as_ref().map_or(number, |items| items[number].0 as usize)
    }

    /// The item that refers to a key, by its number in the list.
    pub(crate) fn item(&self, number: usize) -> Option<u32> {
        self.items.as_ref().map(|items| items[number].1)
    }
}
