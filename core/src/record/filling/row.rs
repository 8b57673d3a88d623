//! What a card shows, row by row: titles, instances of repeats, questions with their state, and where an instance may be added.

use super::value::{Kept, kept};
use super::{Filling, Key, Record, spot};
use crate::form::{Address, Kind, NodeId, Path, Question};
use crate::record::{Answer, Stated};

/// One row of a card.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The node, and its instances; of [`RowKind::Add`] the instance that is not there yet.
    pub at: Address,
    /// Its XPath, like `/data/household[2]/name`.
    pub path: String,
    /// Its key in the document; nothing for titles, and inside an instance that nobody has answered in.
    pub key: Option<Key>,
    /// What it is.
    pub kind: RowKind,
    /// What people read.
    pub label: String,
    /// More of it.
    pub hint: Option<String>,
    /// More of it for those who ask.
    pub guidance: Option<String>,
    /// The author's words on how it looks.
    pub appearance: Vec<String>,
    /// What else the author tells the screen, like `max-pixels`.
    pub parameters: Vec<(String, String)>,
    /// What is offered now: the name and the label of each choice.
    pub choices: Vec<(String, String)>,
    /// The answer as text: of a choice its name, of several their names with spaces between, of a number digits.
    pub value: String,
    /// Whether a blank answer is a fault.
    pub required: bool,
    /// Whether it must be answered and is not; never of photos and files.
    pub missing: bool,
    /// Whether people may not change it now.
    pub readonly: bool,
    /// Whether the answer may stand.
    pub valid: bool,
    /// What the author says of an answer that may not stand or is missing; empty if nothing.
    pub message: Option<String>,
    /// Who gave the answer that is shown; nothing if it is not saved yet.
    pub said: Option<Stated>,
    /// Its keys in dispute.
    pub disputes: Vec<Dispute>,
}

/// A key in dispute.
#[derive(Debug, Clone, PartialEq)]
pub struct Dispute {
    /// The key.
    pub key: Key,
    /// The choice that it is about, as people read it; nothing if it is about the whole answer.
    pub choice: Option<String>,
    /// Its values, the shown one first.
    pub rivals: Vec<Rival>,
}

/// One value of a dispute.
#[derive(Debug, Clone, PartialEq)]
pub struct Rival {
    /// The value, and who said so.
    pub stated: Stated,
    /// The value as people read it.
    pub label: String,
    /// What the record would score with it.
    pub score: Option<f64>,
}

/// What a row is.
#[derive(Debug, Clone, PartialEq)]
pub enum RowKind {
    /// The title of a group.
    Heading,
    /// The title of an instance of a repeat, counted from 1.
    Instance {
        /// Its place.
        place: usize,
    },
    /// The place where an instance may be added.
    Add,
    /// A question that a person answers.
    Question(Question),
    /// A question whose answer the form computes.
    Computed,
}

impl Row {
    /// Tells whether a person is asked for an answer here; photos and files are not counted.
    pub(super) fn is_asked(&self) -> bool {
        match &self.kind {
            RowKind::Question(question) => *question != Question::Note && kept(question, false) != Kept::File,
            _ => false,
        }
    }
}

/// Tells whether a question is for people: what is computed or told by the phone is not.
pub(super) fn is_shown(question: &Question) -> bool {
    use Question as Q;
    let told = matches!(question, Q::Start | Q::End | Q::Today | Q::DeviceId | Q::Username | Q::Email | Q::PhoneNumber);
    !told && !matches!(question, Q::Calculate | Q::Hidden | Q::StartGeopoint)
}

impl Filling {
    /// Lays out a node below an instance, and what stands in it. The depth of groups is limited by the check of the form.
    pub(super) fn rows_at(&self, node: NodeId, path: Path, record: &Record, rows: &mut Vec<Row>) {
        let form = self.session.form();
        let Some(found) = form.definition().node(node) else { return };
        let below = |at: Address, rows: &mut Vec<Row>| {
            for child in form.children(at.node) {
                self.rows_at(*child, at.path, record, rows);
            }
        };
        let relevant = |at: Address| self.session.state(at).is_some_and(|state| state.relevant);
        let at = Address { node, path };
        match &found.kind {
            Kind::Root => {}
            Kind::Group if relevant(at) => {
                let row = self.row(at, RowKind::Heading, record);
                rows.extend(row.filter(|row| !row.label.is_empty()));
                below(at, rows);
            }
            Kind::Question(question) if is_shown(question) && relevant(at) => {
                let computed = found.calculation.is_some();
                let kind = if computed { RowKind::Computed } else { RowKind::Question(question.clone()) };
                rows.extend(self.row(at, kind, record));
            }
            Kind::Group | Kind::Question(_) => {}
            Kind::Repeat => {
                let count = self.session.instances(node, path);
                for place in 0..count {
                    let Ok(number) = u16::try_from(place) else { break };
                    let at = Address { node, path: path.child(number) };
                    if relevant(at) {
                        rows.extend(self.row(at, RowKind::Instance { place: place + 1 }, record));
                        below(at, rows);
                    }
                }
                if found.repeat_count.is_none() {
                    rows.extend(self.place_to_add(node, path, count));
                }
            }
        }
    }

    /// Returns the row below the last instance of a repeat, if another one would count.
    fn place_to_add(&self, repeat: NodeId, parent: Path, count: usize) -> Option<Row> {
        let next = Address { node: repeat, path: parent.child(u16::try_from(count).ok()?) };
        let last = count.checked_sub(1).and_then(|place| u16::try_from(place).ok());
        let state = match last {
            Some(place) => self.session.state(Address { node: repeat, path: parent.child(place) })?,
            // Only an instance can tell whether it counts.
            None => {
                let mut tried = self.session.clone();
                let (at, _) = tried.add(repeat, parent).ok()?;
                tried.state(at)?
            }
        };
        let row = self.blank(next, RowKind::Add)?;
        (state.relevant && !state.readonly).then_some(row)
    }

    /// Makes a row with what stands in the form.
    fn blank(&self, at: Address, kind: RowKind) -> Option<Row> {
        let node = self.session.form().definition().node(at.node)?;
        let texts = &node.texts;
        Some(Row {
            at,
            path: self.session.path_text(at),
            key: self.key_of(at),
            label: self.session.text(&texts.label, at).unwrap_or_default(),
            hint: self.session.text(&texts.hint, at).filter(|text| !text.is_empty()),
            guidance: self.session.text(&texts.guidance_hint, at).filter(|text| !text.is_empty()),
            appearance: node.appearance.clone(),
            parameters: node.parameters.clone(),
            choices: Vec::new(),
            value: String::new(),
            required: false,
            missing: false,
            readonly: kind == RowKind::Computed,
            valid: true,
            message: None,
            said: None,
            disputes: Vec::new(),
            kind,
        })
    }

    fn row(&self, at: Address, kind: RowKind, record: &Record) -> Option<Row> {
        let (state, mut row) = (self.session.state(at)?, self.blank(at, kind)?);
        let is_file = matches!(&row.kind, RowKind::Question(question) if kept(question, false) == Kept::File);
        row.choices =
            self.session.choices(at).into_iter().map(|choice| (choice.name.clone(), self.named(choice))).collect();
        row.required = state.required;
        row.readonly |= state.readonly;
        row.missing = state.required && state.value.is_empty() && !is_file && row.is_asked();
        row.valid = state.valid;
        row.message = state.message.filter(|_| row.missing || !row.valid);
        // What a form computes is shown as expressions read it, an answer as it was given.
        row.value = if row.kind == RowKind::Computed { state.value } else { state.answer };
        if let (Some(key), RowKind::Question(_)) = (&row.key, &row.kind) {
            row.said =
                record.answers.get(key).filter(|_| !self.touched.contains(key)).map(|answer| answer.shown.clone());
            row.disputes = self.disputes(at, key, record);
        }
        Some(row)
    }

    /// Returns what is in dispute at a question: its own key, and of a select_multiple those of its choices.
    fn disputes(&self, at: Address, key: &Key, record: &Record) -> Vec<Dispute> {
        let is_disputed = |key: &Key| record.answers.get(key).filter(|answer| !answer.dispute.is_empty());
        let own = is_disputed(key).map(|answer| self.dispute(key.clone(), None, answer));
        let list = self.session.form().list_of(at.node);
        let choices = list.map(|(_, list)| list.choices.as_slice()).unwrap_or_default().iter().filter_map(|choice| {
            let key = spot::choice(key, &choice.name)?;
            let answer = is_disputed(&key)?;
            Some(self.dispute(key.clone(), Some(self.named(choice)), answer))
        });
        own.into_iter().chain(choices).collect()
    }

    fn dispute(&self, key: Key, choice: Option<String>, answer: &Answer) -> Dispute {
        let rivals = answer.dispute.iter().map(|stated| Rival {
            label: self.in_words(&key, &stated.value).unwrap_or_else(|| stated.value.to_string()),
            score: None,
            stated: stated.clone(),
        });
        Dispute { rivals: rivals.collect(), key, choice }
    }

    /// Fills in what the record would score with each value of a dispute.
    pub(super) fn score_rivals(&self, dispute: &mut Dispute) {
        for rival in &mut dispute.rivals {
            rival.score = self.score_with(&dispute.key, &rival.stated.value).score;
        }
    }
}
