//! The one form in which automerge writes a change.

use super::Draft;
use super::edit::write_hashed;

/// Tells whether automerge would write what the gate read in exactly the bytes of a change that follow its checksum.
///
/// A change's hash is recomputed from its columns when a snapshot is taken apart, so one that could be written in two ways
/// would lose its hash, its signature and everything that depends on it.
pub fn canonical(read: &Draft, hashed: &[u8]) -> bool {
    write_hashed(read) == hashed
}
