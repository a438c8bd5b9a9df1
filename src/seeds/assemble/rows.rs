//! Rows being filled, and made into chunks.

use std::sync::Arc;

use arrow::array::{ArrayRef, UInt32Array};
use arrow::compute::take;

use super::super::{Chunk, ColumnBuilder, Problem, ProblemKind, Reading, derive};
use super::Assembler;
use crate::diagnostic::{Diagnostic, Place, codes};
use crate::offsets::field_number;
use crate::quantity::count;
use crate::schema::{Field, Table};

/// The rows of one instance so far.
pub(super) struct Rows {
    pub(super) builders: Vec<ColumnBuilder>,
    /// For each field: the row (from 1) it was last set in.
    pub(super) set: Vec<u32>,
    pub(super) count: u32,
    /// For nested records: the row of the parent instance.
    pub(super) parents: Vec<u32>,
    /// Number of records so far in the current list, for `@index`.
    pub(super) siblings: u64,
    pub(super) problems: Vec<Problem>,
    pub(super) broken: Vec<u32>,
}

impl Rows {
    /// No rows yet.
    pub(super) fn new(table: &Table) -> Rows {
        Rows {
            builders: table.fields.iter().map(|f| ColumnBuilder::new(f, 64)).collect(),
            set: vec![0; table.fields.len()],
            count: 0,
            parents: Vec::new(),
            siblings: 0,
            problems: Vec::new(),
            broken: Vec::new(),
        }
    }

    /// Ends the open row: fields that were not set are missing.
    pub(super) fn end(&mut self) {
        self.count += 1;
        for (builder, set) in self.builders.iter_mut().zip(&self.set) {
            if *set != self.count {
                builder.null();
            }
        }
    }

    /// Sets the field from a text.
    pub(super) fn push(&mut self, schema: &Field, field: usize, text: &str) {
        if let Err(kind) = self.builders[field].push(schema, text) {
            self.problems.push(Problem::of_cell(self.count, field_number(field), kind));
        }
    }

    /// Sets the field to missing because of a problem.
    pub(super) fn bad(&mut self, field: usize, kind: ProblemKind) {
        self.builders[field].null();
        self.set[field] = self.count + 1;
        self.problems.push(Problem::of_cell(self.count, field_number(field), kind));
    }
}

impl Assembler<'_> {
    /// The rows as chunks, parents before children; keys of parents are filled into their children.
    pub(in crate::seeds) fn finish(self) -> Reading {
        let mut fields: Vec<Vec<ArrayRef>> = Vec::new();
        let mut diagnostics = self.diagnostics;
        // Instances whose rows are given up, because their keys are too large.
        let mut lost = vec![false; self.mapping.instances.len()];
        let mut chunks = Vec::new();
        for (number, rows) in self.tables.into_iter().enumerate() {
            let instance = &self.mapping.instances[number];
            let table = &self.project.tables[instance.table];
            let mut problems = rows.problems;
            let finish =
                |(index, builder): (usize, ColumnBuilder)| builder.finish(field_number(index), &mut problems);
            let mut columns: Vec<ArrayRef> = rows.builders.into_iter().enumerate().map(finish).collect();
            if let (Some(parent), Some(nested)) = (instance.parent, &table.nested) {
                let parent_table = &self.project.tables[self.mapping.instances[parent].table];
                let parent_rows = UInt32Array::from(rows.parents);
                for (own, theirs) in nested.key.iter().zip(&parent_table.primary_key) {
                    match take(&fields[parent][*theirs], &parent_rows, None) {
                        Ok(keys) => columns[*own] = keys,
                        Err(_) => {
                            lost[number] = true;
                            diagnostics.push(too_large(&self.source.path, table, rows.count));
                        }
                    }
                }
                lost[number] |= lost[parent];
            }
            let published = derive::columns(table, &columns, &mut problems);
            fields.push(columns);
            let rows_count = rows.count as usize;
            if rows_count > 0 && !lost[number] {
                let broken = rows.broken;
                let chunk = Chunk::new(instance.table, published, rows_count);
                chunks.push(Chunk { instance: number, problems, broken, ..chunk });
            }
        }
        Reading { chunks, diagnostics, lost_records: lost.contains(&true) }
    }
}

/// A key that so many nested records repeat that Arrow cannot count the bytes of the column.
fn too_large(file: &Arc<str>, table: &Table, records: u32) -> Diagnostic {
    let records = count(records.into(), "record");
    let message =
        format!("the keys around {records} of table `{}` take more than 2 GiB together", table.name);
    Diagnostic::new(&codes::TOO_LARGE, Place::file(file), message)
        .with_help("shorten the keys, which each nested record repeats, or share the records out among files")
}

/// Whether the text means "no value" for the field.
pub(in crate::seeds) fn is_missing(table: &Table, field: &Field, text: &str) -> bool {
    if table.from_release.is_some() {
        return false;
    }
    let missing = field.missing_values.as_ref().unwrap_or(&table.missing_values);
    // Only the empty text, mostly; comparing with that is worth a case of its own.
    missing.iter().any(|missing| missing.len() == text.len() && (text.is_empty() || missing == text))
}

/// Whether any text but the empty one means that a field has no value.
pub(in crate::seeds) fn has_missing_words(table: &Table, field: &Field) -> bool {
    let missing = field.missing_values.as_ref().unwrap_or(&table.missing_values);
    table.from_release.is_none() && missing.iter().any(|missing| !missing.is_empty())
}
