//! Values by their keys, as a command line has them, checked by the form.

use super::value::{Kept, kept};
use super::{AnswerError, Filling, NONE, SOME, spot};
use crate::form::{Address, NodeId, Path};
use crate::ids::Ulid;
use crate::record::{Class, Key, Value};

impl Filling {
    /// Takes a value for a key; it is read in the question's type whatever its own is. An answer in an instance that is
    /// not there begins it.
    ///
    /// # Errors
    /// As [`Filling::set`]; a key of an answer, a photo or a note that the form has no question for is unknown.
    pub fn put(&mut self, key: &Key, value: &Value) -> Result<(), AnswerError> {
        match key.class() {
            Class::Answer => self.answer(key, value),
            Class::Instance => self.adopt(key).map(drop),
            Class::Photo | Class::Note => {
                self.spot(key).ok_or_else(|| unknown(key))?;
                self.beside.push((key.clone(), value.clone()));
                Ok(())
            }
            _ => {
                self.beside.push((key.clone(), value.clone()));
                Ok(())
            }
        }
    }

    /// Returns the scalar by which a dispute of a key is settled for a value, in the question's type.
    ///
    /// # Errors
    /// Everything that is wrong with the value.
    pub fn settled(&self, key: &Key, value: &Value) -> Result<Value, Vec<AnswerError>> {
        if key.class() != Class::Answer || *value == Value::Null {
            return Ok(value.clone());
        }
        let mut tried = self.clone();
        let spot = tried.spot(key).ok_or_else(|| vec![unknown(key)])?;
        let question = spot::question(self.session.form(), spot.at.node).ok_or_else(|| vec![unknown(key)])?;
        let picks = kept(question, false) == Kept::Picks;
        tried.put(key, value).map_err(|error| vec![error])?;
        let wrong = tried.wrong();
        if !wrong.is_empty() {
            return Err(wrong);
        }
        if picks {
            return Ok(value.clone());
        }
        let scalar = super::value::scalar_of(question, &tried.session.answer(spot.at));
        scalar.map_err(|reason| vec![AnswerError::Value { key: key.clone(), reason }])
    }

    fn answer(&mut self, key: &Key, value: &Value) -> Result<(), AnswerError> {
        let instance = key.subject().instance.and_then(|instance| instance.parse().ok());
        let known = instance.as_ref().is_none_or(|instance| self.spot(instance).is_some());
        if let Some(instance) = instance.filter(|_| !known) {
            self.asked_inside(key).ok_or_else(|| unknown(key))?;
            self.adopt(&instance)?;
        }
        let spot = self.spot(key).ok_or_else(|| unknown(key))?;
        let question = spot::question(self.session.form(), spot.at.node).ok_or_else(|| unknown(key))?;
        let text = match (kept(question, false), &spot.choice, value) {
            (_, _, Value::Bytes(_)) => return Err(wrong_type(key, value, "one value")),
            (Kept::Picks, Some(_), Value::Bool(_) | Value::Null) => self.text_with(&spot, value).unwrap_or_default(),
            (Kept::Picks, Some(_), _) => return Err(wrong_type(key, value, "true or false")),
            // The words of the key itself: what is picked stands in the keys of the choices.
            (Kept::Picks, None, Value::Text(word)) if word == SOME && !self.has_choice(spot.at.node, word) => {
                return Ok(());
            }
            (Kept::Picks, None, Value::Text(word)) if word == NONE && !self.has_choice(spot.at.node, word) => {
                String::new()
            }
            _ => value.to_string(),
        };
        self.set(spot.at, &text).map(drop)
    }

    fn has_choice(&self, node: NodeId, name: &str) -> bool {
        let list = self.session.form().list_of(node);
        list.is_some_and(|(_, list)| list.choices.iter().any(|choice| choice.name == name))
    }

    /// Finds the question that a key would be about, if its instances were there.
    fn asked_inside(&self, key: &Key) -> Option<NodeId> {
        let form = self.session.form();
        let (mut rest, mut repeat) = (key.as_str(), None);
        while let Some((name, _, after)) = spot::step(rest) {
            (rest, repeat) = (after, Some(form.repeat_by_key(repeat, name)?));
        }
        spot::inside(form, repeat, rest).map(|(node, _)| node)
    }

    /// Returns the place of an instance; one that is not there is begun, in the first place that its count left empty.
    fn adopt(&mut self, key: &Key) -> Result<Address, AnswerError> {
        let mut at: Option<Address> = None;
        let mut rest = key.as_str();
        while let Some((name, ulid, after)) = spot::step(rest) {
            let repeat = self.session.form().repeat_by_key(at.map(|at| at.node), name).ok_or_else(|| unknown(key))?;
            let ulid: Ulid = ulid.parse().map_err(|_| unknown(key))?;
            let parent = at.map(|at| at.path).unwrap_or_default();
            at = Some(self.place(repeat, parent, ulid)?);
            rest = after;
        }
        at.ok_or_else(|| unknown(key))
    }

    fn place(&mut self, repeat: NodeId, parent: Path, ulid: Ulid) -> Result<Address, AnswerError> {
        let repeats = self.session.form().repeats_around(repeat);
        let outer = repeats.split_last().map(|(_, outer)| outer).unwrap_or_default();
        let siblings = self.session.instances(repeat, parent);
        let outer = self.instances.reach(outer, parent);
        let known = outer.as_ref().and_then(|outer| outer.place_of(repeat, ulid));
        if let Some(place) = known {
            return Ok(Address { node: repeat, path: parent.child(place) });
        }
        let children = outer.and_then(|outer| outer.children.get(&repeat));
        let is_free = |place: &usize| {
            children.and_then(|children| children.get(*place)).is_none_or(|instance| instance.ulid.is_none())
        };
        let free = (0..siblings).find(is_free).and_then(|place| u16::try_from(place).ok());
        let Some(free) = free else { return self.append(repeat, parent, Some(ulid)).map(|(at, _)| at) };
        let path = parent.child(free);
        if let Some(instance) = self.instances.reach(&repeats, path) {
            instance.ulid = Some(ulid);
        }
        Ok(Address { node: repeat, path })
    }
}

fn unknown(key: &Key) -> AnswerError {
    AnswerError::Unknown { key: key.plain().to_owned() }
}

fn wrong_type(key: &Key, value: &Value, expected: &'static str) -> AnswerError {
    AnswerError::Type { key: key.clone(), value: value.to_string(), expected }
}
