//! What the schema says, in the two places where readers of Parquet look: the fields of the Arrow schema (pyarrow, R)
//! and the key-values of the footer (Polars, DuckDB, and everything else).

use ::parquet::arrow::PARQUET_FIELD_ID_META_KEY;
use ::parquet::file::metadata::KeyValue;
use arrow::datatypes::{Field, Metadata, Schema};
use serde::Serialize;

use crate::schema::{Column, ColumnRole, Dataset, Project, Table};

/// The Arrow schema of a table; field ids count from 1, in column order.
pub(super) fn arrow_schema(table: &Table) -> Schema {
    let fields = table.columns.iter().enumerate().map(|(index, column)| {
        let words = [
            ("title", column.title.as_deref()),
            ("description", column.description.as_deref()),
            ("unit", unit(table, column)),
        ];
        let id = (PARQUET_FIELD_ID_META_KEY.to_owned(), (index + 1).to_string());
        let words = words.into_iter().filter_map(|(key, text)| Some((key.to_owned(), text?.to_owned())));
        Field::new(&column.name, column.kind.arrow(), !column.required)
            .with_metadata(std::iter::once(id).chain(words).collect::<Metadata>())
    });
    Schema::new(fields.collect::<Vec<_>>())
}

/// The footer's key-values; a key without value is left out.
pub(super) fn key_values(project: &Project, table: &Table) -> Vec<KeyValue> {
    let dataset = &project.dataset;
    let pairs = [
        ("title", table.title.clone()),
        ("description", table.description.clone()),
        ("dataset", Some(dataset.name.clone())),
        ("version", Some(dataset.version.to_string())),
        ("license", license(dataset)),
        ("columns", Some(columns(table))),
    ];
    pairs.into_iter().filter_map(|(key, value)| Some(KeyValue::new(key.to_owned(), value?))).collect()
}

/// The licences' names, or addresses where they have no name, joined by `, `.
fn license(dataset: &Dataset) -> Option<String> {
    let licenses = dataset.licenses.iter();
    let names: Vec<&str> =
        licenses.filter_map(|license| license.name.as_deref().or(license.path.as_deref())).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// The columns' words as JSON: `[{"name": …, "title": …, "description": …, "unit": …}, …]`.
fn columns(table: &Table) -> String {
    #[derive(Serialize)]
    struct Words<'a> {
        name: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        title: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        description: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        unit: Option<&'a str>,
    }
    let columns = table.columns.iter().map(|column| Words {
        name: &column.name,
        title: column.title.as_deref(),
        description: column.description.as_deref(),
        unit: unit(table, column),
    });
    serde_json::to_string(&columns.collect::<Vec<_>>()).expect("texts are always JSON")
}

/// The unit of a column that holds its field's own value.
fn unit<'a>(table: &'a Table, column: &Column) -> Option<&'a str> {
    match column.role {
        ColumnRole::Value => table.fields[column.field].unit.as_deref(),
        ColumnRole::Earliest | ColumnRole::Latest | ColumnRole::Precision | ColumnRole::Qualifier => None,
    }
}
