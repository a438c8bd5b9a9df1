//! How a record's keys lead to fields and to nested records: the schema, turned inside out.

use crate::schema::{Ignored, Origin, Project};

/// The mapping for the records of one table that has seeds of its own.
pub(super) struct RecordMapping {
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
    /// Fields that hold the name of the file or of its folder (`from: "@file"`, `"@folder"`).
    pub(super) named: Vec<usize>,
    /// Keys that are not wanted.
    ignore: Ignored,
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
    /// The keys from the record on.
    keys: Vec<String>,
    /// The same with points between them, for messages.
    pub(super) path: String,
}

impl RecordMapping {
    /// The mapping for the records of a table.
    pub(super) fn new(project: &Project, table: usize) -> RecordMapping {
        let mut mapping = RecordMapping { instances: Vec::new(), nodes: Vec::new() };
        mapping.add(project, table, None);
        mapping
    }

    fn add(&mut self, project: &Project, table: usize, parent: Option<usize>) -> usize {
        let schema = &project.tables[table];
        let root = self.nodes.len();
        self.nodes.push(Node::default());
        let number = self.instances.len();
        let mut ignore = schema.ignore.clone();
        if let (Some(parent), Some(nested)) = (parent, &schema.nested) {
            ignore.0.extend(self.instances[parent].ignore.below(&nested.path).0);
        }
        let with = |origin: Origin| {
            let fields = schema.fields.iter().enumerate();
            fields.filter(|(_, f)| f.origin == origin).map(|(i, _)| i).collect::<Vec<_>>()
        };
        let mut key = with(Origin::Key);
        let key_field = schema.keyed_field();
        key.extend(key_field);
        let instance = Instance {
            table,
            parent,
            root,
            itself: with(Origin::Itself),
            index: with(Origin::Index),
            key,
            named: [with(Origin::File), with(Origin::Folder)].concat(),
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
                    let keys = [self.nodes[at].keys.as_slice(), std::slice::from_ref(key)].concat();
                    self.nodes.push(Node { path: keys.join("."), keys, ..Node::default() });
                    let node = self.nodes.len() - 1;
                    self.nodes[at].children.push((key.clone(), node));
                    node
                }
            };
        }
        at
    }
}

impl Instance {
    /// Whether a key below `node` is listed as not wanted.
    pub(super) fn ignores(&self, node: &Node, key: &str) -> bool {
        let path: Vec<&str> = node.keys.iter().map(String::as_str).chain([key]).collect();
        self.ignores_all || self.ignore.contains(&path)
    }
}
