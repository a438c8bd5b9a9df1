//! A case as one text file: a small project, and what `check` says of it.
//!
//! `-- PATH --` begins a file of the project, which ends where the next begins. `-- PATH, escaped --` begins one that no editor
//! shows or keeps as it is: there, `\xff` is a byte, `\u{202e}` a character, `\r`, `\t` and `\\` are what they are in Rust, and `\`
//! at the end of a line takes the line end away. `-- PATH -> TARGET --` is a link. `-- expected --` is the last and holds a
//! diagnostic a line, each with its next step; `UPDATE_EXPECTED=1` rewrites it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::scratch::Scratch;
use letterpress::diagnostic::{Diagnostic, escape};

const EXPECTED: &str = "-- expected --\n";

/// The project of a text file, and what should be said of it.
pub(crate) struct Case {
    /// The file's name without its ending.
    pub(crate) name: String,
    path: PathBuf,
    /// All of the text that describes the project.
    description: String,
    expected: String,
    /// Path and bytes of every file.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// Path and target of every link.
    links: BTreeMap<String, String>,
}

/// The cases of a folder of `tests/`, by name.
pub(crate) fn read_all(folder: &str) -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let entries = fs::read_dir(folder).expect("the folder can be listed");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("so can its entries").path()).collect();
    paths.sort();
    paths.into_iter().map(Case::read).collect()
}

impl Case {
    fn read(path: PathBuf) -> Case {
        let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).expect("a case is text");
        let (description, expected) = text.split_at(text.find(EXPECTED).unwrap_or(text.len()));
        let mut case = Case {
            name,
            path,
            description: description.to_owned(),
            expected: expected.strip_prefix(EXPECTED).unwrap_or_default().to_owned(),
            files: BTreeMap::new(),
            links: BTreeMap::new(),
        };
        sections(description).into_iter().for_each(|(title, text)| case.add(title, text));
        case
    }

    fn add(&mut self, title: &str, text: String) {
        let is_new = if let Some((path, target)) = title.split_once(" -> ") {
            self.links.insert(path.to_owned(), target.to_owned()).is_none()
        } else if let Some(path) = title.strip_suffix(", escaped") {
            self.files.insert(path.to_owned(), unescaped(&text)).is_none()
        } else {
            self.files.insert(title.to_owned(), text.into_bytes()).is_none()
        };
        assert!(is_new, "{}: `{title}` is there twice", self.name);
    }

    /// The project in a temporary folder, and where in it: there is a folder around the project, which links may lead to.
    pub(crate) fn project(&self) -> (Scratch, PathBuf) {
        let home = Scratch::empty();
        self.write(&home, &self.name);
        let project = home.path().join(&self.name);
        (home, project)
    }

    /// Writes the project into a folder, over one that may be there.
    pub(crate) fn write(&self, home: &Scratch, folder: &str) {
        for (path, bytes) in &self.files {
            home.write(&format!("{folder}/{path}"), bytes);
        }
        for (path, target) in &self.links {
            symlink(target, home.path().join(folder).join(path))
                .expect("a link can be made beside the files");
        }
    }

    /// What was found beside what should be, where they differ.
    pub(crate) fn difference(&self, found: &[Diagnostic]) -> Option<String> {
        let found = text(found);
        if std::env::var_os("UPDATE_EXPECTED").is_some() {
            let text = format!("{}{EXPECTED}{found}", self.description);
            fs::write(&self.path, text).expect("a case can be written");
            return None;
        }
        let differs = found != self.expected;
        differs.then(|| format!("{}\nexpected:\n{}\nfound:\n{found}", self.path.display(), self.expected))
    }
}

/// A diagnostic a line, each with its next step, as `check` says them.
fn text(found: &[Diagnostic]) -> String {
    let line = |diagnostic: &Diagnostic| match &diagnostic.help {
        Some(help) => format!("{diagnostic}\n  help: {}\n", escape(help)),
        None => format!("{diagnostic}\n"),
    };
    found.iter().map(line).collect()
}

/// Title and text of every section.
fn sections(description: &str) -> Vec<(&str, String)> {
    let mut sections = Vec::new();
    for line in description.split_inclusive('\n') {
        match line.strip_prefix("-- ").and_then(|line| line.strip_suffix(" --\n")) {
            Some(title) => sections.push((title, String::new())),
            None => sections.last_mut().expect("a case begins with a title").1.push_str(line),
        }
    }
    sections
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((plain, escape)) = rest.split_once('\\') {
        bytes.extend(plain.bytes());
        rest = unescape(escape, &mut bytes);
    }
    bytes.extend(rest.bytes());
    bytes
}

/// Adds what an escape stands for, given what follows its `\`, and returns what follows the escape.
fn unescape<'t>(escape: &'t str, bytes: &mut Vec<u8>) -> &'t str {
    let (kind, rest) = escape.split_at(1);
    match kind {
        "\n" => {}
        "\\" => bytes.push(b'\\'),
        "r" => bytes.push(b'\r'),
        "t" => bytes.push(b'\t'),
        "x" => {
            let (digits, rest) = rest.split_at(2);
            bytes.push(u8::from_str_radix(digits, 16).expect("`\\x` has two digits"));
            return rest;
        }
        "u" => {
            let (digits, rest) = rest.split_once('}').expect("`\\u{…}` ends");
            let number =
                u32::from_str_radix(digits.trim_start_matches('{'), 16).expect("`\\u{…}` has digits");
            bytes.extend(char::from_u32(number).expect("it is a character").to_string().bytes());
            return rest;
        }
        _ => unreachable!("`\\{kind}` stands for nothing"),
    }
    rest
}

#[test]
fn an_escape_is_a_byte_or_a_character() {
    let text = "a\\xff\\r\\t\\\\n\\u{202e}é\nno line end\\\n";
    assert_eq!(unescaped(text), [&b"a\xff\r\t\\n"[..], "\u{202e}é\nno line end".as_bytes()].concat());
}

#[test]
fn a_section_ends_where_the_next_begins() {
    let found = sections("-- a.sql --\n-- table: t\nselect 1\n-- empty --\n-- b --\n\n");
    let expected = [("a.sql", "-- table: t\nselect 1\n"), ("empty", ""), ("b", "\n")];
    assert_eq!(found, expected.map(|(title, text)| (title, text.to_owned())));
}
