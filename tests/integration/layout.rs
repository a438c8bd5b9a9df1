//! The house keeps its own rules: floors, sizes of files, names, and that what the documents name is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Longest file that needs no reason.
const MAX_LINES: usize = 400;

/// Names that say nothing of a subject.
const EMPTY_NAMES: [&str; 8] = ["utils", "util", "helpers", "helper", "common", "types", "misc", "shared"];

/// Words that gave way to one of the field, which the glossary of CONTRIBUTING.md has.
const FORMER_WORDS: [&str; 32] = [
    "Bits",
    "CodeUses",
    "Desk",
    "Held",
    "HeldFile",
    "Inside",
    "Joints",
    "Lane",
    "Located",
    "ManifestFacts",
    "Mark",
    "Marks",
    "Packed",
    "PackedChunk",
    "Room",
    "Say",
    "Share",
    "Shelf",
    "Shelved",
    "Stock",
    "Strip",
    "There",
    "Trace",
    "Unpacker",
    "Want",
    "glance",
    "lots",
    "marks_of",
    "of_images",
    "shelve",
    "take_down",
    "with_traces",
];

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

#[test]
fn every_file_of_the_tests_is_a_module_that_runs() {
    let main = read("tests/integration/main.rs");
    let modules: BTreeSet<&str> =
        main.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';')).collect();
    let paths = files("tests", "rs");
    let file_of = |path: &'_ String| path.strip_prefix("tests/integration/").map(str::to_owned);
    let files: Option<BTreeSet<String>> = paths.iter().map(file_of).collect();
    let files = files.expect("Rust below tests/ is in tests/integration/: each further program costs a link");
    let names: BTreeSet<&str> = files.iter().filter_map(|name| name.strip_suffix(".rs")).collect();
    assert_eq!(
        names,
        modules.into_iter().chain(["main"]).collect(),
        "left: files; right: modules of main.rs"
    );
}

#[test]
fn every_test_is_in_the_index() {
    let index = section(&read("CONTRIBUTING.md"), "Where the tests are");
    let module = |path: String| module_of(path.trim_start_matches("tests/integration/"));
    let modules = files("tests/integration", "rs").into_iter().map(module).filter(|module| module != "main");
    let entries = fs::read_dir(root().join("tests")).expect("the folder can be listed");
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("so can its entries").file_name();
    let paths = entries.map(name).map(|name| format!("tests/{}", name.to_string_lossy()));
    let is_named =
        |name: &String| index.contains(&format!("`{name}`")) || index.contains(&format!("`{name}/`"));
    let missing: Vec<String> = modules.chain(paths).filter(|name| !is_named(name)).collect();
    assert!(missing.is_empty(), "CONTRIBUTING.md, \"Where the tests are\", does not name {missing:?}");
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

/// The code of a file, without comments and without its tests.
fn code(path: &str) -> String {
    let text = read(path);
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or(&text);
    let text = text.split("#[cfg(test)]\npub(crate) mod ").next().unwrap_or(text);
    text.lines().map(|line| line.split("//").next().unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

/// The paths of names that a `use` tree, or any path, stands for: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn expanded(tree: &str) -> Vec<String> {
    let Some((before, inner)) = tree.split_once('{') else { return vec![tree.trim().to_owned()] };
    let (mut branches, mut depth) = (vec![String::new()], 0);
    for c in inner.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => branches.push(String::new()),
            c => {
                depth += i32::from(c == '{') - i32::from(c == '}');
                branches.last_mut().expect("it has one").push(c);
            }
        }
    }
    branches.iter().flat_map(|branch| expanded(&format!("{}{}", before.trim(), branch.trim()))).collect()
}

/// The paths in code that begin with a keyword such as `super`, whole trees expanded.
fn paths_from(code: &str, keyword: &str) -> Vec<String> {
    let is_part = |c: char| c.is_alphanumeric() || "_:".contains(c);
    let begins = code.match_indices(keyword).map(|(at, _)| at);
    let begins = begins.filter(|&at| !code[..at].ends_with(is_part) && code[at..].len() > keyword.len());
    let path = |at: usize| {
        let path: String = code[at..].chars().take_while(|&c| is_part(c)).collect();
        match code[at + path.len()..].starts_with('{') {
            true => expanded(code[at..].split(';').next().unwrap_or(&path)),
            false => vec![path],
        }
    };
    begins.flat_map(path).collect()
}

/// The module that a path used in `module` leads to, as names from the root; `None` for a path that leaves none.
fn absolute(module: &[&str], path: &str) -> Option<Vec<String>> {
    let mut names = path.split("::").map(str::trim).peekable();
    let mut from = match names.peek() {
        Some(&"crate") => Vec::new(),
        _ => module.to_vec(),
    };
    while let Some(name) = names.next_if(|name| ["crate", "super", "self"].contains(name)) {
        if name == "super" {
            from.pop()?;
        }
    }
    Some(from.into_iter().chain(names).map(str::to_owned).collect())
}

/// Pairs of modules of a folder of which the first uses the second, with the file in which it does; the modules are paths.
fn uses_in_folders() -> BTreeMap<(String, String), String> {
    let sources = files("src", "rs");
    let is_module = |names: &[String]| sources.binary_search(&format!("src/{}.rs", names.join("/"))).is_ok();
    let mut uses = BTreeMap::new();
    for path in &sources {
        let module: Vec<&str> = path.trim_start_matches("src/").trim_end_matches(".rs").split('/').collect();
        let code = code(path);
        for used in paths_from(&code, "super").into_iter().chain(paths_from(&code, "crate")) {
            let Some(used) = absolute(&module, &used) else { continue };
            let common = module.iter().zip(&used).take_while(|(own, other)| *own == other).count();
            if common < module.len() && common < used.len() && is_module(&used[..=common]) {
                let pair = (module[..=common].join("/"), used[..=common].join("/"));
                uses.insert(pair, path.clone());
            }
        }
    }
    uses
}

#[test]
fn no_two_modules_of_a_folder_use_each_other() {
    let uses = uses_in_folders();
    assert!(uses.len() > 300, "the imports are not found: {}", uses.len());
    let circles: Vec<String> = uses
        .iter()
        .filter(|((one, other), _)| one < other)
        .filter_map(|((one, other), there)| {
            let back = uses.get(&(other.clone(), one.clone()))?;
            Some(format!("`{one}` and `{other}`: {there}, {back}"))
        })
        .collect();
    assert!(circles.is_empty(), "move what both need to a third:\n{}", circles.join("\n"));
}

#[test]
fn a_former_word_does_not_come_back() {
    let mut found = Vec::new();
    for path in files("src", "rs") {
        for (line, text) in code(&path).lines().enumerate() {
            let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
            let former = words.filter(|word| FORMER_WORDS.contains(word));
            found.extend(former.map(|word| format!("{path}:{}: `{word}`", line + 1)));
        }
    }
    assert!(found.is_empty(), "see the glossary in CONTRIBUTING.md:\n{}", found.join("\n"));
}
