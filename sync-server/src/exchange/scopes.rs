//! The scopes of a device: its person's areas, each with every round that the device may still need, and with its findings.
//!
//! A device needs the open rounds, and a closed one for some time more: late work, disputes and reviews come after the
//! cut-off. Afterwards the round leaves the list, and the device may drop what is synced.

use rusqlite::Connection;
use sumu_core::ids::{PersonId, RoundId};
use sumu_core::region::Area;
use sumu_core::wire::{Scope, ScopeList, limits};

use crate::Sqlite;
use crate::view::View;

/// How long a closed round stays in the list, in seconds: 90 days, as long as there is from one round to the next.
const CLOSED_STAYS: i64 = 90 * 24 * 3_600;

/// Returns the scopes of a person; a revoked one has none.
pub(super) fn scopes_of(connection: &Connection, person: &PersonId, now: i64) -> rusqlite::Result<ScopeList> {
    let areas = Sqlite::new(connection).areas_of(person)?;
    let rounds = rounds(connection, now)?;
    let of_area = |area: Area| {
        let findings = Scope { area: area.clone(), round: None };
        rounds.iter().map(move |round| Scope { area: area.clone(), round: Some(*round) }).chain([findings])
    };
    let mut list = ScopeList::of(areas.into_iter().flat_map(of_area));
    if list.0.len() > limits::SCOPES {
        tracing::warn!(scopes = list.0.len(), "a person has more scopes than a device may have; the last are left out");
        list.0.truncate(limits::SCOPES);
    }
    Ok(list)
}

fn rounds(connection: &Connection, now: i64) -> rusqlite::Result<Vec<RoundId>> {
    connection
        .prepare_cached("SELECT id FROM round WHERE state = 'open' OR closed_at > ?1 ORDER BY id")?
        .query_map([now.saturating_sub(CLOSED_STAYS)], |row| row.get(0).map(RoundId::new))?
        .collect()
}
