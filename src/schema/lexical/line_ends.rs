//! Line ends of texts.

use std::borrow::Cow;

/// The text with a line feed for every carriage return, and for every pair of them.
pub(super) fn to_line_feeds(text: &str) -> Cow<'_, str> {
    match memchr::memchr(b'\r', text.as_bytes()) {
        Some(_) => Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")),
        None => Cow::Borrowed(text),
    }
}
