//! What the gate asks of the file.

use rusqlite::{Connection, OptionalExtension};

use super::{StoreError, column, docs, lost, people, waiting};
use crate::gate::{Author, Fate, Known, Node, OpId, StoredPut};
use crate::ids::{ActorId, ChangeHash, DocId};
use crate::record::Key;

/// The gate's view of a file, inside a transaction.
pub(crate) struct KnownHere<'a>(pub(crate) &'a Connection);

impl Known for KnownHere<'_> {
    type Error = StoreError;

    fn author(&self, actor: &ActorId) -> Result<Option<Author>, StoreError> {
        people::author(self.0, actor)
    }

    fn fate(&self, doc: &DocId, hash: &ChangeHash) -> Result<Option<Fate>, StoreError> {
        if let Some(row) = docs::row(self.0, doc)? {
            let sql = "SELECT actor.actor, change.seq, change.max_op, change.clock FROM change
                       JOIN actor ON actor.id = change.actor WHERE change.doc = ?1 AND change.hash = ?2";
            let mut statement = self.0.prepare_cached(sql)?;
            let mut rows = statement.query((row, hash.as_bytes()))?;
            if let Some(row) = rows.next()? {
                let actor = ActorId::new(row.get(0)?);
                let (seq, max_op) = (column::count(row, 1)?, column::count(row, 2)?);
                return Ok(Some(Fate::Accepted(Node { actor, seq, max_op, clock: column::clock(row, 3)? })));
            }
        }
        if waiting::holds(self.0, doc, hash)? {
            return Ok(Some(Fate::Pending));
        }
        Ok(lost::refusal(self.0, doc, hash)?.map(Fate::Refused))
    }

    fn at_seq(&self, doc: &DocId, actor: &ActorId, seq: u64) -> Result<Option<ChangeHash>, StoreError> {
        let Some(row) = docs::row(self.0, doc)? else { return Ok(None) };
        let sql =
            "SELECT hash FROM change WHERE doc = ?1 AND actor = (SELECT id FROM actor WHERE actor = ?2) AND seq = ?3";
        let mut statement = self.0.prepare_cached(sql)?;
        let hash = statement.query_row((row, actor.as_bytes(), column::number(seq)), |row| row.get(0)).optional()?;
        Ok(hash.map(ChangeHash::new))
    }

    fn heads(&self, doc: &DocId) -> Result<Vec<ChangeHash>, StoreError> {
        Ok(docs::find(self.0, doc)?.map(|doc| doc.heads).unwrap_or_default())
    }

    fn puts(&self, doc: &DocId, key: &Key, visible_only: bool) -> Result<Vec<StoredPut>, StoreError> {
        let Some(row) = docs::row(self.0, doc)? else { return Ok(Vec::new()) };
        let sql = "SELECT field.counter, actor.actor, field.kind, field.value, change.hash, field.visible FROM field
                   JOIN actor ON actor.id = field.actor JOIN change ON change.id = field.change
                   WHERE field.doc = ?1 AND field.key = ?2 AND field.visible >= ?3";
        let mut statement = self.0.prepare_cached(sql)?;
        let mut rows = statement.query((row, key.as_str(), i64::from(visible_only)))?;
        let mut puts = Vec::new();
        while let Some(row) = rows.next()? {
            puts.push(StoredPut {
                op: OpId { counter: column::count(row, 0)?, actor: ActorId::new(row.get(1)?) },
                value: column::value(row, 2)?,
                hash: ChangeHash::new(row.get(4)?),
                visible: row.get(5)?,
            });
        }
        puts.sort_by_key(|put| put.op);
        Ok(puts)
    }

    fn operations_under(&self, doc: &DocId, instance: &str) -> Result<Vec<OpId>, StoreError> {
        let Some(row) = docs::row(self.0, doc)? else { return Ok(Vec::new()) };
        // '0' follows '/', so the second range is every key under the instance's.
        let sql = "SELECT field.counter, actor.actor FROM field JOIN actor ON actor.id = field.actor
                   WHERE field.doc = ?1 AND (field.key = ?2 OR (field.key >= ?2 || '/' AND field.key < ?2 || '0'))";
        let mut statement = self.0.prepare_cached(sql)?;
        let mut rows = statement.query((row, instance))?;
        let mut operations = Vec::new();
        while let Some(row) = rows.next()? {
            operations.push(OpId { counter: column::count(row, 0)?, actor: ActorId::new(row.get(1)?) });
        }
        Ok(operations)
    }
}
