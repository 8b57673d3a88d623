//! Frames: the pieces of a reply, each applied with its cursors in one transaction.
use super::{Cursor, Item, WireError};

/// How far the device has read once a frame is applied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cursors {
    /// The cursor of all scopes that are caught up, if it moved.
    pub main: Option<Cursor>,
    /// Cursors of back-filling scopes that moved, by place in the list; nothing: the scope joined the main cursor.
    pub fills: Vec<(u16, Option<Cursor>)>,
}

/// One piece of a reply.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// What to apply, in order.
    pub items: Vec<Item>,
    /// What holds once it is applied, in the same transaction.
    pub cursors: Cursors,
}

/// Writes a frame: head, checksum, page (zstd where that is shorter), cursors.
pub fn encode_frame(_frame: &Frame) -> Result<Vec<u8>, WireError> {
    todo!()
}

/// Cuts a reply that arrives in pieces of any size into frames.
#[derive(Debug, Default)]
pub struct FrameReader {
    _buffer: Vec<u8>,
}

impl FrameReader {
    /// Takes in what arrived.
    pub fn push(&mut self, _bytes: &[u8]) -> Result<(), WireError> {
        todo!()
    }

    /// Returns the next whole frame, or nothing until more arrives.
    ///
    /// An unknown item that may be skipped is left out; at one that may not be, the frame is an error and nothing of it is applied.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, WireError> {
        todo!()
    }

    /// Tells whether everything that arrived was given out: a reply that ends otherwise was cut.
    pub fn is_at_boundary(&self) -> bool {
        todo!()
    }
}
