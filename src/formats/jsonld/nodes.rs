//! Rows as nodes: what each column adds to the line of a row.

use std::ops::Range;

use arrow::array::ArrayRef;
use arrow::record_batch::RecordBatch;

use super::plan::{self, CONCEPTS, Plan, RowValue, Value};
use super::{ID, IdWriter, Key, NodeEncoder, TextEncoder, ids, text};
use crate::canonical::{Cells, FieldWriter, RowTexts, SharedTexts};
use crate::offsets::item_rows;
use crate::schema::{self, Vocabulary};

/// Some rows of a column, and what is known of all of them.
pub(super) struct Column<'a> {
    cells: Cells<'a>,
    way: Way,
    /// Whether its texts, or those in its lists, are written as they are in a JSON string.
    is_plain: bool,
    /// Whether its texts are written as they are in an address.
    is_unreserved: bool,
}

/// How values become JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Their text is it.
    Bare,
    /// Their text in quotes is it.
    Quoted,
    /// It takes more than that.
    Other,
}

impl Way {
    fn of(
        cells: &Cells<'_>,
        value: &Value<'_>,
        rows: Range<usize>,
        is_plain: bool,
        is_unreserved: bool,
    ) -> Way {
        // A key in quotes stands for the row if it is no step; those have two bytes at most.
        let resolves = |row: &RowValue<'_>| {
            row.base.is_some() && is_unreserved && cells.shortest(rows).is_none_or(|length| length > 2)
        };
        match (value, cells) {
            (Value::Row(row), Cells::Text(_)) if resolves(row) => Way::Quoted,
            (Value::Row(_) | Value::Concept(_), _) | (_, Cells::List(..)) => Way::Other,
            (_, Cells::Text(_)) if !is_plain => Way::Other,
            (
                _,
                Cells::Text(_)
                | Cells::Decimal(..)
                | Cells::Date(_)
                | Cells::Datetime(_)
                | Cells::LocalDatetime(_),
            ) => Way::Quoted,
            (_, Cells::Integer(_) | Cells::Number(_) | Cells::Boolean(_)) => Way::Bare,
        }
    }
}

/// The columns of a batch, of which some rows become nodes.
pub(super) fn columns<'a>(plan: &Plan<'_>, batch: &'a RecordBatch, rows: Range<usize>) -> Vec<Column<'a>> {
    let each = plan.table.columns.iter().zip(batch.columns()).enumerate();
    let column = |(number, (column, array)): (usize, (&schema::Column, &'a ArrayRef))| {
        let cells = Cells::new(column.kind, array);
        let texts = cells.text_bytes(rows.clone());
        let value = &plan.properties[number].value;
        let is_key = plan.key.contains(&number) || matches!(value, Value::Row(_));
        let is_plain = texts.is_some_and(text::is_plain);
        let is_unreserved = is_key && texts.is_some_and(ids::are_unreserved);
        let way = Way::of(&cells, value, rows.clone(), is_plain, is_unreserved);
        Column { way, is_plain, is_unreserved, cells }
    };
    each.map(column).collect()
}

/// The nodes of some rows.
pub(super) struct Nodes<'e> {
    pub(super) encoder: &'e NodeEncoder<'e>,
    pub(super) columns: &'e [Column<'e>],
    pub(super) texts: &'e SharedTexts,
    pub(super) rows: Range<usize>,
}

impl<'e> Nodes<'e> {
    /// What each node consists of, joint included.
    pub(super) fn writers(&self) -> Vec<FieldWriter<'e>> {
        let NodeEncoder { plan, id, keys, reference_keys, type_member, .. } = self.encoder;
        let mut writers = Vec::with_capacity(keys.len() + reference_keys.len() + 4);
        match id {
            Some(id) => {
                self.push_id(id, &mut writers);
                writers.push(FieldWriter::constant(&[b",", type_member.as_slice()].concat()));
            }
            None => writers.push(FieldWriter::constant(&[b"{", type_member.as_slice()].concat())),
        }
        let properties = plan.properties.iter().zip(keys).enumerate();
        writers.extend(properties.map(|(number, (property, key))| self.property(number, property, key)));
        writers.extend(reference_keys.iter().map(|(key, target)| {
            let texts = RowTexts::of_rows(self.rows.clone(), |row, out| {
                if target.key.iter().all(|&column| !self.columns[column].cells.is_null(row)) {
                    out.extend_from_slice(key);
                    out.push(b'{');
                    self.write_id(target, row, out);
                    out.push(b'}');
                }
            });
            FieldWriter::bare(b"", 0, texts)
        }));
        writers.push(FieldWriter::constant(&[b"}", NodeEncoder::DELIMITERS.between].concat()));
        writers
    }

    /// The beginning of a node: a brace, and the member `@id`.
    fn push_id(&self, id: &IdWriter, writers: &mut Vec<FieldWriter<'e>>) {
        let Some(beginning) = &id.beginning else {
            let texts = RowTexts::of_rows(self.rows.clone(), |row, out| self.write_id(id, row, out));
            return writers.push(FieldWriter::bare(b"{", 0, texts));
        };
        let mut before = [b"{", beginning.as_slice()].concat();
        for &column in &id.key {
            let Column { cells, is_unreserved, .. } = &self.columns[column];
            before.push(b'/');
            let mut part = Vec::new();
            let texts = match is_unreserved {
                true => RowTexts::of(cells, self.rows.clone()),
                false => RowTexts::written(cells, self.rows.clone(), |row, out| {
                    part.clear();
                    cells.write_text(row, &mut part);
                    ids::push_encoded(&part, out);
                }),
            };
            writers.push(FieldWriter::bare(&before, before.len(), texts));
            before.clear();
        }
        writers.push(FieldWriter::constant(b"\""));
    }

    /// The member that a column becomes, where there is a value.
    fn property(&self, number: usize, property: &plan::Property<'_>, key: &Key) -> FieldWriter<'e> {
        let column = &self.columns[number];
        let rows = self.rows.clone();
        let (cells, before) = (&column.cells, key.before.as_slice());
        match (&property.value, &key.target, cells) {
            _ if column.way == Way::Quoted => {
                FieldWriter::quoted(before, 0, self.texts.of(number, cells, rows))
            }
            _ if column.way == Way::Bare => FieldWriter::bare(before, 0, self.texts.of(number, cells, rows)),
            (Value::Row(value), Some(target), _) => {
                let write = |row, out: &mut Vec<u8>| self.write_row_value(value, target, (number, row), out);
                FieldWriter::bare(before, 0, RowTexts::written(cells, rows, write))
            }
            (Value::Concept(vocabulary), ..) => {
                let mut path = Vec::new();
                let write = |row, out: &mut Vec<u8>| {
                    self.write_concepts(vocabulary, (number, row), &mut path, out);
                };
                FieldWriter::bare(before, 0, RowTexts::written(cells, rows, write))
            }
            (_, _, Cells::Text(values)) => FieldWriter::quoted(
                before,
                0,
                RowTexts::replaced(values, rows, text::is_plain, text::write_escaped),
            ),
            (Value::Literal | Value::Addresses | Value::Row(_), ..) => {
                let write = |row, out: &mut Vec<u8>| write_json(cells, column.is_plain, row, out);
                FieldWriter::bare(before, 0, RowTexts::written(cells, rows, write))
            }
        }
    }

    /// The member `@id`: the row of a table whose key is in this row.
    fn write_id(&self, id: &IdWriter, row: usize, out: &mut Vec<u8>) {
        let mut part = Vec::new();
        let mut push_parts = |path: &mut Vec<u8>| {
            for &column in &id.key {
                part.clear();
                self.columns[column].cells.write_text(row, &mut part);
                ids::push_part(&part, path);
            }
        };
        if let Some(beginning) = &id.beginning {
            out.extend_from_slice(beginning);
            push_parts(out);
        } else {
            let mut path = id.table.clone();
            push_parts(&mut path);
            out.extend_from_slice(ID);
            self.encoder.plan.ids.write(&path, out);
        }
        out.push(b'"');
    }

    /// A reference to a row: its key where that resolves to the row's id, else the id and the key.
    fn write_row_value(
        &self,
        value: &RowValue<'_>,
        target: &IdWriter,
        (number, row): (usize, usize),
        out: &mut Vec<u8>,
    ) {
        let column = &self.columns[number];
        if let Cells::List(lists, items) = &column.cells {
            out.push(b'[');
            for (nth, item) in item_rows(lists, row).enumerate() {
                if nth > 0 {
                    out.push(b',');
                }
                self.write_item(value, target, (items, item), out);
            }
            out.push(b']');
            return;
        }
        if let (Some(_), Cells::Text(keys)) = (&value.base, &column.cells)
            && plan::is_plain_key(keys.value(row))
        {
            return write_json(&column.cells, true, row, out);
        }
        out.push(b'{');
        self.write_id(target, row, out);
        out.extend_from_slice(b",\"identifier\":");
        write_json(&column.cells, column.is_plain, row, out);
        out.push(b'}');
    }

    /// The same for an item of a list.
    fn write_item(
        &self,
        value: &RowValue<'_>,
        target: &IdWriter,
        (items, item): (&Cells<'_>, usize),
        out: &mut Vec<u8>,
    ) {
        if let (Some(_), Cells::Text(keys)) = (&value.base, items)
            && plan::is_plain_key(keys.value(item))
        {
            return write_json(items, true, item, out);
        }
        let (mut part, mut path) = (Vec::new(), target.table.clone());
        items.write_text(item, &mut part);
        ids::push_part(&part, &mut path);
        out.extend_from_slice(b"{\"@id\":\"");
        self.encoder.plan.ids.write(&path, out);
        out.extend_from_slice(b"\",\"identifier\":");
        write_json(items, false, item, out);
        out.push(b'}');
    }

    fn write_concepts(
        &self,
        vocabulary: &Vocabulary,
        (column, row): (usize, usize),
        path: &mut Vec<u8>,
        out: &mut Vec<u8>,
    ) {
        let plan = &self.encoder.plan;
        match &self.columns[column].cells {
            Cells::Text(codes) => write_concept(plan, vocabulary, codes.value(row), path, out),
            Cells::List(lists, items) => {
                out.push(b'[');
                for (nth, item) in item_rows(lists, row).enumerate() {
                    if nth > 0 {
                        out.push(b',');
                    }
                    if let Cells::Text(codes) = &**items {
                        write_concept(plan, vocabulary, codes.value(item), path, out);
                    }
                }
                out.push(b']');
            }
            Cells::Integer(_)
            | Cells::Number(_)
            | Cells::Decimal(..)
            | Cells::Boolean(_)
            | Cells::Date(_)
            | Cells::Datetime(_)
            | Cells::LocalDatetime(_) => unreachable!("codes are text or lists of text"),
        }
    }
}

/// A code: itself where the context makes it a term, else its concept's id and the code.
fn write_concept(
    plan: &Plan<'_>,
    vocabulary: &Vocabulary,
    code: &str,
    path: &mut Vec<u8>,
    out: &mut Vec<u8>,
) {
    if plan.is_plain_code(code) {
        return text::write_string(code, out);
    }
    path.clear();
    path.extend_from_slice(CONCEPTS.as_bytes());
    ids::push_part(vocabulary.name.as_bytes(), path);
    ids::push_part(code.as_bytes(), path);
    out.extend_from_slice(b"{\"@id\":\"");
    plan.ids.write(path, out);
    out.extend_from_slice(b"\",\"identifier\":");
    text::write_string(code, out);
    out.push(b'}');
}

/// A value as JSON: numbers and booleans bare, lists in brackets, everything else a string. Texts that are plain need no
/// escapes.
fn write_json(cells: &Cells<'_>, is_plain: bool, row: usize, out: &mut Vec<u8>) {
    match cells {
        Cells::Text(values) if !is_plain => text::write_string(values.value(row), out),
        Cells::Integer(_) | Cells::Number(_) | Cells::Boolean(_) => cells.write_text(row, out),
        Cells::Text(_)
        | Cells::Decimal(..)
        | Cells::Date(_)
        | Cells::Datetime(_)
        | Cells::LocalDatetime(_) => {
            out.push(b'"');
            cells.write_text(row, out);
            out.push(b'"');
        }
        Cells::List(lists, items) => {
            out.push(b'[');
            for (nth, item) in item_rows(lists, row).enumerate() {
                if nth > 0 {
                    out.push(b',');
                }
                write_json(items, is_plain, item, out);
            }
            out.push(b']');
        }
    }
}
