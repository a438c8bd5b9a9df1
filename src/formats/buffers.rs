//! Buffers for the text of rows: large enough from the start, and used again while they are in a core's own memory.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Most buffers that wait to be used again.
const MOST_IDLE: usize = 8;

/// Pool of buffers, where they come from and go back to.
#[derive(Debug, Default, Clone)]
pub struct BufferPool(Arc<Idle>);

#[derive(Debug, Default)]
struct Idle {
    /// Most bytes that the text of a row has taken, on average over a buffer.
    row_bytes: AtomicUsize,
    buffers: Mutex<Vec<Vec<u8>>>,
}

impl BufferPool {
    /// An empty buffer, large enough for the text of `rows` rows as far as is known.
    pub fn take(&self, rows: usize) -> PooledBuffer {
        let idle = self.0.buffers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut bytes = idle.unwrap_or_default();
        let wanted = self.0.row_bytes.load(Ordering::Relaxed) * rows;
        bytes.reserve(wanted + wanted / 16);
        PooledBuffer { bytes, rows, pool: self.clone() }
    }
}

/// Buffer of a pool, to which it goes back when it is dropped.
#[derive(Debug)]
pub struct PooledBuffer {
    bytes: Vec<u8>,
    rows: usize,
    pool: BufferPool,
}

impl Deref for PooledBuffer {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.bytes
    }
}

impl DerefMut for PooledBuffer {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }
}

impl Drop for PooledBuffer {
    fn drop(&mut self) {
        let Idle { row_bytes, buffers } = &*self.pool.0;
        row_bytes.fetch_max(self.bytes.len() / self.rows.max(1) + 1, Ordering::Relaxed);
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.clear();
        let mut buffers = buffers.lock().unwrap_or_else(PoisonError::into_inner);
        if buffers.len() < MOST_IDLE {
            buffers.push(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_used_again_and_as_large_as_the_last() {
        let pool = BufferPool::default();
        pool.take(2).extend_from_slice(&[b'x'; 2_000]);
        let buffer = pool.take(2);
        let at = buffer.as_ptr();
        assert!(buffer.is_empty() && buffer.capacity() >= 2_000);
        drop(buffer);
        assert_eq!(pool.take(2).as_ptr(), at);
        assert!(pool.take(4).capacity() >= 4_000);
    }
}
