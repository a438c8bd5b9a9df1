//! Every rule of the bundled data set, in `schema/checks/`, broken once: `checks/<code>.txt`. They are as `case_files` reads
//! them.
//!
//! `checks/sound.txt` holds the smallest seeds that satisfy the schema and every check. The case of a check holds the seeds
//! that differ from these, and what `letterpress check` says of both laid over each other.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use crate::case_files::{self, Case};
use crate::scratch::Scratch;
use letterpress::diagnostic::Diagnostic;

/// The case of a check, and what was found in its project.
struct Checked {
    case: Case,
    found: Vec<Diagnostic>,
}

/// The sound seeds, and every case laid over them.
static CASES: LazyLock<(Case, Vec<Checked>)> = LazyLock::new(|| {
    let (mut sound, cases): (Vec<Case>, Vec<Case>) =
        case_files::read_all("checks").into_iter().partition(|case| case.name == "sound");
    let sound = sound.pop().expect("tests/checks/sound.txt is there");
    let checked = |case: Case| Checked { found: found(&[&sound, &case]), case };
    let cases = cases.into_iter().map(checked).collect();
    (sound, cases)
});

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    if from.is_file() {
        return fs::copy(from, to).map(|_| ());
    }
    fs::create_dir(to)?;
    fs::read_dir(from)?.try_for_each(|entry| {
        let name = entry?.file_name();
        copy(&from.join(&name), &to.join(name))
    })
}

/// What `check` finds in a project of the repository's schema and these seeds, the later over the earlier.
fn found(layers: &[&Case]) -> Vec<Diagnostic> {
    let project = Scratch::empty();
    copy(&root().join("schema"), &project.path().join("schema")).expect("the schema can be copied");
    layers.iter().for_each(|case| case.write(&project, "."));
    project.problems()
}

#[test]
fn the_sound_seeds_break_no_check() {
    let found = found(&[&CASES.0]);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_check_has_a_case_and_every_case_a_check() {
    let checks = fs::read_dir(root().join("schema/checks")).expect("the folder can be listed");
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("so can its entries").file_name();
    let checks = checks.map(name).map(|name| name.to_string_lossy().into_owned());
    let mut checks: Vec<String> =
        checks.filter_map(|name| Some(name.strip_suffix(".sql")?.to_owned())).collect();
    checks.sort_unstable();
    let mut cases: Vec<&str> = CASES.1.iter().map(|checked| checked.case.name.as_str()).collect();
    cases.sort_unstable();
    assert_eq!(cases, checks, "tests/checks/<code>.txt on the left, schema/checks/<code>.sql on the right");
}

#[test]
fn a_case_breaks_its_check_and_no_other() {
    for Checked { case, found } in &CASES.1 {
        assert!(!found.is_empty(), "{}: nothing was found", case.name);
        for diagnostic in found {
            assert_eq!(diagnostic.code, case.name, "{}: {diagnostic}", case.name);
        }
    }
}

#[test]
fn a_case_holds_only_what_differs_from_the_sound_seeds() {
    let (sound, cases) = &*CASES;
    for case in cases.iter().map(|checked| &checked.case) {
        for (path, bytes) in &case.files {
            assert_ne!(sound.files.get(path), Some(bytes), "{}: {path}", case.name);
        }
    }
}

#[test]
fn each_problem_is_told_at_its_place_in_these_words() {
    let difference = |checked: &Checked| checked.case.difference(&checked.found);
    let differing: Vec<String> = CASES.1.iter().filter_map(difference).collect();
    assert!(differing.is_empty(), "UPDATE_EXPECTED=1 rewrites these:\n\n{}", differing.join("\n\n"));
}
