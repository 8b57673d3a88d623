//! Opening a device's file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Device, DeviceError, Environment};
use crate::store::Store;

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
        let (store, set_aside) = Store::open(path, environment.clock.as_ref())?;
        let device = Self { store: Arc::new(store), environment, syncing: Arc::default() };
        Ok(Opened { device, set_aside })
    }
}
