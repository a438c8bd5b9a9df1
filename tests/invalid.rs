//! Every kind of problem, each in the smallest project that has it: `invalid/<code>/` and, where places differ,
//! `invalid/<code>-…/`.
//!
//! `expected.txt` holds what `letterpress check` says, with the next steps. `UPDATE_EXPECTED=1` rewrites it.

mod expected;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use letterpress::diagnostic::{CODES, Diagnostic, Position, has_errors};
use letterpress::publish;

/// One folder: its name, the code it is about, and what was found in it.
struct Case {
    name: String,
    folder: PathBuf,
    code: String,
    found: Vec<Diagnostic>,
}

/// Every folder of `tests/invalid`, checked.
fn cases() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/invalid");
    let mut names: Vec<String> = fs::read_dir(&root)
        .expect("tests/invalid is there")
        .map(|entry| entry.expect("it can be listed").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let case = |name: String| {
        let folder = root.join(&name);
        let found = publish::check(&folder, publish::Resources::of_jobs(1), &())
            .expect("a project that can be read")
            .diagnostics;
        Case { code: code_of(&name, &folder), name, folder, found }
    };
    names.into_iter().map(case).collect()
}

/// The longest code that the folder's name begins with: one of the tool's, or a check of the folder's own.
fn code_of(name: &str, folder: &Path) -> String {
    let own = fs::read_dir(folder.join("schema/checks")).into_iter().flatten();
    let own = own.filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_string_lossy().into_owned()));
    let codes = CODES.iter().map(|code| code.name.to_owned()).chain(own);
    let is_begun = |code: &String| name == code || name.starts_with(&format!("{code}-"));
    codes.filter(is_begun).max_by_key(String::len).expect("the folder's name begins with a code")
}

#[test]
fn every_code_has_a_folder() {
    let shown: BTreeSet<String> = cases().into_iter().map(|case| case.name).collect();
    let missing: Vec<&str> =
        CODES.iter().map(|code| code.name).filter(|name| !shown.contains(*name)).collect();
    assert!(missing.is_empty(), "add tests/invalid/<code>/ for {missing:?}");
}

#[test]
fn a_folder_raises_its_code_and_no_other() {
    for case in cases() {
        assert!(!case.found.is_empty(), "{}: nothing was found", case.name);
        for diagnostic in &case.found {
            assert_eq!(diagnostic.code, case.code, "{}: {diagnostic}", case.name);
        }
    }
}

#[test]
fn each_problem_is_told_at_its_place_in_these_words() {
    let cases = cases();
    let differing: Vec<String> =
        cases.iter().filter_map(|case| expected::difference(&case.folder, &case.found)).collect();
    assert!(differing.is_empty(), "UPDATE_EXPECTED=1 rewrites these:\n\n{}", differing.join("\n\n"));
}

#[test]
fn a_place_is_inside_its_file() {
    for case in cases() {
        for diagnostic in &case.found {
            let Position::At { line, column, length } = diagnostic.place.position else { continue };
            let bytes = fs::read(case.folder.join(&*diagnostic.place.file)).expect("the place names a file");
            let text = String::from_utf8_lossy(&bytes);
            let text = text.trim_start_matches('\u{feff}');
            let lines: Vec<&str> = match text.contains('\n') {
                true => text.split('\n').collect(),
                false => text.split('\r').collect(),
            };
            let line = usize::try_from(line).expect("the file is in memory");
            let width = lines.get(line - 1).map(|line| line.chars().count() as u64);
            let width = width.expect("the place names a line of the file");
            assert!(
                column <= width + 1 && column + length <= width.max(column) + 1,
                "{}: {diagnostic}: the line has {width} characters, marked are {length}",
                case.name
            );
        }
    }
}

#[test]
fn the_command_prints_the_same_and_ends_with_1_unless_there_are_only_warnings() {
    for case in cases() {
        let output = Command::new(env!("CARGO_BIN_EXE_letterpress"))
            .args(["check", "--quiet", "--message-format", "short", "--project"])
            .arg(&case.folder)
            .output()
            .expect("the command runs");
        let lines: String = case.found.iter().map(|diagnostic| format!("{diagnostic}\n")).collect();
        assert_eq!(String::from_utf8_lossy(&output.stdout), lines, "{}", case.name);
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{}", case.name);
        assert_eq!(output.status.code(), Some(i32::from(has_errors(&case.found))), "{}", case.name);
    }
}
