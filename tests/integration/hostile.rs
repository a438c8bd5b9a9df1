//! Input that was made to break programs, or might as well have been: each is refused at its place, or published as text.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::limited;
use crate::scratch::Scratch;

const DATASET: &str = "name: floods\nversion: 1.0.0\ncreated: 2026-11-22\n";
const TABLE: &str = "fields:\n  - {name: id}\n  - {name: kind}\nprimaryKey: [id]\n";

/// Longest that any of these may take; a hang is a failure and no endless test.
const PATIENCE: Duration = Duration::from_secs(60);

/// A project with one table, `floods`, of two texts.
struct Project {
    home: Scratch,
}

impl Project {
    fn new() -> Project {
        let project = Project { home: Scratch::empty() };
        project.write("schema/dataset.yaml", DATASET);
        project.write("schema/tables/floods.yaml", TABLE);
        project
    }

    /// A project with one seed.
    fn with(path: &str, bytes: impl AsRef<[u8]>) -> Project {
        let project = Project::new();
        project.write(path, bytes);
        project
    }

    fn folder(&self) -> PathBuf {
        self.home.path().join("project")
    }

    fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        self.home.write(&format!("project/{path}"), bytes);
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = limited::letterpress();
        command.args(arguments).current_dir(self.folder());
        command
    }

    /// What `check` prints of every problem on standard output, and how it ends.
    fn check(&self) -> (String, Option<i32>) {
        let output = run(self.command(&["check", "--all", "--quiet", "--message-format", "short"]));
        let text = String::from_utf8(output.stdout).expect("output is UTF-8");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(errors.is_empty(), "{errors}");
        (text, output.status.code())
    }

    /// Checks that the project is refused with a line for each of `beginnings`, in order, and no other.
    fn is_refused(&self, beginnings: &[&str]) {
        let (text, code) = self.check();
        let lines: Vec<&str> = text.lines().collect();
        let is_expected = lines.len() == beginnings.len()
            && lines.iter().zip(beginnings).all(|(line, beginning)| line.starts_with(beginning));
        assert!(is_expected, "expected {beginnings:#?}\nfound {text:.2000}");
        assert_eq!(code, Some(1));
    }

    fn is_good(&self) {
        assert_eq!(self.check(), (String::new(), Some(0)));
    }
}

fn run(mut command: Command) -> Output {
    let begun = Instant::now();
    let output = command.output().expect("the command runs");
    assert!(begun.elapsed() < PATIENCE, "it took {:?}", begun.elapsed());
    assert!(output.status.code().is_some_and(|code| code <= 3), "{:?}", output.status);
    output
}

#[test]
fn an_empty_file_has_no_records_or_no_header() {
    for path in ["seeds/floods.yaml", "seeds/floods.ndjson"] {
        Project::with(path, "").is_good();
        Project::with(path, "\n\n").is_good();
    }
    Project::with("seeds/floods.yaml", "# nothing yet\n").is_good();
    Project::with("seeds/floods.csv", "").is_refused(&["seeds/floods.csv:1:1: error[missing-column]"]);
    Project::with("seeds/floods.csv", "\u{feff}\r\n")
        .is_refused(&["seeds/floods.csv:1:1: error[missing-column]"]);
    Project::with("seeds/floods.json", "").is_refused(&["seeds/floods.json:1:1: error[json-syntax]"]);
    Project::with("seeds/floods.parquet", "").is_refused(&["seeds/floods.parquet: error[unreadable-file]"]);
    Project::with("schema/tables/floods.yaml", "")
        .is_refused(&["schema/tables/floods.yaml:1:1: error[wrong-shape]"]);
    Project::with("schema/dataset.yaml", "").is_refused(&["schema/dataset.yaml:1:1: error[wrong-shape]"]);
}

#[test]
fn what_is_not_text_is_refused_at_its_first_byte_that_is_none() {
    let binary: Vec<u8> =
        (0..4096u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0] | 0x80).collect();
    for ending in ["yaml", "csv", "ndjson", "json"] {
        let path = format!("seeds/floods.{ending}");
        Project::with(&path, &binary).is_refused(&[&format!("{path}:1:1: error[not-utf8]")]);
    }
    Project::with("seeds/floods.parquet", &binary)
        .is_refused(&["seeds/floods.parquet: error[unreadable-file]"]);
    for (bytes, place) in [
        (&b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xd3"[..], "1:2"),
        (&b"PK\x03\x04\x14\x00\xff"[..], "1:7"),
        (&b"\xff\xfe-\x00 \x00"[..], "1:1"),
        (&b"- {id: a,\n   kind: \"\xc0\xaf\"}"[..], "2:11"),
        (&b"- {id: \"\xed\xa0\x80\"}"[..], "1:9"),
        (&b"- {id: \"\xf4\x90\x80\x80\"}"[..], "1:9"),
        (&b"- {id: \"\xc3"[..], "1:9"),
    ] {
        let expected = format!("seeds/floods.yaml:{place}: error[not-utf8]");
        Project::with("seeds/floods.yaml", bytes).is_refused(&[&expected]);
    }
}

#[test]
fn a_folder_or_pipe_with_the_name_of_a_seed_is_not_opened() {
    let project = Project::new();
    fs::create_dir_all(project.folder().join("seeds/floods.yaml")).expect("a folder can be made");
    let pipe = project.folder().join("seeds/floods.csv");
    let made = Command::new("mkfifo").arg(&pipe).status().expect("mkfifo is there");
    assert!(made.success());
    project.is_refused(&[
        "seeds/floods.csv: error[unreadable-file]: a special file",
        "seeds/floods.yaml: error[unreadable-file]: a folder",
    ]);
}

#[test]
fn a_link_that_leads_out_of_the_project_is_refused_and_shows_nothing() {
    let table = "schema/tables/floods.yaml";
    for (link, target) in [
        ("seeds/floods.csv", "/proc/self/environ"),
        ("seeds/floods.csv", "../../floods.csv"),
        ("seeds/floods.csv", "/proc/kmsg"),
        ("seeds/floods.csv", "nowhere.csv"),
        ("seeds", ".."),
        (table, "/proc/self/environ"),
        (table, "../../../floods.csv"),
        ("schema/tables", "../.."),
        ("schema/views", "../.."),
        ("schema/checks/peak.sql", "/proc/self/environ"),
        ("schema/vocabularies/kind.yaml", "/proc/self/environ"),
        ("datapackage.json", "/proc/self/environ"),
    ] {
        let project = Project::new();
        project.home.write("floods.csv", "t0ken,kind\n1,rain\n");
        let path = project.folder().join(link);
        if link == table {
            fs::remove_file(&path).expect("it was written");
        }
        if link == "schema/tables" || link == "datapackage.json" {
            fs::remove_dir_all(project.folder().join("schema")).expect("it was written");
        }
        if link == "schema/tables" {
            project.write("schema/dataset.yaml", DATASET);
        }
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder can be made");
        std::os::unix::fs::symlink(target, &path).expect("a link can be made");
        let began = Instant::now();
        let mut command = project.command(&["check", "--message-format", "short"]);
        let output = run({
            command.env("CI_TOKEN", "t0ken");
            command
        });
        let shown =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(1), "{link} -> {target}: {shown}");
        let is_told = shown.contains("leads out of the project") || shown.contains("that is not there");
        assert!(is_told && !shown.contains("t0ken"), "{link} -> {target}: {shown}");
        assert!(began.elapsed() < Duration::from_secs(1), "{link} -> {target}");
    }
}

#[test]
fn a_line_of_100_megabytes_is_too_large() {
    let long = "x".repeat(100_000_000);
    for (path, text, place) in [
        ("seeds/floods.csv", format!("id,kind\na,b\nb,{long}\n"), "3:1"),
        ("seeds/floods.yaml", format!("- {{id: a}}\n- {{id: b, kind: {long}}}\n"), "2:1"),
        (
            "seeds/floods.ndjson",
            format!("{{\"id\": \"a\"}}\n{{\"id\": \"b\", \"kind\": \"{long}\"}}\n"),
            "2:",
        ),
    ] {
        let project = Project::with(path, text);
        project.is_refused(&[&format!("{path}:{place}")]);
        assert!(project.check().0.contains("error[too-large]"));
    }
}

#[test]
fn nothing_multiplies_or_nests_without_end() {
    let mut bomb = String::from("- id: a\n  kind: &a [x, x, x, x, x, x, x, x, x]\n");
    for (name, of) in "bcdefghij".chars().zip("abcdefghi".chars()) {
        writeln!(bomb, "- &{name} [{}]", vec![format!("*{of}"); 9].join(", ")).expect("a text takes text");
    }
    for (text, place) in [
        (bomb.as_str(), "2:9: error[yaml-feature]"),
        ("- &a [*a]\n", "1:3: error[yaml-feature]"),
        ("- &a {<<: *a}\n", "1:3: error[yaml-feature]"),
    ] {
        Project::with("seeds/floods.yaml", text).is_refused(&[&format!("seeds/floods.yaml:{place}")]);
    }
    let brackets = "[".repeat(100_000);
    let keys = "? ".repeat(20_000);
    Project::with("seeds/floods.yaml", &brackets).is_refused(&["seeds/floods.yaml:1:256: error[too-large]"]);
    Project::with("seeds/floods.yaml", &keys).is_refused(&["seeds/floods.yaml:1:3: error[yaml-feature]"]);
    Project::with("seeds/floods.ndjson", &brackets).is_refused(&[
        "seeds/floods.ndjson:1:1: error[wrong-shape]",
        "seeds/floods.ndjson:1:65: error[too-large]",
    ]);
    Project::with("schema/tables/floods.yaml", &brackets)
        .is_refused(&["schema/tables/floods.yaml:1:256: error[too-large]"]);
}

#[test]
fn a_pattern_that_goes_back_without_end_is_no_match_and_no_mismatch() {
    let began = Instant::now();
    let endless = r"^(?:(?=a)a|(?=a)aa)*b$";
    for (schema, refused) in [
        (format!("{{properties: {{t: {{pattern: '{endless}'}}}}}}"), vec!["json-schema-mismatch"; 2]),
        (
            format!("{{properties: {{t: {{not: {{pattern: '{endless}'}}}}}}}}"),
            vec!["json-schema-mismatch"; 2],
        ),
        (format!("{{patternProperties: {{'{endless}': false}}, required: [t]}}"), vec![]),
    ] {
        let project = Project::new();
        let field = format!("{{name: o, type: object, constraints: {{jsonSchema: {schema}}}}}");
        project.write(
            "schema/tables/floods.yaml",
            format!("{{fields: [{{name: id}}, {field}], primaryKey: [id]}}"),
        );
        let text = "a".repeat(60);
        project.write(
            "seeds/floods.yaml",
            format!("- {{id: a, o: {{t: {text}}}}}\n- {{id: b, o: {{t: {text}}}}}\n"),
        );
        let found = project.check();
        let codes: Vec<&str> = found.0.lines().filter_map(|line| line.split(['[', ']']).nth(1)).collect();
        assert_eq!(codes, refused, "{schema}: {found:?}");
    }
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
}

#[test]
fn a_nul_hides_nothing() {
    let yaml = "- {id: a, kind: x}\n\u{0}\n- {id: a, kind: x}\n";
    Project::with("seeds/floods.yaml", yaml).is_refused(&["seeds/floods.yaml:2:1: error[yaml-syntax]"]);
    Project::with("seeds/floods.yaml", "- {id: \"\\0\"}\n")
        .is_refused(&["seeds/floods.yaml:1:8: error[unsafe-text]"]);
    Project::with("seeds/floods.csv", "id,kind\na,x\u{0}y\n")
        .is_refused(&["seeds/floods.csv:2:3: error[unsafe-text]"]);
    Project::with("seeds/floods.ndjson", "{\"id\": \"a\u{0}\"}\n")
        .is_refused(&["seeds/floods.ndjson:1:10: error[json-syntax]"]);
    Project::with("seeds/floods.ndjson", "{\"id\": \"a\\u0000\"}\n")
        .is_refused(&["seeds/floods.ndjson:1:8: error[unsafe-text]"]);
}

#[test]
fn delimited_text_is_read_or_refused_row_by_row() {
    Project::with("seeds/floods.csv", "id,kind\ra,rain\rb,ice\r").is_good();
    Project::with("seeds/floods.csv", "\u{feff}id;kind\r\na;\"x;y\"\r\n\r\nb;\"two\r\nlines\"\r\n").is_good();
    Project::with("seeds/floods.csv", "id,kind\na\nb,c,d\ne,f\n").is_refused(&[
        "seeds/floods.csv:2:1: error[ragged-row]: the row has 1 cell,",
        "seeds/floods.csv:3:1: error[ragged-row]: the row has 3 cells,",
    ]);
    let wide = format!("id,kind{}\n", ",".repeat(20_000));
    let (text, code) = Project::with("seeds/floods.csv", wide).check();
    assert!(text.lines().next().is_some_and(|line| line.contains("seeds/floods.csv:1:")), "{text:.300}");
    assert_eq!(code, Some(1));
}

#[test]
fn many_comments_take_time_in_proportion() {
    let comments: Vec<String> = (2..30_000).map(|number| number.to_string()).collect();
    let resource = format!("  - {{name: floods, dialect: {{commentRows: [{}]}}}}\n", comments.join(", "));
    let project =
        Project::with("seeds/floods.csv", format!("id,kind\n{}a,b\n", "x\n".repeat(comments.len())));
    project.write("schema/dataset.yaml", format!("{DATASET}resources:\n{resource}"));
    let begun = Instant::now();
    project.is_good();
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
}

#[test]
fn json_and_yaml_are_taken_at_their_word() {
    for (text, beginning) in [
        ("{\"id\": \"\\ud800\"}\n", "1:9: error[json-syntax]"),
        ("{\"id\": \"\\udc00\\ud800\"}\n", "1:9: error[json-syntax]"),
        ("{\"id\": \"a\", \"id\": \"b\"}\n", "1:13: error[repeated-key]"),
        ("{\"id\": 1e999999, \"kind\": \"x\" \"y\"}\n", "1:30: error[json-syntax]"),
    ] {
        let expected = format!("seeds/floods.ndjson:{beginning}");
        Project::with("seeds/floods.ndjson", text).is_refused(&[&expected]);
    }
    for (text, beginning) in [
        ("- id: a\n\tkind: b\n", "2:1: error[yaml-syntax]"),
        ("- id: a\n  id: b\n", "2:3: error[repeated-key]"),
        ("- id: !!python/object:os.system x\n", "1:7: error[yaml-feature]"),
        ("- id: !!binary aGk=\n", "1:7: error[yaml-feature]"),
        ("id: a\n---\nid: b\n", "2:1: error[yaml-feature]"),
    ] {
        let expected = format!("seeds/floods.yaml:{beginning}");
        Project::with("seeds/floods.yaml", text).is_refused(&[&expected]);
    }
    // A number of a million digits is a text like any other, in a field of texts.
    Project::with("seeds/floods.ndjson", format!("{{\"id\": {}}}\n", "9".repeat(1_000_000))).is_good();
}

#[test]
fn text_that_shows_itself_as_another_is_refused() {
    for text in
        ["rain\u{202e}niar", "\u{2066}open", "close\u{2069}", "\u{1b}]0;title\u{7}", "\u{9b}2J", "bell\u{7}"]
    {
        let row = format!("id,kind\na,\"{text}\"\n");
        Project::with("seeds/floods.csv", row).is_refused(&["seeds/floods.csv:2:3: error[unsafe-text]"]);
    }
    Project::with("seeds/floods.csv", "id,kind\na,\u{2067}עברית\u{2069} and نمی\u{200c}خواهم\n").is_good();
    let marks = "a\u{301}".repeat(2_000);
    let odd = format!("id,kind\na,{marks}\nb,\u{10ffff}\u{fffe}\u{e000}\nc,{}\n", "z".repeat(100_000));
    Project::with("seeds/floods.csv", odd).is_good();
}

#[test]
fn names_and_values_never_steer_the_terminal() {
    let project = Project::new();
    project.write("seeds/\u{1b}[2J\u{202e}.yaml", "- {id: a}\n");
    project.write("seeds/floods.yaml", "- {id: a, \"\\e[31mkind\\u202e\": b}\n- {id: \"\\e]52;c;x\\a\"}\n");
    prints_nothing_hostile(&project);
    let text = project.check().0;
    assert!(text.contains("seeds/\\u{1b}[2J\\u{202e}.yaml") && text.contains("`\\u{1b}[31mkind"), "{text}");
    project.write("schema/tables/\u{9b}31m.yaml", TABLE);
    prints_nothing_hostile(&project);
}

fn prints_nothing_hostile(project: &Project) {
    for format in ["full", "short", "json", "github", "sarif"] {
        for arguments in [&["check", "--message-format", format][..], &["check", "--json"], &["publish"]] {
            let output = run(project.command(arguments));
            for bytes in [output.stdout, output.stderr] {
                let text = String::from_utf8(bytes).expect("output is UTF-8");
                let hostile = text.chars().find(|&c| letterpress::diagnostic::is_hostile(c) && c != '\n');
                assert_eq!(hostile, None, "{arguments:?}: {text:?}");
            }
        }
    }
}

#[test]
fn a_damaged_parquet_file_is_refused_or_read_but_never_worse() {
    let project = Project::with("seeds/floods.csv", "id,kind\na,rain\nb,ice\nc,\n");
    run(project.command(&["publish", "--quiet"]));
    let whole =
        fs::read(project.folder().join("dist/1.0.0/data/parquet/floods.parquet")).expect("it was published");
    let mut state = 20_261_122u64;
    let mut random = |below: usize| {
        // Knuth's multiplicative generator: seeded, so a failure can be had again.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let byte = |number: usize| number.to_le_bytes()[0];
    for round in 0..50 {
        let mut damaged = whole.clone();
        match round % 5 {
            0 => damaged.truncate(random(whole.len())),
            1 => drop(damaged.splice(..random(whole.len()), [])),
            2 => {
                let footer = whole.len() - 8 + random(4);
                damaged[footer] = byte(random(256));
            }
            _ => (0..=random(20)).for_each(|_| damaged[random(whole.len())] = byte(random(256))),
        }
        let project = Project::with("seeds/floods.parquet", &damaged);
        let (text, code) = project.check();
        assert!(text.is_empty() == (code == Some(0)) || text.contains("warning"), "{round}: {text}");
        assert!(text.lines().all(|line| line.starts_with("seeds/floods.parquet")), "{round}: {text}");
    }
}

#[test]
fn ten_thousand_bad_records_of_a_hundred_thousand_are_all_reported() {
    let project = Project::new();
    project.write("schema/tables/floods.yaml", TABLE.replace("name: kind", "name: kind, type: integer"));
    let mut rows = String::from("id,kind\n");
    for number in 0..100_000 {
        let kind = if number % 10 == 7 { "bad" } else { "1" };
        writeln!(rows, "{number},{kind}").expect("a text takes text");
    }
    project.write("seeds/floods.csv", rows);
    let (text, code) = project.check();
    assert_eq!(code, Some(1));
    let mut expected = (0..10_000).map(|n| n * 10 + 7 + 2);
    for line in text.lines() {
        let number = expected.next().expect("no more lines than bad records");
        let column = (number - 2_i32).to_string().len() + 2;
        assert!(
            line.starts_with(&format!("seeds/floods.csv:{number}:{column}: error[wrong-type]")),
            "{line}"
        );
    }
    assert_eq!(expected.next(), None);
}

#[test]
fn many_bad_records_in_one_line_of_json_take_no_longer_than_in_many() {
    let record = |n: i32| format!("{{\"id\":\"{n}\",\"kind\":\"x\"}}");
    let records: Vec<String> = (0..20_000).map(|n| record(n % 10_000)).collect();
    let (text, code) = Project::with("seeds/floods.json", format!("[{}]", records.join(","))).check();
    assert_eq!(code, Some(1));
    assert_eq!(text.lines().filter(|line| line.contains("error[duplicate-key]")).count(), 10_000);
}

fn sound() -> Project {
    Project::with("seeds/floods.csv", "id,kind\na,rain\n")
}

#[test]
fn a_full_disk_at_the_other_end_ends_with_3() {
    let project = Project::with("seeds/floods.csv", "id,knid\na,rain\n");
    for arguments in [&["check"][..], &["check", "--json"], &["explain"], &["man"], &["--help"]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("there is /dev/full");
        let mut command = project.command(arguments);
        let child = command.stdout(full).stderr(Stdio::piped()).spawn().expect("the command runs");
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(3), "{arguments:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("error: cannot write"), "{arguments:?}");
    }
}

#[test]
fn a_reader_that_leaves_ends_nothing_badly() {
    let project = Project::with("seeds/floods.csv", format!("id,kind\n{}", "a,b,c\n".repeat(50_000)));
    let script = format!("'{}' check | head -n 1 >/dev/null", env!("CARGO_BIN_EXE_letterpress"));
    let output = run({
        let mut command = Command::new("sh");
        command.args(["-c", &script]).current_dir(project.folder());
        command
    });
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!errors.contains("panic") && !errors.contains("mistake"), "{errors}");
    let script = format!("'{}' publish --quiet >&- 2>&-", env!("CARGO_BIN_EXE_letterpress"));
    let project = sound();
    let status = Command::new("sh").args(["-c", &script]).current_dir(project.folder()).status();
    assert!(status.expect("there is a shell").code().is_some_and(|code| code <= 3));
    assert!(project.folder().join("dist/1.0.0/manifest.json").is_file());
}

#[test]
fn neither_home_nor_environment_is_needed_and_neither_shows() {
    let mut ids = Vec::new();
    for variables in [&[][..], &[("HOME", "/nowhere"), ("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Asia/Kathmandu")]] {
        let project = sound();
        let mut command = project.command(&["publish", "--quiet"]);
        command.env_clear().envs(variables.iter().copied());
        assert_eq!(run(command).status.code(), Some(0));
        ids.push(fs::read(project.folder().join("dist/1.0.0/manifest.json")).expect("it was published"));
    }
    assert!(ids[0] == ids[1]);
}

#[test]
fn without_a_thread_to_be_had_the_same_is_published() {
    let project = Project::new();
    for number in 0..40 {
        project.write(&format!("seeds/floods/{number}.csv"), format!("id,kind\n{number},rain\n"));
    }
    let mut published = Vec::new();
    // A stack of 64 TiB is given to nobody.
    for (out, stack) in [("with", None), ("without", Some((1_u64 << 46).to_string()))] {
        let mut command = project.command(&["publish", "--quiet", "--jobs", "4", "--out", out]);
        if let Some(stack) = stack {
            command.env("RUST_MIN_STACK", stack);
        }
        let output = run(command);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        published.push(fs::read(project.folder().join(out).join("1.0.0/manifest.json")).expect("a release"));
    }
    assert_eq!(published[0], published[1]);
}

#[test]
fn a_project_that_cannot_be_written_is_checked_and_published_elsewhere() {
    let project = sound();
    let before = modes_and_times(&project.folder());
    let out = project.home.path().join("out");
    set_mode(&project.folder(), 0o555);
    let check = run(project.command(&["check", "--quiet"]));
    let build = run(project.command(&["publish", "--quiet", "--out", &out.to_string_lossy()]));
    set_mode(&project.folder(), 0o755);
    assert_eq!((check.status.code(), build.status.code()), (Some(0), Some(0)));
    assert!(out.join("1.0.0/manifest.json").is_file());
    assert_eq!(modes_and_times(&project.folder()), before);
}

fn set_mode(folder: &Path, mode: u32) {
    fs::set_permissions(folder, fs::Permissions::from_mode(mode)).expect("the mode can be set");
}

/// Path, size and time of change of every file.
fn modes_and_times(folder: &Path) -> Vec<(PathBuf, u64, std::time::SystemTime)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be listed") {
        let path = entry.expect("its entries too").path();
        let metadata = fs::metadata(&path).expect("it is there");
        if metadata.is_dir() {
            found.extend(modes_and_times(&path));
        } else {
            found.push((path, metadata.len(), metadata.modified().expect("files have times")));
        }
    }
    found.sort();
    found
}

#[test]
fn a_seed_that_may_not_be_read_is_no_panic() {
    let project = sound();
    let path = project.folder().join("seeds/floods.csv");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("the mode can be set");
    let mut file = fs::OpenOptions::new().append(true).open(&path);
    let is_root = file.as_mut().is_ok_and(|file| file.write_all(b"").is_ok());
    let output = run(project.command(&["check", "--quiet"]));
    assert_eq!(output.status.code(), Some(if is_root { 0 } else { 3 }));
}

#[test]
fn a_key_that_nested_records_repeat_too_often_is_refused() {
    let records: Vec<String> = (0..500).map(|number| format!("{{\"number\": {number}}}")).collect();
    let record = format!("[{{\"id\": \"{}\", \"reports\": [{}]}}]", "k".repeat(5 << 20), records.join(","));
    let project = Project::with("seeds/floods.json", record);
    let reports = "fields:\n  - {name: flood}\n  - {name: number, type: integer}\nprimaryKey: [flood, number]\n\
                   letterpress: {nested: {in: floods, as: reports, key: [flood]}}\n";
    project.write("schema/tables/reports.yaml", reports);
    project
        .is_refused(&["seeds/floods.json: error[too-large]: the keys around 500 records of table `reports`"]);
}
