//! Names of properties and classes, and the keys that stand for them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::ids;
use crate::schema::ColumnType;

/// The property that a key or code stands under beside the id made from it.
pub(super) const IDENTIFIER: &str = "https://schema.org/identifier";

/// Prefixes that every project knows; its own win.
static PREFIXES: &[(&str, &str)] = &[
    ("dcterms", "http://purl.org/dc/terms/"),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("geo", "http://www.w3.org/2003/01/geo/wgs84_pos#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("prov", "http://www.w3.org/ns/prov#"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("schema", "https://schema.org/"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];

/// The address that a prefixed name stands for; an address stands for itself.
pub(super) fn expand(name: &str, prefixes: &BTreeMap<String, String>) -> String {
    let Some((prefix, rest)) = name.split_once(':') else { return name.to_owned() };
    if rest.starts_with("//") {
        return name.to_owned();
    }
    let built_in = || PREFIXES.iter().find(|(known, _)| *known == prefix).map(|&(_, address)| address);
    match prefixes.get(prefix).map(String::as_str).or_else(built_in) {
        Some(address) => format!("{address}{rest}"),
        None => name.to_owned(),
    }
}

/// The key under which a column stands: its name, except that `%`, `:`, `/` and a leading `@`, which JSON-LD gives a
/// meaning of its own, are percent-encoded.
pub(super) fn key(name: &str) -> Cow<'_, str> {
    if !name.starts_with('@') && !name.contains(['%', ':', '/']) {
        return Cow::Borrowed(name);
    }
    let encode = |(at, character)| match character {
        '%' => "%25".to_owned(),
        ':' => "%3A".to_owned(),
        '/' => "%2F".to_owned(),
        '@' if at == 0 => "%40".to_owned(),
        other => String::from(other),
    };
    Cow::Owned(name.char_indices().map(encode).collect())
}

/// The term of a column that names no property: relative to `@vocab`, so that no prefix can be mistaken in it.
pub(super) fn own_term(table: &str, column: &str) -> String {
    let mut term = Vec::new();
    ids::push_encoded(table.as_bytes(), &mut term);
    ids::push_part(column.as_bytes(), &mut term);
    String::from_utf8_lossy(&term).into_owned()
}

/// The datatype of a column's literals; `None` for text.
pub(super) fn datatype(kind: ColumnType) -> Option<&'static str> {
    match kind {
        ColumnType::Text => None,
        ColumnType::Json => Some("http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON"),
        ColumnType::Integer => Some("http://www.w3.org/2001/XMLSchema#integer"),
        ColumnType::Number => Some("http://www.w3.org/2001/XMLSchema#double"),
        ColumnType::Decimal { .. } => Some("http://www.w3.org/2001/XMLSchema#decimal"),
        ColumnType::Boolean => Some("http://www.w3.org/2001/XMLSchema#boolean"),
        ColumnType::Date => Some("http://www.w3.org/2001/XMLSchema#date"),
        ColumnType::Datetime | ColumnType::LocalDatetime => Some("http://www.w3.org/2001/XMLSchema#dateTime"),
        ColumnType::List(item) => datatype(item.column_type()),
    }
}

/// The datatype of partial dates (Library of Congress, Extended Date/Time Format).
pub(super) const EDTF: &str = "http://id.loc.gov/datatypes/edtf/EDTF";
