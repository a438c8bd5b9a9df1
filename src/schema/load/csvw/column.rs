//! The columns of a CSVW schema as the fields of a table.

use super::datatype;
use super::description::first_text;
use super::entry::{Entry, entry, text};
use crate::diagnostic::codes;
use crate::schema::Origin;
use crate::schema::load::package::names;
use crate::schema::load::table::{self, Draft};
use crate::schema::tree::{Entries, File, Node, Value};
use crate::tokens::Span;

/// Properties that a group, a table or a schema gives to all columns below it (metadata vocabulary, section 5.7).
#[derive(Clone, Default)]
pub(super) struct Inherited {
    null: Option<Node>,
    separator: Option<Node>,
    datatype: Option<Node>,
    required: Option<Node>,
    default: Option<Node>,
    property_url: Option<Node>,
}

impl Inherited {
    /// The same, with what these keys say instead.
    pub(super) fn with(&self, keys: &mut Entries) -> Inherited {
        keys.ignore(&["lang", "ordered", "textDirection", "aboutUrl", "valueUrl"]);
        let mut own = |key, from: &Option<Node>| keys.take(key).or_else(|| from.clone());
        Inherited {
            null: own("null", &self.null),
            separator: own("separator", &self.separator),
            datatype: own("datatype", &self.datatype),
            required: own("required", &self.required),
            default: own("default", &self.default),
            property_url: own("propertyUrl", &self.property_url),
        }
    }
}

/// The columns of a table, translated.
pub(super) struct Columns {
    /// The schema in the terms of Table Schema.
    schema: Node,
    /// For each column its name, and what its header says.
    headers: Vec<(String, String)>,
}

impl Columns {
    /// Reads a schema; `cells` are those of the file's header row.
    pub(super) fn read(file: &mut File, schema: Node, outer: &Inherited, cells: &[String]) -> Columns {
        let mut keys = file.entries("tableSchema", schema);
        let span = keys.span;
        let outer = outer.with(&mut keys);
        let (mut fields, mut headers) = (Vec::new(), Vec::new());
        for (number, node) in keys.take_list(file, "columns").into_iter().enumerate() {
            let Some((field, name, header)) = column(file, number, node, &outer, cells) else { continue };
            fields.push(field);
            headers.push((name, header));
        }
        let mut entries = vec![entry("fields", span, Value::List(fields))];
        if let Some(node) = keys.take("primaryKey") {
            entries.push(("primaryKey".to_owned(), node.span, node));
        }
        let foreign_keys = keys.take_list(file, "foreignKeys");
        let foreign_keys = foreign_keys.into_iter().filter_map(|node| foreign_key(file, node)).collect();
        entries.push(entry("foreignKeys", span, Value::List(foreign_keys)));
        file.finish("tableSchema", keys);
        Columns { schema: Node { span, value: Value::Map(entries) }, headers }
    }

    /// The table, and each column's name with that of its field.
    pub(super) fn into_draft(mut self, mut file: File, name: &str) -> (Draft, Vec<(String, String)>) {
        let published = names::rename_fields(&mut file, &mut self.schema);
        for key in ["primaryKey", "foreignKeys"] {
            let Some(node) = self.schema.entry_mut(key) else { continue };
            match key {
                "primaryKey" => names::rename(node, &published),
                _ => {
                    let Value::List(foreign_keys) = &mut node.value else { continue };
                    let fields = foreign_keys.iter_mut().filter_map(|f| f.entry_mut("fields"));
                    fields.for_each(|fields| names::rename(fields, &published));
                }
            }
        }
        let mut draft = table::table(file, name, self.schema, &[]);
        for (column, header) in self.headers {
            let Some(field) = published.get(&column) else { continue };
            if let Some(field) = draft.table.fields.iter_mut().find(|f| f.name == *field) {
                field.origin = Origin::Path(vec![header]);
            }
        }
        if let [only] = draft.table.fields.as_mut_slice() {
            only.constraints.required = true;
        }
        (draft, published.into_iter().collect())
    }
}

/// A column as a field, its name, and the name that the file's header has for it. Virtual columns are in no file.
fn column(
    file: &mut File,
    number: usize,
    node: Node,
    outer: &Inherited,
    cells: &[String],
) -> Option<(Node, String, String)> {
    let mut keys = file.entries("columns", node);
    let span = keys.span;
    if keys.take("virtual").is_some_and(|node| node.as_text() == Some("true")) {
        return None;
    }
    if keys.take("suppressOutput").is_some_and(|node| node.as_text() == Some("true")) {
        file.report(&codes::LEFT_OUT, span, "`suppressOutput` of a column is not followed: it is published");
    }
    let own = outer.with(&mut keys);
    let titles = titles(keys.take("titles"));
    let named = keys.take("name").and_then(|node| Some((file.text("name", &node)?, node.span)));
    let (name, name_mark) = match (named, titles.first()) {
        (Some(named), _) => named,
        (None, Some(title)) => (title.clone(), span),
        (None, None) => (format!("_col.{}", number + 1), span),
    };
    // A header is right when it is one of the titles; without titles, it is the name.
    let is_titled = |cell: &&String| titles.contains(cell) || **cell == name;
    let header = cells.iter().find(is_titled).or(titles.first()).unwrap_or(&name).clone();
    let mut field = vec![(
        "name".to_owned(),
        name_mark,
        Node { span: name_mark, value: Value::Text { text: name.clone(), quoted: true } },
    )];
    if let Some(title) = titles.first() {
        field.push(entry("title", span, text(title.as_str())));
    }
    let description = ["dc:description", "rdfs:comment", "schema:description"];
    if let Some(node) = description.into_iter().find_map(|key| keys.take(key)).and_then(first_text) {
        field.push(("description".to_owned(), node.span, node));
    }
    file.finish("a column", keys);
    field.extend(fields_of(file, span, own));
    Some((Node { span, value: Value::Map(field) }, name, header))
}

/// Type, constraints, missing values and property.
fn fields_of(file: &mut File, span: Span, own: Inherited) -> Vec<Entry> {
    let mut field = Vec::new();
    let mut constraints = Vec::new();
    let separator = own.separator.as_ref().and_then(|node| Some((node.as_text()?.to_owned(), node.span)));
    datatype::translate(file, (own.datatype, span), separator, &mut field, &mut constraints);
    if let Some(node) = own.required {
        constraints.push(("required".to_owned(), node.span, node));
    }
    field.push(entry("constraints", span, Value::Map(constraints)));
    if let Some(node) = own.null {
        let values = match node.value {
            Value::List(_) => node.value,
            _ => Value::List(vec![node.clone()]),
        };
        field.push(entry("missingValues", node.span, values));
    }
    if let Some(node) = own.default.filter(|node| node.as_text() != Some("")) {
        let message = "`default` is not filled in: empty cells have no value";
        file.report_with_help(&codes::LEFT_OUT, node.span, message, "write the value into the file");
    }
    let is_address = |node: &Node| {
        node.as_text().is_some_and(|text| text.starts_with("http") && !text.contains(['{', '}', ' ']))
    };
    if let Some(node) = own.property_url.filter(is_address) {
        let span = node.span;
        let property = ("property".to_owned(), span, node);
        match field.iter_mut().find(|(key, ..)| key == "letterpress") {
            Some((.., Node { value: Value::Map(ours), .. })) => ours.push(property),
            _ => field.push(entry("letterpress", span, Value::Map(vec![property]))),
        }
    }
    field
}

/// Titles in any language, in the order in which they are written.
fn titles(node: Option<Node>) -> Vec<String> {
    match node.map(|node| node.value) {
        Some(Value::Text { text, .. }) => vec![text],
        Some(Value::List(items)) => items.into_iter().flat_map(|item| titles(Some(item))).collect(),
        Some(Value::Map(entries)) => entries.into_iter().flat_map(|(.., node)| titles(Some(node))).collect(),
        Some(Value::Null) | None => Vec::new(),
    }
}

/// A foreign key in the terms of Table Schema; the table is still an address.
fn foreign_key(file: &mut File, node: Node) -> Option<Node> {
    let mut keys = file.entries("foreignKeys", node);
    let span = keys.span;
    let own = keys.take("columnReference");
    let reference = keys.take_entries(file, "reference");
    file.finish("a foreign key", keys);
    let (Some(own), Some(mut reference)) = (own, reference) else {
        let message = "a foreign key needs the keys `columnReference` and `reference`";
        file.report(&codes::MISSING_KEY, span, message);
        return None;
    };
    let at = reference.span;
    let table = reference.take("resource").or_else(|| reference.take("schemaReference"));
    let theirs = reference.take("columnReference");
    file.finish("a reference", reference);
    let (Some(table), Some(theirs)) = (table, theirs) else {
        file.report(&codes::MISSING_KEY, at, "a reference needs the keys `resource` and `columnReference`");
        return None;
    };
    let named = |key: &str, node: Node| (key.to_owned(), node.span, node);
    let reference = Value::Map(vec![named("resource", table), named("fields", theirs)]);
    let entries = vec![named("fields", own), entry("reference", at, reference)];
    Some(Node { span, value: Value::Map(entries) })
}
