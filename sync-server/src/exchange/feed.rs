//! The pull: frames made one at a time, each from one short read, so that a slow line holds nothing but one frame.
//!
//! The main cursor follows the rows of the log for all scopes that are caught up. A scope that is new back-fills apart: its
//! documents come whole, in the order of their last change; one that changes meanwhile moves up and comes again. When one read
//! finds nothing left of either, every back-fill joins the main cursor there.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use rusqlite::{Connection, OptionalExtension};
use sumu_core::ids::{ActorId, DeviceId, DocParts, PersonId, ProgrammeId, RoundId};
use sumu_core::region::{Area, Code};
use sumu_core::sign::{PrivateKey, PublicKey};
use sumu_core::wire::{Cursor, Cursors, Frame, Item, PageBuilder, Scope, snapshots};

use super::documents::{self, Made, Next};
use crate::Sqlite;
use crate::admin::newest_certificate;
use crate::database::damaged;
use crate::log::{Head, Log, Logged};

/// The most bytes of a frame before compression: an incompressible one, with what is added to it, must still fit a page.
const FRAME_BYTES: u32 = 900 << 10;
/// How many rows of the log one read looks through; a frame without hits still moves the cursor.
const ROWS: usize = 10_000;
/// How many rows are read at a time.
const ROWS_AT_ONCE: usize = 256;
/// How many documents of a back-fill are looked up at a time.
const DOCUMENTS_AT_ONCE: usize = 64;

/// How far a device has read, and what it is to be told.
#[derive(Debug)]
pub(crate) struct Feed {
    pub(super) device: DeviceId,
    /// The positions of the changes that this very request brought.
    pub(super) carried: HashSet<u64>,
    /// Actors whose registrations the device lacks.
    pub(super) asked_actors: Vec<ActorId>,
    /// Positions of changes that the device asks for, whatever its cursors say.
    pub(super) asked: VecDeque<u64>,
    /// The scopes that are caught up.
    caught_up: HashMap<Option<RoundId>, Vec<Area>>,
    main: u64,
    fills: Vec<Fill>,
    frame_bytes: u32,
    /// Items that stand before everything else.
    opening: Vec<Item>,
    introduced: HashSet<ActorId>,
    certified: HashSet<([u8; 32], [u8; 16])>,
}

/// A scope that back-fills.
#[derive(Debug)]
struct Fill {
    place: u16,
    scope: Scope,
    lsn: u64,
}

/// One frame, and what follows from it.
#[derive(Debug)]
pub(super) struct Fed {
    pub(super) frame: Frame,
    /// Nothing is left up to the head of this read.
    pub(super) done: bool,
    /// Snapshots that should be kept.
    pub(super) made: Vec<Made>,
}

impl Feed {
    /// Starts where the device stands: `main` for all scopes but those in `fills`, which have their own positions.
    pub(super) fn new(
        device: DeviceId,
        scopes: &[Scope],
        main: u64,
        fills: &BTreeMap<u16, u64>,
        frame_bytes: u32,
        opening: Vec<Item>,
    ) -> Self {
        let mut feed = Self {
            device,
            carried: HashSet::new(),
            asked_actors: Vec::new(),
            asked: VecDeque::new(),
            caught_up: HashMap::new(),
            main,
            fills: Vec::new(),
            frame_bytes: frame_bytes.min(FRAME_BYTES),
            opening,
            introduced: HashSet::new(),
            certified: HashSet::new(),
        };
        for (place, scope) in (0u16..).zip(scopes) {
            match fills.get(&place) {
                Some(lsn) => feed.fills.push(Fill { place, scope: scope.clone(), lsn: *lsn }),
                None => feed.caught_up.entry(scope.round).or_default().push(scope.area.clone()),
            }
        }
        feed
    }

    /// Makes the next frame from one unchanging state of the log.
    pub(super) fn next(
        &mut self,
        connection: &Connection,
        programme: &ProgrammeId,
        key: &PrivateKey,
    ) -> rusqlite::Result<Fed> {
        let store = Sqlite::new(connection);
        let head = store.head()?;
        let mut page =
            Page { builder: PageBuilder::for_frame(self.frame_bytes), cursors: Cursors::default(), made: Vec::new() };
        let opening = std::mem::take(&mut self.opening);
        if !opening.is_empty() {
            // The first group fits whatever its size.
            let _ = page.builder.offer(None, opening);
        }
        let answered = self.answer(&store, &mut page)?;
        let read_all = answered && self.follow(&store, &head, &mut page)?;
        let done = read_all && self.back_fill(&store, &mut page)?;
        if done {
            page.cursors.fills = self.fills.drain(..).map(|fill| (fill.place, None)).collect();
            if !page.cursors.fills.is_empty() {
                // What joins stands where the main cursor stands from now on.
                page.cursors.main = Some(head.cursor());
                self.main = head.lsn;
            }
        }
        let mut items = page.builder.finish();
        let vouched = snapshots(&items, programme);
        if !vouched.is_empty() {
            items.push(Item::Vouch(key.vouch(programme, &vouched)));
        }
        Ok(Fed { frame: Frame { items, cursors: page.cursors }, done, made: page.made })
    }

    /// Sends what the device asked for, as far as it is in its scopes; tells whether all of it fit.
    fn answer(&mut self, store: &Sqlite<'_>, page: &mut Page) -> rusqlite::Result<bool> {
        let mut known = Vec::new();
        for actor in std::mem::take(&mut self.asked_actors) {
            if store.actor(&actor)?.is_some() {
                known.push(actor);
            }
        }
        if !self.introduce(store.connection, &known, page)? {
            self.asked_actors = known;
            return Ok(false);
        }
        while let Some(lsn) = self.asked.front().copied() {
            let row = store.rows(lsn.saturating_sub(1), 1)?.pop();
            if let Some(Logged::Change { parts, code }) = row.map(|row| row.what)
                && (self.is_in_scope(&parts, &code) || self.fills.iter().any(|fill| fill.holds(&parts, &code)))
            {
                let change = store.change(lsn)?.ok_or_else(|| damaged("change"))?;
                let introduced = change.seq != 1 || self.introduce(store.connection, &[change.actor], page)?;
                if !introduced || page.builder.offer(Some(&parts), vec![documents::item(lsn, &change)]).is_err() {
                    return Ok(false);
                }
            }
            self.asked.pop_front();
        }
        Ok(true)
    }

    /// Follows the log for the scopes that are caught up and for what is meant for this device; tells whether it read to the
    /// head.
    fn follow(&mut self, store: &Sqlite<'_>, head: &Head, page: &mut Page) -> rusqlite::Result<bool> {
        let only_own = self.caught_up.is_empty();
        let mut read = 0;
        while read < ROWS {
            let rows = if only_own {
                store.rows_for(&self.device, self.main, ROWS_AT_ONCE)?
            } else {
                store.rows(self.main, ROWS_AT_ONCE)?
            };
            read += rows.len();
            let last = rows.len() < ROWS_AT_ONCE;
            for row in rows {
                let cursor = row.cursor();
                if !self.tell(store, row.lsn, row.what, page)? {
                    return Ok(false);
                }
                self.main = row.lsn;
                page.cursors.main = Some(cursor);
            }
            if last {
                if self.main < head.lsn {
                    self.main = head.lsn;
                    page.cursors.main = Some(head.cursor());
                }
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Puts a row of the log into the page if it is for this device; tells whether it fit.
    fn tell(&mut self, store: &Sqlite<'_>, lsn: u64, what: Logged, page: &mut Page) -> rusqlite::Result<bool> {
        match what {
            Logged::Change { parts, code } if !self.carried.contains(&lsn) && self.is_in_scope(&parts, &code) => {
                let change = store.change(lsn)?.ok_or_else(|| damaged("change"))?;
                if change.seq == 1 && !self.introduce(store.connection, &[change.actor], page)? {
                    return Ok(false);
                }
                Ok(page.builder.offer(Some(&parts), vec![documents::item(lsn, &change)]).is_ok())
            }
            Logged::Verdict(later) if later.device == self.device => {
                let lsn = store.position(&later.doc, &later.hash)?.unwrap_or_default();
                let verdict = Item::Verdict { doc: later.doc, hash: later.hash, verdict: later.verdict, lsn };
                Ok(page.builder.offer(None, vec![verdict]).is_ok())
            }
            Logged::Certificate { device, hash } if device == self.device => {
                let bytes: Option<Vec<u8>> = store
                    .connection
                    .prepare_cached("SELECT bytes FROM certificate WHERE hash = ?1")?
                    .query_row([hash.as_bytes()], |row| row.get(0))
                    .optional()?;
                Ok(bytes.is_none_or(|bytes| page.builder.offer(None, vec![Item::Certificate(bytes)]).is_ok()))
            }
            _ => Ok(true),
        }
    }

    /// Sends whole documents of the scopes that back-fill; tells whether nothing is left of any.
    fn back_fill(&mut self, store: &Sqlite<'_>, page: &mut Page) -> rusqlite::Result<bool> {
        for at in 0..self.fills.len() {
            while let Some(Fill { scope, lsn, .. }) = self.fills.get(at) {
                let found = documents::next(store.connection, scope, *lsn, DOCUMENTS_AT_ONCE)?;
                if found.is_empty() {
                    break;
                }
                for next in found {
                    if !self.send(store, &next, page)? {
                        return Ok(false);
                    }
                    let Some(fill) = self.fills.get_mut(at) else { break };
                    fill.lsn = next.last_lsn;
                    let cursor = store.cursor(next.last_lsn)?.ok_or_else(|| damaged("row of the log"))?;
                    page.move_fill(fill.place, cursor);
                }
            }
        }
        Ok(true)
    }

    /// Puts a whole document into the page; tells whether it fit.
    fn send(&mut self, store: &Sqlite<'_>, next: &Next, page: &mut Page) -> rusqlite::Result<bool> {
        if page.builder.is_full() {
            return Ok(false);
        }
        let whole = documents::whole(store.connection, next, |lsn| self.carried.contains(&lsn))?;
        let actors: Vec<ActorId> = whole.actors.into_iter().collect();
        page.made.extend(whole.made);
        if !self.introduce(store.connection, &actors, page)? {
            return Ok(false);
        }
        Ok(whole.items.is_empty() || page.builder.offer(Some(&next.parts), whole.items).is_ok())
    }

    /// Puts the registrations and certificates of actors into the page, once in a reply; tells whether they fit.
    fn introduce(&mut self, connection: &Connection, actors: &[ActorId], page: &mut Page) -> rusqlite::Result<bool> {
        for actor in actors.iter().filter(|actor| !self.introduced.contains(actor)).copied().collect::<Vec<_>>() {
            let (registration, person, key): (Vec<u8>, [u8; 16], [u8; 32]) = connection
                .prepare_cached("SELECT registration, person, device_key FROM actor WHERE actor = ?1")?
                .query_row([actor.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            let mut group = Vec::new();
            let holder = (key, person);
            if !self.certified.contains(&holder) {
                let key = PublicKey::from_bytes(&key).map_err(|_| damaged("device key"))?;
                group.extend(newest_certificate(connection, &key, &PersonId::new(person))?.map(Item::Certificate));
            }
            group.push(Item::Registration(registration));
            if page.builder.offer(None, group).is_err() {
                return Ok(false);
            }
            self.certified.insert(holder);
            self.introduced.insert(actor);
        }
        Ok(true)
    }

    /// Tells whether a document is in a scope that is caught up.
    fn is_in_scope(&self, parts: &DocParts, code: &str) -> bool {
        let Some(areas) = self.caught_up.get(&round_of(parts)) else { return false };
        code.parse::<Code>().is_ok_and(|code| areas.iter().any(|area| area.covers(&code)))
    }
}

impl Fill {
    fn holds(&self, parts: &DocParts, code: &str) -> bool {
        self.scope.round == round_of(parts) && code.parse::<Code>().is_ok_and(|code| self.scope.area.covers(&code))
    }
}

fn round_of(parts: &DocParts) -> Option<RoundId> {
    match parts {
        DocParts::Record { round, .. } => Some(*round),
        DocParts::Finding { .. } => None,
    }
}

/// The frame in the making.
struct Page {
    builder: PageBuilder,
    cursors: Cursors,
    made: Vec<Made>,
}

impl Page {
    fn move_fill(&mut self, place: u16, cursor: Cursor) {
        match self.cursors.fills.last_mut() {
            Some((last, moved)) if *last == place => *moved = Some(cursor),
            _ => self.cursors.fills.push((place, Some(cursor))),
        }
    }
}
