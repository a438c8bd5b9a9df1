//! A CSVW metadata document (W3C Recommendation 2015-12-17), with the CSV files it names, as a project.
//!
//! Each column is translated into a field of Table Schema, which the code for `schema/tables/` then reads; places stay
//! those of the document. What shapes RDF (`aboutUrl`, `valueUrl`, virtual columns, transformations) is passed over.

mod column;
mod datatype;
mod description;
mod dialect;
mod entry;
mod header;

use std::path::Path;

use super::package::ReferencedFiles;
use super::package::names::{self, Taken, table_name};
use super::table::Draft;
use super::{Parts, read, resolve};
use crate::diagnostic::{Diagnostic, Result, codes, has_errors};
use crate::schema::tree::{File, Node, Value};
use crate::schema::{Dialect, SeedFile, SeedFormat, SeedLocation};
use column::{Columns, Inherited};

/// A table whose references are still addresses and names of columns.
struct Table {
    url: String,
    /// Path of the schema, when it is a file of its own.
    schema_path: Option<String>,
    /// Each column's name with that of its field.
    fields: Vec<(String, String)>,
    draft: Draft,
}

/// Reads the document `name` in `root`; every mistake goes to `problems`.
pub(super) fn load(root: &Path, name: &str, problems: &mut Vec<Diagnostic>) -> Result<Parts> {
    let Some((mut file, mut node)) = read(root, name, problems)? else { return Ok(Parts::default()) };
    file.is_foreign = true;
    // A document may describe a single table without a group around it.
    let is_group = node.entry_mut("tables").is_some();
    let mut keys = file.entries("a table group", node.clone());
    let mut referenced = ReferencedFiles::new(root)?;
    let mut group = Group { tables: Vec::new(), taken: Taken::default(), outer: Outer::default() };
    if is_group {
        group.outer =
            Outer { inherited: Inherited::default().with(&mut keys), dialect: keys.take("dialect") };
    }
    let nodes = if is_group { keys.take_list(&mut file, "tables") } else { vec![node] };
    let (suppressed, shown): (Vec<Node>, Vec<Node>) = nodes.into_iter().partition(is_suppressed);
    for node in shown {
        group.table(&mut file, &mut referenced, node)?;
    }
    group.suppressed(&mut file, &mut referenced, suppressed)?;
    if group.tables.iter().all(|table| table.draft.table.is_withheld)
        && !has_errors(&file.problems)
        && !has_errors(&referenced.problems)
    {
        file.report(&codes::INVALID_VALUE, keys.span, "there is no table to publish");
    }
    let first_table = group.tables.first().map(|table| table.draft.table.name.as_str());
    let dataset = description::dataset(&mut file, keys, first_table);
    problems.append(&mut file.problems);
    problems.append(&mut referenced.problems);
    let tables = resolve::tables(group.drafts(), Vec::new(), &[], problems);
    Ok(Parts { dataset, tables, ..Parts::default() })
}

fn report_suppressed(file: &mut File, node: &Node, why: &str) {
    let url = node.entry("url").and_then(Node::as_text).unwrap_or("a table");
    let span = node.entry("suppressOutput").map_or(node.span, |span| span.span);
    let message = format!("`{url}` is not published: `suppressOutput` is true; {why}");
    file.report_with_help(&codes::LEFT_OUT, span, message, "remove `suppressOutput` to publish it");
}

/// What a group says for all of its tables.
#[derive(Default)]
struct Outer {
    inherited: Inherited,
    dialect: Option<Node>,
}

/// The tables read so far.
struct Group {
    tables: Vec<Table>,
    taken: Taken,
    outer: Outer,
}

/// Whether a table is marked as one that has no output.
fn is_suppressed(node: &Node) -> bool {
    let span = node.entry("suppressOutput").map(|span| &span.value);
    matches!(span, Some(Value::Text { text, quoted: false }) if text == "true")
}

impl Group {
    /// Tables that are not published: those that others refer to are read, so that references can be checked.
    fn suppressed(
        &mut self,
        file: &mut File,
        referenced: &mut ReferencedFiles,
        nodes: Vec<Node>,
    ) -> Result<()> {
        let mut rest = nodes;
        while let Some(at) = rest.iter().position(|node| self.refers_to(node)) {
            let node = rest.remove(at);
            report_suppressed(file, &node, "references to it are checked, and not published either");
            let count = self.tables.len();
            self.table(file, referenced, node)?;
            if let Some(table) = self.tables.get_mut(count) {
                table.draft.table.is_withheld = true;
            }
        }
        rest.iter().for_each(|node| report_suppressed(file, node, "nothing refers to it"));
        Ok(())
    }

    /// Whether a table that was read refers to the one that is described.
    fn refers_to(&self, node: &Node) -> bool {
        let names = ["url", "tableSchema"].map(|key| node.entry(key).and_then(Node::as_text));
        let foreign_keys = self.tables.iter().flat_map(|table| &table.draft.foreign_keys);
        let mut resources = foreign_keys.filter_map(|key| key.resource.as_ref());
        resources.any(|(resource, _)| names.contains(&Some(resource)))
    }

    fn table(&mut self, file: &mut File, referenced: &mut ReferencedFiles, node: Node) -> Result<()> {
        let mut keys = file.entries("tables", node);
        let Some((url, span)) = keys.require_text(file, "a table", "url") else { return Ok(()) };
        if let Some(node) = keys.take("suppressOutput") {
            file.boolean("suppressOutput", &node);
        }
        let inherited = self.outer.inherited.with(&mut keys);
        let Some(path) = referenced.find(file, &url, span) else { return Ok(()) };
        let dialect = match keys.take("dialect").or_else(|| self.outer.dialect.clone()) {
            Some(node) => dialect::read(file, referenced, node)?,
            None => Dialect::default(),
        };
        let Some(schema) = keys.take("tableSchema") else {
            let message =
                format!("the table `{url}` has no `tableSchema`, so nothing is known of its columns");
            file.report(&codes::MISSING_KEY, span, message);
            return Ok(());
        };
        let schema_path = schema.as_text().map(str::to_owned);
        let Some((mut schema_file, schema)) = referenced.description(file, "a tableSchema", schema)? else {
            return Ok(());
        };
        schema_file.expression_bytes =
            self.tables.last().map_or(0, |before| before.draft.file.expression_bytes);
        let stem = url.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or_default();
        let name = table_name(stem, &mut self.taken);
        if name != stem {
            names::report(file, "table", stem, &name, span);
        }
        let titles = header::read(&referenced.full(&path), &dialect);
        let columns = Columns::read(&mut schema_file, schema, &inherited, &titles);
        let (mut draft, fields) = columns.into_draft(schema_file, &name);
        draft.is_ordered = true;
        draft.table.title = description::text(&mut keys, &["dc:title", "rdfs:label", "schema:name"]);
        draft.table.description =
            description::text(&mut keys, &["dc:description", "rdfs:comment", "schema:description"]);
        draft.table.dialect = dialect;
        let is_gzip = url.ends_with(".gz");
        let (format, within) = (SeedFormat::Delimited, Vec::new());
        let seeds = SeedFile { path, format, is_gzip, within, digest: None };
        draft.table.seeds = SeedLocation::Files(vec![seeds]);
        self.tables.push(Table { url, schema_path, fields, draft });
        Ok(())
    }

    /// The tables, with the names of tables and fields in their references.
    fn drafts(mut self) -> Vec<Draft> {
        for index in 0..self.tables.len() {
            let mut foreign_keys = std::mem::take(&mut self.tables[index].draft.foreign_keys);
            for foreign_key in &mut foreign_keys {
                let Some((resource, _)) = &mut foreign_key.resource else { continue };
                // What is not found keeps its address, and is reported where tables are joined.
                let is_target =
                    |table: &&Table| table.url == *resource || table.schema_path.as_ref() == Some(resource);
                let Some(target) = self.tables.iter().find(is_target) else { continue };
                *resource = target.draft.table.name.clone();
                for (column, _) in &mut foreign_key.references {
                    if let Some((_, field)) = target.fields.iter().find(|(name, _)| name == column) {
                        column.clone_from(field);
                    }
                }
            }
            self.tables[index].draft.foreign_keys = foreign_keys;
        }
        self.tables.into_iter().map(|table| table.draft).collect()
    }
}
