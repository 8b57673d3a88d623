//! Certificates: the server's word on whose a device is, with a serial that rises at every change of rights.

use rusqlite::{Connection, OptionalExtension, Transaction};
use sumu_core::ids::{ContentHash, PersonId};
use sumu_core::sign::{Certificate, PublicKey};

use super::{AdminError, grants_of};
use crate::Sqlite;
use crate::log::Log;
use crate::programme::Programme;

/// Signs the next certificate for every device of a person that was not revoked, and returns how many there are.
pub fn issue_certificates(tx: &Transaction<'_>, person: &PersonId, now: i64) -> Result<usize, AdminError> {
    let keys = tx
        .prepare_cached(
            "SELECT DISTINCT device_key FROM certificate JOIN device ON device.key = device_key
             WHERE person = ?1 AND revoked_at IS NULL ORDER BY device_key",
        )?
        .query_map([person.as_bytes()], |row| row.get::<_, Vec<u8>>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    if keys.is_empty() {
        return Ok(0);
    }
    let (programme, log) = (Programme::load(tx)?, Sqlite::new(tx));
    for key in &keys {
        // Enrolment took no weak key, so every stored one reads back.
        if let Ok(key) = PublicKey::from_bytes(key) {
            let certificate = issue_certificate(tx, &programme, &key, person, now)?;
            log.append_certificate(&key.device(), &ContentHash::of(&certificate))?;
        }
    }
    log.seal()?;
    Ok(keys.len())
}

/// Signs the next certificate of one device and person by the rights that the person has now, and returns its bytes.
pub fn issue_certificate(
    tx: &Transaction<'_>,
    programme: &Programme,
    key: &PublicKey,
    person: &PersonId,
    now: i64,
) -> Result<Vec<u8>, AdminError> {
    let serial: u32 = tx
        .prepare_cached("SELECT coalesce(max(serial), 0) + 1 FROM certificate WHERE device_key = ?1 AND person = ?2")?
        .query_row((key.as_bytes(), person.as_bytes()), |row| row.get(0))?;
    let certificate = Certificate {
        programme: programme.id,
        device_key: *key,
        person: *person,
        serial,
        grants: grants_of(tx, person)?,
    };
    let bytes = certificate.sign(&programme.key);
    if bytes.len() > Certificate::MAX_BYTES {
        return Err(AdminError::TooManyAreas);
    }
    tx.execute(
        "INSERT INTO certificate VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (key.as_bytes(), person.as_bytes(), serial, ContentHash::of(&bytes).as_bytes(), &bytes, now),
    )?;
    Ok(bytes)
}

/// Returns the bytes of the newest certificate of a device and person.
pub fn newest_certificate(
    connection: &Connection,
    key: &PublicKey,
    person: &PersonId,
) -> rusqlite::Result<Option<Vec<u8>>> {
    connection
        .prepare_cached(
            "SELECT bytes FROM certificate WHERE device_key = ?1 AND person = ?2 ORDER BY serial DESC LIMIT 1",
        )?
        .query_row((key.as_bytes(), person.as_bytes()), |row| row.get(0))
        .optional()
}
