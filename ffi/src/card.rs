//! What a form that is filled in shows: cards, rows, disputes, the score.

use std::collections::BTreeMap;

use sumu_core::device;
use sumu_core::form::{self, Question};
use sumu_core::ids::{self, PersonId};
use sumu_core::record::{self, AnswerError};

use crate::record::Names;
use crate::{ChangeHash, QuestionKey, Stated};

/// One card: a screenful of questions that belong together.
#[derive(Debug, Clone, uniffi::Record)]
pub struct CardRow {
    /// Its place among all cards of the form; it stays while others appear and go.
    pub number: u32,
    /// What it is called.
    pub label: String,
    /// Questions that count and that a person answers; photos and files are not among them.
    pub questions: u32,
    /// Those with an answer.
    pub answered: u32,
    /// Those that must be answered and are not.
    pub missing: u32,
    /// Those whose answer may not stand.
    pub wrong: u32,
    /// Those in dispute.
    pub disputed: u32,
}

impl From<record::Card> for CardRow {
    fn from(card: record::Card) -> Self {
        Self {
            number: count(card.number),
            label: card.label,
            questions: count(card.questions),
            answered: count(card.answered),
            missing: count(card.missing),
            wrong: count(card.wrong),
            disputed: count(card.disputed),
        }
    }
}

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

/// What a row is, and how it is answered.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum RowKind {
    /// The title of a group.
    Heading,
    /// The title of an instance of a repeat.
    Instance {
        /// Its place, from 1.
        place: u32,
    },
    /// The place where an instance may be added.
    Add,
    /// A text to read.
    Note,
    /// What the form computes.
    Computed,
    /// Words.
    Text,
    /// A whole number.
    Whole,
    /// A decimal number.
    Decimal,
    /// A number from one to another in steps, all as text.
    Range {
        /// The least.
        start: String,
        /// The greatest.
        end: String,
        /// From one to the next.
        step: String,
        /// Whether only whole numbers are taken.
        whole: bool,
    },
    /// One of the choices.
    One,
    /// Any of the choices, their names with spaces between.
    Several,
    /// A day, `2026-11-23`.
    Date,
    /// A time of day, `08:05`.
    Time,
    /// A day and a time, `2026-11-23T08:05`.
    Moment,
    /// `OK` or nothing.
    Acknowledge,
    /// Latitude and longitude in degrees, and perhaps height and accuracy in metres, with spaces between.
    Position,
    /// A photo, sound, film or file; those come with a later version.
    File,
}

impl From<&record::RowKind> for RowKind {
    fn from(kind: &record::RowKind) -> Self {
        use Question as Q;
        let question = match kind {
            record::RowKind::Heading => return Self::Heading,
            record::RowKind::Instance { place } => return Self::Instance { place: count(*place) },
            record::RowKind::Add => return Self::Add,
            record::RowKind::Computed => return Self::Computed,
            record::RowKind::Question(question) => question,
        };
        match question.clone() {
            Q::Note => Self::Note,
            Q::Integer => Self::Whole,
            Q::Decimal => Self::Decimal,
            Q::Range { start, end, step, integer } => Self::Range { start, end, step, whole: integer },
            Q::SelectOne(_) => Self::One,
            Q::SelectMultiple(_) => Self::Several,
            Q::Date => Self::Date,
            Q::Time => Self::Time,
            Q::DateTime => Self::Moment,
            Q::Acknowledge => Self::Acknowledge,
            Q::Geopoint => Self::Position,
            Q::Image | Q::Audio | Q::Video | Q::File => Self::File,
            Q::Text | Q::Barcode => Self::Text,
            // The core shows none of these.
            Q::Calculate | Q::Hidden | Q::Start | Q::End | Q::Today | Q::StartGeopoint => Self::Computed,
            Q::DeviceId | Q::Username | Q::Email | Q::PhoneNumber => Self::Computed,
        }
    }
}

/// One row of a card.
#[derive(Debug, Clone, uniffi::Record)]
pub struct FormRow {
    /// Where it stands, like `/data/household[2]/name`; the calls of `Filling` take it.
    pub path: String,
    /// Its key in the record, for history and disputes; nothing for titles, and where nobody has answered yet.
    pub key: Option<QuestionKey>,
    /// What it is.
    pub kind: RowKind,
    /// What people read.
    pub label: String,
    /// More of it.
    pub hint: Option<String>,
    /// More of it for those who ask.
    pub guidance: Option<String>,
    /// The author's words on how it looks, like `minimal`.
    pub appearance: Vec<String>,
    /// What else the author tells the screen.
    pub parameters: Vec<Named>,
    /// What is offered now.
    pub choices: Vec<Named>,
    /// The answer as text, in the form that its kind tells; blank is empty.
    pub value: String,
    /// Whether a blank answer is a fault.
    pub required: bool,
    /// Whether it must be answered and is not; never of photos and files.
    pub missing: bool,
    /// Whether people may not change it now.
    pub read_only: bool,
    /// Whether the answer may stand.
    pub valid: bool,
    /// What the author says of an answer that may not stand or is missing; empty if nothing.
    pub message: Option<String>,
    /// Who gave the answer that is shown; nothing if it is not saved yet.
    pub said: Option<Stated>,
    /// What is in dispute here; settled with `Device.settle`, never by an answer.
    pub disputes: Vec<Dispute>,
}

/// A name and what stands with it: of a choice its label, of a parameter its value.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Named {
    /// The name.
    pub name: String,
    /// What stands with it.
    pub label: String,
}

/// A key in dispute.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Dispute {
    /// The key.
    pub key: QuestionKey,
    /// The choice that it is about, as people read it; nothing if it is about the whole answer.
    pub choice: Option<String>,
    /// Its values, the shown one first.
    pub rivals: Vec<Rival>,
}

/// One value of a dispute.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Rival {
    /// The value, and who said so.
    pub stated: Stated,
    /// The value as people read it.
    pub label: String,
    /// What the record would score with it.
    pub score: Option<f64>,
}

impl FormRow {
    pub(crate) fn of(row: record::Row, people: &BTreeMap<PersonId, ids::Handle>) -> Self {
        let names = Names(people);
        let named = |(name, label): (String, String)| Named { name, label };
        let disputes = row.disputes.iter().map(|dispute| Dispute {
            key: QuestionKey::of(&dispute.key.plain()),
            choice: dispute.choice.clone(),
            rivals: dispute
                .rivals
                .iter()
                .map(|rival| Rival {
                    stated: names.stated(&rival.stated),
                    label: rival.label.clone(),
                    score: rival.score,
                })
                .collect(),
        });
        Self {
            kind: (&row.kind).into(),
            key: row.key.as_ref().map(|key| QuestionKey::of(&key.plain())),
            said: row.said.as_ref().map(|stated| names.stated(stated)),
            disputes: disputes.collect(),
            path: row.path,
            label: row.label,
            hint: row.hint,
            guidance: row.guidance,
            appearance: row.appearance,
            parameters: row.parameters.into_iter().map(named).collect(),
            choices: row.choices.into_iter().map(named).collect(),
            value: row.value,
            required: row.required,
            missing: row.missing,
            read_only: row.readonly,
            valid: row.valid,
            message: row.message,
        }
    }
}

/// An answer that may not stand, and why.
#[derive(Debug, Clone, uniffi::Record)]
pub struct WrongAnswer {
    /// Its key.
    pub key: QuestionKey,
    /// Where it stands, if the form has such a question.
    pub path: Option<String>,
    /// The stable word of the cause: `constraint`, `choice`, `type`, `value`, `read-only`, `computed`, `unknown`, `full`, `no-reason`.
    pub code: String,
    /// What is wrong, in English, with the author's message if there is one.
    pub detail: String,
}

impl WrongAnswer {
    pub(crate) fn of(error: &AnswerError, filling: &record::Filling) -> Self {
        let key = error.key().parse::<record::Key>().ok();
        let at = key.as_ref().and_then(|key| filling.address_of(key));
        Self {
            key: key.map_or_else(|| QuestionKey(error.key().to_owned()), |key| QuestionKey::of(&key.plain())),
            path: at.map(|at| filling.session().path_text(at)),
            code: error.code().to_owned(),
            detail: error.to_string(),
        }
    }
}

/// What became of a save.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Saved {
    /// The change, or nothing if there was nothing to save.
    pub change: Option<ChangeHash>,
    /// The answers that were not saved because they may not stand; they are still entered.
    pub wrong: Vec<WrongAnswer>,
}

impl Saved {
    pub(crate) fn of(kept: &device::Kept, filling: &record::Filling) -> Self {
        Self {
            change: kept.change.as_ref().map(ChangeHash::of),
            wrong: kept.wrong.iter().map(|error| WrongAnswer::of(error, filling)).collect(),
        }
    }
}

/// What a record scores by its form; provisional while there is a dispute.
#[derive(Debug, Clone, uniffi::Record)]
pub struct ScoreView {
    /// The score; nothing if the form gives none.
    pub score: Option<f64>,
    /// The most that could be scored.
    pub full: Option<f64>,
    /// Whether something fails the whole.
    pub veto: bool,
    /// The grade, as the form names it.
    pub grade: Option<String>,
    /// What people call the grade.
    pub grade_label: Option<String>,
    /// The criteria, in the order of the form.
    pub criteria: Vec<CriterionRow>,
}

/// One criterion and what it earned.
#[derive(Debug, Clone, uniffi::Record)]
pub struct CriterionRow {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// What it earned; nothing while it is open or does not count.
    pub score: Option<f64>,
    /// The most that it may earn; nothing for a bonus, or while it does not count.
    pub full: Option<f64>,
}

impl From<form::Score> for ScoreView {
    fn from(score: form::Score) -> Self {
        let criteria = score.criteria.into_iter().map(|criterion| {
            let form::Criterion { name, label, score, full } = criterion;
            CriterionRow { name, label, score, full }
        });
        Self {
            score: score.score,
            full: score.full,
            veto: score.veto,
            grade: score.grade,
            grade_label: score.grade_label,
            criteria: criteria.collect(),
        }
    }
}
