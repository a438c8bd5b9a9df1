//! Records as they are written: fields under their paths, nested records under theirs.

use super::document::{Further, Schema};
use super::value::value;
use crate::schema::{Ignored, Origin, Project, Table};

/// A file of a table: one record, a list of records or, of a keyed table, a mapping from key to one or the other.
pub(super) fn file(project: &Project, index: usize) -> Schema {
    let table = &project.tables[index];
    let mut definitions = Vec::new();
    let record = record(project, index, &table.name, &Ignored::default(), &mut definitions);
    let one_or_many = Schema::list_or(Schema::list(record.clone()), record.clone());
    let rest = if table.keyed { by_key(one_or_many) } else { record.clone() };
    Schema {
        dialect: Some("https://json-schema.org/draft/2020-12/schema"),
        title: Some(table.title.clone().unwrap_or_else(|| table.name.clone())),
        description: table.description.clone(),
        definitions,
        ..wrapped(&table.records, Schema::list_or(Schema::list(record), rest))
    }
}

/// What stands under a path of keys, in mappings that hold what they like beside it.
fn wrapped(path: &[String], value: Schema) -> Schema {
    let Some((key, rest)) = path.split_first() else { return value };
    Schema {
        properties: vec![(key.clone(), wrapped(rest, value))],
        required: vec![key.clone()],
        ..Schema::of(&["object"])
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
    ignored: &Ignored,
    definitions: &mut Vec<(String, Schema)>,
) -> Schema {
    let table = &project.tables[index];
    let ignored = Ignored(ignored.0.iter().chain(&table.ignore.0).cloned().collect());
    let place = definitions.len();
    definitions.push((name.to_owned(), Schema::default()));
    let mut keys = Keys::default();
    for (number, field) in table.fields.iter().enumerate() {
        if let Origin::Path(path) = &field.origin
            && table.keyed_field() != Some(number)
        {
            keys.put(path, value(project, table, field), field.constraints.required);
        }
    }
    for (child, schema) in project.tables.iter().enumerate() {
        if let Some(nested) = &schema.nested
            && nested.parents.contains(&index)
        {
            let name = format!("{name}.{}", schema.name);
            let one = record(project, child, &name, &ignored.below(&nested.path), definitions);
            keys.put(&nested.path, children(schema, one), false);
        }
    }
    let mut schema = keys.into_schema(&ignored, &mut Vec::new());
    let itself = table.fields.iter().find(|field| field.origin == Origin::Itself);
    if let Some(field) = itself {
        schema = Schema { any_of: vec![value(project, table, field), schema], ..Schema::default() };
    }
    schema.title.clone_from(&table.title);
    definitions[place].1 = schema;
    Schema { reference: Some(format!("#/$defs/{name}")), ..Schema::default() }
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
    fn into_schema(self, ignored: &Ignored, path: &mut Vec<String>) -> Schema {
        let mut schema =
            Schema { additional_properties: Some(Further::None(false)), ..Schema::of(&["object", "null"]) };
        for (key, entry) in self.children {
            let (value, is_required) = match entry {
                Entry::Value { schema, is_required } => (*schema, is_required),
                Entry::Below(keys) => {
                    path.push(key.clone());
                    let below = keys.into_schema(ignored, path);
                    path.pop();
                    let is_required = !below.required.is_empty();
                    (below, is_required)
                }
            };
            if is_required {
                schema.required.push(key.clone());
            }
            schema.properties.push((key, value));
        }
        // Some key that nobody has written stands for all others.
        let is_further = |key: &str| {
            let keys: Vec<&str> = path.iter().map(String::as_str).chain([key]).collect();
            ignored.contains(&keys)
        };
        if is_further("") {
            schema.additional_properties = None;
            return schema;
        }
        for name in &ignored.0 {
            let last = name.rsplit('.').next().unwrap_or(name);
            for key in [name.as_str(), last] {
                if is_further(key) && !schema.properties.iter().any(|(other, _)| other == key) {
                    schema.properties.push((key.to_owned(), Schema::default()));
                }
            }
        }
        schema
    }
}
