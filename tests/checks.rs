//! Every rule of the bundled data set, in `schema/checks/`, broken once: `checks/<code>/`.
//!
//! `checks/sound/` holds the smallest seeds that satisfy the schema and every check. The folder of a check holds the
//! seeds that differ from these, and in `expected.txt` what `letterpress check` says of both laid over each other.

mod expected;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use letterpress::diagnostic::Diagnostic;
use letterpress::publish;
use tempfile::TempDir;

/// The folder of a check, and what was found in its project.
struct Case {
    code: String,
    folder: PathBuf,
    found: Vec<Diagnostic>,
}

static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| {
    let codes = names(&cases_folder()).into_iter().filter(|name| name != "sound");
    let case = |code: String| {
        let folder = cases_folder().join(&code);
        Case { found: found(&[&sound(), &seeds(&folder)]), code, folder }
    };
    codes.map(case).collect()
});

/// Seed files: the path in the project, and the text.
type Seeds = BTreeMap<PathBuf, String>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn cases_folder() -> PathBuf {
    root().join("tests/checks")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder can be listed");
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("so can its entries").file_name();
    let mut names: Vec<String> = entries.map(name).map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The seeds in a folder of `tests/checks`.
fn seeds(folder: &Path) -> Seeds {
    let mut seeds = Seeds::new();
    for table in names(&folder.join("seeds")) {
        for file in names(&folder.join("seeds").join(&table)) {
            let path = Path::new("seeds").join(&table).join(file);
            let text = fs::read_to_string(folder.join(&path)).expect("a seed is text");
            seeds.insert(path, text);
        }
    }
    seeds
}

fn sound() -> Seeds {
    seeds(&cases_folder().join("sound"))
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
fn found(layers: &[&Seeds]) -> Vec<Diagnostic> {
    let project = TempDir::new().expect("a temporary folder can be made");
    copy(&root().join("schema"), &project.path().join("schema")).expect("the schema can be copied");
    for (path, text) in layers.iter().copied().flatten() {
        let path = project.path().join(path);
        fs::create_dir_all(path.parent().expect("a seed lies in a folder")).expect("the folder can be made");
        fs::write(path, text).expect("the seed can be written");
    }
    publish::check(project.path(), publish::Resources::of_jobs(1), &())
        .expect("a project that can be read")
        .diagnostics
}

#[test]
fn the_sound_seeds_break_no_check() {
    let found = found(&[&sound()]);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_check_has_a_folder_and_every_folder_a_check() {
    let checks = names(&root().join("schema/checks"));
    let mut checks: Vec<&str> = checks.iter().filter_map(|name| name.strip_suffix(".sql")).collect();
    checks.sort_unstable();
    let mut folders: Vec<&str> = CASES.iter().map(|case| case.code.as_str()).collect();
    folders.sort_unstable();
    assert_eq!(folders, checks, "tests/checks/<code>/ on the left, schema/checks/<code>.sql on the right");
}

#[test]
fn a_folder_breaks_its_check_and_no_other() {
    for case in CASES.iter() {
        assert!(!case.found.is_empty(), "{}: nothing was found", case.code);
        for diagnostic in &case.found {
            assert_eq!(diagnostic.code, case.code, "{}: {diagnostic}", case.code);
        }
    }
}

#[test]
fn a_folder_holds_only_what_differs_from_the_sound_seeds() {
    let sound = sound();
    for case in CASES.iter() {
        for (path, text) in seeds(&case.folder) {
            assert_ne!(sound.get(&path), Some(&text), "{}: {}", case.code, path.display());
        }
    }
}

#[test]
fn each_problem_is_told_at_its_place_in_these_words() {
    let differing: Vec<String> =
        CASES.iter().filter_map(|case| expected::difference(&case.folder, &case.found)).collect();
    assert!(differing.is_empty(), "UPDATE_EXPECTED=1 rewrites these:\n\n{}", differing.join("\n\n"));
}
