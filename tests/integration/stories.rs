//! Runs the terminal transcripts of `stories/*.md` and compares what is printed. (`readme.py` does it for the documents.)
//!
//! In a block ```` ```console ````, `$ ` begins a command and `> ` continues it; the lines below are what it prints, standard
//! output and standard error as they come. `? 1` says that it ended with 1. `...` stands for any text of a line, and alone
//! on a line for any lines. A story has a fresh folder, in which its commands run one after the other.
//! `UPDATE_STORIES=1` rewrites what does not match.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A command of a transcript, and what it should print.
#[derive(Default)]
struct Step {
    /// The command's lines as written, with `$ ` and `> `.
    written: Vec<String>,
    expected: Vec<String>,
}

impl Step {
    fn command(&self) -> String {
        self.written.iter().map(|line| format!("{}\n", line.get(2..).unwrap_or(""))).collect()
    }
}

/// A piece of a story: text that is kept as it is, or a step.
enum Piece {
    Text(String),
    Step(Step),
}

fn pieces(story: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut in_console = false;
    for line in story.lines() {
        if line.starts_with("```") {
            in_console = line == "```console";
        }
        match pieces.last_mut() {
            _ if !in_console || line.starts_with("```") => pieces.push(Piece::Text(line.to_owned())),
            _ if line.starts_with("$ ") => {
                pieces.push(Piece::Step(Step { written: vec![line.to_owned()], ..Step::default() }));
            }
            Some(Piece::Step(step))
                if step.expected.is_empty() && (line.starts_with("> ") || line == ">") =>
            {
                step.written.push(line.to_owned());
            }
            Some(Piece::Step(step)) => step.expected.push(line.to_owned()),
            _ => pieces.push(Piece::Text(line.to_owned())),
        }
    }
    pieces
}

/// Where a story runs.
struct Shell {
    home: TempDir,
    folder: PathBuf,
}

impl Shell {
    fn new() -> Shell {
        let home = TempDir::new().expect("a temporary folder can be made");
        let folder = home.path().join("work");
        fs::create_dir(&folder).expect("and a folder in it");
        Shell { home, folder }
    }

    /// Runs a command; what it prints, line by line, and how it ended.
    fn run(&mut self, command: &str) -> Vec<String> {
        let binary = Path::new(env!("CARGO_BIN_EXE_letterpress"));
        let folder_of_binary = binary.parent().expect("a binary is in a folder");
        let path = std::env::var("PATH").unwrap_or_default();
        let note = self.home.path().join("folder");
        let script = format!("exec 2>&1\n{command}\nended=$?\npwd > '{}'\nexit $ended\n", note.display());
        let output = Command::new("sh")
            .arg("-c")
            .arg(script)
            .current_dir(&self.folder)
            .env_clear()
            .env("PATH", format!("{}:{path}", folder_of_binary.display()))
            .env("HOME", self.home.path())
            .env("COLUMNS", "100")
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null())
            .output()
            .expect("there is a shell");
        // `cd` lasts until the end of the story.
        if let Ok(folder) = fs::read_to_string(note) {
            self.folder = PathBuf::from(folder.trim_end());
        }
        let text = String::from_utf8_lossy(&output.stdout).replace(&*self.home.path().to_string_lossy(), "~");
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        match output.status.code() {
            Some(0) => {}
            Some(code) => lines.push(format!("? {code}")),
            None => lines.push("? killed".to_owned()),
        }
        lines
    }
}

fn matches(expected: &[String], found: &[String]) -> bool {
    match expected.split_first() {
        None => found.is_empty(),
        Some((line, rest)) if line == "..." => {
            (0..=found.len()).any(|skipped| matches(rest, &found[skipped..]))
        }
        Some((line, rest)) => match found.split_first() {
            Some((first, others)) => line_matches(line, first) && matches(rest, others),
            None => false,
        },
    }
}

fn line_matches(expected: &str, found: &str) -> bool {
    match expected.split_once("...") {
        None => expected == found,
        Some((before, rest)) => found.strip_prefix(before).is_some_and(|found| {
            let starts = (0..=found.len()).filter(|&at| found.is_char_boundary(at));
            starts.into_iter().any(|at| line_matches(rest, &found[at..]))
        }),
    }
}

/// A digest says nothing to a reader, and changes with every release of the tool.
fn without_digests(line: &str) -> String {
    let word = |word: &str| {
        let digest = word.trim_start_matches("sha256:").trim_end_matches([',', ')']);
        let is_digest = digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_hexdigit());
        if is_digest { word.replace(digest, "...") } else { word.to_owned() }
    };
    line.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Runs a story. Returns it as it should be written, and what did not match.
fn run(story: &str) -> (String, Vec<String>) {
    let mut shell = Shell::new();
    let (mut written, mut differing) = (String::new(), Vec::new());
    let mut put = |line: &str| {
        written.push_str(line);
        written.push('\n');
    };
    for piece in pieces(story) {
        let step = match piece {
            Piece::Text(line) => {
                put(&line);
                continue;
            }
            Piece::Step(step) => step,
        };
        let found = shell.run(&step.command());
        step.written.iter().for_each(|line| put(line));
        if matches(&step.expected, &found) {
            step.expected.iter().for_each(|line| put(line));
            continue;
        }
        found.iter().for_each(|line| put(&without_digests(line)));
        differing.push(format!(
            "{}\n--- expected\n{}\n--- found\n{}\n",
            step.written.join("\n"),
            step.expected.join("\n"),
            found.join("\n")
        ));
    }
    (written, differing)
}

#[test]
fn every_story_is_true() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stories");
    let entries = fs::read_dir(&folder).expect("tests/stories is there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("it can be listed").path()).collect();
    paths.sort();
    let mut untrue = Vec::new();
    for path in &paths {
        let story = fs::read_to_string(path).expect("a story can be read");
        let (written, differing) = run(&story);
        if std::env::var_os("UPDATE_STORIES").is_some() {
            fs::write(path, written).expect("a story can be written");
        } else if !differing.is_empty() {
            untrue.push(format!("{}\n\n{}", path.display(), differing.join("\n")));
        }
    }
    assert!(untrue.is_empty(), "UPDATE_STORIES=1 rewrites these:\n\n{}", untrue.join("\n"));
}

#[test]
fn an_elision_stands_for_text_or_lines() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    assert!(matches(&lines("a\n...\nd"), &lines("a\nb\nc\nd")));
    assert!(matches(&lines("...\nid sha256:... (x)"), &lines("id sha256:00ff (x)")));
    assert!(!matches(&lines("a\n..."), &lines("b")));
    assert!(!matches(&lines("id ... x"), &lines("id y")));
    assert!(!matches(&lines("a"), &lines("a\nb")));
    let id = format!("id sha256:{0}, {0})", "0f".repeat(32));
    assert_eq!(without_digests(&id), "id sha256:..., ...)");
}
