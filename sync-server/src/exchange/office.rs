//! What the office's tables say about places, rounds, people and devices, each looked up once in a transaction.

use std::cell::RefCell;
use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};
use sumu_core::gate::RoundKind;
use sumu_core::ids::{DeviceId, DocParts, ItemId, PersonId, RoundId, SiteId};
use sumu_core::region::Code;
use sumu_core::sign::Grant;

use crate::admin::grants_of;
use crate::database::damaged;

/// What is known of a document's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Where the site stands today.
    pub(super) code: Code,
    /// The record's round; nothing for a finding.
    pub(super) round: Option<Round>,
}

/// What is known of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Round {
    pub(super) kind: RoundKind,
    pub(super) closed: bool,
    pub(super) by_force: bool,
}

/// What the office's tables say, as one transaction sees them.
pub(super) struct Office<'a> {
    connection: &'a Connection,
    sites: RefCell<HashMap<SiteId, Option<Code>>>,
    items: RefCell<HashMap<ItemId, bool>>,
    rounds: RefCell<HashMap<RoundId, Option<Round>>>,
    people: RefCell<HashMap<PersonId, Option<Vec<Grant>>>>,
    devices: RefCell<HashMap<DeviceId, bool>>,
}

impl<'a> Office<'a> {
    pub(super) fn new(connection: &'a Connection) -> Self {
        Self {
            connection,
            sites: RefCell::default(),
            items: RefCell::default(),
            rounds: RefCell::default(),
            people: RefCell::default(),
            devices: RefCell::default(),
        }
    }

    /// Returns the place of a document, or nothing if its site, item or round is not known.
    pub(super) fn place(&self, parts: &DocParts) -> rusqlite::Result<Option<Place>> {
        let Some(code) = once(&self.sites, parts.site(), |site| self.read_site(site))? else { return Ok(None) };
        match parts {
            DocParts::Finding { .. } => Ok(Some(Place { code, round: None })),
            DocParts::Record { item, round, .. } => {
                let known = once(&self.items, item, |item| self.read_item(item))?;
                let round = once(&self.rounds, round, |round| self.read_round(round))?;
                Ok(round.filter(|_| known).map(|round| Place { code, round: Some(round) }))
            }
        }
    }

    /// Returns the roles and areas of a person, or nothing if the person was revoked.
    pub(super) fn grants(&self, person: &PersonId) -> rusqlite::Result<Option<Vec<Grant>>> {
        once(&self.people, person, |person| {
            let revoked: bool = self
                .connection
                .prepare_cached("SELECT EXISTS (SELECT 1 FROM person WHERE id = ?1 AND revoked_at IS NOT NULL)")?
                .query_row([person.as_bytes()], |row| row.get(0))?;
            if revoked { Ok(None) } else { grants_of(self.connection, person).map(Some) }
        })
    }

    /// Tells whether a device was revoked.
    pub(super) fn is_revoked(&self, device: &DeviceId) -> rusqlite::Result<bool> {
        once(&self.devices, device, |device| {
            self.connection
                .prepare_cached("SELECT EXISTS (SELECT 1 FROM device WHERE id = ?1 AND revoked_at IS NOT NULL)")?
                .query_row([device.as_bytes()], |row| row.get(0))
        })
    }

    fn read_site(&self, site: &SiteId) -> rusqlite::Result<Option<Code>> {
        let code: Option<String> = self
            .connection
            .prepare_cached("SELECT code FROM site WHERE site = ?1")?
            .query_row([site.as_str()], |row| row.get(0))
            .optional()?;
        code.map(|code| code.parse().map_err(|_| damaged("site"))).transpose()
    }

    fn read_item(&self, item: &ItemId) -> rusqlite::Result<bool> {
        self.connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM item WHERE id = ?1)")?
            .query_row([item.as_bytes()], |row| row.get(0))
    }

    fn read_round(&self, round: &RoundId) -> rusqlite::Result<Option<Round>> {
        let found: Option<(String, String)> = self
            .connection
            .prepare_cached("SELECT kind, state FROM round WHERE id = ?1")?
            .query_row([round.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((kind, state)) = found else { return Ok(None) };
        let kind = match kind.as_str() {
            "assessment" => RoundKind::Assessment,
            "spot-check" => RoundKind::SpotCheck,
            "dispatch" => RoundKind::Dispatch,
            _ => return Err(damaged("round")),
        };
        Ok(Some(Round { kind, closed: state == "closed", by_force: state == "closed-by-force" }))
    }
}

/// Looks something up the first time it is asked for.
fn once<K: Clone + Eq + std::hash::Hash, V: Clone>(
    known: &RefCell<HashMap<K, V>>,
    key: &K,
    look: impl FnOnce(&K) -> rusqlite::Result<V>,
) -> rusqlite::Result<V> {
    if let Some(found) = known.borrow().get(key) {
        return Ok(found.clone());
    }
    let found = look(key)?;
    known.borrow_mut().insert(key.clone(), found.clone());
    Ok(found)
}
