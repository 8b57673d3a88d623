//! Looking: the list of sites, a record, its history.

use std::collections::BTreeMap;

use super::{Device, DeviceError, Place};
use crate::ids::{ChangeHash, Handle, PersonId, RoundId};
use crate::record::{Record, Report, ReportContext, Scores};
use crate::region::Area;
use crate::store::history::HistoryRow;
use crate::store::listing::{SiteQuery, SiteRow};
use crate::store::{Connection, docs, history, listing, meta, people, reading, reference};

/// A record as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordView {
    /// Where it belongs.
    pub place: Place,
    /// What it says.
    pub record: Record,
    /// Its heads: what a sign-off of this view names.
    pub heads: Vec<ChangeHash>,
    /// How many own changes in it the server does not hold yet.
    pub unsent: u64,
    /// What people call those who wrote in it, as far as this phone knows.
    pub people: BTreeMap<PersonId, Handle>,
    /// What it scores, and what each value of its disputes would; nothing without a form, or while that is not here.
    pub scores: Option<Scores>,
}

impl RecordView {
    /// Makes the report that `show` prints; `time` writes seconds since 1970 as RFC 3339 with offset.
    pub fn report(&self, time: &dyn Fn(i64) -> String) -> Report {
        let person = |person: &PersonId| self.people.get(person).map_or_else(|| person.to_string(), Handle::to_string);
        let context = ReportContext {
            site: &self.place.site,
            item: &self.place.item_handle,
            round: &self.place.round_handle,
            heads: &self.heads,
            unsent: self.unsent,
            person: &person,
            time,
        };
        let report = Report::of(&self.record, &context);
        match &self.scores {
            Some(scores) => report.scored(scores),
            None => report,
        }
    }
}

impl Device {
    /// Lists sites in the order of their codes, with their counts. Loads no document. Blocks.
    pub fn sites(&self, query: &SiteQuery) -> Result<Vec<SiteRow>, DeviceError> {
        self.store.read(|connection| {
            let home = meta::home(connection)?.ok_or(DeviceError::NotEnrolled)?;
            let rounds: Vec<RoundId> = match query.round {
                Some(round) => vec![round],
                None => {
                    let rounds = reference::rounds(connection)?;
                    reference::open_rounds(&rounds).iter().map(|round| round.id).collect()
                }
            };
            let (_, grants) = people::rights(connection, &home)?;
            let areas: Vec<Area> = grants.into_iter().flat_map(|grant| grant.areas).collect();
            Ok(listing::sites(connection, query, &rounds, &areas)?)
        })
    }

    /// Reads a record; one that nobody began is empty. Blocks.
    pub fn record(&self, place: &Place) -> Result<RecordView, DeviceError> {
        self.store.read(|connection| self.view(connection, place))
    }

    pub(super) fn view(&self, connection: &Connection, place: &Place) -> Result<RecordView, DeviceError> {
        let Some(doc) = docs::find(connection, &place.doc)? else {
            let record = Record::default();
            return Ok(RecordView {
                place: place.clone(),
                scores: self.scores(connection, place, &record)?,
                record,
                heads: Vec::new(),
                unsent: 0,
                people: BTreeMap::new(),
            });
        };
        let record = reading::record(connection, doc.row)?;
        let mut people = BTreeMap::new();
        for person in reading::authors(connection, doc.row)? {
            if let Some(handle) = reference::handle(connection, &person)? {
                people.insert(person, handle);
            }
        }
        let unsent = listing::unsent(connection, doc.row)?;
        let scores = self.scores(connection, place, &record)?;
        Ok(RecordView { place: place.clone(), record, heads: doc.heads, unsent, people, scores })
    }

    /// Returns every put of a record in the order in which this phone took them, waiting, refused and set-aside ones at the
    /// end. Blocks.
    pub fn history(&self, place: &Place) -> Result<Vec<HistoryRow>, DeviceError> {
        self.store.read(|connection| {
            let Some(home) = meta::home(connection)? else { return Err(DeviceError::NotEnrolled) };
            Ok(history::of_doc(connection, &place.doc, home.life)?)
        })
    }
}
