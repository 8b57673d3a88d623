//! One request of a phone: what it pushes is judged into the log ([`intake`](self)), what it lacks is fed from the log.

mod doors;

pub(crate) use doors::Doors;

use rusqlite::Transaction;
use sumu_core::ids::{PersonId, RoundId, SiteId};

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

/// How many changes another judgement moved.
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
pub fn judge_waiting(_tx: &Transaction<'_>, _which: Aside<'_>, _now: i64) -> rusqlite::Result<Judged> {
    todo!()
}
