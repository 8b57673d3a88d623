//! The reference data of a device: parts by hash, made once for each set of areas and kept until the office changes something.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use rusqlite::{Connection, Row};
use sumu_core::gate::RoundKind;
use sumu_core::ids::{ContentHash, ItemId, PersonId, RoundId};
use sumu_core::reference::{
    FormRow, ItemFormRow, ItemRow, Manifest, Part, PersonRow, RoundRow, RoundState, SiteRow, kind,
};
use sumu_core::region::{Area, Region};

use crate::Sqlite;
use crate::database::damaged;
use crate::programme::Programme;
use crate::view::View;

/// How many sets of areas are kept.
const KEPT: usize = 256;
/// zstd's level: parts are made once and fetched by thousands.
const LEVEL: i32 = 12;

/// The reference data of one set of areas.
#[derive(Debug)]
pub(crate) struct Parts {
    /// The manifest as it is sent.
    pub(crate) manifest: Bytes,
    /// What the end of an exchange names it by.
    pub(crate) mark: [u8; 8],
    /// The parts, as zstd over their JSON.
    pub(crate) parts: HashMap<ContentHash, Bytes>,
}

/// What was made, by the version of what it was made of and by areas.
#[derive(Debug, Default)]
pub(crate) struct Reference {
    kept: Mutex<BTreeMap<Made, Arc<Parts>>>,
}

/// What was made of which version, for which areas.
type Made = (i64, Vec<Area>);

impl Reference {
    /// Returns what names a person's reference data.
    pub(crate) fn mark(
        &self,
        connection: &Connection,
        programme: &Programme,
        person: &PersonId,
    ) -> rusqlite::Result<[u8; 8]> {
        Ok(self.of(connection, programme, person)?.mark)
    }

    /// Returns a person's reference data.
    pub(crate) fn of(
        &self,
        connection: &Connection,
        programme: &Programme,
        person: &PersonId,
    ) -> rusqlite::Result<Arc<Parts>> {
        let areas = Sqlite::new(connection).areas_of(person)?;
        let version = connection.prepare_cached("SELECT version FROM reference")?.query_row([], |row| row.get(0))?;
        let key = (version, areas);
        if let Some(found) = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Arc::clone(found));
        }
        let made = Arc::new(make(connection, programme, &key.1)?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        while kept.len() >= KEPT {
            // The least key is of the oldest version.
            kept.pop_first();
        }
        kept.insert(key, Arc::clone(&made));
        Ok(made)
    }
}

fn make(connection: &Connection, programme: &Programme, areas: &[Area]) -> rusqlite::Result<Parts> {
    let mut parts = Vec::new();
    let mut bodies = HashMap::new();
    let mut add = |kind: &str, json: serde_json::Result<Vec<u8>>| -> rusqlite::Result<()> {
        let json = json.map_err(|_| damaged("reference data"))?;
        let hash = ContentHash::of(&json);
        parts.push(Part { kind: kind.to_owned(), hash, bytes: json.len() as u64 });
        let packed = zstd::bulk::compress(&json, LEVEL).map_err(|_| damaged("reference data"))?;
        bodies.insert(hash, Bytes::from(packed));
        Ok(())
    };
    add(kind::REGIONS, serde_json::to_vec(&regions(connection, areas)?))?;
    add(kind::SITES, serde_json::to_vec(&sites(connection, areas)?))?;
    add(kind::ITEMS, serde_json::to_vec(&items(connection)?))?;
    add(kind::ROUNDS, serde_json::to_vec(&rounds(connection)?))?;
    add(kind::PEOPLE, serde_json::to_vec(&people(connection, areas)?))?;
    for form in forms(connection)? {
        add(kind::FORM, serde_json::to_vec(&[form]))?;
    }
    add(kind::ITEM_FORMS, serde_json::to_vec(&item_forms(connection)?))?;
    let offset = programme.offset();
    let manifest = Manifest { programme: programme.id, zone: programme.zone.clone(), offset, parts };
    let manifest = serde_json::to_vec(&manifest).map_err(|_| damaged("reference data"))?;
    Ok(Parts { mark: Manifest::mark(&manifest), manifest: Bytes::from(manifest), parts: bodies })
}

/// Returns the regions in the areas, and those above them.
fn regions(connection: &Connection, areas: &[Area]) -> rusqlite::Result<Vec<Region>> {
    let mut within = connection.prepare_cached(
        "SELECT code, name, parent, level FROM region WHERE (code >= ?1 AND code < ?1 || ':') OR ?1 LIKE code || '%' ORDER BY code",
    )?;
    let mut found = BTreeMap::new();
    for area in areas {
        for region in within.query_map([area.as_str()], read_region)? {
            let region = region?;
            found.insert(region.code.clone(), region);
        }
    }
    Ok(found.into_values().collect())
}

fn sites(connection: &Connection, areas: &[Area]) -> rusqlite::Result<Vec<SiteRow>> {
    let mut within =
        connection.prepare_cached("SELECT site, code FROM site WHERE code >= ?1 AND code < ?1 || ':' ORDER BY code")?;
    let mut found = Vec::new();
    // Areas of a person never lie in each other.
    for area in areas {
        for site in within.query_map([area.as_str()], read_site)? {
            found.push(site?);
        }
    }
    Ok(found)
}

fn items(connection: &Connection) -> rusqlite::Result<Vec<ItemRow>> {
    connection
        .prepare_cached("SELECT id, handle, name_zh, name_en FROM item ORDER BY place, handle")?
        .query_map([], |row| {
            let handle: String = row.get(1)?;
            Ok(ItemRow {
                id: ItemId::new(row.get(0)?),
                handle: handle.parse().map_err(|_| damaged("handle"))?,
                name_zh: row.get(2)?,
                name_en: row.get(3)?,
            })
        })?
        .collect()
}

fn rounds(connection: &Connection) -> rusqlite::Result<Vec<RoundRow>> {
    connection
        .prepare_cached("SELECT id, handle, kind, from_day, cutoff_day, state FROM round ORDER BY from_day, handle")?
        .query_map([], read_round)?
        .collect()
}

/// Returns every form that an item has or had in a round, in the order of their imports: records may name any of them.
fn forms(connection: &Connection) -> rusqlite::Result<Vec<FormRow>> {
    connection
        .prepare_cached(
            "SELECT hash, place, bytes FROM form
             WHERE hash IN (SELECT form FROM item_form WHERE length(round) > 0) ORDER BY place",
        )?
        .query_map([], |row| {
            let bytes: Vec<u8> = row.get(2)?;
            let bytes = data_encoding::BASE64.encode(&bytes);
            Ok(FormRow { hash: ContentHash::new(row.get(0)?), order: row.get(1)?, bytes })
        })?
        .collect()
}

/// Returns the form that each item has in each round.
fn item_forms(connection: &Connection) -> rusqlite::Result<Vec<ItemFormRow>> {
    connection
        .prepare_cached(
            "SELECT item, round, form FROM item_form AS given WHERE length(round) > 0 AND version =
             (SELECT max(version) FROM item_form WHERE item = given.item AND round = given.round) ORDER BY round, item",
        )?
        .query_map([], |row| {
            Ok(ItemFormRow {
                item: ItemId::new(row.get(0)?),
                round: RoundId::new(row.get(1)?),
                form: ContentHash::new(row.get(2)?),
            })
        })?
        .collect()
}

/// Returns those who have rights in the areas or above them, and those who wrote in records there.
fn people(connection: &Connection, areas: &[Area]) -> rusqlite::Result<Vec<PersonRow>> {
    let mut with_rights = connection.prepare_cached(
        "SELECT id, handle, name, unit FROM person WHERE id IN
         (SELECT person FROM person_role WHERE (area >= ?1 AND area < ?1 || ':') OR ?1 LIKE area || '%')",
    )?;
    // Whoever wrote there had the right to, so somebody who writes for the first time is in the list already.
    let mut named = connection.prepare_cached(
        "SELECT id, handle, name, unit FROM person WHERE id IN (
            SELECT a.person FROM site s CROSS JOIN doc d ON d.site = s.site CROSS JOIN change c ON c.doc = d.id
            JOIN actor a ON a.id = c.actor WHERE s.code >= ?1 AND s.code < ?1 || ':')",
    )?;
    let mut found = BTreeMap::new();
    for area in areas {
        for statement in [&mut with_rights, &mut named] {
            for person in statement.query_map([area.as_str()], read_person)? {
                let person = person?;
                found.insert(person.handle.clone(), person);
            }
        }
    }
    Ok(found.into_values().collect())
}

fn read_region(row: &Row<'_>) -> rusqlite::Result<Region> {
    let (code, level): (String, String) = (row.get(0)?, row.get(3)?);
    let parent: Option<String> = row.get(2)?;
    Ok(Region {
        code: code.parse().map_err(|_| damaged("region"))?,
        name: row.get(1)?,
        parent: parent.map(|parent| parent.parse()).transpose().map_err(|_| damaged("region"))?,
        level: level.parse().map_err(|_| damaged("region"))?,
    })
}

fn read_site(row: &Row<'_>) -> rusqlite::Result<SiteRow> {
    let (site, code): (String, String) = (row.get(0)?, row.get(1)?);
    Ok(SiteRow { site: site.parse().map_err(|_| damaged("site"))?, code: code.parse().map_err(|_| damaged("site"))? })
}

fn read_round(row: &Row<'_>) -> rusqlite::Result<RoundRow> {
    let (handle, kind, state): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(5)?);
    Ok(RoundRow {
        id: RoundId::new(row.get(0)?),
        handle: handle.parse().map_err(|_| damaged("handle"))?,
        kind: match kind.as_str() {
            "assessment" => RoundKind::Assessment,
            "spot-check" => RoundKind::SpotCheck,
            "dispatch" => RoundKind::Dispatch,
            _ => return Err(damaged("round")),
        },
        from: row.get(3)?,
        cutoff: row.get(4)?,
        state: match state.as_str() {
            "open" => RoundState::Open,
            "closed" => RoundState::Closed,
            "closed-by-force" => RoundState::ClosedByForce,
            _ => return Err(damaged("round")),
        },
    })
}

fn read_person(row: &Row<'_>) -> rusqlite::Result<PersonRow> {
    let handle: String = row.get(1)?;
    Ok(PersonRow {
        id: PersonId::new(row.get(0)?),
        handle: handle.parse().map_err(|_| damaged("handle"))?,
        name: row.get(2)?,
        unit: row.get(3)?,
    })
}
