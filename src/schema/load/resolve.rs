//! Joins the tables: names of other tables become indices, columns are derived, the order is settled.

mod reports;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::publication::PublishWithDraft;
use super::table::{Draft, ForeignKeyDraft, NestedDraft};
use crate::diagnostic::{Diagnostic, Place, codes, nearest};
use crate::schema::column::columns;
use crate::schema::{
    ColumnType, Field, FieldType, ForeignKey, ItemType, Nested, Origin, PublishWith, SeedLocation, Table,
    Term, Vocabulary,
};
use crate::tokens::Span;

/// Name of the table that the tool makes of the vocabularies, unless the project has one of that name.
pub(crate) const VOCABULARIES: &str = "vocabularies";

/// Resolves every reference between tables; what cannot be resolved is reported.
pub(super) fn tables(
    mut drafts: Vec<Draft>,
    views: Vec<Draft>,
    vocabularies: &[Vocabulary],
    problems: &mut Vec<Diagnostic>,
) -> Vec<Table> {
    order(&mut drafts);
    report_name_clashes(&drafts, &views, problems);
    drafts.extend(views);
    let names: Vec<String> = drafts.iter().map(|d| d.table.name.clone()).collect();
    let fields: Vec<Vec<Field>> = drafts.iter().map(|d| d.table.fields.clone()).collect();
    let keys: Vec<Vec<usize>> = drafts.iter().map(|d| d.table.primary_key.clone()).collect();
    for (index, draft) in drafts.iter_mut().enumerate() {
        let scope = Scope { index, names: &names, fields: &fields, keys: &keys };
        for foreign_key in std::mem::take(&mut draft.foreign_keys) {
            if let Some(resolved) = scope.foreign_key(draft, foreign_key) {
                draft.table.foreign_keys.push(resolved);
            }
        }
        if let Some(nested) = draft.nested.take() {
            draft.table.seeds = SeedLocation::Nested;
            draft.table.nested = scope.nested(draft, nested);
            for key in draft.table.nested.iter().flat_map(|n| n.key.clone()).collect::<Vec<_>>() {
                draft.table.fields[key].origin = Origin::Parent;
            }
        }
        for publish_with in std::mem::take(&mut draft.publish_with) {
            if let Some(resolved) = scope.publish_with(draft, publish_with) {
                draft.table.publication.with.push(resolved);
            }
        }
        finish_columns(draft);
        reports::lost_key(draft);
        reports::nested_columns(draft);
    }
    reports::index_keys(&mut drafts);
    reports::nesting_cycles(&mut drafts);
    reports::path_conflicts(&mut drafts);
    let mut tables = Vec::new();
    for mut draft in drafts {
        problems.append(&mut draft.file.problems);
        tables.push(draft.table);
    }
    if !vocabularies.is_empty() && !names.iter().any(|name| name == VOCABULARIES) {
        tables.push(vocabulary_table());
    }
    tables
}

/// A view is published like a table, so no table has its name.
fn report_name_clashes(tables: &[Draft], views: &[Draft], problems: &mut Vec<Diagnostic>) {
    for view in views.iter().filter(|v| tables.iter().any(|t| t.table.name == v.table.name)) {
        let message = format!("there is a table `{}` already", view.table.name);
        problems.push(Diagnostic::new(&codes::REPEATED_NAME, Place::file(&view.table.file), message));
    }
}

/// Parents before children, else by name; an order given by `resources` is kept.
fn order(drafts: &mut Vec<Draft>) {
    if drafts.iter().any(|d| d.is_ordered) {
        return;
    }
    let mut rest: Vec<Option<Draft>> = std::mem::take(drafts).into_iter().map(Some).collect();
    let names = rest.iter().flatten().enumerate().map(|(index, draft)| (draft.table.name.as_str(), index));
    let numbers: HashMap<&str, usize> = names.collect();
    // For each table those that wait for it, and how many it waits for.
    let mut waiting: Vec<Vec<usize>> = vec![Vec::new(); rest.len()];
    let mut missing = vec![0_usize; rest.len()];
    for (index, draft) in rest.iter().flatten().enumerate() {
        let named = draft.foreign_keys.iter().filter_map(|f| f.resource.as_ref()).map(|(name, _)| name);
        let parents = draft.nested.iter().flat_map(|n| n.parents.iter().map(|(name, _)| name));
        let others = named.chain(parents).filter_map(|name| numbers.get(name.as_str()).copied());
        for other in others.filter(|other| *other != index).collect::<BTreeSet<usize>>() {
            waiting[other].push(index);
            missing[index] += 1;
        }
    }
    let mut ready: BTreeSet<usize> = (0..rest.len()).filter(|&index| missing[index] == 0).collect();
    let mut left: BTreeSet<usize> = (0..rest.len()).collect();
    // Tables that refer to each other in a circle come in the order of their names.
    while let Some(next) = ready.pop_first().or_else(|| left.first().copied()) {
        left.remove(&next);
        drafts.extend(rest[next].take());
        for &other in &waiting[next] {
            missing[other] -= 1;
            if missing[other] == 0 && left.contains(&other) {
                ready.insert(other);
            }
        }
    }
}

/// What one table may refer to.
struct Scope<'a> {
    index: usize,
    names: &'a [String],
    fields: &'a [Vec<Field>],
    keys: &'a [Vec<usize>],
}

impl Scope<'_> {
    fn find_table(&self, draft: &mut Draft, name: &str, span: Span) -> Option<usize> {
        let found = self.names.iter().position(|n| n == name);
        if found.is_none() {
            let message = format!("there is no table `{name}`");
            match nearest(name, self.names.iter().map(String::as_str)) {
                Some(near) => {
                    let help = format!("did you mean `{near}`?");
                    draft.file.report_with_help(&codes::UNKNOWN_NAME, span, message, help);
                }
                None => draft.file.report(&codes::UNKNOWN_NAME, span, message),
            }
        }
        found
    }

    fn foreign_key(&self, draft: &mut Draft, foreign_key: ForeignKeyDraft) -> Option<ForeignKey> {
        let table = match &foreign_key.resource {
            None => self.index,
            Some((name, span)) => self.find_table(draft, name, *span)?,
        };
        let mut references = Vec::new();
        for (name, span) in &foreign_key.references {
            match self.fields[table].iter().position(|f| f.name == *name) {
                Some(field) => references.push(field),
                None => {
                    let message = format!("the table `{}` has no field `{name}`", self.names[table]);
                    draft.file.report(&codes::UNKNOWN_NAME, *span, message);
                }
            }
        }
        if references.len() != foreign_key.references.len() {
            return None;
        }
        if references.len() != foreign_key.fields.len() || references.is_empty() {
            let message = "a foreign key has as many `fields` as its reference, one at least";
            draft.file.report(&codes::INVALID_VALUE, foreign_key.span, message);
            return None;
        }
        for (own, other) in foreign_key.fields.iter().zip(&references) {
            let (own, other) = (&draft.table.fields[*own], &self.fields[table][*other]);
            let own_type = match own.kind {
                FieldType::List(item) if references.len() == 1 => item.column_type(),
                _ => own.column_type(),
            };
            if own_type != other.column_type() || matches!(own_type, ColumnType::List(_)) {
                let (a, b) = (own.column_type(), other.column_type());
                let message = format!("`{}` ({a}) cannot refer to `{}` ({b})", own.name, other.name);
                let help = "a field and the field it refers to are of one type; the items of a list may refer, \
                            where it is the only field of the key";
                draft.file.report_with_help(&codes::INVALID_VALUE, foreign_key.span, message, help);
                return None;
            }
        }
        Some(ForeignKey { fields: foreign_key.fields, table, references })
    }

    fn nested(&self, draft: &mut Draft, nested: NestedDraft) -> Option<Nested> {
        let mut parents = Vec::new();
        for (name, span) in &nested.parents {
            parents.push(self.find_table(draft, name, *span)?);
        }
        let key = match &nested.key {
            Some(key) => key.clone(),
            None => self.key_from_foreign_key(draft, &nested, &parents)?,
        };
        for &parent in &parents {
            let parent_key = &self.keys[parent];
            let own = key.iter().map(|&f| draft.table.fields[f].column_type());
            let theirs = parent_key.iter().map(|&f| self.fields[parent][f].column_type());
            if parent_key.is_empty() || !own.eq(theirs) {
                let message = format!(
                    "`key` must match the primary key of `{}` in number and types",
                    self.names[parent]
                );
                draft.file.report(&codes::INVALID_VALUE, nested.span, message);
                return None;
            }
        }
        Some(Nested { parents, path: nested.path, key })
    }

    fn publish_with(&self, draft: &mut Draft, publish_with: PublishWithDraft) -> Option<PublishWith> {
        let PublishWithDraft { span, field, tables: named } = publish_with;
        let mut tables = Vec::new();
        for (name, span) in &named {
            tables.push(self.find_table(draft, name, *span)?);
        }
        for &table in &tables {
            let own = &draft.table.fields[field];
            let fits = match self.keys[table].as_slice() {
                [key] => self.fields[table][*key].column_type() == own.column_type() && !own.is_list(),
                _ => false,
            };
            if !fits {
                let message = format!(
                    "`{}` cannot name a record of `{}`: its primary key is not one field of that type",
                    own.name, self.names[table]
                );
                draft.file.report(&codes::INVALID_VALUE, span, message);
                return None;
            }
        }
        Some(PublishWith { field, tables })
    }

    /// The fields of the foreign key that refers to the parent's primary key, in the primary key's order.
    fn key_from_foreign_key(
        &self,
        draft: &mut Draft,
        nested: &NestedDraft,
        parents: &[usize],
    ) -> Option<Vec<usize>> {
        if let [parent] = parents {
            let primary = &self.keys[*parent];
            let is_whole = |key: &&ForeignKey| key.table == *parent && !key.is_of_items(&draft.table);
            for foreign_key in draft.table.foreign_keys.iter().filter(is_whole) {
                let in_order = primary.iter().map(|field| {
                    let at = foreign_key.references.iter().position(|r| r == field)?;
                    Some(foreign_key.fields[at])
                });
                if let Some(key) = in_order.collect::<Option<Vec<_>>>()
                    && !key.is_empty()
                {
                    return Some(key);
                }
            }
        }
        let message = "`nested` does not say which fields hold the parent's key";
        let help = "add a foreign key to the parent's primary key, or `key: [FIELD]`";
        draft.file.report_with_help(&codes::MISSING_KEY, nested.span, message, help);
        None
    }
}

fn finish_columns(draft: &mut Draft) {
    let table = &mut draft.table;
    for &field in &table.primary_key {
        table.fields[field].constraints.required = true;
    }
    table.columns = columns(&table.fields);
    if let ([only], [span]) = (table.columns.as_slice(), draft.spans.as_slice())
        && !only.required
    {
        let message = format!("`{}` is the table's only field and is not required", only.name);
        let help = "a row without a value would be an empty line of CSV, which readers skip; add `constraints: {required: true}`";
        draft.file.report_with_help(&codes::INVALID_VALUE, *span, message, help);
    }
    let mut repeated = Vec::new();
    let mut taken = HashSet::new();
    for column in &table.columns {
        if !taken.insert(column.name.to_ascii_lowercase()) {
            repeated.push((draft.spans[column.field], column.name.clone()));
        }
    }
    for (span, name) in repeated {
        let message = format!("there are two columns `{name}`");
        let help = "a field marked `edtf` adds columns of its own; give this field another name";
        draft.file.report_with_help(&codes::REPEATED_NAME, span, message, help);
    }
}

/// The table `vocabularies`: one row per code, made from `schema/vocabularies/`.
fn vocabulary_table() -> Table {
    let file: Arc<str> = Arc::from("schema/vocabularies");
    let term = |name: &str| Term { name: name.to_owned(), place: Place::file(&file) };
    let field = |name: &str, kind, description: &str, property: &str| Field {
        title: None,
        description: Some(description.to_owned()),
        property: (!property.is_empty()).then(|| term(property)),
        ..Field::plain(name, kind)
    };
    let mut fields = vec![
        field("vocabulary", FieldType::String, "Name of the code list.", ""),
        field("code", FieldType::String, "The code, as it stands in the tables.", "skos:notation"),
        field("label", FieldType::String, "What the code is called.", "skos:prefLabel"),
        field("definition", FieldType::String, "What the code means.", "skos:definition"),
        field("broader", FieldType::String, "Code of the next broader concept in the same list.", ""),
        field(
            "exact_match",
            FieldType::List(ItemType::Text),
            "Addresses of the same concept in other vocabularies.",
            "skos:exactMatch",
        ),
    ];
    fields[0].constraints.required = true;
    fields[1].constraints.required = true;
    Table {
        title: Some("Vocabularies".to_owned()),
        description: Some("One row per code of the closed lists that the other tables use.".to_owned()),
        primary_key: vec![0, 1],
        class: Some(term("skos:Concept")),
        label: Some(2),
        seeds: SeedLocation::Derived,
        ..Table::plain(VOCABULARIES, Arc::from("schema/vocabularies"), fields)
    }
}
