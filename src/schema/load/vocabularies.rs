//! `schema/vocabularies/<name>.yaml`.

use std::collections::BTreeMap;
use std::path::Path;

use super::files::names_in;
use super::read;
use crate::diagnostic::{Diagnostic, Result, codes, nearest};
use crate::schema::tree::{File, Node};
use crate::schema::{Concept, Vocabulary};
use crate::tokens::Span;

/// Reads every vocabulary, sorted by name.
pub(super) fn load(root: &Path, problems: &mut Vec<Diagnostic>) -> Result<Vec<Vocabulary>> {
    let mut vocabularies = Vec::new();
    for name in names_in(root, "schema/vocabularies", "yaml", problems)? {
        let path = format!("schema/vocabularies/{name}.yaml");
        if let Some((mut file, node)) = read(root, &path, problems)? {
            vocabularies.push(vocabulary(&mut file, name, node));
            problems.append(&mut file.problems);
        }
    }
    Ok(vocabularies)
}

/// Reads the vocabularies that stand in the descriptor of a release, each with its name.
pub(super) fn of_package(file: &mut File, node: Node) -> Vec<Vocabulary> {
    let mut vocabularies: Vec<Vocabulary> = Vec::new();
    for mut node in file.list("vocabularies", node) {
        let span = node.span;
        let name = node.take("name").and_then(|name| file.text("name", &name));
        let Some(name) = name else {
            file.report(&codes::MISSING_KEY, span, "a vocabulary needs the key `name`");
            continue;
        };
        if vocabularies.iter().any(|other| other.name == name) {
            file.report(&codes::REPEATED_NAME, span, format!("the vocabulary `{name}` is given twice"));
            continue;
        }
        vocabularies.push(vocabulary(file, name, node));
    }
    vocabularies
}

fn vocabulary(file: &mut File, name: String, node: Node) -> Vocabulary {
    let mut keys = file.entries("a vocabulary", node);
    let title = keys.take_text(file, "title");
    let description = keys.take_text(file, "description");
    let mut concepts = Vec::new();
    let mut places: BTreeMap<String, Span> = BTreeMap::new();
    let mut broader = Vec::new();
    for node in keys.take_list(file, "codes") {
        let Some((concept, span, broader_mark)) = concept(file, node) else { continue };
        if let Some(earlier) = places.insert(concept.code.clone(), span) {
            let message = format!("the code `{}` is already given in line {}", concept.code, earlier.line);
            file.report(&codes::REPEATED_NAME, span, message);
            continue;
        }
        broader.extend(concept.broader.clone().zip(broader_mark));
        concepts.push(concept);
    }
    file.finish("a vocabulary", keys);
    for (code, span) in broader {
        if !places.contains_key(&code) {
            let message = format!("`broader` names `{code}`, but this vocabulary has no such code");
            match nearest(&code, places.keys().map(String::as_str)) {
                Some(name) => {
                    file.report_with_help(
                        &codes::UNKNOWN_NAME,
                        span,
                        message,
                        format!("did you mean `{name}`?"),
                    );
                }
                None => file.report(&codes::UNKNOWN_NAME, span, message),
            }
        }
    }
    Vocabulary { name, file: file.path.clone(), title, description, concepts }
}

/// Addresses; they are published as a list, whose items hold no semicolon.
fn exact_matches(file: &mut File, node: Node) -> Vec<String> {
    let mut addresses = Vec::new();
    for (address, span) in file.texts("exact_match", node, true) {
        if address.is_empty() || address.contains(';') {
            file.report(&codes::INVALID_VALUE, span, "an `exact_match` is an address without a semicolon");
        } else {
            addresses.push(address);
        }
    }
    addresses
}

fn concept(file: &mut File, node: Node) -> Option<(Concept, Span, Option<Span>)> {
    let mut keys = file.entries("codes", node);
    let code = keys.require_text(file, "a code of a vocabulary", "code");
    let broader = keys.take("broader");
    let broader_mark = broader.as_ref().map(|node| node.span);
    let broader = broader.and_then(|node| file.text("broader", &node));
    let concept = Concept {
        code: code.as_ref().map(|(code, _)| code.clone()).unwrap_or_default(),
        label: keys.take_text(file, "label"),
        definition: keys.take_text(file, "definition"),
        broader,
        exact_match: match keys.take("exact_match") {
            Some(node) => exact_matches(file, node),
            None => Vec::new(),
        },
    };
    file.finish("a code of a vocabulary", keys);
    let (code, span) = code?;
    if code.is_empty() || code.starts_with('@') || code.chars().any(crate::diagnostic::is_hostile) {
        file.report(&codes::INVALID_NAME, span, "a code is a text that does not begin with `@`");
        return None;
    }
    Some((concept, span, broader_mark))
}
