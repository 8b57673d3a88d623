//! People: who takes part, under which handle.

use rusqlite::{Connection, Transaction};
use sumu_core::clock::Entropy;
use sumu_core::ids::{Handle, PersonId};
use sumu_core::sign::Grant;

use super::AdminError;

/// A person who is to be added.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// What commands and pages call them.
    pub handle: Handle,
    /// Their name.
    pub name: String,
    /// Their roles and areas.
    pub grants: Vec<Grant>,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Person {
    /// Their id in signed bytes.
    #[serde(skip)]
    pub id: PersonId,
    /// What commands and pages call them.
    #[serde(rename = "person")]
    pub handle: Handle,
    /// Their name.
    pub name: String,
    /// Their roles and areas.
    pub grants: Vec<Grant>,
    /// Whether they take part no longer.
    pub revoked: bool,
}

/// Adds a person; a handle that is taken is refused.
pub fn add_person(tx: &Transaction<'_>, new: &NewPerson, entropy: &dyn Entropy, now: i64) -> Result<Person, AdminError> {
    todo!()
}

/// Finds a person by their handle.
pub fn find_person(connection: &Connection, handle: &Handle) -> Result<Person, AdminError> {
    todo!()
}
