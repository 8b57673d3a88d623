//! A record seen through its form: what it says in the form's questions, what it scores, and edits that are checked.
//!
//! Answers are kept by key and instances by ulid, so a [`Filling`] is made anew from a record whenever the record has
//! changed. Nothing that a form computes is ever written; what a form cannot read is kept and listed apart.

#[cfg(feature = "device")]
mod again;
mod cards;
mod edit;
mod error;
mod governing;
mod instances;
mod lay;
mod raw;
mod row;
mod scores;
mod spot;
#[cfg(test)]
mod tests;
mod value;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::instances::Instance;
use self::lay::Laying;
use self::spot::Spot;
use self::value::{Kept, kept, text_of};
use super::{Class, Key, Record, Value};
use crate::form::{Address, Form, Moment, Score, Session, Setting, Standing};

#[cfg(feature = "device")]
pub(crate) use again::Unsaved;
pub use cards::Card;
pub use error::AnswerError;
pub use row::{Dispute, Rival, Row, RowKind};
pub use scores::Scores;

/// A form filled in by a record, and what a person changes in it.
#[derive(Clone)]
pub struct Filling {
    session: Session,
    instances: Instance,
    /// What the record shows of its answers.
    shown: BTreeMap<Key, Value>,
    foreign: Vec<(Key, Value)>,
    /// Whether the record names a form.
    named: bool,
    /// Whether nobody has begun the record.
    blank: bool,
    /// The questions that the person answered.
    touched: BTreeSet<Key>,
    /// What the person puts beside answers: voids of instances, notes, photos.
    beside: Vec<(Key, Value)>,
}

impl Filling {
    /// Fills a form in by the values that a record shows.
    ///
    /// Instances stand in the order of their puts, without voided ones; of an ordered list only what the record holds and
    /// what a count asks for. Computed defaults are run only for a record that nobody has begun. `start` and `today` are
    /// of the moment at which the record was begun, `end` of its latest answer. `setting` gives the language, and the
    /// moment and randomness for what else is computed: give equal ones where two sides must agree.
    pub fn of(form: &Arc<Form>, record: &Record, setting: Setting) -> Self {
        let blank = record.is_blank();
        let named = record.others.get(&Key::form());
        let mut first = setting.clone();
        if let Some(named) = named {
            first.now = Moment { millis: named.shown.at.saturating_mul(1000), offset: first.now.offset };
        }
        let Laying { standing, instances, foreign, .. } = Laying::of(form, record, Standing::new(form.clone(), first));
        Self {
            session: standing.begin(setting, blank),
            instances,
            shown: record.answers.iter().map(|(key, answer)| (key.clone(), answer.shown.value.clone())).collect(),
            foreign,
            named: named.is_some(),
            blank,
            touched: BTreeSet::new(),
            beside: Vec::new(),
        }
    }

    /// Returns the form with the answers: the state of every question, choices and texts.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Shows another of the form's languages.
    pub fn set_language(&mut self, language: usize) {
        self.session.set_language(language);
    }

    /// Returns the answers that the form has no question for, or cannot read in the question's type.
    pub fn foreign(&self) -> &[(Key, Value)] {
        &self.foreign
    }

    /// Tells whether a record shows another value than this person saw, where they changed one.
    pub fn is_overtaken_by(&self, record: &Record) -> bool {
        self.puts().iter().filter(|(key, _)| key.class() == Class::Answer).any(|(key, _)| {
            let now = record.answers.get(key).map(|answer| answer.shown.value.norm());
            now != self.shown.get(key).map(Value::norm)
        })
    }

    /// Returns the key of a question or an instance; nothing for groups, and inside an instance that nobody has answered in.
    pub fn key_of(&self, at: Address) -> Option<Key> {
        spot::key_of(self.session.form(), &self.instances, at)
    }

    /// Returns where a key stands: of an answer, one choice, a photo or a note the question, of an instance the instance.
    pub fn address_of(&self, key: &Key) -> Option<Address> {
        self.spot(key).map(|spot| spot.at)
    }

    /// Returns what the record scores now.
    pub fn score(&self) -> Score {
        self.session.score()
    }

    /// Returns what the record would score with one value shown instead of another; what the form cannot read is blank.
    pub fn score_with(&self, key: &Key, value: &Value) -> Score {
        let Some(spot) = self.spot(key) else { return self.score() };
        let mut other = self.session.clone();
        let text = self.text_with(&spot, value).unwrap_or_default();
        // A value that is no answer to the question leaves it blank.
        if other.set(spot.at, &text).is_err() {
            let _ = other.set(spot.at, "");
        }
        other.score()
    }

    /// Returns the text of a question's answer, if one of its keys had another value.
    fn text_with(&self, spot: &Spot, value: &Value) -> Option<String> {
        let question = spot::question(self.session.form(), spot.at.node)?;
        match (kept(question, false), &spot.choice) {
            (Kept::Picks, Some(choice)) => {
                let picked = *value == Value::Bool(true);
                let mut picks = self.picks(spot.at);
                picks.retain(|pick| pick != choice);
                picks.extend(picked.then(|| choice.clone()));
                Some(picks.join(" "))
            }
            (Kept::Picks, None) if *value == Value::Text(SOME.to_owned()) => {
                let key = self.key_of(spot.at)?;
                let said = |name: &str| spot::choice(&key, name).and_then(|choice| self.shown.get(&choice));
                let picked = |name: &&str| said(name) == Some(&Value::Bool(true));
                let (_, list) = self.session.form().list_of(spot.at.node)?;
                let names = list.choices.iter().map(|choice| choice.name.as_str()).filter(picked);
                Some(names.collect::<Vec<_>>().join(" "))
            }
            (Kept::Picks, None) => Some(String::new()),
            _ => text_of(question, value),
        }
    }

    fn picks(&self, at: Address) -> Vec<String> {
        self.session.answer(at).to_text().split_whitespace().map(str::to_owned).collect()
    }

    fn spot(&self, key: &Key) -> Option<Spot> {
        spot::find(self.session.form(), &self.instances, key)
    }
}

/// The value of a select_multiple's own key while anything is picked.
const SOME: &str = "some";
/// Its value while nothing is.
const NONE: &str = "none";
