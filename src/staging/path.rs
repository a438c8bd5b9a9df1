//! What a path inside a release may look like.
//!
//! The grammar needs no escapes anywhere (checksum files, zip, URLs, shells) and means the same file on every system:
//! segments of `[A-Za-z0-9._-]`, joined by `/`.

use std::collections::HashMap;

/// Longest segment of a path, in bytes.
pub const SEGMENT_BYTES: usize = 128;

/// Most segments of a path, the file's own name included.
pub const SEGMENTS: usize = 8;

/// Names that Windows keeps for devices, whatever the extension.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul"];

/// Why `path` is no path of a release, or nothing if it is one.
pub fn path_fault(path: &str) -> Option<&'static str> {
    if path.split('/').count() > SEGMENTS {
        return Some("it has more than 8 segments");
    }
    path.split('/').find_map(segment_fault)
}

/// Why `segment` is no file or folder name of a release, or nothing if it is one.
pub fn segment_fault(segment: &str) -> Option<&'static str> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if segment.is_empty() {
        Some("a segment is empty")
    } else if segment.len() > SEGMENT_BYTES {
        Some("a segment is longer than 128 bytes")
    } else if !segment.bytes().all(is_allowed) {
        Some("only ASCII letters, digits, `.`, `_` and `-` are allowed")
    } else if segment.starts_with('.') {
        Some("a segment begins with a dot")
    } else if segment.ends_with('.') {
        Some("a segment ends with a dot")
    } else if is_device(segment) {
        Some("a segment is a device name on Windows")
    } else {
        None
    }
}

fn is_device(segment: &str) -> bool {
    let stem = segment.split('.').next().unwrap_or(segment).to_ascii_lowercase();
    let is_numbered = |prefix: &str| {
        stem.strip_prefix(prefix)
            .is_some_and(|rest| matches!(rest.as_bytes(), [digit] if digit.is_ascii_digit()))
    };
    DEVICES.contains(&stem.as_str()) || is_numbered("com") || is_numbered("lpt")
}

/// Two spellings that a case-insensitive file system takes for one.
#[derive(Debug, PartialEq, Eq)]
pub struct Twins {
    /// The spelling that came first.
    pub first: String,
    /// The one that differs from it in case only, or is a file where the first is a folder.
    pub second: String,
}

/// The pairs among `paths` (files, and the folders they lie in) that cannot stand beside each other: the same but for
/// case, or a file and a folder of one name.
pub fn twins<'a>(paths: impl IntoIterator<Item = &'a str>) -> Vec<Twins> {
    let mut seen: HashMap<String, (&'a str, bool)> = HashMap::new();
    let mut twins = Vec::new();
    for path in paths {
        for end in path.match_indices('/').map(|(at, _)| at).chain([path.len()]) {
            let (spelling, is_file) = (&path[..end], end == path.len());
            match seen.get(&spelling.to_ascii_lowercase()) {
                Some(&(first, was_file)) if first != spelling || is_file || was_file => {
                    twins.push(Twins { first: first.to_owned(), second: spelling.to_owned() });
                }
                Some(_) => {}
                None => {
                    seen.insert(spelling.to_ascii_lowercase(), (spelling, is_file));
                }
            }
        }
    }
    twins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paths_a_release_uses_are_paths() {
        for path in
            ["README.md", "data/csv/a-b_c.csv", "x", "a/b/c/d/e/f/g/h", "com10.txt", "console", "1.0..2"]
        {
            assert_eq!(path_fault(path), None, "{path}");
        }
        assert_eq!(path_fault(&"a".repeat(SEGMENT_BYTES)), None);
    }

    #[test]
    fn every_other_spelling_is_refused() {
        let long = "a".repeat(SEGMENT_BYTES + 1);
        for path in [
            "",
            ".",
            "..",
            "/",
            "../secret",
            "/etc/passwd",
            "x/../../s",
            "./x",
            "a//b",
            "a/",
            "~/x",
            "C:\\x",
            "C:x",
            "\\\\?\\C:\\x",
            "%2e%2e/x",
            "..\\x",
            "．．/x",
            "file:///x",
            "a b",
            "é",
            "a\0b",
            "a\nb",
            "a\tb",
            ".hidden",
            "a/.git/b",
            "dot.",
            "a./b",
            "con",
            "NUL.txt",
            "Aux.tar.gz",
            "lpt1",
            "com9.csv",
            "COM0",
            "a/prn",
            "a/b/c/d/e/f/g/h/i",
            "$HOME",
            "a*",
            "a?",
            "a|b",
            "a\"b",
            "-\u{200b}",
            long.as_str(),
        ] {
            assert!(path_fault(path).is_some(), "{path:?}");
        }
    }

    #[test]
    fn twins_are_found_in_files_folders_and_between_the_two() {
        let pair = |paths: &[&str]| twins(paths.iter().copied()).len();
        assert_eq!(pair(&["a", "b", "data/a", "data/b"]), 0);
        assert_eq!(pair(&["README.md", "readme.md"]), 1);
        assert_eq!(pair(&["Data/a", "data/b"]), 1);
        assert_eq!(pair(&["data", "data/b"]), 1);
        assert_eq!(pair(&["a", "a"]), 1);
    }
}
