//! Snapshots: a whole document in one chunk, a cache of its changes.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::{Automerge, Change};

use super::format::{CHECKSUM_BYTES, DOCUMENT_CHUNK, MAGIC};
use crate::ids::ChangeHash;
use crate::leb128::unsigned;

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
///
/// Returns its bytes and the hashes of its changes in the order in which [`expand_snapshot`] gives them.
pub fn make_snapshot(changes: &[Vec<u8>]) -> Result<(Vec<u8>, Vec<ChangeHash>), SnapshotError> {
    let (snapshot, put_in) = quietly(|| {
        let changes: Vec<Change> =
            changes.iter().map(|bytes| Change::from_bytes(bytes.clone()).ok()).collect::<Option<_>>()?;
        let put_in: BTreeSet<ChangeHash> = changes.iter().map(|change| ChangeHash::new(change.hash().0)).collect();
        let mut document = Automerge::new();
        document.apply_changes(changes).ok()?;
        Some((document.save_nocompress(), put_in))
    })?;
    let given_back = quietly(|| load(&snapshot))?;
    let order: Vec<ChangeHash> = given_back.iter().map(|change| ChangeHash::new(change.hash().0)).collect();
    if order.len() == put_in.len() && order.iter().all(|hash| put_in.contains(hash)) {
        Ok((snapshot, order))
    } else {
        Err(SnapshotError::Different)
    }
}

/// Takes a snapshot apart into the bytes of its changes, in causal order. Only bytes that the home server vouched for, or
/// that this device made, may come here.
pub fn expand_snapshot(snapshot: &[u8]) -> Result<Vec<Vec<u8>>, SnapshotError> {
    quietly(|| Some(load(snapshot)?.iter().map(|change| change.raw_bytes().to_vec()).collect()))
}

fn load(snapshot: &[u8]) -> Option<Vec<Change>> {
    demand_document(snapshot)?;
    Some(Automerge::load(snapshot).ok()?.get_changes(&[]))
}

/// Demands that the bytes are one whole document chunk. automerge reads other kinds too, and believes the counts of a bundle,
/// so that a few bytes ask for gigabytes; what stands behind a chunk that it has read it may leave out in silence.
fn demand_document(snapshot: &[u8]) -> Option<()> {
    let (_checksum, rest) = snapshot.strip_prefix(&MAGIC)?.split_at_checked(CHECKSUM_BYTES)?;
    let rest = rest.strip_prefix(&[DOCUMENT_CHUNK])?;
    let (length, body) = rest.split_at_checked(rest.iter().position(|byte| byte & 0x80 == 0)? + 1)?;
    let mut written = Vec::new();
    unsigned(body.len() as u64, &mut written);
    (length == written).then_some(())
}

/// Runs automerge; what it fails or panics on is unreadable, and nothing of its state outlives the panic.
fn quietly<T>(run: impl FnOnce() -> Option<T>) -> Result<T, SnapshotError> {
    catch_unwind(AssertUnwindSafe(run)).ok().flatten().ok_or(SnapshotError::Unreadable)
}
