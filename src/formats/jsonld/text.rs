//! JSON written straight into a buffer: strings, and objects whose members keep their order.

/// How a byte of UTF-8 is written inside a string.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// As it is.
    Plain,
    /// Behind a backslash, or as `\u00XX`.
    Escaped,
    /// As it is, unless it begins U+2028 or U+2029.
    MayBeSeparator,
}

static CLASSES: [Class; 256] = {
    let mut classes = [Class::Plain; 256];
    let mut control = 0;
    while control < 0x20 {
        classes[control] = Class::Escaped;
        control += 1;
    }
    classes[b'"' as usize] = Class::Escaped;
    classes[b'\\' as usize] = Class::Escaped;
    classes[0xe2] = Class::MayBeSeparator;
    classes
};

/// Writes `text` as a JSON string (RFC 8259, section 7): only what must be escaped is, and the two line separators
/// that JavaScript and line-reading tools stumble over.
pub(super) fn write_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    write_escaped(text, out);
    out.push(b'"');
}

/// Whether every byte is written as it is in a string. Free of branches, so that many bytes are looked at at a time.
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    let is_special = |byte: u8| (byte < 0x20) | (byte == b'"') | (byte == b'\\') | (byte == 0xe2);
    !bytes.iter().fold(false, |seen, &byte| seen | is_special(byte))
}

/// The same, without the quotes around it.
pub(super) fn write_escaped(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    if is_plain(bytes) {
        return out.extend_from_slice(bytes);
    }
    let mut written = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        let length = match CLASSES[usize::from(byte)] {
            Class::Plain => continue,
            Class::Escaped => 1,
            // The bytes E2 80 A8 and E2 80 A9.
            Class::MayBeSeparator => match bytes[at + 1..] {
                [0x80, 0xa8 | 0xa9, ..] => 3,
                _ => continue,
            },
        };
        out.extend_from_slice(&bytes[written..at]);
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x0c => out.extend_from_slice(b"\\f"),
            0xe2 => out.extend_from_slice(if bytes[at + 2] == 0xa8 { b"\\u2028" } else { b"\\u2029" }),
            control => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                let digits = [HEX[usize::from(control >> 4)], HEX[usize::from(control & 15)]];
                out.extend_from_slice(b"\\u00");
                out.extend_from_slice(&digits);
            }
        }
        written = at + length;
    }
    out.extend_from_slice(&bytes[written..]);
}

/// A JSON object being written; its members stand in the order of the calls.
pub(super) struct Object<'o> {
    out: &'o mut Vec<u8>,
    is_empty: bool,
}

impl Object<'_> {
    /// Writes an object with the members that `fill` adds.
    pub(super) fn write(out: &mut Vec<u8>, fill: impl FnOnce(&mut Object<'_>)) {
        out.push(b'{');
        let mut object = Object { out, is_empty: true };
        fill(&mut object);
        object.out.push(b'}');
    }

    /// A member that is a string.
    pub(super) fn string(&mut self, key: &str, value: &str) {
        self.key(key);
        write_string(value, self.out);
    }

    /// A member that is given as JSON.
    pub(super) fn json(&mut self, key: &str, value: &str) {
        self.key(key);
        self.out.extend_from_slice(value.as_bytes());
    }

    /// A member that is an object.
    pub(super) fn object(&mut self, key: &str, fill: impl FnOnce(&mut Object<'_>)) {
        self.key(key);
        Object::write(self.out, fill);
    }

    fn key(&mut self, key: &str) {
        if !self.is_empty {
            self.out.push(b',');
        }
        self.is_empty = false;
        write_string(key, self.out);
        self.out.push(b':');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_survives_a_json_parser() {
        let all: String = ('\0'..='\u{3000}').chain(['\u{fffd}', '\u{10ffff}', '😀']).collect();
        let mut out = Vec::new();
        write_string(&all, &mut out);
        assert_eq!(serde_json::from_slice::<String>(&out).ok(), Some(all));
        assert!(!out.iter().any(|&byte| byte < 0x20));
    }

    #[test]
    fn only_what_must_be_escaped_is() {
        let mut out = Vec::new();
        write_string("é „\u{2028}“ \u{2029}/\"\\\n\u{1f}\u{7f}", &mut out);
        assert_eq!(String::from_utf8_lossy(&out), "\"é „\\u2028“ \\u2029/\\\"\\\\\\n\\u001f\u{7f}\"");
    }
}
