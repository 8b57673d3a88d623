//! Rounds, items and places as the reference data on this phone knows them.

use super::{Device, DeviceError};
use crate::ids::{DocId, DocParts, Handle, ItemId, RoundId, SiteId};
use crate::reference::{ItemRow, RoundRow};

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
