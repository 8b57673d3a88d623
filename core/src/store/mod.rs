//! The device's SQLite file: the only user of rusqlite in the core.
//!
//! One connection writes, behind a mutex; others read. Whatever writes takes a `&Transaction`, so that what belongs together
//! is committed together; whatever reads takes a `&Connection`. A commit is on the disk when it returns (`synchronous=FULL`).

mod aside;
mod column;
mod error;
mod key;
mod schema;

pub(crate) mod asked;
pub(crate) mod compact;
pub(crate) mod docs;
pub(crate) mod erase;
pub(crate) mod forms;
pub(crate) mod history;
pub(crate) mod insert;
pub(crate) mod known;
pub(crate) mod leave;
pub(crate) mod listing;
pub(crate) mod lost;
pub(crate) mod meta;
pub(crate) mod people;
pub(crate) mod reading;
pub(crate) mod reference;
pub(crate) mod salvage;
pub(crate) mod scopes;
pub(crate) mod summary;
pub(crate) mod verdicts;
pub(crate) mod waiting;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{OpenFlags, TransactionBehavior};

use crate::clock::Clock;

/// What readers and writers are handed; modules after this one name them from here.
pub(crate) use rusqlite::{Connection, Transaction};

pub(crate) use aside::{recovery_file, replace_file, set_aside_whole};
pub(crate) use error::{Damage, StoreError};
pub(crate) use key::FileKey;

/// How long a writer waits for another process that holds the file.
const BUSY: Duration = Duration::from_secs(10);
/// How many idle readers are kept.
const READERS: usize = 4;

/// The phone's file.
pub(crate) struct Store {
    path: PathBuf,
    key: Option<FileKey>,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    /// Counts the commits; whoever shows the file reads again when it moves.
    commits: tokio::sync::watch::Sender<u64>,
}

impl Store {
    /// Opens or makes the file, encrypted if there is a key. A damaged one is set aside first, and its new name returned.
    pub(crate) fn open(
        path: &Path,
        key: Option<FileKey>,
        clock: &dyn Clock,
    ) -> Result<(Self, Option<PathBuf>), StoreError> {
        match Self::open_sound(path, key.clone()) {
            Err(StoreError::Damaged(why)) => {
                tracing::error!(%why, "the file is damaged and is set aside");
                let aside = aside::set_aside(path, clock)?;
                Ok((Self::open_sound(path, key)?, Some(aside)))
            }
            opened => opened.map(|store| (store, None)),
        }
    }

    fn open_sound(path: &Path, key: Option<FileKey>) -> Result<Self, StoreError> {
        let mut writer = Connection::open(path).map_err(|error| match StoreError::from(error) {
            StoreError::Sqlite(error) => aside::failed(path, &error),
            other => other,
        })?;
        writer.busy_timeout(BUSY)?;
        prepare(&writer, key.as_ref())?;
        aside::check(&writer, path)?;
        writer.pragma_update(None, "journal_mode", "WAL")?;
        writer.pragma_update(None, "journal_size_limit", 16 << 20)?;
        schema::migrate(&mut writer)?;
        Ok(Self {
            path: path.to_owned(),
            key,
            writer: Mutex::new(writer),
            readers: Mutex::new(Vec::new()),
            commits: tokio::sync::watch::Sender::new(0),
        })
    }

    /// Returns where the file is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the key, if the file is encrypted.
    pub(crate) fn key(&self) -> Option<&FileKey> {
        self.key.as_ref()
    }

    /// Returns what moves with every commit.
    pub(crate) fn commits(&self) -> tokio::sync::watch::Receiver<u64> {
        self.commits.subscribe()
    }

    /// Runs work in one transaction, which is on the disk when this returns; an error rolls all of it back.
    pub(crate) fn write<T, E: Damage>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, E>) -> Result<T, E> {
        // A panic inside another transaction rolled it back when it was dropped, so the connection is sound.
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        self.noticing(|| {
            let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::from)?;
            let done = work(&tx)?;
            tx.commit().map_err(StoreError::from)?;
            self.commits.send_modify(|count| *count += 1);
            Ok(done)
        })
    }

    /// Runs reading work on one state of the file.
    pub(crate) fn read<T, E: Damage>(&self, work: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        self.noticing(|| {
            let idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut reader = match idle {
                Some(reader) => reader,
                None => self.reader()?,
            };
            let done = {
                let tx = reader.transaction().map_err(StoreError::from)?;
                work(&tx)
            };
            let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
            if readers.len() < READERS {
                readers.push(reader);
            }
            done
        })
    }

    fn reader(&self) -> Result<Connection, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let reader = Connection::open_with_flags(&self.path, flags)?;
        reader.busy_timeout(BUSY)?;
        prepare(&reader, self.key.as_ref())?;
        reader.pragma_update(None, "query_only", true)?;
        Ok(reader)
    }

    /// Looks at errors on their way out: damage that was met makes the next opening check the whole file.
    fn noticing<T, E: Damage>(&self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        work().inspect_err(|error| {
            if let Some(why) = error.damage() {
                tracing::error!(why, "the file is damaged");
                aside::suspect(&self.path);
            }
        })
    }

    /// Lets the file grow to a number of pages only, as a full disk would.
    #[cfg(test)]
    pub(crate) fn limit_pages(&self, pages: i64) {
        let writer = self.writer.lock().unwrap();
        writer.pragma_update(None, "max_page_count", pages).unwrap();
    }
}

/// Sets what every connection needs; the key comes before anything that reads.
fn prepare(connection: &Connection, key: Option<&FileKey>) -> Result<(), StoreError> {
    if let Some(key) = key {
        key.unlock(connection)?;
    }
    connection.set_prepared_statement_cache_capacity(128);
    connection.pragma_update(None, "foreign_keys", true)?;
    // Android's SQLCipher would take NORMAL with a write-ahead log, and a dead battery the last commits.
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Android has no folder for temporary files that SQLite would find.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -4_096)?;
    Ok(())
}
