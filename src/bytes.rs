//! Short copies: most cells are a few bytes long, and calling a general copy for each costs more than the copy.

/// Adds `source[start..start + length]` to `out`.
///
/// A short one is copied with the bytes that follow it, which are then taken away again: a copy of fixed length is a few
/// instructions.
///
/// # Panics
/// When the bytes asked for are not there.
#[inline]
pub(crate) fn append(out: &mut Vec<u8>, source: &[u8], start: usize, length: usize) {
    let is_short = (length <= 16 && append_wide::<16>(out, source, start, length))
        || (length <= 32 && append_wide::<32>(out, source, start, length));
    if !is_short {
        out.extend_from_slice(&source[start..start + length]);
    }
}

/// Adds a stretch of at most `N` bytes, if `N` bytes are there.
#[inline]
fn append_wide<const N: usize>(out: &mut Vec<u8>, source: &[u8], start: usize, length: usize) -> bool {
    let Some(wide) = source.get(start..).and_then(|rest| rest.first_chunk::<N>()) else { return false };
    let end = out.len() + length;
    out.extend_from_slice(wide);
    out.truncate(end);
    true
}

/// A text that is written again and again.
#[derive(Debug, Default)]
pub(crate) struct Phrase {
    /// The text, and room behind it.
    padded: Vec<u8>,
    length: usize,
}

impl Phrase {
    /// The phrase of this text.
    pub(crate) fn new(text: &[u8]) -> Phrase {
        let mut padded = text.to_vec();
        padded.resize(text.len() + 32, 0);
        Phrase { padded, length: text.len() }
    }

    /// Writes it.
    #[inline]
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        append(out, &self.padded, 0, self.length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_written_as_it_is() {
        for text in ["", "short", "thirty-two bytes, and then a few more"] {
            let mut out = Vec::new();
            Phrase::new(text.as_bytes()).write(&mut out);
            assert_eq!(out, text.as_bytes());
        }
    }

    #[test]
    fn any_stretch_is_copied_as_it_is() {
        let source: Vec<u8> = (0..50).collect();
        for start in 0..=source.len() {
            for length in 0..=source.len() - start {
                let mut out = vec![255];
                append(&mut out, &source, start, length);
                assert_eq!(out[1..], source[start..start + length]);
            }
        }
    }
}
