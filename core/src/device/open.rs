//! Opening a device's file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::forms::SHELF;
use super::{Device, DeviceError, Environment};
use crate::form::Shelf;
use crate::store::{FileKey, Store};

/// An opened device.
#[derive(Debug)]
pub struct Opened {
    /// The device.
    pub device: Device,
    /// Where the file that stood at the path was moved because it is damaged; salvage still reads it.
    pub set_aside: Option<PathBuf>,
}

impl Device {
    /// Opens the file at a path, or makes it. A damaged file is set aside, never deleted, and a fresh one is made.
    ///
    /// Blocks.
    pub fn open(path: &Path, environment: Environment) -> Result<Opened, DeviceError> {
        Self::open_with(path, None, environment)
    }

    pub(super) fn open_with(
        path: &Path,
        key: Option<FileKey>,
        environment: Environment,
    ) -> Result<Opened, DeviceError> {
        let (store, set_aside) = Store::open(path, key, environment.clock.as_ref())?;
        let device =
            Self { store: Arc::new(store), environment, forms: Arc::new(Shelf::new(SHELF)), syncing: Arc::default() };
        Ok(Opened { device, set_aside })
    }

    /// Returns a count that moves with every commit, a sync's too: an app that shows the file reads again when it moves.
    pub fn commits(&self) -> tokio::sync::watch::Receiver<u64> {
        self.store.commits()
    }
}
