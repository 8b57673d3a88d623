//! Storing an accepted change with its projection.

use rusqlite::Transaction;

use super::{StoreError, column, docs, people};
use crate::gate::{Accepted, Verdict};
use crate::ids::{ChangeHash, DocId, DocParts};

/// Where a change comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Origin {
    /// It was written here just now.
    Pen,
    /// The log sent it, at a position.
    Log {
        /// The life of the log.
        life: i64,
        /// The position.
        lsn: u64,
    },
}

/// The bytes of a change as they are kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chunk<'a> {
    /// The change.
    pub(crate) bytes: &'a [u8],
    /// Whether a snapshot holds them already, so that they are not kept twice.
    pub(crate) in_snapshot: bool,
    /// Its signature; none for what the server vouched for.
    pub(crate) signature: Option<&'a [u8; 64]>,
}

/// Stores what the gate accepted: the change, its puts, the document's heads. The caller renews the summary.
pub(crate) fn insert(
    tx: &Transaction<'_>,
    doc: &DocId,
    parts: &DocParts,
    accepted: &Accepted,
    chunk: Chunk<'_>,
    origin: Origin,
    own: bool,
) -> Result<i64, StoreError> {
    let doc_row = docs::begin(tx, doc, parts)?;
    let change = &accepted.change;
    let actor = people::actor_row(tx, &change.actor)?;
    let (verdict, life, lsn) = match origin {
        Origin::Pen => (0, None, 0),
        Origin::Log { life, lsn } => (Verdict::Accepted.numbers().0, Some(life), lsn),
    };
    // An own change keeps its bytes whatever a snapshot holds: it may have to be sent again.
    let kept = own || !chunk.in_snapshot;
    let sql = "INSERT INTO change
               (doc, hash, actor, seq, max_op, time, clock, body, signature, own, verdict, reason, life, lsn)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0, ?12, ?13)";
    tx.prepare_cached(sql)?.execute(rusqlite::params![
        doc_row,
        change.hash.as_bytes(),
        actor,
        column::number(change.seq),
        column::number(change.max_op()),
        change.time,
        accepted.node.clock.encode(),
        kept.then_some(chunk.bytes),
        chunk.signature,
        own,
        verdict,
        life,
        column::number(lsn),
    ])?;
    let change_row = tx.last_insert_rowid();
    project(tx, doc_row, change_row, actor, accepted)?;
    advance(tx, doc_row, &change.hash, &change.deps, chunk.bytes.len())?;
    Ok(change_row)
}

fn project(tx: &Transaction<'_>, doc: i64, row: i64, actor: i64, accepted: &Accepted) -> Result<(), StoreError> {
    let mut hide = tx.prepare_cached(
        "UPDATE field SET visible = 0 WHERE doc = ?1 AND key = ?2 AND counter = ?3
         AND actor = (SELECT id FROM actor WHERE actor = ?4)",
    )?;
    // A put is visible until one that names it arrives; changes arrive in causal order, so none has yet.
    let mut put_row = tx.prepare_cached(
        "INSERT INTO field (doc, key, counter, actor, kind, value, change, visible) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1)",
    )?;
    for (op, put) in accepted.change.operations() {
        for replaced in &put.replaces {
            hide.execute((doc, put.key.as_str(), column::number(replaced.counter), replaced.actor.as_bytes()))?;
        }
        let kind = column::kind(&put.value);
        put_row.execute((
            doc,
            put.key.as_str(),
            column::number(op.counter),
            actor,
            kind,
            column::Column(&put.value),
            row,
        ))?;
    }
    Ok(())
}

fn advance(
    tx: &Transaction<'_>,
    doc: i64,
    hash: &ChangeHash,
    deps: &[ChangeHash],
    bytes: usize,
) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached("SELECT heads FROM doc WHERE id = ?1")?;
    let blob: Vec<u8> = statement.query_row([doc], |row| row.get(0))?;
    let mut heads = column::hashes(&blob)?;
    heads.retain(|head| !deps.contains(head));
    heads.push(*hash);
    heads.sort_unstable();
    let sql = "UPDATE doc SET heads = ?2, changes = changes + 1, bytes = bytes + ?3 WHERE id = ?1";
    tx.prepare_cached(sql)?.execute((doc, column::hashes_blob(&heads), column::number(bytes as u64)))?;
    Ok(())
}
