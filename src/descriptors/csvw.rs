//! `data/csv/csv-metadata.json`: CSV on the Web (W3C Recommendations of 17 December 2015), beside the files it
//! describes, where a reader of any of them looks for it.
//!
//! Each file is a table, with its columns as they are published: datatypes, limits, keys and references. The parts of a
//! table are tables of one schema.
//!
//! Left out, and why:
//! - references that may be missing or name several rows: every row must then name a row (Tabular Data Model, 6.6), so
//!   they would make good data invalid; `datapackage.json` has the former. So are references to a table in parts, for a
//!   reference names one table.
//! - unique keys, the lengths of lists, and the `enum` of numbers and dates: there is no word for them.
//! - years are integers, because an `xsd:gYear` has four digits and 800 has three.
//! - what the schema says of texts, when `formula_guard` puts apostrophes before some of them: they are then strings.
//! - `propertyUrl` and `aboutUrl`: the same rows are published as JSON-LD.

use serde::Serialize;

use super::files::json;
use super::values::{self, Limit, Scalar};
use super::{Described, Descriptor, Document, derivation, people};
use crate::schema::{
    Column, ColumnType, Dataset, Field, FieldType, ForeignKey, LineEnd, StringFormat, Table,
};

/// `data/csv/csv-metadata.json`.
pub(super) struct Csvw;

const FOLDER: &str = "data/csv/";

impl Descriptor for Csvw {
    fn name(&self) -> &'static str {
        "csvw"
    }

    fn standard(&self) -> &'static str {
        "CSV on the Web (2015)"
    }

    fn documents(&self, release: &Described<'_>) -> Vec<Document> {
        let mut tables = Vec::new();
        for (table, record) in release.project.tables.iter().zip(release.tables) {
            let parts = release.parts(record, "csv");
            let described = parts.iter().filter_map(|part| part.path.strip_prefix(FOLDER));
            tables.extend(described.map(|url| TableDescription::new(release, table, url)));
        }
        if tables.is_empty() {
            return Vec::new();
        }
        let group = TableGroup::new(&release.project.dataset, tables);
        vec![json(format!("{FOLDER}csv-metadata.json"), "application/csvm+json", &group)]
    }
}

/// A table group (Metadata Vocabulary, 5.3).
#[derive(Serialize)]
struct TableGroup<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "dc:title", skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(rename = "dc:description", skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(rename = "dc:license", skip_serializing_if = "Vec::is_empty")]
    licenses: Vec<Address<'a>>,
    #[serde(rename = "dc:creator", skip_serializing_if = "Vec::is_empty")]
    creators: Vec<String>,
    #[serde(rename = "dc:issued")]
    issued: String,
    #[serde(rename = "schema:version")]
    version: String,
    #[serde(rename = "dcat:keyword", skip_serializing_if = "<[String]>::is_empty")]
    keywords: &'a [String],
    dialect: Dialect,
    tables: Vec<TableDescription<'a>>,
}

#[derive(Serialize)]
struct Address<'a> {
    #[serde(rename = "@id")]
    id: &'a str,
}

/// How the files are written (Metadata Vocabulary, 5.9); defaults are told too.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Dialect {
    encoding: &'static str,
    delimiter: &'static str,
    quote_char: &'static str,
    double_quote: bool,
    line_terminators: [&'static str; 1],
    header: bool,
    trim: bool,
}

/// One file (Metadata Vocabulary, 5.4).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TableDescription<'a> {
    url: &'a str,
    #[serde(rename = "dc:title", skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(rename = "dc:description", skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(rename = "dc:provenance", skip_serializing_if = "Option::is_none")]
    provenance: Option<&'static str>,
    table_schema: Schema<'a>,
}

/// The columns and keys of a file (Metadata Vocabulary, 5.5).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Schema<'a> {
    columns: Vec<ColumnDescription<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    primary_key: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    row_titles: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    foreign_keys: Vec<KeyDescription>,
}

/// One column (Metadata Vocabulary, 5.6).
#[derive(Serialize)]
struct ColumnDescription<'a> {
    name: String,
    titles: &'a str,
    #[serde(rename = "dc:title", skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(rename = "dc:description", skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    datatype: Datatype,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    null: Option<[&'static str; 0]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    separator: Option<&'static str>,
    #[serde(rename = "schema:unitText", skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
}

/// The type of a cell, or of an item of one (Metadata Vocabulary, 5.11).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Datatype {
    base: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_length: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_length: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<Scalar>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum: Option<Scalar>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_exclusive: Option<Scalar>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_exclusive: Option<Scalar>,
}

/// A foreign key (Metadata Vocabulary, 5.5.1).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct KeyDescription {
    column_reference: Vec<String>,
    reference: Target,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    resource: String,
    column_reference: Vec<String>,
}

impl<'a> TableGroup<'a> {
    fn new(dataset: &'a Dataset, tables: Vec<TableDescription<'a>>) -> TableGroup<'a> {
        TableGroup {
            context: "http://www.w3.org/ns/csvw",
            title: dataset.title.as_deref(),
            description: dataset.description.as_deref(),
            licenses: dataset
                .licenses
                .iter()
                .filter_map(|l| Some(Address { id: l.path.as_deref()? }))
                .collect(),
            creators: people::creators(dataset).iter().filter_map(|person| person.full_name()).collect(),
            issued: dataset.created.to_string(),
            version: dataset.version.to_string(),
            keywords: &dataset.keywords,
            dialect: Dialect {
                encoding: "utf-8",
                delimiter: ",",
                quote_char: "\"",
                double_quote: true,
                line_terminators: match dataset.options.csv.eol {
                    LineEnd::CrLf => ["\r\n"],
                    LineEnd::Lf => ["\n"],
                },
                header: true,
                trim: false,
            },
            tables,
        }
    }
}

impl<'a> TableDescription<'a> {
    fn new(release: &Described<'a>, table: &'a Table, url: &'a str) -> TableDescription<'a> {
        let names = |fields: &[usize]| fields.iter().map(|&field| name(&table.fields[field].name)).collect();
        let label = table.label.filter(|&field| !table.fields[field].is_list());
        TableDescription {
            url,
            title: table.title.as_deref(),
            description: table.description.as_deref(),
            provenance: derivation(table),
            table_schema: Schema {
                columns: table.columns.iter().map(|column| describe(release, table, column)).collect(),
                primary_key: names(&table.primary_key),
                row_titles: label.map(|field| names(&[field])).unwrap_or_default(),
                foreign_keys: table
                    .foreign_keys
                    .iter()
                    .filter_map(|key| reference(release, table, key))
                    .collect(),
            },
        }
    }
}

/// A column's name as a variable of a URI template (RFC 6570, 2.3), which knows no `-`.
fn name(column: &str) -> String {
    column.replace('-', "%2D")
}

fn describe<'a>(release: &Described<'_>, table: &'a Table, column: &'a Column) -> ColumnDescription<'a> {
    let field = values::own_field(table, column);
    ColumnDescription {
        name: name(&column.name),
        titles: &column.name,
        title: column.title.as_deref(),
        description: column.description.as_deref(),
        datatype: datatype(release, field, column),
        required: column.required,
        null: values::holds_empty_texts(table, column).then_some([]),
        separator: matches!(column.kind, ColumnType::List(_)).then_some("; "),
        unit: field.and_then(|field| field.unit.as_deref()),
    }
}

fn datatype(release: &Described<'_>, field: Option<&Field>, column: &Column) -> Datatype {
    let plain = Datatype {
        base: base(column.kind, field),
        format: None,
        min_length: None,
        max_length: None,
        minimum: None,
        maximum: None,
        min_exclusive: None,
        max_exclusive: None,
    };
    let Some(field) = field else { return plain };
    if values::is_guarded(release.project, column) {
        return Datatype { base: "string", ..plain };
    }
    let codes = values::codes(release.project, field);
    if field.is_list() {
        return Datatype { format: codes.map(|codes| one_of(&codes)), ..plain };
    }
    let is_text = plain.base == "string";
    let rules = &field.constraints;
    let (lowest, highest) = values::limits(field);
    let [minimum, min_exclusive] = Limit::by_exclusion(lowest);
    let [maximum, max_exclusive] = Limit::by_exclusion(highest);
    let pattern = rules.pattern.as_ref().map(|pattern| format!("^(?:{})$", pattern.source()));
    let format = values::allowed(release.project, field).map(|allowed| one_of(&allowed)).or(pattern);
    Datatype {
        format: format.filter(|_| is_text),
        min_length: rules.min_length.filter(|_| is_text),
        max_length: rules.max_length.filter(|_| is_text),
        minimum,
        maximum,
        min_exclusive,
        max_exclusive,
        ..plain
    }
}

/// The regular expression of the texts that are one of these, and the whole of it.
fn one_of(values: &[Scalar]) -> String {
    let escaped: Vec<String> = values.iter().map(|value| escape(&value.text())).collect();
    format!("^(?:{})$", escaped.join("|"))
}

/// The text with a backslash before each character that has a meaning in a regular expression, and before no other: some
/// readers refuse a needless one.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if r"\^$.|?*+()[]{}/".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// The datatype of a cell, or of each item of a list.
fn base(kind: ColumnType, field: Option<&Field>) -> &'static str {
    match kind {
        ColumnType::Text => field.map_or("string", text_base),
        ColumnType::Json => "json",
        ColumnType::Integer => "integer",
        ColumnType::Number => "double",
        ColumnType::Decimal { .. } => "decimal",
        ColumnType::Boolean => "boolean",
        ColumnType::Date => "date",
        ColumnType::Datetime | ColumnType::LocalDatetime => "dateTime",
        ColumnType::List(item) => base(item.column_type(), None),
    }
}

/// The datatype of a field that is published as text.
fn text_base(field: &Field) -> &'static str {
    match field.kind {
        FieldType::String => match field.format.string {
            StringFormat::Uri => "anyURI",
            StringFormat::Binary => "base64Binary",
            StringFormat::Default | StringFormat::Email | StringFormat::Uuid => "string",
        },
        FieldType::Time => "time",
        FieldType::Yearmonth => "gYearMonth",
        FieldType::Duration => "duration",
        FieldType::Geopoint | FieldType::Any => "string",
        // Not published as text, or as JSON.
        FieldType::Object
        | FieldType::Array
        | FieldType::Geojson
        | FieldType::Number
        | FieldType::Integer
        | FieldType::Boolean
        | FieldType::List(_)
        | FieldType::Datetime
        | FieldType::Date
        | FieldType::Year => "string",
    }
}

/// A reference that every row has, to a table in one file.
fn reference(release: &Described<'_>, table: &Table, key: &ForeignKey) -> Option<KeyDescription> {
    let is_sure = |&field: &usize| table.fields[field].constraints.required && !table.fields[field].is_list();
    if !key.fields.iter().all(is_sure) {
        return None;
    }
    let target = release.project.tables.get(key.table)?;
    let parts = release.parts(release.tables.get(key.table)?, "csv");
    let [only] = parts.as_slice() else { return None };
    Some(KeyDescription {
        column_reference: key.fields.iter().map(|&field| name(&table.fields[field].name)).collect(),
        reference: Target {
            resource: only.path.strip_prefix(FOLDER)?.to_owned(),
            column_reference: key.references.iter().map(|&field| name(&target.fields[field].name)).collect(),
        },
    })
}
