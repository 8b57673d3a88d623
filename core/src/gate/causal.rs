//! A change's place in its document.
use super::*;

/// Judges a change against what is known: signature, dependencies, counters, line, predecessors.
pub fn judge<K: Known>(_change: &Change, _doc: &DocId, _signature: Option<&[u8; 64]>, _known: &K) -> Result<Outcome, K::Error> {
    todo!()
}

/// Returns the puts of a key that are visible within a clock, ascending.
pub fn visible_within<K: Known>(_doc: &DocId, _key: &Key, _clock: &CausalClock, _known: &K) -> Result<Vec<StoredPut>, K::Error> {
    todo!()
}
