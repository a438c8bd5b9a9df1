//! JSON-LD 1.1: one document per table, one node per line, so that it streams and greps.
//!
//! `docs/jsonld.md` says what a node holds and what a reader may rely on.

mod document;
mod ids;
mod nodes;
mod plan;
mod prefixes;
mod terms;
#[cfg(test)]
mod tests;
mod text;

use super::concatenation::{Concatenation, Joints};
use super::{Assembler, Block, Context, Encoder, Facts, Format, Piece, Room, Share};
use crate::canonical::write_lines;
use crate::diagnostic::{Diagnostic, Result};
use crate::schema::Project;
use crate::staging::StagedFile;
use nodes::Nodes;
use plan::{Plan, RowValue, Value};

/// The format `jsonld`.
pub(super) struct JsonLd;

/// Each node stands on a line of its own.
const JOINTS: Joints = Joints { first: b"\n", between: b",\n", end: b"\n]}\n" };

const FACTS: Facts = Facts {
    name: "jsonld",
    title: "JSON-LD",
    extension: "jsonld",
    media_type: "application/ld+json",
    is_default: true,
};

impl Format for JsonLd {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn check(&self, project: &Project) -> Vec<Diagnostic> {
        let published = project.tables.iter().filter(|table| !table.is_withheld);
        published.flat_map(|table| prefixes::clashes(project, table)).collect()
    }

    fn prepare<'a>(&self, context: &Context<'a>) -> Result<Box<dyn Encoder + 'a>> {
        Ok(Box::new(NodeEncoder::new(Plan::new(context))))
    }
}

struct NodeEncoder<'a> {
    plan: Plan<'a>,
    /// The ids of the table's own rows, if they have any.
    id: Option<IdWriter>,
    keys: Vec<Key>,
    /// The same for each reference.
    reference_keys: Vec<(Vec<u8>, IdWriter)>,
    /// The member that names the type.
    type_member: Vec<u8>,
    room: Room,
}

/// What a column's value stands behind.
struct Key {
    /// A comma, the key and a colon.
    before: Vec<u8>,
    /// The id of the row, where the value refers to one.
    target: Option<IdWriter>,
}

/// Writes the ids of a table's rows.
struct IdWriter {
    /// The table, percent-encoded.
    table: Vec<u8>,
    /// The member up to where the rows' addresses part.
    beginning: Option<Vec<u8>>,
    /// The columns that hold the key.
    key: Vec<usize>,
}

impl IdWriter {
    fn new(plan: &Plan<'_>, table: &str, key: &[usize]) -> IdWriter {
        let mut encoded = Vec::new();
        ids::push_encoded(table.as_bytes(), &mut encoded);
        let beginning = plan.ids.beginning(table).map(|address| [ID, &address].concat());
        IdWriter { table: encoded, beginning, key: key.to_vec() }
    }
}

/// The beginning of the member `@id`.
const ID: &[u8] = b"\"@id\":\"";

impl<'a> NodeEncoder<'a> {
    fn new(plan: Plan<'a>) -> NodeEncoder<'a> {
        let before = |key: &str| {
            let mut member = b",".to_vec();
            text::write_string(key, &mut member);
            member.push(b':');
            member
        };
        let mut type_member = b"\"@type\":".to_vec();
        text::write_string(&plan.type_name, &mut type_member);
        let row = |row: &RowValue<'_>| IdWriter::new(&plan, row.table, &row.key);
        let target = |value: &Value<'_>| match value {
            Value::Row(target) => Some(row(target)),
            Value::Literal | Value::Addresses | Value::Concept(_) => None,
        };
        let key = |property: &plan::Property<'_>| Key {
            before: before(&property.key),
            target: target(&property.value),
        };
        let properties = plan.properties.iter();
        let references = plan.references.iter();
        NodeEncoder {
            id: (!plan.key.is_empty()).then(|| IdWriter::new(&plan, &plan.table.name, &plan.key)),
            keys: properties.map(key).collect(),
            reference_keys: references.map(|r| (before(&r.key), row(&r.row))).collect(),
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
        let mut text = self.room.text(rows.len());
        let columns = nodes::columns(&self.plan, &block.batch, rows.clone());
        let nodes = Nodes { encoder: self, columns: &columns, texts: &block.texts, rows: rows.clone() };
        write_lines(&nodes.fields(), rows.len(), &mut text);
        // The last one's joint stands before the next piece.
        let length = text.len() - JOINTS.between.len();
        text.truncate(length);
        Ok(Piece::Bytes(text))
    }
}
