//! Rounds: opened with their days, closed, opened again.

use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, Row, Transaction};
use sumu_core::clock::Entropy;
use sumu_core::gate::RoundKind;
use sumu_core::ids::{Handle, RoundId};

use super::AdminError;

/// A round that is to be opened.
#[derive(Debug, Clone)]
pub struct NewRound {
    /// What people call it.
    pub handle: Handle,
    /// Its kind; an assessment if none is given, and for a round that is opened again the kind that it has.
    pub kind: Option<RoundKind>,
    /// Its first day.
    pub from: Date,
    /// Its last day, included.
    pub cutoff: Date,
}

/// Whether a round takes work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoundState {
    /// It does.
    Open,
    /// What comes now is accepted and marked late.
    Closed,
    /// What comes now is kept aside.
    ClosedByForce,
}

/// A round.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Round {
    /// Its id in signed bytes.
    #[serde(skip)]
    pub id: RoundId,
    /// What people call it.
    #[serde(rename = "round")]
    pub handle: Handle,
    /// Its kind.
    pub kind: RoundKind,
    /// Its first day.
    #[serde(serialize_with = "as_text")]
    pub from: Date,
    /// Its last day, included.
    #[serde(serialize_with = "as_text")]
    pub cutoff: Date,
    /// Whether it takes work.
    pub state: RoundState,
}

/// Opens a round, or opens a closed one again with the days that are given and judges what was kept aside again.
pub fn open_round(tx: &Transaction<'_>, new: &NewRound, entropy: &dyn Entropy, now: i64) -> Result<Round, AdminError> {
    todo!()
}

/// Closes a round. What comes later is accepted and marked late, or with `force` kept aside.
///
/// A closed round can be closed by force afterwards.
pub fn close_round(tx: &Transaction<'_>, handle: &Handle, force: bool, now: i64) -> Result<Round, AdminError> {
    todo!()
}

/// Finds a round by its handle.
pub fn find_round(connection: &Connection, handle: &Handle) -> Result<Round, AdminError> {
    todo!()
}

/// Lists all rounds, the newest first.
pub fn list_rounds(connection: &Connection) -> Result<Vec<Round>, AdminError> {
    todo!()
}

fn as_text<S: serde::Serializer>(day: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(day)
}
