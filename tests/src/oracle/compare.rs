//! Two states of a form, and the differences that count.
//!
//! Not compared: the root, `meta`, and the `..._count` that pyxform adds for a count that is an expression; `valid` of what
//! is not relevant. Equal are: numbers of the same value (JavaRosa prints exponents, and on old Java more digits than
//! needed) and positions of the same numbers.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

/// One node of a form.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Node {
    /// The XPath string, '' when blank.
    pub value: String,
    /// Whether it counts.
    pub relevant: bool,
    /// Whether an answer is demanded.
    pub required: bool,
    /// Whether it cannot be edited.
    pub readonly: bool,
    /// Whether the value may be.
    pub valid: bool,
}

/// Every node by its path.
#[derive(Clone, Debug, Default)]
pub struct State(BTreeMap<String, Node>);

impl State {
    /// Reads a line of either side.
    pub fn read(line: &str) -> Result<Self> {
        let json: serde_json::Value = serde_json::from_str(line).with_context(|| format!("no JSON: {line}"))?;
        if let Some(error) = json.get("error").and_then(serde_json::Value::as_str) {
            bail!("{error}");
        }
        let mut nodes: BTreeMap<String, Node> = serde_json::from_value(json).context("not a state of a form")?;
        let added: Vec<String> = nodes
            .keys()
            .filter(|path| {
                *path == "/data"
                    || path.starts_with("/data/meta")
                    || path.strip_suffix("_count").is_some_and(|repeat| nodes.contains_key(&format!("{repeat}[1]")))
                    || path.ends_with("_count")
            })
            .cloned()
            .collect();
        for path in added {
            nodes.remove(&path);
        }
        Ok(Self(nodes))
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The nodes at a path that has no indices.
    pub fn instances<'a>(&'a self, path: &str) -> impl Iterator<Item = (&'a str, &'a Node)> + use<'a> {
        let wanted = path.to_owned();
        let root = (wanted == "/data").then_some(("/data", &ROOT));
        let found = self.0.iter().filter(move |(path, _)| without_indices(path) == wanted);
        root.into_iter().chain(found.map(|(path, node)| (path.as_str(), node)))
    }

    /// How many instances a repeat has.
    pub fn count(&self, repeat: &str) -> usize {
        (1..).take_while(|index| self.0.contains_key(&format!("{repeat}[{index}]"))).count()
    }

    /// The value of the question of a name that stands beside another.
    pub fn beside(&self, path: &str, name: &str) -> Option<&str> {
        let (place, _) = path.rsplit_once('/')?;
        Some(self.0.get(&format!("{place}/{name}"))?.value.as_str())
    }

    /// Whether a number is so large or so small that JavaRosa writes it in a way that it cannot read itself.
    pub fn has_an_exponent(&self) -> bool {
        self.0.values().any(|node| {
            node.value.split_once('E').is_some_and(|(before, after)| {
                before.ends_with(|digit: char| digit.is_ascii_digit())
                    && after.trim_start_matches('-').starts_with(|digit: char| digit.is_ascii_digit())
            })
        })
    }
}

static ROOT: Node = Node { value: String::new(), relevant: true, required: false, readonly: false, valid: true };

fn without_indices(path: &str) -> String {
    let mut plain = String::with_capacity(path.len());
    let mut within = false;
    for letter in path.chars() {
        match letter {
            '[' => within = true,
            ']' => within = false,
            _ if !within => plain.push(letter),
            _ => {}
        }
    }
    plain
}

/// The differences, one line each.
pub fn differences(ours: &State, theirs: &State) -> Vec<String> {
    let mut lines = Vec::new();
    for (path, their) in &theirs.0 {
        match ours.0.get(path) {
            None => lines.push(format!("{path}: JavaRosa has it, ours has not ({their:?})")),
            Some(our) if !equal(our, their) => {
                lines.push(format!("{path}:\n    JavaRosa {their:?}\n    ours     {our:?}"))
            }
            Some(_) => {}
        }
    }
    let more = ours.0.keys().filter(|path| !theirs.0.contains_key(*path));
    lines.extend(more.map(|path| format!("{path}: ours has it, JavaRosa has not")));
    lines
}

fn equal(ours: &Node, theirs: &Node) -> bool {
    ours.relevant == theirs.relevant
        && ours.required == theirs.required
        && ours.readonly == theirs.readonly
        && (ours.valid == theirs.valid || !theirs.relevant)
        && same_value(&ours.value, &theirs.value)
}

fn same_value(ours: &str, theirs: &str) -> bool {
    ours == theirs
        || (ours.split(' ').count() == theirs.split(' ').count()
            && ours.split(' ').zip(theirs.split(' ')).all(|(our, their)| same_number(our, their)))
}

fn same_number(ours: &str, theirs: &str) -> bool {
    ours == theirs || matches!((ours.parse::<f64>(), theirs.parse::<f64>()), (Ok(our), Ok(their)) if our == their)
}
