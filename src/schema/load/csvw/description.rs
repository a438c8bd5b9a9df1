//! What a CSVW document says of the data set, in the terms of Dublin Core and schema.org that are usual there.

use crate::schema::load::package::identity::{self, Given};
use crate::schema::tree::{Entries, File, Node, Value};
use crate::schema::{Contributor, Dataset, License, Options};

/// The data set. Its name, version and date have stand-ins.
pub(super) fn dataset(file: &mut File, mut keys: Entries, first_table: Option<&str>) -> Option<Dataset> {
    let span = keys.span;
    let given = Given {
        name: (
            "dc:identifier",
            node(&mut keys, &["dc:identifier", "dcterms:identifier", "schema:identifier"]),
        ),
        version: ("schema:version", node(&mut keys, &["schema:version", "dcat:version", "owl:versionInfo"])),
        created: (
            "dc:issued",
            node(
                &mut keys,
                &["dc:issued", "dcterms:issued", "dc:modified", "dcterms:modified", "dc:created", "dc:date"],
            ),
        ),
    };
    let identity = identity::read(file, span, given, first_table);
    let license = text(&mut keys, &["dc:license", "dcterms:license", "schema:license"]);
    let license = license.map(|text| match text.contains(':') {
        true => License { name: None, title: None, path: Some(text) },
        false => License { name: Some(text), title: None, path: None },
    });
    let mut contributors = Vec::new();
    for (role, names) in [
        ("creator", ["dc:creator", "dcterms:creator", "schema:creator"]),
        ("publisher", ["dc:publisher", "dcterms:publisher", "schema:publisher"]),
    ] {
        contributors.extend(text(&mut keys, &names).map(|title| contributor(title, role)));
    }
    Some(Dataset {
        name: identity.name?,
        title: text(&mut keys, &["dc:title", "dcterms:title", "schema:name", "rdfs:label"]),
        description: text(
            &mut keys,
            &["dc:description", "dcterms:description", "schema:description", "rdfs:comment"],
        ),
        version: identity.version?,
        created: identity.created?,
        licenses: license.into_iter().collect(),
        contributors,
        sources: Vec::new(),
        keywords: texts(&mut keys, &["dcat:keyword", "schema:keywords"]),
        homepage: text(&mut keys, &["dcat:landingPage", "foaf:homepage", "schema:url"]),
        id: text(&mut keys, &["@id"]),
        options: Options::default(),
    })
}

fn contributor(title: String, role: &str) -> Contributor {
    Contributor {
        title: Some(title),
        given_name: None,
        family_name: None,
        path: None,
        email: None,
        roles: vec![role.to_owned()],
        organization: None,
    }
}

/// The first text of the first of these properties.
pub(super) fn text(keys: &mut Entries, names: &[&'static str]) -> Option<String> {
    node(keys, names)?.as_text().map(str::to_owned)
}

fn node(keys: &mut Entries, names: &[&'static str]) -> Option<Node> {
    names.iter().find_map(|name| keys.take(name).and_then(first_text))
}

fn texts(keys: &mut Entries, names: &[&'static str]) -> Vec<String> {
    let Some(node) = names.iter().find_map(|name| keys.take(name)) else { return Vec::new() };
    let items = match node.value {
        Value::List(items) => items,
        _ => vec![node],
    };
    items.into_iter().filter_map(first_text).filter_map(|node| node.as_text().map(str::to_owned)).collect()
}

/// The first text of a property's value: itself, the first of a list or of a map of languages, or what it is called.
pub(super) fn first_text(node: Node) -> Option<Node> {
    match node.value {
        Value::Text { .. } => Some(node),
        Value::List(items) => items.into_iter().next().and_then(first_text),
        Value::Map(entries) => {
            let wanted = ["@value", "schema:name", "foaf:name", "@id"];
            let named = wanted.iter().find_map(|key| entries.iter().find(|(name, ..)| name == key));
            let (.., node) = named.or_else(|| entries.first())?;
            first_text(node.clone())
        }
        Value::Null => None,
    }
}
