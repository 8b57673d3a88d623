//! Rounds, items and places as the reference data on this phone knows them.

use super::{Device, DeviceError};
use crate::gate::RoundKind;
use crate::ids::{DocId, DocParts, Handle, ItemId, RoundId, SiteId};

/// A round.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RoundRow {
    /// Its id in documents.
    pub id: RoundId,
    /// What people call it.
    pub handle: Handle,
    /// Its kind.
    pub kind: RoundKind,
    /// Its first day, as `YYYY-MM-DD` in the programme's time zone.
    pub from: String,
    /// Its last day.
    pub cutoff: String,
    /// Whether it takes work.
    pub state: RoundState,
}

/// Whether a round takes work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoundState {
    /// It takes work.
    Open,
    /// It takes late work, which is marked.
    Closed,
    /// It takes nothing.
    ClosedByForce,
}

/// An item.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ItemRow {
    /// Its id in documents.
    pub id: ItemId,
    /// What people call it.
    pub handle: Handle,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
}

/// One record's place: a site, an item and a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The site.
    pub site: SiteId,
    /// The item.
    pub item: ItemId,
    /// What people call the item.
    pub item_handle: Handle,
    /// The round.
    pub round: RoundId,
    /// What people call the round.
    pub round_handle: Handle,
    /// The document that holds the record.
    pub doc: DocId,
}

impl Place {
    /// Returns what the document is about.
    pub fn parts(&self) -> DocParts {
        DocParts::Record { site: self.site.clone(), item: self.item, round: self.round }
    }
}

impl Device {
    /// Returns the rounds, in the order in which they begin. Blocks.
    pub fn rounds(&self) -> Result<Vec<RoundRow>, DeviceError> {
        todo!()
    }

    /// Returns the items, in the office's order. Blocks.
    pub fn items(&self) -> Result<Vec<ItemRow>, DeviceError> {
        todo!()
    }

    /// Returns the programme's time zone, like `Asia/Shanghai`. Blocks.
    pub fn zone(&self) -> Result<String, DeviceError> {
        todo!()
    }

    /// Finds a record's place by a site and the handles of an item and a round; without a round, the only open one. Blocks.
    pub fn place(&self, _site: &str, _item: &str, _round: Option<&str>) -> Result<Place, DeviceError> {
        todo!()
    }
}
