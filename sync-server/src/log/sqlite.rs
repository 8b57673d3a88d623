//! The log on SQLite.

use std::rc::Rc;

use rusqlite::{OptionalExtension, Row, params};
use sha2::{Digest, Sha256};
use sumu_core::gate::{DocumentSize, Reason, Verdict};
use sumu_core::ids::{ActorId, ChangeHash, ContentHash, DeviceId, DocId, PersonId};
use sumu_core::sign::Registration;
use sumu_core::wire::Cursor;

use super::{Appended, Entry, Head, LaterVerdict, Log, LogRow, Logged, StoredChange, Waiting, make_cursor};
use crate::Sqlite;
use crate::database::damaged;
use crate::sqlite::{Document, columns, read_hashes, read_parts, write_hashes};

pub(super) const CHANGE: u8 = 1;
pub(super) const VERDICT: u8 = 2;
pub(super) const CERTIFICATE: u8 = 3;

const WAITING: &str =
    "SELECT doc_id, site, item, round, ulid, hash, actor, person, device, carrier, state, reason, missing,
    start_op, body, signature, received_at FROM waiting";

const ROWS: &str =
    "SELECT l.lsn, l.running, l.kind, d.site, d.item, d.round, d.ulid, s.code, l.doc_id, l.hash, l.device,
        l.verdict, l.reason
    FROM log l LEFT JOIN doc d ON d.id = l.doc LEFT JOIN site s ON s.site = d.site";

impl Log for Sqlite<'_> {
    fn head(&self) -> rusqlite::Result<Head> {
        if let Some(head) = self.head.get() {
            return Ok(head);
        }
        let head = self
            .connection
            .prepare_cached("SELECT lsn, running FROM log_head")?
            .query_row([], |row| Ok(Head { lsn: row.get(0)?, running: row.get(1)? }))?;
        self.head.set(Some(head));
        self.sealed.set(head.lsn);
        Ok(head)
    }

    fn register(&self, registration: &Registration, bytes: &[u8]) -> rusqlite::Result<()> {
        // The first registration of an actor holds: a later one of another key would take over its work.
        self.connection
            .prepare_cached(
                "INSERT INTO actor (actor, person, device_key, registration) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
            )?
            .execute((
                registration.actor.as_bytes(),
                registration.person.as_bytes(),
                registration.device_key.as_bytes(),
                bytes,
            ))?;
        self.forget_actor(&registration.actor);
        Ok(())
    }

    fn document(&self, doc: &DocId) -> rusqlite::Result<Option<Rc<Document>>> {
        self.find(doc)
    }

    fn append(&self, entry: &Entry<'_>) -> rusqlite::Result<Appended> {
        let (doc, change) = (entry.doc, &entry.accepted.change);
        let found = self.find(doc)?;
        if found.is_some()
            && let Some(lsn) = self.position(doc, &change.hash)?
        {
            return Ok(Appended::Known(lsn));
        }
        let actor = self.actor(&change.actor)?.ok_or_else(|| damaged("actor"))?;
        let mut document = match found {
            Some(document) => Rc::unwrap_or_clone(document),
            None => Document {
                number: self.next_number()?,
                parts: entry.parts.clone(),
                heads: Vec::new(),
                size: DocumentSize::default(),
                last_lsn: 0,
            },
        };
        let head = self.next(CHANGE, doc, &change.hash, &[])?;
        self.connection
            .prepare_cached("INSERT INTO log (lsn, kind, doc, running) VALUES (?1, 1, ?2, ?3)")?
            .execute((head.lsn, document.number, mark(&head.running)))?;
        self.connection
            .prepare_cached("INSERT INTO change VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")?
            .execute(params![
                head.lsn,
                document.number,
                change.hash.as_bytes(),
                actor.number,
                change.seq,
                entry.accepted.node.max_op,
                change.time,
                entry.late,
                entry.accepted.node.clock.encode(),
                entry.signature,
                entry.bytes,
            ])?;
        self.add_puts(document.number, change, entry.bytes.len());
        document.heads.retain(|old| change.deps.binary_search(old).is_err());
        let place = document.heads.binary_search(&change.hash).unwrap_or_else(|place| place);
        document.heads.insert(place, change.hash);
        document.size.actors += usize::from(change.seq == 1);
        document.size.changes += 1;
        document.size.bytes += entry.bytes.len();
        document.last_lsn = head.lsn;
        self.docs.borrow_mut().insert(*doc, Some(Rc::new(document)));
        self.touched.borrow_mut().insert(*doc);
        Ok(Appended::New(head.lsn))
    }

    fn append_verdict(&self, later: &LaterVerdict) -> rusqlite::Result<u64> {
        let (verdict, reason) = later.verdict.numbers();
        let head = self.next(VERDICT, &later.doc, &later.hash, &[later.device.as_bytes(), &[verdict, reason]])?;
        self.connection
            .prepare_cached(
                "INSERT INTO log (lsn, kind, doc_id, hash, device, verdict, reason, running) VALUES (?1, 2, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                head.lsn,
                later.doc.as_bytes(),
                later.hash.as_bytes(),
                later.device.as_bytes(),
                verdict,
                reason,
                mark(&head.running)
            ])?;
        Ok(head.lsn)
    }

    fn append_certificate(&self, device: &DeviceId, certificate: &ContentHash) -> rusqlite::Result<u64> {
        let (no_doc, hash) = (DocId::new([0; 16]), ChangeHash::new(*certificate.as_bytes()));
        let head = self.next(CERTIFICATE, &no_doc, &hash, &[device.as_bytes()])?;
        self.connection
            .prepare_cached("INSERT INTO log (lsn, kind, hash, device, running) VALUES (?1, 3, ?2, ?3, ?4)")?
            .execute((head.lsn, hash.as_bytes(), device.as_bytes(), mark(&head.running)))?;
        Ok(head.lsn)
    }

    fn seal(&self) -> rusqlite::Result<Head> {
        for doc in std::mem::take(&mut *self.touched.borrow_mut()) {
            let Some(document) = self.find(&doc)? else { continue };
            let (site, item, round, ulid) = columns(&document.parts);
            self.connection
                .prepare_cached(
                    "INSERT INTO doc VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (id) DO UPDATE SET
                     heads = excluded.heads, actors = excluded.actors, changes = excluded.changes, bytes = excluded.bytes,
                     last_lsn = excluded.last_lsn",
                )?
                .execute(params![
                    document.number,
                    doc.as_bytes(),
                    site,
                    item,
                    round,
                    ulid,
                    write_hashes(&document.heads),
                    document.size.actors as u64,
                    document.size.changes as u64,
                    document.size.bytes as u64,
                    document.last_lsn,
                ])?;
        }
        let head = self.head()?;
        if head.lsn > self.sealed.get() {
            self.connection
                .prepare_cached("UPDATE log_head SET lsn = ?1, running = ?2")?
                .execute((head.lsn, head.running))?;
            self.sealed.set(head.lsn);
        }
        Ok(head)
    }

    fn cursor(&self, lsn: u64) -> rusqlite::Result<Option<Cursor>> {
        if lsn == 0 {
            return Ok(Some(Cursor::default()));
        }
        self.connection
            .prepare_cached("SELECT running FROM log WHERE lsn = ?1")?
            .query_row([lsn], |row| Ok(make_cursor(lsn, row.get(0)?)))
            .optional()
    }

    fn rows(&self, after: u64, limit: usize) -> rusqlite::Result<Vec<LogRow>> {
        self.connection
            .prepare_cached(&format!("{ROWS} WHERE l.lsn > ?1 ORDER BY l.lsn LIMIT ?2"))?
            .query_map((after, limit), read_row)?
            .collect()
    }

    fn rows_for(&self, device: &DeviceId, after: u64, limit: usize) -> rusqlite::Result<Vec<LogRow>> {
        self.connection
            .prepare_cached(&format!(
                "{ROWS} WHERE l.kind <> 1 AND l.device = ?1 AND l.lsn > ?2 ORDER BY l.lsn LIMIT ?3"
            ))?
            .query_map((device.as_bytes(), after, limit), read_row)?
            .collect()
    }

    fn change(&self, lsn: u64) -> rusqlite::Result<Option<StoredChange>> {
        self.connection
            .prepare_cached(
                "SELECT c.hash, a.actor, c.seq, c.signature, c.body FROM change c JOIN actor a ON a.id = c.actor WHERE c.lsn = ?1",
            )?
            .query_row([lsn], read_change)
            .optional()
    }

    fn position(&self, doc: &DocId, hash: &ChangeHash) -> rusqlite::Result<Option<u64>> {
        let Some(number) = self.number(doc)? else { return Ok(None) };
        self.connection
            .prepare_cached("SELECT lsn FROM change WHERE doc = ?1 AND hash = ?2")?
            .query_row((number, hash.as_bytes()), |row| row.get(0))
            .optional()
    }

    fn keep(&self, waiting: &Waiting) -> rusqlite::Result<()> {
        self.waits.set(Some(true));
        let (site, item, round, ulid) = columns(&waiting.parts);
        let (state, reason) = waiting.verdict.numbers();
        let (person, device) = waiting.author.unzip();
        self.connection
            .prepare_cached(
                "INSERT INTO waiting (doc_id, hash, site, item, round, ulid, actor, person, device, carrier, state, reason,
                                      missing, start_op, body, signature, received_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
                 ON CONFLICT (doc_id, hash) DO UPDATE SET person = excluded.person, device = excluded.device,
                    state = excluded.state, reason = excluded.reason, missing = excluded.missing,
                    signature = CASE WHEN excluded.person IS NULL THEN signature ELSE excluded.signature END",
            )?
            .execute(params![
                waiting.doc.as_bytes(),
                waiting.hash.as_bytes(),
                site,
                item,
                round,
                ulid,
                waiting.actor.as_bytes(),
                person.map(|person: PersonId| *person.as_bytes()),
                device.map(|device: DeviceId| *device.as_bytes()),
                waiting.carrier.as_bytes(),
                state,
                reason,
                write_hashes(&waiting.missing),
                waiting.start_op,
                waiting.bytes,
                waiting.signature,
                waiting.received_at,
            ])?;
        Ok(())
    }

    fn waiting(&self, doc: &DocId) -> rusqlite::Result<Vec<Waiting>> {
        self.connection
            .prepare_cached(&format!("{WAITING} WHERE doc_id = ?1 ORDER BY start_op, hash"))?
            .query_map([doc.as_bytes()], read_waiting)?
            .collect()
    }

    fn kept(&self, doc: &DocId, hash: &ChangeHash) -> rusqlite::Result<Option<Waiting>> {
        self.connection
            .prepare_cached(&format!("{WAITING} WHERE doc_id = ?1 AND hash = ?2"))?
            .query_row((doc.as_bytes(), hash.as_bytes()), read_waiting)
            .optional()
    }

    fn release(&self, doc: &DocId, hash: &ChangeHash) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached("DELETE FROM waiting WHERE doc_id = ?1 AND hash = ?2")?
            .execute((doc.as_bytes(), hash.as_bytes()))?;
        Ok(())
    }

    fn refuse(
        &self,
        doc: &DocId,
        hash: &ChangeHash,
        actor: Option<&ActorId>,
        reason: Reason,
        now: i64,
    ) -> rusqlite::Result<()> {
        self.refuses.set(Some(true));
        self.connection
            .prepare_cached("INSERT INTO refused VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING")?
            .execute((doc.as_bytes(), hash.as_bytes(), reason.number(), actor.map(ActorId::as_bytes), now))?;
        Ok(())
    }
}

impl Sqlite<'_> {
    /// Gives out the next position.
    fn next(&self, kind: u8, doc: &DocId, hash: &ChangeHash, rest: &[&[u8]]) -> rusqlite::Result<Head> {
        let head = after(&self.head()?, kind, doc, hash, rest);
        self.head.set(Some(head));
        Ok(head)
    }
}

/// Returns the head after one more row.
pub(super) fn after(head: &Head, kind: u8, doc: &DocId, hash: &ChangeHash, rest: &[&[u8]]) -> Head {
    let lsn = head.lsn + 1;
    let mut running = Sha256::new()
        .chain_update(head.running)
        .chain_update(lsn.to_be_bytes())
        .chain_update([kind])
        .chain_update(doc.as_bytes())
        .chain_update(hash.as_bytes());
    for part in rest {
        running.update(part);
    }
    Head { lsn, running: running.finalize().into() }
}

/// Returns what a row keeps of the running hash.
pub(super) fn mark(running: &[u8; 32]) -> &[u8] {
    running.split_at(8).0
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<LogRow> {
    let doc = || row.get(8).map(DocId::new);
    let device = || row.get(10).map(DeviceId::new);
    let what = match row.get::<_, u8>(2)? {
        CHANGE => {
            Logged::Change { parts: read_parts(row, 3)?, code: row.get::<_, Option<String>>(7)?.unwrap_or_default() }
        }
        VERDICT => Logged::Verdict(LaterVerdict {
            doc: doc()?,
            hash: ChangeHash::new(row.get(9)?),
            device: device()?,
            verdict: Verdict::from_numbers(row.get(11)?, row.get(12)?).ok_or_else(|| damaged("verdict"))?,
        }),
        CERTIFICATE => Logged::Certificate { device: device()?, hash: ContentHash::new(row.get(9)?) },
        _ => return Err(damaged("row of the log")),
    };
    Ok(LogRow { lsn: row.get(0)?, mark: row.get(1)?, what })
}

pub(crate) fn read_change(row: &Row<'_>) -> rusqlite::Result<StoredChange> {
    Ok(StoredChange {
        hash: ChangeHash::new(row.get(0)?),
        actor: ActorId::new(row.get(1)?),
        seq: row.get(2)?,
        signature: row.get(3)?,
        bytes: row.get(4)?,
    })
}

fn read_waiting(row: &Row<'_>) -> rusqlite::Result<Waiting> {
    let person: Option<[u8; 16]> = row.get(7)?;
    let device: Option<[u8; 16]> = row.get(8)?;
    let missing: Vec<u8> = row.get(12)?;
    Ok(Waiting {
        doc: DocId::new(row.get(0)?),
        parts: read_parts(row, 1)?,
        hash: ChangeHash::new(row.get(5)?),
        actor: ActorId::new(row.get(6)?),
        author: person.map(PersonId::new).zip(device.map(DeviceId::new)),
        carrier: DeviceId::new(row.get(9)?),
        verdict: Verdict::from_numbers(row.get(10)?, row.get(11)?).ok_or_else(|| damaged("verdict"))?,
        missing: read_hashes(&missing)?,
        start_op: row.get(13)?,
        bytes: row.get(14)?,
        signature: row.get(15)?,
        received_at: row.get(16)?,
    })
}
