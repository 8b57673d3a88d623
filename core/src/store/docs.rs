//! Documents: what they are about, their heads and sizes.

use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use super::{StoreError, column};
use crate::ids::{ActorId, ChangeHash, DocId, DocParts, ItemId, RoundId, SiteId, Ulid};

/// A document's row.
#[derive(Debug, Clone)]
pub(crate) struct Doc {
    /// Its number in this file.
    pub(crate) row: i64,
    /// Its heads, ascending.
    pub(crate) heads: Vec<ChangeHash>,
    /// How many changes it has.
    pub(crate) changes: usize,
    /// How many bytes they have, uncompressed.
    pub(crate) bytes: usize,
}

/// Finds a document.
pub(crate) fn find(connection: &Connection, doc: &DocId) -> Result<Option<Doc>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT id, heads, changes, bytes FROM doc WHERE doc_id = ?1")?;
    let mut rows = statement.query([doc.as_bytes()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let size = |column| column::count(row, column).map(|count| usize::try_from(count).unwrap_or(usize::MAX));
    let heads = row.get_ref(1)?.as_blob().map_err(|_| StoreError::row("heads"))?;
    Ok(Some(Doc { row: row.get(0)?, heads: column::hashes(heads)?, changes: size(2)?, bytes: size(3)? }))
}

/// Returns a document's number.
pub(crate) fn row(connection: &Connection, doc: &DocId) -> Result<Option<i64>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT id FROM doc WHERE doc_id = ?1")?;
    Ok(statement.query_row([doc.as_bytes()], |row| row.get(0)).optional()?)
}

/// Finds a document, or begins it.
pub(crate) fn begin(tx: &Transaction<'_>, doc: &DocId, parts: &DocParts) -> Result<i64, StoreError> {
    if let Some(row) = row(tx, doc)? {
        return Ok(row);
    }
    let sql = "INSERT INTO doc (doc_id, site, item, round, ulid, heads, changes, bytes)
               VALUES (?1, ?2, ?3, ?4, ?5, x'', 0, 0)";
    let (item, round, ulid) = columns(parts);
    tx.prepare_cached(sql)?.execute((doc.as_bytes(), parts.site().as_str(), item, round, ulid))?;
    Ok(tx.last_insert_rowid())
}

/// Returns the id of a document's number, and what it is about.
pub(crate) fn parts(connection: &Connection, row: i64) -> Result<(DocId, DocParts), StoreError> {
    let mut statement = connection.prepare_cached("SELECT doc_id, site, item, round, ulid FROM doc WHERE id = ?1")?;
    let mut rows = statement.query([row])?;
    let row = rows.next()?.ok_or_else(|| StoreError::row("a document"))?;
    Ok((DocId::new(row.get(0)?), read_parts(row, 1)?))
}

/// Returns what a document is about.
pub(crate) fn parts_of(connection: &Connection, doc: &DocId) -> Result<DocParts, StoreError> {
    let mut statement = connection.prepare_cached("SELECT site, item, round, ulid FROM doc WHERE doc_id = ?1")?;
    let mut rows = statement.query([doc.as_bytes()])?;
    read_parts(rows.next()?.ok_or_else(|| StoreError::row("a document"))?, 0)
}

/// Returns who wrote a change, and its number in the actor's line.
pub(crate) fn place_of(
    connection: &Connection,
    doc: &DocId,
    hash: &ChangeHash,
) -> Result<Option<(ActorId, u64)>, StoreError> {
    let sql = "SELECT actor.actor, change.seq FROM change JOIN actor ON actor.id = change.actor
               WHERE change.doc = (SELECT id FROM doc WHERE doc_id = ?1) AND change.hash = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query((doc.as_bytes(), hash.as_bytes()))?;
    let Some(row) = rows.next()? else { return Ok(None) };
    Ok(Some((ActorId::new(row.get(0)?), column::count(row, 1)?)))
}

/// Returns the number of an actor's next change in a document.
pub(crate) fn next_seq(connection: &Connection, doc: i64, actor: &ActorId) -> Result<u64, StoreError> {
    let sql = "SELECT coalesce(max(seq), 0) + 1 FROM change
               WHERE doc = ?1 AND actor = (SELECT id FROM actor WHERE actor = ?2)";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query((doc, actor.as_bytes()))?;
    rows.next()?.map_or(Ok(1), |row| column::count(row, 0))
}

/// Counts the actors that wrote in a document.
pub(crate) fn actors(connection: &Connection, doc: i64) -> Result<usize, StoreError> {
    let mut statement = connection.prepare_cached("SELECT count(DISTINCT actor) FROM change WHERE doc = ?1")?;
    let count: i64 = statement.query_row([doc], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Returns the documents with own changes that the log does not hold.
pub(crate) fn unsent(connection: &Connection) -> Result<Vec<i64>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT doc FROM summary WHERE unsent > 0 ORDER BY doc")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Tells whether anything was written at a site.
pub(crate) fn any_at(connection: &Connection, site: &SiteId) -> Result<bool, StoreError> {
    Ok(connection.prepare_cached("SELECT 1 FROM summary WHERE site = ?1")?.exists([site.as_str()])?)
}

/// A document's item, round and ulid as columns.
pub(super) type PartColumns = (Option<[u8; 16]>, Option<[u8; 16]>, Option<[u8; 16]>);

/// Turns what a document is about, but for its site, into columns.
pub(super) fn columns(parts: &DocParts) -> PartColumns {
    match parts {
        DocParts::Record { item, round, .. } => (Some(*item.as_bytes()), Some(*round.as_bytes()), None),
        DocParts::Finding { ulid, .. } => (None, None, Some(ulid.to_bytes())),
    }
}

/// Reads the columns site, item, round and ulid, which follow each other.
pub(super) fn read_parts(row: &Row<'_>, first: usize) -> Result<DocParts, StoreError> {
    let site = column::parsed(row, first, "a site")?;
    match (row.get::<_, Option<[u8; 16]>>(first + 1)?, row.get(first + 2)?, row.get::<_, Option<[u8; 16]>>(first + 3)?)
    {
        (Some(item), Some(round), None) => {
            Ok(DocParts::Record { site, item: ItemId::new(item), round: RoundId::new(round) })
        }
        (None, None, Some(ulid)) => {
            let ulid = Ulid::from_slice(&ulid).ok_or_else(|| StoreError::row("a ulid"))?;
            Ok(DocParts::Finding { site, ulid })
        }
        _ => Err(StoreError::row("what a document is about")),
    }
}
