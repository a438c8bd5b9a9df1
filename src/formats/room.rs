//! Buffers for pieces of text: large enough from the start, and used again while they are in a core's own memory.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Most buffers that wait to be used again.
const MOST_IDLE: usize = 8;

/// Where an encoder's buffers come from, and go back to.
#[derive(Debug, Default, Clone)]
pub struct Room(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    /// Most bytes that the text of a row has taken, on average over a piece.
    row_bytes: AtomicUsize,
    idle: Mutex<Vec<Vec<u8>>>,
}

impl Room {
    /// An empty buffer with room for the text of `rows` rows, as far as is known.
    pub fn text(&self, rows: usize) -> Text {
        let idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut bytes = idle.unwrap_or_default();
        let wanted = self.0.row_bytes.load(Ordering::Relaxed) * rows;
        bytes.reserve(wanted + wanted / 16);
        Text { bytes, rows, room: self.clone() }
    }
}

/// The text of some rows. Its buffer goes back when it is dropped.
#[derive(Debug)]
pub struct Text {
    bytes: Vec<u8>,
    rows: usize,
    room: Room,
}

impl Deref for Text {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.bytes
    }
}

impl DerefMut for Text {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        let Shared { row_bytes, idle } = &*self.room.0;
        row_bytes.fetch_max(self.bytes.len() / self.rows.max(1) + 1, Ordering::Relaxed);
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.clear();
        let mut idle = idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MOST_IDLE {
            idle.push(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_used_again_and_as_large_as_the_last() {
        let room = Room::default();
        room.text(2).extend_from_slice(&[b'x'; 2_000]);
        let text = room.text(2);
        let at = text.as_ptr();
        assert!(text.is_empty() && text.capacity() >= 2_000);
        drop(text);
        assert_eq!(room.text(2).as_ptr(), at);
        assert!(room.text(4).capacity() >= 4_000);
    }
}
