//! A document's history: every put, with who said it and what became of it.

use rusqlite::Connection;

use super::lost::{self, Cause};
use super::{StoreError, column, people, reference};
use crate::gate::{Reason, Verdict, parse};
use crate::ids::{ChangeHash, DeviceId, DocId, PersonId};
use crate::record::{Key, Value};

/// One put of a record's history.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryRow {
    /// The document.
    pub doc: DocId,
    /// The change that brought it.
    pub hash: ChangeHash,
    /// When it was written, in seconds since 1970 by the writer's clock.
    pub at: i64,
    /// Who wrote it: a handle, or the id of someone whom this phone does not know.
    pub by: String,
    /// On which device.
    pub device: DeviceId,
    /// The key.
    pub key: Key,
    /// The value.
    pub value: Value,
    /// What the server last said of the change; nothing: it was not sent yet.
    pub verdict: Option<Verdict>,
}

/// Returns every put of a document in the order in which this phone took them, then those of changes that are not part of it.
pub(crate) fn of_doc(connection: &Connection, doc: &DocId, life: i64) -> Result<Vec<HistoryRow>, StoreError> {
    let sql = "SELECT change.hash, change.time, actor.person, actor.device_key, field.key, field.kind, field.value,
               change.verdict, change.reason, change.life IS ?2
               FROM change JOIN field ON field.change = change.id AND field.doc = change.doc
               JOIN actor ON actor.id = change.actor
               WHERE change.doc = (SELECT id FROM doc WHERE doc_id = ?1) ORDER BY change.id, field.counter";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query((doc.as_bytes(), life))?;
    let mut history = Vec::new();
    while let Some(row) = rows.next()? {
        let said = if row.get(9)? { Verdict::from_numbers(row.get(7)?, row.get(8)?) } else { None };
        history.push(HistoryRow {
            doc: *doc,
            hash: ChangeHash::new(row.get(0)?),
            at: row.get(1)?,
            by: name_of(connection, &PersonId::new(row.get(2)?))?,
            device: DeviceId::of_key(&row.get(3)?),
            key: column::key(row, 4)?,
            value: column::value(row, 5)?,
            verdict: said,
        });
    }
    drop(rows);
    let mut statement = connection.prepare_cached("SELECT body, reason FROM waiting WHERE doc_id = ?1 ORDER BY lsn")?;
    let mut rows = statement.query([doc.as_bytes()])?;
    while let Some(row) = rows.next()? {
        let reason = Reason::from_number(row.get(1)?).ok_or_else(|| StoreError::row("a reason"))?;
        unpack(connection, doc, &row.get::<_, Vec<u8>>(0)?, Verdict::Pending(reason), None, &mut history)?;
    }
    for lost in lost::of_doc(connection, doc)? {
        let verdict = match lost.cause {
            Cause::Server | Cause::Phone => Verdict::Refused(lost.reason),
            Cause::Ask | Cause::Other => Verdict::Parked(lost.reason),
        };
        unpack(connection, doc, &lost.bytes, verdict, lost.person, &mut history)?;
    }
    Ok(history)
}

/// Adds the puts of a change that is not part of the document; one that cannot be read, or of an unknown author, has none.
fn unpack(
    connection: &Connection,
    doc: &DocId,
    bytes: &[u8],
    verdict: Verdict,
    person: Option<PersonId>,
    history: &mut Vec<HistoryRow>,
) -> Result<(), StoreError> {
    let Ok(change) = parse(bytes) else { return Ok(()) };
    let Some(author) = people::author(connection, &change.actor)? else { return Ok(()) };
    let by = name_of(connection, &person.unwrap_or(author.person))?;
    history.extend(change.puts.iter().map(|put| HistoryRow {
        doc: *doc,
        hash: change.hash,
        at: change.time,
        by: by.clone(),
        device: author.device_key.device(),
        key: put.key.clone(),
        value: put.value.clone(),
        verdict: Some(verdict),
    }));
    Ok(())
}

fn name_of(connection: &Connection, person: &PersonId) -> Result<String, StoreError> {
    Ok(reference::handle(connection, person)?.map_or_else(|| person.to_string(), |handle| handle.to_string()))
}
