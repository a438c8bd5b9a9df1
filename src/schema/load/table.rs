//! `schema/tables/<table>.yaml`, one file at a time; names of other tables are resolved afterwards.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use super::dataset::{Resource, key_path};
use super::field::{self, Draft as FieldDraft, find_field};
use super::files::names_in;
use super::publication::{self, PublishWithDraft};
use super::read;
use crate::diagnostic::{Diagnostic, Place, Result, codes, nearest};
use crate::parallel;
use crate::schema::tree::{Entries, File, Node};
use crate::schema::{Field, Ignored, SeedLocation, Table, Vocabulary};
use crate::tokens::Span;

/// A table whose references to other tables are still names.
pub(super) struct Draft {
    pub(super) file: File,
    pub(super) table: Table,
    pub(super) spans: Vec<Span>,
    pub(super) foreign_keys: Vec<ForeignKeyDraft>,
    pub(super) nested: Option<NestedDraft>,
    /// Where `nested` stands, for what is found out when all tables are known.
    pub(super) nested_mark: Span,
    pub(super) publish_with: Vec<PublishWithDraft>,
    /// Whether `resources` gave the tables' order, which is then kept.
    pub(super) is_ordered: bool,
}

pub(super) struct ForeignKeyDraft {
    pub(super) span: Span,
    pub(super) fields: Vec<usize>,
    /// `None`: the table itself.
    pub(super) resource: Option<(String, Span)>,
    pub(super) references: Vec<(String, Span)>,
}

pub(super) struct NestedDraft {
    pub(super) span: Span,
    pub(super) parents: Vec<(String, Span)>,
    pub(super) path: Vec<String>,
    pub(super) key: Option<Vec<usize>>,
}

/// Reads every table with `jobs` threads: those of `resources` in its order, or all.
pub(super) fn load(
    root: &Path,
    resources: &Option<Vec<Resource>>,
    vocabularies: &[Vocabulary],
    jobs: usize,
    problems: &mut Vec<Diagnostic>,
) -> Result<Vec<Draft>> {
    let names = names_in(root, "schema/tables", "yaml", problems)?;
    let wanted: Vec<(&str, Option<&Resource>)> = match resources {
        None => names.iter().map(|name| (name.as_str(), None)).collect(),
        Some(resources) => {
            report_unmatched(resources, &names, problems);
            let known = resources.iter().filter(|resource| names.contains(&resource.table));
            known.map(|resource| (resource.table.as_str(), Some(resource))).collect()
        }
    };
    let load = |(name, resource)| {
        let mut problems = Vec::new();
        let draft = load_one(root, name, resource, vocabularies, &mut problems);
        (draft, problems)
    };
    let mut drafts = Vec::with_capacity(wanted.len());
    parallel::ordered(jobs, wanted.into_iter(), load, |(draft, mut found)| {
        problems.append(&mut found);
        drafts.push(draft);
        true
    });
    drafts.into_iter().filter_map(Result::transpose).collect()
}

/// Reports resources without a table file, tables without a resource, and resources given twice.
fn report_unmatched(resources: &[Resource], names: &[String], problems: &mut Vec<Diagnostic>) {
    let file: Arc<str> = Arc::from("schema/dataset.yaml");
    let there: HashSet<&String> = names.iter().collect();
    let mut told: HashSet<&String> = HashSet::new();
    for resource in resources {
        let place = resource.span.in_file(&file);
        let is_first = told.insert(&resource.table);
        if !there.contains(&resource.table) {
            let message = format!("there is no schema/tables/{}.yaml", resource.table);
            let problem = Diagnostic::new(&codes::UNKNOWN_NAME, place, message);
            problems.push(match nearest(&resource.table, names.iter().map(String::as_str)) {
                Some(near) => problem.with_help(format!("did you mean `{near}`?")),
                None => problem,
            });
        } else if !is_first {
            let message = format!("the resource `{}` is given twice", resource.table);
            problems.push(Diagnostic::new(&codes::REPEATED_NAME, place, message));
        }
    }
    for name in names.iter().filter(|name| !told.contains(name)) {
        let place = Place::file(&Arc::from(format!("schema/tables/{name}.yaml")));
        let message = format!("the table `{name}` is not among the `resources` of dataset.yaml");
        problems.push(Diagnostic::new(&codes::UNREAD_FILE, place, message));
    }
}

fn load_one(
    root: &Path,
    name: &str,
    resource: Option<&Resource>,
    vocabularies: &[Vocabulary],
    problems: &mut Vec<Diagnostic>,
) -> Result<Option<Draft>> {
    let Some((file, node)) = read(root, &format!("schema/tables/{name}.yaml"), problems)? else {
        return Ok(None);
    };
    let mut draft = table(file, name, node, vocabularies);
    if let Some(resource) = resource {
        draft.is_ordered = true;
        draft.table.dialect = resource.dialect.clone();
        draft.table.format = resource.format;
        if let Some(records) = &resource.records {
            draft.table.records.clone_from(records);
        }
        if let Some(paths) = &resource.paths {
            // Resource paths are relative to the descriptor, which lies in schema/.
            let from_root = |(path, span): &(String, Span)| match path.strip_prefix("../") {
                Some(rest) => (rest.to_owned(), *span),
                None => (format!("schema/{path}"), *span),
            };
            draft.table.seeds = SeedLocation::Globs(paths.iter().map(from_root).collect());
        }
    }
    Ok(Some(draft))
}

pub(super) fn table(mut file: File, name: &str, node: Node, vocabularies: &[Vocabulary]) -> Draft {
    check_name(&mut file, name);
    let mut keys = file.entries("a table", node);
    keys.ignore(&["$schema", "name", "fieldsMatch"]);
    if file.is_foreign {
        // Of the Darwin Core Data Package: keys that hold between data sets, which nobody holds a package to.
        keys.ignore(&["weakPrimaryKey", "weakForeignKeys"]);
    }
    let [title, description] =
        ["title", "description"].map(|key| file.leniently(|file| keys.take_text(file, key)));
    let (fields, spans) = fields(&mut file, &mut keys, vocabularies);
    let mut primary_key = keys.take("primaryKey").map(|n| field_list(&mut file, "primaryKey", n, &fields));
    let mut unique_keys = Vec::new();
    for node in keys.take_list(&mut file, "uniqueKeys") {
        unique_keys.push(field_list(&mut file, "uniqueKeys", node, &fields));
    }
    let foreign_keys = keys.take_list(&mut file, "foreignKeys");
    let foreign_keys = foreign_keys.into_iter().filter_map(|n| foreign_key(&mut file, n, &fields)).collect();
    let missing_values = match keys.take("missingValues") {
        Some(node) => field::missing_values(&mut file, node),
        None => vec![String::new()],
    };
    let mut table = Table {
        title,
        description,
        primary_key: primary_key.take().unwrap_or_default(),
        unique_keys,
        missing_values,
        ..Table::plain(name, Arc::clone(&file.path), fields)
    };
    let (nested, publish_with) = match keys.take_entries(&mut file, "letterpress") {
        Some(ours) => own_keys(&mut file, ours, &mut table, vocabularies),
        None => (None, Vec::new()),
    };
    file.finish("a table", keys);
    let nested_mark = nested.as_ref().map_or(Span { line: 1, column: 1, length: 1 }, |nested| nested.span);
    Draft { file, table, spans, foreign_keys, nested, nested_mark, publish_with, is_ordered: false }
}

fn check_name(file: &mut File, name: &str) {
    let is_plain =
        name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'));
    let starts_well = name.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
    const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];
    if !is_plain || !starts_well || name.len() > 64 || RESERVED.contains(&name) {
        let span = Span { line: 1, column: 1, length: 1 };
        let help = "lower-case letters, digits, `_` and `-`, at most 64, beginning with a letter";
        file.report_with_help(&codes::INVALID_NAME, span, format!("`{name}` cannot be a table's name"), help);
    }
}

fn fields(file: &mut File, keys: &mut Entries, vocabularies: &[Vocabulary]) -> (Vec<Field>, Vec<Span>) {
    let nodes = match keys.take("fields") {
        Some(node) => file.list("fields", node),
        None => {
            file.report(&codes::MISSING_KEY, keys.span, "a table needs the key `fields`");
            Vec::new()
        }
    };
    let mut fields: Vec<Field> = Vec::new();
    let mut spans: Vec<Span> = Vec::new();
    let mut names: HashMap<String, usize> = HashMap::new();
    for node in nodes {
        let Some(FieldDraft { field, span }) = field::field(file, node, vocabularies) else { continue };
        match names.get(&field.name.to_ascii_lowercase()) {
            Some(&earlier) => {
                let message =
                    format!("`{}` is already a field, in line {}", fields[earlier].name, spans[earlier].line);
                file.report(&codes::REPEATED_NAME, span, message);
            }
            None => {
                names.insert(field.name.to_ascii_lowercase(), fields.len());
                fields.push(field);
                spans.push(span);
            }
        }
    }
    (fields, spans)
}

/// One field name or a list of them, as indices.
fn field_list(file: &mut File, key: &'static str, node: Node, fields: &[Field]) -> Vec<usize> {
    let names = file.texts(key, node, true);
    names.iter().filter_map(|(name, span)| find_field(file, name, *span, fields)).collect()
}

fn foreign_key(file: &mut File, node: Node, fields: &[Field]) -> Option<ForeignKeyDraft> {
    let mut keys = file.entries("foreignKeys", node);
    let span = keys.span;
    let own = keys.take("fields").map(|node| field_list(file, "fields", node, fields));
    let reference = keys.take_entries(file, "reference");
    file.finish("a foreign key", keys);
    let (Some(own), Some(mut reference)) = (own, reference) else {
        file.report(&codes::MISSING_KEY, span, "a foreign key needs the keys `fields` and `reference`");
        return None;
    };
    let resource =
        reference.take("resource").and_then(|node| Some((file.text("resource", &node)?, node.span)));
    let references = match reference.take("fields") {
        Some(node) => file.texts("fields", node, true),
        None => {
            file.report(&codes::MISSING_KEY, reference.span, "a reference needs the key `fields`");
            Vec::new()
        }
    };
    file.finish("a reference", reference);
    let resource = resource.filter(|(name, _)| !name.is_empty());
    Some(ForeignKeyDraft { span, fields: own, resource, references })
}

fn own_keys(
    file: &mut File,
    mut ours: Entries,
    table: &mut Table,
    vocabularies: &[Vocabulary],
) -> (Option<NestedDraft>, Vec<PublishWithDraft>) {
    table.keyed = ours.take_boolean(file, "keyed").unwrap_or(false);
    if let Some(node) = ours.take("ignore") {
        let names = file.texts("ignore", node, true).into_iter().map(|(text, _)| text);
        table.ignore = Ignored(names.collect());
    }
    if let Some(node) = ours.take("records") {
        table.records = key_path(file, "records", &node);
    }
    table.class = ours.take_term(file, "class");
    if let Some(node) = ours.take("label")
        && let Some(name) = file.text("label", &node)
    {
        table.label = find_field(file, &name, node.span, &table.fields);
    }
    let nested = ours.take_entries(file, "nested").and_then(|keys| nested(file, keys, &table.fields));
    table.publication.only = publication::only(file, &mut ours, &table.fields, vocabularies);
    let publish_with = publication::with(file, &mut ours, &table.fields);
    file.finish("`letterpress` of a table", ours);
    (nested, publish_with)
}

fn nested(file: &mut File, mut keys: Entries, fields: &[Field]) -> Option<NestedDraft> {
    let span = keys.span;
    let parents = keys.take("in").map(|node| file.texts("in", node, true));
    let path = keys.take_text(file, "as");
    let key = keys.take("key").map(|node| field_list(file, "key", node, fields));
    file.finish("`nested`", keys);
    match (parents, path) {
        (Some(parents), Some(path)) if !parents.is_empty() => {
            Some(NestedDraft { span, parents, path: path.split('.').map(str::to_owned).collect(), key })
        }
        _ => {
            file.report(
                &codes::MISSING_KEY,
                span,
                "`nested` needs the keys `in` (the parent table) and `as`",
            );
            None
        }
    }
}
