//! What travels between a phone and the server: requests, frames, pages and their items.
//!
//! `PROTOCOL.md` beside this file is the specification; golden bytes in the tests pin it. Everything here is pure.

mod codec;
mod decode;
mod encode;
mod frame;
mod item;
mod kinds;
mod pack;
mod page;
mod request;

#[cfg(test)]
mod tests;

pub use frame::{Cursors, Frame, FrameReader, encode_frame};
pub use item::{Cursor, End, Item, Scope, ScopeList};
pub use page::{PageBuilder, check_snapshots, snapshots, with_documents};
pub use request::{Request, RequestKey};

/// The protocol version that this program speaks; the server also accepts the one before, once there is one.
pub const VERSION: u8 = 1;

/// Limits at the door.
pub mod limits {
    /// The most bytes of a request's body.
    pub const REQUEST_BYTES: usize = 2 << 20;
    /// The most bytes of a page as it travels.
    pub const PAGE_BYTES: usize = 1 << 20;
    /// The most bytes of a frame as it travels: its page, flags and cursors.
    pub const FRAME_CONTENT_BYTES: usize = PAGE_BYTES + 1 + 16 + 20 * SCOPES;
    /// The most bytes of a page or frame once decompressed.
    pub const UNPACKED_BYTES: usize = 8 << 20;
    /// The most items of a page or frame.
    pub const PAGE_ITEMS: usize = 20_000;
    /// The most changes that a request may push.
    pub const PUSHED_CHANGES: usize = 2_000;
    /// The most scopes of a device.
    pub const SCOPES: usize = 1_000;
    /// The least and most bytes of a frame (before compression) that a device may ask for.
    pub const FRAME_BYTES: std::ops::RangeInclusive<u32> = 4_096..=1_048_576;
}

/// Says why bytes from the network are not taken; nothing of them was applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// The bytes end too early or go on too long.
    #[error("{what} is cut or too long at byte {at}")]
    Length {
        /// What was being read.
        what: &'static str,
        /// Where, from the start of the page or request.
        at: usize,
    },
    /// A value that the protocol does not allow.
    #[error("{what} is not as the protocol says at byte {at}")]
    Form {
        /// What was being read.
        what: &'static str,
        /// Where.
        at: usize,
    },
    /// The checksum does not fit: the line damaged the bytes.
    #[error("the checksum of a frame is wrong")]
    Checksum,
    /// More than the limits allow.
    #[error("{what} is larger than the limit of {limit}")]
    TooLarge {
        /// What.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// The other side speaks a version that this program does not know.
    #[error("protocol version {0} is not known; the app or the server must be updated")]
    Version(u8),
    /// An item that may not be skipped and is not known: the app is too old. The frame is left out whole, the frames before it
    /// stay applied, and the cursor stays before it.
    #[error("the app is too old: it does not know items of kind {0}")]
    UnknownItem(u8),
}
