//! The stages as functions: what they give split by split is what checking and publishing the whole gives.

use arrow::array::{Array, AsArray};
use arrow::compute::{SortOptions, sort_to_indices};
use letterpress::diagnostic::{Diagnostic, Keep};
use letterpress::seeds::{Reading, Seeds, Split};
use letterpress::stages::{SplitReader, sort_keys};

use crate::scratch::Scratch;

const TABLE: &str = "
primaryKey: [station, day]
fields:
  - {name: station, type: string}
  - {name: day, type: integer}
  - {name: level, type: number, constraints: {maximum: 100}}
  - {name: tags, type: list, itemType: integer}
";

/// Measurements: enough for several splits, of which every so many is wrong.
fn measurements(wrong_every: usize) -> String {
    let mut text = "station,day,level,tags\n".to_owned();
    for row in 0..60_000_usize {
        let is_wrong = (row + 1).is_multiple_of(wrong_every);
        let (level, tags) = if is_wrong { ("high", "\"1,x\"") } else { ("12.5", "\"1,2\"") };
        let station = row.wrapping_mul(7_919) % 97;
        let day = 30_000_i64 - i64::try_from(row).expect("it is small");
        text.push_str(&format!("station-{station},{day},{level},{tags}\n"));
    }
    text
}

/// Every split, and what was read from it.
fn read(seeds: &Seeds<'_>, reader: &SplitReader<'_>) -> Vec<(Split, Reading)> {
    let split = |drawn: Result<letterpress::seeds::Drawn, _>| {
        let drawn: letterpress::seeds::Drawn =
            drawn.map_err(|_: letterpress::Error| "the disk works").expect("it is read");
        let split = drawn.expect("the file can be split");
        let reading = reader.read(&split);
        (split, reading)
    };
    seeds.splits().map(split).collect()
}

#[test]
fn problems_that_are_explained_split_by_split_are_those_of_check() {
    let yaml = "- {station: a, day: 1, level: 200}\n- {station: b, day: x, tags: [1, y]}\n- {day: 2}\n";
    let ndjson = "{\"station\": \"c\", \"day\": 1, \"level\": \"low\"}\n{\"station\": \"d\", \"day\": true}\n\
                  {\"station\": \"e\", \"level\": 300, \"day\"\n";
    let cases =
        [("t.csv", measurements(9_000)), ("t.yaml", yaml.to_owned()), ("t.ndjson", ndjson.to_owned())];
    for (name, text) in cases {
        let scratch = Scratch::project().table("t", TABLE).seed(name, text);
        let project = scratch.load();
        let (seeds, _) = Seeds::find(&project, 1, Keep::All).expect("the disk works");
        let reader = SplitReader::new(&seeds);
        let read = read(&seeds, &reader);
        assert!(name != "t.csv" || read.len() > 1, "one split is no test");
        let explained = read.into_iter().flat_map(|(split, reading)| {
            let explain = |chunk| reader.explain(&split, chunk);
            let of_cells: Vec<Diagnostic> = reading.chunks.iter().flat_map(explain).collect();
            of_cells.into_iter().chain(reading.diagnostics.into_sorted())
        });
        let explained: Vec<Diagnostic> = explained.collect();
        let by_place = |mut found: Vec<Diagnostic>| {
            found.sort_by_key(|diagnostic| format!("{diagnostic:?}"));
            found
        };
        assert!(explained.len() >= 2, "{name}: {explained:?}");
        assert_eq!(by_place(explained), by_place(scratch.problems()), "{name}");
    }
}

#[test]
fn sort_keys_order_rows_as_they_are_published() {
    let scratch = Scratch::project().table("t", TABLE).seed("t.csv", measurements(usize::MAX));
    let project = scratch.load();
    let (seeds, _) = Seeds::find(&project, 1, Keep::All).expect("the disk works");
    let reader = SplitReader::new(&seeds);
    let (mut keys, mut rows) = (Vec::new(), Vec::new());
    for (_, reading) in read(&seeds, &reader) {
        for chunk in reading.chunks {
            let of_chunk = sort_keys(&project.tables[chunk.table], &chunk.columns).expect("it has a key");
            keys.push(of_chunk);
            let (stations, days) = (chunk.columns[0].as_string::<i32>(), &chunk.columns[1]);
            let days = days.as_primitive::<arrow::datatypes::Int64Type>();
            rows.extend((0..chunk.rows).map(|row| format!("{} | {}", stations.value(row), days.value(row))));
        }
    }
    let parts: Vec<&dyn Array> = keys.iter().map(|keys| keys as &dyn Array).collect();
    let keys = arrow::compute::concat(&parts).expect("they are of one type");
    let order = sort_to_indices(&keys, Some(SortOptions::default()), None).expect("bytes can be sorted");
    let sorted: Vec<&str> = order.values().iter().map(|&row| rows[row as usize].as_str()).collect();
    let (_, draft) = scratch.draft();
    assert!(draft.is_some());
    let published = scratch.draft_rows("t");
    let published: Vec<String> = published[1..]
        .iter()
        .map(|row| row.rsplitn(3, " | ").nth(2).expect("four cells").to_owned())
        .collect();
    assert_eq!(sorted, published);
}
