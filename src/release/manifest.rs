//! `manifest.json`: the one document from which every other byte of a release follows.
//!
//! Its bytes are canonical (fixed key order, two spaces, one final line feed): what is read is written again and must
//! come out the same. The digest of those bytes is the release id. `docs/manifest.schema.json` describes it to others.

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;

/// The manifest's format. It names the digest too: there is one, and a release that wants another is not ours.
pub const FORMAT: &str = "letterpress-release/2 sha256";

/// The rule by which the content digests of tables are computed (`docs/content-digest.md`). Another rule has another name.
pub(super) const CONTENT_DIGEST_RULE: &str = "letterpress-content/2";

/// Manifest of a release: what it is and consists of.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let project = folder.path().join("floods");
/// # letterpress::init(&project, Some("river-floods"))?;
/// use letterpress::Manifest;
///
/// let build = letterpress::publish(&project, &letterpress::PublishOptions::default(), &())?;
/// let release = build.outcome.release().ok_or("nothing was published")?;
/// let bytes = std::fs::read(release.path.join("manifest.json"))?;
/// let manifest = Manifest::parse(&bytes).map_err(|findings| format!("{findings:?}"))?;
/// assert_eq!(manifest.name, "river-floods");
/// for table in &manifest.tables {
///     println!("{}: {} rows, {}", table.name, table.rows, table.content_digest);
/// }
/// // There is one spelling of it, whose digest is the id of the release.
/// assert_eq!(manifest.to_bytes(), bytes);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// Name of the data set.
    pub name: String,
    /// Title of the data set, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The release's version.
    #[serde(with = "version_text")]
    pub version: Version,
    /// The release date, `YYYY-MM-DD`; the only date a release carries.
    pub created: String,
    /// Whether this is a draft: made to be looked at, and no release.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub draft: bool,
    /// The release before this one; none for the first.
    pub previous: Option<Previous>,
    /// What made the release.
    pub tool: Tool,
    /// `letterpress-content/2`: the rule of `docs/content-digest.md`.
    pub content_digest_rule: String,
    /// The tables, in the order in which they are published.
    pub tables: Vec<TableRecord>,
    /// Every file but those that follow from this document, sorted by the bytes of the path.
    pub files: Vec<FileRecord>,
}

/// The release before: a chain in which nothing can be exchanged unnoticed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Previous {
    /// Its version, lower than this one's.
    #[serde(with = "version_text")]
    pub version: Version,
    /// Its release id.
    #[serde(with = "id_text")]
    pub id: Digest,
}

/// What made a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// Name of the program.
    pub name: String,
    /// Version of the program.
    pub version: String,
}

/// A published table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableRecord {
    /// The table's name.
    pub name: String,
    /// How many rows it has.
    pub rows: u64,
    /// Digest of the rows, whatever format they are read from (`docs/content-digest.md`).
    #[serde(with = "id_text")]
    pub content_digest: Digest,
    /// Whether its rows are derived from other tables by a query.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub derived: bool,
    /// The columns by which a row is known, and by which rows are sorted; none where rows have no key.
    pub primary_key: Vec<String>,
    /// The rows of tables that its own refer to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_keys: Vec<ForeignKeyRecord>,
    /// Its columns, in order.
    pub columns: Vec<ColumnRecord>,
    /// The files that hold it and no other table: one, or several parts in the order of their rows, for each format.
    pub files: Vec<TableFile>,
}

/// A reference from a table's columns to those of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForeignKeyRecord {
    /// The columns that refer; each item of a single one that is a list.
    pub columns: Vec<String>,
    /// The table referred to.
    pub table: String,
    /// Its columns that have the same values.
    pub references: Vec<String>,
}

/// A file that holds a table, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableFile {
    /// Path in the release, with `/`.
    pub path: String,
    /// Name of the format, as `formats` of a project has it: `csv`, `parquet` …
    pub format: String,
    /// Number of the part, from 1, where the table is in several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<u64>,
    /// Whether an apostrophe stands before texts that a spreadsheet may take for formulas (`formula_guard`), and is none of them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub formula_guard: bool,
}

/// A column of a published table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnRecord {
    /// The column's name.
    pub name: String,
    /// The column's type in full: `decimal(10, 2)`, `list<text>` …
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether every row has a value.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// Whether the value is a row's place among its siblings, which changes when one is put before it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub position: bool,
    /// The vocabulary whose codes are its values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vocabulary: Option<String>,
    /// What it holds of a date known in part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edtf: Option<EdtfRecord>,
}

/// What a column holds of a date known in part (EDTF).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EdtfRecord {
    /// The column that has the date as it was written; the column itself, where that is the one.
    pub of: String,
    /// What it holds: `value`, `earliest`, `latest`, `precision` or `qualifier`.
    pub holds: String,
}

/// A published file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRecord {
    /// Path in the release, with `/`.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the bytes.
    pub sha256: Digest,
    /// Media type.
    pub media_type: String,
    /// Name of the format of a file that holds several tables; that of any other stands beside the table's files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// The tables that it holds; none for a document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<String>,
}

impl TableRecord {
    /// A table without keys, columns and files.
    pub fn new(name: impl Into<String>, rows: u64, content_digest: Digest) -> TableRecord {
        let (columns, files) = (Vec::new(), Vec::new());
        let (primary_key, foreign_keys) = (Vec::new(), Vec::new());
        TableRecord {
            name: name.into(),
            rows,
            content_digest,
            derived: false,
            primary_key,
            foreign_keys,
            columns,
            files,
        }
    }
}

impl ColumnRecord {
    /// A column of a type, of which nothing else is said.
    pub fn new(name: impl Into<String>, kind: impl Into<String>) -> ColumnRecord {
        let (name, kind) = (name.into(), kind.into());
        ColumnRecord { name, kind, required: false, position: false, vocabulary: None, edtf: None }
    }
}

impl TableFile {
    /// A file that holds a whole table.
    pub fn new(path: impl Into<String>, format: impl Into<String>) -> TableFile {
        TableFile { path: path.into(), format: format.into(), part: None, formula_guard: false }
    }
}

impl Manifest {
    /// The document's bytes: of a given manifest there is only this one spelling.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("text, numbers and lists always become JSON");
        bytes.push(b'\n');
        bytes
    }

    /// Sum of the sizes of the files listed.
    pub fn bytes(&self) -> u64 {
        self.files.iter().fold(0, |sum, file| sum.saturating_add(file.bytes))
    }
}

/// A version as its text, in the one spelling that semver has for it.
pub(crate) mod version_text {
    use semver::Version;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(crate) fn serialize<S: Serializer>(version: &Version, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(version)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Version, D::Error> {
        let text = String::deserialize(deserializer)?;
        Version::parse(&text).map_err(D::Error::custom)
    }
}

/// A digest as an id: `sha256:` and the digits.
pub(crate) mod id_text {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    use crate::digest::Digest;

    pub(crate) fn serialize<S: Serializer>(id: &Digest, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&id.to_id())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Digest, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digits = text.strip_prefix("sha256:").and_then(|digits| digits.parse().ok());
        digits.ok_or_else(|| D::Error::custom("an id is `sha256:` and 64 lower-case hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::rules::tests::sample;
    use super::*;
    use crate::release::layout::DOCUMENT_BYTES;

    fn refusal(bytes: &[u8]) -> String {
        Manifest::parse(bytes).expect_err("the document is damaged")[0].message.clone()
    }

    #[test]
    fn what_is_written_is_read() {
        let manifest = sample();
        assert_eq!(Manifest::parse(&manifest.to_bytes()), Ok(manifest));
    }

    #[test]
    fn any_other_spelling_of_the_same_document_is_refused() {
        let text = String::from_utf8(sample().to_bytes()).expect("JSON is UTF-8");
        let twice = text.replacen("  \"created\"", "  \"name\": \"sample\",\n  \"created\"", 1);
        let unknown = text.replacen("  \"created\"", "  \"colour\": 1,\n  \"created\"", 1);
        for (damaged, expected) in [
            (text.replace('\n', "\r\n"), "line 1 is not written"),
            (text.trim_end().to_owned(), "is not written"),
            (format!("{text}\n"), "is not written"),
            (format!("\u{feff}{text}"), "expected value"),
            (text.replace("  ", " "), "line 2 is not written"),
            (text.replacen("sample", "s\\u0061mple", 1), "line 3 is not written"),
            (text.replacen("\"rows\": 2", "\"rows\": 2.0", 1), "invalid type: floating point"),
            (text.replacen("\"rows\": 2", "\"rows\": 1e999999", 1), "number out of range"),
            (text.replacen("\"rows\": 2", "\"rows\": -2", 1), "invalid value"),
            (text.to_uppercase(), "unknown field"),
            (twice, "duplicate field `name`"),
            (unknown, "unknown field `colour`"),
            (text.replacen("  \"previous\": null,\n", "", 1), "is not written"),
            (format!("{}{text}", "[".repeat(200_000)), "invalid type: sequence"),
            (text.replacen("\"path\": \"README.md\",", "", 1), "missing field `path`"),
            (String::new(), "EOF"),
            ("null\n".to_owned(), "invalid type: null"),
            // What serde takes for a struct, too.
            (
                text.replace(
                    "{\n    \"name\": \"letterpress\",\n    \"version\": \"0.1.0\"\n  }",
                    "[\"letterpress\", \"0.1.0\"]",
                ),
                "is not written",
            ),
        ] {
            let message = refusal(damaged.as_bytes());
            assert!(message.contains(expected), "{message}: {expected}");
        }
        assert!(refusal(b"\xff\xfe{\0}\0").contains("expected value"));
    }

    #[test]
    fn digests_in_other_forms_are_refused() {
        let text = String::from_utf8(sample().to_bytes()).expect("JSON is UTF-8");
        let hex = sample().files[0].sha256.to_string();
        for other in [hex.to_uppercase(), hex[..32].to_owned(), format!("{hex}00"), format!("sha256:{hex}")] {
            assert!(refusal(text.replacen(&hex, &other, 1).as_bytes()).contains("64 lower-case"), "{other}");
        }
        assert!(refusal(text.replace("sha256:", "md5:").as_bytes()).contains("an id is"));
    }

    #[test]
    fn another_format_is_named_and_not_guessed_at() {
        let text = String::from_utf8(sample().to_bytes()).expect("JSON is UTF-8");
        for other in ["letterpress-release/9 sha512", "letterpress-release/1 sha256"] {
            let text = text.replace(FORMAT, other).replace("\"files\"", "\"items\"");
            assert!(refusal(text.as_bytes()).contains(&format!("its format is `{other}`")));
        }
    }

    #[test]
    fn a_document_beyond_the_limit_is_not_even_parsed() {
        let bytes = vec![b'\n'; usize::try_from(DOCUMENT_BYTES).expect("16 MiB fits") + 1];
        assert!(refusal(&bytes).contains("larger than"));
    }
}
