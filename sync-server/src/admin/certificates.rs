//! Certificates: the server's word on whose a device is, with a serial that rises at every change of rights.

use rusqlite::{Connection, Transaction};
use sumu_core::ids::PersonId;
use sumu_core::sign::PublicKey;

use super::AdminError;

/// Signs the next certificate for every device of a person that was not revoked, and returns how many there are.
pub fn issue_certificates(tx: &Transaction<'_>, person: &PersonId, now: i64) -> Result<usize, AdminError> {
    todo!()
}

/// Returns the bytes of the newest certificate of a device and person.
pub fn newest_certificate(connection: &Connection, key: &PublicKey, person: &PersonId) -> rusqlite::Result<Option<Vec<u8>>> {
    todo!()
}
