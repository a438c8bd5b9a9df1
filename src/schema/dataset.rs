//! `schema/dataset.yaml`: the Data Package 2.0 descriptor's own keys, and our options.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::diagnostic::Place;

/// A data set's description and options.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// Lower-case name, used in file names.
    pub name: String,
    /// Title for people.
    pub title: Option<String>,
    /// Description, in Markdown.
    pub description: Option<String>,
    /// Semantic version; the release folder's name.
    pub version: semver::Version,
    /// The release date; the only date a release carries.
    pub created: Date,
    /// Under which terms the data may be used.
    pub licenses: Vec<License>,
    /// Who made it.
    pub contributors: Vec<Contributor>,
    /// What it was made from.
    pub sources: Vec<Source>,
    /// Words to find it by.
    pub keywords: Vec<String>,
    /// Address of its own page.
    pub homepage: Option<String>,
    /// Permanent identifier (for example a DOI), when it has one.
    pub id: Option<String>,
    /// The keys under `letterpress:`.
    pub options: Options,
}

/// One licence (Data Package `licenses`): a name or a path is always there.
#[derive(Debug, Clone)]
pub struct License {
    /// Open Definition or SPDX id.
    pub name: Option<String>,
    /// Title for people.
    pub title: Option<String>,
    /// Address of the text.
    pub path: Option<String>,
}

/// One contributor (Data Package `contributors`).
#[derive(Debug, Clone, Default)]
pub struct Contributor {
    /// Name.
    pub title: Option<String>,
    /// Given name of a person.
    pub given_name: Option<String>,
    /// Family name of a person.
    pub family_name: Option<String>,
    /// Web address.
    pub path: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// What they did: `creator`, `publisher` …
    pub roles: Vec<String>,
    /// Whom they work for.
    pub organization: Option<String>,
}

/// One source (Data Package `sources`).
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// Title.
    pub title: Option<String>,
    /// Address.
    pub path: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Version used.
    pub version: Option<String>,
}

/// Rows in a block of the content digest (`docs/content-digest.md`): a part has whole blocks, so that none is in two files.
pub const DIGEST_BLOCK_ROWS: usize = 2_048;

/// The data set's keys under `letterpress:`.
#[derive(Debug, Clone)]
pub struct Options {
    /// Formats to publish, by name, each with its place; `None` means those that are published by default.
    pub formats: Option<Vec<(String, Place)>>,
    /// Base of every id in JSON-LD, ending in `/` or `#`; without it ids are `urn:uuid:`.
    pub base_iri: Option<String>,
    /// Where releases will be served.
    pub base_url: Option<String>,
    /// Extra prefixes for class and property names.
    pub prefixes: BTreeMap<String, String>,
    /// How CSV is written.
    pub csv: CsvOptions,
    /// Rows per part of a large table, a multiple of [`DIGEST_BLOCK_ROWS`].
    pub part_rows: u64,
    /// Which rule decides how large a version step must be.
    pub version_policy: VersionPolicy,
    /// Which version of RO-Crate a release is described in.
    pub ro_crate: RoCrateVersion,
}

impl Default for Options {
    /// What holds when a description has no keys of ours.
    fn default() -> Options {
        Options {
            formats: None,
            base_iri: None,
            base_url: None,
            prefixes: BTreeMap::new(),
            csv: CsvOptions::default(),
            // With a header, what a spreadsheet opens.
            part_rows: 511 * DIGEST_BLOCK_ROWS as u64,
            version_policy: VersionPolicy::DataPackage,
            ro_crate: RoCrateVersion::V1_3,
        }
    }
}

/// How CSV is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CsvOptions {
    /// Whether the file begins with a UTF-8 byte order mark, as spreadsheets want.
    pub bom: bool,
    /// What ends a line.
    pub eol: LineEnd,
    /// Which cells are in quotes.
    pub quote: Quote,
    /// Whether an apostrophe is put before texts that a spreadsheet may run as a formula.
    pub formula_guard: bool,
}

impl Default for CsvOptions {
    /// What a spreadsheet opens and every reader types rightly.
    fn default() -> CsvOptions {
        CsvOptions { bom: true, eol: LineEnd::CrLf, quote: Quote::Texts, formula_guard: false }
    }
}

/// Which cells of CSV are in quotes. A missing value never is, an empty text always.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quote {
    /// Texts and lists; numbers, dates and booleans are bare.
    Texts,
    /// Every value.
    All,
    /// Values that would be misread without (RFC 4180, section 2, rule 6).
    Necessary,
}

/// What ends a line of CSV.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// `\r\n` (RFC 4180).
    CrLf,
    /// `\n`.
    Lf,
}

/// Which rule decides how large a version step must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionPolicy {
    /// The Data Package recipe.
    DataPackage,
    /// The Croissant specification's rule.
    Croissant,
}

/// A version of RO-Crate. What is said is the same in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoCrateVersion {
    /// 1.2.
    V1_2,
    /// 1.3.
    V1_3,
}
