//! The server's SQLite file: one writer, a few readers, numbered migrations.
//!
//! Commands of the office open the same file from another process, so every writing transaction begins `IMMEDIATE` and
//! waits for its turn; SQLite lets one writer in at a time, and readers see what was committed before they began.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use sumu_core::clock::Entropy;
use sumu_core::ids::Epoch;

use crate::programme;

/// The file's name in the data folder.
pub const FILE: &str = "sumu.db";

/// How long a transaction waits for a writer of another process.
const BUSY: Duration = Duration::from_secs(30);
/// How many idle readers are kept open.
const IDLE_READERS: usize = 8;
/// How much of the file each connection keeps in memory, in KiB: the writer looks things up all over the file, a reader walks
/// through it, and there are many readers.
const WRITER_CACHE: i64 = 16_000;
const READER_CACHE: i64 = 2_000;
/// How many pages the write-ahead log gathers before they are copied into the file (32 MB): pages that push after push changes
/// are then copied, and the disk waited for, once for many.
const WAL_PAGES: i64 = 8_000;
/// How many prepared statements each connection keeps.
const STATEMENTS: usize = 256;

/// The migrations, in order; a database's `user_version` says how many it has seen.
const MIGRATIONS: [&str; 6] = [
    include_str!("../migrations/sqlite/0001_programme.sql"),
    include_str!("../migrations/sqlite/0002_log.sql"),
    include_str!("../migrations/sqlite/0003_view.sql"),
    include_str!("../migrations/sqlite/0004_form.sql"),
    include_str!("../migrations/sqlite/0005_score.sql"),
    include_str!("../migrations/sqlite/0006_no_field.sql"),
];

/// Says why the database cannot be opened or copied.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// A newer program wrote it.
    #[error(
        "{path} was written by a newer version of this program (schema {found}, this one knows {known}); update it"
    )]
    TooNew {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: usize,
        /// The newest schema that this program knows.
        known: usize,
    },
    /// The copy would overwrite something.
    #[error("{0} exists already; name a file that does not")]
    Exists(PathBuf),
    /// A folder or file cannot be made.
    #[error("{path} cannot be made: {source}")]
    Folder {
        /// What was to be made.
        path: PathBuf,
        /// What went wrong.
        source: std::io::Error,
    },
    /// The file cannot be read or written.
    #[error("the database cannot be used: {0}")]
    Storage(#[from] rusqlite::Error),
}

/// The open database; share it by reference or in an `Arc`.
///
/// Both [`Database::write`] and [`Database::read`] block; in a request they belong on a blocking thread.
#[derive(Debug)]
pub struct Database {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
}

impl Database {
    /// Opens the database of a data folder, makes both if they do not exist, and brings the schema up to date.
    pub fn open(data: &Path) -> Result<Self, DatabaseError> {
        std::fs::create_dir_all(data).map_err(|source| DatabaseError::Folder { path: data.to_owned(), source })?;
        Self::open_file(&data.join(FILE))
    }

    /// Opens a database file, makes it if it does not exist, and brings its schema up to date.
    pub fn open_file(path: &Path) -> Result<Self, DatabaseError> {
        let mut writer = connect(path, OpenFlags::default())?;
        // The write-ahead log lets readers go on while a push is written; FULL makes a commit last through a power cut.
        writer.pragma_update(None, "journal_mode", "wal")?;
        writer.pragma_update(None, "synchronous", "full")?;
        writer.pragma_update(None, "cache_size", -WRITER_CACHE)?;
        writer.pragma_update(None, "wal_autocheckpoint", WAL_PAGES)?;
        migrate(&mut writer, path)?;
        Ok(Self { path: path.to_owned(), writer: Mutex::new(writer), readers: Mutex::new(Vec::new()) })
    }

    /// Returns the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs work in the one writing transaction, and commits it exactly if the work succeeds.
    ///
    /// What the work returned as `Ok` is on disk when this returns. An error or a panic leaves nothing behind.
    pub fn write<T, E: From<rusqlite::Error>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut writer = lock(&self.writer);
        let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&tx)?;
        tx.commit()?;
        Ok(done)
    }

    /// Runs work on one unchanging state of the database: all that was committed before it began, and nothing else.
    pub fn read<T, E: From<rusqlite::Error>>(&self, work: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        let idle = lock(&self.readers).pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?,
        };
        let done = {
            let tx = reader.transaction()?;
            work(&tx)
        };
        let mut readers = lock(&self.readers);
        if readers.len() < IDLE_READERS {
            readers.push(reader);
        }
        done
    }
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Backup {
    /// The file.
    pub file: PathBuf,
    /// The log position up to which it holds everything.
    pub lsn: u64,
}

impl Database {
    /// Copies the database to a new file while it is in use. The copy gets an epoch of its own, so that phones notice if it
    /// ever takes the place of this one; this one remembers up to where a backup exists.
    pub fn backup(&self, to: &Path, entropy: &dyn Entropy) -> Result<Backup, DatabaseError> {
        if to.try_exists().unwrap_or(true) {
            return Err(DatabaseError::Exists(to.to_owned()));
        }
        let copied = self.copy(to, entropy);
        if copied.is_err() {
            // Half a copy must never be taken for a backup; if it cannot be removed, the error still says that there is none.
            let _ = std::fs::remove_file(to);
        }
        let lsn = copied?;
        self.write(|tx| {
            let before =
                programme::read(tx, "backup_lsn")?.and_then(|lsn| lsn.try_into().ok()).map_or(0, u64::from_be_bytes);
            programme::write(tx, "backup_lsn", &lsn.max(before).to_be_bytes())
        })?;
        Ok(Backup { file: to.to_owned(), lsn })
    }

    /// Copies everything to a file and returns how far its log goes.
    fn copy(&self, to: &Path, entropy: &dyn Entropy) -> Result<u64, DatabaseError> {
        let source = connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        let mut copy = connect(to, OpenFlags::default())?;
        // One read transaction around all steps: the copy is of one moment, and no writer can make it begin again.
        source.execute_batch("BEGIN")?;
        let lsn: u64 = source.query_row("SELECT lsn FROM log_head", [], |row| row.get(0))?;
        const PAGES: std::ffi::c_int = 4_096;
        rusqlite::backup::Backup::new(&source, &mut copy)?.run_to_completion(PAGES, Duration::ZERO, None)?;
        copy.pragma_update(None, "journal_mode", "delete")?;
        copy.pragma_update(None, "synchronous", "full")?;
        let tx = copy.transaction()?;
        programme::write(&tx, "epoch", Epoch::random(entropy).as_bytes())?;
        // If it ever takes the place of the original, nothing says that there is another copy.
        programme::remove(&tx, "backup_lsn")?;
        tx.commit()?;
        Ok(lsn)
    }
}

/// Takes a lock that a panic elsewhere cannot spoil: an open transaction is rolled back when it is dropped.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, rusqlite::Error> {
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update(None, "cache_size", -READER_CACHE)?;
    Ok(connection)
}

fn migrate(writer: &mut Connection, path: &Path) -> Result<(), DatabaseError> {
    let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let seen: u32 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let seen = usize::try_from(seen).unwrap_or(usize::MAX);
    if seen > MIGRATIONS.len() {
        return Err(DatabaseError::TooNew { path: path.to_owned(), found: seen, known: MIGRATIONS.len() });
    }
    for migration in MIGRATIONS.iter().skip(seen) {
        tx.execute_batch(migration)?;
    }
    if seen < MIGRATIONS.len() {
        tx.execute_batch(&format!("PRAGMA user_version = {}", MIGRATIONS.len()))?;
    }
    tx.commit()?;
    Ok(())
}

/// Returns the error of a stored value that is not what was written there.
pub(crate) fn damaged(what: &'static str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Blob, Box::new(Damaged(what)))
}

/// Says that a stored value is not what was written there.
#[derive(Debug, thiserror::Error)]
#[error("the stored {0} is damaged; restore a backup")]
struct Damaged(&'static str);

#[cfg(test)]
mod tests {
    use super::*;

    fn count(database: &Database) -> i64 {
        database.read::<_, rusqlite::Error>(|c| c.query_row("SELECT count(*) FROM meta", [], |r| r.get(0))).unwrap()
    }

    fn put(tx: &Transaction<'_>, name: &str) -> rusqlite::Result<()> {
        tx.execute("INSERT INTO meta VALUES (?1, x'00')", [name]).map(drop)
    }

    #[test]
    fn what_failed_or_panicked_leaves_nothing_and_the_next_writer_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path()).unwrap();
        let failed: Result<(), rusqlite::Error> = database.write(|tx| {
            put(tx, "failed")?;
            Err(rusqlite::Error::QueryReturnedNoRows)
        });
        assert!(failed.is_err());
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            database.write::<(), rusqlite::Error>(|tx| {
                put(tx, "panicked")?;
                panic!("in the middle of a request")
            })
        }));
        assert!(panicked.is_err());
        assert_eq!(count(&database), 0);
        database.write(|tx| put(tx, "done")).unwrap();
        assert_eq!(count(&database), 1);
    }

    #[test]
    fn a_reader_sees_one_state_while_another_process_writes() {
        let folder = tempfile::tempdir().unwrap();
        let (serving, command) = (Database::open(folder.path()).unwrap(), Database::open(folder.path()).unwrap());
        serving
            .read::<_, rusqlite::Error>(|connection| {
                let of = || connection.query_row("SELECT count(*) FROM meta", [], |row| row.get::<_, i64>(0));
                assert_eq!(of()?, 0);
                command.write(|tx| put(tx, "meanwhile"))?;
                assert_eq!(of()?, 0);
                Ok(())
            })
            .unwrap();
        assert_eq!(count(&serving), 1);
    }

    #[test]
    fn a_backup_is_whole_has_an_epoch_of_its_own_and_overwrites_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let entropy = sumu_core::clock::SeededEntropy::new(5);
        let database = Database::open(folder.path()).unwrap();
        database.write(|tx| programme::Programme::open(tx, None, &entropy)).unwrap();
        let to = folder.path().join("copy.db");
        assert_eq!(database.backup(&to, &entropy).unwrap(), Backup { file: to.clone(), lsn: 0 });
        let copy = Database::open_file(&to).unwrap();
        let (one, other) =
            (database.read(programme::Programme::load).unwrap(), copy.read(programme::Programme::load).unwrap());
        assert_eq!((one.id, one.log, one.key.public()), (other.id, other.log, other.key.public()));
        assert_ne!(one.epoch, other.epoch);
        assert!(matches!(database.backup(&to, &entropy), Err(DatabaseError::Exists(_))));
        let nowhere = folder.path().join("no/such/folder.db");
        assert!(database.backup(&nowhere, &entropy).is_err());
    }

    #[test]
    fn a_database_of_a_newer_program_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        drop(Database::open(folder.path()).unwrap());
        let path = folder.path().join(FILE);
        Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
        assert!(matches!(Database::open(folder.path()), Err(DatabaseError::TooNew { found: 99, .. })));
    }
}
