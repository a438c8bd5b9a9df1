//! The lines before the nodes: the inline `@context` (JSON-LD 1.1, section 9.15), on one line.

use super::plan::{CONCEPTS, Plan, Property, RowValue, Value};
use super::terms::IDENTIFIER;
use super::text::Object;
use crate::schema::{ColumnType, Vocabulary};

/// The start of the document, up to the bracket that opens its nodes.
pub(super) fn head(plan: &Plan<'_>) -> Vec<u8> {
    let mut out = b"{\"@context\": ".to_vec();
    Object::write(&mut out, |context| {
        context.json("@version", "1.1");
        context.string("@vocab", &plan.ids.vocabulary());
        // Where a column has the type's name, `@type` is the address itself.
        if let Some(class) = plan.class.as_ref().filter(|class| **class != plan.type_name) {
            context.object(&plan.type_name, |term| term.string("@id", class));
        }
        for property in &plan.properties {
            context.object(&property.key, |term| define(plan, property, term));
        }
        for reference in &plan.references {
            context.object(&reference.key, |term| term.string("@id", &reference.id));
        }
    });
    out.extend_from_slice(b",\n\"@graph\": [");
    out
}

/// The definition of a column's key.
///
/// Always the long form: a short one whose address ends in a delimiter could be taken for a prefix.
fn define(plan: &Plan<'_>, property: &Property<'_>, term: &mut Object<'_>) {
    term.string("@id", &property.id);
    match &property.value {
        Value::Literal => {
            if let Some(datatype) = property.datatype {
                term.string("@type", datatype);
            }
            define_list(property, term);
        }
        Value::Addresses => {
            // A set, whatever its order: SKOS has no lists of matches.
            term.string("@type", "@id");
            term.string("@container", "@set");
        }
        Value::Row(row) => define_row(property, row, term),
        Value::Concept(vocabulary) => {
            term.string("@type", "@vocab");
            define_list(property, term);
            term.object("@context", |scope| define_codes(plan, vocabulary, scope));
        }
    }
}

fn define_list(property: &Property<'_>, term: &mut Object<'_>) {
    if matches!(property.kind, ColumnType::List(_)) {
        term.string("@container", "@list");
    }
}

/// A plain key resolves against the address of its table; any other stands beside its `@id`.
fn define_row(property: &Property<'_>, row: &RowValue<'_>, term: &mut Object<'_>) {
    if row.base.is_some() {
        term.string("@type", "@id");
    }
    define_list(property, term);
    term.object("@context", |scope| {
        if let Some(base) = &row.base {
            scope.string("@base", base);
        }
        scope.object("identifier", |identifier| {
            identifier.string("@id", IDENTIFIER);
            if let Some(datatype) = property.datatype {
                identifier.string("@type", datatype);
            }
        });
    });
}

/// Each plain code is a term for its concept; any other stands beside its `@id`.
fn define_codes(plan: &Plan<'_>, vocabulary: &Vocabulary, scope: &mut Object<'_>) {
    for concept in vocabulary.concepts.iter().filter(|concept| plan.is_plain_code(&concept.code)) {
        scope.string(&concept.code, &plan.ids.id(CONCEPTS, &[&vocabulary.name, &concept.code]));
    }
    scope.object("identifier", |identifier| identifier.string("@id", IDENTIFIER));
}
