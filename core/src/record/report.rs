//! The report of a record: what `show` prints, on the phone and on the server alike.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Answer, Record, Review, ReviewState, Scores, SignOff, Stated};
use crate::form::Score;
use crate::ids::{ChangeHash, DeviceId, Handle, PersonId, SiteId};
use crate::sign::Role;

/// What a report needs beside the record.
#[derive(Clone, Copy)]
pub struct ReportContext<'a> {
    /// The site.
    pub site: &'a SiteId,
    /// What people call the item.
    pub item: &'a Handle,
    /// What people call the round.
    pub round: &'a Handle,
    /// The document's heads.
    pub heads: &'a [ChangeHash],
    /// How many own changes the server does not hold yet.
    pub unsent: u64,
    /// Returns what people call a person.
    pub person: &'a dyn Fn(&PersonId) -> String,
    /// Writes seconds since 1970 as RFC 3339 with offset.
    pub time: &'a dyn Fn(i64) -> String,
}

/// A record as JSON, a stable contract.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The site.
    pub site: String,
    /// The item's handle.
    pub item: String,
    /// The round's handle.
    pub round: String,
    /// The answers, by key without `a/`.
    pub answers: BTreeMap<String, ReportedAnswer>,
    /// The disputes of keys that are no answers.
    pub disputes: BTreeMap<String, Vec<ReportedValue>>,
    /// The sign-offs.
    pub signoffs: Vec<ReportedSignOff>,
    /// The review.
    pub review: Option<ReportedReview>,
    /// What it scores, of a record that has a form: null if the form gives no score. Left out without a form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<Option<ReportedScore>>,
    /// The document's heads.
    pub heads: Vec<ChangeHash>,
    /// How many own changes the server does not hold yet.
    pub unsent: u64,
}

/// What a record scores by its form; provisional while there is a dispute.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportedScore {
    /// The score.
    pub score: Option<f64>,
    /// The most that could be scored.
    pub full: Option<f64>,
    /// Whether something fails the whole.
    pub veto: bool,
    /// The grade.
    pub grade: Option<String>,
}

/// An answer with its blame.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportedAnswer {
    /// The shown value.
    #[serde(flatten)]
    pub shown: ReportedValue,
    /// Every distinct visible value, the shown one first, if there are two or more.
    pub dispute: Option<Vec<ReportedValue>>,
}

/// A value with its blame.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportedValue {
    /// The value.
    pub value: serde_json::Value,
    /// The handle of who said so.
    pub by: String,
    /// On which device.
    pub device: DeviceId,
    /// When, by that device's clock.
    pub at: String,
    /// In a dispute, what the record would score with this value. Left out without a form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<Option<f64>>,
}

/// A sign-off.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportedSignOff {
    /// In which role.
    pub role: Role,
    /// The handle of who signed.
    pub person: String,
    /// When.
    pub at: String,
    /// Whether nothing changed since.
    pub current: bool,
}

/// A review.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportedReview {
    /// The decision.
    pub state: ReviewState,
    /// Why.
    pub reason: String,
    /// The handle of who decided.
    pub by: String,
    /// When.
    pub at: String,
}

impl Report {
    /// Makes the report of a record; one that nobody began gives an empty one.
    pub fn of(record: &Record, context: &ReportContext<'_>) -> Self {
        let answer = |answer: &Answer| ReportedAnswer {
            shown: context.value(&answer.shown),
            dispute: (!answer.dispute.is_empty()).then(|| context.values(&answer.dispute)),
        };
        Self {
            site: context.site.to_string(),
            item: context.item.to_string(),
            round: context.round.to_string(),
            answers: record.answers.iter().map(|(key, found)| (key.plain().to_owned(), answer(found))).collect(),
            disputes: record
                .disputes
                .iter()
                .map(|(key, values)| (key.plain().to_owned(), context.values(values)))
                .collect(),
            signoffs: record.sign_offs.iter().map(|sign_off| context.sign_off(sign_off)).collect(),
            review: record.review.as_ref().map(|review| context.review(review)),
            score: None,
            heads: context.heads.to_vec(),
            unsent: context.unsent,
        }
    }

    /// Adds what the record scores, and each value of its disputes.
    pub fn scored(mut self, scores: &Scores) -> Self {
        let Score { score, full, veto, grade, .. } = &scores.shown;
        let any = score.is_some() || full.is_some() || *veto || grade.is_some();
        let shown = ReportedScore { score: *score, full: *full, veto: *veto, grade: grade.clone() };
        self.score = Some(any.then_some(shown));
        for (key, rivals) in &scores.rivals {
            let dispute = self.answers.get_mut(key.plain()).and_then(|answer| answer.dispute.as_mut());
            for (value, score) in dispute.into_iter().flatten().zip(rivals) {
                value.score = Some(score.score);
            }
        }
        self
    }
}

impl ReportContext<'_> {
    fn value(&self, stated: &Stated) -> ReportedValue {
        ReportedValue {
            value: stated.value.to_json(),
            by: (self.person)(&stated.person),
            device: stated.device,
            at: (self.time)(stated.at),
            score: None,
        }
    }

    fn values(&self, stated: &[Stated]) -> Vec<ReportedValue> {
        stated.iter().map(|stated| self.value(stated)).collect()
    }

    fn sign_off(&self, sign_off: &SignOff) -> ReportedSignOff {
        let SignOff { role, person, at, current } = sign_off;
        ReportedSignOff { role: *role, person: (self.person)(person), at: (self.time)(*at), current: *current }
    }

    fn review(&self, review: &Review) -> ReportedReview {
        let Review { state, reason, person, at, .. } = review;
        ReportedReview { state: *state, reason: reason.clone(), by: (self.person)(person), at: (self.time)(*at) }
    }
}
