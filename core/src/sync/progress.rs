//! The events of a sync added up, for those who show how far it is.

use super::SyncEvent;

/// How far a sync is; every figure counts from its start but the two of records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// HTTP requests with changes.
    pub requests: u64,
    /// Bytes of their bodies.
    pub bytes_up: u64,
    /// Bytes of the replies read, and of parts of the reference data.
    pub bytes_down: u64,
    /// Changes that the server answered for.
    pub changes_up: u64,
    /// Changes that this phone did not have.
    pub changes_down: u64,
    /// Own changes that are still to send.
    pub left: u64,
    /// Records of which the server now holds everything; nothing until the first verdicts of this sync.
    pub synced: Option<u64>,
    /// Records on this phone, as far as the sync has counted.
    pub records: u64,
    /// The line failed, and the next try follows in so many milliseconds.
    pub retry_in: Option<u64>,
}

impl Progress {
    /// Adds an event.
    pub fn take(&mut self, event: &SyncEvent) {
        self.retry_in = None;
        match *event {
            SyncEvent::Request { number, bytes, left, .. } => {
                self.requests = number;
                self.bytes_up += bytes;
                self.left = left;
            }
            SyncEvent::Verdicts { changes, synced, records } => {
                self.changes_up += changes;
                self.synced = Some(synced);
                self.records = records;
            }
            SyncEvent::Frame { changes, bytes, records, .. } => {
                self.changes_down += changes;
                self.bytes_down = self.bytes_down.max(bytes);
                self.records = records;
            }
            SyncEvent::Retry { wait, .. } => self.retry_in = Some(wait),
            SyncEvent::Reference { bytes, .. } => self.bytes_down += bytes,
            SyncEvent::Restored => {}
        }
    }
}
