//! What to say about a problem: its code, message and next step.

use std::borrow::Cow;

use super::alike::{Alike, At, Message};
use super::text;
use crate::diagnostic::{Code, Diagnostic, Place, Position, codes, nearest, quoted};
use crate::edtf;
use crate::offsets::field_number;
use crate::schema::{ColumnType, Field, ItemType, Pattern, Project, Table, lexical};
use crate::seeds::{Found, Problem, ProblemKind, describe_item};

/// Longest value that a message repeats.
const SHOWN_CHARACTERS: usize = 80;

/// What is often written where there is no value, in lower case.
const MARKERS: [&str; 15] = [
    ".nan", "nan", "inf", ".inf", "-inf", "-.inf", "na", "n/a", "n.a.", "-", "--", "?", "null", "none",
    "unknown",
];

/// The code of a problem.
pub(crate) fn code(kind: ProblemKind) -> &'static Code {
    match kind {
        ProblemKind::Reported | ProblemKind::WrongType | ProblemKind::OutsideYears => &codes::WRONG_TYPE,
        ProblemKind::NotUtf8 => &codes::NOT_UTF8,
        ProblemKind::RepeatedKey => &codes::REPEATED_KEY,
        ProblemKind::InexactNumber => &codes::INEXACT_NUMBER,
        ProblemKind::RoundedNumber => &codes::ROUNDED_NUMBER,
        ProblemKind::TimeWithoutZone => &codes::TIME_WITHOUT_ZONE,
        ProblemKind::InvalidEdtf => &codes::INVALID_EDTF,
        ProblemKind::AmbiguousNull => &codes::AMBIGUOUS_NULL,
        ProblemKind::ListSeparator | ProblemKind::NullItem => &codes::LIST_SEPARATOR,
        ProblemKind::Required => &codes::REQUIRED,
        ProblemKind::EmptyRow => &codes::EMPTY_ROW,
        ProblemKind::NotInEnum => &codes::NOT_IN_ENUM,
        ProblemKind::UnknownCode => &codes::UNKNOWN_CODE,
        ProblemKind::PatternMismatch => &codes::PATTERN_MISMATCH,
        ProblemKind::BelowMinimum | ProblemKind::AboveMaximum => &codes::OUT_OF_RANGE,
        ProblemKind::TooShort | ProblemKind::TooLong => &codes::WRONG_LENGTH,
        ProblemKind::JsonSchema => &codes::SCHEMA_MISMATCH,
        ProblemKind::Undecided => &codes::UNDECIDED,
        ProblemKind::UnsafeText => &codes::UNSAFE_TEXT,
        ProblemKind::InvisibleText => &codes::INVISIBLE_TEXT,
        ProblemKind::FormulaText => &codes::FORMULA_TEXT,
    }
}

/// Whether it is said of a field once, where it is first found.
pub(crate) fn is_told_once(kind: ProblemKind) -> bool {
    matches!(kind, ProblemKind::RoundedNumber | ProblemKind::TimeWithoutZone)
}

/// The diagnostic for a problem that has been located; `other` is the place of the row it clashes with.
pub(crate) fn diagnostic(
    project: &Project,
    alike: &Alike,
    at: At,
    say: &Message,
    (located, other): (Found, Option<Place>),
) -> Diagnostic {
    let (message, help) = match (say, other) {
        (Message::Problem(kind), _) => {
            let field = field_number(alike.field.expect("a cell's problem names its field"));
            let problem = Problem { row: at.row.row, field, item: at.item, kind: *kind };
            return cell_problem(
                project,
                &project.tables[alike.table],
                problem,
                &located.text,
                located.place,
            );
        }
        (Message::Same(_, message), other) => {
            let earlier = other.filter(|place| place.position != Position::File);
            let earlier = earlier.map_or(String::new(), |place| format!(", first at {place}"));
            let help = "give each record one of its own, or take one of the two out".to_owned();
            (format!("{message}{earlier}"), Some(help))
        }
        (Message::Ready(message, help), _) => (message.clone(), help.clone()),
    };
    let Alike { severity, code, .. } = alike.clone();
    Diagnostic { severity, code, place: located.place, message, help, more: None }
}

/// The diagnostic for a cell's problem at a place, given the cell's text.
pub(crate) fn cell_problem(
    project: &Project,
    table: &Table,
    problem: Problem,
    text: &str,
    place: Place,
) -> Diagnostic {
    let (message, help) = cell(project, table, problem, text);
    Diagnostic { help, ..Diagnostic::new(code(problem.kind), place, message) }
}

fn cell(project: &Project, table: &Table, problem: Problem, text: &str) -> (String, Option<String>) {
    let (field, kind, is_item) =
        (&table.fields[problem.field as usize], problem.kind, problem.item.is_some());
    let (name, shown) = (&field.name, shorten(text));
    let value = if is_item { format!("an item of `{name}`") } else { format!("field `{name}`") };
    let constraints = &field.constraints;
    match kind {
        ProblemKind::WrongType | ProblemKind::NullItem | ProblemKind::InexactNumber if is_item => {
            describe_item(field, kind, &shown)
        }
        ProblemKind::RepeatedKey => {
            let key = lexical::repeated_key(text).unwrap_or_default();
            let help = "keep one of them: readers of JSON differ in which they take".to_owned();
            (format!("`{}` is given twice in field `{name}`", shorten(&key)), Some(help))
        }
        ProblemKind::OutsideYears => {
            let help = "leave it empty when there is no such day, or keep it in a field of type `string`";
            (format!("{value} is `{shown}`, outside the years 0001 to 9999"), Some(help.to_owned()))
        }
        ProblemKind::NotUtf8 => {
            let help = "write the column as UTF-8 text".to_owned();
            (format!("{value} is `{shown}`, whose bytes are not UTF-8"), Some(help))
        }
        ProblemKind::Reported | ProblemKind::WrongType | ProblemKind::InexactNumber => {
            wrong_type(field, text)
        }
        ProblemKind::RoundedNumber | ProblemKind::TimeWithoutZone => noted(field, kind, text),
        ProblemKind::InvalidEdtf => {
            let reason = edtf::parse(text).err().unwrap_or_else(|| "not a date".into());
            let help =
                "write it as EDTF, such as `1795-02-11`, `1795-02`, `1795~` or `1795-02-11/..`".to_owned();
            (format!("field `{name}` is `{shown}`: {reason}"), Some(help))
        }
        ProblemKind::AmbiguousNull => {
            let help = "quote it to keep the text, or leave the value empty".to_owned();
            (format!("field `{name}` is `{shown}`, which YAML may read as no value"), Some(help))
        }
        ProblemKind::ListSeparator | ProblemKind::NullItem => {
            let message = describe_item(field, kind, &shown).0;
            (message, Some(separate(&field.format.delimiter, text)))
        }
        ProblemKind::Required => {
            let is_key = table.primary_key.iter().any(|&f| table.fields[f].name == *name);
            let (why, help) = match is_key {
                true => (
                    "it is part of the primary key",
                    "give it a value; a key tells each record from all others",
                ),
                false => ("it is required", "give it a value, or take `required` from the field"),
            };
            (format!("field `{name}` has no value, but {why}"), Some(help.to_owned()))
        }
        ProblemKind::EmptyRow => {
            let help =
                "give it a value, or take it out; a field that is `required` says which value must be there";
            (format!("a record of `{}` has no value", table.name), Some(help.to_owned()))
        }
        ProblemKind::NotInEnum => {
            let allowed = constraints.allowed.as_deref().unwrap_or_default();
            let help = suggestion(text, allowed.iter().map(String::as_str));
            (format!("{value} is `{shown}`, which its list does not have"), Some(help))
        }
        ProblemKind::UnknownCode => {
            let vocabulary = field.vocabulary.map(|v| &project.vocabularies[v]);
            let list = vocabulary.map_or("", |v| v.name.as_str());
            let known = vocabulary.into_iter().flat_map(|v| v.concepts.iter().map(|c| c.code.as_str()));
            let message = format!("{value} is `{shown}`, which the vocabulary `{list}` does not have");
            (message, Some(suggestion(text, known)))
        }
        ProblemKind::PatternMismatch => {
            let pattern = constraints.pattern.as_ref();
            let example = pattern.and_then(Pattern::example).map(|text| format!(" (such as `{text}`)"));
            let (source, example) = (pattern.map_or("", Pattern::source), example.unwrap_or_default());
            let message = format!("{value} is `{shown}`, which does not match `{source}`{example}");
            (message, Some(bounded("pattern")))
        }
        ProblemKind::BelowMinimum => {
            let bound = constraints.minimum.as_ref();
            let limit = bound.map_or(String::new(), |b| b.text.clone());
            let word = if bound.is_some_and(|b| b.exclusive) { "more than" } else { "at least" };
            (format!("{value} is `{shown}`, expected {word} `{limit}`"), Some(bounded("minimum")))
        }
        ProblemKind::AboveMaximum => {
            let bound = constraints.maximum.as_ref();
            let limit = bound.map_or(String::new(), |b| b.text.clone());
            let word = if bound.is_some_and(|b| b.exclusive) { "less than" } else { "at most" };
            (format!("{value} is `{shown}`, expected {word} `{limit}`"), Some(bounded("maximum")))
        }
        ProblemKind::TooShort | ProblemKind::TooLong => (
            wrong_length(field, kind, text),
            Some(bounded(if kind == ProblemKind::TooShort { "minLength" } else { "maxLength" })),
        ),
        ProblemKind::JsonSchema => {
            let help = "correct the value, or the `jsonSchema` of the field".to_owned();
            (json_mismatch(field, text), Some(help))
        }
        ProblemKind::Undecided => undecided(&value, field, &shown),
        ProblemKind::UnsafeText => {
            let help = text::culprit(text, kind).and_then(unsafe_help);
            let help = help.unwrap_or_else(|| "take it out, or write the text anew".to_owned());
            (hidden(&value, text, kind, "must not be in a text"), Some(help))
        }
        ProblemKind::InvisibleText => {
            let help = "take it out, unless the script needs it".to_owned();
            (hidden(&value, text, kind, "cannot be seen"), Some(help))
        }
        ProblemKind::FormulaText => {
            let help = "it is published as written; rephrase it if it need not begin so".to_owned();
            (format!("field `{name}` begins with `{}`, like a formula", shorten_to(text, 1)), Some(help))
        }
    }
}

/// What to do about a value beyond a bound.
fn bounded(constraint: &str) -> String {
    format!("correct the value, or the `{constraint}` of the field")
}

/// What to do about an item that cannot stand in a list.
fn separate(delimiter: &str, text: &str) -> String {
    let or = "a field of type `array` holds any text, as JSON";
    match text {
        "" => format!("leave it out; {or}, empty ones too"),
        _ if delimiter == ";" => format!("write two items; {or}"),
        _ => format!(
            "write two items; in delimited text `{delimiter}` stands between them, as the field's `delimiter` says; {or}"
        ),
    }
}

/// What to do about an unsafe character.
fn unsafe_help(c: char) -> Option<String> {
    if c == '\r' {
        let help = "`letterpress: {line_ends: lf}` of the field publishes each line end as a line feed";
        return Some(help.to_owned());
    }
    let meant = text::from_windows_1252(c)?;
    Some(format!(
        "U+{:04X} is probably `{meant}`: text in windows-1252 that was taken for Latin-1 when it became UTF-8; save it again \
         from the original",
        u32::from(c)
    ))
}

fn wrong_type(field: &Field, text: &str) -> (String, Option<String>) {
    let (shown, (fault, next_step)) = (shorten(text), lexical::fault(field, text));
    let message = format!("field `{}` is `{shown}`, {fault}", field.name);
    if next_step.is_some() {
        return (message, next_step);
    }
    let help = match field.column_type() {
        _ if MARKERS.contains(&text.to_lowercase().as_str()) => {
            format!("leave the value empty when there is none, or list `{shown}` among the `missingValues`")
        }
        ColumnType::Date if edtf::parse(text).is_ok() => {
            "a date known only in part belongs in a field of type `string` marked `edtf: true`".to_owned()
        }
        ColumnType::Boolean => {
            "`trueValues` and `falseValues` of the field say which words are meant".to_owned()
        }
        // In delimited text, a list of texts is never of the wrong type.
        ColumnType::List(ItemType::Text) => "write it as a list: `[…]`".to_owned(),
        _ => lexical::reading(field, text).unwrap_or_else(|| {
            "correct it; a field that holds other texts, too, is of type `string`".to_owned()
        }),
    };
    (message, Some(help))
}

/// What is told of a field once. A list as a whole has no text.
fn noted(field: &Field, kind: ProblemKind, text: &str) -> (String, Option<String>) {
    let (name, shown) = (&field.name, shorten(text));
    if kind == ProblemKind::TimeWithoutZone {
        let help = "if such times are in UTC, `letterpress: {zone: UTC}` of the field says so; if they are of no zone, `zone: none`";
        let found = match text {
            "" => format!("an item of `{name}` has"),
            _ => format!("field `{name}` is `{shown}`, which has"),
        };
        return (format!("{found} no offset: such times are taken as UTC"), Some(help.to_owned()));
    }
    if field.is_list() {
        let help = "items of lists are 64-bit numbers; those with more digits are texts: `itemType: string`";
        return (format!("an item of `{name}` has more digits than a 64-bit number"), Some(help.to_owned()));
    }
    let (message, help) = wrong_type(field, text);
    (format!("{message}; others of the field may be rounded, too"), help)
}

fn wrong_length(field: &Field, kind: ProblemKind, text: &str) -> String {
    let name = &field.name;
    let constraints = &field.constraints;
    let (word, limit) = match kind {
        ProblemKind::TooShort => ("at least", constraints.min_length),
        _ => ("at most", constraints.max_length),
    };
    let limit = limit.unwrap_or(0);
    match (field.column_type(), kind) {
        (ColumnType::Text, _) => {
            let length = text.chars().count();
            let characters = if length == 1 { "character" } else { "characters" };
            format!(
                "field `{name}` is `{}`, {length} {characters} long, expected {word} {limit}",
                shorten(text)
            )
        }
        (_, ProblemKind::TooShort) => format!("field `{name}` has too few items, expected {word} {limit}"),
        _ => format!("field `{name}` has too many items, expected {word} {limit}"),
    }
}

fn json_mismatch(field: &Field, text: &str) -> String {
    let name = &field.name;
    let value: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let schema = field.constraints.json_schema.as_ref();
    match schema.and_then(|schema| schema.fault(&value)) {
        Some((path, why)) => {
            let at = if path.is_empty() { String::new() } else { format!(" at `{path}`") };
            format!("field `{name}` does not meet its JSON Schema{at}: {}", shorten(&why))
        }
        None => format!("field `{name}` does not meet its JSON Schema"),
    }
}

/// What to say of a value that takes more steps than are taken.
fn undecided(value: &str, field: &Field, shown: &str) -> (String, Option<String>) {
    let (meets, help) = match &field.constraints.pattern {
        Some(pattern) => (
            format!("matches `{}`", pattern.source()),
            "write the pattern so that no two parts of it match the same text, or without looking around or back; a check in SQL \
             can look at long texts",
        ),
        None => (
            "meets its JSON Schema".to_owned(),
            "write the schema so that no part of it is asked again and again, or make the value smaller",
        ),
    };
    let message = format!(
        "{value} is `{shown}`; whether it {meets} takes too many steps, and values after it were not compared"
    );
    (message, Some(help.to_owned()))
}

fn hidden(value: &str, found: &str, kind: ProblemKind, why: &str) -> String {
    match text::culprit(found, kind) {
        Some(c) => format!("{value} holds the character U+{:04X}, which {why}", u32::from(c)),
        None => format!("{value} holds a character that {why}"),
    }
}

fn suggestion<'a>(text: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    match nearest(text, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            let count = known.clone().count();
            let listed = quoted(known.take(12));
            if count > 12 {
                format!("one of {count}, among them {listed}")
            } else {
                format!("one of {listed}")
            }
        }
    }
}

/// The text, cut after [`SHOWN_CHARACTERS`].
pub(crate) fn shorten(text: &str) -> Cow<'_, str> {
    shorten_to(text, SHOWN_CHARACTERS)
}

fn shorten_to(text: &str, characters: usize) -> Cow<'_, str> {
    match text.char_indices().nth(characters) {
        Some((end, _)) if characters > 1 => Cow::Owned(format!("{}…", &text[..end])),
        Some((end, _)) => Cow::Borrowed(&text[..end]),
        None => Cow::Borrowed(text),
    }
}
