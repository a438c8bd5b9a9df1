//! Whole runs of the command: what it prints where, and how it ends.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use clap::CommandFactory;
use serde_json::Value;

use super::terminal::tests::Captured;
use super::*;

/// A finished run: how it ended, standard output, standard error.
struct Run {
    exit: Exit,
    stdout: String,
    stderr: String,
}

impl Run {
    fn json(&self) -> Value {
        assert_eq!(self.stdout.lines().count(), 1, "{}", self.stdout);
        serde_json::from_str(&self.stdout).expect("standard output is JSON")
    }
}

fn run_into(stdout: &Captured, arguments: &[&str]) -> Run {
    let stderr = Captured::default();
    let mut terminal = Terminal { stdout: stdout.stream(), stderr: stderr.stream(), is_watched: false };
    let words = ["letterpress"].iter().chain(arguments).map(OsString::from);
    let exit = run_on(words, &mut terminal);
    Run { exit, stdout: stdout.text(), stderr: stderr.text() }
}

fn run(arguments: &[&str]) -> Run {
    run_into(&Captured::default(), arguments)
}

#[test]
fn the_command_line_is_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn help_and_version_are_results() {
    let version = run(&["--version"]);
    assert_eq!((version.exit, version.stderr.as_str()), (Exit::Good, ""));
    assert!(version.stdout.starts_with("letterpress "));
    for verb in Cli::command().get_subcommands() {
        let help = run(&[verb.get_name(), "--help"]);
        assert_eq!(help.exit, Exit::Good);
        assert!(help.stdout.contains("Examples:"), "{}", help.stdout);
    }
}

#[test]
fn wrong_usage_ends_with_2_and_names_what_was_meant() {
    for arguments in [&["chekc"][..], &[], &["check", "--jobs", "0"], &["verify"]] {
        let run = run(arguments);
        assert_eq!((run.exit, run.stdout.as_str()), (Exit::Usage, ""), "{arguments:?}");
        assert!(!run.stderr.is_empty());
    }
    let format = run(&["build", "--formats", "csv,parqet"]);
    assert_eq!(format.exit, Exit::Usage);
    assert!(format.stderr.contains("'parquet'"), "{}", format.stderr);
    let code = run(&["explain", "missing-kye"]);
    assert_eq!(code.exit, Exit::Usage);
    assert!(code.stderr.contains("nearest: `missing-key`"), "{}", code.stderr);
}

#[test]
fn a_missing_project_is_wrong_usage_and_json_says_so_too() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().to_string_lossy();
    let plain = run(&["check", "--project", &path]);
    assert_eq!((plain.exit, plain.stdout.as_str()), (Exit::Usage, ""));
    assert!(plain.stderr.starts_with("error: "), "{}", plain.stderr);
    let json = run(&["check", "--json", "--project", &path]).json();
    assert_eq!(json["exit_code"], 2);
    assert_eq!(json["command"], "check");
    assert!(json["error"].as_str().is_some_and(|error| error.contains("schema/dataset.yaml")));
}

#[test]
fn a_result_that_cannot_be_written_ends_with_3_and_a_closed_pipe_in_silence() {
    let full = run_into(&Captured::failing(ErrorKind::StorageFull), &["explain"]);
    assert_eq!(full.exit, Exit::Machine);
    assert!(full.stderr.contains("error: cannot write `standard output`"), "{}", full.stderr);
    let help = run_into(&Captured::failing(ErrorKind::StorageFull), &["--help"]);
    assert_eq!(help.exit, Exit::Machine);
    let closed = run_into(&Captured::failing(ErrorKind::BrokenPipe), &["explain", "--quiet"]);
    assert_eq!((closed.exit, closed.stderr.as_str()), (Exit::Good, ""));
}

#[test]
fn explain_lists_every_code_and_prints_one() {
    let list = run(&["explain"]);
    for code in crate::diagnostic::CODES {
        assert!(list.stdout.contains(code.name));
        let one = run(&["explain", code.name]);
        assert_eq!(one.exit, Exit::Good);
        assert!(one.stdout.starts_with(&format!("{}[{}]: ", code.severity.word(), code.name)));
        assert_eq!(run(&["explain", code.name, "--json"]).json()["explanation"], code.explanation);
    }
}

#[test]
fn init_makes_a_project_once() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("floods");
    let path = path.to_string_lossy();
    let first = run(&["init", &path]);
    assert_eq!(first.exit, Exit::Good);
    assert!(first.stdout.starts_with("created `floods` in "), "{}", first.stdout);
    let again = run(&["init", &path]);
    assert_eq!((again.exit, again.stdout.as_str()), (Exit::Usage, ""));
    assert!(again.stderr.contains("nothing was written"));
}

#[test]
fn the_starter_builds_at_once_and_its_draft_is_whole() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let project = folder.path().join("floods").to_string_lossy().into_owned();
    let out = folder.path().join("out").to_string_lossy().into_owned();
    assert_eq!(run(&["init", &project]).exit, Exit::Good);
    let check = run(&["check", "--project", &project]);
    assert_eq!((check.exit, check.stdout.as_str()), (Exit::Good, ""), "{}", check.stderr);
    let build = run(&["build", "--draft", "--project", &project, "--out", &out]);
    assert_eq!(build.exit, Exit::Good, "{}", build.stderr);
    assert_eq!(build.stdout, format!("drafted {out}/draft\n"));
    let verify = run(&["verify", &format!("{out}/draft")]);
    assert_eq!(verify.exit, Exit::Good, "{}", verify.stdout);
    assert!(verify.stderr.contains("a draft"), "{}", verify.stderr);
}

#[test]
fn manual_pages_and_completions_are_printed_or_written() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let target = folder.path().join("man1");
    assert!(run(&["man"]).stdout.contains(".TH letterpress 1"));
    assert_eq!(run(&["man", "--dir", &target.to_string_lossy()]).exit, Exit::Good);
    let page = fs::read_to_string(target.join("letterpress-verify.1"));
    assert!(page.is_ok_and(|page| page.contains("letterpress")));
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(run(&["completions", shell]).stdout.contains("letterpress"));
    }
}

#[test]
fn a_folder_that_cannot_be_written_to_ends_with_3() {
    let inside_a_file = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml/man");
    let run = run(&["man", "--dir", &inside_a_file.to_string_lossy()]);
    assert_eq!(run.exit, Exit::Machine);
    assert!(run.stderr.contains("error: cannot create"), "{}", run.stderr);
}
