//! The same rows written as CSV, NDJSON and YAML are published as the same bytes, whatever they hold.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::scratch::Scratch;
use proptest::prelude::*;

const DATASET: &str = "name: t\nversion: 1.0.0\ncreated: 2026-11-22\nletterpress: {formats: [parquet]}\n";

/// One field of each type, and how its values are written.
const TABLE: &str = "\
fields:
  - {name: id, type: integer}
  - {name: text, type: string}
  - {name: number, type: number}
  - {name: decimal, type: number, letterpress: {decimal: [12, 3]}}
  - {name: truth, type: boolean}
  - {name: day, type: date}
  - {name: instant, type: datetime}
  - {name: clock, type: time}
  - {name: year, type: year}
  - {name: month, type: yearmonth}
  - {name: edtf, type: string, letterpress: {edtf: true}}
  - {name: names, type: list, delimiter: '|'}
  - {name: counts, type: list, itemType: integer, delimiter: '|'}
primaryKey: [id]
";

/// A value as it is written, in words that every kind of file understands.
#[derive(Clone, Debug)]
enum Cell {
    Missing,
    Value(String),
    List(Vec<String>),
}

/// Any text but those that are refused, and those that mean that there is none.
fn text() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "no", "012", "1e3", "2010-03", "22:22", "null", "~", "Null", "true", "- a", "a: b", "# x", "'",
        "\"\"", "{", "[", "%", "é", "e\u{301}", "中文", "😀", " lead", "trail ", "a\nb", "a\tb", "a,b",
        "a;b", "=1+1", "\\", "&a", "*a",
    ]);
    prop_oneof![odd.prop_map(str::to_owned), "[ -~]{1,12}", "[a-zà-ÿ\u{4e00}-\u{4e20} ,;:'\"#-]{1,20}"]
        .prop_filter("an empty text means that there is none", |text| !text.is_empty())
}

fn day() -> impl Strategy<Value = String> {
    (1..=9999, 1..=12, 1..=28).prop_map(|(y, m, d)| format!("{y:04}-{m:02}-{d:02}"))
}

fn edtf() -> impl Strategy<Value = String> {
    let date = prop_oneof![
        day(),
        (1..=9999).prop_map(|year| format!("{year:04}")),
        (100..=999).prop_map(|decade| format!("{decade}X")),
        (1..=9999, 21..=24).prop_map(|(year, season)| format!("{year:04}-{season}")),
    ];
    (date, prop::sample::select(vec!["", "~", "?", "%", "/.."])).prop_map(|(date, end)| date + end)
}

fn value(of: impl Strategy<Value = String>) -> impl Strategy<Value = Cell> {
    prop_oneof![1 => Just(Cell::Missing), 4 => of.prop_map(Cell::Value)]
}

fn list(of: impl Strategy<Value = String>) -> impl Strategy<Value = Cell> {
    prop_oneof![1 => Just(Cell::Missing), 3 => prop::collection::vec(of, 1..4).prop_map(Cell::List)]
}

/// The cells of a row after its id, in the order of the schema.
fn row() -> impl Strategy<Value = Vec<Cell>> {
    let number = prop_oneof![
        any::<f64>()
            .prop_filter("numbers are finite", |n| n.is_finite())
            .prop_map(|n| zmij::Buffer::new().format(n).to_owned()),
        (-1_000_000i64..1_000_000).prop_map(|n| n.to_string()),
    ];
    let decimal = (-999_999_999i64..=999_999_999).prop_map(|n| format!("{}.{:03}", n / 1000, n.abs() % 1000));
    let instant = (day(), 0..24, 0..60, 0..60, 0..1_000_000)
        .prop_map(|(day, h, m, s, us)| format!("{day}T{h:02}:{m:02}:{s:02}.{us:06}Z"));
    let clock = (0..24, 0..60, 0..60).prop_map(|(h, m, s)| format!("{h:02}:{m:02}:{s:02}"));
    (
        value(text()),
        value(number),
        value(decimal),
        value(any::<bool>().prop_map(|truth| truth.to_string())),
        value(day()),
        value(instant),
        value(clock),
        value((1..=9999).prop_map(|year| format!("{year:04}"))),
        value((1..=9999, 1..=12).prop_map(|(y, m)| format!("{y:04}-{m:02}"))),
        value(edtf()),
        list("[a-zà-ÿ0-9,:#'\"-]{1,8}"),
        list(any::<i64>().prop_map(|n| n.to_string())),
    )
        .prop_map(|(a, b, c, d, e, f, g, h, i, j, k, l)| vec![a, b, c, d, e, f, g, h, i, j, k, l])
}

const FIELDS: [&str; 12] = [
    "text", "number", "decimal", "truth", "day", "instant", "clock", "year", "month", "edtf", "names",
    "counts",
];

fn as_csv(rows: &BTreeMap<i64, Vec<Cell>>) -> String {
    let mut out = format!("id,{}\n", FIELDS.join(","));
    for (id, cells) in rows {
        let _ = write!(out, "{id}");
        for cell in cells {
            let text = match cell {
                Cell::Missing => String::new(),
                Cell::Value(text) => text.clone(),
                Cell::List(items) => items.join("|"),
            };
            let _ = write!(out, ",\"{}\"", text.replace('"', "\"\""));
        }
        out.push('\n');
    }
    out
}

/// Each value as a JSON text: types come from the schema.
fn as_ndjson(rows: &BTreeMap<i64, Vec<Cell>>) -> String {
    let record = |(id, cells): (&i64, &Vec<Cell>)| {
        let mut record = serde_json::Map::from_iter([("id".to_owned(), (*id).into())]);
        for (field, cell) in FIELDS.iter().zip(cells).rev() {
            let value = match cell {
                Cell::Missing => continue,
                Cell::Value(text) => text.clone().into(),
                Cell::List(items) => items.clone().into(),
            };
            record.insert((*field).to_owned(), value);
        }
        format!("{}\n", serde_json::Value::Object(record))
    };
    rows.iter().map(record).collect()
}

/// Values plain where YAML takes them so, else in quotes.
fn as_yaml(rows: &BTreeMap<i64, Vec<Cell>>) -> String {
    let scalar = |text: &str| {
        let is_plain = text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || "-+.:".contains(c))
            && !text.ends_with(':')
            && !["null", "Null", "NULL"].contains(&text);
        if is_plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
    };
    let mut out = String::new();
    for (id, cells) in rows {
        let _ = writeln!(out, "- id: {id}");
        for (field, cell) in FIELDS.iter().zip(cells) {
            match cell {
                Cell::Missing => {
                    let _ = writeln!(out, "  {field}:");
                }
                Cell::Value(text) => {
                    let _ = writeln!(out, "  {field}: {}", scalar(text));
                }
                Cell::List(items) => {
                    let _ = writeln!(out, "  {field}:");
                    items.iter().for_each(|item| {
                        let _ = writeln!(out, "    - {}", serde_json::Value::from(item.as_str()));
                    });
                }
            }
        }
    }
    out
}

/// The bytes of the Parquet file that a seed becomes.
fn publish(ending: &str, seed: &str) -> Vec<u8> {
    let home = Scratch::empty().dataset(DATASET).table("t", TABLE).seed(&format!("t.{ending}"), seed);
    let (checked, outcome) = home.draft();
    assert!(outcome.is_some(), "{ending}: {:#?}\n{seed}", checked.diagnostics);
    home.drafted("parquet/t.parquet")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_kind_of_seed_publishes_the_same_bytes(rows in prop::collection::btree_map(any::<i64>(), row(), 1..12)) {
        let csv = publish("csv", &as_csv(&rows));
        prop_assert!(csv == publish("ndjson", &as_ndjson(&rows)), "CSV and NDJSON differ");
        prop_assert!(csv == publish("yaml", &as_yaml(&rows)), "CSV and YAML differ");
    }
}
