//! `letterpress: {from: …}`: where in a record a field's value is read.

use crate::diagnostic::codes;
use crate::schema::Origin;
use crate::schema::tree::{File, Node, Value};

/// Where a value is read, as `from` says it; what is wrong with that is reported.
pub(super) fn read(file: &mut File, node: &Node) -> Option<Origin> {
    if let Value::List(_) = node.value {
        // Keys that hold points, or anything else that a path cannot.
        let keys = file.texts("from", node.clone(), false);
        return Some(Origin::Path(keys.into_iter().map(|(key, _)| key).collect()));
    }
    let text = file.text("from", node)?;
    match text.as_str() {
        "." => Some(Origin::Itself),
        "@index" => Some(Origin::Index),
        "@key" => Some(Origin::Key),
        "@file" => Some(Origin::File),
        "@folder" => Some(Origin::Folder),
        place if place.strip_prefix('@').is_some_and(is_number) => column(file, place, node),
        path if path.starts_with('@') || path.split('.').any(str::is_empty) => {
            let help = "a path such as `id.bioguide`, or `.`, `@index`, `@key`, `@file`, `@folder`, or `@3`, the third column";
            file.report_with_help(&codes::INVALID_VALUE, node.span, format!("`{path}` is not a path"), help);
            None
        }
        path => Some(Origin::Path(path.split('.').map(str::to_owned).collect())),
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A column by its place, such as `@3`.
fn column(file: &mut File, place: &str, node: &Node) -> Option<Origin> {
    let number = place.trim_start_matches('@').parse::<u16>().ok().filter(|number| *number > 0);
    if number.is_none() {
        let message = format!("`{place}` is not the place of a column");
        let help =
            format!("columns are counted from 1: `@1` is the first, `@{}` the last possible", u16::MAX);
        file.report_with_help(&codes::INVALID_VALUE, node.span, message, help);
    }
    number.map(|number| Origin::Column(usize::from(number) - 1))
}
