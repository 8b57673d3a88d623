//! Snapshots: a whole document in one chunk, a cache of its changes.
use crate::ids::ChangeHash;

/// Says why a snapshot was not made or is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// automerge does not read the bytes, or panicked on them.
    #[error("the snapshot cannot be read")]
    Unreadable,
    /// Reading it back gave other changes than were put in.
    #[error("the snapshot does not hold what was put in")]
    Different,
}

/// Makes a snapshot (`save_nocompress`) of changes in causal order, and proves that it gives back exactly these changes.
pub fn make_snapshot(_changes: &[Vec<u8>]) -> Result<(Vec<u8>, Vec<ChangeHash>), SnapshotError> {
    todo!()
}

/// Takes a snapshot apart into the bytes of its changes, in causal order. Only bytes that the home server vouched for, or
/// that this device made, may come here.
pub fn expand_snapshot(_snapshot: &[u8]) -> Result<Vec<Vec<u8>>, SnapshotError> {
    todo!()
}
