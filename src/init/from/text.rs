//! The proposal as YAML, with comments that say what was seen.

use std::fmt::Write;

use super::Table;
use super::keys::Keys;
use crate::schema::{Taken, field_name};

/// `schema/dataset.yaml`.
pub(super) fn dataset(name: &str, tables: &[Table]) -> String {
    let rows: u64 = tables.iter().map(|table| table.rows).sum();
    let mut out = format!(
        "# Proposed by `letterpress init --from`: {} files with {rows} rows, of which every one was looked at.\n\
         # `letterpress build` works on it at once. Read it, correct it, and say what only you can know.\n\n\
         name: {name}\n\
         # title: …\n\
         # description: …\n\
         version: 0.1.0          # Semantic Versioning: raise it for every release\n\
         created: 1970-01-01     # a stand-in: write the day of the release, because nothing is taken from the clock\n\
         # licenses: [{{name: CC-BY-4.0, path: https://creativecommons.org/licenses/by/4.0/}}]\n\
         # contributors: [{{title: …, roles: [creator, publisher]}}]\n\n\
         resources:\n",
        tables.len()
    );
    for table in tables {
        let path = quoted(&format!("../{}", globset::escape(&table.path)));
        let delimiter = match table.delimiter {
            ',' => String::new(),
            other => format!(", dialect: {{delimiter: {}}}", quoted(&other.to_string())),
        };
        let encoding = match table.encoding {
            None => String::new(),
            Some(encoding) => {
                let name = encoding.name().to_ascii_lowercase();
                let _ = writeln!(
                    out,
                    "  # Not UTF-8. It reads as {name}: look whether letters beyond a-z are right."
                );
                format!(", encoding: {name}")
            }
        };
        let _ = writeln!(out, "  - {{name: {}, path: {path}{delimiter}{encoding}}}", table.name);
    }
    out
}

/// `schema/tables/<table>.yaml`.
pub(super) fn table(tables: &[Table], index: usize, all_keys: &[Keys]) -> String {
    let (table, keys) = (&tables[index], &all_keys[index]);
    let names = names(table);
    let mut out = format!(
        "# {}: {} rows.\n# title: …\n# description: One row per …\nfields:\n",
        table.path, table.rows
    );
    for (number, (column, name)) in table.columns.iter().zip(&names).enumerate() {
        let proposal = column.propose();
        for line in &proposal.seen {
            let _ = writeln!(out, "  # {}", line.replace(['\n', '\r'], " "));
        }
        let mut field = format!("name: {}, type: {}", quoted(name), proposal.kind);
        if *name != column.written {
            let _ = write!(field, ", title: {}", quoted(&column.written));
        }
        if !proposal.more.is_empty() {
            let _ = write!(field, ", {}", proposal.more);
        }
        // A row without a value in its only field would be an empty line, which is no row.
        let is_required = proposal.is_required || names.len() == 1 || keys.primary.contains(&number);
        if is_required {
            field.push_str(", constraints: {required: true}");
        }
        if *name != column.written {
            let _ = write!(field, ", letterpress: {{from: [{}]}}", quoted(&column.written));
        }
        let _ = writeln!(out, "  - {{{field}}}");
    }
    key_lines(&mut out, tables, keys, all_keys, &names);
    out
}

fn key_lines(out: &mut String, tables: &[Table], keys: &Keys, all_keys: &[Keys], names: &[String]) {
    let listed =
        |columns: &[usize]| columns.iter().map(|&c| quoted(&names[c])).collect::<Vec<_>>().join(", ");
    match keys.primary.as_slice() {
        [] => out.push_str(
            "# No key: no column, and no two or three of the first six, has values that differ in every row.\n\
             # primaryKey: [...]\n",
        ),
        key => {
            let _ = writeln!(out, "# Every row has a value of its own here; is it meant as one for ever?\nprimaryKey: [{}]", listed(key));
        }
    }
    for &column in &keys.unique {
        let _ =
            writeln!(out, "# Differs from row to row too; if it must: uniqueKeys: [[{}]]", listed(&[column]));
    }
    if !keys.foreign.is_empty() {
        out.push_str("# Every value is there, and the names agree.\nforeignKeys:\n");
    }
    for &(column, target) in &keys.foreign {
        let key: Vec<String> =
            all_keys[target].primary.iter().map(|&c| quoted(&self::names(&tables[target])[c])).collect();
        let (table, key) = (&tables[target].name, key.join(", "));
        let _ = writeln!(
            out,
            "  - {{fields: [{}], reference: {{resource: {table}, fields: [{key}]}}}}",
            listed(&[column])
        );
    }
}

/// The names of a table's fields.
fn names(table: &Table) -> Vec<String> {
    let mut taken = Taken::default();
    table.columns.iter().map(|column| field_name(&column.written, &mut taken)).collect()
}

/// A text as YAML: plain where it can be nothing else, else in double quotes.
pub(super) fn quoted(text: &str) -> String {
    let is_word = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    let is_reserved = ["true", "false", "null"].iter().any(|word| word.eq_ignore_ascii_case(text));
    match is_word && !is_reserved {
        true => text.to_owned(),
        // The escapes of JSON are escapes of YAML too.
        false => serde_json::Value::from(text).to_string(),
    }
}
