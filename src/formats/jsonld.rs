//! JSON-LD 1.1: one document per table, one node per line, so that it streams and greps.
//!
//! `docs/jsonld.md` says what a node holds and what a reader may rely on.

mod document;
mod ids;
mod plan;
mod terms;
#[cfg(test)]
mod tests;
mod text;

use std::ops::Range;

use arrow::array::ArrayRef;
use arrow::record_batch::RecordBatch;

use super::concatenation::{Concatenation, Joints};
use super::{Assembler, Block, Context, Encoder, Format, Piece, Room, Share};
use crate::bytes::Phrase;
use crate::diagnostic::Result;
use crate::schema::{self, Vocabulary};
use crate::staging::StagedFile;
use crate::tables::{self, Cells};
use plan::{CONCEPTS, Plan, RowValue, Value};

/// The format `jsonld`.
pub(super) struct JsonLd;

/// Each node stands on a line of its own.
const JOINTS: Joints = Joints { first: b"\n", between: b",\n", end: b"\n]}\n" };

impl Format for JsonLd {
    fn name(&self) -> &'static str {
        "jsonld"
    }

    fn title(&self) -> &'static str {
        "JSON-LD"
    }

    fn extension(&self) -> &'static str {
        "jsonld"
    }

    fn media_type(&self) -> &'static str {
        "application/ld+json"
    }

    fn prepare<'a>(&self, context: &Context<'a>) -> Result<Box<dyn Encoder + 'a>> {
        Ok(Box::new(NodeEncoder::new(Plan::new(context)?)))
    }
}

struct NodeEncoder<'a> {
    plan: Plan<'a>,
    /// The ids of the table's own rows, if they have any.
    id: Option<IdWriter>,
    keys: Vec<Key>,
    /// The same for each reference.
    reference_keys: Vec<(Phrase, IdWriter)>,
    /// The member that names the type.
    type_member: Phrase,
    room: Room,
}

/// What a column's value stands behind.
struct Key {
    /// A comma, the key and a colon.
    before_value: Phrase,
    /// The same and a quote.
    before_text: Phrase,
    /// The id of the row, where the value refers to one.
    target: Option<IdWriter>,
}

/// Writes the ids of a table's rows.
struct IdWriter {
    /// The table, percent-encoded.
    table: Vec<u8>,
    /// The member up to where the rows' addresses part.
    beginning: Option<Phrase>,
    /// The columns that hold the key.
    key: Vec<usize>,
}

impl IdWriter {
    fn new(plan: &Plan<'_>, table: &str, key: &[usize]) -> IdWriter {
        let mut encoded = Vec::new();
        ids::push_encoded(table.as_bytes(), &mut encoded);
        let beginning = plan.ids.beginning(table).map(|address| Phrase::new(&[ID, &address].concat()));
        IdWriter { table: encoded, beginning, key: key.to_vec() }
    }
}

/// The beginning of the member `@id`.
const ID: &[u8] = b"\"@id\":\"";

impl<'a> NodeEncoder<'a> {
    fn new(plan: Plan<'a>) -> NodeEncoder<'a> {
        let before = |key: &str, value: &[u8]| {
            let mut member = b",".to_vec();
            text::write_string(key, &mut member);
            member.push(b':');
            member.extend_from_slice(value);
            Phrase::new(&member)
        };
        let mut type_member = b"\"@type\":".to_vec();
        text::write_string(&plan.type_name, &mut type_member);
        let row = |row: &RowValue<'_>| IdWriter::new(&plan, row.table, &row.key);
        let target = |value: &Value<'_>| match value {
            Value::Row(target) => Some(row(target)),
            Value::Literal | Value::Addresses | Value::Concept(_) => None,
        };
        let key = |property: &plan::Property<'_>| Key {
            before_value: before(&property.key, b""),
            before_text: before(&property.key, b"\""),
            target: target(&property.value),
        };
        let properties = plan.properties.iter();
        let references = plan.references.iter();
        NodeEncoder {
            id: (!plan.key.is_empty()).then(|| IdWriter::new(&plan, &plan.table.name, &plan.key)),
            keys: properties.map(key).collect(),
            reference_keys: references.map(|r| (before(&r.key, b""), row(&r.row))).collect(),
            type_member: Phrase::new(&type_member),
            room: Room::default(),
            plan,
        }
    }
}

impl Encoder for NodeEncoder<'_> {
    fn begin(&self, file: StagedFile) -> Result<Box<dyn Assembler>> {
        Ok(Box::new(Concatenation::begin(file, &document::head(&self.plan), JOINTS)?))
    }

    fn encode(&self, block: &Block, share: &Share) -> Result<Piece> {
        let Share::Rows(rows) = share else { unreachable!("nodes are shared by rows") };
        let mut text = self.room.text(rows.len());
        let mut nodes = Nodes {
            encoder: self,
            columns: columns(&self.plan, &block.batch, rows.clone()),
            out: &mut text,
            path: Vec::new(),
            part: Vec::new(),
        };
        for row in rows.clone() {
            if row > rows.start {
                nodes.out.extend_from_slice(JOINTS.between);
            }
            nodes.write_node(row);
        }
        Ok(Piece::Bytes(text))
    }
}

/// Some rows of a column, and what is known of all of them.
struct Column<'a> {
    cells: Cells<'a>,
    has_gaps: bool,
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
            (_, Cells::Text(_) | Cells::Decimal(..) | Cells::Date(_) | Cells::Datetime(_)) => Way::Quoted,
            (_, Cells::Integer(_) | Cells::Number(_) | Cells::Boolean(_)) => Way::Bare,
        }
    }
}

fn columns<'a>(plan: &Plan<'_>, batch: &'a RecordBatch, rows: Range<usize>) -> Vec<Column<'a>> {
    let each = plan.table.columns.iter().zip(batch.columns()).enumerate();
    let column = |(number, (column, array)): (usize, (&schema::Column, &'a ArrayRef))| {
        let cells = Cells::new(column.kind, array);
        let texts = cells.text_bytes(rows.clone());
        let value = &plan.properties[number].value;
        let is_key = plan.key.contains(&number) || matches!(value, Value::Row(_));
        let is_plain = texts.is_some_and(text::is_plain);
        let are_unreserved = |texts: &[u8]| texts.iter().all(|&byte| ids::is_unreserved(byte));
        let is_unreserved = is_key && texts.is_some_and(are_unreserved);
        let way = Way::of(&cells, value, rows.clone(), is_plain, is_unreserved);
        Column { has_gaps: cells.has_gaps(), way, is_plain, is_unreserved, cells }
    };
    each.map(column).collect()
}

/// The nodes of one block, being written.
struct Nodes<'e> {
    encoder: &'e NodeEncoder<'e>,
    columns: Vec<Column<'e>>,
    out: &'e mut Vec<u8>,
    /// The path of an id.
    path: Vec<u8>,
    /// A part of a key.
    part: Vec<u8>,
}

impl Nodes<'_> {
    fn write_node(&mut self, row: usize) {
        let NodeEncoder { plan, id, keys, reference_keys, type_member, .. } = self.encoder;
        self.out.push(b'{');
        if let Some(id) = id {
            self.write_id(id, row);
            self.out.push(b',');
        }
        type_member.write(self.out);
        for (number, (property, key)) in plan.properties.iter().zip(keys).enumerate() {
            let column = &self.columns[number];
            if column.has_gaps && column.cells.is_null(row) {
                continue;
            }
            if column.way == Way::Quoted {
                key.before_text.write(self.out);
                column.cells.write_text(row, self.out);
                self.out.push(b'"');
                continue;
            }
            key.before_value.write(self.out);
            match (&property.value, &key.target) {
                _ if column.way == Way::Bare => column.cells.write_text(row, self.out),
                (Value::Row(row_value), Some(target)) => self.write_row_value(row_value, target, number, row),
                (Value::Concept(vocabulary), _) => self.write_concepts(vocabulary, number, row),
                (Value::Literal | Value::Addresses | Value::Row(_), _) => {
                    write_json(&column.cells, column.is_plain, row, self.out);
                }
            }
        }
        for (key, target) in reference_keys {
            if target.key.iter().all(|&column| !self.columns[column].cells.is_null(row)) {
                key.write(self.out);
                self.out.push(b'{');
                self.write_id(target, row);
                self.out.push(b'}');
            }
        }
        self.out.push(b'}');
    }

    /// The member `@id`: the row of a table whose key is in this row.
    fn write_id(&mut self, id: &IdWriter, row: usize) {
        if let Some(beginning) = &id.beginning {
            beginning.write(self.out);
            for &column in &id.key {
                self.write_key_part(column, row);
            }
        } else {
            self.path.clear();
            self.path.extend_from_slice(&id.table);
            for &column in &id.key {
                self.part.clear();
                self.columns[column].cells.write_text(row, &mut self.part);
                ids::push_part(&self.part, &mut self.path);
            }
            self.out.extend_from_slice(ID);
            self.encoder.plan.ids.write(&self.path, self.out);
        }
        self.out.push(b'"');
    }

    /// A part of a key, behind a slash, as it stands in an address.
    fn write_key_part(&mut self, column: usize, row: usize) {
        let column = &self.columns[column];
        if column.is_unreserved {
            self.out.push(b'/');
            return column.cells.write_text(row, self.out);
        }
        self.part.clear();
        column.cells.write_text(row, &mut self.part);
        ids::push_part(&self.part, self.out);
    }

    /// A reference to a row: its key where that resolves to the row's id, else the id and the key.
    fn write_row_value(&mut self, value: &RowValue<'_>, target: &IdWriter, number: usize, row: usize) {
        let column = &self.columns[number];
        if let (Some(_), Cells::Text(keys)) = (&value.base, &column.cells)
            && plan::is_plain_key(keys.value(row))
        {
            return write_json(&column.cells, true, row, self.out);
        }
        self.out.push(b'{');
        self.write_id(target, row);
        self.out.extend_from_slice(b",\"identifier\":");
        let column = &self.columns[number];
        write_json(&column.cells, column.is_plain, row, self.out);
        self.out.push(b'}');
    }

    fn write_concepts(&mut self, vocabulary: &Vocabulary, column: usize, row: usize) {
        let plan = &self.encoder.plan;
        match &self.columns[column].cells {
            Cells::Text(codes) => write_concept(plan, vocabulary, codes.value(row), &mut self.path, self.out),
            Cells::List(lists, items) => {
                self.out.push(b'[');
                for (nth, item) in tables::item_rows(lists, row).enumerate() {
                    if nth > 0 {
                        self.out.push(b',');
                    }
                    if let Cells::Text(codes) = &**items {
                        write_concept(plan, vocabulary, codes.value(item), &mut self.path, self.out);
                    }
                }
                self.out.push(b']');
            }
            Cells::Integer(_)
            | Cells::Number(_)
            | Cells::Decimal(..)
            | Cells::Boolean(_)
            | Cells::Date(_)
            | Cells::Datetime(_) => unreachable!("codes are text or lists of text"),
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
        Cells::Text(_) | Cells::Decimal(..) | Cells::Date(_) | Cells::Datetime(_) => {
            out.push(b'"');
            cells.write_text(row, out);
            out.push(b'"');
        }
        Cells::List(lists, items) => {
            out.push(b'[');
            for (nth, item) in tables::item_rows(lists, row).enumerate() {
                if nth > 0 {
                    out.push(b',');
                }
                write_json(items, is_plain, item, out);
            }
            out.push(b']');
        }
    }
}
