//! What the server holds, what waits, and what a sync or a salvage did.

use sumu_core::{device, sync};

use crate::ChangeHash;

/// How much the server holds: "122 of 200 synced".
#[derive(Debug, Clone, uniffi::Record)]
pub struct Status {
    /// Records and findings on this phone.
    pub records: u64,
    /// Those of which the server holds everything.
    pub synced: u64,
    /// Those with own changes that the server does not hold for good.
    pub unsent: u64,
    /// Own changes that the server holds until what they wait for comes.
    pub pending: u64,
    /// Own changes that the server keeps aside, with the reason.
    pub parked: Vec<Stuck>,
    /// Changes that will never be taken, with the reason; their values are kept as drafts.
    pub refused: Vec<Stuck>,
    /// When the last sync was completed, in milliseconds since 1970.
    pub last_sync_ms: Option<i64>,
    /// How many milliseconds this phone's clock was ahead of the server's then.
    pub clock_ahead_ms: Option<i64>,
    /// Why sync stands still until someone acts, if it does.
    pub stopped: Option<String>,
}

impl From<device::Status> for Status {
    fn from(status: device::Status) -> Self {
        Self {
            records: status.records,
            synced: status.synced,
            unsent: status.unsent,
            pending: status.pending,
            parked: status.parked.into_iter().map(Stuck::from).collect(),
            refused: status.refused.into_iter().map(Stuck::from).collect(),
            last_sync_ms: status.last_sync.map(|seconds| seconds.saturating_mul(1_000)),
            clock_ahead_ms: status.clock_ahead.map(|seconds| seconds.saturating_mul(1_000)),
            stopped: status.stopped,
        }
    }
}

/// A change that is not taken, and why.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Stuck {
    /// The document, hex.
    pub document: String,
    /// The change.
    pub change: ChangeHash,
    /// The reason.
    pub reason: String,
}

impl From<sync::Stuck> for Stuck {
    fn from(stuck: sync::Stuck) -> Self {
        Self { document: stuck.doc.to_string(), change: ChangeHash::of(&stuck.hash), reason: stuck.reason }
    }
}

/// What a completed sync did.
#[derive(Debug, Clone, uniffi::Record)]
pub struct SyncReport {
    /// HTTP requests, every one counted.
    pub requests: u64,
    /// Bytes sent.
    pub bytes_up: u64,
    /// Bytes received.
    pub bytes_down: u64,
    /// Changes sent.
    pub changes_up: u64,
    /// Changes that this phone did not have.
    pub changes_down: u64,
    /// Own changes that the server keeps aside.
    pub parked: Vec<Stuck>,
    /// Changes that will never be taken.
    pub refused: Vec<Stuck>,
}

impl From<sync::SyncReport> for SyncReport {
    fn from(report: sync::SyncReport) -> Self {
        Self {
            requests: report.requests,
            bytes_up: report.bytes_up,
            bytes_down: report.bytes_down,
            changes_up: report.changes_up,
            changes_down: report.changes_down,
            parked: report.parked.into_iter().map(Stuck::from).collect(),
            refused: report.refused.into_iter().map(Stuck::from).collect(),
        }
    }
}

/// What a salvage or an export wrote.
#[derive(Debug, Clone, uniffi::Record)]
pub struct SalvageReport {
    /// Own changes.
    pub changes: u64,
    /// Of these, those that the server is not known to hold.
    pub unsent: u64,
    /// Readable answers.
    pub answers: u64,
    /// Places of the file that could not be read.
    pub damaged: u64,
}

impl From<device::SalvageReport> for SalvageReport {
    fn from(report: device::SalvageReport) -> Self {
        let device::SalvageReport { changes, unsent, answers, damaged } = report;
        Self { changes, unsent, answers, damaged }
    }
}
