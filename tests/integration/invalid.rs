//! Every kind of problem, each in the smallest project that has it: `invalid/<code>.txt` and, where places differ,
//! `invalid/<code>-….txt`. They are as `case_files` reads them.

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::LazyLock;

use crate::case_files::{self, Case};
use letterpress::diagnostic::{CODES, Diagnostic, Position, has_errors};
use letterpress::publish;

/// A case, the code it is about, and what was found in it.
struct Checked {
    case: Case,
    code: String,
    found: Vec<Diagnostic>,
}

/// Every case of `tests/invalid`, checked.
static CASES: LazyLock<Vec<Checked>> = LazyLock::new(|| {
    let checked = |case: Case| {
        let (_home, project) = case.project();
        let checked = publish::check(&project, publish::Resources::of_jobs(1), &());
        Checked {
            code: code_of(&case),
            case,
            found: checked.expect("a project that can be read").diagnostics,
        }
    };
    case_files::read_all("invalid").into_iter().map(checked).collect()
});

/// The longest code that the case's name begins with: one of the tool's, or a check of the case's own.
fn code_of(case: &Case) -> String {
    let own = case.files.keys().filter_map(|path| path.strip_prefix("schema/checks/")?.strip_suffix(".sql"));
    let codes = CODES.iter().map(|code| code.name).chain(own);
    let is_begun = |code: &&str| case.name == *code || case.name.starts_with(&format!("{code}-"));
    codes.filter(is_begun).max_by_key(|code| code.len()).expect("a case's name begins with a code").to_owned()
}

#[test]
fn every_code_has_a_case() {
    let shown: BTreeSet<&str> = CASES.iter().map(|checked| checked.case.name.as_str()).collect();
    let missing: Vec<&str> =
        CODES.iter().map(|code| code.name).filter(|name| !shown.contains(*name)).collect();
    assert!(missing.is_empty(), "add tests/invalid/<code>.txt for {missing:?}");
}

#[test]
fn a_case_raises_its_code_and_no_other() {
    for Checked { case, code, found } in CASES.iter() {
        assert!(!found.is_empty(), "{}: nothing was found", case.name);
        for diagnostic in found {
            assert_eq!(&diagnostic.code, code, "{}: {diagnostic}", case.name);
        }
    }
}

#[test]
fn each_problem_is_told_at_its_place_in_these_words() {
    let difference = |checked: &Checked| checked.case.difference(&checked.found);
    let differing: Vec<String> = CASES.iter().filter_map(difference).collect();
    assert!(differing.is_empty(), "UPDATE_EXPECTED=1 rewrites these:\n\n{}", differing.join("\n\n"));
}

#[test]
fn a_place_is_inside_its_file() {
    for Checked { case, found, .. } in CASES.iter() {
        for diagnostic in found {
            let Position::At { line, column, length } = diagnostic.place.position else { continue };
            let bytes = case.files.get(&*diagnostic.place.file).expect("the place names a file");
            let text = String::from_utf8_lossy(bytes);
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

/// A dozen of the cases, some of which have warnings only: a process for each is all that is slow about them.
fn a_dozen() -> impl Iterator<Item = &'static Checked> {
    let (refused, warned): (Vec<_>, Vec<_>) = CASES.iter().partition(|checked| has_errors(&checked.found));
    let spread = |cases: Vec<&'static Checked>, count: usize| {
        let step = cases.len().div_ceil(count);
        cases.into_iter().step_by(step)
    };
    spread(refused, 9).chain(spread(warned, 3))
}

#[test]
fn the_command_prints_the_same_and_ends_with_1_unless_there_are_only_warnings() {
    let mut endings = BTreeSet::new();
    for Checked { case, found, .. } in a_dozen() {
        let (_home, project) = case.project();
        let output = Command::new(env!("CARGO_BIN_EXE_letterpress"))
            .args(["check", "--quiet", "--message-format", "short", "--project"])
            .arg(project)
            .output()
            .expect("the command runs");
        let lines: String = found.iter().map(|diagnostic| format!("{diagnostic}\n")).collect();
        assert_eq!(String::from_utf8_lossy(&output.stdout), lines, "{}", case.name);
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{}", case.name);
        assert_eq!(output.status.code(), Some(i32::from(has_errors(found))), "{}", case.name);
        endings.extend(output.status.code());
    }
    assert_eq!(endings, BTreeSet::from([0, 1]));
}
