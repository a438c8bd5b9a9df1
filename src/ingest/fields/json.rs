//! Objects, arrays and whatever else is published as JSON.

use std::borrow::Cow;

use arrow::array::{Array, StringArray};

use super::super::text;
use super::{Allowed, FieldChecker};
use crate::seeds::ProblemKind;

impl FieldChecker<'_> {
    pub(super) fn check_json(&self, texts: &StringArray, report: &mut dyn FnMut(usize, ProblemKind)) {
        text::inspect(texts, |row, kind| {
            if kind != ProblemKind::FormulaText {
                report(row, kind);
            }
        });
        let constraints = &self.field.constraints;
        let mut schema = constraints.json_schema.as_ref();
        if let Some(Allowed::Texts(allowed)) = &self.allowed {
            let is_other =
                |row: &usize| texts.is_valid(*row) && !allowed.contains(&same_json(texts.value(*row)));
            (0..texts.len()).filter(is_other).for_each(|row| report(row, ProblemKind::NotInEnum));
        }
        if schema.is_none() && constraints.min_length.is_none() && constraints.max_length.is_none() {
            return;
        }
        for (row, text) in texts.iter().enumerate() {
            let Some(text) = text else { continue };
            let Ok(value) = serde_json::from_str::<serde_json::Value>(text) else {
                // JSON, but with a number that no 64-bit float can hold: nobody can say that it meets a schema.
                report(row, ProblemKind::JsonSchema);
                continue;
            };
            match schema.map_or(Some(true), |schema| schema.is_met(&value, text.len())) {
                Some(true) => {}
                Some(false) => report(row, ProblemKind::JsonSchema),
                // The next may take as long.
                None => {
                    report(row, ProblemKind::Undecided);
                    schema = None;
                }
            }
            let length = value.as_array().map(Vec::len).or(value.as_object().map(serde_json::Map::len));
            self.check_length(row, length.unwrap_or(0) as u64, report);
        }
    }
}

/// JSON in a form that is the same for the same value: keys in order. Numbers of more digits than 64 bits hold are compared as they
/// are written, with all that stands around them.
pub(super) fn same_json(text: &str) -> Cow<'_, str> {
    let is_part = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let is_long = text.as_bytes().split(|byte| !is_part(byte)).any(|digits| digits.len() > 15);
    let value = (!is_long).then(|| serde_json::from_str::<serde_json::Value>(text).ok()).flatten();
    value.map_or(Cow::Borrowed(text), |value| Cow::Owned(value.to_string()))
}
