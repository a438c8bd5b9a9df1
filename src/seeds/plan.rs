//! How a record's keys lead to fields and to nested records: the schema, turned inside out.

use crate::schema::{Origin, Project, Table};

/// The plan for the records of one table that has seeds of its own.
pub(super) struct Plan {
    /// The tables whose rows such records hold, parents before children; the first is the table itself.
    pub(super) instances: Vec<Instance>,
    /// The keys of all instances; `Instance::root` is where each begins.
    pub(super) nodes: Vec<Node>,
}

/// One table at one place of the record. A table nested in several parents has an instance in each.
pub(super) struct Instance {
    /// Index of the table.
    pub(super) table: usize,
    /// The instance whose records these are written in.
    pub(super) parent: Option<usize>,
    /// The node of the record itself.
    pub(super) root: usize,
    /// Fields that hold the record itself (`from: "."`).
    pub(super) itself: Vec<usize>,
    /// Fields that hold the record's number (`from: "@index"`).
    pub(super) index: Vec<usize>,
    /// Fields that hold the record's key (`from: "@key"`).
    pub(super) key: Vec<usize>,
    /// Keys that are not wanted: bare names at any depth, or paths.
    ignore: Vec<String>,
    /// Whether every key that no field reads is passed over.
    ignores_all: bool,
}

/// A key of a record, or the record as a whole.
#[derive(Default)]
pub(super) struct Node {
    /// The keys below, in the order of the schema.
    pub(super) children: Vec<(String, usize)>,
    /// Fields that hold the value.
    pub(super) fields: Vec<usize>,
    /// The instance whose records stand here.
    pub(super) nested: Option<usize>,
    /// The path of keys from the record on, for messages.
    pub(super) path: String,
}

impl Plan {
    /// The plan for the records of a table.
    pub(super) fn new(project: &Project, table: usize) -> Plan {
        let mut plan = Plan { instances: Vec::new(), nodes: Vec::new() };
        plan.add(project, table, None);
        plan
    }

    fn add(&mut self, project: &Project, table: usize, parent: Option<usize>) -> usize {
        let schema = &project.tables[table];
        let root = self.nodes.len();
        self.nodes.push(Node::default());
        let number = self.instances.len();
        let mut ignore = schema.ignore.clone();
        if let Some(parent) = parent {
            ignore.extend(self.instances[parent].ignore.iter().cloned());
        }
        let with = |origin: Origin| {
            let fields = schema.fields.iter().enumerate();
            fields.filter(|(_, f)| f.origin == origin).map(|(i, _)| i).collect::<Vec<_>>()
        };
        let mut key = with(Origin::Key);
        let key_field = keyed_field(schema, &key);
        key.extend(key_field);
        let instance = Instance {
            table,
            parent,
            root,
            itself: with(Origin::Itself),
            index: with(Origin::Index),
            key,
            ignore,
            ignores_all: schema.dialect.fields_match.allows_further(),
        };
        self.instances.push(instance);
        for (index, field) in schema.fields.iter().enumerate() {
            if let Origin::Path(path) = &field.origin
                && key_field != Some(index)
            {
                let node = self.node(root, path);
                self.nodes[node].fields.push(index);
            }
        }
        for (child, schema) in project.tables.iter().enumerate() {
            if let Some(nested) = &schema.nested
                && nested.parents.contains(&table)
            {
                let node = self.node(root, &nested.path);
                let instance = self.add(project, child, Some(number));
                self.nodes[node].nested = Some(instance);
            }
        }
        number
    }

    /// The node at a path, made when it is not there yet.
    fn node(&mut self, root: usize, path: &[String]) -> usize {
        let mut at = root;
        for key in path {
            let known = self.nodes[at].children.iter().find(|(name, _)| name == key).map(|(_, node)| *node);
            at = match known {
                Some(node) => node,
                None => {
                    let above = &self.nodes[at].path;
                    let path = if above.is_empty() { key.clone() } else { format!("{above}.{key}") };
                    self.nodes.push(Node { path, ..Node::default() });
                    let node = self.nodes.len() - 1;
                    self.nodes[at].children.push((key.clone(), node));
                    node
                }
            };
        }
        at
    }
}

/// In a keyed table without a field for the key, the key is the first field of the primary key.
fn keyed_field(table: &Table, key: &[usize]) -> Option<usize> {
    if !table.keyed || !key.is_empty() {
        return None;
    }
    table.primary_key.first().copied()
}

impl Instance {
    /// Whether a key below `node` is listed as not wanted.
    pub(super) fn ignores(&self, node: &Node, key: &str) -> bool {
        let is_listed = self.ignore.iter().any(|name| {
            name == key
                || match name.strip_prefix(node.path.as_str()) {
                    Some(rest) if !node.path.is_empty() => rest.strip_prefix('.') == Some(key),
                    _ => false,
                }
        });
        self.ignores_all || is_listed
    }
}
