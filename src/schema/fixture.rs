//! A small project, built by hand, with every type of column and every edge that a format must get right.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, BooleanBuilder, Date32Array, Date32Builder, Decimal128Array, Float64Array,
    Float64Builder, Int64Array, Int64Builder, ListBuilder, StringArray, StringBuilder,
    TimestampMicrosecondArray, TimestampMicrosecondBuilder,
};
use arrow::datatypes::{Field as ArrowField, Schema};
use arrow::record_batch::RecordBatch;

use crate::diagnostic::Place;
use crate::schema::{
    Column, ColumnRole, ColumnType, Concept, Constraints, CsvOptions, Dataset, Field, FieldFormat, FieldType,
    ForeignKey, ItemType, License, Options, Origin, Project, RoCrateVersion, SeedLocation, Table, Term,
    VersionPolicy, Vocabulary,
};

/// Indices of the tables in [`project`].
pub(crate) const GAUGES: usize = 0;
pub(crate) const SOURCES: usize = 1;
pub(crate) const FLOODS: usize = 2;
pub(crate) const REPORTS: usize = 3;
pub(crate) const PAGES: usize = 4;
pub(crate) const REMARKS: usize = 5;
pub(crate) const LEVELS: usize = 6;
pub(crate) const CONCEPTS: usize = 7;
pub(crate) const EMPTY: usize = 8;

/// The project; `base_iri` is the option of that name.
pub(crate) fn project(base_iri: Option<&str>) -> Project {
    let text = FieldType::String;
    let mut gauges = table("gauges", &[("gauge_id", text), ("name", text)], &[0]);
    gauges.fields[1].property = term("schema:name");
    let sources = table("sources", &[("source_no", FieldType::Integer), ("title", text)], &[0]);
    let mut reports = table(
        "reports",
        &[("flood_id", text), ("source_no", FieldType::Integer), ("reports", text)],
        &[0, 1],
    );
    reports.foreign_keys = vec![foreign_key(&[0], FLOODS, &[0]), foreign_key(&[1], SOURCES, &[0])];
    let mut pages = table(
        "pages",
        &[
            ("page_no", FieldType::Integer),
            ("source_no", FieldType::Integer),
            ("flood_id", text),
            ("reports_ref", text),
        ],
        &[],
    );
    pages.foreign_keys = vec![foreign_key(&[1, 2], REPORTS, &[1, 0])];
    let remarks = table("remarks", &[("remark", text), ("a:b/c @%", text)], &[]);
    let levels = table("levels", &[("level_no", FieldType::Integer), ("level_m", FieldType::Number)], &[0]);
    let list = FieldType::List(ItemType::Text);
    let mut concepts = table(
        "vocabularies",
        &[
            ("vocabulary", text),
            ("code", text),
            ("label", text),
            ("definition", text),
            ("broader", text),
            ("exact_match", list),
        ],
        &[0, 1],
    );
    concepts.seeds = SeedLocation::Derived;
    concepts.foreign_keys = vec![foreign_key(&[0, 4], CONCEPTS, &[0, 1])];
    let empty = table("empty", &[("empty_id", text), ("names", list)], &[0]);
    Project {
        root: ".".into(),
        dataset: dataset(base_iri),
        tables: vec![gauges, sources, floods(), reports, pages, remarks, levels, concepts, empty],
        vocabularies: vec![flood_kinds()],
        checks: Vec::new(),
    }
}

/// The rows of a table of [`project`], in key order.
pub(crate) fn rows(project: &Project, table: usize) -> RecordBatch {
    let columns = match table {
        GAUGES => vec![texts(&[Some("a b"), Some("gau-1")]), texts(&[Some("Høy \"bro\", £5"), None])],
        SOURCES => {
            vec![integers(&[Some(-3), Some(12)]), texts(&[Some("Minus"), Some("Flood book\r\nvol. 1")])]
        }
        FLOODS => flood_columns(),
        REPORTS => vec![
            texts(&[Some("fld-1"), Some("fld-2/é")]),
            integers(&[Some(12), Some(-3)]),
            texts(&[Some("column named as its table"), None]),
        ],
        PAGES => vec![
            integers(&[Some(1), Some(2), Some(3)]),
            integers(&[Some(12), None, Some(-3)]),
            texts(&[Some("fld-1"), Some("fld-1"), Some("fld-2/é")]),
            texts(&[None, None, Some("taken")]),
        ],
        REMARKS => vec![texts(&[Some("once"), Some("once"), None]), texts(&[Some("x"), None, Some("")])],
        LEVELS => {
            let numbers = 0..150_000_i32;
            let levels: Float64Array = numbers.clone().map(|n| Some(f64::from(n - 75_000) / 64.0)).collect();
            vec![Arc::new(Int64Array::from_iter_values(numbers.map(i64::from))) as ArrayRef, Arc::new(levels)]
        }
        CONCEPTS => concept_columns(project),
        EMPTY => vec![texts(&[]), lists(StringBuilder::new(), ItemType::Text, &[], append_text)],
        _ => unreachable!("no such table"),
    };
    batch(&project.tables[table], columns)
}

/// A batch of these columns, with the schema of `table`.
pub(crate) fn batch(table: &Table, columns: Vec<ArrayRef>) -> RecordBatch {
    let field = |column: &Column| ArrowField::new(&column.name, column.kind.arrow(), !column.required);
    let schema = Schema::new(table.columns.iter().map(field).collect::<Vec<_>>());
    RecordBatch::try_new(Arc::new(schema), columns).expect("the columns of the table")
}

/// A table with these fields and primary key.
pub(crate) fn table(name: &str, fields: &[(&str, FieldType)], key: &[usize]) -> Table {
    let fields: Vec<Field> = fields.iter().map(|&(name, kind)| field(name, kind)).collect();
    let mut table = Table {
        title: Some(format!("All {name}")),
        primary_key: key.to_vec(),
        missing_values: vec![String::new()],
        ..Table::plain(name, format!("schema/tables/{name}.yaml").into(), fields)
    };
    for &field in key {
        table.fields[field].constraints.required = true;
    }
    publish(&mut table);
    table
}

/// Derives the columns of a table from its fields.
fn publish(table: &mut Table) {
    table.columns.clear();
    for (index, field) in table.fields.iter().enumerate() {
        let kind = match (field.kind, field.format.decimal) {
            (FieldType::Number, Some((precision, scale))) => ColumnType::Decimal { precision, scale },
            (FieldType::Number, None) => ColumnType::Number,
            (FieldType::Integer, _) => ColumnType::Integer,
            (FieldType::Boolean, _) => ColumnType::Boolean,
            (FieldType::Date, _) => ColumnType::Date,
            (FieldType::Datetime, _) => ColumnType::Datetime,
            (FieldType::Object, _) => ColumnType::Json,
            (FieldType::List(item), _) => ColumnType::List(item),
            _ => ColumnType::Text,
        };
        let column = |name: String, kind, role| Column {
            title: field.title.clone(),
            description: field.description.clone(),
            name,
            kind,
            required: field.constraints.required,
            field: index,
            role,
        };
        table.columns.push(column(field.name.clone(), kind, ColumnRole::Value));
        if let Some(stem) = field.name.strip_suffix("_edtf").filter(|_| field.edtf) {
            table.columns.push(column(format!("{stem}_earliest"), ColumnType::Date, ColumnRole::Earliest));
            table.columns.push(column(format!("{stem}_latest"), ColumnType::Date, ColumnRole::Latest));
            table.columns.push(column(format!("{stem}_precision"), ColumnType::Text, ColumnRole::Precision));
            table.columns.push(column(format!("{stem}_qualifier"), ColumnType::Text, ColumnRole::Qualifier));
        }
    }
}

/// The table with a column of every type.
fn floods() -> Table {
    let fields = [
        ("flood_id", FieldType::String),
        ("gauge_id", FieldType::String),
        ("source_no", FieldType::Integer),
        ("kind", FieldType::String),
        ("kinds", FieldType::List(ItemType::Text)),
        ("began_edtf", FieldType::String),
        ("peak_m", FieldType::Number),
        ("cost", FieldType::Number),
        ("deaths", FieldType::Integer),
        ("verified", FieldType::Boolean),
        ("measured_at", FieldType::Datetime),
        ("names", FieldType::List(ItemType::Text)),
        ("counts", FieldType::List(ItemType::Integer)),
        ("ratios", FieldType::List(ItemType::Number)),
        ("flags", FieldType::List(ItemType::Boolean)),
        ("days", FieldType::List(ItemType::Date)),
        ("instants", FieldType::List(ItemType::Datetime)),
        ("extra", FieldType::Object),
        ("note", FieldType::String),
        ("identifier", FieldType::String),
        ("urn", FieldType::String),
    ];
    let mut table = table("floods", &fields, &[0]);
    table.class = term("schema:Event");
    table.description = Some("One row per flood.".to_owned());
    table.fields[1].title = Some("Gauge".to_owned());
    table.fields[3].vocabulary = Some(0);
    table.fields[4].vocabulary = Some(0);
    table.fields[5].edtf = true;
    table.fields[5].property = term("schema:startDate");
    table.fields[6].unit = Some("m".to_owned());
    table.fields[6].description = Some("Peak above datum.".to_owned());
    table.fields[6].property = term("sosa:hasSimpleResult");
    table.fields[7].format.decimal = Some((38, 2));
    table.foreign_keys = vec![foreign_key(&[1], GAUGES, &[0]), foreign_key(&[2], SOURCES, &[0])];
    publish(&mut table);
    table
}

fn flood_columns() -> Vec<ArrayRef> {
    let largest = 10_i128.pow(38) - 1;
    let decimals = Decimal128Array::from(vec![Some(150), None, Some(-largest), Some(0)])
        .with_precision_and_scale(38, 2)
        .expect("a decimal's digits");
    let instants = vec![Some(951_826_154_120_000), None, Some(-62_135_596_800_000_000), Some(0)];
    vec![
        texts(&[Some("fld-1"), Some("fld-2/é"), Some("fld-3"), Some("fld-4")]),
        texts(&[Some("gau-1"), Some("a b"), None, Some("..")]),
        integers(&[Some(12), Some(-3), None, Some(12)]),
        texts(&[Some("rain"), Some("ice jam"), None, Some("identifier")]),
        lists(
            StringBuilder::new(),
            ItemType::Text,
            &[Some(vec!["rain", "ice jam"]), Some(vec![]), None, Some(vec!["urn", "https"])],
            append_text,
        ),
        texts(&[Some("1795-02-11/1795-02~"), Some("1852-11"), None, Some("18XX")]),
        Arc::new(Date32Array::from(vec![Some(-63_876), Some(-42_765), None, Some(-719_162)])),
        Arc::new(Date32Array::from(vec![Some(-63_859), Some(-42_736), None, Some(2_932_896)])),
        texts(&[Some("interval"), Some("month"), None, Some("century")]),
        texts(&[Some("approximate"), Some("exact"), None, Some("")]),
        Arc::new(Float64Array::from(vec![Some(7.0), Some(-0.0), Some(1e-5), Some(1e16)])),
        Arc::new(decimals),
        integers(&[Some(i64::MAX), Some(i64::MIN), None, Some(9_007_199_254_740_993)]),
        Arc::new(BooleanArray::from(vec![Some(true), Some(false), None, Some(true)])),
        Arc::new(TimestampMicrosecondArray::from(instants).with_timezone("UTC")),
        lists(
            StringBuilder::new(),
            ItemType::Text,
            &[Some(vec!["Great \"Flood\"", "Überschwemmung, 洪水"]), Some(vec![]), None, Some(vec!["a\nb"])],
            append_text,
        ),
        lists(
            Int64Builder::new(),
            ItemType::Integer,
            &[Some(vec![1, -2]), Some(vec![]), None, Some(vec![0])],
            Int64Builder::append_value,
        ),
        lists(
            Float64Builder::new(),
            ItemType::Number,
            &[Some(vec![1.0, 2.5e-7]), Some(vec![]), None, Some(vec![f64::MAX])],
            Float64Builder::append_value,
        ),
        lists(
            BooleanBuilder::new(),
            ItemType::Boolean,
            &[Some(vec![true, false]), Some(vec![]), None, Some(vec![true])],
            BooleanBuilder::append_value,
        ),
        lists(
            Date32Builder::new(),
            ItemType::Date,
            &[Some(vec![0, -1]), Some(vec![]), None, Some(vec![-719_162])],
            Date32Builder::append_value,
        ),
        lists(
            TimestampMicrosecondBuilder::new().with_timezone("UTC"),
            ItemType::Datetime,
            &[Some(vec![0, 1]), Some(vec![]), None, Some(vec![-1])],
            TimestampMicrosecondBuilder::append_value,
        ),
        texts(&[Some(r#"{"a":[1,"x\"y"],"b":null}"#), Some("[]"), None, Some(r#"{"é":" "}"#)]),
        texts(&[Some("two\r\nlines, \"quoted\"\n"), Some(""), None, Some("=1+1\t\u{1}\u{2028}😀\\")]),
        texts(&[Some("own"), None, None, Some("")]),
        texts(&[Some("urn:x:y"), None, None, None]),
    ]
}

fn concept_columns(project: &Project) -> Vec<ArrayRef> {
    let vocabulary = &project.vocabularies[0];
    let mut concepts: Vec<&Concept> = vocabulary.concepts.iter().collect();
    concepts.sort_by(|a, b| a.code.cmp(&b.code));
    let column = |value: &dyn Fn(&Concept) -> Option<String>| -> ArrayRef {
        Arc::new(concepts.iter().map(|concept| value(concept)).collect::<StringArray>())
    };
    let matches: Vec<Option<Vec<&str>>> = concepts
        .iter()
        .map(|concept| Some(concept.exact_match.iter().map(String::as_str).collect()))
        .collect();
    vec![
        column(&|_| Some(vocabulary.name.clone())),
        column(&|concept| Some(concept.code.clone())),
        column(&|concept| concept.label.clone()),
        column(&|concept| concept.definition.clone()),
        column(&|concept| concept.broader.clone()),
        lists(StringBuilder::new(), ItemType::Text, &matches, append_text),
    ]
}

fn flood_kinds() -> Vocabulary {
    let concept = |code: &str, broader: Option<&str>, matches: &[&str]| Concept {
        code: code.to_owned(),
        label: Some(code.to_uppercase()),
        definition: None,
        broader: broader.map(str::to_owned),
        exact_match: matches.iter().map(|&address| address.to_owned()).collect(),
    };
    Vocabulary {
        name: "flood_kind".to_owned(),
        file: "schema/vocabularies/flood_kind.yaml".into(),
        title: None,
        description: None,
        concepts: vec![
            concept("rain", None, &["http://example.org/rain", "http://example.org/regen"]),
            concept("ice jam", Some("rain"), &[]),
            concept("identifier", Some("ice jam"), &[]),
            concept("urn", None, &[]),
            concept("https", None, &[]),
            concept("gauge_id", None, &[]),
        ],
    }
}

fn dataset(base_iri: Option<&str>) -> Dataset {
    let cc_by = License { name: Some("CC-BY-4.0".to_owned()), title: None, path: None };
    Dataset {
        name: "river-floods".to_owned(),
        title: Some("River floods".to_owned()),
        description: None,
        version: semver::Version::new(1, 2, 0),
        created: jiff::civil::date(2026, 11, 22),
        licenses: vec![cc_by],
        contributors: Vec::new(),
        sources: Vec::new(),
        keywords: Vec::new(),
        homepage: None,
        id: None,
        options: Options {
            formats: None,
            base_iri: base_iri.map(str::to_owned),
            base_url: None,
            prefixes: BTreeMap::from([("sosa".to_owned(), "http://www.w3.org/ns/sosa/".to_owned())]),
            csv: CsvOptions::default(),
            part_rows: 511 * 2_048,
            version_policy: VersionPolicy::DataPackage,
            ro_crate: RoCrateVersion::V1_3,
        },
    }
}

fn term(name: &str) -> Option<Term> {
    Some(Term { name: name.to_owned(), place: Place::file(&Arc::from("schema/tables/floods.yaml")) })
}

fn field(name: &str, kind: FieldType) -> Field {
    Field {
        name: name.to_owned(),
        title: None,
        description: None,
        example: None,
        kind,
        format: FieldFormat { true_values: Vec::new(), false_values: Vec::new(), ..FieldFormat::default() },
        constraints: Constraints::default(),
        edtf: false,
        vocabulary: None,
        origin: Origin::Path(vec![name.to_owned()]),
        is_position: false,
        unit: None,
        property: None,
        missing_values: None,
    }
}

fn foreign_key(fields: &[usize], table: usize, references: &[usize]) -> ForeignKey {
    ForeignKey { fields: fields.to_vec(), table, references: references.to_vec() }
}

/// A column of texts.
pub(crate) fn texts(values: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

/// A column of integers.
pub(crate) fn integers(values: &[Option<i64>]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

fn append_text(builder: &mut StringBuilder, text: &str) {
    builder.append_value(text);
}

fn lists<B: arrow::array::ArrayBuilder, T: Copy>(
    items: B,
    kind: ItemType,
    rows: &[Option<Vec<T>>],
    append: impl Fn(&mut B, T),
) -> ArrayRef {
    let element = ArrowField::new("element", kind.column_type().arrow(), false);
    let mut builder = ListBuilder::new(items).with_field(element);
    for row in rows {
        for &item in row.iter().flatten() {
            append(builder.values(), item);
        }
        builder.append(row.is_some());
    }
    Arc::new(builder.finish())
}
