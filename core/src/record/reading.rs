//! Reading a record from its puts: answers, disputes, blame, sign-offs, review and void.

use std::collections::{BTreeMap, BTreeSet};

use super::{CausalClock, Class, Key, OpId, Parts, Value};
use crate::ids::{ChangeHash, DeviceId, PersonId};
use crate::sign::Role;

/// A visible value of a key.
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

impl ReviewState {
    /// Returns the word used in scalars and commands.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SentBack => "sent-back",
            Self::Approved => "approved",
        }
    }

    /// Returns the state of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::SentBack, Self::Approved].into_iter().find(|state| state.as_str() == word)
    }
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
    /// The instances of repeats, voided ones included, in the order of their puts: by counter, then actor.
    pub instances: Vec<Key>,
    /// The sign-offs.
    pub sign_offs: Vec<SignOff>,
    /// The review that is shown.
    pub review: Option<Review>,
    /// The void, with its reason, if it hides the record: it covers every visible answer, photo and instance.
    pub voided: Option<Stated>,
    /// The void of each instance that one hides, by the instance's key; what stands under it is still listed.
    pub voided_instances: BTreeMap<Key, Stated>,
}

impl Record {
    /// Tells whether the record counts as done: it has an answer and is not voided.
    pub fn is_done(&self) -> bool {
        self.voided.is_none() && self.answers.values().any(|answer| answer.shown.value != Value::Null)
    }

    /// Tells whether anything in it waits for a person to settle it.
    pub fn is_disputed(&self) -> bool {
        !self.disputes.is_empty() || self.answers.values().any(|answer| !answer.dispute.is_empty())
    }
}

/// A visible value with who wrote it.
struct Seen<'a> {
    put: VisiblePut,
    by: &'a Authorship,
}

impl Seen<'_> {
    fn stated(&self) -> Stated {
        let Authorship { person, device, at, .. } = self.by;
        Stated { value: self.put.value.clone(), person: *person, device: *device, at: *at, hash: self.put.hash }
    }
}

/// Reads a record from its visible values and the changes that brought them (`authorship` holds each of their hashes; a value
/// without is left out).
pub fn read(visible: Vec<VisiblePut>, authorship: &BTreeMap<ChangeHash, Authorship>) -> Record {
    let mut keys: BTreeMap<Key, Vec<Seen<'_>>> = BTreeMap::new();
    for put in visible {
        if let Some(by) = authorship.get(&put.hash) {
            keys.entry(put.key.clone()).or_default().push(Seen { put, by });
        }
    }
    for values in keys.values_mut() {
        values.sort_by_key(|seen| std::cmp::Reverse(seen.put.op));
    }
    let mut record = Record::default();
    let mut instances: Vec<(OpId, Key)> = Vec::new();
    for (key, values) in &keys {
        let Some(first) = values.first() else { continue };
        let subject = key.subject();
        let rivals = rivals(key, values);
        let answer = Answer { shown: first.stated(), dispute: rivals.clone() };
        match subject.class {
            Class::Answer => {
                record.answers.insert(key.clone(), answer);
                continue;
            }
            Class::SignOff if subject.instance.is_none() => record.sign_offs.extend(sign_off(key, first, &keys)),
            Class::Review if subject.instance.is_none() => record.review = review(first, &keys),
            Class::Void => {
                read_void(key, values, rivals, &keys, &mut record);
                continue;
            }
            Class::Instance => {
                instances.extend(values.last().map(|oldest| (oldest.put.op, key.clone())));
                record.others.insert(key.clone(), answer);
            }
            _ => {
                record.others.insert(key.clone(), answer);
            }
        }
        if !rivals.is_empty() {
            record.disputes.insert(key.clone(), rivals);
        }
    }
    instances.sort();
    record.instances = instances.into_iter().map(|(_, key)| key).collect();
    record
}

/// Returns the distinct values of a key that can be in dispute, the shown one first, if they are two or more.
fn rivals(key: &Key, values: &[Seen<'_>]) -> Vec<Stated> {
    if !key.disputable() {
        return Vec::new();
    }
    let distinct = distinct(values);
    if distinct.len() > 1 { distinct } else { Vec::new() }
}

/// Keeps, of equal values, the one of the greatest operation.
fn distinct(values: &[Seen<'_>]) -> Vec<Stated> {
    let mut norms = BTreeSet::new();
    values.iter().filter(|seen| norms.insert(seen.put.value.norm())).map(Seen::stated).collect()
}

fn sign_off(key: &Key, shown: &Seen<'_>, keys: &BTreeMap<Key, Vec<Seen<'_>>>) -> Option<SignOff> {
    let subject = key.subject();
    let (role, _) = subject.rest.rsplit_once('/')?;
    (shown.put.value == Value::Bool(true)).then_some(SignOff {
        role: role.parse().ok()?,
        person: subject.person?,
        at: shown.by.at,
        current: covers_content(&shown.by.clock, keys),
    })
}

fn review(shown: &Seen<'_>, keys: &BTreeMap<Key, Vec<Seen<'_>>>) -> Option<Review> {
    let Value::Bytes(bytes) = &shown.put.value else { return None };
    let parts = Parts::decode(bytes).ok()?;
    Some(Review {
        state: ReviewState::from_word(parts.text(0)?)?,
        reason: parts.text(1)?.to_owned(),
        person: shown.by.person,
        at: shown.by.at,
        current: covers_content(&shown.by.clock, keys),
    })
}

/// Tells whether a clock holds every visible value of what a sign-off or review confirms.
fn covers_content(clock: &CausalClock, keys: &BTreeMap<Key, Vec<Seen<'_>>>) -> bool {
    let content = keys.iter().filter(|(key, _)| {
        use Class::{Answer, Form, Instance, Note, Photo, Settlement, Void};
        matches!(key.class(), Answer | Form | Settlement | Note | Instance | Photo | Void)
    });
    content.flat_map(|(_, values)| values).all(|seen| clock.contains(&seen.put.op))
}

/// Reads the void of the record or of an instance.
///
/// It hides what it is for if nothing lifts it and every visible answer, photo and instance there lies in the clock of a
/// visible void. Otherwise it hides nothing, and stands in dispute with the work that no void covers.
fn read_void(
    key: &Key,
    voids: &[Seen<'_>],
    rivals: Vec<Stated>,
    keys: &BTreeMap<Key, Vec<Seen<'_>>>,
    record: &mut Record,
) {
    let instance = key.subject().instance;
    let is_void = |seen: &&Seen<'_>| seen.put.value != Value::Null;
    let uncovered: Vec<&Seen<'_>> = work_under(instance, keys)
        .filter(|work| !voids.iter().filter(is_void).any(|void| void.by.clock.contains(&work.put.op)))
        .collect();
    let lifted = voids.iter().any(|seen| seen.put.value == Value::Null);
    let in_force = voids.iter().any(|seen| is_void(&seen));
    if in_force && !lifted && uncovered.is_empty() {
        match (voids.first(), instance.and_then(|instance| instance.parse().ok())) {
            (Some(shown), None) => record.voided = Some(shown.stated()),
            (Some(shown), Some(instance)) => {
                record.voided_instances.insert(instance, shown.stated());
            }
            (None, _) => {}
        }
    }
    let mut listed = rivals;
    if in_force && !uncovered.is_empty() {
        if listed.is_empty() {
            listed = distinct(voids);
        }
        listed.extend(uncovered.iter().map(|work| work.stated()));
    }
    if !listed.is_empty() {
        record.disputes.insert(key.clone(), listed);
    }
}

/// Returns the visible answers (cleared ones apart), photos and instances of the record or of an instance.
fn work_under<'a>(
    instance: Option<&'a str>,
    keys: &'a BTreeMap<Key, Vec<Seen<'a>>>,
) -> impl Iterator<Item = &'a Seen<'a>> {
    let inside = move |key: &Key| instance.is_none_or(|instance| key.is_under(instance));
    keys.iter()
        .filter(move |(key, _)| matches!(key.class(), Class::Answer | Class::Photo | Class::Instance) && inside(key))
        .flat_map(|(_, values)| values)
        .filter(|seen| seen.put.value != Value::Null)
}
