//! What a record scores, and what it would score if its disputes ended one way or another.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Filling;
use crate::clock::SeededEntropy;
use crate::form::{Form, Moment, Score, Setting};
use crate::record::{Key, Record};

/// The scores of a record.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scores {
    /// What it scores as it is shown; provisional while there is a dispute.
    pub shown: Score,
    /// For each answer in dispute what each of its values would score, in the order of the dispute.
    pub rivals: BTreeMap<Key, Vec<Score>>,
}

impl Scores {
    /// Computes the scores of a record by the form that it fills in.
    pub fn of(record: &Record, filling: &Filling) -> Self {
        let disputed = record
            .answers
            .iter()
            .filter(|(key, answer)| !answer.dispute.is_empty() && filling.address_of(key).is_some());
        let rivals = disputed.map(|(key, answer)| {
            let scores = answer.dispute.iter().map(|stated| filling.score_with(key, &stated.value));
            (key.clone(), scores.collect())
        });
        Self { shown: filling.score(), rivals: rivals.collect() }
    }
}

impl Filling {
    /// Fills a form in as of the record's latest answer and without chance, so that the same record scores the same on every
    /// machine and on any day.
    ///
    /// `offset` is that of the programme's zone in minutes, as the reference data tells it.
    pub fn as_it_stands(form: &Arc<Form>, record: &Record, offset: i32, language: usize) -> Self {
        let latest = record.answers.values().map(|answer| answer.shown.at).max().unwrap_or_default();
        let now = Moment { millis: latest.saturating_mul(1_000), offset };
        Self::of(form, record, Setting { now, language, entropy: Arc::new(SeededEntropy::new(0)) })
    }
}
