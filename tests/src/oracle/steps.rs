//! What a person does with a form, drawn by chance from what the form shows.

use serde_json::{Value as Json, json};

use super::compare::State;
use super::form::Form;
use super::kind::{Kind, List};
use crate::world::chance::Chance;

/// One thing done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// An answer; '' clears it.
    Set {
        /// The question's path with indices.
        path: String,
        /// The answer.
        value: String,
    },
    /// Another instance of a repeat.
    Add {
        /// The repeat's path, the last index left out.
        path: String,
    },
    /// An instance taken away.
    Remove {
        /// The instance's path.
        path: String,
    },
}

impl Step {
    /// The line that `form run` reads.
    pub fn ours(&self) -> Json {
        match self {
            Self::Set { path, value } => json!({ "set": path, "value": value }),
            Self::Add { path } => json!({ "add": path }),
            Self::Remove { path } => json!({ "remove": path }),
        }
    }

    /// The line that the driver of JavaRosa reads.
    pub fn theirs(&self) -> String {
        match self {
            Self::Set { path, value } => format!("set\t{path}\t{value}"),
            Self::Add { path } => format!("add\t{path}"),
            Self::Remove { path } => format!("remove\t{path}"),
        }
    }
}

/// Draws what is done next: one step, and before it those without which a filtered choice would go stale.
pub fn draw(chance: &Chance, form: &Form, state: &State) -> Vec<Step> {
    match chance.below(12) {
        0 | 1 => add(chance, form, state),
        2 => remove(chance, form, state),
        _ => None,
    }
    .unwrap_or_else(|| answer(chance, form, state))
}

fn add(chance: &Chance, form: &Form, state: &State) -> Option<Vec<Step>> {
    let mut possible = Vec::new();
    for repeat in &form.repeats {
        let (parent, name) = repeat.rsplit_once('/')?;
        for (path, node) in state.instances(parent) {
            let path = format!("{path}/{name}");
            if node.relevant && state.count(&path) < 4 {
                possible.push(path);
            }
        }
    }
    (!possible.is_empty()).then(|| vec![Step::Add { path: chance.pick(&possible).clone() }])
}

fn remove(chance: &Chance, form: &Form, state: &State) -> Option<Vec<Step>> {
    let instances = form.repeats.iter().flat_map(|repeat| state.instances(repeat));
    let possible: Vec<&str> = instances.filter(|(_, node)| node.relevant).map(|(path, _)| path).collect();
    (!possible.is_empty()).then(|| vec![Step::Remove { path: (*chance.pick(&possible)).to_owned() }])
}

fn answer(chance: &Chance, form: &Form, state: &State) -> Vec<Step> {
    let mut possible = Vec::new();
    for question in &form.questions {
        let here = state.instances(&question.path).filter(|(_, node)| node.relevant && !node.readonly);
        possible.extend(here.map(|(path, _)| (path, &question.kind)));
    }
    let Some((path, kind)) = (!possible.is_empty()).then(|| *chance.pick(&possible)) else { return Vec::new() };
    let value = if chance.below(8) == 0 { String::new() } else { value(chance, kind, path, state) };
    let mut steps = Vec::new();
    if *kind == Kind::One(List::Parents) {
        steps.extend(clear_what_it_filters(form, path));
    }
    steps.push(Step::Set { path: path.to_owned(), value });
    steps
}

fn clear_what_it_filters(form: &Form, parent: &str) -> Option<Step> {
    let (place, name) = parent.rsplit_once('/')?;
    let filtered = form.questions.iter().find(|question| {
        matches!(&question.kind, Kind::One(List::Filtered(by)) | Kind::Many(List::Filtered(by)) if by == name)
    })?;
    let (_, name) = filtered.path.rsplit_once('/')?;
    Some(Step::Set { path: format!("{place}/{name}"), value: String::new() })
}

fn value(chance: &Chance, kind: &Kind, path: &str, state: &State) -> String {
    let some = |values: &[&str]| (*chance.pick(values)).to_owned();
    match kind {
        Kind::Integer => some(&["0", "1", "2", "3", "4", "5", "-3", "12", "60"]),
        Kind::Decimal => some(&["0", "0.5", "2.75", "-1.25", "10", "33.3"]),
        Kind::Range => some(&["0", "2", "4", "10"]),
        Kind::Text | Kind::Barcode => some(&["a", "abc", "中文", "true", "12", "a-b c", "Zz"]),
        Kind::One(List::Parents) | Kind::Many(List::Parents) => some(&["p", "q"]),
        Kind::One(List::Open) => some(&["x", "y", "other"]),
        Kind::Many(List::Open) => some(&["x", "y other", "other", "x w"]),
        Kind::One(List::Whole) => some(&["x", "y", "z", "w"]),
        Kind::Many(List::Whole) => some(&["x", "y z", "x z", "x y z w", "w"]),
        Kind::One(List::Filtered(by)) => match state.beside(path, by) {
            Some("p") => some(&["x", "z"]),
            Some("q") => some(&["y", "w"]),
            _ => String::new(),
        },
        Kind::Many(List::Filtered(by)) => match state.beside(path, by) {
            Some("p") => some(&["x", "z", "x z"]),
            Some("q") => some(&["y", "w", "y w"]),
            _ => String::new(),
        },
        Kind::Date => some(&["2026-01-01", "2026-11-23", "2026-06-30", "2025-12-31"]),
        Kind::Time => some(&["08:05:09.000+08:00", "23:59:00.000+08:00"]),
        Kind::Moment => some(&["2026-11-23T08:05:09.000+08:00", "2026-01-01T00:00:00.000+08:00"]),
        Kind::Position => some(&["43.6 122.2 0 0", "43.65 122.25 178.5 4.5"]),
        Kind::Acknowledge => "OK".to_owned(),
        Kind::Media(_) => some(&["1700000000000.jpg", "照片 1.jpg"]),
        Kind::Note | Kind::Number | Kind::Words | Kind::Hidden | Kind::Machine(_) => String::new(),
    }
}
