//! Whom a data set thanks and what it allows: `licenses`, `contributors` and `sources`.

use crate::diagnostic::codes;
use crate::schema::tree::{Entries, File, Node, Value};
use crate::schema::{Contributor, License, Source};
use crate::tokens::Span;

/// Reads `licenses`; in packages older than version 1, `license`.
pub(super) fn licenses(file: &mut File, keys: &mut Entries) -> Vec<License> {
    let mut node = keys.take("licenses");
    if file.is_foreign {
        node = node.or_else(|| keys.take("license"));
    }
    let nodes = node.map_or(Vec::new(), |node| entries(file, "licenses", node));
    nodes.into_iter().filter_map(|node| license(file, node)).collect()
}

/// Reads `contributors`.
pub(super) fn contributors(file: &mut File, keys: &mut Entries) -> Vec<Contributor> {
    let nodes = keys.take("contributors").map_or(Vec::new(), |node| entries(file, "contributors", node));
    nodes.into_iter().map(|node| contributor(file, node)).collect()
}

/// Reads `sources`.
pub(super) fn sources(file: &mut File, keys: &mut Entries) -> Vec<Source> {
    let nodes = keys.take("sources").map_or(Vec::new(), |node| entries(file, "sources", node));
    nodes.into_iter().map(|node| source(file, node)).collect()
}

/// The entries of a list; in a package of others, a single entry without a list around it, too.
fn entries(file: &mut File, what: &'static str, node: Node) -> Vec<Node> {
    match node.value {
        Value::Text { .. } | Value::Map(_) if file.is_foreign => vec![node],
        _ => file.list(what, node),
    }
}

/// An entry that is a text alone: in a package of others it says under which name (`key`) it would stand in a mapping, or
/// that it is an address.
fn lone_text(file: &mut File, key: &str, node: &Node) -> Option<(Option<String>, Option<String>)> {
    let text = node.as_text().filter(|_| file.is_foreign)?.to_owned();
    let is_address = text.starts_with("https://") || text.starts_with("http://");
    let key = if is_address { "path" } else { key };
    let message = format!("`{text}` stands alone: it is taken as the `{key}`");
    file.report_with_help(&codes::STAND_IN, node.span, message, format!("write `{{\"{key}\": …}}`"));
    Some(if is_address { (None, Some(text)) } else { (Some(text), None) })
}

fn license(file: &mut File, node: Node) -> Option<License> {
    if let Some((name, path)) = lone_text(file, "name", &node) {
        return Some(License { name, title: None, path });
    }
    let mut keys = file.entries("licenses", node);
    let mut license = License {
        name: keys.take_text(file, "name"),
        title: keys.take_text(file, "title"),
        path: keys.take_text(file, "path"),
    };
    if file.is_foreign {
        // Packages older than version 1.
        let [kind, url] = ["type", "url"].map(|key| keys.take_text(file, key));
        license.name = license.name.or(kind);
        license.path = license.path.or(url);
    }
    let span = keys.span;
    file.finish("a licence", keys);
    if license.name.is_none() && license.path.is_none() {
        return nameless(file, license, span);
    }
    Some(license)
}

/// A licence by its title alone, which a package of others may have.
fn nameless(file: &mut File, license: License, span: Span) -> Option<License> {
    let message = "a licence needs `name` or `path`";
    match license.title.clone().filter(|_| file.is_foreign) {
        Some(title) => {
            let message = format!("{message}: it is called `{title}`, after its title");
            file.report(&codes::STAND_IN, span, message);
            Some(License { name: Some(title), ..license })
        }
        None => {
            file.report(&codes::MISSING_KEY, span, message);
            None
        }
    }
}

fn contributor(file: &mut File, node: Node) -> Contributor {
    if let Some((title, path)) = lone_text(file, "title", &node) {
        return Contributor { title, path, ..Contributor::default() };
    }
    let mut keys = file.entries("contributors", node);
    let mut roles = match keys.take("roles") {
        Some(node) => file.texts("roles", node, file.is_foreign).into_iter().map(|(text, _)| text).collect(),
        None => Vec::new(),
    };
    // Data Package 1.0 has a single role.
    roles.extend(keys.take_text(file, "role"));
    let contributor = Contributor {
        title: keys.take_text(file, "title"),
        given_name: keys.take_text(file, "givenName"),
        family_name: keys.take_text(file, "familyName"),
        path: keys.take_text(file, "path"),
        email: keys.take_text(file, "email"),
        roles,
        organization: keys.take_text(file, "organization"),
    };
    file.finish("a contributor", keys);
    contributor
}

fn source(file: &mut File, node: Node) -> Source {
    if let Some((title, path)) = lone_text(file, "title", &node) {
        return Source { title, path, ..Source::default() };
    }
    let mut keys = file.entries("sources", node);
    let mut source = Source {
        title: keys.take_text(file, "title"),
        path: keys.take_text(file, "path"),
        email: keys.take_text(file, "email"),
        version: keys.take_text(file, "version"),
    };
    if file.is_foreign {
        // Packages older than version 1.
        let [name, web] = ["name", "web"].map(|key| keys.take_text(file, key));
        source.title = source.title.or(name);
        source.path = source.path.or(web);
    }
    file.finish("a source", keys);
    source
}
