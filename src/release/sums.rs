//! `SHA256SUMS`: what `sha256sum -c --strict` and `shasum -a 256 -c` read.
//!
//! Each line is 64 lower-case hexadecimal digits, two spaces, the path and `\n`. Our paths never need the escapes that
//! coreutils marks with a leading backslash, so every reader agrees on what a line says.

use crate::digest::Digest;

/// Most segments of a path in a folder whose names are not ours to choose: as many folders are open at once.
pub(crate) const FOREIGN_SEGMENTS: usize = 16;

/// One line: the digest of the file at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sum {
    /// Path, with `/`.
    pub(crate) path: String,
    /// SHA-256 of the file.
    pub(crate) sha256: Digest,
}

/// The bytes of `SHA256SUMS` for `sums`, in the order of their paths' bytes.
pub(crate) fn sums_bytes<'a>(sums: impl IntoIterator<Item = (&'a str, Digest)>) -> Vec<u8> {
    let mut sums: Vec<(&str, Digest)> = sums.into_iter().collect();
    sums.sort_unstable_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
    sums.iter().fold(String::new(), |text, (path, sha256)| text + &format!("{sha256}  {path}\n")).into_bytes()
}

/// The first line, from 1, in which two texts differ.
pub(crate) fn first_different_line(a: &[u8], b: &[u8]) -> usize {
    let same = a.iter().zip(b).take_while(|(a, b)| a == b);
    1 + same.filter(|(byte, _)| **byte == b'\n').count()
}

/// Reads a `SHA256SUMS` that others made: any order, `./` before a path, and ` *` for "binary" are allowed; escapes,
/// comments, blank lines, other digests, upper case, carriage returns and repeats are not.
///
/// Fails with a line's number and what is wrong with it.
pub(crate) fn parse_foreign_sums(bytes: &[u8]) -> Result<Vec<Sum>, String> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| format!("byte {} is not UTF-8", error.valid_up_to() + 1))?;
    let Some(text) = text.strip_suffix('\n') else {
        return Err("it does not end with a line feed".to_owned());
    };
    let mut sums = Vec::new();
    for (index, line) in text.split('\n').enumerate() {
        sums.push(parse_line(line).map_err(|reason| format!("line {}: {reason}", index + 1))?);
    }
    let mut paths: Vec<&str> = sums.iter().map(|sum| sum.path.as_str()).collect();
    paths.sort_unstable();
    match paths.iter().zip(paths.iter().skip(1)).find(|(a, b)| a == b) {
        Some((path, _)) => Err(format!("`{path}` is listed twice")),
        None => Ok(sums),
    }
}

fn parse_line(line: &str) -> Result<Sum, &'static str> {
    let (digits, rest) = line.split_once(' ').ok_or("it is not a digest, two spaces and a path")?;
    let sha256 = digits.parse().map_err(|()| "it does not begin with 64 lower-case hexadecimal digits")?;
    let path = rest.strip_prefix([' ', '*']).ok_or("one space is missing between digest and path")?;
    let path = path.strip_prefix("./").unwrap_or(path);
    match foreign_path_fault(path) {
        Some(fault) => Err(fault),
        None => Ok(Sum { path: path.to_owned(), sha256 }),
    }
}

/// Why `path` must not be looked up, even in a folder whose names are not ours to choose.
fn foreign_path_fault(path: &str) -> Option<&'static str> {
    if path.split('/').count() > FOREIGN_SEGMENTS {
        return Some("the path has more than 16 segments");
    }
    path.split('/').find_map(foreign_segment_fault)
}

/// Why `segment` must not be a file's or folder's name, even in a folder whose names are not ours to choose.
pub(crate) fn foreign_segment_fault(segment: &str) -> Option<&'static str> {
    if segment.is_empty() || segment == "." || segment == ".." {
        Some("the path has an empty, `.` or `..` segment")
    } else if segment.len() > 255 {
        Some("the path has a segment longer than 255 bytes")
    } else if segment.chars().any(|c| c == '\\' || crate::diagnostic::is_hostile(c)) {
        Some("the path has a backslash or a character that cannot be seen")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_sorted_by_the_bytes_of_the_path() {
        let digest = Digest::of(b"");
        let bytes = sums_bytes([("b", digest), ("a/b", digest), ("B", digest), ("a-b", digest)]);
        let paths: Vec<String> = parse_foreign_sums(&bytes)
            .expect("our own lines are read")
            .into_iter()
            .map(|sum| sum.path)
            .collect();
        assert_eq!(paths, ["B", "a-b", "a/b", "b"]);
    }

    #[test]
    fn sums_that_others_made_are_read() {
        let hex = Digest::of(b"x").to_string();
        let text = format!("{hex}  ./z.txt\n{hex} *A file, é.bin\n");
        let sums = parse_foreign_sums(text.as_bytes()).expect("both spellings are allowed");
        assert_eq!(sums[0].path, "z.txt");
        assert_eq!(sums[1].path, "A file, é.bin");
    }

    #[test]
    fn what_readers_could_disagree_about_is_refused() {
        let hex = Digest::of(b"x").to_string();
        let upper = hex.to_uppercase();
        for text in [
            String::new(),
            format!("{hex}  a"),
            format!("{hex}  a\r\n"),
            format!("\u{feff}{hex}  a\n"),
            format!("{hex}  a\n\n"),
            format!("# sums\n{hex}  a\n"),
            format!("{upper}  a\n"),
            format!("{}  a\n", &hex[..40]),
            format!("{hex}0  a\n"),
            format!("{hex} a\n"),
            format!("{hex}\ta\n"),
            format!("{hex}  \n"),
            format!("\\{hex}  a\\nb\n"),
            format!("{hex}  ../a\n"),
            format!("{hex}  /etc/passwd\n"),
            format!("{hex}  a//b\n"),
            format!("{hex}  a\0b\n"),
            format!("{hex}  a\n{hex}  a\n"),
            format!("SHA256 (a) = {hex}\n"),
        ] {
            assert!(parse_foreign_sums(text.as_bytes()).is_err(), "{text:?}");
        }
        assert!(parse_foreign_sums(b"\xff").is_err());
    }

    #[test]
    fn a_difference_is_told_by_its_line() {
        assert_eq!(first_different_line(b"a\nb\nc\n", b"a\nb\nd\n"), 3);
        assert_eq!(first_different_line(b"a\n", b"a\nb\n"), 2);
        assert_eq!(first_different_line(b"", b"a"), 1);
    }
}
