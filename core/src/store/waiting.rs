//! Changes from the log that wait here for a registration or a change.

use rusqlite::{Connection, Transaction};

use super::{StoreError, column, docs};
use crate::gate::{Change, Reason};
use crate::ids::{ActorId, ChangeHash, DocId, DocParts};

/// A change that waits.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    /// Its document.
    pub(crate) doc: DocId,
    /// What the document is about.
    pub(crate) parts: DocParts,
    /// Its hash.
    pub(crate) hash: ChangeHash,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
    /// Its signature; none for what the server vouched for.
    pub(crate) signature: Option<[u8; 64]>,
    /// Its place in the log.
    pub(crate) lsn: u64,
}

/// Keeps a change until what it waits for comes.
pub(crate) fn put(tx: &Transaction<'_>, waiting: &Waiting, change: &Change, reason: Reason) -> Result<(), StoreError> {
    let sql = "INSERT INTO waiting (doc_id, hash, site, item, round, ulid, actor, body, signature, lsn, reason)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
               ON CONFLICT (doc_id, hash) DO UPDATE SET lsn = max(lsn, excluded.lsn), reason = excluded.reason";
    let (item, round, ulid) = docs::columns(&waiting.parts);
    tx.prepare_cached(sql)?.execute(rusqlite::params![
        waiting.doc.as_bytes(),
        waiting.hash.as_bytes(),
        waiting.parts.site().as_str(),
        item,
        round,
        ulid,
        change.actor.as_bytes(),
        waiting.bytes,
        waiting.signature,
        column::number(waiting.lsn),
        reason.number(),
    ])?;
    Ok(())
}

/// Tells whether a change waits here.
pub(super) fn holds(connection: &Connection, doc: &DocId, hash: &ChangeHash) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM waiting WHERE doc_id = ?1 AND hash = ?2")?;
    Ok(statement.exists((doc.as_bytes(), hash.as_bytes()))?)
}

/// Takes out what waits in a document, in the log's order, to be judged again.
pub(crate) fn take_of_doc(tx: &Transaction<'_>, doc: &DocId) -> Result<Vec<Waiting>, StoreError> {
    let any = tx.prepare_cached("SELECT 1 FROM waiting WHERE doc_id = ?1")?.exists([doc.as_bytes()])?;
    if !any {
        return Ok(Vec::new());
    }
    let sql = "SELECT hash, body, signature, lsn, site, item, round, ulid FROM waiting WHERE doc_id = ?1 ORDER BY lsn";
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query([doc.as_bytes()])?;
    let mut taken = Vec::new();
    while let Some(row) = rows.next()? {
        taken.push(Waiting {
            doc: *doc,
            hash: ChangeHash::new(row.get(0)?),
            bytes: row.get(1)?,
            signature: row.get(2)?,
            lsn: column::count(row, 3)?,
            parts: docs::read_parts(row, 4)?,
        });
    }
    tx.prepare_cached("DELETE FROM waiting WHERE doc_id = ?1")?.execute([doc.as_bytes()])?;
    Ok(taken)
}

/// Returns the documents in which an actor's changes wait.
pub(crate) fn docs_of_actor(connection: &Connection, actor: &ActorId) -> Result<Vec<DocId>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT DISTINCT doc_id FROM waiting WHERE actor = ?1")?;
    let rows = statement.query_map([actor.as_bytes()], |row| row.get(0).map(DocId::new))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Returns some of the actors whose registration or certificate something waits for.
pub(crate) fn unregistered(connection: &Connection, most: usize) -> Result<Vec<ActorId>, StoreError> {
    let sql = "SELECT DISTINCT actor FROM waiting WHERE reason = ?1 LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let limit = column::number(most as u64);
    let rows = statement.query_map((Reason::NoRegistration.number(), limit), |row| row.get(0).map(ActorId::new))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
