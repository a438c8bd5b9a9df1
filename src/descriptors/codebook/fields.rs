//! The fields of a table: what each holds, and what its values can be.

use super::markdown::{Grid, anchor, codes};
use super::{table_heading, vocabulary_heading};
use crate::descriptors::markdown::{cell, code};
use crate::schema::{Bound, Column, ColumnRole, Constraints, Field, ForeignKey, Pattern, Project, Table};

/// One row per published column.
pub(super) fn grid(project: &Project, table: &Table) -> String {
    let mut grid = Grid::new(&["field", "type", "needed", "what it holds"]);
    for column in &table.columns {
        let needed = if column.required { "yes" } else { "" };
        let kind = column.kind.to_string();
        grid.row([code(&column.name), cell(&kind), needed.to_owned(), meaning(project, table, column)]);
    }
    grid.finish()
}

/// The description, then what else is known of its values.
fn meaning(project: &Project, table: &Table, column: &Column) -> String {
    let field = &table.fields[column.field];
    let title = column.title.as_deref().filter(|_| column.role == ColumnRole::Value);
    let mut parts: Vec<String> = Vec::new();
    match (title, column.description.as_deref()) {
        (Some(title), Some(description)) => parts.push(format!("*{}.* {}", cell(title), cell(description))),
        (Some(only), None) => parts.push(format!("*{}.*", cell(only))),
        (None, Some(only)) => parts.push(cell(only)),
        (None, None) => {}
    }
    // What the schema says of a field holds for its own column, not for those derived from it.
    if column.role == ColumnRole::Value {
        parts.extend(facts(project, table, column.field, field));
    }
    parts.join(" ")
}

fn facts(project: &Project, table: &Table, index: usize, field: &Field) -> Vec<String> {
    let mut facts = Vec::new();
    if let Some(vocabulary) = field.vocabulary {
        let vocabulary = &project.vocabularies[vocabulary];
        let heading = anchor(&vocabulary_heading(vocabulary));
        facts.push(format!("Codes of [{}](#{heading}).", code(&vocabulary.name)));
    }
    facts.extend(
        table
            .foreign_keys
            .iter()
            .filter(|key| key.fields.contains(&index))
            .map(|key| reference(project, table, key)),
    );
    if let Some(unit) = &field.unit {
        facts.push(format!("Unit: {}.", cell(unit)));
    }
    if field.edtf {
        facts.push("A date known in part (EDTF level 1).".to_owned());
    }
    facts.extend(constraints(&field.constraints));
    if let Some(example) = &field.example {
        facts.push(format!("Example: {}.", code(example)));
    }
    facts
}

fn reference(project: &Project, table: &Table, key: &ForeignKey) -> String {
    let target = &project.tables[key.table];
    let link = format!("[{}](#{})", code(&target.name), anchor(&table_heading(target)));
    let fields = codes(key.references.iter().map(|&field| target.fields[field].name.as_str()));
    match key.fields.len() {
        1 if key.is_of_items(table) => format!("Each item refers to {fields} of {link}."),
        1 => format!("Refers to {fields} of {link}."),
        _ => {
            let own = codes(key.fields.iter().map(|&field| table.fields[field].name.as_str()));
            format!("{own} together refer to {fields} of {link}.")
        }
    }
}

fn constraints(constraints: &Constraints) -> Vec<String> {
    let mut facts = Vec::new();
    if constraints.unique {
        facts.push("Differs from row to row.".to_owned());
    }
    if let Some(allowed) = &constraints.allowed {
        facts.push(format!("One of {}.", codes(allowed.iter().map(String::as_str))));
    }
    if let Some(pattern) = constraints.pattern.as_ref().map(Pattern::source) {
        facts.push(format!("Pattern: {}.", code(pattern)));
    }
    let bound = |words: [&str; 2], bound: &Bound| {
        format!("{} {}.", if bound.exclusive { words[1] } else { words[0] }, code(&bound.text))
    };
    facts.extend(constraints.minimum.as_ref().map(|least| bound(["At least", "More than"], least)));
    facts.extend(constraints.maximum.as_ref().map(|most| bound(["At most", "Less than"], most)));
    match (constraints.min_length, constraints.max_length) {
        (Some(least), Some(most)) => facts.push(format!("Length {least} to {most}.")),
        (Some(least), None) => facts.push(format!("Length at least {least}.")),
        (None, Some(most)) => facts.push(format!("Length at most {most}.")),
        (None, None) => {}
    }
    facts
}
