//! How much the server holds, what waits and why; and the exchange itself.

use super::{Device, DeviceError};
use crate::store::meta::{self, name};
use crate::store::{listing, lost, verdicts};
use crate::sync::{Cancel, Stuck, SyncError, SyncReport, Watch, transport::Transport};

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

impl Device {
    /// Counts what the server holds and names what does not get there. Blocks.
    pub fn status(&self) -> Result<Status, DeviceError> {
        self.store.read(|connection| {
            let (records, unsent) = listing::totals(connection)?;
            let stuck =
                |held: verdicts::Held| Stuck { doc: held.doc, hash: held.hash, reason: held.reason.to_string() };
            let refused = lost::all(connection)?;
            let told = |lost: lost::Lost| Stuck { doc: lost.doc, hash: lost.hash, reason: lost::told(&lost) };
            Ok(Status {
                records,
                synced: records - unsent,
                unsent,
                pending: verdicts::held(connection, 3)?.len() as u64,
                parked: verdicts::held(connection, 4)?.into_iter().map(stuck).collect(),
                refused: refused.into_iter().map(told).collect(),
                last_sync: meta::get(connection, name::LAST_SYNC)?,
                clock_ahead: meta::get(connection, name::AHEAD)?,
                stopped: meta::get(connection, name::STOPPED)?,
            })
        })
    }

    /// Waits until no sync runs on this device.
    pub async fn idle(&self) {
        drop(self.syncing.lock().await);
    }

    /// Exchanges with the server until nothing is left on either side, or says why it could not. What was applied stays.
    ///
    /// One sync runs at a time; a second call waits. Its store calls are short transactions that block the thread.
    pub async fn sync(
        &self,
        transport: &dyn Transport,
        watch: &dyn Watch,
        cancel: &Cancel,
    ) -> Result<SyncReport, SyncError> {
        let _turn = tokio::select! {
            turn = self.syncing.lock() => turn,
            () = cancel.cancelled() => return Err(SyncError::Cancelled),
        };
        crate::sync::run(
            &self.store,
            self.environment.clock.as_ref(),
            self.environment.entropy.as_ref(),
            transport,
            watch,
            cancel,
        )
        .await
    }
}
