//! What a data set is, for the documents that people read: names, people, terms, versions.

use serde::Serialize;

use super::{Described, citation, licenses, people};
use crate::schema::{Contributor, License, Source};

/// What a template is told about the data set and the release.
#[derive(Serialize)]
pub(super) struct Summary<'a> {
    name: &'a str,
    title: &'a str,
    description: Option<&'a str>,
    version: String,
    created: String,
    is_draft: bool,
    previous: Option<PreviousEntry>,
    licenses: Vec<Reference<'a>>,
    creators: Vec<PersonEntry<'a>>,
    publishers: Vec<PersonEntry<'a>>,
    contributors: Vec<PersonEntry<'a>>,
    sources: Vec<Reference<'a>>,
    keywords: &'a [String],
    homepage: Option<&'a str>,
    id: Option<&'a str>,
    citation: String,
    bibtex: String,
}

#[derive(Serialize)]
struct PreviousEntry {
    version: String,
    id: String,
}

/// Something with a name and perhaps an address.
#[derive(Serialize)]
struct Reference<'a> {
    title: &'a str,
    path: Option<&'a str>,
    version: Option<&'a str>,
}

#[derive(Serialize)]
struct PersonEntry<'a> {
    name: String,
    roles: &'a [String],
    organization: Option<&'a str>,
    path: Option<&'a str>,
    email: Option<&'a str>,
}

/// What is known of a release.
pub(super) fn summary<'a>(release: &Described<'a>) -> Summary<'a> {
    let dataset = &release.project.dataset;
    let (creators, publishers) = (people::creators(dataset), people::publishers(dataset));
    let is_named = |person: &&Contributor| {
        let is = |other: &&Contributor| std::ptr::eq(*other, *person);
        creators.iter().any(is) || publishers.iter().any(is)
    };
    let others = dataset.contributors.iter().filter(|person| !is_named(person));
    Summary {
        name: &dataset.name,
        title: citation::title(dataset),
        description: dataset.description.as_deref().map(str::trim).filter(|text| !text.is_empty()),
        version: dataset.version.to_string(),
        created: dataset.created.to_string(),
        is_draft: release.is_draft,
        previous: release
            .previous
            .map(|previous| PreviousEntry { version: previous.version.to_string(), id: previous.id.to_id() }),
        licenses: dataset.licenses.iter().map(license).collect(),
        contributors: others.filter_map(person).collect(),
        creators: creators.into_iter().filter_map(person).collect(),
        publishers: publishers.into_iter().filter_map(person).collect(),
        sources: dataset.sources.iter().filter_map(source).collect(),
        keywords: &dataset.keywords,
        homepage: dataset.homepage.as_deref(),
        id: dataset.id.as_deref(),
        citation: citation::sentence(dataset),
        bibtex: citation::bibtex(dataset),
    }
}

fn license(license: &License) -> Reference<'_> {
    Reference { title: licenses::title(license), path: license.path.as_deref(), version: None }
}

fn source(source: &Source) -> Option<Reference<'_>> {
    let title = source.title.as_deref().or(source.path.as_deref())?;
    Some(Reference { title, path: source.path.as_deref(), version: source.version.as_deref() })
}

fn person(contributor: &Contributor) -> Option<PersonEntry<'_>> {
    Some(PersonEntry {
        name: contributor.full_name()?,
        roles: &contributor.roles,
        organization: contributor.organization.as_deref(),
        path: contributor.path.as_deref(),
        email: contributor.email.as_deref(),
    })
}
