//! A record as its changes tell it: what it says, who said it, and everything that was ever put.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use rusqlite::{OptionalExtension, Row};
use sumu_core::gate::Puts;
use sumu_core::ids::{ChangeHash, DeviceId, DocId, DocParts, Handle, ItemId, PersonId, RoundId, SiteId};
use sumu_core::record::{Authorship, Record, read};

use super::area::item;
use super::{HistoryRow, PersonName, RecordPage};
use crate::Sqlite;
use crate::database::damaged;
use crate::sqlite::{columns, read_clock, read_hashes};

impl Sqlite<'_> {
    /// Reads what a document says, by its number.
    pub(super) fn read_record(&self, number: i64) -> rusqlite::Result<Record> {
        self.record_of(number, &*self.puts(number)?)
    }

    fn record_of(&self, number: i64, puts: &Puts) -> rusqlite::Result<Record> {
        let visible = puts.visible();
        let mut change = self.connection.prepare_cached(
            "SELECT a.person, a.device_key, c.time, c.clock FROM change c JOIN actor a ON a.id = c.actor
             WHERE c.doc = ?1 AND c.hash = ?2",
        )?;
        let mut authorship = BTreeMap::new();
        for hash in visible.iter().map(|put| put.hash) {
            if let Entry::Vacant(place) = authorship.entry(hash) {
                place.insert(change.query_row((number, hash.as_bytes()), read_authorship)?);
            }
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
            let puts = self.puts(number)?;
            page.record = self.record_of(number, &puts)?;
            page.heads = heads;
            page.history = self.history(number, &puts)?;
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

    /// Returns every put in the order of the log.
    fn history(&self, number: i64, puts: &Puts) -> rusqlite::Result<Vec<HistoryRow>> {
        let mut changes = self.connection.prepare_cached(
            "SELECT c.hash, c.lsn, c.time, a.person, a.device_key, c.late
             FROM change c JOIN actor a ON a.id = c.actor WHERE c.doc = ?1",
        )?;
        let changes: HashMap<ChangeHash, Written> =
            changes.query_map([number], read_written)?.collect::<Result<_, _>>()?;
        let mut rows = Vec::new();
        for (key, put) in puts.iter() {
            let Written { lsn, at, person, device, late } = *changes.get(&put.hash).ok_or_else(|| damaged("change"))?;
            let (key, value, visible) = (key.clone(), put.value.clone(), put.visible);
            rows.push((put.op, HistoryRow { hash: put.hash, lsn, at, person, device, key, value, visible, late }));
        }
        rows.sort_by_key(|(op, row)| (row.lsn, op.counter));
        Ok(rows.into_iter().map(|(_, row)| row).collect())
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

/// A change as its row tells of it.
struct Written {
    lsn: u64,
    at: i64,
    person: PersonId,
    device: DeviceId,
    late: bool,
}

fn read_written(row: &Row<'_>) -> rusqlite::Result<(ChangeHash, Written)> {
    let written = Written {
        lsn: row.get(1)?,
        at: row.get(2)?,
        person: PersonId::new(row.get(3)?),
        device: DeviceId::of_key(&row.get(4)?),
        late: row.get(5)?,
    };
    Ok((ChangeHash::new(row.get(0)?), written))
}

fn read_authorship(row: &Row<'_>) -> rusqlite::Result<Authorship> {
    Ok(Authorship {
        person: PersonId::new(row.get(0)?),
        device: DeviceId::of_key(&row.get(1)?),
        at: row.get(2)?,
        clock: read_clock(row, 3)?,
    })
}
