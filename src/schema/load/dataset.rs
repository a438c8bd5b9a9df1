//! `schema/dataset.yaml`.

mod credits;

use jiff::civil::Date;

use super::{dialect, encoding};
use crate::diagnostic::{codes, quoted};
use crate::schema::tree::{Entries, File, Node, Value};
use crate::schema::{
    CsvOptions, DIGEST_BLOCK_ROWS, Dataset, Dialect, LineEnd, Options, Quote, RoCrateVersion, SeedFormat,
    VersionPolicy,
};
use crate::tokens::Span;

/// One entry of `resources`: a table file and where its seeds are.
pub(super) struct Resource {
    pub(super) table: String,
    pub(super) span: Span,
    pub(super) paths: Option<Vec<(String, Span)>>,
    pub(super) dialect: Dialect,
    pub(super) format: Option<SeedFormat>,
    /// The keys that lead to the records in a file.
    pub(super) records: Option<Vec<String>>,
}

/// The data set, unless a part of it is missing or wrong, and its resources (`None`: every table, parents first).
/// Everything wrong is reported.
pub(super) fn dataset(file: &mut File, node: Node) -> (Option<Dataset>, Option<Vec<Resource>>) {
    let mut keys = file.entries("dataset.yaml", node);
    let name = keys.require_text(file, "a data set", "name");
    if let Some((name, span)) = &name {
        check_name(file, name, *span);
    }
    let identity = Identity {
        name: name.map(|(name, _)| name),
        version: version(file, &mut keys),
        created: created(file, &mut keys),
    };
    let resources = keys.take("resources").map(|node| resources(file, node));
    let dataset = describe(file, &mut keys, identity);
    file.finish("dataset.yaml", keys);
    (dataset, resources)
}

/// What every release bears; each part is missing when it is wrong.
pub(super) struct Identity {
    pub(super) name: Option<String>,
    pub(super) version: Option<semver::Version>,
    pub(super) created: Option<Date>,
}

/// Reads the keys that describe a data set, all but its identity and its resources.
pub(super) fn describe(file: &mut File, keys: &mut Entries, identity: Identity) -> Option<Dataset> {
    keys.ignore(&["$schema", "profile", "image"]);
    let options = options(file, keys);
    file.leniently(|file| {
        let licenses = credits::licenses(file, keys);
        let contributors = credits::contributors(file, keys);
        let sources = credits::sources(file, keys);
        let keywords = match keys.take("keywords") {
            Some(node) => file.texts("keywords", node, file.is_foreign),
            None => Vec::new(),
        };
        let [title, description, homepage, id] =
            ["title", "description", "homepage", "id"].map(|key| keys.take_text(file, key));
        Some(Dataset {
            name: identity.name?,
            title,
            description,
            version: identity.version?,
            created: identity.created?,
            licenses,
            contributors,
            sources,
            keywords: keywords.into_iter().map(|(keyword, _)| keyword).collect(),
            homepage,
            id,
            options,
        })
    })
}

fn check_name(file: &mut File, name: &str, span: Span) {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.');
    let starts_well = name.bytes().next().is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if !name.bytes().all(plain) || !starts_well || name.len() > 64 {
        let message = format!("`{name}` cannot be a data set's name");
        let help =
            "lower-case letters, digits, `-`, `_` and `.`, at most 64, beginning with a letter or digit";
        file.report_with_help(&codes::INVALID_NAME, span, message, help);
    }
}

fn version(file: &mut File, keys: &mut Entries) -> Option<semver::Version> {
    let (text, span) = keys.require_text(file, "a data set", "version")?;
    match semver::Version::parse(&text) {
        Ok(version) if version.build.is_empty() => Some(version),
        _ => {
            let message = format!("`{text}` is not a version");
            file.report_with_help(
                &codes::INVALID_VALUE,
                span,
                message,
                "write a semantic version such as `1.2.0`",
            );
            None
        }
    }
}

fn created(file: &mut File, keys: &mut Entries) -> Option<Date> {
    let (text, span) = keys.require_text(file, "a data set", "created")?;
    match text.parse::<Date>() {
        Ok(date) if text.len() == 10 && date.year() > 0 => Some(date),
        _ => {
            let message = format!("`{text}` is not a release date");
            file.report_with_help(&codes::INVALID_VALUE, span, message, "write a day such as `2026-11-22`");
            None
        }
    }
}

fn resources(file: &mut File, node: Node) -> Vec<Resource> {
    let nodes = file.list("resources", node);
    nodes.into_iter().filter_map(|node| resource(file, node)).collect()
}

fn resource(file: &mut File, node: Node) -> Option<Resource> {
    let mut keys = file.entries("resources", node);
    keys.ignore(&["title", "description", "type", "mediatype"]);
    let (name, span) = keys.require_text(file, "a resource", "name")?;
    let schema = keys.take("schema");
    let paths = keys.take("path").map(|node| file.texts("path", node, true));
    let mut dialect =
        keys.take_entries(file, "dialect").map(|keys| own_dialect(file, keys)).unwrap_or_default();
    if let Some(node) = keys.take("encoding")
        && let Some(name) = file.text("encoding", &node)
    {
        dialect.encoding = encoding::find(file, &name, node.span);
    }
    let format = seed_format(file, &mut keys, &mut dialect);
    let records = keys.take("records").map(|node| key_path(file, "records", &node));
    file.finish("a resource", keys);
    let table = match schema.and_then(|node| Some((file.text("schema", &node)?, node.span))) {
        None => name,
        Some((path, schema_mark)) => match path.strip_prefix("tables/").and_then(|p| p.strip_suffix(".yaml"))
        {
            Some(table) if table == name => name,
            _ => {
                let message = format!("`{path}` is not the schema of the table `{name}`");
                let help = format!("write `schema: tables/{name}.yaml`");
                file.report_with_help(&codes::INVALID_VALUE, schema_mark, message, help);
                return None;
            }
        },
    };
    Some(Resource { table, span, paths, dialect, format, records })
}

/// How the files of a resource are written, if their endings do not say so.
fn seed_format(file: &mut File, keys: &mut Entries, dialect: &mut Dialect) -> Option<SeedFormat> {
    const FORMATS: [(&str, SeedFormat); 7] = [
        ("yaml", SeedFormat::Yaml),
        ("json", SeedFormat::Json),
        ("ndjson", SeedFormat::Ndjson),
        ("jsonl", SeedFormat::Ndjson),
        ("csv", SeedFormat::Delimited),
        ("tsv", SeedFormat::Delimited),
        ("parquet", SeedFormat::Parquet),
    ];
    let is_tsv = keys.peek_text("format") == Some("tsv");
    let format = choice(file, keys, "format", &FORMATS);
    if is_tsv {
        dialect.delimiter.get_or_insert('\t');
    }
    format
}

/// A path of keys, written with points between them, or as a list.
pub(super) fn key_path(file: &mut File, key: &'static str, node: &Node) -> Vec<String> {
    if let Value::List(_) = node.value {
        return file.texts(key, node.clone(), false).into_iter().map(|(text, _)| text).collect();
    }
    let Some(text) = file.text(key, node) else { return Vec::new() };
    if text.split('.').any(str::is_empty) {
        let help = "keys with points between them such as `result.items`, or a list of keys";
        file.report_with_help(
            &codes::INVALID_VALUE,
            node.span,
            format!("`{text}` is not a path of keys"),
            help,
        );
        return Vec::new();
    }
    text.split('.').map(str::to_owned).collect()
}

/// A dialect without what tables and seeds of a project of one's own say elsewhere.
fn own_dialect(file: &mut File, keys: Entries) -> Dialect {
    let span = keys.span;
    let read = dialect::read(file, keys);
    if read.null_sequence.is_some() || read.property.is_some() {
        let message = "`nullSequence` and `property` are read in packages of others only";
        let help = "`missingValues` of a table lists the texts that mean no value";
        file.report_with_help(&codes::INVALID_VALUE, span, message, help);
    }
    read.dialect
}

fn options(file: &mut File, keys: &mut Entries) -> Options {
    let mut ours = match keys.take_entries(file, "letterpress") {
        Some(ours) => ours,
        None => return Options::default(),
    };
    let defaults = Options::default();
    let formats = ours.take("formats").map(|node| {
        let names = file.texts("formats", node, false);
        names.into_iter().map(|(name, span)| (name, span.in_file(&file.path))).collect()
    });
    let policies = [("datapackage", VersionPolicy::DataPackage), ("croissant", VersionPolicy::Croissant)];
    let crates = [("1.2", RoCrateVersion::V1_2), ("1.3", RoCrateVersion::V1_3)];
    let options = Options {
        formats,
        base_iri: base(file, &mut ours, "base_iri"),
        base_url: base(file, &mut ours, "base_url"),
        prefixes: prefixes(file, &mut ours),
        csv: csv_options(file, &mut ours, defaults.csv),
        part_rows: part_rows(file, &mut ours).unwrap_or(defaults.part_rows),
        version_policy: choice(file, &mut ours, "version_policy", &policies)
            .unwrap_or(defaults.version_policy),
        ro_crate: choice(file, &mut ours, "ro_crate", &crates).unwrap_or(defaults.ro_crate),
    };
    file.finish("`letterpress` of a data set", ours);
    options
}

/// An absolute address that others are appended to, ending in `/` or `#`.
fn base(file: &mut File, ours: &mut Entries, key: &'static str) -> Option<String> {
    let node = ours.take(key)?;
    let text = file.text(key, &node)?;
    let is_address = text.starts_with("https://") || text.starts_with("http://");
    let is_clean = !text.bytes().any(|b| b <= b' ' || b >= 0x7f || b"<>\"{}|\\^`".contains(&b));
    if is_address && is_clean && (text.ends_with('/') || (key == "base_iri" && text.ends_with('#'))) {
        return Some(text);
    }
    let message = format!("`{key}` is an absolute address that ends in `/`");
    file.report_with_help(
        &codes::INVALID_VALUE,
        node.span,
        message,
        "for example `https://data.example/id/`",
    );
    None
}

fn prefixes(file: &mut File, ours: &mut Entries) -> std::collections::BTreeMap<String, String> {
    let Some(mut keys) = ours.take_entries(file, "prefixes") else { return Default::default() };
    let rest = keys.take_rest();
    rest.into_iter().filter_map(|(key, _, node)| Some((key.clone(), file.text(&key, &node)?))).collect()
}

fn csv_options(file: &mut File, ours: &mut Entries, defaults: CsvOptions) -> CsvOptions {
    let Some(mut keys) = ours.take_entries(file, "csv") else { return defaults };
    let line_ends = [("crlf", LineEnd::CrLf), ("lf", LineEnd::Lf)];
    let quotes = [("texts", Quote::Texts), ("all", Quote::All), ("necessary", Quote::Necessary)];
    let options = CsvOptions {
        bom: keys.take_boolean(file, "bom").unwrap_or(defaults.bom),
        eol: choice(file, &mut keys, "eol", &line_ends).unwrap_or(defaults.eol),
        quote: choice(file, &mut keys, "quote", &quotes).unwrap_or(defaults.quote),
        formula_guard: keys.take_boolean(file, "formula_guard").unwrap_or(defaults.formula_guard),
    };
    file.finish("`csv`", keys);
    options
}

/// The meaning of a word from a short list.
fn choice<T: Copy>(file: &mut File, keys: &mut Entries, key: &'static str, words: &[(&str, T)]) -> Option<T> {
    let node = keys.take(key)?;
    let text = file.text(key, &node)?;
    let found = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
    if found.is_none() {
        let known = quoted(words.iter().map(|(word, _)| *word));
        file.report(&codes::INVALID_VALUE, node.span, format!("`{key}` is {known}, not `{text}`"));
    }
    found
}

fn part_rows(file: &mut File, ours: &mut Entries) -> Option<u64> {
    let node = ours.take("part_rows")?;
    let rows = file.count("part_rows", &node)?;
    let block = DIGEST_BLOCK_ROWS as u64;
    if rows > 0 && rows.is_multiple_of(block) {
        return Some(rows);
    }
    let message = format!("`part_rows` is a multiple of {block}, not {rows}");
    file.report_with_help(&codes::INVALID_VALUE, node.span, message, nearest_multiples(rows, block));
    None
}

/// The multiples on both sides of a number that is none, in words.
fn nearest_multiples(number: u64, of: u64) -> String {
    let below = number / of * of;
    match (below, below.checked_add(of)) {
        (0, _) => format!("the least is {of}"),
        (below, Some(above)) => format!("the nearest are {below} and {above}"),
        (below, None) => format!("the nearest is {below}"),
    }
}
