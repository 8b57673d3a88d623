//! placeholder
use rusqlite::Connection;

/// What a check of everything against the log found.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Verified {
    /// How many rows the log has.
    pub rows: u64,
    /// How many changes were checked.
    pub changes: u64,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// At which position of the log, if at one.
    pub lsn: Option<u64>,
    /// What.
    pub what: String,
}

/// Checks every signature, hash and rule of the log, its running hash, and the view against it.
pub fn verify(_connection: &Connection) -> rusqlite::Result<Verified> {
    todo!()
}
