//! What a person changes in a form that a record fills in, and what is written of it.

use std::collections::BTreeSet;

use super::value::{Kept, kept, scalar_of};
use super::{AnswerError, Filling, NONE, SOME, spot};
use crate::form::{Address, Changes, Default, EditError, NodeId, Path, Question};
use crate::ids::Ulid;
use crate::record::{Key, Parts, Value};

impl Filling {
    /// Answers a question; the empty text clears it. Returns what has changed on the screen.
    ///
    /// # Errors
    /// What is wrong with the text; the question keeps the answer that it had. A text that violates a constraint is taken,
    /// so that the person sees it, and named by [`Filling::wrong`].
    pub fn set(&mut self, at: Address, text: &str) -> Result<Changes, AnswerError> {
        let form = self.session.form().clone();
        let unknown = || AnswerError::Unknown { key: self.session.path_text(at) };
        let question = spot::question(&form, at.node).ok_or_else(unknown)?;
        let state = self.session.state(at).ok_or_else(unknown)?;
        let missing = unknown();
        let key = self.identify(at).ok_or(missing)?;
        if kept(question, spot::computed(&form, at.node)) == Kept::Nothing {
            return Err(AnswerError::Computed { key });
        }
        if state.readonly {
            return Err(AnswerError::ReadOnly { key });
        }
        let text = match Value::text(text) {
            Ok(text) => text.to_string(),
            Err(reason) => return Err(AnswerError::Value { key, reason }),
        };
        let mut changes = self.session.set(at, &text).map_err(|error| refused(&key, error))?;
        self.touched.insert(key);
        self.trim(&mut changes);
        Ok(changes)
    }

    /// Takes away what a count asked for before it went down, and nobody has answered in.
    pub(super) fn trim(&mut self, changes: &mut Changes) {
        let surplus = self.session.surplus();
        if surplus.is_empty() {
            return;
        }
        let written: BTreeSet<Key> = self.puts().into_iter().map(|(key, _)| key).collect();
        for at in surplus {
            let repeats = self.session.form().repeats_around(at.node);
            let stored = self.instances.find(&repeats, at.path).is_some_and(|instance| instance.stored);
            let answered = stored || self.key_of(at).is_some_and(|key| written.contains(&key));
            if !answered && let Ok(removed) = self.session.remove(at) {
                self.forget(at);
                changes.extend(removed);
            }
        }
    }

    /// Takes an instance out of those that are known.
    fn forget(&mut self, at: Address) {
        let Some((parent, place)) = at.path.split_last() else { return };
        let repeats = self.session.form().repeats_around(at.node);
        let outer = repeats.split_last().map(|(_, outer)| outer).unwrap_or_default();
        let siblings = self.instances.reach(outer, parent).and_then(|outer| outer.children.get_mut(&at.node));
        if let Some(siblings) = siblings.filter(|siblings| usize::from(place) < siblings.len()) {
            siblings.remove(usize::from(place));
        }
    }

    /// Appends an instance of a repeat inside an instance of its parent. It is written with its first answer.
    pub fn add(&mut self, repeat: NodeId, parent: Path) -> Result<(Address, Changes), AnswerError> {
        self.append(repeat, parent, None)
    }

    pub(super) fn append(
        &mut self,
        repeat: NodeId,
        parent: Path,
        ulid: Option<Ulid>,
    ) -> Result<(Address, Changes), AnswerError> {
        let (at, changes) = self.session.add(repeat, parent).map_err(|error| match error {
            EditError::Full(key) => AnswerError::Full { key },
            EditError::Missing(key) | EditError::Kind { path: key, .. } => AnswerError::Unknown { key },
            EditError::Type { path: key, .. } | EditError::Choice { path: key, .. } => AnswerError::Unknown { key },
        })?;
        let fresh = ulid.unwrap_or_else(|| self.fresh());
        let repeats = self.session.form().repeats_around(repeat);
        if let Some(instance) = self.instances.reach(&repeats, at.path) {
            instance.ulid = Some(fresh);
        }
        self.identify(at);
        Ok((at, changes))
    }

    /// Removes an instance: what the record holds is voided with a reason, anything else was never there.
    ///
    /// A repeat with a count gets a blank instance in the place of one that it asks for.
    pub fn remove(&mut self, at: Address, reason: &str) -> Result<Changes, AnswerError> {
        let unknown = || AnswerError::Unknown { key: self.session.path_text(at) };
        let repeats = self.session.form().repeats_around(at.node);
        let (parent, _) = at.path.split_last().ok_or_else(unknown)?;
        let stored = self.instances.find(&repeats, at.path).is_some_and(|instance| instance.stored);
        let void = match self.key_of(at).filter(|_| stored) {
            Some(key) if reason.trim().is_empty() => return Err(AnswerError::NoReason { key }),
            Some(key) => Some(void(&key, reason)?),
            None => None,
        };
        let missing = unknown();
        let mut changes = self.session.remove(at).map_err(|_| missing)?;
        self.forget(at);
        self.beside.extend(void);
        changes.extend(self.session.regrow(at.node, parent));
        self.trim(&mut changes);
        Ok(changes)
    }

    /// Names every answer of this person that may not stand: its constraint is violated, or a choice is not offered.
    pub fn wrong(&self) -> Vec<AnswerError> {
        self.touched.iter().filter_map(|key| self.wrong_at(key)).collect()
    }

    pub(super) fn wrong_at(&self, key: &Key) -> Option<AnswerError> {
        let at = self.address_of(key)?;
        let state = self.session.state(at).filter(|state| !state.valid)?;
        let offered: BTreeSet<&str> = self.session.choices(at).into_iter().map(|choice| choice.name.as_str()).collect();
        let select = self.session.form().list_of(at.node).is_some();
        if let Some(value) = state.answer.split_whitespace().find(|name| select && !offered.contains(name)) {
            return Some(AnswerError::Choice { key: key.clone(), value: value.to_owned() });
        }
        let message = state.message.unwrap_or_default();
        Some(AnswerError::Constraint { key: key.clone(), value: state.answer, message })
    }

    /// Returns what is to be written: what the person changed, in the questions' types, and nothing that is computed.
    ///
    /// An instance is put with its first answer, in the order of the screen and with those before it; the form is named by
    /// whoever begins the record, and with it what it computed as defaults. Empty if nothing changed.
    pub fn puts(&self) -> Vec<(Key, Value)> {
        let mut written = Written { filling: self, instances: BTreeSet::new(), answers: Vec::new() };
        for key in &self.touched {
            if let Some(at) = self.address_of(key) {
                written.answer(key, at);
            }
        }
        if written.answers.is_empty() && self.beside.is_empty() {
            return Vec::new();
        }
        written.begin();
        let Written { instances, answers, .. } = written;
        let named = (!self.named).then(|| (Key::form(), Value::Bytes(self.session.form().hash().as_bytes().to_vec())));
        let instances = instances.into_iter().map(|(_, key)| (key, Value::Bool(true)));
        named.into_iter().chain(instances).chain(answers).chain(self.beside.iter().cloned()).collect()
    }

    /// Returns the key of a place; gives the instances on the way, and those before them, their ulids.
    fn identify(&mut self, at: Address) -> Option<Key> {
        let repeats = self.session.form().repeats_around(at.node);
        for (around, path) in up_to(&repeats, at.path) {
            let fresh = self.fresh();
            self.instances.reach(around, path)?.ulid.get_or_insert(fresh);
        }
        self.key_of(at)
    }

    fn fresh(&self) -> Ulid {
        let setting = self.session.setting();
        Ulid::random(u64::try_from(setting.now.millis).unwrap_or_default(), setting.entropy.as_ref())
    }
}

/// Returns the instances on the way to a path and those that stand before each, with the repeats around them.
///
/// Those before are written too, or an answer in the third place of a count would be found in the first.
fn up_to(repeats: &[NodeId], path: Path) -> impl Iterator<Item = (&[NodeId], Path)> {
    (1..).zip(path.as_slice().to_vec()).flat_map(move |(depth, last)| {
        let around = repeats.get(..depth).unwrap_or_default();
        (0..=last).map(move |place| (around, path.prefix(depth - 1).child(place)))
    })
}

fn refused(key: &Key, error: EditError) -> AnswerError {
    match error {
        EditError::Type { value, expected, .. } => AnswerError::Type { key: key.clone(), value, expected },
        EditError::Choice { value, .. } => AnswerError::Choice { key: key.clone(), value },
        EditError::Missing(_) | EditError::Kind { .. } => AnswerError::Unknown { key: key.to_string() },
        EditError::Full(_) => AnswerError::Full { key: key.to_string() },
    }
}

fn void(instance: &Key, reason: &str) -> Result<(Key, Value), AnswerError> {
    let wrong = |reason| AnswerError::Value { key: instance.clone(), reason };
    let reason = Value::text(reason).map_err(wrong)?.to_string();
    let value = Parts::new([reason.into_bytes()]).encode().map_err(wrong)?;
    let key = instance.void_of().map_err(|_| AnswerError::Unknown { key: instance.to_string() })?;
    Ok((key, value))
}

/// What is written, as it is found.
struct Written<'a> {
    filling: &'a Filling,
    instances: BTreeSet<(Path, Key)>,
    answers: Vec<(Key, Value)>,
}

impl Written<'_> {
    /// Writes an answer if it is another one than the record shows, and the instances that it begins.
    fn answer(&mut self, key: &Key, at: Address) {
        let form = self.filling.session.form();
        let Some(question) = spot::question(form, at.node) else { return };
        let before = self.answers.len();
        match kept(question, spot::computed(form, at.node)) {
            Kept::Nothing => {}
            Kept::Picks => self.picks(key, at),
            Kept::Value | Kept::File => self.value(key, at, question),
        }
        if self.answers.len() > before {
            self.instances_of(at);
        }
    }

    fn value(&mut self, key: &Key, at: Address, question: &Question) {
        // What was set was short enough, and what is computed as a default and is not stands on this screen only.
        let Ok(value) = scalar_of(question, &self.filling.session.answer(at)) else { return };
        let same = match self.filling.shown.get(key) {
            Some(shown) => shown.same(&value),
            None => value.same(&self.untouched(at, question)),
        };
        if !same {
            self.answers.push((key.clone(), value));
        }
    }

    /// Returns what a question says that no document answers: its default, if that is plain text.
    fn untouched(&self, at: Address, question: &Question) -> Value {
        let form = self.filling.session.form();
        let default = form.definition().node(at.node).and_then(|node| node.default.as_ref());
        let answer = match default {
            Some(Default::Text(text)) => self.filling.session.reads(at, text),
            _ => None,
        };
        answer.and_then(|answer| scalar_of(question, &answer).ok()).unwrap_or(Value::Null)
    }

    /// Writes whether anything is picked, and each choice that is picked otherwise than the record has it.
    fn picks(&mut self, key: &Key, at: Address) {
        let Some((_, list)) = self.filling.session.form().list_of(at.node) else { return };
        let picked: BTreeSet<String> = self.filling.picks(at).into_iter().collect();
        let mut names: Vec<&str> = list.choices.iter().map(|choice| choice.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let mut touched = Vec::new();
        for name in names {
            let Some(choice) = spot::choice(key, name) else { continue };
            let (is, was) = (picked.contains(name), self.filling.shown.get(&choice) == Some(&Value::Bool(true)));
            if is != was {
                touched.push((choice, Value::Bool(is)));
            }
        }
        let word = Value::Text(if picked.is_empty() { NONE } else { SOME }.to_owned());
        let shown = self.filling.shown.get(key);
        let said = shown == Some(&word) || (shown.is_none() && picked.is_empty() && self.is_blank_by_default(at));
        if !touched.is_empty() || !said {
            self.answers.push((key.clone(), word));
            self.answers.extend(touched);
        }
    }

    fn is_blank_by_default(&self, at: Address) -> bool {
        spot::question(self.filling.session.form(), at.node)
            .is_some_and(|question| self.untouched(at, question) == Value::Null)
    }

    /// Notes the instances around a place, and before it, that the record does not hold.
    fn instances_of(&mut self, at: Address) {
        let form = self.filling.session.form();
        let repeats = form.repeats_around(at.node);
        for (around, path) in up_to(&repeats, at.path) {
            let stored = self.filling.instances.find(around, path).is_none_or(|instance| instance.stored);
            let node = around.last().filter(|_| !stored);
            if let Some(key) = node.and_then(|node| self.filling.key_of(Address { node: *node, path })) {
                self.instances.insert((path, key));
            }
        }
    }

    /// Writes the computed defaults of what is begun: of the record itself, and of each new instance.
    fn begin(&mut self) {
        let form = self.filling.session.form().clone();
        let defaults = form.nodes().filter(|(_, node)| matches!(node.default, Some(Default::Formula(_))));
        let begun = self.instances.clone();
        for (node, _) in defaults {
            let repeats = form.repeats_around(node);
            let mut places: Vec<Address> = Vec::new();
            match repeats.last() {
                None if self.filling.blank => places.push(Address { node, path: Path::default() }),
                None => {}
                Some(repeat) => places.extend(
                    begun
                        .iter()
                        .filter(|(_, key)| self.filling.address_of(key).is_some_and(|at| at.node == *repeat))
                        .map(|(path, _)| Address { node, path: *path }),
                ),
            }
            for at in places {
                if let Some(key) = self.filling.key_of(at).filter(|key| !self.filling.touched.contains(key)) {
                    self.answer(&key, at);
                }
            }
        }
    }
}
