//! The view on SQLite.

use sumu_core::gate::Accepted;
use sumu_core::ids::{DocId, ItemId, PersonId, RoundId, SiteId};
use sumu_core::region::{Area, Region};

use super::{AreaPage, AreaQuery, Due, Judged, RecordPage, View};
use crate::Sqlite;
use crate::admin::grants_of;

impl View for Sqlite<'_> {
    type Error = rusqlite::Error;

    fn fold(&self, doc: &DocId, accepted: &Accepted, lsn: u64) -> rusqlite::Result<()> {
        self.fold_change(doc, accepted, lsn)
    }

    fn settle(&self) -> rusqlite::Result<()> {
        self.settle_summaries()
    }

    fn rebuild(&self) -> rusqlite::Result<()> {
        self.rebuild_all()
    }

    fn due(&self, limit: usize) -> rusqlite::Result<Vec<Due>> {
        self.due_records(limit)
    }

    fn scored(&self, due: &Due, judged: &Judged) -> rusqlite::Result<bool> {
        self.write_score(due, judged)
    }

    fn region(&self, area: &Area) -> rusqlite::Result<Option<Region>> {
        self.region_at(area.as_str())
    }

    fn area(&self, query: &AreaQuery<'_>) -> rusqlite::Result<Option<AreaPage>> {
        self.area_page(query)
    }

    fn record(&self, site: &SiteId, item: &ItemId, round: &RoundId) -> rusqlite::Result<Option<RecordPage>> {
        self.record_page(site, item, round)
    }

    fn areas_of(&self, person: &PersonId) -> rusqlite::Result<Vec<Area>> {
        let grants = grants_of(self.connection, person)?;
        let mut areas: Vec<Area> = grants.into_iter().flat_map(|grant| grant.areas).collect();
        // An area sorts right before those that lie in it.
        areas.sort();
        areas.dedup_by(|within, area| area.contains(within));
        Ok(areas)
    }
}
