//! Candidates: records that `publish_only` leaves out, and what goes with them.

use std::fs;
use std::path::Path;

use crate::scratch::Scratch;
use letterpress::publish::{self, Build, CheckedTable};
use letterpress::validate::Candidates;

/// Floods with reports, letters about either, replies to letters, and a view that counts reports.
const PROJECT: &[(&str, &str)] = &[
    (
        "schema/dataset.yaml",
        "name: floods\nversion: 1.0.0\ncreated: 2026-11-22\nletterpress: {formats: [csv], csv: {bom: false, eol: lf}}\n",
    ),
    (
        "schema/tables/floods.yaml",
        "fields: [{name: id}, {name: review}, {name: after}]\nprimaryKey: [id]\n\
         foreignKeys: [{fields: [after], reference: {fields: [id]}}]\n\
         letterpress:\n  publish_only: {field: review, values: [reviewed, settled]}\n  publish_with: [{field: after, in: floods}]\n",
    ),
    (
        "schema/tables/reports.yaml",
        "fields: [{name: flood}, {name: page, type: integer}]\nprimaryKey: [flood, page]\n\
         letterpress: {nested: {in: floods, as: reports, key: [flood]}}\n",
    ),
    (
        "schema/tables/letters.yaml",
        "fields: [{name: id}, {name: about}]\nprimaryKey: [id]\n\
         letterpress: {publish_with: [{field: about, in: [floods, letters]}]}\n",
    ),
    ("schema/views/counts.sql", "select flood, count(*) as reports from reports group by flood"),
    (
        "schema/views/counts.yaml",
        "fields: [{name: flood}, {name: reports, type: integer}]\nprimaryKey: [flood]\n",
    ),
    (
        "seeds/floods.yaml",
        "- {id: a, review: reviewed, reports: [{page: 1}, {page: 2}]}\n\
         - {id: b, review: candidate, reports: [{page: 3}]}\n\
         - {id: c, review: settled, after: b, reports: [{page: 4}]}\n\
         - {id: d, after: a}\n",
    ),
    (
        "seeds/letters.yaml",
        "- {id: l1, about: a}\n- {id: l2, about: c}\n- {id: l3, about: l2}\n- {id: l4, about: elsewhere}\n- {id: l5}\n\
         - {id: d}\n- {id: l6, about: d}\n",
    ),
];

/// Publishes the project and returns what was checked and, table by table, the ids published.
fn published() -> (Vec<CheckedTable>, Vec<Vec<String>>) {
    let home = Scratch::of(PROJECT);
    let options = publish::PublishOptions::default();
    tables_of(publish::publish(home.path(), &options, &()).expect("the machine works"))
}

/// The same of a draft.
fn drafted(candidates: Candidates) -> (Vec<CheckedTable>, Vec<Vec<String>>) {
    let home = Scratch::of(PROJECT);
    let options = publish::BuildOptions::default().candidates(candidates);
    tables_of(publish::build(home.path(), &options, &()).expect("the machine works"))
}

fn tables_of(build: Build) -> (Vec<CheckedTable>, Vec<Vec<String>>) {
    let Build { checked, outcome, .. } = build;
    assert!(checked.diagnostics.is_empty(), "{:#?}", checked.diagnostics);
    let release = outcome.release().expect("the project is published");
    let ids = ["floods", "reports", "letters", "counts"].map(|table| ids(&release.path, table));
    (checked.tables, ids.into())
}

/// The first cell of every row.
fn ids(release: &Path, table: &str) -> Vec<String> {
    let text = fs::read_to_string(release.join(format!("data/csv/{table}.csv"))).expect("it was published");
    let first = |line: &str| line.split(',').next().unwrap_or_default().trim_matches('"').to_owned();
    text.lines().skip(1).map(first).collect()
}

#[test]
fn what_hangs_on_a_candidate_goes_with_it_however_far() {
    let (checked, ids) = published();
    // `b` is a candidate, `d` says nothing of itself, and `c` comes after `b`.
    assert_eq!(ids[0], ["a"]);
    assert_eq!(ids[1], ["a", "a"]);
    // A letter about `c` goes, and the reply to it; one about what nobody knows, or about nothing, stays, and so does one
    // about `d`, which is a letter, too.
    assert_eq!(ids[2], ["d", "l1", "l4", "l5", "l6"]);
    assert_eq!(ids[3], ["a"], "a view sees what is published");
    let counts: Vec<(&str, u64, u64)> =
        checked.iter().map(|t| (t.name.as_str(), t.rows, t.left_out)).collect();
    assert_eq!(counts, [("floods", 4, 3), ("letters", 7, 2), ("reports", 4, 2), ("counts", 1, 0)]);
}

#[test]
fn a_draft_may_hold_candidates_and_a_release_never_does() {
    let (checked, everything) = drafted(Candidates::Include);
    assert_eq!(everything[0], ["a", "b", "c", "d"]);
    assert_eq!(everything[3], ["a", "b", "c"]);
    assert!(checked.iter().all(|table| table.left_out == 0));
    assert_eq!(drafted(Candidates::LeaveOut).1[0], ["a"]);
}
