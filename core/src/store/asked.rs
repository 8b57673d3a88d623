//! What the server asked for, kept until it is sent, whatever this phone's own marks say.

use rusqlite::{Connection, Transaction};

use super::StoreError;
use crate::ids::{ActorId, ChangeHash, DocId};

/// Remembers that the server lacks an actor's registration.
pub(crate) fn registration(tx: &Transaction<'_>, actor: &ActorId) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT OR IGNORE INTO asked (doc_id, hash) VALUES (x'', ?1)")?.execute([actor.as_bytes()])?;
    Ok(())
}

/// Remembers that the server lacks a change.
pub(crate) fn change(tx: &Transaction<'_>, doc: &DocId, hash: &ChangeHash) -> Result<(), StoreError> {
    let sql = "INSERT OR IGNORE INTO asked (doc_id, hash) VALUES (?1, ?2)";
    tx.prepare_cached(sql)?.execute((doc.as_bytes(), hash.as_bytes()))?;
    Ok(())
}

/// Returns the actors whose registration is asked for.
pub(crate) fn registrations(connection: &Connection) -> Result<Vec<ActorId>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT hash FROM asked WHERE doc_id = x''")?;
    let rows = statement.query_map([], |row| row.get(0).map(ActorId::new))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Returns the changes that are asked for.
pub(crate) fn changes(connection: &Connection) -> Result<Vec<(DocId, ChangeHash)>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT doc_id, hash FROM asked WHERE doc_id <> x''")?;
    let rows = statement.query_map([], |row| Ok((DocId::new(row.get(0)?), ChangeHash::new(row.get(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Forgets what was answered, or cannot be.
pub(crate) fn done(tx: &Transaction<'_>, doc: Option<&DocId>, hash: &[u8]) -> Result<(), StoreError> {
    let doc: &[u8] = doc.map_or(&[], |doc| doc.as_bytes());
    tx.prepare_cached("DELETE FROM asked WHERE doc_id = ?1 AND hash = ?2")?.execute((doc, hash))?;
    Ok(())
}
