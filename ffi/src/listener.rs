//! Listeners: told at most five times a second, on a thread of the core and outside its locks.

use std::sync::Arc;
use std::time::Duration;

use sumu_core::sync::{self, SyncEvent, Watch};
use tokio::sync::watch;

use crate::SumuResult;

/// The least time between two calls of a listener.
const PACE: Duration = Duration::from_millis(200);

/// Is told that the file changed, by an edit or a sync.
#[uniffi::export(with_foreign)]
pub trait ChangeListener: Send + Sync {
    /// Something changed; whatever is shown should be read again. A failure ends the listening.
    fn on_change(&self) -> SumuResult<()>;
}

/// Is told how far a sync is.
#[uniffi::export(with_foreign)]
pub trait ProgressListener: Send + Sync {
    /// Takes the figures so far; the last ones come before the sync returns. A failure ends the listening, not the sync.
    fn on_progress(&self, progress: Progress) -> SumuResult<()>;
}

/// How far a sync is; every figure counts from its start but the two of records.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Progress {
    /// HTTP requests with changes.
    pub requests: u64,
    /// Bytes sent.
    pub bytes_up: u64,
    /// Bytes received.
    pub bytes_down: u64,
    /// Changes that the server answered for.
    pub changes_up: u64,
    /// Changes that this phone did not have.
    pub changes_down: u64,
    /// Own changes that are still to send.
    pub left: u64,
    /// Records of which the server holds everything; nothing until it said so.
    pub synced: Option<u64>,
    /// Records on this phone.
    pub records: u64,
    /// The line failed; the next try follows in so many milliseconds.
    pub retry_in_ms: Option<u64>,
}

impl From<sync::Progress> for Progress {
    fn from(progress: sync::Progress) -> Self {
        let sync::Progress {
            requests,
            bytes_up,
            bytes_down,
            changes_up,
            changes_down,
            left,
            synced,
            records,
            retry_in,
        } = progress;
        Self { requests, bytes_up, bytes_down, changes_up, changes_down, left, synced, records, retry_in_ms: retry_in }
    }
}

/// Adds up the events of a sync.
pub(crate) struct Meter(pub(crate) watch::Sender<sync::Progress>);

impl Watch for Meter {
    fn event(&self, event: SyncEvent) {
        self.0.send_modify(|progress| progress.take(&event));
    }
}

/// Hands what is newest to a listener whenever it moved, until the sender is gone or the listener fails.
pub(crate) async fn pump<T: Clone + Send + Sync>(mut moved: watch::Receiver<T>, tell: impl Fn(T) -> SumuResult<()>) {
    while moved.changed().await.is_ok() {
        let newest = moved.borrow_and_update().clone();
        if tell(newest).is_err() {
            return;
        }
        tokio::time::sleep(PACE).await;
    }
}

/// Tells a listener of changes.
pub(crate) async fn changes(commits: watch::Receiver<u64>, listener: Arc<dyn ChangeListener>) {
    pump(commits, |_| listener.on_change()).await;
}
