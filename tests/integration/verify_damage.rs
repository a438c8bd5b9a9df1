//! Every kind of damage to a release is noticed and called by its name.

use std::fs::{self, File};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::sample::{FILES, findings, only_finding, published, published_bag, report, snapshot, version};
use letterpress::diagnostic::Error;
use letterpress::digest::Digest;
use letterpress::release::Kind;
use letterpress::{Basis, VerifyOptions, verify};

fn rewrite(path: &Path, change: impl FnOnce(String) -> String) {
    let text = fs::read_to_string(path).expect("it is text");
    let changed = change(text.clone());
    assert_ne!(text, changed, "the test changes something");
    fs::write(path, changed).expect("it can be damaged");
}

fn forge(release: &Path, change: impl FnOnce(String) -> String) {
    rewrite(&release.join("manifest.json"), change);
}

#[test]
fn a_whole_release_is_whole_and_nobody_vouches_for_it() {
    let (_home, release) = published();
    let report = report(&release);
    assert!(report.is_whole(), "{report:#?}");
    assert_eq!((report.basis, report.files, report.draft), (Basis::Manifest, FILES.len() as u64 + 2, false));
    assert_eq!(report.name.as_deref(), Some("sample"));
    assert!(report.verdict().contains("nobody vouches"));
    let id = Digest::of(&fs::read(release.join("manifest.json")).expect("it is there"));
    assert_eq!(report.id, Some(id));
    let json = serde_json::to_value(&report).expect("a report is JSON");
    assert_eq!(json["id"], id.to_id());
    assert_eq!(json["version"], "1.0.0");
}

#[test]
fn every_flipped_byte_of_every_file_is_noticed() {
    let (_home, release) = published();
    for (path, (.., bytes)) in snapshot(&release) {
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            fs::write(&path, &damaged).expect("it can be damaged");
            assert!(!report(&release).is_whole(), "{} byte {at}", path.display());
        }
        if !bytes.is_empty() {
            fs::write(&path, &bytes).expect("it can be mended");
        }
    }
    assert!(report(&release).is_whole());
}

#[test]
fn a_changed_file_is_told_with_both_digests_and_sizes() {
    let (_home, release) = published();
    fs::write(release.join("README.md"), "# Simple\n").expect("it can be damaged");
    let same_size = only_finding(&release);
    let (expected, found) = (same_size.expected.expect("known"), same_size.found.expect("read"));
    assert_eq!((same_size.path.as_str(), same_size.kind), ("README.md", Kind::ChangedFile));
    assert_eq!((expected.bytes, found.bytes), (Some(9), Some(9)));
    assert_eq!(expected.sha256, Some(Digest::of(b"# Sample\n")));
    assert_eq!(found.sha256, Some(Digest::of(b"# Simple\n")));
    fs::write(release.join("README.md"), "# Sample\n\n").expect("it can be damaged");
    let found = only_finding(&release).found.expect("read");
    assert_eq!((found.bytes, found.sha256), (Some(10), Some(Digest::of(b"# Sample\n\n"))));
    fs::write(release.join("README.md"), "").expect("it can be damaged");
    assert_eq!(only_finding(&release).found.and_then(|found| found.bytes), Some(0));
}

#[test]
fn missing_and_extra_files_are_named() {
    let (_home, release) = published();
    fs::remove_file(release.join("README.md")).expect("it is there");
    fs::write(release.join("data/csv/notes.txt"), "mine").expect("there is room");
    fs::write(release.join("data/empty"), "").expect("there is room");
    fs::write(release.join(".DS_Store"), "x").expect("there is room");
    let expected = [
        (".DS_Store".to_owned(), Kind::ExtraFile),
        ("README.md".to_owned(), Kind::MissingFile),
        ("data/csv/notes.txt".to_owned(), Kind::ExtraFile),
        ("data/empty".to_owned(), Kind::ExtraFile),
    ];
    assert_eq!(findings(&release), expected);
}

#[test]
fn a_renamed_file_is_known_by_its_bytes() {
    for (from, to) in
        [("README.md", "readme.md"), ("README.md", "data/LIESMICH.md"), ("data/csv", "data/CSV")]
    {
        let (_home, release) = published();
        fs::rename(release.join(from), release.join(to)).expect("it can be renamed");
        let finding = only_finding(&release);
        assert_eq!(finding.kind, Kind::RenamedFile);
        assert!(finding.path.starts_with(to) && finding.help.is_some_and(|help| help.contains(from)));
    }
}

#[test]
fn exchanged_files_are_two_changed_files() {
    let (_home, release) = published();
    let (a, b) = (release.join("README.md"), release.join("data/csv/events.csv"));
    let (first, second) = (fs::read(&a).expect("there"), fs::read(&b).expect("there"));
    fs::write(&a, second).expect("it can be damaged");
    fs::write(&b, first).expect("it can be damaged");
    let changed =
        [("README.md".to_owned(), Kind::ChangedFile), ("data/csv/events.csv".to_owned(), Kind::ChangedFile)];
    assert_eq!(findings(&release), changed);
}

#[test]
fn a_case_twin_is_told_from_an_extra_file() {
    let (_home, release) = published();
    fs::write(release.join("Readme.MD"), "other").expect("there is room");
    assert_eq!(only_finding(&release).kind, Kind::CaseTwin);
}

#[test]
fn a_symlink_is_not_followed_wherever_it_points() {
    let (home, release) = published();
    let copy = home.path().join("copy");
    fs::copy(release.join("README.md"), &copy).expect("there is room");
    for target in [
        copy.as_path(),
        Path::new("data/csv/events.csv"),
        Path::new("nowhere"),
        Path::new("README.md"),
        Path::new("/dev/zero"),
    ] {
        fs::remove_file(release.join("README.md")).expect("it is there");
        symlink(target, release.join("README.md")).expect("it can be linked");
        let finding = only_finding(&release);
        assert_eq!((finding.path.as_str(), finding.kind), ("README.md", Kind::NotARegularFile));
    }
}

#[test]
fn a_symlinked_folder_is_one_finding_and_not_entered() {
    let (home, release) = published();
    fs::rename(release.join("data"), home.path().join("data")).expect("it can be moved");
    symlink(home.path().join("data"), release.join("data")).expect("it can be linked");
    assert_eq!(findings(&release), [("data".to_owned(), Kind::NotARegularFile)]);
}

#[test]
fn documents_that_are_no_regular_files_are_not_opened() {
    for name in ["manifest.json", "SHA256SUMS"] {
        let (home, release) = published();
        fs::rename(release.join(name), home.path().join(name)).expect("it can be moved");
        symlink(home.path().join(name), release.join(name)).expect("it can be linked");
        assert_eq!(findings(&release), [(name.to_owned(), Kind::NotARegularFile)]);
        fs::remove_file(release.join(name)).expect("it is there");
        make_pipe(&release.join(name));
        assert_eq!(findings(&release), [(name.to_owned(), Kind::NotARegularFile)]);
    }
}

#[test]
fn pipes_and_sockets_are_not_waited_for() {
    let (_home, release) = published();
    fs::remove_file(release.join("README.md")).expect("it is there");
    make_pipe(&release.join("README.md"));
    make_pipe(&release.join("extra"));
    let _socket = std::os::unix::net::UnixListener::bind(release.join("socket")).expect("it can be bound");
    let start = Instant::now();
    let special = |name: &str| (name.to_owned(), Kind::NotARegularFile);
    assert_eq!(findings(&release), [special("README.md"), special("extra"), special("socket")]);
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_folder_in_the_place_of_a_file_is_named() {
    let (_home, release) = published();
    fs::remove_file(release.join("README.md")).expect("it is there");
    fs::create_dir(release.join("README.md")).expect("there is room");
    fs::write(release.join("README.md/x"), "x").expect("there is room");
    let expected =
        [("README.md".to_owned(), Kind::NotARegularFile), ("README.md/x".to_owned(), Kind::ExtraFile)];
    assert_eq!(findings(&release), expected);
}

#[test]
fn a_sparse_file_of_any_size_is_refused_by_its_size() {
    for name in ["README.md", "manifest.json", "SHA256SUMS"] {
        let (_home, release) = published();
        let mut file = File::create(release.join(name)).expect("it can be damaged");
        file.seek(SeekFrom::Start(1 << 42)).expect("the file system has room for holes");
        if file.write_all(b"x").is_err() {
            file.set_len(1 << 36).expect("the file system has room for holes");
        }
        let start = Instant::now();
        let finding = only_finding(&release);
        assert_eq!(finding.path, name);
        assert!(start.elapsed() < Duration::from_secs(2), "{name}");
    }
}

#[test]
fn empty_and_deep_folders_are_findings() {
    let (_home, release) = published();
    fs::create_dir(release.join("data/empty")).expect("there is room");
    assert_eq!(findings(&release), [("data/empty".to_owned(), Kind::EmptyFolder)]);
    fs::create_dir_all(release.join(format!("data/empty{}", "/d".repeat(1000)))).expect("there is room");
    assert_eq!(findings(&release), [("data/empty/d/d/d/d/d/d".to_owned(), Kind::UnsafePath)]);
}

#[test]
fn names_that_no_release_has_are_told_safely() {
    let (_home, release) = published();
    let names: [&[u8]; 7] = [b"a b", b"\x1b[2Jx", b"\xff\xfe", "é".as_bytes(), b"nul.txt", b"a\\b", b"dot."];
    for name in names {
        fs::write(release.join(std::ffi::OsStr::from_bytes(name)), "x").expect("there is room");
    }
    fs::create_dir(release.join(".git")).expect("there is room");
    fs::write(release.join(".git/x"), "x").expect("there is room");
    let report = report(&release);
    assert_eq!(report.findings.len(), 8);
    for finding in &report.findings {
        assert_eq!(finding.kind, Kind::UnsafePath);
        assert!(!finding.to_string().chars().any(char::is_control));
    }
}

#[test]
fn a_flood_is_bounded() {
    let (_home, release) = published();
    for number in 0..5000 {
        fs::write(release.join(format!("data/extra-{number}")), "").expect("there is room");
    }
    let report = report(&release);
    assert_eq!((report.findings.len(), report.more_findings), (1000, 4000));
}

#[test]
fn what_this_user_may_not_read_is_never_called_whole() {
    let (_home, release) = published();
    let readme = release.join("README.md");
    fs::set_permissions(&readme, fs::Permissions::from_mode(0o000)).expect("it is ours");
    // The superuser may read everything.
    if File::open(&readme).is_err() {
        assert_eq!(findings(&release), [("README.md".to_owned(), Kind::UnreadableFile)]);
    }
}

#[test]
fn a_manifest_in_any_other_spelling_is_bad() {
    type Change<'a> = &'a dyn Fn(String) -> String;
    let changes: [Change; 11] = [
        &|text| text.replace('\n', "\r\n"),
        &|text| format!("\u{feff}{text}"),
        &|text| text.trim_end().to_owned(),
        &|text| text + "\n",
        &|text| text + " ",
        &|text| {
            text.replacen(
                "  \"name\": \"sample\",\n",
                "  \"name\": \"sample\",\n  \"name\": \"sample\",\n",
                1,
            )
        },
        &|text| text.replacen("{\n", "{\n  \"colour\": 1,\n", 1),
        &|text| text.replacen("\"bytes\": 9,", "\"bytes\": 9,\n      \"bytes\": 9,", 1),
        &|text| text.replacen("\"bytes\": 9,", "\"bytes\": 9.0,", 1),
        &|text| {
            let digest = Digest::of(b"# Sample\n").to_string();
            text.replace(&digest, &digest.to_uppercase())
        },
        &|_| String::new(),
    ];
    for change in changes {
        let (_home, release) = published();
        forge(&release, change);
        assert_eq!(findings(&release), [("manifest.json".to_owned(), Kind::BadManifest)]);
    }
}

#[test]
fn a_listed_path_outside_the_grammar_is_never_looked_up() {
    for path in [
        "../secret",
        "/etc/passwd",
        "x/../../s",
        "./x",
        "a//b",
        "~/x",
        "C:\\\\x",
        "%2e%2e/x",
        "..\\\\x",
        "．．/x",
        "file:///x",
        ".",
        "",
        "con",
        "a\\u0000b",
    ] {
        let (_home, release) = published();
        forge(&release, |text| text.replacen("\"path\": \"README.md\"", &format!("\"path\": \"{path}\""), 1));
        let report = report(&release);
        let kinds: Vec<Kind> = report.findings.iter().map(|finding| finding.kind).collect();
        assert!(kinds.contains(&Kind::UnsafePath), "{path}: {:#?}", report.findings);
        assert_eq!((report.id, report.files), (None, 0), "a manifest like this describes nothing");
    }
}

#[test]
fn listed_case_twins_are_found() {
    let (_home, release) = published();
    forge(&release, |text| text.replacen("\"path\": \"README.md\"", "\"path\": \"Data\"", 1));
    let found = findings(&release);
    assert!(found.iter().any(|(_, kind)| *kind == Kind::CaseTwin), "{found:?}");
}

#[test]
fn checksums_must_follow_from_the_manifest() {
    let digest = Digest::of(b"# Sample\n").to_string();
    type Change<'a> = &'a dyn Fn(String) -> String;
    let changes: [Change; 8] = [
        &|text| {
            let mut lines: Vec<&str> = text.lines().collect();
            lines.reverse();
            lines.join("\n") + "\n"
        },
        &|text| text.replace(&digest, &digest.to_uppercase()),
        &|text| text.replace('\n', "\r\n"),
        &|text| text.trim_end().to_owned(),
        &|text| text + "\n",
        &|text| format!("# sums\n{text}"),
        &|text| text.clone() + text.lines().next().unwrap_or_default() + "\n",
        &|text| text.lines().skip(1).fold(String::new(), |all, line| all + line + "\n"),
    ];
    for change in changes {
        let (_home, release) = published();
        rewrite(&release.join("SHA256SUMS"), change);
        let finding = only_finding(&release);
        assert_eq!((finding.path.as_str(), finding.kind), ("SHA256SUMS", Kind::BadChecksums));
    }
}

#[test]
fn a_signature_is_not_an_extra_file_but_nobody_looked_into_it() {
    let (_home, release) = published();
    fs::write(release.join("manifest.json.sig"), "-----BEGIN SSH SIGNATURE-----\n").expect("there is room");
    let signed = report(&release);
    assert!(signed.is_whole() && signed.has_signature);
    fs::write(release.join("manifest.json.sig"), vec![b'x'; 1 << 20]).expect("there is room");
    assert_eq!(only_finding(&release).kind, Kind::ExtraFile);
}

#[test]
fn the_tag_manifest_of_a_bag_lists_every_file_outside_its_payload() {
    let (_home, release) = published_bag();
    let whole = report(&release);
    assert!(whole.is_whole(), "{whole:#?}");
    assert_eq!(whole.files, FILES.len() as u64 + 4);
    let text = fs::read_to_string(release.join("tagmanifest-sha256.txt")).expect("a bag has it");
    let line =
        |path: &str| format!("{}  {path}\n", Digest::of(&fs::read(release.join(path)).expect("it is there")));
    assert_eq!(text, ["README.md", "SHA256SUMS", "bagit.txt", "manifest.json"].map(line).concat());
    let sums = fs::read_to_string(release.join("SHA256SUMS")).expect("it is there");
    assert!(!sums.contains("tagmanifest"), "it is written before it");
}

#[test]
fn a_bag_without_its_tag_manifest_or_with_another_is_not_whole() {
    let (_home, release) = published_bag();
    let path = release.join("tagmanifest-sha256.txt");
    rewrite(&path, |text| text.replacen("  SHA256SUMS", "  SHA256SUMs", 1));
    let changed = only_finding(&release);
    assert_eq!((changed.path.as_str(), changed.kind), ("tagmanifest-sha256.txt", Kind::BadChecksums));
    assert!(changed.message.contains("line 2 does not follow"), "{}", changed.message);
    fs::remove_file(&path).expect("it is there");
    let gone = only_finding(&release);
    assert_eq!((gone.path.as_str(), gone.kind), ("tagmanifest-sha256.txt", Kind::MissingFile));
}

#[test]
fn a_tag_manifest_where_there_is_no_bag_was_not_published() {
    let (_home, release) = published();
    fs::write(release.join("tagmanifest-sha256.txt"), "").expect("there is room");
    let extra = only_finding(&release);
    assert_eq!((extra.path.as_str(), extra.kind), ("tagmanifest-sha256.txt", Kind::ExtraFile));
}

#[test]
fn a_folder_with_sums_only_is_verified_by_them() {
    let (_home, release) = published();
    fs::remove_file(release.join("manifest.json")).expect("it is there");
    let gone = only_finding(&release);
    assert_eq!((gone.path.as_str(), gone.kind), ("manifest.json", Kind::MissingFile));
    rewrite(&release.join("SHA256SUMS"), |text| {
        text.lines()
            .filter(|line| !line.ends_with("manifest.json"))
            .fold(String::new(), |all, line| all + line + "\n")
    });
    let whole = report(&release);
    assert!(whole.is_whole(), "{whole:#?}");
    assert_eq!((whole.basis, whole.bytes, whole.files), (Basis::Sums, None, 3));
    assert!(whole.verdict().contains("no sizes"));
    fs::write(release.join("README.md"), "# Simple\n").expect("it can be damaged");
    fs::rename(release.join("data/csv/events.csv"), release.join("Größe 1.csv")).expect("it can be renamed");
    let expected = [
        ("Größe 1.csv".to_owned(), Kind::RenamedFile),
        ("README.md".to_owned(), Kind::ChangedFile),
        ("data/csv".to_owned(), Kind::EmptyFolder),
    ];
    assert_eq!(findings(&release), expected);
    rewrite(&release.join("SHA256SUMS"), |text| text.replace("README.md", "../README.md"));
    assert_eq!(only_finding(&release).kind, Kind::BadChecksums);
}

#[test]
fn what_is_no_release_is_a_wrong_call() {
    let home = tempfile::tempdir().expect("there is room");
    fs::write(home.path().join("file"), "").expect("there is room");
    for path in
        [home.path().to_path_buf(), home.path().join("file"), home.path().join("nowhere"), "/dev/null".into()]
    {
        let error = verify(&path, &VerifyOptions::default().jobs(1)).expect_err("it is no release");
        assert!(matches!(error, Error::Usage(_)), "{error}");
    }
}

#[test]
fn the_number_of_jobs_changes_nothing() {
    let (_home, release) = published();
    fs::write(release.join("README.md"), "# Simple\n").expect("it can be damaged");
    fs::write(release.join("extra"), "").expect("there is room");
    let one = verify(&release, &VerifyOptions::default().jobs(1)).expect("it can be verified");
    for jobs in [0, 2, 64] {
        let many = verify(&release, &VerifyOptions::default().jobs(jobs)).expect("it can be verified");
        assert_eq!(many.findings, one.findings);
    }
}

#[test]
fn verifying_writes_nothing() {
    let (_home, release) = published();
    let before = snapshot(&release);
    report(&release);
    assert_eq!(snapshot(&release), before);
    // And publishing the next one does not touch it either.
    let out = release.parent().expect("it lies in the output folder");
    version("1.1.0").publish(out).expect("nothing forbids it");
    assert_eq!(snapshot(&release), before);
}

fn make_pipe(path: &Path) {
    rustix::fs::mknodat(
        rustix::fs::CWD,
        path,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::from_raw_mode(0o644),
        0,
    )
    .expect("a pipe can be made");
}
