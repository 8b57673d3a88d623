//! Numbered migrations: what brings a file of any earlier version to this one.

use rusqlite::{Connection, TransactionBehavior};

use super::{StoreError, summary};

/// The SQL of each version, from 1; a file's version is `PRAGMA user_version`.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_device.sql"),
    include_str!("migrations/0002_form.sql"),
    include_str!("migrations/0003_sent_back.sql"),
];

/// The version from which summaries tell what was sent back.
const SENT_BACK: i64 = 3;

/// Marks the file as this program's, so that another program's database is never mistaken for an old one of ours.
const APPLICATION: i64 = 0x53_55_4d_55;

/// Brings the file to the newest version in one transaction; a newer one is left as it is.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    let found = version(connection)?;
    if found > known {
        return Err(StoreError::TooNew { found, known });
    }
    if found == known {
        return Ok(());
    }
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have migrated while this one waited for the lock.
    let found = version(&tx)?;
    for (number, sql) in (1..).zip(MIGRATIONS).filter(|(number, _)| *number > found) {
        tx.execute_batch(sql)?;
        tx.pragma_update(None, "user_version", number)?;
    }
    if found < SENT_BACK {
        let reviewed = "SELECT DISTINCT doc FROM field WHERE key = 'w'";
        let docs = tx.prepare(reviewed)?.query_map([], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
        docs.into_iter().try_for_each(|doc| summary::renew(&tx, doc))?;
    }
    tx.pragma_update(None, "application_id", APPLICATION)?;
    tx.commit()?;
    Ok(())
}

fn version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}
