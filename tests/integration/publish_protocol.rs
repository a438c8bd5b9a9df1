//! A release is complete or absent, and once it is there it never changes.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use crate::sample::{manifest_fields, names, new_output, refusal, refused_paths, report, snapshot, version};
use letterpress::diagnostic::Error;
use letterpress::digest::Digest;
use letterpress::release::{Failure, Index, Kind, Manifest, Output};
use semver::Version;

#[test]
fn a_release_is_published_whole_and_listed() {
    let (_home, out) = new_output();
    let published = version("1.0.0").publish(&out).expect("nothing forbids it");
    assert!(published.is_new);
    assert_eq!(published.path, out.join("1.0.0"));
    assert_eq!(names(&out), [".lock", "1.0.0", "index.json"]);
    assert_eq!(names(&out.join("1.0.0")), ["README.md", "SHA256SUMS", "data", "manifest.json"]);
    let report = report(&published.path);
    assert!(report.is_whole(), "{report:#?}");
    assert_eq!((report.files, report.bytes), (published.files, Some(published.bytes)));
    let manifest = fs::read(out.join("1.0.0/manifest.json")).expect("the manifest is there");
    assert_eq!(published.id, Digest::of(&manifest));
    let on_disk: u64 = snapshot(&published.path).values().map(|(.., bytes)| bytes.len() as u64).sum();
    assert_eq!(published.bytes, on_disk);
    let index = read_index(&out);
    assert_eq!(index.releases.len(), 1);
    assert_eq!(index.releases[0].release_id, published.id);
    assert_eq!(index.releases[0].bytes, on_disk);
    assert_eq!(index.releases[0].tables["events"], 2);
}

#[test]
fn coreutils_agree_that_the_release_is_whole() {
    let (_home, out) = new_output();
    let published = version("1.0.0").publish(&out).expect("nothing forbids it");
    let check = std::process::Command::new("sha256sum")
        .args(["--check", "--strict", "--quiet", "SHA256SUMS"])
        .current_dir(published.path)
        .output();
    // Not every system has it.
    if let Ok(check) = check {
        assert!(check.status.success(), "{check:?}");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes_in_another_folder() {
    let ((_a, first), (_b, second)) = (new_output(), new_output());
    let bytes = |out: &Path| {
        version("1.0.0").publish(out).expect("nothing forbids it");
        let entries = snapshot(out).into_iter();
        entries
            .map(|(path, (.., bytes))| (path.strip_prefix(out).map(Path::to_path_buf), bytes))
            .collect::<Vec<_>>()
    };
    assert_eq!(bytes(&first), bytes(&second));
}

#[test]
fn the_same_release_again_is_left_alone() {
    let (_home, out) = new_output();
    version("1.0.0").publish(&out).expect("nothing forbids it");
    let before = snapshot(&out);
    let again = version("1.0.0").publish(&out).expect("it is the same");
    assert!(!again.is_new);
    assert_eq!(snapshot(&out), before);
}

#[test]
fn other_bytes_under_a_published_version_are_refused_by_file() {
    let (_home, out) = new_output();
    version("1.0.0").publish(&out).expect("nothing forbids it");
    let before = snapshot(&out);
    let refusal = refusal(version("1.0.0").adding("3,three\r\n").publish(&out));
    assert!(refusal.help.contains("raise `version`"));
    let changed =
        [("1.0.0/data/csv/events.csv", Kind::ChangedFile), ("1.0.0/manifest.json", Kind::ChangedFile)];
    assert_eq!(refused_paths(&refusal), changed);
    let finding = refusal.findings.iter().next().expect("there are two");
    assert_eq!(finding.expected.and_then(|trace| trace.bytes), Some(23));
    assert_eq!(finding.found.and_then(|trace| trace.bytes), Some(32));
    assert_eq!(snapshot(&out), before);
}

#[test]
fn a_published_release_that_is_damaged_is_not_called_already_published() {
    let (_home, out) = new_output();
    version("1.0.0").publish(&out).expect("nothing forbids it");
    fs::write(out.join("1.0.0/README.md"), "# Simple\n").expect("the file can be damaged");
    let before = snapshot(&out);
    let refusal = refusal(version("1.0.0").publish(&out));
    assert_eq!(refused_paths(&refusal), [("1.0.0/README.md", Kind::ChangedFile)]);
    assert_eq!(snapshot(&out), before);
}

#[test]
fn each_release_names_the_one_before() {
    let (_home, out) = new_output();
    let first = version("1.0.0").publish(&out).expect("nothing forbids it");
    version("1.1.0-rc.1").adding("3,x\r\n").publish(&out).expect("a release candidate is a release");
    let third = version("1.1.0").adding("3,three\r\n").publish(&out).expect("nothing forbids it");
    let previous = read_manifest(&out, "1.1.0-rc.1").previous.expect("it has one");
    assert_eq!((previous.version, previous.id), (Version::new(1, 0, 0), first.id));
    let versions: Vec<String> =
        read_index(&out).releases.iter().map(|entry| entry.version.to_string()).collect();
    assert_eq!(versions, ["1.1.0", "1.1.0-rc.1", "1.0.0"]);
    let again = version("1.0.0").publish(&out).expect("an earlier one comes out the same too");
    assert_eq!((again.is_new, again.id), (false, first.id));
    let again = version("1.1.0").adding("3,three\r\n").publish(&out).expect("and so does the newest");
    assert_eq!((again.is_new, again.id), (false, third.id));
}

#[test]
fn a_version_below_the_newest_is_refused() {
    let (_home, out) = new_output();
    version("1.0.0").publish(&out).expect("nothing forbids it");
    version("2.0.0").publish(&out).expect("nothing forbids it");
    for late in ["1.5.0", "2.0.0-rc.1", "0.9.9"] {
        assert!(refusal(version(late).publish(&out)).message.contains("not greater than `2.0.0`"));
    }
    assert!(refusal(version("3.0.0+nightly").publish(&out)).message.contains("name of a folder"));
}

#[test]
fn a_folder_of_another_data_set_is_refused() {
    let (_home, out) = new_output();
    version("1.0.0").publish(&out).expect("nothing forbids it");
    let out = Output::open(&out).expect("nobody holds it");
    let history = out.history().expect("it is whole");
    let refused = history.target("other", &Version::new(2, 0, 0)).expect_err("it is not ours");
    assert!(refused.to_string().contains("holds releases of `sample`"), "{refused}");
    assert!(history.draft("a/b", &Version::new(2, 0, 0)).is_err());
}

#[test]
fn a_tampered_earlier_release_stops_publishing() {
    let manifest = "manifest.json";
    let rewrite = |path: &Path, from: &str, to: &str| {
        let text = fs::read_to_string(path).expect("it is text");
        assert!(text.contains(from));
        fs::write(path, text.replacen(from, to, 1)).expect("it can be damaged");
    };
    type Damage<'a> = &'a dyn Fn(&Path);
    let damages: [(Damage, &str, Kind); 9] = [
        (
            &|out| rewrite(&out.join("1.0.0").join(manifest), "A sample", "My sample"),
            "1.0.0/SHA256SUMS",
            Kind::BadChecksums,
        ),
        (
            &|out| rewrite(&out.join("1.0.0").join(manifest), "  ", " "),
            "1.0.0/manifest.json",
            Kind::BadManifest,
        ),
        (
            &|out| rewrite(&out.join("1.0.0/SHA256SUMS"), "README", "REAMDE"),
            "1.0.0/SHA256SUMS",
            Kind::BadChecksums,
        ),
        (
            &|out| fs::remove_file(out.join("1.0.0/SHA256SUMS")).expect("gone"),
            "1.0.0/SHA256SUMS",
            Kind::MissingFile,
        ),
        (
            &|out| fs::remove_file(out.join("1.0.0").join(manifest)).expect("gone"),
            "1.0.0/manifest.json",
            Kind::MissingFile,
        ),
        (&|out| fs::remove_dir_all(out.join("1.0.0")).expect("gone"), "1.0.0", Kind::MissingRelease),
        (&|out| fs::remove_dir_all(out.join("1.1.0")).expect("gone"), "1.1.0", Kind::MissingRelease),
        (
            &|out| fs::rename(out.join("1.1.0"), out.join("1.2.0")).expect("moved"),
            "1.2.0/manifest.json",
            Kind::BrokenChain,
        ),
        (
            &|out| {
                fs::rename(out.join("1.0.0"), out.join("elsewhere")).expect("moved");
                symlink("elsewhere", out.join("1.0.0")).expect("linked");
            },
            "1.0.0",
            Kind::NotAFolder,
        ),
    ];
    for (damage, path, kind) in damages {
        let (_home, out) = new_output();
        version("1.0.0").publish(&out).expect("nothing forbids it");
        version("1.1.0").publish(&out).expect("nothing forbids it");
        damage(&out);
        let before = snapshot(&out);
        for next in [version("1.2.0"), version("1.1.0"), version("1.2.0").draft()] {
            let refusal = refusal(next.publish(&out));
            assert!(refused_paths(&refusal).contains(&(path, kind)), "{path}: {:#?}", refusal.findings);
        }
        assert_eq!(snapshot(&out), before, "nothing is repaired");
    }
}

#[test]
fn a_release_rewritten_with_all_its_digests_breaks_the_chain() {
    let (_home, out) = new_output();
    version("1.0.0").publish(&out).expect("nothing forbids it");
    version("1.1.0").publish(&out).expect("nothing forbids it");
    let (_elsewhere, forged) = new_output();
    version("1.0.0").adding("9,forged\r\n").publish(&forged).expect("anybody can build");
    fs::remove_dir_all(out.join("1.0.0")).expect("it can be removed");
    fs::rename(forged.join("1.0.0"), out.join("1.0.0")).expect("both are in one file system");
    let chain = [("1.0.0/manifest.json", Kind::BrokenChain), ("1.1.0/manifest.json", Kind::BrokenChain)];
    assert_eq!(refused_paths(&refusal(version("1.2.0").publish(&out))), chain);
    fs::remove_file(out.join("index.json")).expect("the index is there");
    assert_eq!(refused_paths(&refusal(version("1.2.0").publish(&out))), chain[1..]);
}

#[test]
fn the_index_is_rebuilt_when_it_is_missing_or_different() {
    let (_home, out) = new_output();
    version("1.0.0").publish(&out).expect("nothing forbids it");
    version("1.1.0").publish(&out).expect("nothing forbids it");
    let index = out.join("index.json");
    let whole = fs::read(&index).expect("the index is there");
    let mut stale = read_index(&out);
    stale.releases.remove(0);
    for damaged in [Some(b"{}".to_vec()), Some(Vec::new()), Some(stale.to_bytes()), None] {
        match damaged {
            Some(bytes) => fs::write(&index, bytes).expect("it can be damaged"),
            None => fs::remove_file(&index).expect("it can be removed"),
        }
        let again = version("1.1.0").publish(&out).expect("it is the same");
        assert!(!again.is_new);
        assert_eq!(fs::read(&index).expect("it is back"), whole);
    }
    let mode = index.metadata().expect("it is there").permissions().mode();
    assert_eq!(mode & 0o7777, 0o644);
    assert_eq!(names(&out), [".lock", "1.0.0", "1.1.0", "index.json"]);
}

#[test]
fn an_index_that_is_a_symlink_is_replaced_and_not_followed() {
    let (home, out) = new_output();
    version("1.0.0").publish(&out).expect("nothing forbids it");
    let secret = home.path().join("secret");
    fs::write(&secret, "mine").expect("there is room");
    fs::remove_file(out.join("index.json")).expect("it is there");
    symlink(&secret, out.join("index.json")).expect("it can be linked");
    version("1.1.0").publish(&out).expect("nothing forbids it");
    assert_eq!(fs::read(&secret).expect("it is there"), b"mine");
    assert_eq!(read_index(&out).releases.len(), 2);
}

#[test]
fn a_draft_is_overwritten_and_listed_nowhere() {
    let (_home, out) = new_output();
    version("1.0.0").publish(&out).expect("nothing forbids it");
    let index = fs::read(out.join("index.json")).expect("it is there");
    for addition in ["3,three\r\n", "4,four\r\n"] {
        let draft =
            version("1.1.0").draft().adding(addition).publish(&out).expect("a draft may be overwritten");
        assert_eq!((draft.is_new, &draft.path), (true, &out.join("draft")));
        let report = report(&out.join("draft"));
        assert!(report.is_whole() && report.draft && report.verdict().contains("draft"));
        let csv = fs::read_to_string(out.join("draft/data/csv/events.csv")).expect("it is there");
        assert!(csv.ends_with(addition));
        assert_eq!(names(&out), [".lock", "1.0.0", "draft", "index.json"]);
    }
    assert_eq!(fs::read(out.join("index.json")).expect("it is there"), index);
    version("1.0.0").draft().publish(&out).expect("a draft may be of any version");
    version("1.1.0").publish(&out).expect("a draft is no release, and none is in the way");
}

#[test]
fn a_draft_in_the_place_of_a_release_stops_publishing() {
    let (_home, out) = new_output();
    version("1.0.0").draft().publish(&out).expect("nothing forbids it");
    fs::rename(out.join("draft"), out.join("1.0.0")).expect("it can be moved");
    assert_eq!(
        refused_paths(&refusal(version("1.1.0").publish(&out))),
        [("1.0.0/manifest.json", Kind::BrokenChain)]
    );
}

#[test]
fn what_is_no_draft_is_not_overwritten() {
    let (home, out) = new_output();
    version("1.0.0").publish(&out).expect("nothing forbids it");
    fs::create_dir(out.join("draft")).expect("there is room");
    fs::write(out.join("draft/notes.txt"), "mine").expect("there is room");
    let before = snapshot(&out);
    assert!(refusal(version("1.1.0").draft().publish(&out)).message.contains("only a draft"));
    assert_eq!(snapshot(&out), before);
    fs::rename(out.join("draft"), home.path().join("notes")).expect("it can be moved");
    symlink(home.path().join("notes"), out.join("draft")).expect("it can be linked");
    assert!(refusal(version("1.1.0").draft().publish(&out)).message.contains("is no folder"));
    assert_eq!(names(&home.path().join("notes")), ["notes.txt"]);
}

#[test]
fn leftovers_of_a_killed_build_are_removed_and_never_followed() {
    let (home, out) = new_output();
    let precious = home.path().join("precious");
    fs::create_dir_all(precious.join("folder")).expect("there is room");
    fs::write(precious.join("folder/file"), "mine").expect("there is room");
    let before = snapshot(&precious);
    fs::create_dir_all(out.join(".staging-0.9.0-1/data/csv")).expect("there is room");
    fs::write(out.join(".staging-0.9.0-1/data/csv/half.csv"), "half").expect("there is room");
    symlink(&precious, out.join(".staging-0.9.0-1/data/link")).expect("it can be linked");
    symlink(&precious, out.join(".staging-0.8.0-17")).expect("it can be linked");
    fs::write(out.join(".staging-index.json-1"), "half").expect("there is room");
    fs::create_dir(out.join("1.0.0")).expect("a claim that was never filled");
    version("1.0.0").publish(&out).expect("leftovers are in nobody's way");
    assert_eq!(names(&out), [".lock", "1.0.0", "index.json"]);
    assert_eq!(snapshot(&precious), before);
}

#[test]
fn what_somebody_else_keeps_in_the_folder_stays() {
    let (_home, out) = new_output();
    fs::create_dir_all(out.join(".staging-mine")).expect("there is room");
    fs::create_dir_all(out.join(".staging-site-2024")).expect("there is room");
    fs::write(out.join(".staging-mine/page"), "mine").expect("there is room");
    fs::write(out.join(".staging-notes-v2"), "mine").expect("there is room");
    for index in ["{\"pages\": []}", "", "no JSON", "[]"] {
        fs::write(out.join("index.json"), index).expect("there is room");
        let refused = refusal(version("1.0.0").publish(&out));
        assert!(refused.message.contains("is not one of letterpress"), "{}", refused.message);
        assert_eq!(fs::read_to_string(out.join("index.json")).expect("it stays"), index);
    }
    fs::remove_file(out.join("index.json")).expect("it is there");
    version("1.0.0").publish(&out).expect("nothing forbids it");
    // An index beside a release is damaged, whoever damaged it: it is made from the releases.
    fs::write(out.join("index.json"), "no JSON").expect("there is room");
    version("1.1.0").publish(&out).expect("nothing forbids it");
    assert_eq!(
        names(&out),
        [".lock", ".staging-mine", ".staging-notes-v2", ".staging-site-2024", "1.0.0", "1.1.0", "index.json"]
    );
    assert_eq!(fs::read_to_string(out.join(".staging-mine/page")).expect("it stays"), "mine");
}

#[test]
fn a_stage_that_is_not_published_leaves_nothing() {
    let (_home, out) = new_output();
    let output = Output::open(&out).expect("nobody holds it");
    let history = output.history().expect("it is whole");
    let target = history.target("sample", &Version::new(1, 0, 0)).expect("nothing forbids it");
    let stage = target.stage().expect("there is room");
    version("1.0.0").fill(&stage);
    assert_eq!(names(&out).len(), 2);
    let sealed = target.seal(stage, manifest_fields(), 1).expect("it is whole");
    assert_eq!(names(&out).len(), 2);
    drop(sealed);
    assert_eq!(names(&out), [".lock"]);
}

#[test]
fn a_stage_that_was_tampered_with_is_not_sealed() {
    let damages: [&dyn Fn(&Path); 3] = [
        &|stage| fs::write(stage.join("README.md"), "# Simple\n").expect("it can be damaged"),
        &|stage| fs::write(stage.join("extra"), "").expect("there is room"),
        &|stage| fs::remove_file(stage.join("data/csv/events.csv")).expect("it is there"),
    ];
    for damage in damages {
        let (_home, out) = new_output();
        let output = Output::open(&out).expect("nobody holds it");
        let history = output.history().expect("it is whole");
        let target = history.target("sample", &Version::new(1, 0, 0)).expect("nothing forbids it");
        let stage = target.stage().expect("there is room");
        version("1.0.0").fill(&stage);
        damage(stage.path());
        let failure = target.seal(stage, manifest_fields(), 1).expect_err("it is not what was written");
        assert!(matches!(failure, Failure::Broken(Error::Machine { .. })), "{failure:?}");
        assert_eq!(names(&out), [".lock"]);
    }
}

#[test]
fn a_second_build_is_told_to_wait() {
    let (_home, out) = new_output();
    let first = Output::open(&out).expect("nobody holds it");
    let refused = Output::open(&out).expect_err("the first build holds it");
    assert!(refused.to_string().contains("another build"), "{refused}");
    drop(first);
    Output::open(&out).expect("the first build is done");
}

#[test]
fn a_symlink_or_a_file_is_no_output_folder() {
    let (home, out) = new_output();
    fs::create_dir(home.path().join("real")).expect("there is room");
    symlink("real", &out).expect("it can be linked");
    for spelling in [out.clone(), out.join(""), out.join(".")] {
        let refused = Output::open(&spelling).expect_err("it is a symlink");
        assert!(matches!(&refused, Error::Usage(reason) if reason.contains("symlink")), "{refused}");
    }
    assert_eq!(names(&home.path().join("real")), [] as [&str; 0]);
    fs::write(home.path().join("file"), "").expect("there is room");
    let refused = Output::open(&home.path().join("file")).expect_err("it is a file");
    assert!(matches!(&refused, Error::Usage(reason) if reason.contains("not a folder")), "{refused}");
    symlink("nowhere", home.path().join("dangling")).expect("it can be linked");
    assert!(Output::open(&home.path().join("dangling")).is_err());
}

#[test]
fn a_lock_that_is_a_symlink_is_not_followed() {
    let (home, out) = new_output();
    fs::create_dir(&out).expect("there is room");
    symlink(home.path().join("elsewhere"), out.join(".lock")).expect("it can be linked");
    assert!(Output::open(&out).is_err());
    assert!(!home.path().join("elsewhere").exists());
}

#[test]
fn parents_of_the_output_folder_are_made() {
    let (_home, out) = new_output();
    version("1.0.0").publish(&out.join("a/b")).expect("nothing forbids it");
    assert!(report(&out.join("a/b/1.0.0")).is_whole());
}

#[test]
fn modes_do_not_depend_on_the_umask() {
    let (_home, out) = new_output();
    let before = rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    let published = version("1.0.0").publish(&out);
    rustix::process::umask(before);
    let published = published.expect("nothing forbids it");
    let folder_mode = published.path.metadata().expect("it is there").permissions().mode();
    assert_eq!(folder_mode & 0o7777, 0o755);
    for (path, (_, mode, ..)) in snapshot(&published.path) {
        let expected = if path.is_dir() { 0o755 } else { 0o644 };
        assert_eq!(mode & 0o7777, expected, "{}", path.display());
    }
}

fn read_index(out: &Path) -> Index {
    let bytes = fs::read(out.join("index.json")).expect("the index is there");
    serde_json::from_slice(&bytes).expect("the index is one")
}

fn read_manifest(out: &Path, version: &str) -> Manifest {
    let bytes = fs::read(out.join(version).join("manifest.json")).expect("the manifest is there");
    Manifest::parse(&bytes).expect("the manifest is one")
}
