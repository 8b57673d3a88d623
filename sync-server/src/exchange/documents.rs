//! Whole documents for back-fills: which come next, and each as a snapshot and its tail or as its changes one by one.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Row, Transaction};
use sumu_core::ids::{ActorId, DocParts};
use sumu_core::record::make_snapshot;
use sumu_core::wire::{Item, Scope};

use crate::database::damaged;
use crate::log::StoredChange;
use crate::sqlite::read_parts;

/// From how many changes on a snapshot is worth a try.
const WORTH_IT: u64 = 8;
/// After how many more changes a snapshot is made anew.
const LONG_TAIL: usize = 32;
/// What a change costs in a page beside its bytes: signature, kind, length and position.
const BESIDE: usize = 64 + 10;
/// An area with fewer than one in so many of all sites is searched by its sites, not along the log.
const SMALL_AREA: u64 = 16;

const COLUMNS: &str = "d.id, d.site, d.item, d.round, d.ulid, d.changes, d.last_lsn";

/// A document that a back-fill comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Next {
    pub(super) number: i64,
    pub(super) parts: DocParts,
    pub(super) changes: u64,
    pub(super) last_lsn: u64,
}

/// What is sent of a document.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) items: Vec<Item>,
    /// The actors whose first change is among them.
    pub(super) actors: BTreeSet<ActorId>,
    /// A snapshot that was made just now and should be kept.
    pub(super) made: Option<Made>,
}

/// A snapshot of a document up to a position.
#[derive(Debug)]
pub(super) struct Made {
    number: i64,
    lsn: u64,
    body: Vec<u8>,
}

/// Returns the next documents of a scope after a position, by the position of their last change.
pub(super) fn next(connection: &Connection, scope: &Scope, after: u64, limit: usize) -> rusqlite::Result<Vec<Next>> {
    let (in_area, all): (u64, u64) = connection
        .prepare_cached(
            "SELECT (SELECT count(*) FROM site WHERE code >= ?1 AND code < ?1 || ':'), (SELECT count(*) FROM site)",
        )?
        .query_row([scope.area.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let tables = if in_area * SMALL_AREA < all {
        "site s CROSS JOIN doc d ON d.site = s.site AND d.round IS ?1"
    } else {
        "doc d CROSS JOIN site s ON s.site = d.site AND d.round IS ?1"
    };
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM {tables}
             WHERE d.last_lsn > ?2 AND s.code >= ?3 AND s.code < ?3 || ':' ORDER BY d.last_lsn LIMIT ?4"
        ))?
        .query_map((scope.round.map(|round| *round.as_bytes()), after, scope.area.as_str(), limit), read_next)?
        .collect()
}

/// Returns a document as it is sent: the shorter of a snapshot with what came after it, and all changes without those that
/// the device has just brought.
pub(super) fn whole(connection: &Connection, next: &Next, brought: impl Fn(u64) -> bool) -> rusqlite::Result<Whole> {
    let changes = changes(connection, next.number)?;
    let loose = |from: usize| {
        let sent = changes.iter().skip(from).filter(|(lsn, _)| !brought(*lsn));
        sent.map(|(lsn, change)| item(*lsn, change))
    };
    let firsts = changes.iter().filter(|(_, change)| change.seq == 1);
    let actors = firsts.clone().map(|(_, change)| change.actor).collect();
    if next.changes < WORTH_IT {
        let actors = firsts.filter(|(lsn, _)| !brought(*lsn)).map(|(_, change)| change.actor).collect();
        return Ok(Whole { items: loose(0).collect(), actors, made: None });
    }
    let kept: Option<(u64, Vec<u8>)> = connection
        .prepare_cached("SELECT lsn, body FROM snapshot WHERE doc = ?1")?
        .query_row([next.number], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let tail_of = |lsn: u64| changes.iter().take_while(|(at, _)| *at <= lsn).count();
    let mut made = None;
    let (lsn, body) = match kept {
        Some((lsn, body)) if changes.len() - tail_of(lsn).min(changes.len()) < LONG_TAIL => (lsn, body),
        _ => {
            let bytes: Vec<Vec<u8>> = changes.iter().map(|(_, change)| change.bytes.clone()).collect();
            match make_snapshot(&bytes) {
                Ok((body, _)) => {
                    made = Some(Made { number: next.number, lsn: next.last_lsn, body: body.clone() });
                    (next.last_lsn, body)
                }
                Err(error) => {
                    tracing::error!(doc = next.number, %error, "no snapshot can be made of a document");
                    return Ok(Whole { items: loose(0).collect(), actors, made: None });
                }
            }
        }
    };
    let covered = tail_of(lsn);
    let one_by_one: usize = changes.iter().take(covered).map(|(_, change)| change.bytes.len() + BESIDE).sum();
    let items = if body.len() < one_by_one {
        std::iter::once(Item::Snapshot { bytes: body, lsn }).chain(loose(covered)).collect()
    } else {
        loose(0).collect()
    };
    Ok(Whole { items, actors, made })
}

/// Keeps snapshots that were made, unless newer ones are kept by now.
pub(super) fn keep(tx: &Transaction<'_>, made: &[Made]) -> rusqlite::Result<()> {
    let mut insert = tx.prepare_cached(
        "INSERT INTO snapshot VALUES (?1, ?2, ?3) ON CONFLICT (doc) DO UPDATE SET lsn = excluded.lsn, body = excluded.body
         WHERE excluded.lsn > lsn",
    )?;
    made.iter().try_for_each(|made| insert.execute((made.number, made.lsn, &made.body)).map(drop))
}

/// Returns a change as an item of a page.
pub(super) fn item(lsn: u64, change: &StoredChange) -> Item {
    Item::Change { signature: change.signature, bytes: change.bytes.clone(), lsn }
}

fn changes(connection: &Connection, number: i64) -> rusqlite::Result<Vec<(u64, StoredChange)>> {
    connection
        .prepare_cached(
            "SELECT c.hash, a.actor, c.seq, c.signature, c.body, c.lsn FROM change c JOIN actor a ON a.id = c.actor
             WHERE c.doc = ?1 ORDER BY c.lsn",
        )?
        .query_map([number], |row| Ok((row.get(5)?, crate::log::read_change(row)?)))?
        .collect()
}

fn read_next(row: &Row<'_>) -> rusqlite::Result<Next> {
    let last_lsn = row.get(6)?;
    if last_lsn == 0 {
        return Err(damaged("document"));
    }
    Ok(Next { number: row.get(0)?, parts: read_parts(row, 1)?, changes: row.get(5)?, last_lsn })
}
