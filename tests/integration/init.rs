//! `init --from`: what is proposed for files that nobody has described, and that it builds without altering a cell.

use std::fs;
use std::path::Path;

use crate::scratch::{self, Scratch};
use letterpress::{Described, init_from};

/// Describes a folder with these files.
fn described<T: AsRef<[u8]>>(files: &[(&str, T)]) -> (Scratch, Described) {
    let home = Scratch::of(files);
    let described = init_from(home.path(), Some("case"), 2, 1 << 28, &()).expect("the folder is described");
    (home, described)
}

fn text(home: &Path, path: &str) -> String {
    fs::read_to_string(home.join(path)).expect("it was written")
}

/// The published lines of a table, without its header.
fn published(home: &Path, table: &str) -> Vec<String> {
    let (checked, outcome) = scratch::draft(home);
    let Some(draft) = outcome else { unreachable!("{:?}", checked.diagnostics) };
    let csv = text(&draft.path, &format!("data/csv/{table}.csv"));
    csv.trim_start_matches('\u{feff}')
        .split("\r\n")
        .skip(1)
        .filter(|l| !l.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The published lines of one file called `t.csv`, and the two files that describe it.
fn lines(bytes: impl AsRef<[u8]>) -> (Vec<String>, String, String) {
    let (home, described) = described(&[("t.csv", bytes)]);
    assert!(described.undecided.is_empty(), "{:?}", described.undecided);
    let told = (text(home.path(), "schema/dataset.yaml"), text(home.path(), "schema/tables/t.yaml"));
    (published(home.path(), "t"), told.0, told.1)
}

/// What is said of one file that is not described.
fn undecided(bytes: impl AsRef<[u8]>) -> (String, String) {
    let (home, described) = described(&[("t.csv", bytes)]);
    let told: Vec<String> = described.undecided.iter().map(ToString::to_string).collect();
    let dataset = text(home.path(), "schema/dataset.yaml");
    assert!(dataset.contains("\"t.csv\" is not described yet. To decide:"), "{dataset}");
    let (checked, outcome) = home.draft();
    assert!(outcome.is_some(), "what is left builds: {:?}", checked.diagnostics);
    (told.join("\n"), dataset)
}

#[test]
fn numbers_that_would_change_stay_texts_and_are_told() {
    let file = "id,phone,version,wallet,code,amount\n\
                1,+4930123456,1.1,12345678901234567890,007,1.50\n\
                2,+14155550101,1.10,12345678901234567891,012,2.00\n";
    let (lines, _, table) = lines(file);
    assert_eq!(
        lines,
        [
            r#"1,"+4930123456","1.1","12345678901234567890","007",1.50"#,
            r#"2,"+14155550101","1.10","12345678901234567891","012",2.00"#,
        ]
    );
    for told in [
        "as a number, \"+4930123456\" would be published as 4930123456",
        "as a number, \"1.10\" would be published as 1.1",
        "whole numbers of more than 64 bits",
        "as a number, \"007\" would be published as 7",
        "name: amount, type: number, constraints: {required: true}, letterpress: {decimal: [18, 2]}",
    ] {
        assert!(table.contains(told), "{told}\n{table}");
    }
}

#[test]
fn empty_cells_and_words_for_them_are_not_made_one() {
    let (lines, _, table) = lines("id,a,b\n1,NA,NA\n2,,5\n3,7,6\n");
    assert_eq!(lines, [r#"1,"NA","#, r#"2,,5"#, r#"3,"7",6"#]);
    assert!(table.contains("could not be told apart"), "{table}");
    assert!(table.contains("{name: b, type: integer, missingValues: [NA]}"), "{table}");
}

#[test]
fn times_without_an_offset_are_of_no_zone() {
    let (lines, _, table) = lines("id,at\n1,2020-03-29T02:30:00\n2,2020-03-29T12:00:00\n");
    assert_eq!(lines, ["1,2020-03-29T02:30:00", "2,2020-03-29T12:00:00"]);
    assert!(table.contains("zone: none") && table.contains("times of no zone"), "{table}");
}

#[test]
fn a_column_without_name_and_value_is_none() {
    let (lines, _, table) = lines("id,name,\n1,a,\n2,b,\n");
    assert_eq!(lines, [r#"1,"a""#, r#"2,"b""#]);
    assert!(table.contains("letterpress: {ignore: [\"@3\"]}"), "{table}");
}

#[test]
fn columns_without_a_name_of_their_own_are_read_from_their_places() {
    let (lines, _, table) = lines(",n,n,Größe (m)\n0,a,b,1.5\n1,c,d,2.5\n");
    assert_eq!(lines, [r#"0,"a","b",1.5"#, r#"1,"c","d",2.5"#]);
    for told in [
        "{from: \"@1\"}",
        "{from: \"@2\"}",
        "{from: \"@3\"}",
        "from: [\"Größe (m)\"]",
        "Called \"Größe (m)\" in the file",
    ] {
        assert!(table.contains(told), "{told}\n{table}");
    }
}

#[test]
fn titles_notes_and_rows_without_a_value_are_passed_over_and_told() {
    let (lines, dataset, _) =
        lines("Population by region\n\nid;name\n1;North\n;\n2;South\n\nSource: own count\n");
    assert_eq!(lines, [r#"1,"North""#, r#"2,"South""#]);
    assert!(dataset.contains("headerRows: [3], commentRows: [5, 8]"), "{dataset}");
    assert!(
        dataset.contains("Above the header, line 1 is passed over: \"Population by region\""),
        "{dataset}"
    );
    assert!(dataset.contains("line 8 is left out as a note: \"Source: own count\""), "{dataset}");
    assert!(dataset.contains("left out: 1 row without any value"), "{dataset}");
}

#[test]
fn a_record_that_is_cut_off_is_no_note() {
    let (told, _) = undecided("id,name,n\n1,a,5\n2,b,6\n3,c\n");
    assert!(told.starts_with("t.csv:4:1: error[ragged-row]"), "{told}");
    let (told, _) = undecided("id,name,n\n1,a,5\nNorth and South\n2,b,6\n");
    assert!(told.starts_with("t.csv:3:1: error[ragged-row]"), "{told}");
}

#[test]
fn a_first_row_that_is_like_the_others_is_a_record() {
    let (lines, dataset, _) = lines("3,a\n1,b\n2,c\n");
    assert_eq!(lines, [r#"1,"b""#, r#"2,"c""#, r#"3,"a""#]);
    assert!(
        dataset.contains("header: false") && dataset.contains("No row is taken for a header"),
        "{dataset}"
    );
}

#[test]
fn a_header_shorter_than_its_rows_names_the_columns_where_that_is_clear() {
    let (lines_, dataset, _) = lines("id,name\n1,a,\n2,b,\n");
    assert_eq!(lines_, [r#"1,"a""#, r#"2,"b""#]);
    assert!(dataset.contains("The header in line 1 has 2 names, and the rows have 3 cells"), "{dataset}");
    let (lines, dataset, table) = lines("a,b\nx,10,21\ny,13,14\n");
    assert_eq!(lines, [r#""x",10,21"#, r#""y",13,14"#]);
    assert!(dataset.contains("so none is taken: a, b"), "{dataset}");
    assert!(!table.contains("name: a,"), "{table}");
}

#[test]
fn a_file_that_cannot_be_described_stops_none_of_the_others() {
    let files: [(&str, &[u8]); 9] = [
        ("a.csv", b"id,n\n1,x\n"),
        ("B.CSV", b"id,n\n2,y\n"),
        ("c.txt", b"id\tn\n3\tz\n"),
        ("1/2/3/4/5/deep.csv", b"id,n\n4,w\n"),
        ("bad.csv", b"id,n\n1,2,3\n4\n5,6\n"),
        ("empty.csv", b""),
        ("mixed.csv", b"id,n\n1,\xc3\xa9\n2,\xc3\xa9\n3,\xfc\n"),
        ("prose.txt", b"This is not, in any way, a table.\nIt is a text.\n"),
        ("book.xlsx", b"PK"),
    ];
    let (home, described) = described(&files);
    assert_eq!(described.tables, ["1/2/3/4/5/deep.csv", "B.CSV", "a.csv", "c.txt"]);
    let undecided: Vec<&str> = described.undecided.iter().map(|problem| &*problem.place.file).collect();
    assert_eq!(undecided, ["bad.csv", "empty.csv", "mixed.csv"]);
    let left_out: Vec<&str> = described.left_out.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(left_out, ["book.xlsx", "prose.txt"]);
    assert_eq!(published(home.path(), "b"), [r#"2,"y""#]);
    assert_eq!(published(home.path(), "c"), [r#"3,"z""#]);
}

#[test]
fn characters_that_no_yaml_has_are_written_out() {
    let (lines, _, table) = lines("id,name\n1,a\n2,\u{feff}c\n3,x\u{2028}y\n");
    assert_eq!(lines, ["1,\"a\"", "2,\"\u{feff}c\"", "3,\"x\u{2028}y\""]);
    assert!(table.contains("\\ufeffc") && table.contains("x\\u2028y"), "{table}");
}

#[test]
fn controls_that_were_windows_1252_are_told_as_such() {
    let (told, dataset) = undecided("id,supplier\n1,Alpha \u{96} Beta\n");
    assert!(told.contains("t.csv:2:3: error[unsafe-text]"), "{told}");
    assert!(dataset.contains("U+0096 is probably `–`"), "{dataset}");
}

#[test]
fn encodings_and_compression_are_seen() {
    let utf_16: Vec<u8> = "\u{feff}id,n\n1,ü\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (rows, dataset, _) = lines(utf_16);
    assert_eq!(rows, [r#"1,"ü""#]);
    assert!(dataset.contains("encoding: utf-16le"), "{dataset}");
    let (rows, dataset, _) = lines(b"id;n\n1;M\xfcnster \x96 Ost\n");
    assert_eq!(rows, [r#"1,"Münster – Ost""#]);
    assert!(dataset.contains("encoding: windows-1252"), "{dataset}");
    let (rows, dataset, _) = lines("id,n\r\r\n1,5\" pipe\r\r\n2,b\r\r\n");
    assert_eq!(rows, [r#"1,"5"" pipe""#, r#"2,"b""#]);
    assert!(!dataset.contains("dialect"), "{dataset}");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, b"id,n\n1,a\n").expect("memory takes it");
    let (home, _) = described(&[("t.csv.gz", packed.finish().expect("memory takes it"))]);
    assert_eq!(published(home.path(), "t"), [r#"1,"a""#]);
}

#[test]
fn keys_and_references_are_proposed_where_they_hold() {
    let files = [
        ("gauges.csv", "gauge_id,name\ng1,North\ng2,South\n"),
        ("levels.csv", "gauge_id,day,level\ng1,2020-01-01,1.5\ng1,2020-01-02,2\ng2,2020-01-01,1.25\n"),
    ];
    let (home, _) = described(&files);
    let levels = text(home.path(), "schema/tables/levels.yaml");
    assert!(levels.contains("primaryKey: [gauge_id, day]"), "{levels}");
    assert!(
        levels.contains("{fields: [gauge_id], reference: {resource: gauges, fields: [gauge_id]}}"),
        "{levels}"
    );
    assert!(levels.contains("whole ones are published with a point"), "{levels}");
    assert_eq!(published(home.path(), "levels")[1], r#""g1",2020-01-02,2.0"#);
}

#[test]
fn tables_that_refer_to_each_other_are_described_without_that() {
    // The key of each is among the values of the other; what the check does not bear out is given up.
    let files = [("a.csv", "id,b_id\n1,1\n2,2\n"), ("b.csv", "id,a_id\n1,1\n2,2\n")];
    let (home, described) = described(&files);
    assert!(described.undecided.is_empty());
    assert_eq!(published(home.path(), "a"), ["1,1", "2,2"]);
}

#[test]
fn many_splits_are_as_one() {
    let mut file = String::from("id,n,late\n");
    for row in 0..120_000 {
        let late = if row == 119_999 { "007".to_owned() } else { row.to_string() };
        file += &format!("{row},{}.5,{late}\n", row % 7);
    }
    let (lines, _, table) = lines(&file);
    assert_eq!(lines.len(), 120_000);
    assert!(table.contains("{name: n, type: number,"), "{table}");
    assert!(table.contains("\"007\" would be published as 7"), "{table}");
    assert!(table.contains("primaryKey: [id]"), "{table}");
}

#[test]
fn a_folder_that_is_described_already_is_left_alone() {
    let home = Scratch::of(&[("a.csv", "id\n1\n")]);
    let init = || init_from(home.path(), Some("case"), 1, 1 << 28, &());
    init().expect("the first time");
    let before = text(home.path(), "schema/tables/a.yaml");
    assert!(init().expect_err("it has a schema").to_string().contains("already has `schema`"));
    assert_eq!(text(home.path(), "schema/tables/a.yaml"), before);
}
