//! The file's single facts, each under its name.

use rusqlite::types::FromSql;
use rusqlite::{Connection, OptionalExtension, ToSql, Transaction};

use super::StoreError;
use crate::ids::{Epoch, InstanceId, LogId, PersonId, ProgrammeId};
use crate::sign::{PrivateKey, PublicKey};
use crate::wire::Cursor;

/// The names of the facts.
pub(crate) mod name {
    /// The device's private key, 32 bytes.
    pub(crate) const KEY: &str = "key";
    /// This database instance.
    pub(crate) const INSTANCE: &str = "instance";
    /// The number of the last request.
    pub(crate) const REQUEST: &str = "request";
    /// The programme.
    pub(crate) const PROGRAMME: &str = "programme";
    /// The server's public key.
    pub(crate) const SERVER_KEY: &str = "server_key";
    /// The server's log.
    pub(crate) const LOG: &str = "log";
    /// The log's life.
    pub(crate) const EPOCH: &str = "epoch";
    /// The server's address.
    pub(crate) const URL: &str = "url";
    /// The server certificate's fingerprint; absent: public roots.
    pub(crate) const FINGERPRINT: &str = "fingerprint";
    /// The programme's time zone.
    pub(crate) const ZONE: &str = "zone";
    /// Its minutes east of Greenwich.
    pub(crate) const OFFSET: &str = "offset";
    /// Who writes now.
    pub(crate) const PERSON: &str = "person";
    /// How far all scopes that are caught up are read.
    pub(crate) const CURSOR: &str = "cursor";
    /// How many bytes of changes a request carries.
    pub(crate) const PAGE: &str = "page";
    /// How many bytes a frame should have.
    pub(crate) const FRAME: &str = "frame";
    /// The mark of the manifest whose parts are stored.
    pub(crate) const MANIFEST: &str = "manifest";
    /// The log position up to which a backup exists.
    pub(crate) const BACKUP: &str = "backup";
    /// When the last exchange was completed.
    pub(crate) const LAST_SYNC: &str = "last_sync";
    /// How far this phone's clock was ahead then.
    pub(crate) const AHEAD: &str = "ahead";
    /// Why sync stands still until someone acts.
    pub(crate) const STOPPED: &str = "stopped";
    /// Present while a restored copy still reads the log before it mends its documents.
    pub(crate) const RESTORING: &str = "restoring";
}

/// Returns a fact, if it is known.
pub(crate) fn get<T: FromSql>(connection: &Connection, name: &str) -> Result<Option<T>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}

/// Stores a fact.
pub(crate) fn set(tx: &Transaction<'_>, name: &str, value: impl ToSql) -> Result<(), StoreError> {
    let sql = "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    tx.prepare_cached(sql)?.execute((name, value))?;
    Ok(())
}

/// Forgets a fact.
pub(crate) fn clear(tx: &Transaction<'_>, name: &str) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM meta WHERE name = ?1")?.execute([name])?;
    Ok(())
}

/// What the phone was told at its first enrolment, and its own key.
#[derive(Debug)]
pub(crate) struct Home {
    /// Signs this phone's changes.
    pub(crate) key: PrivateKey,
    /// This database.
    pub(crate) instance: InstanceId,
    /// The programme.
    pub(crate) programme: ProgrammeId,
    /// Signs certificates and vouches for snapshots.
    pub(crate) server_key: PublicKey,
    /// The log that cursors and verdicts belong to.
    pub(crate) log: LogId,
    /// Its life.
    pub(crate) epoch: Epoch,
    /// The number of that life in this file.
    pub(crate) life: i64,
    /// Who writes now.
    pub(crate) person: PersonId,
}

/// Returns the phone's own key, if it has one.
pub(crate) fn key(connection: &Connection) -> Result<Option<PrivateKey>, StoreError> {
    let bytes: Option<Vec<u8>> = get(connection, name::KEY)?;
    bytes.map(|bytes| PrivateKey::from_bytes(&bytes).map_err(|_| StoreError::row("the device key"))).transpose()
}

/// Returns what the enrolment told, or nothing before it.
pub(crate) fn home(connection: &Connection) -> Result<Option<Home>, StoreError> {
    let Some(person) = get::<[u8; 16]>(connection, name::PERSON)? else { return Ok(None) };
    let lacks = || StoreError::row("the enrolment");
    let log = LogId::new(get(connection, name::LOG)?.ok_or_else(lacks)?);
    let epoch = Epoch::new(get(connection, name::EPOCH)?.ok_or_else(lacks)?);
    let life = "SELECT id FROM life WHERE log = ?1 AND epoch = ?2";
    Ok(Some(Home {
        key: key(connection)?.ok_or_else(lacks)?,
        instance: InstanceId::new(get(connection, name::INSTANCE)?.ok_or_else(lacks)?),
        programme: ProgrammeId::new(get(connection, name::PROGRAMME)?.ok_or_else(lacks)?),
        server_key: PublicKey::from_bytes(&get::<[u8; 32]>(connection, name::SERVER_KEY)?.ok_or_else(lacks)?)
            .map_err(|_| lacks())?,
        life: connection.prepare_cached(life)?.query_row((log.as_bytes(), epoch.as_bytes()), |row| row.get(0))?,
        log,
        epoch,
        person: PersonId::new(person),
    }))
}

/// Names the log's life that verdicts belong to from now on.
pub(crate) fn set_life(tx: &Transaction<'_>, log: &LogId, epoch: &Epoch) -> Result<(), StoreError> {
    tx.execute("INSERT OR IGNORE INTO life (log, epoch) VALUES (?1, ?2)", (log.as_bytes(), epoch.as_bytes()))?;
    set(tx, name::LOG, log.as_bytes())?;
    set(tx, name::EPOCH, epoch.as_bytes())
}

/// Returns how far all scopes that are caught up are read.
pub(crate) fn cursor(connection: &Connection) -> Result<Cursor, StoreError> {
    Ok(get(connection, name::CURSOR)?.map(Cursor).unwrap_or_default())
}
