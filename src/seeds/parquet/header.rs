//! Headers of pages, in the compact protocol of Thrift, as far as they tell what a page takes.

use std::io::{self, BufReader, Read};

use crate::files::FileRange;

/// Deepest nesting of a header's structs and lists; the format has three levels.
const MAX_DEPTH: usize = 8;

/// Dictionary pages, and data pages of both versions (`PageType` of the format).
const DICTIONARY_PAGE: i64 = 2;

/// The header of a page, see `PageHeader` in the format's `parquet.thrift`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct PageHeader {
    kind: i64,
    /// Bytes of the page without compression.
    pub(super) uncompressed: u64,
    /// Bytes of the page in the file.
    pub(super) compressed: u64,
    /// Number of its values, missing ones included, which tells of data pages alone what rows they have.
    pub(super) values: u64,
    /// Number of their encoding, see `Encoding` in the format.
    pub(super) encoding: i64,
}

impl PageHeader {
    /// Whether the page is the dictionary of those behind it.
    pub(super) fn is_dictionary(&self) -> bool {
        self.kind == DICTIONARY_PAGE
    }
}

/// Reads headers one by one.
pub(super) struct Headers {
    file: BufReader<FileRange>,
    /// Bytes until the end of the column chunk.
    left: u64,
}

impl Headers {
    /// Headers of the pages of a column chunk, which begins at a byte and has some length.
    pub(super) fn new(file: &FileRange, start: u64, length: u64) -> Headers {
        Headers { file: BufReader::new(file.from(start)), left: length }
    }

    /// The header of the next page, whose bytes are passed over; `None` behind the last page.
    pub(super) fn next(&mut self) -> io::Result<Option<PageHeader>> {
        if self.left == 0 {
            return Ok(None);
        }
        let mut header = PageHeader::default();
        self.structure(|headers, field, kind| {
            let number = |headers: &mut Headers| headers.number(kind);
            match field {
                1 => header.kind = number(headers)?,
                2 => header.uncompressed = length(number(headers)?)?,
                3 => header.compressed = length(number(headers)?)?,
                5 | 7 | 8 if kind == STRUCT => {
                    headers.structure(|headers, member, kind| match (field, member) {
                        (_, 1) => headers.number(kind).and_then(length).map(|values| header.values = values),
                        (5, 2) | (8, 4) => headers.number(kind).map(|encoding| header.encoding = encoding),
                        _ => headers.skip(kind, 2),
                    })?
                }
                _ => headers.skip(kind, 1)?,
            }
            Ok(())
        })?;
        self.pass(header.compressed)?;
        Ok(Some(header))
    }

    /// Goes through the fields of a struct; what `read` is told of, it reads.
    fn structure(&mut self, mut read: impl FnMut(&mut Headers, i64, u8) -> io::Result<()>) -> io::Result<()> {
        let mut field = 0_i64;
        loop {
            let byte = self.byte()?;
            let kind = byte & 0x0f;
            if kind == STOP {
                return Ok(());
            }
            field = match byte >> 4 {
                0 => self.zigzag()?,
                further => field.wrapping_add(i64::from(further)),
            };
            read(self, field, kind)?;
        }
    }

    /// Passes over a value.
    fn skip(&mut self, kind: u8, depth: usize) -> io::Result<()> {
        if depth == MAX_DEPTH {
            return Err(damaged());
        }
        match kind {
            TRUE | FALSE => Ok(()),
            BYTE => self.pass(1),
            I16 | I32 | I64 => self.varint().map(|_| ()),
            DOUBLE => self.pass(8),
            UUID => self.pass(16),
            BINARY => {
                let length = self.varint()?;
                self.pass(length)
            }
            LIST | SET => {
                let byte = self.byte()?;
                let items = match byte >> 4 {
                    15 => self.varint()?,
                    few => u64::from(few),
                };
                // In a list even a truth value takes a byte.
                let item = if matches!(byte & 0x0f, TRUE | FALSE) { BYTE } else { byte & 0x0f };
                (0..items).try_for_each(|_| self.skip(item, depth + 1))
            }
            STRUCT => self.structure(|headers, _, kind| headers.skip(kind, depth + 1)),
            // No header of a page has a map.
            _ => Err(damaged()),
        }
    }

    fn number(&mut self, kind: u8) -> io::Result<i64> {
        match kind {
            I16 | I32 | I64 => self.zigzag(),
            _ => Err(damaged()),
        }
    }

    fn zigzag(&mut self) -> io::Result<i64> {
        let coded = self.varint()?;
        Ok((coded >> 1).cast_signed() ^ -(coded & 1).cast_signed())
    }

    fn varint(&mut self) -> io::Result<u64> {
        let mut value = 0_u64;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(damaged())
    }

    fn byte(&mut self) -> io::Result<u8> {
        self.left = self.left.checked_sub(1).ok_or_else(damaged)?;
        let mut byte = [0];
        self.file.read_exact(&mut byte)?;
        Ok(byte[0])
    }

    fn pass(&mut self, bytes: u64) -> io::Result<()> {
        self.left = self.left.checked_sub(bytes).ok_or_else(damaged)?;
        self.file.seek_relative(i64::try_from(bytes).map_err(|_| damaged())?)
    }
}

/// Types of values in the compact protocol.
const STOP: u8 = 0;
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I16: u8 = 4;
const I32: u8 = 5;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const STRUCT: u8 = 12;
const UUID: u8 = 13;

fn length(number: i64) -> io::Result<u64> {
    u64::try_from(number).map_err(|_| damaged())
}

fn damaged() -> io::Error {
    io::Error::other("a page's header is damaged")
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::sync::Arc;

    use super::*;

    /// The headers of a column chunk of some bytes, until one of them cannot be read.
    fn headers(bytes: &[u8], length: u64) -> (Vec<PageHeader>, bool) {
        let mut file = tempfile::tempfile().expect("there is room");
        file.write_all(bytes).expect("there is room");
        let mut headers = Headers::new(&FileRange::whole(Arc::new(file)), 0, length);
        let mut found = Vec::new();
        loop {
            match headers.next() {
                Ok(Some(header)) => found.push(header),
                Ok(None) => return (found, true),
                Err(_) => return (found, false),
            }
        }
    }

    #[test]
    fn headers_tell_sizes_values_and_encodings_and_pages_are_passed_over() {
        // Type 2, 300 bytes, 3 in the file, a checksum, dictionary header of 5 values; then the page.
        let dictionary =
            [0x15, 4, 0x15, 0xd8, 4, 0x15, 6, 0x15, 1, 0x3c, 0x15, 10, 0x15, 4, 0, 0, b'a', b'b', b'c'];
        // Type 0, 4 bytes, 1 in the file, data header of 2 values in encoding 8 with statistics that are passed over.
        let data =
            [0x15, 0, 0x15, 8, 0x15, 2, 0x2c, 0x15, 4, 0x15, 16, 0x3c, 0x18, 2, b'x', b'y', 0, 0, 0, b'd'];
        let bytes = [&dictionary[..], &data].concat();
        let expected = [
            PageHeader { kind: 2, uncompressed: 300, compressed: 3, values: 5, encoding: 0 },
            PageHeader { kind: 0, uncompressed: 4, compressed: 1, values: 2, encoding: 8 },
        ];
        let (found, is_whole) = headers(&bytes, bytes.len() as u64);
        assert!(is_whole);
        assert_eq!(found, expected);
        for length in 1..bytes.len() {
            let (found, is_whole) = headers(&bytes[..length], length as u64);
            assert_eq!(is_whole, length == dictionary.len(), "{length}");
            assert_eq!(found.len(), usize::from(length >= dictionary.len()), "{length}");
        }
    }

    #[test]
    fn a_header_that_goes_on_and_on_or_deeper_and_deeper_is_damaged() {
        let deep = [0x1c; 64];
        let long = [0xff; 64];
        // A list of 2^40 truth values, of which there are none.
        let list = [0x49, 0xf1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40];
        // A page of a negative size.
        let negative = [0x35, 1, 0];
        for bytes in [&deep[..], &long, &list, &negative] {
            assert_eq!(headers(bytes, bytes.len() as u64), (Vec::new(), false), "{bytes:?}");
        }
    }
}
