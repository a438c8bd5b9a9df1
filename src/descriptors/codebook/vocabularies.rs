//! The code lists: what each code means, and how often it is used.

use super::markdown::{Grid, number};
use super::{VOCABULARIES, vocabulary_heading};
use crate::descriptors::Described;
use crate::descriptors::markdown::{cell, code, text};
use crate::schema::{Concept, Vocabulary};

/// A field that holds codes of a list: `table.field`, and its counts in the order of the list.
struct Use<'a> {
    place: String,
    counts: &'a [u64],
}

/// Every list, by name; nothing when there is none.
pub(super) fn section(release: &Described<'_>) -> String {
    let vocabularies = &release.project.vocabularies;
    if vocabularies.is_empty() {
        return String::new();
    }
    let mut out =
        format!("## {VOCABULARIES}\n\nThe lists are closed: no field that uses one holds anything else.\n\n");
    for (index, vocabulary) in vocabularies.iter().enumerate() {
        out += &one(vocabulary, &uses(release, index));
    }
    out
}

fn uses<'a>(release: &Described<'a>, vocabulary: usize) -> Vec<Use<'a>> {
    let mut uses = Vec::new();
    for (table, counts) in release.project.tables.iter().zip(release.uses) {
        let coded = table.fields.iter().filter(|field| field.vocabulary.is_some());
        for (nth, field) in coded.enumerate().filter(|(_, field)| field.vocabulary == Some(vocabulary)) {
            uses.push(Use { place: format!("{}.{}", table.name, field.name), counts: counts.of(nth) });
        }
    }
    uses
}

fn one(vocabulary: &Vocabulary, uses: &[Use<'_>]) -> String {
    let mut out = format!("### {}\n\n", vocabulary_heading(vocabulary));
    let title = vocabulary.title.as_deref().map(|title| format!("*{}.*", text(title)));
    let words = [title, vocabulary.description.as_deref().map(cell)];
    let words: Vec<String> = words.into_iter().flatten().collect();
    if !words.is_empty() {
        out += &format!("{}\n\n", words.join(" "));
    }
    let total = |used: &Use<'_>| format!("{} ({})", code(&used.place), number(used.counts.iter().sum()));
    out += &match uses {
        [] => "No field uses it.\n\n".to_owned(),
        uses => format!("Used in {}.\n\n", uses.iter().map(total).collect::<Vec<_>>().join(", ")),
    };
    let has_broader = vocabulary.concepts.iter().any(|concept| concept.broader.is_some());
    let has_match = vocabulary.concepts.iter().any(|concept| !concept.exact_match.is_empty());
    let mut titles = vec!["code", "label", "meaning"];
    titles.extend(has_broader.then_some("broader"));
    titles.extend(has_match.then_some("the same elsewhere"));
    titles.push("uses");
    let mut grid = Grid::new(&titles);
    for (number_of_code, concept) in vocabulary.concepts.iter().enumerate() {
        let count = uses.iter().filter_map(|used| used.counts.get(number_of_code)).sum();
        grid.row(cells(concept, has_broader, has_match, count));
    }
    out + &grid.finish()
}

fn cells(concept: &Concept, has_broader: bool, has_match: bool, count: u64) -> Vec<String> {
    let mut cells = vec![
        code(&concept.code),
        concept.label.as_deref().map(text).unwrap_or_default(),
        concept.definition.as_deref().map(cell).unwrap_or_default(),
    ];
    if has_broader {
        cells.push(concept.broader.as_deref().map(code).unwrap_or_default());
    }
    if has_match {
        cells.push(concept.exact_match.iter().map(|address| text(address)).collect::<Vec<_>>().join(" "));
    }
    cells.push(number(count));
    cells
}
