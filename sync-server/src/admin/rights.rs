//! Rights: granting and revoking roles, and what follows for devices and for work that was kept aside.

use rusqlite::{Connection, Transaction};
use sumu_core::ids::{Handle, PersonId};
use sumu_core::sign::Grant;

use super::{AdminError, Person};

/// What a grant or a revocation did.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RightsChanged {
    /// The person with their rights now.
    #[serde(flatten)]
    pub person: Person,
    /// How many devices get a new certificate at their next sync.
    pub certificates: usize,
}

/// Grants a role for some areas: every device of the person gets the next certificate, and their work that was kept aside
/// is judged again. A person who was revoked takes part again.
pub fn grant(tx: &Transaction<'_>, handle: &Handle, grant: &Grant, now: i64) -> Result<RightsChanged, AdminError> {
    todo!()
}

/// Revokes a role for some areas, or, with none named, the person: all roles, open links and sessions end.
pub fn revoke(tx: &Transaction<'_>, handle: &Handle, grant: Option<&Grant>, now: i64) -> Result<RightsChanged, AdminError> {
    todo!()
}

/// Returns a person's roles and areas as they are now, roles and areas ascending.
pub fn grants_of(connection: &Connection, person: &PersonId) -> rusqlite::Result<Vec<Grant>> {
    todo!()
}
