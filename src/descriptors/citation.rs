//! `CITATION.cff`: how to cite the release, in the Citation File Format 1.2.0.
//!
//! Filled: title, version, date, authors (the creators), abstract, keywords, licence, DOI or other identifier, address.
//! Left out: `references` (a source's authors are not known, and the format asks for them), `repository` and `commit`
//! (a release does not know where its project is kept), and a licence that SPDX has no name for and that gives no
//! address. Without a creator there is no document: nobody could be cited.
//!
//! The same facts as one sentence and as BibTeX are here, too, for the documents that show them.

use std::fmt::Write as _;

use super::{Described, Descriptor, Document, licenses, links, people, yaml};
use crate::schema::{Contributor, Dataset};
use crate::tokens::quoted_yaml;

/// `CITATION.cff`.
pub(super) struct Citation;

impl Descriptor for Citation {
    fn name(&self) -> &'static str {
        "citation"
    }

    fn standard(&self) -> &'static str {
        "Citation File Format 1.2.0"
    }

    fn documents(&self, release: &Described<'_>) -> Vec<Document> {
        let dataset = &release.project.dataset;
        let authors = people::creators(dataset);
        if authors.is_empty() {
            return Vec::new();
        }
        vec![Document {
            path: "CITATION.cff".to_owned(),
            media_type: "application/yaml",
            bytes: document(dataset, &authors).into_bytes(),
        }]
    }
}

fn document(dataset: &Dataset, authors: &[&Contributor]) -> String {
    let mut out = String::new();
    let mut line = |key: &str, value: &str| {
        // Writing to a String does not fail.
        let _ = match value.starts_with('\n') {
            true => writeln!(out, "{key}:{value}"),
            false => writeln!(out, "{key}: {value}"),
        };
    };
    line("cff-version", "1.2.0");
    line("message", "\"If you use this data set, please cite it as below.\"");
    line("type", "dataset");
    line("title", &quoted_yaml(title(dataset)));
    line("version", &quoted_yaml(&dataset.version.to_string()));
    line("date-released", &quoted_yaml(&dataset.created.to_string()));
    line("authors", &authors.iter().map(|author| item(&author_entries(author))).collect::<String>());
    if let Some(text) = dataset.description.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        line("abstract", &yaml::block(text, 2));
    }
    if !dataset.keywords.is_empty() {
        // The format wants each of them once.
        let mut keywords: Vec<&str> = Vec::new();
        dataset.keywords.iter().for_each(|word| {
            if !keywords.contains(&word.as_str()) {
                keywords.push(word);
            }
        });
        line(
            "keywords",
            &keywords.iter().map(|word| format!("\n  - {}", quoted_yaml(word))).collect::<String>(),
        );
    }
    let spdx: Vec<&str> = dataset.licenses.iter().filter_map(licenses::spdx).collect();
    let address = dataset.licenses.iter().find_map(|license| links::web(license.path.as_deref()));
    match (spdx.as_slice(), address) {
        ([one], _) if dataset.licenses.len() == 1 => line("license", one),
        ([_, ..], _) if spdx.len() == dataset.licenses.len() => {
            line("license", &spdx.iter().map(|name| format!("\n  - {name}")).collect::<String>());
        }
        (_, Some(address)) => line("license-url", &quoted_yaml(address)),
        (_, None) => {}
    }
    if let Some(id) = dataset.id.as_deref() {
        match (links::doi(id), links::web(Some(id))) {
            (Some(doi), _) => line("doi", &quoted_yaml(doi)),
            (None, Some(url)) => {
                line("identifiers", &item(&[("type", "url".to_owned()), ("value", quoted_yaml(url))]))
            }
            (None, None) => {
                line("identifiers", &item(&[("type", "other".to_owned()), ("value", quoted_yaml(id))]))
            }
        }
    }
    if let Some(address) = links::web(dataset.homepage.as_deref()) {
        line("url", &quoted_yaml(address));
    }
    out
}

/// An item of a list: a mapping with these entries.
fn item(entries: &[(&str, String)]) -> String {
    let lines = entries.iter().enumerate().map(|(nth, (key, value))| {
        let bullet = if nth == 0 { "  - " } else { "    " };
        format!("\n{bullet}{key}: {value}")
    });
    lines.collect()
}

fn author_entries(author: &Contributor) -> Vec<(&'static str, String)> {
    let named = |key: &'static str, value: Option<&str>| value.map(|value| (key, quoted_yaml(value)));
    let has_name_parts = author.given_name.is_some() || author.family_name.is_some();
    let mut entries = if has_name_parts {
        vec![
            named("given-names", author.given_name.as_deref()),
            named("family-names", author.family_name.as_deref()),
            named("affiliation", author.organization.as_deref()),
        ]
    } else {
        vec![named("name", author.full_name().as_deref())]
    };
    entries.push(named("email", author.email.as_deref().filter(|email| is_email(email))));
    entries.push(named("website", links::web(author.path.as_deref())));
    entries.into_iter().flatten().collect()
}

/// What the format takes for an e-mail address.
fn is_email(text: &str) -> bool {
    let domain = text.rsplit_once('@').map(|(_, domain)| domain);
    let has_ending =
        |domain: &str| domain.rsplit_once('.').is_some_and(|(name, end)| !name.is_empty() && end.len() > 1);
    !text.starts_with('@') && !text.contains(char::is_whitespace) && domain.is_some_and(has_ending)
}

/// What people call the data set.
pub(super) fn title(dataset: &Dataset) -> &str {
    dataset.title.as_deref().unwrap_or(&dataset.name)
}

/// The citation as one sentence: creators (year): title, version. Publishers. Identifier.
pub(super) fn sentence(dataset: &Dataset) -> String {
    let names =
        |people: Vec<&Contributor>| people.into_iter().filter_map(Contributor::full_name).collect::<Vec<_>>();
    let (creators, publishers) = (names(people::creators(dataset)), names(people::publishers(dataset)));
    let year = dataset.created.year();
    let mut text = match creators.as_slice() {
        [] => format!("{}, version {} ({year}).", title(dataset), dataset.version),
        names => format!("{} ({year}): {}, version {}.", names.join(", "), title(dataset), dataset.version),
    };
    if !publishers.is_empty() && publishers != creators {
        let _ = write!(text, " {}.", publishers.join(", "));
    }
    if let Some(address) = address(dataset) {
        let _ = write!(text, " {address}");
    }
    text
}

/// The citation in BibTeX.
pub(super) fn bibtex(dataset: &Dataset) -> String {
    let names = |people: Vec<&Contributor>| {
        people.into_iter().filter_map(bibtex_name).collect::<Vec<_>>().join(" and ")
    };
    let entries = [
        ("author", Some(names(people::creators(dataset))).filter(|names| !names.is_empty())),
        ("title", Some(format!("{{{}}}", tex(title(dataset))))),
        ("version", Some(tex(&dataset.version.to_string()))),
        ("year", Some(dataset.created.year().to_string())),
        ("publisher", Some(names(people::publishers(dataset))).filter(|names| !names.is_empty())),
        ("doi", dataset.id.as_deref().and_then(links::doi).map(str::to_owned)),
        ("url", address(dataset).filter(|address| !address.contains(['{', '}', '\\']))),
    ];
    let lines = entries.into_iter().filter_map(|(key, value)| Some(format!("  {key} = {{{}}}", value?)));
    format!("@misc{{{},\n{}\n}}", dataset.name, lines.collect::<Vec<_>>().join(",\n"))
}

/// Where the data set is found for good: its identifier, else its page.
fn address(dataset: &Dataset) -> Option<String> {
    let id = dataset.id.as_deref();
    let doi = id.and_then(links::doi).map(|doi| format!("https://doi.org/{doi}"));
    doi.or_else(|| links::web(id).or_else(|| links::web(dataset.homepage.as_deref())).map(str::to_owned))
}

/// A name in BibTeX; in braces of its own where it must not be taken apart.
fn bibtex_name(contributor: &Contributor) -> Option<String> {
    match (contributor.family_name.as_deref(), contributor.given_name.as_deref()) {
        (Some(family), Some(given)) => Some(format!("{}, {}", tex(family), tex(given))),
        (Some(only), None) | (None, Some(only)) => Some(format!("{{{}}}", tex(only))),
        (None, None) => contributor.full_name().map(|name| format!("{{{}}}", tex(&name))),
    }
}

/// A text with what TeX would take for a command escaped.
fn tex(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\textbackslash{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '{' | '}' | '%' | '&' | '#' | '$' | '_' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
