//! A table as the manifest describes it, in the words in which seeds are read.

use std::collections::HashMap;
use std::sync::Arc;

use crate::release::{ColumnRecord, MANIFEST, Manifest, TableRecord};
use crate::schema::{
    Column, ColumnRole, ColumnType, Dataset, Dialect, Field, FieldType, FieldsMatch, FromRelease, Options,
    Project, SeedFormat, Table, Zone,
};

/// A project with the table alone, each column of which is a field; fails with the reason when the record contradicts itself.
pub(super) fn project(
    manifest: &Manifest,
    record: &TableRecord,
    format: SeedFormat,
    is_guarded: bool,
) -> Result<Project, String> {
    let kinds = record.columns.iter().map(kind).collect::<Result<Vec<ColumnType>, String>>()?;
    let fields = record.columns.iter().zip(&kinds).map(|(column, kind)| field(column, *kind)).collect();
    let mut table = Table::plain(&record.name, Arc::from(MANIFEST), fields);
    table.columns = record.columns.iter().zip(kinds).enumerate().map(column).collect();
    let numbers: HashMap<&str, usize> =
        record.columns.iter().enumerate().map(|(number, column)| (column.name.as_str(), number)).collect();
    // That they are columns is a rule of manifests.
    table.primary_key =
        record.primary_key.iter().filter_map(|name| numbers.get(name.as_str()).copied()).collect();
    table.from_release = Some(FromRelease { is_derived: record.derived });
    // A node of JSON-LD has an id and references beside its columns.
    let fields_match = if format == SeedFormat::JsonLd { FieldsMatch::Subset } else { FieldsMatch::Equal };
    table.dialect = Dialect { is_guarded, fields_match, ..Dialect::default() };
    let dataset = dataset(manifest).ok_or("its date is none")?;
    let (vocabularies, checks) = (Vec::new(), Vec::new());
    Ok(Project { root: ".".into(), dataset, tables: vec![table], vocabularies, checks })
}

fn kind(column: &ColumnRecord) -> Result<ColumnType, String> {
    let kind = column.kind.parse();
    kind.map_err(|()| format!("the type of the column `{}` is `{}`, which is none", column.name, column.kind))
}

/// The field of a column: what is JSON is read as the text that was published.
fn field(column: &ColumnRecord, kind: ColumnType) -> Field {
    let mut field = Field::plain(&column.name, field_type(kind));
    let is_local = |kind| matches!(kind, ColumnType::LocalDatetime);
    let is_local_list = matches!(kind, ColumnType::List(item) if is_local(item.column_type()));
    field.format.zone = (is_local(kind) || is_local_list).then_some(Zone::None);
    field.format.delimiter = "; ".to_owned();
    if let ColumnType::Decimal { precision, scale } = kind {
        field.format.decimal = Some((precision, scale));
    }
    field.constraints.required = column.required;
    field
}

fn field_type(kind: ColumnType) -> FieldType {
    match kind {
        ColumnType::Text | ColumnType::Json => FieldType::String,
        ColumnType::Integer => FieldType::Integer,
        ColumnType::Number | ColumnType::Decimal { .. } => FieldType::Number,
        ColumnType::Boolean => FieldType::Boolean,
        ColumnType::Date => FieldType::Date,
        ColumnType::Datetime | ColumnType::LocalDatetime => FieldType::Datetime,
        ColumnType::List(item) => FieldType::List(item),
    }
}

fn column((number, (record, kind)): (usize, (&ColumnRecord, ColumnType))) -> Column {
    Column {
        name: record.name.clone(),
        title: None,
        description: None,
        kind,
        required: record.required,
        field: number,
        role: ColumnRole::Value,
    }
}

fn dataset(manifest: &Manifest) -> Option<Dataset> {
    Some(Dataset {
        name: manifest.name.clone(),
        title: manifest.title.clone(),
        description: None,
        version: manifest.version.clone(),
        created: manifest.created.parse().ok()?,
        licenses: Vec::new(),
        contributors: Vec::new(),
        sources: Vec::new(),
        keywords: Vec::new(),
        homepage: None,
        id: None,
        options: Options::default(),
    })
}
