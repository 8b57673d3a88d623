//! Opening a device's file.

use std::path::{Path, PathBuf};

use super::{Device, DeviceError, Environment};

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
    pub fn open(_path: &Path, _environment: Environment) -> Result<Opened, DeviceError> {
        todo!()
    }
}
