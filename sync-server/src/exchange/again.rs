//! Judging again what was kept aside, when rights, rounds or places have changed.

use std::collections::BTreeSet;

use rusqlite::Transaction;
use sumu_core::ids::{DocId, PersonId, RoundId, SiteId};

use super::bench::Bench;
use crate::Sqlite;
use crate::log::Log;
use crate::state::Limits;
use crate::view::View;

/// Which work that was kept aside is judged again.
#[derive(Debug, Clone, Copy)]
pub enum Aside<'a> {
    /// That of a person, whose rights have changed.
    Of(&'a PersonId),
    /// That of a round, which was opened, closed or opened again.
    In(&'a RoundId),
    /// That of a site that was not known.
    At(&'a SiteId),
    /// All of it.
    All,
}

/// How many changes another judgement moved, and how many it left.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Judged {
    /// Into the log.
    pub accepted: usize,
    /// Out for good.
    pub refused: usize,
    /// Nowhere.
    pub waiting: usize,
}

/// Judges work that was kept aside again, by the rights, rounds and places of now, in the transaction that changed them.
///
/// What moves is told to its author's device at its next exchange. In a document everything that is kept aside is judged, for
/// one person's work may hang on another's.
pub fn judge_waiting(tx: &Transaction<'_>, which: Aside<'_>, now: i64) -> rusqlite::Result<Judged> {
    let store = Sqlite::new(tx);
    let bench = Bench::new(&store, Limits::default(), now);
    let mut judged = Judged::default();
    for doc in documents(tx, which)? {
        bench.wake(&doc, true)?;
        judged.waiting += store.waiting(&doc)?.len();
    }
    store.settle()?;
    store.seal()?;
    let moved = bench.judged.get();
    Ok(Judged { waiting: judged.waiting, ..moved })
}

fn documents(tx: &Transaction<'_>, which: Aside<'_>) -> rusqlite::Result<BTreeSet<DocId>> {
    let read = |row: &rusqlite::Row<'_>| row.get(0).map(DocId::new);
    let of = |column: &str| format!("SELECT DISTINCT doc_id FROM waiting WHERE {column} = ?1");
    match which {
        Aside::Of(person) => tx.prepare_cached(&of("person"))?.query_map([person.as_bytes()], read)?.collect(),
        Aside::In(round) => tx.prepare_cached(&of("round"))?.query_map([round.as_bytes()], read)?.collect(),
        Aside::At(site) => tx.prepare_cached(&of("site"))?.query_map([site.as_str()], read)?.collect(),
        Aside::All => tx.prepare_cached("SELECT DISTINCT doc_id FROM waiting")?.query_map([], read)?.collect(),
    }
}
