//! Log and view on one SQLite transaction: the numbers that documents and actors have inside the file, looked up once.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use rusqlite::{Connection, OptionalExtension, Row};
use sumu_core::gate::{Author, DocumentSize};
use sumu_core::ids::{ActorId, ChangeHash, DocId, DocParts, ItemId, PersonId, RoundId, Ulid};
use sumu_core::record::CausalClock;
use sumu_core::sign::PublicKey;

use crate::database::damaged;
use crate::log::{Head, Kept};
use crate::view::Pending;

/// Log and view as one transaction sees them.
///
/// It remembers what it looked up and gathers what changes row by row (the head, heads of documents, summaries), so work in
/// one transaction must go through one value, which ends with [`Log::seal`](crate::log::Log::seal).
#[derive(Debug)]
pub struct Sqlite<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) head: Cell<Option<Head>>,
    pub(crate) sealed: Cell<u64>,
    pub(crate) docs: RefCell<HashMap<DocId, Option<Rc<Document>>>>,
    pub(crate) touched: RefCell<BTreeSet<DocId>>,
    pub(crate) folded: RefCell<HashMap<DocId, Pending>>,
    pub(crate) kept: RefCell<Kept>,
    actors: RefCell<HashMap<ActorId, Option<Actor>>>,
    last_doc: Cell<Option<i64>>,
    /// Whether any change waits or is kept aside, and whether any was refused: mostly none, and then none is looked for.
    pub(crate) waits: Cell<Option<bool>>,
    pub(crate) refuses: Cell<Option<bool>>,
}

/// An actor whose registration and certificate are known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Actor {
    pub(crate) number: i64,
    pub(crate) author: Author,
}

/// What is kept of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its number inside the file.
    pub(crate) number: i64,
    /// What it is about.
    pub parts: DocParts,
    /// The changes that no other follows, ascending.
    pub heads: Vec<ChangeHash>,
    /// How large it is.
    pub size: DocumentSize,
    /// The position of its last change.
    pub last_lsn: u64,
}

impl<'a> Sqlite<'a> {
    /// Works on a transaction, or on a reader for reading only.
    pub fn new(connection: &'a Connection) -> Self {
        Self {
            connection,
            head: Cell::new(None),
            sealed: Cell::new(0),
            docs: RefCell::default(),
            touched: RefCell::default(),
            folded: RefCell::default(),
            kept: RefCell::default(),
            actors: RefCell::default(),
            last_doc: Cell::new(None),
            waits: Cell::new(None),
            refuses: Cell::new(None),
        }
    }

    /// Returns an actor, if its registration and certificate are known.
    pub(crate) fn actor(&self, actor: &ActorId) -> rusqlite::Result<Option<Actor>> {
        if let Some(found) = self.actors.borrow().get(actor) {
            return Ok(*found);
        }
        let found: Option<(i64, [u8; 16], [u8; 32])> = self
            .connection
            .prepare_cached("SELECT id, person, device_key FROM actor WHERE actor = ?1")?
            .query_row([actor.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let found = match found {
            Some((number, person, key)) => {
                let device_key = PublicKey::from_bytes(&key).map_err(|_| damaged("device key"))?;
                Some(Actor { number, author: Author { person: PersonId::new(person), device_key } })
            }
            None => None,
        };
        self.actors.borrow_mut().insert(*actor, found);
        Ok(found)
    }

    /// Forgets that an actor was not known.
    pub(crate) fn forget_actor(&self, actor: &ActorId) {
        self.actors.borrow_mut().remove(actor);
    }

    /// Returns a document, if the log holds anything of it.
    pub(crate) fn find(&self, doc: &DocId) -> rusqlite::Result<Option<Rc<Document>>> {
        if let Some(found) = self.docs.borrow().get(doc) {
            return Ok(found.clone());
        }
        let found = self
            .connection
            .prepare_cached(
                "SELECT id, site, item, round, ulid, heads, actors, changes, bytes, last_lsn FROM doc WHERE doc_id = ?1",
            )?
            .query_row([doc.as_bytes()], read_document)
            .optional()?
            .map(Rc::new);
        self.docs.borrow_mut().insert(*doc, found.clone());
        Ok(found)
    }

    /// Returns the number of a document that the log holds something of.
    pub(crate) fn number(&self, doc: &DocId) -> rusqlite::Result<Option<i64>> {
        if let Some(found) = self.docs.borrow().get(doc) {
            return Ok(found.as_ref().map(|document| document.number));
        }
        Ok(self.find(doc)?.map(|document| document.number))
    }

    /// Tells whether any change waits or is kept aside.
    pub(crate) fn anything_waits(&self) -> rusqlite::Result<bool> {
        self.any(&self.waits, "SELECT EXISTS (SELECT 1 FROM waiting)")
    }

    /// Tells whether any change was refused.
    pub(crate) fn anything_refused(&self) -> rusqlite::Result<bool> {
        self.any(&self.refuses, "SELECT EXISTS (SELECT 1 FROM refused)")
    }

    fn any(&self, known: &Cell<Option<bool>>, sql: &str) -> rusqlite::Result<bool> {
        if let Some(known) = known.get() {
            return Ok(known);
        }
        let found = self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        known.set(Some(found));
        Ok(found)
    }

    /// Returns a number for a new document.
    pub(crate) fn next_number(&self) -> rusqlite::Result<i64> {
        let last = match self.last_doc.get() {
            Some(last) => last,
            None => self
                .connection
                .prepare_cached("SELECT coalesce(max(id), 0) FROM doc")?
                .query_row([], |row| row.get(0))?,
        };
        self.last_doc.set(Some(last + 1));
        Ok(last + 1)
    }
}

fn read_document(row: &Row<'_>) -> rusqlite::Result<Document> {
    let heads: Vec<u8> = row.get(5)?;
    Ok(Document {
        number: row.get(0)?,
        parts: read_parts(row, 1)?,
        heads: read_hashes(&heads)?,
        size: DocumentSize { actors: row.get(6)?, changes: row.get(7)?, bytes: row.get(8)? },
        last_lsn: row.get(9)?,
    })
}

/// Reads site, item, round and ulid from a column on.
pub(crate) fn read_parts(row: &Row<'_>, first: usize) -> rusqlite::Result<DocParts> {
    let site: String = row.get(first)?;
    let site = site.parse().map_err(|_| damaged("site"))?;
    let id = |column: usize| row.get::<_, Option<[u8; 16]>>(first + column);
    let (item, round, ulid) = (id(1)?, id(2)?, id(3)?);
    match (item, round, ulid) {
        (Some(item), Some(round), None) => {
            Ok(DocParts::Record { site, item: ItemId::new(item), round: RoundId::new(round) })
        }
        (None, None, Some(ulid)) => {
            Ok(DocParts::Finding { site, ulid: Ulid::from_slice(&ulid).ok_or_else(|| damaged("document"))? })
        }
        _ => Err(damaged("document")),
    }
}

/// The columns site, item, round and ulid of a document.
pub(crate) type Columns<'a> = (&'a str, Option<[u8; 16]>, Option<[u8; 16]>, Option<[u8; 16]>);

/// Writes what [`read_parts`] reads.
pub(crate) fn columns(parts: &DocParts) -> Columns<'_> {
    match parts {
        DocParts::Record { site, item, round } => {
            (site.as_str(), Some(*item.as_bytes()), Some(*round.as_bytes()), None)
        }
        DocParts::Finding { site, ulid } => (site.as_str(), None, None, Some(ulid.to_bytes())),
    }
}

/// Reads hashes that stand one after the other.
pub(crate) fn read_hashes(bytes: &[u8]) -> rusqlite::Result<Vec<ChangeHash>> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    if rest.is_empty() { Ok(hashes.iter().copied().map(ChangeHash::new).collect()) } else { Err(damaged("hashes")) }
}

/// Writes hashes one after the other.
pub(crate) fn write_hashes(hashes: &[ChangeHash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

/// Reads a clock.
pub(crate) fn read_clock(row: &Row<'_>, column: usize) -> rusqlite::Result<CausalClock> {
    let bytes = row.get_ref(column)?.as_blob()?;
    CausalClock::decode(bytes).ok_or_else(|| damaged("clock"))
}
