//! What a record says, as people read it.

use sumu_core::form::Score;
use sumu_core::ids::{DeviceId, PersonId};
use sumu_core::record::{Answer, Card, Class, Filling, Key, Scores, Stated, Value};

use super::labels::Labels;
use super::{marks, question};
use crate::view::{self, RecordPage as Seen};

/// A value with its blame, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) value: String,
    /// In a dispute: what the record would score with this value.
    pub(super) score: String,
    pub(super) by: String,
    pub(super) device: String,
    pub(super) at: String,
}

pub(super) struct AnswerRow {
    pub(super) key: String,
    /// What the form calls it.
    pub(super) label: String,
    pub(super) said: Said,
    /// In a dispute every distinct value, the provisional one first.
    pub(super) rivals: Vec<Said>,
}

/// What the form makes of the record.
#[derive(Default)]
pub(super) struct Marks {
    pub(super) score: String,
    pub(super) grade: String,
    pub(super) veto: bool,
    pub(super) criteria: Vec<CriterionRow>,
}

/// How far the form is filled in.
pub(super) struct Filled {
    pub(super) answered: String,
    pub(super) missing: usize,
    pub(super) wrong: usize,
}

pub(super) struct CriterionRow {
    pub(super) label: String,
    pub(super) score: String,
    pub(super) full: String,
    pub(super) lost: String,
}

pub(super) struct PutRow {
    pub(super) at: String,
    pub(super) by: String,
    pub(super) device: String,
    pub(super) key: String,
    pub(super) label: String,
    pub(super) value: String,
    pub(super) visible: bool,
    pub(super) late: bool,
    pub(super) hash: String,
}

/// Turns what a record says into text.
pub(super) struct Teller<'a> {
    pub(super) labels: &'static Labels,
    pub(super) seen: &'a Seen,
    pub(super) filling: Option<&'a Filling>,
    pub(super) scores: Option<&'a Scores>,
    pub(super) time: &'a dyn Fn(i64) -> String,
}

impl Teller<'_> {
    pub(super) fn person(&self, person: &PersonId) -> String {
        match self.seen.people.get(person) {
            Some(known) => format!("{} ({})", known.name, known.handle),
            None => person.to_string(),
        }
    }

    fn value(&self, key: &Key, value: &Value) -> String {
        if let Some(choice) = self.filling.and_then(|filling| filling.in_words(key, value)) {
            return choice;
        }
        match value {
            Value::Null => self.labels.cleared.to_owned(),
            Value::Bool(true) => self.labels.yes.to_owned(),
            Value::Bool(false) => self.labels.no.to_owned(),
            value => value.to_string(),
        }
    }

    fn label(&self, key: &Key) -> String {
        if key.class() == Class::Form {
            return self.labels.form.to_owned();
        }
        self.filling.and_then(|filling| question::label(filling, key)).unwrap_or_default()
    }

    pub(super) fn said(&self, key: &Key, stated: &Stated) -> Said {
        Said {
            value: self.value(key, &stated.value),
            score: String::new(),
            by: self.person(&stated.person),
            device: short(&stated.device),
            at: (self.time)(stated.at),
        }
    }

    pub(super) fn row(&self, key: &Key, shown: &Stated, rivals: &[Stated]) -> AnswerRow {
        let scores = self.scores.and_then(|scores| scores.rivals.get(key)).map_or(&[][..], Vec::as_slice);
        let score = |score: &Score| marks::of_full(score.score, score.full);
        let scores = scores.iter().map(score).chain(std::iter::repeat(String::new()));
        let rivals = rivals.iter().zip(scores).map(|(rival, score)| Said { score, ..self.said(key, rival) });
        AnswerRow {
            key: key.plain().to_owned(),
            label: self.label(key),
            said: self.said(key, shown),
            rivals: rivals.collect(),
        }
    }

    pub(super) fn rows<'k>(&self, answers: impl Iterator<Item = (&'k Key, &'k Answer)>) -> Vec<AnswerRow> {
        answers.map(|(key, answer)| self.row(key, &answer.shown, &answer.dispute)).collect()
    }

    /// Returns what the form makes of the record, if it makes anything of it.
    pub(super) fn marks(&self) -> Option<Marks> {
        let score = &self.scores?.shown;
        let text = |mark: Option<f64>| mark.map_or_else(String::new, marks::mark);
        let criteria = score.criteria.iter().map(|criterion| CriterionRow {
            label: criterion.label.clone(),
            score: text(criterion.score),
            full: text(criterion.full),
            lost: text(criterion.lost().filter(|lost| *lost != 0.0)),
        });
        let marks = Marks {
            score: marks::of_full(score.score, score.full),
            grade: score.grade_label.clone().or_else(|| score.grade.clone()).unwrap_or_default(),
            veto: score.veto,
            criteria: criteria.collect(),
        };
        (!marks.score.is_empty() || !marks.grade.is_empty() || !marks.criteria.is_empty()).then_some(marks)
    }

    /// Returns how far the form is filled in: a score of half a form is to be read as one.
    pub(super) fn filled(&self) -> Option<Filled> {
        let cards = self.filling?.cards(&self.seen.record);
        let sum = |count: fn(&Card) -> usize| cards.iter().map(count).sum::<usize>();
        Some(Filled {
            answered: format!("{} / {}", sum(|card| card.answered), sum(|card| card.questions)),
            missing: sum(|card| card.missing),
            wrong: sum(|card| card.wrong),
        })
    }

    pub(super) fn put(&self, row: &view::HistoryRow) -> PutRow {
        PutRow {
            at: (self.time)(row.at),
            by: self.person(&row.person),
            device: short(&row.device),
            key: row.key.plain().to_owned(),
            label: self.label(&row.key),
            value: self.value(&row.key, &row.value),
            visible: row.visible,
            late: row.late,
            hash: row.hash.to_string(),
        }
    }
}

/// Shortens a device's id to what tells devices apart in one record.
fn short(device: &DeviceId) -> String {
    device.to_string().chars().take(8).collect()
}
