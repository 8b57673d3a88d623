//! The one form in which automerge writes a change.

use super::{Draft, write_change};

/// Tells whether automerge would write what the gate read from the bytes of a change in exactly these bytes.
///
/// A change's hash is recomputed from its columns when a snapshot is taken apart, so one that could be written in two ways
/// would lose its hash, its signature and everything that depends on it.
pub fn canonical(read: &Draft, bytes: &[u8]) -> bool {
    write_change(read) == bytes
}
