//! An area with its sub-areas, sites and items, and how many of its records are done, disputed and signed.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row, params};
use sumu_core::ids::{ItemId, RoundId, SiteId};
use sumu_core::region::{Area, Region};

use super::{AreaPage, AreaQuery, ItemName, ItemTally, RecordRow, RegionTally, Scored, Summary, Tally};
use crate::Sqlite;
use crate::database::damaged;

const REGION: &str = "SELECT code, name, parent, level FROM region";

impl Sqlite<'_> {
    pub(super) fn area_page(&self, query: &AreaQuery<'_>) -> rusqlite::Result<Option<AreaPage>> {
        let code = query.area.as_str();
        let Some(region) = self.region_at(code)? else { return Ok(None) };
        let names = self.items()?;
        let of_each = self.sites(code)?;
        let counted = self.tallies(code, query.round)?;
        let items: Vec<ItemTally> = names
            .iter()
            .map(|item| {
                let tally = counted.get(&item.id).copied().unwrap_or_default();
                ItemTally { item: item.clone(), tally: Tally { of: of_each, ..tally } }
            })
            .collect();

        let mut below = self.below(code, query)?;
        let next = if below.len() > query.limit {
            below.truncate(query.limit);
            below.last().map(|region| Area::from(region.code.clone()))
        } else {
            None
        };
        let below = below
            .into_iter()
            .map(|region| {
                let code = region.code.as_str();
                let mut tally = sum(self.tallies(code, query.round)?.values().copied());
                tally.of = self.sites(code)? * names.len() as u64;
                Ok(RegionTally { site: self.site_at(code)?, tally, region })
            })
            .collect::<rusqlite::Result<Vec<_>>>()?;

        let records = match (self.site_at(code)?, query.round) {
            (Some(site), Some(round)) => {
                names.iter().map(|item| self.row(&site, item, round)).collect::<Result<_, _>>()?
            }
            _ => Vec::new(),
        };
        let tally = sum(items.iter().map(|item| item.tally));
        Ok(Some(AreaPage { above: self.above(&region)?, region, tally, items, below, next, records }))
    }

    /// Returns a region.
    pub(super) fn region_at(&self, code: &str) -> rusqlite::Result<Option<Region>> {
        self.connection.prepare_cached(&format!("{REGION} WHERE code = ?1"))?.query_row([code], read_region).optional()
    }

    /// Returns the regions above a region, from the top.
    pub(super) fn above(&self, region: &Region) -> rusqlite::Result<Vec<Region>> {
        let mut above = Vec::new();
        let mut parent = region.parent.clone();
        // A parent's code is shorter than its child's, so this ends.
        while let Some(code) = parent
            && let Some(found) = self.region_at(code.as_str())?
        {
            parent = found.parent.clone();
            above.insert(0, found);
        }
        Ok(above)
    }

    /// Returns all items in the office's order.
    pub(super) fn items(&self) -> rusqlite::Result<Vec<ItemName>> {
        self.connection
            .prepare_cached("SELECT id, handle, name_zh, name_en FROM item ORDER BY place, handle")?
            .query_map([], read_item)?
            .collect()
    }

    fn below(&self, code: &str, query: &AreaQuery<'_>) -> rusqlite::Result<Vec<Region>> {
        self.connection
            .prepare_cached(&format!("{REGION} WHERE parent = ?1 AND code > ?2 ORDER BY code LIMIT ?3"))?
            .query_map((code, query.after.map_or("", Area::as_str), query.limit as u64 + 1), read_region)?
            .collect()
    }

    fn sites(&self, area: &str) -> rusqlite::Result<u64> {
        self.connection
            .prepare_cached("SELECT count(*) FROM site WHERE code >= ?1 AND code < ?1 || ':'")?
            .query_row([area], |row| row.get(0))
    }

    fn site_at(&self, code: &str) -> rusqlite::Result<Option<SiteId>> {
        let site: Option<String> = self
            .connection
            .prepare_cached("SELECT site FROM site WHERE code = ?1")?
            .query_row([code], |row| row.get(0))
            .optional()?;
        site.map(|site| site.parse().map_err(|_| damaged("site"))).transpose()
    }

    /// Counts the records of an area by item.
    fn tallies(&self, area: &str, round: Option<&RoundId>) -> rusqlite::Result<HashMap<ItemId, Tally>> {
        let Some(round) = round else { return Ok(HashMap::new()) };
        self.connection
            .prepare_cached(
                "SELECT m.item, sum(m.done), sum(m.disputed > 0), sum(m.signed > 0),
                    total(c.score) FILTER (WHERE c.full > 0), total(c.full) FILTER (WHERE c.score IS NOT NULL AND c.full > 0),
                    count(*) FILTER (WHERE c.veto)
                 FROM site s CROSS JOIN summary m ON m.round = ?1 AND m.site = s.site LEFT JOIN score c ON c.doc = m.doc
                 WHERE s.code >= ?2 AND s.code < ?2 || ':' GROUP BY m.item",
            )?
            .query_map((round.as_bytes(), area), |row| {
                let tally = Tally {
                    of: 0,
                    done: row.get(1)?,
                    disputed: row.get(2)?,
                    signed: row.get(3)?,
                    score: row.get(4)?,
                    full: row.get(5)?,
                    vetoed: row.get(6)?,
                };
                Ok((ItemId::new(row.get(0)?), tally))
            })?
            .collect()
    }

    fn row(&self, site: &SiteId, item: &ItemName, round: &RoundId) -> rusqlite::Result<RecordRow> {
        let summary = self
            .connection
            .prepare_cached(
                "SELECT m.answers, m.disputed, m.signed, m.voided, m.review, m.last_at, m.due,
                    c.doc IS NOT NULL, c.score, c.full, c.veto, c.grade, c.failure
                 FROM summary m LEFT JOIN score c ON c.doc = m.doc WHERE m.round = ?1 AND m.site = ?2 AND m.item = ?3",
            )?
            .query_row(params![round.as_bytes(), site.as_str(), item.id.as_bytes()], |row| {
                Ok(Summary {
                    score: read_score(row)?,
                    answers: row.get(0)?,
                    disputed: row.get(1)?,
                    signed: row.get(2)?,
                    voided: row.get(3)?,
                    review: row.get(4)?,
                    last_at: row.get(5)?,
                })
            })
            .optional()?;
        Ok(RecordRow { site: site.clone(), item: item.clone(), summary })
    }
}

/// Reads what a record scores, if it was scored.
fn read_score(row: &Row<'_>) -> rusqlite::Result<Option<Scored>> {
    if !row.get::<_, bool>(7)? {
        return Ok(None);
    }
    Ok(Some(Scored {
        score: row.get(8)?,
        full: row.get(9)?,
        veto: row.get(10)?,
        grade: row.get(11)?,
        failure: row.get(12)?,
        stale: row.get(6)?,
    }))
}

/// Returns one item by its id.
pub(super) fn item(connection: &Connection, id: &ItemId) -> rusqlite::Result<Option<ItemName>> {
    connection
        .prepare_cached("SELECT id, handle, name_zh, name_en FROM item WHERE id = ?1")?
        .query_row([id.as_bytes()], read_item)
        .optional()
}

fn read_item(row: &Row<'_>) -> rusqlite::Result<ItemName> {
    let handle: String = row.get(1)?;
    Ok(ItemName {
        id: ItemId::new(row.get(0)?),
        handle: handle.parse().map_err(|_| damaged("handle"))?,
        name_zh: row.get(2)?,
        name_en: row.get(3)?,
    })
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

fn sum(tallies: impl Iterator<Item = Tally>) -> Tally {
    tallies.fold(Tally::default(), |sum, tally| Tally {
        of: sum.of + tally.of,
        done: sum.done + tally.done,
        disputed: sum.disputed + tally.disputed,
        signed: sum.signed + tally.signed,
        score: sum.score + tally.score,
        full: sum.full + tally.full,
        vetoed: sum.vetoed + tally.vetoed,
    })
}
