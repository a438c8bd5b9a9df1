//! Text in any encoding as UTF-8.

use std::io::{self, Read};

use encoding_rs::{DecoderResult, Encoding};

use super::Refusal;
use crate::diagnostic::codes;

/// Reads UTF-8 from text in another encoding; bytes that are no text of it are an error with their place.
pub(in crate::seeds) struct Decoder<R> {
    inner: R,
    /// `None`: the text is UTF-8 and passes through; its readers check it.
    decoder: Option<(encoding_rs::Decoder, &'static Encoding)>,
    raw: Vec<u8>,
    raw_at: usize,
    is_at_end: bool,
    text: String,
    text_at: usize,
    line: u64,
    column: u64,
}

const CHUNK_BYTES: usize = 64 << 10;

impl<R: Read> Decoder<R> {
    /// A byte order mark tells more than the descriptor does, and is taken away.
    pub(in crate::seeds) fn new(inner: R, encoding: Option<&'static Encoding>) -> Decoder<R> {
        Decoder {
            inner,
            decoder: encoding.map(|encoding| (encoding.new_decoder(), encoding)),
            raw: Vec::new(),
            raw_at: 0,
            is_at_end: false,
            text: String::new(),
            text_at: 0,
            line: 1,
            column: 1,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        let Some((decoder, encoding)) = &mut self.decoder else { return Ok(()) };
        self.text.clear();
        self.text_at = 0;
        while self.text.is_empty() && !(self.is_at_end && self.raw_at == self.raw.len()) {
            if self.raw_at == self.raw.len() {
                self.raw.resize(CHUNK_BYTES, 0);
                let length = self.inner.read(&mut self.raw)?;
                self.raw.truncate(length);
                self.raw_at = 0;
                self.is_at_end = length == 0;
            }
            let rest = &self.raw[self.raw_at..];
            self.text.reserve(decoder.max_utf8_buffer_length(rest.len()).unwrap_or(CHUNK_BYTES * 3));
            let (result, read) =
                decoder.decode_to_string_without_replacement(rest, &mut self.text, self.is_at_end);
            self.raw_at += read;
            for c in self.text.chars() {
                self.column += 1;
                if c == '\n' {
                    self.line += 1;
                    self.column = 1;
                }
            }
            if let DecoderResult::Malformed(..) = result {
                let message = format!("not text in the encoding `{}`", encoding.name().to_ascii_lowercase());
                let help = "correct the `encoding` in the descriptor, or save the file as UTF-8";
                let (line, column) = (self.line, self.column);
                return Err(Refusal { code: &codes::NOT_UTF8, line, column, message, help }.into_error());
            }
            if self.is_at_end {
                break;
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.decoder.is_none() {
            return self.inner.read(buffer);
        }
        if self.text_at == self.text.len() {
            self.refill()?;
        }
        let rest = &self.text.as_bytes()[self.text_at..];
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        self.text_at += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(label: &str, bytes: &[u8]) -> io::Result<String> {
        let encoding = Encoding::for_label(label.as_bytes());
        let mut text = String::new();
        Decoder::new(bytes, encoding).read_to_string(&mut text).map(|_| text)
    }

    #[test]
    fn text_is_decoded_as_the_descriptor_says() {
        assert_eq!(decode("latin1", b"M\xfcnster").ok().as_deref(), Some("Münster"));
        assert_eq!(decode("windows-1252", b"\x80 5").ok().as_deref(), Some("€ 5"));
        assert_eq!(decode("utf-16", b"\xff\xfea\0\xfc\0").ok().as_deref(), Some("aü"));
        assert_eq!(decode("utf-16be", b"\0a\0\xfc").ok().as_deref(), Some("aü"));
        assert_eq!(decode("shift_jis", b"\x93\xfa").ok().as_deref(), Some("日"));
        let long = "aé\n".repeat(100_000);
        let latin: Vec<u8> = long.chars().map(|c| c as u8).collect();
        assert_eq!(decode("latin1", &latin).ok(), Some(long));
    }

    #[test]
    fn bytes_that_are_no_text_have_a_place() {
        for (label, bytes) in
            [("shift_jis", b"a,b\nx,\x81".as_slice()), ("utf-16le", b"a\0\n\0b\0c\0,\0\0\xd8")]
        {
            let error = decode(label, bytes).expect_err("it is no text");
            let refusal = super::super::refusal(&error).expect("it says so itself");
            assert_eq!(refusal.line, 2, "{label}");
            assert!(refusal.column >= 3, "{label}: {}", refusal.column);
        }
    }
}
