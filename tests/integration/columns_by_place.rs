//! `from: "@3"`: columns of delimited text that are found by their place.

use crate::scratch::Scratch;

const TABLE: &str = "primaryKey: [a]\n";

/// The lines of the published table, without its header, of a seed that is read by these fields and this resource.
fn published(fields: &str, resource: &str, seed: &str) -> Result<Vec<String>, Vec<String>> {
    let dataset =
        format!("name: p\nversion: 1.0.0\ncreated: 2026-11-22\nresources: [{{name: t{resource}}}]\n");
    let table = format!("fields: [{fields}]\n{TABLE}");
    let files = [
        ("schema/dataset.yaml", dataset.as_str()),
        ("schema/tables/t.yaml", table.as_str()),
        ("seeds/t.csv", seed),
    ];
    let home = Scratch::of(&files);
    match home.draft() {
        (_, Some(draft)) => {
            let csv = std::fs::read_to_string(draft.path.join("data/csv/t.csv")).expect("it is published");
            Ok(csv.lines().skip(1).map(str::to_owned).collect())
        }
        (checked, _) => {
            Err(checked.diagnostics.iter().map(|d| format!("{}: {}", d.place, d.message)).collect())
        }
    }
}

fn rows(rows: &[&str]) -> Result<Vec<String>, Vec<String>> {
    Ok(rows.iter().map(|row| (*row).to_owned()).collect())
}

#[test]
fn columns_with_one_name_or_none_are_read_from_their_places() {
    let fields =
        "{name: a}, {name: b, letterpress: {from: '@2'}}, {name: c, letterpress: {from: '@4'}}, {name: n}";
    assert_eq!(
        published(fields, "", "a,n,n,\n1,2,3,4\n").map_err(|told| told.len()),
        Ok(vec![r#""1","2","4","3""#.to_owned()])
    );
    // A column with two names is still found by that which no place has taken.
    let told = published("{name: a}, {name: n}", "", "a,n,n\n1,2,3\n").expect_err("the name comes twice");
    assert!(told.iter().any(|line| line.contains("the column `n` comes twice")), "{told:?}");
}

#[test]
fn one_column_may_be_read_twice() {
    let fields = "{name: a}, {name: b, letterpress: {from: '@1'}}";
    assert!(published(fields, "", "a\n1\n").is_err(), "what a place takes has no name any more");
    let fields = "{name: a, letterpress: {from: '@1'}}, {name: b, letterpress: {from: '@1'}}";
    assert_eq!(published(fields, "", "x\n1\n"), rows(&[r#""1","1""#]));
}

#[test]
fn a_file_without_header_has_places() {
    let fields = "{name: b, letterpress: {from: '@3'}}, {name: a, letterpress: {from: '@1'}}";
    let resource = ", dialect: {header: false}";
    let told = published(fields, resource, "1,x,y\n2,z,w\n").expect_err("the second column is not read");
    assert!(told.len() == 1 && told[0].ends_with("`t` has no field for column 2"), "{told:?}");
    let told = published(fields, resource, "1,x\n").expect_err("there is no third column");
    assert!(
        told.iter().any(|line| line.contains("field `b` is read from column 3, but there are 2 columns")),
        "{told:?}"
    );
    let fields = format!("{fields}, {{name: c, letterpress: {{from: '@2'}}}}");
    assert_eq!(published(&fields, resource, "1,x,y\n2,z,w\n"), rows(&[r#""y","1","x""#, r#""w","2","z""#]));
}
