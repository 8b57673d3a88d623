//! Checking everything against the log: its running hash, every registration and signature, every rule of the gate, and every
//! row that was made from it.

mod document;

use std::collections::HashMap;

use rusqlite::Connection;
use sumu_core::gate::{Author, Known};
use sumu_core::ids::{ActorId, ChangeHash, DocId, PersonId};
use sumu_core::sign::{Certificate, Registration};

use super::sqlite::{CERTIFICATE, CHANGE, VERDICT, after, mark};
use super::{Head, Log};
use crate::Sqlite;
use crate::database::damaged;
use crate::programme::Programme;

/// What a check of everything against the log found.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Verified {
    /// How many rows the log has.
    pub rows: u64,
    /// How many changes were checked.
    pub changes: u64,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// At which position of the log, if at one.
    pub lsn: Option<u64>,
    /// What.
    pub what: String,
}

impl Verified {
    fn wrong(&mut self, lsn: Option<u64>, what: impl Into<String>) {
        self.problems.push(Problem { lsn, what: what.into() });
    }
}

/// Checks every signature, hash and rule of the log, its running hash, and the view against it.
///
/// It reads one document after the other, so it takes little memory, and changes nothing.
pub fn verify(connection: &Connection) -> rusqlite::Result<Verified> {
    let mut verified = Verified::default();
    let programme = Programme::load(connection).map_err(|_| damaged("programme"))?;
    check_rows(connection, &mut verified)?;
    let authors = check_actors(connection, &programme, &mut verified)?;
    document::check_all(connection, &programme, &authors, &mut verified)?;
    check_left_over(connection, &mut verified)?;
    Ok(verified)
}

/// Checks that positions have no holes and that each row's running hash follows from the one before.
fn check_rows(connection: &Connection, verified: &mut Verified) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(
        "SELECT l.lsn, l.kind, l.running, d.doc_id, c.hash, l.doc_id, l.hash, l.device, l.verdict, l.reason
         FROM log l LEFT JOIN doc d ON d.id = l.doc LEFT JOIN change c ON c.lsn = l.lsn AND l.kind = 1 ORDER BY l.lsn",
    )?;
    let mut rows = statement.query([])?;
    let mut head = Head { lsn: 0, running: [0; 32] };
    let mut followed = true;
    while let Some(row) = rows.next()? {
        let (lsn, kind): (u64, u8) = (row.get(0)?, row.get(1)?);
        verified.rows += 1;
        if lsn != head.lsn + 1 {
            verified.wrong(Some(lsn), format!("the log has a hole after {}", head.lsn));
        }
        head.lsn = lsn.saturating_sub(1);
        let (of_change, hash_of_change): (Option<[u8; 16]>, Option<[u8; 32]>) = (row.get(3)?, row.get(4)?);
        let (doc, hash): (Option<[u8; 16]>, Option<[u8; 32]>) = (row.get(5)?, row.get(6)?);
        let device: Option<[u8; 16]> = row.get(7)?;
        let said: [u8; 2] = [row.get::<_, Option<u8>>(8)?.unwrap_or(0), row.get::<_, Option<u8>>(9)?.unwrap_or(0)];
        let next = match (kind, of_change, hash_of_change, doc, hash, &device) {
            (CHANGE, Some(doc), Some(hash), ..) => after(&head, CHANGE, &DocId::new(doc), &ChangeHash::new(hash), &[]),
            (VERDICT, _, _, Some(doc), Some(hash), Some(device)) => {
                after(&head, VERDICT, &DocId::new(doc), &ChangeHash::new(hash), &[device, &said])
            }
            (CERTIFICATE, _, _, _, Some(hash), Some(device)) => {
                after(&head, CERTIFICATE, &DocId::new([0; 16]), &ChangeHash::new(hash), &[device])
            }
            _ => {
                verified.wrong(Some(lsn), "the row of the log is not complete, or its change is missing");
                Head { lsn, running: head.running }
            }
        };
        let kept: Vec<u8> = row.get(2)?;
        // One wrong row makes all after it differ; only the first says something.
        if followed && kept != mark(&next.running) {
            verified.wrong(Some(lsn), "the running hash does not follow from the rows up to here");
            followed = false;
        }
        head = next;
    }
    let kept = Sqlite::new(connection).head()?;
    if kept.lsn != head.lsn {
        verified.wrong(None, format!("the head stands at {}, the last row at {}", kept.lsn, head.lsn));
    } else if followed && kept.running != head.running {
        verified.wrong(None, "the running hash of the head is not that of the rows");
    }
    Ok(())
}

/// Checks every certificate and every registration, and returns whom each actor leads to.
fn check_actors(
    connection: &Connection,
    programme: &Programme,
    verified: &mut Verified,
) -> rusqlite::Result<HashMap<ActorId, Author>> {
    let mut certificates = connection.prepare("SELECT device_key, person, serial, bytes FROM certificate")?;
    let mut rows = certificates.query([])?;
    while let Some(row) = rows.next()? {
        let (key, person, serial): ([u8; 32], [u8; 16], u32) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let opened = Certificate::open(row.get_ref(3)?.as_blob()?, &programme.key.public(), &programme.id);
        let right = opened.as_ref().is_ok_and(|found| {
            found.device_key.as_bytes() == &key && found.person.as_bytes() == &person && found.serial == serial
        });
        if !right {
            verified.wrong(None, format!("certificate {serial} of person {} is not right", PersonId::new(person)));
        }
    }
    let store = Sqlite::new(connection);
    let mut authors = HashMap::new();
    let mut actors = connection.prepare(
        "SELECT a.actor, a.registration, EXISTS (SELECT 1 FROM certificate c WHERE c.device_key = a.device_key AND c.person = a.person)
         FROM actor a",
    )?;
    let mut rows = actors.query([])?;
    while let Some(row) = rows.next()? {
        let actor = ActorId::new(row.get(0)?);
        let author = store.author(&actor)?;
        let opened = Registration::open(row.get_ref(1)?.as_blob()?, &programme.id).ok();
        let registered = opened
            .filter(|found| found.actor == actor)
            .map(|found| Author { person: found.person, device_key: found.device_key });
        match author {
            Some(author) if Some(author) == registered && row.get(2)? => {
                authors.insert(actor, author);
            }
            _ => verified.wrong(None, format!("the registration of actor {actor} is not right")),
        }
    }
    Ok(authors)
}

/// Checks that nothing stands where it has no business.
fn check_left_over(connection: &Connection, verified: &mut Verified) -> rusqlite::Result<()> {
    const RULES: [(&str, &str); 4] = [
        (
            "changes are not in the log",
            "SELECT count(*) FROM change WHERE lsn NOT IN (SELECT lsn FROM log WHERE kind = 1)",
        ),
        ("summaries belong to no document", "SELECT count(*) FROM summary WHERE doc NOT IN (SELECT id FROM doc)"),
        (
            "changes wait although the log holds them",
            "SELECT count(*) FROM waiting w JOIN doc d ON d.doc_id = w.doc_id JOIN change c ON c.doc = d.id AND c.hash = w.hash",
        ),
        (
            "changes are refused although the log holds them",
            "SELECT count(*) FROM refused r JOIN doc d ON d.doc_id = r.doc_id JOIN change c ON c.doc = d.id AND c.hash = r.hash",
        ),
    ];
    for (what, sql) in RULES {
        let found: u64 = connection.query_row(sql, [], |row| row.get(0))?;
        if found > 0 {
            verified.wrong(None, format!("{found} {what}"));
        }
    }
    Ok(())
}
