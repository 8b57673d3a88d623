//! What one writing transaction does for a request: it knows the request again, takes in its page, and says where the feed begins.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Transaction};
use sumu_core::ids::{DeviceId, PersonId};
use sumu_core::wire::{Cursor, Item, Request, ScopeList};

use super::feed::Feed;
use super::intake::{Taken, take_in};
use super::scopes::scopes_of;
use crate::Sqlite;
use crate::log::{Log, claimed};
use crate::programme::{Programme, read};
use crate::state::Limits;

/// How many changes a request may ask for by their hashes.
const ASKED: usize = 2_000;

/// Whose token came with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Caller {
    /// The device.
    pub(crate) device: DeviceId,
    /// The person that the token was made for.
    pub(crate) person: PersonId,
    /// The device or the person was revoked: it may push, and reads only its verdicts.
    pub(crate) revoked: bool,
}

/// What follows the push.
#[derive(Debug)]
pub(crate) enum Received {
    /// Only these items and the end.
    Only(Vec<Item>),
    /// A feed.
    Feed(Box<Feed>),
}

/// Takes in a request in one transaction.
pub(crate) fn receive(
    tx: &Transaction<'_>,
    programme: &Programme,
    caller: &Caller,
    request: &Request,
    limits: Limits,
    now: i64,
) -> rusqlite::Result<Received> {
    let store = Sqlite::new(tx);
    // The epoch is read anew: a backup that took the place of this file has another.
    let epoch = read(tx, "epoch")?;
    let known_log = request.log == programme.log && epoch.as_deref() == Some(request.epoch.as_bytes());
    let main = position(&store, &request.cursor)?;
    let mut fills = BTreeMap::new();
    for (place, cursor) in &request.fills {
        fills.insert(*place, position(&store, cursor)?);
    }
    let (true, Some(main), Some(mut fills)) = (
        known_log,
        main,
        fills.into_iter().map(|(place, lsn)| Some((place, lsn?))).collect::<Option<BTreeMap<_, _>>>(),
    ) else {
        return Ok(Received::Only(vec![Item::OtherLog { log: programme.log, epoch: programme.epoch }]));
    };
    if !remember(tx, caller, request)? {
        return Ok(Received::Only(vec![Item::Restored(request.key)]));
    }
    tx.prepare_cached("UPDATE device SET last_sync = ?2 WHERE id = ?1")?.execute((caller.device.as_bytes(), now))?;

    let taken = take_in(&store, programme, &caller.device, &request.page, limits, now)?;
    let scopes = if caller.revoked { ScopeList::default() } else { scopes_of(tx, &caller.person, now)? };
    let mut opening = opening(&taken);
    let hash = scopes.hash8().map_err(|_| crate::database::damaged("list of scopes"))?;
    let places_fit = fills.keys().all(|place| usize::from(*place) < scopes.0.len());
    if request.scopes == [0; 8] {
        fills = (0u16..).zip(&scopes.0).map(|(place, _)| (place, 0)).collect();
        opening.push(Item::Scopes(scopes.clone()));
    } else if request.scopes != hash || !places_fit {
        opening.push(Item::Scopes(scopes));
        return Ok(Received::Only(opening));
    }
    let mut feed = Feed::new(caller.device, &scopes.0, main, &fills, request.frame_bytes, opening);
    feed.carried = taken.verdicts.iter().map(|(_, lsn)| *lsn).filter(|lsn| *lsn > 0).collect();
    if !caller.revoked {
        ask(&store, &request.page, &mut feed)?;
    }
    Ok(Received::Feed(Box::new(feed)))
}

/// Notes what the device asks for.
fn ask(store: &Sqlite<'_>, page: &[Item], feed: &mut Feed) -> rusqlite::Result<()> {
    for item in page {
        match item {
            Item::NeedRegistrations(actors) => feed.asked_actors.extend(actors),
            Item::NeedChanges { doc, hashes } => {
                for hash in hashes.iter().take(ASKED) {
                    feed.asked.extend(store.position(doc, hash)?);
                }
            }
            _ => {}
        }
    }
    feed.asked.make_contiguous().sort_unstable();
    feed.asked.truncate(ASKED);
    Ok(())
}

/// Returns the position of a cursor, or nothing if the log does not know it.
fn position(store: &Sqlite<'_>, cursor: &Cursor) -> rusqlite::Result<Option<u64>> {
    let lsn = claimed(cursor);
    if lsn > store.head()?.lsn {
        return Ok(None);
    }
    Ok((store.cursor(lsn)?.as_ref() == Some(cursor)).then_some(lsn))
}

/// Remembers the last request of an instance; one that is neither that nor newer comes from a restored copy of a database.
fn remember(tx: &Transaction<'_>, caller: &Caller, request: &Request) -> rusqlite::Result<bool> {
    let last: Option<([u8; 16], u64, [u8; 16])> = tx
        .prepare_cached("SELECT device, number, nonce FROM instance WHERE instance = ?1")?
        .query_row([request.instance.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    if let Some((device, number, nonce)) = last {
        let same_device = device == *caller.device.as_bytes();
        if same_device && number == request.key.number && nonce == request.key.nonce {
            return Ok(true);
        }
        if !same_device || request.key.number <= number {
            return Ok(false);
        }
    }
    tx.prepare_cached(
        "INSERT INTO instance VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (instance) DO UPDATE SET number = excluded.number, nonce = excluded.nonce",
    )?
    .execute((request.instance.as_bytes(), caller.device.as_bytes(), request.key.number, request.key.nonce))?;
    Ok(true)
}

/// Returns what stands first in a reply: the verdicts, and what the server asks for.
fn opening(taken: &Taken) -> Vec<Item> {
    let mut items = Vec::new();
    if !taken.verdicts.is_empty() {
        items.push(Item::Verdicts(taken.verdicts.clone()));
    }
    if !taken.need_registrations.is_empty() {
        items.push(Item::NeedRegistrations(taken.need_registrations.iter().copied().collect()));
    }
    let asked = taken.need_changes.iter();
    items.extend(asked.map(|(doc, hashes)| Item::NeedChanges { doc: *doc, hashes: hashes.iter().copied().collect() }));
    items
}

/// Finds whose a token is.
pub(crate) fn caller(connection: &Connection, token_hash: &[u8; 32]) -> rusqlite::Result<Option<Caller>> {
    connection
        .prepare_cached(
            "SELECT t.device, t.person, d.revoked_at IS NOT NULL OR p.revoked_at IS NOT NULL
             FROM token t JOIN device d ON d.id = t.device JOIN person p ON p.id = t.person WHERE t.hash = ?1",
        )?
        .query_row([token_hash], |row| {
            Ok(Caller { device: DeviceId::new(row.get(0)?), person: PersonId::new(row.get(1)?), revoked: row.get(2)? })
        })
        .optional()
}
