//! What the manifest says of a table.

use crate::digest::Digest;
use crate::formats::{DataFile, Format, Holds};
use crate::release::{ColumnRecord, EdtfRecord, ForeignKeyRecord, SpanningFile, TableFile, TableRecord};
use crate::schema::{Column, ColumnRole, Project, Table};

/// The record of a table of so many rows, without its files.
pub(super) fn of_table(project: &Project, table: &Table, rows: usize, digest: Digest) -> TableRecord {
    let names = |table: &Table, fields: &[usize]| {
        fields.iter().map(|&field| table.fields[field].name.clone()).collect()
    };
    let foreign_keys = table.foreign_keys.iter().map(|key| ForeignKeyRecord {
        columns: names(table, &key.fields),
        table: project.tables[key.table].name.clone(),
        references: names(&project.tables[key.table], &key.references),
    });
    TableRecord {
        derived: table.derivation().is_some(),
        primary_key: names(table, &table.primary_key),
        foreign_keys: foreign_keys.collect(),
        columns: table.columns.iter().map(|column| of_column(project, table, column)).collect(),
        ..TableRecord::new(&table.name, rows as u64, digest)
    }
}

/// The files that hold the table of this number alone, of all that were written in each format.
pub(super) fn files(
    project: &Project,
    number: usize,
    written: &[(&'static dyn Format, Vec<DataFile>)],
) -> Vec<TableFile> {
    let of_format = |(format, files): &(&'static dyn Format, Vec<DataFile>)| {
        let formula_guard = format.is_guarded(project);
        let file = |file: &DataFile| match file.holds {
            Holds::Part { table, part } if table == number => {
                Some(TableFile { part, formula_guard, ..TableFile::new(&file.path, format.facts().name) })
            }
            Holds::Part { .. } | Holds::Tables(_) => None,
        };
        files.iter().filter_map(file).collect::<Vec<_>>()
    };
    written.iter().flat_map(of_format).collect()
}

/// The files that hold several tables, of all that were written in each format.
pub(super) fn spanning(
    project: &Project,
    written: &[(&'static dyn Format, Vec<DataFile>)],
) -> Vec<SpanningFile> {
    let name = |&table: &usize| project.tables[table].name.clone();
    let of_format = |(format, files): &(&'static dyn Format, Vec<DataFile>)| {
        let file = |file: &DataFile| match &file.holds {
            Holds::Part { .. } => None,
            Holds::Tables(tables) => Some(SpanningFile {
                path: file.path.clone(),
                format: format.facts().name.to_owned(),
                tables: tables.iter().map(name).collect(),
            }),
        };
        files.iter().filter_map(file).collect::<Vec<_>>()
    };
    written.iter().flat_map(of_format).collect()
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
