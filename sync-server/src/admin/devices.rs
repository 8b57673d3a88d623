//! Devices: which there are, whose, and ending one.

use rusqlite::{Connection, Transaction};
use sumu_core::ids::{DeviceId, Handle};

use super::AdminError;

/// A device of a person; a phone that two people share stands twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    /// Which device.
    pub device: DeviceId,
    /// Whose.
    pub person: Handle,
    /// When it last synced, in seconds since 1970.
    pub last_sync: Option<i64>,
    /// Whether it was revoked.
    pub revoked: bool,
}

/// Lists all devices, by person.
pub fn list_devices(connection: &Connection) -> Result<Vec<DeviceRow>, AdminError> {
    todo!()
}

/// Revokes a device: it reads nothing but its verdicts from now on, and what it signed later is kept aside.
pub fn revoke_device(tx: &Transaction<'_>, device: &DeviceId, now: i64) -> Result<(), AdminError> {
    todo!()
}
