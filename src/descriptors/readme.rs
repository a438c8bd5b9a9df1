//! `README.md`: the release for people, and for Hugging Face, whose dataset card it is (YAML front matter).
//!
//! Front matter filled: licence (by the name that Hugging Face has for it, else `other` with name and address), title,
//! keywords as tags, size category by the rows of all tables, and one configuration per table that has rows with its
//! Parquet files, or CSV where there is no Parquet. The configurations are not optional: without them the loader takes the checksum
//! files for data. Left out: `language`, `task_categories` and whatever else a project does not say.
//!
//! Below it: what the data set is, how to load, verify and cite it, and the data dictionary. It is Markdown (CommonMark
//! with the tables of GitHub); descriptions are Markdown, too, and bring no HTML into it.

use minijinja::AutoEscape;
use serde::Serialize;

use super::dictionary::{self, FolderEntry, TableEntry, VocabularyEntry};
use super::loading::{self, Snippet};
use super::published::{self, CSV, PARQUET};
use super::summary::{Summary, summary};
use super::{Described, Descriptor, Document, licenses, links, markdown, templates};
use crate::schema::License;
use crate::tokens::quoted_yaml;

/// `README.md`.
pub(super) struct Readme;

impl Descriptor for Readme {
    fn name(&self) -> &'static str {
        "readme"
    }

    fn standard(&self) -> &'static str {
        "README and Hugging Face dataset card"
    }

    fn documents(&self, release: &Described<'_>) -> Vec<Document> {
        let readme = Contents {
            licence: licence(&release.project.dataset.licenses),
            size_category: size_category(release.tables.iter().map(|table| table.rows).sum()),
            configs: configs(release),
            summary: summary(release),
            tables: dictionary::tables(release),
            vocabularies: dictionary::vocabularies(release.project),
            snippets: loading::snippets(release),
            folders: dictionary::folders(release),
            has_csv: release.has_format(CSV),
            has_list_in_csv: release
                .project
                .tables
                .iter()
                .any(|table| table.fields.iter().any(|field| field.is_list())),
            is_guarded: release.project.dataset.options.csv.formula_guard,
        };
        vec![Document {
            path: "README.md".to_owned(),
            media_type: "text/markdown; charset=utf-8",
            bytes: render(&readme).into_bytes(),
        }]
    }
}

/// What the template is told.
#[derive(Serialize)]
struct Contents<'a> {
    licence: Option<Licence<'a>>,
    size_category: &'static str,
    configs: Vec<Config<'a>>,
    summary: Summary<'a>,
    tables: Vec<TableEntry<'a>>,
    vocabularies: Vec<VocabularyEntry<'a>>,
    snippets: Vec<Snippet>,
    folders: Vec<FolderEntry<'a>>,
    has_csv: bool,
    has_list_in_csv: bool,
    is_guarded: bool,
}

/// The licence as Hugging Face wants it told.
#[derive(Serialize)]
struct Licence<'a> {
    ids: Vec<&'static str>,
    name: Option<String>,
    link: Option<&'a str>,
}

/// A configuration: what `load_dataset(folder, name)` loads.
#[derive(Serialize)]
struct Config<'a> {
    name: &'a str,
    files: Vec<&'a str>,
}

fn render(readme: &Contents<'_>) -> String {
    let mut environment = templates::environment(AutoEscape::None);
    environment.add_filter("yaml", |text: &str| quoted_yaml(text));
    environment.add_filter("markdown", |text: &str| markdown::harmless_markdown(text));
    environment.add_filter("cell", |text: &str| markdown::cell(text));
    environment.add_filter("text", |text: &str| markdown::text(text));
    environment.add_filter("code", |text: &str| markdown::code(text));
    environment
        .add_filter("link", |text: &str, address: Option<String>| markdown::link(text, address.as_deref()));
    templates::render(&environment, "README.md", include_str!("readme/README.md.jinja"), readme)
}

fn licence(licenses: &[License]) -> Option<Licence<'_>> {
    let first = licenses.first()?;
    let ids: Vec<&str> = licenses.iter().filter_map(licenses::hugging_face).collect();
    if ids.len() == licenses.len() {
        return Some(Licence { ids, name: None, link: None });
    }
    Some(Licence {
        ids: vec!["other"],
        name: Some(slug(licenses::title(first))),
        link: Some(links::web(first.path.as_deref()).unwrap_or("LICENSE.txt")),
    })
}

/// A name in small letters, digits, points and single hyphens.
fn slug(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c.to_ascii_lowercase() } else { '-' };
    let text: String = name.chars().map(plain).collect();
    text.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

fn configs<'a>(release: &Described<'a>) -> Vec<Config<'a>> {
    let tables = published::tables(release);
    let config = |table: &published::PublishedTable<'a>| {
        // The loader fails on a table without rows.
        if table.rows == 0 {
            return None;
        }
        let format = table.in_first(&[PARQUET, CSV])?;
        Some(Config {
            name: &table.table.name,
            files: format.parts.iter().map(|part| part.path.as_str()).collect(),
        })
    };
    tables.iter().filter_map(config).collect()
}

/// Hugging Face's word for a number of rows.
fn size_category(rows: u64) -> &'static str {
    const CATEGORIES: [(u64, &str); 10] = [
        (1_000, "n<1K"),
        (10_000, "1K<n<10K"),
        (100_000, "10K<n<100K"),
        (1_000_000, "100K<n<1M"),
        (10_000_000, "1M<n<10M"),
        (100_000_000, "10M<n<100M"),
        (1_000_000_000, "100M<n<1B"),
        (10_000_000_000, "1B<n<10B"),
        (100_000_000_000, "10B<n<100B"),
        (1_000_000_000_000, "100B<n<1T"),
    ];
    CATEGORIES.iter().find(|(below, _)| rows < *below).map_or("n>1T", |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_without_a_name_there_is_another_one() {
        let license = |name: &str, path: Option<&str>| License {
            name: Some(name.to_owned()),
            title: None,
            path: path.map(str::to_owned),
        };
        let known = [license("CC-BY-4.0", None), license("ODC-PDDL-1.0", None)];
        assert_eq!(licence(&known).map(|licence| licence.ids), Some(vec!["cc-by-4.0", "pddl"]));
        let other = [license("Terms of the Archive, 2nd", None)];
        let found = licence(&other).expect("there is one");
        assert_eq!((found.ids, found.link), (vec!["other"], Some("LICENSE.txt")));
        assert_eq!(found.name.as_deref(), Some("terms-of-the-archive-2nd"));
        assert!(licence(&[]).is_none());
    }

    #[test]
    fn rows_fall_into_the_categories_of_hugging_face() {
        assert_eq!([0, 999, 1_000, 9_999_999].map(size_category), ["n<1K", "n<1K", "1K<n<10K", "1M<n<10M"]);
    }
}
