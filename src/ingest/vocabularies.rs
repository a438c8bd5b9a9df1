//! The rows of the table of vocabularies.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};

use crate::schema::{Concept, ItemType, Project, SeedLocation};
use crate::schema::{Field, FieldType};
use crate::seeds::{Chunk, ColumnBuilder};

/// The rows of the derived table of vocabularies, when the project has one.
pub(super) fn chunk(project: &Project) -> Option<Chunk> {
    let table = project.tables.iter().position(|t| t.seeds == SeedLocation::Derived)?;
    let concepts: Vec<(&str, &Concept)> = project
        .vocabularies
        .iter()
        .flat_map(|v| v.concepts.iter().map(|concept| (v.name.as_str(), concept)))
        .collect();
    if concepts.is_empty() {
        return None;
    }
    let texts = |text: &dyn Fn(&(&'_ str, &'_ Concept)) -> Option<String>| -> ArrayRef {
        Arc::new(concepts.iter().map(text).collect::<StringArray>())
    };
    let list = Field::plain("exact_match", FieldType::List(ItemType::Text));
    let mut matches = ColumnBuilder::new(&list, concepts.len());
    for (_, concept) in &concepts {
        if concept.exact_match.is_empty() {
            matches.null();
            continue;
        }
        for address in &concept.exact_match {
            matches.push_item(&list, address).expect("the schema lets no semicolon into an address");
        }
        matches.end_list();
    }
    let columns = vec![
        texts(&|(vocabulary, _)| Some((*vocabulary).to_owned())),
        texts(&|(_, concept)| Some(concept.code.clone())),
        texts(&|(_, concept)| concept.label.clone()),
        texts(&|(_, concept)| concept.definition.clone()),
        texts(&|(_, concept)| concept.broader.clone()),
        matches.finish(0, &mut Vec::new()),
    ];
    let rows = concepts.len();
    Some(Chunk::new(table, columns, rows))
}
