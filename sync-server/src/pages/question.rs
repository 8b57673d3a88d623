//! A key as the record's form tells it: what its question is called, and where it stands.

use std::collections::HashMap;

use sumu_core::form::{Address, Kind};
use sumu_core::record::{Filling, Key};

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
    words.extend(filling.choice_of(key));
    Some(words.join(" · "))
}

/// Puts keys in the order of the form; without one, and for what it lacks, in their own.
pub(super) fn in_order<'a, T>(filling: Option<&Filling>, mut keys: Vec<(&'a Key, T)>) -> Vec<(&'a Key, T)> {
    let Some(filling) = filling else { return keys };
    let states = filling.session().states();
    let places: HashMap<Address, usize> = states.iter().enumerate().map(|(place, state)| (state.at, place)).collect();
    keys.sort_by_key(|(key, _)| filling.address_of(key).and_then(|at| places.get(&at).copied()).unwrap_or(usize::MAX));
    keys
}
