//! Two states of a form, the differences that count, and the rules by which others do not.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use sumu_core::form::Moment;

use super::kind::Machine;

/// How far apart moments may be that each side takes by itself, in milliseconds.
const LATER: i64 = 3_600_000;

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
        Ok(Self(serde_json::from_value(json).context("not a state of a form")?))
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The nodes at a path that has no indices.
    pub fn instances<'a>(&'a self, path: &str) -> impl Iterator<Item = (&'a str, &'a Node)> + use<'a> {
        let wanted = path.to_owned();
        let found = self.0.iter().filter(move |(path, _)| without_indices(path) == wanted);
        found.map(|(path, node)| (path.as_str(), node))
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

/// What a value that differs from run to run must look like.
fn is_like(machine: Machine, value: &str, now: &str) -> bool {
    let moment = |text: &str| Moment::parse(text, 480).map(|moment| moment.millis);
    match machine {
        Machine::Start | Machine::End | Machine::Now => {
            matches!((moment(value), moment(now)), (Some(value), Some(now)) if (value - now).abs() < LATER)
        }
        Machine::Uuid => {
            let place = |(at, letter): (usize, char)| match at {
                8 | 13 | 18 | 23 => letter == '-',
                14 => letter == '4',
                19 => "89ab".contains(letter),
                _ => letter.is_ascii_hexdigit() && !letter.is_ascii_uppercase(),
            };
            value.len() == 36 && value.chars().enumerate().all(place)
        }
        Machine::Fraction => value.parse().is_ok_and(|fraction: f64| (0.0..1.0).contains(&fraction)),
        Machine::Today | Machine::Property(_) | Machine::Place => false,
    }
}

/// How often each rule has let something pass.
#[derive(Clone, Copy, Debug, Default)]
pub struct Passed {
    /// Nodes that are JavaRosa's alone: the root, `meta`, and those that pyxform adds for a count that is an expression.
    pub added: u64,
    /// Nodes that do not count, and whose kept answer JavaRosa judges: ours judges no answer that does not count.
    pub unjudged: u64,
    /// Equal numbers that Java before 19 writes with more digits than they need.
    pub digits: u64,
    /// Steps after which JavaRosa had left values as they were that depend on what was done, and was made to compute again.
    pub stale: u64,
    /// Values that each side draws by itself: moments of this hour, UUIDs and fractions, of which only the form is compared.
    pub drawn: u64,
    /// Ends that JavaRosa writes when the form is finished, and ours when it is opened.
    pub ends: u64,
    /// Forms that were left, because JavaRosa wrote a number with an exponent, which it cannot read itself.
    pub exponents: u64,
}

impl Passed {
    /// Each rule with its reason and its count.
    pub fn told(&self) -> [(&'static str, u64); 7] {
        [
            ("nodes that pyxform adds: the root, meta, and counts that are expressions", self.added),
            ("nodes that do not count, whose kept answer only JavaRosa judges", self.unjudged),
            ("equal numbers that Java before 19 writes with more digits than they need", self.digits),
            ("steps after which JavaRosa had to be made to compute in all instances", self.stale),
            (
                "values that each side draws by itself, of which the form is compared: now, start, uuid, random",
                self.drawn,
            ),
            ("ends of forms, which JavaRosa writes only when a form is finished", self.ends),
            ("forms left early: JavaRosa writes exponents that it cannot read itself", self.exponents),
        ]
    }
}

/// What is known of a form beside its states.
pub struct Rules<'a> {
    /// The paths, without indices, of what pyxform adds to the form.
    pub added: &'a BTreeSet<String>,
    /// What a machine says and what differs from run to run, by paths without indices.
    pub machine: &'a BTreeMap<String, Machine>,
    /// The present moment.
    pub now: &'a str,
}

impl Rules<'_> {
    /// The differences, one line each.
    pub fn differences(&self, ours: &State, theirs: &State, passed: &mut Passed) -> Vec<String> {
        let mut lines = Vec::new();
        for (path, their) in &theirs.0 {
            match ours.0.get(path) {
                None if self.adds(path) => passed.added += 1,
                None => lines.push(format!("{path}: JavaRosa has it, ours has not ({their:?})")),
                Some(our) if !self.equal(path, our, their, passed) => {
                    lines.push(format!("{path}:\n    JavaRosa {their:?}\n    ours     {our:?}"))
                }
                Some(_) => {}
            }
        }
        let more = ours.0.keys().filter(|path| !theirs.0.contains_key(*path));
        lines.extend(more.map(|path| format!("{path}: ours has it, JavaRosa has not")));
        lines
    }

    fn adds(&self, path: &str) -> bool {
        matches!(path, "/data" | "/data/meta" | "/data/meta/instanceID") || self.added.contains(&without_indices(path))
    }

    fn equal(&self, path: &str, ours: &Node, theirs: &Node, passed: &mut Passed) -> bool {
        if ours.value != theirs.value {
            match self.machine.get(&without_indices(path)) {
                Some(Machine::End) if theirs.value.is_empty() && is_like(Machine::End, &ours.value, self.now) => {
                    passed.ends += 1;
                }
                Some(machine)
                    if is_like(*machine, &ours.value, self.now) && is_like(*machine, &theirs.value, self.now) =>
                {
                    passed.drawn += 1;
                }
                None if same_number(&ours.value, &theirs.value) => passed.digits += 1,
                _ => return false,
            }
        }
        if ours.valid != theirs.valid {
            if theirs.relevant || ours.relevant || theirs.valid {
                return false;
            }
            passed.unjudged += 1;
        }
        (ours.relevant, ours.required, ours.readonly) == (theirs.relevant, theirs.required, theirs.readonly)
    }
}

fn same_number(ours: &str, theirs: &str) -> bool {
    matches!((ours.parse::<f64>(), theirs.parse::<f64>()), (Ok(our), Ok(their)) if our == their)
        && theirs.len() > ours.len()
}
