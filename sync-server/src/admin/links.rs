//! Links: one-time codes by which a phone enrols and a person signs in, and the address they lead to.
//!
//! Only the hash of a code is kept, so a stolen copy of the data opens nothing.

use std::fmt;

use rusqlite::{Connection, Transaction};
use sumu_core::clock::Entropy;
use sumu_core::ids::Handle;
use sumu_core::link::{Fingerprint, Link, SignInLink};

use super::{AdminError, Person, find_person};
use crate::{programme, secrets};

/// Where people reach this server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Scheme, host and port as plain text, without a slash at the end.
    pub url: String,
    /// SHA-256 of the self-signed certificate that phones must find there, if it is one.
    pub fingerprint: Option<Fingerprint>,
}

/// A link that works once.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimeLink {
    /// The link, to be handed over by hand: whoever has it is that person.
    pub link: String,
    /// For whom it is, with their roles and areas.
    pub person: Person,
    /// Until when it works, in seconds since 1970.
    pub expires_at: i64,
}

impl fmt::Debug for OneTimeLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OneTimeLink(.., {}, {})", self.person.handle, self.expires_at)
    }
}

/// Makes a link by which one device enrols for a person.
pub fn invite(
    tx: &Transaction<'_>,
    handle: &Handle,
    lasts_seconds: i64,
    entropy: &dyn Entropy,
    now: i64,
) -> Result<OneTimeLink, AdminError> {
    let (Address { url, fingerprint }, person) = (served_address(tx)?, linkable(tx, handle)?);
    let (code, expires_at) = (secrets::new_code(entropy), now.saturating_add(lasts_seconds));
    tx.execute(
        "INSERT INTO invite (code_hash, person, expires_at) VALUES (?1, ?2, ?3)",
        (secrets::hash(&code), person.id.as_bytes(), expires_at),
    )?;
    let link = Link { url, code, fingerprint }.to_string();
    Ok(OneTimeLink { link, person, expires_at })
}

/// Makes a link by which a person signs in to the pages.
pub fn person_link(
    tx: &Transaction<'_>,
    handle: &Handle,
    lasts_seconds: i64,
    entropy: &dyn Entropy,
    now: i64,
) -> Result<OneTimeLink, AdminError> {
    let (Address { url, .. }, person) = (served_address(tx)?, linkable(tx, handle)?);
    let (code, expires_at) = (secrets::new_code(entropy), now.saturating_add(lasts_seconds));
    tx.execute(
        "INSERT INTO link (code_hash, person, expires_at) VALUES (?1, ?2, ?3)",
        (secrets::hash(&code), person.id.as_bytes(), expires_at),
    )?;
    let link = SignInLink { url, code }.to_string();
    Ok(OneTimeLink { link, person, expires_at })
}

/// Remembers where the server is reached, for links that are made from now on.
pub fn remember_address(tx: &Transaction<'_>, address: &Address) -> Result<(), AdminError> {
    programme::write(tx, "served_url", address.url.as_bytes())?;
    match &address.fingerprint {
        Some(fingerprint) => programme::write(tx, "fingerprint", fingerprint)?,
        None => programme::remove(tx, "fingerprint")?,
    }
    Ok(())
}

/// Returns where the server is reached; before it was first served that is an error that says what to do.
pub fn served_address(connection: &Connection) -> Result<Address, AdminError> {
    let url = programme::read_text(connection, "served_url")?.ok_or(AdminError::NeverServed)?;
    let fingerprint = programme::read(connection, "fingerprint")?.and_then(|bytes| bytes.try_into().ok());
    Ok(Address { url, fingerprint })
}

/// Finds a person whom a link would let in.
fn linkable(connection: &Connection, handle: &Handle) -> Result<Person, AdminError> {
    let person = find_person(connection, handle)?;
    let state = match () {
        () if person.revoked => "is revoked",
        () if person.grants.is_empty() => "holds no role",
        () => return Ok(person),
    };
    let cure = "`person grant` gives them a role first";
    Err(AdminError::State { what: "person", name: handle.to_string(), state, cure })
}
