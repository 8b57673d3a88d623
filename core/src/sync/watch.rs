//! What a sync tells while it runs, how it is stopped, and how it ends.

use crate::ids::{ChangeHash, DocId};
use crate::store::{Damage, StoreError};

/// Is told how a sync goes on.
pub trait Watch: Send + Sync {
    /// Takes one event; it must return soon.
    fn event(&self, event: SyncEvent);
}

/// Watches nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Watch for Silent {
    fn event(&self, _event: SyncEvent) {}
}

/// How a sync goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncEvent {
    /// A request is about to leave.
    Request {
        /// Counts the requests of this sync, from 1.
        number: u64,
        /// Bytes of its body.
        bytes: u64,
        /// Changes in it.
        changes: u64,
        /// Own changes that are still to send after it.
        left: u64,
    },
    /// Verdicts on what was sent are stored.
    Verdicts {
        /// How many.
        changes: u64,
        /// Records of which the server now holds everything.
        synced: u64,
        /// Records on this phone.
        records: u64,
    },
    /// A frame is applied.
    Frame {
        /// Counts the frames of this sync, from 1.
        number: u64,
        /// Changes that it brought and this phone did not have.
        changes: u64,
        /// Bytes of the reply so far.
        bytes: u64,
        /// Records on this phone now.
        records: u64,
    },
    /// The line failed; the next try follows.
    Retry {
        /// Counts the tries of this request, from 1.
        attempt: u32,
        /// Milliseconds until the next one.
        wait: u64,
    },
    /// A part of the reference data is stored.
    Reference {
        /// Its kind.
        kind: String,
        /// Its compressed bytes.
        bytes: u64,
    },
    /// The server knows this file as a restored copy; it takes a new instance and sends what is missing.
    Restored,
}

/// Stops a sync from outside; clones are one switch.
#[derive(Debug, Clone, Default)]
pub struct Cancel(std::sync::Arc<Switch>);

#[derive(Debug, Default)]
struct Switch {
    on: std::sync::atomic::AtomicBool,
    changed: tokio::sync::Notify,
}

impl Cancel {
    /// Makes a switch that is off.
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops the sync at its next step; what was applied stays.
    pub fn cancel(&self) {
        self.0.on.store(true, std::sync::atomic::Ordering::SeqCst);
        self.0.changed.notify_waiters();
    }

    /// Tells whether it was stopped.
    pub fn is_cancelled(&self) -> bool {
        self.0.on.load(std::sync::atomic::Ordering::SeqCst)
    }

    /// Waits until it is stopped.
    pub async fn cancelled(&self) {
        loop {
            let changed = self.0.changed.notified();
            if self.is_cancelled() {
                return;
            }
            changed.await;
        }
    }
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

/// What a completed sync did.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct SyncReport {
    /// HTTP requests, every one counted.
    pub requests: u64,
    /// Bytes of their bodies.
    pub bytes_up: u64,
    /// Bytes of the replies' bodies.
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

/// Says why a sync could not finish; what was applied stays, and the next one goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The server cannot be reached, or the line kept failing. Try again later.
    #[error("the server cannot be reached: {0}")]
    Offline(String),
    /// It was stopped from outside.
    #[error("the sync was stopped")]
    Cancelled,
    /// The server is another one than the phone enrolled with, or someone stands between.
    #[error("the server is not the one that this phone trusts: {0}")]
    Untrusted(String),
    /// Nobody is enrolled.
    #[error("nobody is enrolled on this phone yet; scan an invitation first")]
    NotEnrolled,
    /// The token is no longer taken; work goes on, and a new invitation lets it sync again.
    #[error("the server does not know this phone any more; ask the office for a new invitation. Nothing is lost")]
    SignedOut,
    /// The server refuses the person or the device.
    #[error("the server refuses: {0}")]
    Forbidden(String),
    /// The app is too old for the server.
    #[error("the app is too old for the server; update it. Nothing is lost: {0}")]
    AppTooOld(String),
    /// The server asks to wait.
    #[error("the server is busy; try again in {seconds} seconds")]
    Busy {
        /// How long to wait.
        seconds: u32,
    },
    /// The server's log is another one, or was restored; nothing is dropped, and nothing is exchanged until it is audited.
    #[error("the server's log was replaced or restored; this phone keeps everything and waits for an audit")]
    OtherLog,
    /// The link's code is wrong, used or too old.
    #[error("the invitation is not taken: {0}")]
    Invitation(String),
    /// The server answered what the protocol does not allow.
    #[error("the server's answer is not understood: {0}")]
    Protocol(String),
    /// The phone's storage is full. What was applied before stays.
    #[error("the phone's storage is full; free some space and try again")]
    StorageFull,
    /// The phone's file is damaged; open it again to set it aside.
    #[error("the phone's file is damaged; open it again to set it aside, then salvage what it holds: {0}")]
    Damaged(String),
    /// The phone's file could not be read or written just now.
    #[error("the phone's file could not be used just now: {0}")]
    Store(String),
}

impl From<StoreError> for SyncError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::StorageFull,
            StoreError::Damaged(why) => Self::Damaged(why),
            other => Self::Store(other.to_string()),
        }
    }
}

impl Damage for SyncError {
    fn damage(&self) -> Option<&str> {
        match self {
            Self::Damaged(why) => Some(why),
            _ => None,
        }
    }
}
