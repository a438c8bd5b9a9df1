//! How each column of a table is expressed, decided once per table (`docs/jsonld.md`).

use super::ids::{self, Ids};
use super::terms;
use crate::schema::{
    Column, ColumnRole, ColumnType, ForeignKey, ItemType, Project, SeedLocation, Table, Vocabulary,
};

/// The table of concepts, made from the project's vocabularies.
pub(super) const CONCEPTS: &str = "vocabularies";

/// How the rows of a table become nodes.
pub(super) struct Plan<'a> {
    /// Makes the ids.
    pub(super) ids: Ids,
    /// The table.
    pub(super) table: &'a Table,
    /// Address of the rows' class, where the schema names one.
    pub(super) class: Option<String>,
    /// What `@type` says.
    pub(super) type_name: String,
    /// The primary key's columns; empty when rows have no id.
    pub(super) key: Vec<usize>,
    /// One property per column.
    pub(super) properties: Vec<Property<'a>>,
    /// Foreign keys of several columns.
    pub(super) references: Vec<Reference<'a>>,
    /// Whether a column is named as the scheme of the ids: rdflib would take it for a prefix in terms of codes.
    is_scheme_taken: bool,
}

/// The property that a column becomes.
pub(super) struct Property<'a> {
    /// Its key in the node.
    pub(super) key: String,
    /// What the key stands for: an address, or a term relative to `@vocab`.
    pub(super) id: String,
    /// The column's type.
    pub(super) kind: ColumnType,
    /// The datatype of its literals.
    pub(super) datatype: Option<&'static str>,
    /// What its values are.
    pub(super) value: Value<'a>,
}

/// What a column's values are.
pub(super) enum Value<'a> {
    /// Literals.
    Literal,
    /// Addresses of things elsewhere.
    Addresses,
    /// Rows of a table.
    Row(RowValue<'a>),
    /// Concepts of a vocabulary.
    Concept(&'a Vocabulary),
}

/// A row of another table, or of the same.
pub(super) struct RowValue<'a> {
    /// The other table's name.
    pub(super) table: &'a str,
    /// The columns that hold its key, in the order of its primary key.
    pub(super) key: Vec<usize>,
    /// The address against which a plain key resolves to the row's id.
    pub(super) base: Option<String>,
}

/// A foreign key of several columns: an extra key of the node.
pub(super) struct Reference<'a> {
    /// Its key in the node.
    pub(super) key: String,
    /// What the key stands for.
    pub(super) id: String,
    /// The row referred to.
    pub(super) row: RowValue<'a>,
}

impl<'a> Plan<'a> {
    /// Decides how a table of the project is expressed.
    pub(super) fn new(project: &'a Project, table: &'a Table) -> Plan<'a> {
        let ids = Ids::new(&project.dataset);
        let prefixes = &project.dataset.options.prefixes;
        let class = class(table).map(|class| terms::expand(class, prefixes));
        let properties: Vec<Property<'a>> =
            table.columns.iter().map(|column| property(project, table, column, &ids)).collect();

        let references = references(project, table, &properties);
        let is_taken = |name: &str| properties.iter().any(|property| property.key == name);
        // A column of that name would lend the type its own meaning.
        let type_name = match terms::key(&table.name).into_owned() {
            name if !is_taken(&name) => name,
            name => class.clone().unwrap_or_else(|| ids.vocabulary() + &name),
        };
        let is_scheme_taken = is_taken(ids.scheme());
        let key = table.key_columns();
        Plan { ids, table, class, type_name, key, properties, references, is_scheme_taken }
    }

    /// Whether a code stands for itself: plain enough for a term, and no word that has another meaning beside it.
    pub(super) fn is_plain_code(&self, code: &str) -> bool {
        !code.is_empty()
            && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
            && code != "identifier"
            && code != self.ids.scheme()
            && !self.is_scheme_taken
    }
}

/// Whether `key` can be resolved against the address of its table: no character of it means anything in an address,
/// and it is not a step.
pub(super) fn is_plain_key(key: &str) -> bool {
    !matches!(key, "" | "." | "..") && ids::are_unreserved(key.as_bytes())
}

fn class(table: &Table) -> Option<&str> {
    table.class.as_ref().map(|class| class.name.as_str()).or(is_concepts(table).then_some("skos:Concept"))
}

fn is_concepts(table: &Table) -> bool {
    table.name == CONCEPTS && table.seeds == SeedLocation::Derived
}

fn property<'a>(project: &'a Project, table: &'a Table, column: &'a Column, ids: &Ids) -> Property<'a> {
    let field = &table.fields[column.field];
    let own_value = match column.role {
        ColumnRole::Value => true,
        ColumnRole::Earliest | ColumnRole::Latest | ColumnRole::Precision | ColumnRole::Qualifier => false,
    };
    let named = field
        .property
        .as_ref()
        .filter(|_| own_value)
        .map(|term| term.name.as_str())
        .or_else(|| concept_property(table, column));
    let is_partial_date = field.edtf && own_value && column.kind == ColumnType::Text;
    Property {
        key: terms::key(&column.name).into_owned(),
        id: match named {
            Some(name) => terms::expand(name, &project.dataset.options.prefixes),
            None => terms::own_term(&table.name, &column.name),
        },
        kind: column.kind,
        datatype: if is_partial_date { Some(terms::EDTF) } else { terms::datatype(column.kind) },
        value: if own_value { value(project, table, column, ids) } else { Value::Literal },
    }
}

/// What the columns of the table of concepts are called in SKOS.
fn concept_property(table: &Table, column: &Column) -> Option<&'static str> {
    let name = match column.name.as_str() {
        "vocabulary" => "skos:inScheme",
        "code" => "skos:notation",
        "label" => "skos:prefLabel",
        "definition" => "skos:definition",
        "broader" => "skos:broader",
        "exact_match" => "skos:exactMatch",
        _ => return None,
    };
    is_concepts(table).then_some(name)
}

fn value<'a>(project: &'a Project, table: &'a Table, column: &Column, ids: &Ids) -> Value<'a> {
    if is_concepts(table) {
        return concept_value(table, column, ids);
    }
    if let Some(target) = single_reference(project, table, column) {
        let is_text = matches!(column.kind, ColumnType::Text | ColumnType::List(ItemType::Text));
        let base = ids.table_base(&target.name).filter(|_| is_text);
        let key = vec![table.column_of_field(column.field)];
        return Value::Row(RowValue { table: &target.name, key, base });
    }
    let has_codes = match column.kind {
        ColumnType::Text | ColumnType::List(ItemType::Text) => project.tables.iter().any(is_concepts),
        ColumnType::Json
        | ColumnType::Integer
        | ColumnType::Number
        | ColumnType::Decimal { .. }
        | ColumnType::Boolean
        | ColumnType::Date
        | ColumnType::Datetime
        | ColumnType::LocalDatetime
        | ColumnType::List(_) => false,
    };
    match table.fields[column.field].vocabulary {
        Some(vocabulary) if has_codes => Value::Concept(&project.vocabularies[vocabulary]),
        Some(_) | None => Value::Literal,
    }
}

/// A concept's scheme is the node of its vocabulary, its broader concept another row; matches lie elsewhere.
fn concept_value<'a>(table: &'a Table, column: &Column, ids: &Ids) -> Value<'a> {
    let own = table.column_of_field(column.field);
    let scheme = table.columns.iter().position(|column| column.name == "vocabulary");
    match (column.name.as_str(), scheme) {
        ("vocabulary", _) => {
            Value::Row(RowValue { table: &table.name, key: vec![own], base: ids.table_base(&table.name) })
        }
        ("broader", Some(scheme)) => {
            Value::Row(RowValue { table: &table.name, key: vec![scheme, own], base: None })
        }
        ("exact_match", _) => Value::Addresses,
        _ => Value::Literal,
    }
}

/// The table whose whole primary key the column, or each item of it, holds: by its one foreign key of one field.
fn single_reference<'a>(project: &'a Project, table: &Table, column: &Column) -> Option<&'a Table> {
    let mut keys = table.foreign_keys.iter().filter(|key| key.fields == [column.field]);
    let (Some(key), None) = (keys.next(), keys.next()) else { return None };
    let target = &project.tables[key.table];
    (target.primary_key == key.references).then_some(target)
}

/// The extra keys of a table, one for each foreign key of several fields that names a row.
fn references<'a>(project: &'a Project, table: &Table, properties: &[Property<'_>]) -> Vec<Reference<'a>> {
    let mut references: Vec<Reference<'a>> = Vec::new();
    // Concepts refer to each other by `skos:broader`.
    for foreign_key in table.foreign_keys.iter().filter(|_| !is_concepts(table)) {
        let target = &project.tables[foreign_key.table];
        let Some(key) = composite_key(table, foreign_key, target) else { continue };
        let stem = terms::key(&format!("{}_ref", target.name)).into_owned();
        let is_free = |name: &String| {
            properties.iter().all(|property| property.key != *name)
                && references.iter().all(|reference| reference.key != *name)
        };
        let numbered = (2..).map(|number: u64| format!("{stem}_{number}"));
        let name = std::iter::once(stem.clone()).chain(numbered).find(is_free).expect("some number is free");
        let id = terms::own_term(&table.name, &name);
        references.push(Reference { key: name, id, row: RowValue { table: &target.name, key, base: None } });
    }
    references
}

/// The columns of a foreign key of several fields, in the order of the target's primary key, when it names that key.
fn composite_key(table: &Table, foreign_key: &ForeignKey, target: &Table) -> Option<Vec<usize>> {
    let count = foreign_key.references.len();
    if count < 2 || count != target.primary_key.len() {
        return None;
    }
    let column_of = |part: &usize| {
        let at = foreign_key.references.iter().position(|reference| reference == part)?;
        Some(table.column_of_field(foreign_key.fields[at]))
    };
    target.primary_key.iter().map(column_of).collect()
}
