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

/// Writes `source[start..start + length]` at the beginning of `target`. A little of what follows may be overwritten.
///
/// # Panics
/// When the bytes asked for are not there, or have no room.
#[inline]
pub(crate) fn put(target: &mut [u8], source: &[u8], start: usize, length: usize) {
    let from = &source[start..];
    let is_short =
        (length <= 32 && put_wide::<32>(target, from)) || (length <= 64 && put_wide::<64>(target, from));
    if !is_short {
        target[..length].copy_from_slice(&from[..length]);
    }
}

/// Copies `N` bytes, if they are there and have room.
#[inline]
fn put_wide<const N: usize>(target: &mut [u8], source: &[u8]) -> bool {
    match (target.first_chunk_mut::<N>(), source.first_chunk::<N>()) {
        (Some(room), Some(wide)) => *room = *wide,
        _ => return false,
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_stretch_is_copied_as_it_is() {
        let source: Vec<u8> = (0..50).collect();
        for start in 0..=source.len() {
            for length in 0..=source.len() - start {
                let mut out = vec![255];
                append(&mut out, &source, start, length);
                assert_eq!(out[1..], source[start..start + length]);
                for room in [length, length + 5, length + 40, length + 80] {
                    let mut out = vec![255; room];
                    put(&mut out, &source, start, length);
                    assert_eq!(out[..length], source[start..start + length]);
                }
            }
        }
    }
}
