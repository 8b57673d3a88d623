//! Looking: the list of sites, a record, its history.

use super::{Device, DeviceError, Place};
use crate::gate::Verdict;
use crate::ids::{ChangeHash, DeviceId, DocId, RoundId, SiteId};
use crate::record::{Key, Record, Value};
use crate::region::{Area, Code};

/// Which sites to list.
#[derive(Debug, Clone, Default)]
pub struct SiteQuery {
    /// Only those in an area.
    pub area: Option<Area>,
    /// Only those whose name holds a text, or whose code begins with it.
    pub find: Option<String>,
    /// Count the records of this round only; nothing: of all open ones.
    pub round: Option<RoundId>,
    /// Go on after this site.
    pub after: Option<SiteId>,
    /// How many at most.
    pub limit: usize,
}

/// One site of the list.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SiteRow {
    /// The site.
    pub site: SiteId,
    /// Its name.
    pub name: String,
    /// The division above it.
    pub parent: Option<Code>,
    /// Records with at least one answer that are not voided.
    pub done: u64,
    /// Records that there can be: items times rounds.
    pub of: u64,
    /// Records with a dispute.
    pub disputed: u64,
    /// Records with changes that the server does not hold yet.
    pub unsent: u64,
}

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
}

/// One put of a record's history.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryRow {
    /// The document.
    pub doc: DocId,
    /// The change that brought it.
    pub hash: ChangeHash,
    /// When it was written, in seconds since 1970 by the writer's clock.
    pub at: i64,
    /// Who wrote it: a handle, or the id of someone whom this phone does not know.
    pub by: String,
    /// On which device.
    pub device: DeviceId,
    /// The key.
    pub key: Key,
    /// The value.
    pub value: Value,
    /// What the server last said of the change; nothing: it was not sent yet.
    pub verdict: Option<Verdict>,
}

impl Device {
    /// Lists sites in the order of their codes, with their counts. Loads no document. Blocks.
    pub fn sites(&self, _query: &SiteQuery) -> Result<Vec<SiteRow>, DeviceError> {
        todo!()
    }

    /// Reads a record; one that nobody began is empty. Blocks.
    pub fn record(&self, _place: &Place) -> Result<RecordView, DeviceError> {
        todo!()
    }

    /// Returns every put of a record in the order in which this phone took them, refused and waiting ones at the end. Blocks.
    pub fn history(&self, _place: &Place) -> Result<Vec<HistoryRow>, DeviceError> {
        todo!()
    }
}
