//! A small programme for tests: three levels of regions, two items, one round, and people on demand.

use rusqlite::{Connection, Transaction};
use sumu_core::clock::SeededEntropy;
use sumu_core::gate::RoundKind;
use sumu_core::ids::Handle;
use sumu_core::sign::{Grant, Role};

use super::*;
use crate::programme::Programme;

pub(crate) const NOW: i64 = 1_790_000_000;

pub(crate) const REGIONS: &str = "code,name,parent,level\n1505,通辽市,,city\n150521,科左中旗,1505,county\n\
    150522,科左后旗,1505,county\n150521100,宝龙山镇,150521,township\n150521100201,巴彦嘎查,150521100,village\n\
    150521100202,哈日嘎查,150521100,village\n";

pub(crate) const ITEMS: &str = "item,name_zh,name_en\nhousing,住房,Housing\nwater,饮水,Drinking water\n";

/// Opens an empty database with all tables and a programme in it.
pub(crate) fn empty() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    for migration in [
        include_str!("../../migrations/sqlite/0001_programme.sql"),
        include_str!("../../migrations/sqlite/0002_log.sql"),
        include_str!("../../migrations/sqlite/0003_view.sql"),
        include_str!("../../migrations/sqlite/0004_form.sql"),
        include_str!("../../migrations/sqlite/0005_score.sql"),
    ] {
        connection.execute_batch(migration).unwrap();
    }
    let tx = connection.transaction().unwrap();
    Programme::open(&tx, None, &SeededEntropy::new(1)).unwrap();
    tx.commit().unwrap();
    connection
}

/// Opens a database with regions, items, an open round and an address.
pub(crate) fn office() -> Connection {
    let mut connection = empty();
    let tx = connection.transaction().unwrap();
    prepare(&tx);
    remember_address(&tx, &Address { url: "http://127.0.0.1:8417".to_owned(), fingerprint: None }).unwrap();
    tx.commit().unwrap();
    connection
}

/// Imports the regions and items, and opens the round `autumn`.
pub(crate) fn prepare(tx: &Transaction<'_>) {
    import_regions(tx, REGIONS.as_bytes()).unwrap();
    import_items(tx, ITEMS.as_bytes(), &SeededEntropy::new(2)).unwrap();
    open_round(tx, &round("autumn"), &SeededEntropy::new(3), NOW).unwrap();
}

pub(crate) fn handle(text: &str) -> Handle {
    text.parse().unwrap()
}

pub(crate) fn one(role: Role, area: &str) -> Grant {
    Grant { role, areas: vec![area.parse().unwrap()] }
}

pub(crate) fn round(name: &str) -> NewRound {
    let day = |text: &str| text.parse().unwrap();
    let kind = Some(RoundKind::Assessment);
    NewRound { handle: handle(name), kind, from: day("2026-09-01"), cutoff: day("2026-12-31") }
}

/// Adds a person with one role.
pub(crate) fn person(tx: &Transaction<'_>, name: &str, role: Role, area: &str) -> Person {
    let seed = name.bytes().fold(7, |seed, byte| seed * 31 + u64::from(byte));
    let new = NewPerson { handle: handle(name), name: name.to_uppercase(), grants: vec![one(role, area)] };
    add_person(tx, &new, &SeededEntropy::new(seed), NOW).unwrap()
}
