//! A JSON Schema, as far as seeds need it.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// A JSON Schema (2020-12). What is empty is not written, so that the default allows everything.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Schema {
    #[serde(rename = "$schema", skip_serializing_if = "Option::is_none")]
    pub(super) dialect: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) examples: Vec<String>,
    /// Another schema of the same document, `#/$defs/<name>`.
    #[serde(rename = "$ref", skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Vec::is_empty", serialize_with = "one_or_many")]
    pub(super) types: Vec<&'static str>,
    #[serde(rename = "enum", skip_serializing_if = "Vec::is_empty")]
    pub(super) values: Vec<Literal>,
    /// What editors show beside each value; no keyword of the standard, which passes it over.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) enum_descriptions: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pattern: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) min_length: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_length: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) minimum: Option<serde_json::Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) exclusive_minimum: Option<serde_json::Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) maximum: Option<serde_json::Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) exclusive_maximum: Option<serde_json::Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) min_items: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_items: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) items: Option<Box<Schema>>,
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "properties")]
    pub(super) properties: Vec<(String, Schema)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) required: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) additional_properties: Option<Further>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) any_of: Vec<Schema>,
    #[serde(rename = "if", skip_serializing_if = "Option::is_none")]
    pub(super) condition: Option<Box<Schema>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) then: Option<Box<Schema>>,
    #[serde(rename = "else", skip_serializing_if = "Option::is_none")]
    pub(super) otherwise: Option<Box<Schema>>,
    #[serde(rename = "$defs", skip_serializing_if = "Vec::is_empty", serialize_with = "properties")]
    pub(super) definitions: Vec<(String, Schema)>,
}

/// A value that is allowed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Literal {
    Null,
    Boolean(bool),
    Number(serde_json::Number),
    Text(String),
}

/// What other keys of a mapping may hold.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(super) enum Further {
    /// No other keys: `false`.
    None(bool),
    /// Values of a schema.
    Of(Box<Schema>),
}

impl Schema {
    /// A value of one of these types.
    pub(super) fn of(types: &[&'static str]) -> Schema {
        Schema { types: types.to_vec(), ..Schema::default() }
    }

    /// A list of items that are like `item`.
    pub(super) fn list(item: Schema) -> Schema {
        Schema { items: Some(Box::new(item)), ..Schema::of(&["array"]) }
    }

    /// One thing for lists, another for the rest. Unlike a choice, an editor can tell which of the two is meant.
    pub(super) fn list_or(list: Schema, rest: Schema) -> Schema {
        Schema {
            condition: Some(Box::new(Schema::of(&["array"]))),
            then: Some(Box::new(list)),
            otherwise: Some(Box::new(rest)),
            ..Schema::default()
        }
    }
}

impl Literal {
    /// A text as YAML may read it: the text itself and, where an unquoted one is a number or a truth, that too.
    pub(super) fn of(text: &str) -> Vec<Literal> {
        let mut literals = vec![Literal::Text(text.to_owned())];
        match text {
            "true" | "false" => literals.push(Literal::Boolean(text == "true")),
            _ => literals.extend(text.parse().ok().map(Literal::Number)),
        }
        literals
    }
}

/// A single type as a text, as people write it.
fn one_or_many<S: Serializer>(types: &[&'static str], serializer: S) -> Result<S::Ok, S::Error> {
    match types {
        [only] => serializer.serialize_str(only),
        many => many.serialize(serializer),
    }
}

/// Properties in the order of the schema, which is the order in which an editor offers them.
fn properties<S: Serializer>(properties: &[(String, Schema)], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(properties.len()))?;
    for (key, schema) in properties {
        map.serialize_entry(key, schema)?;
    }
    map.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_also_what_yaml_makes_of_it() {
        assert_eq!(Literal::of("rain"), [Literal::Text("rain".into())]);
        assert_eq!(Literal::of("012"), [Literal::Text("012".into())]);
        assert_eq!(Literal::of("7").len(), 2);
        assert_eq!(Literal::of("true").len(), 2);
    }
}
