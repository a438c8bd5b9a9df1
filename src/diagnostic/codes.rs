//! Every kind of problem the tool itself can find, with the text that `letterpress explain` prints.

use super::Severity;

/// One kind of problem.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// The code, as words joined by hyphens.
    pub name: &'static str,
    /// Whether it stops publishing.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub summary: &'static str,
    /// Why it matters and how to mend it.
    pub explanation: &'static str,
}

/// The code called `name`.
pub fn find_code(name: &str) -> Option<&'static Code> {
    CODES.iter().copied().find(|code| code.name == name)
}

macro_rules! codes {
    ($($constant:ident $name:literal $severity:ident $summary:literal $explanation:literal)*) => {
        $(
            #[doc = $summary]
            pub static $constant: Code = Code {
                name: $name,
                severity: Severity::$severity,
                summary: $summary,
                explanation: $explanation,
            };
        )*

        /// Every built-in code: first those of the schema, then of files, of values, of keys.
        pub static CODES: &[&Code] = &[$(&$constant),*];
    };
}

codes! {
    MISSING_KEY "missing-key" Error
        "a description lacks a key that it must have"
        "Some keys of `schema/` files have no default, such as `name` and `version` of the data set or the `fields` of a \
         table. Add the key; AUTHORING in the documentation shows each file in full."
    UNKNOWN_KEY "unknown-key" Error
        "a key that nothing reads"
        "A misspelt key must not vanish in silence. In `schema/`, a key must be one of Data Package 2.0, Table Schema 2.0 or \
         one of our own under `letterpress:`. In a seed record, a key must be read by a field (its name, or the path in \
         `letterpress: {from: …}`) or hold nested records. Correct the name, or list the key under \
         `letterpress: {ignore: […]}` of the table when foreign data carries it and it is not wanted."
    REPEATED_KEY "repeated-key" Error
        "a mapping has the same key twice"
        "YAML and JSON readers disagree about which of two equal keys wins, so neither is taken, be it a key of a record or one \
         inside a value that is published as JSON. Remove one of them."
    WRONG_SHAPE "wrong-shape" Error
        "a mapping, a list or a single value stands where another is expected"
        "For example a list of records where one record is expected, or a single text for a field of type `list`. The message \
         says what was found and what is expected there."
    INVALID_VALUE "invalid-value" Error
        "a value in `schema/` that its key does not allow"
        "For example a version that is not a semantic version, a type that Table Schema does not know, or a pattern that is \
         not a regular expression. The message says what the key accepts."
    INVALID_NAME "invalid-name" Error
        "a name that cannot be used in file names and column names"
        "Tables become files and fields become columns in every format, so names are letters, digits, `_`, `-` (tables: lower \
         case, digits, `_`, `-`), begin with a letter, and differ by more than case."
    UNKNOWN_NAME "unknown-name" Error
        "a reference in `schema/` to a table, field or vocabulary that does not exist"
        "Keys, foreign keys, `vocabulary`, `nested` and `label` name other parts of the schema. Correct the name, or add what \
         it refers to."
    REPEATED_NAME "repeated-name" Error
        "two fields, columns or codes have the same name"
        "Names are unique within their table, file or vocabulary. Fields marked `edtf` add columns of their own (`…_earliest`, \
         `…_latest`, `…_precision`, `…_qualifier`), which count too."
    PREFIX_CLASH "prefix-clash" Error
        "the name of a class or property that JSON-LD would misread"
        "In JSON-LD, what stands before a colon is looked up among the keys of the table, that is its columns and its own name, and is \
         replaced by what the key means there. `urn:x:date` therefore means something else in a table with a column `urn`. Only what \
         goes on with `//` after the colon is an address whatever the keys. Take such an address for `class` or `property`, or a prefix \
         that stands for one, or publish in formats other than `jsonld`."
    INDEX_KEY "index-key" Warning
        "a primary key that depends on the order of records"
        "A field with `from: \"@index\"` holds the number of a record in its list. In a primary key it names the record for \
         whoever refers to it, and a record that is put before others takes the number of the next: references then name \
         another record, and nothing tells. Give records a name of their own. In a nested table to which nothing refers it is \
         the place in the list of the record around it, and no warning is given."
    RENAMED "renamed" Warning
        "a name in a package that has to be changed to be published"
        "Packages of others may name a resource or field as they like, a release cannot: its names become file names, columns \
         and properties in many formats. The message says what the name becomes; data are still found by the name as written, \
         and it becomes the field's title unless there is one."
    STAND_IN "stand-in" Warning
        "a package does not say something, or says it in another form, and a stand-in is taken"
        "A release bears a name, a semantic version and a date, which Data Package and CSVW let be absent or in any form, and \
         nothing is fetched from an address that a schema is said to be at. What is taken instead is the same at every build; \
         add what the message names before you publish for others."
    LEFT_OUT "left-out" Warning
        "a part of a package that is not published"
        "Only tables are published: resources with a `schema` in CSV, TSV, JSON, NDJSON or Parquet, and of their records what \
         the fields name. Keep other files beside the release, or describe them as tables; add fields for further keys."
    BROKEN_CHECK "broken-check" Error
        "a SQL check that cannot be run"
        "A check in `schema/checks/` names its table in a comment line `-- table: NAME`, returns the primary key of that table \
         in its first columns, and the text of the violation in its last column `message`. SQLite's own message is given."
    BROKEN_VIEW "broken-view" Error
        "a view whose query cannot be run or does not fit its fields"
        "A view is a query `schema/views/<name>.sql` and a table schema `schema/views/<name>.yaml`; the query returns exactly \
         the fields of the schema, under their names. SQLite's own message is given."
    YAML_SYNTAX "yaml-syntax" Error
        "a file is not well-formed YAML"
        "The rest of the file could not be read, so nothing in it was checked, and references to its records are not \
         reported. Mend the place and run again."
    YAML_FEATURE "yaml-feature" Error
        "a YAML feature that data must not use"
        "Anchors, aliases, tags, merge keys, several documents in one file and keys that are not plain values make a record \
         mean something other than what is written. Write the value out."
    JSON_SYNTAX "json-syntax" Error
        "a file or line is not well-formed JSON"
        "JSON follows RFC 8259. In NDJSON every line is one record; a broken line is skipped and the others are checked. In a \
         JSON file nothing after the place was read."
    CSV_SYNTAX "csv-syntax" Error
        "a delimited file that breaks the quoting rules"
        "Delimited text follows RFC 4180: a field with quotes, delimiters or line breaks is enclosed in quotes, and quotes \
         within it are doubled. In a field that does not begin with one, a quote is text. After a broken quote the end of \
         the record is anybody's guess, so the rest of the file is not read."
    RAGGED_ROW "ragged-row" Error
        "a row has more or fewer cells than the header"
        "Often an unquoted delimiter inside a text. Quote the cell, or add the missing ones."
    MISSING_COLUMN "missing-column" Error
        "a tabular file lacks a column for a field"
        "Every field of the table has a column of its name (or of its `from` path) in the header. When no value is known, \
         keep the column and leave its cells empty."
    UNREADABLE_FILE "unreadable-file" Error
        "a seed is not a file that can be read as what its name says"
        "A folder or a special file with the name of a seed, a file that is not Parquet, or one with no permission to read."
    CHANGED_FILE "changed-file" Error
        "a file of a release that is not what was published"
        "The descriptor of a release has the digest of each of its files. A release that is read to be published again is read as \
         it was published, or not at all: fetch the file again. Whoever means to change data changes a project, or a package \
         whose resources have no keys of `letterpress`."
    UNREAD_FILE "unread-file" Error
        "a file under `seeds/` that no table reads"
        "Seeds of a table are in `seeds/<table>/` or in `seeds/<table>.yaml`, `.csv`, `.ndjson`, `.json` or `.parquet`, or \
         where the `path` of its resource says. Move or rename the file, or take it out of `seeds/`."
    HIDDEN_FILE "hidden-file" Warning
        "a file with the ending of a seed whose name begins with a point"
        "Names that begin with a point belong to programs, and are not read as seeds. A record named `.net.yml` would be left \
         out in silence. Rename it, or name it in the `path` of its resource by a pattern that begins with a point itself, such \
         as `../seeds/platforms/.*.yml`; or move it out of `seeds/`."
    NOT_UTF8 "not-utf8" Error
        "a file, or a text in it, is not UTF-8"
        "The byte at the place named does not belong to UTF-8. Perhaps the file was saved as Latin-1 or UTF-16, or is not \
         text at all. Save it as UTF-8; columns of Parquet that hold bytes are read as text when they are UTF-8."
    TOO_LARGE "too-large" Error
        "a record or value larger than can be meant"
        "A record may hold at most 64 MiB and a document may nest at most 64 levels deep. Usually a quote or bracket was \
         opened and not closed. Keys are repeated in each nested record: those of one file may take 2 GiB. A Parquet file \
         may not stand for much more than it holds: write smaller row groups and pages."
    UNSAFE_TEXT "unsafe-text" Error
        "a text holds characters that steer terminals or reorder what is shown"
        "Control characters, bidirectional embeddings and overrides (U+202A to U+202E) and unbalanced isolates (U+2066 to \
         U+2069) can hide or reorder text (Trojan Source, CVE-2021-42574). Remove them. Tabs, line feeds, and a carriage return \
         before a line feed are allowed; one alone is not, for a terminal writes over the line with what follows. Where texts \
         of others have such line ends, `letterpress: {line_ends: lf}` of the field publishes each as a line feed."
    INVISIBLE_TEXT "invisible-text" Warning
        "a text holds invisible characters"
        "Zero-width characters and byte order marks inside a text make equal-looking values differ. Some scripts need \
         zero-width joiners; elsewhere remove them."
    FORMULA_TEXT "formula-text" Warning
        "a text that a spreadsheet may run as a formula"
        "Spreadsheets may evaluate a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return. The text is \
         published as written; rephrase it if it need not begin so."
    AMBIGUOUS_NULL "ambiguous-null" Error
        "an unquoted word that YAML may read as nothing"
        "In a text field, `~`, `Null` and `NULL` may be meant as a text or as no value. Quote it to keep the text, or leave \
         the value empty."
    WRONG_TYPE "wrong-type" Error
        "a value that is not of its field's type"
        "The forms of each type are those of Table Schema 2.0: whole numbers without a point, numbers with a decimal point, \
         dates as `2010-03-14`, `true` or `false`; numbers are finite, days and instants of the years 0001 to 9999. Dates \
         known only in part belong in a field marked `edtf`. A column of Parquet is read by fields of its own kind."
    INEXACT_NUMBER "inexact-number" Error
        "a number with more digits than its field holds"
        "A `number` is published as a 64-bit float (IEEE 754), which holds 15 digits for sure and none above 1.8e308. This one written \
         back would be another decimal. Publish the field as an exact decimal with `letterpress: {decimal: [digits, digits after \
         the point]}`, or as a text (`type: string`)."
    ROUNDED_NUMBER "rounded-number" Warning
        "a number in a package of others that is rounded"
        "A `number` is published as a 64-bit float (IEEE 754), which does not hold every digit of this one. A package is published \
         as it is, so this is told once a field. `letterpress: {decimal: [digits, digits after the point]}` of the field in \
         the descriptor keeps every digit."
    TIME_WITHOUT_ZONE "time-without-zone" Warning
        "a date and time that does not say how far it is from UTC"
        "A `datetime` is an instant, and a time without an offset is none before somebody says where it was read. It is taken as \
         UTC, which is told once a field. `letterpress: {zone: UTC}` says that this is right; `letterpress: {zone: none}` \
         publishes local times, without `Z` and, in Parquet, not adjusted to UTC."
    INVALID_EDTF "invalid-edtf" Error
        "a date that is not EDTF level 1"
        "The Extended Date/Time Format writes partial and uncertain dates: `1984`, `1984-05`, `1984-05-12`, `2001-21` \
         (spring), `198X`, `1984~` (about), `1984?` (uncertain), `1984%` (both), `1984/1986-05` and `1984/..` (open)."
    REQUIRED "required" Error
        "a value that must be there is missing"
        "The field is `required`, or part of the primary key. Add the value, or make the field optional in the schema."
    EMPTY_ROW "empty-row" Error
        "a record without any value"
        "It says nothing, and readers of CSV differ in what they make of a row of empty cells: many pass over it, validators \
         refuse it. Give it a value, or take it out."
    NOT_IN_ENUM "not-in-enum" Error
        "a value outside the field's list"
        "The field's `enum` constraint lists every allowed value."
    UNKNOWN_CODE "unknown-code" Error
        "a code that its vocabulary does not have"
        "Vocabularies are closed: correct the code, or add it with a label and definition to the vocabulary's file."
    PATTERN_MISMATCH "pattern-mismatch" Error
        "a value that does not match the field's pattern"
        "The `pattern` constraint is a regular expression for the whole value."
    OUT_OF_RANGE "out-of-range" Error
        "a value below or above the field's limits"
        "The constraints `minimum`, `maximum`, `exclusiveMinimum` and `exclusiveMaximum` compare values by their type."
    WRONG_LENGTH "wrong-length" Error
        "a value shorter or longer than allowed"
        "The constraints `minLength` and `maxLength` count characters of a text, or items of a list."
    SCHEMA_MISMATCH "json-schema-mismatch" Error
        "an object or array that does not meet its JSON Schema"
        "The `jsonSchema` constraint describes the value; the message names the part that fails."
    UNDECIDED "undecided" Error
        "a value that takes too long to compare with its pattern or JSON Schema"
        "A pattern that looks around (`(?=…)`, `(?!…)`, `(?<=…)`, `(?<!…)`) or refers back (`\\1`) is looked for by trying, and a JSON \
         Schema by asking each of its parts; both have a limit of steps, so that no schema and no value can hang a check. The \
         values of the field in the same piece of the file that come after it were not compared. Write the pattern so that no \
         two parts of it match the same text, or without looking around; shorten the value; or look at it in a check in SQL."
    LIST_SEPARATOR "list-separator" Error
        "a list item that has no value, is empty or holds a semicolon"
        "In CSV the items of a list are joined by `; `, so an item must not be missing or empty and must not hold a semicolon. \
         Leave it out, write two items, or take a field of type `array`, which is JSON."
    DUPLICATE_KEY "duplicate-key" Error
        "two records have the same primary key"
        "The primary key names a record for good, so no two may share it. The message names the place of the first."
    NOT_UNIQUE "not-unique" Error
        "two records have the same values where they must differ"
        "The field is `unique`, or the fields together are one of the table's `uniqueKeys`."
    DANGLING_REFERENCE "dangling-reference" Error
        "a reference to a record that does not exist"
        "A foreign key holds the key of a record in the table it refers to. Add that record, or correct the key."
    UNPUBLISHED_REFERENCE "unpublished-reference" Error
        "a record that is published refers to one that is not"
        "`letterpress: publish_only` of a table leaves candidates out of releases, and what is written inside them. A record \
         that refers to one from outside would be published with a hole in it. Review the candidate, so that it is \
         published, or take the reference out, or name the field under `letterpress: publish_with` of its table: then \
         the record is left out together with what it refers to. `build --include-candidates` puts all into the draft."
}
