//! What becomes of a change on the home server: first the gate, then the office's own rules, judged once.

use sumu_core::gate::{
    Accepted, Change, Fate, Known, Missing, Outcome, Reason, RightsQuery, check_limits, check_rights,
    check_settlements, judge_again,
};
use sumu_core::ids::{ChangeHash, DocId, DocParts};

use super::office::{Office, Place};
use crate::Sqlite;
use crate::log::Log;

/// What becomes of a change.
#[derive(Debug)]
pub(super) enum Judgement {
    /// The log holds it, at this position.
    Held(u64),
    /// It goes into the log, late if its round was closed.
    Accept(Box<Accepted>, bool),
    /// It waits for changes, or for its registration if none is named.
    Wait(Vec<ChangeHash>),
    /// It is kept aside.
    Park(Reason),
    /// It is out for good; known already to be so.
    Known(Reason),
    /// It is out for good.
    Refuse(Reason),
    /// The bytes came with a signature that is not the author's. That says nothing about the change, which may still come with
    /// the right one, so nothing of it is remembered.
    Forged,
}

/// A change with the document that it is for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Case<'a> {
    pub(super) doc: &'a DocId,
    pub(super) parts: &'a DocParts,
    pub(super) change: &'a Change,
    pub(super) bytes: &'a [u8],
    pub(super) signature: &'a [u8; 64],
}

/// Judges a change, also one that waits or is kept aside: what made it so may have changed.
pub(super) fn judge(store: &Sqlite<'_>, office: &Office<'_>, case: &Case<'_>) -> rusqlite::Result<Judgement> {
    match store.fate(case.doc, &case.change.hash)? {
        Some(Fate::Accepted(_)) => {
            return Ok(Judgement::Held(store.position(case.doc, &case.change.hash)?.unwrap_or_default()));
        }
        Some(Fate::Refused(reason)) => return Ok(Judgement::Known(reason)),
        Some(Fate::Pending | Fate::Parked) | None => {}
    }
    Ok(match judge_again(case.change, case.doc, Some(case.signature), store)? {
        Outcome::Accepted(accepted) => by_office(store, office, case, accepted)?,
        Outcome::Pending(Missing::Registration(_)) => Judgement::Wait(Vec::new()),
        Outcome::Pending(Missing::Changes(missing)) => Judgement::Wait(missing),
        Outcome::Parked(reason) => Judgement::Park(reason),
        Outcome::Refused(Reason::Signature) => Judgement::Forged,
        Outcome::Refused(reason) => Judgement::Refuse(reason),
        // The fate was asked for above, so the gate has nothing to tell but what it judged.
        Outcome::Known(_) => Judgement::Wait(Vec::new()),
    })
}

/// Judges by the office's rules what the gate lets through: the place, the reason of a settlement, limits, revocation, the
/// round and rights.
fn by_office(
    store: &Sqlite<'_>,
    office: &Office<'_>,
    case: &Case<'_>,
    accepted: Box<Accepted>,
) -> rusqlite::Result<Judgement> {
    let Some(Place { code, round }) = office.place(case.parts)? else {
        return Ok(Judgement::Park(Reason::UnknownPlace));
    };
    if let Err(reason) = check_settlements(&accepted) {
        return Ok(Judgement::Refuse(reason));
    }
    let size = store.document(case.doc)?.map(|document| document.size).unwrap_or_default();
    if let Err(reason) = check_limits(case.change, case.bytes.len(), &size) {
        return Ok(Judgement::Park(reason));
    }
    if office.is_revoked(&accepted.author.device_key.device())? {
        return Ok(Judgement::Park(Reason::DeviceRevoked));
    }
    let Some(grants) = office.grants(&accepted.author.person)? else {
        return Ok(Judgement::Park(Reason::DeviceRevoked));
    };
    if round.is_some_and(|round| round.by_force) {
        return Ok(Judgement::Park(Reason::RoundClosed));
    }
    let query = RightsQuery { grants: &grants, parts: case.parts, code: &code, round: round.map(|round| round.kind) };
    if let Err(reason) = check_rights(&query, &accepted, case.doc, store)? {
        return Ok(Judgement::Park(reason));
    }
    Ok(Judgement::Accept(accepted, round.is_some_and(|round| round.closed)))
}
