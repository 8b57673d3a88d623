//! How much the server holds, what waits and why, and what can be saved from a broken file.

use std::path::Path;

use super::{Device, DeviceError};
use crate::ids::{ChangeHash, DocId};
use crate::sync::{Cancel, SyncError, SyncReport, Watch, transport::Transport};

/// How much the server holds: "122 of 200 synced".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// Records and findings on this phone.
    pub records: u64,
    /// Those of which the server holds everything.
    pub synced: u64,
    /// Those with own changes that the server does not hold for good; pending and parked ones count.
    pub unsent: u64,
    /// Own changes that the server holds until what they wait for comes.
    pub pending: u64,
    /// Own changes that the server keeps aside, with the reason.
    pub parked: Vec<Stuck>,
    /// Changes that will never be taken, with the reason; their values are kept as drafts.
    pub refused: Vec<Stuck>,
    /// When the last exchange was completed, in seconds since 1970 by this phone's clock.
    pub last_sync: Option<i64>,
    /// How many seconds this phone's clock was ahead of the server's at the last exchange.
    pub clock_ahead: Option<i64>,
    /// Why sync stands still until someone acts, if it does.
    pub stopped: Option<String>,
}

/// A change that is not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Stuck {
    /// The document.
    pub doc: DocId,
    /// The change.
    pub hash: ChangeHash,
    /// The stable word of the reason.
    pub reason: String,
}

/// What a salvage saved.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct SalvageReport {
    /// Own changes written out, with their signatures.
    pub changes: u64,
    /// Of these, those that the server is not known to hold.
    pub unsent: u64,
    /// Readable answers written out.
    pub answers: u64,
    /// Places of the file that could not be read.
    pub damaged: u64,
}

impl Device {
    /// Counts what the server holds and names what does not get there. Blocks.
    pub fn status(&self) -> Result<Status, DeviceError> {
        todo!()
    }

    /// Exchanges with the server until nothing is left on either side, or says why it could not. What was applied stays.
    ///
    /// One sync runs at a time; a second call waits. Its store calls are short transactions that block the thread.
    pub async fn sync(&self, _transport: &dyn Transport, _watch: &dyn Watch, _cancel: &Cancel) -> Result<SyncReport, SyncError> {
        todo!()
    }

    /// Reads what can still be read from a file, broken ones too, and writes own unsent changes and all answers as lines of
    /// JSON. The file is not touched. Blocks.
    pub fn salvage(_path: &Path, _out: &Path) -> Result<SalvageReport, DeviceError> {
        todo!()
    }
}
