//! Names: what may be one, and which one a node has in document keys.

use std::collections::BTreeMap;

use sumu_core::record::{Key, escape_name};

use crate::xlsform::cell::Place;
use crate::xlsform::codes;
use crate::xlsform::finding::{Finding, Findings};
use crate::xlsform::survey::{Kind, List, Node, Question};

/// Tells whether a text may be the name of a question.
pub(super) fn valid(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
}

/// Checks a name, and says at which character it goes wrong.
pub(super) fn check(name: &str, place: &Place, findings: &mut Findings) {
    if name == "meta" {
        findings.push(Finding::at(&codes::RESERVED_NAME, place, &[name]));
    } else if !valid(name) {
        let wrong = |(at, char): (usize, char)| {
            !(char.is_ascii_alphabetic() || char == '_' || (at > 0 && (char.is_ascii_digit() || ".-".contains(char))))
        };
        let char = name.chars().enumerate().position(wrong).unwrap_or_default() + 1;
        let char = u32::try_from(char).unwrap_or(u32::MAX);
        findings.push(Finding::at_char(&codes::INVALID_NAME, place, char, &[name]));
    }
}

/// Gives every node its key, and refuses names that stand twice in a group and keys that no document can hold.
pub(super) fn give_keys(nodes: &mut [Node], lists: &[List], findings: &mut Findings) {
    scope(nodes, 0, lists, findings);
}

/// An instance in a key: `r/`, the repeat's key, `/`, a ulid, `/`.
const INSTANCE: usize = 2 + 1 + 26 + 1;
/// A person's id in a key.
const PERSON: usize = 32;

fn scope(nodes: &mut [Node], before: usize, lists: &[List], findings: &mut Findings) {
    let mut times = BTreeMap::new();
    count(nodes, &mut times);
    give(nodes, "", &times, before, lists, findings);
}

fn count(nodes: &[Node], times: &mut BTreeMap<String, usize>) {
    for node in nodes {
        *times.entry(node.name.clone()).or_default() += 1;
        if let Kind::Group(children) = &node.kind {
            count(children, times);
        }
    }
}

fn give(
    nodes: &mut [Node],
    path: &str,
    times: &BTreeMap<String, usize>,
    before: usize,
    lists: &[List],
    findings: &mut Findings,
) {
    let mut first: BTreeMap<String, u32> = BTreeMap::new();
    for node in nodes {
        if let Some(row) = first.get(&node.name) {
            findings.push(Finding::at(&codes::DUPLICATE_NAME, &node.place, &[&node.name, &row.to_string()]));
            // Whoever says the name means the first, or would be blamed for it too.
            node.name = format!("unnamed_{}", node.place.row);
        }
        first.insert(node.name.clone(), node.place.row);
        let whole = if path.is_empty() { node.name.clone() } else { format!("{path}/{}", node.name) };
        let twice = times.get(&node.name).is_some_and(|times| *times > 1);
        node.key = escape_name(if twice { &whole } else { &node.name });
        let longest = before + longest(node, lists);
        if longest > Key::MAX_BYTES {
            let (longest, most) = (longest.to_string(), Key::MAX_BYTES.to_string());
            findings.push(Finding::at(&codes::NAME_TOO_LONG, &node.place, &[&node.name, &longest, &most]));
        }
        match &mut node.kind {
            Kind::Question(_) | Kind::Unknown => {}
            Kind::Group(children) => give(children, &whole, times, before, lists, findings),
            Kind::Repeat(children) => scope(children, before + node.key.len() + INSTANCE, lists, findings),
        }
    }
}

/// Returns the bytes of the longest key that a node may need: that of a settlement, a note, a photo or an instance.
fn longest(node: &Node, lists: &[List]) -> usize {
    let own = node.key.len();
    match &node.kind {
        Kind::Group(_) | Kind::Unknown => 0,
        Kind::Repeat(_) => own + INSTANCE + 1,
        Kind::Question(question) => {
            let answer = match question {
                Question::SelectMultiple(list) => {
                    let choices = lists.get(*list as usize).map(|list| list.choices.as_slice()).unwrap_or_default();
                    choices.iter().map(|choice| "/c/".len() + escape_name(&choice.name).len()).max().unwrap_or(0)
                }
                _ => 0,
            };
            own + ("d/a/".len() + answer).max("n//".len() + PERSON)
        }
    }
}
