//! `publish_only` and `publish_with` under `letterpress:` of a table: which of its rows a release holds.

use super::field::find_field;
use crate::diagnostic::{codes, listed, nearest};
use crate::schema::tree::{Entries, File, Node};
use crate::schema::{Field, PublishOnly, Vocabulary};
use crate::tokens::Span;

/// `publish_with`, whose tables are still names.
pub(super) struct PublishWithDraft {
    pub(super) span: Span,
    pub(super) field: usize,
    pub(super) tables: Vec<(String, Span)>,
}

/// Reads `publish_only: {field: FIELD, values: [VALUE]}`.
pub(super) fn only(
    file: &mut File,
    ours: &mut Entries,
    fields: &[Field],
    vocabularies: &[Vocabulary],
) -> Option<PublishOnly> {
    let mut keys = ours.take_entries(file, "publish_only")?;
    let span = keys.span;
    let field = field(file, &mut keys, fields);
    let values = keys.take("values").map_or_else(Vec::new, |node| file.texts("values", node, true));
    file.finish("`publish_only`", keys);
    let (Some(field), false) = (field, values.is_empty()) else {
        file.report(&codes::MISSING_KEY, span, "`publish_only` needs the keys `field` and `values`");
        return None;
    };
    let field = field?;
    if let Some(vocabulary) = fields[field].vocabulary {
        report_unknown_codes(file, &values, &vocabularies[vocabulary]);
    }
    Some(PublishOnly { field, values: values.into_iter().map(|(text, _)| text).collect() })
}

/// Reads `publish_with: [{field: FIELD, in: [TABLE]}]`.
pub(super) fn with(file: &mut File, ours: &mut Entries, fields: &[Field]) -> Vec<PublishWithDraft> {
    let nodes = ours.take_list(file, "publish_with");
    nodes.into_iter().filter_map(|node| one_with(file, node, fields)).collect()
}

fn one_with(file: &mut File, node: Node, fields: &[Field]) -> Option<PublishWithDraft> {
    let mut keys = file.entries("publish_with", node);
    let span = keys.span;
    let field = field(file, &mut keys, fields);
    let tables = keys.take("in").map_or_else(Vec::new, |node| file.texts("in", node, true));
    file.finish("`publish_with`", keys);
    let (Some(field), false) = (field, tables.is_empty()) else {
        file.report(&codes::MISSING_KEY, span, "`publish_with` needs the keys `field` and `in` (a table)");
        return None;
    };
    Some(PublishWithDraft { span, field: field?, tables })
}

/// The key `field`: `None` when it is absent, and none inside when there is no such field, which is reported.
fn field(file: &mut File, keys: &mut Entries, fields: &[Field]) -> Option<Option<usize>> {
    let node = keys.take("field")?;
    let name = file.text("field", &node)?;
    Some(find_field(file, &name, node.span, fields))
}

/// A value that no record can have would leave every record out in silence.
fn report_unknown_codes(file: &mut File, values: &[(String, Span)], vocabulary: &Vocabulary) {
    let known = || vocabulary.concepts.iter().map(|concept| concept.code.as_str());
    for (value, span) in values.iter().filter(|(value, _)| !known().any(|code| code == value)) {
        let message = format!("the vocabulary `{}` has no code `{value}`", vocabulary.name);
        let help = match nearest(value, known()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its codes are {}", listed(known())),
        };
        file.report_with_help(&codes::UNKNOWN_NAME, *span, message, help);
    }
}
