//! What the server said of own changes.

use rusqlite::{Connection, Transaction};

use super::{StoreError, column, docs, summary};
use crate::gate::{Reason, Verdict};
use crate::ids::{ChangeHash, DocId};

/// Stores what the server says of a change that is part of a document here; nothing happens if none is.
pub(crate) fn store(
    tx: &Transaction<'_>,
    doc: &DocId,
    hash: &ChangeHash,
    verdict: Verdict,
    lsn: u64,
    life: i64,
) -> Result<(), StoreError> {
    let Some(row) = docs::row(tx, doc)? else { return Ok(()) };
    // What the log holds stays in the log: a verdict that was overtaken on its way takes nothing back.
    let sql = "UPDATE change SET verdict = ?3, reason = ?4, life = ?5, lsn = max(lsn, ?6)
               WHERE doc = ?1 AND hash = ?2 AND NOT (life IS ?5 AND verdict IN (1, 2) AND ?3 NOT IN (1, 2))";
    let (number, reason) = verdict.numbers();
    tx.prepare_cached(sql)?.execute((row, hash.as_bytes(), number, reason, life, column::number(lsn)))?;
    summary::recount(tx, row)
}

/// An own change that the server holds but did not take, with its document.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    /// The document.
    pub(crate) doc: DocId,
    /// The change.
    pub(crate) hash: ChangeHash,
    /// Why.
    pub(crate) reason: Reason,
}

/// Returns own changes with one of the verdicts pending (3) or parked (4), oldest first.
pub(crate) fn held(connection: &Connection, verdict: u8) -> Result<Vec<Held>, StoreError> {
    let sql = "SELECT doc.doc_id, change.hash, change.reason FROM change JOIN doc ON doc.id = change.doc
               WHERE change.own = 1 AND change.verdict = ?1 ORDER BY change.id";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([verdict])?;
    let mut held = Vec::new();
    while let Some(row) = rows.next()? {
        let reason = Reason::from_number(row.get(2)?).ok_or_else(|| StoreError::row("a reason"))?;
        held.push(Held { doc: DocId::new(row.get(0)?), hash: ChangeHash::new(row.get(1)?), reason });
    }
    Ok(held)
}

/// Hands over the own changes that are to be sent, oldest first: those of which the server said nothing, or `later`, in the
/// present life of its log.
pub(crate) fn each_unsent(
    connection: &Connection,
    life: i64,
    mut take: impl FnMut((DocId, ChangeHash)) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let sql = "SELECT doc.doc_id, change.hash FROM change JOIN doc ON doc.id = change.doc
               WHERE own = 1 AND (verdict IN (0, 6) OR life IS NOT ?1) ORDER BY change.id";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([life])?;
    while let Some(row) = rows.next()? {
        take((DocId::new(row.get(0)?), ChangeHash::new(row.get(1)?)))?;
    }
    Ok(())
}
