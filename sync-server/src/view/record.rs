//! A record as its rows tell it: what it says, who said it, and everything that was ever put.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{OptionalExtension, Row};
use sumu_core::gate::OpId;
use sumu_core::ids::{ActorId, ChangeHash, DeviceId, DocId, DocParts, Handle, ItemId, PersonId, RoundId, SiteId};
use sumu_core::record::{Authorship, Record, VisiblePut, read};

use super::area::item;
use super::{HistoryRow, PersonName, RecordPage};
use crate::Sqlite;
use crate::database::damaged;
use crate::sqlite::{columns, read_clock, read_hashes, read_value};

impl Sqlite<'_> {
    /// Reads what a document says, by its number.
    pub(super) fn read_record(&self, number: i64) -> rusqlite::Result<Record> {
        let mut puts = self.connection.prepare_cached(
            "SELECT f.key, f.counter, a.actor, f.lsn, f.kind, f.value FROM field f JOIN actor a ON a.id = f.actor
             WHERE f.doc = ?1 AND f.visible",
        )?;
        let mut change = self.connection.prepare_cached(
            "SELECT c.hash, a.person, a.device_key, c.time, c.clock FROM change c JOIN actor a ON a.id = c.actor
             WHERE c.lsn = ?1",
        )?;
        let (mut visible, mut authorship, mut hashes) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        let mut rows = puts.query([number])?;
        while let Some(row) = rows.next()? {
            let lsn: i64 = row.get(3)?;
            let hash = match hashes.get(&lsn) {
                Some(hash) => *hash,
                None => {
                    let (hash, by) = change.query_row([lsn], read_authorship)?;
                    authorship.insert(hash, by);
                    hashes.insert(lsn, hash);
                    hash
                }
            };
            visible.push(read_visible(row, hash)?);
        }
        Ok(read(visible, &authorship))
    }

    pub(super) fn record_page(
        &self,
        site: &SiteId,
        item_id: &ItemId,
        round: &RoundId,
    ) -> rusqlite::Result<Option<RecordPage>> {
        let code: Option<String> = self
            .connection
            .prepare_cached("SELECT code FROM site WHERE site = ?1")?
            .query_row([site.as_str()], |row| row.get(0))
            .optional()?;
        let handle: Option<String> = self
            .connection
            .prepare_cached("SELECT handle FROM round WHERE id = ?1")?
            .query_row([round.as_bytes()], |row| row.get(0))
            .optional()?;
        let (Some(code), Some(handle), Some(item)) = (code, handle, item(self.connection, item_id)?) else {
            return Ok(None);
        };
        let round_handle: Handle = handle.parse().map_err(|_| damaged("handle"))?;
        let region = self.region_at(&code)?.ok_or_else(|| damaged("region"))?;
        let parts = DocParts::Record { site: site.clone(), item: *item_id, round: *round };
        let mut page = RecordPage {
            above: self.above(&region)?,
            region,
            item,
            round: round_handle,
            record: Record::default(),
            form: None,
            heads: Vec::new(),
            history: Vec::new(),
            people: BTreeMap::new(),
            parts,
        };
        if let Some((number, heads)) = self.begun(&page.parts)? {
            page.record = self.read_record(number)?;
            page.heads = heads;
            page.history = self.history(number)?;
            page.people = self.people(&page)?;
        }
        page.form = self.governing(&page.record, &page.parts)?;
        Ok(Some(page))
    }

    /// Finds a document by what it is about.
    fn begun(&self, parts: &DocParts) -> rusqlite::Result<Option<(i64, Vec<ChangeHash>)>> {
        let (site, item, round, ulid) = columns(parts);
        self.connection
            .prepare_cached("SELECT id, heads FROM doc WHERE site = ?1 AND round IS ?3 AND item IS ?2 AND ulid IS ?4")?
            .query_row((site, item, round, ulid), |row| Ok((row.get(0)?, read_hashes(row.get_ref(1)?.as_blob()?)?)))
            .optional()
    }

    fn history(&self, number: i64) -> rusqlite::Result<Vec<HistoryRow>> {
        self.connection
            .prepare_cached(
                "SELECT c.hash, c.lsn, c.time, a.person, a.device_key, f.key, f.visible, c.late, f.kind, f.value
                 FROM field f JOIN change c ON c.lsn = f.lsn JOIN actor a ON a.id = c.actor
                 WHERE f.doc = ?1 ORDER BY f.lsn, f.counter",
            )?
            .query_map([number], read_history)?
            .collect()
    }

    /// Returns the names of everybody who wrote in a record.
    fn people(&self, page: &RecordPage) -> rusqlite::Result<BTreeMap<PersonId, PersonName>> {
        let people: BTreeSet<PersonId> = page.history.iter().map(|row| row.person).collect();
        let mut names = BTreeMap::new();
        for person in people {
            let found: Option<(String, String)> = self
                .connection
                .prepare_cached("SELECT handle, name FROM person WHERE id = ?1")?
                .query_row([person.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            if let Some((handle, name)) = found {
                names.insert(person, PersonName { handle: handle.parse().map_err(|_| damaged("handle"))?, name });
            }
        }
        Ok(names)
    }
}

impl RecordPage {
    /// Returns what people call somebody who wrote in the record; one who is not known is called by their id.
    pub fn handle_of(&self, person: &PersonId) -> String {
        self.people.get(person).map_or_else(|| person.to_string(), |name| name.handle.to_string())
    }

    /// Returns the document's id.
    pub fn doc_id(&self, programme: &sumu_core::ids::ProgrammeId) -> DocId {
        self.parts.doc_id(programme)
    }
}

fn read_visible(row: &Row<'_>, hash: ChangeHash) -> rusqlite::Result<VisiblePut> {
    let key: String = row.get(0)?;
    Ok(VisiblePut {
        key: key.parse().map_err(|_| damaged("key"))?,
        op: OpId { counter: row.get(1)?, actor: ActorId::new(row.get(2)?) },
        value: read_value(row, 4)?,
        hash,
    })
}

fn read_authorship(row: &Row<'_>) -> rusqlite::Result<(ChangeHash, Authorship)> {
    let by = Authorship {
        person: PersonId::new(row.get(1)?),
        device: DeviceId::of_key(&row.get(2)?),
        at: row.get(3)?,
        clock: read_clock(row, 4)?,
    };
    Ok((ChangeHash::new(row.get(0)?), by))
}

fn read_history(row: &Row<'_>) -> rusqlite::Result<HistoryRow> {
    let key: String = row.get(5)?;
    Ok(HistoryRow {
        hash: ChangeHash::new(row.get(0)?),
        lsn: row.get(1)?,
        at: row.get(2)?,
        person: PersonId::new(row.get(3)?),
        device: DeviceId::of_key(&row.get(4)?),
        key: key.parse().map_err(|_| damaged("key"))?,
        visible: row.get(6)?,
        late: row.get(7)?,
        value: read_value(row, 8)?,
    })
}
