//! The proposal as YAML, with comments that say what was seen.

use std::fmt::Write;

use super::column::Proposal;
use super::keys::Keys;
use super::layout::Header;
use super::table::{From, State, Table};
use super::yaml::{plain, quoted};
use crate::diagnostic::Diagnostic;
use crate::quantity::{count, grouped};
use crate::tokens::is_escaped_in_yaml;

/// The files of `schema/`, by their paths; without keys, every field is a text.
pub(super) fn files(name: &str, tables: &[Table], keys: &[Keys]) -> Vec<(String, String)> {
    let mut files = vec![("schema/dataset.yaml".to_owned(), dataset(name, tables))];
    for (index, table) in tables.iter().enumerate().filter(|(_, table)| table.is_described()) {
        files.push((format!("schema/tables/{}.yaml", table.name), self::table(tables, index, keys)));
    }
    files
}

/// `schema/dataset.yaml`.
fn dataset(name: &str, tables: &[Table]) -> String {
    let described = || tables.iter().filter(|table| table.is_described());
    let rows: u64 = described().map(|table| table.rows).sum();
    let mut out = format!(
        "# Proposed by `letterpress init --from`: {} with {}, of which every one was looked at.\n\
         # `letterpress build` works on it at once. Read it, correct it, and say what only you can know.\n\n\
         name: {name}\n\
         # title: …\n\
         # description: …\n\
         version: 0.1.0          # Semantic Versioning: raise it for every release\n\
         created: 1970-01-01     # a stand-in: write the day of the release, because nothing is taken from the clock\n\
         # licenses: [{{name: CC-BY-4.0, path: https://creativecommons.org/licenses/by/4.0/}}]\n\
         # contributors: [{{title: …, roles: [creator, publisher]}}]\n\n\
         resources:\n",
        count(described().count() as u64, "file"),
        count(rows, "row"),
    );
    for table in tables {
        match &table.state {
            State::Undecided(problems) => undecided(&mut out, table, problems),
            State::Typed | State::Plain => resource(&mut out, table),
        }
    }
    out
}

fn resource(out: &mut String, table: &Table) {
    for line in table.layout.doubts.iter().chain(&table.seen) {
        let _ = writeln!(out, "  # {line}");
    }
    let mut keys = vec![format!("name: {}", table.name), format!("path: {}", path(table))];
    let dialect = dialect(table);
    if !dialect.is_empty() {
        keys.push(format!("dialect: {{{}}}", dialect.join(", ")));
    }
    if let Some(encoding) = table.encoding {
        let name = encoding.name().to_ascii_lowercase();
        let _ =
            writeln!(out, "  # Not UTF-8. It reads as {name}: look whether letters beyond a-z are right.");
        keys.push(format!("encoding: {name}"));
    }
    let unpacked = [".gz", ".zst", ".zstd"].iter().find_map(|packed| table.path.strip_suffix(packed));
    let ending = unpacked.unwrap_or(&table.path).rsplit('.').next().unwrap_or_default();
    if !["csv", "tsv", "txt"].contains(&ending) {
        keys.push("format: csv".to_owned());
    }
    let _ = writeln!(out, "  - {{{}}}", keys.join(", "));
}

fn path(table: &Table) -> String {
    quoted(&format!("../{}", globset::escape(&table.path)))
}

fn dialect(table: &Table) -> Vec<String> {
    let layout = &table.layout;
    let mut keys = Vec::new();
    if layout.delimiter != ',' || layout.header != Header::First {
        keys.push(format!("delimiter: {}", quoted(&layout.delimiter.to_string())));
    }
    match layout.header {
        Header::First => {}
        Header::Line(line) => keys.push(format!("headerRows: [{line}]")),
        Header::None => keys.push("header: false".to_owned()),
    }
    if !layout.comment_rows.is_empty() {
        let lines: Vec<String> = layout.comment_rows.iter().map(u64::to_string).collect();
        keys.push(format!("commentRows: [{}]", lines.join(", ")));
    }
    keys
}

/// Problems of a file that are told one by one.
const TOLD: usize = 3;

fn undecided(out: &mut String, table: &Table, problems: &[Diagnostic]) {
    let _ = writeln!(out, "  # {} is not described yet. To decide:", quoted(&table.path));
    for problem in problems.iter().take(TOLD) {
        let _ = writeln!(out, "  #   {}: {}", problem.place, plain(&problem.message));
    }
    let all: u64 = problems.iter().map(Diagnostic::count).sum();
    if let Some(more) = all.checked_sub(TOLD as u64).filter(|more| *more > 0) {
        let _ = writeln!(out, "  #   and {} more like these", grouped(more));
    }
    if let Some(help) = problems.first().and_then(|problem| problem.help.as_ref()) {
        let _ = writeln!(out, "  #   {}", plain(help));
    }
    let _ = writeln!(
        out,
        "  # Mend the file and describe the folder again, or write schema/tables/{0}.yaml and\n  # - {{name: {0}, path: {1}}}",
        table.name,
        path(table)
    );
}

/// `schema/tables/<table>.yaml`.
fn table(tables: &[Table], index: usize, all_keys: &[Keys]) -> String {
    let (none, table) = (Keys::default(), &tables[index]);
    let keys = all_keys.get(index).unwrap_or(&none);
    let mut out = format!(
        "# {}: {}.\n# title: …\n# description: One row per …\n",
        plain(&table.path),
        count(table.rows, "row")
    );
    if matches!(table.state, State::Plain) {
        out.push_str("# The check did not bear out the types and keys that were seen, so all are texts.\n");
    }
    out.push_str("fields:\n");
    let kept: Vec<usize> = table.kept().collect();
    for &column in &kept {
        let proposal = table.propose(column);
        // A row without a value in its only field would be an empty line, which is no row.
        let is_needed = kept.len() == 1 || keys.primary.contains(&column);
        field(&mut out, table, column, &proposal, is_needed);
    }
    key_lines(&mut out, tables, index, all_keys);
    let left_out: Vec<usize> = (0..table.columns.len()).filter(|&column| table.is_left_out(column)).collect();
    if !left_out.is_empty() {
        let places: Vec<String> = left_out.iter().map(|column| format!("\"@{}\"", column + 1)).collect();
        let _ = writeln!(
            out,
            "# Columns that have neither a name nor a value are none.\nletterpress: {{ignore: [{}]}}",
            places.join(", ")
        );
    }
    out
}

fn field(out: &mut String, table: &Table, column: usize, proposal: &Proposal, is_needed: bool) {
    let (name, written, from) = (&table.fields[column], &table.layout.names[column], table.from(column));
    if name != written && !written.trim().is_empty() {
        let _ = writeln!(out, "  # Called {} in the file.", quoted(written));
    }
    for line in &proposal.seen {
        let _ = writeln!(out, "  # {line}");
    }
    let mut keys = vec![format!("name: {}", quoted(name)), format!("type: {}", proposal.kind)];
    let title = title(written);
    if title != *name && !title.is_empty() {
        keys.push(format!("title: {}", quoted(&title)));
    }
    if !proposal.keys.is_empty() {
        keys.push(proposal.keys.clone());
    }
    if proposal.is_required || is_needed {
        keys.push("constraints: {required: true}".to_owned());
    }
    let mut own = match from {
        From::Name => Vec::new(),
        From::Written => vec![format!("from: [{}]", quoted(written))],
        From::Place => vec![format!("from: \"@{}\"", column + 1)],
    };
    own.extend(Some(proposal.own_keys.clone()).filter(|keys| !keys.is_empty()));
    if !own.is_empty() {
        keys.push(format!("letterpress: {{{}}}", own.join(", ")));
    }
    let _ = writeln!(out, "  - {{{}}}", keys.join(", "));
}

fn key_lines(out: &mut String, tables: &[Table], index: usize, all_keys: &[Keys]) {
    let Some(keys) = all_keys.get(index) else { return };
    let table = &tables[index];
    let listed = |table: &Table, columns: &[usize]| {
        columns.iter().map(|&c| quoted(&table.fields[c])).collect::<Vec<_>>().join(", ")
    };
    match keys.primary.as_slice() {
        [] if table.columns.iter().any(|column| !column.is_hashed) => {
            out.push_str("# No key was looked for: there are too many rows for that.\n# primaryKey: [...]\n");
        }
        [] => out.push_str(
            "# No key: no column, and no two or three of the first six, has values that differ in every row.\n\
             # primaryKey: [...]\n",
        ),
        key => {
            let _ = writeln!(
                out,
                "# Every row has a value of its own here; is it meant as one for ever?\nprimaryKey: [{}]",
                listed(table, key)
            );
        }
    }
    for &column in &keys.unique {
        let _ = writeln!(
            out,
            "# Differs from row to row too; if it must: uniqueKeys: [[{}]]",
            listed(table, &[column])
        );
    }
    if !keys.foreign.is_empty() {
        out.push_str("# Every value is there, and the names agree.\nforeignKeys:\n");
    }
    for &(column, target) in &keys.foreign {
        let to = &tables[target];
        let _ = writeln!(
            out,
            "  - {{fields: [{}], reference: {{resource: {}, fields: [{}]}}}}",
            listed(table, &[column]),
            to.name,
            listed(to, &all_keys[target].primary)
        );
    }
}

/// A column's name as people read it: on one line, without characters that cannot be seen.
fn title(written: &str) -> String {
    let visible: String = written.chars().map(|c| if is_escaped_in_yaml(c) { ' ' } else { c }).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::title;

    #[test]
    fn a_title_is_one_line_without_what_cannot_be_seen() {
        assert_eq!(title(" a\n b\u{feff}\tc "), "a b c");
    }
}
