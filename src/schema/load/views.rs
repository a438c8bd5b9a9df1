//! `schema/views/<name>.sql` and `schema/views/<name>.yaml`.

use std::path::Path;
use std::sync::Arc;

use super::files::names_with;
use super::table::{self, Draft};
use super::{read, read_text};
use crate::diagnostic::{Diagnostic, Place, Result, codes};
use crate::schema::{SeedLocation, Vocabulary};
use crate::tokens::Span;

/// Reads every view, sorted by name. A query without a schema, or the other way round, is reported.
pub(super) fn load(
    root: &Path,
    vocabularies: &[Vocabulary],
    problems: &mut Vec<Diagnostic>,
) -> Result<Vec<Draft>> {
    let mut views = Vec::new();
    let names = names_with(root, "schema/views", &["sql", "yaml"], problems)?;
    for (name, endings) in names {
        let path = |ending: &str| format!("schema/views/{name}.{ending}");
        if let Some(missing) = ["sql", "yaml"].into_iter().find(|ending| !endings.contains(ending)) {
            let place = Place::file(&Arc::from(path(if missing == "sql" { "yaml" } else { "sql" })));
            let message =
                format!("a view needs both a query and a schema, but there is no {}", path(missing));
            problems.push(Diagnostic::new(&codes::BROKEN_VIEW, place, message));
            continue;
        }
        let sql = read_text(root, &path("sql"), problems)?;
        let schema = read(root, &path("yaml"), problems)?;
        let (Some(sql), Some((file, node))) = (sql, schema) else { continue };
        let mut draft = table::table(file, &name, node, vocabularies);
        if let Some(nested) = draft.nested.take() {
            draft.file.report(
                &codes::INVALID_VALUE,
                nested.span,
                "a view has no records that could be nested",
            );
        }
        let publishes_apart = draft.table.publication.only.is_some() || !draft.publish_with.is_empty();
        if publishes_apart {
            let span = Span { line: 1, column: 1, length: 1 };
            let help = "a view is made of what is published; say in its query which rows it holds";
            let message = "a view has neither `publish_only` nor `publish_with`";
            draft.file.report_with_help(&codes::INVALID_VALUE, span, message, help);
        }
        draft.table.seeds = SeedLocation::View { file: Arc::from(path("sql")), sql };
        views.push(draft);
    }
    Ok(views)
}
