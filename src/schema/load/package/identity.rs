//! Name, version and date of a package, which its standard lets be absent and a release must have.

use jiff::civil::Date;

use super::names::{Taken, table_name};
use crate::diagnostic::codes;
use crate::schema::load::dataset::Identity;
use crate::schema::tree::{File, Node};
use crate::tokens::Mark;

/// The date of a release whose package gives none. It is nobody's: nothing is taken from the clock.
const NO_DATE: Date = jiff::civil::date(1970, 1, 1);

/// What a description gives of these, and the keys that it would give them by.
pub(in crate::schema::load) struct Given {
    pub(in crate::schema::load) name: (&'static str, Option<Node>),
    pub(in crate::schema::load) version: (&'static str, Option<Node>),
    pub(in crate::schema::load) created: (&'static str, Option<Node>),
}

/// Reads what is given; a stand-in for what is not is told of at `mark`, and so is what cannot be a name or the like.
pub(in crate::schema::load) fn read(
    file: &mut File,
    mark: Mark,
    given: Given,
    first_table: Option<&str>,
) -> Identity {
    Identity {
        name: name(file, mark, given.name, first_table),
        version: version(file, mark, given.version),
        created: created(file, mark, given.created),
    }
}

fn stand_in(file: &mut File, mark: Mark, message: String, help: &str) {
    file.report_with_help(&codes::STAND_IN, mark, message, help);
}

fn name(
    file: &mut File,
    mark: Mark,
    (key, node): (&'static str, Option<Node>),
    first_table: Option<&str>,
) -> Option<String> {
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.');
    if let Some(node) = node {
        let written = file.text(key, &node)?;
        let starts_well = written.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
        if starts_well && written.bytes().all(is_plain) && written.len() <= 64 {
            return Some(written);
        }
        let name = table_name(&written, &mut Taken::default());
        super::names::report(file, "package", &written, &name, node.mark);
        return Some(name);
    }
    let name = first_table?.to_owned();
    let message = format!("no `{key}` is given: the release is called `{name}`, after its first table");
    let help = format!("add `{key}`, in lower-case letters, digits, `-`, `_` and `.`");
    stand_in(file, mark, message, &help);
    Some(name)
}

fn version(
    file: &mut File,
    mark: Mark,
    (key, node): (&'static str, Option<Node>),
) -> Option<semver::Version> {
    let Some(node) = node else {
        let message = format!("no `{key}` is given: the release has the version 0.1.0");
        let help = format!(
            "add `{key}`, a semantic version such as `1.0.0`, and raise it for every release: what is published is never \
             changed"
        );
        stand_in(file, mark, message, &help);
        return Some(semver::Version::new(0, 1, 0));
    };
    let written = file.text(key, &node)?;
    if let Ok(version) = semver::Version::parse(&written)
        && version.build.is_empty()
    {
        return Some(version);
    }
    match padded(&written) {
        Some(version) => {
            let message =
                format!("`{written}` is not a semantic version: the release has the version {version}");
            stand_in(file, node.mark, message, "write it with three numbers, such as `1.2.0`");
            Some(version)
        }
        None => {
            let message = format!("`{written}` is not a version");
            let help = "write a semantic version such as `1.2.0`";
            file.report_with_help(&codes::INVALID_VALUE, node.mark, message, help);
            None
        }
    }
}

/// `1`, `1.2` or `v1.2.0`: one version and no other can be meant.
fn padded(written: &str) -> Option<semver::Version> {
    let plain = written.strip_prefix('v').unwrap_or(written);
    let numbers: Option<Vec<u64>> = plain.split('.').map(|part| part.parse().ok()).collect();
    match numbers?.as_slice() {
        [major] => Some(semver::Version::new(*major, 0, 0)),
        [major, minor] => Some(semver::Version::new(*major, *minor, 0)),
        [major, minor, patch] => Some(semver::Version::new(*major, *minor, *patch)),
        _ => None,
    }
}

fn created(file: &mut File, mark: Mark, (key, node): (&'static str, Option<Node>)) -> Option<Date> {
    let Some(node) = node else {
        let message = format!("no `{key}` is given: the release is dated {NO_DATE}");
        let help = format!("add `{key}`, the day of the release: nothing is taken from the clock");
        stand_in(file, mark, message, &help);
        return Some(NO_DATE);
    };
    let written = file.text(key, &node)?;
    // Of an instant (RFC 3339) the day, as it is written there.
    let day = match written.get(10..11) {
        None | Some("T" | "t" | " ") => written.get(..10),
        Some(_) => None,
    };
    let date = day.and_then(|day| day.parse::<Date>().ok());
    if date.is_none() {
        let message = format!("`{written}` is not a date");
        let help = "write a day such as `2026-11-22`, or an instant such as `2026-11-22T15:09:26Z`";
        file.report_with_help(&codes::INVALID_VALUE, node.mark, message, help);
    }
    date
}
