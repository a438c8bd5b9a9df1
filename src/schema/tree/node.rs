//! A value of a description, and where it stands.

use crate::tokens::Span;

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(in crate::schema) struct Node {
    pub(in crate::schema) span: Span,
    pub(in crate::schema) value: Value,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(in crate::schema) enum Value {
    Null,
    Text { text: String, quoted: bool },
    List(Vec<Node>),
    Map(Vec<(String, Span, Node)>),
}

impl Node {
    /// The text, when the node is one.
    pub(in crate::schema) fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text { text, .. } => Some(text),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The value of a key, when the node is a mapping that has it.
    pub(in crate::schema) fn entry(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|(name, ..)| name == key).map(|(.., node)| node),
            Value::Null | Value::Text { .. } | Value::List(_) => None,
        }
    }

    /// The same, to be changed.
    pub(in crate::schema) fn entry_mut(&mut self, key: &str) -> Option<&mut Node> {
        match &mut self.value {
            Value::Map(entries) => entries.iter_mut().find(|(name, ..)| name == key).map(|(.., node)| node),
            Value::Null | Value::Text { .. } | Value::List(_) => None,
        }
    }
}

impl Node {
    /// Takes the value of a key out of a mapping.
    pub(in crate::schema) fn take(&mut self, key: &str) -> Option<Node> {
        let Value::Map(entries) = &mut self.value else { return None };
        let at = entries.iter().position(|(name, ..)| name == key)?;
        Some(entries.remove(at).2)
    }

    /// Gives a key of a mapping a value.
    pub(in crate::schema) fn set(&mut self, key: &str, value: Node) {
        let Value::Map(entries) = &mut self.value else { return };
        match entries.iter_mut().find(|(name, ..)| name == key) {
            Some((.., node)) => *node = value,
            None => entries.push((key.to_owned(), value.span, value)),
        }
    }
}

impl Value {
    /// The kind, as messages name it.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Value::Null => "nothing",
            Value::Text { .. } => "a single value",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }

    /// The value, as messages show it.
    pub(in crate::schema) fn shown(&self) -> String {
        match self {
            Value::Text { text, quoted: false } => format!("`{text}`"),
            Value::Text { text, quoted: true } => format!("the text `{text}`"),
            other => other.kind().to_owned(),
        }
    }

    /// The value as JSON, by the YAML 1.2 core schema: unquoted numbers, `true` and `false` are typed.
    pub(in crate::schema) fn to_json(&self) -> serde_json::Value {
        match self {
            Value::Null => serde_json::Value::Null,
            Value::Text { text, quoted: true } => serde_json::Value::String(text.clone()),
            Value::Text { text, quoted: false } => match serde_json::from_str(text) {
                Ok(value @ (serde_json::Value::Bool(_) | serde_json::Value::Number(_))) => value,
                _ => serde_json::Value::String(text.clone()),
            },
            Value::List(items) => items.iter().map(|node| node.value.to_json()).collect(),
            Value::Map(entries) => {
                entries.iter().map(|(key, _, node)| (key.clone(), node.value.to_json())).collect()
            }
        }
    }
}
