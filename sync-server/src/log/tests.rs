//! SQLite keeps the contracts of log and view.

use proptest::prelude::*;
use sumu_core::ids::{DocParts, ItemId, ProgrammeId, RoundId};

use super::Log;
use super::conformance::{self, Backend};
use crate::database::Database;
use crate::view::{View, conformance as view};
use crate::{Options, Sqlite, State};

struct OnSqlite {
    _folder: tempfile::TempDir,
    state: State,
}

fn fresh() -> OnSqlite {
    let (_folder, state) = crate::testing::state(Options::default());
    OnSqlite { _folder, state }
}

impl OnSqlite {
    fn database(&self) -> &Database {
        self.state.database()
    }
}

/// Lets the work's error through the database, which must see one to drop the transaction.
struct Through(anyhow::Error);

impl From<rusqlite::Error> for Through {
    fn from(error: rusqlite::Error) -> Self {
        Self(error.into())
    }
}

impl Backend for OnSqlite {
    type Error = rusqlite::Error;
    type Tx<'a> = Sqlite<'a>;

    fn write<T>(&self, work: impl FnOnce(&Sqlite<'_>) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let done = self.database().write(|tx| {
            let store = Sqlite::new(tx);
            let done = work(&store).map_err(Through)?;
            store.settle()?;
            store.seal()?;
            Ok::<_, Through>(done)
        });
        done.map_err(|through| through.0)
    }

    fn read<T>(&self, work: impl FnOnce(&Sqlite<'_>) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let done = self.database().read(|connection| work(&Sqlite::new(connection)).map_err(Through));
        done.map_err(|through: Through| through.0)
    }

    fn programme(&self) -> ProgrammeId {
        self.state.programme().id
    }

    fn places(&self) -> Vec<DocParts> {
        let read = |connection: &rusqlite::Connection| {
            let round = connection.query_row("SELECT id FROM round", [], |row| row.get(0).map(RoundId::new))?;
            let mut statement = connection.prepare("SELECT site, id FROM site, item ORDER BY site, place")?;
            let place = |row: &rusqlite::Row<'_>| {
                let site: String = row.get(0)?;
                Ok(DocParts::Record { site: site.parse().unwrap(), item: ItemId::new(row.get(1)?), round })
            };
            statement.query_map([], place)?.collect::<rusqlite::Result<Vec<_>>>()
        };
        self.database().read(read).unwrap()
    }
}

#[test]
fn writers_at_once_leave_no_holes() {
    conformance::writers_at_once_leave_no_holes(&fresh()).unwrap();
}

#[test]
fn dropped_transactions_leave_nothing() {
    conformance::dropped_transactions_leave_nothing(&fresh()).unwrap();
}

#[test]
fn a_repeated_change_stands_once() {
    conformance::a_repeated_change_stands_once(&fresh()).unwrap();
}

#[test]
fn what_waits_is_known_until_it_is_released() {
    conformance::what_waits_is_known_until_it_is_released(&fresh()).unwrap();
}

#[test]
fn a_change_and_its_summary_come_together() {
    view::a_change_and_its_summary_come_together(&fresh()).unwrap();
}

#[test]
fn a_record_is_due_until_it_is_scored_as_it_stands() {
    view::a_record_is_due_until_it_is_scored_as_it_stands(&fresh()).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_view_is_what_a_rebuild_gives(seed in 1u64..1 << 40) {
        if let Err(error) = view::the_view_is_what_a_rebuild_gives(&fresh(), seed) {
            return Err(TestCaseError::fail(error.to_string()));
        }
    }
}

#[tokio::test]
async fn a_cancelled_request_is_done_whole_and_keeps_nobody_out() {
    use std::future::Future;
    let backend = fresh();
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let (begun, has_begun) = std::sync::mpsc::channel();
    let mut request = Box::pin(backend.state.write(move |tx| {
        tx.execute("INSERT INTO meta VALUES ('cancelled', x'01')", [])?;
        begun.send(()).unwrap();
        wait.recv().unwrap();
        tx.execute("INSERT INTO meta VALUES ('all the same', x'01')", [])?;
        Ok::<_, rusqlite::Error>(())
    }));
    let waker = std::task::Waker::noop();
    assert!(request.as_mut().poll(&mut std::task::Context::from_waker(waker)).is_pending());
    has_begun.recv().unwrap();
    drop(request);
    go.send(()).unwrap();
    // The next writer waits for the end of the one before.
    let sql = "SELECT count(*) FROM meta WHERE name IN ('cancelled', 'all the same')";
    let count: i64 = backend.state.write(|tx| tx.query_row(sql, [], |row| row.get(0))).await.unwrap();
    assert_eq!(count, 2);
}
