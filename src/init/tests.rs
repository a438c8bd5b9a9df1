use std::collections::BTreeSet;

use super::*;

/// Paths below `folder`, with `/`.
fn files_below(folder: &Path, prefix: &str) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let entry = entry.expect("and its entries");
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            files.extend(files_below(&entry.path(), &format!("{path}/")));
        } else {
            files.insert(path);
        }
    }
    files
}

#[test]
fn every_file_of_the_starter_is_written() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/starter");
    let listed: BTreeSet<String> = STARTER.iter().map(|(path, _)| (*path).to_owned()).collect();
    assert_eq!(files_below(&source, ""), listed);

    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let target = folder.path().join("new/Wye Floods");
    let created = init(&target, None).expect("an empty folder takes a project");
    assert_eq!(created.name, "wye-floods");
    assert_eq!(files_below(&target, ""), listed);
    let dataset = fs::read_to_string(target.join("schema/dataset.yaml")).expect("it was written");
    assert!(dataset.contains("\nname: wye-floods "), "{dataset}");
}

#[test]
fn nothing_is_written_where_a_file_would_be_overwritten() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    fs::write(folder.path().join("README.md"), "mine").expect("and written to");
    fs::write(folder.path().join("seeds"), "not a folder").expect("and written to");
    let before = files_below(folder.path(), "");
    let Err(Error::Usage(message)) = init(folder.path(), Some("a")) else { unreachable!("it was refused") };
    assert!(message.contains("already has `README.md`, `seeds`; nothing was written"), "{message}");
    assert_eq!(files_below(folder.path(), ""), before);

    let project = tempfile::tempdir().expect("a temporary folder can be made");
    init(project.path(), Some("a")).expect("an empty folder takes a project");
    let Err(Error::Usage(message)) = init(project.path(), Some("a")) else { unreachable!("it was refused") };
    assert!(
        message.contains("`.letterpress/floods.schema.json` and 13 more files of the starter"),
        "{message}"
    );
}

#[test]
fn names_are_made_valid_or_refused() {
    for (name, made) in [
        ("floods", "floods"),
        ("2024 Floods", "data-2024-floods"),
        ("  ", "data"),
        ("Überschwemmung (Wye)", "berschwemmung-wye"),
        ("..", "data"),
    ] {
        assert_eq!(made_valid(name), made);
        assert!(valid(made).is_ok());
    }
    for name in ["", "Floods", "a b", "9a", "-a", "a/b", "a\nb: c"] {
        assert!(matches!(valid(name), Err(Error::Usage(_))), "{name}");
    }
}
