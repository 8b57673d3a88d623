//! What the gate asks, answered from SQLite.

use rusqlite::{OptionalExtension, Row};
use sumu_core::gate::{Author, Fate, Known, Node, Reason, StoredPut};
use sumu_core::ids::{ActorId, ChangeHash, DocId};
use sumu_core::record::{Key, OpId};

use crate::Sqlite;
use crate::database::damaged;
use crate::sqlite::read_clock;

impl Known for Sqlite<'_> {
    type Error = rusqlite::Error;

    fn author(&self, actor: &ActorId) -> rusqlite::Result<Option<Author>> {
        Ok(self.actor(actor)?.map(|actor| actor.author))
    }

    fn fate(&self, doc: &DocId, hash: &ChangeHash) -> rusqlite::Result<Option<Fate>> {
        if let Some(number) = self.number(doc)? {
            let node = self
                .connection
                .prepare_cached(
                    "SELECT a.actor, c.seq, c.max_op, c.clock FROM change c JOIN actor a ON a.id = c.actor
                     WHERE c.doc = ?1 AND c.hash = ?2",
                )?
                .query_row((number, hash.as_bytes()), read_node)
                .optional()?;
            if let Some(node) = node {
                return Ok(Some(Fate::Accepted(node)));
            }
        }
        if self.anything_waits()? {
            let waiting: Option<i64> = self
                .connection
                .prepare_cached("SELECT state FROM waiting WHERE doc_id = ?1 AND hash = ?2")?
                .query_row((doc.as_bytes(), hash.as_bytes()), |row| row.get(0))
                .optional()?;
            if let Some(state) = waiting {
                return Ok(Some(if state == 4 { Fate::Parked } else { Fate::Pending }));
            }
        }
        if !self.anything_refused()? {
            return Ok(None);
        }
        let refused: Option<u8> = self
            .connection
            .prepare_cached("SELECT reason FROM refused WHERE doc_id = ?1 AND hash = ?2")?
            .query_row((doc.as_bytes(), hash.as_bytes()), |row| row.get(0))
            .optional()?;
        refused
            .map(|reason| Reason::from_number(reason).map(Fate::Refused).ok_or_else(|| damaged("reason")))
            .transpose()
    }

    fn at_seq(&self, doc: &DocId, actor: &ActorId, seq: u64) -> rusqlite::Result<Option<ChangeHash>> {
        let (Some(number), Some(actor)) = (self.number(doc)?, self.actor(actor)?) else { return Ok(None) };
        self.connection
            .prepare_cached("SELECT hash FROM change WHERE doc = ?1 AND actor = ?2 AND seq = ?3")?
            .query_row((number, actor.number, seq), |row| row.get(0).map(ChangeHash::new))
            .optional()
    }

    fn heads(&self, doc: &DocId) -> rusqlite::Result<Vec<ChangeHash>> {
        Ok(self.find(doc)?.map(|document| document.heads.clone()).unwrap_or_default())
    }

    fn puts(&self, doc: &DocId, key: &Key, visible_only: bool) -> rusqlite::Result<Vec<StoredPut>> {
        let Some(document) = self.find(doc)? else { return Ok(Vec::new()) };
        Ok(self.keep_puts(&document)?.of(key, visible_only))
    }

    fn operations_under(&self, doc: &DocId, instance: &str) -> rusqlite::Result<Vec<OpId>> {
        let Some(document) = self.find(doc)? else { return Ok(Vec::new()) };
        Ok(self.keep_puts(&document)?.under(instance))
    }
}

fn read_node(row: &Row<'_>) -> rusqlite::Result<Node> {
    Ok(Node { actor: ActorId::new(row.get(0)?), seq: row.get(1)?, max_op: row.get(2)?, clock: read_clock(row, 3)? })
}
