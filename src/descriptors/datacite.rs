//! `metadata/datacite.json`: the DataCite Metadata Schema 4 in JSON (checked against 4.5), for whoever registers a DOI.
//!
//! Filled are the mandatory properties, subjects, contributors, dates, related identifiers, formats, version, rights
//! and descriptions; the DOI and the address only when the project gives them. There is no document when nobody is
//! named as its maker, or when the release date has no year of four digits: DataCite must have both.
//!
//! Left out, and why:
//! - the language, funders, places: the schema knows none.
//! - name identifiers and affiliations of unknown kind: a wrong scheme is worse than none.
//! - sizes: what a reader wants to know is the size of a file, and that is in `manifest.json`.

use serde::Serialize;

use super::files::json;
use super::{Described, Descriptor, Document, people};
use crate::schema::{Contributor, Dataset, License};

/// `metadata/datacite.json`.
pub(super) struct DataCite;

impl Descriptor for DataCite {
    fn name(&self) -> &'static str {
        "datacite"
    }

    fn standard(&self) -> &'static str {
        "DataCite Metadata Schema 4"
    }

    fn documents(&self, release: &Described<'_>) -> Vec<Document> {
        let record = Record::new(release);
        record.map(|record| json("metadata/datacite.json", "application/json", &record)).into_iter().collect()
    }
}

/// A DataCite record.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    schema_version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    doi: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    creators: Vec<Creator>,
    titles: [Title<'a>; 1],
    publisher: Name,
    publication_year: String,
    types: Types,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subjects: Vec<Subject<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contributors: Vec<Creator>,
    dates: [Date; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alternate_identifiers: Vec<AlternateIdentifier<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_identifiers: Vec<RelatedIdentifier>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    formats: Vec<&'a str>,
    version: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rights_list: Vec<Rights<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    descriptions: Vec<Description<'a>>,
}

/// A creator, or a contributor with its type.
#[derive(Serialize, PartialEq)]
#[serde(rename_all = "camelCase")]
struct Creator {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    given_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    family_name: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    affiliation: Vec<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contributor_type: Option<&'static str>,
}

#[derive(Serialize, PartialEq)]
struct Name {
    name: String,
}

#[derive(Serialize)]
struct Title<'a> {
    title: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Types {
    resource_type: &'static str,
    resource_type_general: &'static str,
}

#[derive(Serialize)]
struct Subject<'a> {
    subject: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Date {
    date: String,
    date_type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AlternateIdentifier<'a> {
    alternate_identifier: &'a str,
    alternate_identifier_type: &'static str,
}

#[derive(Serialize, PartialEq)]
#[serde(rename_all = "camelCase")]
struct RelatedIdentifier {
    related_identifier: String,
    related_identifier_type: &'static str,
    relation_type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rights<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    rights: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rights_uri: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rights_identifier: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Description<'a> {
    description: &'a str,
    description_type: &'static str,
}

impl<'a> Record<'a> {
    fn new(release: &Described<'a>) -> Option<Record<'a>> {
        let dataset = &release.project.dataset;
        let creators = people::creators(dataset);
        let publisher = people::publisher(dataset)?;
        let year = dataset.created.year();
        if !(1000..=9999).contains(&year) {
            return None;
        }
        let doi = dataset.id.as_deref().and_then(doi);
        let is_other =
            |person: &&Contributor| !creators.iter().any(|creator| std::ptr::eq(*creator, *person));
        let others = dataset.contributors.iter().filter(is_other);
        Some(Record {
            schema_version: "http://datacite.org/schema/kernel-4",
            doi,
            url: release.address(),
            creators: creators.iter().filter_map(|person| creator(person, None)).collect(),
            titles: [Title { title: dataset.title.as_deref().unwrap_or(&dataset.name) }],
            publisher: Name { name: publisher.full_name()? },
            publication_year: year.to_string(),
            types: Types { resource_type: "Tabular data", resource_type_general: "Dataset" },
            subjects: dataset.keywords.iter().map(|subject| Subject { subject }).collect(),
            contributors: others
                .filter_map(|person| creator(person, Some(contributor_type(person))))
                .collect(),
            dates: [Date { date: dataset.created.to_string(), date_type: "Issued" }],
            alternate_identifiers: dataset
                .id
                .as_deref()
                .filter(|_| doi.is_none())
                .map(|id| AlternateIdentifier {
                    alternate_identifier: id,
                    alternate_identifier_type: if is_address(id) { "URL" } else { "Local identifier" },
                })
                .into_iter()
                .collect(),
            related_identifiers: related(release),
            formats: formats(release),
            version: dataset.version.to_string(),
            rights_list: rights(dataset),
            descriptions: dataset
                .description
                .as_deref()
                .map(|description| Description { description, description_type: "Abstract" })
                .into_iter()
                .collect(),
        })
    }
}

/// A person or an organisation; nothing without a name.
fn creator(person: &Contributor, contributor_type: Option<&'static str>) -> Option<Creator> {
    let full_name = person.full_name()?;
    // Names of persons begin with what they are sorted by.
    let name = match (&person.family_name, &person.given_name) {
        (Some(family), Some(given)) => format!("{family}, {given}"),
        _ => full_name,
    };
    let affiliation = person.organization.as_ref().filter(|organization| **organization != name);
    Some(Creator {
        name,
        name_type: person.is_person().then_some("Personal"),
        given_name: person.given_name.clone(),
        family_name: person.family_name.clone(),
        affiliation: affiliation.map(|name| Name { name: name.clone() }).into_iter().collect(),
        contributor_type,
    })
}

/// DataCite's word for the first role that it has one for.
fn contributor_type(person: &Contributor) -> &'static str {
    const WORDS: [(&str, &str); 14] = [
        ("contact", "ContactPerson"),
        ("contactPoint", "ContactPerson"),
        ("collector", "DataCollector"),
        ("curator", "DataCurator"),
        ("maintainer", "DataManager"),
        ("distributor", "Distributor"),
        ("publisher", "Distributor"),
        ("editor", "Editor"),
        ("wrangler", "DataCurator"),
        ("producer", "Producer"),
        ("researcher", "Researcher"),
        ("rightsHolder", "RightsHolder"),
        ("funder", "Sponsor"),
        ("sponsor", "Sponsor"),
    ];
    let word = |role: &String| WORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(role));
    person.roles.iter().find_map(word).map_or("Other", |(_, word)| word)
}

/// The DOI in a text that is one, with or without its resolver.
fn doi(id: &str) -> Option<&str> {
    const BEFORE: [&str; 5] =
        ["https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi:"];
    let bare = BEFORE.iter().find_map(|before| id.strip_prefix(before)).unwrap_or(id);
    let (registrant, suffix) = bare.strip_prefix("10.")?.split_once('/')?;
    let is_registrant = (4..=9).contains(&registrant.len()) && registrant.bytes().all(|b| b.is_ascii_digit());
    (is_registrant && !suffix.is_empty() && !suffix.contains(char::is_whitespace)).then_some(bare)
}

fn is_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

/// What the data set was made from, where it is documented, and the release before.
fn related(release: &Described<'_>) -> Vec<RelatedIdentifier> {
    let dataset = &release.project.dataset;
    let related = |id: &str, relation_type| {
        let (related_identifier, related_identifier_type) = match doi(id) {
            Some(doi) => (doi, "DOI"),
            None => (id, "URL"),
        };
        RelatedIdentifier {
            related_identifier: related_identifier.to_owned(),
            related_identifier_type,
            relation_type,
        }
    };
    let sources = dataset.sources.iter().filter_map(|source| source.path.as_deref());
    let sources = sources.filter(|path| is_address(path) || doi(path).is_some());
    let mut all: Vec<RelatedIdentifier> = sources.map(|path| related(path, "IsDerivedFrom")).collect();
    all.extend(dataset.homepage.as_deref().map(|homepage| related(homepage, "IsDocumentedBy")));
    all.extend(release.previous_address().map(|address| related(&address, "IsNewVersionOf")));
    all
}

/// The media types of the data files, each once.
fn formats<'a>(release: &Described<'a>) -> Vec<&'a str> {
    let mut formats: Vec<&str> = Vec::new();
    for path in release.tables.iter().flat_map(|table| &table.files).map(|file| &file.path) {
        let Some(file) = release.file(path) else { continue };
        if !formats.contains(&file.media_type.as_str()) {
            formats.push(&file.media_type);
        }
    }
    formats
}

fn rights(dataset: &Dataset) -> Vec<Rights<'_>> {
    dataset.licenses.iter().map(right).collect()
}

fn right(license: &License) -> Rights<'_> {
    Rights {
        rights: license.title.as_deref().or(license.name.as_deref()),
        rights_uri: license.path.as_deref().filter(|path| is_address(path)),
        rights_identifier: license.name.as_deref(),
    }
}
