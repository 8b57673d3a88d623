//! Reading a record from its rows: answers, disputes, blame, sign-offs, review and void.

use std::collections::BTreeMap;

use super::{Key, Value};
use crate::gate::{CausalClock, OpId};
use crate::ids::{ChangeHash, DeviceId, PersonId};
use crate::sign::Role;

/// A visible value of a key, as the field rows hold it.
#[derive(Debug, Clone, PartialEq)]
pub struct VisiblePut {
    /// The key.
    pub key: Key,
    /// The value.
    pub value: Value,
    /// Its operation.
    pub op: OpId,
    /// The change that brought it.
    pub hash: ChangeHash,
}

/// Who wrote a change, when, on which device, and what it knew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorship {
    /// The person.
    pub person: PersonId,
    /// The device.
    pub device: DeviceId,
    /// When, in seconds since 1970, by the device's clock.
    pub at: i64,
    /// Its ancestors and itself.
    pub clock: CausalClock,
}

/// One value with its blame.
#[derive(Debug, Clone, PartialEq)]
pub struct Stated {
    /// The value.
    pub value: Value,
    /// Who said so.
    pub person: PersonId,
    /// On which device.
    pub device: DeviceId,
    /// When, in seconds since 1970, by that device's clock.
    pub at: i64,
    /// In which change.
    pub hash: ChangeHash,
}

/// What a key says: the shown value, and in a dispute every distinct visible value, the shown one included.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The value of the greatest operation; provisional while there is a dispute.
    pub shown: Stated,
    /// Empty, or two or more distinct values, the shown one first.
    pub dispute: Vec<Stated>,
}

/// A person's sign-off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignOff {
    /// In which role.
    pub role: Role,
    /// Who signed.
    pub person: PersonId,
    /// When, in seconds since 1970.
    pub at: i64,
    /// Whether nothing changed since: it covers every visible value of the record's content.
    pub current: bool,
}

/// What a supervisor decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReviewState {
    /// 退回.
    SentBack,
    /// 通过.
    Approved,
}

/// A review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// The decision.
    pub state: ReviewState,
    /// Why.
    pub reason: String,
    /// Who.
    pub person: PersonId,
    /// When, in seconds since 1970.
    pub at: i64,
    /// Whether nothing changed since.
    pub current: bool,
}

/// All that a record says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record {
    /// Every key that is an answer (`a/…`, also inside instances), cleared ones included.
    pub answers: BTreeMap<Key, Answer>,
    /// Disputes of keys that are no answers (`f`, `v`, `w`); a void that does not cover visible work stands here under `v`.
    pub disputes: BTreeMap<Key, Vec<Stated>>,
    /// Everything that is neither answer, sign-off, review nor void: settlements, notes, instances, photos, positions.
    pub others: BTreeMap<Key, Answer>,
    /// The sign-offs.
    pub sign_offs: Vec<SignOff>,
    /// The review that is shown.
    pub review: Option<Review>,
    /// The void, with its reason, if it hides the record: it covers every visible answer, photo and instance.
    pub voided: Option<Stated>,
}

/// Reads a record from its visible values and the changes that brought them (`authorship` holds each of their hashes).
pub fn read(_visible: Vec<VisiblePut>, _authorship: &BTreeMap<ChangeHash, Authorship>) -> Record {
    todo!()
}
