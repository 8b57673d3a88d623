//! What a record scores, and what it would score if its disputes ended one way or another.

use std::collections::BTreeMap;

use super::Filling;
use crate::form::Score;
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
