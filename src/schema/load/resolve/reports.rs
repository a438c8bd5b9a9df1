//! What is wrong with tables as they hang together.

use std::collections::HashMap;

use super::Draft;
use crate::diagnostic::codes;
use crate::schema::Origin;
use crate::tokens::Span;

/// A number is a poor key where others refer to it, or where it is no place in a list of a record's own: a record put first
/// takes the key of the next.
pub(super) fn index_keys(drafts: &mut [Draft]) {
    let referred: Vec<(usize, usize)> = drafts
        .iter()
        .flat_map(|draft| &draft.table.foreign_keys)
        .flat_map(|key| key.references.iter().map(|field| (key.table, *field)))
        .collect();
    for (index, draft) in drafts.iter_mut().enumerate() {
        let is_nested = draft.table.nested.is_some();
        let is_poor = |field: &&usize| {
            draft.table.fields[**field].origin == Origin::Index
                && (!is_nested || referred.contains(&(index, **field)))
        };
        let poor: Vec<usize> = draft.table.primary_key.iter().filter(is_poor).copied().collect();
        for field in poor {
            let name = &draft.table.fields[field].name;
            let message = format!(
                "`{name}` is part of the primary key, and changes when a record is put before another"
            );
            let help = "give each record a name of its own";
            draft.file.report_with_help(&codes::INDEX_KEY, draft.spans[field], message, help);
        }
    }
}

/// Records inside others are written in no columns.
pub(super) fn nested_columns(draft: &mut Draft) {
    if draft.table.nested.is_none() {
        return;
    }
    for (field, span) in draft.table.fields.iter().zip(&draft.spans) {
        if let Origin::Column(index) = field.origin {
            let (name, number) = (&field.name, index + 1);
            let message =
                format!("`{name}` is read from column {number}, but records inside others have no columns");
            draft.file.report(&codes::INVALID_VALUE, *span, message);
        }
    }
}

/// The key of a keyed record goes to a field.
pub(super) fn lost_key(draft: &mut Draft) {
    let table = &draft.table;
    let has_field = table.fields.iter().any(|field| field.origin == Origin::Key);
    if table.keyed && !has_field && table.keyed_field().is_none() {
        let span = Span { line: 1, column: 1, length: 1 };
        let message = "the table is `keyed`, but no field takes the key under which a record stands";
        let help = "give a field `letterpress: {from: \"@key\"}`, or the table a primary key";
        draft.file.report_with_help(&codes::INVALID_VALUE, span, message, help);
    }
}

/// A table cannot be nested in itself, not even by way of others: its key would have no beginning.
pub(super) fn nesting_cycles(drafts: &mut [Draft]) {
    let parents: Vec<Vec<usize>> =
        drafts.iter().map(|d| d.table.nested.iter().flat_map(|n| n.parents.clone()).collect()).collect();
    for (index, draft) in drafts.iter_mut().enumerate() {
        let mut reached: Vec<usize> = parents[index].clone();
        let mut next = 0;
        while next < reached.len() {
            for &parent in &parents[reached[next]] {
                if !reached.contains(&parent) {
                    reached.push(parent);
                }
            }
            next += 1;
        }
        if reached.contains(&index) {
            let span = draft.nested_mark;
            draft.file.report(&codes::INVALID_VALUE, span, "a table cannot be nested in itself");
            draft.table.nested = None;
        }
    }
}

/// A key of a record holds one thing: a value, a mapping of further keys, or nested records.
pub(super) fn path_conflicts(drafts: &mut [Draft]) {
    let mut conflicts = Vec::new();
    for parent in 0..drafts.len() {
        let mut paths: Vec<(usize, Option<usize>, &[String])> = Vec::new();
        for (index, field) in drafts[parent].table.fields.iter().enumerate() {
            if let Origin::Path(path) = &field.origin {
                paths.push((parent, Some(index), path));
            }
        }
        for (child, draft) in drafts.iter().enumerate() {
            if let Some(nested) = draft.table.nested.as_ref().filter(|n| n.parents.contains(&parent)) {
                paths.push((child, None, &nested.path));
            }
        }
        let mut read = ReadPaths::default();
        for (number, (owner, field, path)) in paths.iter().enumerate() {
            if let Some(other) = read.add(number, path, field.is_some()) {
                conflicts.push((*owner, *field, path.join("."), paths[other].2.join(".")));
            }
        }
    }
    for (owner, field, path, other) in conflicts {
        let draft = &mut drafts[owner];
        let span = field.map_or(Span { line: 1, column: 1, length: 1 }, |field| draft.spans[field]);
        let message = match path == other {
            true => format!("two things are read from `{path}` of one record"),
            false => format!("`{path}` and `{other}` cannot both be read: one lies inside the other"),
        };
        draft.file.report(&codes::INVALID_VALUE, span, message);
    }
}

/// Paths that are read, by number: the first of each, and the first that goes beyond it.
#[derive(Default)]
struct ReadPaths<'a> {
    any: HashMap<&'a [String], usize>,
    nested: HashMap<&'a [String], usize>,
    beyond: HashMap<&'a [String], usize>,
}

impl<'a> ReadPaths<'a> {
    /// Adds a path, of a field or of nested records, and returns the first before it that cannot be read with it: one inside the
    /// other, or the same where not both are of fields.
    fn add(&mut self, number: usize, path: &'a [String], is_field: bool) -> Option<usize> {
        let above = || (0..path.len()).map(|end| &path[..end]);
        let same = if is_field { &self.nested } else { &self.any };
        let found = above()
            .filter_map(|above| self.any.get(above))
            .chain(same.get(path))
            .chain(self.beyond.get(path));
        let found = found.min().copied();
        self.any.entry(path).or_insert(number);
        if !is_field {
            self.nested.entry(path).or_insert(number);
        }
        above().for_each(|above| _ = self.beyond.entry(above).or_insert(number));
        found
    }
}
