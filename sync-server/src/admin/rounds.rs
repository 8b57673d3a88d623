//! Rounds: opened with their days, closed, opened again.

use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, Row, Transaction};
use sumu_core::clock::Entropy;
use sumu_core::gate::RoundKind;
use sumu_core::ids::{Handle, RoundId};
use sumu_core::reference::RoundState;

use super::AdminError;
use super::forms::give_later_forms;
use crate::exchange::{Aside, judge_waiting};

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
///
/// The kind of a round never changes, because the rights of what was written in it depended on it.
pub fn open_round(tx: &Transaction<'_>, new: &NewRound, entropy: &dyn Entropy, now: i64) -> Result<Round, AdminError> {
    if new.cutoff < new.from {
        return Err(AdminError::Dates { from: new.from, cutoff: new.cutoff });
    }
    let (from, cutoff) = (new.from.to_string(), new.cutoff.to_string());
    match look_up(tx, &new.handle)? {
        None => {
            let id = RoundId::random(entropy);
            let kind = kind_word(new.kind.unwrap_or(RoundKind::Assessment));
            tx.execute(
                "INSERT INTO round (id, handle, kind, from_day, cutoff_day) VALUES (?1, ?2, ?3, ?4, ?5)",
                (id.as_bytes(), new.handle.as_str(), kind, from, cutoff),
            )?;
            give_later_forms(tx, &id, now)?;
        }
        Some(round) if round.state == RoundState::Open => {
            return Err(AdminError::State {
                what: "round",
                name: new.handle.to_string(),
                state: "exists and is open already",
                cure: "to change its days, close it and open it again",
            });
        }
        Some(round) if new.kind.is_some_and(|kind| kind != round.kind) => {
            return Err(AdminError::State {
                what: "round",
                name: new.handle.to_string(),
                state: "is of another kind",
                cure: "leave --kind out to open it again, or choose another name",
            });
        }
        Some(round) => {
            tx.execute(
                "UPDATE round SET from_day = ?2, cutoff_day = ?3, state = 'open', closed_at = NULL, closed_lsn = NULL
                 WHERE id = ?1",
                (round.id.as_bytes(), from, cutoff),
            )?;
        }
    }
    let round = find_round(tx, &new.handle)?;
    judge_waiting(tx, Aside::In(&round.id), now)?;
    Ok(round)
}

/// Closes a round. What comes later is accepted and marked late, or with `force` kept aside.
///
/// A closed round can be closed by force afterwards.
pub fn close_round(tx: &Transaction<'_>, handle: &Handle, force: bool, now: i64) -> Result<Round, AdminError> {
    let round = find_round(tx, handle)?;
    let refuse = |state, cure| Err(AdminError::State { what: "round", name: handle.to_string(), state, cure });
    match (round.state, force) {
        (RoundState::ClosedByForce, _) => {
            return refuse("is closed by force already", "`round open` opens it again");
        }
        (RoundState::Closed, false) => return refuse("is closed already", "`round open` opens it again"),
        (RoundState::Open, _) | (RoundState::Closed, true) => {}
    }
    let state = if force { RoundState::ClosedByForce } else { RoundState::Closed };
    tx.execute(
        "UPDATE round SET state = ?2, closed_at = coalesce(closed_at, ?3),
                closed_lsn = coalesce(closed_lsn, (SELECT lsn FROM log_head))
         WHERE id = ?1",
        (round.id.as_bytes(), state_word(state), now),
    )?;
    find_round(tx, handle)
}

/// Finds a round by its handle.
pub fn find_round(connection: &Connection, handle: &Handle) -> Result<Round, AdminError> {
    look_up(connection, handle)?.ok_or_else(|| AdminError::Unknown {
        what: "round",
        name: handle.to_string(),
        cure: "`round open` makes one",
    })
}

/// Lists all rounds, the newest first.
pub fn list_rounds(connection: &Connection) -> Result<Vec<Round>, AdminError> {
    let sql = format!("{SELECT} ORDER BY from_day DESC, handle DESC");
    let rounds = connection.prepare_cached(&sql)?.query_map([], read_round)?.collect::<Result<_, _>>()?;
    Ok(rounds)
}

const SELECT: &str = "SELECT id, handle, kind, from_day, cutoff_day, state FROM round";

fn look_up(connection: &Connection, handle: &Handle) -> rusqlite::Result<Option<Round>> {
    let sql = format!("{SELECT} WHERE handle = ?1");
    connection.prepare_cached(&sql)?.query_row([handle.as_str()], read_round).optional()
}

fn read_round(row: &Row<'_>) -> rusqlite::Result<Round> {
    let text = |column: usize| row.get::<_, String>(column);
    let day = |column: usize| text(column)?.parse::<Date>().map_err(|error| damaged(column, error));
    let (kind, state) = (text(2)?, text(5)?);
    Ok(Round {
        id: RoundId::new(row.get(0)?),
        handle: text(1)?.parse().map_err(|error| damaged(1, error))?,
        kind: KINDS.into_iter().find(|known| kind_word(*known) == kind).unwrap_or(RoundKind::Assessment),
        from: day(3)?,
        cutoff: day(4)?,
        state: STATES.into_iter().find(|known| state_word(*known) == state).unwrap_or(RoundState::ClosedByForce),
    })
}

fn damaged(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
}

const KINDS: [RoundKind; 3] = [RoundKind::Assessment, RoundKind::SpotCheck, RoundKind::Dispatch];

/// Returns the word of a kind of round, as commands and tables write it.
pub const fn kind_word(kind: RoundKind) -> &'static str {
    match kind {
        RoundKind::Assessment => "assessment",
        RoundKind::SpotCheck => "spot-check",
        RoundKind::Dispatch => "dispatch",
    }
}

const STATES: [RoundState; 3] = [RoundState::Open, RoundState::Closed, RoundState::ClosedByForce];

/// Returns the word of a round's state, as tables write it.
pub const fn state_word(state: RoundState) -> &'static str {
    match state {
        RoundState::Open => "open",
        RoundState::Closed => "closed",
        RoundState::ClosedByForce => "closed-by-force",
    }
}

fn as_text<S: serde::Serializer>(day: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(day)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NOW, empty, handle, round};
    use super::*;
    use sumu_core::clock::SeededEntropy;

    #[test]
    fn a_round_opens_closes_and_opens_again_as_the_same_round() {
        let mut connection = empty();
        let tx = connection.transaction().unwrap();
        let entropy = SeededEntropy::new(1);
        let opened = open_round(&tx, &round("autumn"), &entropy, NOW).unwrap();
        assert_eq!(opened.state, RoundState::Open);
        assert!(matches!(open_round(&tx, &round("autumn"), &entropy, NOW), Err(AdminError::State { .. })));

        assert_eq!(close_round(&tx, &handle("autumn"), false, NOW).unwrap().state, RoundState::Closed);
        assert!(matches!(close_round(&tx, &handle("autumn"), false, NOW), Err(AdminError::State { .. })));
        assert_eq!(close_round(&tx, &handle("autumn"), true, NOW).unwrap().state, RoundState::ClosedByForce);
        assert!(matches!(close_round(&tx, &handle("autumn"), true, NOW), Err(AdminError::State { .. })));

        let cutoff = "2027-01-31".parse().unwrap();
        let again = open_round(&tx, &NewRound { kind: None, cutoff, ..round("autumn") }, &entropy, NOW).unwrap();
        assert_eq!((again.id, again.state, again.cutoff), (opened.id, RoundState::Open, cutoff));
        assert_eq!(list_rounds(&tx).unwrap(), [again]);
    }

    #[test]
    fn days_in_the_wrong_order_another_kind_and_an_unknown_round_are_refused() {
        let mut connection = empty();
        let tx = connection.transaction().unwrap();
        let entropy = SeededEntropy::new(1);
        let backwards = NewRound { cutoff: "2026-08-31".parse().unwrap(), ..round("autumn") };
        assert!(matches!(open_round(&tx, &backwards, &entropy, NOW), Err(AdminError::Dates { .. })));
        assert!(matches!(close_round(&tx, &handle("autumn"), false, NOW), Err(AdminError::Unknown { .. })));
        let one_day = NewRound { cutoff: "2026-09-01".parse().unwrap(), ..round("day") };
        open_round(&tx, &one_day, &entropy, NOW).unwrap();
        close_round(&tx, &handle("day"), false, NOW).unwrap();
        let other = NewRound { kind: Some(RoundKind::Dispatch), ..one_day };
        assert!(matches!(open_round(&tx, &other, &entropy, NOW), Err(AdminError::State { .. })));
    }
}
