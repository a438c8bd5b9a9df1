//! What a delimited file looks like before anything is known of it: its encoding, and the rows that it begins with.

use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use encoding_rs::Encoding;

use super::{Compression, copy, delimited, discover};
use crate::diagnostic::{Diagnostic, Place, Result, codes};

/// Bytes at the beginning of a file that are looked at for rows.
const START_BYTES: usize = 256 << 10;

/// Bytes that are read at once.
const CHUNK_BYTES: usize = 64 << 10;

/// A delimited file that nobody has described.
pub struct Outline {
    path: PathBuf,
    file: Arc<str>,
    compression: Option<Compression>,
    /// Character encoding; `None`: UTF-8.
    pub encoding: Option<&'static Encoding>,
    /// The text that the file begins with, up to the end of a line.
    start: String,
}

/// A row as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutlineRow {
    /// The lines, from 1, in which it begins and ends.
    pub lines: (u64, u64),
    /// Its cells.
    pub cells: Vec<String>,
}

impl Outline {
    /// Looks at every byte of a file; what is wrong with it as a text is told.
    pub fn of(root: &Path, path: &str) -> Result<std::result::Result<Outline, Box<Diagnostic>>> {
        let (_, compression) = discover::unpacked(path);
        let (full, file) = (root.join(path), Arc::from(path));
        let look = || -> io::Result<Bytes> {
            let mut bytes = Bytes::default();
            bytes.look_at(copy::unpacked(&full, compression, copy::MAX_UNPACKED_BYTES)?)?;
            Ok(bytes)
        };
        let bytes = match look() {
            Ok(bytes) => bytes,
            Err(error) => {
                return copy::problem(error, &file, &full, compression).map(|told| Err(told.into()));
            }
        };
        let encoding = match bytes.encoding() {
            Ok(encoding) => encoding,
            Err((line, message)) => {
                let help = "mend what is not, or say in which `encoding` the whole file is";
                let told = Diagnostic::new(&codes::NOT_UTF8, Place::at(&file, line, 1, 1), message);
                return Ok(Err(told.with_help(help).into()));
            }
        };
        let (text, ..) = encoding.unwrap_or(encoding_rs::UTF_8).decode(&bytes.start);
        let mut start = text.into_owned();
        if bytes.start.len() >= START_BYTES {
            start.truncate(start.rfind(['\n', '\r']).map_or(start.len(), |end| end + 1));
        }
        Ok(Ok(Outline { path: full, file, compression, encoding, start }))
    }

    /// The delimiter by which the first rows are most alike, and those rows; or why there are none.
    pub fn rows(&self) -> std::result::Result<(char, Vec<OutlineRow>), Box<Diagnostic>> {
        let readings = delimited::DELIMITERS.map(|delimiter| {
            let (rows, fault) = delimited::first_rows(&self.start, delimiter, &self.file);
            let share = if fault.is_none() { 1.0 } else { 0.5 };
            (likeness(&rows) * share, char::from(delimiter), rows, fault)
        });
        // Of delimiters that say as little, the first: the comma.
        let best = readings
            .into_iter()
            .rev()
            .max_by(|a, b| (!a.2.is_empty()).cmp(&!b.2.is_empty()).then(a.0.total_cmp(&b.0)));
        let (delimiter, rows, fault) = best.map_or((',', Vec::new(), None), |best| (best.1, best.2, best.3));
        if rows.is_empty() {
            let place = Place::at(&self.file, 1, 1, 1);
            let empty = || {
                Diagnostic::new(&codes::MISSING_COLUMN, place, "the file has no header row")
                    .with_help("the first row names the columns")
            };
            return Err(fault.unwrap_or_else(empty).into());
        }
        Ok((delimiter, rows))
    }

    /// The lines of these numbers, which ascend from 1, as they are written.
    pub fn lines(&self, numbers: &[u64]) -> Result<Vec<String>> {
        let read = || -> io::Result<Vec<String>> {
            let bytes = copy::unpacked(&self.path, self.compression, copy::MAX_UNPACKED_BYTES)?;
            let text = copy::Decoder::new(bytes, self.encoding);
            let mut lines = BufReader::new(text).split(b'\n').zip(1..);
            let mut found = Vec::with_capacity(numbers.len());
            for &number in numbers {
                let line = lines.find(|(_, at)| *at == number).map_or(Ok(Vec::new()), |(line, _)| line)?;
                found.push(String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned());
            }
            Ok(found)
        };
        read().map_err(|error| crate::diagnostic::Error::machine("read", &self.path, error))
    }
}

/// How much rows of more than one cell are alike: the share that has the most frequent number of cells counts twice, the
/// number itself less.
fn likeness(rows: &[OutlineRow]) -> f64 {
    let width = usual_width(rows);
    let alike = rows.iter().filter(|row| row.cells.len() == width).count();
    if width < 2 {
        return 0.0;
    }
    let [alike, rows, width] =
        [alike, rows.len(), width - 1].map(|n| f64::from(u32::try_from(n).unwrap_or(u32::MAX)));
    (alike / rows).powi(2) * width.sqrt()
}

/// The number of cells that most rows have; of two, the larger.
pub fn usual_width(rows: &[OutlineRow]) -> usize {
    let mut counts = std::collections::BTreeMap::<usize, usize>::new();
    for row in rows {
        *counts.entry(row.cells.len()).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(width, count)| (*count, *width)).map_or(0, |(width, _)| width)
}

/// What the bytes of a file say of its encoding.
#[derive(Default)]
struct Bytes {
    start: Vec<u8>,
    /// Characters of several bytes in UTF-8.
    characters: u64,
    /// Bytes that are no UTF-8, and the line of the first.
    strangers: u64,
    first_stranger: u64,
    lines: u64,
}

impl Bytes {
    fn look_at(&mut self, mut reader: impl Read) -> io::Result<()> {
        let mut buffer = Vec::with_capacity(CHUNK_BYTES);
        loop {
            let taken = reader.by_ref().take(CHUNK_BYTES as u64).read_to_end(&mut buffer)?;
            if self.start.len() < START_BYTES {
                self.start.extend_from_slice(&buffer[buffer.len() - taken..]);
            }
            let rest = self.count(&buffer, taken == 0);
            buffer.drain(..rest);
            if taken == 0 {
                return Ok(());
            }
        }
    }

    /// Counts what the bytes are; returns how many, for the last may belong to a character that goes on.
    fn count(&mut self, bytes: &[u8], is_end: bool) -> usize {
        let mut at = 0;
        loop {
            let (valid, stranger) = match std::str::from_utf8(&bytes[at..]) {
                Ok(_) => (bytes.len() - at, None),
                Err(error) => (error.valid_up_to(), Some(error.error_len())),
            };
            let text = &bytes[at..at + valid];
            self.lines += memchr::memchr_iter(b'\n', text).count() as u64;
            self.characters += text.iter().filter(|byte| **byte >= 0xc0).count() as u64;
            at += valid;
            match stranger {
                None => return at,
                Some(None) if !is_end => return at,
                Some(length) => {
                    if self.strangers == 0 {
                        self.first_stranger = self.lines + 1;
                    }
                    self.strangers += 1;
                    at += length.unwrap_or(bytes.len() - at);
                }
            }
        }
    }

    /// UTF-8, UTF-16 by its mark or its zeros, else the encoding that most files are in which are neither. A file that is
    /// mostly UTF-8 is of none: its line, and why.
    fn encoding(&self) -> std::result::Result<Option<&'static Encoding>, (u64, String)> {
        if let Some((encoding, _)) = Encoding::for_bom(&self.start) {
            return Ok(Some(encoding).filter(|encoding| *encoding != encoding_rs::UTF_8));
        }
        let zeros = |odd: usize| self.start.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
        for (odd, encoding) in [(0, encoding_rs::UTF_16BE), (1, encoding_rs::UTF_16LE)] {
            if zeros(odd) * 4 > self.start.len() && zeros(1 - odd) == 0 {
                return Ok(Some(encoding));
            }
        }
        match (self.strangers, self.characters) {
            (0, _) => Ok(None),
            (strangers, characters) if characters > strangers => {
                let (here, there) =
                    (crate::quantity::grouped(strangers), crate::quantity::grouped(characters));
                let message = format!(
                    "{there} of its characters are UTF-8, but not all: bytes that are not: {here}, the first in this line"
                );
                Err((self.first_stranger, message))
            }
            _ => Ok(Some(encoding_rs::WINDOWS_1252)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoding(bytes: &[u8]) -> std::result::Result<Option<&'static str>, u64> {
        let mut found = Bytes::default();
        found.look_at(bytes).expect("it is in memory");
        found.encoding().map(|encoding| encoding.map(Encoding::name)).map_err(|(line, _)| line)
    }

    #[test]
    fn an_encoding_is_told_by_the_bytes() {
        assert_eq!(encoding("a,ü\n".as_bytes()), Ok(None));
        assert_eq!(encoding("\u{feff}a".as_bytes()), Ok(None));
        assert_eq!(encoding(b"a,\xfc\n"), Ok(Some("windows-1252")));
        assert_eq!(encoding(b"\xff\xfea\0,\0"), Ok(Some("UTF-16LE")));
        assert_eq!(encoding(b"a\0,\0b\0\n\0"), Ok(Some("UTF-16LE")));
        assert_eq!(encoding(b"\0a\0,\0b\0\n"), Ok(Some("UTF-16BE")));
        assert_eq!(encoding("é,é\né\n\u{e9}".as_bytes()), Ok(None));
        assert_eq!(encoding(b"\xc3\xa9,\xc3\xa9\n\xfc\n"), Err(2));
    }

    #[test]
    fn a_character_that_two_chunks_share_is_one() {
        let text = format!("{}é", "a".repeat(CHUNK_BYTES - 1));
        assert_eq!(encoding(text.as_bytes()), Ok(None));
        assert_eq!(encoding(&text.as_bytes()[..CHUNK_BYTES]), Ok(Some("windows-1252")));
    }
}
