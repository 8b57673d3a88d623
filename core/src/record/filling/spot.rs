//! From keys to places in a form and back.

use super::instances::Instance;
use crate::form::{Address, Form, Kind, NodeId, Path, Question};
use crate::record::{Key, escape_name, unescape_name};

/// What a key is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    /// The question or instance.
    pub(super) at: Address,
    /// The choice of a select_multiple.
    pub(super) choice: Option<String>,
}

/// Returns the question of a node.
pub(super) fn question(form: &Form, node: NodeId) -> Option<&Question> {
    match &form.definition().node(node)?.kind {
        Kind::Question(question) => Some(question),
        Kind::Root | Kind::Group | Kind::Repeat => None,
    }
}

/// Tells whether a question's value is computed.
pub(super) fn computed(form: &Form, node: NodeId) -> bool {
    form.definition().node(node).is_some_and(|node| node.calculation.is_some())
}

/// Finds what a key is about among the instances that there are.
pub(super) fn find(form: &Form, root: &Instance, key: &Key) -> Option<Spot> {
    let mut rest = key.as_str();
    let (mut instance, mut repeat, mut path) = (root, None, Path::default());
    while let Some((name, ulid, after)) = step(rest) {
        let node = form.repeat_by_key(repeat, name)?;
        let place = instance.place_of(node, ulid.parse().ok()?)?;
        instance = instance.find(&[node], Path::default().child(place))?;
        (repeat, path) = (Some(node), path.child(place));
        if after.is_empty() {
            return Some(Spot { at: Address { node, path }, choice: None });
        }
        rest = after;
    }
    let (node, choice) = inside(form, repeat, rest)?;
    Some(Spot { at: Address { node, path }, choice })
}

/// Takes the outermost `r/<repeat>/<ulid>` off a key: the repeat, the ulid, and what follows.
pub(super) fn step(key: &str) -> Option<(&str, &str, &str)> {
    let (name, after) = key.strip_prefix("r/")?.split_once('/')?;
    let (ulid, after) = after.split_once('/').unwrap_or((after, ""));
    Some((name, ulid, after))
}

/// Finds the question, and perhaps the choice, of what follows the instances in a key.
pub(super) fn inside(form: &Form, repeat: Option<NodeId>, rest: &str) -> Option<(NodeId, Option<String>)> {
    let (class, rest) = rest.split_once('/')?;
    match class {
        "a" => match form.question_by_key(repeat, rest) {
            Some(node) => Some((node, None)),
            None => {
                let (name, choice) = rest.split_once("/c/")?;
                let node = form.question_by_key(repeat, name)?;
                let choice = unescape_name(choice)?;
                let (_, list) = form.list_of(node)?;
                let offered = list.choices.iter().any(|found| found.name == choice);
                let several = matches!(question(form, node), Some(Question::SelectMultiple(_)));
                (several && offered).then_some((node, Some(choice)))
            }
        },
        "p" | "n" => Some((form.question_by_key(repeat, rest.rsplit_once('/')?.0)?, None)),
        _ => None,
    }
}

/// Returns the key of a question or an instance.
pub(super) fn key_of(form: &Form, root: &Instance, at: Address) -> Option<Key> {
    let keys = root.keys(form, &form.repeats_around(at.node), at.path)?;
    let node = form.definition().node(at.node)?;
    match node.kind {
        Kind::Question(_) => Key::answer_in(keys.last(), &node.key).ok(),
        Kind::Repeat => keys.last().cloned(),
        Kind::Root | Kind::Group => None,
    }
}

/// Returns the key of a choice of a select_multiple.
pub(super) fn choice(select: &Key, name: &str) -> Option<Key> {
    format!("{select}/c/{}", escape_name(name)).parse().ok()
}
