//! What may be saved of a filling while some of its answers may not stand, and how a person goes on after the save.

use super::value::{Kept, kept, text_of};
use super::{Filling, SOME, spot};
use crate::form::{Address, Changes, Default};
use crate::ids::Ulid;
use crate::record::{AnswerError, Key, Value};

/// What a person has entered and the record does not hold: it is entered again when the form is filled in anew.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unsaved {
    /// Instances that were added.
    begun: Vec<Key>,
    /// Answers that may not stand, as they were entered.
    wrong: Vec<(Key, String)>,
}

impl Filling {
    /// Takes away the answers that may not stand, and returns them with what is left.
    pub(crate) fn sound(&self) -> (Self, Unsaved) {
        let mut sound = self.clone();
        let mut unsaved = Unsaved { begun: self.begun(), wrong: Vec::new() };
        loop {
            let wrong: Vec<Key> = sound.touched.iter().filter(|key| sound.wrong_at(key).is_some()).cloned().collect();
            if wrong.is_empty() {
                return (sound, unsaved);
            }
            for key in wrong {
                sound.touched.remove(&key);
                if let Some(at) = sound.address_of(&key) {
                    let text = sound.session.answer(at).to_text().as_ref().to_owned();
                    // What the record says, or the form's own default, can always be set.
                    let _ = sound.session.set(at, &sound.before(&key, at));
                    unsaved.wrong.push((key, text));
                }
            }
            sound.trim(&mut Changes::new());
        }
    }

    /// Enters again what the record does not hold. Returns what is wrong with it.
    pub(crate) fn enter(&mut self, unsaved: &Unsaved) -> Vec<AnswerError> {
        for key in &unsaved.begun {
            // One that somebody voided meanwhile stays away.
            let _ = self.put(key, &Value::Null);
        }
        let mut wrong = Vec::new();
        for (key, text) in &unsaved.wrong {
            match self.put(key, &Value::Text(text.clone())) {
                Ok(()) => wrong.extend(self.wrong_at(key)),
                Err(error) => wrong.push(error),
            }
        }
        wrong
    }

    /// Returns the keys of the instances that were added and not saved, the outer ones first.
    fn begun(&self) -> Vec<Key> {
        let form = self.session.form();
        let mut begun = Vec::new();
        for (node, _) in form.nodes().filter(|(_, node)| node.kind == crate::form::Kind::Repeat) {
            let repeats = form.repeats_around(node);
            self.instances.each(&repeats, &mut |path, instance| {
                let at = Address { node, path };
                begun.extend(self.key_of(at).filter(|_| instance.ulid.is_some_and(|_: Ulid| !instance.stored)));
            });
        }
        begun
    }

    /// Returns the text of what a question says without this person's answer.
    fn before(&self, key: &Key, at: Address) -> String {
        let form = self.session.form();
        let Some(question) = spot::question(form, at.node) else { return String::new() };
        let shown = self.shown.get(key);
        let text = match kept(question, false) {
            Kept::Picks => match (shown, self.spot(key)) {
                (Some(value), Some(spot)) if *value == Value::Text(SOME.to_owned()) => self.text_with(&spot, value),
                _ => None,
            },
            _ => shown.and_then(|value| text_of(question, value)),
        };
        text.unwrap_or_else(|| match form.definition().node(at.node).and_then(|node| node.default.as_ref()) {
            Some(Default::Text(text)) if shown.is_none() => text.clone(),
            _ => String::new(),
        })
    }
}
