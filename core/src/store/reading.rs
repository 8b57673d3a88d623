//! What a record is read from: its visible values and who wrote them.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::{StoreError, column};
use crate::gate::OpId;
use crate::ids::{ActorId, ChangeHash, DeviceId, PersonId};
use crate::record::{self, Authorship, Record, VisiblePut};

/// Reads all that a document says, from its rows alone.
pub(crate) fn record(connection: &Connection, doc: i64) -> Result<Record, StoreError> {
    Ok(record::read(visible(connection, doc)?, &authorship(connection, doc)?))
}

fn visible(connection: &Connection, doc: i64) -> Result<Vec<VisiblePut>, StoreError> {
    let sql = "SELECT field.key, field.kind, field.value, field.counter, actor.actor, change.hash FROM field
               JOIN actor ON actor.id = field.actor JOIN change ON change.id = field.change
               WHERE field.doc = ?1 AND field.visible = 1";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([doc])?;
    let mut puts = Vec::new();
    while let Some(row) = rows.next()? {
        puts.push(VisiblePut {
            key: column::key(row, 0)?,
            value: column::value(row, 1)?,
            op: OpId { counter: column::count(row, 3)?, actor: ActorId::new(row.get(4)?) },
            hash: ChangeHash::new(row.get(5)?),
        });
    }
    Ok(puts)
}

/// Returns who wrote each change that brought a visible value.
fn authorship(connection: &Connection, doc: i64) -> Result<BTreeMap<ChangeHash, Authorship>, StoreError> {
    let sql = "SELECT change.hash, actor.person, actor.device_key, change.time, change.clock FROM change
               JOIN actor ON actor.id = change.actor
               WHERE change.id IN (SELECT change FROM field WHERE doc = ?1 AND visible = 1)";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([doc])?;
    let mut authors = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let author = Authorship {
            person: PersonId::new(row.get(1)?),
            device: DeviceId::of_key(&row.get(2)?),
            at: row.get(3)?,
            clock: column::clock(row, 4)?,
        };
        authors.insert(ChangeHash::new(row.get(0)?), author);
    }
    Ok(authors)
}

/// Returns everybody who wrote in a document.
pub(crate) fn authors(connection: &Connection, doc: i64) -> Result<Vec<PersonId>, StoreError> {
    let sql = "SELECT DISTINCT person FROM actor WHERE id IN (SELECT actor FROM change WHERE doc = ?1)";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([doc], |row| row.get(0).map(PersonId::new))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
