//! Name, version and date of a package, which its standard lets be absent and a release must have.

use jiff::civil::Date;

use super::names::{Taken, table_name};
use crate::diagnostic::codes;
use crate::schema::load::dataset::Identity;
use crate::schema::tree::{File, Node};
use crate::tokens::Span;

/// The date of a release whose package gives none. It is nobody's: nothing is taken from the clock.
const NO_DATE: Date = jiff::civil::date(1970, 1, 1);

/// The version of a release whose package gives none.
const NO_VERSION: semver::Version = semver::Version::new(0, 1, 0);

/// What a description gives of these, and the keys that it would give them by.
pub(in crate::schema::load) struct Given {
    pub(in crate::schema::load) name: (&'static str, Option<Node>),
    pub(in crate::schema::load) version: (&'static str, Option<Node>),
    pub(in crate::schema::load) created: (&'static str, Option<Node>),
}

/// Reads what is given; a stand-in for what is not is told of at `span`, and so is what cannot be a name or the like.
pub(in crate::schema::load) fn read(
    file: &mut File,
    span: Span,
    given: Given,
    first_table: Option<&str>,
) -> Identity {
    Identity {
        name: name(file, span, given.name, first_table),
        version: version(file, span, given.version),
        created: created(file, span, given.created),
    }
}

fn stand_in(file: &mut File, span: Span, message: String, help: &str) {
    file.report_with_help(&codes::STAND_IN, span, message, help);
}

fn name(
    file: &mut File,
    span: Span,
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
        super::names::report(file, "package", &written, &name, node.span);
        return Some(name);
    }
    let name = first_table?.to_owned();
    let message = format!("no `{key}` is given: the release is called `{name}`, after its first table");
    let help = format!("add `{key}`, in lower-case letters, digits, `-`, `_` and `.`");
    stand_in(file, span, message, &help);
    Some(name)
}

fn version(
    file: &mut File,
    span: Span,
    (key, node): (&'static str, Option<Node>),
) -> Option<semver::Version> {
    let Some(node) = node else {
        let message = format!("no `{key}` is given: the release has the version 0.1.0");
        let help = format!(
            "add `{key}`, a semantic version such as `1.0.0`, and raise it for every release: what is published is never \
             changed"
        );
        stand_in(file, span, message, &help);
        return Some(NO_VERSION);
    };
    let written = node.as_text().unwrap_or_default();
    if let Ok(version) = semver::Version::parse(written)
        && version.build.is_empty()
    {
        return Some(version);
    }
    let version = nearest_version(written);
    let found = found(&node);
    let (message, help) = match semver::Version::parse(written) {
        Ok(_) => (
            format!("{found} has build metadata, which a release has not: it has the version {version}"),
            "raise one of the three numbers for every release; what stands behind `+` does not tell versions apart",
        ),
        Err(_) => (
            format!("{found} is not a semantic version: the release has the version {version}"),
            "write it with three numbers, such as `1.2.0`",
        ),
    };
    stand_in(file, node.span, message, help);
    Some(version)
}

/// The version that a text can be taken for: its first three numbers (`2023-03-30` is 2023.3.30), and a suffix that makes it
/// an earlier one (`1.2-beta`).
fn nearest_version(written: &str) -> semver::Version {
    let Some(start) = written.find(|c: char| c.is_ascii_digit()) else { return NO_VERSION };
    let plain = written[start..].split('+').next().unwrap_or_default();
    let (dotted, suffix) = plain.split_once('-').unwrap_or((plain, ""));
    let is_dotted = dotted.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    match semver::Prerelease::new(suffix) {
        Ok(pre) if is_dotted && suffix.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            semver::Version { pre, ..first_numbers(dotted) }
        }
        _ => first_numbers(plain),
    }
}

fn first_numbers(text: &str) -> semver::Version {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok());
    let mut next = || numbers.next().unwrap_or(0);
    semver::Version::new(next(), next(), next())
}

fn found(node: &Node) -> String {
    node.as_text().map_or_else(|| node.value.shown(), |text| format!("`{text}`"))
}

fn created(file: &mut File, span: Span, (key, node): (&'static str, Option<Node>)) -> Option<Date> {
    let Some(node) = node else {
        let message = format!("no `{key}` is given: the release is dated {NO_DATE}");
        let help = format!("add `{key}`, the day of the release: nothing is taken from the clock");
        stand_in(file, span, message, &help);
        return Some(NO_DATE);
    };
    let written = node.as_text().unwrap_or_default();
    // Of an instant (RFC 3339) the day, as it is written there.
    let day = match written.get(10..11) {
        None | Some("T" | "t" | " ") => written.get(..10),
        Some(_) => None,
    };
    let date = day.and_then(|day| day.parse::<Date>().ok());
    if date.is_none() {
        let found = found(&node);
        let message = format!("{found} is not a date: the release is dated {NO_DATE}");
        let help = "write a day such as `2026-11-22`, or an instant such as `2026-11-22T15:09:26Z`";
        stand_in(file, node.span, message, help);
    }
    Some(date.unwrap_or(NO_DATE))
}

#[cfg(test)]
mod tests {
    use super::nearest_version;

    #[test]
    fn what_is_no_version_is_taken_for_the_nearest() {
        for (written, version) in [
            ("1", "1.0.0"),
            ("1.2", "1.2.0"),
            ("v1.2.0", "1.2.0"),
            ("2023-03-30", "2023.3.30"),
            ("2023.03.30", "2023.3.30"),
            ("2023-03-30T12:00:00Z", "2023.3.30"),
            ("1.0.0+2023", "1.0.0"),
            ("1.2-beta", "1.2.0-beta"),
            ("1.2-beta.2", "1.2.0-beta.2"),
            ("1.2.3.4", "1.2.3"),
            ("1.2.3.4-rc1", "1.2.3-rc1"),
            ("Version 3", "3.0.0"),
            ("99999999999999999999.1", "1.0.0"),
            ("latest", "0.1.0"),
            ("", "0.1.0"),
        ] {
            assert_eq!(nearest_version(written).to_string(), version, "{written}");
        }
    }
}
