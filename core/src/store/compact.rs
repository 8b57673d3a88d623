//! Snapshots: a document's changes in one chunk instead of many, once that is proved to give them back.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Transaction};

#[cfg(test)]
use super::column;
use super::{StoreError, meta};
use crate::gate::parse;
use crate::ids::{ChangeHash, DocId};
use crate::record::{expand_snapshot, make_snapshot};

/// A document is compacted once it has more loose changes than this.
const TAIL: i64 = 32;

/// SQL that is true for a change whose bytes a snapshot may replace: the log holds it, and an own one lies in a backup too.
const REPLACEABLE: &str = "verdict IN (1, 2) AND (own = 0 OR lsn BETWEEN 1 AND ?2)";

/// Makes a document's loose changes one snapshot, if there are enough of them. Returns whether it did.
pub(crate) fn compact(tx: &Transaction<'_>, doc: i64) -> Result<bool, StoreError> {
    let backup: i64 = meta::get(tx, meta::name::BACKUP)?.unwrap_or(0);
    let sql = format!("SELECT count(*) FROM change WHERE doc = ?1 AND body IS NOT NULL AND {REPLACEABLE}");
    let loose: i64 = tx.prepare_cached(&sql)?.query_row((doc, backup), |row| row.get(0))?;
    if loose <= TAIL {
        return Ok(false);
    }
    let mut held = in_snapshot(tx, doc)?;
    // What the log holds is closed: it holds the ancestors too.
    let sql = "SELECT hash, body FROM change WHERE doc = ?1 AND verdict IN (1, 2) ORDER BY id";
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query([doc])?;
    let (mut expected, mut changes) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next()? {
        let hash = ChangeHash::new(row.get(0)?);
        let body: Option<Vec<u8>> = row.get(1)?;
        let Some(body) = body.or_else(|| held.remove(&hash)) else {
            tracing::warn!(doc, "a change has no bytes, so its document is not compacted");
            return Ok(false);
        };
        expected.push(hash);
        changes.push(body);
    }
    let (snapshot, mut hashes) = match make_snapshot(&changes) {
        Ok(made) => made,
        Err(error) => {
            tracing::warn!(doc, %error, "a document is not compacted");
            return Ok(false);
        }
    };
    hashes.sort_unstable();
    expected.sort_unstable();
    if hashes != expected {
        tracing::warn!(doc, "a snapshot names other changes, so the document is not compacted");
        return Ok(false);
    }
    put(tx, doc, &snapshot)?;
    tx.prepare_cached(&format!("UPDATE change SET body = NULL WHERE doc = ?1 AND {REPLACEABLE}"))?
        .execute((doc, backup))?;
    Ok(true)
}

/// Stores a snapshot in place of an earlier one, whose changes it must hold too.
fn put(tx: &Transaction<'_>, doc: i64, snapshot: &[u8]) -> Result<(), StoreError> {
    let sql = "INSERT INTO snapshot (doc, body) VALUES (?1, ?2) ON CONFLICT (doc) DO UPDATE SET body = excluded.body";
    tx.prepare_cached(sql)?.execute((doc, snapshot))?;
    Ok(())
}

/// Keeps a snapshot that the server vouched for, if the document has none yet. Returns whether it is kept.
pub(crate) fn keep(tx: &Transaction<'_>, doc: i64, snapshot: &[u8]) -> Result<bool, StoreError> {
    let kept =
        tx.prepare_cached("INSERT OR IGNORE INTO snapshot (doc, body) VALUES (?1, ?2)")?.execute((doc, snapshot))?;
    Ok(kept > 0)
}

/// Returns the bytes of the changes that a document's snapshot holds.
fn in_snapshot(connection: &Connection, doc: i64) -> Result<BTreeMap<ChangeHash, Vec<u8>>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT body FROM snapshot WHERE doc = ?1")?;
    let body: Option<Vec<u8>> = statement.query_row([doc], |row| row.get(0)).optional()?;
    let Some(body) = body else { return Ok(BTreeMap::new()) };
    let changes = expand_snapshot(&body).map_err(|_| StoreError::row("a snapshot"))?;
    let with_hash = |bytes: Vec<u8>| parse(&bytes).map(|change| (change.hash, bytes));
    changes.into_iter().map(with_hash).collect::<Result<_, _>>().map_err(|_| StoreError::row("a snapshot"))
}

/// A change's bytes and, unless the server vouched for it in a snapshot, its signature.
pub(crate) type Signed = (Vec<u8>, Option<[u8; 64]>);

/// Returns a change's bytes and signature, out of the snapshot if need be.
pub(crate) fn bytes_of(connection: &Connection, doc: &DocId, hash: &ChangeHash) -> Result<Option<Signed>, StoreError> {
    let sql = "SELECT doc, body, signature FROM change
               WHERE doc = (SELECT id FROM doc WHERE doc_id = ?1) AND hash = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query((doc.as_bytes(), hash.as_bytes()))?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let body = match row.get::<_, Option<Vec<u8>>>(1)? {
        Some(body) => Some(body),
        None => in_snapshot(connection, row.get(0)?)?.remove(hash),
    };
    let signature = row.get(2)?;
    Ok(body.map(|body| (body, signature)))
}

/// Returns the bytes of all changes of a document, in causal order.
#[cfg(test)]
pub(crate) fn all_bytes(connection: &Connection, doc: i64) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut held = in_snapshot(connection, doc)?;
    let mut statement = connection.prepare_cached("SELECT hash, body FROM change WHERE doc = ?1 ORDER BY id")?;
    let mut rows = statement.query([doc])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let body: Option<Vec<u8>> = row.get(1)?;
        let hash = ChangeHash::new(row.get(0)?);
        all.push(body.or_else(|| held.remove(&hash)).ok_or_else(|| StoreError::row("a change without bytes"))?);
    }
    Ok(all)
}

/// Counts the changes of a document that stand beside its snapshot.
#[cfg(test)]
pub(crate) fn loose(connection: &Connection, doc: i64) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM change WHERE doc = ?1 AND body IS NOT NULL";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([doc])?;
    rows.next()?.map_or(Ok(0), |row| column::count(row, 0))
}
