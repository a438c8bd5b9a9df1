//! Datatypes of CSVW (metadata vocabulary, section 5.11) in the terms of Table Schema.

use super::entry::{Entry, entry, text};
use crate::diagnostic::{codes, nearest};
use crate::schema::tree::{Entries, File, Node, Value};
use crate::tokens::Span;

/// A built-in datatype: its type in Table Schema, and the least and greatest value of an integer.
struct Builtin {
    name: &'static str,
    kind: &'static str,
    range: (Option<&'static str>, Option<&'static str>),
}

const fn plain(name: &'static str, kind: &'static str) -> Builtin {
    Builtin { name, kind, range: (None, None) }
}

const fn ranged(name: &'static str, least: Option<&'static str>, greatest: Option<&'static str>) -> Builtin {
    Builtin { name, kind: "integer", range: (least, greatest) }
}

static BUILTINS: [Builtin; 48] = [
    plain("string", "string"),
    plain("anyAtomicType", "string"),
    plain("any", "string"),
    plain("normalizedString", "string"),
    plain("token", "string"),
    plain("language", "string"),
    plain("Name", "string"),
    plain("NCName", "string"),
    plain("NMTOKEN", "string"),
    plain("QName", "string"),
    plain("xml", "string"),
    plain("html", "string"),
    plain("json", "any"),
    // Perhaps relative, which the format `uri` of Table Schema is not.
    plain("anyURI", "string"),
    plain("base64Binary", "string"),
    plain("binary", "string"),
    plain("hexBinary", "string"),
    plain("boolean", "boolean"),
    plain("number", "number"),
    plain("double", "number"),
    plain("float", "number"),
    plain("decimal", "number"),
    ranged("integer", None, None),
    ranged("long", None, None),
    ranged("int", Some("-2147483648"), Some("2147483647")),
    ranged("short", Some("-32768"), Some("32767")),
    ranged("byte", Some("-128"), Some("127")),
    ranged("nonNegativeInteger", Some("0"), None),
    ranged("positiveInteger", Some("1"), None),
    ranged("nonPositiveInteger", None, Some("0")),
    ranged("negativeInteger", None, Some("-1")),
    ranged("unsignedLong", Some("0"), None),
    ranged("unsignedInt", Some("0"), Some("4294967295")),
    ranged("unsignedShort", Some("0"), Some("65535")),
    ranged("unsignedByte", Some("0"), Some("255")),
    plain("date", "date"),
    plain("dateTime", "datetime"),
    plain("datetime", "datetime"),
    plain("dateTimeStamp", "datetime"),
    plain("time", "time"),
    plain("duration", "duration"),
    plain("dayTimeDuration", "duration"),
    plain("yearMonthDuration", "duration"),
    plain("gYear", "year"),
    plain("gYearMonth", "yearmonth"),
    plain("gMonth", "string"),
    plain("gMonthDay", "string"),
    plain("gDay", "string"),
];

/// Adds type, format and constraints of a datatype to those of a field. With a separator the field is a list, whose items
/// are of the type; what Table Schema cannot say of items, their length, is not checked, which is told.
pub(super) fn translate(
    file: &mut File,
    (datatype, span): (Option<Node>, Span),
    separator: Option<(String, Span)>,
    field: &mut Vec<Entry>,
    constraints: &mut Vec<Entry>,
) {
    let mut derived = match datatype {
        Some(node) if node.as_text().is_none() => Some(file.entries("datatype", node)),
        Some(node) => {
            let base = vec![("base".to_owned(), node.span, node.clone())];
            Some(file.entries("datatype", Node { span: node.span, value: Value::Map(base) }))
        }
        None => None,
    };
    let base = derived.as_mut().and_then(|keys| keys.take("base"));
    let at = base.as_ref().map_or(span, |node| node.span);
    let builtin = base.and_then(|node| builtin(file, &node)).unwrap_or(&BUILTINS[0]);
    match &separator {
        Some((separator, separator_mark)) => {
            let item = match builtin.kind {
                kind @ ("integer" | "number" | "boolean" | "date" | "datetime") => kind,
                _ => "string",
            };
            field.push(entry("type", at, text("list")));
            field.push(entry("itemType", at, text(item)));
            field.push(entry("delimiter", *separator_mark, text(separator.as_str())));
        }
        None => field.push(entry("type", at, text(builtin.kind))),
    }
    let Some(mut keys) = derived else { return };
    keys.ignore(&["@id", "dc:title", "dc:description"]);
    let given = keys.take("format");
    let numbers = NumberFormat { has_exponent: builtin.name != "decimal", span: at };
    match (builtin.kind, given) {
        ("number" | "integer", given) => numbers.translate(file, given, builtin.kind, field),
        (kind, Some(node)) => format(file, node, kind, field, constraints),
        (_, None) => {}
    }
    let mut bounds = Vec::new();
    let (least, greatest) = builtin.range;
    bounds.extend(take(&mut keys, &["minimum", "minInclusive"], "minimum", least, at));
    bounds.extend(take(&mut keys, &["maximum", "maxInclusive"], "maximum", greatest, at));
    bounds.extend(take(&mut keys, &["minExclusive"], "exclusiveMinimum", None, at));
    bounds.extend(take(&mut keys, &["maxExclusive"], "exclusiveMaximum", None, at));
    // The built-in bound gives way to one that excludes its value.
    for (exclusive, inclusive) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        if bounds.iter().any(|(key, ..)| key == exclusive) {
            bounds.retain(|(key, ..)| key != inclusive);
        }
    }
    let length = keys.take("length");
    for key in ["minLength", "maxLength"] {
        let Some(node) = keys.take(key).or_else(|| length.clone()) else { continue };
        if separator.is_some() {
            let message = format!("the length of the items of a list (`{key}`) is not checked");
            file.report_with_help(
                &codes::LEFT_OUT,
                node.span,
                message,
                "say it in a `format`, such as `.{1,9}`",
            );
        } else {
            bounds.push((key.to_owned(), node.span, node));
        }
    }
    file.finish("a datatype", keys);
    constraints.extend(bounds);
}

fn builtin(file: &mut File, node: &Node) -> Option<&'static Builtin> {
    let name = file.text("base", node)?;
    let found = BUILTINS.iter().find(|builtin| builtin.name == name);
    if found.is_none() {
        let message = format!("there is no datatype `{name}`");
        let help = match nearest(&name, BUILTINS.iter().map(|builtin| builtin.name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "the names are those of XML Schema, such as `string`, `integer`, `date`".to_owned(),
        };
        file.report_with_help(&codes::INVALID_VALUE, node.span, message, help);
    }
    found
}

/// The entry `to` for the first of the keys `from` that is given, else for the default, if there is one.
fn take(
    keys: &mut Entries,
    from: &[&'static str],
    to: &str,
    default: Option<&str>,
    span: Span,
) -> Option<Entry> {
    match (from.iter().find_map(|key| keys.take(key)), default) {
        (Some(node), _) => Some((to.to_owned(), node.span, node)),
        (None, Some(text)) => Some(entry(to, span, Value::Text { text: text.to_owned(), quoted: false })),
        (None, None) => None,
    }
}

/// What `format` means depends on the type (Model for Tabular Data, section 6.4).
fn format(file: &mut File, node: Node, kind: &str, field: &mut Vec<Entry>, constraints: &mut Vec<Entry>) {
    let span = node.span;
    match kind {
        "boolean" => {
            let Some(words) = file.text("format", &node) else { return };
            let Some((yes, no)) = words.split_once('|') else {
                let message = format!("`{words}` is not a format of true and false");
                file.report_with_help(
                    &codes::INVALID_VALUE,
                    span,
                    message,
                    "write both words, such as `Y|N`",
                );
                return;
            };
            field.push(entry("trueValues", span, Value::List(vec![Node { span, value: text(yes) }])));
            field.push(entry("falseValues", span, Value::List(vec![Node { span, value: text(no) }])));
        }
        "date" | "datetime" | "time" => {
            let Some(pattern) = file.text("format", &node) else { return };
            match strptime(&pattern) {
                Some(same) if is_default(kind, &same) => {}
                Some(pattern) => field.push(entry("format", span, text(pattern))),
                None => {
                    let message = format!("the format `{pattern}` of dates and times is not read");
                    let help = "formats are made of yyyy, MM, M, dd, d, HH, mm, ss, S, X and what stands between them";
                    file.report_with_help(&codes::INVALID_VALUE, span, message, help);
                }
            }
        }
        // Of every other type: a regular expression.
        _ => constraints.push(("pattern".to_owned(), span, node)),
    }
}

fn is_default(kind: &str, pattern: &str) -> bool {
    match kind {
        "date" => pattern == "%Y-%m-%d",
        "datetime" => pattern.starts_with("%Y-%m-%dT%H:%M:%S"),
        _ => pattern.starts_with("%H:%M:%S"),
    }
}

/// How numbers of a datatype are written (Model for Tabular Data, section 6.4.2).
struct NumberFormat {
    /// Whether an exponent is read where no pattern says so.
    has_exponent: bool,
    span: Span,
}

impl NumberFormat {
    /// A pattern such as `#,##0.00`, or the two marks with or without one. Without a pattern, a number that is no whole number may
    /// end in a percent or per mille sign.
    fn translate(self, file: &mut File, given: Option<Node>, kind: &str, field: &mut Vec<Entry>) {
        let span = given.as_ref().map_or(self.span, |node| node.span);
        let (pattern, decimal, group) = match given {
            None => (None, None, None),
            Some(Node { value: Value::Text { text, .. }, .. }) => (Some(text), None, None),
            Some(node) => {
                let mut keys = file.entries("format", node);
                let found = ["pattern", "decimalChar", "groupChar"].map(|key| keys.take_text(file, key));
                file.finish("a format of numbers", keys);
                let [pattern, decimal, group] = found;
                (pattern, decimal, group)
            }
        };
        for (key, value) in [("decimalChar", decimal), ("groupChar", group)] {
            field.extend(value.map(|value| entry(key, span, text(value))));
        }
        let flag = |key, value: &str| entry(key, span, Value::Text { text: value.to_owned(), quoted: false });
        let ours = match (pattern, kind) {
            (Some(pattern), _) => vec![entry("number_pattern", span, text(pattern))],
            (None, "number") if self.has_exponent => vec![flag("percent", "true")],
            (None, "number") => vec![flag("percent", "true"), flag("exponent", "false")],
            (None, _) => return,
        };
        field.push(entry("letterpress", span, Value::Map(ours)));
    }
}

/// A date pattern (Unicode TR 35, as far as CSVW names it) as one of `strptime`.
fn strptime(pattern: &str) -> Option<String> {
    const PARTS: [(&str, &str); 17] = [
        ("yyyy", "%Y"),
        ("MM", "%m"),
        ("M", "%m"),
        ("dd", "%d"),
        ("d", "%d"),
        ("HH", "%H"),
        ("mm", "%M"),
        ("ss", "%S"),
        (".S", "%.f"),
        ("XXX", "%:z"),
        ("XX", "%z"),
        ("X", "%:::z"),
        ("xxx", "%:z"),
        ("xx", "%z"),
        ("x", "%:::z"),
        ("T", "T"),
        ("Z", "Z"),
    ];
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        if let Some((part, meaning)) = PARTS.iter().find(|(part, _)| rest.starts_with(part)) {
            out.push_str(meaning);
            rest = &rest[part.len()..];
            // Any number of digits of a second is read.
            rest = if *part == ".S" { rest.trim_start_matches('S') } else { rest };
        } else if c.is_ascii_alphabetic() || c == '%' {
            return None;
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::strptime;

    #[test]
    fn patterns_of_dates_are_translated_or_refused() {
        for (pattern, expected) in [
            ("yyyy-MM-dd", Some("%Y-%m-%d")),
            ("d.M.yyyy", Some("%d.%m.%Y")),
            ("MM/dd/yyyy HH:mm", Some("%m/%d/%Y %H:%M")),
            ("yyyy-MM-ddTHH:mm:ss.SSSX", Some("%Y-%m-%dT%H:%M:%S%.f%:::z")),
            ("EEE d", None),
            ("%d", None),
        ] {
            assert_eq!(strptime(pattern).as_deref(), expected, "{pattern}");
        }
    }
}
