//! Links: one-time codes by which a phone enrols and a person signs in, and the address they lead to.

use rusqlite::{Connection, Transaction};
use sumu_core::clock::Entropy;
use sumu_core::ids::Handle;

use super::{AdminError, Person};

/// Where people reach this server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Scheme, host and port as plain text, without a slash at the end.
    pub url: String,
    /// SHA-256 of the self-signed certificate that phones must find there, if it is one.
    pub fingerprint: Option<[u8; 32]>,
}

/// A link that works once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The link, to be handed over by hand: whoever has it is that person.
    pub link: String,
    /// For whom it is, with their roles and areas.
    pub person: Person,
    /// Until when it works, in seconds since 1970.
    pub expires_at: i64,
}

/// Makes a link by which one device enrols for a person.
pub fn invite(
    tx: &Transaction<'_>,
    handle: &Handle,
    lasts_seconds: i64,
    entropy: &dyn Entropy,
    now: i64,
) -> Result<Link, AdminError> {
    todo!()
}

/// Makes a link by which a person signs in to the pages.
pub fn person_link(
    tx: &Transaction<'_>,
    handle: &Handle,
    lasts_seconds: i64,
    entropy: &dyn Entropy,
    now: i64,
) -> Result<Link, AdminError> {
    todo!()
}

/// Remembers where the server is reached, for links that are made from now on.
pub fn remember_address(tx: &Transaction<'_>, address: &Address) -> Result<(), AdminError> {
    todo!()
}

/// Returns where the server is reached; before it was first served that is an error that says what to do.
pub fn served_address(connection: &Connection) -> Result<Address, AdminError> {
    todo!()
}
