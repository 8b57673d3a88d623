//! A key as the record's form tells it: what its question is called, what its value is called, and where it stands.

use std::collections::HashMap;

use sumu_core::form::{Address, Kind, NodeId, Path, Question};
use sumu_core::record::{Filling, Key, Value};

/// Returns what the form calls a question, a choice of it, or an instance, with the instances around it.
pub(super) fn label(filling: &Filling, key: &Key) -> Option<String> {
    let at = filling.address_of(key)?;
    let (session, form) = (filling.session(), filling.session().form());
    let mut words = Vec::new();
    for (repeat, place) in form.repeats_around(at.node).into_iter().zip(at.path.as_slice()) {
        let node = form.definition().node(repeat)?;
        let name = session.text(&node.texts.label, at).unwrap_or_else(|| node.name.clone());
        words.push(format!("{name} {}", u32::from(*place) + 1));
    }
    let node = form.definition().node(at.node)?;
    if node.kind != Kind::Repeat {
        words.push(session.text(&node.texts.label, at).unwrap_or_else(|| node.name.clone()));
    }
    words.extend(picked(key).and_then(|choice| choice_label(filling, at, choice)));
    Some(words.join(" · "))
}

/// Returns what the form calls the value of a select, if it is one.
pub(super) fn value(filling: &Filling, key: &Key, value: &Value) -> Option<String> {
    let Value::Text(text) = value else { return None };
    let at = filling.address_of(key)?;
    let form = filling.session().form();
    match form.definition().node(at.node)?.kind {
        Kind::Question(Question::SelectOne(_)) => choice_label(filling, at, text),
        Kind::Question(Question::SelectMultiple(_)) if text == "some" => {
            let answer = filling.session().answer(at);
            let names = answer.to_text();
            let labels =
                names.split_whitespace().map(|name| choice_label(filling, at, name).unwrap_or_else(|| name.to_owned()));
            Some(labels.collect::<Vec<_>>().join(" · "))
        }
        _ => None,
    }
}

/// Puts keys in the order of the form; without one, and for what it lacks, in their own.
pub(super) fn in_order<'a, T>(filling: Option<&Filling>, mut keys: Vec<(&'a Key, T)>) -> Vec<(&'a Key, T)> {
    let Some(filling) = filling else { return keys };
    let states = filling.session().states();
    let places: HashMap<Address, usize> = states.iter().enumerate().map(|(place, state)| (state.at, place)).collect();
    keys.sort_by_key(|(key, _)| filling.address_of(key).and_then(|at| places.get(&at).copied()).unwrap_or(usize::MAX));
    keys
}

fn choice_label(filling: &Filling, at: Address, name: &str) -> Option<String> {
    let (session, root) = (filling.session(), Address { node: NodeId(0), path: Path::default() });
    let (_, list) = session.form().list_of(at.node)?;
    let choice = list.choices.iter().find(|choice| choice.name == name)?;
    session.text(&choice.texts.label, root)
}

/// Returns the choice that a key names.
fn picked(key: &Key) -> Option<&str> {
    key.subject().rest.rsplit_once("/c/").map(|(_, choice)| choice)
}
