//! Rounds, items and places as the reference data on this phone knows them.

use super::{Device, DeviceError};
use crate::ids::{DocId, DocParts, Handle, ItemId, RoundId, SiteId};
use crate::reference::{ItemRow, RoundRow};
use crate::region::{Code, Region};
use crate::store::listing::{self, ItemAt};
use crate::store::meta::{self, name};
use crate::store::{docs, people, reference};

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
        self.store.read(|connection| Ok(reference::rounds(connection)?))
    }

    /// Returns the round that a handle names. Blocks.
    pub fn round(&self, handle: &str) -> Result<RoundRow, DeviceError> {
        self.store.read(|connection| Ok(choose(&reference::rounds(connection)?, Some(handle))?.clone()))
    }

    /// Returns the items, in the office's order. Blocks.
    pub fn items(&self) -> Result<Vec<ItemRow>, DeviceError> {
        self.store.read(|connection| Ok(reference::items(connection)?))
    }

    /// Returns the divisions right below one, for a person who looks for a place; without one, those to begin with. Blocks.
    pub fn regions(&self, parent: Option<&Code>) -> Result<Vec<Region>, DeviceError> {
        self.store.read(|connection| Ok(listing::regions(connection, parent)?))
    }

    /// Returns the items with the state of their records at a site; without a round, in the only open one. Blocks.
    pub fn items_at(&self, site: &SiteId, round: Option<&str>) -> Result<Vec<ItemAt>, DeviceError> {
        self.store.read(|connection| {
            let rounds = reference::rounds(connection)?;
            Ok(listing::items_at(connection, site, &choose(&rounds, round)?.id)?)
        })
    }

    /// Returns the programme's time zone, like `Asia/Shanghai`. Blocks.
    pub fn zone(&self) -> Result<String, DeviceError> {
        self.store.read(|connection| meta::get(connection, name::ZONE)?.ok_or(DeviceError::NotEnrolled))
    }

    /// Finds a record's place by a site and the handles of an item and a round; without a round, the only open one. Blocks.
    pub fn place(&self, site: &str, item: &str, round: Option<&str>) -> Result<Place, DeviceError> {
        self.store.read(|connection| {
            let home = meta::home(connection)?.ok_or(DeviceError::NotEnrolled)?;
            let items = reference::items(connection)?;
            let rounds = reference::rounds(connection)?;
            if items.is_empty() && rounds.is_empty() && meta::get::<Vec<u8>>(connection, name::MANIFEST)?.is_none() {
                return Err(DeviceError::NoReference);
            }
            let unknown_site = || DeviceError::UnknownSite(site.to_owned());
            let site: SiteId = site.parse().map_err(|_| unknown_site())?;
            let code = reference::site_code(connection, &site)?.ok_or_else(unknown_site)?;
            let (_, grants) = people::rights(connection, &home)?;
            let covered = grants.iter().flat_map(|grant| &grant.areas).any(|area| area.covers(&code));
            if !covered && !docs::any_at(connection, &site)? {
                return Err(unknown_site());
            }
            let found = items.iter().find(|row| row.handle.as_str() == item);
            let item = found.ok_or_else(|| DeviceError::UnknownItem(item.to_owned()))?;
            let round = choose(&rounds, round)?;
            let parts = DocParts::Record { site: site.clone(), item: item.id, round: round.id };
            Ok(Place {
                doc: parts.doc_id(&home.programme),
                site,
                item: item.id,
                item_handle: item.handle.clone(),
                round: round.id,
                round_handle: round.handle.clone(),
            })
        })
    }
}

/// Returns the round that a handle names, or the only open one.
fn choose<'a>(rounds: &'a [RoundRow], named: Option<&str>) -> Result<&'a RoundRow, DeviceError> {
    if let Some(named) = named {
        let found = rounds.iter().find(|round| round.handle.as_str() == named);
        return found.ok_or_else(|| DeviceError::UnknownRound(named.to_owned()));
    }
    match reference::open_rounds(rounds).as_slice() {
        [] => Err(DeviceError::NoRound),
        [only] => Ok(only),
        several => Err(DeviceError::SeveralRounds { open: several.iter().map(|round| round.handle.clone()).collect() }),
    }
}
