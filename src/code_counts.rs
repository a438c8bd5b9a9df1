//! How often each code of a vocabulary is used, counted block by block while the blocks are written.

use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use foldhash::fast::FixedState;
use hashbrown::HashMap;

use crate::offsets::item_rows;
use crate::schema::{Project, Table};

/// Counts the codes in the columns of a table that hold codes.
pub struct CodeCounter<'a> {
    columns: Vec<CodeColumn<'a>>,
}

struct CodeColumn<'a> {
    column: usize,
    is_list: bool,
    /// Number of each code in its vocabulary.
    numbers: HashMap<&'a str, usize, FixedState>,
}

/// How often each code is used in a table: for each field with a vocabulary, in the order of the fields, a count for
/// each code, in the order of the vocabulary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CodeCounts(Vec<Vec<u64>>);

impl<'a> CodeCounter<'a> {
    /// A counter for the table; one that does nothing when none of its fields has a vocabulary.
    pub fn new(project: &'a Project, table: &'a Table) -> CodeCounter<'a> {
        let column = |(index, field): (usize, &crate::schema::Field)| {
            let concepts = &project.vocabularies[field.vocabulary?].concepts;
            let numbers = concepts.iter().enumerate().map(|(number, c)| (c.code.as_str(), number)).collect();
            Some(CodeColumn { column: table.column_of_field(index), is_list: field.is_list(), numbers })
        };
        CodeCounter { columns: table.fields.iter().enumerate().filter_map(column).collect() }
    }

    /// The uses in a block of rows.
    pub fn count(&self, batch: &RecordBatch) -> CodeCounts {
        let count = |column: &CodeColumn<'_>| {
            let mut counts = vec![0; column.numbers.len()];
            let array = batch.column(column.column);
            if column.is_list {
                let lists = array.as_list::<i32>();
                let items = lists.values().as_string::<i32>();
                for row in (0..lists.len()).filter(|&row| lists.is_valid(row)) {
                    item_rows(lists, row).for_each(|item| column.note(items, item, &mut counts));
                }
            } else {
                let texts = array.as_string::<i32>();
                (0..texts.len()).for_each(|row| column.note(texts, row, &mut counts));
            }
            counts
        };
        CodeCounts(self.columns.iter().map(count).collect())
    }
}

impl CodeColumn<'_> {
    fn note(&self, texts: &StringArray, row: usize, counts: &mut [u64]) {
        if texts.is_valid(row)
            && let Some(&number) = self.numbers.get(texts.value(row))
        {
            counts[number] += 1;
        }
    }
}

impl CodeCounts {
    /// Adds the uses in other rows of the same table.
    pub fn add(&mut self, other: &CodeCounts) {
        if self.0.is_empty() {
            return self.clone_from(other);
        }
        for (own, others) in self.0.iter_mut().zip(&other.0) {
            own.iter_mut().zip(others).for_each(|(own, other)| *own += other);
        }
    }

    /// The counts of the nth field with a vocabulary; none when the table has no rows.
    pub fn of(&self, nth: usize) -> &[u64] {
        self.0.get(nth).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, ListBuilder, StringBuilder};
    use arrow::datatypes::{DataType, Field, Schema};

    use super::*;

    #[test]
    fn codes_are_counted_in_single_values_and_in_lists() {
        let mut lists = ListBuilder::new(StringBuilder::new());
        lists.append_value([Some("a"), Some("b"), Some("a")]);
        lists.append_null();
        lists.append_value([] as [Option<&str>; 0]);
        let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("b"), None, Some("unknown")]));
        let lists: ArrayRef = Arc::new(lists.finish());
        let schema = Schema::new(vec![
            Field::new("one", DataType::Utf8, true),
            Field::new("many", lists.data_type().clone(), true),
        ]);
        let batch = RecordBatch::try_new(Arc::new(schema), vec![texts, lists]).expect("the columns fit");
        let numbers = || [("a", 0), ("b", 1)].into_iter().collect();
        let column = |column, is_list| CodeColumn { column, is_list, numbers: numbers() };
        let counter = CodeCounter { columns: vec![column(0, false), column(1, true)] };
        let mut uses = CodeCounts::default();
        uses.add(&counter.count(&batch));
        uses.add(&counter.count(&batch));
        assert_eq!((uses.of(0), uses.of(1)), (&[0, 2][..], &[4, 2][..]));
        assert!(CodeCounts::default().of(0).is_empty());
    }
}
