//! The puts of a document, read from its changes: the log is all that holds them, so nothing beside it can say otherwise.

use std::collections::HashMap;
use std::rc::Rc;

use sumu_core::gate::{Change, Puts, limits, parse};

use crate::Sqlite;
use crate::database::damaged;
use crate::sqlite::Document;

/// How many bytes of changes a transaction keeps the puts of, so that the documents of a page of edits are read once each: room
/// for thousands as they are, and for 16 as large as may be, between which a hostile page could otherwise go to and fro.
const BYTES: usize = 16 * limits::DOCUMENT_BYTES;

/// The puts of the documents that a transaction has asked for, by their numbers.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    puts: HashMap<i64, Rc<Puts>>,
    bytes: usize,
}

impl Sqlite<'_> {
    /// Returns the puts of a document. Its limits (512 KB, 4,096 changes) keep this short.
    pub(crate) fn puts(&self, number: i64) -> rusqlite::Result<Rc<Puts>> {
        match self.kept.borrow().puts.get(&number) {
            Some(puts) => Ok(puts.clone()),
            None => Ok(Rc::new(self.read_puts(number)?)),
        }
    }

    /// Returns the puts of a document that the same transaction will ask for again.
    pub(super) fn keep_puts(&self, document: &Document) -> rusqlite::Result<Rc<Puts>> {
        let puts = self.puts(document.number)?;
        let (number, bytes) = (document.number, document.size.bytes);
        let mut kept = self.kept.borrow_mut();
        if kept.puts.contains_key(&number) {
            return Ok(puts);
        }
        if kept.bytes + bytes > BYTES {
            *kept = Kept::default();
        }
        kept.bytes += bytes;
        kept.puts.insert(number, puts.clone());
        Ok(puts)
    }

    /// Adds a change that was appended to the puts that are kept of its document.
    pub(super) fn add_puts(&self, number: i64, change: &Change, bytes: usize) {
        let mut kept = self.kept.borrow_mut();
        if let Some(puts) = kept.puts.get_mut(&number) {
            Rc::make_mut(puts).add(change);
            kept.bytes += bytes;
        }
    }

    fn read_puts(&self, number: i64) -> rusqlite::Result<Puts> {
        let mut puts = Puts::default();
        let mut changes = self.connection.prepare_cached("SELECT body FROM change WHERE doc = ?1 ORDER BY lsn")?;
        let mut rows = changes.query([number])?;
        while let Some(row) = rows.next()? {
            puts.add(&parse(row.get_ref(0)?.as_blob()?).map_err(|_| damaged("change"))?);
        }
        Ok(puts)
    }
}
