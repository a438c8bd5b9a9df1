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

use std::sync::Arc;

use super::part_files::{PartFiles, PartFilesWriter};
use super::text_file::{self, Delimiters, TextEncoder};
use super::{BufferPool, DatasetWriter, Facts, Format, Morsel, PooledBuffer, TableInfo};
use crate::canonical::write_lines;
use crate::diagnostic::{Diagnostic, Result};
use crate::schema::Project;
use crate::staging::Stage;
use nodes::Nodes;
use plan::{Plan, RowValue, Value};

/// The format `jsonld`.
pub(super) struct JsonLd;

static FACTS: Facts = Facts {
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

    fn open<'a>(&self, project: &'a Project, stage: &'a Stage) -> Result<Box<dyn DatasetWriter<'a> + 'a>> {
        let pipelines = move |info: &TableInfo<'a>, files: PartFiles<'a>| {
            text_file::pipeline(NodeEncoder::new(Plan::new(project, info.table)), info, files)
        };
        Ok(Box::new(PartFilesWriter::new(&FACTS, stage, pipelines)))
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
            plan,
        }
    }
}

impl TextEncoder for NodeEncoder<'_> {
    /// Each node stands on a line of its own.
    const DELIMITERS: Delimiters = Delimiters { before: b"\n", between: b",\n", after: b"\n]}\n" };

    fn head(&self) -> Vec<u8> {
        document::head(&self.plan)
    }

    fn encode(&self, morsel: &Morsel<'_>, buffers: &BufferPool) -> Arc<PooledBuffer> {
        let rows = morsel.rows.clone();
        let mut text = buffers.take(rows.len());
        let columns = nodes::columns(&self.plan, &morsel.block.batch, rows.clone());
        let nodes = Nodes { encoder: self, columns: &columns, texts: &morsel.texts, rows };
        write_lines(&nodes.writers(), morsel.rows.len(), &mut text);
        // What stands behind the last one comes before the next piece.
        let length = text.len() - Self::DELIMITERS.between.len();
        text.truncate(length);
        Arc::new(text)
    }
}
