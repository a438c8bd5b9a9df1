//! The house keeps its own rules: floors, sizes of files, names, and that what the documents name is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Longest file that needs no reason.
const MAX_LINES: usize = 400;

/// Names that say nothing of a subject.
const EMPTY_NAMES: [&str; 8] = ["utils", "util", "helpers", "helper", "common", "types", "misc", "shared"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).expect("the file can be read")
}

/// Every file below `folder` with the ending, relative to the repository.
fn files(folder: &str, ending: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder can be listed") {
            let path = entry.expect("its entries too").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == ending) {
                let path = path.strip_prefix(root()).expect("it is below the root");
                found.push(path.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

/// The text of a `## ` section.
fn section(document: &str, title: &str) -> String {
    let lines = document.lines().skip_while(|line| *line != format!("## {title}")).skip(1);
    lines.take_while(|line| !line.starts_with("## ")).collect::<Vec<_>>().join("\n")
}

/// The drawing: each module and its floor.
fn floors() -> BTreeMap<String, u32> {
    let drawing = section(&read("ARCHITECTURE.md"), "The floors");
    let mut floors = BTreeMap::new();
    for line in drawing.lines().filter_map(|line| line.strip_prefix("    ")) {
        let mut words = line.split_whitespace();
        let floor = words.next().and_then(|word| word.parse().ok()).expect("a line begins with its floor");
        for module in words {
            assert!(floors.insert(module.to_owned(), floor).is_none(), "`{module}` is drawn twice");
        }
    }
    floors
}

/// The top-level module a file of `src/` belongs to.
fn module_of(path: &str) -> String {
    let path = path.trim_start_matches("src/");
    path.split('/').next().unwrap_or(path).trim_end_matches(".rs").to_owned()
}

/// The top-level modules that a text names by `crate::…` or `letterpress::…`, outside comments, with their lines.
fn uses(text: &str) -> Vec<(usize, String)> {
    let code: Vec<&str> = text.lines().map(|line| line.split("//").next().unwrap_or(line)).collect();
    let code = code.join("\n");
    let mut found = Vec::new();
    for prefix in ["crate::", "letterpress::"] {
        for (at, _) in code.match_indices(prefix) {
            let line = code[..at].matches('\n').count() + 1;
            let name = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let rest = &code[at + prefix.len()..];
            match rest.strip_prefix('{') {
                None => found.push((line, name(rest))),
                Some(rest) => {
                    let names = rest.split(';').next().unwrap_or(rest);
                    found.extend(names.split([',', '{']).map(|n| (line, name(n.trim()))));
                }
            }
        }
    }
    found
}

#[test]
fn a_module_uses_lower_floors_only() {
    let floors = floors();
    let mut upward = Vec::new();
    for path in files("src", "rs") {
        let module = module_of(&path);
        for (line, used) in uses(&read(&path)) {
            let (Some(own), Some(other)) = (floors.get(&module), floors.get(&used)) else { continue };
            if used != module && other >= own {
                upward.push(format!("{path}:{line}: `{module}` ({own}) uses `{used}` ({other})"));
            }
        }
    }
    assert!(upward.is_empty(), "{}", upward.join("\n"));
}

#[test]
fn every_module_is_drawn_and_every_drawn_module_is_there() {
    let drawn: BTreeSet<String> = floors().into_keys().collect();
    let modules = files("src", "rs").into_iter().map(|path| module_of(&path)).filter(|m| m != "lib");
    let modules: BTreeSet<String> = modules.filter(|m| m != "starter").collect();
    assert_eq!(drawn, modules);
    let table = section(&read("ARCHITECTURE.md"), "The floors");
    for module in modules.iter().filter(|m| *m != "main") {
        assert!(table.contains(&format!("\n| `{module}` |")), "`{module}` is not in the table of modules");
    }
}

#[test]
fn a_long_file_has_a_reason() {
    let reasons = section(&read("ARCHITECTURE.md"), "Files over 400 lines");
    let listed: BTreeSet<String> =
        reasons.lines().filter_map(|l| Some(l.strip_prefix("| `")?.split('`').next()?.to_owned())).collect();
    let is_long = |path: &String| read(path).lines().count() > MAX_LINES;
    let long: BTreeSet<String> = files("src", "rs").into_iter().filter(is_long).collect();
    assert_eq!(long, listed, "left: too long; right: listed in ARCHITECTURE.md with a reason");
}

#[test]
fn a_file_is_named_for_its_subject() {
    for path in files("src", "rs").into_iter().chain(files("tests", "rs")) {
        let stem = Path::new(&path).file_stem().map(|stem| stem.to_string_lossy().into_owned());
        assert!(stem.is_some_and(|stem| !EMPTY_NAMES.contains(&stem.as_str())), "{path}");
        let parts = path.split('/');
        assert!(parts.into_iter().all(|part| !EMPTY_NAMES.contains(&part)), "{path}");
    }
}

#[test]
fn every_file_of_the_source_says_what_it_is_about() {
    for path in files("src", "rs") {
        let is_part_of_another = path.ends_with("/tests.rs");
        assert!(is_part_of_another || read(&path).starts_with("//! "), "{path} has no `//!` sentence");
    }
}

/// The words in backticks of a document that look like paths of this repository.
fn named_paths(document: &str) -> Vec<String> {
    let mut in_code = false;
    let mut paths = Vec::new();
    for line in document.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
        }
        if in_code || line.starts_with("    ") {
            continue;
        }
        let words = line.split('`').skip(1).step_by(2);
        paths.extend(words.filter(|word| is_path(word)).map(str::to_owned));
    }
    paths
}

fn is_path(word: &str) -> bool {
    let is_plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    let begins = ["src/", "tests/", "docs/", "benches/", "fuzz/", ".github/"]
        .iter()
        .any(|folder| word.starts_with(folder));
    let ends = [".md", ".toml", ".sh"].iter().any(|ending| word.ends_with(ending));
    is_plain && (begins || (ends && !word.starts_with('.')))
}

#[test]
fn what_the_documents_name_is_there() {
    let mut missing = Vec::new();
    for document in ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"] {
        let Ok(text) = fs::read_to_string(root().join(document)) else { continue };
        let is_missing = |path: &String| !root().join(path).exists();
        missing.extend(
            named_paths(&text).into_iter().filter(is_missing).map(|path| format!("{document}: {path}")),
        );
    }
    assert!(missing.is_empty(), "{missing:#?}");
}
