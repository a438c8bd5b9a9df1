//! JSON for other programs: the object that `--json` prints, and text that is safe on a terminal too.

use std::fmt::Write as _;

use serde::Serialize;

use crate::diagnostic::is_hostile;

/// What every result of `--json` begins with.
#[derive(Serialize)]
pub(super) struct Envelope<T> {
    /// Version of the tool.
    pub(super) letterpress: &'static str,
    /// The verb.
    pub(super) command: &'static str,
    /// How the process ends.
    pub(super) exit_code: u8,
    /// The verb's own part.
    #[serde(flatten)]
    pub(super) result: T,
}

/// The result of a run that could not be carried out.
#[derive(Serialize)]
pub(super) struct Failure {
    /// What went wrong.
    pub(super) error: String,
}

/// One line of JSON in which control, bidirectional and invisible characters are written as `\uXXXX` (RFC 8259, 7).
pub(super) fn to_line(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).expect("texts, numbers and lists always have a JSON form");
    if !json.chars().any(is_hostile) {
        return json;
    }
    let mut line = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        // Compact JSON has such characters inside strings only.
        if is_hostile(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(line, "\\u{unit:04x}");
            }
        } else {
            line.push(c);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_characters_are_escaped_and_come_back_unchanged() {
        let text = "a\u{1b}[31m\u{202e}b\u{7f}\u{feff}\u{e0041}";
        let line = to_line(&text);
        assert_eq!(line, r#""a\u001b[31m\u202eb\u007f\ufeff\udb40\udc41""#);
        assert_eq!(serde_json::from_str::<String>(&line).ok().as_deref(), Some(text));
    }
}
