//! What the manifest says of a table.

use super::parts::Parts;
use crate::diagnostic::Result;
use crate::digest::Digest;
use crate::formats::Format;
use crate::release::{ColumnRecord, EdtfRecord, ForeignKeyRecord, TableFile, TableRecord};
use crate::schema::{Column, ColumnRole, Project, Table};
use crate::sort::Rows;

/// The record of a table that has been written in these formats.
pub(super) fn of_table(
    project: &Project,
    table: &Table,
    rows: &Rows,
    formats: &[&dyn Format],
    digest: Digest,
) -> Result<TableRecord> {
    let names = |table: &Table, fields: &[usize]| {
        fields.iter().map(|&field| table.fields[field].name.clone()).collect()
    };
    let foreign_keys = table.foreign_keys.iter().map(|key| ForeignKeyRecord {
        columns: names(table, &key.fields),
        table: project.tables[key.table].name.clone(),
        references: names(&project.tables[key.table], &key.references),
    });
    let parts = Parts::new(project, table, rows.extent()?);
    Ok(TableRecord {
        derived: table.derivation().is_some(),
        primary_key: names(table, &table.primary_key),
        foreign_keys: foreign_keys.collect(),
        columns: table.columns.iter().map(|column| of_column(project, table, column)).collect(),
        files: formats.iter().flat_map(|format| files(project, &parts, *format, table)).collect(),
        ..TableRecord::new(&table.name, rows.len() as u64, digest)
    })
}

fn files(project: &Project, parts: &Parts, format: &dyn Format, table: &Table) -> Vec<TableFile> {
    let paths = parts.paths(format, table);
    let is_split = paths.len() > 1;
    let formula_guard = format.is_guarded(project);
    let file = |(number, path)| TableFile {
        formula_guard,
        part: is_split.then_some(number),
        ..TableFile::new(path, format.facts().name)
    };
    (1..).zip(paths).map(file).collect()
}

fn of_column(project: &Project, table: &Table, column: &Column) -> ColumnRecord {
    let field = &table.fields[column.field];
    let is_value = column.role == ColumnRole::Value;
    let vocabulary =
        field.vocabulary.filter(|_| is_value).map(|number| project.vocabularies[number].name.clone());
    let holds = match column.role {
        ColumnRole::Value => "value",
        ColumnRole::Earliest => "earliest",
        ColumnRole::Latest => "latest",
        ColumnRole::Precision => "precision",
        ColumnRole::Qualifier => "qualifier",
    };
    ColumnRecord {
        required: column.required,
        position: is_value && field.is_position,
        vocabulary,
        edtf: field.edtf.then(|| EdtfRecord { of: field.name.clone(), holds: holds.to_owned() }),
        ..ColumnRecord::new(&column.name, column.kind.to_string())
    }
}
