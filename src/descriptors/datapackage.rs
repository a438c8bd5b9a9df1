//! `datapackage.json`: Data Package 2.0 with Table Schema 2.0 and Table Dialect 2.0 (datapackage.org).
//!
//! Every data file is in a resource, and every table that is CSV or Parquet has its schema: the columns as they are
//! published, with types, constraints, keys, references, categories and units.
//!
//! Left out, and why:
//! - `bytes` of Parquet: frictionless counts none for it and calls every number wrong; sizes are in `manifest.json`.
//! - `bytes` and `hash` of a table in parts: the standard does not say of which bytes. `SHA256SUMS` has each part.
//! - the type `list`: it is in the standard's text but not in its published profile, against which this document is
//!   checked. In CSV such a cell is a `string` whose description says how items are joined, in Parquet `any`, because
//!   frictionless is handed an array of another library there.
//! - `jsonSchema`, limits of durations and lengths of `any`: frictionless refuses a schema that has them.
//!   `metadata/schema/` has what a JSON value must be.
//! - in Parquet, what frictionless gets wrong because pandas makes NaN of a missing integer, number or instant: such a
//!   column has no constraints and no references, and an integer is called a `number`. The resource of CSV has all.
//! - in CSV, what the schema says of texts, when `formula_guard` puts apostrophes before some of them.
//! - references of several fields of which some may be missing: readers differ in what those mean.
//! - `year`: it is published as an integer, and 800 is none of the standard's years, which have four digits.
//! - the documents about the release: this is one of them, and a document must not describe itself.
//!
//! What this tool needs to publish the same again, and the standard has no key for, stands under `letterpress`
//! (`docs/packages.md`).
//!
//! A resource of CSV goes by its table's name, any other by `<table>.<format>`; references name the former. Parquet in
//! parts is one resource a part, for its bytes cannot be joined.

mod constraints;
mod foreign_keys;
mod kinds;
mod own_keys;
mod schema;

use serde::Serialize;

use super::files::json;
use super::{Described, Descriptor, Document, derivation};
use crate::release::TableRecord;
use crate::schema::{CsvOptions, LineEnd, Table};
use crate::staging::Artifact;
use foreign_keys::Referring;
use own_keys::OfPackage;
use schema::Schema;

/// `datapackage.json`.
pub(super) struct DataPackage;

impl Descriptor for DataPackage {
    fn name(&self) -> &'static str {
        "datapackage"
    }

    fn standard(&self) -> &'static str {
        "Data Package 2.0"
    }

    fn documents(&self, release: &Described<'_>) -> Vec<Document> {
        let tables = release.project.tables.iter().zip(release.tables);
        let resources: Vec<Resource<'_>> =
            tables.flat_map(|(table, record)| resources(release, table, record)).collect();
        if resources.is_empty() {
            return Vec::new();
        }
        let package = Package::new(release, resources);
        vec![json("datapackage.json", "application/json", &package)]
    }
}

/// The descriptor (Data Package 2.0).
#[derive(Serialize)]
struct Package<'a> {
    #[serde(rename = "$schema")]
    profile: &'static str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    version: String,
    created: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    homepage: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    keywords: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    licenses: Vec<License<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contributors: Vec<Contributor<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sources: Vec<Source<'a>>,
    resources: Vec<Resource<'a>>,
    letterpress: OfPackage<'a>,
}

#[derive(Serialize)]
struct License<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Contributor<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    given_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    family_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    roles: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<&'a str>,
}

#[derive(Serialize)]
struct Source<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
}

/// One resource (Data Resource 2.0).
#[derive(Serialize)]
struct Resource<'a> {
    name: String,
    path: Paths<'a>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    format: &'a str,
    mediatype: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sources: Vec<Source<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dialect: Option<Dialect>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<Schema<'a>>,
    letterpress: OfResource<'a>,
}

/// Keys of a resource, by which it is known as one of a release.
#[derive(Serialize)]
struct OfResource<'a> {
    table: &'a str,
    /// Number of the part, from 1, and how many there are, where they are resources of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parts: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    derived: Option<&'static str>,
    /// Digests of its files, where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hashes: Vec<String>,
    /// The schema, where no resource has it by the standard.
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<Schema<'a>>,
}

/// One path, or those of the parts.
#[derive(Serialize)]
#[serde(untagged)]
enum Paths<'a> {
    One(&'a str),
    Parts(Vec<&'a str>),
}

/// How CSV is written (Table Dialect 2.0); defaults are told too.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Dialect {
    header: bool,
    delimiter: &'static str,
    line_terminator: &'static str,
    quote_char: &'static str,
    double_quote: bool,
    skip_initial_space: bool,
}

impl<'a> Package<'a> {
    fn new(release: &Described<'a>, resources: Vec<Resource<'a>>) -> Package<'a> {
        let dataset = &release.project.dataset;
        let license = |license: &'a crate::schema::License| License {
            name: license.name.as_deref(),
            title: license.title.as_deref(),
            path: license.path.as_deref(),
        };
        let contributor = |person: &'a crate::schema::Contributor| Contributor {
            title: person.title.as_deref(),
            given_name: person.given_name.as_deref(),
            family_name: person.family_name.as_deref(),
            path: person.path.as_deref(),
            email: person.email.as_deref(),
            roles: &person.roles,
            organization: person.organization.as_deref(),
        };
        let source = |source: &'a crate::schema::Source| Source {
            title: source.title.clone(),
            path: source.path.as_deref(),
            email: source.email.as_deref(),
            version: source.version.as_deref(),
        };
        Package {
            profile: "https://datapackage.org/profiles/2.0/datapackage.json",
            name: &dataset.name,
            id: dataset.id.as_deref(),
            title: dataset.title.as_deref(),
            description: dataset.description.as_deref(),
            version: dataset.version.to_string(),
            // RFC 3339 wants a time of day; the release date is a day.
            created: format!("{}T00:00:00Z", dataset.created),
            homepage: dataset.homepage.as_deref(),
            keywords: &dataset.keywords,
            licenses: dataset.licenses.iter().map(license).collect(),
            contributors: dataset.contributors.iter().map(contributor).collect(),
            sources: dataset.sources.iter().map(source).collect(),
            resources,
            letterpress: OfPackage::new(release),
        }
    }
}

/// The formats that hold rows in columns, the one that references name first.
const TABULAR: [&str; 2] = ["csv", "parquet"];

/// The resources of one table: one for each format, or for each part of it.
fn resources<'a>(release: &Described<'a>, table: &'a Table, record: &'a TableRecord) -> Vec<Resource<'a>> {
    let mut resources = Vec::new();
    for format in formats(record) {
        let parts = release.parts(record, format);
        let name = resource_name(record, format);
        let resource = Outline { release, table, record, format };
        match parts.as_slice() {
            [] => {}
            [only] => resources.push(resource.fill(name, &[*only], None)),
            // Lines can be joined behind one another; Parquet, which ends in its table of contents, cannot.
            parts if format == "parquet" => {
                for (number, part) in (1..).zip(parts) {
                    let name = format!("{name}.{number:05}");
                    resources.push(resource.fill(name, &[*part], Some((number, parts.len()))));
                }
            }
            parts => resources.push(resource.fill(name, parts, None)),
        }
    }
    resources
}

/// The formats in which a table is published, in the order in which they were written.
fn formats(record: &TableRecord) -> Vec<&str> {
    let mut formats: Vec<&str> = Vec::new();
    for file in &record.files {
        if !formats.contains(&file.format.as_str()) {
            formats.push(&file.format);
        }
    }
    formats
}

/// The table's name for the format that references name, and `<table>.<format>` for any other: no table has a dot in
/// its name.
fn resource_name(record: &TableRecord, format: &str) -> String {
    let formats = formats(record);
    match TABULAR.iter().find(|tabular| formats.contains(*tabular)) {
        Some(first) if *first == format => record.name.clone(),
        Some(_) | None => format!("{}.{format}", record.name),
    }
}

/// What the resources of a table in one format have in common.
struct Outline<'r, 'a> {
    release: &'r Described<'a>,
    table: &'a Table,
    record: &'a TableRecord,
    format: &'a str,
}

impl<'a> Outline<'_, 'a> {
    /// A resource; the number of the part, and how many there are, when it does not hold every row of the table.
    fn fill(&self, name: String, parts: &[&'a Artifact], part: Option<(usize, usize)>) -> Resource<'a> {
        let Outline { release, table, record, format } = *self;
        let paths: Vec<&str> = parts.iter().map(|part| part.path.as_str()).collect();
        let only = if let [only] = parts { Some(*only) } else { None };
        let is_tabular = TABULAR.contains(&format);
        let is_csv = format == "csv";
        let schema =
            || Schema::new(release, table, &Referring { name: &name, is_csv, is_whole: part.is_none() });
        let is_described = formats(record).iter().any(|format| TABULAR.contains(format));
        let (schema, own_schema) = (is_tabular.then(schema), (!is_described).then(schema));
        Resource {
            path: if let [only] = paths.as_slice() { Paths::One(only) } else { Paths::Parts(paths) },
            kind: is_tabular.then_some("table"),
            title: table.title.as_deref(),
            description: table.description.as_deref(),
            format,
            mediatype: parts.first().map_or("application/octet-stream", |part| &part.media_type),
            // Parquet is no text; all else that is written here is UTF-8.
            encoding: (format != "parquet").then_some("utf-8"),
            bytes: only.filter(|_| format != "parquet").map(|file| file.bytes),
            hash: only.map(|file| file.sha256.to_id()),
            sources: derivation(table).into_iter().map(Source::titled).collect(),
            dialect: is_csv.then(|| Dialect::new(release.project.dataset.options.csv)),
            schema,
            letterpress: OfResource {
                table: &table.name,
                part: part.map(|(number, _)| number),
                parts: part.map(|(_, count)| count),
                derived: own_keys::derived(table),
                hashes: if only.is_none() { hashes(parts) } else { Vec::new() },
                schema: own_schema,
            },
            name,
        }
    }
}

fn hashes(parts: &[&Artifact]) -> Vec<String> {
    parts.iter().map(|part| part.sha256.to_id()).collect()
}

impl Source<'_> {
    fn titled(title: &str) -> Self {
        Source { title: Some(title.to_owned()), path: None, email: None, version: None }
    }
}

impl Dialect {
    fn new(options: CsvOptions) -> Dialect {
        Dialect {
            header: true,
            delimiter: ",",
            line_terminator: match options.eol {
                LineEnd::CrLf => "\r\n",
                LineEnd::Lf => "\n",
            },
            quote_char: "\"",
            double_quote: true,
            skip_initial_space: false,
        }
    }
}

/// The resource that a reference to the table at `index` names, when one resource holds all its rows.
fn whole_resource(release: &Described<'_>, index: usize) -> Option<String> {
    let record = release.tables.get(index)?;
    let formats = formats(record);
    let format = TABULAR.iter().find(|tabular| formats.contains(*tabular))?;
    let is_whole = *format == "csv" || release.parts(record, format).len() == 1;
    is_whole.then(|| record.name.clone())
}
