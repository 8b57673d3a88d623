//! The view: what pages and `show` read. Records are read from their changes, and never kept beside them; summaries for lists
//! and counts are folded from the log; scores are a second fold that follows the commit.

mod area;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod fold;
mod record;
mod score;
mod sqlite;

use std::collections::BTreeMap;

pub(crate) use fold::Pending;
pub use score::{Due, Judged};

use sumu_core::gate::Accepted;
use sumu_core::ids::{ChangeHash, ContentHash, DeviceId, DocId, DocParts, Handle, ItemId, PersonId, RoundId, SiteId};
use sumu_core::record::{Key, Record, Value};
use sumu_core::region::{Area, Region};

/// What is folded from the log.
///
/// # Contract
///
/// - [`View::fold`] and [`View::settle`] work in the transaction that appends the change, so a reader sees a change and
///   what follows from it together or not at all.
/// - Folding the same log in the order of its positions gives the same view, whatever happened in between:
///   [`View::rebuild`] proves it.
/// - A record is due for scoring from the transaction that changes it until [`View::scored`] writes a score of the same
///   position, however the two are ordered; a rebuild makes all due.
/// - Reading methods see the state of the transaction that they run in.
pub trait View {
    /// What goes wrong when the store cannot be read or written.
    type Error;

    /// Folds one accepted change that the log holds at a position. Summaries follow with [`View::settle`].
    fn fold(&self, doc: &DocId, accepted: &Accepted, lsn: u64) -> Result<(), Self::Error>;

    /// Brings the summaries of all documents folded since up to date; called once, before the commit.
    fn settle(&self) -> Result<(), Self::Error>;

    /// Drops everything and folds the whole log anew.
    fn rebuild(&self) -> Result<(), Self::Error>;

    /// Returns records that have changed since they were scored, at most `limit`.
    fn due(&self, limit: usize) -> Result<Vec<Due>, Self::Error>;

    /// Writes what became of scoring a record, unless it has changed meanwhile; tells whether it was written.
    fn scored(&self, due: &Due, judged: &Judged) -> Result<bool, Self::Error>;

    /// Returns the region of an area, or nothing if there is no such region.
    fn region(&self, area: &Area) -> Result<Option<Region>, Self::Error>;

    /// Returns a region with what lies below it, or nothing if there is no such region.
    fn area(&self, query: &AreaQuery<'_>) -> Result<Option<AreaPage>, Self::Error>;

    /// Returns the record of a site, item and round, begun or not; nothing if there is no such site, item or round.
    fn record(&self, site: &SiteId, item: &ItemId, round: &RoundId) -> Result<Option<RecordPage>, Self::Error>;

    /// Returns the areas that a person may read, those within others left out.
    fn areas_of(&self, person: &PersonId) -> Result<Vec<Area>, Self::Error>;
}

/// Which part of an area is asked for.
#[derive(Debug, Clone, Copy)]
pub struct AreaQuery<'a> {
    /// The region's code.
    pub area: &'a Area,
    /// The round whose records are counted; without one nothing is counted as begun.
    pub round: Option<&'a RoundId>,
    /// The last region of the page before.
    pub after: Option<&'a Area>,
    /// How many regions below it a page shows.
    pub limit: usize,
}

/// How many records there are, and in what state.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
pub struct Tally {
    /// How many there should be: sites times items.
    pub of: u64,
    /// How many hold an answer and are not voided.
    pub done: u64,
    /// How many hold a dispute.
    pub disputed: u64,
    /// How many hold a sign-off that nothing has changed since.
    pub signed: u64,
    /// What those with a score and a full mark scored together.
    pub score: f64,
    /// The full marks of the same.
    pub full: f64,
    /// How many fail by a veto.
    pub vetoed: u64,
}

impl Tally {
    /// Returns what was scored of what could be, in percent, if anything was.
    pub fn percent(&self) -> Option<f64> {
        (self.full > 0.0).then_some(100.0 * self.score / self.full)
    }
}

/// A region with what lies below it.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaPage {
    /// The region.
    pub region: Region,
    /// The regions above it, from the top.
    pub above: Vec<Region>,
    /// All records in it.
    pub tally: Tally,
    /// The same by item, in the office's order.
    pub items: Vec<ItemTally>,
    /// The regions right below it, by code.
    pub below: Vec<RegionTally>,
    /// After which region the next page begins, if there is one.
    pub next: Option<Area>,
    /// If the region is a site: its records, one for each item in the office's order.
    pub records: Vec<RecordRow>,
}

/// The records of one item.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemTally {
    /// The item.
    pub item: ItemName,
    /// Its records.
    pub tally: Tally,
}

/// The records in one region.
#[derive(Debug, Clone, PartialEq)]
pub struct RegionTally {
    /// The region.
    pub region: Region,
    /// The site that it is, if it is one.
    pub site: Option<SiteId>,
    /// Its records.
    pub tally: Tally,
}

/// An item with its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemName {
    /// Its id.
    pub id: ItemId,
    /// What people call it.
    pub handle: Handle,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
}

/// One record of a site, begun or not.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordRow {
    /// The site.
    pub site: SiteId,
    /// The item.
    pub item: ItemName,
    /// Its state, if it was begun.
    pub summary: Option<Summary>,
}

/// What lists say of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// How many answers it holds that are not cleared.
    pub answers: u64,
    /// How many keys are in dispute.
    pub disputed: u64,
    /// How many sign-offs are current.
    pub signed: u64,
    /// Whether it is voided.
    pub voided: bool,
    /// `sent-back` or `approved`, if it was reviewed.
    pub review: Option<String>,
    /// When it was last written, in seconds since 1970 by a phone's clock.
    pub last_at: i64,
    /// What it scores, if it has a form and was scored.
    pub score: Option<Scored>,
}

/// What a record scores, as lists have it.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The score.
    pub score: Option<f64>,
    /// The most that could be scored.
    pub full: Option<f64>,
    /// Whether something fails the whole.
    pub veto: bool,
    /// The grade, as the form names it.
    pub grade: Option<String>,
    /// Why nothing could be computed.
    pub failure: Option<String>,
    /// Whether the record has changed since.
    pub stale: bool,
}

/// A record with everything that a page shows of it.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordPage {
    /// What it is about.
    pub parts: DocParts,
    /// The site's region.
    pub region: Region,
    /// The regions above it, from the top.
    pub above: Vec<Region>,
    /// The item.
    pub item: ItemName,
    /// The round's handle.
    pub round: Handle,
    /// What it says; empty if nobody began it.
    pub record: Record,
    /// The form that governs it, or would.
    pub form: Option<ContentHash>,
    /// The changes that no other follows, ascending.
    pub heads: Vec<ChangeHash>,
    /// Everything that was ever put, oldest first.
    pub history: Vec<HistoryRow>,
    /// The people whom the record names.
    pub people: BTreeMap<PersonId, PersonName>,
}

/// A person with their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonName {
    /// What people call them.
    pub handle: Handle,
    /// Their name.
    pub name: String,
}

/// One put of a record's history.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryRow {
    /// The change that brought it.
    pub hash: ChangeHash,
    /// Its position in the log.
    pub lsn: u64,
    /// When, in seconds since 1970, by the device's clock.
    pub at: i64,
    /// Who.
    pub person: PersonId,
    /// On which device.
    pub device: DeviceId,
    /// The key.
    pub key: Key,
    /// The value.
    pub value: Value,
    /// Whether it is still visible.
    pub visible: bool,
    /// Whether it came after its round was closed.
    pub late: bool,
}
