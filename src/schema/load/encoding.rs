//! Names of character encodings.

use encoding_rs::Encoding;

use crate::diagnostic::codes;
use crate::schema::tree::File;
use crate::tokens::Span;

/// The encoding of that name, unless it is UTF-8; a name that is none is reported.
///
/// The names are those of the WHATWG Encoding Standard, which reads `iso-8859-1` as `windows-1252`, and some of Python's.
/// ASCII is a part of UTF-8: what calls itself so is read as UTF-8, and held to it.
pub(super) fn find(file: &mut File, written: &str, span: Span) -> Option<&'static Encoding> {
    let label = written.trim().to_ascii_lowercase().replace('_', "-");
    let label = match label.as_str() {
        "utf-8-sig" | "ascii" | "us-ascii" | "utf8mb4" => "utf-8",
        "latin-1" | "iso8859-1" => "latin1",
        "iso8859-15" | "latin-9" => "iso-8859-15",
        "mac-roman" => "macintosh",
        label => label,
    };
    let found = Encoding::for_label(label.as_bytes());
    if found.is_none() {
        let message = format!("`{written}` is not a character encoding that can be read");
        let help = "for example `utf-8`, `windows-1252`, `iso-8859-1`, `utf-16le` or `shift_jis`";
        file.report_with_help(&codes::INVALID_VALUE, span, message, help);
    }
    found.filter(|encoding| *encoding != encoding_rs::UTF_8)
}
