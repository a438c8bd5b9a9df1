//! Foreign keys: those that readers of the standard are told of, and all, as this tool reads them back.

use serde::Serialize;

use super::kinds::becomes_float;
use super::{Described, whole_resource};
use crate::schema::{ForeignKey, Project, Table};

/// A foreign key.
#[derive(Serialize)]
pub(super) struct Reference<'a> {
    fields: Vec<&'a str>,
    reference: Target<'a>,
}

#[derive(Serialize)]
struct Target<'a> {
    /// None: the resource itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<String>,
    fields: Vec<&'a str>,
}

/// The resource whose schema it is.
pub(super) struct Referring<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// Whether it is CSV, and not Parquet.
    pub(super) is_csv: bool,
    /// Whether it holds every row of the table.
    pub(super) is_whole: bool,
}

impl<'a> Reference<'a> {
    /// A foreign key as readers of the standard are told it; none when no one resource holds the table referred to, or when it may be there in part: readers differ
    /// in what that means.
    pub(super) fn told(
        release: &Described<'a>,
        table: &'a Table,
        key: &ForeignKey,
        own: &Referring<'_>,
    ) -> Option<Reference<'a>> {
        let columns = || key.fields.iter().map(|&field| &table.columns[table.column_of_field(field)]);
        // The standard compares whole values: of lists it knows no items.
        if key.is_of_items(table) {
            return None;
        }
        let is_partial = key.fields.len() > 1 && columns().any(|column| !column.required);
        if is_partial || (!own.is_csv && columns().any(becomes_float)) {
            return None;
        }
        let target = release.project.tables.get(key.table)?;
        let is_itself = std::ptr::eq(target, table) && own.is_whole;
        let resource = if is_itself { None } else { Some(whole_resource(release, key.table)?) };
        // The guard alters keys in CSV, and Parquet would refer to those.
        if resource.is_some() && !own.is_csv && release.project.dataset.options.csv.formula_guard {
            return None;
        }
        Some(Reference {
            fields: columns().map(|column| column.name.as_str()).collect(),
            reference: Target {
                resource: resource.filter(|resource| resource != own.name),
                fields: key.references.iter().map(|&field| target.fields[field].name.as_str()).collect(),
            },
        })
    }

    /// A foreign key by the names of tables, whether or not readers of the standard are told of it.
    pub(super) fn whole(project: &'a Project, table: &'a Table, key: &ForeignKey) -> Reference<'a> {
        let target = &project.tables[key.table];
        let is_itself = std::ptr::eq(target, table);
        let names = |table: &'a Table, fields: &[usize]| {
            fields.iter().map(|&field| table.fields[field].name.as_str()).collect()
        };
        Reference {
            fields: names(table, &key.fields),
            reference: Target {
                resource: (!is_itself).then(|| target.name.clone()),
                fields: names(target, &key.references),
            },
        }
    }
}
