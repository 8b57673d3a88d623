//! A record as it is shown, and what is put into it.

use std::collections::BTreeMap;

use sumu_core::ids::PersonId;
use sumu_core::record::{self, Key};
use sumu_core::{device, ids};

use crate::code::parse;
use crate::{ChangeHash, Handle, QuestionKey, SumuError, SumuResult};

/// One value.
#[derive(Debug, Clone, PartialEq, uniffi::Enum)]
pub enum Value {
    /// Cleared.
    Null,
    /// True or false.
    Bool {
        /// The value.
        value: bool,
    },
    /// A whole number within ±2^62.
    Int {
        /// The value.
        value: i64,
    },
    /// A decimal number.
    Decimal {
        /// The value.
        value: f64,
    },
    /// Text, at most 8 KB.
    Text {
        /// The value.
        value: String,
    },
    /// A value of several parts, as the core writes it.
    Bytes {
        /// The value.
        value: Vec<u8>,
    },
}

impl From<&record::Value> for Value {
    fn from(value: &record::Value) -> Self {
        match value.clone() {
            record::Value::Null => Self::Null,
            record::Value::Bool(value) => Self::Bool { value },
            record::Value::Int(value) => Self::Int { value },
            record::Value::Decimal(value) => Self::Decimal { value },
            record::Value::Text(value) => Self::Text { value },
            record::Value::Bytes(value) => Self::Bytes { value },
        }
    }
}

impl Value {
    pub(crate) fn to_core(&self) -> SumuResult<record::Value> {
        let value = match self.clone() {
            Self::Null => record::Value::Null,
            Self::Bool { value } => record::Value::Bool(value),
            Self::Int { value } => record::Value::Int(value),
            Self::Decimal { value } => record::Value::Decimal(value),
            Self::Text { value } => {
                record::Value::text(&value).map_err(|error| SumuError::input("bad-value", &error))?
            }
            Self::Bytes { value } => record::Value::Bytes(value),
        };
        value.check().map_err(|error| SumuError::input("bad-value", &error))?;
        Ok(value)
    }
}

/// One value to save.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Put {
    /// The key.
    pub key: QuestionKey,
    /// The value.
    pub value: Value,
}

impl Put {
    pub(crate) fn to_core(&self) -> SumuResult<(Key, record::Value)> {
        Ok((key(&self.key)?, self.value.to_core()?))
    }
}

pub(crate) fn key(key: &QuestionKey) -> SumuResult<Key> {
    Key::from_plain(&key.0).map_err(|error| SumuError::input("bad-key", &error))
}

pub(crate) fn heads(seen: &[ChangeHash]) -> SumuResult<Vec<ids::ChangeHash>> {
    seen.iter().map(|hash| parse(&hash.0)).collect()
}

/// A value with who said so.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Stated {
    /// The value.
    pub value: Value,
    /// The value as text, as a list would show it.
    pub text: String,
    /// The handle of who said so, or the id of someone whom this phone does not know.
    pub by: Handle,
    /// On which device, hex.
    pub device: String,
    /// When, in milliseconds since 1970 by that device's clock.
    pub at_ms: i64,
    /// In which change.
    pub change: ChangeHash,
}

/// What a key says.
#[derive(Debug, Clone, uniffi::Record)]
pub struct AnswerRow {
    /// The key.
    pub key: QuestionKey,
    /// The value; provisional while there is a dispute.
    pub shown: Stated,
    /// Empty, or every distinct value of a dispute, the shown one first.
    pub dispute: Vec<Stated>,
}

/// A sign-off.
#[derive(Debug, Clone, uniffi::Record)]
pub struct SignOff {
    /// In which role.
    pub role: String,
    /// Who signed.
    pub by: Handle,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// Whether nothing changed since.
    pub current: bool,
}

/// A review.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Review {
    /// Sent back, or else approved.
    pub sent_back: bool,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub by: Handle,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// Whether nothing changed since.
    pub current: bool,
}

/// A record as it is shown.
#[derive(Debug, Clone, uniffi::Record)]
pub struct RecordView {
    /// Every answer, cleared ones included.
    pub answers: Vec<AnswerRow>,
    /// Notes, instances, positions, settlements and the like.
    pub others: Vec<AnswerRow>,
    /// Disputes of keys that are no answers: the form, the void, the review.
    pub disputes: Vec<AnswerRow>,
    /// The sign-offs.
    pub sign_offs: Vec<SignOff>,
    /// The review.
    pub review: Option<Review>,
    /// The void, if it hides the record.
    pub voided: Option<Stated>,
    /// What a sign-off of this view names.
    pub heads: Vec<ChangeHash>,
    /// Own changes in it that the server does not hold yet.
    pub unsent: u64,
}

impl From<device::RecordView> for RecordView {
    fn from(view: device::RecordView) -> Self {
        let names = Names(&view.people);
        let record = &view.record;
        let disputes = record.disputes.iter().filter_map(|(key, rivals)| {
            let shown = names.stated(rivals.first()?);
            Some(AnswerRow { key: QuestionKey::of(&key.plain()), shown, dispute: names.all(rivals) })
        });
        Self {
            answers: names.answers(&record.answers),
            others: names.answers(&record.others),
            disputes: disputes.collect(),
            sign_offs: record.sign_offs.iter().map(|sign_off| names.sign_off(sign_off)).collect(),
            review: record.review.as_ref().map(|review| names.review(review)),
            voided: record.voided.as_ref().map(|void| names.stated(void)),
            heads: view.heads.iter().map(ChangeHash::of).collect(),
            unsent: view.unsent,
        }
    }
}

/// What people call those who wrote in a record.
pub(crate) struct Names<'a>(pub(crate) &'a BTreeMap<PersonId, ids::Handle>);

impl Names<'_> {
    fn of(&self, person: &PersonId) -> Handle {
        self.0.get(person).map_or_else(|| Handle(person.to_string()), Handle::of)
    }

    pub(crate) fn stated(&self, stated: &record::Stated) -> Stated {
        Stated {
            value: (&stated.value).into(),
            text: stated.value.to_string(),
            by: self.of(&stated.person),
            device: stated.device.to_string(),
            at_ms: stated.at.saturating_mul(1_000),
            change: ChangeHash::of(&stated.hash),
        }
    }

    fn all(&self, stated: &[record::Stated]) -> Vec<Stated> {
        stated.iter().map(|stated| self.stated(stated)).collect()
    }

    fn answers(&self, answers: &BTreeMap<Key, record::Answer>) -> Vec<AnswerRow> {
        let row = |(key, answer): (&Key, &record::Answer)| AnswerRow {
            key: QuestionKey::of(&key.plain()),
            shown: self.stated(&answer.shown),
            dispute: self.all(&answer.dispute),
        };
        answers.iter().map(row).collect()
    }

    fn sign_off(&self, sign_off: &record::SignOff) -> SignOff {
        let record::SignOff { role, person, at, current } = sign_off;
        SignOff { role: role.to_string(), by: self.of(person), at_ms: at.saturating_mul(1_000), current: *current }
    }

    fn review(&self, review: &record::Review) -> Review {
        Review {
            sent_back: review.state == record::ReviewState::SentBack,
            reason: review.reason.clone(),
            by: self.of(&review.person),
            at_ms: review.at.saturating_mul(1_000),
            current: review.current,
        }
    }
}

/// One put of a record's history.
#[derive(Debug, Clone, uniffi::Record)]
pub struct HistoryRow {
    /// The change that brought it.
    pub change: ChangeHash,
    /// When, in milliseconds since 1970 by the writer's clock.
    pub at_ms: i64,
    /// Who wrote it.
    pub by: Handle,
    /// On which device, hex.
    pub device: String,
    /// The key.
    pub key: QuestionKey,
    /// The value.
    pub value: Value,
    /// The value as text.
    pub text: String,
    /// The word of what the server last said of it, like `accepted` or `parked`; nothing: it was not sent yet.
    pub verdict: Option<String>,
}

impl From<device::HistoryRow> for HistoryRow {
    fn from(row: device::HistoryRow) -> Self {
        Self {
            change: ChangeHash::of(&row.hash),
            at_ms: row.at.saturating_mul(1_000),
            by: Handle(row.by),
            device: row.device.to_string(),
            key: QuestionKey::of(&row.key.plain()),
            value: (&row.value).into(),
            text: row.value.to_string(),
            verdict: row.verdict.map(|verdict| verdict.as_str().to_owned()),
        }
    }
}
