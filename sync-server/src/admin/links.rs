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

#[cfg(test)]
mod tests {
    use super::super::testing::{NOW, empty, handle, office, person};
    use super::*;
    use sumu_core::clock::SeededEntropy;
    use sumu_core::sign::Role;

    #[test]
    fn links_lead_to_the_address_last_served_and_carry_its_fingerprint_to_phones_only() {
        let mut connection = office();
        let tx = connection.transaction().unwrap();
        person(&tx, "batu", Role::Inspector, "150521");
        let entropy = SeededEntropy::new(4);
        let plain = invite(&tx, &handle("batu"), 60, &entropy, NOW).unwrap();
        let code = plain.link.strip_prefix("http://127.0.0.1:8417/enrol#").unwrap();
        assert!(!code.contains('.'), "{code}");
        assert_eq!(plain.expires_at, NOW + 60);

        let address = Address { url: "https://127.0.0.1:9000".to_owned(), fingerprint: Some([7; 32]) };
        remember_address(&tx, &address).unwrap();
        assert_eq!(served_address(&tx).unwrap(), address);
        let pinned: Link = invite(&tx, &handle("batu"), 60, &entropy, NOW).unwrap().link.parse().unwrap();
        assert_eq!((pinned.url.as_str(), pinned.fingerprint), ("https://127.0.0.1:9000", Some([7; 32])));
        let browser = person_link(&tx, &handle("batu"), 60, &entropy, NOW).unwrap();
        assert!(browser.link.starts_with("https://127.0.0.1:9000/in#"));
    }

    #[test]
    fn before_the_first_serve_there_is_no_link() {
        let mut connection = empty();
        let tx = connection.transaction().unwrap();
        let error = invite(&tx, &handle("batu"), 60, &SeededEntropy::new(4), NOW).unwrap_err();
        assert!(error.to_string().contains("serve"), "{error}");
    }

    #[test]
    fn no_code_is_kept_as_it_was_shown() {
        let mut connection = office();
        let tx = connection.transaction().unwrap();
        person(&tx, "batu", Role::Inspector, "150521");
        let made = invite(&tx, &handle("batu"), 60, &SeededEntropy::new(4), NOW).unwrap();
        let code = made.link.split_once('#').unwrap().1;
        let kept: Vec<u8> = tx.query_row("SELECT code_hash FROM invite", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, secrets::hash(code));
        assert!(!format!("{made:?}").contains(code));
    }
}
