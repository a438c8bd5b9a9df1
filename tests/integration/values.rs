//! What numbers, dates and times are published as, and what is said of those that are refused.

use std::fs;
use std::path::Path;

use crate::scratch::{self, Scratch};
use bytes::Bytes;
use parquet::file::reader::{FileReader, SerializedFileReader};

/// What was said (code and message), and the published file `path` when there is one.
fn publish_of(home: &Path, path: &str) -> (Vec<String>, Option<Vec<u8>>) {
    let (checked, _) = scratch::draft(home);
    let said = checked.diagnostics.iter().map(|d| format!("{}: {}", d.code, d.message)).collect();
    (said, fs::read(home.join("dist/draft/data").join(path)).ok())
}

/// A project of one table `t` with an id and one field `v`, of which `field` says the rest.
fn project(field: &str, cells: &[&str]) -> Scratch {
    let table = format!("fields: [{{name: id, type: integer}}, {{name: v, {field}}}]\nprimaryKey: id\n");
    let quoted = |text: &&str| format!("\"{}\"", text.replace('"', "\"\""));
    let rows = cells.iter().map(quoted).enumerate().map(|(row, cell)| format!("{row},{cell}\n"));
    Scratch::empty()
        .dataset("name: t\nversion: 1.0.0\ncreated: 2026-11-22\nletterpress: {csv: {bom: false, eol: lf, quote: necessary}}\n")
        .table("t", &table)
        .seed("t.csv", format!("id,v\n{}", rows.collect::<String>()))
}

/// What the cells of a field are published as in CSV, or what is said of them.
fn published(field: &str, cells: &[&str]) -> Result<Vec<String>, Vec<String>> {
    let home = project(field, cells);
    let (said, csv) = publish_of(home.path(), "csv/t.csv");
    let csv = String::from_utf8(csv.ok_or(said)?).expect("CSV is UTF-8");
    Ok(csv.lines().skip(1).filter_map(|line| Some(line.split_once(',')?.1.to_owned())).collect())
}

#[test]
fn a_time_of_no_zone_is_published_without_one() {
    let field = "type: datetime, letterpress: {zone: none}";
    let cells = ["2020-03-29T02:30:00", "2020-03-29T02:30:00.5"];
    let expected = ["2020-03-29T02:30:00", "2020-03-29T02:30:00.500000"];
    assert_eq!(published(field, &cells).as_deref(), Ok(&expected.map(str::to_owned)[..]));
    let (_, jsonld) = publish_of(project(field, &cells).path(), "jsonld/t.jsonld");
    let jsonld = String::from_utf8_lossy(&jsonld.unwrap_or_default()).into_owned();
    assert!(jsonld.contains(r#""v":"2020-03-29T02:30:00.500000""#), "{jsonld}");
    let (_, bytes) = publish_of(project(field, &cells).path(), "parquet/t.parquet");
    let reader = SerializedFileReader::new(Bytes::from(bytes.unwrap_or_default())).expect("a Parquet file");
    let kind = reader.metadata().file_metadata().schema_descr().column(1).logical_type_ref().cloned();
    assert!(format!("{kind:?}").contains("is_adjusted_to_u_t_c: false"), "{kind:?}");
}

#[test]
fn a_list_of_local_times_has_no_zone_either() {
    let field = "type: list, itemType: datetime, letterpress: {zone: none}";
    let expected = "2020-03-29T02:30:00; 2020-03-30T00:00:00".to_owned();
    assert_eq!(published(field, &["2020-03-29T02:30:00,2020-03-30T00:00:00"]), Ok(vec![expected]));
    assert!(published(field, &["2020-03-29T02:30:00Z"]).is_err());
}

/// What is said of a field or its cells, each with its code.
fn said(field: &str, cells: &[&str]) -> Vec<String> {
    published(field, cells).expect_err("it is refused")
}

#[test]
fn an_instant_that_leaves_the_years_in_utc_is_refused() {
    let fault = "which in UTC lies outside the years 0001 to 9999";
    for text in ["9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+01:00"] {
        let expected = format!("wrong-type: field `v` is `{text}`, {fault}");
        assert_eq!(said("type: datetime, letterpress: {zone: UTC}", &[text]), [expected]);
    }
    let field = "type: datetime, format: '%d.%m.%Y %H:%M %z'";
    assert_eq!(
        said(field, &["31.12.9999 23:59 -0100"]),
        [format!("wrong-type: field `v` is `31.12.9999 23:59 -0100`, {fault}")]
    );
    let field = "type: list, itemType: datetime, letterpress: {zone: UTC}";
    assert_eq!(said(field, &["9999-12-31T23:59:59-05:00"]).len(), 1);
}

#[test]
fn what_is_written_for_a_year_is_read() {
    let years = ["1", "-44", "0215", "0", "12026", "2010"];
    let expected = ["1", "-44", "215", "0", "12026", "2010"].map(str::to_owned);
    assert_eq!(published("type: year", &years).as_deref(), Ok(&expected[..]));
    let again: Vec<&str> = expected.iter().map(String::as_str).collect();
    assert_eq!(published("type: year", &again).as_deref(), Ok(&expected[..]));
    assert_eq!(
        said("type: year", &["44 BC"]),
        ["wrong-type: field `v` is `44 BC`, expected a year such as `2010` or `-44`"]
    );
}

#[test]
fn two_digits_are_not_a_year_of_four() {
    let expected =
        "wrong-type: field `v` is `2/15/18`, expected a date written as `%m/%d/%Y`, such as `03/14/2010`";
    assert_eq!(said("type: date, format: '%m/%d/%Y'", &["2/15/18"]), [expected]);
    assert_eq!(published("type: date, format: '%m/%d/%y'", &["2/15/18"]), Ok(vec!["2018-02-15".to_owned()]));
    assert_eq!(published("type: date, format: '%d.%m.%Y'", &["1.2.2020"]), Ok(vec!["2020-02-01".to_owned()]));
    let list = "type: list, itemType: date, format: '%d.%m.%Y', delimiter: ';'";
    assert_eq!(published(list, &["1.2.2020;2.2.2020"]), Ok(vec!["2020-02-01; 2020-02-02".to_owned()]));
}

#[test]
fn a_format_that_never_tells_a_day_is_refused_once() {
    let expected = "invalid-value: no day can be told from the format `%m/%Y`";
    assert_eq!(said("type: date, format: '%m/%Y'", &["05/2020", "06/2020"]), [expected]);
}

#[test]
fn a_time_is_expected_as_its_format_has_it() {
    let field = "type: time, format: '%H:%M'";
    assert_eq!(published(field, &["13:14"]), Ok(vec!["13:14:00".to_owned()]));
    let expected = "wrong-type: field `v` is `13:14:15`, expected a time written as `%H:%M`, such as `15:09`";
    assert_eq!(said(field, &["13:14:15"]), [expected]);
}

#[test]
fn digits_below_a_microsecond_are_refused_unless_they_are_zeros() {
    let zone = "type: datetime, letterpress: {zone: UTC}";
    let expected = Ok(vec!["2020-01-01T00:00:00.123456Z".to_owned()]);
    assert_eq!(published(zone, &["2020-01-01T00:00:00.123456000Z"]), expected);
    for (field, text) in [
        (zone, "2020-01-01T00:00:00.1234567Z"),
        ("type: datetime, format: '%F %T%.f'", "2020-01-01 00:00:00.1234567"),
        ("type: time", "00:00:00.0000001"),
        ("type: time, format: '%T.%f'", "00:00:00.1234567"),
    ] {
        assert!(said(field, &[text])[0].starts_with("wrong-type: "), "{field}");
    }
    let fault = "wrong-type: field `v` is `00:00:00.0000001`, which is finer than a microsecond";
    assert_eq!(said("type: time", &["00:00:00.0000001"]), [fault]);
}

/// What is said of a package with one field, and what its cells are published as.
fn of_package(field: &str, cells: &[&str]) -> (Vec<String>, Option<String>) {
    let rows: String = cells.iter().enumerate().map(|(row, cell)| format!("{row},\"{cell}\"\n")).collect();
    let package = format!(
        r#"{{"name": "t", "version": "1.0.0", "created": "2020-01-01T00:00:00Z", "resources": [{{"name": "t", "path": "t.csv",
        "schema": {{"fields": [{{"name": "id", "type": "integer"}}, {{"name": "v", {field}}}]}}}}]}}"#
    );
    let home = Scratch::of(&[("datapackage.json", &package), ("t.csv", &format!("id,v\n{rows}"))]);
    let (said, csv) = publish_of(home.path(), "csv/t.csv");
    (said, csv.map(|csv| String::from_utf8_lossy(&csv).trim_start_matches('\u{feff}').replace("\r\n", "\n")))
}

#[test]
fn a_format_without_meaning_in_a_package_is_passed_over_and_told() {
    let field = r#""type": "year", "format": "any""#;
    let told = "invalid-value: the format `any` means nothing here: fields of this type have no other `format` than `default`";
    assert_eq!(of_package(field, &["1959"]), (vec![told.to_owned()], Some("id,v\n0,1959\n".to_owned())));
    assert!(said("type: year, format: any", &["1959"])[0].starts_with("invalid-value: fields of this type"));
}

#[test]
fn marks_of_groups_hold_the_groups_apart() {
    let field = "type: number, groupChar: ','";
    assert_eq!(
        published(field, &["1,234.5", "12,34,567"]),
        Ok(vec!["1234.5".to_owned(), "1234567.0".to_owned()])
    );
    for text in ["12,34", "1.234,5", ",,1", "0,123"] {
        assert_eq!(
            said(field, &[text]),
            [format!(
                "wrong-type: field `v` is `{text}`, expected a finite number such as `6.4` or `1,234.5`"
            )]
        );
    }
    for mark in [".", "5", "-", "e"] {
        let expected = format!("invalid-value: `groupChar` cannot be `{mark}`");
        assert_eq!(said(&format!("type: number, groupChar: '{mark}'"), &["1"]), [expected]);
    }
}

#[test]
fn a_number_beyond_what_is_published_is_refused() {
    let fault = "which is beyond 64 bits";
    let expected = format!("wrong-type: field `v` is `12345678901234567890`, {fault}");
    assert_eq!(said("type: integer", &["12345678901234567890"]), [expected]);
    let decimal = "type: number, letterpress: {decimal: [38, 0]}";
    assert_eq!(published(decimal, &["12345678901234567890"]), Ok(vec!["12345678901234567890".to_owned()]));
    let fault = "which no 64-bit number is: the nearest is `9007199254740992.0`";
    let expected = format!("inexact-number: field `v` is `9007199254740993`, {fault}");
    assert_eq!(said("type: number", &["9007199254740993"]), [expected]);
    let list = "type: list, itemType: number, delimiter: ';'";
    assert_eq!(said(list, &["0.1;9007199254740993"]).len(), 1);
    assert_eq!(published(list, &["0.1;1e+19"]), Ok(vec!["0.1; 1e+19".to_owned()]));
}

#[test]
fn a_number_of_the_schema_is_held_to_its_digits_too() {
    for key in [
        "constraints: {minimum: 9007199254740993}",
        "constraints: {enum: [9007199254740993]}",
        "example: 9007199254740993",
    ] {
        assert!(said(&format!("type: number, {key}"), &["1"])[0].starts_with("invalid-value: "), "{key}");
    }
    let exact = "type: number, constraints: {minimum: 9007199254740993}, letterpress: {decimal: [20, 0]}";
    assert_eq!(published(exact, &["9007199254740993"]), Ok(vec!["9007199254740993".to_owned()]));
    assert_eq!(said(exact, &["9007199254740992"]).len(), 1);
}

#[test]
fn a_package_is_told_once_a_field_that_numbers_are_rounded() {
    let (said, csv) =
        of_package(r#""type": "number""#, &["12345678901234567890.123", "0.1000000000000000055", "1.10"]);
    let fault = "which no 64-bit number is: the nearest is `1.2345678901234567e+19`";
    let told = format!(
        "rounded-number: field `v` is `12345678901234567890.123`, {fault}; others of the field may be rounded, too"
    );
    assert_eq!(said, [told]);
    assert_eq!(csv.as_deref(), Some("id,v\n0,1.2345678901234567e+19\n1,0.1\n2,1.1\n"));
}

#[test]
fn patterns_percent_and_exponents_of_numbers_are_read_where_a_field_has_them() {
    let pattern = "type: number, letterpress: {number_pattern: '#,##0.00'}";
    assert_eq!(published(pattern, &["1,234.50"]), Ok(vec!["1234.5".to_owned()]));
    for text in ["1234.50", "1,234.5", "1,234"] {
        assert_eq!(said(pattern, &[text]).len(), 1, "{text}");
    }
    let share = "type: number, letterpress: {percent: true, exponent: false, decimal: [5, 3]}";
    assert_eq!(published(share, &["12.5%", "7‰"]), Ok(vec!["0.125".to_owned(), "0.007".to_owned()]));
    assert!(
        said("type: integer, letterpress: {number_pattern: '0.0'}", &["1"])[0].starts_with("invalid-value: ")
    );
    assert!(said("type: string, letterpress: {percent: true}", &["1"])[0].starts_with("invalid-value: "));
}

/// What is said of a CSVW table of one column, and what its cells are published as.
fn of_csvw(datatype: &str, cells: &[&str]) -> Result<Vec<String>, Vec<String>> {
    let rows: String = cells.iter().map(|cell| format!("\"{cell}\"\n")).collect();
    let document = format!(
        r#"{{"@context": "http://www.w3.org/ns/csvw", "url": "t.csv", "dc:identifier": "t", "schema:version": "1.0.0",
        "dc:issued": "2020-01-01", "tableSchema": {{"columns": [{{"name": "v", "titles": "v", "datatype": {datatype},
        "propertyUrl": "http://example.org/v"}}]}}}}"#
    );
    let home = Scratch::of(&[("csv-metadata.json", &document), ("t.csv", &format!("v\n{rows}"))]);
    let (said, csv) = publish_of(home.path(), "csv/t.csv");
    let csv = String::from_utf8(csv.ok_or(said)?).expect("CSV is UTF-8");
    Ok(csv.lines().skip(1).map(str::to_owned).collect())
}

#[test]
fn numbers_of_csvw_are_written_as_their_datatype_says() {
    let one = |text: &str| Ok(vec![text.to_owned()]);
    assert_eq!(of_csvw(r##"{"base": "decimal", "format": "#,##0.00"}"##, &["1,234.50"]), one("1234.5"));
    assert_eq!(of_csvw(r#""decimal""#, &["25%"]), one("0.25"));
    assert_eq!(of_csvw(r#""double""#, &["1.5E3"]), one("1500.0"));
    assert_eq!(
        of_csvw(r#"{"base": "decimal", "format": {"decimalChar": ",", "groupChar": "."}}"#, &["10.000,1"]),
        one("10000.1")
    );
    assert_eq!(
        of_csvw(r#"{"base": "dateTime", "format": "yyyy-MM-dd HH:mmX"}"#, &["2020-01-01 10:00+02"]),
        one("2020-01-01T08:00:00Z")
    );
    for (datatype, text) in [
        (r##"{"base": "integer", "format": "#,#00"}"##, "1234"),
        (r#"{"base": "decimal", "format": {"groupChar": ","}}"#, "123,,456.789"),
        (r#""decimal""#, "123.456E7"),
        (r#""integer""#, "3.2"),
        (r#"{"base": "integer", "format": "["}"#, "1"),
        (r#"{"base": "integer", "format": "0%"}"#, "100%"),
    ] {
        assert_eq!(of_csvw(datatype, &[text]).map_err(|said| said.len()), Err(1), "{datatype}: {text}");
    }
}

#[test]
fn a_time_without_an_offset_is_told_once_a_field() {
    let home =
        project("type: datetime", &["2020-01-01T00:00:00Z", "2020-01-01T10:00:00", "2020-01-01T11:00:00"]);
    let (said, csv) = publish_of(home.path(), "csv/t.csv");
    let told = "time-without-zone: field `v` is `2020-01-01T10:00:00`, which has no offset: such times are taken as UTC";
    assert_eq!(said, [told]);
    assert!(String::from_utf8_lossy(&csv.unwrap_or_default()).contains("2020-01-01T10:00:00Z"));
    for field in ["type: datetime, letterpress: {zone: UTC}", "type: datetime, format: '%Y-%m-%dT%H:%M:%SZ'"]
    {
        let home = project(field, &["2020-01-01T10:00:00Z"]);
        assert_eq!(publish_of(home.path(), "csv/t.csv").0, Vec::<String>::new(), "{field}");
    }
    let local = "type: datetime, letterpress: {zone: none}";
    assert_eq!(
        said_of(local, "2020-01-01T10:00:00Z"),
        "wrong-type: field `v` is `2020-01-01T10:00:00Z`, expected a date and time without an offset such as `2010-03-14T15:09:26`"
    );
    assert!(
        said_of("type: datetime, format: '%F %T%z', letterpress: {zone: none}", "x")
            .starts_with("invalid-value: `zone: none`")
    );
    assert!(
        said_of("type: date, letterpress: {zone: UTC}", "x").starts_with("invalid-value: `zone` belongs")
    );
}

/// The first thing that is said of a cell.
fn said_of(field: &str, cell: &str) -> String {
    said(field, &[cell]).swap_remove(0)
}

#[test]
fn formats_of_real_packages_are_read_or_refused_with_a_reason() {
    let read = |field: &str, cell: &str| {
        let (said, csv) = of_package(field, &[cell]);
        csv.and_then(|csv| Some(csv.lines().nth(1)?.split_once(',')?.1.to_owned())).ok_or(said)
    };
    let is = |text: &str| Ok(text.to_owned());
    // Case counts by region: the keys of version 0 with nothing in them.
    let empty_marks = r#""type": "number", "decimalChar": ".", "groupChar": "", "format": "default""#;
    assert_eq!(read(empty_marks, "-33.8688"), is("-33.8688"));
    // Examples of an R library, and of a water level gauge.
    assert_eq!(
        read(r#""type": "datetime", "format": "%d/%m/%y %H:%M""#, "21/11/06 16:30"),
        is("2006-11-21T16:30:00Z")
    );
    assert_eq!(read(r#""type": "date", "format": "%d.%m.%Y""#, "3.11.2006"), is("2006-11-03"));
    // Electricity time series, with the prefix of version 0 and offsets beside UTC.
    assert_eq!(
        read(r#""type": "datetime", "format": "fmt:%Y-%m-%dT%H:%M:%SZ""#, "2014-12-31T23:00:00Z"),
        is("2014-12-31T23:00:00Z")
    );
    assert_eq!(
        read(r#""type": "datetime", "format": "%Y-%m-%dT%H:%M:%S%z""#, "2015-01-01T00:00:00+0100"),
        is("2014-12-31T23:00:00Z")
    );
    // Months in the place of minutes, as a chart had them.
    let slip = read(r#""type": "datetime", "format": "%d/%m/%Y %H:%m:%S""#, "01/02/2020 10:02:03");
    assert_eq!(
        slip,
        Err(vec!["invalid-value: no time of day can be told from the format `%d/%m/%Y %H:%m:%S`".to_owned()])
    );
    // Dates that a database wrote with a time that is always midnight.
    let midnight = r#""type": "date", "format": "%Y-%m-%d %H:%M:%S""#;
    assert_eq!(read(midnight, "2020-02-01 00:00:00"), is("2020-02-01"));
    assert_eq!(read(midnight, "2020-02-01 10:00:00").map_err(|said| said.len()), Err(1));
    // A share of a CSVW table as a spreadsheet shows it.
    assert_eq!(
        of_csvw(r#"{"base": "number", "format": "0.00%"}"#, &["12.50%"]),
        Ok(vec!["0.125".to_owned()])
    );
}
