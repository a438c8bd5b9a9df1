//! Names that can be published, made of names that cannot.

use std::collections::{BTreeMap, HashMap};

use crate::diagnostic::codes;
use crate::schema::tree::{File, Node, Value};
use crate::tokens::Span;

/// Names that are in use, in lower case, which are not given twice; and the number with which the next of a name is tried.
#[derive(Debug, Default)]
pub struct Taken(HashMap<String, usize>);

impl Taken {
    /// The name itself, or with the first number that makes it one of its own.
    fn take(&mut self, name: String) -> String {
        let mut number = self.0.get(&name.to_ascii_lowercase()).copied().unwrap_or_default();
        let mut numbered = name.clone();
        while self.0.contains_key(&numbered.to_ascii_lowercase()) {
            let ending = format!("_{number}");
            numbered = format!("{}{ending}", &name[..name.len().min(MAX_LENGTH - ending.len())]);
            number += 1;
        }
        self.0.insert(name.to_ascii_lowercase(), number.max(FIRST_NUMBER));
        self.0.entry(numbered.to_ascii_lowercase()).or_insert(FIRST_NUMBER);
        numbered
    }
}

/// The number of the second of a name.
const FIRST_NUMBER: usize = 2;

/// Most characters of a name.
const MAX_LENGTH: usize = 64;

/// A table's name: lower-case letters, digits, `_` and `-`, beginning with a letter.
pub fn table_name(written: &str, taken: &mut Taken) -> String {
    taken.take(plain(&written.to_ascii_lowercase(), "table"))
}

/// A field's name: letters, digits, `_` and `-`, beginning with a letter.
pub fn field_name(written: &str, taken: &mut Taken) -> String {
    taken.take(plain(written, "field"))
}

/// The name without what cannot stand in it; `stem` begins it where it would not begin with a letter.
fn plain(written: &str, stem: &str) -> String {
    let mut name = String::new();
    for c in written.chars().flat_map(spelt) {
        if c.is_ascii_alphanumeric() || c == '-' || c == '_' {
            name.push(c);
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
    }
    let is_reserved = ["con", "prn", "aux", "nul"].contains(&name.as_str());
    if name != written {
        name.truncate(name.trim_end_matches('_').len());
    }
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || is_reserved {
        name = format!("{stem}_{}", name.trim_start_matches('_'));
        name.truncate(name.trim_end_matches('_').len());
    }
    name.truncate(MAX_LENGTH);
    name
}

/// Letters of Latin scripts, and those of ASCII that stand for them.
const LETTERS: [(&str, &str); 18] = [
    ("àáâãäåāăą", "a"),
    ("æ", "ae"),
    ("çćĉċč", "c"),
    ("ďđð", "d"),
    ("èéêëēėęě", "e"),
    ("ĝğġģ", "g"),
    ("ìíîïīįı", "i"),
    ("ķ", "k"),
    ("łĺļľ", "l"),
    ("ñńņň", "n"),
    ("òóôõöøōő", "o"),
    ("œ", "oe"),
    ("ŕř", "r"),
    ("śşšș", "s"),
    ("ßẞ", "ss"),
    ("ùúûüūůűų", "u"),
    ("ýÿ", "y"),
    ("źżž", "z"),
];

/// The ASCII letters that a character is spelt with; of other scripts, the character itself.
fn spelt(c: char) -> impl Iterator<Item = char> {
    let lower = c.to_lowercase().next().unwrap_or(c);
    let ascii = LETTERS.iter().find(|(letters, _)| letters.contains(lower)).map(|(_, ascii)| *ascii);
    let is_upper = lower != c;
    let letters = ascii.unwrap_or_default().chars();
    let letters = letters.map(move |letter| if is_upper { letter.to_ascii_uppercase() } else { letter });
    letters.chain(ascii.is_none().then_some(c))
}

/// Tells that a name is published as another.
pub(in crate::schema::load) fn report(file: &mut File, what: &str, written: &str, name: &str, span: Span) {
    let message = format!("`{written}` cannot be a {what}'s name: it is published as `{name}`");
    let help = match what {
        "field" => {
            "names are letters, digits, `_` and `-`, a letter first, and differ by more than case; the column is \
                    still found by its own name"
        }
        _ => "names are lower-case letters, digits, `_` and `-`, a letter first",
    };
    file.report_with_help(&codes::RENAMED, span, message, help);
}

/// Gives the fields of a schema names that can be published. Returns each name as written with the new one.
pub(in crate::schema::load) fn rename_fields(file: &mut File, schema: &mut Node) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    let mut taken = Taken::default();
    let Some(Node { value: Value::List(fields), .. }) = schema.entry_mut("fields") else { return names };
    for field in fields {
        let Some(Node { span, value: Value::Text { text, .. } }) = field.entry_mut("name") else { continue };
        // A name given twice is left as it is, and reported as such where fields are read.
        if text.is_empty() || names.contains_key(text) {
            continue;
        }
        let name = field_name(text, &mut taken);
        if name != *text {
            report(file, "field", text, &name, *span);
        }
        names.insert(std::mem::replace(text, name.clone()), name);
    }
    names
}

/// Renames a text, or every text of a list or of a list of lists.
pub(in crate::schema::load) fn rename(node: &mut Node, names: &BTreeMap<String, String>) {
    match &mut node.value {
        Value::Text { text, .. } => {
            if let Some(name) = names.get(text) {
                text.clone_from(name);
            }
        }
        Value::List(items) => items.iter_mut().for_each(|item| rename(item, names)),
        Value::Null | Value::Map(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kept_where_they_can_be() {
        let name = |written| field_name(written, &mut Taken::default());
        for kept in ["id", "Name", "peak_m", "a-b", "x_"] {
            assert_eq!(name(kept), kept);
        }
        for (written, made) in [
            ("Country Name", "Country_Name"),
            ("GDP (US$)", "GDP_US"),
            ("2010", "field_2010"),
            ("_id", "field_id"),
            ("国", "field"),
            ("a.b", "a_b"),
            ("Meßstelle", "Messstelle"),
            ("Øre œuvre", "Ore_oeuvre"),
            ("nul", "field_nul"),
        ] {
            assert_eq!(name(written), made);
        }
        assert_eq!(table_name("GDP.usd", &mut Taken::default()), "gdp_usd");
        assert_eq!(name(&"x".repeat(80)).len(), 64);
    }

    #[test]
    fn names_that_become_the_same_are_numbered() {
        let mut taken = Taken::default();
        let names = ["a b", "a_b", "A.b"].map(|written| field_name(written, &mut taken));
        assert_eq!(names, ["a_b", "a_b_2", "A_b_3"]);
    }
}
