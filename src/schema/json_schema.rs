//! JSON Schemas that values must meet, held to what can be asked in a bounded time.

mod cost;

use std::sync::Arc;

use jsonschema::{PatternOptions, Validator};
use serde_json::Value;

use super::pattern::{self, Refusal};

/// Most bytes of a schema, as compact JSON.
const SCHEMA_BYTES: usize = 256 << 10;

/// A JSON Schema that an object or array must meet.
#[derive(Debug, Clone)]
pub struct JsonSchema {
    source: Arc<Value>,
    validator: Arc<Validator>,
    /// Most bytes of a value, where patterns look around.
    value_bytes: usize,
    /// Bytes that the patterns take.
    pattern_bytes: usize,
}

impl JsonSchema {
    /// The schema that stands in a JSON document.
    pub(super) fn new(source: Value) -> Result<JsonSchema, Refusal> {
        let bytes = source.to_string().len();
        if bytes > SCHEMA_BYTES {
            let help = "describe the parts as fields or tables of their own, or leave out what is only said for people";
            let fault = format!("is too large: it has {bytes} bytes, at most {SCHEMA_BYTES} are read");
            return Err(Refusal { fault, help: Some(help.to_owned()) });
        }
        cost::check(&source)?;
        let mut patterns = pattern::Several::default();
        each_pattern(&source, &mut |source| patterns.add(source))?;
        let options = PatternOptions::fancy_regex()
            .backtrack_limit(patterns.steps_back)
            .size_limit(pattern::PART_BYTES)
            .dfa_size_limit(pattern::PART_BYTES);
        let validator = jsonschema::options()
            .with_pattern_options(options)
            .build(&source)
            .map_err(|error| Refusal { fault: format!("is not a JSON Schema: {error}"), help: None })?;
        Ok(JsonSchema {
            source: Arc::new(source),
            validator: Arc::new(validator),
            value_bytes: patterns.text_bytes,
            pattern_bytes: patterns.bytes,
        })
    }

    /// The schema as it was written.
    pub fn source(&self) -> &Value {
        &self.source
    }

    /// Bytes that the schema's patterns take.
    pub(super) fn pattern_bytes(&self) -> usize {
        self.pattern_bytes
    }

    /// Whether a value, `bytes` long as JSON, meets the schema; `None` when that takes more steps than are taken.
    pub fn is_met(&self, value: &Value, bytes: usize) -> Option<bool> {
        (bytes <= self.value_bytes).then(|| self.validator.is_valid(value))
    }

    /// Where in a value that does not meet the schema, and why not.
    pub fn fault(&self, value: &Value) -> Option<(String, String)> {
        let error = self.validator.validate(value).err()?;
        Some((error.instance_path().to_string(), error.to_string()))
    }
}

/// Calls `found` with every pattern of the schema; of what is no schema, too, where it looks like one.
fn each_pattern(schema: &Value, found: &mut impl FnMut(&str) -> Result<(), Refusal>) -> Result<(), Refusal> {
    match schema {
        Value::Array(schemas) => schemas.iter().try_for_each(|schema| each_pattern(schema, found)),
        Value::Object(keywords) => keywords.iter().try_for_each(|(keyword, value)| {
            match (keyword.as_str(), value) {
                ("pattern", Value::String(source)) => found(source)?,
                ("patternProperties", Value::Object(schemas)) => {
                    schemas.keys().try_for_each(|source| found(source))?;
                }
                _ => {}
            }
            each_pattern(value, found)
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_schema_and_its_patterns_are_bounded() {
        for (source, fault) in [
            (json!({"enum": vec!["x".repeat(100); 3_000]}), "is too large: it has "),
            (json!({"pattern": "(a?){30000}b"}), "is too large: "),
            (json!({"patternProperties": {"(?:(?:(?:(?=.*x)a)*b)*c)*(?=d)": {}}}), "is too large: "),
            (json!({"type": "strong"}), "is not a JSON Schema: "),
        ] {
            let refusal = JsonSchema::new(source).expect_err("it is refused");
            assert!(refusal.fault.starts_with(fault), "{}", refusal.fault);
        }
    }

    #[test]
    fn a_value_too_long_for_a_pattern_that_looks_around_is_undecided() {
        let schema = JsonSchema::new(json!({"items": {"pattern": "^(?!x)"}})).expect("a schema");
        assert_eq!(schema.is_met(&json!(["a"]), 5), Some(true));
        assert_eq!(schema.is_met(&json!(["xa"]), 6), Some(false));
        assert_eq!(schema.is_met(&json!(["a"]), 100_001), None);
    }
}
