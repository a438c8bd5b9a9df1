//! `ro-crate-metadata.json`: the release as a research object, in RO-Crate 1.3, or 1.2 with `ro_crate: "1.2"`.
//!
//! Filled: what the specification requires of the root (name, description, date, licence), what it recommends
//! (publisher with contact, identifier as a `PropertyValue`, version, keywords, sources), and every file written before
//! this one with name, description, media type, size and SHA-256. The graph is flat, as the specification wants it.
//!
//! How to reach somebody stands with them: a `Dataset` has no `contactPoint`. What no one knows of a publisher (an entry
//! in the Research Organization Registry, a page, an address) is left out; the specification asks for it where possible.
//!
//! Left out: `ro-crate-preview.html` (`index.html` is the page), `author` (creators may be organizations, and authors
//! should be persons), software and provenance of the run (nothing in a release tells of machine or time), and columns,
//! which CSVW and the Data Package beside it describe. Without description or licence there is no document: the
//! specification requires them.
//!
//! Traps: `contentSize` is a text; a publisher needs a type; the same content is valid in both versions.

mod graph;

use std::collections::BTreeMap;

use super::files::json;
use super::published::{self, PublishedTable};
use super::{Described, Descriptor, Document, citation, licenses, links, people};
use crate::schema::{Contributor, Dataset, License, RoCrateVersion};
use crate::staging::Artifact;

use graph::{Crate, Entity, Id, ids};

/// `ro-crate-metadata.json`.
pub(super) struct RoCrate;

/// Path of the document, which is also the id of the entity that describes it.
const PATH: &str = "ro-crate-metadata.json";

impl Descriptor for RoCrate {
    fn name(&self) -> &'static str {
        "ro-crate"
    }

    fn standard(&self) -> &'static str {
        "RO-Crate 1.3, or 1.2 on request"
    }

    fn documents(&self, release: &Described<'_>) -> Vec<Document> {
        let described = describe(release);
        described.iter().map(|described| json(PATH, "application/ld+json", described)).collect()
    }
}

fn describe(release: &Described<'_>) -> Option<Crate> {
    let dataset = &release.project.dataset;
    let description = dataset.description.as_deref().map(str::trim).filter(|text| !text.is_empty())?;
    if dataset.licenses.is_empty() {
        return None;
    }
    let (context, profile) = match dataset.options.ro_crate {
        RoCrateVersion::V1_2 => ("https://w3id.org/ro/crate/1.2/context", "https://w3id.org/ro/crate/1.2"),
        RoCrateVersion::V1_3 => ("https://w3id.org/ro/crate/1.3/context", "https://w3id.org/ro/crate/1.3"),
    };
    let licenses: Vec<Entity> = dataset.licenses.iter().map(licence).collect();
    let identifier = dataset.id.as_deref().map(identifier);
    let agents = Agents::of(dataset);
    let sources: Vec<Entity> =
        (1..).zip(&dataset.sources).filter_map(|(nth, each)| source(nth, each)).collect();
    let files = files(release);
    let root = Entity {
        name: Some(citation::title(dataset).to_owned()),
        alternate_name: dataset.title.as_ref().map(|_| dataset.name.clone()),
        description: Some(description.to_owned()),
        date_published: Some(dataset.created.to_string()),
        version: Some(dataset.version.to_string()),
        license: ids(&licenses),
        identifier: identifier.as_ref().map(Entity::reference),
        url: release.address().or_else(|| links::web(dataset.homepage.as_deref()).map(str::to_owned)),
        keywords: dataset.keywords.clone(),
        creator: agents.creators.clone(),
        publisher: agents.publishers.clone(),
        is_based_on: ids(&sources),
        has_part: ids(&files),
        ..Entity::new("./", "Dataset")
    };
    let descriptor = Entity {
        name: Some("RO-Crate metadata".to_owned()),
        description: Some("What the release is and consists of.".to_owned()),
        conforms_to: Some(Id { id: profile.to_owned() }),
        about: Some(Id { id: "./".to_owned() }),
        ..Entity::new(PATH, "CreativeWork")
    };
    let mut graph = vec![descriptor, root];
    graph.extend(files);
    graph.extend(licenses);
    graph.extend(identifier);
    graph.extend(agents.entities);
    graph.extend(sources);
    Some(Crate { context, graph: graph::each_once(graph) })
}

/// Creators and publishers, how to reach them, and whom they work for.
struct Agents {
    entities: Vec<Entity>,
    creators: Vec<Id>,
    publishers: Vec<Id>,
}

impl Agents {
    fn of(dataset: &Dataset) -> Agents {
        let position = |person: &Contributor| {
            let same = |other: &Contributor| std::ptr::eq(other, person);
            dataset.contributors.iter().position(same).map_or(0, |index| index + 1)
        };
        let (creators, publishers) = (people::creators(dataset), people::publishers(dataset));
        let both: Vec<&Contributor> = creators.iter().chain(&publishers).copied().collect();
        let (mut entities, mut affiliations, mut contacts) = (Vec::new(), Vec::new(), Vec::new());
        for person in &both {
            let organization = person.organization.as_deref().filter(|_| person.is_person());
            let affiliation = organization.map(|name| match named(&both, name) {
                Some(known) => agent(position(known), known),
                None => affiliation(position(person), name),
            });
            let contact = contact(position(person), person);
            let mut entity = agent(position(person), person);
            entity.affiliation = affiliation.as_ref().map(Entity::reference);
            entity.contact_point = contact.as_ref().map(Entity::reference);
            entities.push(entity);
            affiliations.extend(affiliation);
            contacts.extend(contact);
        }
        // Behind all agents: where an affiliation is one of them, the entity that came first stays.
        entities.extend(affiliations);
        entities.extend(contacts);
        let references = |people: &[&Contributor]| -> Vec<Id> {
            people.iter().map(|person| agent(position(person), person).reference()).collect()
        };
        Agents { creators: references(&creators), publishers: references(&publishers), entities }
    }
}

/// The contributor that is the organization of this name.
fn named<'a>(contributors: &[&'a Contributor], name: &str) -> Option<&'a Contributor> {
    let is_it = |other: &&Contributor| !other.is_person() && other.full_name().as_deref() == Some(name);
    contributors.iter().copied().find(is_it)
}

fn agent(position: usize, contributor: &Contributor) -> Entity {
    let address = links::web(contributor.path.as_deref());
    let kind = if contributor.is_person() { "Person" } else { "Organization" };
    // Any other address may be that of several contributors, or of something else.
    let id = address.filter(|address| {
        ["https://orcid.org/", "https://ror.org/"].iter().any(|of| address.starts_with(of))
    });
    Entity {
        name: contributor.full_name(),
        given_name: contributor.given_name.clone(),
        family_name: contributor.family_name.clone(),
        url: address.map(str::to_owned),
        ..Entity::new(id.map_or_else(|| format!("#agent-{position}"), str::to_owned), kind)
    }
}

/// An organization of which no more is known than its name.
fn affiliation(position: usize, name: &str) -> Entity {
    Entity { name: Some(name.to_owned()), ..Entity::new(format!("#affiliation-{position}"), "Organization") }
}

fn contact(position: usize, contributor: &Contributor) -> Option<Entity> {
    let email = contributor.email.clone()?;
    let name = contributor.full_name()?;
    Some(Entity {
        name: Some(name),
        email: Some(email),
        ..Entity::new(format!("#contact-{position}"), "ContactPoint")
    })
}

fn licence(license: &License) -> Entity {
    let title = licenses::title(license);
    let address = links::web(license.path.as_deref());
    Entity {
        name: Some(title.to_owned()),
        description: Some(format!("The licence of the data: {title}")),
        url: address.map(str::to_owned),
        ..Entity::new(address.map_or_else(|| fragment("licence", title), str::to_owned), "CreativeWork")
    }
}

fn identifier(id: &str) -> Entity {
    let doi = links::doi(id);
    let address =
        doi.map(|doi| format!("https://doi.org/{doi}")).or_else(|| links::web(Some(id)).map(str::to_owned));
    Entity {
        name: Some(if doi.is_some() { "DOI".to_owned() } else { "Identifier".to_owned() }),
        property_id: doi.map(|_| "https://registry.identifiers.org/registry/doi".to_owned()),
        value: Some(doi.map_or_else(|| id.to_owned(), |doi| format!("doi:{doi}"))),
        url: address.clone(),
        ..Entity::new(address.unwrap_or_else(|| "#identifier".to_owned()), "PropertyValue")
    }
}

fn source(position: usize, source: &crate::schema::Source) -> Option<Entity> {
    let address = links::web(source.path.as_deref());
    Some(Entity {
        name: Some(source.title.clone().or_else(|| source.path.clone())?),
        version: source.version.clone(),
        url: address.map(str::to_owned),
        ..Entity::new(format!("#source-{position}"), "CreativeWork")
    })
}

/// A local id made of a word and a name.
fn fragment(word: &str, name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
    format!("#{word}-{}", name.chars().map(plain).collect::<String>())
}

/// Every file written so far: the tables' in the order of the tables, then the documents.
fn files(release: &Described<'_>) -> Vec<Entity> {
    let tables = published::tables(release);
    let described: BTreeMap<&str, (String, String)> = tables.iter().flat_map(of_table).collect();
    let entity = |file: &Artifact| {
        let (name, description) =
            described.get(file.path.as_str()).cloned().unwrap_or_else(|| document(&file.path));
        Entity {
            name: Some(name),
            description: Some(description),
            encoding_format: Some(media_type(file).to_owned()),
            content_size: Some(file.bytes.to_string()),
            sha256: Some(file.sha256),
            ..Entity::new(&file.path, "File")
        }
    };
    release.files.iter().map(entity).collect()
}

/// The media type alone; with a parameter behind it, validators do not know it.
fn media_type(file: &Artifact) -> &str {
    file.media_type.split(';').next().unwrap_or_default()
}

/// Path, name and description of each file of a table.
fn of_table<'a>(table: &PublishedTable<'a>) -> Vec<(&'a str, (String, String))> {
    let description = match table.table.description.as_deref() {
        Some(text) => text.trim().to_owned(),
        None => format!("The table `{}`.", table.table.name),
    };
    let mut files = Vec::new();
    for format in &table.formats {
        let count = format.parts.len();
        for (nth, part) in (1..).zip(&format.parts) {
            let of_parts = if count == 1 { String::new() } else { format!(", part {nth} of {count}") };
            let name = format!("{} ({}){of_parts}", table.title(), format.title());
            files.push((part.path.as_str(), (name, description.clone())));
        }
    }
    files
}

/// Name and description of a document.
fn document(path: &str) -> (String, String) {
    let name = path.rsplit('/').next().unwrap_or(path);
    let description = match name {
        "README.md" => "What the data set is, how to load and verify it, and its data dictionary.",
        "LICENSE.txt" => "Under which terms the data may be used.",
        "CITATION.cff" => "How to cite the data set (Citation File Format).",
        "index.html" => "The same for browsers.",
        "croissant.json" => "Description for machine learning (Croissant).",
        "datapackage.json" => "Description of tables and columns (Data Package).",
        "csv-metadata.json" => "Description of the CSV files (CSV on the Web).",
        "dcat.jsonld" => "Description for catalogues (DCAT).",
        "datacite.json" => "Description for registries of identifiers (DataCite).",
        name if name.ends_with(".schema.json") => "Schema of a record as JSON (JSON Schema).",
        _ => "A document of the release.",
    };
    (path.to_owned(), description.to_owned())
}
