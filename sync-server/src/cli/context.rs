//! What every command works with: the data folder, the clock, randomness.

use std::fs::File;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use rusqlite::{Connection, Transaction};
use sumu_core::clock::{Clock, Entropy, SystemClock, SystemEntropy};
use sumu_server::database::{Database, FILE};
use sumu_server::programme::{Programme, ProgrammeError};

use super::Failure;

/// What a command works with.
pub(crate) struct Context {
    data: PathBuf,
    json: bool,
    zone: Option<String>,
    clock: SystemClock,
    entropy: SystemEntropy,
}

impl Context {
    pub(crate) fn new(data: PathBuf, json: bool, zone: Option<String>) -> Self {
        Self { data, json, zone, clock: SystemClock, entropy: SystemEntropy }
    }

    /// Returns the data folder.
    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// Tells whether to print JSON.
    pub(crate) fn json(&self) -> bool {
        self.json
    }

    /// Returns the zone that was given.
    pub(crate) fn zone(&self) -> Option<&str> {
        self.zone.as_deref()
    }

    /// Returns seconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        self.clock.seconds()
    }

    /// Returns where random bytes come from.
    pub(crate) fn entropy(&self) -> &dyn Entropy {
        &self.entropy
    }

    /// Opens a table, or says why it cannot be read.
    pub(crate) fn open_file(&self, path: &Path) -> Result<File, Failure> {
        File::open(path).map_err(|error| Failure::Refused(format!("{} cannot be read: {error}", path.display())))
    }

    /// Opens the data folder, and makes it and its programme first if they do not exist.
    pub(crate) fn database(&self) -> Result<Database, Failure> {
        let database = Database::open(&self.data)?;
        database.write(|tx| Programme::open(tx, self.zone(), self.entropy()))?;
        Ok(database)
    }

    /// Opens the data folder for a command that has nothing to do in an empty one: a typing error makes no new folder.
    pub(crate) fn existing(&self) -> Result<Database, Failure> {
        if self.data.join(FILE).exists() {
            return self.database();
        }
        let data = self.data.display();
        Err(Failure::Refused(format!("there is no data in {data}; check --data, or import regions into it first")))
    }

    /// Does a command's work in one transaction.
    pub(crate) fn write<T, E>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, E>) -> Result<T, Failure>
    where
        E: From<rusqlite::Error> + Into<Failure>,
    {
        self.database()?.write(work).map_err(Into::into)
    }

    /// Reads one state of an existing folder.
    pub(crate) fn read<T, E>(&self, work: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, Failure>
    where
        E: From<rusqlite::Error> + Into<Failure>,
    {
        self.existing()?.read(work).map_err(Into::into)
    }

    /// Returns the programme's time zone.
    pub(crate) fn time_zone(&self) -> Result<TimeZone, Failure> {
        let programme = self.read::<_, ProgrammeError>(Programme::load)?;
        Ok(programme.time_zone())
    }
}
