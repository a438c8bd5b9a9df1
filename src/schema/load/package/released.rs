//! Resources of a release: of each table those of one format, its parts as one.
//!
//! A release marks its resources (`letterpress: {table: …}`). Under `letterpress` of its schemas stands what the standard's keys
//! cannot say, and keys of the standard there hold in the place of those beside them.

use crate::diagnostic::codes;
use crate::digest::Digest;
use crate::schema::tree::{Entries, File, Node, Value};

/// Formats that tables are read from, the one that keeps types best first.
const FORMATS: [&str; 3] = ["parquet", "csv", "jsonld"];

/// Keys of a field that may stand under `letterpress`, too, and then hold.
const OF_FIELD: [&str; 7] =
    ["type", "format", "itemType", "delimiter", "description", "example", "constraints"];

/// How a table that the release derived from the package's vocabularies is marked. It is derived from them again.
const OF_VOCABULARIES: &str = "vocabularies";

/// What a resource's mark says of its table.
pub(super) struct Span {
    /// Whether its rows were derived from other tables.
    pub(super) is_derived: bool,
    /// Digests of its files, in their order.
    pub(super) digests: Vec<Digest>,
}

/// A resource, and its number in the descriptor.
type Numbered = (usize, Node);

/// The resources to be read, with their numbers: of each table of a release one, and all others.
pub(super) fn choose(file: &mut File, nodes: Vec<Node>) -> Vec<Numbered> {
    let mut groups: Vec<(Option<String>, Vec<Numbered>)> = Vec::new();
    for (number, node) in nodes.into_iter().enumerate() {
        let table = marked(&node, "table").map(str::to_owned);
        match groups.iter_mut().find(|(name, _)| table.is_some() && *name == table) {
            Some((_, group)) => group.push((number, node)),
            None => groups.push((table, vec![(number, node)])),
        }
    }
    let mut chosen = Vec::new();
    for (table, group) in groups {
        match table {
            Some(table) => chosen.extend(whole(file, &table, group)),
            None => chosen.extend(group),
        }
    }
    chosen
}

/// The text under a key of a resource's mark.
fn marked<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    node.entry("letterpress")?.entry(key)?.as_text()
}

/// One resource for a table: its files in the format that keeps types best.
fn whole(file: &mut File, table: &str, nodes: Vec<Numbered>) -> Option<Numbered> {
    let format_of = |node: &Node| node.entry("format").and_then(Node::as_text).map(str::to_owned);
    let (first, span) = nodes.first().map(|(number, node)| (*number, node.span))?;
    if nodes.iter().any(|(_, node)| marked(node, "derived") == Some(OF_VOCABULARIES)) {
        return None;
    }
    let has = |format: &&str| nodes.iter().any(|(_, node)| format_of(node).as_deref() == Some(*format));
    let Some(format) = FORMATS.into_iter().find(|format| has(format)) else {
        let message = format!("the table `{table}` is in no format that is read back");
        let help = format!("releases are read from {}", FORMATS.join(", "));
        file.report_with_help(&codes::INVALID_VALUE, span, message, help);
        return None;
    };
    let mut parts: Vec<Node> = nodes.into_iter().map(|(_, node)| node).collect();
    parts.retain(|node| format_of(node).as_deref() == Some(format));
    parts.sort_by_key(part);
    if let Some(missing) = missing_part(&parts) {
        let message = format!("part {missing} of the table `{table}` is missing, or there twice");
        file.report(&codes::INVALID_VALUE, span, message);
        return None;
    }
    Some((first, joined(table, parts)?))
}

/// The number under a key of a part's mark; 1 where it is no part.
fn number(node: &Node, key: &str) -> usize {
    marked(node, key).and_then(|number| number.parse().ok()).unwrap_or(1)
}

fn part(node: &Node) -> usize {
    number(node, "part")
}

/// The first number that not exactly one of the parts has.
fn missing_part(parts: &[Node]) -> Option<usize> {
    let count = parts.iter().map(|node| number(node, "parts")).max().unwrap_or(1);
    (1..=count.max(parts.len())).find(|number| parts.get(number - 1).map(part) != Some(*number))
}

/// The parts of a table as one resource, which is called like the table.
fn joined(table: &str, parts: Vec<Node>) -> Option<Node> {
    let paths: Vec<Node> = parts.iter().flat_map(|node| listed(node.entry("path"))).collect();
    let hashes: Vec<Node> = parts.iter().flat_map(hashes).collect();
    let mut resource = parts.into_iter().next()?;
    let span = resource.span;
    let text = Value::Text { text: table.to_owned(), quoted: true };
    resource.set("name", Node { span, value: text });
    resource.set("path", Node { span, value: Value::List(paths) });
    let ours = resource.entry_mut("letterpress")?;
    ours.set("hashes", Node { span, value: Value::List(hashes) });
    let own_schema = ours.take("schema");
    if resource.entry("schema").is_none()
        && let Some(schema) = own_schema
    {
        resource.set("schema", schema);
    }
    resource.entry_mut("schema").map(restore);
    Some(resource)
}

/// The digests of a resource's files.
fn hashes(node: &Node) -> Vec<Node> {
    let several = node.entry("letterpress").and_then(|ours| ours.entry("hashes"));
    listed(several.or_else(|| node.entry("hash")))
}

/// The items of a list, or the one that stands for a list.
fn listed(node: Option<&Node>) -> Vec<Node> {
    match node.map(|node| &node.value) {
        Some(Value::List(items)) => items.clone(),
        Some(Value::Text { .. }) => node.into_iter().cloned().collect(),
        Some(Value::Null | Value::Map(_)) | None => Vec::new(),
    }
}

/// The schema as its project had it: without columns that are derived again, and by its own keys.
fn restore(schema: &mut Node) {
    if let Some(foreign_keys) = schema.entry_mut("letterpress").and_then(|ours| ours.take("foreignKeys")) {
        schema.set("foreignKeys", foreign_keys);
    }
    let Some(Value::List(fields)) = schema.entry_mut("fields").map(|fields| &mut fields.value) else {
        return;
    };
    fields.retain(|field| marked(field, "derived_from").is_none());
    fields.iter_mut().for_each(restore_field);
}

fn restore_field(field: &mut Node) {
    let Some(ours) = field.entry_mut("letterpress") else { return };
    let own: Vec<(&str, Node)> =
        OF_FIELD.into_iter().filter_map(|key| Some((key, ours.take(key)?))).collect();
    if ours.entry("vocabulary").is_some() {
        // The codes, which the vocabulary has.
        field.take("categories");
        field.entry_mut("constraints").and_then(|constraints| constraints.take("enum"));
    }
    for (key, node) in own {
        field.set(key, node);
    }
}

/// Reads the mark of a resource; `None` when it is of no release.
pub(super) fn span(file: &mut File, keys: &mut Entries) -> Option<Span> {
    let mut ours = keys.take_entries(file, "letterpress")?;
    ours.take_text(file, "table")?;
    let is_derived = ours.take("derived").is_some();
    let hashes = ours.take("hashes").map_or_else(Vec::new, |node| file.texts("hashes", node, true));
    let mut digests = Vec::new();
    for (text, span) in hashes {
        match text.strip_prefix("sha256:").and_then(|digits| digits.parse().ok()) {
            Some(digest) => digests.push(digest),
            None => {
                let message = format!("`{text}` is not the digest of a file of a release");
                let help = "`sha256:` and 64 lower-case hexadecimal digits";
                file.report_with_help(&codes::INVALID_VALUE, span, message, help);
            }
        }
    }
    Some(Span { is_derived, digests })
}
