//! What this server is: the programme, its log and epoch, its key and its time zone, as the table `meta` holds them.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::{Connection, OptionalExtension, Transaction};
use sumu_core::clock::Entropy;
use sumu_core::ids::{Epoch, LogId, ProgrammeId};
use sumu_core::sign::PrivateKey;

/// When the zone's offset is told of: a phone has no table of zones, and a change of clocks moves no manifest.
const NEW_YEAR: Timestamp = Timestamp::constant(1_767_225_600, 0);

/// The zone of a programme that names none.
pub const DEFAULT_ZONE: &str = "Asia/Shanghai";

/// What this server is.
#[derive(Debug, Clone)]
pub struct Programme {
    /// The programme, made with the data folder.
    pub id: ProgrammeId,
    /// The server's log.
    pub log: LogId,
    /// The log's life; a copy restored from a backup has a new one.
    pub epoch: Epoch,
    /// Signs certificates and vouches for snapshots.
    pub key: Arc<PrivateKey>,
    /// In which rounds begin and end, by its IANA name.
    pub zone: String,
}

/// Says why the programme cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ProgrammeError {
    /// The database cannot be read or written.
    #[error("the database cannot be used: {0}")]
    Storage(#[from] rusqlite::Error),
    /// A row of `meta` is missing or damaged.
    #[error("the data folder holds no usable '{0}'; it is damaged: restore a backup")]
    Damaged(&'static str),
    /// No time zone has this name.
    #[error("'{0}' is no time zone; give an IANA name like Asia/Shanghai")]
    Zone(String),
    /// The programme has another time zone already.
    #[error("this programme has the time zone {kept}, not {given}; days of rounds cannot change their meaning")]
    OtherZone {
        /// What the data folder holds.
        kept: String,
        /// What was given.
        given: String,
    },
}

impl Programme {
    /// Reads the programme, and makes it first if the folder is new. A zone that is given must be the one that is kept.
    pub fn open(tx: &Transaction<'_>, zone: Option<&str>, entropy: &dyn Entropy) -> Result<Self, ProgrammeError> {
        if read(tx, "programme")?.is_none() {
            let zone = zone.unwrap_or(DEFAULT_ZONE);
            time_zone(zone)?;
            write(tx, "programme", ProgrammeId::random(entropy).as_bytes())?;
            write(tx, "log", LogId::random(entropy).as_bytes())?;
            write(tx, "epoch", Epoch::random(entropy).as_bytes())?;
            write(tx, "server_key", PrivateKey::generate(entropy).to_bytes().as_ref())?;
            write(tx, "zone", zone.as_bytes())?;
        }
        let programme = Self::load(tx)?;
        match zone {
            Some(given) if given != programme.zone => {
                Err(ProgrammeError::OtherZone { kept: programme.zone, given: given.to_owned() })
            }
            _ => Ok(programme),
        }
    }

    /// Reads the programme of a folder that was opened before.
    pub fn load(connection: &Connection) -> Result<Self, ProgrammeError> {
        let row = |name: &'static str| read(connection, name)?.ok_or(ProgrammeError::Damaged(name));
        let zone = String::from_utf8(row("zone")?).map_err(|_| ProgrammeError::Damaged("zone"))?;
        time_zone(&zone)?;
        Ok(Self {
            id: ProgrammeId::from_slice(&row("programme")?).ok_or(ProgrammeError::Damaged("programme"))?,
            log: LogId::from_slice(&row("log")?).ok_or(ProgrammeError::Damaged("log"))?,
            epoch: Epoch::from_slice(&row("epoch")?).ok_or(ProgrammeError::Damaged("epoch"))?,
            key: Arc::new(
                PrivateKey::from_bytes(&row("server_key")?).map_err(|_| ProgrammeError::Damaged("server_key"))?,
            ),
            zone,
        })
    }

    /// Returns the zone's minutes east of Greenwich as phones are told them, which have no table of zones: those on a fixed
    /// day, so that a change of clocks moves neither manifest nor score.
    pub fn offset(&self) -> i32 {
        self.time_zone().to_offset(NEW_YEAR).seconds() / 60
    }

    /// Returns the time zone; one that is unknown by now reads as UTC.
    pub fn time_zone(&self) -> TimeZone {
        TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC)
    }
}

fn time_zone(name: &str) -> Result<TimeZone, ProgrammeError> {
    TimeZone::get(name).map_err(|_| ProgrammeError::Zone(name.to_owned()))
}

/// Reads a row of `meta`.
pub fn read(connection: &Connection, name: &str) -> rusqlite::Result<Option<Vec<u8>>> {
    connection.prepare_cached("SELECT value FROM meta WHERE name = ?1")?.query_row([name], |row| row.get(0)).optional()
}

/// Reads a row of `meta` that holds text.
pub fn read_text(connection: &Connection, name: &str) -> rusqlite::Result<Option<String>> {
    Ok(read(connection, name)?.and_then(|value| String::from_utf8(value).ok()))
}

/// Writes a row of `meta`.
pub fn write(tx: &Transaction<'_>, name: &str, value: &[u8]) -> rusqlite::Result<()> {
    tx.execute(
        "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )?;
    Ok(())
}

/// Removes a row of `meta`.
pub fn remove(tx: &Transaction<'_>, name: &str) -> rusqlite::Result<()> {
    tx.execute("DELETE FROM meta WHERE name = ?1", [name])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sumu_core::clock::SeededEntropy;

    fn fresh() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(include_str!("../migrations/sqlite/0001_programme.sql")).unwrap();
        connection
    }

    #[test]
    fn a_programme_is_made_once_and_stays_what_it_is() {
        let mut connection = fresh();
        let tx = connection.transaction().unwrap();
        let made = Programme::open(&tx, None, &SeededEntropy::new(1)).unwrap();
        let again = Programme::open(&tx, Some("Asia/Shanghai"), &SeededEntropy::new(2)).unwrap();
        assert_eq!((made.id, made.log, made.epoch, made.zone), (again.id, again.log, again.epoch, again.zone));
        assert_eq!(made.key.public(), again.key.public());
    }

    #[test]
    fn another_zone_or_no_zone_at_all_is_refused_by_name() {
        let mut connection = fresh();
        let tx = connection.transaction().unwrap();
        let entropy = SeededEntropy::new(1);
        assert!(matches!(Programme::open(&tx, Some("Asia/Tongliao"), &entropy), Err(ProgrammeError::Zone(_))));
        Programme::open(&tx, None, &entropy).unwrap();
        let other = Programme::open(&tx, Some("Asia/Urumqi"), &entropy).unwrap_err();
        assert!(other.to_string().contains("Asia/Shanghai, not Asia/Urumqi"));
    }
}
