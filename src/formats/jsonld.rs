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

use arrow::record_batch::RecordBatch;

use super::concatenation::{Concatenation, Joints};
use super::{Assembler, Block, Context, Encoder, Format, Piece, Room, Share};
use crate::diagnostic::Result;
use crate::schema::Vocabulary;
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
    /// What stands before each column's value: a comma, its key and a colon.
    keys: Vec<Vec<u8>>,
    /// The same before each reference.
    reference_keys: Vec<Vec<u8>>,
    /// The member that names the type.
    type_member: Vec<u8>,
    room: Room,
}

impl<'a> NodeEncoder<'a> {
    fn new(plan: Plan<'a>) -> NodeEncoder<'a> {
        let before_value = |key: &str| {
            let mut member = b",".to_vec();
            text::write_string(key, &mut member);
            member.push(b':');
            member
        };
        let mut type_member = b"\"@type\":".to_vec();
        text::write_string(&plan.type_name, &mut type_member);
        NodeEncoder {
            keys: plan.properties.iter().map(|property| before_value(&property.key)).collect(),
            reference_keys: plan.references.iter().map(|reference| before_value(&reference.key)).collect(),
            type_member,
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
        let mut nodes = Nodes {
            encoder: self,
            columns: cells(&self.plan, &block.batch),
            out: self.room.buffer(rows.len()),
            path: Vec::new(),
            part: Vec::new(),
        };
        for row in rows.clone() {
            if row > rows.start {
                nodes.out.extend_from_slice(JOINTS.between);
            }
            nodes.write_node(row);
        }
        self.room.note(rows.len(), &nodes.out);
        Ok(Piece::Bytes(nodes.out))
    }
}

fn cells<'a>(plan: &Plan<'_>, batch: &'a RecordBatch) -> Vec<Cells<'a>> {
    plan.table
        .columns
        .iter()
        .zip(batch.columns())
        .map(|(column, array)| Cells::new(column.kind, array))
        .collect()
}

/// The nodes of one block, being written.
struct Nodes<'e> {
    encoder: &'e NodeEncoder<'e>,
    columns: Vec<Cells<'e>>,
    out: Vec<u8>,
    /// The path of an id.
    path: Vec<u8>,
    /// A part of a key.
    part: Vec<u8>,
}

impl Nodes<'_> {
    fn write_node(&mut self, row: usize) {
        let NodeEncoder { plan, keys, reference_keys, type_member, .. } = self.encoder;
        self.out.push(b'{');
        if !plan.key.is_empty() {
            self.write_id(&plan.table.name, &plan.key, row);
            self.out.push(b',');
        }
        self.out.extend_from_slice(type_member);
        for (column, (property, key)) in plan.properties.iter().zip(keys).enumerate() {
            if self.columns[column].is_null(row) {
                continue;
            }
            self.out.extend_from_slice(key);
            match &property.value {
                Value::Literal | Value::Addresses => write_json(&self.columns[column], row, &mut self.out),
                Value::Row(target) => self.write_row_value(target, column, row),
                Value::Concept(vocabulary) => self.write_concepts(vocabulary, column, row),
            }
        }
        for (reference, key) in plan.references.iter().zip(reference_keys) {
            let is_set = reference.row.key.iter().all(|&column| !self.columns[column].is_null(row));
            if is_set {
                self.out.extend_from_slice(key);
                self.out.push(b'{');
                self.write_id(reference.row.table, &reference.row.key, row);
                self.out.push(b'}');
            }
        }
        self.out.push(b'}');
    }

    /// The member `@id`: the row of `table` whose key these columns hold.
    fn write_id(&mut self, table: &str, key: &[usize], row: usize) {
        self.path.clear();
        ids::push_encoded(table.as_bytes(), &mut self.path);
        for &column in key {
            self.part.clear();
            self.columns[column].write_text(row, &mut self.part);
            ids::push_part(&self.part, &mut self.path);
        }
        self.out.extend_from_slice(b"\"@id\":\"");
        self.encoder.plan.ids.write(&self.path, &mut self.out);
        self.out.push(b'"');
    }

    /// A reference to a row: its key where that resolves to the row's id, else the id and the key.
    fn write_row_value(&mut self, target: &RowValue<'_>, column: usize, row: usize) {
        if let (Some(_), Cells::Text(keys)) = (&target.base, &self.columns[column]) {
            let key = keys.value(row);
            if plan::is_plain_key(key) {
                return text::write_string(key, &mut self.out);
            }
        }
        self.out.push(b'{');
        self.write_id(target.table, &target.key, row);
        self.out.extend_from_slice(b",\"identifier\":");
        write_json(&self.columns[column], row, &mut self.out);
        self.out.push(b'}');
    }

    fn write_concepts(&mut self, vocabulary: &Vocabulary, column: usize, row: usize) {
        let plan = &self.encoder.plan;
        match &self.columns[column] {
            Cells::Text(codes) => {
                write_concept(plan, vocabulary, codes.value(row), &mut self.path, &mut self.out)
            }
            Cells::List(lists, items) => {
                self.out.push(b'[');
                for (nth, item) in tables::item_rows(lists, row).enumerate() {
                    if nth > 0 {
                        self.out.push(b',');
                    }
                    if let Cells::Text(codes) = &**items {
                        write_concept(plan, vocabulary, codes.value(item), &mut self.path, &mut self.out);
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

/// A value as JSON: numbers and booleans bare, lists in brackets, everything else a string.
fn write_json(cells: &Cells<'_>, row: usize, out: &mut Vec<u8>) {
    match cells {
        Cells::Text(values) => text::write_string(values.value(row), out),
        Cells::Integer(_) | Cells::Number(_) | Cells::Boolean(_) => cells.write_text(row, out),
        Cells::Decimal(..) | Cells::Date(_) | Cells::Datetime(_) => {
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
                write_json(items, item, out);
            }
            out.push(b']');
        }
    }
}
