//! How often parts of a JSON Schema are asked about one value.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::Refusal;

/// Most schemas that are asked about one value, each as often as references lead to it.
const MOST_ASKED: u64 = 10_000;

/// Keywords that hold schemas by names of the file's own.
const NAMED: [&str; 4] = ["dependencies", "dependentSchemas", "patternProperties", "properties"];

/// Keywords that hold a schema, or a list of them.
const APPLIED: [&str; 16] = [
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "contains",
    "contentSchema",
    "else",
    "if",
    "items",
    "not",
    "oneOf",
    "prefixItems",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Keywords that name a schema elsewhere.
const REFERENCES: [&str; 3] = ["$dynamicRef", "$recursiveRef", "$ref"];

/// Keywords that hold data, not schemas.
const DATA: [&str; 5] = ["const", "default", "enum", "example", "examples"];

/// Whether the parts of a schema are asked so seldom that it can be met or not in a bounded time.
pub(super) fn check(schema: &Value) -> Result<(), Refusal> {
    if let Some(id) = inner_id(schema, true) {
        let help = "give the definition a name under `$defs`, and refer to it as `#/$defs/…`";
        let fault =
            format!("has a schema within it that is a document of its own, `{id}`, which is not read");
        return Err(Refusal { fault, help: Some(help.to_owned()) });
    }
    let mut counter = Counter { document: schema, known: HashMap::new() };
    let asked = counter.schema(schema)?;
    if asked > MOST_ASKED {
        let help = "references that name the same definition in several branches multiply: name it once";
        let fault = format!(
            "is too large: it asks more than {MOST_ASKED} questions about one value, with all its references followed"
        );
        return Err(Refusal { fault, help: Some(help.to_owned()) });
    }
    Ok(())
}

/// The `$id` of a schema within the document, by which references would mean something else.
fn inner_id(value: &Value, is_document: bool) -> Option<&str> {
    match value {
        Value::Array(items) => items.iter().find_map(|item| inner_id(item, false)),
        Value::Object(keywords) => {
            let mut id = ["$id", "id"].into_iter().filter_map(|key| keywords.get(key)?.as_str());
            let own = id.find(|id| !is_document && !id.starts_with('#'));
            let within = keywords.iter().filter(|(keyword, _)| !DATA.contains(&keyword.as_str()));
            own.or_else(|| within.map(|(_, value)| value).find_map(|value| inner_id(value, false)))
        }
        _ => None,
    }
}

struct Counter<'v> {
    document: &'v Value,
    /// What each reference comes to; `None` while it is being followed.
    known: HashMap<&'v str, Option<u64>>,
}

impl<'v> Counter<'v> {
    /// Schemas that are asked, from this one on.
    fn schema(&mut self, schema: &'v Value) -> Result<u64, Refusal> {
        let keywords = match schema {
            Value::Object(keywords) => keywords,
            Value::Array(schemas) => return self.each(schemas),
            _ => return Ok(1),
        };
        let mut asked = 1_u64;
        for (keyword, value) in keywords {
            let more = match (keyword.as_str(), value) {
                (keyword, Value::Object(schemas)) if NAMED.contains(&keyword) => {
                    self.each(schemas.values())?
                }
                (keyword, value) if APPLIED.contains(&keyword) => self.schema(value)?,
                (keyword, Value::String(reference)) if REFERENCES.contains(&keyword) => {
                    self.reference(reference)?
                }
                _ => 0,
            };
            asked = asked.saturating_add(more);
        }
        // What is left over is found by asking all others again.
        let asks_again = keywords.keys().any(|keyword| keyword.starts_with("unevaluated"));
        Ok(asked.saturating_mul(if asks_again { 3 } else { 1 }))
    }

    fn each(&mut self, schemas: impl IntoIterator<Item = &'v Value>) -> Result<u64, Refusal> {
        let mut asked = 0_u64;
        for schema in schemas {
            asked = asked.saturating_add(self.schema(schema)?);
        }
        Ok(asked)
    }

    /// One that leads back to where it stands is asked once for each part of the value.
    fn reference(&mut self, reference: &'v str) -> Result<u64, Refusal> {
        if let Some(known) = self.known.get(reference) {
            return Ok(known.unwrap_or(1));
        }
        if reference.contains("://json-schema.org/") {
            return Ok(1);
        }
        let Some(target) = target(self.document, reference) else {
            let help =
                "write the definition under `$defs`, and refer to it as `#/$defs/…`: nothing is fetched";
            let fault = format!("refers to `{reference}`, which is not in it");
            return Err(Refusal { fault, help: Some(help.to_owned()) });
        };
        self.known.insert(reference, None);
        let asked = self.schema(target)?;
        self.known.insert(reference, Some(asked));
        Ok(asked)
    }
}

/// The schema that a reference names: a path in the document (RFC 6901), or an anchor.
fn target<'v>(document: &'v Value, reference: &str) -> Option<&'v Value> {
    let id = document.get("$id").or_else(|| document.get("id")).and_then(Value::as_str);
    let fragment = match id.and_then(|id| reference.strip_prefix(id.trim_end_matches('#'))) {
        Some("") => "",
        Some(rest) if rest.starts_with('#') => &rest[1..],
        _ => reference.strip_prefix('#')?,
    };
    if fragment.is_empty() || fragment.starts_with('/') {
        return document.pointer(&decoded(fragment));
    }
    anchored(document, fragment)
}

/// The fragment without its percent signs (RFC 3986, section 2.1).
fn decoded(fragment: &str) -> String {
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.as_bytes();
    while let [first, after @ ..] = rest {
        let escaped = (*first == b'%')
            .then(|| {
                after.get(..2).and_then(|digits| u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok())
            })
            .flatten();
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn anchored<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match value {
        Value::Array(items) => items.iter().find_map(|item| anchored(item, name)),
        Value::Object(keywords) if has_anchor(keywords, name) => Some(value),
        Value::Object(keywords) => keywords.values().find_map(|value| anchored(value, name)),
        _ => None,
    }
}

fn has_anchor(keywords: &Map<String, Value>, name: &str) -> bool {
    let is = |key: &str| keywords.get(key).and_then(Value::as_str).map(|found| found.trim_start_matches('#'));
    ["$anchor", "$dynamicAnchor", "$id", "id"].into_iter().any(|key| is(key) == Some(name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Definitions of which each names the one before it in two branches.
    fn doubling(depth: usize, branches: impl Fn(Value) -> Value) -> Value {
        let definitions = (1..=depth).map(|depth| {
            let before = json!({"$ref": format!("#/$defs/d{}", depth - 1)});
            (format!("d{depth}"), branches(before))
        });
        let first = [("d0".to_owned(), json!({"type": "string"}))];
        let definitions: Map<String, Value> = first.into_iter().chain(definitions).collect();
        json!({"$defs": definitions, "$ref": format!("#/$defs/d{depth}")})
    }

    #[test]
    fn definitions_that_multiply_are_too_many_questions() {
        let several: [fn(Value) -> Value; 5] = [
            |before| json!({"anyOf": [before, before]}),
            |before| json!({"not": before, "if": before}),
            |before| json!({"properties": {"a": before, "b": before}}),
            |before| json!({"items": before, "contains": before}),
            |before| json!({"allOf": [before], "unevaluatedProperties": false}),
        ];
        for branches in several {
            let fault = check(&doubling(30, branches)).err().map(|refusal| refusal.fault).unwrap_or_default();
            assert!(fault.starts_with("is too large"), "{} {fault}", branches(json!("d")));
            assert!(check(&doubling(6, branches)).is_ok(), "{}", branches(json!("d")));
        }
    }

    #[test]
    fn references_are_followed_wherever_they_lead() {
        let tree = json!({"type": "object", "properties": {"children": {"items": {"$ref": "#"}}}});
        let deep = json!({"properties": {"a": {"type": "string"}, "b": {"$ref": "#/properties/a"}}});
        let anchor = json!({"$defs": {"x": {"$anchor": "here"}, "y z": {}}, "anyOf": [{"$ref": "#here"}, {"$ref": "#/$defs/y%20z"}]});
        let named =
            json!({"$id": "https://a.example/s", "$defs": {"x": {}}, "$ref": "https://a.example/s#/$defs/x"});
        for schema in [tree, deep, anchor, named] {
            assert!(check(&schema).is_ok(), "{schema}");
        }
        for schema in [
            json!({"$ref": "#/$defs/none"}),
            json!({"$ref": "other.json"}),
            json!({"$ref": "https://a.example/other"}),
            json!({"$defs": {"x": {"$id": "https://a.example/x"}}}),
        ] {
            assert!(check(&schema).is_err(), "{schema}");
        }
    }
}
