//! Records as they are written: fields under their paths, nested records under theirs.

use super::document::{Further, Schema};
use super::value::value;
use crate::schema::{Origin, Project, Table};

/// A file of a table: one record, a list of records or, of a keyed table, a mapping from key to one or the other.
pub(super) fn file(project: &Project, index: usize) -> Schema {
    let table = &project.tables[index];
    let mut definitions = Vec::new();
    let record = record(project, index, &table.name, &[], &mut definitions);
    let one_or_many = Schema::list_or(Schema::list(record.clone()), record.clone());
    let rest = if table.keyed { by_key(one_or_many) } else { record.clone() };
    Schema {
        dialect: Some("https://json-schema.org/draft/2020-12/schema"),
        title: Some(table.title.clone().unwrap_or_else(|| table.name.clone())),
        description: table.description.clone(),
        definitions,
        ..Schema::list_or(Schema::list(record), rest)
    }
}

/// A mapping whose keys are free.
fn by_key(value: Schema) -> Schema {
    Schema { additional_properties: Some(Further::Of(Box::new(value))), ..Schema::of(&["object", "null"]) }
}

/// One record of a table, by reference to its definition, which bears the name of its way from the file; `ignored` are
/// the keys that the tables around it ignore.
fn record(
    project: &Project,
    index: usize,
    name: &str,
    ignored: &[String],
    definitions: &mut Vec<(String, Schema)>,
) -> Schema {
    let table = &project.tables[index];
    let ignored: Vec<String> = ignored.iter().chain(&table.ignore).cloned().collect();
    let place = definitions.len();
    definitions.push((name.to_owned(), Schema::default()));
    let mut keys = Keys::default();
    for field in &table.fields {
        if let Origin::Path(path) = &field.origin
            && !is_key_of_keyed(table, &field.name)
        {
            keys.put(path, value(project, table, field), field.constraints.required);
        }
    }
    for (child, schema) in project.tables.iter().enumerate() {
        if let Some(nested) = &schema.nested
            && nested.parents.contains(&index)
        {
            let name = format!("{name}.{}", schema.name);
            let one = record(project, child, &name, &ignored, definitions);
            keys.put(&nested.path, children(schema, one), false);
        }
    }
    let mut schema = keys.into_schema(&ignored, "");
    let itself = table.fields.iter().find(|field| field.origin == Origin::Itself);
    if let Some(field) = itself {
        schema = Schema { any_of: vec![value(project, table, field), schema], ..Schema::default() };
    }
    schema.title.clone_from(&table.title);
    definitions[place].1 = schema;
    Schema { reference: Some(format!("#/$defs/{name}")), ..Schema::default() }
}

/// In a keyed table without a field for the key, the key is the first field of the primary key.
fn is_key_of_keyed(table: &Table, name: &str) -> bool {
    let has_key_field = table.fields.iter().any(|field| field.origin == Origin::Key);
    let first = table.primary_key.first().map(|&field| table.fields[field].name.as_str());
    table.keyed && !has_key_field && first == Some(name)
}

/// Nested records: a list of them, one alone, or a mapping by key.
fn children(table: &Table, one: Schema) -> Schema {
    let has_key = table.keyed || table.fields.iter().any(|field| field.origin == Origin::Key);
    let one_or_many = Schema::list_or(Schema::list(one.clone()), one.clone());
    let rest = if has_key { by_key(one_or_many) } else { one.clone() };
    Schema {
        title: table.title.clone(),
        description: table.description.clone(),
        ..Schema::list_or(Schema::list(one), rest)
    }
}

/// The keys of a record as a tree.
#[derive(Default)]
struct Keys {
    children: Vec<(String, Entry)>,
}

enum Entry {
    Value { schema: Box<Schema>, is_required: bool },
    Below(Keys),
}

impl Keys {
    /// Puts a value at a path. The first field of a path says what is written there.
    fn put(&mut self, path: &[String], schema: Schema, is_required: bool) {
        let Some((key, rest)) = path.split_first() else { return };
        let at = self.children.iter().position(|(name, _)| name == key);
        if rest.is_empty() {
            if at.is_none() {
                self.children.push((key.clone(), Entry::Value { schema: Box::new(schema), is_required }));
            }
            return;
        }
        let at = at.unwrap_or_else(|| {
            self.children.push((key.clone(), Entry::Below(Keys::default())));
            self.children.len() - 1
        });
        if let (_, Entry::Below(keys)) = &mut self.children[at] {
            keys.put(rest, schema, is_required);
        }
    }

    /// The mapping that holds these keys, the ignored ones and no others; or nothing, which `check` judges.
    fn into_schema(self, ignored: &[String], path: &str) -> Schema {
        let mut schema =
            Schema { additional_properties: Some(Further::None(false)), ..Schema::of(&["object", "null"]) };
        for (key, entry) in self.children {
            let (value, is_required) = match entry {
                Entry::Value { schema, is_required } => (*schema, is_required),
                Entry::Below(keys) => {
                    let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                    let below = keys.into_schema(ignored, &path);
                    let is_required = !below.required.is_empty();
                    (below, is_required)
                }
            };
            if is_required {
                schema.required.push(key.clone());
            }
            schema.properties.push((key, value));
        }
        for name in ignored {
            // A bare name at any depth, or a path of which the last key is looked at here.
            let key = match name.strip_prefix(path).and_then(|rest| rest.strip_prefix('.')) {
                Some(key) if !path.is_empty() && !key.contains('.') => key,
                _ if !name.contains('.') => name,
                _ => continue,
            };
            if !schema.properties.iter().any(|(other, _)| other == key) {
                schema.properties.push((key.to_owned(), Schema::default()));
            }
        }
        schema
    }
}
