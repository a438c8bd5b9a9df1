//! A Data Package descriptor (1.x or 2.0), with the files it names, as a project.
//!
//! The descriptor is translated, not trusted: its schemas are read by the same code as `schema/tables/`, after names that
//! cannot be published have been changed and the spellings of version 1 brought to those of version 2. Every change that
//! reaches a reader of the release is reported as a warning. Keys that the standard does not know are passed over, as the
//! standard wants it, unless they look misspelt.

pub(super) mod identity;
pub(super) mod names;
mod referenced_files;
mod released;
mod resource;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

pub(super) use referenced_files::ReferencedFiles;

use super::table::{self, Draft};
use super::{Parts, dataset, read, resolve, vocabularies};
use crate::diagnostic::{Diagnostic, Result, codes, has_errors};
use crate::schema::tree::{File, Node, Value};
use crate::schema::{FieldsMatch, FromRelease, Origin, SeedLocation, Step, Vocabulary};
use resource::{Earlier, Resource};

/// Reads the descriptor `name` in `root`; every mistake goes to `problems`.
pub(super) fn load(root: &Path, name: &str, problems: &mut Vec<Diagnostic>) -> Result<Parts> {
    let Some((mut file, mut node)) = read(root, name, problems)? else { return Ok(Parts::default()) };
    file.is_foreign = true;
    let own_vocabularies = node.entry_mut("letterpress").and_then(|ours| ours.take("vocabularies"));
    let vocabularies =
        own_vocabularies.map_or_else(Vec::new, |node| vocabularies::of_package(&mut file, node));
    let mut keys = file.entries("a package", node);
    let named = keys.take("resources");
    let span = named.as_ref().map_or(keys.span, |node| node.span);
    let nodes = match named {
        Some(node) => file.list("resources", node),
        None => {
            file.report(&codes::MISSING_KEY, span, "a package needs the key `resources`");
            Vec::new()
        }
    };
    let mut resources: Vec<Resource> = Vec::new();
    let mut referenced = ReferencedFiles::new(root)?;
    let mut earlier = Earlier::default();
    for (index, node) in released::choose(&mut file, nodes) {
        resources.extend(resource(&mut file, &mut referenced, index, node, &mut earlier)?);
    }
    if resources.is_empty() && !has_errors(&file.problems) && !has_errors(&referenced.problems) {
        file.report(&codes::INVALID_VALUE, span, "no resource is a table, so there is nothing to publish");
    }
    let given = identity::Given {
        name: ("name", keys.take("name")),
        version: ("version", keys.take("version")),
        created: ("created", keys.take("created")),
    };
    let first_table = resources.first().map(|resource| resource.table.as_str());
    let identity = identity::read(&mut file, keys.span, given, first_table);
    let dataset = dataset::describe(&mut file, &mut keys, identity);
    file.finish("a package", keys);
    problems.append(&mut file.problems);
    problems.append(&mut referenced.problems);
    let mut drafts = drafts(resources, &vocabularies);
    if dataset.as_ref().is_some_and(|dataset| dataset.options.csv.formula_guard) {
        let released = drafts.iter_mut().filter(|draft| draft.table.from_release.is_some());
        released.for_each(|draft| draft.table.dialect.is_guarded = true);
    }
    let tables = resolve::tables(drafts, Vec::new(), &vocabularies, problems);
    Ok(Parts { dataset, tables, vocabularies, ..Parts::default() })
}

/// Reads the resource number `index`, which stands in place or in a file of the package. Paths in that are those of the package.
fn resource(
    file: &mut File,
    referenced: &mut ReferencedFiles,
    index: usize,
    node: Node,
    earlier: &mut Earlier,
) -> Result<Option<Resource>> {
    if node.as_text().is_none() {
        let place = vec![Step::Key("resources".to_owned()), Step::Item(index)];
        return resource::read(file, referenced, (index, place), node, earlier);
    }
    let Some((mut there, node)) = referenced.description(file, "a resource", node)? else { return Ok(None) };
    let resource = resource::read(&mut there, referenced, (index, Vec::new()), node, earlier);
    referenced.problems.append(&mut there.problems);
    resource
}

/// The names of one resource and of its fields, as written and as published.
struct Names {
    resource: String,
    table: String,
    fields: BTreeMap<String, String>,
}

fn drafts(mut resources: Vec<Resource>, vocabularies: &[Vocabulary]) -> Vec<Draft> {
    let names: Vec<Names> = resources
        .iter_mut()
        .map(|r| Names {
            resource: r.name.clone(),
            table: r.table.clone(),
            fields: names::rename_fields(&mut r.schema.0, &mut r.schema.1),
        })
        .collect();
    let mut drafts: Vec<Draft> = Vec::with_capacity(resources.len());
    for (own, mut resource) in names.iter().zip(resources) {
        resource.schema.0.expression_bytes = drafts.last().map_or(0, |before| before.file.expression_bytes);
        drafts.push(draft(resource, own, &names, vocabularies));
    }
    drafts
}

fn draft(resource: Resource, own: &Names, all: &[Names], vocabularies: &[Vocabulary]) -> Draft {
    let (file, mut node) = resource.schema;
    rename_keys(&mut node, own, all);
    let mut draft = table::table(file, &resource.table, node, vocabularies);
    draft.is_ordered = true;
    let table = &mut draft.table;
    table.title = table.title.take().or(resource.title);
    table.description = table.description.take().or(resource.description);
    table.dialect = resource.dialect;
    table.seeds = SeedLocation::Files(resource.files);
    if let Some(span) = &resource.span {
        // Columns that are derived are derived again.
        table.dialect.fields_match = FieldsMatch::Subset;
        table.from_release = Some(FromRelease { is_derived: span.is_derived });
    }
    let written_as: HashMap<&String, &String> =
        own.fields.iter().map(|(as_is, name)| (name, as_is)).collect();
    for field in &mut table.fields {
        if let Some((published, &written)) = written_as.get_key_value(&field.name)
            && written != *published
        {
            field.title.get_or_insert_with(|| written.clone());
            if field.origin == Origin::Path(vec![(*published).clone()]) {
                field.origin = Origin::Path(vec![written.clone()]);
            }
        }
        if let (Some(missing), Some(text)) = (&mut field.missing_values, &resource.null_sequence) {
            missing.push(text.clone());
        }
    }
    table.missing_values.extend(resource.null_sequence);
    // A row without a value would be an empty line, which is no row to those who read it and none to us.
    if let [only] = table.fields.as_mut_slice() {
        only.constraints.required = true;
    }
    draft
}

/// Replaces the names in a schema's keys by those that are published.
fn rename_keys(schema: &mut Node, own: &Names, all: &[Names]) {
    for key in ["primaryKey", "uniqueKeys"] {
        if let Some(node) = schema.entry_mut(key) {
            names::rename(node, &own.fields);
        }
    }
    let foreign_keys = match schema.entry_mut("foreignKeys").map(|node| &mut node.value) {
        Some(Value::List(foreign_keys)) => foreign_keys,
        _ => return,
    };
    for foreign_key in foreign_keys {
        if let Some(node) = foreign_key.entry_mut("fields") {
            names::rename(node, &own.fields);
        }
        let Some(reference) = foreign_key.entry_mut("reference") else { continue };
        let mut target = own;
        if let Some(Node { value: Value::Text { text, .. }, .. }) = reference.entry_mut("resource")
            && let Some(other) = all.iter().find(|names| names.resource == *text)
        {
            target = other;
            text.clone_from(&other.table);
        }
        if let Some(node) = reference.entry_mut("fields") {
            names::rename(node, &target.fields);
        }
    }
}
