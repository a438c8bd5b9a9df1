//! Names of classes and properties that readers of JSON-LD would take for something else.

use super::plan::Plan;
use crate::diagnostic::{Diagnostic, Place, codes};
use crate::schema::{Project, Table, Term};

const HELP: &str = "take an address with `//`, or a prefix that stands for one (`letterpress: prefixes` of the data set), or \
                    publish in other formats (`letterpress: formats`)";

/// The names that begin with a key of the table's nodes.
///
/// JSON-LD takes `urn:x` for a compact name when `urn` is a key; only `scheme://…` is safe from that.
pub(super) fn clashes(project: &Project, table: &Table) -> Vec<Diagnostic> {
    let plan = Plan::new(project, table);
    let columns = table.columns.iter().map(|column| table.fields[column.field].property.as_ref());
    let properties = plan.properties.iter().map(|property| property.id.as_str()).zip(columns);
    let class = plan.class.as_deref().map(|class| (class, table.class.as_ref()));
    let clash = |(id, term): (&str, Option<&Term>)| {
        let key = id.split_once(':').filter(|(_, rest)| !rest.starts_with("//"))?.0;
        let what = match key {
            _ if plan.properties.iter().any(|property| property.key == key) => "column",
            _ if plan.type_name == key => "table",
            _ => return None,
        };
        let (name, place) = match term {
            Some(term) => (term.name.as_str(), term.place.clone()),
            None => (id, Place::file(&table.file)),
        };
        let written = if name == id { String::new() } else { format!(", which `{name}` stands for,") };
        let message = format!("in JSON-LD, `{id}`{written} would begin with the {what} `{key}`");
        Some(Diagnostic::new(&codes::PREFIX_CLASH, place, message).with_help(HELP))
    };
    properties.chain(class).filter_map(clash).collect()
}
