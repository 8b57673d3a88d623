//! What people call the choices of a select.

use super::{Filling, Key, SOME, Value};
use crate::form::{Address, Choice, List, NodeId, Path};

/// What stands between the labels of several choices.
const BETWEEN: &str = " · ";

impl Filling {
    /// Returns an answer to a select as people read it, by the labels of its choices; nothing if the key is of no select, or
    /// of one choice of it.
    pub fn in_words(&self, key: &Key, value: &Value) -> Option<String> {
        let spot = self.spot(key).filter(|spot| spot.choice.is_none())?;
        let Value::Text(text) = value else { return None };
        // What is picked stands at the keys of the choices.
        let picked = if text == SOME { self.text_with(&spot, value).filter(|picked| !picked.is_empty()) } else { None };
        let names = picked.as_deref().unwrap_or(text);
        let (_, list) = self.session.form().list_of(spot.at.node)?;
        let label = |name: &str| self.labelled(list, name).unwrap_or_else(|| name.to_owned());
        Some(names.split_whitespace().map(label).collect::<Vec<_>>().join(BETWEEN))
    }

    /// Returns what people call the choice of a select that a key is about; nothing if it is about none.
    pub fn choice_of(&self, key: &Key) -> Option<String> {
        let spot = self.spot(key)?;
        let (name, (_, list)) = (spot.choice?, self.session.form().list_of(spot.at.node)?);
        self.labelled(list, &name)
    }

    fn labelled(&self, list: &List, name: &str) -> Option<String> {
        list.choices.iter().find(|choice| choice.name == name).map(|choice| self.named(choice))
    }

    /// Returns what people call a choice.
    pub(super) fn named(&self, choice: &Choice) -> String {
        let root = Address { node: NodeId(0), path: Path::default() };
        let label = self.session.text(&choice.texts.label, root).filter(|label| !label.is_empty());
        label.unwrap_or_else(|| choice.name.clone())
    }
}
