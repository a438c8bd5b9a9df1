//! `metadata/dcat.jsonld`: an entry for data portals, DCAT-AP 3.0.1 (an application profile of W3C DCAT 3), as JSON-LD
//! with its context in it. Written only when the project has a `base_url`: every distribution must have an address.
//!
//! Filled are the data set with title, description, version, dates, keywords, people, landing page, provenance and the
//! release before, and one distribution for each data file with address, size, media type, digest and licence.
//!
//! Left out, and why:
//! - the catalogue: it belongs to whoever keeps one.
//! - themes, languages, frequency, places: their values come from lists of the EU that the schema does not know.
//! - `dct:source`: the profile wants a described data set there; what there is of sources is told as provenance.

use serde::Serialize;

use super::files::json;
use super::{Described, Descriptor, Document, people};
use crate::release::PAYLOAD;
use crate::schema::{Contributor, Dataset, Table};
use crate::staging::Artifact;

/// `metadata/dcat.jsonld`.
pub(super) struct Dcat;

impl Descriptor for Dcat {
    fn name(&self) -> &'static str {
        "dcat"
    }

    fn standard(&self) -> &'static str {
        "DCAT-AP 3.0.1"
    }

    fn documents(&self, release: &Described<'_>) -> Vec<Document> {
        let Some(address) = release.address() else { return Vec::new() };
        let entry = Entry { context: CONTEXT, dataset: DataSet::new(release, &address) };
        vec![json("metadata/dcat.jsonld", "application/ld+json", &entry)]
    }
}

const CONTEXT: Context = Context {
    dcat: "http://www.w3.org/ns/dcat#",
    dct: "http://purl.org/dc/terms/",
    foaf: "http://xmlns.com/foaf/0.1/",
    prov: "http://www.w3.org/ns/prov#",
    rdfs: "http://www.w3.org/2000/01/rdf-schema#",
    spdx: "http://spdx.org/rdf/terms#",
    vcard: "http://www.w3.org/2006/vcard/ns#",
    xsd: "http://www.w3.org/2001/XMLSchema#",
};

#[derive(Serialize)]
struct Context {
    dcat: &'static str,
    dct: &'static str,
    foaf: &'static str,
    prov: &'static str,
    rdfs: &'static str,
    spdx: &'static str,
    vcard: &'static str,
    xsd: &'static str,
}

/// The document.
#[derive(Serialize)]
struct Entry<'a> {
    #[serde(rename = "@context")]
    context: Context,
    #[serde(flatten)]
    dataset: DataSet<'a>,
}

/// A data set (DCAT-AP, class Dataset).
#[derive(Serialize)]
struct DataSet<'a> {
    #[serde(rename = "@id")]
    id: String,
    #[serde(rename = "@type")]
    class: &'static str,
    #[serde(rename = "dct:title")]
    title: &'a str,
    #[serde(rename = "dct:description")]
    description: &'a str,
    #[serde(rename = "dct:identifier")]
    identifier: &'a str,
    #[serde(rename = "dcat:version")]
    version: String,
    #[serde(rename = "dct:issued")]
    issued: Typed,
    #[serde(rename = "dcat:keyword", skip_serializing_if = "<[String]>::is_empty")]
    keywords: &'a [String],
    #[serde(rename = "dct:creator", skip_serializing_if = "Vec::is_empty")]
    creators: Vec<Agent<'a>>,
    #[serde(rename = "dct:publisher", skip_serializing_if = "Option::is_none")]
    publisher: Option<Agent<'a>>,
    #[serde(rename = "dcat:contactPoint", skip_serializing_if = "Option::is_none")]
    contact: Option<Contact>,
    #[serde(rename = "dcat:landingPage", skip_serializing_if = "Option::is_none")]
    landing_page: Option<Node>,
    #[serde(rename = "foaf:page", skip_serializing_if = "Option::is_none")]
    page: Option<Node>,
    #[serde(rename = "dct:provenance", skip_serializing_if = "Option::is_none")]
    provenance: Option<Provenance>,
    #[serde(rename = "dcat:isVersionOf", skip_serializing_if = "Option::is_none")]
    version_of: Option<Reference>,
    #[serde(rename = "dcat:previousVersion", skip_serializing_if = "Option::is_none")]
    previous: Option<Reference>,
    #[serde(rename = "dcat:distribution")]
    distributions: Vec<Distribution<'a>>,
}

/// A file that can be fetched (DCAT-AP, class Distribution).
#[derive(Serialize)]
struct Distribution<'a> {
    #[serde(rename = "@id")]
    id: String,
    #[serde(rename = "@type")]
    class: &'static str,
    #[serde(rename = "dct:title")]
    title: String,
    #[serde(rename = "dcat:accessURL")]
    access: Reference,
    #[serde(rename = "dcat:downloadURL")]
    download: Reference,
    #[serde(rename = "dcat:mediaType")]
    media_type: Node,
    #[serde(rename = "dcat:byteSize")]
    bytes: Typed,
    #[serde(rename = "spdx:checksum")]
    checksum: Checksum,
    #[serde(rename = "dct:license", skip_serializing_if = "Option::is_none")]
    license: Option<Terms<'a>>,
}

#[derive(Serialize)]
struct Reference {
    #[serde(rename = "@id")]
    id: String,
}

/// A thing elsewhere, and what it is.
#[derive(Serialize)]
struct Node {
    #[serde(rename = "@id")]
    id: String,
    #[serde(rename = "@type")]
    class: &'static str,
}

#[derive(Serialize)]
struct Typed {
    #[serde(rename = "@value")]
    value: String,
    #[serde(rename = "@type")]
    datatype: &'static str,
}

#[derive(Serialize)]
struct Agent<'a> {
    #[serde(rename = "@type")]
    class: &'static str,
    #[serde(rename = "foaf:name")]
    name: String,
    #[serde(rename = "foaf:homepage", skip_serializing_if = "Option::is_none")]
    homepage: Option<Address<'a>>,
}

#[derive(Serialize)]
struct Address<'a> {
    #[serde(rename = "@id")]
    id: &'a str,
}

#[derive(Serialize)]
struct Contact {
    #[serde(rename = "@type")]
    class: &'static str,
    #[serde(rename = "vcard:fn")]
    name: String,
    #[serde(rename = "vcard:hasEmail")]
    email: Reference,
}

#[derive(Serialize)]
struct Provenance {
    #[serde(rename = "@type")]
    class: &'static str,
    #[serde(rename = "rdfs:label")]
    label: String,
}

#[derive(Serialize)]
struct Checksum {
    #[serde(rename = "@type")]
    class: &'static str,
    #[serde(rename = "spdx:algorithm")]
    algorithm: Node,
    #[serde(rename = "spdx:checksumValue")]
    value: Typed,
}

#[derive(Serialize)]
struct Terms<'a> {
    #[serde(rename = "@id")]
    id: &'a str,
    #[serde(rename = "@type")]
    class: &'static str,
}

impl<'a> DataSet<'a> {
    fn new(release: &Described<'a>, address: &str) -> DataSet<'a> {
        let dataset = &release.project.dataset;
        let title = dataset.title.as_deref().unwrap_or(&dataset.name);
        let page = |id: String| Node { id, class: "foaf:Document" };
        DataSet {
            id: address.to_owned(),
            class: "dcat:Dataset",
            title,
            description: dataset.description.as_deref().unwrap_or(title),
            identifier: dataset.id.as_deref().unwrap_or(&dataset.name),
            version: dataset.version.to_string(),
            issued: Typed { value: dataset.created.to_string(), datatype: "xsd:date" },
            keywords: &dataset.keywords,
            creators: people::creators(dataset).into_iter().filter_map(agent).collect(),
            publisher: people::publisher(dataset).and_then(agent),
            contact: dataset.contributors.iter().find_map(contact),
            landing_page: release.file("index.html").map(|file| page(format!("{address}{}", file.path))),
            page: dataset.homepage.clone().map(page),
            provenance: provenance(dataset),
            version_of: dataset.options.base_url.clone().map(|id| Reference { id }),
            previous: release.previous_address().map(|id| Reference { id }),
            distributions: distributions(release, address),
        }
    }
}

fn agent(person: &Contributor) -> Option<Agent<'_>> {
    let homepage = person.path.as_deref().filter(|path| is_address(path)).map(|id| Address { id });
    Some(Agent { class: "foaf:Agent", name: person.full_name()?, homepage })
}

fn contact(person: &Contributor) -> Option<Contact> {
    let email = Reference { id: format!("mailto:{}", person.email.as_deref()?) };
    Some(Contact { class: "vcard:Kind", name: person.full_name()?, email })
}

/// What the data set was made from, in words.
fn provenance(dataset: &Dataset) -> Option<Provenance> {
    let named = |source: &crate::schema::Source| match (&source.title, &source.path) {
        (Some(title), Some(path)) => Some(format!("{title} ({path})")),
        (only, None) | (None, only) => only.clone(),
    };
    let sources: Vec<String> = dataset.sources.iter().filter_map(named).collect();
    let label = format!("made from: {}", sources.join("; "));
    (!sources.is_empty()).then_some(Provenance { class: "dct:ProvenanceStatement", label })
}

/// A distribution for each file that holds a table.
fn distributions<'a>(release: &Described<'a>, address: &str) -> Vec<Distribution<'a>> {
    let license = release.project.dataset.licenses.iter().find_map(|license| license.path.as_deref());
    let tables = release.project.tables.iter().zip(release.tables);
    let files = tables.flat_map(|(table, record)| record.files.iter().map(move |file| (table, &file.path)));
    let distribution = |(table, path): (&'a Table, &String)| {
        let file = release.file(path)?;
        let id = format!("{address}{path}");
        Some(Distribution {
            class: "dcat:Distribution",
            title: format!(
                "{} ({})",
                table.title.as_deref().unwrap_or(&table.name),
                path.strip_prefix(PAYLOAD).unwrap_or(path)
            ),
            access: Reference { id: id.clone() },
            download: Reference { id: id.clone() },
            media_type: media_type(file),
            bytes: Typed { value: file.bytes.to_string(), datatype: "xsd:nonNegativeInteger" },
            checksum: checksum(file),
            license: license
                .filter(|path| is_address(path))
                .map(|id| Terms { id, class: "dct:LicenseDocument" }),
            id,
        })
    };
    files.filter_map(distribution).collect()
}

fn media_type(file: &Artifact) -> Node {
    let name = file.media_type.split(';').next().unwrap_or_default();
    Node { id: format!("http://www.iana.org/assignments/media-types/{name}"), class: "dct:MediaType" }
}

fn checksum(file: &Artifact) -> Checksum {
    let id = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256".to_owned();
    Checksum {
        class: "spdx:Checksum",
        algorithm: Node { id, class: "spdx:ChecksumAlgorithm" },
        value: Typed { value: file.sha256.to_string(), datatype: "xsd:hexBinary" },
    }
}

fn is_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}
