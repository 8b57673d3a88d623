//! The edits that a person makes; each returns after its commit.

use std::collections::BTreeMap;

use super::pen::Pen;
use super::{Device, DeviceError, Place};
use crate::gate::Known;
use crate::ids::{ChangeHash, ContentHash};
use crate::record::{Class, Key, Parts, Record, ReviewState, Settlement, Stated, Value};
use crate::sign::Role;
use crate::store::known::KnownHere;
use crate::store::{docs, meta, reading};

impl Device {
    /// Saves one card: the keys that differ from what is shown, as one change. Returns its hash, or nothing if nothing changed.
    ///
    /// A key in dispute fails the whole card and names its rivals. In a record that has a form every value is read in its
    /// question's type and checked; without one any key and value is taken. Blocks.
    pub fn answer(&self, place: &Place, puts: &[(Key, Value)]) -> Result<Option<ChangeHash>, DeviceError> {
        self.edit(place, |pen| {
            let record = pen.record()?;
            let wanted: BTreeMap<&Key, &Value> = puts.iter().map(|(key, value)| (key, value)).collect();
            for key in wanted.keys() {
                if !may_answer(key) {
                    return Err(DeviceError::NotAnAnswer((*key).clone()));
                }
                pen.undisputed(&record, key)?;
            }
            if let Some(form) = self.form_of(pen.tx, place, &record)? {
                return pen.checked_card(&form, &record, puts);
            }
            let mut changed = Vec::new();
            for (key, value) in wanted {
                if !pen.shows(key, value)? {
                    changed.push((key.clone(), value.clone()));
                }
            }
            if changed.is_empty() { Ok(None) } else { pen.write(changed).map(Some) }
        })
    }

    /// Ends a dispute of a key with one of the rivals or another value, and the reason. Blocks.
    pub fn settle(&self, place: &Place, key: &Key, value: &Value, reason: &str) -> Result<ChangeHash, DeviceError> {
        self.edit(place, |pen| {
            let record = pen.record()?;
            if rivals(&record, key).is_empty() {
                return Err(DeviceError::NotDisputed(key.clone()));
            }
            let scalar = match (key.class(), value) {
                (Class::Void, Value::Text(text)) => parts(&[text])?,
                (Class::Review, Value::Text(state)) => parts(&[state, reason])?,
                // Both are shown as their hash in hex.
                (Class::Form, Value::Text(hash)) => match hash.parse::<ContentHash>() {
                    Ok(hash) => Value::Bytes(hash.as_bytes().to_vec()),
                    Err(_) => value.clone(),
                },
                (Class::Answer, _) => match self.form_of(pen.tx, place, &record)? {
                    Some(form) => {
                        let filling = self.filling(pen.tx, &form, &record)?;
                        filling.settled(key, value).map_err(DeviceError::Wrong)?
                    }
                    None => value.clone(),
                },
                _ => value.clone(),
            };
            pen.settle(key, scalar, &value.to_string(), reason)
        })
    }

    /// Voids a record with a reason; nothing is deleted. A void in dispute is settled by voiding again. Blocks.
    pub fn void(&self, place: &Place, reason: &str) -> Result<ChangeHash, DeviceError> {
        self.put_void(place, parts(&[reason])?, reason)
    }

    /// Lifts a void, with the reason if it was in dispute. Blocks.
    pub fn lift_void(&self, place: &Place, reason: &str) -> Result<ChangeHash, DeviceError> {
        self.put_void(place, Value::Null, reason)
    }

    fn put_void(&self, place: &Place, value: Value, reason: &str) -> Result<ChangeHash, DeviceError> {
        self.edit(place, |pen| {
            let record = pen.record()?;
            pen.begun()?;
            if value != Value::Null && reason.trim().is_empty() {
                return Err(DeviceError::NoReason);
            }
            if record.disputes.contains_key(&Key::void()) {
                pen.settle(&Key::void(), value, reason, reason)
            } else {
                pen.write(vec![(Key::void(), value)])
            }
        })
    }

    /// Signs a record as it was seen: `seen` are the heads of the view that the person looked at. Blocks.
    ///
    /// Who holds several roles there signs in the highest that may sign.
    pub fn sign(&self, place: &Place, seen: &[ChangeHash]) -> Result<ChangeHash, DeviceError> {
        self.edit(place, |pen| {
            pen.unchanged_since(seen)?;
            pen.begun()?;
            let roles = pen.roles()?;
            let mut refusal = None;
            for role in [Role::Supervisor, Role::TeamLead, Role::Inspector, Role::VillageReporter] {
                if roles.contains(&role) {
                    match pen.write(vec![(Key::sign_off(role.as_str(), &pen.home.person)?, Value::Bool(true))]) {
                        // Nothing was written yet: rights are checked before the first row.
                        Err(error @ DeviceError::NoRight { .. }) => refusal = Some(error),
                        signed => return signed,
                    }
                }
            }
            Err(match refusal {
                Some(refusal) => refusal,
                None => pen.no_right()?,
            })
        })
    }

    /// Sends a record back or approves it, as it was seen. Blocks.
    pub fn review(
        &self,
        place: &Place,
        state: ReviewState,
        reason: &str,
        seen: &[ChangeHash],
    ) -> Result<ChangeHash, DeviceError> {
        self.edit(place, |pen| {
            pen.unchanged_since(seen)?;
            pen.begun()?;
            let word = match state {
                ReviewState::SentBack if reason.trim().is_empty() => return Err(DeviceError::NoReason),
                ReviewState::SentBack => "sent-back",
                ReviewState::Approved => "approved",
            };
            let value = parts(&[word, reason])?;
            if pen.record()?.disputes.contains_key(&Key::review()) {
                pen.settle(&Key::review(), value, word, reason)
            } else {
                pen.write(vec![(Key::review(), value)])
            }
        })
    }

    /// Runs an edit in one transaction; an error leaves everything as it was.
    pub(super) fn edit<T>(
        &self,
        place: &Place,
        work: impl FnOnce(&Pen<'_>) -> Result<T, DeviceError>,
    ) -> Result<T, DeviceError> {
        self.store.write(|tx| {
            let home = meta::home(tx)?.ok_or(DeviceError::NotEnrolled)?;
            work(&Pen { device: self, tx, home, place })
        })
    }
}

impl Pen<'_> {
    /// Reads the record as it is now.
    pub(super) fn record(&self) -> Result<Record, DeviceError> {
        match docs::row(self.tx, &self.place.doc)? {
            Some(row) => Ok(reading::record(self.tx, row)?),
            None => Ok(Record::default()),
        }
    }

    /// Tells whether a key shows a value already; a key without any shows that it is cleared.
    pub(super) fn shows(&self, key: &Key, value: &Value) -> Result<bool, DeviceError> {
        let puts = KnownHere(self.tx).puts(&self.place.doc, key, true)?;
        Ok(puts.last().map_or(*value == Value::Null, |shown| shown.value.same(value)))
    }

    fn begun(&self) -> Result<(), DeviceError> {
        if KnownHere(self.tx).heads(&self.place.doc)?.is_empty() { Err(DeviceError::EmptyRecord) } else { Ok(()) }
    }

    /// Checks that a key is not in dispute; the error names its rivals.
    pub(super) fn undisputed(&self, record: &Record, key: &Key) -> Result<(), DeviceError> {
        let rivals = rivals(record, key);
        if rivals.is_empty() { Ok(()) } else { Err(DeviceError::Disputed { key: key.clone(), rivals }) }
    }

    /// Says that the record is not what the person saw.
    pub(super) fn changed_meanwhile(&self) -> Result<DeviceError, DeviceError> {
        Ok(DeviceError::ChangedMeanwhile { heads: KnownHere(self.tx).heads(&self.place.doc)? })
    }

    fn unchanged_since(&self, seen: &[ChangeHash]) -> Result<(), DeviceError> {
        let heads = KnownHere(self.tx).heads(&self.place.doc)?;
        let mut seen = seen.to_vec();
        seen.sort_unstable();
        seen.dedup();
        if heads == seen { Ok(()) } else { Err(DeviceError::ChangedMeanwhile { heads }) }
    }

    /// Puts a value with its settlement, in one change.
    fn settle(&self, key: &Key, value: Value, told: &str, reason: &str) -> Result<ChangeHash, DeviceError> {
        if reason.trim().is_empty() {
            return Err(DeviceError::NoReason);
        }
        let settlement = Settlement { value: told.to_owned(), reason: reason.to_owned() };
        self.write(vec![(key.clone(), value), (key.settlement()?, settlement.encode()?)])
    }
}

/// Makes a scalar of several texts.
fn parts(texts: &[&str]) -> Result<Value, DeviceError> {
    let in_nfc = |text: &&str| Value::text(text).map(|text| text.to_string().into_bytes());
    let parts = texts.iter().map(in_nfc).collect::<Result<Vec<_>, _>>()?;
    Ok(Parts::new(parts).encode()?)
}

/// Tells whether a key is written by answering; the others have calls of their own.
fn may_answer(key: &Key) -> bool {
    let subject = key.subject();
    match subject.class {
        Class::Form | Class::Answer | Class::Note | Class::Instance | Class::Photo | Class::Position | Class::Times => {
            true
        }
        Class::Void => subject.instance.is_some(),
        Class::Settlement | Class::SignOff | Class::Review | Class::Event | Class::Finding | Class::Unknown => false,
    }
}

/// Returns the distinct values of a key in dispute, the shown one first; nothing if it is not.
fn rivals(record: &Record, key: &Key) -> Vec<Stated> {
    let answer = record.answers.get(key).or_else(|| record.others.get(key)).map(|answer| &answer.dispute);
    answer.filter(|dispute| !dispute.is_empty()).or_else(|| record.disputes.get(key)).cloned().unwrap_or_default()
}
