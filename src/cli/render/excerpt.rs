//! The source lines that diagnostics point at, read without ever holding a whole line or file.
//!
//! One pass over the file notes at which byte each excerpt begins; an excerpt is then a short read at that place. A
//! file of one endless line thus costs no more memory than any other.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use crate::diagnostic::{Position, is_hostile};

/// Most characters of a line that are shown.
const SHOWN: usize = 200;
/// A column up to this one is shown from the line's beginning.
const FIRST_COLUMNS: u64 = 150;
/// Characters shown before a later column.
const BEFORE: u64 = 80;
/// As UTF-8 has at most four bytes a character; one more shows whether the line goes on.
const SHOWN_BYTES: u64 = (SHOWN as u64 + 1) * 4;

/// A part of a source line, safe to print.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// Number of the line, from 1.
    pub(super) line: u64,
    /// The part that is shown, with `…` where the line goes on and hostile characters escaped.
    pub(super) text: String,
    /// The bytes of `text` to be marked; empty at the end of a line.
    pub(super) span: Range<usize>,
}

/// The excerpts of one file.
pub(super) struct Excerpts {
    file: Option<File>,
    windows: Vec<Option<Window>>,
}

/// Where an excerpt begins, and what is marked in it.
struct Window {
    line: u64,
    /// Column of the first character shown, from 1.
    first_column: u64,
    /// Column and length of the mark, in characters.
    column: u64,
    length: u64,
    /// Byte at which `first_column` begins.
    offset: u64,
}

impl Excerpts {
    /// Finds the places of a file, at its beginning, at `positions`; one that cannot be read has no excerpts.
    pub(super) fn find(file: io::Result<File>, positions: &[Position]) -> Excerpts {
        match file.and_then(|file| Ok((locate(&file, positions)?, file))) {
            Ok((windows, file)) => Excerpts { file: Some(file), windows },
            Err(_) => Excerpts { file: None, windows: Vec::new() },
        }
    }

    /// The excerpt for the position number `index`: none for a whole file or row, past the end, or of binary data.
    pub(super) fn read(&mut self, index: usize) -> Option<Excerpt> {
        let file = self.file.as_mut()?;
        let window = self.windows.get(index)?.as_ref()?;
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(window.offset)).ok()?;
        file.take(SHOWN_BYTES).read_to_end(&mut bytes).ok()?;
        if let Some(end) = memchr::memchr(b'\n', &bytes) {
            bytes.truncate(end);
            if bytes.last() == Some(&b'\r') {
                bytes.pop();
            }
        }
        if bytes.contains(&0) {
            return None;
        }
        Some(window.show(&String::from_utf8_lossy(&bytes)))
    }
}

impl Window {
    fn new(position: Position) -> Option<Window> {
        let Position::At { line, column, length } = position else { return None };
        let first_column = if column <= FIRST_COLUMNS { 1 } else { column - BEFORE };
        Some(Window { line, first_column, column, length, offset: 0 })
    }

    /// Escapes the text that begins at `first_column`, and translates the mark into it.
    fn show(&self, source: &str) -> Excerpt {
        let mut text = String::with_capacity(source.len() + 8);
        if self.first_column > 1 {
            text.push('…');
        }
        let (mut start, mut end) = (None, None);
        let mut characters = source.chars();
        for (column, c) in (self.first_column..).zip(characters.by_ref().take(SHOWN)) {
            if column == self.column {
                start = Some(text.len());
            }
            if column == self.column.saturating_add(self.length) {
                end = Some(text.len());
            }
            match c {
                '\t' => text.push_str("\\t"),
                c if is_hostile(c) => text.extend(c.escape_unicode()),
                c => text.push(c),
            }
        }
        let start = start.unwrap_or(text.len());
        let end = end.unwrap_or(text.len());
        if characters.next().is_some() {
            text.push('…');
        }
        Excerpt { line: self.line, span: start..end, text }
    }
}

/// Opens regular files only: a pipe would wait for a writer.
pub(super) fn open(path: &Path) -> io::Result<File> {
    if fs::metadata(path)?.is_file() { File::open(path) } else { Err(io::ErrorKind::InvalidInput.into()) }
}

/// Notes where each excerpt begins, in one pass that ends with the last of them.
fn locate(file: &File, positions: &[Position]) -> io::Result<Vec<Option<Window>>> {
    let mut windows: Vec<Option<Window>> = positions.iter().copied().map(Window::new).collect();
    let mut wanted: Vec<&mut Option<Window>> = windows.iter_mut().filter(|window| window.is_some()).collect();
    wanted.sort_by_key(|window| window.as_ref().map(|window| (window.line, window.first_column)));
    let mut cursor = Cursor::new(BufReader::with_capacity(64 * 1024, file))?;
    for slot in wanted {
        let Some(window) = slot else { continue };
        if !cursor.go_to_line(window.line)? {
            *slot = None;
            continue;
        }
        if cursor.go_to_column(window.first_column)? {
            window.offset = cursor.offset;
        } else {
            // The line is shorter than the diagnostic says: show how it begins.
            window.first_column = 1;
            window.offset = cursor.line_offset;
        }
    }
    Ok(windows)
}

/// A place in a text that only moves forward.
struct Cursor<R> {
    reader: R,
    /// Bytes read.
    offset: u64,
    /// Number of the line the next byte belongs to, from 1.
    line: u64,
    /// Byte at which that line begins.
    line_offset: u64,
    /// Column of the next character of that line, from 1.
    column: u64,
}

impl<R: BufRead> Cursor<R> {
    /// A cursor at the beginning of `reader`, after its byte order mark.
    fn new(reader: R) -> io::Result<Cursor<R>> {
        let mut cursor = Cursor { reader, offset: 0, line: 1, line_offset: 0, column: 1 };
        if cursor.reader.fill_buf()?.starts_with("\u{feff}".as_bytes()) {
            cursor.consume(3);
            cursor.line_offset = 3;
        }
        Ok(cursor)
    }

    fn consume(&mut self, bytes: usize) {
        self.reader.consume(bytes);
        self.offset += bytes as u64;
    }

    /// Moves to the beginning of a line; false when the text ends before.
    fn go_to_line(&mut self, line: u64) -> io::Result<bool> {
        while self.line < line {
            let bytes = self.reader.fill_buf()?;
            if bytes.is_empty() {
                return Ok(false);
            }
            match memchr::memchr(b'\n', bytes) {
                Some(end) => {
                    self.consume(end + 1);
                    self.line += 1;
                    self.line_offset = self.offset;
                    self.column = 1;
                }
                None => {
                    let length = bytes.len();
                    self.consume(length);
                }
            }
        }
        Ok(true)
    }

    /// Moves to a column of the current line; false when the line ends before.
    fn go_to_column(&mut self, column: u64) -> io::Result<bool> {
        while self.column < column {
            let bytes = self.reader.fill_buf()?;
            let rest = &bytes[..memchr::memchr(b'\n', bytes).unwrap_or(bytes.len())];
            if rest.is_empty() {
                return Ok(false);
            }
            let characters = rest.iter().filter(|&&byte| begins_character(byte)).count() as u64;
            if self.column + characters < column {
                let length = rest.len();
                self.consume(length);
                self.column += characters;
                continue;
            }
            let mut passed = self.column;
            let end = rest.iter().position(|&byte| {
                passed += u64::from(begins_character(byte));
                passed > column
            });
            // Without an end, the last character before the column may go on in the bytes read next: see below.
            let length = end.unwrap_or(rest.len());
            self.consume(length);
            self.column = column;
        }
        while self.reader.fill_buf()?.first().is_some_and(|&byte| !begins_character(byte)) {
            self.consume(1);
        }
        Ok(true)
    }
}

/// Whether a byte of UTF-8 is the first of a character.
fn begins_character(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

#[cfg(test)]
mod tests;
