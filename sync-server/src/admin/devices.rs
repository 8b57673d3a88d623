//! Devices: which there are, whose, and ending one.

use rusqlite::{Connection, OptionalExtension, Transaction};
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
    let mut statement = connection.prepare_cached(
        "SELECT device.id, person.handle, last_sync, device.revoked_at IS NOT NULL
         FROM token JOIN device ON device.id = token.device JOIN person ON person.id = token.person
         ORDER BY person.handle, enrolled_at, device.id",
    )?;
    let mut rows = statement.query([])?;
    let mut devices = Vec::new();
    while let Some(row) = rows.next()? {
        // Every handle was parsed before it was stored.
        if let Ok(person) = row.get::<_, String>(1)?.parse() {
            let device = DeviceId::new(row.get(0)?);
            devices.push(DeviceRow { device, person, last_sync: row.get(2)?, revoked: row.get(3)? });
        }
    }
    Ok(devices)
}

/// Revokes a device: it reads nothing but its verdicts from now on, and what it signed later is kept aside.
pub fn revoke_device(tx: &Transaction<'_>, device: &DeviceId, now: i64) -> Result<(), AdminError> {
    let revoked_at: Option<Option<i64>> = tx
        .query_row("SELECT revoked_at FROM device WHERE id = ?1", [device.as_bytes()], |row| row.get(0))
        .optional()?;
    match revoked_at {
        None => Err(AdminError::Unknown { what: "device", name: device.to_string(), cure: "`device list` shows them" }),
        Some(Some(_)) => Err(AdminError::State {
            what: "device",
            name: device.to_string(),
            state: "is revoked already",
            cure: "nothing is left to do; a phone comes back with a new key, enrolled anew",
        }),
        Some(None) => {
            tx.execute("UPDATE device SET revoked_at = ?2 WHERE id = ?1", (device.as_bytes(), now))?;
            Ok(())
        }
    }
}
