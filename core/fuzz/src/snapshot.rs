//! Damaged snapshots: automerge fails or panics on many, and never may that come out.

use sha2::{Digest, Sha256};
use sumu_core::gate::parse;
use sumu_core::record::{expand_snapshot, make_snapshot};

/// Takes a snapshot apart, with its checksum put right; what comes out is judged like any changes.
pub fn snapshot(bytes: &[u8]) {
    let Some((choice, content)) = bytes.split_first() else { return };
    let mut bytes = content.to_vec();
    if choice % 8 != 0 {
        mend_checksum(&mut bytes);
    }
    let Ok(changes) = expand_snapshot(&bytes) else { return };
    if changes.iter().all(|change| parse(change).is_ok())
        && let Ok((again, order)) = make_snapshot(&changes)
    {
        let expanded = expand_snapshot(&again).expect("what was proved to come back comes back");
        let hashes: Vec<_> =
            expanded.iter().filter_map(|change| parse(change).ok()).map(|change| change.hash).collect();
        assert_eq!(hashes, order);
    }
}

/// Writes the right checksum into a chunk: magic, 4 bytes of checksum, then what is hashed.
pub fn mend_checksum(bytes: &mut [u8]) {
    let Some((head, hashed)) = bytes.split_at_mut_checked(8) else { return };
    let hash: [u8; 32] = Sha256::digest(&*hashed).into();
    head[4..].copy_from_slice(&hash[..4]);
}
