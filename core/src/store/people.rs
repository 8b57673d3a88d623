//! Certificates, registrations, actors, and who enrolled on this phone.

use rusqlite::{Connection, OptionalExtension, Transaction};

use super::meta::Home;
use super::{StoreError, column};
use crate::clock::Entropy;
use crate::gate::Author;
use crate::ids::{ActorId, ContentHash, Handle, InstanceId, PersonId, ProgrammeId};
use crate::sign::{Certificate, Grant, PublicKey, Registration};

/// Somebody who enrolled on this phone.
#[derive(Clone)]
pub(crate) struct Holder {
    /// Who.
    pub(crate) person: PersonId,
    /// What people call them.
    pub(crate) handle: Handle,
    /// Their name.
    pub(crate) name: String,
    /// Their bearer token.
    pub(crate) token: String,
}

/// Stores a person's enrolment; a later one replaces the token.
pub(crate) fn put_holder(tx: &Transaction<'_>, holder: &Holder, now: i64) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO holder (person, handle, name, token, enrolled_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (person) DO UPDATE SET handle = ?2, name = ?3, token = ?4, enrolled_at = ?5",
        (holder.person.as_bytes(), holder.handle.as_str(), &holder.name, &holder.token, now),
    )?;
    Ok(())
}

/// Returns a person's enrolment on this phone.
pub(crate) fn holder(connection: &Connection, person: &PersonId) -> Result<Option<Holder>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT handle, name, token FROM holder WHERE person = ?1")?;
    let mut rows = statement.query([person.as_bytes()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let handle = column::parsed(row, 0, "a handle")?;
    Ok(Some(Holder { person: *person, handle, name: row.get(1)?, token: row.get(2)? }))
}

/// Stores a certificate that was checked with the server's key.
pub(crate) fn put_certificate(tx: &Transaction<'_>, certificate: &Certificate, bytes: &[u8]) -> Result<(), StoreError> {
    let sql = "INSERT OR IGNORE INTO certificate (hash, device_key, person, serial, body) VALUES (?1, ?2, ?3, ?4, ?5)";
    tx.prepare_cached(sql)?.execute((
        ContentHash::of(bytes).as_bytes(),
        certificate.device_key.as_bytes(),
        certificate.person.as_bytes(),
        certificate.serial,
        bytes,
    ))?;
    Ok(())
}

/// Returns the bytes of the newest certificate of a key and person.
pub(crate) fn newest_certificate(
    connection: &Connection,
    key: &[u8; 32],
    person: &PersonId,
) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT body FROM certificate WHERE device_key = ?1 AND person = ?2 ORDER BY serial DESC LIMIT 1";
    Ok(connection.prepare_cached(sql)?.query_row((key, person.as_bytes()), |row| row.get(0)).optional()?)
}

/// Returns the newest known serial and rights of a person on this phone; nothing if no certificate is known.
fn grants(
    connection: &Connection,
    key: &PublicKey,
    person: &PersonId,
    server_key: &PublicKey,
    programme: &ProgrammeId,
) -> Result<Option<(u32, Vec<Grant>)>, StoreError> {
    let Some(bytes) = newest_certificate(connection, key.as_bytes(), person)? else { return Ok(None) };
    let certificate = Certificate::open(&bytes, server_key, programme).map_err(|_| StoreError::row("a certificate"))?;
    Ok(Some((certificate.serial, certificate.grants)))
}

/// Stores a registration that was checked with the key in it; the first one of an actor stays.
pub(crate) fn put_registration(
    tx: &Transaction<'_>,
    registration: &Registration,
    bytes: &[u8],
    instance: Option<&InstanceId>,
) -> Result<(), StoreError> {
    let sql =
        "INSERT OR IGNORE INTO actor (actor, person, device_key, registration, instance) VALUES (?1, ?2, ?3, ?4, ?5)";
    tx.prepare_cached(sql)?.execute((
        registration.actor.as_bytes(),
        registration.person.as_bytes(),
        registration.device_key.as_bytes(),
        bytes,
        instance.map(InstanceId::as_bytes),
    ))?;
    Ok(())
}

/// Returns whom an actor's registration and certificate lead to.
pub(crate) fn author(connection: &Connection, actor: &ActorId) -> Result<Option<Author>, StoreError> {
    let sql = "SELECT person, device_key FROM actor WHERE actor = ?1 AND EXISTS
               (SELECT 1 FROM certificate WHERE certificate.device_key = actor.device_key
                AND certificate.person = actor.person)";
    let mut statement = connection.prepare_cached(sql)?;
    let found: Option<([u8; 16], [u8; 32])> =
        statement.query_row([actor.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    found
        .map(|(person, key)| {
            let device_key = PublicKey::from_bytes(&key).map_err(|_| StoreError::row("a public key"))?;
            Ok(Author { person: PersonId::new(person), device_key })
        })
        .transpose()
}

/// Returns an actor's small number.
pub(super) fn actor_row(connection: &Connection, actor: &ActorId) -> Result<i64, StoreError> {
    let mut statement = connection.prepare_cached("SELECT id FROM actor WHERE actor = ?1")?;
    let row = statement.query_row([actor.as_bytes()], |row| row.get(0)).optional()?;
    row.ok_or_else(|| StoreError::row("an actor without registration"))
}

/// A certificate and a registration, as they travel.
pub(crate) type Papers = (Vec<u8>, Vec<u8>);

/// Returns the bytes of an actor's registration, preceded by its person's newest certificate.
pub(crate) fn papers(connection: &Connection, actor: &ActorId) -> Result<Option<Papers>, StoreError> {
    let sql = "SELECT device_key, person, registration FROM actor WHERE actor = ?1";
    let row: Option<([u8; 32], [u8; 16], Vec<u8>)> = connection
        .prepare_cached(sql)?
        .query_row([actor.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((key, person, registration)) = row else { return Ok(None) };
    Ok(newest_certificate(connection, &key, &PersonId::new(person))?.map(|certificate| (certificate, registration)))
}

/// Returns the actor by which a person writes in this instance, if there is one that may still write.
pub(crate) fn active_actor(
    connection: &Connection,
    instance: &InstanceId,
    person: &PersonId,
) -> Result<Option<ActorId>, StoreError> {
    let sql = "SELECT actor FROM actor WHERE instance = ?1 AND person = ?2 AND retired = 0 ORDER BY id DESC LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    let actor = statement.query_row((instance.as_bytes(), person.as_bytes()), |row| row.get(0)).optional()?;
    Ok(actor.map(ActorId::new))
}

/// Makes sure that an actor never writes again, in any document.
pub(crate) fn retire(tx: &Transaction<'_>, actor: &ActorId) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE actor SET retired = 1 WHERE actor = ?1")?.execute([actor.as_bytes()])?;
    Ok(())
}

/// Makes sure that no actor of this phone's past writes again.
pub(crate) fn retire_all(tx: &Transaction<'_>) -> Result<(), StoreError> {
    tx.execute("UPDATE actor SET retired = 1 WHERE instance IS NOT NULL", [])?;
    Ok(())
}

/// Returns the serial and rights that the person who writes now holds, as far as this phone knows.
pub(crate) fn rights(connection: &Connection, home: &Home) -> Result<(u32, Vec<Grant>), StoreError> {
    let known = grants(connection, &home.key.public(), &home.person, &home.server_key, &home.programme)?;
    known.ok_or_else(|| StoreError::row("the certificate of an enrolment"))
}

/// Makes an actor for the person who writes now, and signs its registration.
pub(crate) fn make_actor(tx: &Transaction<'_>, home: &Home, entropy: &dyn Entropy) -> Result<ActorId, StoreError> {
    let registration = Registration {
        programme: home.programme,
        actor: ActorId::random(entropy),
        person: home.person,
        device_key: home.key.public(),
        serial: rights(tx, home)?.0,
    };
    put_registration(tx, &registration, &registration.sign(&home.key), Some(&home.instance))?;
    Ok(registration.actor)
}
