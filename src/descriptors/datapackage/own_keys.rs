//! What stands under `letterpress`: all that this tool needs, beside the standard's keys, to publish the same again.
//!
//! Keys of the standard that stand there hold for this tool in the place of those beside them, which are written for readers that
//! would stumble over the truth.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::values;
use super::constraints::Constraints;
use super::foreign_keys::Reference;
use super::kinds::{kind, text_format};
use super::{Described, formats};
use crate::schema::{
    Column, ColumnRole, CsvOptions, Derivation, Field, FieldType, ItemType, LineEnd, Project, Quote,
    RoCrateVersion, Table, VersionPolicy, Vocabulary, Zone,
};

/// Keys of the package.
#[derive(Serialize)]
pub(super) struct OfPackage<'a> {
    formats: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    base_iri: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    base_url: Option<&'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    prefixes: &'a BTreeMap<String, String>,
    csv: OfCsv,
    part_rows: u64,
    version_policy: &'static str,
    ro_crate: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    vocabularies: Vec<OfVocabulary<'a>>,
}

#[derive(Serialize)]
struct OfCsv {
    bom: bool,
    eol: &'static str,
    quote: &'static str,
    formula_guard: bool,
}

#[derive(Serialize)]
struct OfVocabulary<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    codes: Vec<OfCode<'a>>,
}

#[derive(Serialize)]
struct OfCode<'a> {
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    definition: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    broader: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    exact_match: &'a [String],
}

impl<'a> OfPackage<'a> {
    pub(super) fn new(release: &Described<'a>) -> OfPackage<'a> {
        let options = &release.project.dataset.options;
        let mut written: Vec<&str> = Vec::new();
        for format in release.tables.iter().flat_map(formats) {
            if !written.contains(&format) {
                written.push(format);
            }
        }
        OfPackage {
            formats: written,
            base_iri: options.base_iri.as_deref(),
            base_url: options.base_url.as_deref(),
            prefixes: &options.prefixes,
            csv: OfCsv::new(options.csv),
            part_rows: options.part_rows,
            version_policy: match options.version_policy {
                VersionPolicy::DataPackage => "datapackage",
                VersionPolicy::Croissant => "croissant",
            },
            ro_crate: match options.ro_crate {
                RoCrateVersion::V1_2 => "1.2",
                RoCrateVersion::V1_3 => "1.3",
            },
            vocabularies: release.project.vocabularies.iter().map(OfVocabulary::new).collect(),
        }
    }
}

impl OfCsv {
    fn new(options: CsvOptions) -> OfCsv {
        OfCsv {
            bom: options.bom,
            eol: match options.eol {
                LineEnd::CrLf => "crlf",
                LineEnd::Lf => "lf",
            },
            quote: match options.quote {
                Quote::Texts => "texts",
                Quote::All => "all",
                Quote::Necessary => "necessary",
            },
            formula_guard: options.formula_guard,
        }
    }
}

impl<'a> OfVocabulary<'a> {
    fn new(vocabulary: &'a Vocabulary) -> OfVocabulary<'a> {
        let codes = vocabulary.concepts.iter().map(|concept| OfCode {
            code: &concept.code,
            label: concept.label.as_deref(),
            definition: concept.definition.as_deref(),
            broader: concept.broader.as_deref(),
            exact_match: &concept.exact_match,
        });
        OfVocabulary {
            name: &vocabulary.name,
            title: vocabulary.title.as_deref(),
            description: vocabulary.description.as_deref(),
            codes: codes.collect(),
        }
    }
}

/// How the table's rows were derived, in one word.
pub(super) fn derived(table: &Table) -> Option<&'static str> {
    table.derivation().map(|derivation| match derivation {
        Derivation::Vocabularies => "vocabularies",
        Derivation::Query => "query",
    })
}

/// Keys of a table's schema.
#[derive(Serialize)]
pub(super) struct OfTable<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    publish_only: Option<OfPublication<'a>>,
    /// All foreign keys, where readers of the standard are told of some.
    #[serde(rename = "foreignKeys", skip_serializing_if = "Option::is_none")]
    foreign_keys: Option<Vec<Reference<'a>>>,
}

#[derive(Serialize)]
struct OfPublication<'a> {
    field: &'a str,
    values: &'a [String],
}

impl<'a> OfTable<'a> {
    /// The keys of a table of whose foreign keys so many are told, if there are any.
    pub(super) fn new(project: &'a Project, table: &'a Table, told: usize) -> Option<OfTable<'a>> {
        let all = || table.foreign_keys.iter().map(|key| Reference::whole(project, table, key)).collect();
        let name = |field: usize| table.fields[field].name.as_str();
        let only = table.publication.only.as_ref();
        let (class, label) = (table.class.as_ref().map(|term| term.name.as_str()), table.label.map(name));
        let publish_only = only.map(|only| OfPublication { field: name(only.field), values: &only.values });
        let foreign_keys = (told < table.foreign_keys.len()).then(all);
        let has_any = class.is_some() || label.is_some() || publish_only.is_some() || foreign_keys.is_some();
        has_any.then_some(OfTable { class, label, publish_only, foreign_keys })
    }
}

/// Keys of a field.
#[derive(Serialize, Default, PartialEq)]
pub(super) struct OfField<'a> {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'static str>,
    #[serde(rename = "itemType", skip_serializing_if = "Option::is_none")]
    item: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delimiter: Option<&'static str>,
    /// None inside: the field has no description, whatever is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    constraints: Option<Constraints<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    property: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vocabulary: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    edtf: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    decimal: Option<(u8, i8)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<&'static str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    position: bool,
    /// The field of which the column holds something that is derived again.
    #[serde(skip_serializing_if = "Option::is_none")]
    derived_from: Option<&'a str>,
}

impl<'a> OfField<'a> {
    /// The keys of a column, of which readers of the standard are told this description, if there are any.
    pub(super) fn new(
        project: &'a Project,
        (table, column): (&'a Table, &'a Column),
        described: Option<&str>,
        is_csv: bool,
    ) -> Option<OfField<'a>> {
        let field = &table.fields[column.field];
        let keys = match column.role {
            ColumnRole::Value => OfField {
                description: (described != field.description.as_deref())
                    .then_some(field.description.as_deref()),
                ..OfField::of_value(project, field, column, is_csv)
            },
            ColumnRole::Earliest | ColumnRole::Latest | ColumnRole::Precision | ColumnRole::Qualifier => {
                OfField { derived_from: Some(&field.name), ..OfField::default() }
            }
        };
        (keys != OfField::default()).then_some(keys)
    }

    fn of_value(project: &'a Project, field: &'a Field, column: &Column, is_csv: bool) -> OfField<'a> {
        let (told, told_format) = kind(project, column, Some(field), is_csv);
        let (name, format) = (field.kind.to_string(), text_format(field));
        let is_told = name == told && format == told_format;
        let is_example_told = column.kind == crate::schema::ColumnType::Text;
        OfField {
            kind: (!is_told).then_some(name),
            format: format.filter(|_| !is_told),
            item: item(field).map(|item| item.field_type().to_string()),
            delimiter: (is_csv && field.is_list()).then_some("; "),
            example: field.example.as_deref().filter(|_| !is_example_told),
            constraints: constraints(project, field, column, is_csv),
            unit: field.unit.as_deref(),
            property: field.property.as_ref().map(|term| term.name.as_str()),
            vocabulary: field.vocabulary.map(|number| project.vocabularies[number].name.as_str()),
            edtf: field.edtf,
            decimal: field.format.decimal,
            zone: (field.format.zone == Some(Zone::None)).then_some("none"),
            position: field.is_position,
            ..OfField::default()
        }
    }
}

/// The type of a list's items, unless they are texts.
fn item(field: &Field) -> Option<ItemType> {
    match field.kind {
        FieldType::List(item) if item != ItemType::Text => Some(item),
        _ => None,
    }
}

/// All constraints, unless they can be read from those that are told.
fn constraints<'a>(
    project: &Project,
    field: &'a Field,
    column: &Column,
    is_csv: bool,
) -> Option<Constraints<'a>> {
    let told = Constraints::told(project, Some(field), column, is_csv);
    let told = if values::concepts(project, field).is_some() { told.without_codes() } else { told };
    let whole = Constraints::whole(field);
    (whole != told).then_some(whole)
}
