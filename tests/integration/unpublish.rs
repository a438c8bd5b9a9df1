//! The newest release is taken back whole, or nothing is touched.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::sample::{names, new_output, published, refusal, snapshot, version};
use letterpress::{Unpublished, unpublish};
use semver::Version;

fn take_back(out: &Path, version: &str) -> letterpress::release::Attempt<Unpublished> {
    unpublish(out, &Version::parse(version).expect("the test names a version"))
}

#[test]
fn what_is_left_is_what_was_there_before() {
    let (_home, out) = new_output();
    version("1.0.0").publish(&out).expect("nothing forbids it");
    let before = snapshot(&out.join("1.0.0"));
    let index = fs::read(out.join("index.json")).expect("it is there");
    version("1.1.0").publish(&out).expect("nothing forbids it");
    let id = version("1.2.0").publish(&out).expect("nothing forbids it").id;
    assert_eq!(take_back(&out, "1.2.0").expect("it is the newest").newest, Some(Version::new(1, 1, 0)));
    // The same bytes can be published again, and then they have the same id.
    assert_eq!(version("1.2.0").publish(&out).expect("nothing forbids it").id, id);
    take_back(&out, "1.2.0").expect("it is the newest");
    take_back(&out, "1.1.0").expect("it is the newest");
    assert_eq!(names(&out), [".lock", "1.0.0", "index.json"]);
    assert_eq!(fs::read(out.join("index.json")).expect("it is there"), index);
    assert!(snapshot(&out.join("1.0.0")) == before, "another release was touched");
    assert_eq!(take_back(&out, "1.0.0").expect("it is the newest").newest, None);
    assert_eq!(names(&out), [".lock"]);
}

#[test]
fn only_the_newest_goes_and_only_from_where_releases_are() {
    let (_home, out) = new_output();
    assert!(take_back(&out, "1.0.0").is_err() && !out.exists(), "a folder was made");
    version("1.0.0").publish(&out).expect("nothing forbids it");
    version("1.1.0").publish(&out).expect("nothing forbids it");
    version("9.0.0").draft().publish(&out).expect("nothing forbids it");
    let before = snapshot(&out);
    assert!(refusal(take_back(&out, "1.0.0")).message.contains("`1.1.0` follows it"));
    assert!(refusal(take_back(&out, "9.0.0")).help.contains("the newest is `1.1.0`"));
    assert!(snapshot(&out) == before, "something was touched");
}

#[test]
fn what_is_not_of_the_release_stays() {
    for (name, is_strange) in [("data/notes.txt", true), ("README.md", false)] {
        let (home, release) = published();
        fs::write(release.join(name), "mine").expect("it can be written");
        let before = snapshot(&release);
        let taken = take_back(&home.path().join("dist"), "1.0.0");
        if is_strange {
            let refusal = refusal(taken);
            let found = refusal.findings.into_parts().0;
            assert_eq!(
                found.iter().map(|finding| finding.path.as_str()).collect::<Vec<_>>(),
                ["1.0.0/data/notes.txt"]
            );
            assert!(snapshot(&release) == before, "something was touched");
        } else {
            // A file of the release that was damaged is no reason to keep it.
            assert!(taken.is_ok() && !release.exists());
        }
    }
}

#[test]
fn a_release_whose_manifest_is_damaged_is_not_removed_but_can_be_struck() {
    let (home, release) = published();
    let out = home.path().join("dist");
    fs::write(release.join("manifest.json"), "{}").expect("it can be written");
    assert!(refusal(take_back(&out, "1.0.0")).message.contains("its manifest is damaged"));
    fs::rename(&release, home.path().join("aside")).expect("it can be moved");
    assert!(refusal(version("1.0.0").publish(&out)).help.contains("letterpress unpublish 1.0.0"));
    assert_eq!(take_back(&out, "1.0.0").expect("it is the newest").removed, Vec::<std::path::PathBuf>::new());
    version("1.0.0").publish(&out).expect("nothing forbids it any more");
}

#[test]
fn no_link_is_followed() {
    let (home, release) = published();
    let aside = home.path().join("aside");
    fs::rename(&release, &aside).expect("it can be moved");
    symlink(&aside, &release).expect("a link can be made");
    let before = snapshot(&aside);
    assert!(refusal(take_back(&home.path().join("dist"), "1.0.0")).message.contains("a symlink"));
    assert!(snapshot(&aside) == before && release.is_symlink(), "something was touched");
}
