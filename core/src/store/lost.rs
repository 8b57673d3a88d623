//! What is part of no document and never will be as it is: refused changes, and drafts that only a person may enter again.

use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use super::StoreError;
use crate::gate::Reason;
use crate::ids::{ChangeHash, DocId, PersonId};

/// Why a change is in no document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The server refused it for good.
    Server,
    /// This phone's gate refused what the server sent.
    Phone,
    /// It stood on a refused change, and only a person may say it again: a sign-off, a review, a settlement.
    Ask,
    /// It stood on a refused change, and somebody else wrote it.
    Other,
}

impl Cause {
    const fn number(self) -> i64 {
        match self {
            Self::Server => 1,
            Self::Phone => 2,
            Self::Ask => 3,
            Self::Other => 4,
        }
    }

    fn from_number(number: i64) -> Result<Self, StoreError> {
        [Self::Server, Self::Phone, Self::Ask, Self::Other]
            .into_iter()
            .find(|cause| cause.number() == number)
            .ok_or_else(|| StoreError::row("the cause of a refusal"))
    }
}

/// A change that is in no document.
#[derive(Debug, Clone)]
pub(crate) struct Lost {
    /// Its document.
    pub(crate) doc: DocId,
    /// Its hash.
    pub(crate) hash: ChangeHash,
    /// Why it is kept here.
    pub(crate) cause: Cause,
    /// The reason that was given.
    pub(crate) reason: Reason,
    /// Who wrote it, if that is known.
    pub(crate) person: Option<PersonId>,
    /// When, by the writer's clock.
    pub(crate) time: i64,
    /// Its bytes; they hold the values.
    pub(crate) bytes: Vec<u8>,
    /// Its signature.
    pub(crate) signature: Option<[u8; 64]>,
}

/// Keeps a change that is in no document.
pub(crate) fn put(tx: &Transaction<'_>, lost: &Lost) -> Result<(), StoreError> {
    let sql = "INSERT INTO lost (doc_id, hash, cause, reason, person, time, body, signature)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
               ON CONFLICT (doc_id, hash) DO UPDATE SET cause = min(cause, excluded.cause), reason = excluded.reason";
    tx.prepare_cached(sql)?.execute(rusqlite::params![
        lost.doc.as_bytes(),
        lost.hash.as_bytes(),
        lost.cause.number(),
        lost.reason.number(),
        lost.person.as_ref().map(PersonId::as_bytes),
        lost.time,
        lost.bytes,
        lost.signature,
    ])?;
    Ok(())
}

/// Returns why a change will never be taken. Drafts are no refusals: should the log hold one after all, it is taken.
pub(super) fn refusal(connection: &Connection, doc: &DocId, hash: &ChangeHash) -> Result<Option<Reason>, StoreError> {
    let sql = "SELECT reason FROM lost WHERE doc_id = ?1 AND hash = ?2 AND cause IN (1, 2)";
    let mut statement = connection.prepare_cached(sql)?;
    let number: Option<u8> = statement.query_row((doc.as_bytes(), hash.as_bytes()), |row| row.get(0)).optional()?;
    number.map(|number| Reason::from_number(number).ok_or_else(|| StoreError::row("a reason"))).transpose()
}

/// Returns everything that is kept here, oldest first.
pub(crate) fn all(connection: &Connection) -> Result<Vec<Lost>, StoreError> {
    let mut statement = connection.prepare_cached(concat!(
        "SELECT doc_id, hash, cause, reason, person, time, body, signature FROM lost",
        " ORDER BY id"
    ))?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

/// Returns what is kept here of one document, oldest first.
pub(crate) fn of_doc(connection: &Connection, doc: &DocId) -> Result<Vec<Lost>, StoreError> {
    let mut statement = connection.prepare_cached(concat!(
        "SELECT doc_id, hash, cause, reason, person, time, body, signature FROM lost",
        " WHERE doc_id = ?1 ORDER BY id"
    ))?;
    let mut rows = statement.query([doc.as_bytes()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

/// Returns the stable word of why a change is in no document.
pub(crate) fn told(lost: &Lost) -> String {
    match lost.cause {
        Cause::Server | Cause::Phone => lost.reason.to_string(),
        Cause::Ask => "must_be_said_again".to_owned(),
        Cause::Other => "another_persons_draft".to_owned(),
    }
}

fn read(row: &Row<'_>) -> Result<Lost, StoreError> {
    Ok(Lost {
        doc: DocId::new(row.get(0)?),
        hash: ChangeHash::new(row.get(1)?),
        cause: Cause::from_number(row.get(2)?)?,
        reason: Reason::from_number(row.get(3)?).ok_or_else(|| StoreError::row("a reason"))?,
        person: row.get::<_, Option<[u8; 16]>>(4)?.map(PersonId::new),
        time: row.get(5)?,
        bytes: row.get(6)?,
        signature: row.get(7)?,
    })
}
