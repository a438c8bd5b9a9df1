//! One field of a table: its type, format and constraints.

use std::fmt;

use super::lexical::{NumberPattern, TimePattern};
use super::{ItemType, JsonSchema, Pattern};
use crate::diagnostic::Place;

/// One field (Table Schema 2.0 Field Descriptor).
#[derive(Debug, Clone)]
pub struct Field {
    /// Name; also the column's name.
    pub name: String,
    /// Title for people.
    pub title: Option<String>,
    /// What it holds.
    pub description: Option<String>,
    /// An example value.
    pub example: Option<String>,
    /// Type.
    pub kind: FieldType,
    /// Options of the type's text form.
    pub format: FieldFormat,
    /// What values are allowed.
    pub constraints: Constraints,
    /// Whether the text is an EDTF date (Extended Date/Time Format, level 1), from which columns are derived.
    pub edtf: bool,
    /// Index of the vocabulary whose codes it holds.
    pub vocabulary: Option<usize>,
    /// Where in a record its value is.
    pub origin: Origin,
    /// Whether the value is the record's place among its siblings, or was when it was published in the release that is read.
    pub is_position: bool,
    /// Unit of measure, as text.
    pub unit: Option<String>,
    /// Property in JSON-LD.
    pub property: Option<Term>,
    /// Texts that mean "no value" for this field alone; `None`: the table's.
    pub missing_values: Option<Vec<String>>,
}

/// Term of JSON-LD that a class or property is named by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Prefixed name or address, as written.
    pub name: String,
    /// Where it is written.
    pub place: Place,
}

/// Where in a record a field's value is read (`letterpress: from`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A path of keys, outermost first; by default the field's own name.
    Path(Vec<String>),
    /// The record itself is the value (`from: "."`).
    Itself,
    /// The record's number among its siblings, from 1 (`from: "@index"`).
    Index,
    /// The key under which the record stands (`from: "@key"`).
    Key,
    /// The name of the seed file, without its ending (`from: "@file"`).
    File,
    /// The name of the folder below that of the table in which the seed file lies (`from: "@folder"`).
    Folder,
    /// The column of delimited text with this index (`from: "@3"`, the third, is 2), whatever its name.
    Column(usize),
    /// Filled in from the parent record's primary key.
    Parent,
}

impl Origin {
    /// The path of the value within a record, where it is read by one.
    pub fn path(&self) -> Option<&[String]> {
        match self {
            Origin::Path(path) => Some(path),
            Origin::Column(_)
            | Origin::Itself
            | Origin::Index
            | Origin::Key
            | Origin::File
            | Origin::Folder
            | Origin::Parent => None,
        }
    }

    /// The column of delimited text, from 0, where the value is read by its place.
    pub fn column(&self) -> Option<usize> {
        match self {
            Origin::Column(index) => Some(*index),
            _ => None,
        }
    }
}

/// Type of a field (Table Schema 2.0 `type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// Text, kept as written.
    String,
    /// Decimal number.
    Number,
    /// Whole number.
    Integer,
    /// True or false.
    Boolean,
    /// JSON object.
    Object,
    /// JSON array.
    Array,
    /// List of items of one type.
    List(ItemType),
    /// Instant.
    Datetime,
    /// Calendar day.
    Date,
    /// Time of day.
    Time,
    /// Calendar year.
    Year,
    /// Calendar month of a year.
    Yearmonth,
    /// ISO 8601 duration.
    Duration,
    /// Longitude and latitude.
    Geopoint,
    /// GeoJSON or TopoJSON object.
    Geojson,
    /// Anything, kept as text.
    Any,
}

/// How a string is further restricted (Table Schema `format` of `string`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StringFormat {
    /// No restriction.
    Default,
    /// E-mail address.
    Email,
    /// URI (RFC 3986).
    Uri,
    /// Base64 text.
    Binary,
    /// UUID.
    Uuid,
}

/// Options of a type's text form.
#[derive(Debug, Clone)]
pub struct FieldFormat {
    /// Restriction of a string.
    pub string: StringFormat,
    /// `strptime` pattern of a date, time or datetime; `None`: the default ISO form.
    pub pattern: Option<TimePattern>,
    /// Form of a geopoint: `default`, `array` or `object`.
    pub geopoint: Geopoint,
    /// Whether a geojson value is TopoJSON.
    pub topojson: bool,
    /// Decimal mark of a number; default `.`.
    pub decimal_char: char,
    /// Mark between groups of digits; default none.
    pub group_char: Option<String>,
    /// False when a number may be surrounded by other text (`€ 7`, `95%`).
    pub bare_number: bool,
    /// Texts that mean true.
    pub true_values: Vec<String>,
    /// Texts that mean false.
    pub false_values: Vec<String>,
    /// Text between the items of a list in delimited text; default `,`.
    pub delimiter: String,
    /// Whether a single value stands for a list of it (`letterpress: one_or_many`).
    pub one_or_many: bool,
    /// Whether every line end of a text becomes a line feed (`letterpress: line_ends`).
    pub line_feeds: bool,
    /// Pattern that a number is written by (`letterpress: number_pattern`).
    pub number_pattern: Option<NumberPattern>,
    /// Whether a number may end in `%` or `‰` (`letterpress: percent`).
    pub percent: bool,
    /// Whether a number may have an exponent (`letterpress: exponent`).
    pub exponent: bool,
    /// Whether a number may become the nearest 64-bit number, as in packages of others.
    pub may_round: bool,
    /// Precision and scale of a number published as an exact decimal (`letterpress: decimal`).
    pub decimal: Option<(u8, i8)>,
    /// What a date and time that is written without an offset means (`letterpress: zone`); `None`: UTC, which is told.
    pub zone: Option<Zone>,
}

/// What a date and time that is written without an offset means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// It is a time in UTC.
    Utc,
    /// It is a local time, and no offset is allowed: the values are no instants.
    None,
}

/// Form of a geopoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Geopoint {
    /// `lon, lat` as text.
    Default,
    /// `[lon, lat]`.
    Array,
    /// `{"lon": …, "lat": …}`.
    Object,
}

/// What values are allowed (Table Schema `constraints`).
#[derive(Debug, Clone, Default)]
pub struct Constraints {
    /// A value must be there.
    pub required: bool,
    /// No two rows have the same value.
    pub unique: bool,
    /// The only texts allowed, in the order written; compared after typing.
    pub allowed: Option<Vec<String>>,
    /// What the whole text must match.
    pub pattern: Option<Pattern>,
    /// Least number of characters or items.
    pub min_length: Option<u64>,
    /// Greatest number of characters or items.
    pub max_length: Option<u64>,
    /// Least value.
    pub minimum: Option<Bound>,
    /// Greatest value.
    pub maximum: Option<Bound>,
    /// JSON Schema that an object or array must meet.
    pub json_schema: Option<JsonSchema>,
}

/// A limit of a value, as text of the field's own type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// The limit as written.
    pub text: String,
    /// Whether the limit itself is excluded.
    pub exclusive: bool,
}

impl FieldType {
    /// Names of all types, as `type` has them; a list is here as one of texts.
    pub(crate) const NAMES: [(&str, FieldType); 16] = [
        ("string", FieldType::String),
        ("number", FieldType::Number),
        ("integer", FieldType::Integer),
        ("boolean", FieldType::Boolean),
        ("object", FieldType::Object),
        ("array", FieldType::Array),
        ("list", FieldType::List(ItemType::Text)),
        ("datetime", FieldType::Datetime),
        ("date", FieldType::Date),
        ("time", FieldType::Time),
        ("year", FieldType::Year),
        ("yearmonth", FieldType::Yearmonth),
        ("duration", FieldType::Duration),
        ("geopoint", FieldType::Geopoint),
        ("geojson", FieldType::Geojson),
        ("any", FieldType::Any),
    ];
}

impl fmt::Display for FieldType {
    /// The type's name (Table Schema `type`).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_same = |kind: &FieldType| std::mem::discriminant(kind) == std::mem::discriminant(self);
        let name = FieldType::NAMES.iter().find(|(_, kind)| is_same(kind));
        f.write_str(name.map_or("any", |(name, _)| name))
    }
}

impl Default for FieldFormat {
    /// The defaults of Table Schema 2.0.
    fn default() -> FieldFormat {
        let words = |words: [&str; 4]| words.map(str::to_owned).to_vec();
        FieldFormat {
            string: StringFormat::Default,
            pattern: None,
            geopoint: Geopoint::Default,
            topojson: false,
            decimal_char: '.',
            group_char: None,
            bare_number: true,
            true_values: words(["true", "True", "TRUE", "1"]),
            false_values: words(["false", "False", "FALSE", "0"]),
            delimiter: ",".into(),
            one_or_many: false,
            line_feeds: false,
            number_pattern: None,
            percent: false,
            exponent: true,
            may_round: false,
            decimal: None,
            zone: None,
        }
    }
}

impl FieldFormat {
    /// The form of values in the schema itself (`minimum`, `enum`): that of the data, but for a pattern, which they need not meet.
    pub fn in_schema(&self) -> FieldFormat {
        FieldFormat { number_pattern: None, ..self.clone() }
    }
}

impl Field {
    /// A field with nothing but a name and a type.
    pub fn plain(name: &str, kind: FieldType) -> Field {
        Field {
            name: name.to_owned(),
            title: None,
            description: None,
            example: None,
            kind,
            format: FieldFormat::default(),
            constraints: Constraints::default(),
            edtf: false,
            vocabulary: None,
            origin: Origin::Path(vec![name.to_owned()]),
            is_position: false,
            unit: None,
            property: None,
            missing_values: None,
        }
    }
}

impl Field {
    /// The field of a single item, with the constraints that are about items and not their number; `None` unless it holds a list.
    pub fn of_items(&self) -> Option<Field> {
        let FieldType::List(item) = self.kind else { return None };
        let constraints = Constraints {
            allowed: self.constraints.allowed.clone(),
            pattern: self.constraints.pattern.clone(),
            minimum: self.constraints.minimum.clone(),
            maximum: self.constraints.maximum.clone(),
            ..Constraints::default()
        };
        Some(Field {
            format: self.format.clone(),
            constraints,
            vocabulary: self.vocabulary,
            ..Field::plain(&self.name, item.field_type())
        })
    }

    /// Whether the field holds a list.
    pub fn is_list(&self) -> bool {
        matches!(self.kind, FieldType::List(_))
    }
}
