//! One entry of a package's `resources`.

use std::collections::HashSet;

use encoding_rs::Encoding;

use super::names::{self, Taken, table_name};
use super::referenced_files::ReferencedFiles;
use super::released;
use crate::diagnostic::{Result, codes};
use crate::digest::Digest;
use crate::quantity::count;
use crate::schema::load::{dialect, encoding};
use crate::schema::tree::{Entries, File, Node, Value};
use crate::schema::{Dialect, FieldsMatch, SeedFile, SeedFormat, Step};
use crate::tokens::Span;

/// A resource that is a table.
pub(super) struct Resource {
    /// Name as written.
    pub(super) name: String,
    /// Name as published.
    pub(super) table: String,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) files: Vec<SeedFile>,
    pub(super) dialect: Dialect,
    pub(super) null_sequence: Option<String>,
    pub(super) schema: (File, Node),
    /// What its mark says, when it is one of a release.
    pub(super) span: Option<released::Span>,
}

/// What a resource says about how its file is written.
struct Writing {
    /// Format by name, when one is given.
    format: Option<(String, Span)>,
    is_gzip: bool,
    property: Vec<Step>,
    /// Whether its fields are described.
    has_schema: bool,
    /// Digests of its files, when it is one of a release.
    digests: Option<Vec<Digest>>,
}

/// Names of the resources that have been read, and of their tables.
#[derive(Default)]
pub(super) struct Earlier {
    names: HashSet<String>,
    tables: Taken,
}

/// Reads the resource of this number, and at this place of its file; `None` when it is not a table, which is told, or is wrong, which is too.
pub(super) fn read(
    file: &mut File,
    referenced: &mut ReferencedFiles,
    (index, place): (usize, Vec<Step>),
    node: Node,
    earlier: &mut Earlier,
) -> Result<Option<Resource>> {
    let mut keys = file.entries("resources", node);
    keys.ignore(&["$schema", "profile", "type", "bytes", "hash", "homepage", "licenses", "sources"]);
    // Keys of frictionless and of the web, which look like misspelt ones of the standard.
    keys.ignore(&["scheme", "hashing", "stats", "group", "url", "mimetype"]);
    let (name, span) = name(file, &mut keys, index);
    if earlier.names.contains(&name) {
        file.report(&codes::REPEATED_NAME, span, format!("the resource `{name}` is given twice"));
        return Ok(None);
    }
    let [title, description] =
        ["title", "description"].map(|key| file.leniently(|file| keys.take_text(file, key)));
    let said = match keys.take("dialect") {
        Some(node) => read_dialect(file, referenced, node)?,
        None => dialect::Read::default(),
    };
    let mut dialect = said.dialect;
    dialect.encoding = text_encoding(file, &mut keys);
    let schema = keys.take("schema");
    let released = released::span(file, &mut keys);
    let writing = Writing {
        format: format(file, &mut keys),
        is_gzip: compression(file, &mut keys),
        property: said
            .property
            .iter()
            .flat_map(|p| p.split('.'))
            .map(|key| Step::Key(key.to_owned()))
            .collect(),
        has_schema: schema.is_some(),
        digests: released.as_ref().map(|released| released.digests.clone()),
    };
    let found = files(file, referenced, &mut keys, (place, span), &writing);
    file.finish("a resource", keys);
    let Some(files) = found else { return Ok(None) };
    let Some(schema) = schema else {
        let message = format!("the resource `{name}` has no `schema`, so nothing is known of its fields");
        let help = "add one with the name and type of each field; `letterpress init --from` proposes types for the files \
                    of a folder";
        file.report_with_help(&codes::MISSING_KEY, span, message, help);
        return Ok(None);
    };
    let Some((mut schema_file, mut schema)) = referenced.description(file, "a schema", schema)? else {
        return Ok(None);
    };
    dialect.fields_match = fields_match(&mut schema_file, &mut schema);
    if is_tab_separated(&writing, &files) {
        dialect.delimiter.get_or_insert('\t');
    }
    earlier.names.insert(name.clone());
    let table = table_name(&name, &mut earlier.tables);
    if table != name {
        names::report(file, "table", &name, &table, span);
    }
    let null_sequence = said.null_sequence;
    let schema = (schema_file, schema);
    let span = released;
    Ok(Some(Resource { name, table, title, description, files, dialect, null_sequence, schema, span }))
}

/// The resource's name; where none is given, that of its file, which is told.
fn name(file: &mut File, keys: &mut Entries, index: usize) -> (String, Span) {
    if let Some(node) = keys.take("name")
        && let Some(name) = node.as_text()
    {
        return (name.to_owned(), node.span);
    }
    let path = keys.peek_text("path").and_then(|path| path.rsplit('/').next());
    let stem = path.and_then(|name| name.split('.').next()).filter(|stem| !stem.is_empty());
    let name = stem.map_or_else(|| format!("resource-{}", index + 1), str::to_owned);
    let message = format!("this resource has no `name`: it is called `{name}`");
    file.report_with_help(&codes::STAND_IN, keys.span, message, "add `name`, by which others refer to it");
    (name, keys.span)
}

fn read_dialect(file: &mut File, referenced: &mut ReferencedFiles, node: Node) -> Result<dialect::Read> {
    let Some((mut there, mut node)) = referenced.description(file, "a dialect", node)? else {
        return Ok(dialect::Read::default());
    };
    lift_controls(&mut node);
    let keys = there.entries("dialect", node);
    let read = dialect::read(&mut there, keys);
    referenced.problems.append(&mut there.problems);
    Ok(read)
}

/// frictionless (from version 5 on) writes what belongs to a format under the format's name: `csv: {delimiter: ";"}`.
fn lift_controls(dialect: &mut Node) {
    for format in ["csv", "tsv", "json"] {
        let Some(control) = dialect.entry_mut(format) else { continue };
        let Value::Map(lifted) = std::mem::replace(&mut control.value, Value::Null) else { continue };
        let Value::Map(entries) = &mut dialect.value else { continue };
        entries.retain(|(key, ..)| key != format);
        for entry in lifted {
            if !entries.iter().any(|(key, ..)| *key == entry.0) {
                entries.push(entry);
            }
        }
    }
}

fn text_encoding(file: &mut File, keys: &mut Entries) -> Option<&'static Encoding> {
    let node = keys.take("encoding")?;
    let written = file.text("encoding", &node)?;
    encoding::find(file, &written, node.span)
}

fn compression(file: &mut File, keys: &mut Entries) -> bool {
    let Some(node) = keys.take("compression") else { return false };
    match file.text("compression", &node).as_deref() {
        Some("gz" | "gzip") => true,
        Some("" | "no" | "none") | None => false,
        Some(other) => {
            let message = format!("files compressed as `{other}` are not read");
            file.report_with_help(
                &codes::INVALID_VALUE,
                node.span,
                message,
                "compress it with gzip, or not at all",
            );
            false
        }
    }
}

fn format(file: &mut File, keys: &mut Entries) -> Option<(String, Span)> {
    let media_type = keys.take("mediatype");
    if let Some(node) = keys.take("format") {
        return Some((file.text("format", &node)?.to_ascii_lowercase(), node.span));
    }
    let node = media_type?;
    let written = file.text("mediatype", &node)?;
    let media_type = written.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let format = match media_type.as_str() {
        "text/csv" => "csv",
        "text/tab-separated-values" => "tsv",
        "application/json" => "json",
        "application/geo+json" => "geojson",
        "application/x-ndjson" | "application/jsonl" => "ndjson",
        "application/vnd.apache.parquet" | "application/x-parquet" => "parquet",
        _ => return None,
    };
    Some((format.to_owned(), node.span))
}

/// What a format's name or a file's ending means; `None` when it is not one of a table.
fn meaning(format: &str) -> Option<SeedFormat> {
    match format {
        "csv" | "tsv" | "tab" | "txt" => Some(SeedFormat::Delimited),
        "json" => Some(SeedFormat::Json),
        "ndjson" | "jsonl" | "ldjson" => Some(SeedFormat::Ndjson),
        "parquet" | "pq" => Some(SeedFormat::Parquet),
        _ => None,
    }
}

/// The same of a resource, which has one format more when it is one of a release.
fn meaning_of(writing: &Writing, format: &str) -> Option<SeedFormat> {
    match format {
        "jsonld" if writing.digests.is_some() => Some(SeedFormat::JsonLd),
        format => meaning(format),
    }
}

/// The part of a path after its last point, without `.gz`.
fn ending(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    name.rsplit_once('.').map_or(String::new(), |(_, ending)| ending.to_owned())
}

/// The format a descriptor names, else the one that a file's ending says.
fn format_of(writing: &Writing, path: &str) -> String {
    match &writing.format {
        Some((format, _)) if meaning(format).is_some() || is_map(format) => format.clone(),
        Some((format, _)) if meaning(&ending(path)).is_none() => format.clone(),
        _ => ending(path),
    }
}

fn is_tab_separated(writing: &Writing, files: &[SeedFile]) -> bool {
    files.iter().all(|file| matches!(format_of(writing, &file.path).as_str(), "tsv" | "tab"))
}

/// The files of a resource, in order. What is not a table is told of and left out.
fn files(
    file: &mut File,
    referenced: &ReferencedFiles,
    keys: &mut Entries,
    (place, span): (Vec<Step>, Span),
    writing: &Writing,
) -> Option<Vec<SeedFile>> {
    let has_schema = writing.has_schema;
    let paths = match (keys.take("path"), keys.take("data")) {
        (Some(node), None) => {
            let span = node.span;
            let paths = file.texts("path", node, true);
            if paths.is_empty() {
                file.report(&codes::INVALID_VALUE, span, "`path` names at least one file");
            }
            paths
        }
        (None, Some(node)) => return inline(file, &node, place, has_schema).map(|file| vec![file]),
        (Some(_), Some(data)) => {
            file.report(&codes::INVALID_VALUE, data.span, "a resource has `path` or `data`, not both");
            return None;
        }
        (None, None) => {
            file.report(&codes::MISSING_KEY, span, "a resource needs the key `path` or `data`");
            return None;
        }
    };
    let mut files = Vec::new();
    let mut is_whole = !paths.is_empty();
    if let Some(digests) = writing.digests.as_ref().filter(|digests| digests.len() != paths.len()) {
        let message =
            format!("{} of {}", count(digests.len() as u64, "digest"), count(paths.len() as u64, "file"));
        let help =
            "each file of a release has one: under `hash` of its resource, or under `hashes` of its mark";
        file.report_with_help(&codes::INVALID_VALUE, span, message, help);
        return None;
    }
    for (number, (path, span)) in paths.iter().enumerate() {
        let format = format_of(writing, path);
        // Without a schema, JSON and plain text may be anything.
        let meant = meaning_of(writing, &format).filter(|format| has_schema || *format != SeedFormat::Json);
        let meant = meant.filter(|_| has_schema || format != "txt");
        let Some(meant) = meant else {
            report_left_out(file, &format, has_schema, *span);
            return None;
        };
        let is_gzip = writing.is_gzip || path.to_ascii_lowercase().ends_with(".gz");
        let within = match meant {
            SeedFormat::Json => writing.property.clone(),
            SeedFormat::JsonLd => vec![Step::Key("@graph".to_owned())],
            SeedFormat::Delimited | SeedFormat::Ndjson | SeedFormat::Parquet | SeedFormat::Yaml => Vec::new(),
        };
        let digest = writing.digests.as_ref().and_then(|digests| digests.get(number).copied());
        match referenced.find(file, path, *span) {
            Some(path) => files.push(SeedFile { path, format: meant, is_gzip, within, digest }),
            None => is_whole = false,
        }
    }
    is_whole.then_some(files)
}

/// A table in a form that is not read is an error; what is not a table is left out.
fn report_left_out(file: &mut File, format: &str, has_schema: bool, span: Span) {
    let form = if format.is_empty() { "a file without an ending".to_owned() } else { format!("`{format}`") };
    if is_map(format) {
        let message = format!("this resource ({form}) is a map, not a table, and is not published");
        let help = "a table of one's own reads the records of GeoJSON by `records: features`";
        file.report_with_help(&codes::LEFT_OUT, span, message, help);
    } else if has_schema {
        let message = format!("a table written as {form} cannot be read");
        let help = "the formats are csv, tsv, json, ndjson and parquet; `format` says which it is";
        file.report_with_help(&codes::INVALID_VALUE, span, message, help);
    } else {
        let message = format!("this resource ({form}, no `schema`) is not a table and is not published");
        file.report_with_help(&codes::LEFT_OUT, span, message, "give a table a `schema`");
    }
}

/// Whether a format is one of maps, of which a schema says nothing.
fn is_map(format: &str) -> bool {
    matches!(format, "geojson" | "topojson")
}

/// Records that stand in the descriptor itself.
fn inline(file: &mut File, node: &Node, mut within: Vec<Step>, has_schema: bool) -> Option<SeedFile> {
    within.push(Step::Key("data".to_owned()));
    match &node.value {
        Value::List(_) if has_schema => {
            let (path, format) = (file.path.clone(), SeedFormat::Json);
            Some(SeedFile { path, format, is_gzip: false, within, digest: None })
        }
        _ if !has_schema => {
            report_left_out(file, "data", has_schema, node.span);
            None
        }
        _ => {
            let message =
                "`data` of a table is a list of records, or of rows of which the first holds the names";
            let help = "put delimited text into a file beside the descriptor and name it by `path`";
            file.report_with_help(&codes::WRONG_SHAPE, node.span, message, help);
            None
        }
    }
}

fn fields_match(file: &mut File, schema: &mut Node) -> FieldsMatch {
    let Some(node) = schema.entry_mut("fieldsMatch") else { return FieldsMatch::Equal };
    let node = node.clone();
    let words = file.texts("fieldsMatch", node.clone(), true);
    match words.first().map(|(word, _)| word.as_str()) {
        Some("exact" | "equal") | None => FieldsMatch::Equal,
        Some("subset") => FieldsMatch::Subset,
        Some("superset") => FieldsMatch::Superset,
        Some("partial") => FieldsMatch::Partial,
        Some(other) => {
            let message = format!("`fieldsMatch` cannot be `{other}`");
            let help = "one of `exact`, `equal`, `subset`, `superset` and `partial`";
            file.report_with_help(&codes::INVALID_VALUE, node.span, message, help);
            FieldsMatch::Equal
        }
    }
}
