//! The programs of `examples/` do what their first lines say.

use std::fs;

use crate::scratch::Scratch;

#[expect(dead_code, reason = "`main` is for the program")]
#[path = "../../examples/check.rs"]
mod check;
#[expect(dead_code, reason = "`main` is for the program")]
#[path = "../../examples/publish.rs"]
mod publish;
#[expect(dead_code, reason = "`main` is for the program")]
#[path = "../../examples/verify.rs"]
mod verify;

fn project(seeds: &str) -> Scratch {
    Scratch::project()
        .table("t", "primaryKey: id\nfields: [{name: id}, {name: n, type: integer}]")
        .seed("t.csv", seeds)
}

/// What a program writes.
fn written<T>(run: impl FnOnce(&mut Vec<u8>) -> Result<T, Box<dyn std::error::Error>>) -> (T, String) {
    let mut out = Vec::new();
    let result = run(&mut out).expect("the machine works");
    (result, String::from_utf8(out).expect("it is text"))
}

#[test]
fn check_names_every_problem_and_its_next_step() {
    let wrong = project("id,n\na,1\nb,two\n");
    let (is_sound, text) = written(|out| check::run(wrong.path(), out));
    assert!(!is_sound);
    assert!(text.starts_with("seeds/t.csv:3:3: error[wrong-type]: ") && text.contains("\n  "), "{text}");
    let (is_sound, text) = written(|out| check::run(project("id,n\na,1\n").path(), out));
    assert!(is_sound && text.ends_with("t: 1 rows\n"), "{text}");
}

#[test]
fn what_publish_publishes_verify_proves_and_damage_is_named() {
    let project = project("id,n\na,1\nb,2\n");
    let releases = project.path().join("releases");
    let publish = || written(|out| publish::run(project.path(), &releases, out)).1;
    assert!(publish().starts_with("published 1.0.0 as sha256:"));
    assert_eq!(publish(), "1.0.0 was published before\n");
    let release = releases.join("1.0.0");
    assert!(release.join("data/csv/t.csv").is_file());
    let (is_whole, text) = written(|out| verify::run(&release, out));
    assert!(is_whole && text.contains("\nt: 2 rows, "), "{text}");
    fs::write(release.join("data/csv/t.csv"), "changed").expect("it can be written");
    let (is_whole, text) = written(|out| verify::run(&release, out));
    assert!(!is_whole && text.starts_with("data/csv/t.csv: "), "{text}");
}
