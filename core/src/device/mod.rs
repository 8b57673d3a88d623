//! `Device`: the one type that an app needs.
//!
//! Every call except [`Device::enrol`] and [`Device::sync`] blocks for a short transaction on the phone's SQLite file; an app
//! calls them away from its drawing thread. A call that edits returns after the commit. A `Device` may be cloned and used from
//! several threads: readers do not wait for each other, writers take turns.

mod edit;
mod enrol;
mod error;
mod forms;
mod look;
mod open;
mod pen;
mod place;
mod recovery;
mod salvage;
mod sheet;
mod status;
#[cfg(test)]
pub(crate) mod tests;
mod vault;

use std::sync::Arc;

use crate::clock::{Clock, Entropy, SystemClock, SystemEntropy};
use crate::form::Shelf;
use crate::store::Store;

pub use crate::reference::{ItemRow, RoundRow, RoundState};
pub use crate::store::history::HistoryRow;
pub use crate::store::listing::{ItemAt, SiteQuery, SiteRow};
pub use crate::sync::Stuck;
pub use enrol::{Identity, Server};
pub use error::DeviceError;
pub use look::RecordView;
pub use open::Opened;
pub use place::Place;
pub use recovery::RecoveryError;
pub use salvage::SalvageReport;
pub use sheet::{Kept, Sheet};
pub use status::Status;
pub use vault::KeyStore;

/// What a device takes from the machine that it runs on.
#[derive(Clone)]
pub struct Environment {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Draws random bytes.
    pub entropy: Arc<dyn Entropy>,
}

impl Environment {
    /// Takes the machine's own clock and randomness.
    pub fn system() -> Self {
        Self { clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy) }
    }
}

/// A phone's inspection records: opened, edited, read and synced through one file.
#[derive(Clone)]
pub struct Device {
    pub(crate) store: Arc<Store>,
    pub(crate) environment: Environment,
    pub(crate) forms: Arc<Shelf>,
    /// One sync at a time.
    pub(crate) syncing: Arc<tokio::sync::Mutex<()>>,
}

impl std::fmt::Debug for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Device").finish_non_exhaustive()
    }
}
