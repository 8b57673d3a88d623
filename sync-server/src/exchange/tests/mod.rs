//! Stories of phones and a server, each over real requests.

mod phone;
mod pull;
mod push;
mod reference;
mod tamper;

use rusqlite::Connection;
use sumu_core::ids::{DocParts, ItemId, RoundId};
use sumu_core::record::Value;
use sumu_core::sign::Role;

use crate::admin::testing as office;
use crate::admin::{AdminError, find_round};
use crate::log::verify;
use crate::view::View;
use crate::{Options, Sqlite, State};

const VILLAGE: &str = "150521100201";
const OTHER_VILLAGE: &str = "150521100202";

/// A server with an inspector `ana`, another `bao`, a team lead `lead` and a supervisor `sup` of one banner.
fn server() -> (tempfile::TempDir, State) {
    let (folder, state) = crate::testing::state(Options::default());
    write(&state, |tx| {
        office::person(tx, "ana", Role::Inspector, "150521");
        office::person(tx, "bao", Role::Inspector, "150521");
        office::person(tx, "lead", Role::TeamLead, "150521");
        office::person(tx, "sup", Role::Supervisor, "1505");
        Ok(())
    });
    (folder, state)
}

fn write<T>(state: &State, work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, AdminError>) -> T {
    state.database().write(work).unwrap()
}

fn read<T>(state: &State, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> T {
    state.database().read(work).unwrap()
}

fn count(state: &State, table: &str) -> u64 {
    read(state, |c| c.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)))
}

fn item(state: &State, handle: &str) -> ItemId {
    read(state, |c| c.query_row("SELECT id FROM item WHERE handle = ?1", [handle], |row| row.get(0).map(ItemId::new)))
}

fn round(state: &State, handle: &str) -> RoundId {
    state.database().read(|c| find_round(c, &handle.parse().unwrap())).unwrap().id
}

/// The record of a site and an item in the round `autumn`.
fn record(state: &State, site: &str, item_handle: &str) -> DocParts {
    DocParts::Record { site: site.parse().unwrap(), item: item(state, item_handle), round: round(state, "autumn") }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// Checks that everything in the log is right, and that folding it anew gives the same view.
fn check(state: &State) {
    let verified = read(state, verify);
    assert_eq!(verified.problems, []);
    let dump = |c: &Connection| {
        let mut statement = c.prepare("SELECT * FROM summary ORDER BY doc").unwrap();
        let columns = statement.column_count();
        let read = |row: &rusqlite::Row<'_>| {
            (0..columns).map(|at| row.get::<_, rusqlite::types::Value>(at)).collect::<Result<Vec<_>, _>>()
        };
        statement.query_map([], read).unwrap().map(Result::unwrap).collect::<Vec<_>>()
    };
    let before = read(state, |c| Ok(dump(c)));
    write(state, |tx| Ok(Sqlite::new(tx).rebuild()?));
    assert_eq!(read(state, |c| Ok(dump(c))), before);
}
