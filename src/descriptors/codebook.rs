//! `CODEBOOK.md`: what every table, field and code of the release means, and by which rules its records were written.
//!
//! It is for the reader who has the data and no access to those who made it. Everything is taken from the schema: the
//! description of the data set with its editorial rules, tables, types and constraints, code lists with their
//! definitions and how often each code is used, the checks in SQL by the comments above them. Nothing is added but how to
//! cite a release and what a request for correction should say.
//!
//! Left out: where the files are and how to load them (`README.md`), and the queries of checks and views.

mod fields;
mod markdown;
mod vocabularies;

use super::{Described, Descriptor, Document};
use crate::descriptors::markdown::{cell, code, text};
use crate::schema::{Contributor, Dataset, Derivation, Table, Vocabulary};
use markdown::{Grid, anchor, block, codes, number};

/// `CODEBOOK.md`.
pub(super) struct Codebook;

impl Descriptor for Codebook {
    fn name(&self) -> &'static str {
        "codebook"
    }

    fn standard(&self) -> &'static str {
        "codebook in Markdown"
    }

    fn documents(&self, release: &Described<'_>) -> Vec<Document> {
        let parts = [
            introduction(release),
            contents(release),
            tables(release),
            vocabularies::section(release),
            rules(release),
            citation(release),
            correction(release),
        ];
        let mut text = parts.concat();
        text.truncate(text.trim_end().len());
        text.push('\n');
        vec![Document {
            path: "CODEBOOK.md".to_owned(),
            media_type: "text/markdown; charset=utf-8",
            bytes: text.into_bytes(),
        }]
    }
}

const TABLES: &str = "Tables";
const VOCABULARIES: &str = "Code lists";
const RULES: &str = "Rules";
const CITATION: &str = "How to cite";
const CORRECTION: &str = "How to ask for a correction";

fn title(dataset: &Dataset) -> &str {
    dataset.title.as_deref().unwrap_or(&dataset.name)
}

fn introduction(release: &Described<'_>) -> String {
    let dataset = &release.project.dataset;
    let draft = if release.is_draft { ", a draft and no release" } else { "" };
    let mut out = format!(
        "# Codebook: {}\n\nVersion {} of {}{draft}. This document is made from the schema of the data set.\n\n",
        text(title(dataset)),
        dataset.version,
        dataset.created,
    );
    if let Some(description) = &dataset.description {
        out += &block(description, 1);
    }
    out
}

fn contents(release: &Described<'_>) -> String {
    let project = release.project;
    let sections = [
        (TABLES, true),
        (VOCABULARIES, !project.vocabularies.is_empty()),
        (RULES, !project.checks.is_empty()),
        (CITATION, true),
        (CORRECTION, true),
    ];
    let links = sections.iter().filter(|(_, is_there)| *is_there);
    let links: Vec<String> = links.map(|(title, _)| format!("[{title}](#{})", anchor(title))).collect();
    format!("Contents: {}\n\n", links.join(" · "))
}

fn tables(release: &Described<'_>) -> String {
    let mut out = format!("## {TABLES}\n\n");
    let mut grid = Grid::new(&["table", "rows", "what it holds"]);
    let pairs = || release.project.tables.iter().zip(release.tables);
    for (table, record) in pairs() {
        let title = table.title.as_deref().unwrap_or(&table.name);
        let link = format!("[{}](#{})", code(&table.name), anchor(&table_heading(table)));
        grid.row([link, number(record.rows), text(title)]);
    }
    out += &grid.finish();
    for (table, record) in pairs() {
        out += &format!("### {}\n\n", table_heading(table));
        if let Some(description) = &table.description {
            out += &format!("{}\n\n", cell(description));
        }
        out += &format!("{}\n\n", facts(release, table, record.rows).join(" "));
        out += &fields::grid(release.project, table);
    }
    out
}

/// The heading of a table; no section and no code list has the same.
fn table_heading(table: &Table) -> String {
    format!("Table {}", code(&table.name))
}

/// The heading of a code list.
fn vocabulary_heading(vocabulary: &Vocabulary) -> String {
    format!("Codes of {}", code(&vocabulary.name))
}

/// What there is to say about a table as a whole, in sentences.
fn facts(release: &Described<'_>, table: &Table, rows: u64) -> Vec<String> {
    let names = |fields: &[usize]| codes(fields.iter().map(|&field| table.fields[field].name.as_str()));
    let mut facts = vec![match rows {
        1 => "1 row.".to_owned(),
        rows => format!("{} rows.", number(rows)),
    }];
    facts.push(match table.primary_key.as_slice() {
        [] => "It has no key.".to_owned(),
        key => format!("Its key is {}.", names(key)),
    });
    for key in &table.unique_keys {
        facts.push(format!("No two rows have the same {}.", names(key)));
    }
    facts.extend(table.derivation().map(|derivation| match derivation {
        Derivation::Query => "It is derived from the other tables.".to_owned(),
        Derivation::Vocabularies => "It is made from the code lists below.".to_owned(),
    }));
    if let Some(only) = &table.publication.only {
        let field = code(&table.fields[only.field].name);
        let values = codes(only.values.iter().map(String::as_str));
        facts.push(match release.is_draft {
            false => format!("It holds the records whose {field} is {values}; others are not published."),
            true => format!("A release holds the records whose {field} is {values}."),
        });
    }
    facts
}

fn rules(release: &Described<'_>) -> String {
    let project = release.project;
    if project.checks.is_empty() {
        return String::new();
    }
    let count = number(project.checks.len() as u64);
    let rules =
        if project.checks.len() == 1 { "1 rule holds".to_owned() } else { format!("{count} rules hold") };
    let mut out = format!(
        "## {RULES}\n\nBeyond types, constraints and keys, {rules} for every record of this release. A release that breaks one \
         cannot be published.\n\n"
    );
    for (index, table) in project.tables.iter().enumerate() {
        let mut checks = project.checks.iter().filter(|check| check.table == index).peekable();
        if checks.peek().is_none() {
            continue;
        }
        out += &format!("**{}**\n\n", code(&table.name));
        for check in checks {
            let explanation = cell(&check.explanation);
            let separator = if explanation.is_empty() { "" } else { ": " };
            out += &format!("- {}{separator}{explanation}\n", code(&check.code));
        }
        out.push('\n');
    }
    out
}

fn citation(release: &Described<'_>) -> String {
    let dataset = &release.project.dataset;
    let named = |contributor: &&Contributor| name(contributor).is_some();
    let has_role =
        |role: &'static str| move |c: &&Contributor| c.roles.iter().any(|r| r.eq_ignore_ascii_case(role));
    let creators: Vec<&Contributor> =
        dataset.contributors.iter().filter(has_role("creator")).filter(named).collect();
    let creators = match creators.is_empty() {
        true => dataset.contributors.iter().filter(named).collect(),
        false => creators,
    };
    let names: Vec<String> = creators.into_iter().filter_map(name).collect();
    let by = if names.is_empty() { String::new() } else { format!("{} ", names.join(", ")) };
    let address = dataset.id.as_deref().or(dataset.homepage.as_deref());
    let address = address.map(|address| format!(" {address}")).unwrap_or_default();
    let sentence = format!(
        "{by}({}): {}, version {}.{address}",
        dataset.created.year(),
        title(dataset),
        dataset.version
    );
    format!(
        "## {CITATION}\n\n> {}\n\nThe release id, `sha256:` and the SHA-256 of `manifest.json`, names exactly these bytes: give it \
         where others must be able to check them. Cite a single record by table and key.\n\n",
        text(&sentence)
    )
}

/// The name as people say it.
fn name(contributor: &Contributor) -> Option<String> {
    let parts = [contributor.given_name.as_deref(), contributor.family_name.as_deref()];
    let full = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    contributor.title.clone().or_else(|| (!full.is_empty()).then_some(full))
}

fn correction(release: &Described<'_>) -> String {
    let dataset = &release.project.dataset;
    let mut out = format!(
        "## {CORRECTION}\n\nSay which version you have ({}), the table and the key of each record concerned, what is wrong, and \
         which published source shows it. A published version never changes; a correction is a new version.\n\n",
        dataset.version
    );
    let mut items = Vec::new();
    for contributor in &dataset.contributors {
        let ways = [contributor.email.as_deref(), contributor.path.as_deref()];
        let ways: Vec<String> = ways.into_iter().flatten().map(text).collect();
        if let (Some(name), false) = (name(contributor), ways.is_empty()) {
            items.push(format!("- {}: {}\n", text(&name), ways.join(", ")));
        }
    }
    if let Some(homepage) = &dataset.homepage {
        items.push(format!("- the data set's page: {}\n", text(homepage)));
    }
    out += &match items.is_empty() {
        true => "Write to whoever gave you the release: it names no address of its own.\n".to_owned(),
        false => items.concat(),
    };
    out
}
