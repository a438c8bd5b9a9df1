//! `croissant.json`: the release for those who train and evaluate models, in MLCommons Croissant 1.1, which is a
//! schema.org Dataset as well.
//!
//! Filled: what the specification requires and recommends, every file with size and SHA-256 (parts of a table as a
//! `FileSet`, too), one record set per table with its key, fields, types and references, and one enumeration per
//! vocabulary with its codes. Records come from Parquet, or from CSV where there is no Parquet.
//!
//! Left out: `inLanguage` (a project does not say; for the same reason `@language` is `und`), references of several
//! columns together (a reader that joins by one of them gets wrong rows), what only JSON-LD holds, and `sdLicense`. Without description, licence or creator there is no document: the
//! specification requires them.
//!
//! Traps: the namespace is `https://schema.org/`, not that of the specification's own appendix; the context has every key
//! of the reference implementation, or it warns; and of the two media types of Parquet it reads only the older one.

mod context;
mod records;

use serde::Serialize;

use super::files::json;
use super::published::{self, CSV, InFormat, PARQUET, PublishedTable};
use super::{Described, Descriptor, Document, citation, licenses, links, people};
use crate::digest::Digest;
use crate::schema::{Contributor, License};

use context::Context;
use records::RecordSet;

/// `croissant.json`.
pub(super) struct Croissant;

impl Descriptor for Croissant {
    fn name(&self) -> &'static str {
        "croissant"
    }

    fn standard(&self) -> &'static str {
        "Croissant 1.1"
    }

    fn documents(&self, release: &Described<'_>) -> Vec<Document> {
        let described = describe(release, "");
        described.iter().map(|described| json("croissant.json", "application/ld+json", described)).collect()
    }
}

/// The description on one line, with the addresses of files behind `base`; none when the project does not say enough.
pub(super) fn compact(release: &Described<'_>, base: &str) -> Option<String> {
    let described = describe(release, base)?;
    Some(serde_json::to_string(&described).expect("text, numbers and lists always become JSON"))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Description<'a> {
    #[serde(rename = "@context")]
    context: Context,
    #[serde(rename = "@type")]
    kind: &'static str,
    conforms_to: &'static str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    alternate_name: Option<&'a str>,
    description: &'a str,
    license: Vec<Licence<'a>>,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    same_as: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identifier: Option<&'a str>,
    version: String,
    date_published: String,
    creator: Vec<Agent<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    publisher: Vec<Agent<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    keywords: &'a [String],
    cite_as: String,
    is_live_dataset: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    is_based_on: Vec<Work<'a>>,
    distribution: Vec<Resource<'a>>,
    record_set: Vec<RecordSet<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Licence<'a> {
    Address(&'a str),
    Work(Work<'a>),
}

#[derive(Serialize)]
struct Work<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Agent<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    given_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    family_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Resource<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "@id")]
    id: String,
    name: String,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_size: Option<String>,
    encoding_format: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<Digest>,
    #[serde(skip_serializing_if = "Option::is_none")]
    includes: Option<String>,
}

fn describe<'a>(release: &Described<'a>, base: &str) -> Option<Description<'a>> {
    let dataset = &release.project.dataset;
    let creators = people::creators(dataset);
    let description = dataset.description.as_deref().map(str::trim).filter(|text| !text.is_empty())?;
    if creators.is_empty() || dataset.licenses.is_empty() {
        return None;
    }
    let tables = published::tables(release);
    let homepage = links::web(dataset.homepage.as_deref());
    // A release without an address of its own is where its description is.
    let url = release.address().or_else(|| homepage.map(str::to_owned)).unwrap_or_else(|| "./".to_owned());
    let title = citation::title(dataset);
    Some(Description {
        context: Context,
        kind: "sc:Dataset",
        conforms_to: "http://mlcommons.org/croissant/1.1",
        name: title,
        alternate_name: Some(dataset.name.as_str()).filter(|name| *name != title),
        description,
        license: dataset.licenses.iter().map(licence).collect(),
        same_as: homepage.filter(|homepage| *homepage != url),
        url,
        identifier: dataset.id.as_deref(),
        version: dataset.version.to_string(),
        date_published: dataset.created.to_string(),
        creator: creators.into_iter().filter_map(agent).collect(),
        publisher: people::publishers(dataset).into_iter().filter_map(agent).collect(),
        keywords: &dataset.keywords,
        cite_as: citation::bibtex(dataset),
        is_live_dataset: false,
        is_based_on: dataset.sources.iter().map(source).collect(),
        distribution: tables.iter().flat_map(|table| resources(table, base)).collect(),
        record_set: records::record_sets(release.project, &tables),
    })
}

fn licence(license: &License) -> Licence<'_> {
    match links::web(license.path.as_deref()) {
        Some(address) => Licence::Address(address),
        None => Licence::Work(Work {
            kind: "sc:CreativeWork",
            name: Some(licenses::title(license)),
            url: None,
            version: None,
        }),
    }
}

fn source(source: &crate::schema::Source) -> Work<'_> {
    Work {
        kind: "sc:CreativeWork",
        name: source.title.as_deref(),
        url: links::web(source.path.as_deref()),
        version: source.version.as_deref(),
    }
}

fn agent(contributor: &Contributor) -> Option<Agent<'_>> {
    Some(Agent {
        kind: if contributor.is_person() { "sc:Person" } else { "sc:Organization" },
        name: contributor.full_name()?,
        given_name: contributor.given_name.as_deref(),
        family_name: contributor.family_name.as_deref(),
        url: links::web(contributor.path.as_deref()),
        email: contributor.email.as_deref(),
    })
}

/// Every file of a table, and its parts as sets of files.
fn resources<'a>(table: &PublishedTable<'a>, base: &str) -> Vec<Resource<'a>> {
    let mut resources = Vec::new();
    for format in &table.formats {
        let what = format!("{}, as {}", table.title(), format.title());
        let encoding_format = media_types(format);
        let count = format.parts.len();
        for (nth, part) in (1..).zip(&format.parts) {
            resources.push(Resource {
                kind: "cr:FileObject",
                id: part.path.clone(),
                name: part.path.rsplit('/').next().unwrap_or_default().to_owned(),
                description: if count == 1 { what.clone() } else { format!("{what}, part {nth} of {count}") },
                content_url: Some(format!("{base}{}", part.path)),
                content_size: Some(format!("{} B", part.bytes)),
                encoding_format: encoding_format.clone(),
                sha256: Some(part.sha256),
                includes: None,
            });
        }
        if let Some(id) = file_set(format) {
            resources.push(Resource {
                kind: "cr:FileSet",
                name: id.clone(),
                id,
                description: format!("{what}, all {count} parts"),
                content_url: None,
                content_size: None,
                encoding_format,
                sha256: None,
                includes: Some(format.pattern()),
            });
        }
    }
    resources
}

/// Id of the set of a format's files, when there are several.
fn file_set(format: &InFormat<'_>) -> Option<String> {
    // No file has a path with `?`.
    (format.parts.len() > 1).then(|| format.pattern().replace('?', "N"))
}

/// The media types of a file, the one that Croissant's implementation reads first.
fn media_types<'a>(format: &InFormat<'a>) -> Vec<&'a str> {
    let for_readers = (format.name == PARQUET).then_some("application/x-parquet");
    for_readers.into_iter().chain([format.media_type]).collect()
}

/// Formats that records can be read from, the better first.
const READABLE: [&str; 2] = [PARQUET, CSV];
