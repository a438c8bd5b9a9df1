//! What `check` and `build` have in common: their diagnostics and the summary under them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::render::json::Message;
use crate::diagnostic::{Diagnostic, Keep, Severity, escape};
use crate::publish::{Checked, CheckedTable};
use crate::quantity::{count, grouped};

/// From this number on, diagnostics are also counted by code.
const MANY: u64 = 10;

/// How many problems are shown, as the verbs that check let one choose.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct Shown {
    /// Show every problem, not only the first three of those with one code in one field of one file
    #[arg(long)]
    all: bool,
}

impl Shown {
    /// How many problems are kept.
    pub(super) fn keep(self) -> Keep {
        if self.all { Keep::All } else { Keep::First }
    }
}

/// What was found, for `--json`.
#[derive(Serialize)]
pub(super) struct Found<'a> {
    errors: u64,
    warnings: u64,
    /// Follow-on errors that are not in the list.
    muted: u64,
    tables: Vec<Table<'a>>,
    diagnostics: Vec<Message<'a>>,
}

/// A table and its numbers of rows.
#[derive(Serialize)]
struct Table<'a> {
    name: &'a str,
    rows: u64,
    /// How many of them are not published.
    left_out: u64,
}

impl<'a> From<&'a Checked> for Found<'a> {
    fn from(checked: &'a Checked) -> Found<'a> {
        Found {
            errors: count_of(Severity::Error, &checked.diagnostics),
            warnings: count_of(Severity::Warning, &checked.diagnostics),
            muted: checked.muted,
            tables: checked.tables.iter().map(Table::from).collect(),
            diagnostics: checked.diagnostics.iter().map(Message::from).collect(),
        }
    }
}

impl<'a> From<&'a CheckedTable> for Table<'a> {
    fn from(table: &'a CheckedTable) -> Table<'a> {
        Table { name: &table.name, rows: table.rows, left_out: table.left_out }
    }
}

/// The lines under the diagnostics: how many there are and, of many, of which kinds; empty when there are none.
pub(super) fn summary(checked: &Checked) -> Vec<String> {
    let diagnostics = &checked.diagnostics;
    if diagnostics.is_empty() && checked.muted == 0 {
        return Vec::new();
    }
    let files: BTreeSet<&str> = diagnostics.iter().map(|diagnostic| &*diagnostic.place.file).collect();
    let kinds = [(Severity::Error, "error"), (Severity::Warning, "warning")];
    let counts: Vec<String> = kinds
        .into_iter()
        .map(|(severity, noun)| (count_of(severity, diagnostics), noun))
        .filter(|(number, _)| *number > 0)
        .map(|(number, noun)| count(number, noun))
        .collect();
    let mut headline = format!("{} in {}", counts.join(" and "), count(files.len() as u64, "file"));
    if checked.muted > 0 {
        headline.push_str(&format!("; {} not shown", count(checked.muted, "follow-on error")));
    }
    let mut lines = vec![headline];
    if diagnostics.iter().map(Diagnostic::count).sum::<u64>() >= MANY {
        lines.extend(by_code(diagnostics));
        lines.push("`letterpress explain CODE` says what a code means and how to mend it".to_owned());
    }
    lines
}

/// How many tables and records were looked at, and how many of these are not published.
pub(super) fn extent(checked: &Checked) -> String {
    let records = checked.tables.iter().map(|table| table.rows).sum();
    let left_out: u64 = checked.tables.iter().map(|table| table.left_out).sum();
    let tables = count(checked.tables.len() as u64, "table");
    let unpublished = match left_out {
        0 => String::new(),
        _ => format!("; {} left out as candidates or with them", count(left_out, "record")),
    };
    format!("checked {tables}, {}{unpublished}", count(records, "record"))
}

/// A line per code, the most frequent first.
fn by_code(diagnostics: &[Diagnostic]) -> Vec<String> {
    let mut numbers: BTreeMap<&str, u64> = BTreeMap::new();
    for diagnostic in diagnostics {
        *numbers.entry(&diagnostic.code).or_default() += diagnostic.count();
    }
    let mut numbers: Vec<(&str, u64)> = numbers.into_iter().collect();
    numbers.sort_by_key(|(_, number)| Reverse(*number));
    numbers.into_iter().map(|(code, number)| format!("{:>9}  {}", grouped(number), escape(code))).collect()
}

fn count_of(severity: Severity, diagnostics: &[Diagnostic]) -> u64 {
    diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).map(Diagnostic::count).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Place, codes};

    fn checked(number: u64, muted: u64) -> Checked {
        let file = "seeds/a.yaml".into();
        let diagnostic = |line| Diagnostic::new(&codes::MISSING_KEY, Place::at(&file, line, 1, 1), "m");
        Checked { diagnostics: (1..=number).map(diagnostic).collect(), muted, ..Checked::default() }
    }

    #[test]
    fn a_few_are_counted_and_many_are_sorted_by_code() {
        assert!(summary(&checked(0, 0)).is_empty());
        assert_eq!(summary(&checked(1, 0)), ["1 error in 1 file"]);
        assert_eq!(summary(&checked(2, 3)), ["2 errors in 1 file; 3 follow-on errors not shown"]);
        let mut many = checked(9, 0);
        let odd =
            Diagnostic { severity: Severity::Warning, code: "odd".into(), ..many.diagnostics[0].clone() };
        many.diagnostics.extend([odd.clone(), odd.clone(), odd]);
        let lines = summary(&many);
        assert_eq!(lines[0], "9 errors and 3 warnings in 1 file");
        assert_eq!(lines[1..3], ["        9  missing-key", "        3  odd"]);
    }
}
