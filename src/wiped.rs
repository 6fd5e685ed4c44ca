//! Buffers that are wiped when they are dropped, at the speed of memory.

use std::fmt;
use std::ops::{Deref, DerefMut};

use zeroize::optimization_barrier;

/// Bytes that are wiped when dropped, with all room that the buffer has: what was cleared before
/// stands there still.
///
/// `Zeroizing` stores one byte at a time, and a file has tens of thousands. Here the memory is filled,
/// and the barrier of the same crate keeps the compiler from leaving that out.
#[derive(Clone, Default, Eq, PartialEq)]
pub(crate) struct Wiped(Vec<u8>);

impl Wiped {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }
}

impl From<Vec<u8>> for Wiped {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl Deref for Wiped {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}

impl DerefMut for Wiped {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }
}

impl fmt::Debug for Wiped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} bytes]", self.0.len())
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

fn wipe(bytes: &mut Vec<u8>) {
    bytes.clear();
    // In blocks: a compiler that does not optimise fills byte by byte.
    while bytes.len() < bytes.capacity() {
        let left = bytes.capacity() - bytes.len();
        bytes.extend_from_slice(&ZEROS[..left.min(ZEROS.len())]);
    }
    optimization_barrier(bytes.as_slice());
}

static ZEROS: [u8; 4096] = [0; 4096];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_room_of_a_buffer_is_wiped() {
        let mut bytes = Vec::with_capacity(64);
        bytes.extend_from_slice(&[7; 48]);
        bytes.truncate(3);
        let (room, place) = (bytes.capacity(), bytes.as_ptr());
        wipe(&mut bytes);
        assert_eq!(bytes, vec![0; room]);
        // In place: a buffer that moved would leave the old bytes to the allocator.
        assert_eq!((bytes.capacity(), bytes.as_ptr()), (room, place));
    }

    #[test]
    fn debug_shows_no_bytes() {
        assert_eq!(
            format!("{:?}", Wiped::from(b"secret".to_vec())),
            "[6 bytes]"
        );
    }
}
